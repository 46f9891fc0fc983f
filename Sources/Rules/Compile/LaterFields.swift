internal import Events

/// Fields that rules of others use, or that are ours to come, and that this version can't supply: known, and absent from
/// every event.
enum LaterFields {
  /// What can be wrong with a comparison whose field's type isn't known.
  static func check(_ check: Check) throws(ConditionError) {
    switch check.comparison {
    case .bcontains, .bstartsWith:
      for literal in PredicateBuilder.literals(check) where ConstantParser.hexBytes(literal.bytes) == nil {
        throw ConditionError(
          .type, at: literal.offset, "\(DisplayText.quoted(literal.bytes)) are no bytes in hexadecimal",
          hint: "expected two digits a byte, as cafe")
      }
    default: break
    }
    if case .field(let name) = check.operand { _ = try PredicateBuilder.resolve(name) }
  }

  static func contains(_ name: String) -> Bool {
    names.contains(name) || families.contains { name.hasPrefix($0) }
  }

  /// What follows these is an argument's name, a label's or the like.
  private static let families = [
    "evt.arg.", "evt.rawarg.", "k8s.rc.", "k8s.rs.", "k8s.svc.", "k8s.deployment.", "ka.", "jevt.", "syslog.", "json.",
  ]

  private static let names: Set<String> = Set(
    """
    evt.abspath evt.abspath.dst evt.abspath.src evt.arg evt.args evt.asynctype evt.buffer evt.buflen evt.buflen.in
    evt.buflen.out evt.category evt.count evt.count.error evt.count.error.file evt.count.error.memory
    evt.count.error.net evt.count.error.other evt.count.exit evt.count.procinfo evt.count.threadinfo evt.cpu
    evt.datetime evt.datetime.s evt.deltatime evt.deltatime.ns evt.deltatime.s evt.dir evt.failed evt.info
    evt.io_dir evt.is_async evt.is_io evt.is_io_read evt.is_io_write evt.is_open_create evt.is_open_exec
    evt.is_open_read evt.is_open_write evt.is_syslog evt.is_wait evt.latency evt.latency.human evt.latency.ns
    evt.latency.quantized evt.latency.s evt.outlatency evt.outlatency.ns evt.outlatency.s evt.outlatency.us evt.plugininfo evt.pluginname
    evt.rawarg evt.rawtime.ns evt.rawtime.s evt.reltime evt.reltime.ns evt.reltime.s evt.source evt.time.iso8601
    evt.time.s evt.type.is evt.wait_latency evt.around
    syscall.type
    proc.aenv proc.cpu proc.exe_ino.ctime proc.exe_ino.ctime_duration_pidns_start proc.exe_ino.ctime_duration_proc_start
    proc.exe_ino.mtime proc.fd_usage proc.fdlimit proc.fdopencount proc.is_container_healthcheck
    proc.is_container_liveness_probe proc.is_container_readiness_probe proc.is_vpgid_leader proc.loginshellid
    proc.nchilds proc.nthreads proc.pgid proc.pgid.exe proc.pgid.exepath proc.pgid.name proc.is_pgid_leader proc.pid.ts
    proc.pidns_init_start_ts proc.ppid.ts proc.pvpid proc.sid.exe proc.sid.exepath proc.sid.name proc.thread.vmsize
    proc.thread.vmrss proc.vmrss proc.vmsize proc.vmswap proc.vpgid proc.vpgid.exe proc.vpgid.exepath proc.vpgid.name
    thread.cap_inheritable thread.cgroup thread.cgroups thread.cpu thread.cpu.system thread.cpu.user thread.exectime
    thread.ismain thread.nametid thread.pfmajor thread.pfminor thread.totexectime thread.vmrss thread.vmsize
    thread.vmrss.b thread.vmsize.b thread.vtid
    user.homedir user.loginname user.name user.shell group.name
    fd.cip.name fd.connected fd.containerdirectory fd.containername fd.cproto fd.dev fd.dev.major fd.dev.minor
    fd.directory fd.filename fd.ino fd.is_upper_layer fd.is_lower_layer fd.ip.name fd.lip.name fd.lproto fd.name_changed fd.nameraw
    fd.num fd.proto fd.rip.name fd.rproto fd.sip.name fd.sproto fd.types fd.uid fd.domain
    fs.path.name fs.path.nameraw fs.path.source fs.path.sourceraw fs.path.target fs.path.targetraw
    fdlist.cips fdlist.cports fdlist.names fdlist.nums fdlist.sips fdlist.sports
    container.cni.json k8s.pod.cni.json dns.question dns.type dns.answers dns.rcode
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
