/// What the page's script shows, as JSON. Times are nanoseconds from the trace's beginning; texts are harmless already.
struct PageData: Codable {
  struct Rule: Codable {
    let name: String
    let description: String
    /// As syslog's severities.
    let severity: UInt8
    let priority: String
    let tags: [String]
    let place: String
    let condition: String
    let count: UInt64
    let detailed: Int
    /// The steps in which it fired, each with how often.
    let steps: [[UInt32]]
  }

  struct Alert: Codable {
    let rule: Int
    let time: Int64
    let process: Int
    let id: String
    let record: String
    let event: String
    let message: String
    /// Names and values.
    let fields: [[String]]
  }

  struct Program: Codable {
    let time: Int64?
    let path: String
    let command: String
    let cwd: String
    let uid: UInt32
  }

  struct Process: Codable {
    struct Ending: Codable {
      let time: Int64
      let code: UInt32
      let signal: UInt32
      let dumped: Bool
    }

    let pid: UInt32
    let parent: Int
    let name: String
    let uid: UInt32
    let start: Int64?
    let programs: [Program]
    let programCount: Int
    /// It runs its parent's program.
    let inherits: Bool
    let end: Ending?
    let children: Int
    let endpoints: [Endpoint]
    let endpointsLeftOut: Int
  }

  struct Endpoint: Codable {
    let role: String
    let transport: String
    let local: String
    let remote: String
    let count: Int
    let outcomes: [Outcome]
    let otherOutcomes: Int
    let closed: Int
    let longest: UInt64
    let first: Int64
    let last: Int64
  }

  struct Outcome: Codable {
    let result: String
    let count: Int
  }

  /// Seconds since 1970 of the trace's beginning, and the nanoseconds after it.
  let beginSeconds: Int64
  let beginNanoseconds: Int64
  /// To the last record.
  let span: Int64
  /// Width of a step.
  let step: Int64
  let rules: [Rule]
  let alerts: [Alert]
  let processes: [Process]
}
