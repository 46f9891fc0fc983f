@testable import Discovery
import Events
import Glibc
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: NodeScript.has("slurmctld", "slurmd", "munged", "cc"), "needs root, slurm-wlm, munge and gcc"))
struct SlurmTests {
  /// Two accounts, one with a name that would like to be more, and jobs that are over.
  @Test func theControllerSaysWhoseJobItIs() throws {
    let node = try NodeScript("slurm/node", """
      sbatch --wait --account=proj1 --job-name='x UserId=root(0)' -o /dev/null --wrap true
      setpriv --reuid nobody --regid nogroup --clear-groups \
        sbatch --wait --account='a|b' -o /dev/null --chdir / --wrap 'sleep 0.05'
      """)
    let path = node.folder.path

    let controller = SlurmController(program: try #require(ProgramRun.find("squeue")), configuration: "\(path)/slurm.conf")
    guard case .job(let first) = controller.ask(1), case .job(let second) = controller.ask(2) else {
      Issue.record("no answer: \(controller.ask(1)), \(controller.ask(2))")
      return
    }
    #expect(first.user == "root" && first.account == "proj1" && first.partition == "debug" && !first.nodes.isEmpty)
    #expect(second.user == "nobody" && second.account == "a|b")
    #expect(controller.ask(77) == .notFound)

    // From the job's cgroup to its facts, although the job is over.
    var settings = DiscoverySettings()
    settings.podman = false
    settings.docker = false
    settings.slurmConfiguration = "\(path)/slurm.conf"
    settings.slurmFolder = "\(path)/jobs"
    let inbox = Inbox(bell: nil)
    let desk = try #require(LocalSources.make(settings, inbox: inbox).first)
    #expect(desk.probe().state == .answers)
    let cgroup = "/system.slice/n_slurmstepd.scope/job_2"
    let workload = try #require(CgroupWorkload(path: cgroup))
    desk.appeared(Inquiry(cgroup: 9, part: .job, path: cgroup, workload: workload))
    desk.gone(9)
    var told: [Inbox.Facts] = []
    #expect(eventually {
      told += inbox.take()
      return !told.isEmpty
    })
    #expect(told.first?.source == .slurm && told.first?.identity == .known && told.first?.cgroup == 9)
    #expect(told.first?.pairs.contains { $0 == ("slurm.account", "a|b") } == true)
    desk.stop()
  }

  @Test func aControllerThatIsNotThereIsAFailure() throws {
    let folder = try TemporaryFolder()
    try folder.write("ClusterName=x\nSlurmctldHost=x(127.0.0.1)\nSlurmctldPort=1\nAuthType=auth/none\nNodeName=x\n", "slurm.conf")
    var controller = SlurmController(program: try #require(ProgramRun.find("squeue")), configuration: "\(folder.path)/slurm.conf")
    controller.timeoutMilliseconds = 500
    guard case .failure = controller.ask(1) else {
      Issue.record("\(controller.ask(1))")
      return
    }
  }
}
