internal import Events
package import SystemPackage

/// Why there is no connection to an agent, or none can come.
package enum ControlError: Error, CustomStringConvertible {
  case system(String, path: String, Errno)
  /// A path of a unix socket has at most 107 bytes.
  case path(String)
  /// No address to listen at.
  case address(String)
  case notASocket(String)
  /// Another agent listens there.
  case occupied(String)
  /// What came over the connection is no answer of an agent; why.
  case answer(String)

  /// No agent is there, as opposed to one that can't be talked to.
  package var isAbsence: Bool {
    if case .system(_, _, let number) = self { number == .noSuchFileOrDirectory || number == .connectionRefused } else { false }
  }

  package var description: String {
    switch self {
    case .system(let call, let path, let number): "\(call) \(Self.shown(path)): \(number)"
    case .path(let path): "\(Self.shown(path)): a socket's path has 1 to 107 bytes, none of them zero"
    case .address(let text): "\(Self.shown(text)) is no address and port in numbers, as 127.0.0.1:9464 or [::]:9464"
    case .notASocket(let path): "\(Self.shown(path)) is there and is no socket; remove it, or name another"
    case .occupied(let path): "another agent listens at \(Self.shown(path))"
    case .answer(let reason): "the agent's answer can't be used: \(reason)"
    }
  }

  private static func shown(_ path: String) -> String { EscapedText.escaped(path.utf8, limit: 4096) }
}
