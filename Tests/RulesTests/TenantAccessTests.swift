import Glibc
import Testing
import TestSupport

@testable import Rules

/// Who may write a tenant's files, and what they may lead to.
@Suite(.enabled(if: geteuid() == 0, "needs root: it gives files away"))
struct TenantAccessTests {
  private static let tenants = """
    tenants:
      - {tenant: a, match: evt.hostname = a, owners: [user:4001, group:4002]}
      - {tenant: b, match: evt.hostname = b}
    """
  private let site: Site
  private var file: String { "\(site.root)/tenants/a/r.yaml" }
  private var folder: String { "\(site.root)/tenants/a" }

  init() throws {
    site = try Site(Self.tenants)
    try site.write("rules.yaml", falco("Site"))
    try site.write("tenants/a/r.yaml", falco("A"))
    try site.write("tenants/b/r.yaml", falco("B", "evt.type = execve and proc.name = b"))
  }

  /// What is wrong with the tenant's files; its rules hold if nothing is.
  private func problem(checks: Bool = true) -> String? {
    let loaded = site.load(["rules.yaml"], checksAccess: checks)
    let isWhole = loaded.policy?.names(ofTenant: "a") == ["A"]
    #expect(loaded.policy?.names(ofTenant: "b") == ["B"], "\(loaded.report)")
    #expect(isWhole == loaded.errors.isEmpty, "\(loaded.report)")
    return loaded.errors.first.map { "\($0.location.file.dropFirst(site.root.utf8.count + 1)): \($0.message)" }
  }

  private func give(_ path: String, _ user: UInt32, _ group: UInt32, _ mode: UInt32) {
    #expect(lchown(path, user, group) == 0)
    #expect(chmod(path, mode) == 0)
  }

  @Test func rootAndOwnersMayWrite() {
    #expect(problem() == nil)
    give(folder, 4001, 4002, 0o2770)
    give(file, 4001, 4002, 0o660)
    #expect(problem() == nil)
    give(file, 0, 4002, 0o664)
    #expect(problem() == nil)
    // Of a user whom the node doesn't know, nobody can say that he is a member of the group.
    give(file, 4003, 4002, 0o640)
    #expect(problem() == "tenants/a/r.yaml: it belongs to the user 4003")
  }

  @Test func othersMayNot() {
    give(file, 5000, 0, 0o600)
    #expect(problem() == "tenants/a/r.yaml: it belongs to the user 5000")
    #expect(problem(checks: false) == nil)
    give(file, 0, 0, 0o602)
    #expect(problem() == "tenants/a/r.yaml: anybody may write it")
    give(file, 0, 5000, 0o660)
    #expect(problem() == "tenants/a/r.yaml: the group 5000 may write it")
    give(file, 0, 0, 0o644)
    // Who may write the folder may put another file there.
    give(folder, 5000, 0, 0o755)
    #expect(problem() == "tenants/a: it belongs to the user 5000")
    give(folder, 0, 0, 0o777)
    #expect(problem() == "tenants/a: anybody may write it")
    give(folder, 0, 0, 0o755)
    #expect(problem() == nil)
  }

  @Test func membersOfAnOwningGroupMayWrite() throws {
    // A user and the group that the node's accounts put him in.
    let member = try #require((1...65_000).lazy.compactMap { id in Accounts.groups(ofUser: id).first.map { (id, $0) } }.first)
    try site.write("tenants.yaml", Self.tenants.replacing("group:4002", with: "group:\(member.1)"))
    give(file, member.0, 0, 0o600)
    #expect(problem() == nil)
    try site.write("tenants.yaml", Self.tenants)
    #expect(problem() == "tenants/a/r.yaml: it belongs to the user \(member.0)")
  }

  @Test func linksStayInTheFolder() throws {
    func link(_ target: String, _ name: String = "l.yaml") -> String? {
      unlink("\(folder)/\(name)")
      #expect(symlink(target, "\(folder)/\(name)") == 0)
      return problem()
    }
    unlink(file)
    try site.write("tenants/a/.data/v1/real.yaml", falco("A"))
    // As mounts of configurations in Kubernetes are.
    #expect(symlink("v1", "\(folder)/.data/now") == 0)
    #expect(link(".data/now/real.yaml") == nil)
    #expect(link("./.data/v1/../now/real.yaml") == nil)
    let out = "tenants/a/l.yaml: the link leads out of the tenant's folder"
    for target in [
      "\(site.root)/rules.yaml", "../b/r.yaml", "/etc/passwd", "\(folder)/.data/v1/real.yaml", ".data/../../b/r.yaml",
      "../a/.data/v1/real.yaml", ".data/now/../../../b/r.yaml",
    ] { #expect(link(target) == out, "\(target)") }
    #expect(symlink("../..", "\(folder)/.data/up") == 0)
    #expect(link(".data/up/b/r.yaml") == out)
    #expect(link("l.yaml") == "tenants/a/l.yaml: the link leads to too many others")
    #expect(link("none.yaml") == "tenants/a/l.yaml: can't read it: No such file or directory")
    #expect(link(".data") == "tenants/a/l.yaml: it is no regular file")
    // Whoever may write what a link leads through decides as well.
    give("\(folder)/.data/v1", 5000, 0, 0o755)
    #expect(link(".data/now/real.yaml") == "tenants/a/l.yaml: it belongs to the user 5000")
  }

  @Test func theFolderIsOne() throws {
    #expect(rename(folder, "\(site.root)/elsewhere") == 0)
    #expect(symlink("../elsewhere", folder) == 0)
    #expect(problem() == "tenants/a: it is no folder, and a link to one is none")
  }

  @Test func whatIsNoFileIsRefused() throws {
    unlink(file)
    mkfifo(file, 0o600)
    #expect(problem() == "tenants/a/r.yaml: it is no regular file")
    unlink(file)
    // A name for a file that its maker may not have been able to read.
    let secret = try site.write("secret", "token: abc\n")
    #expect(Glibc.link(secret, file) == 0)
    #expect(problem() == "tenants/a/r.yaml: it is root's, and has another name somewhere")
  }

  @Test func namesAreBounded() throws {
    for number in 0..<10_050 { try site.write("tenants/a/n\(number)", "") }
    #expect(problem() == "tenants/a: can't read it, or more than 10000 names are in the tenant's folder")
  }

  @Test func theSitesFilesAreRootsAlone() throws {
    func warned() -> [String] {
      let loaded = site.load(["rules.yaml"], checksAccess: true)
      #expect(loaded.policy != nil)
      return site.said(loaded).map { String($0.prefix { $0 != ";" }) }
    }
    #expect(warned() == [])
    give("\(site.root)/rules.yaml", 0, 5000, 0o664)
    give("\(site.root)/tenants.yaml", 5000, 0, 0o644)
    give("\(site.root)/tenants", 0, 0, 0o1777)
    #expect(
      warned() == [
        "tenants.yaml:1:1 warning: it belongs to the user 5000, and with it what holds for everybody",
        "rules.yaml:1:1 warning: the group 5000 may write it, and with it what holds for everybody",
        "tenants:1:1 warning: anybody may write it, and can put one tenant's folder in another's place",
      ])
    #expect(site.load(["rules.yaml"]).diagnostics.isEmpty)
  }

  @Test func ownersAreKnownByNameAndNumber() {
    #expect(Accounts.user(.name("root")) == 0 && Accounts.group(.name("root")) == 0)
    #expect(Accounts.user(.id(7)) == 7 && Accounts.group(.id(7)) == 7)
    #expect(Accounts.user(.name("nobody-of-this-name")) == nil && Accounts.group(.name("nobody-of-this-name")) == nil)
    #expect(Accounts.groups(ofUser: 0).contains(0))
    #expect(Accounts.groups(ofUser: 4_000_000_000).isEmpty)
    #expect(Owner("user:a b") == nil && Owner("user:") == nil && Owner("group:x:y") == nil && Owner("x") == nil)
    #expect(Owner("group:0")?.text == "group:0" && Owner("user:alice")?.text == "user:alice")
  }
}
