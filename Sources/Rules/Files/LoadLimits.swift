/// Bounds on what files may ask of those who read them. Each is far above what people write.
package struct LoadLimits: Sendable {
  package var fileBytes = 4 << 20
  /// Of all rule files that are found on disk.
  package var totalBytes = 64 << 20
  package var files = 10_000
  /// Names that are looked at in directories, whatever they name.
  package var directoryEntries = 100_000
  /// Directories within directories.
  package var directoryDepth = 32
  /// Collections within collections, in YAML. Rule files have six.
  package var nesting = 64
  /// Scalars and collections of a file.
  package var nodes = 1_000_000
  package var rules = 20_000
  /// Of one condition after its lists are put in, and of one output.
  package var conditionBytes = 64 << 10
  /// Of all conditions after their lists are put in, Sigma's values once they are encoded, and what the regular
  /// expressions in them unfold to, with 8 bytes for a step.
  package var totalConditionBytes = 16 << 20
  /// Tests and jumps of one condition after its macros are put in.
  package var operations = 65_536
  package var totalOperations = 4_000_000
  /// Sigma's correlation rules, each of which keeps events while the agent runs.
  package var correlations = 1_000
  /// Fields to group by and to count, of all correlations together, for each rule whose events they take.
  package var correlationFields = 200_000
  /// In `tenants.yaml`, and as many rulesets.
  package var tenants = 10_000
  /// Kept; more are counted.
  package var diagnostics = 1_000

  package init() {}
}
