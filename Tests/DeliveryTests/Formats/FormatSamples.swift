import Delivery
import Engine
import Events
import Rules

extension Sample {
  static let place = Place(series: "5f0e9c1a2b3c4d5e", sequence: 7, previous: 5)

  private static func field(_ name: String, _ value: String) -> AlertField { AlertField(name: name, value: .text(value)) }
  private static func field(_ name: String, _ value: Int64) -> AlertField { AlertField(name: name, value: .integer(value)) }

  /// A connection of a container's process.
  static let connection = alert(
    tags: ["network", "mitre_execution", "T1059.004", "T1071"], tenant: "m1", identity: .pending, event: "connect",
    message: "bash connects to 203.0.113.9",
    fields: [
      field("proc.pid", 4711), field("proc.ppid", 4700), field("proc.name", "bash"), field("proc.pname", "nginx"),
      field("proc.exepath", "/usr/bin/bash"), field("proc.cmdline", "bash -c a=b|c"), field("proc.cwd", "/srv"),
      field("user.uid", 33), field("user.loginuid", -1), field("proc.cgroup_id", 12_345),
      field("fd.name", "10.0.0.4:41000->203.0.113.9:443"), field("fd.l4proto", "tcp"), field("fd.cip", "10.0.0.4"),
      field("fd.cport", 41_000), field("fd.sip", "203.0.113.9"), field("fd.sport", 443),
      field("evt.res", "EINPROGRESS"), field("workload.kind", "container"), field("workload.name", "web"),
      field("container.id", "0123456789ab"), field("container.name", "web"), field("container.image", "r.example/web:3"),
      field("k8s.ns.name", "shop"), field("k8s.pod.name", "web-0"), field("proc.env[LD_PRELOAD]", "/tmp/x.so"),
      AlertField(name: "fd.is_server", value: .boolean(false)),
    ])

  /// What a process of the node did over IPv6.
  static let host = alert(
    priority: .critical, tags: [], event: "accept",
    fields: [
      field("proc.pid", 1), field("proc.name", "sshd"), field("fd.cip", "2001:db8::7"), field("fd.cport", 50_000),
      field("fd.sip", "2001:db8::1"), field("fd.sport", 22), field("fd.l4proto", "tcp"), field("fd.type", "ipv6"),
      field("evt.res", "SUCCESS"), field("workload.kind", "systemd-unit"), field("workload.name", "ssh.service"),
      AlertField(name: "fd.is_server", value: .boolean(true)),
    ])

  /// Of the agent itself: no process.
  static let notice = alert(
    rule: "Events lost", description: "", priority: .error, tags: ["selvage"], event: "agent", message: "7 lost", fields: [])

  /// What no engine gives, in every place.
  static func abused(_ text: String) -> Alert {
    Alert(
      id: "boot-42-\(text)", recordNumber: .max, timestampNanoseconds: .max, node: text, rule: text, ruleDescription: text,
      priority: .emergency, tags: [text, "", text], tenant: text, identity: .unknown, event: text, message: text,
      fields: [
        field("proc.name", text), field("proc.exepath", text), field("proc.cmdline", text), field("proc.pid", text),
        field("user.uid", text), field("fd.cip", text), field("fd.cport", -1), field("fd.sip", "2001:db8::1%eth0"),
        field("container.id", text), field("container.image", text), field("k8s.pod.name", text), field("evt.res", text),
        field(text, text), field("a b", 1), field("a_b", 2), field("a.b", 3), field("aB", .min),
        AlertField(name: "fd.is_server", value: .boolean(true)), field("proc.pid", text),
      ])
  }
}
