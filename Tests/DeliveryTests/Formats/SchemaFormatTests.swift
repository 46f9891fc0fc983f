import Delivery
import Engine
import Testing

/// Which part of an alert stands where, in OCSF and ECS.
@Suite struct SchemaFormatTests {
  private func ocsf(_ alert: Alert, _ place: Place? = nil) throws -> JSONValue {
    try #require(JSONValue(OCSFFormat.line(for: alert, place: place)))
  }

  private func ecs(_ alert: Alert, _ place: Place? = nil) throws -> JSONValue {
    try #require(JSONValue(ECSFormat.line(for: alert, place: place)))
  }

  private func expect(_ value: JSONValue, _ expected: KeyValuePairs<String, JSONValue?>) {
    for (path, part) in expected { #expect(value[path] == part, "\(path)") }
  }

  @Test func aDetectionFindingHasItsAttributes() throws {
    let process = "evidences.0.actor.process"
    expect(
      try ocsf(Sample.connection, Sample.place),
      [
        "class_uid": 2004, "category_uid": 2, "activity_id": 1, "type_uid": 200_401, "time": 1_795_508_100_123,
        "severity_id": 3, "severity": "Medium", "is_alert": true, "message": "bash connects to 203.0.113.9",
        "metadata.version": "1.5.0", "metadata.product.name": "Selvage", "metadata.event_code": "connect",
        "metadata.sequence": 7, "metadata.tenant_uid": "m1", "metadata.labels.0": "network",
        "finding_info.uid": "b7d1-42-9f", "finding_info.title": "Shell by a web server",
        "finding_info.desc": "A shell that a web server started", "finding_info.analytic.type_id": 1,
        "finding_info.attacks.0.technique.uid": "T1059", "finding_info.attacks.0.sub_technique.uid": "T1059.004",
        "finding_info.attacks.1.technique.uid": "T1071", "finding_info.attacks.1.sub_technique": nil,
        "finding_info.attacks.2": nil, "device.hostname": "node-1",
        "\(process).pid": 4711, "\(process).name": "bash", "\(process).file.name": "bash",
        "\(process).file.path": "/usr/bin/bash", "\(process).cmd_line": "bash -c a=b|c", "\(process).user.uid": "33",
        "\(process).parent_process.pid": 4700, "\(process).parent_process.name": "nginx",
        "evidences.0.src_endpoint.ip": "10.0.0.4", "evidences.0.src_endpoint.port": 41_000,
        "evidences.0.dst_endpoint.ip": "203.0.113.9", "evidences.0.dst_endpoint.port": 443,
        "evidences.0.connection_info.direction_id": 2, "evidences.0.connection_info.protocol_name": "tcp",
        "evidences.0.container.uid": "0123456789ab", "evidences.0.container.image.uid": "r.example/web:3",
        "resources.0.type": "container", "resources.0.name": "web", "resources.0.namespace": "shop",
        "unmapped.priority": "Warning", "unmapped.record": 42, "unmapped.identity": "pending",
        "unmapped.series": "5f0e9c1a2b3c4d5e", "unmapped.prev": 5,
      ])
    guard case .object(let fields)? = try ocsf(Sample.connection)["unmapped.fields"] else {
      Issue.record("no fields")
      return
    }
    #expect(
      fields == [
        "user.loginuid": -1, "proc.cgroup_id": 12_345, "fd.name": "10.0.0.4:41000->203.0.113.9:443",
        "evt.res": "EINPROGRESS", "k8s.pod.name": "web-0", "proc.env[LD_PRELOAD]": "/tmp/x.so",
      ])
  }

  /// An empty object would not be the schema's.
  @Test func whatIsNotThereIsLeftOut() throws {
    expect(
      try ocsf(Sample.notice),
      ["evidences": nil, "resources": nil, "finding_info.attacks": nil, "metadata.sequence": nil, "unmapped.fields": nil])
    expect(
      try ecs(Sample.notice),
      [
        "process": nil, "source": nil, "container": nil, "orchestrator": nil, "labels": nil, "organization": nil,
        "threat": nil, "event.category.0": "host", "rule.description": nil,
      ])
  }

  @Test func anEventOfTheCommonSchemaHasItsFields() throws {
    let value = try ecs(Sample.connection, Sample.place)
    expect(
      value,
      [
        "@timestamp": "2026-11-24T08:15:00.123456789Z", "ecs.version": "8.11.0", "event.kind": "alert",
        "event.category.0": "network", "event.type.0": "connection", "event.type.1": "start", "event.action": "connect",
        "event.id": "b7d1-42-9f", "event.sequence": 7, "event.severity": 4, "event.outcome": "unknown",
        "log.level": "warning", "message": "bash connects to 203.0.113.9", "rule.name": "Shell by a web server",
        "tags.0": "network", "threat.technique.id.0": "T1059", "threat.technique.id.1": "T1071",
        "threat.technique.subtechnique.id.0": "T1059.004", "threat.technique.subtechnique.id.1": nil,
        "host.name": "node-1", "organization.name": "m1", "process.pid": 4711, "process.name": "bash",
        "process.executable": "/usr/bin/bash", "process.command_line": "bash -c a=b|c", "process.parent.pid": 4700,
        "process.parent.name": "nginx", "process.working_directory": "/srv", "user.id": "33",
        "source.ip": "10.0.0.4", "source.port": 41_000, "destination.ip": "203.0.113.9", "destination.port": 443,
        "network.transport": "tcp", "network.direction": "egress", "container.id": "0123456789ab",
        "container.image.name": "r.example/web:3", "orchestrator.namespace": "shop",
        "orchestrator.resource.name": "web-0", "selvage.record": 42, "selvage.series": "5f0e9c1a2b3c4d5e",
        "selvage.prev": 5, "selvage.identity": "pending",
      ])
    #expect(
      value["labels"] == .object([
        "user_loginuid": "-1", "proc_cgroup_id": "12345", "fd_name": "10.0.0.4:41000->203.0.113.9:443",
        "workload_kind": "container", "workload_name": "web", "proc_env_LD_PRELOAD": "/tmp/x.so",
      ]))
  }

  /// Elasticsearch refuses a whole document for an address that is none.
  @Test func whatIsNotOfTheFieldsTypeIsALabel() throws {
    let value = try ecs(Sample.abused("none"))
    expect(
      value,
      [
        "source": nil, "destination": nil, "process.pid": nil, "labels.proc_pid": "none", "labels.fd_cip": "none",
        "labels.fd_cport": "-1", "labels.fd_sip": "2001:db8::1%eth0", "event.outcome": "failure",
        "labels.a_b": "1", "labels.a_b~2": "2", "labels.a_b~3": "3",
      ])
    expect(
      try ocsf(Sample.abused("none")),
      ["evidences.0.actor": nil, "evidences.0.src_endpoint": nil, "unmapped.fields.aB": .integer(.min)])
  }

  @Test(arguments: [
    ("execve", "process", "start"), ("procexit", "process", "end"), ("accept4", "network", "connection"),
    ("listen", "network", "info"), ("agent", "host", "info"),
  ])
  func eventsHaveTheSchemasWords(event: String, category: String, type: String) throws {
    expect(
      try ecs(Sample.alert(event: event)), ["event.category.0": .text(category), "event.type.0": .text(type)])
  }
}
