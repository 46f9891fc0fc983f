/// A process as the generator made it up; its record is made of the same.
struct PlainProcess {
  let pid: UInt32
  /// By index; nil: no record told of the parent.
  let parent: Int?
  let comm: String
  let exePath: String?
  let args: [String]
  let env: [String: String]
  let uid: UInt32

  var commandLine: String { ([comm] + args.dropFirst()).joined(separator: " ") }
}
