/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own voice. Its target is process-wide: it exists before any engine does. */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/escape.h"

static enum log_target target = LOG_TO_STDERR;
static int level_max = LOG_INFO;

void log_setup(enum log_target where, int max)
{
	if (where == LOG_TO_SYSLOG && target != LOG_TO_SYSLOG)
		openlog("watchcap", LOG_PID | LOG_NDELAY, LOG_DAEMON);
	target = where;
	level_max = max;
}

enum log_target log_where(void)
{
	return target;
}

void log_printf(int level, const char *fmt, ...)
{
	char raw[1024];
	auto_buf struct buf line = { 0 };
	va_list args;

	if (level > level_max)
		return;
	va_start(args, fmt);
	vsnprintf(raw, sizeof(raw), fmt, args);
	va_end(args);
	escape_text(&line, str_of(raw), sizeof(raw));
	if (target == LOG_TO_SYSLOG)
		syslog(level, "%s", buf_z(&line));
	else
		fprintf(stderr, "watchcap: %s\n", buf_z(&line));
}
