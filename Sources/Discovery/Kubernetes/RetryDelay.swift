/// How long to wait before the next try: twice as long each time, and a random part of that, so that a cluster's nodes
/// don't all come back at once.
struct RetryDelay {
  let first: Duration
  let longest: Duration
  private var next: Duration

  init(first: Duration, longest: Duration) {
    self.first = first
    self.longest = longest
    next = first
  }

  mutating func take() -> Duration {
    defer { next = min(next * 2, longest) }
    return next * Double.random(in: 0.5...1)
  }

  mutating func reset() { next = first }
}
