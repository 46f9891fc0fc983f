internal import ArgumentParser
internal import Capture
internal import Delivery
internal import Glibc
internal import SystemPackage

/// The steps of starting, each of which says what is wrong and ends with the right status, or succeeds.
enum Startup {
  static func signals() throws -> Signals {
    do {
      return try Signals()
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

  static func sensors(_ settings: CaptureSettings) throws -> Sensors {
    try capturing { () throws(CaptureError) in
      let hierarchy = try CgroupHierarchy.current()
      // Nothing is pinned there yet: a node that forbids it is watched all the same.
      do throws(CaptureError) { _ = try BPFFilesystem.mountIfNeeded() } catch { Console.say("selvage: warning: \(error)") }
      return try Sensors(settings: settings, hierarchy: hierarchy)
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
