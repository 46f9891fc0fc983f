internal import CEvents

/// What a record tells. Raw values are `enum sv_kind` of the ABI and stand in trace files.
package enum EventKind: UInt16, CaseIterable, Sendable {
  case exec = 1
  case fork = 2
  case exit = 3
  /// A process that already ran when the agent started; tells the engine's state, matched by no rule.
  case task = 4

  /// A cgroup was made, or was there when the agent started; like those below, matched by no rule.
  case cgroup = 8
  case cgroupEnd = 9

  case connect = 16
  case connected = 17
  case accept = 18
  case close = 19
  case listen = 20
  case bind = 21
  case send = 22
  case socket = 23

  /// Opens every stream.
  case stream = 64
  case counters = 65
  /// A process as the writer knew it, where a stream starts in the middle; matched by no rule.
  case known = 66
  /// What a source says of the workloads in a cgroup.
  case facts = 67
  /// The mount table of a mount namespace.
  case mounts = 68

  /// The name that `evt.type` renders: Falco's where it has one.
  package var name: String {
    switch self {
    case .exec: "execve"
    case .fork: "clone"
    case .exit: "procexit"
    case .task: "task"
    case .cgroup: "cgroup"
    case .cgroupEnd: "cgroup_end"
    case .connect: "connect"
    case .connected: "connected"
    case .accept: "accept"
    case .close: "close"
    case .listen: "listen"
    case .bind: "bind"
    case .send: "sendto"
    case .socket: "socket"
    case .stream: "stream"
    case .counters: "counters"
    case .known: "known"
    case .facts: "facts"
    case .mounts: "mounts"
    }
  }

  /// Every name by which a rule's `evt.type` may ask for this kind, `name` first. Empty: no rule can.
  package var ruleNames: [String] {
    switch self {
    case .exec: ["execve", "execveat"]
    case .fork: ["clone", "clone3", "fork", "vfork"]
    case .exit: ["procexit"]
    case .connect: ["connect"]
    case .connected: ["connected"]
    case .accept: ["accept", "accept4"]
    case .close: ["close"]
    case .listen: ["listen"]
    case .bind: ["bind"]
    case .send: ["sendto", "sendmsg", "sendmmsg"]
    case .socket: ["socket"]
    case .task, .cgroup, .cgroupEnd, .stream, .counters, .known, .facts, .mounts: []
    }
  }
}

/// A set of event kinds, as a bit each.
package struct EventKinds: OptionSet, Hashable, Sendable, BitwiseCopyable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  package init(_ kind: EventKind) {
    // Every raw value is below SV_KIND_END; kinds past 63 are context and have no bit.
    rawValue = kind.rawValue < 64 ? 1 << UInt64(kind.rawValue) : 0
  }

  package init(_ kinds: some Sequence<EventKind>) {
    self = kinds.reduce(into: []) { $0.formUnion(EventKinds($1)) }
  }

  package func contains(_ kind: EventKind) -> Bool { contains(EventKinds(kind)) && kind.rawValue < 64 }

  /// The kinds that have a process behind them and that rules can match.
  package static let processes = EventKinds([.exec, .fork, .exit])
  package static let sockets = EventKinds([.connect, .connected, .accept, .close, .listen, .bind, .send, .socket])
  /// Of which a busy node has thousands a second.
  package static let frequent = EventKinds([.exec, .fork, .exit, .connect, .connected, .accept, .close, .send])
  /// What the kernel tells of cgroups; for the engine's state, no rule matches them.
  package static let cgroups = EventKinds([.cgroup, .cgroupEnd])
  /// Everything that a rule can match.
  package static let all: EventKinds = [processes, sockets]

  package var kinds: [EventKind] { EventKind.allCases.filter(contains) }

  /// How many of the set have a lower number than the kind: its place among ``kinds``.
  package func count(before kind: EventKind) -> Int {
    kind.rawValue < 64 ? (rawValue & ((1 << UInt64(kind.rawValue)) &- 1)).nonzeroBitCount : rawValue.nonzeroBitCount
  }
}
