/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* The image that a process runs: struct sv_process, from the kernel's own objects. */
#ifndef SELVAGE_IMAGE_BPF_H
#define SELVAGE_IMAGE_BPF_H

#include "path.bpf.h"
#include "socket.bpf.h"
#include "task.bpf.h"

struct sv_image {
  union {
    struct sv_process process;
    __u8 bytes[SV_RECORD_MAX];
  };
};

/* Appends `length` bytes of kernel memory at `at`, points `reference` to them, and returns the place after them. */
static __always_inline __u32 sv_append(
  struct sv_image *image, __u32 at, struct sv_ref *reference, const void *from, __u32 length)
{
  SV_OPAQUE(at);
  SV_OPAQUE(length);
  if (at > SV_RECORD_MAX - SV_PATH_MAX || length > SV_PATH_MAX)
    return at;
  if (bpf_probe_read_kernel(&image->bytes[at], length, from))
    return at;
  reference->offset = at;
  reference->length = length;
  return at + length;
}

/* Likewise a string, without its NUL. */
static __always_inline __u32 sv_append_string(
  struct sv_image *image, __u32 at, struct sv_ref *reference, const char *from)
{
  long length;

  SV_OPAQUE(at);
  if (at > SV_RECORD_MAX - SV_PATH_MAX)
    return at;
  length = bpf_probe_read_kernel_str(&image->bytes[at], SV_PATH_MAX, from);
  if (length <= 1 || length > SV_PATH_MAX)
    return at;
  reference->offset = at;
  reference->length = length - 1;
  return at + length - 1;
}

static __always_inline void sv_fill_credentials(struct sv_process *process, struct task_struct *task)
{
  const struct cred *cred = task->cred;
  struct nsproxy *ns = task->nsproxy;

  process->uid = cred->uid.val;
  process->gid = cred->gid.val;
  process->euid = cred->euid.val;
  process->egid = cred->egid.val;
  bpf_core_read(&process->cap_effective, 8, &cred->cap_effective);
  bpf_core_read(&process->cap_permitted, 8, &cred->cap_permitted);
  process->ns_user = BPF_CORE_READ(cred, user_ns, ns.inum);
  process->loginuid = -1;
  process->audit_session = -1;
  if (bpf_core_field_exists(task->loginuid)) { /* CONFIG_AUDIT */
    process->loginuid = BPF_CORE_READ(task, loginuid.val);
    process->audit_session = BPF_CORE_READ(task, sessionid);
  }
  process->ns_cgroup = BPF_CORE_READ(ns, cgroup_ns, ns.inum);
  process->ns_ipc = BPF_CORE_READ(ns, ipc_ns, ns.inum);
  process->ns_mnt = BPF_CORE_READ(ns, mnt_ns, ns.inum);
  process->ns_net = BPF_CORE_READ(ns, net_ns, ns.inum);
  process->ns_uts = BPF_CORE_READ(ns, uts_ns, ns.inum);
}

static __always_inline void sv_fill_identity(struct sv_process *process, struct task_struct *task)
{
  struct task_struct *leader = task->group_leader;
  struct task_struct *parent = BPF_CORE_READ(leader, real_parent);
  struct upid *inner = sv_inner(leader);

  process->parent_pid = BPF_CORE_READ(parent, tgid);
  process->parent_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
  process->session = sv_session(leader);
  process->inner_pid = BPF_CORE_READ(inner, nr);
  process->ns_pid = BPF_CORE_READ(inner, ns, ns.inum);
  bpf_core_read_str(process->comm, sizeof(process->comm), &task->comm);
  struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
  if (tty)
    bpf_core_read_str(process->tty, sizeof(process->tty), &tty->name);
}

static __always_inline void sv_fill_stdio(struct sv_process *process, struct task_struct *task)
{
  struct fdtable *table = BPF_CORE_READ(task, files, fdt);
  struct file **files = BPF_CORE_READ(table, fd);
  unsigned int count = BPF_CORE_READ(table, max_fds);

#pragma unroll
  for (unsigned int i = 0; i < 3; i++) {
    struct sv_stdio *stdio = &process->stdio[i];
    struct file *file = NULL;

    if (i >= count)
      break;
    bpf_probe_read_kernel(&file, sizeof(file), &files[i]);
    if (!file)
      continue;
    stdio->type = (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) >> 12;
    if (stdio->type != S_IFSOCK >> 12)
      continue;
    struct socket *socket = BPF_CORE_READ(file, private_data);
    struct sock *sk = BPF_CORE_READ(socket, sk);
    __u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

    stdio->family = family;
    if (family != AF_INET && family != AF_INET6)
      continue;
    stdio->protocol = BPF_CORE_READ(sk, sk_protocol);
    sv_read_addresses(sk, family, stdio->local, stdio->remote, &stdio->local_port, &stdio->remote_port);
  }
}

/* Is the start of `name` "memfd:"? Only asked of a detached dentry, whose name no path can give. */
static __always_inline bool sv_is_memfd(const char *name)
{
  return name[0] == 'm' && name[1] == 'e' && name[2] == 'm' && name[3] == 'f' && name[4] == 'd' && name[5] == ':';
}

/* After the credentials: whether the process may write the file depends on them. */
static __always_inline void sv_fill_file(struct sv_process *process, struct inode *inode)
{
  struct super_block *sb = BPF_CORE_READ(inode, i_sb);
  __u32 mode = BPF_CORE_READ(inode, i_mode);

  process->mode = mode;
  process->inode = BPF_CORE_READ(inode, i_ino);
  process->device = BPF_CORE_READ(sb, s_dev);
  process->file_uid = BPF_CORE_READ(inode, i_uid.val);
  process->file_gid = BPF_CORE_READ(inode, i_gid.val);
  if (mode & S_ISUID)
    process->flags |= SV_PROCESS_SETUID;
  if (mode & S_ISGID)
    process->flags |= SV_PROCESS_SETGID;
  if ((mode & 0002) || ((mode & 0200) && process->file_uid == process->euid) ||
      ((mode & 0020) && process->file_gid == process->egid))
    process->flags |= SV_PROCESS_WRITABLE;
  if (!BPF_CORE_READ(inode, i_nlink))
    process->flags |= SV_PROCESS_UNLINKED;
  if (BPF_CORE_READ(sb, s_magic) == OVERLAYFS_SUPER_MAGIC) {
    /* struct ovl_inode: the VFS inode, and right behind it the upper dentry (5.14 to 6.18). It may be a module's. */
    void *upper = NULL;

    bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
    process->flags |= upper ? SV_PROCESS_UPPER_LAYER : SV_PROCESS_LOWER_LAYER;
  }
}

/* Appends the path of `what` as seen from the root of `fs`; its result goes to `result`. */
static __always_inline __u32 sv_append_path(
  struct sv_image *image, __u32 at, struct sv_ref *reference, struct path *what, struct fs_struct *fs,
  struct sv_path_buffer *buffer, __u32 *result)
{
  __u32 walked = sv_path_walk(
    buffer, (__u64)BPF_CORE_READ(what, mnt), (__u64)BPF_CORE_READ(what, dentry), (__u64)BPF_CORE_READ(fs, root.mnt),
    (__u64)BPF_CORE_READ(fs, root.dentry));
  __u32 start = SV_PATH_START(walked);

  *result = SV_PATH_RESULT(walked);
  if (*result == SV_PATH_DETACHED && sv_is_memfd(&buffer->bytes[start]))
    image->process.flags |= SV_PROCESS_MEMFD;
  return sv_append(image, at, reference, &buffer->bytes[start], SV_PATH_END - start);
}

/* The executable and the working directory, with their paths. Returns the place after them. */
static __always_inline __u32 sv_fill_files(
  struct sv_image *image, __u32 at, struct task_struct *task, struct file *file, struct sv_path_buffer *buffer)
{
  struct sv_process *process = &image->process;
  struct fs_struct *fs = task->fs;
  struct dentry *cwd = BPF_CORE_READ(fs, pwd.dentry);
  __u32 result;

  sv_fill_file(process, BPF_CORE_READ(file, f_inode));
  if (sv_is_unhashed(BPF_CORE_READ(file, f_path.dentry)))
    process->flags |= SV_PROCESS_UNLINKED;
  at = sv_append_path(image, at, &process->exe, &file->f_path, fs, buffer, &result);
  if (result == SV_PATH_CUT)
    process->flags |= SV_PROCESS_EXE_TRUNCATED;
  else if (result == SV_PATH_OUTSIDE)
    process->flags |= SV_PROCESS_OUTSIDE_ROOT;

  at = sv_append_path(image, at, &process->cwd, &fs->pwd, fs, buffer, &result);
  if (result == SV_PATH_CUT)
    process->flags |= SV_PROCESS_CWD_TRUNCATED;
  if (sv_is_unhashed(cwd) && cwd != BPF_CORE_READ(cwd, d_parent))
    process->flags |= SV_PROCESS_CWD_UNLINKED;
  return at;
}

#endif
