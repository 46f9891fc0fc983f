#define _GNU_SOURCE
#include "triggers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/io_uring.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FAILED = 125 };

pid_t trigger_connect_in_child(const struct sockaddr *address, socklen_t length)
{
  pid_t pid = fork();

  if (pid)
    return pid > 0 ? pid : -errno;
  int socket_ = socket(address->sa_family, SOCK_STREAM, 0);
  char byte;

  if (connect(socket_, address, length))
    _exit(FAILED);
  while (read(socket_, &byte, 1) > 0)
    ;
  _exit(0);
}

pid_t trigger_connect_as(uid_t user, uint16_t port)
{
  pid_t pid = fork();

  if (pid)
    return pid > 0 ? pid : -errno;
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);

  if (socket_ < 0 || syscall(SYS_setresuid, -1, user, -1))
    _exit(FAILED);
  connect(socket_, (struct sockaddr *)&address, sizeof(address));
  _exit(0);
}

pid_t trigger_connects(uint16_t port, unsigned count)
{
  pid_t pid = fork();

  if (pid)
    return pid > 0 ? pid : -errno;
  struct sockaddr_in address = {
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

  for (unsigned i = 0; i < count; i++) {
    int socket_ = socket(AF_INET, SOCK_STREAM, 0);

    if (socket_ < 0)
      _exit(FAILED);
    connect(socket_, (struct sockaddr *)&address, sizeof(address));
    close(socket_);
  }
  _exit(0);
}

int trigger_io_uring_connect(int socket, const struct sockaddr *address, socklen_t length, uint8_t flags)
{
  struct io_uring_params params = {};
  int ring = (int)syscall(SYS_io_uring_setup, 1, &params);

  if (ring < 0)
    return errno == EPERM ? -ENOSYS : -errno;
  size_t size = params.sq_off.array + params.sq_entries * sizeof(unsigned);
  size_t completions = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);

  if (completions > size) /* one mapping holds both (5.4) */
    size = completions;
  char *queue = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
  struct io_uring_sqe *entry = mmap(
    NULL, params.sq_entries * sizeof(*entry), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
  int result = -ENOMEM;

  if (queue != MAP_FAILED && entry != MAP_FAILED) {
    memset(entry, 0, sizeof(*entry));
    entry->opcode = IORING_OP_CONNECT;
    entry->flags = flags;
    entry->fd = socket;
    entry->addr = (uint64_t)(uintptr_t)address;
    entry->off = length;
    ((unsigned *)(queue + params.sq_off.array))[0] = 0;
    __atomic_store_n((unsigned *)(queue + params.sq_off.tail), 1, __ATOMIC_RELEASE);
    if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) < 0)
      result = -errno;
    else
      result = ((struct io_uring_cqe *)(queue + params.cq_off.cqes))->res;
    munmap(queue, size);
    munmap(entry, params.sq_entries * sizeof(*entry));
  }
  close(ring);
  return result;
}

int trigger_attach_exclusive(int cgroup)
{
  struct bpf_insn allow[] = {
    {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 1}, {.code = BPF_JMP | BPF_EXIT}};
  union bpf_attr load = {
    .prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR, .expected_attach_type = BPF_CGROUP_INET4_CONNECT,
    .insns = (uint64_t)(uintptr_t)allow, .insn_cnt = 2, .license = (uint64_t)(uintptr_t)"GPL"};
  int program = (int)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof(load));

  if (program < 0)
    return -errno;
  union bpf_attr attach = {
    .target_fd = (uint32_t)cgroup, .attach_bpf_fd = (uint32_t)program, .attach_type = BPF_CGROUP_INET4_CONNECT};
  if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof(attach))) {
    int error = errno;

    close(program);
    return -error;
  }
  return program;
}
