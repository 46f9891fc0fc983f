/// What of a batch has been sent by RELP, and what was answered.
struct RELPWindow {
  /// The number of the batch's first message.
  private let first: UInt32
  /// Of each that was sent: its octets, and the answer.
  private var messages: [(bytes: Int, answer: RELPAnswer?)] = []
  private var outstandingBytes = 0
  private(set) var outstanding = 0
  /// So many, from the first, have been taken.
  private(set) var acknowledged = 0
  /// One was refused: no more is to be sent before it is known which.
  private(set) var isRefused = false

  init(first: UInt32) { self.first = first }

  var sent: Int { messages.count }
  /// The first that isn't acknowledged, if it was refused.
  var firstRefusal: RELPAnswer? { acknowledged < messages.count ? messages[acknowledged].answer : nil }
  var areOthersTaken: Bool { messages.contains { $0.answer?.code == 200 } }

  /// One may always be under way, however large it is.
  func hasRoom(bytes: Int, _ options: StreamOptions) -> Bool {
    outstanding == 0
      || outstanding < options.windowMessages && outstandingBytes + bytes <= options.windowBytes
  }

  mutating func send(bytes: Int) {
    messages.append((bytes, nil))
    outstanding += 1
    outstandingBytes += bytes
  }

  /// - Returns: which message it is about; nil: none that waits for an answer.
  mutating func take(_ answer: RELPAnswer, to number: UInt32) -> Int? {
    // Numbers begin again at 1 after the largest.
    let distance = Int(number) - Int(first)
    let index = distance >= 0 ? distance : distance + Int(RELPFrame.largestTransaction)
    guard index < messages.count, messages[index].answer == nil else { return nil }
    messages[index].answer = answer
    outstanding -= 1
    outstandingBytes -= messages[index].bytes
    if answer.code != 200 { isRefused = true }
    while acknowledged < messages.count, messages[acknowledged].answer?.code == 200 { acknowledged += 1 }
    return index
  }
}
