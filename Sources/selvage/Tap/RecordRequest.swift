internal import Events

/// The line by which a recorder asks an agent for its stream. The agent answers with a trace, or with a line that says
/// why not.
struct RecordRequest: Equatable {
  /// Kinds of socket event that come up; all else comes anyway.
  var kinds: EventKinds

  /// Bytes of a line at most, its end included.
  static let limit = 64
  private static let words = "selvage record 1 "

  init(kinds: EventKinds) { self.kinds = kinds }

  var line: String { Self.words + String(kinds.rawValue, radix: 16) + "\n" }

  /// - Parameter line: without its end.
  init?(line: some Collection<UInt8>) {
    let text = String(decoding: line, as: UTF8.self)
    guard text.hasPrefix(Self.words), let bits = UInt64(text.dropFirst(Self.words.count), radix: 16) else { return nil }
    // Kinds that only a newer recorder knows can't be had here.
    kinds = EventKinds(rawValue: bits).intersection(.all)
  }
}
