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
  let tty: String?
  let session: UInt32
  /// `SV_PROCESS_*`; nil: the executable is not known.
  let flags: UInt32?
  /// By index.
  let workload: Int
  /// Fields' values, made once: to make them takes longer than to compare them.
  let bytes: Bytes

  struct Bytes {
    let comm: [UInt8]
    let exePath: [UInt8]?
    let exe: [UInt8]
    let args: [UInt8]
    let commandLine: [UInt8]
    let exeLine: [UInt8]
    /// The arguments after the first.
    let arguments: [[UInt8]]
  }

  init(
    pid: UInt32, parent: Int?, comm: String, exePath: String?, args: [String], env: [String: String], uid: UInt32,
    tty: String?, session: UInt32, flags: UInt32?, workload: Int
  ) {
    (self.pid, self.parent, self.comm, self.exePath) = (pid, parent, comm, exePath)
    (self.args, self.env, self.uid) = (args, env, uid)
    (self.tty, self.session, self.flags, self.workload) = (tty, session, flags, workload)
    bytes = Bytes(
      comm: Array(comm.utf8), exePath: exePath.map { Array($0.utf8) }, exe: Array((args.first ?? "").utf8),
      args: Array(args.dropFirst().joined(separator: " ").utf8),
      commandLine: Array(([comm] + args.dropFirst()).joined(separator: " ").utf8),
      exeLine: Array(args.joined(separator: " ").utf8), arguments: args.dropFirst().map { Array($0.utf8) })
  }
}
