internal import Events

/// How an item changes an earlier one of its name.
enum ItemChange: Equatable {
  case append, replace

  enum Reading: Equatable {
    /// It stands for itself.
    case none
    /// By key; every key it has is among them.
    case some([String: ItemChange])
    /// Said in the log.
    case broken
  }

  /// Reads `append: true` and `override: {key: append}`.
  ///
  /// - Parameters:
  ///   - kind: the key that names the item: `rule`.
  ///   - appendable: keys that `override` may append to.
  ///   - old: keys that `append: true` appends to.
  static func read(
    _ fields: ItemFields, kind: String, appendable: [String], replaceable: [String], old: [String], log: inout DiagnosticLog
  ) -> Reading {
    let appends = fields.boolean("append", log: &log) ?? false
    guard let node = fields["override"], node.scalar?.isNull != true else {
      return appends ? readOld(fields, kind: kind, old: old, log: &log) : .none
    }
    guard let overrides = fields.mapping("override", log: &log) else { return .broken }
    if appends {
      log.error(fields.location(of: "append"), "'append' and 'override' can't stand together", hint: "write it in 'override'")
      return .broken
    }
    var changes: [String: ItemChange] = [:]
    var isBroken = false
    for key in overrides.names.sorted() {
      guard appendable.contains(key) || replaceable.contains(key) else {
        log.error(
          overrides.location(of: key), "\(DisplayText.quoted(key)) of a \(kind) can't be overridden",
          hint: NearestName.hint(key, among: replaceable + appendable) ?? "expected one of \(replaceable.joined(separator: ", "))")
        isBroken = true
        continue
      }
      let text = overrides[key]?.scalar?.text
      let change: ItemChange? = text == "append" ? .append : text == "replace" ? .replace : nil
      guard let change, (change == .append ? appendable : replaceable).contains(key) else {
        log.error(
          overrides.valueLocation(of: key), "'\(key)' of a \(kind) can't be overridden with \(DisplayText.quoted(text ?? "a list"))",
          hint: appendable.contains(key) ? "expected append or replace" : "expected replace")
        isBroken = true
        continue
      }
      if !fields.has(key) {
        log.error(overrides.location(of: key), "'\(key)' is overridden, but isn't here")
        isBroken = true
      }
      changes[key] = change
    }
    for key in fields.names.sorted() where key != kind && key != "override" && key != "append" && changes[key] == nil {
      guard appendable.contains(key) || replaceable.contains(key) else { continue }
      log.error(fields.location(of: key), "'\(key)' stands here without its entry in 'override'", hint: "add '\(key): replace' there")
      isBroken = true
    }
    return isBroken ? .broken : .some(changes)
  }

  private static func readOld(
    _ fields: ItemFields, kind: String, old: [String], log: inout DiagnosticLog
  ) -> Reading {
    let present = old.filter { fields.has($0) }
    guard !present.isEmpty else {
      log.error(fields.location(of: kind), "nothing is appended here", hint: "expected \(old.joined(separator: " or "))")
      return .broken
    }
    for key in fields.names.sorted() where key != kind && key != "append" && key != "override" && !old.contains(key) {
      log.warn(fields.location(of: key), "\(DisplayText.quoted(key)) is ignored beside 'append'", hint: "use 'override' to change it")
    }
    return .some(Dictionary(uniqueKeysWithValues: present.map { ($0, .append) }))
  }
}
