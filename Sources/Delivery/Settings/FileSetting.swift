/// A file of JSON lines.
package struct FileSetting: Sendable, Equatable {
  /// `-` is standard output.
  package var path: String
  /// See ``FileRotation``; nil: the file is not rotated by the agent.
  package var rotateBytes: Int?
  /// Older files that are kept, from 1.
  package var keep: Int

  package static let usualKeep = 5

  package init(path: String, rotateBytes: Int? = nil, keep: Int = usualKeep) {
    self.path = path
    self.rotateBytes = rotateBytes
    self.keep = keep
  }

  var rotation: FileRotation? {
    rotateBytes.map { FileRotation(path: path, bytes: $0, keep: max(1, keep)) }
  }
}
