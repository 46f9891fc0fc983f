#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/*
 * How often this thread takes memory. The test program's malloc and its like are those of this target: they count, and
 * call glibc's.
 */
void allocations_start(void);
unsigned long allocations_stop(void);

/* Bytes that the whole program has, as glibc counts them. */
unsigned long allocations_held(void);

#endif
