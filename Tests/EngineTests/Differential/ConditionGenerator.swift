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

  private static let oneAddress = ["fd.sip", "fd.snet", "fd.cip", "fd.lip", "fd.rnet"]
  private static let ports = ["fd.port", "fd.port", "fd.sport", "fd.cport", "fd.lport", "fd.rport"]
  private static let booleans = [
    "fd.is_server", "proc.is_sid_leader", "proc.is_exe_from_memfd", "proc.is_exe_unlinked", "proc.is_exe_upper_layer",
    "proc.is_exe_lower_layer", "proc.is_exe_writable", "proc.is_exe_setuid", "proc.is_exe_setgid",
  ]

  private static func test(_ random: inout Generator) -> String {
    switch random.below(26) {
    case 0..<12:
      let field = Words.textField(&random)
      return "\(field) \(text(of: field, &random))"
    case 12:
      return "proc.exepath pmatch (\(quoted(Words.path(&random) + random.element(["", "/*", "/b*", "/?", "/"]))))"
    case 13: return "proc.exepath startswith \(quoted(Words.path(&random)))"
    case 14: return "\(random.element(ports)) \(number(&random) { "\(Words.port(&$0))" })"
    case 15:
      let field = random.element(random.below(3) == 0 ? ["fd.ip", "fd.net"] : oneAddress)
      return "\(field) \(addresses(&random))"
    case 16:
      let field = random.element(Words.numbers)
      return "\(field) \(number(&random) { Words.number(field, &$0) })"
    case 17:
      let test = random.element(["exists", "= true", "= false", "!= true", "!= false", "in (true, false)"])
      return "\(random.element(booleans)) \(test)"
    case 18, 19:
      // Now and then one that some event has: two random texts are seldom equal.
      if random.below(6) == 0 {
        return random.element(["tolower(workload.kind) = container", "concat(container.id) = host", "basename(proc.exepath) = bash"])
      }
      let function = FunctionGenerator.text(&random, depth: 2)
      return "\(function) \(text(of: function, &random))"
    case 20: return "len(\(FunctionGenerator.text(&random, depth: 1))) \(number(&random) { "\($0.below(14))" })"
    case 21: return "\(FunctionGenerator.options(&random)) \(options(&random))"
    case 22: return FunctionGenerator.textRelation(&random)
    case 24, 25: return list(&random)
    default: return FunctionGenerator.numberRelation(&random)
    }
  }

  private static func text(of field: String, _ random: inout Generator) -> String {
    func value() -> String { quoted(Words.constant(field, &random)) }
    func values() -> String { "(" + (0...random.below(3)).map { _ in value() }.joined(separator: ", ") + ")" }
    switch random.below(17) {
    case 0: return "exists"
    case 1: return "= \(value())"
    case 2: return "!= \(value())"
    case 3: return "in \(values())"
    case 4: return "contains \(random.below(12) == 0 ? "\"\"" : value())"
    case 5: return "icontains \(value())"
    case 6, 7: return "startswith \(value())"
    case 8: return "endswith \(value())"
    case 9: return "glob \(quoted(Words.pattern(&random)))"
    case 10: return "iglob \(quoted(Words.pattern(&random)))"
    case 11: return "pmatch (\(quoted(Words.path(&random))), \(quoted(Words.path(&random))))"
    case 12, 13: return "\(random.element(["<", "<=", ">", ">="])) \(value())"
    case 14: return random.below(2) == 0 ? "regex '\(Words.regex(&random))'" : "contains \(value())"
    default: return "contains \(value())"
    }
  }

  /// Of a field with several texts.
  private static func list(_ random: inout Generator) -> String {
    let field = random.element(["workload.mount.fstype", "workload.mount.target"])
    func value(_ random: inout Generator) -> String {
      quoted(field.hasSuffix("target") ? Words.path(&random) : Words.constant(field, &random))
    }
    let values = (0...random.below(5)).map { _ in value(&random) }.joined(separator: ", ")
    switch random.below(12) {
    case 0: return "\(field) exists"
    case 1, 2: return "\(field) in (\(values), ext4, nfs)"
    case 3, 4: return "\(field) intersects (\(values))"
    case 5: return "\(field) contains \(value(&random))"
    case 6: return "\(field) icontains \(value(&random))"
    case 7: return "\(field) startswith \(value(&random))"
    case 8: return "\(field) endswith \(value(&random))"
    case 9: return "\(field) \(random.element(["glob", "iglob"])) \(quoted(random.element(["*fs*", "/*", "n?s", "*a*", "[/e]*"])))"
    case 10: return "\(field) pmatch (\(values))"
    default: return "\(field) regex '\(random.element(["nfs.?", ".*/bin.*", "e?xt4|tmpfs", "/.*"]))'"
    }
  }

  private static func number(_ random: inout Generator, _ value: (inout Generator) -> String) -> String {
    switch random.below(5) {
    case 0: random.element(["= ", "!= "]) + value(&random)
    case 1: random.below(2) == 0 ? "exists" : "in (\(value(&random)), \(value(&random)))"
    default: random.element(["=", "!=", "<", "<=", ">", ">="]) + " " + value(&random)
    }
  }

  private static func addresses(_ random: inout Generator) -> String {
    switch random.below(4) {
    case 0: random.below(3) == 0 ? "exists" : "= \(Words.network(&random))"
    case 1: "in (\(Words.network(&random)), \(Words.network(&random)))"
    default: "\(random.element(["=", "!="])) \(Words.network(&random))"
    }
  }

  private static func options(_ random: inout Generator) -> String {
    let values = (0...random.below(5)).map { _ in quoted(random.element(["n", "t", "e", "?", "", "5", "x", "=x", "a b"])) }
    switch random.below(4) {
    case 0: return "exists"
    case 1, 2: return "in (\(values.joined(separator: ", ")), n, t, 5)"
    default: return "intersects (\(values.joined(separator: ", ")))"
    }
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}
