internal import ArgumentParser
internal import Events
internal import FoundationEssentials

struct FieldsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fields",
    abstract: "List the fields that rules can ask for.",
    discussion: """
      Examples:
        selvage fields
        selvage fields fd.           the fields whose names begin so
        selvage fields --json
      """)

  @Argument(help: ArgumentHelp("Only the fields whose names begin so.", valueName: "prefix"), completion: Completions.fields)
  var prefix = ""

  @Flag(name: .long, help: "As JSON, for programs.")
  var json = false

  func run() throws {
    let fields = FieldTable.all.filter { $0.name.hasPrefix(prefix) }
    guard !fields.isEmpty else {
      Console.say("selvage: no field's name begins with \"\(EscapedText.escaped(prefix.utf8, limit: 80))\"")
      throw ExitStatus.refused
    }
    if json {
      Console.answer(try JSONText.text(fields.map(Row.init)))
    } else {
      for field in fields { Console.answer(Row(field).line) }
    }
  }

  private struct Row: Encodable {
    let name: String
    let type: String
    let argument: String?
    let events: [String]
    let meaning: String

    init(_ field: FieldDescription) {
      name = field.name
      type = field.type.rawValue
      argument =
        switch field.argument {
        case .none: nil
        case .index: "index"
        case .key, .requiredKey: "name"
        }
      events = field.kinds.kinds.map(\.name)
      meaning = field.meaning
    }

    var line: String {
      let full = name + (argument.map { "[\($0)]" } ?? "")
      let kinds = events.count == EventKinds.all.kinds.count ? "all events" : events.joined(separator: ", ")
      return "\(full)  (\(type))\n    \(meaning)\n    \(kinds)"
    }
  }
}
