import CEvents
import Events

extension State {
  /// The value of a field of type integer or port that has one value. nil: absent.
  ///
  /// - Parameter slot: the process it is asked of.
  func integer(_ field: Field, of slot: Int32) -> Int64? {
    switch field {
    case .eventNumber: Int64(truncatingIfNeeded: event.number)
    case .eventRawTime: wallNanoseconds
    case .eventRawResult: event.result
    case .processID: event.header.pid == 0 ? nil : Int64(event.header.pid)
    case .threadID: event.header.tid == 0 ? nil : Int64(event.header.tid)
    case .cgroupID: event.header.cgroup_id == 0 ? nil : Int64(truncatingIfNeeded: event.header.cgroup_id)
    case .exitCode: event.kind == .exit ? Int64(event.exit.code) : nil
    case .exitSignal: event.kind == .exit ? Int64(event.exit.signal) : nil
    case .clientPort: Self.port(event.client)
    case .serverPort: Self.port(event.server)
    case .localPort: Self.port(event.local)
    case .remotePort: Self.port(event.remote)
    case .socketCookie: event.isSocket ? Int64(truncatingIfNeeded: event.socket.cookie) : nil
    case .socketNamespace: event.isSocket ? Int64(event.socket.ns_net) : nil
    case .socketDuration:
      event.kind == .connected || event.kind == .close ? Int64(truncatingIfNeeded: event.socket.duration_ns) : nil
    // A process may have changed its user since it started its program; the socket's record is newer.
    case .userID where event.hasEffectiveUser: Int64(event.socket.euid)
    case .realUserID where event.isSocket && event.header.pid != 0: Int64(event.socket.uid)
    case .containerStart, .containerDuration: workloadInteger(field)
    default: slot < 0 ? nil : processInteger(field, slot)
    }
  }

  static func port(_ address: SocketAddress?) -> Int64? {
    guard let address, address.port != 0 else { return nil }
    return Int64(address.port)
  }

  private func processInteger(_ field: Field, _ slot: Int32) -> Int64? {
    let entry = tree[slot]
    switch field {
    case .ancestorID: return Int64(entry.pid)
    case .parentID: return entry.parentPID == 0 ? nil : Int64(entry.parentPID)
    case .innerID: return Int64(entry.innerPID)
    case .sessionID: return entry.session == 0 ? nil : Int64(entry.session)
    case .userID: return Int64(entry.euid)
    case .realUserID: return Int64(entry.uid)
    case .groupID: return Int64(entry.egid)
    case .realGroupID: return Int64(entry.gid)
    case .processDuration: return duration(since: entry.startNanoseconds)
    case .parentDuration:
      let parent = tree.parent(of: slot)
      return parent < 0 ? nil : duration(since: tree[parent].startNanoseconds)
    default:
      guard entry.image >= 0 else { return nil }
      return Self.integer(field, of: tree.images[entry.image])
    }
  }

  private func duration(since start: UInt64) -> Int64 {
    start > event.header.time_ns ? 0 : Int64(truncatingIfNeeded: event.header.time_ns - start)
  }

  private static func integer(_ field: Field, of image: borrowing ProcessImage) -> Int64? {
    switch field {
    case .processArgumentCount: Int64(image.fixed.args_count) - (image.fixed.args_count > 0 ? 1 : 0)
    case .processCommandLength: image.argumentBytes.map(Int64.init)
    case .exeInode: present(image.fixed.inode)
    case .exeDevice: image.fixed.mode == 0 ? nil : Int64(image.fixed.device)
    case .exeMode: image.fixed.mode == 0 ? nil : Int64(image.fixed.mode & 0o7777)
    case .exeUID: image.fixed.mode == 0 ? nil : Int64(image.fixed.file_uid)
    case .exeGID: image.fixed.mode == 0 ? nil : Int64(image.fixed.file_gid)
    case .loginUserID: image.fixed.loginuid == .max ? -1 : Int64(image.fixed.loginuid)
    case .namespaceCgroup: present(image.fixed.ns_cgroup)
    case .namespaceIPC: present(image.fixed.ns_ipc)
    case .namespaceMount: present(image.fixed.ns_mnt)
    case .namespaceNet: present(image.fixed.ns_net)
    case .namespacePID: present(image.fixed.ns_pid)
    case .namespaceUser: present(image.fixed.ns_user)
    case .namespaceUTS: present(image.fixed.ns_uts)
    default: nil
    }
  }

  private static func present(_ number: some UnsignedInteger & FixedWidthInteger) -> Int64? {
    number == 0 ? nil : Int64(truncatingIfNeeded: number)
  }
}
