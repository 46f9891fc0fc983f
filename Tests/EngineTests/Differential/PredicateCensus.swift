import Events
import Rules

/// Which kinds of predicate were tried, and how often each held and didn't. The switches name every case there is, so that
/// a new one asks for its name here, and then for a place in ``all``.
struct PredicateCensus {
  struct Count { var (held, failed) = (0, 0) }

  private(set) var counts: [String: Count] = [:]

  mutating func add(_ predicate: Predicate, held: Int, failed: Int) {
    for name in Self.names(of: predicate) {
      counts[name, default: Count()].held += held
      counts[name, default: Count()].failed += failed
    }
  }

  // MARK: - What there is

  private static let texts = [
    "exists", "=", "!=", "in", "contains", "icontains", "startswith", "endswith", "glob", "iglob", "regex", "= without case",
    "startswith without case", "endswith without case", "wildcard", "wildcard without case", "pmatch", "<", "<=", ">", ">=",
  ]
  private static let integers = ["exists", "=", "!=", "in", "<", "<=", ">", ">="]

  private static let ofTexts = [
    "string", "string of an ancestor", "string of any ancestor", "text function",
  ].flatMap { field in texts.map { "\(field) \($0)" } }
  private static let ofLists = [
    "exists", "in", "intersects", "contains", "icontains", "startswith", "endswith", "glob", "iglob", "regex", "startswith without case",
    "endswith without case", "wildcard", "wildcard without case", "pmatch",
  ].map { "string list \($0)" }
  private static let ofIntegers = [
    "integer", "integer of an ancestor", "integer of any ancestor", "port", "port of ends", "number function",
  ].flatMap { field in integers.map { "\(field) \($0)" } }
  private static let ofAddresses = ["address", "address of ends"].flatMap { field in
    ["exists", "in networks", "not in networks"].map { "\(field) \($0)" }
  }
  private static let ofTwo =
    ["=", "!=", "contains", "icontains", "startswith", "endswith", "<", "<=", ">", ">="].map { "text \($0) another" }
    + ["=", "!=", "<", "<=", ">", ">="].map { "number \($0) another" }
  private static let functions =
    ["command line", "words", "list"].flatMap { ["getopt, \($0)", "getopt, \($0), one option"] }
    + ["tolower", "toupper", "b64", "basename", "len", "concat", "join"]
    + ["of a field", "of any ancestor's field", "of a constant"]

  static let all = Set(
    ofTexts + ofLists + ofIntegers + ofAddresses + ofTwo + functions + ["exists", "=", "!="].map { "boolean \($0)" }
      + ["exists", "in", "intersects"].map { "list function \($0)" } + ["evt.type"])

  private static func names(of predicate: Predicate) -> [String] {
    switch predicate.test {
    case .ofExpression(let one, .related(let relation, let other)):
      return ["\(one.isNumber ? "number" : "text") \(name(of: relation)) another"] + names(of: one) + names(of: other)
    case .ofExpression(let function, let test):
      let what = function.isList ? "list" : function.isNumber ? "number" : "text"
      return ["\(what) function \(name(of: test))"] + names(of: function)
    case .isKind: return [name(of: predicate.test)]
    default:
      let description = predicate.field.field.description
      let values = isAny(predicate.field) ? " of any ancestor" : cardinality(description)
      return ["\(description.type)\(values) \(name(of: predicate.test))"]
    }
  }

  private static func isAny(_ field: FieldReference) -> Bool {
    if case .ancestors = field.field.description.cardinality { field.argument == .none } else { false }
  }

  private static func cardinality(_ description: FieldDescription) -> String {
    switch description.cardinality {
    case .one: ""
    case .ends: " of ends"
    case .ancestors: " of an ancestor"
    case .list: " list"
    }
  }

  private static func names(of function: Expression) -> [String] {
    switch function {
    case .field(let field): return [isAny(field) ? "of any ancestor's field" : "of a field"]
    case .constant: return ["of a constant"]
    case .lower(let inner): return ["tolower"] + names(of: inner)
    case .upper(let inner): return ["toupper"] + names(of: inner)
    case .decoded(let inner): return ["b64"] + names(of: inner)
    case .basename(let inner): return ["basename"] + names(of: inner)
    case .length(let inner): return ["len"] + names(of: inner)
    case .joined(let parts, let separator): return [separator.isEmpty ? "concat" : "join"] + parts.flatMap(names)
    case .options(let search):
      let suffix = search.selected == nil ? "" : ", one option"
      switch search.source {
      case .commandLine(let field): return ["getopt, command line\(suffix)"] + names(of: .field(field))
      case .words(let inner): return ["getopt, words\(suffix)"] + names(of: inner)
      case .list(let parts): return ["getopt, list\(suffix)"] + parts.flatMap(names)
      }
    }
  }

  private static func name(of relation: Predicate.Relation) -> String {
    switch relation {
    case .equals: "="
    case .notEquals: "!="
    case .contains: "contains"
    case .containsIgnoringCase: "icontains"
    case .startsWith: "startswith"
    case .endsWith: "endswith"
    case .ordered(let order): name(of: order)
    }
  }

  private static func name(of order: Predicate.Order) -> String {
    switch order {
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }

  private static func name(of test: Predicate.Test) -> String {
    switch test {
    case .exists: "exists"
    case .equals, .equalsInteger, .equalsBoolean: "="
    case .notEquals, .notEqualsInteger, .notEqualsBoolean: "!="
    case .isIn, .isInIntegers, .allIn: "in"
    case .anyIn: "intersects"
    case .contains: "contains"
    case .containsIgnoringCase: "icontains"
    case .startsWith: "startswith"
    case .endsWith: "endswith"
    case .glob(let glob): glob.ignoresCase ? "iglob" : "glob"
    case .regex: "regex"
    case .equalsIgnoringCase: "= without case"
    case .startsWithIgnoringCase: "startswith without case"
    case .endsWithIgnoringCase: "endswith without case"
    case .wildcard(let wildcard): wildcard.ignoresCase ? "wildcard without case" : "wildcard"
    case .pathPrefix: "pmatch"
    case .ordered(let order, _), .orderedInteger(let order, _): name(of: order)
    case .isInNetworks: "in networks"
    case .isNotInNetworks: "not in networks"
    case .isKind: "evt.type"
    case .ofExpression(_, let inner): name(of: inner)
    case .related(let relation, _): name(of: relation)
    }
  }
}
