internal import ArgumentParser

/// A number of bytes, as people write it: `4096`, `512K`, `100M`, `2G`.
struct ByteSize: ExpressibleByArgument, Equatable {
  let bytes: UInt64

  init(bytes: UInt64) { self.bytes = bytes }

  init?(argument: String) {
    let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
    let unit = argument.last.flatMap { units[$0] }
    guard let number = UInt64(unit == nil ? argument[...] : argument.dropLast()) else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
    guard !overflow, bytes > 0, argument.first != "+" else { return nil }
    self.bytes = bytes
  }
}
