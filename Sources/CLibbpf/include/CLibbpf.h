/* libbpf, and what Swift cannot say: a variadic print callback; and loads and stores of memory that the kernel writes
   at the same time, which the order of other accesses hangs on. */
#ifndef SELVAGE_CLIBBPF_H
#define SELVAGE_CLIBBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdint.h>

/* From now on libbpf's messages are kept instead of printed: the last 4,096 bytes of each thread's. */
void selvage_libbpf_keep_log(void);

/* The calling thread's messages since its last call; the text stays valid until its next message. */
const char *selvage_libbpf_take_log(void);

/* What was written before the value stood there is seen after the call. */
static inline unsigned long selvage_load_position(const void *at) { return __atomic_load_n((const unsigned long *)at, __ATOMIC_ACQUIRE); }
static inline uint32_t selvage_load_length(const void *at) { return __atomic_load_n((const uint32_t *)at, __ATOMIC_ACQUIRE); }

/* What was read before is read before the value stands there. */
static inline void selvage_store_position(void *at, unsigned long value) { __atomic_store_n((unsigned long *)at, value, __ATOMIC_RELEASE); }

#endif
