package import Engine
internal import Events
internal import Rules

/// An alert as a JSON object (RFC 8259) on a line of its own: `time`, `node`, `tenant` if there is one, `identity` if that
/// is not known, `rule`, `priority`, `event`, `id`, `record`, `series`, `seq` and `prev` if it has a place, `truncated` if
/// it is, `tags`, `output`, `description`, and `fields`, an object in the alert's order.
package enum JSONFormat {
  /// Without the newline.
  /// - Parameter limit: see ``AlertFormat/line(for:place:limit:)``.
  package static func line(for alert: Alert, place: Place? = nil, limit: Int = .max) -> [UInt8] {
    AlertExcerpt.fit(alert, place, limit: limit) { excerpt in JSONObject.line { write(excerpt, to: &$0) } }
  }

  private static func write(_ excerpt: AlertExcerpt, to object: inout JSONObject) {
    let alert = excerpt.alert
    object.add("time", CivilTime(nanosecondsSince1970: alert.timestampNanoseconds).formatted())
    object.add("node", excerpt.text(alert.node))
    object.add("tenant", alert.tenant.map(excerpt.text))
    object.add("identity", alert.identity?.name)
    object.add("rule", excerpt.text(alert.rule))
    object.add("priority", alert.priority.name)
    object.add("event", excerpt.text(alert.event))
    object.add("id", excerpt.id)
    object.add("record", number: alert.recordNumber)
    object.add("series", excerpt.place?.series)
    object.add("seq", number: excerpt.place?.sequence)
    object.add("prev", number: excerpt.place?.previous)
    if excerpt.isTruncated { object.add("truncated", boolean: true) }
    object.add("tags", texts: excerpt.tags)
    object.add("output", excerpt.text(alert.message))
    object.add("description", excerpt.text(alert.ruleDescription))
    object.add("fields", isKeptEmpty: true) { fields in
      var names = UniqueNames()
      for field in excerpt.fields { fields.add(names.unused(excerpt.text(field.name)), field.value, in: excerpt) }
    }
  }
}

extension JSONObject {
  /// As the type that the value has.
  mutating func add(_ name: String, _ value: AlertField.Value, in excerpt: AlertExcerpt) {
    switch value {
    case .text(let text): add(name, excerpt.text(text))
    case .integer(let number): add(name, number: number)
    case .boolean(let boolean): add(name, boolean: boolean)
    }
  }
}
