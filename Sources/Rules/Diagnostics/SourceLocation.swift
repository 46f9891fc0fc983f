/// A place in a rule file. Lines and columns count from 1; columns in Unicode scalars.
package struct SourceLocation: Hashable, Sendable, CustomStringConvertible {
  package var file: String
  package var line: Int
  package var column: Int

  package init(file: String, line: Int, column: Int) {
    self.file = file
    self.line = line
    self.column = column
  }

  /// A place that stands for the whole file.
  package static func whole(_ file: String) -> SourceLocation { SourceLocation(file: file, line: 1, column: 1) }

  package var description: String { "\(file):\(line):\(column)" }
}
