/// Words for numbers of the ABI. A number without a word is written as a number.
struct JSONLNames: Sendable {
  let words: [(number: UInt64, word: StaticString)]

  func word(of number: UInt64) -> StaticString? { words.first { $0.number == number }?.word }

  func number(of word: UnsafeRawBufferPointer) -> UInt64? { words.first { $0.word.equals(word) }?.number }

  static let families = JSONLNames(words: [
    (1, "unix"), (2, "inet"), (10, "inet6"), (16, "netlink"), (17, "packet"), (38, "alg"), (40, "vsock"), (44, "xdp"),
  ])
  static let socketTypes = JSONLNames(words: [
    (1, "stream"), (2, "dgram"), (3, "raw"), (4, "rdm"), (5, "seqpacket"), (6, "dccp"), (10, "packet"),
  ])
  static let protocols = JSONLNames(words: [
    (1, "icmp"), (6, "tcp"), (17, "udp"), (33, "dccp"), (58, "icmpv6"), (132, "sctp"), (136, "udplite"), (255, "raw"),
    (262, "mptcp"),
  ])
  /// S_IFMT >> 12.
  static let fileTypes = JSONLNames(words: [
    (1, "fifo"), (2, "char"), (4, "directory"), (6, "block"), (8, "file"), (12, "socket"),
  ])
  static let processFlags = JSONLNames(words: [
    (1 << 0, "memfd"), (1 << 1, "unlinked"), (1 << 2, "upper_layer"), (1 << 3, "setuid"), (1 << 4, "setgid"),
    (1 << 5, "writable"), (1 << 6, "script"), (1 << 7, "args_truncated"), (1 << 8, "args_unreadable"),
    (1 << 9, "exe_truncated"), (1 << 10, "cwd_truncated"), (1 << 11, "env_truncated"), (1 << 12, "cwd_unlinked"),
    (1 << 13, "kernel"), (1 << 14, "outside_root"), (1 << 15, "lower_layer"),
  ])
  static let socketFlags = JSONLNames(words: [(1 << 0, "incoming"), (1 << 1, "owner_unknown")])
  static let countersFlags = JSONLNames(words: [(1 << 0, "told")])
  static let cgroupFlags = JSONLNames(words: [(1 << 0, "found")])
  static let sources = JSONLNames(words: [
    (1, "cri"), (2, "podman"), (3, "docker"), (4, "kubernetes"), (5, "slurm"), (6, "pushed"),
  ])
  static let identities = JSONLNames(words: [(1, "pending"), (2, "known"), (3, "unknown")])
  static let partFlags = JSONLNames(words: [(1 << 0, "more"), (1 << 1, "cut")])
  static let mountsFlags = JSONLNames(words: [(1 << 0, "more"), (1 << 1, "cut"), (1 << 2, "node"), (1 << 3, "gone"), (1 << 4, "seen")])
  static let knownFlags = JSONLNames(words: [(1 << 0, "linked"), (1 << 1, "ended"), (1 << 2, "forgotten")])
}

extension StaticString {
  func equals(_ bytes: UnsafeRawBufferPointer) -> Bool {
    withUTF8Buffer { $0.count == bytes.count && UnsafeRawBufferPointer($0).elementsEqual(bytes) }
  }
}
