internal import Events
internal import Glibc

/// Reads the rule files of tenants: those below `tenants/NAME/`, in the order of their bytes.
struct TenantFolderReader {
  private let folder: String
  private let limits: LoadLimits
  private let checksAccess: Bool

  /// - Parameters:
  ///   - folder: that the tenants' folders are in; it may be missing.
  ///   - checksAccess: whether only the tenant's owners, and root, may be able to write its files.
  init(_ folder: String, limits: LoadLimits, checksAccess: Bool) {
    self.folder = folder
    self.limits = limits
    self.checksAccess = checksAccess
  }

  /// - Returns: of each tenant that has any files, or such as can't be read. What is wrong with the folder as a whole is
  ///   in the log.
  func read(_ tenants: [TenancyItems.Tenant], log: inout DiagnosticLog) -> [String: TenantFiles] {
    let descriptor = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      if code != ENOENT { log.error(.whole(folder), "can't read it: \(FileFinder.message(code))") }
      return [:]
    }
    defer { close(descriptor) }
    var status = stat()
    if checksAccess, fstat(descriptor, &status) == 0, let problem = FileAccess(status).problem(FileAccess.site) {
      log.warn(.whole(folder), "\(problem), and can put one tenant's folder in another's place", hint: "only root should be able to")
    }
    var entries = 0
    guard let listed = names(descriptor, &entries, limit: limits.directoryEntries) else {
      log.error(.whole(folder), "can't read it, or more than \(limits.directoryEntries) names are here")
      return [:]
    }
    let known = Dictionary(tenants.map { ($0.name, $0) }) { first, _ in first }
    let names = known.keys.sorted()
    var hints = NameHints()
    var files: [String: TenantFiles] = [:]
    for name in listed {
      if let tenant = known[name] ?? always(name) {
        files[name] = read(tenant, descriptor)
      } else if isFolder(name, descriptor) {
        log.warn(
          .whole("\(folder)/\(name)"), "there is no tenant \(DisplayText.quoted(name)): the rules here hold for nobody",
          hint: hints.hint(name, among: names))
      }
    }
    return files
  }

  /// Those that are there without being named.
  private func always(_ name: String) -> TenancyItems.Tenant? {
    guard Tenancy.alwaysThere.contains(name) else { return nil }
    return TenancyItems.Tenant(
      name: name, description: "", match: nil, rulesets: [], owners: [], limits: TenantLimits(), syslog: TenantSyslog(),
      location: .whole(folder))
  }

  private func isFolder(_ name: String, _ parent: Int32) -> Bool {
    var status = stat()
    return fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  // MARK: - One tenant's

  /// Why a file isn't taken.
  private struct Refusal: Error {
    let reason: String
    var hint: String?
  }

  private func read(_ tenant: TenancyItems.Tenant, _ parent: Int32) -> TenantFiles? {
    var files = TenantFiles(sources: [], log: DiagnosticLog(limit: LoadLimits.tenantDiagnostics))
    let place = "\(folder)/\(tenant.name)"
    do throws(ConfinedFolder.Failure) {
      let own = try ConfinedFolder(tenant.name, in: parent)
      read(own, place, checksAccess ? writers(tenant) : nil, tenant.limits, &files)
    } catch {
      files.log.error(.whole(place), Self.refusal(error).reason)
    }
    return files.sources.isEmpty && files.log.errors == 0 && files.log.diagnostics.isEmpty ? nil : files
  }

  /// - Parameter writers: who may write the files; nil: it doesn't matter.
  private func read(
    _ root: borrowing ConfinedFolder, _ place: String, _ writers: FileAccess.Writers?, _ tenantLimits: TenantLimits,
    _ files: inout TenantFiles
  ) {
    var limits = limits
    limits.fileBytes = min(limits.fileBytes, tenantLimits.bytes)
    var entries = 0
    var bytes = 0
    var found: [[String]] = []
    var waiting: [[String]] = [[]]
    while let path = waiting.popLast() {
      let name = ([place] + path).joined(separator: "/")
      do throws(Refusal) {
        let descriptor = try open(root, path, writers)
        defer { close(descriptor) }
        guard let names = self.names(descriptor, &entries, limit: Self.maximumEntries) else {
          throw Refusal(reason: "can't read it, or more than \(Self.maximumEntries) names are in the tenant's folder")
        }
        for entry in names {
          if isFolder(entry, descriptor) {
            guard path.count < limits.directoryDepth else {
              throw Refusal(reason: "directories are nested deeper than \(limits.directoryDepth)")
            }
            waiting.append(path + [entry])
          } else if FileFinder.kind(of: entry) == .rules {
            found.append(path + [entry])
          }
        }
      } catch {
        files.log.error(.whole(name), error.reason, hint: error.hint)
        return
      }
    }
    for path in found.sorted(by: { $0.joined(separator: "/").utf8.lexicographicallyPrecedes($1.joined(separator: "/").utf8) }) {
      let name = ([place] + path).joined(separator: "/")
      do throws(Refusal) {
        let descriptor = try open(root, path, writers)
        defer { close(descriptor) }
        let source = try read(descriptor, name, limits, &files.log)
        bytes += source?.bytes.count ?? 0
        guard bytes <= tenantLimits.bytes else {
          throw Refusal(reason: "the files up to this one are longer than \(tenantLimits.bytes) bytes together, which is this tenant's limit")
        }
        if let source { files.sources.append(source) }
      } catch {
        files.log.error(.whole(name), error.reason, hint: error.hint)
        if bytes > tenantLimits.bytes { return }
      }
    }
  }

  private func read(
    _ descriptor: Int32, _ name: String, _ limits: LoadLimits, _ log: inout DiagnosticLog
  ) throws(Refusal) -> SourceFile? {
    do throws(FileReader.Failure) {
      return SourceReader.check(
        name: name, bytes: try FileReader.read(descriptor, limit: limits.fileBytes), limits: limits, log: &log)
    } catch {
      switch error {
      case .system(let code): throw Refusal(reason: "can't read it: \(FileFinder.message(code))")
      case .notRegular: throw Refusal(reason: "it is no regular file")
      case .tooLong: throw Refusal(reason: "the file is longer than \(limits.fileBytes) bytes, which is this tenant's limit")
      }
    }
  }

  private func open(
    _ root: borrowing ConfinedFolder, _ path: [String], _ writers: FileAccess.Writers?
  ) throws(Refusal) -> Int32 {
    try root.open(
      path,
      check: { (status) throws(Refusal) in
        guard let writers else { return }
        let access = FileAccess(status)
        if let problem = access.problem(writers) {
          throw Refusal(reason: problem, hint: "root and the tenant's owners alone should be able to")
        }
        if access.isBorrowed { throw Refusal(reason: "it is root's, and has another name somewhere", hint: "put a copy here") }
      }, failed: Self.refusal)
  }

  private static func refusal(_ failure: ConfinedFolder.Failure) -> Refusal {
    switch failure {
    case .system(ENOTDIR), .system(ELOOP): Refusal(reason: "it is no folder, and a link to one is none")
    case .system(let code): Refusal(reason: "can't read it: \(FileFinder.message(code))")
    case .leavesFolder: Refusal(reason: "the link leads out of the tenant's folder", hint: "put a copy here")
    case .tooManyLinks: Refusal(reason: "the link leads to too many others")
    }
  }

  private func writers(_ tenant: TenancyItems.Tenant) -> FileAccess.Writers {
    var writers = FileAccess.Writers()
    for owner in tenant.owners {
      switch owner {
      case .user(let account): if let id = Accounts.user(account) { writers.users.insert(id) }
      case .group(let account): if let id = Accounts.group(account) { writers.groups.insert(id) }
      }
    }
    return writers
  }

  /// Names that are looked at in one tenant's folder, those below it included.
  private static let maximumEntries = 10_000

  /// Those that aren't hidden, sorted. nil: they can't be read, or are too many.
  private func names(_ descriptor: Int32, _ entries: inout Int, limit: Int) -> [String]? {
    let own = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard own >= 0 else { return nil }
    guard let stream = fdopendir(own) else {
      close(own)
      return nil
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      entries += 1
      guard entries <= limit else { return nil }
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
      }
      if let name, !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
