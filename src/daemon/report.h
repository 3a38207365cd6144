/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics of a daemon: nobody sits at its terminal, so they go to the log, a line each. */
#ifndef WC_REPORT_H
#define WC_REPORT_H

#include "base/diag.h"

void report_log(const struct diag *d);
/* the first error in one line, into @out (cut to fit); "" if there is none */
void report_first(const struct diag *d, char *out, size_t size);

#endif
