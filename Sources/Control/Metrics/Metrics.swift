internal import Delivery

/// What the agent has counted, at one moment.
struct Metrics: Sendable {
  let agent: PolicyBoard.Agent
  let rules: Int
  let state: AgentState
  let delivery: DeliveryStatus
  let workloads: Int
  /// nil: whoever asks isn't to know the tenants.
  let tenants: [TenantCounts]?

  /// As OpenMetrics has it.
  var text: [UInt8] {
    var text = OpenMetricsText()
    text.family("selvage", .info, "The agent")
    text.sample("selvage_info", labels: ["version": agent.version, "node": agent.node, "kernel": agent.kernel], 1)
    text.family("selvage_start_time_seconds", .gauge, unit: "seconds", "When the agent started, since 1970")
    text.sample("selvage_start_time_seconds", seconds: Double(agent.startedNanoseconds) / 1e9)
    text.family("selvage_rules", .gauge, "Rules that hold")
    text.sample("selvage_rules", UInt64(rules))
    text.family("selvage_workloads", .gauge, "Workloads that are there")
    text.sample("selvage_workloads", UInt64(workloads))
    add(stages: &text)
    if let spool = delivery.spool { add(spool, &text) }
    add(sinks: &text)
    add(sources: &text)
    if let tenants { add(tenants, &text) }
    return text.finished()
  }

  private func add(_ spool: SpoolStatus, _ text: inout OpenMetricsText) {
    text.family("selvage_spool_appended", .counter, "Alerts for the spool: the sum of their outcomes and of what waits for the disk")
    text.sample("selvage_spool_appended_total", spool.appended)
    text.family("selvage_spool_alerts", .counter, "What became of them")
    for (outcome, count) in [("committed", spool.committed), ("refused", spool.refused), ("unkept", spool.unkept)] {
      text.sample("selvage_spool_alerts_total", labels: ["outcome": outcome], count)
    }
    text.family("selvage_spool_waiting", .gauge, "Alerts that wait for the disk")
    text.sample("selvage_spool_waiting", spool.waiting)
    text.family("selvage_spool_unspooled", .counter, "Alerts that sinks got before they were on disk, as it failed")
    text.sample("selvage_spool_unspooled_total", spool.unspooled)
    text.family("selvage_spool_rows", .gauge, "Alerts on disk")
    text.sample("selvage_spool_rows", spool.rows)
    text.family("selvage_spool_removed_alerts", .counter, "Alerts that are on disk no more")
    for (reason, count) in [("expired", spool.expired), ("dropped", spool.dropped), ("damaged", spool.damaged)] {
      text.sample("selvage_spool_removed_alerts_total", labels: ["reason": reason], count)
    }
    text.family("selvage_spool_size_bytes", .gauge, unit: "bytes", "Of the database and its log")
    text.sample("selvage_spool_size_bytes", UInt64(max(0, spool.fileBytes + spool.logBytes)))
    text.family("selvage_spool_last_sequence", .gauge, "The greatest number that an alert has")
    text.sample("selvage_spool_last_sequence", spool.lastSequence)
    text.family("selvage_spool_failing", .gauge, "1: nothing can be written at present")
    text.sample("selvage_spool_failing", spool.failure == nil ? 0 : 1)
    text.family("selvage_spool_failures", .counter, "How often that began")
    text.sample("selvage_spool_failures_total", spool.failures)
    text.family("selvage_spool_longest_commit_seconds", .gauge, unit: "seconds", "The longest transaction")
    text.sample("selvage_spool_longest_commit_seconds", seconds: Double(spool.longestCommitMicroseconds) / 1e6)
  }

  private func add(stages text: inout OpenMetricsText) {
    text.family("selvage_kernel_records", .counter, "Records that the sensors set out to write: they came, or were lost")
    for (kind, count) in state.produced.sorted(by: { $0.key < $1.key }) {
      text.sample("selvage_kernel_records_total", labels: ["kind": kind], count)
    }
    text.family("selvage_lost_records", .counter, "Of these, lost, as the ring was full or for another reason")
    for (kind, count) in state.lost.sorted(by: { $0.key < $1.key }) {
      text.sample("selvage_lost_records_total", labels: ["kind": kind], count)
    }
    text.family("selvage_records", .counter, "Records that the engine was given, with those of context")
    text.sample("selvage_records_total", state.records)
    text.family("selvage_fired_alerts", .counter, "Alerts that rules raised: the sum of their outcomes")
    text.sample("selvage_fired_alerts_total", delivery.stages.fired)
    text.family("selvage_rule_alerts", .counter, "What became of them")
    text.sample("selvage_rule_alerts_total", labels: ["outcome": "passed"], delivery.stages.passed)
    text.sample("selvage_rule_alerts_total", labels: ["outcome": "held"], delivery.stages.held)
    text.family("selvage_summary_alerts", .counter, "Alerts that tell of those held back")
    text.sample("selvage_summary_alerts_total", delivery.stages.summaries)
    text.family("selvage_sent_alerts", .counter, "Sent on their way: those that passed, the summaries, and the agent's own")
    text.sample("selvage_sent_alerts_total", delivery.stages.sent)
  }

  private func add(sinks text: inout OpenMetricsText) {
    text.family("selvage_sink_offered", .counter, "Alerts that a sink was to take: the sum of its outcomes and of what waits")
    for sink in delivery.sinks { text.sample("selvage_sink_offered_total", labels: ["sink": sink.name], sink.offered) }
    text.family("selvage_sink_alerts", .counter, "What became of them")
    for sink in delivery.sinks {
      for (outcome, count) in [
        (sink.confirmation == .acknowledged ? "acknowledged" : "handed_over", sink.delivered),
        ("filtered", sink.filtered), ("refused", sink.refused), ("failed", sink.failed), ("dropped", sink.dropped),
      ] { text.sample("selvage_sink_alerts_total", labels: ["sink": sink.name, "outcome": outcome], count) }
    }
    text.family("selvage_sink_waiting", .gauge, "Alerts that wait for a sink")
    for sink in delivery.sinks { text.sample("selvage_sink_waiting", labels: ["sink": sink.name], sink.waiting) }
    text.family("selvage_sink_oldest_time_seconds", .gauge, unit: "seconds", "Time of the first that waits, since 1970")
    for sink in delivery.sinks {
      guard let oldest = sink.oldestNanoseconds else { continue }
      text.sample("selvage_sink_oldest_time_seconds", labels: ["sink": sink.name], seconds: Double(oldest) / 1e9)
    }
    text.family("selvage_sink_retries", .counter, "Attempts that failed, each followed by another")
    for sink in delivery.sinks { text.sample("selvage_sink_retries_total", labels: ["sink": sink.name], sink.retries) }
    text.family(
      "selvage_sink_delivery_seconds", .histogram, unit: "seconds", "From where an alert was sent on its way to where it was delivered")
    for sink in delivery.sinks { add(sink.latency, of: sink.name, &text) }
  }

  private func add(_ latency: LatencyHistogram, of sink: String, _ text: inout OpenMetricsText) {
    let name = "selvage_sink_delivery_seconds"
    var sum: UInt64 = 0
    for (index, count) in latency.counts.enumerated() {
      sum &+= count
      let bound = index < LatencyHistogram.bounds.count ? String(Double(LatencyHistogram.bounds[index]) / 1e9) : "+Inf"
      text.sample("\(name)_bucket", labels: ["sink": sink, "le": bound], sum)
    }
    text.sample("\(name)_count", labels: ["sink": sink], sum)
    text.sample("\(name)_sum", labels: ["sink": sink], seconds: Double(latency.totalNanoseconds) / 1e9)
  }

  private func add(sources text: inout OpenMetricsText) {
    text.family("selvage_source_questions", .counter, "Questions to a source of facts about workloads")
    for source in state.sources { text.sample("selvage_source_questions_total", labels: ["source": source.name], source.questions) }
    text.family("selvage_source_failures", .counter, "Of these, without an answer")
    for source in state.sources { text.sample("selvage_source_failures_total", labels: ["source": source.name], source.failures) }
  }

  private func add(_ tenants: [TenantCounts], _ text: inout OpenMetricsText) {
    text.family("selvage_tenant_events", .counter, "Events of a tenant's workloads that rules were tried on")
    for tenant in tenants { text.sample("selvage_tenant_events_total", labels: ["tenant": tenant.name], tenant.events) }
    text.family("selvage_tenant_alerts", .counter, "Alerts about them")
    for tenant in tenants { text.sample("selvage_tenant_alerts_total", labels: ["tenant": tenant.name], tenant.alerts) }
    text.family("selvage_tenant_workloads", .gauge, "A tenant's workloads that are there")
    for tenant in tenants { text.sample("selvage_tenant_workloads", labels: ["tenant": tenant.name], UInt64(tenant.workloads)) }
  }
}
