#ifndef ALLOCATIONS_H
#define ALLOCATIONS_H

/*
 * How often this thread takes memory. The test program's malloc, free and their like are those of this target: they
 * count, and call glibc's.
 */
void allocations_start(void);
unsigned long allocations_stop(void);

/*
 * Bytes that this thread took and did not give back, as glibc rounds them; whatever others do meanwhile. Below zero if it
 * gave back more, which others took.
 */
long allocations_held(void);

#endif
