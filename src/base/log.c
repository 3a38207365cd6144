/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own voice. Its target is process-wide: it exists before any engine does. */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/logsock.h"

#define MESSAGE_MAX 1024
#define STDERR_WAIT_MS 100 /* for a terminal that is busy; one that is stopped takes nothing */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool to_syslog;
static struct logsock syslog_socket = { .fd = -1 };
static int level_max = LOG_INFO;
static uint64_t lost; /* messages since the last one that got through */

static void setup(bool syslog, int max)
{
	to_syslog = syslog;
	level_max = max;
}

void log_to_stderr(int max)
{
	pthread_mutex_lock(&lock);
	setup(false, max);
	pthread_mutex_unlock(&lock);
}

void log_to_syslog(const char *path, int max)
{
	pthread_mutex_lock(&lock);
	logsock_close(&syslog_socket);
	(void)logsock_open(&syslog_socket, path, "watchcap");
	setup(true, max);
	pthread_mutex_unlock(&lock);
}

bool log_is_to_stderr(void)
{
	pthread_mutex_lock(&lock);
	bool is = !to_syslog;
	pthread_mutex_unlock(&lock);
	return is;
}

static bool show(struct str text)
{
	return file_write_within(STDERR_FILENO, text, STDERR_WAIT_MS) == (ssize_t)text.len;
}

static bool tell(int level, struct str message)
{
	auto_buf struct buf line = { 0 };

	if (to_syslog)
		return logsock_send(&syslog_socket, LOG_DAEMON | level, message);
	buf_add(&line, STR("watchcap: "));
	escape_text(&line, message, MESSAGE_MAX);
	buf_char(&line, '\n');
	return show(buf_str(&line));
}

static void tell_lost(void)
{
	char message[64];
	int n = snprintf(message, sizeof(message), "%llu messages before this one were lost",
			 (unsigned long long)lost);

	if (lost > 0 && tell(LOG_WARNING, str_mem(message, (size_t)n)))
		lost = 0;
}

void log_printf(int level, const char *fmt, ...)
{
	char message[MESSAGE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	pthread_mutex_lock(&lock);
	if (level <= level_max) {
		tell_lost();
		lost += lost > 0 || !tell(level, str_of(message));
	}
	pthread_mutex_unlock(&lock);
}

void log_show(struct str text)
{
	pthread_mutex_lock(&lock);
	lost += !show(text);
	pthread_mutex_unlock(&lock);
}
