/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/*
 * The few kernel types and constants that the programs use, by hand: only the members that are read, in any order.
 * libbpf moves every access to where the running kernel has the member (CO-RE), so the layouts here mean nothing.
 */
#ifndef SELVAGE_KERNEL_TYPES_H
#define SELVAGE_KERNEL_TYPES_H

typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
#define true 1
#define false 0
#define NULL ((void *)0)

/* include/uapi/linux/bpf.h */
enum {
  BPF_ANY = 0,
  BPF_NOEXIST = 1,
  BPF_F_NO_PREALLOC = 1 << 0,
  BPF_F_CLONE = 1 << 9,
  BPF_SK_STORAGE_GET_F_CREATE = 1 << 0,
};
enum bpf_map_type {
  BPF_MAP_TYPE_HASH = 1,
  BPF_MAP_TYPE_ARRAY = 2,
  BPF_MAP_TYPE_PERCPU_ARRAY = 6,
  BPF_MAP_TYPE_LRU_HASH = 9,
  BPF_MAP_TYPE_SK_STORAGE = 24,
  BPF_MAP_TYPE_RINGBUF = 27,
};

struct bpf_sock {
  __u32 bound_dev_if;
  __u32 family;
  __u32 type;
  __u32 protocol;
  __u32 mark;
  __u32 priority;
  __u32 src_ip4;
  __u32 src_ip6[4];
  __u32 src_port; /* host byte order */
};

struct bpf_sock_addr {
  __u32 user_family;
  __u32 user_ip4;
  __u32 user_ip6[4];
  __u32 user_port; /* network byte order */
  __u32 family;
  __u32 type;
  __u32 protocol;
  __u32 msg_src_ip4;
  __u32 msg_src_ip6[4];
  struct bpf_sock *sk __attribute__((aligned(8)));
};

enum { AF_UNIX = 1, AF_INET = 2, AF_INET6 = 10 };
enum { SOCK_STREAM = 1, SOCK_DGRAM = 2, SOCK_RAW = 3 };
enum { IPPROTO_IP = 0, IPPROTO_TCP = 6, IPPROTO_UDP = 17, IPPROTO_MPTCP = 262 };
enum { EEXIST = 17, ECONNABORTED = 103, EINPROGRESS = 115 };

/* include/net/tcp_states.h */
enum {
  TCP_ESTABLISHED = 1,
  TCP_SYN_SENT = 2,
  TCP_SYN_RECV = 3,
  TCP_CLOSE = 7,
  TCP_LISTEN = 10,
};

enum { S_IFMT = 0170000, S_IFSOCK = 0140000, S_ISUID = 04000, S_ISGID = 02000 };
enum { PF_KTHREAD = 0x00200000 };
enum { PIDTYPE_SID = 3 };
enum { SIGNAL_GROUP_EXIT = 4 };
#define OVERLAYFS_SUPER_MAGIC 0x794c7630

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct { __u32 val; } kuid_t;
typedef struct { __u32 val; } kgid_t;
typedef struct { int counter; } atomic_t;
typedef struct { __s64 counter; } atomic64_t;

struct ns_common { unsigned int inum; };
struct cgroup_namespace { struct ns_common ns; };
struct ipc_namespace { struct ns_common ns; };
struct mnt_namespace { struct ns_common ns; };
struct pid_namespace { struct ns_common ns; };
struct user_namespace { struct ns_common ns; };
struct uts_namespace { struct ns_common ns; };
struct net { struct ns_common ns; };
struct nsproxy {
  struct uts_namespace *uts_ns;
  struct ipc_namespace *ipc_ns;
  struct mnt_namespace *mnt_ns;
  struct net *net_ns;
  struct cgroup_namespace *cgroup_ns;
};

struct upid {
  int nr;
  struct pid_namespace *ns;
};
struct pid {
  unsigned int level;
  struct upid numbers[1];
};

typedef struct { __u64 val; } kernel_cap_t; /* two __u32 before 6.3 (f122a08b197d): the same 8 bytes */
struct cred {
  kuid_t uid, euid;
  kgid_t gid, egid;
  kernel_cap_t cap_permitted, cap_effective;
  struct user_namespace *user_ns;
};

struct qstr {
  __u32 len;
  const unsigned char *name;
};
struct hlist_bl_node { struct hlist_bl_node *next, **pprev; };
struct dentry {
  struct hlist_bl_node d_hash;
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
};
struct super_block {
  __u32 s_dev;
  unsigned long s_magic;
};
struct inode {
  __u16 i_mode;
  kuid_t i_uid;
  kgid_t i_gid;
  struct super_block *i_sb;
  unsigned long i_ino;
  unsigned int i_nlink;
};
struct vfsmount { struct dentry *mnt_root; };
struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
};
struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};
struct file {
  struct path f_path;
  struct inode *f_inode;
  void *private_data;
};
struct fdtable {
  unsigned int max_fds;
  struct file **fd;
};
struct files_struct { struct fdtable *fdt; };
struct fs_struct { struct path root, pwd; };

struct mm_struct {
  unsigned long arg_start, arg_end, env_start, env_end;
  struct file *exe_file;
};
struct tty_struct { char name[64]; };
struct signal_struct {
  atomic_t live;
  int nr_threads;
  int group_exit_code;
  unsigned int flags;
  struct pid *pids[4];
  struct tty_struct *tty;
};

struct kernfs_node {
  __u64 id;
  const char *name;
  struct kernfs_node *__parent; /* from 6.15 on (633488947ef6) */
};
struct kernfs_node___before_6_15 { struct kernfs_node *parent; };
struct cgroup_root { int hierarchy_id; };
struct cgroup {
  int level;
  struct kernfs_node *kn;
  struct cgroup_root *root;
};
struct css_set { struct cgroup *dfl_cgrp; };

struct task_struct {
  unsigned int flags;
  struct mm_struct *mm;
  int exit_code;
  int pid, tgid;
  struct task_struct *real_parent;
  struct task_struct *group_leader;
  struct pid *thread_pid;
  __u64 start_boottime;
  const struct cred *cred;
  char comm[16];
  struct fs_struct *fs;
  struct files_struct *files;
  struct nsproxy *nsproxy;
  struct signal_struct *signal;
  kuid_t loginuid;
  unsigned int sessionid;
  struct css_set *cgroups;
};
struct linux_binprm {
  struct file *file;
  int argc;
  const char *filename;
  const char *interp;
};

struct in6_addr { __u8 bytes[16]; }; /* the kernel's is a union of one size */
typedef struct { struct net *net; } possible_net_t;
struct sock_common {
  __be32 skc_daddr;
  __be32 skc_rcv_saddr;
  __be16 skc_dport;
  __u16 skc_num;
  unsigned short skc_family;
  possible_net_t skc_net;
  struct in6_addr skc_v6_daddr;
  struct in6_addr skc_v6_rcv_saddr;
};
struct sock {
  struct sock_common __sk_common;
  __u16 sk_type;
  __u16 sk_protocol;
  int sk_err;
};
struct inet_sock { __be16 inet_sport; };
struct socket {
  short type;
  struct sock *sk;
};

struct seq_file;
struct bpf_iter_meta { struct seq_file *seq; };
struct bpf_iter__task {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
};
struct bpf_iter__task_file {
  struct bpf_iter_meta *meta;
  struct task_struct *task;
  __u32 fd;
  struct file *file;
};

#pragma clang attribute pop

#endif
