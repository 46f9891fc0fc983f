/// What a capture tells of an executable and its credentials, from its version 19 of the exec event on.
struct ScapImageFacts {
  var isWritable = false
  var isUpperLayer = false
  var isLowerLayer = false
  var isMemfd = false
  var inode: UInt64 = 0
  var permitted: UInt64 = 0
  var effective: UInt64 = 0
}
