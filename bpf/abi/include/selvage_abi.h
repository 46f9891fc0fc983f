/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The bytes that the BPF programs, the agent and trace files agree on.
 *
 * Every record starts with struct sv_header. Layouts only grow: a field is never moved, resized or given another
 * meaning; new ones go at the end of the fixed part. `fixed` says how much of the fixed part the writer knew, so
 * a reader takes what is there and treats the rest as absent, and skips by `size` what it does not know.
 *
 * All integers are in the byte order of the machine that wrote them; a trace file says which that was.
 * Times are nanoseconds of CLOCK_BOOTTIME. Addresses are in network byte order, IPv4 in the first four bytes.
 * Ports are in host byte order. A length or offset in a struct sv_ref counts from the start of the record.
 */
#ifndef SELVAGE_ABI_H
#define SELVAGE_ABI_H

#if defined(__bpf__)
/* The BPF side has no libc: lib/kernel_types.h, included first, defines __u8 and its like. */
#else
#include <linux/types.h>
#endif

#define SV_ASSERT(condition) _Static_assert(condition, #condition)
#define SV_OFFSET(type, member, at) SV_ASSERT(__builtin_offsetof(type, member) == (at))

#define SV_COMM_SIZE 16
#define SV_TTY_SIZE 16
#define SV_CGROUP_NAME_MAX 256 /* NAME_MAX of the kernel, and a NUL */

/* Bounds of the variable parts of a process record, in bytes. Their sum and the fixed part fit in SV_RECORD_MAX. */
#define SV_PATH_MAX 4096        /* exe, cwd and script, each: PATH_MAX of the kernel */
#define SV_INTERPRETER_MAX 256  /* BINPRM_BUF_SIZE: the kernel reads no longer #! line */
#define SV_ARGS_MAX 12288       /* ceiling of the setting; the default is SV_ARGS_DEFAULT */
#define SV_ARGS_DEFAULT 4096
#define SV_ENV_MAX 2048         /* all kept variables of one process */
#define SV_ENV_NAMES 16         /* names that can be asked for */
#define SV_ENV_NAME_SIZE 32     /* with the '=' and a closing NUL */
#define SV_RECORD_MAX 32768     /* a per-CPU map value can be no larger on older kernels (PCPU_MIN_UNIT_SIZE) */

/* What a record tells. Numbers are forever: they stand in trace files. */
enum sv_kind {
  SV_KIND_NONE = 0,

  /* from the kernel: processes */
  SV_KIND_EXEC = 1,  /* struct sv_process: a new program image, before it runs */
  SV_KIND_FORK = 2,  /* struct sv_fork: a new process (never a thread) */
  SV_KIND_EXIT = 3,  /* struct sv_exit: the last thread of a process is gone */
  SV_KIND_TASK = 4,  /* struct sv_process: a process that was there when the agent started */

  /* from the kernel: cgroups, both struct sv_cgroup */
  SV_KIND_CGROUP = 8,     /* one was made, or was there when the agent started */
  SV_KIND_CGROUP_END = 9, /* one was removed: no process is in it any more */

  /* from the kernel: sockets, all struct sv_socket */
  SV_KIND_CONNECT = 16,   /* the attempt, before a packet leaves; result is -EINPROGRESS */
  SV_KIND_CONNECTED = 17, /* its outcome: result 0, or -errno */
  SV_KIND_ACCEPT = 18,    /* a connection came in and is established */
  SV_KIND_CLOSE = 19,     /* an established connection ended */
  SV_KIND_LISTEN = 20,
  SV_KIND_BIND = 21,
  SV_KIND_SEND = 22,      /* first datagram of an unconnected socket to a destination */
  SV_KIND_SOCKET = 23,    /* a socket that is not plain TCP or UDP */

  /* from the agent: context */
  SV_KIND_STREAM = 64,    /* struct sv_stream: opens every stream */
  SV_KIND_COUNTERS = 65,  /* struct sv_counters: what was produced and what was lost, since the stream opened */
  SV_KIND_KNOWN = 66,     /* struct sv_known: a process as the writer knew it, where a stream starts in the middle */
  SV_KIND_FACTS = 67,    /* struct sv_facts: what a source says of the workloads in a cgroup */
  SV_KIND_MOUNTS = 68,   /* struct sv_mounts: the mount table of a mount namespace */

  SV_KIND_END
};

struct sv_header {
  __u32 size;       /* whole record with its variable part; a multiple of 8 */
  __u16 fixed;      /* bytes of the fixed part, this header included */
  __u16 kind;       /* enum sv_kind */
  __u64 time_ns;
  __u32 pid;        /* thread group id, in the initial pid namespace; 0: the kernel, or not known */
  __u32 tid;
  __u64 start_ns;   /* start of the thread group's leader: with pid, the identity of a process */
  __u64 cgroup_id;  /* in the cgroup2 hierarchy */
};
SV_ASSERT(sizeof(struct sv_header) == 40);
SV_OFFSET(struct sv_header, fixed, 4);
SV_OFFSET(struct sv_header, kind, 6);
SV_OFFSET(struct sv_header, time_ns, 8);
SV_OFFSET(struct sv_header, pid, 16);
SV_OFFSET(struct sv_header, tid, 20);
SV_OFFSET(struct sv_header, start_ns, 24);
SV_OFFSET(struct sv_header, cgroup_id, 32);

/* Bytes in the variable part. offset 0: absent. */
struct sv_ref {
  __u32 offset;
  __u32 length;
};
SV_ASSERT(sizeof(struct sv_ref) == 8);

/* What file descriptor 0, 1 or 2 of a process is. */
struct sv_stdio {
  __u8 type;     /* S_IFMT >> 12: 1 fifo, 2 char device, 4 directory, 6 block device, 8 file, 12 socket; 0: closed or not known */
  __u8 family;   /* AF_* of a socket */
  __u16 protocol; /* IPPROTO_* of an internet socket */
  __u16 local_port;
  __u16 remote_port;
  __u8 local[16];
  __u8 remote[16];
};
SV_ASSERT(sizeof(struct sv_stdio) == 40);
SV_OFFSET(struct sv_stdio, local_port, 4);
SV_OFFSET(struct sv_stdio, local, 8);
SV_OFFSET(struct sv_stdio, remote, 24);

/* Flags of struct sv_process. */
#define SV_PROCESS_MEMFD (1u << 0)            /* the executable is a memfd */
#define SV_PROCESS_UNLINKED (1u << 1)         /* no name leads to the executable any more */
#define SV_PROCESS_UPPER_LAYER (1u << 2)      /* it lies in the upper layer of an overlay */
#define SV_PROCESS_SETUID (1u << 3)
#define SV_PROCESS_SETGID (1u << 4)
#define SV_PROCESS_WRITABLE (1u << 5)         /* the process's own credentials may write it, by owner, group or other bits */
#define SV_PROCESS_SCRIPT (1u << 6)           /* started through #! */
#define SV_PROCESS_ARGS_TRUNCATED (1u << 7)
#define SV_PROCESS_ARGS_UNREADABLE (1u << 8)  /* not in memory, or the kernel cannot tell (snapshot before 5.18) */
#define SV_PROCESS_EXE_TRUNCATED (1u << 9)    /* more than SV_PATH_MAX bytes or too many components: the end is kept */
#define SV_PROCESS_CWD_TRUNCATED (1u << 10)
#define SV_PROCESS_ENV_TRUNCATED (1u << 11)
#define SV_PROCESS_CWD_UNLINKED (1u << 12)
#define SV_PROCESS_KERNEL (1u << 13)          /* a kernel thread */
#define SV_PROCESS_OUTSIDE_ROOT (1u << 14)    /* the executable is not below the process's root: exe is from its mount tree's root */
#define SV_PROCESS_LOWER_LAYER (1u << 15)     /* it lies in a lower layer of an overlay */

struct sv_process {
  struct sv_header header;
  __u32 parent_pid;
  __u32 flags;
  __u64 parent_start_ns;
  __u32 session;       /* session id, in the initial pid namespace */
  __u32 inner_pid;     /* pid in the process's own pid namespace */
  __u32 uid, gid, euid, egid;
  __u32 loginuid;      /* 4294967295: not set, or the kernel has no audit */
  __u32 audit_session; /* likewise */
  __u64 cap_effective;
  __u64 cap_permitted;
  __u32 ns_cgroup, ns_ipc, ns_mnt, ns_net, ns_pid, ns_user, ns_uts; /* inode numbers, as in /proc/PID/ns */
  __u32 mode;          /* of the executable: type, set-id and permission bits; 0: not known, nor device and owners */
  __u64 inode;
  __u32 device;        /* major << 20 | minor */
  __u32 file_uid, file_gid;
  __u32 args_count;    /* arguments that the kernel was given, argv[0] included */
  __u32 args_total;    /* their bytes with their NULs, before any cut */
  __u32 reserved;
  char comm[SV_COMM_SIZE];
  char tty[SV_TTY_SIZE]; /* as "pts0"; empty: none */
  struct sv_stdio stdio[3];
  struct sv_ref exe;         /* path of the executable, seen from the process's root */
  struct sv_ref cwd;
  struct sv_ref args;        /* argv, each with its NUL */
  struct sv_ref env;         /* the kept variables, NAME=VALUE, each with its NUL */
  struct sv_ref script;      /* as given to execve */
  struct sv_ref interpreter; /* as its #! line names it */
};
SV_OFFSET(struct sv_process, parent_pid, 40);
SV_OFFSET(struct sv_process, parent_start_ns, 48);
SV_OFFSET(struct sv_process, session, 56);
SV_OFFSET(struct sv_process, uid, 64);
SV_OFFSET(struct sv_process, loginuid, 80);
SV_OFFSET(struct sv_process, cap_effective, 88);
SV_OFFSET(struct sv_process, ns_cgroup, 104);
SV_OFFSET(struct sv_process, mode, 132);
SV_OFFSET(struct sv_process, inode, 136);
SV_OFFSET(struct sv_process, device, 144);
SV_OFFSET(struct sv_process, args_count, 156);
SV_OFFSET(struct sv_process, comm, 168);
SV_OFFSET(struct sv_process, stdio, 200);
SV_OFFSET(struct sv_process, exe, 320);
SV_OFFSET(struct sv_process, interpreter, 360);
SV_ASSERT(sizeof(struct sv_process) == 368);
SV_ASSERT(sizeof(struct sv_process) + 3 * SV_PATH_MAX + SV_INTERPRETER_MAX + SV_ARGS_MAX + SV_ENV_MAX + 8 * 8 < SV_RECORD_MAX);

struct sv_fork {
  struct sv_header header; /* the child */
  __u32 parent_pid;        /* who waits for it: with CLONE_PARENT not who made it */
  __u32 creator_pid;
  __u64 parent_start_ns;
  __u64 creator_start_ns;
  __u32 uid, gid, euid, egid;
  __u32 inner_pid;
  __u32 session;
  char comm[SV_COMM_SIZE];
};
SV_OFFSET(struct sv_fork, parent_start_ns, 48);
SV_OFFSET(struct sv_fork, uid, 64);
SV_OFFSET(struct sv_fork, comm, 88);
SV_ASSERT(sizeof(struct sv_fork) == 104);

struct sv_exit {
  struct sv_header header;
  __u32 code;   /* exit(2)'s argument, 0 to 255 */
  __u32 signal; /* that killed it; 0: none */
  __u32 core_dumped;
  __u32 uid;
  char comm[SV_COMM_SIZE];
};
SV_OFFSET(struct sv_exit, code, 40);
SV_OFFSET(struct sv_exit, comm, 56);
SV_ASSERT(sizeof(struct sv_exit) == 72);

/* Flags of struct sv_socket. */
#define SV_SOCKET_INCOMING (1u << 0)      /* the connection was accepted, not made */
#define SV_SOCKET_OWNER_UNKNOWN (1u << 1) /* the socket was opened before the agent started */

/* header.pid and header.start_ns name the socket's owner: who called connect or listen. */
struct sv_socket {
  struct sv_header header;
  __u64 cookie;      /* the kernel's socket cookie: the same for all records of a socket */
  __u64 duration_ns; /* CONNECTED: since the attempt; CLOSE: since the connection stood; otherwise 0 */
  __u32 ns_net;      /* inode number of the network namespace */
  __s32 result;      /* 0 or -errno */
  __u16 family;      /* AF_INET or AF_INET6 (of the socket: mapped addresses are left as they are) */
  __u16 type;        /* SOCK_* */
  __u16 protocol;    /* IPPROTO_* */
  __u16 flags;
  __u16 local_port;  /* 0: not known (yet) */
  __u16 remote_port;
  __u32 uid;         /* real, of the owner when it took the socket into use */
  __u8 local[16];
  __u8 remote[16];
  char comm[SV_COMM_SIZE]; /* of the owner at that moment */
  __u32 euid;              /* effective, likewise */
  __u32 reserved;
};
SV_OFFSET(struct sv_socket, cookie, 40);
SV_OFFSET(struct sv_socket, ns_net, 56);
SV_OFFSET(struct sv_socket, result, 60);
SV_OFFSET(struct sv_socket, family, 64);
SV_OFFSET(struct sv_socket, flags, 70);
SV_OFFSET(struct sv_socket, local_port, 72);
SV_OFFSET(struct sv_socket, uid, 76);
SV_OFFSET(struct sv_socket, local, 80);
SV_OFFSET(struct sv_socket, remote, 96);
SV_OFFSET(struct sv_socket, comm, 112);
SV_OFFSET(struct sv_socket, euid, 128);
SV_ASSERT(sizeof(struct sv_socket) == 136);

/* header.pid is the agent. */
struct sv_stream {
  struct sv_header header;
  __u64 realtime_ns;      /* CLOCK_REALTIME at header.time_ns: the anchor of every record's wall-clock time */
  struct sv_ref node;     /* name of the node */
  struct sv_ref boot_id;  /* /proc/sys/kernel/random/boot_id */
  struct sv_ref kernel;   /* uname -r */
  struct sv_ref version;  /* of the agent */
};
SV_OFFSET(struct sv_stream, realtime_ns, 40);
SV_OFFSET(struct sv_stream, node, 48);
SV_OFFSET(struct sv_stream, version, 72);
SV_ASSERT(sizeof(struct sv_stream) == 80);

/* Flags of struct sv_known. */
#define SV_KNOWN_LINKED (1u << 0)    /* the writer knew the parent when it learned who that is */
#define SV_KNOWN_ENDED (1u << 1)
#define SV_KNOWN_FORGOTTEN (1u << 2) /* ended so long ago that only a descendant keeps it */

/*
 * What the writer knew of a process besides its program. A stream that starts in the middle has, after its
 * SV_KIND_STREAM, one for each process, parents first, and after it an SV_KIND_TASK with the program where no process
 * before has the same; then once more those for whom that was not all. Those that ended are told as ended in the order
 * of their ends, once where no other process needs them. Then the cgroups, those above first, what is known of them, the
 * mount tables and where each was seen, and the cgroups that ended.
 * At last SV_KIND_COUNTERS with SV_COUNTERS_TOLD.
 */
struct sv_known {
  struct sv_header header; /* the process */
  __u32 parent_pid;
  __u32 flags;
  __u64 parent_start_ns;
  __u64 image_start_ns;
  __u32 image_pid;         /* a process before it that runs the same program since the same exec; 0: none */
  __u32 session;
  __u32 uid, gid, euid, egid;
  __u32 inner_pid;
  __u32 reserved;
  char comm[SV_COMM_SIZE];
};
SV_OFFSET(struct sv_known, parent_start_ns, 48);
SV_OFFSET(struct sv_known, image_pid, 64);
SV_OFFSET(struct sv_known, uid, 72);
SV_OFFSET(struct sv_known, comm, 96);
SV_ASSERT(sizeof(struct sv_known) == 112);

/* Flags of struct sv_cgroup. */
#define SV_CGROUP_FOUND (1u << 0) /* it was there before: the agent found it, or the stream starts here */

/* header.cgroup_id is the cgroup, in the cgroup2 hierarchy; header.pid who made or removed it; 0: not known. */
struct sv_cgroup {
  struct sv_header header;
  __u64 parent_id;    /* 0: the hierarchy's root */
  __u32 level;        /* of the root: 0 */
  __u32 flags;
  struct sv_ref name; /* the last component of its path; of the root absent, or where only a part is told, the path to it */
  __u64 made_ns;      /* SV_CGROUP_FOUND: when it was made; 0: not known */
};
SV_OFFSET(struct sv_cgroup, parent_id, 40);
SV_OFFSET(struct sv_cgroup, level, 48);
SV_OFFSET(struct sv_cgroup, name, 56);
SV_OFFSET(struct sv_cgroup, made_ns, 64);
SV_ASSERT(sizeof(struct sv_cgroup) == 72);

/* Who says it. */
enum sv_source {
  SV_SOURCE_NONE = 0,
  SV_SOURCE_CRI = 1,
  SV_SOURCE_PODMAN = 2,
  SV_SOURCE_DOCKER = 3,
  SV_SOURCE_KUBERNETES = 4, /* the API server */
  SV_SOURCE_SLURM = 5,
  SV_SOURCE_PUSHED = 6,     /* left by the site's own scripts, as Slurm's Prolog */
};

/* What is known of who a workload is. */
enum sv_identity {
  SV_IDENTITY_UNSAID = 0,
  SV_IDENTITY_PENDING = 1, /* who should know has not answered yet */
  SV_IDENTITY_KNOWN = 2,
  SV_IDENTITY_UNKNOWN = 3, /* nobody knows */
};

/* Flags of struct sv_facts and struct sv_mounts. */
#define SV_PART_MORE (1u << 0) /* goes on the one before, of the same cgroup and source, or namespace; otherwise replaces it */
#define SV_PART_CUT (1u << 1)  /* there was more than is kept */
#define SV_MOUNTS_NODE (1u << 2) /* the node's own namespace: that of its first process */
#define SV_MOUNTS_GONE (1u << 3) /* no process is in the namespace any more */
#define SV_MOUNTS_SEEN (1u << 4) /* says nothing of the mounts, but that a process in the cgroup is in the namespace */

/* About the cgroup header.cgroup_id and all below it. What a nearer cgroup's facts say goes before. */
struct sv_facts {
  struct sv_header header;
  __u32 source;        /* enum sv_source */
  __u32 identity;      /* enum sv_identity: of the workloads there, by all that the writer's sources said */
  __u32 flags;         /* SV_PART_* */
  __u32 reserved;
  struct sv_ref pairs; /* name and value, each with its NUL, by turns; names are those of fields: k8s.pod.label[app] */
};
SV_OFFSET(struct sv_facts, source, 40);
SV_OFFSET(struct sv_facts, pairs, 56);
SV_ASSERT(sizeof(struct sv_facts) == 64);

/* header.pid is a process of the namespace, whose view of it is told. */
struct sv_mounts {
  struct sv_header header;
  __u32 ns_mnt;          /* inode number, as in /proc/PID/ns */
  __u32 flags;           /* SV_PART_*, SV_MOUNTS_* */
  struct sv_ref entries; /* source, target, file system and options of each, each with its NUL */
};
SV_OFFSET(struct sv_mounts, ns_mnt, 40);
SV_OFFSET(struct sv_mounts, entries, 48);
SV_ASSERT(sizeof(struct sv_mounts) == 56);

/* Per kind of record; a value of the per-CPU map that the programs keep, and an element of struct sv_counters. */
struct sv_counter {
  __u64 produced;     /* records that a program set out to write */
  __u64 lost_ring;    /* of these, refused: the ring was full */
  __u64 lost_scratch; /* of these, given up: the CPU's scratch memory was in use or too small */
};
SV_ASSERT(sizeof(struct sv_counter) == 24);

/* Flags of struct sv_counters. */
#define SV_COUNTERS_TOLD (1u << 0) /* the stream starts here in the middle: losses up to now were told before */

struct sv_counters {
  struct sv_header header;
  __u64 received;       /* kernel records that reached the agent */
  __u64 missed;         /* program runs that the kernel skipped (recursion), all programs */
  __u64 malformed;      /* records that the agent could not decode */
  __u32 kinds;          /* elements that follow, indexed by kind */
  __u32 flags;
  struct sv_counter counter[SV_KIND_STREAM];
  __u64 processes_refused; /* SV_COUNTERS_TOLD: processes that found no room, and were not told of yet */
  __u64 facts_refused;     /* likewise of cgroups, facts and mounts */
};
SV_OFFSET(struct sv_counters, received, 40);
SV_OFFSET(struct sv_counters, kinds, 64);
SV_OFFSET(struct sv_counters, counter, 72);
SV_OFFSET(struct sv_counters, processes_refused, 72 + 24 * 64);
SV_OFFSET(struct sv_counters, facts_refused, 72 + 24 * 64 + 8);
SV_ASSERT(sizeof(struct sv_counters) == 72 + 24 * 64 + 16);

/* What the process programs are told before they are loaded: their only read-only data. */
struct sv_settings {
  __u32 args_limit; /* bytes of arguments to keep, at most SV_ARGS_MAX */
  __u8 env_length[SV_ENV_NAMES]; /* of each name; 0: unused */
  char env_name[SV_ENV_NAMES][SV_ENV_NAME_SIZE]; /* each with its '=': "LD_PRELOAD=" */
  __u8 env_first[256]; /* 1: some name starts with this byte */
};
SV_ASSERT(sizeof(struct sv_settings) == 788);

#endif
