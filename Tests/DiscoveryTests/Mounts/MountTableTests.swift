import Discovery
import Events
import TestSupport
import Testing

struct MountTableTests {
  private func table(_ text: String, isCut: Bool = false, limits: MountTable.Limits = .init()) -> MountTable {
    MountTable(mountInfo: Array(text.utf8), isCut: isCut, limits: limits)
  }

  @Test func linesBecomeMounts() {
    let table = table("36 35 98:0 /a /mnt2 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue\n")
    #expect(
      table.mounts == [
        .init(
          source: Array("/dev/root".utf8), target: Array("/mnt2".utf8), fileSystem: Array("ext3".utf8),
          options: Array("rw,noatime,rw,errors=continue".utf8))
      ])
    #expect(!table.isCut)
  }

  /// As the kernel writes blanks, tabs, newlines, backslashes and `#`.
  @Test func escapesAreResolved() {
    let table = table(#"1 2 0:1 / /a\040b\011c\012d\134e\043\377 rw - tmpfs so\040urce rw"# + "\n")
    #expect(table.mounts.map(\.target) == [Array("/a b\tc\nd\\e#".utf8) + [0xFF]])
    #expect(table.mounts.map(\.source) == [Array("so urce".utf8)])
  }

  @Test(arguments: [#"\04"#, #"\"#, #"\9"#, #"\778"#, #"\400"#])
  func whatIsNoEscapeStays(_ text: String) {
    let table = table("1 2 0:1 / /\(text) rw - tmpfs s rw\n")
    #expect(table.mounts.map(\.target) == [Array("/\(text)".utf8)])
  }

  /// mount("", "/x", "tmpfs"): nothing stands between two blanks.
  @Test func aSourceMayBeEmpty() {
    #expect(table("1 2 0:1 / /x rw - tmpfs  rw\n").mounts.first?.source == [])
  }

  /// A field of options could hold the dash that stands before the type: only a field that is nothing else counts.
  @Test func theDashIsAFieldOfItsOwn() {
    let table = table("1 2 0:1 / /x/-/y rw,a-b shared:1 - fuse.x - rw\n")
    #expect(table.mounts.first?.fileSystem == Array("fuse.x".utf8))
    #expect(table.mounts.first?.source == Array("-".utf8))
  }

  @Test(arguments: ["", "\n\n", "1 2 3", "1 2 0:1 / /x rw", "1 2 0:1 / /x rw - tmpfs", "- - - - - - - - -", "1 2 3 4 5 6 7 8 9 10 11"])
  func whatIsNoLineIsPassedOver(_ text: String) { #expect(table(text).mounts.isEmpty) }

  @Test func theSameMountIsToldOnce() {
    let line = "1 2 0:1 / /x rw - tmpfs s rw\n"
    #expect(table(line + "9" + line).mounts.count == 1)
  }

  @Test func aTableIsBounded() {
    let text = (0..<100).map { "1 2 0:1 / /\($0) rw - tmpfs s rw\n" }.joined()
    let few = table(text, limits: .init(mounts: 10, bytes: 1 << 20))
    #expect(few.mounts.count == 10)
    #expect(few.isCut)
    let short = table(text, limits: .init(mounts: 1000, bytes: 200))
    #expect(short.mounts.count < 20)
    #expect(short.isCut)
    #expect(!table(text).isCut)
  }

  @Test func unionHoldsWhatEitherHolds() {
    let old = table("1 2 0:1 / /a rw - tmpfs s rw\n1 2 0:1 / /b rw - tmpfs s rw\n")
    let new = table("1 2 0:1 / /b rw - tmpfs s rw\n1 2 0:1 / /c rw - tmpfs s rw\n")
    #expect(old.union(new).mounts.map(\.target) == ["/a", "/b", "/c"].map { Array($0.utf8) })
    #expect(old.union(old) == old)
    #expect(!old.isSame(as: new))
  }

  @Test func theRunningKernelsTableIsRead() throws {
    let text = contents("/proc/self/mountinfo")
    let table = MountTable(mountInfo: text)
    #expect(table.mounts.contains { $0.target == Array("/proc".utf8) && $0.fileSystem == Array("proc".utf8) })
    #expect(table.mounts.count <= lines(text).count)
  }

  @Test func damagedTextNeverTraps() {
    let text = contents("/proc/self/mountinfo")
    let runs = Fuzzing.run(31) { random in
      let table = MountTable(
        mountInfo: Fuzzing.mutated(text, &random, pieces: [" - ", "\\0", "\\", "\n", "  "].map { Array($0.utf8) }),
        limits: .init(mounts: 50, bytes: 4096))
      #expect(table.mounts.count <= 50)
    }
    #expect(runs > 0)
  }
}
