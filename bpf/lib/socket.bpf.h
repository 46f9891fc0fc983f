/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* What a kernel socket is: its addresses and namespace. */
#ifndef SELVAGE_SOCKET_BPF_H
#define SELVAGE_SOCKET_BPF_H

#include "kernel_types.h"
#include "selvage_abi.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

static __always_inline void sv_read_addresses(
  struct sock *sk, __u16 family, __u8 local[16], __u8 remote[16], __u16 *local_port, __u16 *remote_port)
{
  *local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
  if (!*local_port) /* given back before the socket's end is told, but not forgotten */
    *local_port = bpf_ntohs(BPF_CORE_READ((struct inet_sock *)sk, inet_sport));
  *remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
  if (family == AF_INET) {
    bpf_core_read(local, 4, &sk->__sk_common.skc_rcv_saddr);
    bpf_core_read(remote, 4, &sk->__sk_common.skc_daddr);
  } else {
    bpf_core_read(local, 16, &sk->__sk_common.skc_v6_rcv_saddr);
    bpf_core_read(remote, 16, &sk->__sk_common.skc_v6_daddr);
  }
}

static __always_inline __u32 sv_socket_namespace(struct sock *sk)
{
  return BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
}

#endif
