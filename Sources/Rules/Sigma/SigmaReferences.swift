internal import Events

/// The documents that correlations may refer to, by name and id.
struct SigmaReferences {
  /// What became of a document.
  enum Target {
    /// By index in the policy.
    case rule(Int, SigmaLogSource)
    /// By number among the correlations that were read.
    case correlation(Int)
    /// Not run; that is said in the log.
    case leftOut
    /// Wrong; that is said in the log.
    case malformed
  }

  private let documents: [SigmaDocument]
  private let files: [SourceFile]
  /// By name or id, numbers of documents.
  private var numbers: [String: [Int]] = [:]
  /// By document; nil: it was not read.
  private(set) var targets: [Target?]

  init(_ documents: [SigmaDocument], files: [SourceFile]) {
    self.documents = documents
    self.files = files
    targets = [Target?](repeating: nil, count: documents.count)
    for (number, document) in documents.enumerated() {
      for key in Set([document.name, document.id]) where !key.isEmpty { numbers[key, default: []].append(number) }
    }
  }

  mutating func set(_ target: Target, of document: Int) { targets[document] = target }

  func file(of document: Int) -> Int { documents[document].file }

  /// The document of that name or id: the one of the same file, if several have it.
  func document(_ name: SigmaCorrelation.Name, from file: Int) throws(SigmaError) -> Int {
    let found = numbers[name.text] ?? []
    guard found.count > 1 else {
      if let first = found.first { return first }
      throw SigmaError(
        at: name.offset, "unknown rule \(DisplayText.quoted(name.text))",
        hint: documents.contains { $0.title == name.text }
          ? "that is a title: rules are referred to by their 'name' or 'id'"
          : NearestName.hint(name.text, among: numbers.keys.sorted()) ?? "a rule's 'name' or 'id' is expected")
    }
    let near = found.filter { documents[$0].file == file }
    if near.count == 1 { return near[0] }
    let places = (near.isEmpty ? found : near).map { number in
      "\(files[documents[number].file].location(at: documents[number].node.start))"
    }
    throw SigmaError(
      at: name.offset, "\(places.count) rules have the name or id \(DisplayText.quoted(name.text))",
      hint: "they begin at \(places.shortList)")
  }
}
