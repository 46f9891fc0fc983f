extension Condition {
  /// This and not the other.
  ///
  /// - Parameter distance: what is added to the other's offsets, whose text follows this one's.
  func excluding(_ other: Condition, shiftedBy distance: Int) -> Condition {
    var nodes = nodes
    let whole = nodes.count - 1
    let start = nodes.count
    for node in other.nodes {
      switch node {
      case .check(let check): nodes.append(.check(check.shifted(by: distance)))
      case .macro(let name, let offset): nodes.append(.macro(name: name, offset: offset + distance))
      case .not(let child): nodes.append(.not(child + start))
      case .and(let children): nodes.append(.and(children.map { $0 + start }))
      case .or(let children): nodes.append(.or(children.map { $0 + start }))
      }
    }
    nodes.append(.not(nodes.count - 1))
    nodes.append(.and([whole, nodes.count - 1]))
    return Condition(nodes: nodes)
  }
}

extension Check {
  fileprivate func shifted(by distance: Int) -> Check {
    Check(
      subject: subject.shifted(by: distance), comparison: comparison, comparisonOffset: comparisonOffset + distance,
      operand: operand.shifted(by: distance), offset: offset + distance)
  }
}

extension Check.Subject {
  fileprivate func shifted(by distance: Int) -> Check.Subject {
    switch self {
    case .field(let field): .field(field.shifted(by: distance))
    case .transformer(let transformer): .transformer(transformer.shifted(by: distance))
    }
  }
}

extension Check.Operand {
  fileprivate func shifted(by distance: Int) -> Check.Operand {
    switch self {
    case .none: .none
    case .literal(let literal): .literal(literal.shifted(by: distance))
    case .list(let literals): .list(literals.map { $0.shifted(by: distance) })
    case .identifier(let literal): .identifier(literal.shifted(by: distance))
    case .field(let field): .field(field.shifted(by: distance))
    case .transformer(let transformer): .transformer(transformer.shifted(by: distance))
    }
  }
}

extension FieldName {
  fileprivate func shifted(by distance: Int) -> FieldName {
    FieldName(name: name, argument: argument, offset: offset + distance, argumentOffset: argumentOffset + distance)
  }
}

extension Literal {
  fileprivate func shifted(by distance: Int) -> Literal { Literal(bytes: bytes, offset: offset + distance) }
}

extension Transformer {
  fileprivate func shifted(by distance: Int) -> Transformer {
    Transformer(
      function: function, arguments: arguments.map { $0.shifted(by: distance) }, selector: selector?.shifted(by: distance),
      offset: offset + distance)
  }
}

extension Transformer.Argument {
  fileprivate func shifted(by distance: Int) -> Transformer.Argument {
    switch self {
    case .field(let field): .field(field.shifted(by: distance))
    case .text(let literal): .text(literal.shifted(by: distance))
    case .number(let literal): .number(literal.shifted(by: distance))
    case .transformer(let transformer): .transformer(transformer.shifted(by: distance))
    case .list(let arguments, let offset): .list(arguments.map { $0.shifted(by: distance) }, offset: offset + distance)
    }
  }
}
