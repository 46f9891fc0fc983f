/// Questions about cgroups that wait for their answers, and when each is asked next: at once, and then at growing
/// distances while nobody knows the answer. Bounded; each step costs the same however many wait.
struct Questions<Subject> {
  struct Question {
    let cgroup: UInt64
    var subject: Subject
    /// How often it was asked.
    fileprivate(set) var asked = 0
    /// Another question about the same cgroup id, which is used again, is another question.
    fileprivate let number: UInt64
  }

  /// Between one asking and the next, milliseconds.
  private static var distances: [UInt64] { [0, 50, 100, 200, 400, 800, 1600, 3200, 6400, 15_000, 60_000] }

  private struct Place {
    let cgroup: UInt64
    let number: UInt64
    let due: UInt64
  }

  /// In the order of their times, as the distance of all in one is the same.
  private struct Line {
    var places: [Place] = []
    var first = 0

    mutating func append(_ place: Place) {
      if first > 64, first > places.count / 2 {
        places.removeFirst(first)
        first = 0
      }
      places.append(place)
    }
  }

  let limit: Int
  private var questions: [UInt64: Question] = [:]
  private var lines = [Line](repeating: Line(), count: Self.distances.count)
  private var numbers: UInt64 = 0

  init(limit: Int) { self.limit = limit }

  var count: Int { questions.count }

  /// - Parameter now: monotonic, nanoseconds, as all times here.
  /// - Returns: false: there are too many.
  mutating func add(_ subject: Subject, for cgroup: UInt64, now: UInt64) -> Bool {
    guard questions[cgroup] != nil || questions.count < limit else { return false }
    numbers &+= 1
    questions[cgroup] = Question(cgroup: cgroup, subject: subject, number: numbers)
    lines[0].append(Place(cgroup: cgroup, number: numbers, due: now))
    return true
  }

  mutating func remove(_ cgroup: UInt64) { questions[cgroup] = nil }

  /// It was neither answered nor removed meanwhile.
  func isOpen(_ question: Question) -> Bool { questions[question.cgroup]?.number == question.number }

  /// The next one whose time has come. It stays open, and comes no more until ``later(_:now:)``.
  mutating func next(now: UInt64) -> Question? {
    for line in lines.indices {
      skipClosed(line)
      guard let place = lines[line].places.dropFirst(lines[line].first).first, place.due <= now else { continue }
      lines[line].first += 1
      questions[place.cgroup]?.asked += 1
      return questions[place.cgroup]
    }
    return nil
  }

  /// When the next one's time comes; nil: none waits.
  mutating func due() -> UInt64? {
    var least: UInt64?
    for line in lines.indices {
      skipClosed(line)
      guard let place = lines[line].places.dropFirst(lines[line].first).first else { continue }
      least = min(least ?? .max, place.due)
    }
    return least
  }

  /// Nobody knew the answer: it is asked again, with the subject as it is now.
  mutating func later(_ question: Question, now: UInt64) {
    guard isOpen(question) else { return }
    questions[question.cgroup] = question
    let line = min(question.asked, lines.count - 1)
    let due = now &+ Self.distances[line] &* 1_000_000
    lines[line].append(Place(cgroup: question.cgroup, number: question.number, due: due))
  }

  mutating func close(_ question: Question) {
    if isOpen(question) { questions[question.cgroup] = nil }
  }

  private mutating func skipClosed(_ line: Int) {
    while lines[line].first < lines[line].places.count {
      let place = lines[line].places[lines[line].first]
      if questions[place.cgroup]?.number == place.number { return }
      lines[line].first += 1
    }
    lines[line] = Line()
  }
}
