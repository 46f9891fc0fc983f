#include "CLibbpf.h"

#include <stdarg.h>
#include <stdio.h>

/* The end of a verifier's log says why; what comes before is dropped. */
static char text[1 << 16];
static size_t length;

static int keep(enum libbpf_print_level level, const char *format, va_list arguments)
{
  int written;

  if (level == LIBBPF_DEBUG)
    return 0;
  if (length > sizeof(text) / 2)
    length = 0;
  written = vsnprintf(text + length, sizeof(text) - length, format, arguments);
  if (written > 0)
    length += (size_t)written < sizeof(text) - length ? (size_t)written : sizeof(text) - length - 1;
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
