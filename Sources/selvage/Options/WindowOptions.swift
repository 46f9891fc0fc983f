internal import ArgumentParser
internal import Events

/// Which part of a trace is wanted.
struct WindowOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "From then on: 2026-11-24T08:15:00Z, or +90.5 for seconds after the trace's first record.", valueName: "time"))
  var from: StreamWindow.Moment?

  @Option(name: .long, help: ArgumentHelp("Up to then, likewise.", valueName: "time"))
  var until: StreamWindow.Moment?

  @Option(name: .long, help: ArgumentHelp("From that record on.", valueName: "number"))
  var fromRecord: UInt64?

  @Option(name: .long, help: ArgumentHelp("Up to that record.", valueName: "number"))
  var untilRecord: UInt64?

  func validate() throws {
    if let fromRecord, let untilRecord, fromRecord > untilRecord {
      throw ValidationError("--until-record is before --from-record")
    }
    switch (from, until) {
    case (.wall(let from), .wall(let until)) where from > until: throw ValidationError("--until is before --from")
    case (.offset(let from), .offset(let until)) where from > until: throw ValidationError("--until is before --from")
    default: break
    }
  }

  var window: StreamWindow {
    var window = StreamWindow()
    window.from = from
    window.until = until
    window.firstNumber = fromRecord
    window.lastNumber = untilRecord
    return window
  }
}

extension StreamWindow.Moment: ExpressibleByArgument {
  package init?(argument: String) {
    if argument.hasPrefix("+") {
      guard let seconds = Double(argument.dropFirst()), seconds >= 0, seconds < 1e9 else { return nil }
      self = .offset(UInt64(seconds * 1e9))
    } else {
      guard let nanoseconds = CivilTime.nanoseconds(argument) else { return nil }
      self = .wall(nanoseconds)
    }
  }
}
