/// What events and conditions of the differential test are made of: few, alike, of every length about eight, in both cases.
enum Words {
  static let all = [
    "sh", "Sh", "bash", "BASH", "s", "h", "a", "ab", "abc", "abcd", "abcde", "abcdefg", "abcdefgh", "abcdefghi", "aBcDefgh",
    "aaaa", "aaaaaaaa", "aaaab", "curl", "nc", "-e", "--token=x", "http://example.org/x", "é", "x[1]", "a*b", "abcdefghabcdefghabcd",
  ]

  private static let textFields = [
    "proc.name", "proc.exe", "proc.exepath", "proc.exepath", "proc.args", "proc.cmdline", "proc.exeline", "proc.pname",
    "proc.pexe", "proc.pexepath", "proc.pcmdline", "proc.pexeline", "proc.aname[0]", "proc.aname[1]", "proc.aname[2]", "proc.aexepath[1]",
    "proc.acmdline[1]", "proc.aexe[2]", "proc.env[A]", "proc.env[A]", "proc.env[B]", "proc.tty", "fd.name", "fd.type",
    "fd.l4proto", "evt.time", "evt.res", "evt.hostname", "workload.kind", "workload.id", "container.id",
    "container.image.repository", "k8s.pod.label[app]", "k8s.ns.name",
  ]
  private static let ofAnyAncestor = ["proc.aname", "proc.aname", "proc.aexepath", "proc.acmdline", "proc.aexe"]

  /// - Parameter isSingle: none of any ancestor.
  static func textField(_ random: inout Generator, isSingle: Bool = false) -> String {
    random.element(!isSingle && random.below(4) == 0 ? ofAnyAncestor : textFields)
  }

  /// Numbers that aren't ports.
  static let numbers = [
    "user.uid", "evt.num", "evt.rawtime", "evt.rawres", "proc.pid", "proc.ppid", "proc.apid", "proc.apid", "proc.apid[1]",
    "proc.apid[2]", "proc.sid", "proc.cmdnargs", "proc.cmdlenargs", "proc.exit_code", "proc.exit_signal",
  ]

  /// As a field of numbers may have.
  static func number(_ field: String, _ random: inout Generator) -> String {
    switch field {
    case "user.uid", "proc.cmdnargs", "proc.exit_code", "proc.exit_signal": String(random.below(4))
    case "evt.num": String(random.below(250))
    case "evt.rawtime": String(1_700_000_001_000_000_000 + random.below(250) * 1_000_000)
    case "evt.rawres": random.element(["0", "-111", "-115", "-7"])
    case "proc.cmdlenargs": String(random.below(30))
    case "proc.apid", "proc.apid[1]", "proc.apid[2]": String(100 + random.below(9))
    default: String(random.element([7, 99, 100, 100 + random.below(80)]))
    }
  }

  /// As a field or function of texts may have.
  static func constant(_ field: String, _ random: inout Generator) -> String {
    let own: [String] =
      switch field {
      case "proc.tty": ["tty1", "pts0", "t"]
      case "fd.name": ["10.0.0.1:80", "->", ":443", "2001:db8", "10.", "1:22->10.1.0.2:8080"]
      case "fd.type": ["ipv4", "ipv6", "ip"]
      case "fd.l4proto": ["tcp", "udp", "77", "t"]
      case "evt.time": ["2023-11-14T22:13:21.", "2023-11-14T22:13:2", "Z", ".05", "2024"]
      case "evt.res": ["SUCCESS", "ECONNREFUSED", "EINPROGRESS", "7", "E"]
      case "evt.hostname": ["node1", "node", "1"]
      case "workload.kind": ["container", "host", "systemd-unit", "con", "-unit"]
      case "workload.id", "container.id": ["host", "333333333333", "aaaa", "3", "bash.service", ".service"]
      case "workload.mount.fstype": ["nfs4", "nfs", "ext4", "tmpfs", "fs"]
      case _ where field.contains("("):
        random.below(2) == 0 ? ["sh", "BASH", "bash", "a", "tmp", "bin", "t", "5", "x", "-n", "=x", "a b", "", "node1", "host", "container"] : []
      default: []
      }
    if !own.isEmpty, random.below(8) > 0 { return random.element(own) }
    return random.below(2) == 0 ? word(&random) : piece(&random)
  }

  static func word(_ random: inout Generator) -> String {
    let word = random.element(all)
    return random.below(4) == 0 ? word + random.element(all) : word
  }

  /// As the kernel keeps names: at most 15 bytes.
  static func name(_ random: inout Generator) -> String {
    var name = word(&random)
    while name.utf8.count > 15 { name.removeLast() }
    return name
  }

  /// As a command line has them, options for `getopt()` among them, some with blanks or nothing in them.
  static func argument(_ random: inout Generator) -> String {
    switch random.below(8) {
    case 0, 1: path(&random)
    case 2, 3: random.element(["-n", "-t", "-nt5", "-t=x", "-en", "--n", "-"])
    case 4: random.element(["--", "", "-t a b", "a b", "-ntn", "5", "n"])
    default: word(&random)
    }
  }

  /// Separated by blanks.
  static func words(_ random: inout Generator) -> String {
    random.below(2) == 0 ? word(&random) : (0..<1 + random.below(4)).map { _ in argument(&random) }.joined(separator: " ")
  }

  static func path(_ random: inout Generator) -> String {
    let parts = (0..<1 + random.below(3)).map { _ in random.element(["tmp", "Tmp", "usr", "bin", "bash", "sh", "a", "ab", "aaaa"]) }
    let slash = random.below(8) == 0 ? "//" : "/"
    return (random.below(12) == 0 ? "" : slash) + parts.joined(separator: slash) + (random.below(12) == 0 ? "/" : "")
  }

  /// Part of a word or of two beside each other, sometimes all.
  static func piece(_ random: inout Generator) -> String {
    let text = Array(random.below(3) == 0 ? path(&random) : word(&random))
    let start = random.below(3) == 0 ? random.below(text.count) : 0
    let length = random.below(3) == 0 ? text.count - start : 1 + random.below(text.count - start)
    let piece = String(text[start..<start + length])
    return random.below(10) == 0 ? piece.uppercased() : piece
  }

  static func pattern(_ random: inout Generator) -> String {
    (0..<1 + random.below(4)).map { _ in
      switch random.below(6) {
      case 0, 1: "*"
      case 2: "?"
      case 3: random.element(["[a-c]", "[!a]", "[ab", "[[:alpha:]]", "\\\\*"])
      default: piece(&random)
      }
    }.joined()
  }

  /// Extended POSIX.
  static func regex(_ random: inout Generator) -> String {
    (0..<1 + random.below(4)).map { _ in
      let plain = String(piece(&random).filter { $0.isASCII && ($0.isLetter || $0 == "/") }) + "b"
      return switch random.below(9) {
      case 0, 1: ".*"
      case 2: "."
      case 3: "(\(plain)|\(random.element(["sh", "a", "bash|x"])))"
      case 4: "(\(plain))?"
      case 5: "(\(random.element(["a", "ab", "[a-c]"])))+\(random.below(2) == 0 ? "" : "h?")"
      case 6: "[a-h]{1,3}"
      case 7: "(a|b)*"
      default: String(plain.dropLast(random.below(2)))
      }
    }.joined()
  }

  static func address(wide: Bool, _ random: inout Generator) -> [UInt8] {
    let end = UInt8(1 + random.below(3))
    let middle = UInt8(random.below(3))
    return wide ? [0x20, 0x01, 0x0D, 0xB8, 0, middle, 0, 0, 0, 0, 0, 0, 0, 0, 0, end] : [10, middle, 0, end]
  }

  static func network(_ random: inout Generator) -> String {
    let isWide = random.below(3) == 0
    let address = PlainEvent.End(bytes: address(wide: isWide, &random), port: 0).text
    if random.below(2) == 0 { return address }
    return "\(address)/\(random.element(isWide ? [0, 31, 32, 48, 64, 65, 127, 128] : [0, 1, 8, 9, 15, 16, 24, 31, 32]))"
  }

  static func port(_ random: inout Generator) -> UInt16 { random.element([0, 22, 80, 443, 8080]) }
}
