/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* Who a task is: identity, parent, credentials, cgroup. */
#ifndef SELVAGE_TASK_BPF_H
#define SELVAGE_TASK_BPF_H

#include "kernel_types.h"
#include "selvage_abi.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* The task in its cgroup2 hierarchy; not bpf_get_current_cgroup_id(), which a new child does not have yet. */
static __always_inline __u64 sv_cgroup_id(struct task_struct *task)
{
  return task->cgroups->dfl_cgrp->kn->id;
}

static __always_inline void sv_fill_header(struct sv_header *header, __u32 size, __u16 kind, struct task_struct *task)
{
  header->size = size;
  header->fixed = size;
  header->kind = kind;
  header->time_ns = bpf_ktime_get_boot_ns();
  header->pid = task->tgid;
  header->tid = task->pid;
  header->start_ns = task->group_leader->start_boottime;
  header->cgroup_id = sv_cgroup_id(task);
}

/* The process's number in its own pid namespace, and that namespace. */
static __always_inline struct upid *sv_inner(struct task_struct *leader)
{
  struct pid *pid = BPF_CORE_READ(leader, thread_pid); /* read, not followed: it is calculated with */
  unsigned int level = BPF_CORE_READ(pid, level);

  /* An element past the first has no type to follow: go by the kernel's own size of one. */
  return (void *)pid + bpf_core_field_offset(struct pid, numbers) + (level & 31) * bpf_core_type_size(struct upid);
}

static __always_inline __u32 sv_session(struct task_struct *task)
{
  return BPF_CORE_READ(task, signal, pids[PIDTYPE_SID], numbers[0].nr);
}

/* For hooks that have no task at hand: the running process's first thread. */
static __always_inline struct task_struct *sv_current_leader(void)
{
  struct task_struct *task = (struct task_struct *)bpf_get_current_task();

  return BPF_CORE_READ(task, group_leader);
}

#endif
