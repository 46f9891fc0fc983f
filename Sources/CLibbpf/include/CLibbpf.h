/* libbpf, and what Swift cannot say of it: a variadic print callback. */
#ifndef SELVAGE_CLIBBPF_H
#define SELVAGE_CLIBBPF_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

/* From now on libbpf's messages are kept, up to a bound, instead of printed. One thread loads programs. */
void selvage_libbpf_keep_log(void);

/* The messages since the last call; the text stays valid until the next message. */
const char *selvage_libbpf_take_log(void);

#endif
