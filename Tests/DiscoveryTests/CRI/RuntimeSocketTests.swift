import Discovery
import Testing

struct RuntimeSocketTests {
  @Test func socketsAreGivenByWholePaths() {
    #expect(RuntimeSocket.usual.allSatisfy { $0.hasPrefix("/") && $0.hasSuffix(".sock") })
  }
}
