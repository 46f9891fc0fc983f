/// Where container runtimes listen for the CRI.
package enum RuntimeSocket {
  /// The sockets of containerd, K3s' own containerd, CRI-O and Docker (by cri-dockerd), as they are installed.
  package static let usual = [
    "/run/containerd/containerd.sock",
    "/run/k3s/containerd/containerd.sock",
    "/var/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
  ]
}
