/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The ring that all records take to the agent, and the counters that account for them.
 *
 * Every object has these maps by these names; the agent lets the second object use the first one's.
 */
#ifndef SELVAGE_RING_BPF_H
#define SELVAGE_RING_BPF_H

#include "kernel_types.h"
#include "selvage_abi.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

/* Memory: its size, which the agent sets. Full: the record is refused and counted as lost_ring. */
struct {
  __uint(type, BPF_MAP_TYPE_RINGBUF);
  __uint(max_entries, 8 << 20);
} sv_ring SEC(".maps");

/* By kind. Memory: 1.5 KiB a CPU. It cannot be full. */
struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, SV_KIND_STREAM);
  __type(key, __u32);
  __type(value, struct sv_counter);
} sv_counts SEC(".maps");

/* One element, a bit a kind: the kinds that are sent up. Process records always are; sockets when a rule asks. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, __u64);
} sv_wanted SEC(".maps");

static __always_inline __u64 sv_wanted_kinds(void)
{
  __u32 zero = 0;
  __u64 *kinds = bpf_map_lookup_elem(&sv_wanted, &zero);

  return kinds ? *kinds : 0;
}

static __always_inline bool sv_is_wanted(enum sv_kind kind)
{
  return sv_wanted_kinds() & (1ull << kind);
}

enum sv_count { SV_PRODUCED, SV_LOST_RING, SV_LOST_SCRATCH };

/* Atomic although the value is the CPU's own: a socket hook can be preempted, and interrupted by a softirq's. */
static __always_inline void sv_count(__u32 kind, enum sv_count which)
{
  struct sv_counter *counter = bpf_map_lookup_elem(&sv_counts, &kind);

  if (!counter)
    return;
  if (which == SV_PRODUCED)
    __sync_fetch_and_add(&counter->produced, 1);
  else if (which == SV_LOST_RING)
    __sync_fetch_and_add(&counter->lost_ring, 1);
  else
    __sync_fetch_and_add(&counter->lost_scratch, 1);
}

/* Room in the ring for a record of fixed size, zeroed, counted; NULL when there is none. The ring's memory holds older
   records, of other workloads as well. */
static __always_inline void *sv_reserve(__u32 kind, __u64 size)
{
  void *record;

  sv_count(kind, SV_PRODUCED);
  record = bpf_ringbuf_reserve(&sv_ring, size, 0);
  if (!record)
    sv_count(kind, SV_LOST_RING);
  else
    __builtin_memset(record, 0, size);
  return record;
}

#endif
