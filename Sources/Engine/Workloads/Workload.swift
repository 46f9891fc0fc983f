import Events

/// What is known of a workload by its place alone. Its facts hang on its cgroup, and on those above.
struct Workload {
  /// A text of it.
  enum Text { case id, cgroup, containerID, podUID, job, step }

  private(set) var kind = WorkloadKind.host
  private(set) var runtime: ContainerRuntime?
  /// No cgroup below it is another workload.
  private(set) var isWhole = false
  /// Its topmost cgroup; -1: gone, or of the host.
  var cgroup: Int32 = -1
  /// Cgroups that belong to it; 0: it is none.
  var cgroups = 0
  /// Its latest mount namespace, the first of a list.
  var firstSighting: Int32 = -1
  var sightings = 0
  /// When its mounts changed, or it was made: a number of the table's changes.
  var changed: UInt64 = 0
  /// When it was made: a number of the table's changes, which no other that had its index has.
  var made: UInt64 = 0
  /// As of the table's change ``checked``.
  var version: UInt64 = 0
  var identity = Identity.unsaid
  var checked: UInt64 = .max
  /// Of it: that rules were tried on, and that fired some.
  var events: UInt64 = 0
  var alerts: UInt64 = 0

  private var bytes: [UInt8] = []
  private var id = ProcessImage.Part()
  private var path = ProcessImage.Part()
  private var containerID = ProcessImage.Part()
  private var podUID = ProcessImage.Part()
  private var job = ProcessImage.Part()
  private var step = ProcessImage.Part()

  /// The one of all processes that are in no other.
  static var host: Workload {
    var host = Workload()
    host.bytes = Array("host/".utf8)
    host.id = ProcessImage.Part(start: 0, end: 4, isPresent: true)
    host.path = ProcessImage.Part(start: 4, end: 5, isPresent: true)
    return host
  }

  /// - Parameter path: the names down to its cgroup.
  mutating func fill(_ found: CgroupWorkload, cgroup: Int32, path names: some Sequence<Substring>) {
    kind = found.kind
    runtime = found.runtime
    isWhole = found.isWhole
    self.cgroup = cgroup
    cgroups = 0
    firstSighting = -1
    sightings = 0
    checked = .max
    events = 0
    alerts = 0
    bytes.removeAll(keepingCapacity: true)
    id = store(found.id)
    containerID = store(found.containerID)
    podUID = store(found.podUID)
    job = store(found.job)
    step = store(found.step)
    let start = bytes.count
    for name in names {
      bytes.append(UInt8(ascii: "/"))
      bytes.append(contentsOf: name.utf8)
    }
    path = ProcessImage.Part(start: UInt32(start), end: UInt32(bytes.count), isPresent: true)
  }

  private mutating func store(_ text: String?) -> ProcessImage.Part {
    guard let text else { return ProcessImage.Part() }
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    return ProcessImage.Part(start: UInt32(start), end: UInt32(bytes.count), isPresent: true)
  }

  /// Lends it. nil: absent.
  func withText<Result>(_ text: Text, _ body: (RawSpan) -> Result) -> Result? {
    let part =
      switch text {
      case .id: id
      case .cgroup: path
      case .containerID: containerID
      case .podUID: podUID
      case .job: job
      case .step: step
      }
    guard part.isPresent else { return nil }
    return body(bytes.span.bytes.extracting(Int(part.start)..<Int(part.end)))
  }
}
