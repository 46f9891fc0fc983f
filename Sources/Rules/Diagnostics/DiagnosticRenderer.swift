internal import Events

/// Diagnostics as people read them on a terminal:
///
///     rules/x.yaml:12:15: error: unknown field 'proc.nmae'; did you mean 'proc.name'?
///       condition: proc.nmae = bash
///                  ^
package struct DiagnosticRenderer: Sendable {
  /// The checked files, by name.
  private let sources: [String: SourceFile]
  /// Characters of a source line that are shown, around the caret.
  private let width: Int

  package init(sources: [String: SourceFile], width: Int = 120) {
    self.sources = sources
    self.width = max(20, width)
  }

  /// The lines for one diagnostic, each ended by a newline.
  package func render(_ diagnostic: Diagnostic) -> String {
    let location = diagnostic.location
    var text = "\(DisplayText.escaped(location.file, limit: 4096)):\(location.line):\(location.column): "
    text += "\(diagnostic.severity.rawValue): \(diagnostic.message)"
    if let hint = diagnostic.hint { text += "; \(hint)" }
    text += "\n"
    if let line = sources[location.file]?.line(location.line), !line.isEmpty {
      text += excerpt(of: line, column: location.column)
    }
    return text
  }

  package func render(_ diagnostics: some Sequence<Diagnostic>) -> String {
    diagnostics.reduce(into: "") { $0 += render($1) }
  }

  /// The line, and a caret below the column.
  private func excerpt(of line: ArraySlice<UInt8>, column: Int) -> String {
    // The window starts so that the caret stands in it; the line itself may have megabytes.
    let before = max(0, column - 1)
    let start = before < width ? 0 : before - width / 2
    var shown = start > 0 ? "..." : ""
    var caret = shown.unicodeScalars.count
    var index = 0
    var scalars = String.UnicodeScalarView()
    var offset = line.startIndex
    while offset < line.endIndex, index < start {
      offset = next(after: offset, in: line)
      index += 1
    }
    scalars.append(contentsOf: String(decoding: line[offset...].prefix(width * 4), as: UTF8.self).unicodeScalars)
    for scalar in scalars.prefix(width) {
      let piece = scalar == "\t" ? " " : DisplayText.escaped(String(scalar))
      shown += piece
      if index < before { caret += piece.unicodeScalars.count }
      index += 1
    }
    if scalars.count > width { shown += "..." }
    return "  \(shown)\n  \(String(repeating: " ", count: caret))^\n"
  }

  private func next(after offset: Int, in line: ArraySlice<UInt8>) -> Int {
    var next = offset + 1
    while next < line.endIndex, line[next] & 0xC0 == 0x80 { next += 1 }
    return next
  }
}
