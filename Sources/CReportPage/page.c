/* Embeds the report's page as its authors write it; Sources/Report puts it together. */
#include "report_page.h"

#pragma clang diagnostic ignored "-Wc23-extensions" /* #embed is C23's; our clang has it in every mode */

static const unsigned char html[] = {
#embed "page.html"
};
static const unsigned char css[] = {
#embed "page.css"
};
/* One script: the later files use what the earlier ones define, and the last one starts. */
static const unsigned char js[] = {
#embed "text.js"
,
#embed "timeline.js"
,
#embed "detail.js"
,
#embed "list.js"
};

const struct sv_text sv_report_html = {html, sizeof(html)};
const struct sv_text sv_report_css = {css, sizeof(css)};
const struct sv_text sv_report_js = {js, sizeof(js)};
