/// The events of a capture that an import looks into, by their numbers. A call's two halves have two numbers, the
/// first one even; here both are the first one's.
enum ScapEventKind: Equatable {
  case exec(ExecLayout)
  case clone(CloneLayout)
  case exit
  case socket, bind, connect, listen, accept, send, close
  case duplicate, control, option
  case user(isReal: Bool), group(isReal: Bool)
  case session

  /// Which of an exec's parameters tell what; versions only added some.
  struct ExecLayout: Equatable {
    var comm: Int?
    var environment: Int?
    var tty: Int?
    /// It tells credentials and the executable as well.
    var isFull = false
  }

  struct CloneLayout: Equatable {
    var comm: Int?
    /// The two after it are the user and the group.
    var flags: Int
    /// The thread and the process in their own pid namespace.
    var inner: Int?
  }

  var isOfSockets: Bool {
    switch self {
    case .socket, .bind, .connect, .listen, .accept, .send: true
    default: false
    }
  }

  /// The kind, and how many parameters its events have at most; nil: it is not imported.
  static func of(_ type: UInt16) -> (kind: ScapEventKind, parameters: Int)? {
    switch type & ~1 {
    case 12: (.exec(ExecLayout()), 8)
    case 154: (.exec(ExecLayout()), 13)
    case 172: (.exec(ExecLayout(environment: 13)), 14)
    case 214: (.exec(ExecLayout(comm: 13, environment: 14)), 15)
    case 230: (.exec(ExecLayout(comm: 13, environment: 15)), 16)
    case 282, 288: (.exec(ExecLayout(comm: 13, environment: 15, tty: 16)), 17)
    case 292, 330: (.exec(ExecLayout(comm: 13, environment: 15, tty: 16, isFull: true)), 28)

    case 14: (.clone(CloneLayout(flags: 8)), 11)
    case 156, 182, 184: (.clone(CloneLayout(flags: 13)), 16)
    case 216, 218, 220: (.clone(CloneLayout(comm: 13, flags: 14)), 17)
    case 222, 224, 226, 334: (.clone(CloneLayout(comm: 13, flags: 15, inner: 18)), 21)

    case 16, 186: (.exit, 5)
    case 18: (.socket, 4)
    case 20: (.bind, 3)
    case 22: (.connect, 4)
    case 24: (.listen, 3)
    case 26, 56, 246, 248, 388: (.accept, 5)
    case 30, 48, 50: (.send, 5)
    case 4: (.close, 2)
    case 124, 362, 364, 366: (.duplicate, 4)
    case 150: (.control, 3)
    case 46: (.option, 6)
    case 198: (.user(isReal: false), 2)
    case 192: (.user(isReal: true), 4)
    case 200: (.group(isReal: false), 2)
    case 194: (.group(isReal: true), 4)
    case 274: (.session, 1)
    default: nil
    }
  }
}
