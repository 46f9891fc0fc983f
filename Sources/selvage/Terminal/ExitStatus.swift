internal import ArgumentParser

/// How the program ends: for scripts.
enum ExitStatus {
  /// It could not go on, or what it read was damaged.
  static let failed = ExitCode(1)
  /// What the caller gave is wrong: arguments, rules, configuration, permissions.
  static let refused = ExitCode(2)
  /// The node lacks something that is needed.
  static let unable = ExitCode(3)

  static let help = """
    Exit status: 0 all went well; 1 it could not go on, or what it read was damaged; 2 what was given is wrong \
    (arguments, rules, configuration, permissions); 3 the node lacks something that is needed.
    """
}
