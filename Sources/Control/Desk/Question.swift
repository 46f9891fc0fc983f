/// What only the thread that reads the ring can answer.
package enum Question: Hashable, Sendable {
  /// How the agent is doing.
  case state
  /// All workloads, whoever's they are.
  case workloads
  /// Whose a workload is, and why.
  case explain(Subject)
  /// Take the rules anew.
  case reload

  /// Names a workload.
  package enum Subject: Hashable, Sendable {
    /// By a process in it.
    case process(UInt32)
    /// By its cgroup, or one below it.
    case cgroup(UInt64)
    /// By a container's id, the beginning of one, or its name.
    case container(String)
  }
}

/// What comes of a ``Question``.
package enum Reply: Sendable {
  case state(AgentState)
  /// And of each tenant what there is.
  case workloads([WorkloadAnswer], [TenantCounts])
  /// None: there is no such workload. Several have that name.
  case explanations([ExplainAnswer])
  case reloaded(ReloadAnswer)
}
