import CEvents
import CTriggers
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// Nothing is lost in silence: what the programs produced is what came, and what the counters say was lost.
  @Suite struct CountersTests {
    /// Counts what comes out of a ring, and looks no further at it.
    private final class Tally {
      let sensors: Sensors
      var received: [EventKind: UInt64] = [:]
      var malformed = 0

      init(_ sensors: Sensors) { self.sensors = sensors }

      func drain(limit: Int) throws -> Bool {
        sensors.drain(limit: limit) { span in
          if let record = try? Record(number: 1, bytes: span), let kind = record.kind {
            received[kind, default: 0] += 1
          } else {
            malformed += 1
          }
        }
      }

      /// Detaches, takes the rest, and says what was counted. Waits until programs that ran meanwhile have ended.
      func finish() throws -> CountersRecord {
        sensors.detach()
        let deadline = ContinuousClock.now + .seconds(10)
        while true {
          while try drain(limit: 1000) {}
          let counters = try sensors.counters()
          if counters.kinds.allSatisfy({ received[$0, default: 0] == $1.produced - $1.lost }) { return counters }
          guard ContinuousClock.now < deadline else { return counters }
          sched_yield()
        }
      }
    }

    private func expectReconciled(_ tally: Tally, _ counters: CountersRecord) {
      #expect(tally.malformed == 0)
      #expect(Set(tally.received.keys).isSubset(of: counters.kinds.keys))
      for (kind, counter) in counters.kinds {
        #expect(counter.produced == tally.received[kind, default: 0] + counter.lost, "\(kind)")
      }
    }

    /// A port that is bound by nobody who listens.
    private func refusingPort() throws -> (TestSocket, UInt16) {
      let socket = try TestSocket(AF_INET)
      try socket.bind(.loopback4())
      return (socket, try socket.local.port)
    }

    @Test func smallestRingUnderAFlood() throws {
      let sensors = try Sensors(
        settings: CaptureSettings(ringBytes: Int(getpagesize())), hierarchy: .current())
      let tally = Tally(sensors)
      let (target, port) = try refusingPort()
      let flood = try Child(started: trigger_connects(port, 20_000))
      // A reader far too slow: a few records, then the processor for others.
      while try sensors.counters().kinds[.connected]?.produced ?? 0 < 20_000 {
        _ = try tally.drain(limit: 3)
        sched_yield()
      }
      #expect(try flood.finish() == 0)
      target.close()
      let counters = try tally.finish()
      expectReconciled(tally, counters)
      let connects = try #require(counters.kinds[.connect])
      #expect(connects.produced >= 20_000)
      #expect(connects.lostRing > 0)
      #expect(tally.received[.connect, default: 0] > 0)
      #expect(connects.lostScratch == 0)
      // The ring goes on after it was full, and a whole page of it can be had again.
      #expect(counters.lost > 0)
    }

    @Test func fullRingTakesRecordsAgainOnceDrained() throws {
      let sensors = try Sensors(settings: CaptureSettings(ringBytes: Int(getpagesize())), hierarchy: .current())
      let (target, port) = try refusingPort()
      _ = try Child(started: trigger_connects(port, 500)).finish()
      #expect(try sensors.counters().lost > 0)
      let recording = try Recording(sensors)
      let client = try TestSocket(AF_INET)
      client.connect(.loopback4(port))
      _ = try recording.socket(.connect, cookie: client.cookie)
      target.close()
    }

    @Test func thousandsOfProgramsAndConnectsWithoutOneUnaccounted() throws {
      let sensors = try Sensors(settings: CaptureSettings(), hierarchy: .current())
      let recording = try Recording(sensors)
      let execs = 2000
      let connects = 40_000
      let (target, port) = try refusingPort()
      let shell = try Child(script: "i=0; while [ $i -lt \(execs) ]; do /bin/true; i=$((i+1)); done")
      let flood = try Child(started: trigger_connects(port, UInt32(connects)))
      while !flood.hasEnded || !shell.hasEnded { try recording.drainWhatComes() }
      _ = try recording.first(.exit) { $0.header.pid == UInt32(flood.pid) }
      _ = try recording.first(.exit) { $0.header.pid == UInt32(shell.pid) }
      #expect(try flood.finish() == 0 && shell.finish() == 0)
      target.close()

      let counters = try sensors.counters()
      let attempts = recording.all(.connect) { $0.header.pid == UInt32(flood.pid) }
      let outcomes = recording.all(.connected) { $0.header.pid == UInt32(flood.pid) }
      let programs = recording.all(.exec) { $0.image?.fixed.parent_pid == UInt32(shell.pid) }
      #expect(counters.lost == 0)
      #expect(recording.malformed == 0)
      #expect(attempts.count == connects)
      #expect(outcomes.count == connects)
      #expect(outcomes.allSatisfy { $0.socket?.result == -ECONNREFUSED })
      #expect(Set(attempts.compactMap(\.socket?.cookie)).count == connects)
      #expect(attempts.map(\.socket?.cookie) == outcomes.map(\.socket?.cookie))
      #expect(programs.count == execs)
      let started = Set(programs.map(\.header.pid))
      let ended = recording.all(.exit) { started.contains($0.header.pid) }
      #expect(ended.count == execs)
    }

    @Test func drainStopsAtItsLimit() throws {
      let sensors = try Sensors(settings: CaptureSettings(), hierarchy: .current())
      let (target, port) = try refusingPort()
      _ = try Child(started: trigger_connects(port, 100)).finish()
      target.close()
      var count = 0
      #expect(sensors.drain(limit: 50) { _ in count += 1 })
      #expect(count == 50)
      while sensors.drain(limit: 50, { _ in count += 1 }) {}
      #expect(count >= 203)  // with the child's own fork, and what came of it
    }

    @Test func programStatisticsCountRuns() throws {
      let path = "/proc/sys/kernel/bpf_stats_enabled"
      let before = try readWholeFile(path, limit: 16)
      try write("1\n", to: path)
      defer { try? write(String(decoding: before, as: UTF8.self), to: path) }
      let sensors = try Sensors(settings: CaptureSettings(), hierarchy: .current())
      let (target, port) = try refusingPort()
      _ = try Child(started: trigger_connects(port, 1000)).finish()
      target.close()
      let statistics = sensors.programStatistics()
      #expect(Set(statistics.map(\.hook)) == Set(sensors.hooks.filter { $0.state == .attached }.map(\.hook)))
      let connect = try #require(statistics.first { $0.hook.name == "cgroup/connect4" })
      #expect(connect.runs >= 1000)
      #expect(connect.nanoseconds > connect.runs * 10 && connect.nanoseconds < connect.runs * 1_000_000)
    }

    private func write(_ text: String, to path: String) throws {
      let file = try FileDescriptor.open(FilePath(path), .writeOnly)
      _ = try file.closeAfter { try file.writeAll(text.utf8) }
    }
  }
}
