internal import Events

/// A JSON object that is being written, member by member.
struct JSONObject {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  /// - Parameter write: adds the members.
  static func line(_ write: (inout JSONObject) -> Void) -> [UInt8] {
    var object = JSONObject()
    object.bytes.reserveCapacity(1024)
    write(&object)
    return object.bytes + [UInt8(ascii: "}")]
  }

  /// Nothing is added for nil; here and below.
  mutating func add(_ name: String, _ text: String?) {
    guard let text else { return }
    begin(name)
    JSONString.append(text.utf8, to: &bytes)
  }

  mutating func add(_ name: String, number: (some BinaryInteger)?) {
    guard let number else { return }
    begin(name)
    bytes.append(number: number)
  }

  mutating func add(_ name: String, boolean: Bool?) {
    guard let boolean else { return }
    begin(name)
    bytes.append(boolean ? "true" : "false")
  }

  /// Also an empty one.
  mutating func add(_ name: String, texts: [String]) {
    begin(name)
    bytes.append("[")
    for (index, text) in texts.enumerated() {
      if index > 0 { bytes.append(",") }
      JSONString.append(text.utf8, to: &bytes)
    }
    bytes.append("]")
  }

  /// - Parameter isKeptEmpty: otherwise one that nothing is written in is not added.
  mutating func add(_ name: String, isKeptEmpty: Bool = false, object write: (inout JSONObject) -> Void) {
    nest(name, open: "{", close: "}", isKeptEmpty: isKeptEmpty) { write(&$0) }
  }

  /// A list of objects.
  mutating func add(_ name: String, objects: [(inout JSONObject) -> Void]) {
    nest(name, open: "[", close: "]", isKeptEmpty: false) { object in
      for write in objects { object.nest(nil, open: "{", close: "}", isKeptEmpty: false, write) }
    }
  }

  private mutating func nest(
    _ name: String?, open: Unicode.Scalar, close: Unicode.Scalar, isKeptEmpty: Bool, _ write: (inout JSONObject) -> Void
  ) {
    let before = bytes.count
    if let name { begin(name) } else { separate() }
    bytes.append(UInt8(ascii: open))
    let start = bytes.count
    write(&self)
    if bytes.count == start && !isKeptEmpty {
      bytes.removeLast(bytes.count - before)
    } else {
      bytes.append(UInt8(ascii: close))
    }
  }

  private mutating func begin(_ name: String) {
    separate()
    JSONString.append(name.utf8, to: &bytes)
    bytes.append(":")
  }

  private mutating func separate() {
    if let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") { bytes.append(",") }
  }
}
