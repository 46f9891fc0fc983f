internal import AsyncHTTPClient
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Asks a container engine on this node for one container at a time. Blocks its caller: not for the reading thread.
struct ContainerService: Sendable {
  enum Way: Sendable {
    /// HTTP over a unix socket; the path of the question, around the container's id.
    case socket(path: String, before: String, after: String)
    /// A program, which answers as the service would.
    case program(path: String, arguments: [String])

    /// For people.
    var name: String {
      switch self {
      case .socket(let path, _, _), .program(let path, _): path
      }
    }
  }

  enum Reply {
    case answer(ContainerAnswer)
    /// It has no such container.
    case notFound
    /// Why there is none.
    case failure(String)
  }

  let ways: [Way]
  var timeoutMilliseconds = 5000
  static let answerLimit = 4 << 20
  /// One thread of its own, from the first question on.
  private static let client = HTTPClient(
    eventLoopGroupProvider: .shared(NetworkThread.group))

  static let podmanSocket = "/run/podman/podman.sock"
  static let dockerSocket = "/var/run/docker.sock"

  /// Podman's service where one listens, else its program, which reads the same database.
  static func podman(socket: String = podmanSocket, program: String? = ProgramRun.find("podman"), arguments: [String] = []) -> ContainerService {
    var ways: [Way] = [.socket(path: socket, before: "/v4.0.0/libpod/containers/", after: "/json")]
    if let program {
      ways.append(.program(path: program, arguments: arguments + ["inspect", "--type", "container", "--format", "json", "--"]))
    }
    return ContainerService(ways: ways)
  }

  static func docker(socket: String = dockerSocket) -> ContainerService {
    ContainerService(ways: [.socket(path: socket, before: "/v1.40/containers/", after: "/json")])
  }

  /// The first way that is there now; nil: none is.
  var way: Way? {
    ways.first { way in
      switch way {
      case .socket(let path, _, _): Self.isSocket(path)
      case .program(let path, _): access(path, X_OK) == 0
      }
    }
  }

  private static func isSocket(_ path: String) -> Bool {
    var file = stat()
    return stat(path, &file) == 0 && file.st_mode & S_IFMT == S_IFSOCK
  }

  /// - Parameter id: 64 hexadecimal digits: it becomes a part of a path, or an argument.
  func ask(_ id: String) -> Reply {
    switch way {
    case nil: .failure("no service listens, and there is no program to ask")
    case .socket(let path, let before, let after): ask(socket: path, before + id + after, id)
    case .program(let path, let arguments): ask(program: path, arguments + [id], id)
    }
  }

  private func ask(socket: String, _ path: String, _ id: String) -> Reply {
    do {
      let request = try HTTPClient.Request(
        url: "http+unix://\(Self.escaped(socket))\(path)", method: .GET, headers: ["Host": "localhost", "Accept": "application/json"])
      let accumulator = ResponseAccumulator(request: request, maxBodySize: Self.answerLimit)
      let response = try Self.client.execute(
        request: request, delegate: accumulator, deadline: .now() + .milliseconds(Int64(timeoutMilliseconds))
      ).wait()
      let body = response.body.map { Array($0.readableBytesView) } ?? []
      switch response.status.code {
      case 200: return Self.reply(body, id)
      case 404: return .notFound
      case let code: return .failure("\(socket): HTTP status \(code)")
      }
    } catch {
      return .failure("\(socket): \(error)")
    }
  }

  /// A path where a URL has its host.
  private static func escaped(_ path: String) -> String {
    path.utf8.reduce(into: "") { text, byte in
      let isPlain = UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
      text += isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }

  private func ask(program: String, _ arguments: [String], _ id: String) -> Reply {
    do throws(ProgramRun.Failure) {
      let answer = try ProgramRun.run(
        program, arguments, timeoutMilliseconds: timeoutMilliseconds, outputLimit: Self.answerLimit)
      if answer.status == 0 { return Self.reply(answer.output, id) }
      let errors = String(decoding: answer.errors, as: UTF8.self)
      if errors.contains("no such") { return .notFound }
      return .failure("\(program): status \(answer.status): \(errors.prefix { $0 != "\n" })")
    } catch {
      return .failure("\(program): \(error)")
    }
  }

  private static func reply(_ json: [UInt8], _ id: String) -> Reply {
    guard let answer = ContainerAnswer(json: json) else { return .failure("the answer can't be read") }
    guard answer.id == id else { return .failure("the answer is about another container") }
    return .answer(answer)
  }
}
