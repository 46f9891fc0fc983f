package import Engine
internal import Events
internal import Rules

/// An alert by the Elastic Common Schema, version 8.11, a JSON object. What the schema has no field for stands in
/// `labels`, fields by their names with `_` for each character that is no letter or digit; what is ours alone in `selvage`.
package enum ECSFormat {
  private static let schemaVersion = "8.11.0"

  /// - Parameter limit: see ``AlertFormat/line(for:place:limit:)``.
  package static func line(for alert: Alert, place: Place?, limit: Int = .max) -> [UInt8] {
    AlertExcerpt.fit(alert, place, limit: limit) { excerpt in JSONObject.line { write(excerpt, to: &$0) } }
  }

  private static func write(_ excerpt: AlertExcerpt, to object: inout JSONObject) {
    let alert = excerpt.alert
    var fields = FieldPlacement(excerpt)
    object.add("@timestamp", CivilTime(nanosecondsSince1970: alert.timestampNanoseconds).formatted())
    object.add("ecs") { $0.add("version", schemaVersion) }
    object.add("message", excerpt.text(alert.message))
    object.add("log") { $0.add("level", alert.priority.name.lowercased()) }
    if !excerpt.tags.isEmpty { object.add("tags", texts: excerpt.tags) }
    object.add("event") { event in
      event.add("id", excerpt.id)
      event.add("kind", "alert")
      event.add("module", "selvage")
      event.add("dataset", "selvage.alert")
      event.add("action", excerpt.text(alert.event))
      let (category, types) = categories(alert.event)
      event.add("category", texts: [category])
      event.add("type", texts: types)
      event.add("severity", number: alert.priority.rawValue)  // syslog's, for want of another
      event.add("sequence", number: excerpt.place?.sequence)
      event.add("outcome", fields.text("evt.res").map(outcome))
    }
    object.add("rule") { rule in
      rule.add("name", excerpt.text(alert.rule))
      if !alert.ruleDescription.isEmpty { rule.add("description", excerpt.text(alert.ruleDescription)) }
    }
    write(Techniques(excerpt.tags), to: &object)
    object.add("host") { $0.add("name", excerpt.text(alert.node)) }
    object.add("organization") { $0.add("name", alert.tenant.map(excerpt.text)) }
    object.add("process") { writeProcess(&fields, to: &$0) }
    object.add("user") { $0.add("id", fields.text("user.uid")) }
    object.add("source") { source in
      source.add("ip", fields.address("fd.cip"))
      source.add("port", number: fields.port("fd.cport"))
    }
    object.add("destination") { destination in
      destination.add("ip", fields.address("fd.sip"))
      destination.add("port", number: fields.port("fd.sport"))
    }
    object.add("network") { network in
      network.add("transport", fields.text("fd.l4proto"))
      network.add("type", fields.text("fd.type"))
      network.add("direction", fields.boolean("fd.is_server").map { $0 ? "ingress" : "egress" })
    }
    writeWorkload(&fields, to: &object)
    object.add("selvage") { ours in
      ours.add("record", number: alert.recordNumber)
      ours.add("series", excerpt.place?.series)
      ours.add("prev", number: excerpt.place?.previous)
      ours.add("identity", alert.identity?.name)
      if excerpt.isTruncated { ours.add("truncated", boolean: true) }
    }
    object.add("labels") { labels in
      var names = UniqueNames()
      for field in fields.rest {
        labels.add(names.unused(excerpt.text(label(field.name))), excerpt.text(field.value.text))
      }
    }
  }

  private static func writeProcess(_ fields: inout FieldPlacement, to process: inout JSONObject) {
    process.add("pid", number: fields.integer("proc.pid"))
    process.add("name", fields.text("proc.name"))
    process.add("executable", fields.text("proc.exepath"))
    process.add("command_line", fields.text("proc.cmdline"))
    process.add("working_directory", fields.text("proc.cwd"))
    process.add("exit_code", number: fields.integer("proc.exit_code"))
    process.add("parent") { parent in
      parent.add("pid", number: fields.integer("proc.ppid"))
      parent.add("name", fields.text("proc.pname"))
      parent.add("executable", fields.text("proc.pexepath"))
      parent.add("command_line", fields.text("proc.pcmdline"))
    }
  }

  private static func writeWorkload(_ fields: inout FieldPlacement, to object: inout JSONObject) {
    object.add("container") { container in
      container.add("id", fields.text(anyOf: "container.full_id", "container.id"))
      container.add("name", fields.text("container.name"))
      container.add("runtime", fields.text("container.type"))
      container.add("image") { image in
        image.add("name", fields.text(anyOf: "container.image.repository", "container.image"))
        if let tag = fields.text("container.image.tag") { image.add("tag", texts: [tag]) }
      }
    }
    let (pod, namespace) = (fields.text("k8s.pod.name"), fields.text("k8s.ns.name"))
    guard pod != nil || namespace != nil else { return }
    object.add("orchestrator") { orchestrator in
      orchestrator.add("type", "kubernetes")
      orchestrator.add("namespace", namespace)
      guard let pod else { return }
      orchestrator.add("resource") { resource in
        resource.add("type", "pod")
        resource.add("name", pod)
        resource.add("id", fields.text("k8s.pod.uid"))
      }
    }
  }

  private static func write(_ techniques: Techniques, to object: inout JSONObject) {
    guard !techniques.all.isEmpty else { return }
    object.add("threat") { threat in
      threat.add("framework", "MITRE ATT&CK")
      threat.add("technique") { technique in
        technique.add("id", texts: techniques.all.map(\.technique))
        let subtechniques = techniques.all.compactMap(\.subtechnique)
        if !subtechniques.isEmpty { technique.add("subtechnique") { $0.add("id", texts: subtechniques) } }
      }
    }
  }

  /// The schema's own words, those of `event.type` that it expects for the category.
  private static func categories(_ event: String) -> (category: String, types: [String]) {
    switch event {
    case "execve", "execveat", "clone", "clone3", "fork", "vfork": ("process", ["start"])
    case "procexit": ("process", ["end"])
    case "connect", "connected", "accept", "accept4": ("network", ["connection", "start"])
    case "close": ("network", ["connection", "end"])
    case "listen", "bind", "sendto", "sendmsg", "sendmmsg", "socket": ("network", ["info"])
    default: ("host", ["info"])
    }
  }

  /// A connection under way is neither yet.
  private static func outcome(_ result: String) -> String {
    switch result {
    case "SUCCESS": "success"
    case "EINPROGRESS": "unknown"
    default: "failure"
    }
  }

  private static func label(_ field: String) -> String {
    var label = ""
    for scalar in field.unicodeScalars {
      let isKept = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      label += isKept ? String(scalar) : "_"
    }
    // `proc.env[HOME]` is `proc_env_HOME`.
    return field.hasSuffix("]") ? String(label.dropLast()) : label
  }
}
