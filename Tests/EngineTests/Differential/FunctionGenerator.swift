/// Functions of fields, as text, and comparisons of two values of an event.
enum FunctionGenerator {
  /// - Parameter isSingle: no field of any ancestor, which can't stand on the right.
  static func text(_ random: inout Generator, depth: Int, isSingle: Bool = false) -> String {
    func part() -> String {
      depth > 1 && random.below(2) == 0
        ? text(&random, depth: depth - 1, isSingle: isSingle) : Words.textField(&random, isSingle: isSingle)
    }
    switch random.below(8) {
    case 0: return "tolower(\(part()))"
    case 1: return "toupper(\(part()))"
    case 2: return "basename(\(part()))"
    // Of fields that may hold base64.
    case 3: return "b64(\(random.element(["proc.name", "proc.exe", "proc.pname", "proc.env[A]"])))"
    case 4: return "concat(\(part()), \"\(random.element(["-", "a", " -n ", "/"]))\", \(part()))"
    case 5: return "join(\"\(random.element([",", "", "aa"]))\", (\(part()), \"x\", \(part())))"
    case 6: return "concat(\(part()))"
    default: return "\(options(&random, isSingle: isSingle))[t]"
    }
  }

  /// A list.
  static func options(_ random: inout Generator, isSingle: Bool = false) -> String {
    let commandLines =
      ["proc.args", "proc.args", "proc.cmdline", "proc.exeline", "proc.pcmdline", "proc.pexeline", "proc.acmdline[1]", "proc.acmdline[2]"]
      + (isSingle ? [] : ["proc.acmdline"])
    let source =
      switch random.below(5) {
      case 0: random.element(["proc.env[A]", "concat(\"-n \", proc.env[A])", "basename(proc.args)"])
      case 1: "(\"\(random.element(["-n", "-t", "-nt", "x"]))\", proc.name, \(random.element(["\"-n\"", "proc.env[A]", "proc.args"])))"
      default: random.element(commandLines)
      }
    return "getopt(\(source), \"\(random.element(["nt:", "n:t:", "et", ":nt::x", "e:n-t:"]))\")"
  }

  static func textRelation(_ random: inout Generator) -> String {
    let one = random.below(2) == 0 ? Words.textField(&random) : text(&random, depth: 1)
    let comparison = random.element(["=", "!=", "<", "<=", ">", ">=", "in", "intersects", "contains", "icontains", "startswith", "endswith"])
    let other = random.below(2) == 0 ? "val(\(Words.textField(&random, isSingle: true)))" : text(&random, depth: 2, isSingle: true)
    return "\(one) \(comparison) \(other)"
  }

  static func numberRelation(_ random: inout Generator) -> String {
    let numbers = Words.numbers + ["fd.sport", "fd.cport", "fd.lport", "fd.rport"]
    let one = random.below(3) == 0 ? "len(\(text(&random, depth: 1)))" : random.element(numbers)
    let other =
      random.below(3) == 0
      ? "len(\(text(&random, depth: 1, isSingle: true)))" : "val(\(random.element(numbers.filter { $0 != "proc.apid" })))"
    return "\(one) \(random.element(["=", "!=", "<", "<=", ">", ">=", "in"])) \(other)"
  }
}
