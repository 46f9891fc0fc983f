package import Events

/// A place in the kernel that Selvage listens at, and what it tells.
package struct Hook: Sendable, Hashable {
  package enum Need: Sendable {
    /// Without it no monitor can be had.
    case required
    /// Without it the node is watched less, and `doctor` says so.
    case wanted
    /// Another one does its work if this one can't.
    case replaceable
  }

  /// As the kernel names it: `tp_btf/sched_process_exec`.
  package let name: String
  /// The program that sits there.
  package let program: String
  package let kinds: EventKinds
  package let need: Need
  /// What is not seen without it.
  package let unseen: String
  /// The kernel that first had it.
  package let since: String

  /// Those of `bpf/programs/process.bpf.c`. Iterators that may sleep stand before those that replace them.
  package static let process: [Hook] = [
    Hook("tp_btf/sched_process_exec", "sv_exec", [.exec], .required, "programs that start", since: "5.5"),
    Hook(
      "tp_btf/sched_process_fork", "sv_fork", [.fork], .required, "new processes: ancestors would be wrong", since: "5.5"),
    Hook("tp_btf/sched_process_exit", "sv_exit", [.exit], .required, "ends of processes", since: "5.5"),
    Hook(
      "iter.s/task", "sv_tasks_sleepable", [.task], .replaceable, "arguments of processes that ran before the agent",
      since: "5.18"),
    Hook("iter/task", "sv_tasks", [.task], .wanted, "processes that ran before the agent", since: "5.8"),
  ]

  /// Those of `bpf/programs/socket.bpf.c`.
  package static let socket: [Hook] = [
    Hook("cgroup/connect4", "sv_connect4", [.connect], .wanted, "IPv4 connects, TCP and UDP", since: "4.17"),
    Hook("cgroup/connect6", "sv_connect6", [.connect], .wanted, "IPv6 connects, TCP and UDP", since: "4.17"),
    Hook("cgroup/sendmsg4", "sv_sendmsg4", [.send], .wanted, "IPv4 datagrams without a connect", since: "4.18"),
    Hook("cgroup/sendmsg6", "sv_sendmsg6", [.send], .wanted, "IPv6 datagrams without a connect", since: "4.18"),
    Hook("cgroup/post_bind4", "sv_post_bind4", [.bind], .wanted, "IPv4 sockets bound to a port", since: "4.17"),
    Hook("cgroup/post_bind6", "sv_post_bind6", [.bind], .wanted, "IPv6 sockets bound to a port", since: "4.17"),
    Hook("cgroup/sock_create", "sv_sock_create", [.socket], .wanted, "raw and rarer internet sockets", since: "4.10"),
    Hook(
      "tp_btf/inet_sock_set_state", "sv_set_state", [.listen, .connected, .accept, .close], .wanted,
      "listening sockets, accepted connections, outcomes and ends of connections", since: "5.5"),
    openSockets,
  ]

  /// Those of `bpf/programs/cgroup.bpf.c`.
  package static let cgroup: [Hook] = [
    Hook(
      "tp_btf/cgroup_mkdir", "sv_cgroup_mkdir", [.cgroup], .wanted, "workloads that start: they stay unknown",
      since: "5.5"),
    Hook(
      "tp_btf/cgroup_rmdir", "sv_cgroup_rmdir", [.cgroupEnd], .wanted, "ends of workloads: they are remembered too long",
      since: "5.5"),
  ]

  /// Runs when somebody begins to ask what becomes of sockets; sends nothing up.
  package static let openSockets = Hook(
    "iter/task_file", "sv_open_sockets", [], .wanted, "owners of sockets that were open before the agent",
    since: "5.11")

  package static let all = process + socket + cgroup

  private init(
    _ name: String, _ program: String, _ kinds: [EventKind], _ need: Need, _ unseen: String, since: String
  ) {
    self.name = name
    self.program = program
    self.kinds = EventKinds(kinds)
    self.need = need
    self.unseen = unseen
    self.since = since
  }

  var isIterator: Bool { name.hasPrefix("iter") }
  var isCgroup: Bool { name.hasPrefix("cgroup/") }
}

/// What became of a hook on this node.
package struct HookState: Sendable {
  package enum State: Sendable, Equatable {
    case attached
    /// Not attached, because a better one does its work.
    case notNeeded
    /// The kernel refused it; the text is its reason, for people.
    case refused(String)
  }

  package let hook: Hook
  package let state: State
}
