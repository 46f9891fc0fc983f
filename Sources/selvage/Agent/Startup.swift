internal import ArgumentParser
internal import Capture
internal import Delivery
internal import Discovery
internal import Events
internal import Glibc
internal import SystemPackage

/// The steps of starting, each of which says what is wrong and ends with the right status, or succeeds.
enum Startup {
  static func signals(reloads: Bool = false) throws -> Signals {
    do {
      return try Signals(reloads: reloads)
    } catch {
      Console.say("selvage: waiting for signals: \(error)")
      throw ExitStatus.unable
    }
  }

  /// - Parameter node: nil: of a replay, which sends alerts in no agent's name.
  static func delivery(_ settings: [SinkSetting], spool: Spool? = nil, node: String?) throws -> Delivery {
    do {
      return try Delivery(
        sinks: settings, spool: spool, queueCapacity: 8192, processID: node.map { _ in getpid() }, node: node ?? "")
    } catch {
      Console.say("selvage: \(error)")
      throw ExitStatus.refused
    }
  }

  /// Goes on without a spool where the disk forbids one, and says so.
  static func spool(_ settings: SpoolSettings?) throws -> Spool? {
    guard let settings else { return nil }
    do throws(SpoolError) {
      return try Spool(settings)
    } catch {
      switch error {
      case .refused:
        Console.say("selvage: the spool: \(error)")
        throw ExitStatus.refused
      case .failed:
        Console.say("selvage: warning: alerts wait in memory, and are lost with it, as there can't be a spool: \(error)")
        return nil
      }
    }
  }

  static func interruption() throws -> Interruption {
    do {
      return try Interruption()
    } catch {
      Console.say("selvage: waiting for signals: \(error)")
      throw ExitStatus.unable
    }
  }

  /// - Parameter path: `-`: standard input.
  static func trace(_ path: String) throws -> TraceReader {
    do {
      return path == "-" ? try TraceReader(descriptor: 0, name: "standard input") : try TraceReader(path: path)
    } catch {
      Console.say("selvage: \(error)")
      throw ExitStatus.refused
    }
  }

  static func sensors(_ settings: CaptureSettings) throws -> Sensors {
    try capturing { () throws(CaptureError) in
      let hierarchy = try CgroupHierarchy.current()
      // Nothing is pinned there yet: a node that forbids it is watched all the same.
      do throws(CaptureError) { _ = try BPFFilesystem.mountIfNeeded() } catch { Console.say("selvage: warning: \(error)") }
      return try Sensors(settings: settings, hierarchy: hierarchy)
    }
  }

  static func discovery(_ settings: DiscoverySettings) throws -> Discovery {
    try capturing { () throws(CaptureError) in
      Discovery(settings: settings, hierarchy: try CgroupHierarchy.current().path)
    }
  }

  static func capturing<Result: ~Copyable>(_ body: () throws(CaptureError) -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      Console.say("selvage: \(error)")
      throw error.isNodesFault ? ExitStatus.unable : ExitStatus.refused
    }
  }
}
