@testable import Events
import TestSupport
import Testing

/// Parts of one stream, by hand.
@Suite struct StreamMergeTests {
  private let folder: TestSupport.TemporaryFolder

  init() throws { folder = try TestSupport.TemporaryFolder() }

  private func merged(_ parts: String...) throws -> (numbers: [UInt64], kinds: [EventKind?], conflict: StreamMerge.Conflict?) {
    var merge = StreamMerge()
    for (index, part) in parts.enumerated() { try merge.add(path: folder.write(part, "\(index).jsonl")) }
    var numbers: [UInt64] = []
    var kinds: [EventKind?] = []
    merge.forEach { record, _ in
      numbers.append(record.number)
      kinds.append(record.kind)
      return true
    }
    return (numbers, kinds, merge.conflict)
  }

  private static let stream = #""kind":"stream","node":"a","boot_id":"b"}"#

  private static func exits(_ numbers: ClosedRange<Int>) -> String {
    numbers.map { "{\"number\":\($0),\"kind\":\"exit\",\"time_ns\":\($0),\"pid\":\($0)}\n" }.joined()
  }

  private static func context(_ numbers: ClosedRange<Int>) -> String {
    numbers.map { number in
      number == numbers.lowerBound
        ? "{\"number\":\(number),\(stream)\n"
        : number == numbers.upperBound
          ? "{\"number\":\(number),\"kind\":\"counters\",\"flags\":[\"told\"]}\n" : "{\"number\":\(number),\"kind\":\"known\",\"pid\":9}\n"
    }.joined()
  }

  @Test func contextGivesWayToTheStream() throws {
    let (numbers, kinds, conflict) = try merged(
      Self.context(36...40) + Self.exits(41...60), "{\"number\":10,\(Self.stream)\n" + Self.exits(11...40))
    #expect(numbers == Array(10...60) && conflict == nil)
    #expect(kinds.count { $0 == .exit } == 50 && kinds.count { $0 == .known } == 0)
  }

  @Test func contextStandsInForAPartThatIsMissing() throws {
    let (numbers, kinds, _) = try merged("{\"number\":10,\(Self.stream)\n" + Self.exits(11...20), Self.context(36...40) + Self.exits(41...60))
    #expect(numbers == Array(10...20) + Array(36...60))
    #expect(kinds.count { $0 == .known } == 3)
    // Of the first part it is all there is.
    #expect(try merged(Self.context(36...40) + Self.exits(41...50), Self.context(46...50) + Self.exits(51...60)).numbers == Array(36...60))
  }

  @Test func whatSeveralHaveIsGivenOnce() throws {
    #expect(try merged(Self.exits(1...20), Self.exits(10...30), Self.exits(5...6)).numbers == Array(1...30))
    let other = "{\"number\":15,\"kind\":\"exit\",\"time_ns\":15,\"pid\":16}\n"
    let (numbers, _, conflict) = try merged(Self.exits(1...20), other)
    #expect(numbers == Array(1...14) && conflict?.reason == .otherRecord(15))
  }

  @Test func anotherBootIsTold() throws {
    let conflict = try merged("{\(Self.stream)\n", "{\"kind\":\"stream\",\"node\":\"a\",\"boot_id\":\"c\"}\n").conflict
    #expect(conflict?.reason == .otherStream("node a, boot b", "node a, boot c"))
  }
}
