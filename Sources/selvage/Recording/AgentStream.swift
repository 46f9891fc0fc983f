internal import Control
internal import Discovery
internal import Events
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A running agent's stream, read on a thread of its own.
final class AgentStream: Sendable {
  enum End: Equatable {
    /// The agent said why it won't.
    case refused(String)
    /// It went away, or ended the stream.
    case ended
    /// What it sent could not be read.
    case damaged(String)
  }

  private let socket: StreamSocket
  private let bell: Bell
  private let end = Mutex<End?>(nil)

  private static let tickMicroseconds = 1_000_000
  private static let partingMilliseconds: Int32 = 3000
  /// The first byte of a trace, which no text begins with.
  private static let traceMark: UInt8 = 0x89

  /// - Parameter path: where the agent listens.
  init(path: String, kinds: EventKinds) throws(ControlError) {
    socket = try StreamSocket.connected(to: path)
    do throws(Errno) { bell = try Bell() } catch { throw .system("making a pipe for", path: path, error) }
    socket.say(RecordRequest(kinds: kinds).line)
  }

  /// Carries the stream into the recording until a signal, the time, the recording or the agent ends it.
  ///
  /// - Parameter ready: called on another thread when the agent has answered.
  /// - Returns: nil: it was ended here.
  func run(
    into recording: SharedRecording, signals: consuming Signals, seconds: Int?, ready: @escaping @Sendable () -> Void
  ) throws(Errno) -> End? {
    try DetachedThread.start { self.read(into: recording, ready) }
    let deadline = seconds.map { KernelClock.boot &+ UInt64(max(0, min($0, 1 << 32))) &* 1_000_000_000 } ?? .max
    var nextTick = KernelClock.boot
    while true {
      let now = KernelClock.boot
      let left = min(nextTick, deadline)
      signals.wait(for: [bell.descriptor], microseconds: left > now ? Int(clamping: (left - now) / 1000 + 1) : 0)
      if let end = end.withLock({ $0 }) { return end }
      if KernelClock.boot >= nextTick {
        nextTick = KernelClock.boot &+ UInt64(Self.tickMicroseconds) &* 1000
        if !recording.tick() { break }
      }
      if signals.haveCome() || recording.isDone || KernelClock.boot >= deadline { break }
    }
    part(recording)
    return nil
  }

  /// The agent is told that no more is wanted, sends what it has, and ends the stream. As long as some of that comes it
  /// is waited for: that is at most what the agent's queue holds.
  private func part(_ recording: SharedRecording) {
    socket.shut(.writing)
    var received = recording.received
    while !bell.wait(milliseconds: Self.partingMilliseconds) {
      guard recording.received > received else { break }
      received = recording.received
    }
    socket.shut(.both)
    _ = bell.wait(milliseconds: -1)
  }

  // MARK: - The thread

  private func read(into recording: SharedRecording, _ ready: @Sendable () -> Void) {
    let outcome = outcome(recording, ready)
    end.withLock { $0 = outcome }
    bell.ring()
  }

  private func outcome(_ recording: SharedRecording, _ ready: @Sendable () -> Void) -> End {
    var first: UInt8 = 0
    guard recv(socket.descriptor.rawValue, &first, 1, Int32(MSG_PEEK)) == 1 else { return .ended }
    guard first == Self.traceMark else { return .refused(refusal()) }
    do throws(TraceError) {
      var reader = try TraceReader(descriptor: socket.descriptor.rawValue, name: "the agent")
      ready()
      while true {
        do throws(TraceError) {
          var lost: UInt64 = 0
          guard let record = try reader.next(lostBefore: &lost) else { break }
          recording.append(record, lostBefore: lost)
        } catch { Console.say("selvage: \(error)") }
      }
      return .ended
    } catch {
      return .damaged("\(error)")
    }
  }

  private func refusal() -> String {
    var bytes = [UInt8](repeating: 0, count: 512)
    let count = recv(socket.descriptor.rawValue, &bytes, bytes.count, Int32(MSG_WAITALL))
    return EscapedText.escaped(bytes[..<max(0, count)].prefix { $0 != UInt8(ascii: "\n") }, limit: 512)
  }
}
