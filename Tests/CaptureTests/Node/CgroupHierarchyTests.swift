import Capture
import Testing

/// Finding cgroup2 in a mount table.
@Suite struct CgroupHierarchyTests {
  private let other = "22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda rw"

  @Test func pure() {
    let table = "\(other)\n30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
    let found = CgroupHierarchy(mountInfo: table)
    #expect(found?.path == "/sys/fs/cgroup")
    #expect(found?.isHybrid == false)
  }

  @Test func hybrid() {
    let table = """
      \(other)
      31 30 0:27 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
      32 30 0:28 / /sys/fs/cgroup/unified rw shared:5 master:2 - cgroup2 cgroup2 rw
      """
    let found = CgroupHierarchy(mountInfo: table)
    #expect(found?.path == "/sys/fs/cgroup/unified")
    #expect(found?.isHybrid == true)
  }

  @Test func bindMountOfAPartGivesWay() {
    let whole = "40 30 0:28 / /run/whole rw - cgroup2 none rw"
    let part = "41 30 0:28 /kubepods/pod1 /run/part rw - cgroup2 none rw"
    #expect(CgroupHierarchy(mountInfo: "\(part)\n\(whole)")?.path == "/run/whole")
    #expect(CgroupHierarchy(mountInfo: "\(whole)\n\(part)")?.path == "/run/whole")
    #expect(CgroupHierarchy(mountInfo: part)?.path == "/run/part")
  }

  @Test func blanksInThePath() {
    let found = CgroupHierarchy(mountInfo: "40 30 0:28 / /run/a\\040b\\134c\\9 rw - cgroup2 none rw")
    #expect(found?.path == "/run/a b\\c\\9")
  }

  @Test(arguments: [
    "", "\n\n", "garbage", "1 2 3", "- cgroup2", "1 2 3 4 5 - ", "36 35 98:0 / /mnt rw - ext3 /dev/root rw",
    "36 35 0:1 / /cgroup2 rw - tmpfs cgroup2 rw", "40 30 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu",
  ])
  func noneThere(_ table: String) {
    #expect(CgroupHierarchy(mountInfo: table) == nil)
  }
}
