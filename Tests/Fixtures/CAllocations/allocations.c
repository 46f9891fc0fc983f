#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static __thread unsigned long calls;

void allocations_start(void)
{
  calls = 0;
}

unsigned long allocations_stop(void)
{
  return calls;
}

unsigned long allocations_held(void)
{
  struct mallinfo2 info = mallinfo2();

  return info.uordblks + info.hblkhd;
}

void *malloc(size_t size)
{
  calls++;
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
  calls++;
  return __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
  calls++;
  return __libc_realloc(old, size);
}

void *memalign(size_t alignment, size_t size)
{
  calls++;
  return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
  calls++;
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
  void *memory;

  calls++;
  memory = __libc_memalign(alignment, size);
  if (!memory)
    return ENOMEM;
  *result = memory;
  return 0;
}
