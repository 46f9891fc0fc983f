// What is used of librdkafka's producer (rdkafka.h, version 2), which is opened when a sink needs it: no node has to have it
// installed for that the agent starts.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct rd_kafka_s rd_kafka_t;
typedef struct rd_kafka_conf_s rd_kafka_conf_t;
typedef struct rd_kafka_topic_s rd_kafka_topic_t;

// rd_kafka_message_t, as librdkafka lays it out since 0.8.
struct sv_kafka_message {
  int err;
  void *topic;
  int32_t partition;
  void *payload;
  size_t length;
  void *key;
  size_t key_length;
  int64_t offset;
  void *opaque;
};

// Values of rdkafka.h.
enum {
  SV_KAFKA_PRODUCER = 0,
  SV_KAFKA_CONF_OK = 0,
  SV_KAFKA_PARTITION_ANY = -1,
  SV_KAFKA_COPY = 2,
  SV_KAFKA_PURGE_ALL = 3,          // what is queued and what is on its way
  SV_KAFKA_QUEUE_FULL = -184,
  SV_KAFKA_TOO_LARGE = 10,         // of the broker, and of librdkafka itself
  SV_KAFKA_INVALID_RECORD = 87,
};

struct sv_kafka {
  rd_kafka_conf_t *(*conf_new)(void);
  void (*conf_destroy)(rd_kafka_conf_t *);
  int (*conf_set)(rd_kafka_conf_t *, const char *, const char *, char *, size_t);
  void (*conf_set_opaque)(rd_kafka_conf_t *, void *);
  void (*conf_set_dr_msg_cb)(rd_kafka_conf_t *, void (*)(rd_kafka_t *, const struct sv_kafka_message *, void *));
  void (*conf_set_error_cb)(rd_kafka_conf_t *, void (*)(rd_kafka_t *, int, const char *, void *));
  void (*conf_set_log_cb)(rd_kafka_conf_t *, void (*)(const rd_kafka_t *, int, const char *, const char *));
  rd_kafka_t *(*make)(int, rd_kafka_conf_t *, char *, size_t);
  void (*destroy)(rd_kafka_t *);
  rd_kafka_topic_t *(*topic_new)(rd_kafka_t *, const char *, void *);
  void (*topic_destroy)(rd_kafka_topic_t *);
  int (*produce)(rd_kafka_topic_t *, int32_t, int, void *, size_t, const void *, size_t, void *);
  int (*poll)(rd_kafka_t *, int);
  int (*purge)(rd_kafka_t *, int);
  int (*last_error)(void);
  int (*fatal_error)(rd_kafka_t *, char *, size_t);
  const char *(*err2str)(int);
};

// Opens the library and finds its functions. It stays open.
// Returns NULL, or what is wrong: the loader's words, or the name of a function that is missing.
const char *sv_kafka_open(const char *library, struct sv_kafka *functions);
