import CEvents
import Testing

@testable import Events

/// Lines that people write of workloads.
struct WorkloadLineTests {
  private func lines(_ text: String) throws -> [String] { try JSONLText.read(text).records.map { try JSONLText.line($0) } }

  @Test func processesStayInTheirCgroup() throws {
    let lines = try lines("""
      {"kind":"cgroup","cgroup_id":7,"name":"/docker/x"}
      {"kind":"execve","exe":"/bin/sh","pid":10,"cgroup_id":7}
      {"kind":"connect","pid":10}
      {"kind":"clone","pid":11,"parent_pid":10}
      {"kind":"execve","exe":"/bin/ls","pid":11}
      {"kind":"execve","exe":"/bin/ls","pid":12,"parent_pid":11,"cgroup_id":8}
      {"kind":"procexit","pid":12}
      {"kind":"execve","exe":"/bin/ls","pid":13}
      """)
    let cgroups = lines.map { line in line.split(separator: "\"cgroup_id\":").last.map { String($0.prefix { $0.isNumber }) } }
    #expect(cgroups == ["7", "7", "7", "7", "7", "8", "8", "0"])
    #expect(lines[0].contains(#""pid":0"#) && lines[0].contains(#""name":"/docker/x""#))
  }

  @Test func factsAreKnownUnlessSaidOtherwise() throws {
    let lines = try lines("""
      {"kind":"execve","exe":"/bin/sh","pid":10,"cgroup_id":7}
      {"kind":"facts","cgroup_id":7,"pairs":["container.name","a"]}
      {"kind":"facts","cgroup_id":7,"source":"cri","identity":"pending","flags":["more"],"pairs":[]}
      {"kind":"mounts","ns_mnt":9,"cgroup_id":7,"flags":["seen"]}
      """)
    #expect(lines[1].contains(#""source":"pushed","identity":"known""#) && lines[1].contains(#""pid":0"#))
    #expect(lines[2].contains(#""source":"cri","identity":"pending","flags":["more"]"#))
    #expect(lines[3].contains(#""flags":["seen"]"#))
  }
}
