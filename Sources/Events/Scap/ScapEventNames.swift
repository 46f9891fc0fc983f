/// What a capture's events are called, to say which of them were not carried over.
///
/// The number of an event is twice its place here, plus one if it tells the end of the call. Several numbers have the
/// same name: versions of one event.
enum ScapEventNames {
  static func name(_ type: UInt16) -> String? {
    let place = Int(type / 2)
    return all.indices.contains(place) ? all[place] : nil
  }

  /// Tells no call but something that happened: it has no second half.
  static func isSingle(_ type: UInt16) -> Bool { name(type).map { happenings.contains($0) } ?? false }

  /// What kind of thing the event is about, for a summary.
  static func subject(_ name: String) -> String {
    if files.contains(name) { return "file" }
    if data.contains(name) { return "data" }
    if memory.contains(name) { return "memory" }
    if waits.contains(name) { return "waiting" }
    if happenings.contains(name) { return "capture's own" }
    return "other"
  }

  private static func words(_ text: String) -> [String] { text.split { $0 == " " || $0 == "\n" }.map(String.init) }

  private static let files = Set(words(
    """
    open openat openat2 open_by_handle_at creat stat lstat fstat stat64 lstat64 fstat64 newfstatat lseek llseek getcwd
    chdir fchdir mkdir mkdirat rmdir link linkat unlink unlinkat rename renameat renameat2 symlink symlinkat access
    chmod fchmod fchmodat chown lchown fchown fchownat mknod mknodat mount umount umount2 chroot getdents getdents64
    flock fcntl quotactl inotify_init inotify_init1 fsconfig
    """))
  private static let data = Set(words(
    """
    read write pread pwrite readv writev preadv pwritev send recv recvfrom recvmsg recvmmsg sendfile splice
    copy_file_range
    """))
  private static let memory = Set(words(
    "brk mmap mmap2 munmap mprotect mlock mlock2 munlock mlockall munlockall memfd_create userfaultfd page_fault"))
  private static let waits = Set(words(
    "futex epoll_wait epoll_create epoll_create1 poll ppoll select nanosleep semop semctl semget timerfd_create switch"))
  private static let happenings = Set(words(
    """
    procexit switch drop scapevent container signaldeliver procinfo cpu_hotplug k8s mesos notification infra page_fault
    pluginevent useradded userdeleted groupadded groupdeleted asyncevent tracer
    """))

  private static let all = words(
    """
    syscall open close read write brk execve clone procexit socket bind connect listen accept send sendto recv recvfrom
    shutdown getsockname getpeername socketpair setsockopt getsockopt sendmsg sendmmsg recvmsg recvmmsg accept creat
    pipe eventfd futex stat lstat fstat stat64 lstat64 fstat64 epoll_wait poll select select lseek llseek ioctl getcwd
    chdir fchdir mkdir rmdir openat link linkat unlink unlinkat pread pwrite readv writev preadv pwritev dup signalfd
    kill tkill tgkill nanosleep timerfd_create inotify_init getrlimit setrlimit prlimit switch drop fcntl switch execve
    clone brk mmap mmap2 munmap splice ptrace ioctl execve rename renameat symlink symlinkat fork vfork procexit
    sendfile quotactl setresuid setresgid scapevent setuid setgid getuid geteuid getgid getegid getresuid getresgid
    execve clone fork vfork clone fork vfork container execve signaldeliver procinfo getdents getdents64 setns flock
    cpu_hotplug accept accept semop semctl ppoll mount umount k8s semget access chroot tracer mesos container setsid
    mkdir rmdir notification execve unshare infra execve page_fault execve setpgid bpf seccomp unlink unlinkat mkdirat
    openat link linkat fchmodat chmod fchmod renameat2 userfaultfd pluginevent container openat2 mprotect execveat
    copy_file_range clone3 open_by_handle_at io_uring_setup io_uring_enter io_uring_register mlock munlock mlockall
    munlockall capset useradded userdeleted groupadded groupdeleted dup2 dup3 dup bpf mlock2 fsconfig epoll_create
    epoll_create1 chown lchown fchown fchownat umount accept4 umount2 pipe2 inotify_init1 eventfd2 signalfd4 prctl
    asyncevent memfd_create pidfd_getfd pidfd_open init_module finit_module mknod mknodat newfstatat process_vm_readv
    process_vm_writev delete_module
    """)
}
