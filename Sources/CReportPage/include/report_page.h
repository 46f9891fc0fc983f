/* The parts of the report's page, as they are embedded in the program. */
#ifndef SELVAGE_REPORT_PAGE_H
#define SELVAGE_REPORT_PAGE_H

#include <stddef.h>

struct sv_text {
  const void *bytes;
  size_t size;
};

extern const struct sv_text sv_report_html;
extern const struct sv_text sv_report_css;
extern const struct sv_text sv_report_js;

#endif
