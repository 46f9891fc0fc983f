/*
 * To be preloaded: counts every call that takes memory, of all threads, and writes the count to the file that
 * MALLOCS_FILE names when the program ends.
 *
 * MALLOCS_TRACE=FROM:EVERY writes a backtrace to standard error for every EVERY-th call after the first FROM:
 * where a steady state that should take none takes some.
 */
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_ulong calls;
static unsigned long from, every;

static void count(void)
{
  unsigned long call = atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed);

  if (every && call >= from && (call - from) % every == 0) {
    void *frames[24];
    unsigned long stop = every;

    every = 0; /* backtrace() itself may take memory */
    backtrace_symbols_fd(frames, backtrace(frames, 24), 2);
    if (write(2, "\n", 1) != 1)
      _exit(1);
    every = stop;
  }
}

void *malloc(size_t size)
{
  count();
  return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
  count();
  return __libc_calloc(number, size);
}

void *realloc(void *old, size_t size)
{
  count();
  return __libc_realloc(old, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  count();
  return __libc_memalign(alignment, size);
}

void *memalign(size_t alignment, size_t size)
{
  count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
  count();
  *result = __libc_memalign(alignment, size);
  return *result ? 0 : ENOMEM;
}

__attribute__((constructor)) static void begin(void)
{
  const char *trace = getenv("MALLOCS_TRACE");

  if (trace)
    sscanf(trace, "%lu:%lu", &from, &every);
}

__attribute__((destructor)) static void end(void)
{
  const char *path = getenv("MALLOCS_FILE");
  int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600) : -1;

  every = 0;
  if (fd >= 0)
    dprintf(fd, "%lu\n", atomic_load(&calls));
}
