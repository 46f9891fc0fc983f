internal import CEvents

/// Who says what a workload is. Raw values are `enum sv_source` of the ABI and stand in trace files.
package enum FactSource: UInt32, CaseIterable, Sendable, BitwiseCopyable {
  case cri = 1
  case podman = 2
  case docker = 3
  /// The API server.
  case kubernetes = 4
  case slurm = 5
  /// Left by the site's own scripts, as Slurm's Prolog.
  case pushed = 6

  package var name: String { JSONLNames.sources.word(of: UInt64(rawValue))?.description ?? String(rawValue) }
}

/// What is known of who a workload is. Raw values are `enum sv_identity` of the ABI.
package enum Identity: UInt32, CaseIterable, Sendable, BitwiseCopyable {
  /// Nothing is said of it.
  case unsaid = 0
  /// Who should know has not answered yet.
  case pending = 1
  case known = 2
  /// Nobody knows.
  case unknown = 3

  package var name: String { JSONLNames.identities.word(of: UInt64(rawValue))?.description ?? "unsaid" }
}
