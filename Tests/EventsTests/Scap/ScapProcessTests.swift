import CEvents
import TestSupport
import Testing

@testable import Events

/// Processes of a capture: the list at its start, programs, forks, threads and exits.
struct ScapProcessTests {
  @Test func theStreamHasTheCapturesClockAndNode() throws {
    var capture = ScapBuilder()
    capture.exit(4711)
    let imported = try Imported(capture)
    let stream = try #require(imported.stream)
    #expect(stream.node == "node7")
    #expect(stream.clockOffsetNanoseconds == Int64(ScapBuilder.bootTime))
    #expect(stream.version == "scap 1.2")
    #expect(imported.numbers == [1])
    let header = imported.all(.stream, sv_stream()).first?.header
    // The first event is 1,000,001 ms after the start of the machine.
    #expect(header?.time_ns == 1_000_001_000_000)
  }

  @Test func withoutAMachineTheTimesAreTheCapturesAllTheSame() throws {
    var capture = ScapBuilder(minor: 0, machine: false)
    capture.exec(100, ["ls"], path: "/bin/ls", comm: "ls")
    let imported = try Imported(capture)
    let stream = try #require(imported.stream)
    #expect(stream.node == "unknown")
    let exec = try #require(imported.images(.exec).first)
    #expect(exec.header.time_ns == 1_000_000)
    #expect(Int64(exec.header.time_ns) + stream.clockOffsetNanoseconds == 1_700_000_000_001_000_000)
  }

  /// Two captures must not give alerts of the same id.
  @Test func twoCapturesHaveTwoBoots() throws {
    var one = ScapBuilder()
    one.exit(1)
    var other = ScapBuilder(machine: false)
    other.block(0x201, ScapBuilder.machine("node8"))
    other.exit(1)
    let (a, b) = (try #require(Imported(one).stream), try #require(Imported(other).stream))
    #expect(!a.bootID.isEmpty && a.bootID != b.bootID)
  }

  @Test(arguments: 1...9) func theListOfProcesses(version: Int) throws {
    var capture = ScapBuilder()
    capture.processes([
      ScapBuilder.Process(200, tid: 201),  // a thread, before its process
      ScapBuilder.Process(200) { ($0.comm, $0.args, $0.env, $0.path) = ("nginx", ["-g", "daemon off;"], ["A=1", "LD_PRELOAD=/x.so"], "/usr/sbin/nginx") },
      ScapBuilder.Process(300) { $0.parent = 200 },
    ], version: version)
    capture.exit(201)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .task])
    #expect(imported.summary.isWhole, "\(imported.summary)")
    let task = try #require(imported.images(.task).first)
    let texts = try #require(imported.texts(.task))
    #expect(task.header.pid == 200 && task.header.start_ns == 0 && task.parent_pid == 1)
    #expect(task.header.time_ns == 1_000_001_000_000, "the first event's time")
    #expect(string(task.comm) == "nginx")
    #expect((task.uid, task.euid, task.gid) == (1000, 1000, 100))
    #expect(texts.args == "nginx|-g|daemon off;|" && task.args_count == 3)
    #expect(texts.cwd == "/home/ann")
    #expect(texts.exe == (version >= 7 ? "/usr/sbin/nginx" : "-"))
    #expect(texts.env == (version >= 3 ? "A=1|LD_PRELOAD=/x.so|" : "-"))
    #expect(task.session == (version >= 6 ? 77 : 0))
    #expect(task.inner_pid == (version >= 4 ? 5 : 200))
    guard version == 9 else { return }
    #expect(task.loginuid == 1001 && string(task.tty) == "pts3" && task.inode == 4711)
    #expect(task.cap_permitted == 2 && task.cap_effective == 4)
    #expect(task.flags == SV_PROCESS_WRITABLE | SV_PROCESS_UPPER_LAYER)
  }

  @Test func aProgramAndItsFailedAttempt() throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    capture.exec(200, ["ls"], path: "", comm: "sh", result: -2)
    capture.exec(200, ["ls", "-l", "/tmp"], path: "/usr/bin/ls", comm: "ls", flags: 0b1110, uid: 0)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .exec])
    #expect(imported.counts.failed == ["execve": 1])
    let exec = try #require(imported.images(.exec).first)
    let texts = try #require(imported.texts(.exec))
    #expect(texts.exe == "/usr/bin/ls" && texts.args == "ls|-l|/tmp|" && texts.cwd == "/home/ann" && texts.env == "A=1|B=2|")
    #expect(string(exec.comm) == "ls" && string(exec.tty) == "pts1")
    #expect(exec.header.pid == 200 && exec.header.start_ns == 0 && exec.parent_pid == 1 && exec.euid == 0)
    #expect(exec.flags == SV_PROCESS_UPPER_LAYER | SV_PROCESS_MEMFD | SV_PROCESS_LOWER_LAYER)
    #expect((exec.inode, exec.mode, exec.loginuid, exec.cap_effective, exec.cap_permitted) == (99, 0, 1001, 1, 3))
    #expect(imported.counts.unknownPaths == 0)
  }

  /// Each version has the parameters of the one before, and some more.
  @Test(arguments: [(13, 8), (155, 13), (173, 14), (215, 15), (231, 16), (283, 17), (289, 17)] as [(UInt16, Int)])
  func olderVersionsOfExec(type: UInt16, count: Int) throws {
    for layout in [ScapBuilder.Layout.first, .firstWithFlags, .second, .secondWithFlags] {
      var parameters = [
        ScapBuilder.le(Int64(0)), ScapBuilder.text("./tool"), ScapBuilder.texts(["-x"]), ScapBuilder.le(Int64(200)),
        ScapBuilder.le(Int64(200)), ScapBuilder.le(Int64(1)), ScapBuilder.text("/opt"), ScapBuilder.le(UInt64(9)),
        ScapBuilder.le(UInt64(9)), ScapBuilder.le(UInt64(9)), ScapBuilder.le(UInt32(9)), ScapBuilder.le(UInt32(9)),
        ScapBuilder.le(UInt32(9)),
      ]
      if count == 14 { parameters.append(ScapBuilder.texts(["E=1"])) }
      if count >= 15 { parameters.append(ScapBuilder.text("the-comm")) }
      if count >= 16 { parameters.append(ScapBuilder.texts(["cpu=/"])) }
      if count >= 15 { parameters.append(ScapBuilder.texts(["E=1"])) }
      if count >= 17 { parameters.append(ScapBuilder.le(Int32(0x401))) }
      var capture = ScapBuilder(minor: 0)
      capture.event(type - 1, thread: 200, type == 289 ? [ScapBuilder.text("./tool")] : [], layout)
      capture.event(type, thread: 200, Array(parameters.prefix(count)), layout)
      let imported = try Imported(capture)
      #expect(imported.kinds == [.exec], "\(imported.counts)")
      let exec = try #require(imported.images(.exec).first)
      let texts = try #require(imported.texts(.exec))
      #expect(texts.args == "./tool|-x|")
      #expect(string(exec.comm) == (count >= 15 ? "the-comm" : "tool"))
      #expect(texts.env == (count >= 14 ? "E=1|" : "-"))
      #expect(string(exec.tty) == (count >= 17 ? "tty1" : ""))
      #expect(texts.exe == (type == 289 ? "/opt/tool" : "-"))
      #expect(imported.counts.unknownPaths == (type == 289 ? 0 : 1))
      #expect(imported.counts.halves == 1 && imported.counts.told == 1)
    }
  }

  /// Parent and child both come back, in either order.
  @Test(arguments: [true, false]) func aForkIsToldOnce(parentFirst: Bool) throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    if parentFirst { capture.clone(thread: 200, pid: 200, parent: 1, result: 300) }
    capture.clone(thread: 300, pid: 300, parent: 200, result: 0)
    if !parentFirst { capture.clone(thread: 200, pid: 200, parent: 1, result: 300) }
    capture.exit(300, status: 3 << 8)
    // Its id is used again at once.
    capture.clone(thread: 200, pid: 200, parent: 1, result: 300)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .fork, .exit, .fork])
    let forks = imported.all(.fork, sv_fork())
    let first = try #require(forks.first)
    #expect((first.header.pid, first.parent_pid, first.creator_pid, first.uid, first.gid) == (300, 200, 200, 1000, 100))
    #expect(first.header.start_ns == first.header.time_ns && first.parent_start_ns == 0)
    #expect(forks[0].header.start_ns < forks[1].header.start_ns)
    let exit = try #require(imported.all(.exit, sv_exit()).first)
    #expect((exit.header.start_ns, exit.code, exit.signal, exit.core_dumped) == (first.header.start_ns, 3, 0, 0))
  }

  /// In a container the parent is told an id that means nothing outside.
  @Test func aForkInAContainerIsToldByItsChild() throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    capture.clone(thread: 200, pid: 200, parent: 1, result: 8, inner: 5)
    capture.clone(thread: 300, pid: 300, parent: 200, result: 0, inner: 8)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .fork])
    let fork = try #require(imported.all(.fork, sv_fork()).first)
    #expect((fork.header.pid, fork.inner_pid, fork.parent_pid) == (300, 8, 200))
  }

  @Test func threadsAreNotProcesses() throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    capture.clone(thread: 200, pid: 200, parent: 1, result: 201, flags: 1 << 13)  // at the parent
    capture.clone(thread: 202, pid: 200, parent: 1, result: 0, flags: 1 << 13)  // at the child
    capture.socket(202, 4)
    capture.connect(201, 4, result: 0, ScapBuilder.tuple([10, 0, 0, 1], 40000, [10, 0, 0, 2], 443))
    capture.exit(200)
    capture.exit(201, status: 9)
    capture.exit(202, status: 9 | 0x80)
    let imported = try Imported(capture)
    #expect(imported.kinds == [.task, .connect, .connected, .close, .exit])
    #expect(imported.sockets(.connect).first?.header.pid == 200)
    #expect(imported.sockets(.connect).first?.header.tid == 201)
    let exit = try #require(imported.all(.exit, sv_exit()).first)
    #expect((exit.header.pid, exit.signal, exit.core_dumped) == (200, 9, 1))
    #expect(imported.counts.unknownThreads == 0)
  }

  /// The other threads are gone, whether their exits are in the capture or not.
  @Test func anExecLeavesOneThread() throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200), ScapBuilder.Process(200, tid: 201)])
    capture.exec(200, ["true"], path: "/bin/true", comm: "true")
    capture.exit(200)
    #expect(try Imported(capture).kinds == [.task, .exec, .exit])
  }

  @Test func usersChange() throws {
    var capture = ScapBuilder()
    capture.processes([ScapBuilder.Process(200)])
    capture.event(198, thread: 200, [ScapBuilder.le(UInt32(0))])
    capture.event(199, thread: 200, [ScapBuilder.le(Int64(0))])
    capture.event(192, thread: 200, [ScapBuilder.le(UInt32.max), ScapBuilder.le(UInt32.max), ScapBuilder.le(UInt32.max)])
    capture.event(193, thread: 200, [ScapBuilder.le(Int64(0))])
    capture.event(200, thread: 200, [ScapBuilder.le(UInt32(7))])
    capture.event(201, thread: 200, [ScapBuilder.le(Int64(-1))])
    capture.exec(200, ["x"], path: "/x", comm: "x", uid: 0, type: 283)
    let imported = try Imported(capture)
    let exec = try #require(imported.images(.exec).first)
    #expect((exec.euid, exec.egid) == (0, 100))
    #expect(imported.counts.failed == ["setgid": 1])
  }

  @Test func textsThatAreTooLongAreCutAndCounted() throws {
    var capture = ScapBuilder()
    capture.exec(200, ["a", String(repeating: "b", count: 20000)], path: String(repeating: "/p", count: 4000), comm: "a")
    let imported = try Imported(capture)
    let exec = try #require(imported.images(.exec).first)
    #expect(exec.flags == SV_PROCESS_ARGS_TRUNCATED | SV_PROCESS_EXE_TRUNCATED)
    #expect(exec.args_total == 20003 && exec.args.length == SV_ARGS_MAX && exec.exe.length == SV_PATH_MAX)
    #expect(imported.counts.cut == 2)
  }

  @Test func terminals() {
    #expect(String(decoding: ScapImporter.terminal(0x8803), as: UTF8.self) == "pts3")
    #expect(String(decoding: ScapImporter.terminal(0x8900), as: UTF8.self) == "pts256")
    #expect(String(decoding: ScapImporter.terminal(0x0401), as: UTF8.self) == "tty1")
    #expect(String(decoding: ScapImporter.terminal(0x0440), as: UTF8.self) == "ttyS0")
    #expect(ScapImporter.terminal(0).isEmpty && ScapImporter.terminal(.max).isEmpty)
  }
}
