import Events
import Testing

@testable import Rules

/// Fields of workloads: names with something in brackets or behind a dot, and lists.
struct WorkloadFieldTests {
  private func predicates(_ condition: String) throws -> [Predicate] { try compile(condition).policy.predicates }

  @Test(arguments: ["k8s.pod.label[app]", "k8s.pod.label.app", "k8s.pod.label['app']"])
  func aLabelMayStandInBracketsOrBehindADot(name: String) throws {
    #expect(try predicates("\(name) = x") == [Predicate(FieldReference(.podLabel, .key(Array("app".utf8))), .equals(Array("x".utf8)))])
    let output = try #require(load(ruleFile("proc.pid = 1", output: "%\(name == "k8s.pod.label['app']" ? "k8s.pod.label[app]" : name).")).policy)
    #expect(output.rules[0].output.fields == [FieldReference(.podLabel, .key(Array("app".utf8)))])
  }

  @Test func dotsMayGoOn() throws {
    #expect(try predicates("container.label.a.b exists") == [Predicate(FieldReference(.containerLabel, .key(Array("a.b".utf8))), .exists)])
    #expect(try predicates("container.mount.dest[/proc*] != \"N/A\"").first?.field == FieldReference(.containerMountTarget, .key(Array("/proc*".utf8))))
  }

  @Test func listsAreComparedByTheirValues() throws {
    func test(_ condition: String) throws -> Predicate.Test? { try predicates("workload.mount.fstype \(condition)").first?.test }
    #expect(try test("in (a, b)") == .allIn([Array("a".utf8), Array("b".utf8)]))
    #expect(try test("intersects (a)") == .anyIn([Array("a".utf8)]))
    #expect(try test("exists") == .exists)
    #expect(try test("startswith nfs") == .startsWith(Array("nfs".utf8)))
    #expect(try test("pmatch (/a)") == .pathPrefix(PathPrefixes([Array("/a".utf8)])))
  }

  @Test(arguments: [
    ("workload.mount.fstype = nfs", "1:23 '=' can't compare a list, as 'workload.mount.fstype' is; expected one of intersects"),
    ("workload.mount.fstype < nfs", "1:23 '<' can't compare a list"),
    ("tolower(workload.mount.fstype) = nfs", "1:9 tolower() takes a text, and 'workload.mount.fstype' is a list"),
    ("workload.mount.source = val(proc.name)", "1:1 'workload.mount.source' is a list, and compares with constants only"),
    ("k8s.pod.label = x", "1:1 'k8s.pod.label' needs a name in brackets; expected as k8s.pod.label[app]"),
    ("k8s.pod.label.app[x] = x", "1:18 'k8s.pod.label.app' takes no argument in brackets"),
    ("k8s.ns.name[x] = x", "1:12 'k8s.ns.name' takes no argument in brackets"),
    ("container.labels.app = x", "1:1 unknown field 'container.labels.app'"),
  ])
  func errors(condition: String, expected: String) {
    #expect(failure(condition).hasPrefix(expected), "\(failure(condition))")
  }
}
