internal import Glibc

/// Where container runtimes listen for the CRI.
package enum RuntimeSocket {
  /// The sockets of containerd, K3s' own containerd, CRI-O and Docker (by cri-dockerd), as they are installed.
  package static let usual = [
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/var/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
  ]

  static func isHere(_ path: String) -> Bool {
    var file = stat()
    return stat(path, &file) == 0 && file.st_mode & S_IFMT == S_IFSOCK
  }
}
