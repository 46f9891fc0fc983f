package import Engine
internal import Events
package import Rules

/// An alert as a syslog message (RFC 5424).
///
/// Structured data has two elements: `alert@32473` says which alert it is, `event@32473` has the event's fields, by
/// their names as ``parameterName(_:)`` writes them. (32473 is the enterprise number that RFC 5612 sets aside for
/// documentation: the project has none of its own yet.)
package struct SyslogFormat: Sendable {
  /// The datagram that receivers should take at least (RFC 5424, 6.1).
  package static let udpLimit = 2048
  /// What IPv4 can carry.
  package static let udpLargest = 65_507
  /// Within the 8096 octets that rsyslog takes unless told otherwise (`maxMessageSize`): it cuts the rest off in
  /// silence, be it in the midst of the structured data, which then no one can read.
  package static let unixLimit = 8000
  /// Of the local socket; Linux takes more, but hardly a receiver does.
  package static let unixLargest = 65_536
  /// Over a stream: as much as anybody wants to read.
  package static let streamLargest = 1 << 20
  /// Room for the header and for what identifies the alert, however long its parts are; and what receivers take over
  /// IPv6 at least (RFC 5426, 3.2).
  package static let smallestLimit = 1180

  private static let largestID = 128
  private static let longestName = 32
  private static let smallestText = 64
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Of alerts whose tenant has none of its own.
  package let facility: SyslogFacility
  /// nil: PROCID is `-`.
  package let processID: Int32?

  package init(facility: SyslogFacility, processID: Int32?) {
    self.facility = facility
    self.processID = processID
  }

  /// The message, cut where it is longer than `limit` octets; it then says `truncated="true"` in the first element.
  ///
  /// First the longest parts go: values and texts of more than N bytes are cut to N and end in `...`, N being the
  /// greatest power of two, down to 64, by which the message fits; so an event can't hide who caused it behind a long
  /// argument. Where that does not suffice, fields are left out from the end.
  /// - Parameter limit: octets; taken for ``smallestLimit`` where it is less.
  package func message(for outgoing: OutgoingAlert, limit: Int) -> [UInt8] { message(for: outgoing.alert, limit: limit) }

  package func message(for alert: Alert, limit: Int) -> [UInt8] {
    let limit = max(limit, Self.smallestLimit)
    let header = header(for: alert)
    let whole = assemble(header, alert, textLimit: .max, limit: .max)
    if whole.message.count <= limit { return whole.message }
    // The greatest power of two below the limit: a longer text can't fit.
    var textLimit = 1 << (Int.bitWidth - 1 - (limit - 1).leadingZeroBitCount)
    while true {
      let cut = assemble(header, alert, textLimit: textLimit, limit: limit)
      if (cut.hasAllFields && cut.message.count <= limit) || textLimit <= Self.smallestText { return cut.message }
      textLimit /= 2
    }
  }

  /// - Parameter limit: octets; fields that do not fit, and those after them, are left out.
  private func assemble(
    _ header: [UInt8], _ alert: Alert, textLimit: Int, limit: Int
  ) -> (message: [UInt8], hasAllFields: Bool) {
    var text: [UInt8] = []
    text.append(harmless: alert.message, limit: textLimit)

    var message = header
    message.append("[alert@32473")
    Self.append("id", alert.id, limit: textLimit == .max ? .max : Self.largestID, to: &message)
    Self.append("rule", alert.rule, limit: textLimit, to: &message)
    Self.append("priority", alert.priority.name, limit: .max, to: &message)
    Self.append("seq", String(alert.recordNumber), limit: .max, to: &message)
    if let tenant = alert.tenant { Self.append("tenant", tenant, limit: textLimit, to: &message) }
    if let identity = alert.identity { Self.append("identity", identity.name, limit: .max, to: &message) }
    if !alert.tags.isEmpty { Self.append("tags", alert.tags.joined(separator: ","), limit: textLimit, to: &message) }
    if textLimit != .max { Self.append("truncated", "true", limit: .max, to: &message) }
    message.append("]")

    let room = limit - text.count - Self.byteOrderMark.count - " ]".utf8.count
    var hasAllFields = true
    var event: [UInt8] = []
    var names: Set<[UInt8]> = []
    for field in alert.distinctFields {
      let before = event.count
      if event.isEmpty { event.append("[event@32473") }
      Self.append(Self.unused(Self.parameterName(field.name), &names), field.value.text, limit: textLimit, to: &event)
      guard message.count + event.count <= room else {
        event.removeLast(event.count - before)
        hasAllFields = false
        break
      }
    }
    if !event.isEmpty { event.append("]") }
    message.append(contentsOf: event)

    message.append(" ")
    // ASCII needs no mark, and rsyslog would keep it as a part of the text; 6.4 asks for it before UTF-8.
    if text.contains(where: { $0 >= 0x80 }) { message.append(contentsOf: Self.byteOrderMark) }
    message.append(contentsOf: text)
    return (message, hasAllFields)
  }

  /// What the transport needs to sort by, and the blank behind it.
  private func header(for alert: Alert) -> [UInt8] {
    var header: [UInt8] = []
    header.append("<")
    header.append(number: (alert.facility ?? facility).rawValue * 8 + alert.priority.rawValue)
    header.append(">1 ")
    let time = CivilTime(nanosecondsSince1970: alert.timestampNanoseconds)
    header.append(contentsOf: time.formatted(fractionDigits: 6).utf8)
    header.append(" ")
    header.append(contentsOf: Self.printable(alert.node, limit: 255))
    header.append(" selvage ")
    if let processID { header.append(number: processID) } else { header.append("-") }
    header.append(" ")
    header.append(contentsOf: Self.printable(alert.event, limit: 32))
    header.append(" ")
    return header
  }

  /// Of the header, where only printable ASCII may stand: anything else shows as `_`. Nothing is `-`.
  private static func printable(_ text: String, limit: Int) -> [UInt8] {
    if text.isEmpty { return [UInt8(ascii: "-")] }
    return text.utf8.prefix(limit).map { (0x21...0x7E).contains($0) ? $0 : UInt8(ascii: "_") }
  }

  /// A field's name as an SD-NAME (6.3.3), 32 characters of printable ASCII at most: an argument follows a dot
  /// (`proc.env[LD_PRELOAD]` is `proc.env.LD_PRELOAD`), what is not allowed shows as `_`.
  package static func parameterName(_ field: String) -> [UInt8] {
    var name: [UInt8] = []
    let argumentEnds = field.utf8.last == UInt8(ascii: "]")
    var isInArgument = false
    for byte in argumentEnds ? field.utf8.dropLast() : field.utf8[...] {
      switch byte {
      case UInt8(ascii: "[") where argumentEnds && !isInArgument:
        isInArgument = true
        name.append(UInt8(ascii: "."))
      case UInt8(ascii: "="), UInt8(ascii: "]"), UInt8(ascii: "\""): name.append("_")
      case 0x21...0x7E: name.append(byte)
      default: name.append("_")
      }
    }
    return name.isEmpty ? [UInt8(ascii: "_")] : Array(name.prefix(longestName))
  }

  /// Two long names may be cut to the same: the second ends in `~2`, and so on.
  private static func unused(_ name: [UInt8], _ names: inout Set<[UInt8]>) -> [UInt8] {
    var candidate = name
    var number = 1
    while !names.insert(candidate).inserted {
      number += 1
      let suffix = Array("~\(number)".utf8)
      candidate = name.prefix(longestName - suffix.count) + suffix
    }
    return candidate
  }

  private static func append(_ name: StaticString, _ value: String, limit: Int, to element: inout [UInt8]) {
    append(name.withUTF8Buffer(Array.init), value, limit: limit, to: &element)
  }

  /// A blank, and name and value.
  private static func append(_ name: [UInt8], _ value: String, limit: Int, to element: inout [UInt8]) {
    element.append(" ")
    element.append(contentsOf: name)
    element.append("=\"")
    element.append(harmless: value, escaping: "\"\\]", limit: limit)
    element.append("\"")
  }
}
