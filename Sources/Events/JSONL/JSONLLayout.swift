internal import CEvents

/// The keys of a kind of record.
struct JSONLLayout: Sendable {
  /// Bytes of the ABI's struct.
  let byteCount: Int
  let fields: [JSONLField]

  private init<Layout>(_ type: Layout.Type, _ fields: [JSONLField?]) {
    byteCount = MemoryLayout<Layout>.size
    self.fields = fields.compactMap(\.self)
  }

  func field(_ name: StaticString) -> JSONLField? { fields.first { $0.name.description == name.description } }

  static func of(_ kind: EventKind) -> JSONLLayout {
    switch kind {
    case .exec, .task: process
    case .fork: fork
    case .exit: exit
    case .connect, .connected, .accept, .close, .listen, .bind, .send, .socket: socket
    case .stream: stream
    case .counters: counters
    case .known: known
    case .cgroup, .cgroupEnd: cgroup
    case .facts: facts
    case .mounts: mounts
    }
  }

  /// nil: a field that has no place in memory, which a struct of C does not have.
  private static func field<Layout, Value>(
    _ name: StaticString, _ path: KeyPath<Layout, Value>, _ form: JSONLField.Form = .unsigned
  ) -> JSONLField? {
    MemoryLayout<Layout>.offset(of: path).map {
      JSONLField(name: name, offset: $0, byteCount: MemoryLayout<Value>.size, form: form)
    }
  }

  /// What every record has but its number, kind and sizes.
  static let header: [JSONLField?] = [
    field("time_ns", \sv_header.time_ns), field("pid", \sv_header.pid), field("tid", \sv_header.tid),
    field("start_ns", \sv_header.start_ns), field("cgroup_id", \sv_header.cgroup_id),
  ]

  static let process = JSONLLayout(sv_process.self, header + [
    field("parent_pid", \sv_process.parent_pid), field("flags", \sv_process.flags, .flags(.processFlags)),
    field("parent_start_ns", \sv_process.parent_start_ns), field("session", \sv_process.session),
    field("inner_pid", \sv_process.inner_pid), field("uid", \sv_process.uid), field("gid", \sv_process.gid),
    field("euid", \sv_process.euid), field("egid", \sv_process.egid), field("loginuid", \sv_process.loginuid),
    field("audit_session", \sv_process.audit_session), field("cap_effective", \sv_process.cap_effective),
    field("cap_permitted", \sv_process.cap_permitted), field("ns_cgroup", \sv_process.ns_cgroup),
    field("ns_ipc", \sv_process.ns_ipc), field("ns_mnt", \sv_process.ns_mnt), field("ns_net", \sv_process.ns_net),
    field("ns_pid", \sv_process.ns_pid), field("ns_user", \sv_process.ns_user), field("ns_uts", \sv_process.ns_uts),
    field("mode", \sv_process.mode), field("inode", \sv_process.inode), field("device", \sv_process.device),
    field("file_uid", \sv_process.file_uid), field("file_gid", \sv_process.file_gid),
    field("args_count", \sv_process.args_count), field("args_total", \sv_process.args_total),
    field("comm", \sv_process.comm, .text), field("tty", \sv_process.tty, .text),
    field("stdio", \sv_process.stdio, .standardStreams), field("exe", \sv_process.exe, .part),
    field("cwd", \sv_process.cwd, .part), field("args", \sv_process.args, .list), field("env", \sv_process.env, .list),
    field("script", \sv_process.script, .part), field("interpreter", \sv_process.interpreter, .part),
  ])

  static let fork = JSONLLayout(sv_fork.self, header + [
    field("parent_pid", \sv_fork.parent_pid), field("creator_pid", \sv_fork.creator_pid),
    field("parent_start_ns", \sv_fork.parent_start_ns), field("creator_start_ns", \sv_fork.creator_start_ns),
    field("uid", \sv_fork.uid), field("gid", \sv_fork.gid), field("euid", \sv_fork.euid), field("egid", \sv_fork.egid),
    field("inner_pid", \sv_fork.inner_pid), field("session", \sv_fork.session), field("comm", \sv_fork.comm, .text),
  ])

  static let exit = JSONLLayout(sv_exit.self, header + [
    field("code", \sv_exit.code), field("signal", \sv_exit.signal), field("core_dumped", \sv_exit.core_dumped),
    field("uid", \sv_exit.uid), field("comm", \sv_exit.comm, .text),
  ])

  static let socket = JSONLLayout(sv_socket.self, header + [
    field("cookie", \sv_socket.cookie), field("duration_ns", \sv_socket.duration_ns),
    field("ns_net", \sv_socket.ns_net), field("result", \sv_socket.result, .signed),
    field("family", \sv_socket.family, .named(.families)), field("type", \sv_socket.type, .named(.socketTypes)),
    field("protocol", \sv_socket.protocol, .named(.protocols)), field("flags", \sv_socket.flags, .flags(.socketFlags)),
    field("local_port", \sv_socket.local_port), field("remote_port", \sv_socket.remote_port),
    field("uid", \sv_socket.uid), field("local", \sv_socket.local, .address(family: 64, familyBytes: 2)),
    field("remote", \sv_socket.remote, .address(family: 64, familyBytes: 2)), field("comm", \sv_socket.comm, .text),
    field("euid", \sv_socket.euid),
  ])

  static let stream = JSONLLayout(sv_stream.self, header + [
    field("realtime_ns", \sv_stream.realtime_ns), field("node", \sv_stream.node, .part),
    field("boot_id", \sv_stream.boot_id, .part), field("kernel", \sv_stream.kernel, .part),
    field("version", \sv_stream.version, .part),
  ])

  static let counters = JSONLLayout(sv_counters.self, header + [
    field("received", \sv_counters.received), field("missed", \sv_counters.missed),
    field("malformed", \sv_counters.malformed), field("kinds", \sv_counters.kinds),
    field("flags", \sv_counters.flags, .flags(.countersFlags)), field("counter", \sv_counters.counter, .counters),
    field("processes_refused", \sv_counters.processes_refused), field("facts_refused", \sv_counters.facts_refused),
  ])

  static let known = JSONLLayout(sv_known.self, header + [
    field("parent_pid", \sv_known.parent_pid), field("flags", \sv_known.flags, .flags(.knownFlags)),
    field("parent_start_ns", \sv_known.parent_start_ns), field("image_start_ns", \sv_known.image_start_ns),
    field("image_pid", \sv_known.image_pid), field("session", \sv_known.session), field("uid", \sv_known.uid),
    field("gid", \sv_known.gid), field("euid", \sv_known.euid), field("egid", \sv_known.egid),
    field("inner_pid", \sv_known.inner_pid), field("comm", \sv_known.comm, .text),
  ])

  static let cgroup = JSONLLayout(sv_cgroup.self, header + [
    field("parent_id", \sv_cgroup.parent_id), field("level", \sv_cgroup.level),
    field("flags", \sv_cgroup.flags, .flags(.cgroupFlags)), field("name", \sv_cgroup.name, .part),
    field("made_ns", \sv_cgroup.made_ns),
  ])

  static let facts = JSONLLayout(sv_facts.self, header + [
    field("source", \sv_facts.source, .named(.sources)), field("identity", \sv_facts.identity, .named(.identities)),
    field("flags", \sv_facts.flags, .flags(.partFlags)), field("pairs", \sv_facts.pairs, .list),
  ])

  static let mounts = JSONLLayout(sv_mounts.self, header + [
    field("ns_mnt", \sv_mounts.ns_mnt), field("flags", \sv_mounts.flags, .flags(.mountsFlags)),
    field("entries", \sv_mounts.entries, .list),
  ])

  /// An element of `stdio`.
  static let standardStream = JSONLLayout(sv_stdio.self, [
    field("type", \sv_stdio.type, .named(.fileTypes)), field("family", \sv_stdio.family, .named(.families)),
    field("protocol", \sv_stdio.protocol, .named(.protocols)), field("local_port", \sv_stdio.local_port),
    field("remote_port", \sv_stdio.remote_port), field("local", \sv_stdio.local, .address(family: 1, familyBytes: 1)),
    field("remote", \sv_stdio.remote, .address(family: 1, familyBytes: 1)),
  ])

  /// An element of `counter`.
  static let counter = JSONLLayout(sv_counter.self, [
    field("produced", \sv_counter.produced), field("lost_ring", \sv_counter.lost_ring),
    field("lost_scratch", \sv_counter.lost_scratch),
  ])
}
