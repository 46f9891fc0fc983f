internal import Events
internal import Engine
internal import Glibc
internal import Rules

extension PolicyLoader {
  /// With the day that the node's clock tells: exceptions that expired don't apply.
  ///
  /// - Parameter guarding: it matters who may write the files, if root loads them: so it does to the agent.
  static func today(guarding: Bool = false) -> PolicyLoader {
    var loader = PolicyLoader(
      today: CalendarDay(nanosecondsSince1970: KernelClock.wall), checksAccess: guarding && geteuid() == 0)
    loader.reservedNames = Set(Engine.ownRules + [PolicyReload.successName, PolicyReload.refusalName])
    return loader
  }

  func load(_ files: PolicyFiles, lastGood: [String: [SourceFile]] = [:]) -> LoadResult {
    load(paths: files.rules, tenants: files.tenants, lastGood: lastGood)
  }
}
