/// What a condition comes to of a workload of which not all is known yet.
package enum Truth: UInt8, Comparable, Sendable, BitwiseCopyable {
  case no, maybe, yes

  package static func < (a: Truth, b: Truth) -> Bool { a.rawValue < b.rawValue }

  static prefix func ! (truth: Truth) -> Truth {
    switch truth {
    case .no: .yes
    case .maybe: .maybe
    case .yes: .no
    }
  }
}
