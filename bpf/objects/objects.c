/* Embeds what `make bpf` compiles; a missing file here means that it has not been run. */
#include "selvage_objects.h"

#pragma clang diagnostic ignored "-Wc23-extensions" /* #embed is C23's; our clang has it in every mode */

#define ALIGNED __attribute__((aligned(8))) /* the objects are ELF files, which libbpf reads in place */

static const unsigned char process[] ALIGNED = {
#embed "build/process.bpf.o"
};
static const unsigned char socket[] ALIGNED = {
#embed "build/socket.bpf.o"
};
static const unsigned char cgroup[] ALIGNED = {
#embed "build/cgroup.bpf.o"
};

const struct sv_object sv_process_object = {process, sizeof(process)};
const struct sv_object sv_socket_object = {socket, sizeof(socket)};
const struct sv_object sv_cgroup_object = {cgroup, sizeof(cgroup)};
