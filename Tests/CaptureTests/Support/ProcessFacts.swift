import Capture
import Glibc
import SystemPackage
import Testing

/// What /proc says of a process that runs.
struct ProcessFacts {
  let pid: pid_t
  /// Fields of `stat`, by their number in proc(5).
  private let stat: [Int: String]
  private let status: [String: [String]]

  init(_ pid: pid_t) throws {
    self.pid = pid
    let text = String(decoding: try readWholeFile("/proc/\(pid)/stat", limit: 65536), as: UTF8.self)
    // The name, in parentheses, may hold anything.
    let rest = text[try #require(text.lastIndex(of: ")"))...].split(whereSeparator: \.isWhitespace).dropFirst()
    stat = Dictionary(uniqueKeysWithValues: zip(3..., rest.map(String.init)))
    var status: [String: [String]] = [:]
    let lines = String(decoding: try readWholeFile("/proc/\(pid)/status", limit: 65536), as: UTF8.self)
    for line in lines.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
      status[String(words[0].dropLast())] = Array(words.dropFirst())
    }
    self.status = status
  }

  func stat(_ field: Int) throws -> UInt64 { try #require(stat[field].flatMap(UInt64.init)) }

  /// Number `index` of a line of `status`.
  func status(_ line: String, _ index: Int = 0, radix: Int = 10) throws -> UInt64 {
    try #require(status[line].flatMap { $0.count > index ? UInt64($0[index], radix: radix) : nil })
  }

  /// Start since boot, in ticks of 10 ms.
  var startTicks: UInt64 { get throws { try stat(22) } }

  /// Its name as the kernel has it, with any blanks.
  var name: String {
    get throws { String(decoding: try readWholeFile("/proc/\(pid)/comm", limit: 64).dropLast(), as: UTF8.self) }
  }

  /// Inode of a namespace: `mnt:[4026531841]` without the rest.
  func namespace(_ name: String) throws -> UInt32 {
    let target = try link("ns/\(name)")
    return try #require(UInt32(target.split(separator: "[").last?.dropLast() ?? ""))
  }

  func link(_ name: String) throws -> String {
    var buffer = [CChar](repeating: 0, count: 8192)
    let count = readlink("/proc/\(pid)/\(name)", &buffer, buffer.count)
    guard count >= 0 else { throw Errno(rawValue: errno) }
    return String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  func number(_ file: String) throws -> UInt32 {
    try #require(UInt32(String(decoding: try readWholeFile("/proc/\(pid)/\(file)", limit: 64), as: UTF8.self)))
  }
}

/// `start_ns` of a record in the ticks that /proc shows.
func ticks(_ nanoseconds: UInt64) -> UInt64 { nanoseconds / (1_000_000_000 / UInt64(sysconf(Int32(_SC_CLK_TCK)))) }
