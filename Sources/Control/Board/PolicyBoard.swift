internal import Synchronization
package import Rules

/// What the server may say of the agent and its policy without asking the thread that reads the ring. Any thread.
package final class PolicyBoard: Sendable {
  /// A policy that holds.
  package struct Outline: Sendable {
    package struct Tenant: Sendable {
      package let answer: TenantAnswer
      package let owners: [Owner]

      package init(answer: TenantAnswer, owners: [Owner]) {
        self.answer = answer
        self.owners = owners
      }
    }

    /// In all.
    package let rules: Int
    /// In the order of the policy; none without tenants.
    package let tenants: [Tenant]
    /// When it took over, nanoseconds since 1970.
    package let sinceNanoseconds: Int64

    package init(rules: Int, tenants: [Tenant], sinceNanoseconds: Int64) {
      self.rules = rules
      self.tenants = tenants
      self.sinceNanoseconds = sinceNanoseconds
    }
  }

  /// The agent, which stays as it is.
  package struct Agent: Sendable {
    package let version: String
    package let node: String
    package let kernel: String
    /// Nanoseconds since 1970.
    package let startedNanoseconds: Int64

    package init(version: String, node: String, kernel: String, startedNanoseconds: Int64) {
      self.version = version
      self.node = node
      self.kernel = kernel
      self.startedNanoseconds = startedNanoseconds
    }
  }

  package let agent: Agent
  private let current: Mutex<Outline>

  package init(agent: Agent, policy: Outline) {
    self.agent = agent
    current = Mutex(policy)
  }

  /// That holds.
  package var policy: Outline { current.withLock { $0 } }

  /// Another policy holds from here on.
  package func replace(_ policy: Outline) { current.withLock { $0 = policy } }
}
