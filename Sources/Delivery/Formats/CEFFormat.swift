package import Engine
internal import Events
internal import Glibc
internal import Rules

/// An alert in ArcSight's Common Event Format, version 0 (CEF Implementation Standard, version 25): a header of seven
/// parts between bars, then `key=value` pairs. Values have at most the bytes that the standard's dictionary allows.
///
/// What the dictionary has no key for stands in custom strings and numbers with their labels, or under keys of our own,
/// `Selvage` and the field's name in capitalised parts: `container.image` is `SelvageContainerImage`.
package enum CEFFormat {
  private static let longestKey = 60

  /// - Parameter limit: see ``AlertFormat/line(for:place:limit:)``.
  package static func line(for alert: Alert, place: Place?, limit: Int = .max) -> [UInt8] {
    AlertExcerpt.fit(alert, place, limit: limit) { excerpt in
      var line = Line(isTruncated: excerpt.isTruncated)
      write(excerpt, to: &line)
      return line.finished
    }
  }

  private static func write(_ excerpt: AlertExcerpt, to line: inout Line) {
    let alert = excerpt.alert
    line.header(Product.name, limit: 63)  // vendor
    line.header(Product.name, limit: 63)  // product
    line.header(Product.version, limit: 31)
    line.header(excerpt.text(alert.rule), limit: 1023)  // the class of the event, by which receivers sort
    line.header(excerpt.text(alert.ruleDescription.isEmpty ? alert.rule : alert.ruleDescription), limit: 512)
    line.header(String(severity(alert.priority)), limit: 2)

    var fields = FieldPlacement(excerpt)
    // Milliseconds since 1970, rounded down.
    let (milliseconds, rest) = alert.timestampNanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    line.add("rt", String(rest < 0 ? milliseconds - 1 : milliseconds))
    line.add("dvchost", excerpt.text(alert.node), limit: 100)
    line.add("act", excerpt.text(alert.event), limit: 63)
    line.add("cat", excerpt.tags.joined(separator: ","), limit: 1023)
    line.add("externalId", excerpt.place.map { String($0.sequence) })
    line.add("cs1", label: "id", excerpt.id)
    line.add("cs2", label: "tenant", alert.tenant.map(excerpt.text))
    line.add("cs6", label: "series", excerpt.place?.series)
    line.add("cn1", label: "record", String(alert.recordNumber))
    line.add("cn2", label: "prev", excerpt.place.map { String($0.previous) })

    line.add("spid", fields.integer("proc.pid").map(String.init))
    line.add("sproc", fields.text("proc.name"), limit: 1023)
    line.add("suid", fields.integer("user.uid").map(String.init))
    line.add("suser", fields.text("slurm.user"), limit: 1023)
    line.add("filePath", fields.text("proc.exepath"), limit: 1023)
    line.add("cs3", label: "command line", fields.text("proc.cmdline"))
    line.add("cs4", label: "workload", fields.text("workload.name"))
    line.add("cs5", label: "container image", fields.text("container.image"))
    line.add("src", fields.address("fd.cip", AF_INET))
    line.add("c6a2", label: "Source IPv6 Address", fields.address("fd.cip", AF_INET6))
    line.add("spt", fields.port("fd.cport").map(String.init))
    line.add("dst", fields.address("fd.sip", AF_INET))
    line.add("c6a3", label: "Destination IPv6 Address", fields.address("fd.sip", AF_INET6))
    line.add("dpt", fields.port("fd.sport").map(String.init))
    line.add("proto", fields.text("fd.l4proto"), limit: 31)
    line.add("outcome", fields.text("evt.res"), limit: 63)
    line.add("msg", excerpt.text(alert.message), limit: 1023)

    line.add("SelvageIdentity", alert.identity?.name)
    var keys = UniqueNames(limit: longestKey, separator: "")
    _ = keys.unused("SelvageIdentity")
    _ = keys.unused("SelvageTruncated")
    for field in fields.rest { line.add(keys.unused(key(field.name)), excerpt.text(field.value.text), limit: 4000) }
  }

  /// 0 to 3 is low, 4 to 6 medium, 7 and 8 high, 9 and 10 very high.
  private static func severity(_ priority: Priority) -> Int {
    switch priority {
    case .emergency: 10
    case .alert: 9
    case .critical: 8
    case .error: 7
    case .warning: 5
    case .notice: 3
    case .informational: 1
    case .debug: 0
    }
  }

  /// Letters and digits only.
  private static func key(_ field: String) -> String {
    var key = "Selvage"
    var begins = true
    for scalar in field.unicodeScalars {
      guard scalar.isASCII, scalar.properties.isAlphabetic || scalar.properties.numericType != nil else {
        begins = true
        continue
      }
      key += begins ? scalar.properties.uppercaseMapping : String(scalar)
      begins = false
    }
    return key
  }

  private struct Line {
    private var bytes = Array("CEF:0|".utf8)
    private var isFirst = true
    private var isTruncated: Bool

    init(isTruncated: Bool) { self.isTruncated = isTruncated }

    var finished: [UInt8] {
      var line = self
      if isTruncated { line.add("SelvageTruncated", "true") }
      return line.bytes
    }

    /// A part of the header; readers take an empty one for an error.
    mutating func header(_ text: String, limit: Int) {
      bytes.append(harmless: within(limit, text.isEmpty ? "-" : text), escaping: "|\\")
      bytes.append("|")
    }

    /// Nothing is added for nil and for an empty value.
    mutating func add(_ key: String, _ value: String?, limit: Int = 1023) {
      guard let value, !value.isEmpty else { return }
      if !isFirst { bytes.append(" ") }
      isFirst = false
      bytes.append(contentsOf: key.utf8)
      bytes.append("=")
      bytes.append(harmless: within(limit, value), escaping: "=\\")
    }

    /// One of the custom strings, numbers or addresses, and what it is.
    mutating func add(_ key: String, label: String, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      add(key, value, limit: 4000)
      add("\(key)Label", label)
    }

    private mutating func within(_ limit: Int, _ text: String) -> String {
      var shown: [UInt8] = []
      shown.append(harmless: text)
      guard shown.count > limit else { return text }
      isTruncated = true
      shown = []
      shown.append(harmless: text, limit: limit - 3)  // and the ellipsis
      return String(decoding: shown, as: UTF8.self)
    }
  }
}
