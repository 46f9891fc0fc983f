/* SPDX-License-Identifier: (BSD-2-Clause OR GPL-2.0-only) */
/* Every ABI header is included here, so that its assertions run and SwiftPM sees an edit of it. */
#include "selvage_abi.h"
