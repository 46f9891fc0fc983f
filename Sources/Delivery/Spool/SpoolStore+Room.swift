/// What goes when there is no room, or when it is too old.
extension SpoolStore {
  private func value(_ statement: borrowing SQLiteStatement) throws(SQLiteError) -> Int {
    defer { statement.reset() }
    return try statement.step() ? Int(statement.integer(0) ?? 0) : 0
  }

  private func usedPages() throws(SQLiteError) -> Int { try value(pageCount) - value(freePages) }

  /// Whether the file is as large as it may be: then it is not the disk that has no room.
  func isAtItsLimit() -> Bool { ((try? usedPages()) ?? 0) >= settings.pages - settings.sparePages }

  /// Where readers let it.
  func emptyLog() throws(SQLiteError) { try connection.checkpoint(truncating: true) }

  /// Of the database, with pages that are free.
  func fileBytes() -> Int { ((try? value(pageCount)) ?? 0) * SpoolSettings.pageBytes }

  /// Removes what is too old, then what there is no room for, so much at most that a transaction stays short.
  func trim(_ batch: Batch, age: Int64, willDrop: () -> Void) throws(SQLiteError) -> [Removed] {
    var budget = max(batch.removals, 2 * batch.alerts.count + 64)
    var removed: [Removed] = []
    let oldest = age &- Int64(settings.maximumAgeSeconds)
    aged: while budget > 0 {
      let rows = try oldestRows(after: 0, limit: min(32, budget))
      for row in rows {
        guard row.age < oldest else { break aged }
        let isPassed = row.sequence <= batch.passed
        if !isPassed { willDrop() }
        try remove(row, isPassed ? nil : .age, &removed, &budget)
      }
      if rows.isEmpty { break }
    }
    let room = settings.pages - settings.sparePages
    while budget > 0, try usedPages() > room {
      let count = min(16, budget)
      let rows = try oldestRows(after: 0, limit: count).filter { $0.sequence <= batch.passed }
      if !rows.isEmpty {
        for row in rows { try remove(row, nil, &removed, &budget) }
        continue
      }
      let going = try dropped(batch, limit: count)
      guard !going.isEmpty else { break }
      willDrop()
      for row in going { try remove(row, .full, &removed, &budget) }
    }
    // A smaller limit than the last run's: the file shrinks by a little each time.
    if try value(pageCount) > settings.pages { try connection.execute("PRAGMA incremental_vacuum(256)") }
    return removed
  }

  private struct Row {
    let sequence: UInt64
    let severity: UInt8
    let tenant: String?
    let age: Int64
  }

  private func oldestRows(after sequence: UInt64, limit: Int) throws(SQLiteError) -> [Row] {
    oldestAlerts.bind(1, Int64(clamping: sequence))
    oldestAlerts.bind(2, Int64(limit))
    var rows: [Row] = []
    while try oldestAlerts.step() {
      rows.append(Row(
        sequence: UInt64(bitPattern: oldestAlerts.integer(0) ?? 0),
        severity: min(UInt8(clamping: oldestAlerts.integer(1) ?? 0), SpoolSchema.severities.upperBound),
        tenant: oldestAlerts.text(2), age: oldestAlerts.integer(3) ?? 0))
    }
    return rows
  }

  /// What goes though some sink does not have it. What a sink has in hand stays: it would be gone twice.
  private func dropped(_ batch: Batch, limit: Int) throws(SQLiteError) -> [Row] {
    guard settings.whenFull == .dropLowest else { return try oldestRows(after: batch.inHand, limit: limit) }
    for severity in SpoolSchema.severities.reversed() {
      let sequences = try bodies[Int(severity)].oldest(after: batch.inHand, limit: limit)
      guard !sequences.isEmpty else { continue }
      var rows: [Row] = []
      for sequence in sequences {
        rows.append(Row(sequence: sequence, severity: severity, tenant: try tenant(sequence) ?? nil, age: 0))
      }
      return rows
    }
    return []
  }

  /// nil: there is no such alert.
  func tenant(_ sequence: UInt64) throws(SQLiteError) -> String?? {
    alertNamed.bind(1, Int64(clamping: sequence))
    defer { alertNamed.reset() }
    return try alertNamed.step() ? .some(alertNamed.text(0)) : .none
  }

  private func remove(
    _ row: Row, _ reason: Tombstones.Reason?, _ removed: inout [Removed], _ budget: inout Int
  ) throws(SQLiteError) {
    deleteAlert.bind(1, Int64(bitPattern: row.sequence))
    try deleteAlert.run()
    try bodies[Int(row.severity)].delete(row.sequence)
    removed.append(Removed(sequence: row.sequence, severity: row.severity, tenant: row.tenant, reason: reason))
    budget -= 1
  }
}
