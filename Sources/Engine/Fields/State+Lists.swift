import Events

extension State {
  /// Gives each text of a field that has several, until `body` returns true.
  ///
  /// - Returns: whether it did.
  func anyText(_ field: Field, _ body: (RawSpan) -> Bool) -> Bool {
    switch field {
    case .mountSources: workloads.anyMount(.source, of: event.workload, body)
    case .mountTargets: workloads.anyMount(.target, of: event.workload, body)
    case .mountFileSystems: workloads.anyMount(.fileSystem, of: event.workload, body)
    case .mountOptions: workloads.anyMount(.options, of: event.workload, body)
    default: false
    }
  }
}
