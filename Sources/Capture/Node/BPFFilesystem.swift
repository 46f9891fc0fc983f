internal import Glibc
internal import SystemPackage

/// bpffs: where links and maps can be pinned, to outlive the agent.
package enum BPFFilesystem {
  package static let usualPath = "/sys/fs/bpf"

  /// Where it is mounted; nil: nowhere.
  package static func mounted() throws(CaptureError) -> String? {
    let table: [UInt8]
    do {
      table = try readWholeFile("/proc/self/mounts", limit: 16 << 20)
    } catch {
      throw .operation("reading /proc/self/mounts", error)
    }
    for line in String(decoding: table, as: UTF8.self).split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count > 2, fields[2] == "bpf" { return String(fields[1]) }
    }
    return nil
  }

  /// Mounts it at its usual place if it is nowhere yet; returns where it is.
  package static func mountIfNeeded() throws(CaptureError) -> String {
    if let path = try mounted() { return path }
    guard mount("bpf", usualPath, "bpf", UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC), "mode=0700") == 0 else {
      throw .operation("mounting bpffs at \(usualPath)", Errno.current)
    }
    return usualPath
  }
}
