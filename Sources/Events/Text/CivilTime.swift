/// A moment in UTC by the calendar (proleptic Gregorian).
package struct CivilTime: Equatable, Sendable {
  package let year: Int
  package let month: Int
  package let day: Int
  package let hour: Int
  package let minute: Int
  package let second: Int
  package let nanosecond: Int

  /// - Parameter nanoseconds: since 1970-01-01T00:00:00Z, without leap seconds, as CLOCK_REALTIME counts.
  package init(nanosecondsSince1970 nanoseconds: Int64) {
    let (seconds, nanosecond) = Self.floorDivide(nanoseconds, 1_000_000_000)
    let (days, secondOfDay) = Self.floorDivide(seconds, 86_400)
    // Years that begin in March have their leap day last; an era is 400 years, 146,097 days, from 0000-03-01.
    let (era, dayOfEra) = Self.floorDivide(days + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
    month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
    year = Int(yearOfEra + era * 400) + (month <= 2 ? 1 : 0)
    hour = Int(secondOfDay / 3600)
    minute = Int(secondOfDay / 60 % 60)
    second = Int(secondOfDay % 60)
    self.nanosecond = Int(nanosecond)
  }

  private static func floorDivide(_ a: Int64, _ b: Int64) -> (Int64, Int64) {
    let remainder = a % b
    return remainder < 0 ? (a / b - 1, remainder + b) : (a / b, remainder)
  }

  /// Writes `2026-11-24T08:15:00.123456789Z` (RFC 3339).
  /// - Parameter fractionDigits: 0 to 9; what is left out is cut, not rounded.
  package func write(to writer: inout ByteWriter, fractionDigits: Int = 9) {
    writer.append(UInt64(max(0, year)), width: 4)
    writer.append(byte: UInt8(ascii: "-"))
    writer.append(UInt64(month), width: 2)
    writer.append(byte: UInt8(ascii: "-"))
    writer.append(UInt64(day), width: 2)
    writer.append(byte: UInt8(ascii: "T"))
    writer.append(UInt64(hour), width: 2)
    writer.append(byte: UInt8(ascii: ":"))
    writer.append(UInt64(minute), width: 2)
    writer.append(byte: UInt8(ascii: ":"))
    writer.append(UInt64(second), width: 2)
    if fractionDigits > 0 {
      var fraction = UInt64(nanosecond)
      for _ in min(9, fractionDigits)..<9 { fraction /= 10 }
      writer.append(byte: UInt8(ascii: "."))
      writer.append(fraction, width: min(9, fractionDigits))
    }
    writer.append(byte: UInt8(ascii: "Z"))
  }

  /// As ``write(to:fractionDigits:)``.
  package func formatted(fractionDigits: Int = 9) -> String {
    withUnsafeTemporaryAllocation(byteCount: 40, alignment: 1) { memory in
      var writer = ByteWriter(memory)
      write(to: &writer, fractionDigits: fractionDigits)
      return String(decoding: writer.written, as: UTF8.self)
    }
  }
}
