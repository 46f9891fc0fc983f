internal import Capture
internal import Control
internal import Discovery
internal import Engine
internal import Events
internal import Synchronization
internal import SystemPackage

/// The running agent's stream for recorders. Used by the thread that reads the ring; what stalls a recorder stalls
/// nothing else: its queue drops and counts.
struct Tap: ~Copyable {
  private let door: TapDoor?
  private let bell: Bell?
  private var recorders: [TappedRecorder] = []
  private let leaving: Leaving
  private let isQuiet: Bool
  /// CLOCK_BOOTTIME of the last record since the last tick; nil: none came, so none waits in the ring.
  private var reached: UInt64?

  /// At once; each takes 8 MiB, and a share of the thread's time.
  private static let limit = 4
  private static let endMilliseconds = 5000

  /// Recorders that are not finished yet.
  private final class Leaving: Sendable {
    let count = Atomic<Int>(0)
    /// Rung when one is. Not the door's: nobody listens to it while the agent runs.
    let bell: Bell?

    init(_ bell: Bell?) { self.bell = bell }
  }

  /// Goes on without a door where there can't be one, and says so.
  init(path: String, isQuiet: Bool) {
    self.isQuiet = isQuiet
    leaving = Leaving(try? Bell())
    do {
      let bell = try Bell()
      door = try TapDoor(path: path, bell: bell)
      self.bell = bell
    } catch {
      Console.say("selvage: warning: no recorder can join: \(error)")
      door = nil
      bell = nil
    }
  }

  /// Readable when there is something for ``admit(_:want:)``.
  var wake: FileDescriptor? { bell?.descriptor }

  /// That recorders want, besides what rules ask for.
  var kinds: EventKinds { recorders.reduce([]) { $0.union($1.kinds) } }

  mutating func append(_ record: borrowing Record) {
    guard !recorders.isEmpty else { return }
    reached = record.timeNanoseconds
    let socket = record.kind.flatMap { EventKinds.sockets.contains($0) ? $0 : nil }
    for recorder in recorders where socket.map(recorder.kinds.contains) ?? true { recorder.append(record) }
  }

  /// Takes in who came, between two records.
  ///
  /// - Parameter want: has these kinds come up besides what rules ask for.
  mutating func admit(_ engine: borrowing Engine, want: (EventKinds) throws(CaptureError) -> Void) {
    guard let guests = door?.take(), !guests.isEmpty else { return }
    bell?.silence()
    for guest in guests {
      guard recorders.count + leaving.count.load(ordering: .relaxed) < Self.limit else {
        guest.socket.say("too many recorders: \(Self.limit) are there\n")
        continue
      }
      do throws(CaptureError) { try want(kinds.union(guest.request.kinds)) } catch {
        guest.socket.say("what it asks for can't be had: \(error)\n")
        continue
      }
      do throws(TraceError) {
        let recorder = try TappedRecorder(guest)
        // All of it: without what was known, what follows would tell less.
        _ = engine.snapshot(before: engine.nextNumber) { recorder.append($0, isKept: true) }
        recorder.flush()
        recorders.append(recorder)
        say("A recorder joined (process \(recorder.pid)); \(recorders.count) there.")
      } catch {
        Console.say("selvage: a recorder could not join: \(error)")
      }
    }
  }

  /// About every second: hands on what there is, and lets go who wants to leave.
  mutating func tick(want: (EventKinds) throws(CaptureError) -> Void) {
    var staying: [TappedRecorder] = []
    for recorder in recorders {
      recorder.flush()
      if recorder.mayGo(reached) { letGo(recorder) } else { staying.append(recorder) }
    }
    reached = nil
    guard staying.count < recorders.count else { return }
    recorders = staying
    // What comes up too much costs time, no more.
    do throws(CaptureError) { try want(kinds) } catch { Console.say("selvage: warning: \(error)") }
  }

  /// Ends all streams, and waits a while for recorders to get what is theirs.
  mutating func finish() {
    door?.close()
    for recorder in recorders { letGo(recorder) }
    recorders = []
    let deadline = KernelClock.boot &+ UInt64(Self.endMilliseconds) &* 1_000_000
    while leaving.count.load(ordering: .acquiring) > 0, KernelClock.boot < deadline {
      guard let bell = leaving.bell else { break }
      bell.silence()
      guard leaving.count.load(ordering: .acquiring) > 0 else { break }
      _ = bell.wait(milliseconds: Int32(Self.endMilliseconds))
    }
  }

  private func letGo(_ recorder: TappedRecorder) {
    say("A recorder left (process \(recorder.pid))\(recorder.complaint).")
    leaving.count.add(1, ordering: .relaxed)
    recorder.letGo { [leaving] in
      leaving.count.subtract(1, ordering: .releasing)
      leaving.bell?.ring()
    }
  }

  private func say(_ text: String) { if !isQuiet { Console.say(text) } }
}
