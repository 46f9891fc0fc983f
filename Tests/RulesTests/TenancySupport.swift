import Glibc
import Testing
import TestSupport

@testable import Rules

/// A site's folder: `tenants.yaml`, rules, tenants' own files.
struct Site {
  let folder: TemporaryFolder

  init(_ tenants: String) throws {
    folder = try TemporaryFolder()
    try write("tenants.yaml", tenants)
  }

  var root: String { folder.path }

  @discardableResult
  func write(_ path: String, _ text: String) throws -> String {
    var made = root
    for part in path.split(separator: "/").dropLast() {
      made += "/\(part)"
      mkdir(made, 0o755)
    }
    return try folder.write(text, path)
  }

  /// - Parameter rules: paths in the folder.
  func load(
    _ rules: [String] = [], checksAccess: Bool = false, lastGood: [String: [SourceFile]] = [:],
    limits: LoadLimits = LoadLimits()
  ) -> LoadResult {
    PolicyLoader(limits: limits, checksAccess: checksAccess)
      .load(paths: rules.map { "\(root)/\($0)" }, tenants: "\(root)/tenants.yaml", lastGood: lastGood)
  }

  /// `file:line:column severity: message; hint` of each, the folder left out.
  func said(_ loaded: LoadResult) -> [String] {
    loaded.diagnostics.map { diagnostic in
      let place = "\(diagnostic.location)".replacing("\(root)/", with: "")
      let text = "\(place) \(diagnostic.severity.rawValue): \(diagnostic.message)\(diagnostic.hint.map { "; \($0)" } ?? "")"
      return text.replacing("\(root)/", with: "")
    }
  }
}

func falco(_ name: String, _ condition: String = "evt.type = execve and proc.name = bash") -> String {
  "- {rule: \(name), desc: d, condition: \"\(condition)\", output: o, priority: Error}\n"
}

extension Policy {
  /// Names of the rules that see a tenant's workloads alone.
  func names(ofTenant name: String) -> [String]? {
    tenancy?.tenant(named: name).map { rulesByTenant[$0].map { rules[$0].name } }
  }

  func scope(of name: String) -> String? {
    rules.first { $0.name == name }.flatMap { rule in tenancy.map { $0.text(of: rule.scope) } }
  }
}
