internal import ArgumentParser
internal import Events

/// Kinds of event by the names that rules have for them: `execve,connect`.
struct KindList: ExpressibleByArgument {
  let kinds: EventKinds

  init?(argument: String) {
    let known = EventKinds.all.kinds
    var kinds: EventKinds = []
    for name in argument.split(separator: ",", omittingEmptySubsequences: false) {
      guard let kind = known.first(where: { $0.ruleNames.contains(String(name)) || "\($0)" == name }) else { return nil }
      kinds.formUnion(EventKinds(kind))
    }
    self.kinds = kinds
  }

  static var allValueStrings: [String] { EventKinds.all.kinds.map(\.name) }
}
