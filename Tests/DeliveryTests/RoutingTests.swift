import Delivery
import Rules
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct RoutingTests {
  private func route(_ tenant: String, _ receiver: SyslogReceiver? = nil, sinks: [String] = []) -> TenantRoute {
    TenantRoute(tenant: tenant, syslog: TenantSyslog(receivers: receiver.map { [$0] } ?? [], sinks: sinks))
  }

  @Test func aTenantsReceiverGetsItsAlertsAndNoOthers() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/m1"
    let own = try DatagramReceiver(unixPath: path)
    let site = try DatagramReceiver(unixPath: "\(folder.path)/site")
    let delivery = try Delivery(sinks: [.syslogUnix(path: "\(folder.path)/site")], queueCapacity: 8)
    delivery.send(Sample.alert(tenant: "m1", message: "before"))
    #expect(delivery.route([route("m1", .unix(path: path))]) == [])
    for (tenant, message) in [("m1", "a"), ("m2", "b"), (nil, "c"), ("m1", "d")] {
      delivery.send(Sample.alert(tenant: tenant, message: message))
    }
    #expect(try own.receive().hasSuffix("] a"))
    #expect(try own.receive().hasSuffix("] d"))
    for message in ["before", "a", "b", "c", "d"] { #expect(try site.receive().hasSuffix("] \(message)")) }
    #expect(eventually { delivery.status().map(\.waiting) == [0, 0] })
    let status = delivery.status()
    #expect(status.map(\.name) == ["syslog at \(folder.path)/site", "m1's syslog at \(path)"])
    #expect(status[1].filtered == 2 && status[1].delivered == 2 && status[1].reconciles)

    // The same again changes nothing; without it, its receiver gets no more.
    #expect(delivery.route([route("m1", .unix(path: path))]) == [])
    #expect(delivery.status()[1].offered == 4)
    // With other certificates it is another sink, and the alerts go on.
    var changed = TenantSyslog(receivers: [.unix(path: path)])
    changed.tls.serverName = "log.example.org"
    #expect(delivery.route([TenantRoute(tenant: "m1", syslog: changed)]) == [])
    #expect(delivery.status()[1].offered == 0)
    delivery.send(Sample.alert(tenant: "m1", message: "e"))
    #expect(try own.receive().hasSuffix("] e") && site.receive().hasSuffix("] e"))
    #expect(delivery.route([]) == [])
    delivery.send(Sample.alert(tenant: "m1", message: "after"))
    #expect(try site.receive().hasSuffix("] after"))
    #expect(own.receiveNow() == nil && delivery.status().count == 1)
    #expect(delivery.finish(timeoutMilliseconds: 5000)[0].delivered == 7)
  }

  @Test func aSinkForTenantsGetsTheAlertsOfThoseThatNameIt() throws {
    let folder = try TemporaryFolder()
    let receiver = try DatagramReceiver(unixPath: "\(folder.path)/log")
    var setting = SinkSetting.syslogUnix(path: "\(folder.path)/log")
    setting.givenName = "projects"
    setting.isForNamingTenants = true
    let delivery = try Delivery(sinks: [setting], queueCapacity: 8)
    delivery.send(Sample.alert(tenant: "m1", message: "too early"))
    let complaints = delivery.route([route("m1", sinks: ["projects"]), route("m2", sinks: ["project"])])
    #expect(complaints == ["tenant m2: no sink 'project' is for tenants"])
    for tenant in ["m2", "m1"] { delivery.send(Sample.alert(tenant: tenant, message: "of \(tenant)")) }
    #expect(try receiver.receive().hasSuffix("] of m1"))
    #expect(delivery.route([route("m2", sinks: ["projects"])]) == [])
    for tenant in ["m1", "m2"] { delivery.send(Sample.alert(tenant: tenant, message: "of \(tenant)")) }
    #expect(try receiver.receive().hasSuffix("] of m2"))
    let end = delivery.finish(timeoutMilliseconds: 5000)[0]
    #expect(end.filtered == 3 && end.delivered == 2 && end.reconciles)
  }

  @Test func theFirstReceiverThatWorksGetsThem() throws {
    let folder = try TemporaryFolder()
    let (first, second) = ("\(folder.path)/first", "\(folder.path)/second")
    let spare = try DatagramReceiver(unixPath: second)
    let delivery = try Delivery(
      sinks: [SinkSetting(.syslog(SyslogSetting([.unix(path: first), .unix(path: second)])))], queueCapacity: 8)
    delivery.send(Sample.bare("a"))
    #expect(try spare.receive().hasSuffix("] a"))
    // It stays with the one that works.
    let preferred = try DatagramReceiver(unixPath: first)
    delivery.send(Sample.bare("b"))
    #expect(try spare.receive().hasSuffix("] b"))
    #expect(preferred.receiveNow() == nil)
    #expect(delivery.finish(timeoutMilliseconds: 5000)[0].delivered == 2)
  }
}
