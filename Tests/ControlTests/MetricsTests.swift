import Control
import Delivery
import Glibc
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10)), .enabled(if: TestAgent.isPossible, "needs root, python3 and setpriv"))
struct MetricsTests {
  private static let isParserThere = access("/usr/lib/python3/dist-packages/prometheus_client", F_OK) == 0

  /// By the reference's own parser, which is strict.
  @Test(.enabled(if: isParserThere, "needs python3-prometheus-client"))
  func whatIsToldIsOpenMetrics() throws {
    let agent = try TestAgent()
    let answer = try agent.get("/metrics", user: 0)
    #expect(answer.status == 200)
    let program = try TestSupport.Program(
      "/usr/bin/python3",
      [
        "-c",
        """
        import sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        for family in text_string_to_metric_families(sys.argv[1]):
          for s in family.samples: print(s.name, sorted(s.labels.items()), float(s.value))
        """, answer.body,
      ].map { Array($0.utf8) })
    let end = try program.finish()
    let samples = lines(Array(end.output.utf8))
    #expect(samples.contains("selvage_lost_records_total [('kind', 'execve')] 3.0"), "\(end)")
    #expect(samples.contains("selvage_records_total [] 99.0"))
    #expect(samples.contains("selvage_tenant_alerts_total [('tenant', 'a')] 5.0"))
    #expect(samples.contains("selvage_sink_delivery_seconds_count [('sink', 's')] 0.0"))
  }

  @Test func whoAsksByTCPLearnsOfNoTenant() throws {
    let port = try FreePort.find()
    let agent = try TestAgent(metricsAddress: "127.0.0.1:\(port)")
    func get(_ path: String) throws -> String {
      try TestSupport.Program(
        "/usr/bin/curl", ["-s", "-i", "http://127.0.0.1:\(port)\(path)"].map { Array($0.utf8) }
      ).finish().output
    }
    let answer = try get("/metrics")
    #expect(answer.contains("200 OK") && answer.contains("application/openmetrics-text; version=1.0.0"))
    #expect(answer.contains("\nselvage_records_total 99\n") && answer.hasSuffix("# EOF\n") && !answer.contains("tenant"))
    #expect(try get("/v1/status").contains("404 Not Found"))
    agent.close()
  }

  @Test(arguments: ["", "9464", ":9464", "localhost:9464", "127.0.0.1", "127.0.0.1:", "[::1]", "300.0.0.1:1"])
  func whatIsNoAddressIsRefused(text: String) {
    do throws(ControlError) {
      _ = try StreamSocket.listening(internet: text)
      Issue.record("\(text) was taken")
    } catch {
      #expect("\(error)".contains("is no address and port in numbers"))
    }
  }

  @Test func theyAreForTheStaff() throws {
    let agent = try TestAgent()
    #expect(try agent.get("/metrics", user: 1000).status == 200)
    #expect(try agent.get("/metrics", user: 1001).status == 403)
    #expect(try agent.get("/metrics", user: 4711).status == 403)
  }
}
