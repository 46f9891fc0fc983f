/*
 * load CPU KIND COUNT PROGRAM: does one thing COUNT times on one CPU and prints what it took, as JSON.
 *
 * kind          one operation
 * exec          fork, execve of PROGRAM, waitpid
 * connect       socket, connect to a listener on 127.0.0.1, accept, close of both ends
 * refused       socket, connect to a port where nobody listens, close
 * udp-same      sendto, always to the same destination
 * udp-new       sendto, each time to another destination
 * getppid       the cheapest system call
 * mixed         exec, 4 connects, 2 refused, 2 udp-new, 4 udp-same
 *
 * The client of `connect` closes with a reset, so that no socket waits out its minute in TIME_WAIT and weighs on what
 * is measured later.
 */
#include "clock.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program;
static int listener, datagrams;
static struct sockaddr_in listening, deaf, sink;
static uint32_t destination = 0x7F010000; /* 127.1.0.0: all of 127.0.0.0/8 is this machine */

static void local(struct sockaddr_in *address, int fd)
{
  socklen_t size = sizeof(*address);

  memset(address, 0, sizeof(*address));
  address->sin_family = AF_INET;
  if (bind(fd, (struct sockaddr *)address, sizeof(*address)) || getsockname(fd, (struct sockaddr *)address, &size))
    die("bind");
  address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
}

static void prepare(void)
{
  int quiet = socket(AF_INET, SOCK_STREAM, 0), receiver = socket(AF_INET, SOCK_DGRAM, 0), small = 4096;

  listener = socket(AF_INET, SOCK_STREAM, 0);
  datagrams = socket(AF_INET, SOCK_DGRAM, 0);
  if (quiet < 0 || receiver < 0 || listener < 0 || datagrams < 0)
    die("socket");
  local(&listening, listener);
  if (listen(listener, 128))
    die("listen");
  local(&deaf, quiet); /* bound and not listening: refused, and nobody else takes the port */
  setsockopt(receiver, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)); /* full at once: every send costs the same */
  local(&sink, receiver);
}

static void do_exec(void)
{
  pid_t child = fork();
  int status;

  if (child < 0)
    die("fork");
  if (child == 0) {
    char *argv[] = {(char *)program, NULL}, *envp[] = {"PATH=/usr/bin", NULL};

    execve(program, argv, envp);
    _exit(127);
  }
  if (waitpid(child, &status, 0) != child || status)
    die(program);
}

static void do_connect(void)
{
  static const struct linger reset = {.l_onoff = 1, .l_linger = 0};
  int client = socket(AF_INET, SOCK_STREAM, 0), server;

  if (client < 0 || connect(client, (struct sockaddr *)&listening, sizeof(listening)))
    die("connect");
  server = accept(listener, NULL, NULL);
  if (server < 0)
    die("accept");
  setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  close(client);
  close(server);
}

static void do_refused(void)
{
  int client = socket(AF_INET, SOCK_STREAM, 0);

  if (client < 0 || connect(client, (struct sockaddr *)&deaf, sizeof(deaf)) != -1 || errno != ECONNREFUSED)
    die("connect that should be refused");
  close(client);
}

static void send_to(struct sockaddr_in *address)
{
  if (sendto(datagrams, "selvage", 7, 0, (struct sockaddr *)address, sizeof(*address)) != 7)
    die("sendto");
}

static void do_udp_same(void)
{
  send_to(&sink);
}

static void do_udp_new(void)
{
  struct sockaddr_in address = sink;

  address.sin_addr.s_addr = htonl(destination);
  destination = destination == 0x7FFFFFFE ? 0x7F010000 : destination + 1;
  send_to(&address);
}

static void do_getppid(void)
{
  syscall(SYS_getppid);
}

static void do_mixed(void)
{
  do_exec();
  for (int i = 0; i < 4; i++)
    do_connect();
  for (int i = 0; i < 2; i++) {
    do_refused();
    do_udp_new();
  }
  for (int i = 0; i < 4; i++)
    do_udp_same();
}

static const struct {
  const char *name;
  void (*operation)(void);
} kinds[] = {
  {"exec", do_exec},         {"connect", do_connect}, {"refused", do_refused}, {"udp-same", do_udp_same},
  {"udp-new", do_udp_new},   {"getppid", do_getppid}, {"mixed", do_mixed},
};

int main(int argc, char **argv)
{
  void (*operation)(void) = NULL;
  uint64_t count, wall, cpu;

  if (argc != 5)
    return fprintf(stderr, "usage: load CPU KIND COUNT PROGRAM\n"), 2;
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (!strcmp(kinds[i].name, argv[2]))
      operation = kinds[i].operation;
  if (!operation)
    return fprintf(stderr, "load: no kind %s\n", argv[2]), 2;
  count = strtoull(argv[3], NULL, 10);
  program = argv[4];
  pin(atoi(argv[1]));
  prepare();
  for (uint64_t i = 0; i < count / 20 + 1; i++) /* warm */
    operation();
  cpu = cpu_ns();
  wall = now_ns(CLOCK_MONOTONIC);
  for (uint64_t i = 0; i < count; i++)
    operation();
  wall = now_ns(CLOCK_MONOTONIC) - wall;
  cpu = cpu_ns() - cpu;
  printf("{\"count\": %lu, \"wall_ns\": %lu, \"cpu_ns\": %lu}\n", count, wall, cpu);
  return 0;
}
