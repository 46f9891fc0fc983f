/// What a condition asks for that this version can't supply.
struct Gaps: Sendable {
  /// Kept of each sort; a file could name any number.
  static let limit = 100

  /// Fields that stand plainly, and those that stand under an odd number of `not`.
  private(set) var fields: Set<String> = []
  private(set) var negatedFields: Set<String> = []
  private(set) var kinds: Set<String> = []

  var allFields: Set<String> { fields.union(negatedFields) }

  mutating func add(field: String, isNegated: Bool) {
    if isNegated { Self.insert(field, into: &negatedFields) } else { Self.insert(field, into: &fields) }
  }

  mutating func add(kind: String) { Self.insert(kind, into: &kinds) }

  /// Takes over those of a macro.
  mutating func add(_ other: Gaps, isNegated: Bool) {
    for field in other.fields { add(field: field, isNegated: isNegated) }
    for field in other.negatedFields { add(field: field, isNegated: !isNegated) }
    for kind in other.kinds { add(kind: kind) }
  }

  private static func insert(_ name: String, into names: inout Set<String>) {
    if names.count < limit { names.insert(name) }
  }
}
