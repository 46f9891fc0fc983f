/// The numbers of the .scap format (Falco, sysdig) that an import needs. All are little-endian here: a capture has the
/// byte order of the machine that wrote it, and one of the other order is refused.
enum ScapFormat {
  static let sectionHeader: UInt32 = 0x0A0D_0D0A
  static let byteOrderMagic: UInt32 = 0x1A2B_3C4D
  static let major: UInt16 = 1
  static let minors: ClosedRange<UInt16> = 0...2

  static let gzipMagic: [UInt8] = [0x1F, 0x8B]
  static let magic: [UInt8] = [0x0A, 0x0D, 0x0D, 0x0A]

  /// Type and length.
  static let blockHeaderBytes = 8
  /// The length again.
  static let blockTrailerBytes = 4
  /// An event of a kind that is imported is never larger; larger ones are passed over unread.
  static let maximumEventBytes = 128 << 10

  enum Block: Equatable {
    case section, machine
    /// The version of its entries: 1 to 9.
    case processes(Int)
    /// sized: each entry begins with its length.
    case files(sized: Bool)
    case event(EventBlock)
    /// Of those that pcap-ng has as well as this format's first block.
    case packets
    /// Interfaces and users, and what later versions may add.
    case other

    init(_ type: UInt32) {
      self =
        switch type {
        case ScapFormat.sectionHeader: .section
        case 0x201, 0x8002_ABCD: .machine
        case 0x202, 0x8000_ABCD: .processes(1)
        case 0x207, 0x8013_ABCD: .processes(2)
        case 0x209, 0x8014_ABCD: .processes(3)
        case 0x210...0x215: .processes(Int(type - 0x210) + 4)
        case 0x203, 0x8001_ABCD: .files(sized: false)
        case 0x218: .files(sized: true)
        case 0x204, 0x8010_ABCD: .event(EventBlock(hasFlags: false, hasCount: false))
        case 0x208: .event(EventBlock(hasFlags: true, hasCount: false))
        case 0x216, 0x221: .event(EventBlock(hasFlags: false, hasCount: true))
        case 0x217, 0x222: .event(EventBlock(hasFlags: true, hasCount: true))
        case 1...6: .packets
        default: .other
        }
    }
  }

  /// What stands in front of an event's parameters.
  struct EventBlock: Equatable {
    /// Four bytes after the number of the CPU.
    var hasFlags: Bool
    /// The event says how many parameters it has. Older ones don't.
    var hasCount: Bool
  }
}
