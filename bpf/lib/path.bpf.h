/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The path of a dentry as a process sees it: from its root, across mounts, bind mounts and overlays, by the kernel's
 * own objects. bpf_d_path() does this too, but not in the tracepoints that we use.
 */
#ifndef SELVAGE_PATH_BPF_H
#define SELVAGE_PATH_BPF_H

#include "kernel_types.h"
#include "selvage_abi.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* Keeps the compiler from dropping a bound that the verifier needs to see. */
#define SV_OPAQUE(value) asm volatile("" : "+r"(value))

/* Steps of a walk, mounts included. A verifier's bound: more are cut, and the record says so. */
#define SV_PATH_STEPS 384
#define SV_NAME_MAX 255

#define SV_PATH_START(walked) ((walked) & SV_PATH_END)
#define SV_PATH_RESULT(walked) ((walked) >> 16)

/* A walk builds the path from its end; the slack lets the verifier see that a name written at any place fits. */
struct sv_path_buffer {
  char bytes[SV_PATH_MAX + SV_NAME_MAX + 1];
};

enum sv_path_result {
  SV_PATH_WHOLE = 0,
  SV_PATH_CUT = 1,      /* too long: the end is there */
  SV_PATH_OUTSIDE = 2,  /* not below the root: from its mount tree's root */
  SV_PATH_DETACHED = 3, /* in no tree at all (memfd, pipe): its name alone, without a slash */
};

/* Where every path in a buffer ends. */
#define SV_PATH_END (SV_PATH_MAX - 1)

/*
 * Writes the path of (mnt, dentry) to the end of `buffer`: it ends at SV_PATH_END. Returns where it starts, with
 * the result in the upper half: SV_PATH_START() and SV_PATH_RESULT().
 *
 * Global, so that the verifier looks at it once; so its arguments are plain addresses, which it follows with
 * bpf_probe_read_kernel() alone.
 */
__noinline __u32 sv_path_walk(
  struct sv_path_buffer *buffer, __u64 from_mnt, __u64 from_dentry, __u64 root_mnt_address, __u64 root_dentry_address)
{
  struct vfsmount *mnt = (void *)from_mnt, *root_mnt = (void *)root_mnt_address;
  struct dentry *dentry = (void *)from_dentry, *root_dentry = (void *)root_dentry_address;
  __u32 at = SV_PATH_END;
  __u32 result = SV_PATH_CUT;

  if (!buffer)
    return SV_PATH_END;

  for (int step = 0; step < SV_PATH_STEPS; step++) {
    struct dentry *parent, *mnt_root;
    const unsigned char *name;
    __u32 length;

    if (dentry == root_dentry && mnt == root_mnt) {
      result = SV_PATH_WHOLE;
      break;
    }
    parent = BPF_CORE_READ(dentry, d_parent);
    mnt_root = BPF_CORE_READ(mnt, mnt_root);
    if (dentry == mnt_root) {
      struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
      struct mount *above = BPF_CORE_READ(mount, mnt_parent);

      if (above == mount) {
        result = SV_PATH_OUTSIDE;
        break;
      }
      dentry = BPF_CORE_READ(mount, mnt_mountpoint);
      mnt = (void *)above + bpf_core_field_offset(struct mount, mnt);
      continue;
    }
    name = BPF_CORE_READ(dentry, d_name.name);
    length = BPF_CORE_READ(dentry, d_name.len) & SV_NAME_MAX;
    if (at < length + 1)
      break;
    at -= length;
    SV_OPAQUE(at);
    at &= SV_PATH_END; /* so that each turn of the loop looks the same to the verifier */
    bpf_probe_read_kernel(&buffer->bytes[at], length, name);
    if (dentry == parent) {
      result = SV_PATH_DETACHED;
      break;
    }
    at -= 1;
    SV_OPAQUE(at);
    at &= SV_PATH_END;
    buffer->bytes[at] = '/';
    dentry = parent;
  }
  if (at == SV_PATH_END) { /* the root itself */
    at = SV_PATH_END - 1;
    buffer->bytes[at] = '/';
  }
  return result << 16 | at;
}

static __always_inline bool sv_is_unhashed(struct dentry *dentry)
{
  return !BPF_CORE_READ(dentry, d_hash.pprev);
}

#endif
