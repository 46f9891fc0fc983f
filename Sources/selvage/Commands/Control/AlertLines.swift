internal import Control
internal import Delivery
internal import Events
internal import FoundationEssentials
internal import Rules
internal import Synchronization

/// Shows alerts as their lines come. One thread at a time.
final class AlertLines: Sendable {
  /// What people are shown of a line.
  private struct Told: Decodable {
    let time: String?
    let tenant: String?
    let identity: String?
    let rule: String?
    let priority: String?
    let output: String?
    /// How many are missing here.
    let lost: UInt64?
    /// Why the rest can't be told.
    let error: String?
  }

  private let isJSON: Bool
  private let colours: Bool
  /// A line that has not ended yet.
  private let rest = Mutex<[UInt8]>([])

  init(isJSON: Bool, colours: Bool) {
    self.isJSON = isJSON
    self.colours = colours
  }

  /// - Returns: whether anybody reads.
  func show(_ bytes: [UInt8]) -> Bool {
    if isJSON { return Console.answer(bytes: bytes) }
    let newline = UInt8(ascii: "\n")
    let lines = rest.withLock { rest in
      var parts = (rest + bytes).split(separator: newline, omittingEmptySubsequences: false)
      rest = parts.popLast().map(Array.init) ?? []
      return parts
    }
    var text: [UInt8] = []
    for line in lines where !line.isEmpty {
      guard let told = try? JSONDecoder().decode(Told.self, from: Data(line)) else { continue }
      text += self.text(told).utf8
      text.append(newline)
    }
    return text.isEmpty || Console.answer(bytes: text)
  }

  private func text(_ told: Told) -> String {
    if let lost = told.lost { return "(\(lost) alerts are missing here: this reader was too slow)" }
    if let error = told.error { return "(the rest can't be read: \(shown(error)))" }
    let time = (told.time ?? "").prefix(23)
    let name = told.priority ?? ""
    let priority = Priority(name: name).flatMap { colours ? TerminalFormat.coloured($0) : nil } ?? shown(name)
    let padding = String(repeating: " ", count: max(0, 13 - name.count))
    let tenant = told.tenant ?? (told.identity == nil ? nil : "?")
    return "\(shown(String(time))) \(priority)\(padding) \(tenant.map { shown($0) + " " } ?? "")\(shown(told.rule ?? "")): \(shown(told.output ?? ""))"
  }

  /// The agent has made them harmless; but who answers may be another.
  private func shown(_ text: String) -> String { DisplayText.escaped(text, limit: 16_384) }
}
