internal import Engine
internal import Glibc

/// An alert's fields while a format takes those that it has places for.
struct FieldPlacement {
  private let excerpt: AlertExcerpt
  private var isTaken: [Bool]

  init(_ excerpt: AlertExcerpt) {
    self.excerpt = excerpt
    isTaken = Array(repeating: false, count: excerpt.fields.count)
  }

  /// What no place was found for, in the alert's order.
  var rest: [AlertField] { zip(excerpt.fields, isTaken).filter { !$0.1 }.map(\.0) }

  /// nil: there is none, or it was taken before.
  mutating func text(_ name: String) -> String? { take(name) { [excerpt] in excerpt.text($0.text) } }

  /// The first that there is; the others stay.
  mutating func text(anyOf names: String...) -> String? {
    for name in names {
      if let text = text(name) { return text }
    }
    return nil
  }

  /// nil also where it is not a number.
  mutating func integer(_ name: String) -> Int64? {
    take(name) { value in
      guard case .integer(let number) = value else { return nil }
      return number
    }
  }

  mutating func boolean(_ name: String) -> Bool? {
    take(name) { value in
      guard case .boolean(let boolean) = value else { return nil }
      return boolean
    }
  }

  /// nil also where it is not an address of the family (AF_INET, AF_INET6).
  mutating func address(_ name: String, _ family: Int32) -> String? {
    take(name) { value in
      guard case .text(let text) = value, Self.isAddress(text, family) else { return nil }
      return text
    }
  }

  mutating func address(_ name: String) -> String? {
    if let v4 = address(name, AF_INET) { return v4 }
    return address(name, AF_INET6)
  }

  /// nil also where it is not a port, and for 0, which is none.
  mutating func port(_ name: String) -> Int64? {
    take(name) { value in
      guard case .integer(let number) = value, (1...65_535).contains(number) else { return nil }
      return number
    }
  }

  private mutating func take<Result>(_ name: String, _ body: (AlertField.Value) -> Result?) -> Result? {
    guard let index = excerpt.fields.firstIndex(where: { $0.name == name }), !isTaken[index],
      let result = body(excerpt.fields[index].value)
    else { return nil }
    isTaken[index] = true
    return result
  }

  private static func isAddress(_ text: String, _ family: Int32) -> Bool {
    var address = in6_addr()  // the larger of the two
    return !text.utf8.contains(0) && inet_pton(family, text, &address) == 1
  }
}
