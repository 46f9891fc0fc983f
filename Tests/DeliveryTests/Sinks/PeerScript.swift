import TestSupport

/// A peer of a sink, in Python; ended with it.
final class PeerScript {
  let folder: TemporaryFolder
  private let name: String
  private let arguments: [String]
  private var program: Program?

  static let python = "/usr/bin/python3"
  private static let scripts = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" } + "/Fixtures/peers"

  init(_ name: String, _ arguments: String...) throws {
    folder = try TemporaryFolder()
    self.name = name
    self.arguments = arguments
    try start()
  }

  /// - Parameter more: arguments.
  func start(_ more: String...) throws {
    let all = [["\(Self.scripts)/\(name)", folder.path], arguments, more].flatMap { $0 }
    program = try Program(Self.python, all.map { Array($0.utf8) })
  }

  func stop() { program = nil }

  func signal(_ number: Int32) { program?.signal(number) }

  /// Waits until the file is there.
  func says(_ file: String) throws -> String {
    let came = eventually { !contents("\(folder.path)/\(file)").isEmpty || program?.isOver == true }
    let text = String(decoding: contents("\(folder.path)/\(file)"), as: UTF8.self)
    guard came, !text.isEmpty else { throw TestFailure("\(name): \(program?.errors ?? "")") }
    return text
  }

  func wrote(_ file: String) -> [JSONValue] {
    lines(contents("\(folder.path)/\(file)")).compactMap { JSONValue(Array($0.utf8)) }
  }
}
