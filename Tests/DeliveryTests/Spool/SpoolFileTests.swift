@testable import Delivery
import Engine
import Glibc
import TestSupport
import Testing

/// Which files the spool takes, and what it says of others.
struct SpoolFileTests {
  private func refusal(_ settings: SpoolSettings) -> String {
    do {
      _ = try Spool(settings)
      return ""
    } catch {
      return error.description
    }
  }

  @Test func filesAreTheOwnersAlone() throws {
    let folder = try SpoolFolder()
    folder.settings.path = "\(folder.folder.path)/new/spool.db"
    let spool = try folder.open()
    spool.append(1...10)
    #expect(spool.settles())
    for (name, mode) in [("", 0o700 as mode_t), ("/spool.db", 0o600), ("/spool.db-wal", 0o600), ("/spool.db-shm", 0o600)] {
      var status = stat()
      #expect(stat("\(folder.folder.path)/new\(name)", &status) == 0 && status.st_mode & 0o777 == mode, "\(name)")
    }
  }

  @Test func whatOthersCouldChangeIsRefused() throws {
    let folder = try SpoolFolder()
    symlink("/etc/passwd", folder.path)
    #expect(refusal(folder.settings).contains("no plain file"))
    unlink(folder.path)
    chmod(folder.folder.path, 0o777)
    #expect(refusal(folder.settings).contains("may be written to by others"))
    chmod(folder.folder.path, 0o700)
    folder.settings.path = "spool.db"
    #expect(refusal(folder.settings).contains("absolute"))
    folder.settings.path = "\(folder.folder.path)/spool.db"
    folder.settings.maximumBytes = 1000
    #expect(refusal(folder.settings).contains("1 MiB"))
  }

  @Test func oneAgentHasIt() throws {
    let folder = try SpoolFolder()
    let spool = try folder.open()
    #expect(refusal(folder.settings).contains("another agent"))
    _ = spool.finish(timeoutMilliseconds: 10_000)
  }

  @Test func aLaterVersionIsLeftAlone() throws {
    let folder = try SpoolFolder()
    _ = try folder.open().finish(timeoutMilliseconds: 10_000)
    try folder.execute("PRAGMA user_version = 7")
    #expect(refusal(folder.settings).contains("later version of this program (7, this one knows 1)"))
    try folder.execute("PRAGMA application_id = 5")
    #expect(refusal(folder.settings).contains("of something else"))
    #expect(try folder.integer("PRAGMA user_version") == 7)
  }

  /// With the tools that everybody has.
  @Test func othersCanReadIt() throws {
    let folder = try SpoolFolder()
    let spool = try folder.open()
    spool.append(Sample.numbered(1, tenant: "m9"))
    #expect(spool.settles())
    #expect(try folder.integer("SELECT json_extract(json, '$.record') FROM alerts WHERE tenant = 'm9' AND severity = 4") == 1)
    #expect(try folder.integer("SELECT count(*) FROM alerts WHERE json LIKE '%\"rule\":\"Shell by a web server\"%'") == 1)
  }
}
