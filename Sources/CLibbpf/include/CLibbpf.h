/* libbpf, and what Swift cannot say of it: a variadic print callback. */
#ifndef SELVAGE_CLIBBPF_H
#define SELVAGE_CLIBBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

/* From now on libbpf's messages are kept instead of printed: the last 4,096 bytes of each thread's. */
void selvage_libbpf_keep_log(void);

/* The calling thread's messages since its last call; the text stays valid until its next message. */
const char *selvage_libbpf_take_log(void);

#endif
