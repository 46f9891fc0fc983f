/// A text of an item, and its file.
struct ItemText: Sendable {
  let scalar: YAMLScalar
  let file: Int

  var start: TextPlace { TextPlace(file: file, offset: scalar.start) }
}

struct ListItem: Sendable {
  let name: String
  var items: [String]
  let location: SourceLocation
}

struct MacroItem: Sendable {
  let name: String
  /// Its parts, joined by blanks.
  var condition: [ItemText]
  let location: SourceLocation
}

struct RuleItem: Sendable {
  let name: String
  /// Their parts, joined by blanks.
  var condition: [ItemText]
  var output: [ItemText]
  var description: String
  var priority: Priority
  var tags: [String]
  var exceptions: [ExceptionItem] = []
  var throttle: Throttle?
  var isEnabled: Bool
  /// A rule with an unknown field is left out with a warning.
  var skipsUnknownFields: Bool
  var warnsOfAllKinds: Bool
  let location: SourceLocation
}

/// Named items in the order of their first definition; a later definition takes the place of an earlier one.
struct ItemTable<Item> {
  struct Entry {
    var item: Item
    /// When it was first defined, among all items of its table.
    let index: Int
    /// How many items were defined when it was last defined or changed: it sees those before.
    var visibility: Int
  }

  private(set) var entries: [Entry] = []
  private var indices: [String: Int] = [:]

  var names: [String] { indices.keys.sorted() }

  mutating func define(_ name: String, _ item: Item) {
    if let index = indices[name] {
      entries[index].item = item
      entries[index].visibility = entries.count
    } else {
      indices[name] = entries.count
      entries.append(Entry(item: item, index: entries.count, visibility: entries.count))
    }
  }

  func index(of name: String) -> Int? { indices[name] }

  /// - Returns: false if there is no such item.
  mutating func update(_ name: String, _ change: (inout Item) -> Void) -> Bool {
    guard let index = indices[name] else { return false }
    change(&entries[index].item)
    entries[index].visibility = entries.count
    return true
  }
}
