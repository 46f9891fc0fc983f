internal import CLibbpf
internal import SystemPackage

/// A compiled object file of programs and maps: opened, then loaded into the kernel. Closing it, at the end of its
/// life, takes its programs away unless a link or a pin holds them.
struct BPFObject: ~Copyable {
  let name: String
  private let object: OpaquePointer

  /// Reads the object; nothing is in the kernel yet.
  init(name: String, bytes: UnsafeRawBufferPointer) throws(CaptureError) {
    selvage_libbpf_keep_log()
    var options = bpf_object_open_opts()
    options.sz = MemoryLayout<bpf_object_open_opts>.size
    let opened = name.withCString { name in
      options.object_name = name
      return bpf_object__open_mem(bytes.baseAddress, bytes.count, &options)
    }
    guard let opened else {
      let errno = Errno.current
      throw .program(name: name, errno, log: takeLog())
    }
    self.name = name
    object = opened
  }

  deinit { bpf_object__close(object) }

  /// Takes everything into the kernel that is set to be loaded.
  func load() throws(CaptureError) {
    let result = bpf_object__load(object)
    guard result == 0 else {
      let errno = Errno(rawValue: -result)
      let log = takeLog()
      guard errno != .notPermitted || log.contains("BEGIN PROG LOAD LOG") else {
        throw .notPermitted(what: "loading \(name)", errno)
      }
      throw .program(name: name, errno, log: log)
    }
  }

  func map(_ name: String) throws(CaptureError) -> OpaquePointer {
    guard let map = bpf_object__find_map_by_name(object, name) else {
      throw .operation("map \(name) of \(self.name)", .noSuchFileOrDirectory)
    }
    return map
  }

  func program(_ name: String) throws(CaptureError) -> OpaquePointer {
    guard let program = bpf_object__find_program_by_name(object, name) else {
      throw .operation("program \(name) of \(self.name)", .noSuchFileOrDirectory)
    }
    return program
  }

  /// Names of all its programs.
  var programNames: [String] {
    var names: [String] = []
    var program = bpf_object__next_program(object, nil)
    while let current = program {
      names.append(String(cString: bpf_program__name(current)))
      program = bpf_object__next_program(object, current)
    }
    return names
  }

  /// Before loading: which of its programs to load.
  func load(only names: Set<String>) {
    var program = bpf_object__next_program(object, nil)
    while let current = program {
      _ = bpf_program__set_autoload(current, names.contains(String(cString: bpf_program__name(current))))
      program = bpf_object__next_program(object, current)
    }
  }
}

/// libbpf's messages since the last failure, at most the last 2,000 bytes: the reason stands at the end.
func takeLog() -> String {
  let log = String(cString: selvage_libbpf_take_log())
  return String(log.suffix(2000))
}

extension Errno {
  /// The calling thread's errno; read on the line after the call that set it.
  static var current: Errno { Errno(rawValue: lastErrno()) }
}
