internal import Events

/// Reads the `exceptions` of a rule.
struct ExceptionReader {
  /// An exception as an item writes it: a whole one, or values for one that an earlier item defined.
  struct Item {
    let name: String
    let node: ItemFields
    /// nil: it has none, and adds values to an earlier exception.
    let fields: [ExceptionItem.Field]?
    let isSingle: Bool
    let values: YAMLNode?
    let file: Int
    let expires: CalendarDay?
    let reason: String?
  }

  let fields: ItemFields
  let file: Int

  private static let keys = ["name", "fields", "comps", "values", "expires", "reason"]

  /// nil: there is no such key, or something else; said in the log.
  func read(log: inout DiagnosticLog) -> [Item]? {
    guard fields.has("exceptions"), let nodes = fields.mappings("exceptions", log: &log) else { return nil }
    var items: [Item] = []
    for node in nodes {
      node.checkKeys(known: Self.keys, log: &log)
      guard node.has("name") else {
        log.error(node.file.location(at: node.node.start), "the exception has no 'name'")
        continue
      }
      guard let name = node.text("name", log: &log)?.text else { continue }
      if items.contains(where: { $0.name == name }) {
        log.error(node.valueLocation(of: "name"), "there are two exceptions \(DisplayText.quoted(name))")
        continue
      }
      if let item = item(name, node, &log) { items.append(item) }
    }
    return items
  }

  private func item(_ name: String, _ node: ItemFields, _ log: inout DiagnosticLog) -> Item? {
    let expires = node.text("expires", log: &log)
    let day = expires.flatMap { CalendarDay($0.text) }
    if let expires, day == nil {
      log.error(node.valueLocation(of: "expires"), "\(DisplayText.quoted(expires.text)) is no day", hint: "expected one as 2026-12-31")
      return nil
    }
    let reason = node.text("reason", log: &log)?.text
    let isSingle = node["fields"]?.scalar.map { !$0.isNull } ?? false
    guard node.has("fields") else {
      if node.has("comps") {
        log.error(node.location(of: "comps"), "'comps' stands here without 'fields'")
        return nil
      }
      return Item(
        name: name, node: node, fields: nil, isSingle: false, values: node["values"], file: file, expires: day, reason: reason)
    }
    guard let names = scalars(node, "fields", &log), let comparisons = comparisons(node, names.count, isSingle, &log) else { return nil }
    var parsed: [ExceptionItem.Field] = []
    for (scalar, comparison) in zip(names, comparisons) {
      do throws(ConditionError) {
        try ConditionParser.checkSubject(Array(scalar.text.utf8))
      } catch {
        log.error(node.file.location(at: scalar.start), "\(DisplayText.quoted(scalar.text)) is no field: \(error.message)", hint: error.hint)
        return nil
      }
      parsed.append(.init(text: scalar.text, place: TextPlace(file: file, offset: scalar.start), comparison: comparison))
    }
    return Item(
      name: name, node: node, fields: parsed, isSingle: isSingle, values: node["values"], file: file, expires: day, reason: reason)
  }

  /// One text, or a list of some.
  private func scalars(_ node: ItemFields, _ key: String, _ log: inout DiagnosticLog) -> [YAMLScalar]? {
    if let scalar = node[key]?.scalar, !scalar.isNull { return [scalar] }
    guard case .sequence(let nodes)? = node[key]?.content, !nodes.isEmpty, nodes.allSatisfy({ $0.scalar != nil }) else {
      log.error(node.valueLocation(of: key), "'\(key)' must be a text, or a list of texts", hint: "write [proc.name, fd.sport]")
      return nil
    }
    return nodes.compactMap(\.scalar)
  }

  private func comparisons(_ node: ItemFields, _ count: Int, _ isSingle: Bool, _ log: inout DiagnosticLog) -> [Comparison]? {
    guard node.has("comps"), node["comps"]?.scalar?.isNull != true else {
      return [Comparison](repeating: isSingle ? .isIn : .equal, count: count)
    }
    guard let names = scalars(node, "comps", &log) else { return nil }
    let allowed: [Comparison] = isSingle ? [.isIn, .pmatch, .intersects] : Comparison.allCases.filter { $0 != .exists }
    var comparisons: [Comparison] = []
    for name in names {
      guard let comparison = Comparison(rawValue: name.text), allowed.contains(comparison) else {
        let words = allowed.map(\.rawValue)
        log.error(
          node.file.location(at: name.start), "\(DisplayText.quoted(name.text)) can't compare here",
          hint: NearestName.hint(name.text, among: words) ?? "expected one of \(words.joined(separator: " "))")
        return nil
      }
      comparisons.append(comparison)
    }
    guard comparisons.count == count else {
      log.error(node.location(of: "comps"), "'fields' has \(count) entries, 'comps' has \(comparisons.count)")
      return nil
    }
    return comparisons
  }

  // MARK: - Merging

  /// Adds new exceptions, and to those of the same name values.
  static func merge(_ items: [Item], into exceptions: inout [ExceptionItem], log: inout DiagnosticLog) {
    for item in items {
      let earlier = exceptions.firstIndex { $0.name == item.name }
      guard let index = earlier else {
        guard let fields = item.fields else {
          log.error(item.node.location(of: "name"), "the exception \(DisplayText.quoted(item.name)) has no 'fields'")
          continue
        }
        var exception = ExceptionItem(
          name: item.name, fields: fields, isSingle: item.isSingle, rows: [], expires: item.expires, reason: item.reason,
          location: item.node.location(of: "name"))
        exception.rows = rows(item, of: exception, &log)
        exceptions.append(exception)
        continue
      }
      guard item.fields == nil else {
        log.error(
          item.node.location(of: "fields"), "the exception \(DisplayText.quoted(item.name)) has its fields already",
          hint: "only values can be added to it")
        continue
      }
      if item.expires != nil || item.reason != nil {
        log.error(
          item.node.location(of: item.expires != nil ? "expires" : "reason"),
          "values that are added to an exception can't have a day or a reason of their own", hint: "give the exception a new name")
        continue
      }
      exceptions[index].rows += rows(item, of: exceptions[index], &log)
    }
  }

  private static func rows(_ item: Item, of exception: ExceptionItem, _ log: inout DiagnosticLog) -> [[ExceptionItem.Value]] {
    guard let values = item.values, values.scalar?.isNull != true else { return [] }
    let source = item.node.file
    func fail(_ node: YAMLNode, _ message: String, _ hint: String) -> [[ExceptionItem.Value]] {
      log.error(source.location(at: node.start), message, hint: hint)
      return []
    }
    func value(_ node: YAMLNode) -> ExceptionItem.Value? {
      let place = TextPlace(file: item.file, offset: node.start)
      if let scalar = node.scalar { return scalar.text.utf8.contains(0) ? nil : .one(scalar.text, place) }
      guard case .sequence(let nodes) = node.content, nodes.allSatisfy({ $0.scalar.map { !$0.text.utf8.contains(0) } ?? false })
      else { return nil }
      return .many(nodes.compactMap { $0.scalar?.text }, place)
    }
    guard case .sequence(let nodes) = values.content else { return fail(values, "'values' must be a list", "write [a, b]") }
    var rows: [[ExceptionItem.Value]] = []
    for node in nodes {
      if exception.isSingle {
        guard let value = value(node) else { return fail(node, "'values' holds texts here", "write [a, b]") }
        rows.append([value])
        continue
      }
      guard case .sequence(let cells) = node.content else {
        return fail(node, "'values' holds a list for each row", "write [[a, b], [c, d]]")
      }
      let row = cells.compactMap(value)
      guard row.count == cells.count else { return fail(node, "a row of 'values' holds texts, or lists of texts", "write [[a, [b, c]]]") }
      guard row.count == exception.fields.count else {
        return fail(node, "this row has \(row.count) values for \(exception.fields.count) fields", "one value for each field")
      }
      rows.append(row)
    }
    return rows
  }
}
