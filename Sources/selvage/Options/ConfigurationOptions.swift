internal import ArgumentParser

/// Where the configuration is.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The configuration; by default \(Configuration.usualPath), if it is there.", valueName: "file"))
  var config: String?

  func configuration() throws -> Configuration { try ConfigurationReader.read(config) }
}
