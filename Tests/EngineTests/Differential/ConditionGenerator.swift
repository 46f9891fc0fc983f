/// Conditions of every operator and shape that rules may have, as text.
enum ConditionGenerator {
  static func condition(_ random: inout Generator) -> String {
    let body = expression(&random, depth: 3)
    return switch random.below(5) {
    case 0: "evt.type = execve and \(body)"
    case 1: "evt.type in (connect, accept) and \(body)"
    case 2: "(evt.type = execve and \(test(&random)) or evt.type = listen and \(test(&random))) and \(body)"
    case 3: "not evt.type = close and \(body)"
    default: body
    }
  }

  private static func expression(_ random: inout Generator, depth: Int) -> String {
    guard depth > 0, random.below(4) > 0 else { return test(&random) }
    let parts = (0...random.below(3)).map { _ in expression(&random, depth: depth - 1) }
    let joined = "(" + parts.joined(separator: random.below(2) == 0 ? " or " : " and ") + ")"
    return random.below(6) == 0 ? "not \(joined)" : joined
  }

  private static let fields = [
    "proc.name", "proc.exe", "proc.exepath", "proc.args", "proc.cmdline", "proc.pname", "proc.pexepath", "proc.aname",
    "proc.aname[0]", "proc.aname[1]", "proc.aname[2]", "proc.aexepath", "proc.acmdline", "proc.env[A]", "proc.env[B]",
    "fd.l4proto",
  ]
  private static let ports = ["fd.port", "fd.sport", "fd.cport", "fd.lport", "fd.rport"]
  private static let addresses = ["fd.ip", "fd.net", "fd.sip", "fd.snet", "fd.cip", "fd.lip", "fd.rnet"]

  private static func test(_ random: inout Generator) -> String {
    let field = random.element(fields)
    switch random.below(22) {
    case 0: return "\(field) exists"
    case 1: return "\(field) = \(quoted(Words.word(&random)))"
    case 2: return "\(field) != \(quoted(Words.word(&random)))"
    case 3: return "\(field) in \(list(&random, Words.word))"
    case 4, 5: return "\(field) contains \(quoted(Words.piece(&random)))"
    case 6: return "\(field) icontains \(quoted(Words.piece(&random)))"
    case 7, 8: return "\(field) startswith \(quoted(Words.piece(&random)))"
    case 9: return "\(field) endswith \(quoted(Words.piece(&random)))"
    case 10: return "\(field) glob \(quoted(Words.pattern(&random)))"
    case 11: return "\(field) pmatch \(list(&random, Words.path))"
    case 12: return "proc.exepath pmatch (\(quoted(Words.path(&random) + random.element(["", "/*", "/b*", "/?", "/"]))))"
    case 13: return "\(field) \(random.element(["<", "<=", ">", ">="])) \(quoted(Words.word(&random)))"
    case 14: return "\(random.element(ports)) \(random.element(["=", "!=", "<", ">="])) \(Words.port(&random))"
    case 15: return "\(random.element(ports)) in (\(Words.port(&random)), \(Words.port(&random)))"
    case 16: return "\(random.element(addresses)) \(random.element(["=", "!="])) \(Words.network(&random))"
    case 17: return "\(random.element(addresses)) in (\(Words.network(&random)), \(Words.network(&random)))"
    case 18: return "user.uid \(random.element(["=", "!=", "<", ">"])) \(random.below(4))"
    case 19 where random.below(3) == 0: return "\(field) regex '\(Words.regex(&random))'"
    case 20: return "\(field) iglob \(quoted(Words.pattern(&random)))"
    default: return random.below(4) == 0 ? "\(field) contains \"\"" : "proc.exepath startswith \(quoted(Words.path(&random)))"
    }
  }

  private static func list(_ random: inout Generator, _ value: (inout Generator) -> String) -> String {
    "(" + (0...random.below(3)).map { _ in quoted(value(&random)) }.joined(separator: ", ") + ")"
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
