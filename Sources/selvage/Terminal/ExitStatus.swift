internal import ArgumentParser

/// How the program ends: for scripts.
enum ExitStatus {
  /// Rules are wrong, what it read was damaged, or it could not go on.
  static let failed = ExitCode(1)
  /// What the caller gave is wrong: arguments, configuration, permissions.
  static let refused = ExitCode(2)
  /// The node lacks something that is needed.
  static let unable = ExitCode(3)

  static let help = """
    Exit status: 0 all went well; 1 rules are wrong, what was read was damaged, or it could not go on; 2 what was given \
    is wrong (arguments, configuration, permissions); 3 the node lacks something that is needed.
    """
}
