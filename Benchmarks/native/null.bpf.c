// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
/*
 * The least that a monitor at these hooks can do: a small record for each run. What the agent's programs cost beyond
 * this is the work of finding out what happened.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 8 << 20); /* as the agent's */
} ring SEC(".maps");

static __always_inline void tell(__u64 hook)
{
  __u64 *record = bpf_ringbuf_reserve(&ring, 16, 0);

  if (!record)
    return;
  record[0] = hook;
  record[1] = 0;
  bpf_ringbuf_submit(record, 0);
}

#define TRACEPOINT(name, number)                                                                                       \
  SEC("tp_btf/" #name) int null_##number(void *ctx)                                                                    \
  {                                                                                                                    \
    tell(number);                                                                                                      \
    return 0;                                                                                                          \
  }
#define CGROUP(name, number)                                                                                           \
  SEC("cgroup/" #name) int null_##number(void *ctx)                                                                    \
  {                                                                                                                    \
    tell(number);                                                                                                      \
    return 1;                                                                                                          \
  }

TRACEPOINT(sched_process_exec, 1)
TRACEPOINT(sched_process_fork, 2)
TRACEPOINT(sched_process_exit, 3)
TRACEPOINT(inet_sock_set_state, 4)
CGROUP(connect4, 5)
CGROUP(connect6, 6)
CGROUP(sendmsg4, 7)
CGROUP(sendmsg6, 8)
CGROUP(post_bind4, 9)
CGROUP(post_bind6, 10)
CGROUP(sock_create, 11)
