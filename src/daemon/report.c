// SPDX-License-Identifier: Apache-2.0
/*
 * Diagnostics in the log: for syslog one line each, file:line:column: severity: message [code]; for a person
 * at stderr with the offending line and a caret.
 */
#include "daemon/report.h"

#include <stdio.h>

#include "base/log.h"

static const char *const severities[] = {
	[DIAG_ERROR] = "error",
	[DIAG_WARNING] = "warning",
	[DIAG_NOTE] = "note",
};

static void entry_line(const struct diag_entry *e, struct buf *out)
{
	if (e->file)
		buf_printf(out, "%s:", e->file);
	if (e->file && e->line > 0)
		buf_printf(out, "%u:%u:", e->line, e->column);
	buf_printf(out, "%s%s: %s", e->file ? " " : "", severities[e->severity], e->message);
	if (e->code)
		buf_printf(out, " [%s]", e->code);
}

void report_log(const struct diag *d)
{
	static const int levels[] = {
		[DIAG_ERROR] = LOG_ERR,
		[DIAG_WARNING] = LOG_WARNING,
		[DIAG_NOTE] = LOG_INFO,
	};

	if (log_is_to_stderr()) {
		auto_buf struct buf text = { 0 };

		diag_render_text(d, &text);
		log_show(buf_str(&text));
		return;
	}
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
