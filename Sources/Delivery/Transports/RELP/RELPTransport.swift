internal import NIOCore

/// RELP (librelp's relp.md), with TLS or without: the receiver says of each message that it has it. Delivered is what it
/// has said so of; what a lost connection left unsaid is sent again, so that some may arrive twice and none is lost.
final class RELPTransport: MessageTransport {
  /// How often a receiver that takes others may refuse a message, until it is taken at its word.
  private static let refusalLimit = 3
  private static let offers = Array("relp_version=0\nrelp_software=selvage\ncommands=syslog".utf8)

  private let address: StreamAddress
  private let options: StreamOptions
  private let group: any EventLoopGroup
  private var tls: TLSFiles?
  private var connection: StreamConnection?
  private var reader = RELPFrameReader()
  private var transaction: UInt32 = 1
  private var isToReload = false
  /// The message that was refused last, how often in a row, and whether others were taken since.
  private var refused: (message: [UInt8], count: Int, areOthersTaken: Bool)?

  init(
    to address: StreamAddress, tls: TLSFiles?, options: StreamOptions = StreamOptions(),
    group: any EventLoopGroup = DeliveryLoops.group
  ) {
    self.address = address
    self.options = options
    self.group = group
    self.tls = tls
  }

  deinit { disconnect() }

  func send(
    _ messages: [[UInt8]], stop: StopSignal, confirm: (Int) -> Void
  ) throws(DeliveryError) {
    do throws(DeliveryError) {
      try connect(stop)
      try exchange(messages, confirm: confirm)
    } catch {
      connection = nil
      throw error
    }
  }

  var isToBeTended: Bool { false }

  func tend(stop: StopSignal) throws(DeliveryError) {}

  /// As the protocol asks: with a word to the receiver.
  private func disconnect() {
    if connection != nil, connection?.ending == nil {
      var bytes: [UInt8] = []
      RELPFrame(transaction: takeTransaction(), command: "close").append(to: &bytes)
      connection?.write(bytes)  // its answer is not waited for: nothing is outstanding
    }
    connection = nil
  }

  func reload() { isToReload = true }

  // MARK: - The session

  private func connect(_ stop: StopSignal) throws(DeliveryError) {
    if connection != nil, !isUsable() { connection = nil }
    if isToReload {
      isToReload = false
      if tls?.haveChanged() == true { disconnect() }
    }
    guard connection == nil else { return }
    connection = try StreamConnection(
      to: address, tls: tls?.context(for: address), isAnswered: true, options: options, group: group,
      stopSignal: stop)
    reader = RELPFrameReader()
    transaction = 1
    try open()
  }

  /// Between batches nothing is to come, but the word that the session ends.
  private func isUsable() -> Bool {
    guard connection?.ending == nil, let bytes = connection?.receive() else { return false }
    return bytes.isEmpty
  }

  private func open() throws(DeliveryError) {
    let number = takeTransaction()
    var bytes: [UInt8] = []
    RELPFrame(transaction: number, command: "open", data: Self.offers).append(to: &bytes)
    connection?.write(bytes)
    let deadline = MonotonicTime.now().adding(milliseconds: options.answerMilliseconds)
    while true {
      let ending = connection?.ending
      take()
      if let frame = try nextFrame() {
        let (frameNumber, answer) = try answer(frame)
        guard frameNumber == number else { throw failure("it answers what was not asked") }
        guard answer.code == 200 else { throw failure("it refuses the session: \(answer.code) \(answer.text)") }
        guard answer.offers["relp_version"] != nil, answer.offers["commands"]?.contains("syslog") == true else {
          throw failure("it takes no syslog by RELP")
        }
        return
      }
      if let ending { throw ending }
      guard try connection?.wait(until: deadline) == true else { throw failure("it does not answer") }
    }
  }

  /// Sends as the window allows, and takes the answers, in whatever order they come.
  private func exchange(_ messages: [[UInt8]], confirm: (Int) -> Void) throws(DeliveryError) {
    let first = transaction
    var sent = 0
    /// Of each that was sent.
    var answers: [RELPAnswer?] = []
    var known = 0
    var outstanding = (messages: 0, bytes: 0)
    var deadline = MonotonicTime.now().adding(milliseconds: options.answerMilliseconds)
    var isRefused = false
    while known < messages.count {
      var chunk: [UInt8] = []
      while !isRefused, sent < messages.count, chunk.count < options.chunkBytes,
        outstanding.messages == 0
          || outstanding.messages < options.windowMessages
            && outstanding.bytes + messages[sent].count <= options.windowBytes
      {
        RELPFrame(transaction: takeTransaction(), command: "syslog", data: messages[sent]).append(to: &chunk)
        outstanding.messages += 1
        outstanding.bytes += messages[sent].count
        answers.append(nil)
        sent += 1
      }
      if !chunk.isEmpty { connection?.write(chunk) }
      let ending = connection?.ending
      take()
      let before = outstanding.messages
      while let frame = try nextFrame() {
        let (number, answer) = try answer(frame)
        let index = Self.distance(from: first, to: number)
        guard index < sent, answers[index] == nil else { throw failure("it answers what was not asked") }
        answers[index] = answer
        outstanding.messages -= 1
        outstanding.bytes -= messages[index].count
        if answer.code == 200 {
          if refused?.message != messages[index] { refused?.areOthersTaken = true }
        } else {
          isRefused = true
        }
      }
      let knownBefore = known
      while known < sent, answers[known]?.code == 200 { known += 1 }
      if known > knownBefore { confirm(known) }
      if isRefused, outstanding.messages == 0, known < sent, let answer = answers[known] {
        throw refusal(of: messages[known], answer, areOthersTaken: answers.contains { $0?.code == 200 })
      }
      if outstanding.messages < before {
        deadline = MonotonicTime.now().adding(milliseconds: options.answerMilliseconds)
        continue
      }
      if let ending { throw ending }
      guard known < messages.count else { return }
      guard try connection?.wait(until: deadline) == true else { throw failure("it does not answer") }
    }
  }

  private func refusal(of message: [UInt8], _ answer: RELPAnswer, areOthersTaken: Bool) -> DeliveryError {
    var now = refused ?? (message, 0, false)
    if now.message != message { now = (message, 0, false) }
    now.count += 1
    now.areOthersTaken = now.areOthersTaken || areOthersTaken
    let reason = "it refuses a message: \(answer.code) \(answer.text)"
    guard now.count >= Self.refusalLimit, now.areOthersTaken else {
      refused = now
      return failure(reason)
    }
    refused = nil
    return .refused("\(address.name): \(reason)")
  }

  // MARK: - Frames

  private func takeTransaction() -> UInt32 {
    defer { transaction = RELPFrame.transaction(after: transaction) }
    return transaction
  }

  private func take() {
    if let bytes = connection?.receive(), !bytes.isEmpty { reader.append(bytes) }
  }

  /// Without hints; one of them says that the session ends.
  private func nextFrame() throws(DeliveryError) -> RELPFrame? {
    while true {
      let frame: RELPFrame?
      do throws(RELPFrameReader.Failure) { frame = try reader.next() } catch {
        throw failure(error == .tooLong ? "what it answers is too long" : "what it answers is no RELP")
      }
      guard let frame, frame.transaction == 0 else { return frame }
      guard frame.command != "serverclose" else { throw failure("it ends the session") }
    }
  }

  private func answer(_ frame: RELPFrame) throws(DeliveryError) -> (UInt32, RELPAnswer) {
    guard frame.command == "rsp", let answer = RELPAnswer(frame.data) else { throw failure("what it answers is no RELP") }
    return (frame.transaction, answer)
  }

  private func failure(_ reason: String) -> DeliveryError { .receiver(name: address.name, reason: reason) }

  /// Numbers begin again at 1 after the largest.
  private static func distance(from first: UInt32, to number: UInt32) -> Int {
    let distance = Int(number) - Int(first)
    return distance >= 0 ? distance : distance + Int(RELPFrame.largestTransaction)
  }
}
