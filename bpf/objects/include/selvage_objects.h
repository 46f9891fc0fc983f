/* The compiled BPF programs, as they are embedded in the agent. */
#ifndef SELVAGE_OBJECTS_H
#define SELVAGE_OBJECTS_H

#include <stddef.h>

struct sv_object {
  const void *bytes;
  size_t size;
};

extern const struct sv_object sv_process_object;
extern const struct sv_object sv_socket_object;
extern const struct sv_object sv_cgroup_object;

#endif
