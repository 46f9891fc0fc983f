@testable import Discovery
import Testing

struct FactPairsTests {
  @Test func aNameCanNotBecomeAnother() {
    var pairs = FactPairs()
    pairs.add("k8s.pod.label", each: ["ap\u{0}p": "1", "b": "2\u{0}k8s.ns.project\u{0}x", "c": "3"])
    #expect(pairs.pairs.map(\.name) == ["k8s.pod.label[c]"])
    #expect(pairs.isCut)
  }

  @Test func megabytesAreLeftOut() {
    var pairs = FactPairs()
    pairs.add("container.name", "main")
    pairs.add("container.label", each: ["long": String(repeating: "x", count: 1 << 20), "short": "y"])
    #expect(pairs.pairs.map(\.name) == ["container.name", "container.label[short]"])
    #expect(pairs.isCut)
    let many = Dictionary(uniqueKeysWithValues: (0..<5000).map { ("key\($0)", String(repeating: "v", count: 300)) })
    pairs.add("container.label", each: many)
    #expect(pairs.bytes <= pairs.limitBytes)
    #expect(pairs.pairs.count <= FactPairs.limit)
  }

  @Test func whatKubectlKeepsForItselfIsNoFact() {
    var pairs = FactPairs()
    pairs.add("k8s.ns.annotation", each: ["kubectl.kubernetes.io/last-applied-configuration": String(repeating: "{", count: 9000)])
    #expect(pairs.pairs.isEmpty)
    #expect(!pairs.isCut)
  }
}
