import Rules

/// What tests compare with, at addresses that hold as long as this lives. A test that held an array would count
/// references each time it is tried, which costs more than to try it.
final class Constants {
  private var memory: [UnsafeMutableRawPointer] = []
  private var globs: [UnsafeMutablePointer<Glob>] = []
  private var regexes: [UnsafeMutablePointer<RegularExpression>] = []
  private var wildcards: [UnsafeMutablePointer<Wildcard>] = []
  private var paths: [UnsafeMutablePointer<PathPrefixes>] = []

  /// Where expressions are worked out, made with the first of them.
  private(set) lazy var scratch = Scratch()
  private var usesScratch = false

  func keepScratch() -> Scratch {
    usesScratch = true
    return scratch
  }

  deinit {
    if usesScratch { scratch.free() }
    for pointer in memory { pointer.deallocate() }
    for glob in globs { glob.deinitialize(count: 1).deallocate() }
    for regex in regexes { regex.deinitialize(count: 1).deallocate() }
    for wildcard in wildcards { wildcard.deinitialize(count: 1).deallocate() }
    for path in paths { path.deinitialize(count: 1).deallocate() }
  }

  func keep(_ bytes: [UInt8]) -> UnsafeRawBufferPointer {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    copy.copyBytes(from: bytes)
    if let base = copy.baseAddress { memory.append(base) }
    return UnsafeRawBufferPointer(rebasing: copy[..<bytes.count])
  }

  func keep<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
    _ = copy.initialize(fromContentsOf: elements)
    if let base = copy.baseAddress { memory.append(base) }
    return UnsafeBufferPointer(rebasing: copy[..<elements.count])
  }

  func keep(_ glob: Glob) -> UnsafePointer<Glob> {
    let copy = UnsafeMutablePointer<Glob>.allocate(capacity: 1)
    copy.initialize(to: glob)
    globs.append(copy)
    return UnsafePointer(copy)
  }

  func keep(_ regex: RegularExpression) -> UnsafePointer<RegularExpression> {
    let copy = UnsafeMutablePointer<RegularExpression>.allocate(capacity: 1)
    copy.initialize(to: regex)
    regexes.append(copy)
    return UnsafePointer(copy)
  }

  func keep(_ wildcard: Wildcard) -> UnsafePointer<Wildcard> {
    let copy = UnsafeMutablePointer<Wildcard>.allocate(capacity: 1)
    copy.initialize(to: wildcard)
    wildcards.append(copy)
    return UnsafePointer(copy)
  }

  func keep(_ prefixes: PathPrefixes) -> UnsafePointer<PathPrefixes> {
    let copy = UnsafeMutablePointer<PathPrefixes>.allocate(capacity: 1)
    copy.initialize(to: prefixes)
    paths.append(copy)
    return UnsafePointer(copy)
  }
}
