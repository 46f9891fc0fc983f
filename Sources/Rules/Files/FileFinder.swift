internal import Glibc

/// Finds rule files, or files of rule tests: those named, and below directories every `*.yaml` and `*.yml`, in the order
/// of their bytes. Files of tests are the ones whose names end in `.test.yaml` or `.test.yml`.
package struct FileFinder {
  package enum Kind: Sendable {
    case rules, tests

    var name: String { self == .rules ? "rule files" : "files of rule tests" }
  }

  private let kind: Kind
  private let limits: LoadLimits
  package private(set) var paths: [String] = []
  private var entries = 0

  package init(_ kind: Kind, limits: LoadLimits) {
    self.kind = kind
    self.limits = limits
  }

  /// - Returns: nil: it holds neither.
  package static func kind(of name: String) -> Kind? {
    if name.hasSuffix(".test.yaml") || name.hasSuffix(".test.yml") { return .tests }
    return name.hasSuffix(".yaml") || name.hasSuffix(".yml") ? .rules : nil
  }

  /// Adds a file, or the files below a directory. Below it, hidden names are passed over, and links to directories
  /// aren't followed.
  package mutating func add(_ path: String, log: inout DiagnosticLog) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      let code = errno
      return log.error(.whole(path), "can't read it: \(Self.message(code))")
    }
    guard status.st_mode & S_IFMT == S_IFDIR else {
      guard kind == .tests || Self.kind(of: path) != .tests else {
        return log.error(.whole(path), "it holds tests of rules, not rules", hint: "`selvage test` runs them")
      }
      paths.append(path)
      return
    }
    if let found = files(below: path, log: &log) { paths += found }
  }

  /// Adds a file that was found.
  mutating func append(_ path: String) { paths.append(path) }

  /// Files of the kind that a pattern names, in the order of their bytes: a file, a directory, or names in which `*`, `?`
  /// and `[...]` stand for what they stand for in a shell, and a `**` for directories, however many.
  mutating func files(_ pattern: String, log: inout DiagnosticLog) -> [String] {
    let parts = pattern.split(separator: "/").map { Array($0.utf8) }
    let isPlain = parts.map { part in !part.contains { "*?[".utf8.contains($0) } }
    guard let first = isPlain.firstIndex(of: false) else {
      var finder = FileFinder(kind, limits: limits)
      var status = stat()
      if stat(pattern, &status) == 0 { finder.add(pattern, log: &log) }
      return finder.paths
    }
    let root = (pattern.hasPrefix("/") ? "/" : "") + parts[..<first].map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
    let glob = PathGlob(parts[first...])
    var status = stat()
    guard stat(root.isEmpty ? "." : root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [] }
    let prefix = root.isEmpty || root == "/" ? root : root + "/"
    let below = files(below: root.isEmpty ? "." : root, depth: glob.depth, log: &log) ?? []
    return below.compactMap { path in
      let relative = path.dropFirst(root.isEmpty ? 2 : prefix.count)
      return glob.matches(relative) ? prefix + relative : nil
    }
  }

  /// - Parameter depth: of directories; more aren't looked into.
  /// - Returns: nil: they are too many, which is said.
  private mutating func files(below path: String, depth maximum: Int? = nil, log: inout DiagnosticLog) -> [String]? {
    var found: [String] = []
    var waiting = [(path: path, depth: 0)]
    while let (directory, depth) = waiting.popLast() {
      guard depth <= limits.directoryDepth else {
        log.error(.whole(directory), "directories are nested deeper than \(limits.directoryDepth)")
        continue
      }
      for entry in names(in: directory, log: &log) {
        let child = directory.hasSuffix("/") ? directory + entry : "\(directory)/\(entry)"
        var link = stat()
        guard lstat(child, &link) == 0 else { continue }
        if link.st_mode & S_IFMT == S_IFDIR {
          if maximum.map({ depth < $0 }) ?? true { waiting.append((child, depth + 1)) }
        } else if Self.kind(of: entry) == kind, isFile(child) {
          found.append(child)
        }
      }
      guard entries <= limits.directoryEntries else {
        log.error(.whole(path), "more than \(limits.directoryEntries) files and directories are here")
        return nil
      }
      guard paths.count + found.count <= limits.files else {
        log.error(.whole(path), "there are more than \(limits.files) \(kind.name)")
        return nil
      }
    }
    return found.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// A dangling link counts, so that reading it tells; a link to a directory doesn't.
  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR
  }

  private mutating func names(in directory: String, log: inout DiagnosticLog) -> [String] {
    guard let stream = opendir(directory) else {
      let code = errno
      log.error(.whole(directory), "can't read it: \(Self.message(code))")
      return []
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      entries += 1
      guard entries <= limits.directoryEntries else { break }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      guard let name else {
        log.warn(.whole(directory), "a file here is passed over: its name is no UTF-8")
        continue
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }

  static func message(_ code: Int32) -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
