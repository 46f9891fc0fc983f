@testable import Discovery
import TestSupport
import Testing

struct ClusterSettingsTests {
  @Test func aPodFindsItsServer() throws {
    let folder = try TemporaryFolder()
    #expect(ClusterSettings.inCluster(["KUBERNETES_SERVICE_HOST": "10.96.0.1"], serviceAccount: folder.path) == nil)
    try folder.write("t", "token")
    #expect(ClusterSettings.inCluster([:], serviceAccount: folder.path) == nil)
    let settings = ClusterSettings.inCluster(
      ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443", "NODE_NAME": "node-1"],
      serviceAccount: folder.path)
    #expect(
      settings
        == ClusterSettings(
          server: "https://[fd00::1]:6443", certificatePath: "\(folder.path)/ca.crt", tokenPath: "\(folder.path)/token",
          node: "node-1"))
  }

  @Test(arguments: ["", "Node", "a b", "a&limit=1", "ä", String(repeating: "a", count: 254)])
  func whatIsNoNameOfANodeIsRefused(_ node: String) {
    let settings = ClusterSettings(server: "https://x", certificatePath: nil, tokenPath: nil, node: node)
    #expect(settings.complaint != nil)
  }

  @Test func linesComeOutOfPieces() throws {
    var lines = LineSplitter(limitBytes: 8)
    var told: [String] = []
    for piece in ["ab", "c\nd", "\n\n", "efgh"] {
      try lines.append(Array(piece.utf8)) { told.append(String(decoding: $0, as: UTF8.self)) }
    }
    #expect(told == ["abc", "d"])
    #expect(!lines.isEmpty)
    #expect(throws: ClusterError.self) { try lines.append([UInt8](repeating: 1, count: 5)) { _ in } }
  }

  @Test func triesGrowApart() {
    var delay = RetryDelay(first: .seconds(1), longest: .seconds(5))
    let taken = (0..<6).map { _ in delay.take() }
    for (index, longest) in [1, 2, 4, 5, 5, 5].enumerated() {
      #expect(taken[index] >= .seconds(longest) / 2)
      #expect(taken[index] <= .seconds(longest))
    }
    delay.reset()
    #expect(delay.take() <= .seconds(1))
  }
}
