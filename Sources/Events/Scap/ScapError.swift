/// What is wrong with a capture.
package enum ScapError: Error, Equatable, Sendable, CustomStringConvertible {
  case notACapture
  case packets
  case byteOrder
  case version(UInt16, UInt16)
  case section
  case noBlock(length: UInt32)
  case trailer(length: UInt32, trailer: UInt32)
  /// An entry goes past its block's end, or has a length that can't be.
  case content(String)
  /// Between two blocks.
  case compressedCutOff
  /// What zlib says.
  case gzip(String)

  package var description: String {
    switch self {
    case .notACapture: "compressed, but no capture of Falco or sysdig"
    case .packets: "a capture of packets (pcap-ng), not of system calls"
    case .byteOrder: "a capture written on a machine with the other byte order"
    case .version(let major, let minor):
      "a capture in version \(major).\(minor) of its format; this program reads "
        + "\(ScapFormat.major).\(ScapFormat.minors.lowerBound) to \(ScapFormat.major).\(ScapFormat.minors.upperBound)"
    case .section: "the capture's header is damaged; what follows is not read"
    case .noBlock(let length): "a block of \(length) bytes is not possible; what follows is not read"
    case .trailer(let length, let trailer):
      "a block of \(length) bytes ends with the length \(trailer); what follows is not read"
    case .content(let what): "\(what) does not fit its block; the rest of the block is skipped"
    case .compressedCutOff: "the compressed file is cut off here"
    case .gzip(let text): "the compressed file is damaged (\(text)); what follows is not read"
    }
  }
}
