internal import Capture
internal import Delivery
internal import Discovery
internal import Rules

/// What a site sets in `selvage.yaml`.
struct Configuration {
  static let usualPath = "/etc/selvage/selvage.yaml"
  static let usualControlSocket = "/run/selvage/control.sock"
  static let usualRecordSocket = "/run/selvage/record.sock"

  /// Rule files and directories.
  var rules: [String] = []
  /// `tenants.yaml`; nil: there are no tenants.
  var tenants: String?
  /// The node's name in alerts; nil: the host's.
  var node: String?
  var capture = CaptureSettings()
  var discovery = DiscoverySettings()
  /// nil: alerts wait in memory.
  var spool: SpoolSettings?
  /// Empty: the usual ones.
  var sinks: [SinkSetting] = []
  /// Where `selvage record` finds the running agent.
  var recordSocket = usualRecordSocket
  /// Where commands ask the running agent.
  var controlSocket = usualControlSocket
  /// Where metrics are to be had by TCP; nil: nowhere.
  var metricsAddress: String?
  /// Who may see all, besides root.
  var staff: [Owner] = []
  var alertsKept = AlertHistory.Limits()
  /// Which alerts are held back.
  var quiet = QuietSettings()
}
