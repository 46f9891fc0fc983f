import Events
import Rules

/// A field whose values tell events apart.
struct CompiledField: BitwiseCopyable {
  private let field: Field
  private let key: UnsafeRawBufferPointer
  /// Of the process that it is asked of, among the event's process and its ancestors.
  private let distance: Int
  private let type: FieldType
  private let cardinality: FieldCardinality

  init(_ reference: FieldReference, _ constants: Constants) {
    let description = reference.field.description
    field = reference.field
    type = description.type
    cardinality = description.cardinality
    switch reference.argument {
    case .none:
      (key, distance) = (UnsafeRawBufferPointer(start: nil, count: 0), description.cardinality == .ancestors ? 1 : 0)
    case .index(let index): (key, distance) = (UnsafeRawBufferPointer(start: nil, count: 0), index)
    case .key(let bytes): (key, distance) = (constants.keep(bytes), 0)
    }
  }

  /// Adds the event's value, the one that alerts show, so that no two lists of values give the same.
  ///
  /// - Returns: false if the field is absent.
  func add(to hash: inout ValueHash, _ state: borrowing State) -> Bool {
    let slot = distance == 0 ? state.event.slot : state.ancestor(distance)
    switch type {
    case .string where cardinality == .list:
      var texts: UInt64 = 0
      _ = state.anyText(field) { text in
        hash.append(UInt64(text.byteCount))
        hash.append(text)
        texts &+= 1
        return false
      }
      hash.append(texts)
      return texts > 0
    case .string:
      return state.withText(field, key: key, of: slot) { text in
        hash.append(UInt64(text.byteCount))
        hash.append(text)
        return true
      } ?? false
    case .integer: return Self.add(state.integer(field, of: slot), to: &hash)
    case .boolean: return Self.add(state.boolean(field).map { $0 ? 1 : 0 }, to: &hash)
    case .port:
      guard cardinality == .ends else { return Self.add(state.integer(field, of: slot), to: &hash) }
      let ends = state.ends(field)
      return Self.add(State.port(ends.0) ?? State.port(ends.1), to: &hash)
    case .address:
      let ends = state.ends(field)
      guard let address = ends.0 ?? ends.1 else { return false }
      hash.append(byte: address.family == .v4 ? 4 : 6)
      hash.append(address.high)
      hash.append(address.low)
      return true
    }
  }

  private static func add(_ number: Int64?, to hash: inout ValueHash) -> Bool {
    guard let number else { return false }
    hash.append(UInt64(bitPattern: number))
    return true
  }
}
