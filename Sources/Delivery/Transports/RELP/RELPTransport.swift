/// RELP (librelp's relp.md), with TLS or without: the receiver says of each message that it has it. Delivered is what it
/// has said so of; what a lost connection left unsaid is sent again, so that some may arrive twice and none is lost.
final class RELPTransport: MessageTransport {
  /// How often a receiver that takes others may refuse a message, until it is taken at its word.
  private static let refusalLimit = 3
  private static let offers = Array("relp_version=0\nrelp_software=selvage\ncommands=syslog".utf8)

  private let address: StreamAddress
  private let options: StreamOptions
  private var tls: TLSFiles?
  private var connection: StreamConnection?
  private var reader = RELPFrameReader()
  /// Of the next command.
  var transaction: UInt32 = 1
  private var isToReload = false
  /// The message that was refused last, how often in a row, and whether others were taken since.
  private var refused: (message: [UInt8], count: Int, areOthersTaken: Bool)?

  init(to address: StreamAddress, tls: TLSFiles?, options: StreamOptions = StreamOptions()) {
    self.address = address
    self.options = options
    self.tls = tls
  }

  deinit { disconnect() }

  func send(_ messages: [[UInt8]], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
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
    if !isConnected { connection = nil }
    if isToReload {
      isToReload = false
      if tls?.haveChanged() == true { disconnect() }
    }
    guard connection == nil else { return }
    connection = try StreamConnection(
      to: address, tls: tls?.context(for: address), isAnswered: true, options: options, stop: stop)
    reader = RELPFrameReader()
    transaction = 1
    try open()
  }

  /// Between batches nothing is to come, but the word that the session ends.
  var isConnected: Bool { connection != nil && connection?.ending == nil && connection?.hasReceived == false }

  private func open() throws(DeliveryError) {
    let number = takeTransaction()
    var bytes: [UInt8] = []
    RELPFrame(transaction: number, command: "open", data: Self.offers).append(to: &bytes)
    connection?.write(bytes)
    let deadline = MonotonicTime.now().adding(milliseconds: options.connectMilliseconds)
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
    var window = RELPWindow(first: transaction)
    var deadline = MonotonicTime.now().adding(milliseconds: options.answerMilliseconds)
    while window.acknowledged < messages.count {
      write(messages, within: &window)
      let acknowledged = window.acknowledged
      let outstanding = window.outstanding
      let ending = takeAnswers(messages, &window)
      if window.acknowledged > acknowledged { confirm(window.acknowledged) }
      if window.acknowledged == messages.count {
        // The session may end where nothing is outstanding.
        if ending != nil { connection = nil }
        return
      }
      if window.isRefused, window.outstanding == 0, let answer = window.firstRefusal {
        throw refusal(of: messages[window.acknowledged], answer, areOthersTaken: window.areOthersTaken)
      }
      if let ending { throw ending }
      if window.outstanding < outstanding {
        deadline = MonotonicTime.now().adding(milliseconds: options.answerMilliseconds)
      } else {
        guard try connection?.wait(until: deadline) == true else { throw failure("it does not answer") }
      }
    }
  }

  private func write(_ messages: [[UInt8]], within window: inout RELPWindow) {
    var chunk: [UInt8] = []
    while !window.isRefused, window.sent < messages.count, chunk.count < options.chunkBytes,
      window.hasRoom(bytes: messages[window.sent].count, options)
    {
      let message = messages[window.sent]
      RELPFrame(transaction: takeTransaction(), command: "syslog", data: message).append(to: &chunk)
      window.send(bytes: message.count)
    }
    if !chunk.isEmpty { connection?.write(chunk) }
  }

  /// - Returns: why no more can come, after all that came before it has been taken.
  private func takeAnswers(_ messages: [[UInt8]], _ window: inout RELPWindow) -> DeliveryError? {
    let ending = connection?.ending
    take()
    do throws(DeliveryError) {
      while let frame = try nextFrame() {
        let (number, answer) = try answer(frame)
        guard let index = window.take(answer, to: number) else { throw failure("it answers what was not asked") }
        if answer.code == 200, refused?.message != messages[index] { refused?.areOthersTaken = true }
      }
      return ending
    } catch {
      return error
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
    guard frame.command == "rsp", let answer = RELPAnswer(frame.data) else {
      throw failure("what it answers is no RELP")
    }
    return (frame.transaction, answer)
  }

  private func failure(_ reason: String) -> DeliveryError { .receiver(name: address.name, reason: reason) }
}
