@testable import Discovery
import Testing

struct ImageNameTests {
  @Test(arguments: [
    ("busybox", "busybox", nil, nil), ("busybox:1.36", "busybox", "1.36", nil),
    ("registry:5000/team/portal", "registry:5000/team/portal", nil, nil),
    ("registry:5000/team/portal:v1", "registry:5000/team/portal", "v1", nil),
    ("docker.io/library/a:1@sha256:00", "docker.io/library/a", "1", "sha256:00"), ("", "", nil, nil), (":", "", "", nil),
    ("@", "", nil, ""),
  ])
  func namesHaveParts(_ name: String, _ repository: String, _ tag: String?, _ digest: String?) {
    let parts = ImageName(name)
    #expect(parts.repository == repository)
    #expect(parts.tag == tag)
    #expect(parts.digest == digest)
  }

  @Test func idsAreDigests() {
    let id = String(repeating: "a1", count: 32)
    #expect(ImageName.id(id) == id)
    #expect(ImageName.id("sha256:" + id) == id)
    #expect(ImageName.id("sha256:" + id.uppercased()) == nil)
    #expect(ImageName.id("busybox") == nil)
    #expect(ImageName.id("") == nil)
  }
}
