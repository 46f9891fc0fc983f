/// A text of an item, and its file.
struct ItemText: Sendable {
  let scalar: YAMLScalar
  let file: Int
}

struct ListItem: Sendable {
  let name: String
  let items: [String]
  let location: SourceLocation
}

struct MacroItem: Sendable {
  let name: String
  let condition: ItemText
  let location: SourceLocation
}

struct RuleItem: Sendable {
  let name: String
  let condition: ItemText
  let output: ItemText
  let description: String
  let priority: Priority
  let tags: [String]
  var isEnabled: Bool
  /// A rule with an unknown field is left out with a warning.
  let skipsUnknownFields: Bool
  let warnsOfAllKinds: Bool
  let location: SourceLocation
}

/// Named items in the order of their first definition; a later definition takes the place of an earlier one.
struct ItemTable<Item> {
  struct Entry {
    var item: Item
    /// When it was first defined, among all items of its table.
    let index: Int
    /// How many items were defined when it was last defined: it sees those before.
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
    return true
  }
}
