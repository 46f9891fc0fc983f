internal import Events

/// Replaces the names of lists among a list's items by the items of those lists.
enum ListFlattening {
  /// - Parameter site: the site's lists, flattened, where these are a tenant's.
  /// - Returns: the items of each list by its name. Only lists defined before a list are put into it.
  static func flatten(
    _ table: ItemTable<ListItem>, site: [String: [String]] = [:], limits: LoadLimits, log: inout DiagnosticLog
  ) -> [String: [String]] {
    var flat: [String: [String]] = [:]
    // An item has a byte and a separator at least: more could go into no condition.
    let maximum = limits.conditionBytes
    var total = 0
    for entry in table.entries {
      var items: [String] = []
      for item in entry.item.items {
        let isBefore = table.index(of: item).map { $0 < entry.visibility && item != entry.item.name } ?? false
        guard let inner = isBefore ? flat[item] : site[item] else {
          items.append(item)
          continue
        }
        guard items.count + inner.count <= maximum else { break }
        items += inner
      }
      total += items.count
      guard items.count <= maximum, total <= limits.nodes * 4 else {
        log.error(entry.item.location, "the list \(DisplayText.quoted(entry.item.name)) grows too long with the lists in it")
        continue
      }
      flat[entry.item.name] = items
    }
    return flat
  }
}
