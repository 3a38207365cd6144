// SPDX-License-Identifier: Apache-2.0
/*
 * Diagnostics as log lines: file:line:column: message [code].
 */
#include "daemon/report.h"

#include "base/log.h"

static void entry_line(const struct diag_entry *e, struct buf *out)
{
	if (e->file)
		buf_printf(out, "%s:", e->file);
	if (e->file && e->line > 0)
		buf_printf(out, "%u:%u:", e->line, e->column);
	buf_printf(out, "%s%s", e->file ? " " : "", e->message);
	if (e->code)
		buf_printf(out, " [%s]", e->code);
}

void report_log(const struct diag *d)
{
	static const int levels[] = {
		[DIAG_ERROR] = LOG_ERR, [DIAG_WARNING] = LOG_WARNING, [DIAG_NOTE] = LOG_INFO,
	};

	for (size_t i = 0; i < diag_count(d); i++) {
		auto_buf struct buf line = { 0 };

		entry_line(diag_at(d, i), &line);
		log_printf(levels[diag_at(d, i)->severity], "%s", buf_z(&line));
	}
}

void report_first(const struct diag *d, char *out, size_t size)
{
	out[0] = '\0';
	for (size_t i = 0; i < diag_count(d); i++) {
		auto_buf struct buf line = { 0 };

		if (diag_at(d, i)->severity != DIAG_ERROR)
			continue;
		entry_line(diag_at(d, i), &line);
		snprintf(out, size, "%s", buf_z(&line));
		return;
	}
}
