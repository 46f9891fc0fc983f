/// Why the spool can't be opened.
package enum SpoolError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A setting that can't work, or a file that must not be used, and what is wrong with it.
  case refused(String)
  /// What the system or SQLite answered.
  case failed(String)

  package var description: String {
    switch self {
    case .refused(let text), .failed(let text): text
    }
  }
}
