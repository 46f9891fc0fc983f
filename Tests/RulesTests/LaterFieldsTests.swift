import Events
import Testing

@testable import Rules

struct LaterFieldsTests {
  @Test func noFieldThatThereIs() {
    for field in FieldTable.all { #expect(!LaterFields.contains(field.name), "\(field.name)") }
  }

  @Test(arguments: ["user.name", "evt.arg.flags", "container.image.repository", "tenant.name", "k8s.pod.label.app"])
  func areNamed(name: String) {
    #expect(failure("proc.pid = 1 and \(name) = x") == "1:18 the field '\(name)' is not supported yet")
    let output = load(ruleFile("proc.pid = 1", output: "by %\(name)."))
    #expect(output.errors.map(\.message) == ["the field '\(name)' is not supported yet"])
  }

  @Test func othersAreUnknown() {
    #expect(failure("user.nmae = x").hasPrefix("1:1 unknown field 'user.nmae'"))
    #expect(failure("no.such = x") == "1:1 unknown field 'no.such'; `selvage fields` lists the fields")
  }
}
