internal import Events

/// Rows of text in columns, for people: whatever stands in a cell stays in it.
struct TextTable {
  private var rows: [[String]]

  /// Characters of a cell, but for the last of a row.
  private static let cellLimit = 60
  private static let lastLimit = 4096

  init(_ head: String...) { rows = [head] }

  mutating func add(_ cells: String...) {
    rows.append(
      cells.enumerated().map { place, cell in
        DisplayText.escaped(cell, limit: place == cells.count - 1 ? Self.lastLimit : Self.cellLimit)
      })
  }

  /// Without its head; 0: there is nothing to show.
  var count: Int { rows.count - 1 }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        line += cell
        if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
      }
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }
}
