package import Events

/// A constant by which rules are found: when a predicate holds, one of its anchors is in the event.
package enum Anchor: Hashable, Sendable {
  /// In lower case.
  case text(FieldReference, NecessaryLiteral.Place, [UInt8])
  /// A path without repeated slashes, in lower case.
  case path(FieldReference, [UInt8])
  case integer(Field, Int64)
  case network(Field, Network)

  /// What one look at a field finds.
  package enum Group: Hashable, Sendable {
    case text(FieldReference, NecessaryLiteral.Place)
    case path(FieldReference)
    case integer(Field)
    case network(Field)
  }

  package var group: Group {
    switch self {
    case .text(let field, let place, _): .text(field, place)
    case .path(let field, _): .path(field)
    case .integer(let field, _): .integer(field)
    case .network(let field, _): .network(field)
    }
  }

  /// nil: the predicate has to be tried. None: it never holds.
  package static func all(of predicate: Predicate) -> [Anchor]? {
    let field = predicate.field
    func text(_ place: NecessaryLiteral.Place, _ bytes: [UInt8]) -> Anchor? {
      place == .whole || !bytes.isEmpty ? .text(field, place, folded(bytes)) : nil
    }
    switch predicate.test {
    case .equals(let bytes), .equalsIgnoringCase(let bytes): return text(.whole, bytes).map { [$0] }
    // Of a list that has all of its values among these, or any of them, one is.
    case .isIn(let all), .allIn(let all), .anyIn(let all): return all.compactMap { text(.whole, $0) }
    case .startsWith(let bytes), .startsWithIgnoringCase(let bytes): return text(.start, bytes).map { [$0] }
    case .endsWith(let bytes), .endsWithIgnoringCase(let bytes): return text(.end, bytes).map { [$0] }
    case .contains(let bytes), .containsIgnoringCase(let bytes): return text(.inside, bytes).map { [$0] }
    case .glob(let glob): return glob.necessaryLiteral.flatMap { text($0.place, $0.bytes) }.map { [$0] }
    case .wildcard(let wildcard): return wildcard.necessaryLiteral.flatMap { text($0.place, $0.bytes) }.map { [$0] }
    case .regex(let regex): return regex.necessaryLiterals.map { $0.compactMap { text(.inside, $0) } }
    case .pathPrefix(let paths): return paths.necessaryPaths.map { $0.map { .path(field, folded($0)) } }
    case .equalsInteger(let number): return isAsked(ofOne: field) ? [.integer(field.field, number)] : nil
    case .isInIntegers(let all): return isAsked(ofOne: field) ? all.map { .integer(field.field, $0) } : nil
    case .isInNetworks(let networks): return networks.map { .network(field.field, $0) }
    case .ofExpression(let function, let test): return all(of: function, test)
    default: return nil
    }
  }

  /// Of a function that leaves a text, or a part of it, as it is but for its case, which no index looks at.
  private static func all(of function: Expression, _ test: Predicate.Test) -> [Anchor]? {
    switch function {
    case .field(let field): return all(of: Predicate(field, test))
    case .lower(let inner), .upper(let inner): return all(of: inner, test)
    case .basename(let inner):
      return all(of: inner, test).flatMap { moved($0) { $0 == .whole || $0 == .end ? .end : .inside } }
    case .options(let search):
      guard case .commandLine(let field) = search.source, search.selected != nil else { return nil }
      return all(of: Predicate(field, test)).flatMap { moved($0) { _ in .inside } }
    case .constant, .decoded, .length, .joined: return nil
    }
  }

  /// Of a part of a text, as what the text has then.
  ///
  /// - Returns: nil: some can't be looked for.
  private static func moved(
    _ anchors: [Anchor], _ place: (NecessaryLiteral.Place) -> NecessaryLiteral.Place
  ) -> [Anchor]? {
    var moved: [Anchor] = []
    for anchor in anchors {
      guard case .text(let field, let before, let bytes) = anchor, !bytes.isEmpty else { return nil }
      moved.append(.text(field, place(before), bytes))
    }
    return moved
  }

  /// Numbers of ancestors have no index.
  private static func isAsked(ofOne field: FieldReference) -> Bool {
    if case .ancestors = field.field.description.cardinality { false } else { true }
  }

  private static func folded(_ bytes: [UInt8]) -> [UInt8] { bytes.map { Wildcard.lowercased($0) } }
}
