import Capture
import Glibc
import Testing

/// The tests that load the programs into the running kernel. One at a time: each looks at the whole node's events.
@Suite(
  .serialized, .timeLimit(.minutes(10)),
  .enabled(if: geteuid() == 0, "loading programs into the kernel needs root"),
  .enabled(if: (try? CgroupHierarchy.current()) != nil, "no cgroup2 hierarchy is mounted"))
enum KernelTests {}
