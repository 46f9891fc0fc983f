import Engine
import Events
import Glibc
import Rules
import TestSupport

/// The rules of `rules/`, and their recordings.
enum ShippedRules {
  static let directory: String = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return "/\(root)/rules"
  }()

  /// Beside the tests' own program.
  static let agent: String = {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &bytes, bytes.count)
    let path = String(decoding: bytes.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "/\(path.split(separator: "/").dropLast().joined(separator: "/"))/selvage"
  }()

  /// `selvage test`, of all of them.
  static func test(_ arguments: String...) throws -> TestSupport.Program.Ending {
    try TestSupport.Program.run(agent, ["test", directory] + arguments)
  }

  static let loaded = PolicyLoader().load(paths: [directory])
  static let rules = loaded.policy?.rules ?? []

  /// `Program run from memory` of rules/execution/*.yaml is recorded in rules/execution/traces/program-run-from-memory.
  static func recording(_ rule: Rule, _ way: String) -> String { "\(path(of: rule)).\(way).trace" }

  static func script(_ rule: Rule) -> String { "\(path(of: rule)).sh" }

  private static func path(of rule: Rule) -> String {
    let folder = rule.location.file.split(separator: "/").dropLast().joined(separator: "/")
    let words = rule.name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
    return "/\(folder)/traces/\(words.joined(separator: "-"))"
  }

  /// Every file below the areas' `traces`.
  static var recordedFiles: [String] {
    var matches = glob_t()
    defer { globfree(&matches) }
    guard glob("\(directory)/*/traces/*", 0, nil, &matches) == 0, let paths = matches.gl_pathv else { return [] }
    return (0..<Int(matches.gl_pathc)).compactMap { paths[$0].map { String(cString: $0) } }
  }
}

/// What a recording holds, and what the shipped rules make of it.
struct Replay {
  var alerts: [Alert] = []
  var summary = TraceSummary()
  var streams: [StreamRecord] = []
  var kinds: EventKinds = []
  /// Processes of the machine that have nothing to do with the recording.
  var snapshotTasks = 0

  init(_ path: String, _ policy: Policy) throws {
    var reader = try TraceReader(path: path)
    var engine = Engine(policy: policy, processes: 10_000)
    summary = reader.forEach { record in
      if let kind = record.kind { kinds.formUnion(EventKinds(kind)) }
      if record.kind == .task { snapshotTasks += 1 }
      if let stream = try? StreamRecord(record) { streams.append(stream) }
      engine.process(record) { alerts.append($0) }
    }
  }
}
