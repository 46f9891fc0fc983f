import Discovery
import Events
import Glibc
import SystemPackage
import TestSupport
import Testing

/// The watch on real namespaces; what the kernel would tell of processes is given by hand.
@Suite(.enabled(if: Namespace.isAllowed, "\(Namespace.reason)"))
struct MountWatchTests {
  private final class Stage {
    let watch: MountWatch
    let told = ToldMounts()
    var place: UInt = 0

    init(_ settings: MountSettings = MountSettings()) throws { watch = try MountWatch(settings: settings) }

    func before(_ bytes: [UInt8]) throws {
      watch.before(try Record(number: 1, bytes: bytes.span.bytes), tell: told.take)
    }

    func look(now: UInt64 = 1) {
      place += 100
      watch.look(place: place, now: now, tell: told.take)
    }

    func passed() { watch.passed(place: place, now: 1, tell: told.take) }
    func tick() { watch.tick(now: 1, tell: told.take) }

    /// The kernel tells of a change before the call that made it returns.
    func isChanged() -> Bool {
      var polled = pollfd(fd: watch.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
      return poll(&polled, 1, 0) > 0
    }
  }

  private func path(_ namespace: Namespace) throws -> String { try #require(namespace.folder).path }

  @Test func aTableIsToldBeforeTheFirstProgram() throws {
    let namespace = try Namespace()
    try namespace.mount("shared", at: path(namespace))
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    let table = try #require(stage.told.tables[namespace.inode])
    #expect(table.targets.contains(try path(namespace)))
    #expect(!table.isCut)
    #expect(!table.isNode)
    // Once: nothing changed.
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    stage.look()
    stage.passed()
    #expect(stage.told.history.count == 1)
  }

  @Test func aMountIsToldAtTheNextLook() throws {
    let namespace = try Namespace()
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    #expect(!stage.isChanged())
    try namespace.mount("shared", at: path(namespace))
    #expect(stage.isChanged())
    stage.look()
    #expect(stage.told.tables[namespace.inode]?.targets.contains(try path(namespace)) == true)
    #expect(!stage.isChanged())
    let count = stage.told.history.count
    stage.passed()
    #expect(stage.told.history.count == count)
  }

  /// It holds for what waits in the ring, which may have happened before.
  @Test func anUnmountIsToldWhenTheRingWasReadUpToIt() throws {
    let namespace = try Namespace()
    try namespace.mount("shared", at: path(namespace))
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    try namespace.unmount(path(namespace))
    stage.look()
    #expect(stage.told.tables[namespace.inode]?.targets.contains(try path(namespace)) == true)
    stage.watch.passed(place: stage.place - 1, now: 1, tell: stage.told.take)
    #expect(stage.told.tables[namespace.inode]?.targets.contains(try path(namespace)) == true)
    stage.passed()
    #expect(stage.told.tables[namespace.inode]?.targets.contains(try path(namespace)) == false)
    #expect(stage.told.tables[namespace.inode]?.isCut == false)
  }

  /// One goes and another comes: both are told, until it is sure.
  @Test func oldAndNewAreToldTogether() throws {
    let namespace = try Namespace()
    let other = try TemporaryFolder()
    try namespace.mount("shared", at: path(namespace))
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    try namespace.unmount(path(namespace))
    try namespace.mount("shared", at: other.path)
    stage.look()
    #expect(stage.told.tables[namespace.inode]?.targets.isSuperset(of: [try path(namespace), other.path]) == true)
    // Again before the ring was read so far: nothing that may have been there is left out.
    try namespace.unmount(other.path)
    stage.look()
    #expect(stage.told.tables[namespace.inode]?.targets.isSuperset(of: [try path(namespace), other.path]) == true)
    stage.passed()
    #expect(stage.told.tables[namespace.inode]?.targets.isDisjoint(with: [try path(namespace), other.path]) == true)
  }

  /// An open table keeps its namespace from going away, and with it what is mounted there.
  @Test func anUnusedNamespaceIsLetGo() throws {
    let namespace = try Namespace()
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    try stage.before(ProcessSample.fork(4_000_001, of: namespace.pid))
    #expect(stage.watch.counts.watched == 1)
    try stage.before(ProcessSample.exit(namespace.pid))
    stage.passed()
    #expect(stage.watch.counts.watched == 1)  // by the child
    try stage.before(ProcessSample.exit(4_000_001))
    #expect(stage.told.tables[namespace.inode] != nil)  // until its own record was handed on
    stage.passed()
    #expect(stage.watch.counts == (0, 0))
    #expect(stage.told.tables[namespace.inode] == nil)
    #expect(stage.told.history.last?.table == nil)
  }

  /// The storage itself: as long as somebody watches, it is in use, and no longer.
  @Test func aStorageCanBeTakenAway() throws {
    let namespace = try Namespace()
    let folder = try TemporaryFolder()
    // A file system that stands in nobody else's table: it ends with its last mount.
    let image = "\(folder.path)/image"
    #expect(try Program.run("/usr/bin/truncate", ["-s", "16M", image]).status == 0)
    try #require(try Program.run("/sbin/mkfs.ext4", ["-q", image]).status == 0)
    let loop = try Program.run("/sbin/losetup", ["-f", "--show", image])
    try #require(loop.status == 0, "losetup: \(loop.errors)")
    let device = String(loop.output.dropLast())
    try namespace.mount(device, at: path(namespace), type: "ext4")
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    try namespace.end()
    try stage.before(ProcessSample.exit(namespace.pid))
    stage.passed()
    // The kernel takes the device for itself only when nobody has it mounted.
    #expect(eventually { (try? Program.run("/sbin/mkfs.ext4", ["-q", "-F", device]).status) == 0 })
    _ = try Program.run("/sbin/losetup", ["-d", device])
  }

  /// A process that ended without a word, or went elsewhere, holds nothing.
  @Test func lostEndsAreFoundOut() throws {
    let namespace = try Namespace()
    let stage = try Stage()
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    stage.tick()
    #expect(stage.watch.counts.watched == 1)
    try namespace.end()
    stage.tick()
    stage.tick()
    #expect(stage.watch.counts == (0, 0))
  }

  @Test func aTableThatCannotBeHadIsToldAsCut() throws {
    let namespace = try Namespace()
    let stage = try Stage()
    try stage.before(ProcessSample.exec(4_000_001, namespace: namespace.inode))
    #expect(stage.told.tables[namespace.inode] == .init(targets: [], isCut: true))
    #expect(stage.watch.failures == 1)
    // Another program of it: now it can.
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    #expect(stage.told.tables[namespace.inode]?.isCut == false)
    #expect(stage.told.tables[namespace.inode]?.targets.isEmpty == false)
  }

  /// A process that says to be in one namespace and is in another does not stand for it.
  @Test func aProcessElsewhereIsNoWitness() throws {
    let namespace = try Namespace()
    let other = try Namespace()
    let stage = try Stage()
    try stage.before(ProcessSample.exec(other.pid, namespace: namespace.inode))
    #expect(stage.told.tables[namespace.inode] == .init(targets: [], isCut: true))
  }

  /// When the time for reading is used up, what changed is told as cut at once, and read later.
  @Test func withoutTimeChangesAreToldAsDoubts() throws {
    var settings = MountSettings()
    settings.budgetNanoseconds = 1
    let namespace = try Namespace()
    let stage = try Stage(settings)
    try stage.before(ProcessSample.exec(namespace.pid, namespace: namespace.inode))
    let targets = try #require(stage.told.tables[namespace.inode]).targets
    #expect(!targets.isEmpty)
    try namespace.mount("shared", at: path(namespace))
    stage.look()
    #expect(stage.told.tables[namespace.inode] == .init(targets: targets, isCut: true))
    #expect(stage.watch.postponed == 1)
    #expect(stage.watch.due(now: 5) != nil)
    // In a second the budget has one nanosecond again.
    #expect(
      eventually {
        stage.look()
        return stage.told.tables[namespace.inode]?.targets.contains((try? path(namespace)) ?? "") == true
      })
    #expect(stage.told.tables[namespace.inode]?.isCut == false)
  }

  /// Beyond the files that may be open, tables are read now and then, and told as cut.
  @Test func manyNamespacesAreNotWatched() throws {
    var settings = MountSettings()
    settings.watched = 1
    let first = try Namespace()
    let second = try Namespace()
    let stage = try Stage(settings)
    try stage.before(ProcessSample.exec(first.pid, namespace: first.inode))
    try stage.before(ProcessSample.exec(second.pid, namespace: second.inode))
    #expect(stage.watch.counts == (2, 1))
    #expect(stage.told.tables[second.inode]?.isCut == true)
    #expect(stage.told.tables[second.inode]?.targets.isEmpty == false)
    try second.mount("shared", at: path(second))
    stage.tick()
    stage.look()
    #expect(stage.told.tables[second.inode]?.targets.contains(try path(second)) == true)
  }

  @Test func namespacesAreBounded() throws {
    var settings = MountSettings()
    settings.namespaces = 8
    let stage = try Stage(settings)
    for number in 1...1000 as ClosedRange<UInt32> {
      try stage.before(ProcessSample.exec(4_000_000 + number, namespace: number))
      #expect(stage.told.tables[number]?.isCut == true)
    }
    #expect(stage.watch.counts.known == 8)
  }

  /// Mounts of the node come and go with every pod: they are read four times a second at most.
  @Test func theNodesTableIsReadNowAndThen() throws {
    let folder = try TemporaryFolder()
    let stage = try Stage()
    let node = stage.watch.node
    stage.watch.open(now: 1_000_000_000, tell: stage.told.take)
    #expect(stage.told.tables[node]?.isNode == true)
    let ending = try Program.run("/usr/bin/mount", ["-t", "tmpfs", "shared", folder.path])
    try #require(ending.status == 0)
    defer { umount(folder.path) }
    let isOwn = MountFile.namespace(of: UInt32(getpid())) == node
    stage.look(now: 1_100_000_000)
    #expect(stage.told.tables[node]?.targets.contains(folder.path) == false)
    stage.look(now: 1_250_000_000)
    #expect(stage.told.tables[node]?.targets.contains(folder.path) == isOwn)
    #expect(stage.told.tables[node]?.targets.contains("/proc") == false)
  }

  /// A program in the node's own namespace costs a comparison.
  @Test func theNodesOwnProcessesAreNotRemembered() throws {
    let stage = try Stage()
    let node = stage.watch.node
    try stage.before(ProcessSample.exec(1, namespace: node))
    try stage.before(ProcessSample.fork(4_000_001, of: 1))
    #expect(stage.told.history.isEmpty)
    #expect(stage.watch.counts.known == 0)
  }
}
