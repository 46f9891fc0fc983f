internal import CEvents

/// A part of a stream, by times and numbers of records. It begins with the first record that is not before it, and ends
/// before the first that is behind it; between them nothing is left out, as records of different CPUs can be slightly out
/// of order in time.
package struct StreamWindow: Sendable {
  package enum Moment: Equatable, Sendable {
    /// Nanoseconds since 1970.
    case wall(Int64)
    /// Nanoseconds after the stream's first record.
    case offset(UInt64)
  }

  package enum Place: Sendable { case before, within, after }

  package var from: Moment?
  package var until: Moment?
  package var firstNumber: UInt64?
  package var lastNumber: UInt64?

  private var firstTime: UInt64?
  private var clockOffset: Int64 = 0
  private var place = Place.before

  package init() {}

  /// All records are within it.
  package var isWhole: Bool { from == nil && until == nil && firstNumber == nil && lastNumber == nil }

  /// Where a record lies. To be asked of every record, in order; once it was asked, ``begin`` is known.
  package mutating func place(_ record: borrowing Record) -> Place {
    let time = record.header.time_ns
    if firstTime == nil { firstTime = time }
    if let stream = try? StreamRecord(record) { clockOffset = stream.clockOffsetNanoseconds }
    if place == .after { return .after }
    if place == .before, record.number >= firstNumber ?? 0, !isBefore(time) { place = .within }
    if place == .within, record.number > lastNumber ?? .max || isAfter(time) { place = .after }
    return place
  }

  /// The number and time, in nanoseconds of CLOCK_BOOTTIME, before which no record is within it.
  package var begin: (number: UInt64, timeNanoseconds: UInt64) {
    var time: UInt64 = 0
    switch from {
    case .wall(let wall): time = UInt64(clamping: wall.subtractingReportingOverflow(clockOffset).partialValue)
    case .offset(let offset): time = sum(offset)
    case nil: break
    }
    return (firstNumber ?? 0, time)
  }

  private func isBefore(_ time: UInt64) -> Bool {
    switch from {
    case .wall(let wall): Int64(bitPattern: time) &+ clockOffset < wall
    case .offset(let offset): time < sum(offset)
    case nil: false
    }
  }

  private func isAfter(_ time: UInt64) -> Bool {
    switch until {
    case .wall(let wall): Int64(bitPattern: time) &+ clockOffset > wall
    case .offset(let offset): time > sum(offset)
    case nil: false
    }
  }

  private func sum(_ offset: UInt64) -> UInt64 {
    let (sum, overflow) = (firstTime ?? 0).addingReportingOverflow(offset)
    return overflow ? .max : sum
  }
}
