internal import ArgumentParser
internal import Events
internal import Rules

/// What `selvage record` keeps, and in which files.
struct RecordingOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The trace file to write; \"-\" is standard output.", valueName: "file"), completion: .file())
  var output: String

  @Flag(name: .long, help: "Replace the file if it is there.")
  var overwrite = false

  @Option(
    name: .long,
    help: ArgumentHelp("Only events of these kinds, as execve,connect; what tells of processes stays.", valueName: "kinds"),
    completion: .list(KindList.allValueStrings))
  var kinds: [KindList] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only events that this holds of, in the rule language, with the macros and lists of the rules; what tells of processes stays.",
      valueName: "condition"))
  var `where`: String?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A rule file, or a directory of them, instead of the configuration's, for --where and --trigger; may be repeated.",
      valueName: "path"), completion: .file())
  var rules: [String] = []

  @Option(name: .long, help: PolicyFiles.tenantsHelp, completion: .file())
  var tenants: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Begin another file when one has about so many bytes: 512K, 100M, 2G.", valueName: "bytes"))
  var rotateSize: ByteSize?

  @Option(name: .long, help: ArgumentHelp("Begin another file after that time.", valueName: "seconds"))
  var rotateSeconds: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("Remove the oldest of these files when all have more bytes than that.", valueName: "bytes"))
  var keep: ByteSize?

  @Option(
    name: .long,
    help: ArgumentHelp("Write nothing until this rule fires, then what came before and what follows.", valueName: "rule"),
    completion: Completions.rules)
  var trigger: String?

  @Option(name: .long, help: ArgumentHelp("With --trigger: how far back. Default: 60.", valueName: "seconds"))
  var before: Int?

  @Option(name: .long, help: ArgumentHelp("With --trigger: how long after it fired last. Default: 60.", valueName: "seconds"))
  var after: Int?

  @Option(
    name: .long,
    help: ArgumentHelp("With --trigger: of what is kept in memory. Default: 64M.", valueName: "bytes"))
  var beforeBytes: ByteSize?

  func validate() throws {
    for (name, seconds) in [("--rotate-seconds", rotateSeconds), ("--before", before), ("--after", after)] {
      guard seconds.map({ (name == "--rotate-seconds" ? 1 : 0)...1_000_000_000 ~= $0 }) != false else {
        throw ValidationError("\(name) takes a number of seconds")
      }
    }
    if trigger == nil, before != nil || after != nil || beforeBytes != nil {
      throw ValidationError("--before, --before-bytes and --after need --trigger RULE, which says when to write")
    }
    guard isSeries else { return }
    if output == "-" { throw ValidationError("standard output is one file: it can't be rotated, nor written by a trigger") }
    if overwrite { throw ValidationError("--overwrite is for a single file: each file of a series has a name of its own") }
    if let keep, keep.bytes < 2 * Self.smallestFile || keep.bytes / 2 < rotateSize?.bytes ?? 0 {
      throw ValidationError("--keep must be at least twice --rotate-size, and \(2 * Self.smallestFile): one file is being written")
    }
  }

  private static let smallestFile: UInt64 = 64 << 10

  private var isSeries: Bool { rotateSize != nil || rotateSeconds != nil || keep != nil || trigger != nil }

  /// Errors are said, and end the program.
  func plan(_ configuration: Configuration, command: [String], isQuiet: Bool) throws -> RecordingPlan {
    var plan = RecordingPlan(output: output, overwrites: overwrite, command: command)
    if !kinds.isEmpty { plan.kinds = kinds.reduce([]) { $0.union($1.kinds) } }
    var conditions = ConditionOptions()
    conditions.where = self.where
    let files = policyOptions.files(configuration)
    conditions.rules = files.rules
    conditions.tenants = files.tenants
    plan.condition = try conditions.policy()
    if isSeries {
      plan.series = RecordSeries.Limits(
        bytes: rotateSize?.bytes ?? keep.map { $0.bytes / 4 }, seconds: rotateSeconds, totalBytes: keep?.bytes)
    }
    plan.trigger = try settings(configuration, isQuiet: isQuiet)
    return plan
  }

  private var policyOptions: PolicyOptions {
    var options = PolicyOptions()
    options.rules = rules
    options.tenants = tenants
    return options
  }

  private func settings(_ configuration: Configuration, isQuiet: Bool) throws -> Trigger.Settings? {
    guard let trigger else { return nil }
    let (policy, loaded) = try policyOptions.loadReported(configuration)
    let found = try RuleName.find(trigger, in: policy, loaded.rules)
    // Of a rule alone, so that no other costs anything; a correlation needs those that it refers to.
    let needed =
      switch found {
      case .rule(let rule): Policy(rules: [rule], predicates: policy.predicates, tenancy: policy.tenancy).alertingAll
      case .correlation: policy.alertingAll
      }
    return Trigger.Settings(
      rule: found.name, policy: needed, beforeSeconds: before ?? 60, afterSeconds: after ?? 60,
      bytes: beforeBytes?.bytes ?? 64 << 20, isQuiet: isQuiet)
  }
}
