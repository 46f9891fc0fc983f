package import Events

/// What a site may choose about capturing.
package struct CaptureSettings: Sendable {
  /// Bytes of the ring that records wait in; a power of two and at least a page.
  package var ringBytes: Int
  /// Bytes of arguments kept per program start, 0 to ``argumentBytesCeiling``.
  package var argumentBytes: Int
  /// Names of environment variables to keep; at most 16, of at most 30 bytes each.
  package var environmentNames: [String]
  /// Kinds of socket record to send up; process records always are.
  package var kinds: EventKinds

  package init(
    ringBytes: Int = 8 << 20, argumentBytes: Int = 4096, environmentNames: [String] = Self.defaultEnvironmentNames,
    kinds: EventKinds = .all
  ) {
    self.ringBytes = ringBytes
    self.argumentBytes = argumentBytes
    self.environmentNames = environmentNames
    self.kinds = kinds
  }

  /// Variables that make a program load or run what its caller wants.
  package static let defaultEnvironmentNames = [
    "LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT", "BASH_ENV", "PYTHONPATH", "PYTHONSTARTUP", "PERL5OPT", "RUBYOPT",
    "NODE_OPTIONS", "JAVA_TOOL_OPTIONS", "GCONV_PATH", "GIT_SSH_COMMAND", "SSH_CONNECTION",
  ]
  /// - Throws: ``CaptureError`` for names that can't be kept: too many, too long, empty or with a `=`.
  package static func check(environmentNames names: [String]) throws(CaptureError) {
    var settings = CaptureSettings()
    settings.environmentNames = names
    _ = try ProcessObject(settings)
  }

  package static let argumentBytesCeiling = 12288
}
