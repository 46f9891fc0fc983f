import CEvents
@testable import Events
import Testing

@Suite struct EventKindTests {
  @Test func rawValuesAreTheABIs() {
    let pairs: [(EventKind, sv_kind)] = [
      (.exec, SV_KIND_EXEC), (.fork, SV_KIND_FORK), (.exit, SV_KIND_EXIT), (.task, SV_KIND_TASK),
      (.connect, SV_KIND_CONNECT), (.connected, SV_KIND_CONNECTED), (.accept, SV_KIND_ACCEPT), (.close, SV_KIND_CLOSE),
      (.listen, SV_KIND_LISTEN), (.bind, SV_KIND_BIND), (.send, SV_KIND_SEND), (.socket, SV_KIND_SOCKET),
      (.stream, SV_KIND_STREAM), (.counters, SV_KIND_COUNTERS), (.known, SV_KIND_KNOWN),
      (.cgroup, SV_KIND_CGROUP), (.cgroupEnd, SV_KIND_CGROUP_END), (.facts, SV_KIND_FACTS), (.mounts, SV_KIND_MOUNTS),
    ]
    #expect(pairs.count == EventKind.allCases.count)
    for (kind, abi) in pairs { #expect(UInt32(kind.rawValue) == abi.rawValue) }
  }

  @Test func ruleNamesAreUniqueAndBeginWithTheKindsOwn() {
    let names = EventKind.allCases.flatMap(\.ruleNames)
    #expect(Set(names).count == names.count)
    for kind in EventKind.allCases where !kind.ruleNames.isEmpty { #expect(kind.ruleNames.first == kind.name) }
  }

  @Test func setsHoldWhatWasPutIn() {
    let set = EventKinds([.exec, .close])
    #expect(set.contains(.exec) && set.contains(.close) && !set.contains(.fork))
    #expect(set.kinds == [.exec, .close])
    // Context has no bit: no rule can match it.
    #expect(!EventKinds([.stream]).contains(.stream))
    #expect(!EventKinds.all.contains(.counters) && !EventKinds.all.contains(.task))
  }
}
