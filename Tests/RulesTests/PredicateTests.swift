import Events
import Testing

@testable import Rules

struct PredicateTests {
  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func strings() throws {
    #expect(try tests("proc.name = x") == [.equals(bytes("x"))])
    #expect(try tests("proc.name == x") == [.equals(bytes("x"))])
    #expect(try tests("proc.name != x") == [.notEquals(bytes("x"))])
    #expect(try tests("proc.name in (x, y)") == [.isIn([bytes("x"), bytes("y")])])
    #expect(try tests("proc.name intersects (x, y)") == [.isIn([bytes("x"), bytes("y")])])
    #expect(try tests("proc.args icontains 'A Bc'") == [.containsIgnoringCase(bytes("a bc"))])
    #expect(try tests("proc.name startswith x") == [.startsWith(bytes("x"))])
    #expect(try tests("proc.name glob x*") == [.glob(Glob(bytes("x*")))])
    #expect(try tests("proc.name iglob X*") == [.glob(Glob(bytes("X*"), ignoresCase: true))])
    #expect(try tests("proc.name regex x.*") == [.regex(RegularExpression(bytes("x.*")))])
    #expect(try tests("proc.exepath pmatch (/a, /b)") == [.pathPrefix(PathPrefixes([bytes("/a"), bytes("/b")]))])
    #expect(try tests("proc.name < x") == [.ordered(.less, bytes("x"))])
    #expect(try tests("proc.name exists") == [.exists])
    #expect(try tests("proc.pid = 1 or proc.name in ()") == [.equalsInteger(1)])
  }

  @Test func numbers() throws {
    #expect(try tests("proc.pid = 0x10") == [.equalsInteger(16)])
    #expect(try tests("user.loginuid != -1") == [.notEqualsInteger(-1)])
    #expect(try tests("proc.pid in (1, 2, 0x2)") == [.isInIntegers([1, 2])])
    #expect(try tests("evt.rawres >= 0") == [.orderedInteger(.greaterOrEqual, 0)])
    #expect(try tests("proc.pid = 1.5e1") == [.equalsInteger(15)])
    #expect(try tests("proc.pid in (2.0, 3E2)") == [.isInIntegers([2, 300])])
    #expect(try tests("proc.pid < 1.5") == [.orderedInteger(.lessOrEqual, 1)])
    #expect(try tests("evt.rawres > -1.5") == [.orderedInteger(.greater, -2)])
    #expect(try tests("evt.rawres >= 5e-1") == [.orderedInteger(.greater, 0)])
    #expect(try tests("proc.pid <= 1e3") == [.orderedInteger(.lessOrEqual, 1000)])
    #expect(try tests("fd.sport = https") == [.equalsInteger(443)])
    #expect(try tests("fd.port in (ssh, 80)") == [.isInIntegers([22, 80])])
    #expect(try tests("proc.is_exe_from_memfd = true") == [.equalsBoolean(true)])
    #expect(try tests("proc.is_exe_from_memfd != true") == [.notEqualsBoolean(true)])
  }

  @Test func addresses() throws {
    let network = Network(family: .v4, high: 0x0A00_0000_0000_0000, low: 0, prefixLength: 8)
    #expect(try tests("fd.snet = 10.1.2.3/8") == [.isInNetworks([network])])
    #expect(try tests("fd.net != 10.0.0.0/8") == [.isNotInNetworks([network])])
    let addresses = [
      Network(family: .v6, high: 0xFD00_0000_0000_0000, low: 1, prefixLength: 128),
      Network(family: .v4, high: 0x7F00_0001_0000_0000, low: 0, prefixLength: 32),
    ]
    #expect(try tests("fd.ip in (\"fd00::1\", 127.0.0.1)") == [.isInNetworks(addresses)])
    #expect(try tests("fd.ip = ::/0") == [.isInNetworks([Network(family: .v6, high: 0, low: 0, prefixLength: 0)])])
  }

  @Test(arguments: [
    ("proc.pid startswith 1", "1:10 'startswith' can't compare 'proc.pid', which is a number; expected one of ="),
    ("proc.pid > 1e99", "1:12 '1e99' is no whole number"),
    ("proc.pid = 1e", "1:12 '1e' is no whole number"),
    ("proc.name bcontains 41", "1:11 'bcontains' compares bytes, and no field of this version holds such"),
    ("proc.name regex a**", "1:17 this regular expression is no good: a repetition of a repetition, at its character 3"),
    ("user.name bcontains xyz", "1:21 'xyz' are no bytes in hexadecimal"),
    ("proc.pid = abc", "1:12 'abc' is no whole number"),
    ("proc.pid = 1.5", "1:12 '1.5' is no whole number"),
    ("proc.pid = 99999999999999999999", "1:12 '99999999999999999999' is no whole number"),
    ("fd.sport = 65536", "1:12 '65536' is no port; expected 0 to 65535"),
    ("fd.sport = htps", "1:12 'htps' is neither a port nor a service that we know; did you mean 'https'?"),
    ("fd.sip = 10.0.0.0/33", "1:10 '10.0.0.0/33' is neither an address nor a network"),
    ("fd.sip = 10.0.0", "1:10 '10.0.0' is neither"),
    ("fd.sip < 10.0.0.1", "1:8 '<' can't compare 'fd.sip', which is an address"),
    ("proc.is_exe_from_memfd = yes", "1:26 'proc.is_exe_from_memfd' is compared with 'yes'; expected true or false"),
    ("evt.type = excve", "1:12 unknown event type 'excve'; did you mean 'execve'?"),
    ("evt.type in (execve, opnat)", "1:22 unknown event type 'opnat'; did you mean 'openat'?"),
    ("evt.type < execve", "1:10 '<' can't compare 'evt.type'"),
    ("proc.name in shells", "1:14 unknown list 'shells'; values stand in parentheses: (a, b)"),
    ("spawned", "1:1 unknown macro 'spawned'; fields have a dot in their name"),
  ])
  func typeErrors(text: String, expected: String) {
    #expect(failure(text).hasPrefix(expected), "\(failure(text))")
  }

  @Test func allErrorsOfACondition() {
    #expect(failure("proc.pid = a and proc.pid = b or proc.nmae = c").split(separator: "\n").count == 3)
  }

  @Test func predicatesAreShared() throws {
    let (rule, policy) = try compile("proc.name = a and (proc.name = a or not proc.name = a)")
    #expect(policy.predicates.count == 1)
    #expect(rule.condition.run { _ in true })
    #expect(!rule.condition.run { _ in false })
  }

  @Test(arguments: [
    ("evt.type = execve", EventKinds(.exec)),
    ("evt.type in (execve, connect)", EventKinds([.exec, .connect])),
    ("evt.type != execve", EventKinds.all.subtracting(EventKinds(.exec))),
    ("not evt.type = execve", EventKinds.all.subtracting(EventKinds(.exec))),
    ("evt.type = execve or evt.type = connect and proc.name = a", EventKinds([.exec, .connect])),
    ("fd.sport = 22", .sockets),
    ("fd.sport != 22", .sockets),
    ("not fd.sport = 22", .all),
    ("not (not fd.sport = 22)", .sockets),
    ("not (evt.type = execve or proc.pid = 1)", EventKinds.all.subtracting(EventKinds(.exec))),
    ("not (evt.type = execve and proc.pid = 1)", .all),
    ("proc.exit_code != 0", EventKinds(.exit)),
    ("evt.type startswith exec", EventKinds(.exec)),
    ("evt.type contains accept", EventKinds(.accept)),
    ("evt.type glob send*", EventKinds(.send)),
    ("evt.type iglob SEND*", EventKinds(.send)),
    ("evt.type regex '(send|exec).*'", EventKinds([.send, .exec])),
    ("evt.type in (execve, openat)", EventKinds(.exec)),
  ])
  func kinds(text: String, expected: EventKinds) throws {
    #expect(try compile(text).rule.kinds == expected)
  }

  @Test func aRuleWithoutKindsIsLeftOut() throws {
    let loaded = load(ruleFile("evt.type in (open, openat) and fd.sport = 1"))
    let policy = try #require(loaded.policy)
    #expect(policy.rules.isEmpty)
    #expect(policy.predicates.isEmpty)
    #expect(loaded.warnings.map(\.message) == ["unsupported rule 'R': no event of this node's kinds can match"])
    #expect(loaded.counts.unsupported == 1)
  }

  @Test func programsAgreeWithTheirConditions() throws {
    let (rule, policy) = try compile("(proc.pid = 0 or not proc.pid = 1) and not (proc.pid = 2 and proc.pid = 3) or proc.pid = 4")
    #expect(policy.predicates.count == 5)
    for bits in 0..<32 {
      func holds(_ bit: Int) -> Bool { bits >> bit & 1 == 1 }
      let expected = (holds(0) || !holds(1)) && !(holds(2) && holds(3)) || holds(4)
      #expect(rule.condition.run { predicate in
        guard case .equalsInteger(let bit) = policy.predicates[predicate].test else { return false }
        return holds(Int(bit))
      } == expected)
    }
  }
}
