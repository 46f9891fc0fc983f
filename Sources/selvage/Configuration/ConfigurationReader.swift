internal import Rules
struct ConfigurationReader { static func read(_ path: String?) throws -> Configuration { Configuration() } }
