/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* Who a socket belongs to, kept with the socket itself, and the record that names them. */
#ifndef SELVAGE_OWNER_BPF_H
#define SELVAGE_OWNER_BPF_H

#include "ring.bpf.h"
#include "task.bpf.h"

/* What a socket remembers of its owner, and of its connection. */
struct sv_owner {
  __u32 pid, tid;
  __u64 start_ns;
  __u64 cgroup_id;
  __u64 since_ns; /* of the attempt, then of the connection */
  __u32 uid, euid;
  __u32 reserved;
  __u16 flags;    /* SV_SOCKET_* */
  __u16 outgoing; /* it called connect */
  char comm[SV_COMM_SIZE];
};

/* One a TCP socket in use; cloned to the socket that the kernel makes for an incoming connection. Memory: 72 bytes
   and the kernel's bookkeeping a socket, from the socket's own allowance. Full: records without an owner. */
struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC | BPF_F_CLONE);
  __type(key, int);
  __type(value, struct sv_owner);
} sv_owners SEC(".maps");

static __always_inline void sv_fill_owner(struct sv_owner *owner)
{
  struct task_struct *leader = sv_current_leader();
  const struct cred *cred = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), cred);
  __u64 id = bpf_get_current_pid_tgid();

  owner->pid = id >> 32;
  owner->tid = id;
  owner->start_ns = BPF_CORE_READ(leader, start_boottime);
  owner->cgroup_id = bpf_get_current_cgroup_id();
  owner->since_ns = bpf_ktime_get_boot_ns();
  owner->uid = bpf_get_current_uid_gid();
  bpf_core_read(&owner->euid, sizeof(owner->euid), &cred->euid);
  owner->flags = 0;
  owner->outgoing = 0;
  __builtin_memset(owner->comm, 0, sizeof(owner->comm)); /* what follows the NUL goes up as well */
  bpf_core_read_str(owner->comm, sizeof(owner->comm), &leader->comm); /* not a thread's own, nor a kernel worker's */
}

/* A record of fixed size, its header and owner filled in; NULL: the ring is full, and that is counted. */
static __always_inline struct sv_socket *sv_start(__u32 kind, const struct sv_owner *owner)
{
  struct sv_socket *record = sv_reserve(kind, sizeof(*record));

  if (!record)
    return NULL;
  record->header.size = sizeof(*record);
  record->header.fixed = sizeof(*record);
  record->header.kind = kind;
  record->header.time_ns = bpf_ktime_get_boot_ns();
  if (!owner) {
    record->flags = SV_SOCKET_OWNER_UNKNOWN;
    return record;
  }
  record->header.pid = owner->pid;
  record->header.tid = owner->tid;
  record->header.start_ns = owner->start_ns;
  record->header.cgroup_id = owner->cgroup_id;
  record->uid = owner->uid;
  record->euid = owner->euid;
  record->flags = owner->flags;
  __builtin_memcpy(record->comm, owner->comm, sizeof(record->comm));
  return record;
}

#endif
