import CEvents
import Glibc
import TestSupport
import Testing

@testable import Events

/// Real captures of Falco and sysdig, where they lie beside the project. What is expected of sockets is what sysdig 0.29
/// prints of them.
@Suite(.enabled(if: Corpus.isHere("scap"), "no captures at \(Corpus.path("scap"))"))
struct ScapCorpusTests {
  private func read(_ name: String) throws -> Imported {
    let imported = try Imported(path: "\(Corpus.path("scap"))/\(name).scap")
    #expect(imported.summary.isWhole, "\(imported.summary)")
    #expect(imported.counts.accounted == imported.counts.events, "\(imported.counts)")
    #expect(imported.counts.malformed == 0 && imported.counts.unknown == 0 && imported.counts.refused == 0)
    return imported
  }

  /// `sysdig proc.name=cat` while cat read a file.
  @Test func catWrite() throws {
    let cat = try read("cat_write")
    #expect(cat.counts.version == "1.0" && cat.counts.isCompressed && cat.counts.events == 345)
    #expect(cat.counts.records == [.stream: 1, .task: 40, .exec: 1, .exit: 1])
    #expect(cat.counts.notCarried == [
      "procinfo": 260, "mmap": 10, "close": 6, "syscall": 6, "fstat": 5, "open": 4, "access": 3, "brk": 3, "munmap": 2, "read": 2,
    ])
    let exec = try #require(cat.images(.exec).first)
    #expect(string(exec.comm) == "cat")
    #expect(cat.texts(.exec)?.args.hasPrefix("cat|") == true)
    #expect(cat.texts(.exec)?.cwd.hasPrefix("/") == true)
    // August 4th, 2016, 16:17:57 UTC
    #expect(exec.header.time_ns + UInt64(cat.stream?.clockOffsetNanoseconds ?? 0) > 1_470_327_475_000_000_000)
    #expect(cat.stream?.node == "ubuntu")
    #expect(cat.all(.exit, sv_exit()).first?.header.pid == exec.header.pid)
  }

  /// A connect to port 80 of the node itself that went on after the call.
  @Test func connectLocalhost() throws {
    let local = try read("connect_localhost")
    #expect(local.counts.records == [.stream: 1, .task: 59, .connect: 1])
    let connect = try #require(local.sockets(.connect).first)
    #expect(address(connect.remote) == [127, 0, 0, 1] && connect.remote_port == 80)
    #expect(address(connect.local) == [127, 0, 0, 1] && connect.local_port == 0xB858)
    #expect((connect.family, connect.type, connect.protocol, connect.result) == (2, 1, 6, -EINPROGRESS))
    #expect(local.counts.unknownOutcomes == 1 && local.counts.unknownThreads == 1)
    #expect(local.counts.otherSockets == ["socket": 2])
    #expect(local.counts.notCarried == ["procinfo": 366])
    // This version of the list has the programs' paths.
    #expect(local.records.indices.contains { local.texts(.task, $0)?.exe == "/usr/bin/sysdig" })
  }

  /// curl -6: a thread of it asks the name server, then it connects to port 80, and is told so by the first send.
  @Test func curlGoogle() throws {
    let curl = try read("curl_google")
    #expect(curl.counts.records == [.stream: 1, .task: 31, .exec: 1, .exit: 1, .connect: 2, .connected: 1, .close: 1])
    #expect(curl.texts(.exec)?.args == "curl|-6|http://www.google.com|")
    #expect(curl.texts(.exec)?.cwd == "/home/ubuntu")
    let exec = try #require(curl.images(.exec).first)
    // The shell that started it is in the list of processes.
    #expect(exec.header.pid == 17497 && exec.parent_pid == 3200)
    // Its user is told later, when it makes a thread.
    #expect(exec.uid == .max && curl.sockets(.connect).allSatisfy { $0.uid == 1000 })
    let connects = curl.sockets(.connect)
    #expect(connects.map(\.remote_port) == [53, 80])
    #expect(connects.map(\.protocol) == [17, 6])
    #expect(connects.allSatisfy { $0.header.pid == 17497 && $0.family == 10 && string($0.comm) == "curl" })
    #expect(connects.map(\.header.tid) == [17498, 17497])
    #expect(address(connects[1].remote, 16) == [0x26, 0x07, 0xF8, 0xB0, 0x40, 0x04, 0x08, 0x02, 0, 0, 0, 0, 0, 0, 0x20, 0x04])
    #expect(curl.sockets(.connected).first?.cookie == connects[1].cookie)
    #expect(curl.sockets(.close).first?.cookie == connects[1].cookie)
    #expect(curl.counts.failed.isEmpty && curl.counts.otherSockets == ["connect": 2, "socket": 2])
    #expect(curl.counts.notCarried["mmap"] == 110 && curl.counts.notCarried["open"] == 48)
  }

  /// One of this format's latest: plain, with users and groups, and no event that records have.
  @Test func sample() throws {
    let sample = try read("sample")
    #expect(sample.counts.version == "1.2" && !sample.counts.isCompressed && sample.counts.events == 572)
    #expect(sample.counts.records == [.stream: 1, .task: 38])
    #expect(sample.stream?.node == "ubuntu2204.localdomain")
    #expect(sample.counts.notCarried["switch"] == 228 && sample.counts.notCarried["groupadded"] == 61)
    let names = Set(sample.images(.task).map { string($0.comm) })
    #expect(names.isSuperset(of: ["systemd", "sshd", "bash", "top", "sudo", "sysdig"]), "\(names)")
    // The machine had run for a while: the clock is that of its start.
    #expect(Int64(sample.images(.task)[0].header.time_ns) + (sample.stream?.clockOffsetNanoseconds ?? 0) == 1_690_557_262_753_607_000)
    #expect(sample.images(.task).contains { $0.inode != 0 && string($0.tty).hasPrefix("pts") })
  }

  /// netcat to netcat over IPv6, both ends in the capture.
  @Test func singleIPv6Connection() throws {
    let ipv6 = try read("single_ipv6_conn")
    #expect(ipv6.counts.version == "1.2" && ipv6.counts.events == 1728)
    #expect(ipv6.counts.records == [.stream: 1, .task: 44, .bind: 2, .listen: 1, .connect: 1, .accept: 1])
    let server: [UInt8] = [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3]
    let client = server.dropLast() + [4]
    let accept = try #require(ipv6.sockets(.accept).first)
    #expect(address(accept.local, 16) == server && address(accept.remote, 16) == Array(client))
    #expect((accept.local_port, accept.remote_port, accept.header.pid) == (1234, 0xD485, 25886))
    let connect = try #require(ipv6.sockets(.connect).first)
    #expect(address(connect.remote, 16) == server && address(connect.local, 16) == Array(client))
    #expect((connect.remote_port, connect.local_port, connect.header.pid) == (1234, 0xD485, 25888))
    #expect(ipv6.sockets(.listen).first?.local_port == 1234)
    #expect(ipv6.counts.unknownOutcomes == 1 && ipv6.counts.unknownThreads == 2)
  }

  /// A capture's records in a trace and in lines of JSON are the same records.
  @Test(arguments: ["cat_write", "connect_localhost", "curl_google", "sample", "single_ipv6_conn"])
  func convertedAndBack(name: String) throws {
    let imported = try read(name)
    let (bytes, _) = try TraceBytes.trace(imported.records)
    let folder = try TemporaryFolder()
    let read = try Delivered(path: folder.write(bytes))
    #expect(read.records == imported.records && read.numbers == imported.numbers)
  }
}
