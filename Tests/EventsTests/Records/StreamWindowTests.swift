@testable import Events
import Testing

@Suite struct StreamWindowTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2026-11-24T08:15:00Z", 1_795_508_100_000_000_000), ("2026-11-24 08:15", 1_795_508_100_000_000_000),
    ("2026-11-24T09:15:00.25+01:00", 1_795_508_100_250_000_000), ("2024-02-29T00:00:00-00:30", 1_709_166_600_000_000_000),
    ("2100-03-01T00:00:00.000000001Z", 4_107_542_400_000_000_001),
  ] as [(String, Int64)])
  func momentsAreRead(text: String, nanoseconds: Int64) {
    #expect(CivilTime.nanoseconds(text) == nanoseconds)
    // And as they are written.
    #expect(CivilTime.nanoseconds(CivilTime(nanosecondsSince1970: nanoseconds).formatted()) == nanoseconds)
  }

  @Test(arguments: [
    "", "2026", "2026-11-24", "2026-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-13-01T00:00:00Z", "2026-11-24T24:00:00Z",
    "2026-11-24T08:60:00Z", "2026-11-24T08:15:00.Z", "2026-11-24T08:15:00.1234567890Z", "2026-11-24T08:15:00+1:00", "2026-11-24T08:15:00Zx",
    "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "２026-11-24T08:15:00Z",
  ])
  func whatIsNoMoment(text: String) { #expect(CivilTime.nanoseconds(text) == nil) }

  private func within(_ window: StreamWindow, times: [UInt64]) throws -> [UInt64] {
    var window = window
    var numbers: [UInt64] = []
    for (index, time) in times.enumerated() {
      let bytes = Sample.exit(timeNanoseconds: time)
      if window.place(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) == .within { numbers.append(UInt64(index + 1)) }
    }
    return numbers
  }

  @Test func nothingIsLeftOutBetweenItsEnds() throws {
    let times: [UInt64] = [100, 110, 130, 119, 140, 151, 149, 160]
    var window = StreamWindow()
    #expect(try within(window, times: times).count == 8)
    window.from = .offset(20)
    window.until = .offset(50)
    #expect(try within(window, times: times) == [3, 4, 5])
    #expect(window.isWhole == false)
    window = StreamWindow()
    window.firstNumber = 3
    window.lastNumber = 6
    #expect(try within(window, times: times) == [3, 4, 5, 6])
    window.from = .wall(140)
    #expect(try within(window, times: times) == [5, 6])
  }

  @Test func farTimesDoNotOverflow() throws {
    var window = StreamWindow()
    window.from = .offset(.max)
    window.until = .wall(.min)
    #expect(try within(window, times: [0, .max]) == [])
  }
}
