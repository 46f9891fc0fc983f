import Delivery
import TestSupport
import Testing

@Suite struct ReceivedChainTests {
  @Test func whatComesInItsTurnIsNew() {
    var chain = ReceivedChain()
    // From the middle on: what was before is not missed. Numbers are left out where a filter did.
    for (sequence, previous) in [(7, 5), (8, 7), (12, 8), (13, 12)] as [(UInt64, UInt64)] {
      #expect(chain.receive(sequence, previous: previous) == .new)
    }
    #expect(!chain.isIncomplete)
    for (sequence, previous) in [(7, 5), (13, 12), (8, 7), (12, 8), (3, 1)] as [(UInt64, UInt64)] {
      #expect(chain.receive(sequence, previous: previous) == .again)
    }
  }

  @Test func aGapIsToldAndFilled() {
    var chain = ReceivedChain()
    #expect(chain.receive(10, previous: 9) == .new)
    #expect(chain.receive(20, previous: 18) == .after(missing: 11...18))
    #expect(chain.isIncomplete)
    #expect(chain.receive(15, previous: 12) == .late)
    #expect(chain.receive(15, previous: 12) == .again)
    #expect(chain.receive(18, previous: 15) == .late)
    #expect(chain.isIncomplete)  // 12 is surely missing
    #expect(chain.receive(12, previous: 10) == .late)
    #expect(!chain.isIncomplete)
    #expect(chain.receive(11, previous: 10) == .again)
  }

  @Test func aHeartbeatTellsOfTheEnd() {
    var chain = ReceivedChain()
    #expect(chain.heartbeat(last: 4) == nil)
    #expect(chain.receive(5, previous: 4) == .new)
    #expect(chain.heartbeat(last: 5) == nil)
    #expect(chain.heartbeat(last: 7) == 6...7)
    #expect(chain.receive(7, previous: 5) == .late)
    #expect(!chain.isIncomplete)
  }

  /// A sink that has some of the alerts, and a way there that loses, repeats and reorders: each is new once, and what was
  /// never delivered is known to be missing, but for what was before the first and after the last.
  @Test(arguments: 1...50) func againstASimpleModel(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var sent: [(sequence: UInt64, previous: UInt64)] = []
    var sequence: UInt64 = 0
    for _ in 0..<200 {
      let previous = sequence
      sequence += UInt64.random(in: 1...4, using: &random)
      sent.append((sequence, previous))
    }
    var way: [Int] = []
    for index in sent.indices where Int.random(in: 0..<10, using: &random) > 0 {
      way.append(index)
      if Int.random(in: 0..<5, using: &random) == 0 { way.insert(index, at: Int.random(in: max(0, way.count - 8)...way.count, using: &random)) }
    }
    guard let first = way.first else { return }
    var chain = ReceivedChain()
    var seen: Set<Int> = []
    for index in way {
      let outcome = chain.receive(sent[index].sequence, previous: sent[index].previous)
      if index < first { continue }  // before the first: as good as seen
      #expect((outcome == .again) == seen.contains(index), "\(index) \(outcome)")
      seen.insert(index)
    }
    let last = seen.max() ?? first
    let isMissing = (first...last).contains { !seen.contains($0) }
    #expect(chain.isIncomplete == isMissing)
  }
}
