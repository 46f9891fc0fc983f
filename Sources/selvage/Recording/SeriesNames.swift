internal import ArgumentParser
internal import Events
internal import Glibc

/// Names of a series' files: of `traces/night.trace`, `traces/night-20261124T081500Z.trace`, and `-2` and on where a
/// second has more than one.
struct SeriesNames {
  private let folder: String
  private let stem: String
  private let ending: String

  /// The longest run of files that one second may have.
  private static let mostASecond = 1000
  private static let timeBytes = 16  // 20261124T081500Z

  init(_ path: String) {
    let slash = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    folder = String(path[..<slash])
    let name = path[slash...]
    let dot = name.lastIndex(of: ".").flatMap { $0 == name.startIndex ? nil : $0 } ?? name.endIndex
    stem = String(name[..<dot])
    ending = String(name[dot...])
  }

  /// As people are shown it.
  var pattern: String { EscapedText.escaped("\(folder)\(stem)-*\(ending)".utf8, limit: 4096) }

  private var directory: String { folder.isEmpty ? "." : folder }

  /// - Throws: ``ExitStatus/refused``, after it said why.
  func check() throws {
    guard access(directory, W_OK | X_OK) != 0 else { return }
    let number = errno
    Console.say(
      "selvage: no file can be made in \(EscapedText.escaped(directory.utf8, limit: 4096)): \(String(cString: strerror(number)))")
    throw ExitStatus.refused
  }

  /// A new file, of a name that no file has.
  func create() throws -> Recorder {
    let time = CivilTime(nanosecondsSince1970: KernelClock.wall).formatted(fractionDigits: 0)
      .filter { $0 != "-" && $0 != ":" }
    var path = "\(folder)\(stem)-\(time)\(ending)"
    var number = 1
    var file = stat()
    while lstat(path, &file) == 0, number < Self.mostASecond {
      number += 1
      path = "\(folder)\(stem)-\(time)-\(number)\(ending)"
    }
    // Made between the look and now by another: an error like any.
    return try Recorder(path: path, overwrites: false)
  }

  /// Files of earlier runs, oldest first.
  func existing() -> [(path: String, bytes: UInt64)] {
    guard let stream = opendir(directory) else { return [] }
    defer { closedir(stream) }
    var found: [(order: Order, path: String, bytes: UInt64)] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      var file = stat()
      guard let order = order(of: name), lstat(folder + name, &file) == 0, file.st_mode & S_IFMT == S_IFREG,
        file.st_uid == geteuid(), (try? TraceReader(path: folder + name)) != nil
      else { continue }
      found.append((order, folder + name, UInt64(max(0, file.st_size))))
    }
    return found.sorted { $0.order < $1.order }.map { ($0.path, $0.bytes) }
  }

  private struct Order: Comparable {
    let time: String
    let number: Int

    static func < (a: Order, b: Order) -> Bool { a.time == b.time ? a.number < b.number : a.time < b.time }
  }

  /// nil: the name is none of this series.
  private func order(of name: String) -> Order? {
    guard name.hasPrefix("\(stem)-"), name.hasSuffix(ending), name.utf8.count > stem.utf8.count + ending.utf8.count
    else { return nil }
    let middle = name.dropFirst(stem.count + 1).dropLast(ending.count)
    let time = middle.prefix(Self.timeBytes)
    let shape = time.map { $0.isASCII && $0.isNumber ? "0" : String($0) }.joined()
    guard shape == "00000000T000000Z" else { return nil }
    let rest = middle.dropFirst(Self.timeBytes)
    if rest.isEmpty { return Order(time: String(time), number: 1) }
    guard rest.first == "-", let number = Int(rest.dropFirst()), (2...Self.mostASecond).contains(number) else { return nil }
    return Order(time: String(time), number: number)
  }
}
