/* Clocks and CPUs, for all programs here. */
#ifndef BENCH_CLOCK_H
#define BENCH_CLOCK_H

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static inline uint64_t now_ns(clockid_t clock)
{
  struct timespec time;

  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000000ull + time.tv_nsec;
}

__attribute__((noreturn)) static inline void die(const char *what)
{
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static inline void pin(int cpu)
{
  cpu_set_t set;

  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  if (sched_setaffinity(0, sizeof(set), &set))
    die("sched_setaffinity");
}

static inline uint64_t used_ns(const struct rusage *usage)
{
  return 1000000000ull * (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
         1000ull * (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec);
}

/* CPU time of this process and of its children that ended, nanoseconds. */
static inline uint64_t cpu_ns(void)
{
  struct rusage self, children;

  getrusage(RUSAGE_SELF, &self);
  getrusage(RUSAGE_CHILDREN, &children);
  return used_ns(&self) + used_ns(&children);
}

#endif
