internal import Glibc
internal import SystemPackage

/// What this node offers to a monitor, found without changing anything on it.
package struct NodeReport: Sendable {
  /// `uname -r` and `uname -m`.
  package let kernel: String
  package let machine: String
  package let hasBTF: Bool
  /// nil: no cgroup2 hierarchy is mounted.
  package let hierarchy: CgroupHierarchy?
  /// Where bpffs is mounted; nil: nowhere.
  package let bpfFilesystem: String?
  /// The active security modules, in order; empty if the kernel does not say.
  package let securityModules: [String]
  /// Effective capabilities that loading needs and the calling thread lacks.
  package let missingCapabilities: [String]

  package init() {
    var name = utsname()
    uname(&name)
    kernel = Self.text(of: name.release)
    machine = Self.text(of: name.machine)
    hasBTF = access("/sys/kernel/btf/vmlinux", R_OK) == 0
    hierarchy = try? CgroupHierarchy.current()
    bpfFilesystem = try? BPFFilesystem.mounted()
    let modules = (try? readWholeFile("/sys/kernel/security/lsm", limit: 4096)) ?? []
    securityModules = String(decoding: modules, as: UTF8.self).split(separator: ",").map(String.init)
    missingCapabilities = Self.missing()
  }

  /// Numbers of include/uapi/linux/capability.h.
  private static let needed = [("CAP_BPF", 39), ("CAP_PERFMON", 38), ("CAP_NET_ADMIN", 12)]

  private static func missing() -> [String] {
    guard let status = try? readWholeFile("/proc/thread-self/status", limit: 65536) else { return [] }
    let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
    guard let line = lines.first(where: { $0.hasPrefix("CapEff:") }),
      let effective = line.split(whereSeparator: \.isWhitespace).last.flatMap({ UInt64($0, radix: 16) })
    else { return [] }
    // CAP_SYS_ADMIN (21) stands for the first two on kernels before they were split from it (5.8).
    return needed.filter { effective & (1 << UInt64($0.1)) == 0 && effective & (1 << 21) == 0 }.map(\.0)
  }

  private static func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
