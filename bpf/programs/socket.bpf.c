// SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only)
/*
 * Sockets: who connects where, who listens, who is connected to. Every record names the process that owns the
 * socket: who connected it or made it listen.
 *
 * hook                          event              why this hook                                      fallback
 * cgroup/connect4, connect6     CONNECT            the kernel's copy of the address; io_uring too     none
 * cgroup/sendmsg4, sendmsg6     SEND               likewise; unconnected datagrams                    none
 * cgroup/post_bind4, post_bind6 BIND               after success, with the port that was chosen      none
 * cgroup/sock_create            SOCKET             raw and rarer sockets, before they can be used     none
 * tp_btf/inet_sock_set_state    LISTEN, CONNECTED, the state machine itself, in whatever context;     none
 *                               ACCEPT, CLOSE      the owner waits in the socket's storage
 * iter/task_file                (none)             owners of sockets opened before it was asked      those have no owner
 *
 * The cgroup programs sit at the root of the cgroup2 hierarchy and always return 1: they allow.
 */
#include "owner.bpf.h"
#include "ring.bpf.h"
#include "socket.bpf.h"
#include "task.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Where a datagram socket has sent to, so that only the first datagram is told. The last destination waits in the
   socket's storage; a socket with many has them here. Memory: 8 MiB when full; then the least used are forgotten,
   and told again. */
struct sv_destination {
  __u64 cookie;
  __u8 address[16];
  __u16 port;
  __u16 reserved[3];
};
struct {
  __uint(type, BPF_MAP_TYPE_LRU_HASH);
  __uint(max_entries, 65536);
  __type(key, struct sv_destination);
  __type(value, __u8);
} sv_destinations SEC(".maps");

struct {
  __uint(type, BPF_MAP_TYPE_SK_STORAGE);
  __uint(map_flags, BPF_F_NO_PREALLOC);
  __type(key, int);
  __type(value, struct sv_destination);
} sv_last_destination SEC(".maps");

/*
 * The kernel's own socket behind a hook's context. A full socket's pointer is the struct sock; the verifier allows
 * no way from its view of it to the kernel's, so the pointer goes through memory.
 */
static __always_inline struct sock *sv_kernel_sock(void *view)
{
  struct sock *sk = NULL;

  bpf_probe_read_kernel(&sk, sizeof(sk), &view);
  return sk;
}

static __always_inline void sv_copy_ip6(__u8 to[16], const __u32 from[4])
{
  __u32 *words = (__u32 *)to;

  words[0] = from[0];
  words[1] = from[1];
  words[2] = from[2];
  words[3] = from[3];
}

static __always_inline void sv_fill_peer(struct sv_socket *record, struct bpf_sock_addr *ctx, __u16 family)
{
  struct sock *sk = sv_kernel_sock(ctx->sk);
  __u16 unused;

  record->cookie = bpf_get_socket_cookie(ctx);
  record->ns_net = sv_socket_namespace(sk);
  record->family = family;
  record->type = ctx->type;
  record->protocol = ctx->protocol;
  sv_read_addresses(sk, family, record->local, record->remote, &record->local_port, &unused);
  record->remote_port = bpf_ntohs(ctx->user_port);
  if (family == AF_INET) {
    *(__u32 *)record->remote = ctx->user_ip4;
  } else {
    __u32 address[4] = {ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3]};

    sv_copy_ip6(record->remote, address);
  }
}

/* The kinds that need a socket's owner when nobody is there to be asked. */
#define SV_STATE_KINDS (1ull << SV_KIND_CONNECTED | 1ull << SV_KIND_ACCEPT | 1ull << SV_KIND_CLOSE)

static __always_inline int sv_connect(struct bpf_sock_addr *ctx, __u16 family)
{
  struct sv_owner owner;
  struct sv_socket *record;
  __u64 wanted = sv_wanted_kinds();
  bool stateful = ctx->type == SOCK_STREAM && (wanted & SV_STATE_KINDS); /* datagram sockets have no states */

  if (!(wanted & (1ull << SV_KIND_CONNECT)) && !stateful)
    return 1;
  sv_fill_owner(&owner);
  owner.outgoing = 1;
  if (stateful && ctx->sk) {
    struct sv_owner *stored = bpf_sk_storage_get(&sv_owners, ctx->sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);

    if (stored)
      *stored = owner;
  }
  if (!(wanted & (1ull << SV_KIND_CONNECT)))
    return 1;
  record = sv_start(SV_KIND_CONNECT, &owner);
  if (!record)
    return 1;
  sv_fill_peer(record, ctx, family);
  record->result = -EINPROGRESS;
  bpf_ringbuf_submit(record, 0);
  return 1;
}

SEC("cgroup/connect4")
int sv_connect4(struct bpf_sock_addr *ctx)
{
  return sv_connect(ctx, AF_INET);
}

SEC("cgroup/connect6")
int sv_connect6(struct bpf_sock_addr *ctx)
{
  return sv_connect(ctx, AF_INET6);
}

/* Has this socket sent there before? Remembers that it has. */
static __always_inline bool sv_sent_before(struct bpf_sock_addr *ctx, const struct sv_destination *destination)
{
  struct sv_destination *last = NULL;
  __u8 one = 1;

  if (ctx->sk)
    last = bpf_sk_storage_get(&sv_last_destination, ctx->sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
  if (last) {
    if (!__builtin_memcmp(last, destination, sizeof(*last)))
      return true;
    *last = *destination;
  }
  if (bpf_map_lookup_elem(&sv_destinations, destination))
    return true;
  bpf_map_update_elem(&sv_destinations, destination, &one, BPF_ANY);
  return false;
}

static __always_inline int sv_send(struct bpf_sock_addr *ctx, __u16 family)
{
  struct sv_destination destination = {};
  struct sv_socket *record;
  struct sv_owner owner;

  if (!sv_is_wanted(SV_KIND_SEND))
    return 1;
  destination.cookie = bpf_get_socket_cookie(ctx);
  destination.port = ctx->user_port;
  if (family == AF_INET) {
    *(__u32 *)destination.address = ctx->user_ip4;
  } else {
    __u32 address[4] = {ctx->user_ip6[0], ctx->user_ip6[1], ctx->user_ip6[2], ctx->user_ip6[3]};

    sv_copy_ip6(destination.address, address);
  }
  if (sv_sent_before(ctx, &destination))
    return 1;
  sv_fill_owner(&owner);
  record = sv_start(SV_KIND_SEND, &owner);
  if (!record)
    return 1;
  sv_fill_peer(record, ctx, family);
  bpf_ringbuf_submit(record, 0);
  return 1;
}

SEC("cgroup/sendmsg4")
int sv_sendmsg4(struct bpf_sock_addr *ctx)
{
  return sv_send(ctx, AF_INET);
}

SEC("cgroup/sendmsg6")
int sv_sendmsg6(struct bpf_sock_addr *ctx)
{
  return sv_send(ctx, AF_INET6);
}

static __always_inline int sv_own(struct bpf_sock *ctx, __u32 kind)
{
  struct sv_socket *record;
  struct sv_owner owner;
  struct sock *sk;
  __u16 unused;

  sv_fill_owner(&owner);
  record = sv_start(kind, &owner);
  if (!record)
    return 1;
  sk = sv_kernel_sock(ctx);
  record->cookie = bpf_get_socket_cookie(ctx);
  record->ns_net = sv_socket_namespace(sk);
  record->family = ctx->family;
  record->type = ctx->type;
  record->protocol = ctx->protocol;
  if (kind == SV_KIND_BIND)
    sv_read_addresses(sk, record->family, record->local, record->remote, &record->local_port, &unused);
  bpf_ringbuf_submit(record, 0);
  return 1;
}

SEC("cgroup/post_bind4")
int sv_post_bind4(struct bpf_sock *ctx)
{
  return sv_is_wanted(SV_KIND_BIND) ? sv_own(ctx, SV_KIND_BIND) : 1;
}

SEC("cgroup/post_bind6")
int sv_post_bind6(struct bpf_sock *ctx)
{
  return sv_is_wanted(SV_KIND_BIND) ? sv_own(ctx, SV_KIND_BIND) : 1;
}

/* Plain TCP and UDP are told of when they are put to use. */
static __always_inline bool sv_is_plain(struct bpf_sock *ctx)
{
  switch (ctx->type) {
  case SOCK_STREAM:
    return ctx->protocol == IPPROTO_IP || ctx->protocol == IPPROTO_TCP || ctx->protocol == IPPROTO_MPTCP;
  case SOCK_DGRAM:
    return ctx->protocol == IPPROTO_IP || ctx->protocol == IPPROTO_UDP;
  default:
    return false;
  }
}

SEC("cgroup/sock_create")
int sv_sock_create(struct bpf_sock *ctx)
{
  if (sv_is_plain(ctx) || !sv_is_wanted(SV_KIND_SOCKET))
    return 1;
  return sv_own(ctx, SV_KIND_SOCKET);
}

static __always_inline void sv_state_record(
  const struct sock *sk, __u32 kind, const struct sv_owner *owner, __s32 result, __u64 duration_ns)
{
  struct sock *address = (struct sock *)sk;
  struct sv_socket *record;

  if (!sv_is_wanted(kind))
    return;
  record = sv_start(kind, owner);
  if (!record)
    return;
  record->cookie = bpf_get_socket_cookie((void *)sk);
  record->ns_net = sv_socket_namespace(address);
  record->family = sk->__sk_common.skc_family;
  record->type = BPF_CORE_READ(address, sk_type);
  record->protocol = sk->sk_protocol;
  record->result = result;
  record->duration_ns = duration_ns;
  sv_read_addresses(address, record->family, record->local, record->remote, &record->local_port, &record->remote_port);
  if (kind == SV_KIND_ACCEPT)
    record->flags |= SV_SOCKET_INCOMING;
  bpf_ringbuf_submit(record, 0);
}

SEC("tp_btf/inet_sock_set_state")
int BPF_PROG(sv_set_state, const struct sock *sk, int old, int new)
{
  struct sv_owner *owner;
  bool connecting;
  __u64 now;
  bool stateful = sv_wanted_kinds() & SV_STATE_KINDS;

  if (!stateful && new != TCP_LISTEN)
    return 0;
  if (new == TCP_SYN_SENT) { /* mostly known from the connect hook; multipath TCP's upper socket is not */
    owner = bpf_sk_storage_get(&sv_owners, (void *)sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
    if (owner && !owner->pid) {
      struct sv_owner connector;

      sv_fill_owner(&connector);
      connector.outgoing = 1;
      *owner = connector;
    }
    return 0;
  }
  if (new == TCP_LISTEN) {
    struct sv_owner listener;

    sv_fill_owner(&listener);
    owner = stateful ? bpf_sk_storage_get(&sv_owners, (void *)sk, NULL, BPF_SK_STORAGE_GET_F_CREATE) : NULL;
    if (owner)
      *owner = listener;
    sv_state_record(sk, SV_KIND_LISTEN, &listener, 0, 0);
    return 0;
  }
  if (new != TCP_ESTABLISHED && new != TCP_CLOSE)
    return 0;
  if (old == TCP_CLOSE || old == TCP_LISTEN) /* it never stood */
    return 0;
  owner = bpf_sk_storage_get(&sv_owners, (void *)sk, NULL, 0);
  now = bpf_ktime_get_boot_ns();
  /* When both ends connect at once, a socket that called connect passes through SYN_RECV too. */
  connecting = old == TCP_SYN_SENT || (old == TCP_SYN_RECV && owner && owner->outgoing);
  if (new == TCP_ESTABLISHED) {
    if (connecting) {
      sv_state_record(sk, SV_KIND_CONNECTED, owner, 0, owner ? now - owner->since_ns : 0);
    } else if (old == TCP_SYN_RECV) {
      if (owner)
        owner->flags |= SV_SOCKET_INCOMING;
      sv_state_record(sk, SV_KIND_ACCEPT, owner, 0, 0);
    }
    if (owner)
      owner->since_ns = now;
    return 0;
  }
  if (connecting) {
    int error = sk->sk_err;

    /* No error: the owner gave up, and closed it. */
    sv_state_record(sk, SV_KIND_CONNECTED, owner, error ? -error : -ECONNABORTED, owner ? now - owner->since_ns : 0);
    return 0;
  }
  if (old != TCP_SYN_RECV)
    sv_state_record(sk, SV_KIND_CLOSE, owner, 0, owner ? now - owner->since_ns : 0);
  return 0;
}

/* Who owns the TCP sockets that are open; asked when somebody begins to want it. A socket passed on belongs to the first holder found. */
SEC("iter/task_file")
int sv_open_sockets(struct bpf_iter__task_file *ctx)
{
  struct task_struct *task = ctx->task;
  struct file *file = ctx->file;
  struct sv_owner *owner;
  struct socket *socket;
  struct sock *sk;

  if (!task || !file)
    return 0;
  socket = bpf_sock_from_file(file);
  if (!socket)
    return 0;
  sk = socket->sk;
  if (!sk || sk->sk_protocol != IPPROTO_TCP)
    return 0;
  owner = bpf_sk_storage_get(&sv_owners, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
  if (!owner || owner->pid)
    return 0;
  owner->pid = task->tgid;
  owner->tid = task->pid;
  owner->start_ns = task->group_leader->start_boottime;
  owner->cgroup_id = sv_cgroup_id(task);
  owner->since_ns = bpf_ktime_get_boot_ns();
  owner->uid = task->cred->uid.val;
  owner->euid = task->cred->euid.val;
  bpf_core_read_str(owner->comm, sizeof(owner->comm), &task->group_leader->comm);
  return 0;
}
