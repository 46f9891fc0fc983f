internal import Events
internal import Glibc

/// The sources on this node itself: podman, docker, and Slurm's controller by Slurm's own programs.
package enum LocalSources {
  package static func make(_ settings: DiscoverySettings, inbox: Inbox) -> [any Informant] {
    var sources: [any Informant] = []
    if settings.podman { sources.append(podman(settings, inbox)) }
    if settings.docker { sources.append(docker(settings, inbox)) }
    if settings.slurm { sources.append(slurm(settings, inbox)) }
    return sources
  }

  private static func podman(_ settings: DiscoverySettings, _ inbox: Inbox) -> QuestionDesk {
    containers(
      .podman, .podman(socket: settings.podmanSocket, arguments: settings.podmanArguments), runtimes: [.podman], inbox)
  }

  private static func docker(_ settings: DiscoverySettings, _ inbox: Inbox) -> QuestionDesk {
    containers(.docker, .docker(socket: settings.dockerSocket), runtimes: [.docker, nil], inbox)
  }

  /// - Parameter runtimes: whose containers it knows; nil: one whose cgroup does not tell.
  private static func containers(
    _ source: FactSource, _ service: ContainerService, runtimes: [ContainerRuntime?], _ inbox: Inbox
  ) -> QuestionDesk {
    var timing = QuestionDesk.Timing()
    // A container is in its engine's book before its cgroup is made: another engine's is in none.
    timing.patienceMilliseconds = 20_000
    return QuestionDesk(
      source: source, inbox: inbox, timing: timing, place: { service.way?.name },
      // A user's own podman says what that user likes, and the node's does not know the container.
      wants: { $0.part == .container && $0.workload.podUID == nil && $0.workload.userID == nil && runtimes.contains($0.workload.runtime) },
      ask: { inquiry in
        guard let id = inquiry.workload.containerID, service.way != nil else { return .nothing }
        switch service.ask(id) {
        case .failure(let reason): return .failure(reason)
        case .notFound: return .nothing
        case .answer(let answer):
          guard answer.isAbout(inquiry.path) else { return .refusal("\(inquiry.path): its container runs in another cgroup") }
          let facts = answer.facts(type: source.name)
          return .facts([
            Inbox.Facts(
              cgroup: inquiry.cgroup, source: source, identity: .known, pairs: facts.pairs, isCut: facts.isCut)
          ])
        }
      },
      probe: {
        if case .failure(let reason) = service.ask(String(repeating: "0", count: 64)) { reason } else { nil }
      })
  }

  private static func slurm(_ settings: DiscoverySettings, _ inbox: Inbox) -> QuestionDesk {
    let pushed = PushedJobs(folder: settings.slurmFolder)
    let program = settings.squeue
    let configuration = settings.slurmConfiguration
    let cache = JobCache()
    return QuestionDesk(
      source: .slurm, inbox: inbox, outlasts: true,
      place: {
        let place = [program ?? ProgramRun.find("squeue"), pushed.isHere ? pushed.folder : nil].compactMap { $0 }
        return place.isEmpty ? nil : place.joined(separator: ", ")
      },
      wants: { $0.part == .job },
      ask: { inquiry in
        guard let id = inquiry.workload.job.flatMap({ UInt32($0) }) else { return .notAsked }
        do throws(PushedJobs.Failure) {
          if let job = try pushed.job(id) { return facts(job, .pushed, inquiry) }
        } catch {
          return .refusal("\(error)")
        }
        if let job = cache.job(id) { return facts(job, .slurm, inquiry) }
        guard let program = program ?? ProgramRun.find("squeue") else { return .nothing }
        switch SlurmController(program: program, configuration: configuration).ask(id) {
        case .job(let job):
          cache.keep(job)
          return facts(job, .slurm, inquiry)
        case .notFound: return .nothing
        case .failure(let reason): return .failure(reason)
        }
      },
      probe: {
        guard let program = program ?? ProgramRun.find("squeue") else { return nil }
        if case .failure(let reason) = SlurmController(program: program, configuration: configuration).ask(1) {
          return reason
        }
        return nil
      })
  }

  private static func facts(_ job: SlurmJob, _ source: FactSource, _ inquiry: Inquiry) -> QuestionDesk.Answer {
    var facts = FactPairs()
    for (name, value) in job.pairs { facts.add(name, value) }
    return .facts([
      Inbox.Facts(cgroup: inquiry.cgroup, source: source, identity: .known, pairs: facts.pairs, isCut: facts.isCut)
    ])
  }
}
