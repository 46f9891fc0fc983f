package import Engine
internal import Events
internal import Rules

/// An alert as a Detection Finding of the Open Cybersecurity Schema Framework, version 1.5.0 (class 2004), a JSON object.
/// What the schema has no attribute for stands in `unmapped`: fields by their own names, in `unmapped.fields`.
package enum OCSFFormat {
  private static let schemaVersion = "1.5.0"

  /// - Parameter limit: see ``AlertFormat/line(for:place:limit:)``.
  package static func line(for alert: Alert, place: Place?, limit: Int = .max) -> [UInt8] {
    AlertExcerpt.fit(alert, place, limit: limit) { excerpt in JSONObject.line { write(excerpt, to: &$0) } }
  }

  private static func write(_ excerpt: AlertExcerpt, to object: inout JSONObject) {
    let alert = excerpt.alert
    let (milliseconds, rest) = alert.timestampNanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    var fields = FieldPlacement(excerpt)

    object.add("class_uid", number: 2004)  // Detection Finding
    object.add("category_uid", number: 2)  // Findings
    object.add("activity_id", number: 1)  // Create
    object.add("type_uid", number: 200_401)  // the class and the activity
    object.add("time", number: rest < 0 ? milliseconds - 1 : milliseconds)
    object.add("severity_id", number: severity(alert.priority).id)
    object.add("severity", severity(alert.priority).caption)
    object.add("is_alert", boolean: true)
    object.add("status_id", number: 1)  // New
    object.add("message", excerpt.text(alert.message))
    object.add("metadata") { metadata in
      metadata.add("version", schemaVersion)
      metadata.add("product") { product in
        product.add("name", Product.name)
        product.add("vendor_name", Product.name)
        product.add("version", Product.version)
      }
      metadata.add("event_code", excerpt.text(alert.event))
      metadata.add("sequence", number: excerpt.place?.sequence)
      metadata.add("tenant_uid", alert.tenant.map(excerpt.text))
      if !excerpt.tags.isEmpty { metadata.add("labels", texts: excerpt.tags) }
    }
    object.add("finding_info") { finding in
      finding.add("uid", excerpt.id)
      finding.add("title", excerpt.text(alert.rule))
      finding.add("desc", excerpt.text(alert.ruleDescription))
      finding.add("analytic") { analytic in
        analytic.add("type_id", number: 1)  // Rule
        analytic.add("name", excerpt.text(alert.rule))
      }
      finding.add("attacks", objects: Techniques(excerpt.tags).all.map { attack in
        { object in
          object.add("technique") { $0.add("uid", attack.technique) }
          if let subtechnique = attack.subtechnique { object.add("sub_technique") { $0.add("uid", subtechnique) } }
        }
      })
    }
    object.add("device") { device in
      device.add("type_id", number: 0)  // Unknown: a node may be a server or a virtual machine
      device.add("hostname", excerpt.text(alert.node))
    }
    object.add("evidences", objects: [{ writeEvidence(&fields, to: &$0) }])
    object.add("resources", objects: [{ resource in
      resource.add("type", fields.text("workload.kind"))
      resource.add("name", fields.text("workload.name"))
      resource.add("uid", fields.text("workload.id"))
      resource.add("namespace", fields.text("k8s.ns.name"))
    }])
    object.add("unmapped") { unmapped in
      unmapped.add("priority", alert.priority.name)
      unmapped.add("record", number: alert.recordNumber)
      unmapped.add("identity", alert.identity?.name)
      unmapped.add("series", excerpt.place?.series)
      unmapped.add("prev", number: excerpt.place?.previous)
      if excerpt.isTruncated { unmapped.add("truncated", boolean: true) }
      unmapped.add("fields") { object in
        var names = UniqueNames()
        for field in fields.rest { object.add(names.unused(excerpt.text(field.name)), field.value, in: excerpt) }
      }
    }
  }

  private static func writeEvidence(_ fields: inout FieldPlacement, to evidence: inout JSONObject) {
    // An object without what identifies it is not the schema's, nor is a container alone evidence.
    if let pid = fields.integer("proc.pid") {
      evidence.add("actor") { actor in
        actor.add("process") { process in
          process.add("pid", number: pid)
          writeProcess("proc.name", "proc.exepath", "proc.cmdline", &fields, to: &process)
          process.add("working_directory", fields.text("proc.cwd"))
          process.add("user") { user in user.add("uid", fields.text("user.uid")) }
          if let parent = fields.integer("proc.ppid") {
            process.add("parent_process") { process in
              process.add("pid", number: parent)
              writeProcess("proc.pname", "proc.pexepath", "proc.pcmdline", &fields, to: &process)
            }
          }
        }
      }
      writeContainer(&fields, to: &evidence)
    }
    if let client = fields.address("fd.cip") {
      evidence.add("src_endpoint") { endpoint in
        endpoint.add("ip", client)
        endpoint.add("port", number: fields.port("fd.cport"))
      }
    }
    if let server = fields.address("fd.sip") {
      evidence.add("dst_endpoint") { endpoint in
        endpoint.add("ip", server)
        endpoint.add("port", number: fields.port("fd.sport"))
      }
    }
    if let transport = fields.text("fd.l4proto") {
      evidence.add("connection_info") { connection in
        // Inbound where this end is the server's, outbound where it is not, else unknown.
        connection.add("direction_id", number: fields.boolean("fd.is_server").map { $0 ? 1 : 2 } ?? 0)
        connection.add("protocol_name", transport)
      }
    }
  }

  private static func writeContainer(_ fields: inout FieldPlacement, to evidence: inout JSONObject) {
    guard let container = fields.text(anyOf: "container.full_id", "container.id") else { return }
    evidence.add("container") { object in
      object.add("uid", container)
      object.add("name", fields.text("container.name"))
      object.add("runtime", fields.text("container.type"))
      guard let image = fields.text(anyOf: "container.image.id", "container.image") else { return }
      object.add("image") { object in
        object.add("uid", image)
        object.add("name", fields.text("container.image"))
        object.add("tag", fields.text("container.image.tag"))
      }
    }
  }

  private static func writeProcess(
    _ name: String, _ path: String, _ commandLine: String, _ fields: inout FieldPlacement, to process: inout JSONObject
  ) {
    process.add("name", fields.text(name))
    if let path = fields.text(path), let last = path.split(separator: "/").last {
      process.add("file") { file in
        file.add("name", String(last))
        file.add("path", path)
        file.add("type_id", number: 1)  // Regular File
      }
    }
    process.add("cmd_line", fields.text(commandLine))
  }

  private static func severity(_ priority: Priority) -> (id: Int, caption: String) {
    switch priority {
    case .emergency: (6, "Fatal")
    case .alert, .critical: (5, "Critical")
    case .error: (4, "High")
    case .warning: (3, "Medium")
    case .notice: (2, "Low")
    case .informational, .debug: (1, "Informational")
    }
  }
}
