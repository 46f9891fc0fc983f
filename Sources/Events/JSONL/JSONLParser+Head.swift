extension JSONLParser {
  /// The keys of a line that are no fields of a record.
  struct Head {
    var kind: EventKind?
    private(set) var number: UInt64?
    private(set) var numberPlace = 0
    private(set) var lost: UInt64?
    private(set) var bytes: [UInt8]?
    private(set) var bytesPlace = 0
    private var hasComment = false
    private var kindIsGiven = false

    static let names = ["number", "kind", "lost", "bytes", "comment"]

    var isOnlyLoss: Bool { kind == nil && number == nil && bytes == nil }

    var isEmpty: Bool { isOnlyLoss && lost == nil }

    /// - Returns: false: it is none of these.
    mutating func take(_ key: [UInt8], _ place: Int, _ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> Bool {
      switch String(decoding: key, as: UTF8.self) {
      case "kind":
        guard !kindIsGiven else { throw Self.twice(key, place) }
        kindIsGiven = true
        kind = try Self.kind(&cursor)
      case "number":
        guard number == nil else { throw Self.twice(key, place) }
        _ = cursor.peek()
        numberPlace = cursor.at
        number = try cursor.integer(0, .max)
      case "lost":
        guard lost == nil else { throw Self.twice(key, place) }
        lost = try cursor.integer(0, .max)
      case "bytes":
        guard bytes == nil else { throw Self.twice(key, place) }
        var values = JSONLValueReader()
        _ = cursor.peek()
        bytesPlace = cursor.at
        bytes = try values.hex(&cursor)
      case "comment":
        guard !hasComment else { throw Self.twice(key, place) }
        hasComment = true
        var text: [UInt8] = []
        try cursor.string(into: &text)
      default: return false
      }
      return true
    }

    /// By the name that rules have for it, any of its other names, or that of the ABI.
    static func kind(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> EventKind {
      _ = cursor.peek()
      let place = cursor.at
      var text: [UInt8] = []
      try cursor.string(into: &text)
      let name = String(decoding: text, as: UTF8.self)
      if let kind = kinds[name] { return kind }
      let names = EventKind.allCases.map(\.name)
      let hint = NearestName.hint(name, among: kinds.keys.sorted()) ?? "expected one of \(names.joined(separator: ", "))"
      throw cursor.fault("unknown kind \(DisplayText.quoted(name)); \(hint)", at: place)
    }

    private static let kinds: [String: EventKind] = {
      var kinds: [String: EventKind] = [:]
      for kind in EventKind.allCases {
        for name in [kind.name, "\(kind)"] + kind.ruleNames { kinds[name] = kind }
      }
      return kinds
    }()

    static func twice(_ key: [UInt8], _ place: Int) -> JSONCursor.Fault {
      JSONCursor.Fault(offset: place, text: "the key \(DisplayText.quoted(key)) stands here again")
    }

    static func noKind(_ key: [UInt8]) -> String {
      let name = String(decoding: key, as: UTF8.self)
      guard let hint = NearestName.hint(name, among: names) else { return "expected a key 'kind'" }
      return "unknown key \(DisplayText.quoted(name)); \(hint)"
    }
  }
}
