/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as datagrams to the local syslog socket, in the form that syslog(3) sends (RFC 3164). Our own
 * datagrams, because syslog(3) blocks while the daemon is slow: here a full or missing socket costs one
 * failed call and a count. The connection is made again at the next alert.
 */
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "sink/kinds.h"
#include "sink/sink.h"

#define DATAGRAM_MAX 8192
#define TAG_MAX 32
#define PATH_DEFAULT "/dev/log"

static const struct {
	const char *name;
	int value;
} facilities[] = {
	{ "auth", LOG_AUTH },	  { "authpriv", LOG_AUTHPRIV }, { "daemon", LOG_DAEMON }, { "user", LOG_USER },
	{ "syslog", LOG_SYSLOG }, { "local0", LOG_LOCAL0 },	{ "local1", LOG_LOCAL1 }, { "local2", LOG_LOCAL2 },
	{ "local3", LOG_LOCAL3 }, { "local4", LOG_LOCAL4 },	{ "local5", LOG_LOCAL5 }, { "local6", LOG_LOCAL6 },
	{ "local7", LOG_LOCAL7 },
};

struct syslog_sink {
	struct sink sink;
	struct sockaddr_un address;
	int facility, fd;
	char tag[TAG_MAX + 1];
	struct buf line;
};

static bool connect_now(struct syslog_sink *s)
{
	if (s->fd >= 0)
		return true;
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd >= 0 && connect(s->fd, (struct sockaddr *)&s->address, sizeof(s->address)) == 0)
		return true;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	return false;
}

static void disconnect(struct syslog_sink *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static bool send_line(struct syslog_sink *s)
{
	/* a daemon that was restarted left a dead socket behind: one new connection, one more try */
	for (int attempt = 0; attempt < 2; attempt++) {
		if (!connect_now(s))
			return false;
		if (send(s->fd, s->line.ptr, s->line.len, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
			return true;
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS)
			return false;
		disconnect(s);
	}
	return false;
}

static void syslog_tell(struct sink *sink, const struct alert *a)
{
	struct syslog_sink *s = (struct syslog_sink *)sink;
	time_t seconds = (time_t)(clock_realtime() / NS_PER_S);
	char stamp[32];
	struct tm tm;
	localtime_r(&seconds, &tm);
	/* RFC 3164 wants English months, whatever the locale */
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	snprintf(stamp, sizeof(stamp), "%.3s %2d %02d:%02d:%02d", months + 3 * tm.tm_mon, tm.tm_mday, tm.tm_hour,
		 tm.tm_min, tm.tm_sec);
	buf_clear(&s->line);
	buf_printf(&s->line, "<%d>%s %s[%d]: ", s->facility | (int)a->priority, stamp, s->tag, (int)getpid());
	escape_text(&s->line, a->message, DATAGRAM_MAX - 256);
	if (a->repeat > 1)
		buf_printf(&s->line, " (repeat=%llu)", (unsigned long long)a->repeat);
	if (!buf_failed(&s->line) && send_line(s))
		sink->stats.told++;
	else
		sink->stats.failed++;
}

static void syslog_reopen(struct sink *sink)
{
	disconnect((struct syslog_sink *)sink);
}

static void syslog_free(struct sink *sink)
{
	struct syslog_sink *s = (struct syslog_sink *)sink;
	disconnect(s);
	buf_release(&s->line);
	free(s);
}

const struct sink_def sink_syslog_def = {
	.name = "syslog", .help = "datagrams to the local syslog socket, never waiting",
	.tell = syslog_tell, .reopen = syslog_reopen, .free = syslog_free,
};

static int facility_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(facilities); i++)
		if (strcasecmp(facilities[i].name, name) == 0)
			return facilities[i].value;
	return -1;
}

struct sink *sink_syslog_new(const char *facility, const char *tag, const char *path, struct diag *d)
{
	struct syslog_sink *s;
	int value = facility_by_name(facility);
	if (!path || !*path)
		path = PATH_DEFAULT;
	if (value < 0) {
		diag_error(d, NULL, "bad-facility", "unknown syslog facility '%s' (authpriv, daemon, local0 ... local7)",
			   facility);
		return NULL;
	}
	if (strlen(path) >= sizeof(s->address.sun_path)) {
		diag_error(d, NULL, "bad-path", "the path of a socket has at most 107 bytes: '%s'", path);
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	s->sink.def = &sink_syslog_def;
	s->facility = value;
	s->fd = -1;
	s->line.max = DATAGRAM_MAX;
	s->address.sun_family = AF_UNIX;
	memcpy(s->address.sun_path, path, strlen(path));
	snprintf(s->tag, sizeof(s->tag), "%s", tag);
	return &s->sink;
}
