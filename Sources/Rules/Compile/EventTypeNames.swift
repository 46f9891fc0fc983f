internal import Events

/// The names that `evt.type` may be compared with.
enum EventTypeNames {
  /// The kinds that a name asks for; empty for a name that no kind of this version answers to. nil: no such name.
  static func kinds(of name: String) -> EventKinds? {
    if let kinds = kindsByName[name] { return kinds }
    return others.contains(name) ? [] : nil
  }

  /// The kinds one of whose names fits.
  static func kinds(where fits: (String) -> Bool) -> EventKinds {
    kindsByName.reduce(into: []) { if fits($1.key) { $0.formUnion($1.value) } }
  }

  static func hint(for name: String) -> String {
    NearestName.hint(name, among: sortedNames) ?? NearestName.hint(name, among: sortedOthers)
      ?? "known are the names of system calls and \(EventKind.allCases.compactMap(\.ruleNames.first).joined(separator: ", "))"
  }

  private static let sortedNames = kindsByName.keys.sorted()
  private static let sortedOthers = others.sorted()

  private static let kindsByName: [String: EventKinds] = EventKind.allCases.reduce(into: [:]) { table, kind in
    for name in kind.ruleNames { table[name, default: []].formUnion(EventKinds(kind)) }
  }

  /// What rules may ask for that this version has no event of: the system calls of Linux 6.12, Falco's own events, ours
  /// to come.
  private static let others: Set<String> = Set(
    """
    read write open stat fstat lstat poll lseek mmap mmap2 mprotect munmap brk rt_sigaction rt_sigprocmask rt_sigreturn
    ioctl pread64 pwrite64 pread pwrite readv writev access pipe select sched_yield mremap msync mincore madvise shmget shmat shmctl dup
    dup2 pause nanosleep getitimer alarm setitimer getpid sendfile recvfrom recvmsg shutdown getsockname getpeername
    socketpair setsockopt getsockopt exit wait4 kill uname semget semop semctl shmdt msgget msgsnd msgrcv msgctl fcntl
    flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir rename mkdir rmdir creat link unlink symlink
    readlink chmod fchmod chown fchown lchown umask gettimeofday getrlimit getrusage sysinfo times ptrace getuid syslog
    getgid setuid setgid geteuid getegid setpgid getppid getpgrp setsid setreuid setregid getgroups setgroups setresuid
    getresuid setresgid getresgid getpgid setfsuid setfsgid getsid capget capset rt_sigpending rt_sigtimedwait
    rt_sigqueueinfo rt_sigsuspend sigaltstack utime mknod uselib personality ustat statfs fstatfs sysfs getpriority
    setpriority sched_setparam sched_getparam sched_setscheduler sched_getscheduler sched_get_priority_max
    sched_get_priority_min sched_rr_get_interval mlock munlock mlockall munlockall vhangup modify_ldt pivot_root
    _sysctl prctl arch_prctl adjtimex setrlimit chroot sync acct settimeofday mount umount umount2 swapon swapoff reboot
    sethostname setdomainname iopl ioperm create_module init_module delete_module get_kernel_syms query_module quotactl
    nfsservctl getpmsg putpmsg afs_syscall tuxcall security gettid readahead setxattr lsetxattr fsetxattr getxattr
    lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr tkill time futex
    sched_setaffinity sched_getaffinity set_thread_area io_setup io_destroy io_getevents io_submit io_cancel
    get_thread_area lookup_dcookie epoll_create remap_file_pages getdents64 set_tid_address restart_syscall semtimedop
    fadvise64 timer_create timer_settime timer_gettime timer_getoverrun timer_delete clock_settime clock_gettime
    clock_getres clock_nanosleep exit_group epoll_wait epoll_ctl tgkill utimes vserver mbind set_mempolicy get_mempolicy
    mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr kexec_load waitid add_key request_key keyctl
    ioprio_set ioprio_get inotify_init inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat mknodat fchownat
    futimesat newfstatat unlinkat renameat linkat symlinkat readlinkat fchmodat faccessat pselect6 ppoll unshare
    set_robust_list get_robust_list splice tee sync_file_range vmsplice move_pages utimensat epoll_pwait signalfd
    timerfd_create eventfd fallocate timerfd_settime timerfd_gettime signalfd4 eventfd2 epoll_create1 dup3 pipe2
    inotify_init1 preadv pwritev rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark prlimit prlimit64
    name_to_handle_at open_by_handle_at clock_adjtime syncfs setns getcpu process_vm_readv process_vm_writev kcmp
    finit_module sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create kexec_file_load bpf userfaultfd
    membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc pkey_free statx io_pgetevents rseq
    pidfd_send_signal io_uring_setup io_uring_enter io_uring_register open_tree move_mount fsopen fsconfig fsmount
    fspick pidfd_open close_range openat2 pidfd_getfd faccessat2 process_madvise epoll_pwait2 mount_setattr quotactl_fd
    landlock_create_ruleset landlock_add_rule landlock_restrict_self memfd_secret process_mrelease futex_waitv
    set_mempolicy_home_node cachestat fchmodat2 map_shadow_stack futex_wake futex_wait futex_requeue statmount listmount
    lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal umount
    switch signaldeliver page_fault drop container notification infra pluginevent asyncevent userdeleted groupdeleted
    useradded groupadded cpu_hotplug syscall dns
    """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
