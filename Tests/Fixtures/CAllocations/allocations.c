#include "allocations.h"

#include <errno.h>
#include <malloc.h>
#include <stddef.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void *memory);

static __thread unsigned long calls;
static __thread long held;

/* Counts memory that this thread got, if it did. */
static void *taken(void *memory)
{
  calls++;
  if (memory)
    held += (long)malloc_usable_size(memory);
  return memory;
}

void allocations_start(void)
{
  calls = 0;
}

unsigned long allocations_stop(void)
{
  return calls;
}

long allocations_held(void)
{
  return held;
}

void *malloc(size_t size)
{
  return taken(__libc_malloc(size));
}

void *calloc(size_t count, size_t size)
{
  return taken(__libc_calloc(count, size));
}

void *realloc(void *old, size_t size)
{
  long before = old ? (long)malloc_usable_size(old) : 0;
  void *memory = __libc_realloc(old, size);

  /* Without memory to give, the old stays; of no bytes, it goes. */
  if (memory || !size)
    held -= before;
  return taken(memory);
}

void *memalign(size_t alignment, size_t size)
{
  return taken(__libc_memalign(alignment, size));
}

void *aligned_alloc(size_t alignment, size_t size)
{
  return taken(__libc_memalign(alignment, size));
}

int posix_memalign(void **result, size_t alignment, size_t size)
{
  void *memory = taken(__libc_memalign(alignment, size));

  if (!memory)
    return ENOMEM;
  *result = memory;
  return 0;
}

void free(void *memory)
{
  if (memory)
    held -= (long)malloc_usable_size(memory);
  __libc_free(memory);
}
