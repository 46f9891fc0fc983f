package import Events

/// A mount table as /proc/PID/mountinfo writes it (proc(5)), read into mounts:
/// `36 35 98:0 /root /target options optional... - type source options`. Targets and sources are bytes that whoever
/// mounted chose.
package struct MountTable: Equatable, Sendable {
  package var mounts: [MountsRecord.Mount] = []
  /// There are more, which are not here.
  package var isCut = false

  package struct Limits: Sendable {
    /// Mounts of a table, and bytes of their texts.
    package var mounts: Int
    package var bytes: Int

    package init(mounts: Int = 4096, bytes: Int = 512 << 10) {
      self.mounts = mounts
      self.bytes = bytes
    }
  }

  package init() {}

  /// - Parameters:
  ///   - text: cut off or damaged, it gives the mounts of its whole lines.
  ///   - isCut: the text is not all of it.
  ///   - omitted: types of file system that are left out.
  package init(mountInfo text: [UInt8], isCut: Bool = false, omitting omitted: Set<[UInt8]> = [], limits: Limits = Limits()) {
    self.isCut = isCut
    var seen: Set<MountsRecord.Mount> = []
    var bytes = 0
    for line in text.split(separator: UInt8(ascii: "\n")) {
      guard let mount = Self.mount(line), !omitted.contains(mount.fileSystem), seen.insert(mount).inserted else { continue }
      bytes += mount.source.count + mount.target.count + mount.fileSystem.count + mount.options.count
      guard mounts.count < limits.mounts, bytes <= limits.bytes else {
        self.isCut = true
        return
      }
      mounts.append(mount)
    }
  }

  /// Those of both.
  package func union(_ other: MountTable) -> MountTable {
    var union = self
    let own = Set(mounts)
    union.mounts += other.mounts.filter { !own.contains($0) }
    union.isCut = isCut || other.isCut
    return union
  }

  /// Whether both hold the same, in whatever order.
  package func isSame(as other: MountTable) -> Bool {
    self == other
      || isCut == other.isCut && mounts.count == other.mounts.count && Set(mounts) == Set(other.mounts)
  }

  private static func mount(_ line: ArraySlice<UInt8>) -> MountsRecord.Mount? {
    // An empty source stands there as nothing between two blanks.
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count >= 10, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]), dash + 3 < fields.count else {
      return nil
    }
    var options = unescaped(fields[5])
    if !fields[dash + 3].isEmpty { options += [UInt8(ascii: ",")] + unescaped(fields[dash + 3]) }
    return MountsRecord.Mount(
      source: unescaped(fields[dash + 2]), target: unescaped(fields[4]), fileSystem: unescaped(fields[dash + 1]),
      options: options)
  }

  /// The kernel writes blanks, tabs, newlines, backslashes and `#` as `\040` and so on.
  private static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    guard field.contains(UInt8(ascii: "\\")) else { return Array(field) }
    var bytes: [UInt8] = []
    var rest = field
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\\"), let code = octal(rest.prefix(3)) {
        bytes.append(code)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static func octal(_ digits: ArraySlice<UInt8>) -> UInt8? {
    guard digits.count == 3 else { return nil }
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(digit) else { return nil }
      value = value * 8 + Int(digit - UInt8(ascii: "0"))
    }
    return UInt8(exactly: value)
  }
}
