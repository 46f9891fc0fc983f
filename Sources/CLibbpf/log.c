#define _GNU_SOURCE
#include "CLibbpf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The end of a verifier's log, which may have megabytes, says why; what comes before is dropped. libbpf prints in the
   thread that loads, so each has its own. */
enum { KEPT = 4096 };
static _Thread_local char text[KEPT + 1];
static _Thread_local size_t length;

static void append(const char *message, size_t count)
{
  if (count > KEPT) {
    message += count - KEPT;
    count = KEPT;
  }
  if (length > KEPT - count) {
    size_t kept = KEPT - count;

    memmove(text, text + length - kept, kept);
    length = kept;
  }
  memcpy(text + length, message, count);
  length += count;
}

static int keep(enum libbpf_print_level level, const char *format, va_list arguments)
{
  char *message;
  int written;

  if (level == LIBBPF_DEBUG)
    return 0;
  written = vasprintf(&message, format, arguments);
  if (written < 0)
    return written;
  append(message, (size_t)written);
  free(message);
  return written;
}

void selvage_libbpf_keep_log(void)
{
  libbpf_set_print(keep);
}

const char *selvage_libbpf_take_log(void)
{
  text[length] = 0;
  length = 0;
  return text;
}
