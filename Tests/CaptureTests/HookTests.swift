import CTriggers
import Events
import Glibc
import SystemPackage
import Testing

@testable import Capture

/// What is attached where, and what happens when the kernel refuses.
@Suite struct HookTableTests {
  @Test func noHookSitsOnTheSystemCallPath() {
    let tracepoints = [
      "tp_btf/sched_process_exec", "tp_btf/sched_process_fork", "tp_btf/sched_process_exit",
      "tp_btf/inet_sock_set_state", "tp_btf/cgroup_mkdir", "tp_btf/cgroup_rmdir",
    ]
    for hook in Hook.all where !hook.isCgroup && !hook.isIterator {
      #expect(tracepoints.contains(hook.name), "\(hook.name)")
    }
  }

  @Test func everyKindOfRuleHasAHook() {
    let told = Hook.all.reduce(into: EventKinds()) { $0.formUnion($1.kinds) }
    #expect(told.isSuperset(of: .all))
    #expect(Set(Hook.all.map(\.program)).count == Hook.all.count)
  }
}

extension KernelTests {
  @Suite struct HookTests {
    @Test func statesAreInTheTablesOrder() throws {
      let sensors = try SharedSensors.get()
      #expect(sensors.hooks.map(\.hook) == Hook.all)
      for state in sensors.hooks {
        // Either iterator over tasks will do.
        let attached = state.state == .attached || state.hook.kinds == EventKinds(.task)
        #expect(attached, "\(state.hook.name): \(state.state)")
      }
      let tasks = sensors.hooks.filter { $0.hook.kinds == EventKinds(.task) }.map(\.state)
      #expect(tasks.filter { $0 == .attached }.count == 1)
      #expect(tasks[0] != .attached || tasks[1] == .notNeeded)
      #expect(sensors.kinds.isSuperset(of: .all))
    }

    /// Another tool's program that suffers no other beside it, in a cgroup of the test's own.
    @Test func hookTakenByAnotherLeavesTheRest() throws {
      let cgroup = try TestCgroup(in: CgroupHierarchy.current().path)
      let directory = try FileDescriptor.open(FilePath(cgroup.path), .readOnly, options: [.directory, .closeOnExec])
      defer { try? directory.close() }
      let other = trigger_attach_exclusive(directory.rawValue)
      try #require(other >= 0)
      defer { close(other) }
      let hierarchy = try #require(CgroupHierarchy(mountInfo: "36 35 0:1 / \(cgroup.path) rw - cgroup2 none rw"))
      let sensors = try Sensors(settings: CaptureSettings(), hierarchy: hierarchy)
      for state in sensors.hooks {
        guard case .refused(let reason) = state.state else { continue }
        #expect(state.hook.name == "cgroup/connect4")
        #expect(reason.contains("sv_connect4"))
      }
      let refused = sensors.hooks.filter { if case .refused = $0.state { true } else { false } }
      #expect(refused.count == 1)
      // connect6 still tells of connects, and the rest works.
      #expect(sensors.kinds.isSuperset(of: .all))
      let recording = try Recording(sensors)
      let child = try Child("/bin/cat", "-")
      _ = try recording.exec(of: child.pid, comm: "cat")
    }

    /// As on a kernel that has no such tracepoint: the object's own bytes, one name in them changed.
    @Test func programThatDoesNotLoadLeavesTheRest() throws {
      let object = try Patched(from: "tp_btf/inet_sock_set_state", to: "tp_btf/inet_sock_set_stata")
      let loaded = try Loaded(object, hooks: Hook.socket)
      #expect(loaded.refused.map(\.key.name) == ["tp_btf/inet_sock_set_state"])
      #expect(loaded.refused.first?.value.contains("inet_sock_set_stata") == true)
    }

    /// As before 5.18: the iterator that cannot sleep takes over.
    @Test func standInLoadsWhereTheBetterDoesNot() throws {
      let loaded = try Loaded(Patched(object: "process", from: "iter.s/task", to: "iter.s/tosk"), hooks: Hook.process)
      #expect(loaded.refused.map(\.key.name) == ["iter.s/task"])
    }

    @Test func requiredProgramThatDoesNotLoadIsAnError() throws {
      let object = try Patched(object: "process", from: "tp_btf/sched_process_exit", to: "tp_btf/sched_process_exot")
      #expect(throws: CaptureError.self) { _ = try Loaded(object, hooks: Hook.process) }
    }

    @Test(arguments: [0, 1, 4095, 5000, 3 << 20, 2 << 30, -4096, .max])
    func ringSizeThatCannotBe(_ bytes: Int) throws {
      #expect(throws: CaptureError.self) {
        _ = try Sensors(settings: CaptureSettings(ringBytes: bytes), hierarchy: .current())
      }
    }

    @Test(arguments: [
      CaptureSettings(argumentBytes: -1), CaptureSettings(argumentBytes: CaptureSettings.argumentBytesCeiling + 1),
      CaptureSettings(environmentNames: (0..<17).map { "V\($0)" }), CaptureSettings(environmentNames: [""]),
      CaptureSettings(environmentNames: ["A=B"]),
      CaptureSettings(environmentNames: [String(repeating: "x", count: 31)]),
    ])
    func settingThatCannotBe(_ settings: CaptureSettings) throws {
      #expect(throws: CaptureError.self) { _ = try Sensors(settings: settings, hierarchy: .current()) }
    }

    @Test func hierarchyThatIsNotThere() throws {
      let nowhere = try #require(CgroupHierarchy(mountInfo: "36 35 0:1 / /nowhere rw - cgroup2 none rw"))
      #expect(throws: CaptureError.self) { _ = try Sensors(settings: CaptureSettings(), hierarchy: nowhere) }
      let plain = try #require(CgroupHierarchy(mountInfo: "36 35 0:1 / /var/tmp rw - cgroup2 none rw"))
      let sensors = try Sensors(settings: CaptureSettings(), hierarchy: plain)
      let cgroups = sensors.hooks.filter { $0.hook.isCgroup }.map(\.state)
      #expect(cgroups.allSatisfy { if case .refused = $0 { true } else { false } })
    }

    // MARK: - Rights

    private static let bpf: UInt64 = 1 << 39 | 1 << 38 | 1 << 12  // CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN

    /// Capabilities are a thread's own: this test's, until it ends.
    private func with<Result>(capabilities: UInt64, _ body: () throws -> Result) throws -> Result {
      try #require(trigger_set_effective_capabilities(capabilities) == 0)
      defer { _ = trigger_set_effective_capabilities(.max) }
      return try body()
    }

    @Test func threeCapabilitiesAreEnough() throws {
      let hierarchy = try CgroupHierarchy.current()
      let hooks = try with(capabilities: Self.bpf) { () throws in
        #expect(NodeReport().missingCapabilities == [])
        return try Sensors(settings: CaptureSettings(), hierarchy: hierarchy).hooks
      }
      #expect(hooks.allSatisfy { $0.state == .attached || $0.state == .notNeeded })
    }

    @Test(arguments: [
      (UInt64(0), ["CAP_BPF", "CAP_PERFMON", "CAP_NET_ADMIN"]), (bpf & ~(1 << 38), ["CAP_PERFMON"]),
      (bpf & ~(1 << 12), ["CAP_NET_ADMIN"]),
    ])
    func lackOfThemIsSaidAsSuch(_ mask: UInt64, missing: [String]) throws {
      let hierarchy = try CgroupHierarchy.current()
      try with(capabilities: mask) { () throws in
        #expect(NodeReport().missingCapabilities == missing)
        let error = #expect(throws: CaptureError.self) {
          _ = try Sensors(settings: CaptureSettings(), hierarchy: hierarchy)
        }
        #expect(error?.isNodesFault == false, "\(String(describing: error))")
      }
    }
  }
}

/// The built object with the name of one program's section changed.
private struct Patched: ObjectSource {
  let bytes: [UInt8]

  init(object: String = "socket", from: String, to: String) throws {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var bytes = try readWholeFile("/\(root)/bpf/objects/build/\(object).bpf.o", limit: 4 << 20)
    let old = Array(from.utf8) + [0]
    try #require(from.utf8.count == to.utf8.count)
    let places = bytes.indices.filter { bytes[$0...].starts(with: old) }
    try #require(!places.isEmpty)  // BTF names the section too
    for place in places { bytes.replaceSubrange(place..<place + to.utf8.count, with: to.utf8) }
    self.bytes = bytes
  }

  func open() throws(CaptureError) -> BPFObject {
    // libbpf reads it in place, aligned.
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    defer { copy.deallocate() }
    copy.copyBytes(from: bytes)
    return try BPFObject(name: "patched", bytes: UnsafeRawBufferPointer(copy))
  }
}
