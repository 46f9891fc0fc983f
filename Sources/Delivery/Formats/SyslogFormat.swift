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
  package static let smallestPayloadLimit = 2048

  private static let longestName = 32
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Of alerts whose tenant has none of its own.
  package let facility: SyslogFacility
  /// nil: PROCID is `-`.
  package let processID: Int32?

  /// The text of the message, which then has the alert's id, place and tenant as its only structured data. nil: the
  /// rule's output is the text, all else is structured data.
  package let payload: AlertFormat?

  package init(facility: SyslogFacility, processID: Int32?, payload: AlertFormat? = nil) {
    self.facility = facility
    self.processID = processID
    self.payload = payload
  }

  /// Room for the header and for what identifies the alert, however long its parts are.
  package var smallestLimit: Int { payload == nil ? Self.smallestLimit : Self.smallestPayloadLimit }

  /// The message, cut where it is longer than `limit` octets as ``AlertExcerpt`` says; its first element, or the payload,
  /// then says that it is truncated.
  ///
  /// - Parameters:
  ///   - place: nil: it is not numbered.
  ///   - limit: octets; taken for ``smallestLimit`` where it is less.
  package func message(for outgoing: OutgoingAlert, limit: Int) -> [UInt8] {
    message(for: outgoing.alert, place: outgoing.place, limit: limit)
  }

  package func message(for alert: Alert, place: Place? = nil, limit: Int) -> [UInt8] {
    let header = header(for: alert)
    let limit = max(limit, smallestLimit)
    guard let payload else { return AlertExcerpt.fit(alert, place, limit: limit) { header + structured($0) } }
    // MSG-ANY (6.4): what it is, the receiver knows, and a byte order mark would not be JSON's.
    let start = header + Self.identification(alert, place) + [UInt8(ascii: " ")]
    return start + payload.line(for: alert, place: place, limit: limit - start.count)
  }

  /// Of a payload, which says all of it: what a relay goes by that does not read it.
  private static func identification(_ alert: Alert, _ place: Place?) -> [UInt8] {
    var element: [UInt8] = []
    element.append("[alert@32473")
    append("id", alert.id, limit: AlertExcerpt.longestID, to: &element)
    append(place, to: &element)
    if let tenant = alert.tenant { append("tenant", tenant, limit: AlertExcerpt.shortText, to: &element) }
    element.append("]")
    return element
  }

  /// Structured data and text.
  private func structured(_ excerpt: AlertExcerpt) -> [UInt8] {
    let alert = excerpt.alert
    var message: [UInt8] = []
    message.append("[alert@32473")
    Self.append("id", excerpt.id, to: &message)
    Self.append("rule", excerpt.text(alert.rule), to: &message)
    Self.append("priority", alert.priority.name, to: &message)
    Self.append("record", String(alert.recordNumber), to: &message)
    Self.append(excerpt.place, to: &message)
    if let tenant = alert.tenant { Self.append("tenant", excerpt.text(tenant), to: &message) }
    if let identity = alert.identity { Self.append("identity", identity.name, to: &message) }
    if !alert.tags.isEmpty { Self.append("tags", excerpt.text(alert.tags.joined(separator: ",")), to: &message) }
    if excerpt.isTruncated { Self.append("truncated", "true", to: &message) }
    message.append("]")

    if !excerpt.fields.isEmpty {
      message.append("[event@32473")
      var names = UniqueNames(limit: Self.longestName)
      for field in excerpt.fields {
        Self.append(names.unused(Self.parameterName(field.name)), excerpt.text(field.value.text), to: &message)
      }
      message.append("]")
    }
    message.append(" ")
    var text: [UInt8] = []
    text.append(harmless: excerpt.text(alert.message))
    // ASCII needs no mark, and rsyslog would keep it as a part of the text; 6.4 asks for it before UTF-8.
    if text.contains(where: { $0 >= 0x80 }) { message.append(contentsOf: Self.byteOrderMark) }
    return message + text
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
  package static func parameterName(_ field: String) -> String {
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
    return name.isEmpty ? "_" : String(decoding: name.prefix(longestName), as: UTF8.self)
  }

  private static func append(_ place: Place?, to element: inout [UInt8]) {
    guard let place else { return }
    append("series", place.series, to: &element)
    append("seq", String(place.sequence), to: &element)
    append("prev", String(place.previous), to: &element)
  }

  /// A blank, and name and value.
  private static func append(_ name: String, _ value: String, limit: Int = .max, to element: inout [UInt8]) {
    element.append(" ")
    element.append(contentsOf: name.utf8)
    element.append("=\"")
    element.append(harmless: value, escaping: "\"\\]", limit: limit)
    element.append("\"")
  }
}
