internal import Capture
internal import Delivery

/// What a site sets in `selvage.yaml`.
struct Configuration {
  static let usualPath = "/etc/selvage/selvage.yaml"

  /// Rule files and directories.
  var rules: [String] = []
  /// The node's name in alerts; nil: the host's.
  var node: String?
  var capture = CaptureSettings()
  /// Empty: the usual ones.
  var sinks: [SinkSetting] = []
}
