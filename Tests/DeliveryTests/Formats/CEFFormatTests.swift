import Delivery
import Engine
import Events
import Rules
import Testing

@Suite struct CEFFormatTests {
  private func text(_ alert: Alert, place: Place? = nil) -> String {
    String(decoding: CEFFormat.line(for: alert, place: place), as: UTF8.self)
  }

  private func read(_ alert: Alert, place: Place? = nil, limit: Int = .max) throws -> CEFLine {
    try #require(CEFLine(CEFFormat.line(for: alert, place: place, limit: limit)))
  }

  @Test func aLineHasAllParts() {
    #expect(
      text(Sample.connection, place: Sample.place) == #"""
        CEF:0|Selvage|Selvage|0.1.0|Shell by a web server|A shell that a web server started|5|rt=1795508100123 \#
        dvchost=node-1 act=connect cat=network,mitre_execution,T1059.004,T1071 externalId=7 cs1=b7d1-42-9f cs1Label=id \#
        cs2=m1 cs2Label=tenant cs6=5f0e9c1a2b3c4d5e cs6Label=series cn1=42 cn1Label=record cn2=5 cn2Label=prev spid=4711 \#
        sproc=bash suid=33 filePath=/usr/bin/bash cs3=bash -c a\=b|c cs3Label=command line cs4=web cs4Label=workload \#
        cs5=r.example/web:3 cs5Label=container image src=10.0.0.4 spt=41000 dst=203.0.113.9 dpt=443 proto=tcp \#
        outcome=EINPROGRESS msg=bash connects to 203.0.113.9 SelvageIdentity=pending SelvageProcPpid=4700 \#
        SelvageProcPname=nginx SelvageProcCwd=/srv SelvageUserLoginuid=-1 SelvageProcCgroupId=12345 \#
        SelvageFdName=10.0.0.4:41000->203.0.113.9:443 SelvageWorkloadKind=container SelvageContainerId=0123456789ab \#
        SelvageContainerName=web SelvageK8sNsName=shop SelvageK8sPodName=web-0 SelvageProcEnvLDPRELOAD=/tmp/x.so \#
        SelvageFdIsServer=false
        """#)
  }

  @Test func addressesOfVersion6HaveKeysOfTheirOwn() throws {
    let line = try read(Sample.host)
    #expect(line["src"] == nil && line["c6a2"] == "2001:db8::7" && line["c6a2Label"] == "Source IPv6 Address")
    #expect(line["dst"] == nil && line["c6a3"] == "2001:db8::1" && line["c6a3Label"] == "Destination IPv6 Address")
    #expect(line.header[6] == "8" && line["externalId"] == nil)
  }

  /// In the header a bar and a backslash, in a value an equals sign and a backslash; nothing else.
  @Test func whatEachPartAsksForIsEscaped() {
    let alert = Sample.bare("m|=\\", fields: [AlertField(name: "proc.name", value: .text("|=\\"))])
    #expect(text(alert).hasSuffix(#" sproc=|\=\\ msg=m|\=\\"#))
    #expect(text(Sample.alert(rule: "a|b=c\\d", description: "")).hasPrefix(#"CEF:0|Selvage|Selvage|0.1.0|a\|b=c\\d|a\|b=c\\d|5|"#))
  }

  @Test func anEmptyPartOfTheHeaderIsADash() throws {
    #expect(try read(Sample.alert(rule: "", description: "")).header[4...5] == ["-", "-"])
    #expect(try read(Sample.notice).header[5] == "Events lost")
  }

  /// Values are cut to what the dictionary allows, and the line says so.
  @Test func valuesHaveTheLengthsOfTheDictionary() throws {
    let long = String(repeating: "é", count: 3000)
    let line = try read(Sample.abused(long))
    for (key, limit) in [
      ("dvchost", 100), ("act", 63), ("cat", 1023), ("cs1", 4000), ("cs2", 4000), ("sproc", 1023), ("filePath", 1023),
      ("cs3", 4000), ("outcome", 63), ("msg", 1023),
    ] {
      let value = try #require(line[key])
      #expect((limit - 1...limit).contains(value.utf8.count) && value.hasSuffix("..."), "\(key)")
    }
    #expect(line.header[4].utf8.count <= 1023 && line.header[5].utf8.count <= 512)
    #expect(line["SelvageTruncated"] == "true" && line.values.last?.key == "SelvageTruncated")
    #expect(try read(Sample.connection)["SelvageTruncated"] == nil)
  }

  /// Two fields whose names have the same letters, and one without any.
  @Test func keysAreDistinct() throws {
    let line = try read(Sample.abused("\u{1F600}"))
    #expect(Set(line.values.map(\.key)).count == line.values.count)
    #expect(line["SelvageAB"] == "1" && line["SelvageAB2"] == "2" && line["SelvageAB3"] == "3" && line["Selvage"] != nil)
    // No number, no address: they keep their own names.
    #expect(line["spid"] == nil && line["SelvageProcPid"] != nil && line["SelvageFdSip"] == "2001:db8::1%eth0")
  }

  @Test func aTimeBefore1970IsRoundedDown() throws {
    let alert = Alert(
      id: "i", recordNumber: 1, timestampNanoseconds: -1, node: "n", rule: "r", ruleDescription: "", priority: .debug,
      tags: [], event: "e", message: "m", fields: [])
    #expect(try read(alert)["rt"] == "-1")
  }
}
