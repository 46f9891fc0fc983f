/// An object with all the programs that this kernel takes: support means that it loads here, not what a version says.
struct Loaded: ~Copyable {
  let object: BPFObject
  /// Of the others, the kernel's reason.
  let refused: [Hook: String]

  /// - Parameter hooks: those of the object's programs.
  /// - Throws: ``CaptureError`` when a hook that is ``Hook/Need/required`` is refused.
  init(_ source: some ObjectSource, hooks: [Hook]) throws(CaptureError) {
    let all = try source.open()
    // Verifying one of the large programs takes a quarter of a second: none that only stands in for another.
    all.load(only: Set(hooks.filter { Self.better(than: $0, in: hooks) == nil }.map(\.program)))
    do {
      try all.load()
      object = all
      refused = [:]
      return
    } catch {
      if case .notPermitted = error { throw error }
    }

    // One is refused, and libbpf then takes none: try each alone.
    var accepted: Set<String> = []
    var refused: [Hook: String] = [:]
    for hook in hooks {
      if let better = Self.better(than: hook, in: hooks), accepted.contains(better.program) { continue }
      do {
        let probe = try source.open()
        probe.load(only: [hook.program])
        try probe.load()
        accepted.insert(hook.program)
      } catch {
        if hook.need == .required { throw error }
        refused[hook] = "\(error)"
      }
    }
    let object = try source.open()
    object.load(only: accepted)
    try object.load()
    self.object = object
    self.refused = refused
  }

  /// The hook that `hook` stands in for where the kernel does not have it.
  private static func better(than hook: Hook, in hooks: [Hook]) -> Hook? {
    guard hook.need != .replaceable else { return nil }
    return hooks.first { $0.need == .replaceable && $0.kinds == hook.kinds }
  }
}
