/// A process of the records: an id may be used again.
struct ScapProcessID: Equatable {
  var pid: UInt32 = 0
  var startNanoseconds: UInt64 = 0
}
