/// Rule files in, a policy or what is wrong with them out. Takes untrusted files: whatever they hold, loading ends, in
/// bounded time and memory.
package struct PolicyLoader: Sendable {
  package var limits: LoadLimits

  package init(limits: LoadLimits = LoadLimits()) { self.limits = limits }

  /// - Parameter paths: files, and directories for all `*.yaml` and `*.yml` below them; later files may redefine what
  ///   earlier ones define.
  package func load(paths: [String]) -> LoadResult {
    var log = DiagnosticLog(limit: limits.diagnostics)
    var finder = FileFinder(limits: limits)
    for path in paths { finder.add(path, log: &log) }
    if finder.paths.isEmpty, log.errors == 0 {
      log.error(FileFinder.whole(paths.first ?? "."), "no rule file (*.yaml, *.yml) is here")
    }
    var files: [(name: String, bytes: [UInt8])] = []
    for path in finder.paths {
      do throws(FileReader.Failure) {
        files.append((path, try FileReader.read(path, limit: limits.fileBytes)))
      } catch {
        switch error {
        case .system(let code): log.error(FileFinder.whole(path), "can't read it: \(FileFinder.message(code))")
        case .notRegular: log.error(FileFinder.whole(path), "it is no regular file")
        case .tooLong: log.error(FileFinder.whole(path), tooLong)
        }
      }
    }
    return load(files, log)
  }

  /// Files from memory.
  package func load(files: [(name: String, bytes: [UInt8])]) -> LoadResult {
    load(files, DiagnosticLog(limit: limits.diagnostics))
  }

  private var tooLong: String { "the file is longer than \(limits.fileBytes) bytes" }

  private func load(_ files: [(name: String, bytes: [UInt8])], _ initial: DiagnosticLog) -> LoadResult {
    var log = initial
    var items = ItemCollector()
    var sources: [SourceFile] = []
    for (name, bytes) in files {
      guard let source = checked(name, bytes, &log) else { continue }
      sources.append(source)
      do throws(YAMLReader.Failure) {
        let documents = try YAMLReader.read(source, limits: limits)
        items.collect(documents, of: source, number: sources.count - 1, log: &log)
      } catch {
        log.error(source.location(at: error.offset), error.message, hint: error.hint)
      }
    }
    var counts = LoadResult.Counts()
    counts.files = sources.count
    counts.lists = items.lists.entries.count
    counts.macros = items.macros.entries.count
    let policy = PolicyBuilder.build(items, files: sources, limits: limits, log: &log, counts: &counts)
    return LoadResult(
      policy: log.errors == 0 ? policy : nil, diagnostics: log.finished(),
      sources: Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }, counts: counts)
  }

  /// The text as a source, if it is text.
  private func checked(_ name: String, _ bytes: [UInt8], _ log: inout DiagnosticLog) -> SourceFile? {
    guard bytes.count <= limits.fileBytes else {
      log.error(FileFinder.whole(name), tooLong)
      return nil
    }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if let offset = text.firstIndex(of: 0) {
      log.error(place(name, text, offset), "a NUL is in the file: rule files are text")
      return nil
    }
    guard String(validating: text, as: UTF8.self) != nil else {
      log.error(place(name, text, Self.firstInvalid(in: text)), "the file is no valid UTF-8 here")
      return nil
    }
    if text.allSatisfy(ConditionScanner.isBlank) { log.warn(FileFinder.whole(name), "the file is empty") }
    return SourceFile(name: name, bytes: text)
  }

  /// Lines may be counted in any bytes.
  private func place(_ name: String, _ bytes: [UInt8], _ offset: Int) -> SourceLocation {
    SourceFile(name: name, bytes: bytes).location(at: offset)
  }

  private static func firstInvalid(in bytes: [UInt8]) -> Int {
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
    return offset
  }
}
