#include "include/rdkafka.h"

#include <dlfcn.h>

_Static_assert(sizeof(struct sv_kafka_message) == 72, "rd_kafka_message_t");

const char *sv_kafka_open(const char *library, struct sv_kafka *functions) {
  void *handle = dlopen(library, RTLD_NOW | RTLD_LOCAL);
  if (!handle) return dlerror();
#define FIND(member, name) \
  if (!(*(void **)&functions->member = dlsym(handle, "rd_kafka_" name))) return "rd_kafka_" name " is missing"
  FIND(conf_new, "conf_new");
  FIND(conf_destroy, "conf_destroy");
  FIND(conf_set, "conf_set");
  FIND(conf_set_opaque, "conf_set_opaque");
  FIND(conf_set_dr_msg_cb, "conf_set_dr_msg_cb");
  FIND(conf_set_error_cb, "conf_set_error_cb");
  FIND(conf_set_log_cb, "conf_set_log_cb");
  FIND(make, "new");
  FIND(destroy, "destroy");
  FIND(topic_new, "topic_new");
  FIND(topic_destroy, "topic_destroy");
  FIND(produce, "produce");
  FIND(poll, "poll");
  FIND(purge, "purge");
  FIND(last_error, "last_error");
  FIND(fatal_error, "fatal_error");
  FIND(err2str, "err2str");
#undef FIND
  return NULL;
}
