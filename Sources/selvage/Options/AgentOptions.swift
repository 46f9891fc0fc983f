internal import ArgumentParser
internal import Control
internal import Events
internal import FoundationEssentials
internal import Glibc

/// Which running agent is asked, and how its answer is shown.
struct AgentOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the agent listens; by default the configuration's control_socket, or \(Configuration.usualControlSocket).",
      valueName: "path"),
    completion: .file())
  var socket: String?

  @OptionGroup var options: ConfigurationOptions

  @Flag(name: .long, help: "As JSON, as the agent gives it.")
  var json = false

  /// Who asks may not be allowed to read the configuration that the agent has: then the usual place is tried.
  private func path() throws -> String {
    if let socket { return socket }
    if options.config == nil, access(Configuration.usualPath, R_OK) != 0 { return Configuration.usualControlSocket }
    return try options.configuration().controlSocket
  }

  /// - Parameter part: see ``ControlClient``.
  /// - Throws: an ``ExitStatus``, after it said why there is no answer.
  func ask(
    _ call: String, isPost: Bool = false, part: (@Sendable ([UInt8]) -> Bool)? = nil
  ) throws -> ControlClient.Response {
    let path = try path()
    do throws(ControlError) {
      return try ControlClient(path: path).ask(call, isPost: isPost, part: part)
    } catch {
      Console.say("selvage: \(error)\(error.isAbsence ? "; \(Self.advice)" : "")")
      if case .path = error { throw ExitStatus.refused }
      throw ExitStatus.unable
    }
  }

  private static let advice =
    "no agent answers there: start one (`systemctl start selvage`, or `selvage run`), or say with --socket where it listens"

  /// The answer, decoded; or with `--json` nil, after it was shown as it came.
  ///
  /// - Throws: an ``ExitStatus``, after it said why there is none.
  func answer<Answer: Decodable>(_ type: Answer.Type, _ call: String, isPost: Bool = false) throws -> Answer? {
    let response = try ask(call, isPost: isPost)
    guard response.status == 200 else { throw refusal(response) }
    if json {
      _ = Console.answer(bytes: response.bytes)
      return nil
    }
    return try decoded(type, response)
  }

  func decoded<Answer: Decodable>(_ type: Answer.Type, _ response: ControlClient.Response) throws -> Answer {
    do {
      return try JSONDecoder().decode(type, from: Data(response.bytes))
    } catch {
      Console.say("selvage: the agent's answer is not understood; it may be of another version: `selvage status --json` tells which")
      throw ExitStatus.failed
    }
  }

  /// Says why the agent does not answer that, and how the program is to end.
  func refusal(_ response: ControlClient.Response) -> ExitCode {
    let reason = (try? JSONDecoder().decode(RefusalAnswer.self, from: Data(response.bytes)))?.error
    Console.say("selvage: \(reason.map { EscapedText.escaped($0.utf8, limit: 1024) } ?? "the agent answers with status \(response.status)")")
    switch response.status {
    case 400, 404, 405: return ExitStatus.refused
    case 503: return ExitStatus.unable
    default: return ExitStatus.failed
    }
  }
}
