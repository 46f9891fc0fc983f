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

  static func delivery(_ settings: [SinkSetting], isReplay: Bool = false) throws -> Delivery {
    do {
      return try Delivery(sinks: settings, queueCapacity: 8192, processID: isReplay ? nil : getpid())
    } catch {
      Console.say("selvage: \(error)")
      throw ExitStatus.refused
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
