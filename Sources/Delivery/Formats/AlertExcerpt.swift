internal import Engine

/// What of an alert is written: the whole, or what a limit leaves of it.
///
/// All formats cut by one rule. First the longest parts go: texts of more than N bytes are cut to N and end in `...`, N
/// being the greatest power of two, down to 64, by which the line fits; so an event can't hide who caused it behind a
/// long argument. Where that does not suffice, fields are left out from the end; and if that does not either, no field is
/// left and N goes down to 16. The line then says that it is truncated.
struct AlertExcerpt {
  let alert: Alert
  let place: Place?
  /// Each name once.
  let fields: ArraySlice<AlertField>
  /// Bytes of a text. nil: nothing is cut.
  let textLimit: Int?

  static let longestID = 128
  static let shortText = 64
  private static let shortestText = 16

  var isTruncated: Bool { textLimit != nil }

  /// The longest line within the limit.
  /// - Parameters:
  ///   - limit: bytes. A line without fields and with the shortest texts is the answer even if it has more.
  ///   - write: the format. More fields or longer texts never make a shorter line.
  static func fit(_ alert: Alert, _ place: Place?, limit: Int, write: (AlertExcerpt) -> [UInt8]) -> [UInt8] {
    let fields = alert.distinctFields[...]
    func line(_ textLimit: Int?, fields: ArraySlice<AlertField>) -> [UInt8] {
      write(AlertExcerpt(alert: alert, place: place, fields: fields, textLimit: textLimit))
    }
    let whole = line(nil, fields: fields)
    if whole.count <= limit { return whole }
    // The greatest power of two below the limit: a longer text can't fit.
    var textLimit = max(shortText, 1 << (Int.bitWidth - 1 - max(1, limit - 1).leadingZeroBitCount))
    while textLimit >= shortText {
      let cut = line(textLimit, fields: fields)
      if cut.count <= limit { return cut }
      textLimit /= 2
    }
    var best = line(shortText, fields: [])
    guard best.count <= limit else {
      repeat {
        best = line(textLimit, fields: [])
        textLimit /= 2
      } while best.count > limit && textLimit >= shortestText
      return best
    }
    var (some, tooMany) = (0, fields.count)
    while tooMany - some > 1 {
      let count = (some + tooMany) / 2
      let cut = line(shortText, fields: fields.prefix(count))
      if cut.count <= limit { (some, best) = (count, cut) } else { tooMany = count }
    }
    return best
  }

  /// Never cut to what another alert may have as well.
  var id: String { isTruncated ? Self.cut(alert.id, to: Self.longestID) : alert.id }

  func text(_ text: String) -> String { textLimit.map { Self.cut(text, to: $0) } ?? text }

  /// Together no longer than a text.
  var tags: [String] {
    guard var room = textLimit else { return alert.tags }
    var tags: [String] = []
    for tag in alert.tags where room > 0 {
      tags.append(Self.cut(tag, to: room))
      // As if they were joined: many empty ones take room as well.
      room -= tag.utf8.count + 1
    }
    return tags
  }

  private static func cut(_ text: String, to limit: Int) -> String {
    var bytes: [UInt8] = []
    bytes.append(harmless: text, limit: limit)
    return String(decoding: bytes, as: UTF8.self)
  }
}
