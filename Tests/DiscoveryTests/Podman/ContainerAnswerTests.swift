@testable import Discovery
import TestSupport
import Testing

struct ContainerAnswerTests {
  /// As podman 4.3 answers, without what is not read.
  private static let podman = #"""
    {"Id":"2ce253a3","Created":"2026-11-25T02:52:33.369354783Z","Path":"/bin/sleep","Args":["60"],
     "State":{"Status":"running","Pid":77,"CgroupPath":"/libpod_parent/libpod-2ce253a3"},
     "Image":"fd17e1773ec16389f99db2e1c0c9a72ebd11004a7fd4ae80adfdfdc34626faed",
     "ImageDigest":"sha256:9ba252500c467171db45cba623e0c6f812dd16e4934b0db7ced65df8bd2f4252",
     "ImageName":"localhost:5000/team/tiny:1","Name":"c1",
     "Mounts":[{"Type":"bind","Source":"/srv","Destination":"/shared","Mode":"","RW":false,"Propagation":"rprivate"}],
     "NetworkSettings":{"IPAddress":"10.88.0.2"},
     "Config":{"Image":"localhost:5000/team/tiny:1","Labels":{"tenant":"m1","a b":"c"}},
     "HostConfig":{"Privileged":true,"PidMode":"private","IpcMode":"shareable","NetworkMode":"host"}}
    """#

  private func facts(_ json: String) throws -> [String: String] {
    let answer = try #require(ContainerAnswer(json: Array(json.utf8)))
    return Dictionary(answer.facts(type: "podman").pairs.map { ($0.name, $0.value) }) { $1 }
  }

  @Test func anAnswerBecomesFacts() throws {
    #expect(
      try facts(Self.podman) == [
        "container.type": "podman", "container.name": "c1", "container.ip": "10.88.0.2",
        "container.image": "localhost:5000/team/tiny:1", "container.image.repository": "localhost:5000/team/tiny",
        "container.image.tag": "1",
        "container.image.id": "fd17e1773ec16389f99db2e1c0c9a72ebd11004a7fd4ae80adfdfdc34626faed",
        "container.image.digest": "sha256:9ba252500c467171db45cba623e0c6f812dd16e4934b0db7ced65df8bd2f4252",
        "container.privileged": "true", "container.host_pid": "false", "container.host_ipc": "false",
        "container.host_network": "true", "container.label[tenant]": "m1", "container.label[a b]": "c",
        "container.mount.source[0]": "/srv", "container.mount.dest[0]": "/shared", "container.mount.mode[0]": "",
        "container.mount.rdwr[0]": "false", "container.mount.propagation[0]": "rprivate",
      ])
  }

  /// The program writes a list.
  @Test func aListOfOneIsAnAnswer() throws {
    #expect(try facts("[\(Self.podman)]") == facts(Self.podman))
    #expect(ContainerAnswer(json: Array("[\(Self.podman),\(Self.podman)]".utf8)) == nil)
  }

  @Test func dockersNameHasASlash() throws {
    #expect(try facts(#"{"Id":"1","Name":"/web"}"#) == ["container.type": "podman", "container.name": "web"])
  }

  @Test(arguments: ["", "{", "[]", "null", "1", "{}", #"{"Id":1}"#, #"{"Id":"1","Mounts":3}"#, "\u{0}"])
  func whatIsNoAnswerIsRefused(_ text: String) { #expect(ContainerAnswer(json: Array(text.utf8)) == nil) }

  @Test func anAnswerAboutAnotherCgroupIsNone() throws {
    let answer = try #require(ContainerAnswer(json: Array(Self.podman.utf8)))
    #expect(answer.isAbout("/libpod_parent/libpod-2ce253a3"))
    #expect(!answer.isAbout("/evil/libpod-2ce253a3"))
    #expect(!answer.isAbout("/libpod_parent/libpod-2ce253a3x"))
  }

  @Test func anAttackersLabelsAreBounded() throws {
    let labels = (0..<5000).map { "\"l\($0)\":\"\(String(repeating: "x", count: 1000))\"" }.joined(separator: ",")
    let answer = try #require(ContainerAnswer(json: Array("{\"Id\":\"1\",\"Config\":{\"Labels\":{\(labels)}}}".utf8)))
    let facts = answer.facts(type: "podman")
    #expect(facts.isCut)
    #expect(facts.pairs.count < 1025)
  }

  @Test func damagedAnswersNeverTrap() {
    let runs = Fuzzing.run(33) { random in
      let text = Fuzzing.mutated(
        Array(Self.podman.utf8), &random, pieces: ["{", "}", "[", "]", "null", "\"", "1e999", "\\u0000", ","].map { Array($0.utf8) })
      _ = ContainerAnswer(json: text)?.facts(type: "podman")
    }
    #expect(runs > 0)
  }
}
