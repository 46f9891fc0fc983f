import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

extension KernelTests {
  /// Arguments, environment, script and interpreter of an exec.
  @Suite struct ExecArgumentTests {
    /// `cat -` with arguments that come to `bytes` in all, each of `size` bytes with its NUL; the last takes the rest.
    private func cat(bytes: Int, size: Int = 100) throws -> (child: Child, expected: [UInt8]) {
      var arguments = ["/bin/cat", "-"].map { Array($0.utf8) }
      var left = bytes - arguments.reduce(0) { $0 + $1.count + 1 }
      var letter = UInt8(ascii: "a")
      while left > 0 {
        let length = min(left, size) - 1
        arguments.append([UInt8](repeating: letter, count: length))
        letter = letter == UInt8(ascii: "z") ? UInt8(ascii: "a") : letter + 1
        left -= length + 1
      }
      return (try Child("/bin/cat", Array(arguments.dropFirst())), Array(arguments.map { $0 + [0] }.joined()))
    }

    @Test(arguments: [3000, 4095, 4096])
    func listWithinTheLimitIsWhole(_ bytes: Int) throws {
      let recording = try Recording()
      let (child, expected) = try cat(bytes: bytes)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(expected.count == bytes)
      #expect(image.argBytes == expected)
      #expect(image.fixed.args_total == UInt32(bytes))
      #expect(image.fixed.args_count == UInt32(expected.count { $0 == 0 }))
      #expect(!image.has(SV_PROCESS_ARGS_TRUNCATED) && !image.has(SV_PROCESS_ARGS_UNREADABLE))
      #expect(try readWholeFile("/proc/\(child.pid)/cmdline", limit: 1 << 20) == image.argBytes)
    }

    @Test(arguments: [4097, 100_000])
    func longerListIsCutAndSaysSo(_ bytes: Int) throws {
      let recording = try Recording()
      let (child, expected) = try cat(bytes: bytes)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.argBytes == Array(expected.prefix(4096)))
      #expect(image.fixed.args_total == UInt32(bytes))
      #expect(image.fixed.args_count == UInt32(expected.count { $0 == 0 }))
      #expect(image.has(SV_PROCESS_ARGS_TRUNCATED))
    }

    @Test func oneLongArgument() throws {
      let recording = try Recording()
      let (child, expected) = try cat(bytes: 100_000, size: 100_000)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.argBytes == Array(expected.prefix(4096)))
      #expect(image.fixed.args_count == 3)
      #expect(image.has(SV_PROCESS_ARGS_TRUNCATED))
    }

    @Test(arguments: [0, 1, 100, CaptureSettings.argumentBytesCeiling])
    func limitIsTheSetting(_ limit: Int) throws {
      let sensors = try Sensors(settings: CaptureSettings(argumentBytes: limit), hierarchy: .current())
      let recording = try Recording(sensors)
      let (child, expected) = try cat(bytes: 13_000)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.argBytes == Array(expected.prefix(limit)))
      #expect(image.fixed.args_total == 13_000)
      #expect(image.has(SV_PROCESS_ARGS_TRUNCATED))
      #expect(!image.has(SV_PROCESS_ARGS_UNREADABLE))
    }

    @Test func emptyArguments() throws {
      let recording = try Recording()
      let child = try Child("/bin/cat", "-", "", "", "x")
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.arguments == ["/bin/cat", "-", "", "", "x"])
    }

    @Test func aNameThatIsNotThePath() throws {
      let recording = try Recording()
      let child = try Child("/bin/cat", [Array("-".utf8)], name: "[kthreadd]")
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.arguments == ["[kthreadd]", "-"])
      #expect(image.exe == "/usr/bin/cat" || image.exe == "/bin/cat")
    }

    // MARK: - Environment

    @Test func environmentKeepsWhatWasAskedFor() throws {
      let recording = try Recording()
      let environment = [
        "A=1", "LD_PRELOAD=", "SECRET=hunter2", "LD_PRELOADED=x", "LD_LIBRARY_PATH=/tmp/\u{e9}", "XLD_AUDIT=1", "LD",
        "", "BASH_ENV=/tmp/rc",
      ]
      let child = try Child("/bin/cat", "-", environment: environment)
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.environment == ["LD_PRELOAD=", "LD_LIBRARY_PATH=/tmp/\u{e9}", "BASH_ENV=/tmp/rc"])
      #expect(!image.has(SV_PROCESS_ENV_TRUNCATED))
    }

    @Test func environmentAfterManyVariables() throws {
      let recording = try Recording()
      let many = (0..<1000).map { "V\($0)=\(String(repeating: "v", count: 50))" }
      let child = try Child("/bin/cat", "-", environment: many + ["LD_PRELOAD=/tmp/late.so"])
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.environment == ["LD_PRELOAD=/tmp/late.so"])
      #expect(!image.has(SV_PROCESS_ENV_TRUNCATED))
    }

    @Test func environmentPastTheBoundSaysSo() throws {
      let recording = try Recording()
      let many = (0..<1100).map { "V\($0)=v" }
      let child = try Child("/bin/cat", "-", environment: ["LD_AUDIT=/a"] + many + ["LD_PRELOAD=/tmp/late.so"])
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.environment == ["LD_AUDIT=/a"])
      #expect(image.has(SV_PROCESS_ENV_TRUNCATED))

      let long = "LD_PRELOAD=" + String(repeating: "p", count: 5000)
      let other = try Child("/bin/cat", "-", environment: [long])
      let cut = try recording.exec(of: other.pid, comm: "cat")
      #expect(cut.environment == [String(long.prefix(Int(SV_ENV_MAX)))])
      #expect(cut.has(SV_PROCESS_ENV_TRUNCATED))
    }

    @Test func noEnvironmentAtAll() throws {
      let recording = try Recording()
      let child = try Child("/bin/cat", "-", environment: [])
      let image = try recording.exec(of: child.pid, comm: "cat")
      #expect(image.environment == [])
      #expect(!image.has(SV_PROCESS_ENV_TRUNCATED))
    }

    // MARK: - Scripts

    @Test func scriptAndInterpreter() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let script = "\(directory.path)/script"
      _ = try Child(script: "printf '#!/bin/sh -eu\\nexec cat -\\n' > \(script); chmod 755 \(script)").finish()
      let child = try Child(script, "argument")
      let image = try recording.exec(of: child.pid, comm: "script")
      #expect(image.has(SV_PROCESS_SCRIPT))
      #expect(image.script == script)
      #expect(image.interpreter == "/bin/sh")
      #expect(image.arguments == ["/bin/sh", "-eu", script, "argument"])
      #expect(image.fixed.args_count == 4)
      #expect(try image.fixed.inode == inode("/bin/sh"))
      let cat = try recording.exec(of: child.pid, comm: "cat")
      #expect(!cat.has(SV_PROCESS_SCRIPT))
    }

    @Test func scriptRunByAScript() throws {
      let recording = try Recording()
      let directory = try TestDirectory()
      let path = directory.path
      _ = try Child(
        script: """
          printf '#!/bin/sh\\nexec cat -\\n' > \(path)/inner; printf '#!\(path)/inner\\n' > \(path)/outer
          chmod 755 \(path)/inner \(path)/outer
          """
      ).finish()
      let child = try Child("\(path)/outer")
      let image = try recording.exec(of: child.pid, comm: "outer")
      #expect(image.script == "\(path)/outer")
      #expect(image.interpreter == "/bin/sh")
      #expect(image.arguments == ["/bin/sh", "\(path)/inner", "\(path)/outer"])
    }
  }
}
