// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
/*
 * Cgroups: where workloads begin and end.
 *
 * hook                 event       why this hook                                        fallback
 * tp_btf/cgroup_mkdir  CGROUP      made, before any process can be moved into it        none: only those there at start
 * tp_btf/cgroup_rmdir  CGROUP_END  empty, and gone from the tree                        none: they are taken to go on
 */
#include "ring.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The cgroup2 hierarchy's number (cgroup_init_root_id() starts with it); the same tracepoints tell of others. */
#define SV_DEFAULT_HIERARCHY 0

static __always_inline struct kernfs_node *sv_parent(struct kernfs_node *node)
{
  struct kernfs_node___before_6_15 *old = (void *)node;

  if (bpf_core_field_exists(old->parent))
    return BPF_CORE_READ(old, parent);
  return BPF_CORE_READ(node, __parent);
}

/* Room in the ring for the longest name. */
struct sv_named_cgroup {
  struct sv_cgroup fixed;
  char name[SV_CGROUP_NAME_MAX];
};

static __always_inline int sv_tell(enum sv_kind kind, struct cgroup *cgroup)
{
  struct sv_named_cgroup *record;
  struct kernfs_node *node, *parent;
  long length;

  if (BPF_CORE_READ(cgroup, root, hierarchy_id) != SV_DEFAULT_HIERARCHY)
    return 0;
  record = sv_reserve(kind, sizeof(*record));
  if (!record)
    return 0;
  node = BPF_CORE_READ(cgroup, kn);
  parent = sv_parent(node);
  record->fixed.header.size = sizeof(record->fixed);
  record->fixed.header.fixed = sizeof(record->fixed);
  record->fixed.header.kind = kind;
  record->fixed.header.time_ns = bpf_ktime_get_boot_ns();
  record->fixed.header.pid = bpf_get_current_pid_tgid() >> 32;
  record->fixed.header.tid = bpf_get_current_pid_tgid();
  record->fixed.header.start_ns = BPF_CORE_READ(sv_current_leader(), start_boottime);
  record->fixed.header.cgroup_id = BPF_CORE_READ(node, id);
  record->fixed.parent_id = BPF_CORE_READ(parent, id);
  record->fixed.level = BPF_CORE_READ(cgroup, level);
  length = bpf_probe_read_kernel_str(record->name, sizeof(record->name), BPF_CORE_READ(node, name));
  if (length > 1) {
    record->fixed.name.offset = sizeof(record->fixed);
    record->fixed.name.length = length - 1;
    /* The rest of the room is no part of the record. */
    record->fixed.header.size += (length - 1 + 7) & ~7;
  }
  bpf_ringbuf_submit(record, 0);
  return 0;
}

SEC("tp_btf/cgroup_mkdir")
int BPF_PROG(sv_cgroup_mkdir, struct cgroup *cgroup) { return sv_tell(SV_KIND_CGROUP, cgroup); }

SEC("tp_btf/cgroup_rmdir")
int BPF_PROG(sv_cgroup_rmdir, struct cgroup *cgroup) { return sv_tell(SV_KIND_CGROUP_END, cgroup); }
