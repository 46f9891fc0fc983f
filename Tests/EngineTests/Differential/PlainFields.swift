import CEvents
import Events
import Glibc
import Rules

/// What fields hold.
extension PlainEvaluator {
  /// The processes that a comparison is made for: of any ancestor's field each ancestor, else one.
  func tried(_ reference: FieldReference, _ event: PlainEvent) -> [Int] {
    guard case .ancestors = reference.field.description.cardinality else { return [event.process] }
    var chain: [Int] = []
    var next: Int? = event.process
    while let index = next {
      chain.append(index)
      next = processes[index].parent
    }
    if case .index(let index) = reference.argument { return index < chain.count ? [chain[index]] : [] }
    return Array(chain.dropFirst())
  }

  /// nil: absent.
  ///
  /// - Parameter tried: the ancestor that a field of ancestors without an index is asked of.
  func text(_ reference: FieldReference, _ event: PlainEvent, of tried: Int) -> [UInt8]? {
    let process = processes[event.process].bytes
    let parent = processes[event.process].parent.map { processes[$0].bytes }
    let ancestor = ancestor(reference, event, of: tried)?.bytes
    switch reference.field {
    case .eventTime: return Array(Self.time(event.wallNanoseconds).utf8)
    case .eventType: return Array(Self.name(of: event.kind).utf8)
    case .eventResult: return Array(Self.name(ofError: event.isSocket ? event.result : 0).utf8)
    case .eventHostname: return Array("node1".utf8)
    case .processName: return process.comm
    case .processExe: return process.exe
    case .processExePath: return process.exePath
    case .processArgs: return process.args
    case .processCommandLine: return process.commandLine
    case .processExeLine: return process.exeLine
    case .processTTY: return processes[event.process].tty.map { Array($0.utf8) }
    case .parentName: return parent?.comm
    case .parentExe: return parent?.exe
    case .parentExePath: return parent?.exePath
    case .parentCommandLine: return parent?.commandLine
    case .parentExeLine: return parent?.exeLine
    case .ancestorName: return ancestor?.comm
    case .ancestorExe: return ancestor?.exe
    case .ancestorExePath: return ancestor?.exePath
    case .ancestorCommandLine: return ancestor?.commandLine
    case .processEnvironment:
      guard case .key(let name) = reference.argument else { preconditionFailure("not generated: \(reference.name)") }
      return processes[event.process].env[String(decoding: name, as: UTF8.self)].map { Array($0.utf8) }
    case .fdName:
      let ends = [event.client, event.server].compactMap { $0?.textWithPort }
      return ends.isEmpty ? nil : Array(ends.joined(separator: "->").utf8)
    case .fdType: return event.isSocket ? Array((event.local?.bytes.count == 16 ? "ipv6" : "ipv4").utf8) : nil
    case .fdProtocol: return event.isSocket ? Array(Self.name(ofTransport: event.transport).utf8) : nil
    case .workloadKind: return known(event) { $0.kind }
    case .workloadID: return known(event) { $0.id }
    case .containerID: return known(event) { $0.containerID }
    case .imageRepository, .podLabel, .namespaceName:
      return known(event) { workload in workload.facts.first { $0.name == reference.name }?.value }
    default: preconditionFailure("not generated: \(reference.name)")
    }
  }

  private func known(_ event: PlainEvent, _ text: (PlainPlace) -> String?) -> [UInt8]? {
    guard let workload = event.workload, workload.isKnown else { return nil }
    return text(workload).map { Array($0.utf8) }
  }

  /// Of a field with several.
  func values(_ field: Field, _ event: PlainEvent) -> [[UInt8]] {
    guard event.workload?.isKnown == true else { return [] }
    switch field {
    case .mountTargets: return event.mounts.map { Array($0.target.utf8) }
    case .mountFileSystems: return event.mounts.map { Array($0.fileSystem.utf8) }
    default: preconditionFailure("not generated: \(field)")
    }
  }

  /// Of the process whose command line the field shows, those after the first; nil: absent.
  func arguments(_ reference: FieldReference, _ event: PlainEvent, of tried: Int) -> [[UInt8]]? {
    switch reference.field {
    case .processArgs, .processCommandLine, .processExeLine: processes[event.process].bytes.arguments
    case .parentCommandLine, .parentExeLine: processes[event.process].parent.map { processes[$0].bytes.arguments }
    case .ancestorCommandLine: ancestor(reference, event, of: tried)?.bytes.arguments
    default: preconditionFailure("not generated: \(reference.name)")
    }
  }

  /// nil: absent.
  func number(_ reference: FieldReference, _ event: PlainEvent, of tried: Int) -> Int64? {
    let process = processes[event.process]
    switch reference.field {
    case .eventNumber: return Int64(event.number)
    case .eventRawTime: return event.wallNanoseconds
    case .eventRawResult: return event.isSocket ? Int64(event.result) : 0
    case .processID: return Int64(process.pid)
    case .parentID: return Int64(process.parent.map { processes[$0].pid } ?? 99)
    case .sessionID: return Int64(process.session)
    case .ancestorID: return ancestor(reference, event, of: tried).map { Int64($0.pid) }
    case .processArgumentCount: return Int64(process.args.count - 1)
    case .processCommandLength: return Int64(process.bytes.args.count)
    case .userID: return Int64(event.uid)
    case .exitCode: return event.kind == .exit ? Int64(event.exitCode) : nil
    case .exitSignal: return event.kind == .exit ? Int64(event.exitSignal) : nil
    case .serverPort, .clientPort, .localPort, .remotePort: return ports(reference.field, event).first
    default: preconditionFailure("not generated: \(reference.name)")
    }
  }

  /// nil: absent.
  func boolean(_ field: Field, _ event: PlainEvent) -> Bool? {
    let process = processes[event.process]
    func flag(_ bit: UInt32) -> Bool? { process.flags.map { $0 & bit != 0 } }
    switch field {
    case .isServer: return event.isSocket ? event.isServer : nil
    case .isSessionLeader: return process.session == process.pid
    case .isMemfd: return flag(SV_PROCESS_MEMFD)
    case .isUnlinked: return flag(SV_PROCESS_UNLINKED)
    case .isUpperLayer: return flag(SV_PROCESS_UPPER_LAYER)
    case .isLowerLayer: return flag(SV_PROCESS_LOWER_LAYER)
    case .isExeWritable: return flag(SV_PROCESS_WRITABLE)
    case .isSetUID: return flag(SV_PROCESS_SETUID)
    case .isSetGID: return flag(SV_PROCESS_SETGID)
    default: preconditionFailure("not generated: \(field)")
    }
  }

  func ports(_ field: Field, _ event: PlainEvent) -> [Int64] {
    ends(field, event).map { Int64($0.port) }.filter { $0 != 0 }
  }

  func ends(_ field: Field, _ event: PlainEvent) -> [PlainEvent.End] {
    let ends: [PlainEvent.End?] =
      switch field {
      case .fdIP, .fdNet, .fdPort: [event.local, event.remote]
      case .serverIP, .serverNet, .serverPort: [event.server]
      case .clientIP, .clientNet, .clientPort: [event.client]
      case .localIP, .localNet, .localPort: [event.local]
      case .remoteIP, .remoteNet, .remotePort: [event.remote]
      default: preconditionFailure("not generated: \(field)")
      }
    return ends.compactMap { $0 }
  }

  private func ancestor(_ reference: FieldReference, _ event: PlainEvent, of tried: Int) -> PlainProcess? {
    guard case .ancestors = reference.field.description.cardinality else { return nil }
    if case .none = reference.argument { return processes[tried] }
    return self.tried(reference, event).first.map { processes[$0] }
  }

  private static func time(_ nanoseconds: Int64) -> String {
    var seconds = time_t(nanoseconds / 1_000_000_000)
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 64)
    let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
    let digits = String(nanoseconds % 1_000_000_000)
    let written = String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return written + "." + String(repeating: "0", count: 9 - digits.count) + digits + "Z"
  }

  private static func name(of kind: EventKind) -> String {
    switch kind {
    case .exec: "execve"
    case .exit: "procexit"
    case .send: "sendto"
    default: "\(kind)"
    }
  }

  private static func name(ofTransport number: UInt16) -> String {
    switch number {
    case 6, 262: "tcp"
    case 17: "udp"
    default: String(number)
    }
  }

  private static func name(ofError number: Int32) -> String {
    switch number {
    case 0: "SUCCESS"
    case -111: "ECONNREFUSED"
    case -115: "EINPROGRESS"
    default: String(-number)
    }
  }
}
