/*
 * receive PATH COUNT SECONDS: a syslog receiver at a unix datagram socket. Prints for each alert of an execution by
 * stamp, "executed-at hooked-at sent-at read-at" in nanoseconds of CLOCK_REALTIME: what stamp noted, the record's time,
 * when the kernel put the datagram into this socket, and when this program had it. Ends after COUNT of them, or
 * SECONDS after the start; says first "ready", and at the end on standard error how many other messages came.
 */
#include "clock.h"
#include <poll.h>
#include <sys/prctl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char message[1 << 16];

struct row {
  uint64_t executed, hooked, sent, read;
};

/* Reads a message; returns when it was sent. */
static uint64_t receive(int fd)
{
  char control[256];
  struct iovec part = {message, sizeof(message) - 1};
  struct msghdr header = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
  ssize_t length = recvmsg(fd, &header, 0);
  uint64_t sent = 0;

  if (length < 0)
    die("recvmsg");
  message[length] = 0;
  for (struct cmsghdr *c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c))
    if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      struct timespec time;

      memcpy(&time, CMSG_DATA(c), sizeof(time));
      sent = (uint64_t)time.tv_sec * 1000000000ull + time.tv_nsec;
    }
  return sent;
}

int main(int argc, char **argv)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  uint64_t end, count, received = 0, others = 0;
  struct row *rows;
  int fd = socket(AF_UNIX, SOCK_DGRAM, 0), on = 1, large = 8 << 20;

  if (argc != 4 || strlen(argv[1]) >= sizeof(address.sun_path))
    return fprintf(stderr, "usage: receive PATH COUNT SECONDS\n"), 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  strcpy(address.sun_path, argv[1]);
  count = strtoull(argv[2], NULL, 10);
  rows = calloc(count + 1, sizeof(*rows)); /* told at the end: a pipe that nobody reads yet would hold this up */
  unlink(argv[1]);
  if (!rows || fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)))
    die(argv[1]);
  if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)))
    die("SO_TIMESTAMPNS");
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &large, sizeof(large));
  printf("ready\n");
  fflush(stdout);
  end = now_ns(CLOCK_MONOTONIC) + strtoull(argv[3], NULL, 10) * 1000000000ull;
  while (received < count) {
    struct pollfd wanted = {.fd = fd, .events = POLLIN};
    struct row *row = &rows[received];
    uint64_t now = now_ns(CLOCK_MONOTONIC);
    const char *mark;

    if (now >= end || poll(&wanted, 1, (end - now) / 1000000 + 1) == 0)
      break;
    row->sent = receive(fd);
    row->read = now_ns(CLOCK_REALTIME);
    if (!row->sent)
      row->sent = row->read;
    mark = strstr(message, "selvage-bench-mark executed=");
    if (mark && sscanf(mark, "selvage-bench-mark executed=%lu %*u hooked=%lu", &row->executed, &row->hooked) == 2)
      received++;
    else
      others++;
  }
  for (struct row *row = rows; row < rows + received; row++)
    printf("%lu %lu %lu %lu\n", row->executed, row->hooked, row->sent, row->read);
  fprintf(stderr, "%lu\n", others);
  unlink(argv[1]);
  return 0;
}
