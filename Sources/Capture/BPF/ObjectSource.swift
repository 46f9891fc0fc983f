internal import CBPFObjects
internal import CEvents
internal import CLibbpf
internal import Events
internal import SystemPackage

/// Opens an embedded object and makes it ready to load; more than once, when its programs are probed one by one.
protocol ObjectSource {
  func open() throws(CaptureError) -> BPFObject
}

struct ProcessObject: ObjectSource {
  private let ringBytes: UInt32
  private var settings: sv_settings

  init(_ settings: CaptureSettings) throws(CaptureError) {
    guard settings.ringBytes >= 4096, settings.ringBytes <= 1 << 30, settings.ringBytes.nonzeroBitCount == 1 else {
      throw .operation("the ring's size \(settings.ringBytes) is no power of two from 4096 to 1 GiB", .invalidArgument)
    }
    guard (0...CaptureSettings.argumentBytesCeiling).contains(settings.argumentBytes) else {
      throw .operation(
        "\(settings.argumentBytes) bytes of arguments: 0 to \(CaptureSettings.argumentBytesCeiling) can be kept",
        .invalidArgument)
    }
    ringBytes = UInt32(settings.ringBytes)
    self.settings = sv_settings()
    self.settings.args_limit = UInt32(settings.argumentBytes)
    try ProcessObject.fill(&self.settings, environmentNames: settings.environmentNames)
  }

  func open() throws(CaptureError) -> BPFObject {
    let object = try BPFObject(
      name: "process", bytes: UnsafeRawBufferPointer(start: sv_process_object.bytes, count: sv_process_object.size))
    guard bpf_map__set_max_entries(try object.map("sv_ring"), ringBytes) == 0 else {
      throw .operation("setting the ring's size", .invalidArgument)
    }
    let rodata = try object.map("process.rodata")
    guard withUnsafeBytes(of: settings, { bpf_map__set_initial_value(rodata, $0.baseAddress, $0.count) }) == 0 else {
      throw .operation("setting the programs' settings", .invalidArgument)
    }
    return object
  }

  private static func fill(_ settings: inout sv_settings, environmentNames names: [String]) throws(CaptureError) {
    guard names.count <= Int(SV_ENV_NAMES) else {
      throw .operation("\(names.count) environment variables: at most \(SV_ENV_NAMES) can be kept", .invalidArgument)
    }
    for (index, name) in names.enumerated() {
      let bytes = Array(name.utf8)
      guard !bytes.isEmpty, bytes.count <= Int(SV_ENV_NAME_SIZE) - 2, !bytes.contains(UInt8(ascii: "=")) else {
        throw .operation(
          "environment variable \(name.debugDescription): 1 to \(SV_ENV_NAME_SIZE - 2) bytes without '='",
          .invalidArgument)
      }
      withUnsafeMutableBytes(of: &settings.env_length) { $0[index] = UInt8(bytes.count + 1) }
      withUnsafeMutableBytes(of: &settings.env_first) { $0[Int(bytes[0])] = 1 }
      withUnsafeMutableBytes(of: &settings.env_name) { names in
        let start = index * Int(SV_ENV_NAME_SIZE)
        names[start..<start + bytes.count].copyBytes(from: bytes)
        names[start + bytes.count] = UInt8(ascii: "=")
      }
    }
  }
}

/// An object that writes to maps of the process object.
struct SharingObject: ObjectSource {
  let name: String
  let object: sv_object
  /// Those maps, by name.
  let shared: [(name: String, map: OpaquePointer)]

  static func socket(_ shared: [(name: String, map: OpaquePointer)]) -> SharingObject {
    SharingObject(name: "socket", object: sv_socket_object, shared: shared)
  }

  static func cgroup(_ shared: [(name: String, map: OpaquePointer)]) -> SharingObject {
    SharingObject(name: "cgroup", object: sv_cgroup_object, shared: shared)
  }

  func open() throws(CaptureError) -> BPFObject {
    let object = try BPFObject(
      name: name, bytes: UnsafeRawBufferPointer(start: self.object.bytes, count: self.object.size))
    for (name, map) in shared {
      guard bpf_map__reuse_fd(try object.map(name), bpf_map__fd(map)) == 0 else {
        throw .operation("sharing the map \(name)", Errno.current)
      }
    }
    return object
  }
}
