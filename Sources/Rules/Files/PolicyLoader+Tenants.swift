internal import Events
internal import Glibc

extension PolicyLoader {
  /// The name of the folder that tenants' own files are in, each in one of its name.
  package static let tenantFolder = "tenants"

  /// Reads `tenants.yaml`, finds the files that its rulesets name, and reads those of tenants.
  func findTenancy(_ path: String, _ input: inout PolicyInput, _ finder: inout FileFinder, _ log: inout DiagnosticLog) {
    guard let source = SourceReader.read(path, limits: limits, log: &log) else { return }
    input.tenantsFile = source
    guard let items = TenancyReader.read(source, limits: limits, log: &log) else { return }
    input.tenancy = items
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    findRulesets(items, folder, &input, &finder, &log)
    refuseTenantFiles(finder.paths, in: folder + Self.tenantFolder, &log)
    if checksAccess { warnOfAccess([path] + finder.paths, &log) }
    let reader = TenantFolderReader(folder + Self.tenantFolder, limits: limits, checksAccess: checksAccess)
    input.tenants = reader.read(items.tenants, log: &log)
  }

  /// A file that several rulesets name, or that is among the site's by its path, is read once.
  private func findRulesets(
    _ items: TenancyItems, _ folder: String, _ input: inout PolicyInput, _ finder: inout FileFinder,
    _ log: inout DiagnosticLog
  ) {
    var names: [FileIdentity: String] = [:]
    for path in finder.paths { if let file = FileIdentity(path) { names[file] = names[file] ?? path } }
    var rulesets: [String: [Int]] = [:]
    for (index, ruleset) in items.rulesets.enumerated() {
      var files = 0
      for pattern in ruleset.files {
        let before = log.errors
        let found = finder.files(pattern.text.hasPrefix("/") ? pattern.text : folder + pattern.text, log: &log)
        if found.isEmpty, log.errors == before {
          log.warn(
            items.file.location(at: pattern.start), "the ruleset \(DisplayText.quoted(ruleset.name)) names no file by "
              + DisplayText.quoted(pattern.text), hint: "it is relative to the folder of \(DisplayText.quoted(items.file.name))")
        }
        for path in found {
          guard let file = FileIdentity(path) else { continue }
          let name = names[file] ?? path
          if names[file] == nil {
            names[file] = path
            finder.append(path)
          }
          guard rulesets[name]?.last != index else { continue }
          rulesets[name, default: []].append(index)
          files += 1
        }
      }
      input.rulesetFiles.append(files)
    }
    input.scopes = rulesets.mapValues { .rulesets($0) }
  }

  /// A tenant's own files among the site's would hold for everybody.
  private func refuseTenantFiles(_ paths: [String], in folder: String, _ log: inout DiagnosticLog) {
    guard let root = Self.real(folder) else { return }
    for path in paths where Self.real(path)?.hasPrefix(root + "/") == true {
      log.error(
        .whole(path), "it is a tenant's own, and can't be among the site's rules",
        hint: "name the site's folders apart from \(DisplayText.quoted(folder))")
    }
  }

  /// nil: there is no such file.
  private static func real(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Whoever may write the site's files decides for all tenants.
  private func warnOfAccess(_ paths: [String], _ log: inout DiagnosticLog) {
    var told = 0
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0, let problem = FileAccess(status).problem(FileAccess.site) else { continue }
      told += 1
      guard told <= 5 else { continue }
      log.warn(.whole(path), "\(problem), and with it what holds for everybody", hint: "only root should be able to")
    }
    if told > 5 { log.warn(.whole(paths[0]), "\(told - 5) more files can be written by others than root") }
  }
}

/// A file, whatever its name.
private struct FileIdentity: Hashable {
  let device: UInt64
  let inode: UInt64

  /// nil: there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
  }
}
