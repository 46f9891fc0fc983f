/// Paths, each standing for itself and everything below it: `/opt/dir` for `/opt/dir/x`, not for `/opt/dir2`.
/// A component with `?`, `*` or `[` is a glob within that component. Repeated and trailing slashes don't count.
package struct PathPrefixes: Hashable, Sendable {
  private struct Prefix: Hashable, Sendable {
    let isAbsolute: Bool
    let components: [Component]
  }

  private enum Component: Hashable, Sendable {
    case name([UInt8])
    case glob(Glob)
  }

  private static let slash = UInt8(ascii: "/")
  /// As written, each once.
  package let paths: [[UInt8]]
  private let prefixes: [Prefix]

  package init(_ paths: [[UInt8]]) {
    var seen: Set<[UInt8]> = []
    self.paths = paths.filter { seen.insert($0).inserted }
    prefixes = self.paths.map { path in
      let components = path.split(separator: Self.slash).map { component in
        let isGlob = component.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "[") }
        return isGlob ? Component.glob(Glob(Array(component))) : .name(Array(component))
      }
      return Prefix(isAbsolute: path.first == Self.slash, components: components)
    }
  }

  /// Of each path its components up to the first glob, one slash between them: a text that fits is below one of these.
  /// nil: a path begins with a glob, or has no component.
  package var necessaryPaths: [[UInt8]]? {
    var paths: [[UInt8]] = []
    for prefix in prefixes {
      var path: [UInt8] = []
      names: for component in prefix.components {
        guard case .name(let name) = component else { break names }
        if !path.isEmpty || prefix.isAbsolute { path.append(Self.slash) }
        path += name
      }
      guard !path.isEmpty else { return nil }
      paths.append(path)
    }
    return paths
  }

  /// Whether `bytes` is any of the paths or below one. Takes no memory.
  package func matches(_ bytes: RawSpan) -> Bool {
    guard bytes.byteCount > 0 else { return false }
    for prefix in prefixes where fits(prefix, bytes) { return true }
    return false
  }

  private func fits(_ prefix: Prefix, _ path: RawSpan) -> Bool {
    let count = path.byteCount
    guard prefix.isAbsolute == (byte(path, 0) == Self.slash), prefix.isAbsolute || !prefix.components.isEmpty else {
      return false
    }
    var position = 0
    for component in prefix.components {
      while position < count, byte(path, position) == Self.slash { position += 1 }
      let start = position
      while position < count, byte(path, position) != Self.slash { position += 1 }
      guard start < position else { return false }
      switch component {
      case .name(let name):
        guard name.count == position - start else { return false }
        for index in name.indices where name[index] != byte(path, start + index) { return false }
      case .glob(let glob):
        guard glob.matches(path.extracting(start..<position)) else { return false }
      }
    }
    return true
  }

  private func byte(_ path: RawSpan, _ offset: Int) -> UInt8 { path.unsafeLoad(fromByteOffset: offset, as: UInt8.self) }
}
