import Events

extension WorkloadTable {
  /// A fact, for people.
  struct Fact {
    /// As rules write it: `k8s.pod.label[app]`.
    let name: [UInt8]
    let value: [UInt8]
    let source: FactSource
    /// CLOCK_BOOTTIME, of the record that told it.
    let timeNanoseconds: UInt64
  }

  /// Id of the workload's topmost cgroup; nil: it is gone, or the workload is the host.
  func cgroup(of workload: Int32) -> UInt64? {
    guard workload >= 0, case let slot = workloads[workload].cgroup, slot >= 0 else { return nil }
    return cgroups[slot].id
  }

  /// All that sources say of a workload, the nearest first; what one says that a nearer one says otherwise is among it.
  /// Takes memory.
  func facts(of workload: Int32) -> [Fact] {
    guard workload >= 0 else { return [] }
    var all: [Fact] = []
    var slot = workloads[workload].cgroup
    while slot >= 0 {
      var set = cgroups[slot].facts
      while set >= 0 {
        let texts = sets[set].bytes.split(separator: 0, omittingEmptySubsequences: false)
        for index in stride(from: 0, to: texts.count - 1, by: 2) {
          all.append(
            Fact(
              name: Array(texts[index]), value: Array(texts[index + 1]), source: sets[set].source,
              timeNanoseconds: sets[set].timeNanoseconds))
        }
        set = sets[set].next
      }
      slot = cgroups[slot].parent
    }
    return all
  }

  /// The mounts of a workload, as ``anyMount(_:of:_:)`` gives them. Takes memory.
  func mounts(of workload: Int32) -> [MountsRecord.Mount] {
    func all(_ part: MountTable.Part) -> [[UInt8]] {
      var texts: [[UInt8]] = []
      _ = anyMount(part, of: workload) { text in
        texts.append(text.withUnsafeBytes { Array($0) })
        return false
      }
      return texts
    }
    let (sources, targets, types, options) = (all(.source), all(.target), all(.fileSystem), all(.options))
    return sources.indices.map { index in
      MountsRecord.Mount(source: sources[index], target: targets[index], fileSystem: types[index], options: options[index])
    }
  }
}
