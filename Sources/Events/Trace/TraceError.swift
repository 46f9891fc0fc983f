internal import Glibc

/// Why a trace could not be written or read, and where.
package struct TraceError: Error, Equatable, Sendable, CustomStringConvertible {
  package enum Reason: Error, Equatable, Sendable {
    /// A system call failed; the number is its errno.
    case system(String, Int32)
    case zstd(String)
    case empty
    case notATrace
    case headerCutOff(Int)
    case headerSize(Int)
    case headerChecksum
    case version(UInt16)
    /// foreign: the mark reads backwards.
    case byteOrder(foreign: Bool)
    case features(UInt32)
    /// Where a block should start, none does.
    case noBlock
    case blockHeader
    case tooLarge(Int, limit: Int)
    /// The payload is no single zstd frame with a checksum and of the size that the block's header says.
    case frame
    /// The payload does not decompress; what libzstd says.
    case payload(String)
    /// The content's own header does not fit it, or not what follows.
    case content
    case record(RecordError)
    case number(UInt64, after: UInt64)
    /// In lines of JSON.
    case line(Int, column: Int, String)
    /// Of a capture.
    case scap(ScapError)
  }

  /// As the caller named it.
  package let file: String
  /// Of the header, block or line at fault, bytes from the file's start.
  package let offset: UInt64
  package let reason: Reason

  init(file: String, offset: UInt64, _ reason: Reason) {
    self.file = file
    self.offset = offset
    self.reason = reason
  }

  package var description: String {
    switch reason {
    // These concern the file as a whole: an offset would only mislead.
    case .system, .empty, .notATrace, .version, .byteOrder, .features,
      .scap(.notACapture), .scap(.packets), .scap(.byteOrder), .scap(.version):
      "\(name): \(reason)"
    case .line(let line, let column, let text): "\(name):\(line):\(column): \(text)"
    default: "\(name): at byte \(offset): \(reason)"
    }
  }

  /// File names may hold anything: control characters must not reach a terminal.
  private var name: String { EscapedText.escaped(file.utf8, limit: 4096) }
}

extension TraceError.Reason: CustomStringConvertible {
  package var description: String {
    switch self {
    case .system(let call, let number): "\(call): \(String(cString: strerror(number)))"
    case .zstd(let text): "zstd: \(text)"
    case .empty: "the file is empty"
    case .notATrace: "neither a Selvage trace, nor lines of JSON, nor a capture (.scap)"
    case .headerCutOff(let count): "the file is cut off within its header, after \(count) bytes"
    case .headerSize(let size): "a header of \(size) bytes is not possible"
    case .headerChecksum: "the file's header is damaged"
    case .version(let version):
      version > TraceFormat.version
        ? "written in version \(version) of the format, this program reads version \(TraceFormat.version): use a newer selvage"
        : "version \(version) of the format does not exist"
    case .byteOrder(let foreign):
      foreign ? "written on a machine with the other byte order" : "the byte-order mark is damaged"
    case .features(let bits):
      "uses features (0x\(String(bits, radix: 16))) that this program does not know: use a newer selvage"
    case .noBlock: "no block starts here; what follows is not read"
    case .blockHeader: "the block's header is damaged; what follows is not read"
    case .tooLarge(let size, let limit): "the block says it has \(size) bytes, the limit is \(limit); the block is skipped"
    case .frame: "the block's payload is not what its header says; the block is skipped"
    case .payload(let text): "the block is damaged (\(text)) and skipped"
    case .content: "the block's content does not fit its summary; the rest of the block is skipped"
    case .record(let error): "\(error); the rest of the block is skipped"
    case .number(let number, let last): "record \(number) follows record \(last); the rest of the block is skipped"
    case .line(_, _, let text): text
    case .scap(let error): "\(error)"
    }
  }
}
