/*
 * stamp CPU COUNT INTERVAL PROGRAM: executes PROGRAM as "selvage-bench-mark T N", T the time just before the execve in
 * nanoseconds of CLOCK_REALTIME, N from 0, every INTERVAL microseconds; COUNT 0: without end. It runs ahead of whatever
 * else the CPU has to do, so that it is not its own waiting that is measured.
 */
#include "clock.h"
#include <sys/prctl.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

static void mark(const char *program, uint64_t number)
{
  pid_t child = fork();
  int status;

  if (child < 0)
    die("fork");
  if (child == 0) {
    char time[24], sequence[24];
    char *argv[] = {"selvage-bench-mark", time, sequence, NULL}, *envp[] = {NULL};

    snprintf(sequence, sizeof(sequence), "%lu", number);
    snprintf(time, sizeof(time), "%lu", now_ns(CLOCK_REALTIME));
    execve(program, argv, envp);
    _exit(127);
  }
  if (waitpid(child, &status, 0) != child || status)
    die(program);
}

int main(int argc, char **argv)
{
  struct sched_param first = {.sched_priority = 1};
  struct timespec next;
  uint64_t count, interval;

  if (argc != 5)
    return fprintf(stderr, "usage: stamp CPU COUNT INTERVAL PROGRAM\n"), 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  count = strtoull(argv[2], NULL, 10);
  interval = strtoull(argv[3], NULL, 10) * 1000;
  pin(atoi(argv[1]));
  if (sched_setscheduler(0, SCHED_FIFO, &first))
    fprintf(stderr, "stamp: without real-time priority (%s): under load, waiting for the CPU is part of the figures\n",
      strerror(errno));
  clock_gettime(CLOCK_MONOTONIC, &next);
  for (uint64_t i = 0; !count || i < count; i++) {
    mark(argv[4], i);
    next.tv_nsec += interval;
    while (next.tv_nsec >= 1000000000) {
      next.tv_nsec -= 1000000000;
      next.tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
  }
  return 0;
}
