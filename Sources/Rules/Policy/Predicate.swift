package import Events

/// A field with what stands in its brackets.
package struct FieldReference: Hashable, Sendable {
  package enum Argument: Hashable, Sendable {
    case none
    case index(Int)
    case key([UInt8])
  }

  package let field: Field
  package let argument: Argument

  package init(_ field: Field, _ argument: Argument = .none) {
    self.field = field
    self.argument = argument
  }

  /// Looks a field up that is written as rules write it.
  ///
  /// - Returns: what is wrong with it, in a line, and what was meant.
  package static func parse(_ text: String) -> Result<FieldReference, ParseFailure> {
    do throws(ConditionError) {
      return .success(try ConditionParser.field(Array(text.utf8)))
    } catch {
      return .failure(ParseFailure(message: error.message, hint: error.hint))
    }
  }

  package struct ParseFailure: Error {
    package let message: String
    package let hint: String?
  }

  /// As rules write it.
  package var name: String {
    switch argument {
    case .none: field.description.name
    case .index(let index): "\(field.description.name)[\(index)]"
    case .key(let key): "\(field.description.name)[\(String(decoding: key, as: UTF8.self))]"
    }
  }
}

/// One comparison of one field with constants. False whenever the field is absent, whatever the test.
package struct Predicate: Hashable, Sendable {
  package let field: FieldReference
  package let test: Test

  package init(_ field: FieldReference, _ test: Test) {
    self.field = field
    self.test = test
  }

  /// The comparison, its constants already of the field's type.
  package enum Test: Hashable, Sendable {
    case exists

    // strings
    case equals([UInt8])
    case notEquals([UInt8])
    /// Any of these.
    case isIn(Set<[UInt8]>)
    case contains([UInt8])
    /// The constant is in ASCII lower case.
    case containsIgnoringCase([UInt8])
    case startsWith([UInt8])
    case endsWith([UInt8])
    case glob(Glob)
    case regex(RegularExpression)
    // Without case of ASCII letters; the constant is in lower case.
    case equalsIgnoringCase([UInt8])
    case startsWithIgnoringCase([UInt8])
    case endsWithIgnoringCase([UInt8])
    case wildcard(Wildcard)
    case pathPrefix(PathPrefixes)
    /// `<`, `<=`, `>`, `>=` as strcmp orders bytes.
    case ordered(Order, [UInt8])

    // integers and ports
    case equalsInteger(Int64)
    case notEqualsInteger(Int64)
    case isInIntegers(Set<Int64>)
    case orderedInteger(Order, Int64)

    case equalsBoolean(Bool)
    case notEqualsBoolean(Bool)

    // addresses: single ones are networks of full length
    case isInNetworks([Network])
    /// In none of them; true for an address of another family.
    case isNotInNetworks([Network])

    // evt.type
    case isKind(EventKinds)

    // lists
    /// Each value of the list is one of these, and it has some.
    case allIn(Set<[UInt8]>)
    case anyIn(Set<[UInt8]>)

    /// A test of an expression over the predicate's field, and maybe others.
    indirect case ofExpression(Expression, Test)
    /// With another value of the event; only within `ofExpression`. False if that is absent.
    case related(Relation, Expression)
  }

  package enum Order: Hashable, Sendable {
    case less, lessOrEqual, greater, greaterOrEqual

    package func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
      switch self {
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      }
    }
  }
}
