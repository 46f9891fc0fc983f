internal import Engine
internal import Events
internal import Rules

/// An alert from its JSON object, as ``JSONFormat`` writes it. What that leaves out comes from elsewhere.
enum AlertBody {
  /// - Parameter timestampNanoseconds: nil: the object's own time, if it is of 1970 or later.
  /// - Returns: nil: that is none. Keys that it doesn't know are passed over.
  static func alert(
    _ json: UnsafeRawBufferPointer, timestampNanoseconds: Int64? = nil, facility: SyslogFacility?
  ) -> Alert? {
    var body = Body()
    do throws(JSONCursor.Fault) {
      var cursor = JSONCursor(json)
      var key: [UInt8] = []
      try cursor.object(&key) { (cursor, key, _) throws(JSONCursor.Fault) in try body.read(key, &cursor) }
      guard cursor.peek() == nil else { return nil }
    } catch {
      return nil
    }
    guard let priority = body.priority, let time = timestampNanoseconds ?? body.time else { return nil }
    return Alert(
      id: body.id, recordNumber: body.record, timestampNanoseconds: time, node: body.node, rule: body.rule,
      ruleDescription: body.description, priority: priority, tags: body.tags, tenant: body.tenant, facility: facility,
      identity: body.identity, event: body.event, message: body.output, fields: body.fields)
  }

  private struct Body {
    var time: Int64?
    var id = ""
    var record: UInt64 = 0
    var node = ""
    var rule = ""
    var description = ""
    var priority: Priority?
    var tags: [String] = []
    var tenant: String?
    var identity: Identity?
    var event = ""
    var output = ""
    var fields: [AlertField] = []

    mutating func read(_ key: [UInt8], _ cursor: inout JSONCursor) throws(JSONCursor.Fault) {
      switch String(decoding: key, as: UTF8.self) {
      case "time": time = CivilTime.nanoseconds(try Self.text(&cursor))
      case "id": id = try Self.text(&cursor)
      case "record": record = try cursor.integer(0, .max)
      case "node": node = try Self.text(&cursor)
      case "rule": rule = try Self.text(&cursor)
      case "description": description = try Self.text(&cursor)
      case "priority": priority = Priority(name: try Self.text(&cursor))
      case "tags":
        var tags: [String] = []
        try cursor.list { (cursor) throws(JSONCursor.Fault) in tags.append(try Self.text(&cursor)) }
        self.tags = tags
      case "tenant": tenant = try Self.text(&cursor)
      case "identity":
        let name = try Self.text(&cursor)
        identity = Identity.allCases.first { $0.name == name }
      case "event": event = try Self.text(&cursor)
      case "output": output = try Self.text(&cursor)
      case "fields":
        var fields: [AlertField] = []
        var name: [UInt8] = []
        try cursor.object(&name) { (cursor, name, _) throws(JSONCursor.Fault) in
          fields.append(AlertField(name: String(decoding: name, as: UTF8.self), value: try Self.value(&cursor)))
        }
        self.fields = fields
      default: try cursor.skipValue()
      }
    }

    private static func text(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> String {
      var text: [UInt8] = []
      try cursor.string(into: &text)
      return String(decoding: text, as: UTF8.self)
    }

    private static func value(_ cursor: inout JSONCursor) throws(JSONCursor.Fault) -> AlertField.Value {
      switch cursor.peek() {
      case UInt8(ascii: "\""): .text(try text(&cursor))
      case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean(try cursor.boolean())
      default: .integer(Int64(bitPattern: try cursor.integer(.min, UInt64(Int64.max))))
      }
    }
  }
}
