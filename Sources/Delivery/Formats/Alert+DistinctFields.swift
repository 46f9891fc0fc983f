internal import Engine

extension Alert {
  /// The fields, each name once: the first of them. A name has one value for one event, and objects and structured data
  /// with a name twice are read in as many ways as there are readers.
  var distinctFields: [AlertField] {
    var seen: Set<String> = []
    return fields.filter { seen.insert($0.name).inserted }
  }
}

extension AlertField.Value {
  var text: String {
    switch self {
    case .text(let text): text
    case .integer(let number): String(number)
    case .boolean(let isTrue): isTrue ? "true" : "false"
    }
  }
}
