/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts as datagrams to the local syslog socket, in the form that syslog(3) sends (RFC 3164,
 * without the host name). Not by syslog(3): it waits while the daemon is slow. Here a full, dead or
 * missing socket costs one failed call and a count; the connection is made again with the next
 * alert.
 */
#include <ctype.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>

#include "base/clock.h"
#include "base/escape.h"
#include "sink/kinds.h"

#define DATAGRAM_MAX 8192
#define CUT_MARK_SIZE 5 /* "[...]" of escape_text() */
#define TAG_MAX 32

static const struct {
	const char *name;
	int value;
} facilities[] = {
	{ "auth", LOG_AUTH },	  { "authpriv", LOG_AUTHPRIV }, { "cron", LOG_CRON },
	{ "daemon", LOG_DAEMON }, { "ftp", LOG_FTP },		{ "kern", LOG_KERN },
	{ "lpr", LOG_LPR },	  { "mail", LOG_MAIL },		{ "news", LOG_NEWS },
	{ "syslog", LOG_SYSLOG }, { "user", LOG_USER },		{ "uucp", LOG_UUCP },
	{ "local0", LOG_LOCAL0 }, { "local1", LOG_LOCAL1 },	{ "local2", LOG_LOCAL2 },
	{ "local3", LOG_LOCAL3 }, { "local4", LOG_LOCAL4 },	{ "local5", LOG_LOCAL5 },
	{ "local6", LOG_LOCAL6 }, { "local7", LOG_LOCAL7 },
};

struct syslog_sink {
	struct sink sink;
	struct sockaddr_un address;
	int facility;
	int fd; /* -1: not connected */
	char tag[TAG_MAX + 1];
	struct buf line;
};

static void disconnect(struct syslog_sink *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

static bool connect_now(struct syslog_sink *s)
{
	if (s->fd >= 0)
		return true;
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd >= 0 && connect(s->fd, (struct sockaddr *)&s->address, sizeof(s->address)) < 0)
		disconnect(s);
	return s->fd >= 0;
}

static bool send_line(struct syslog_sink *s)
{
	size_t len = s->line.len < DATAGRAM_MAX ? s->line.len : DATAGRAM_MAX;

	/* a daemon that was restarted has left us its dead socket: once more, connected anew */
	for (int attempt = 0; attempt < 2; attempt++) {
		if (!connect_now(s))
			return false;
		if (send(s->fd, s->line.ptr, len, MSG_NOSIGNAL) == (ssize_t)len)
			return true;
		if (errno == EAGAIN || errno == ENOBUFS)
			return false;
		disconnect(s);
	}
	return false;
}

/* "<PRI>Jan  2 03:04:05 watchcap[123]: " */
static void add_header(struct syslog_sink *s, enum priority priority)
{
	time_t seconds = (time_t)(clock_realtime() / NS_PER_S);
	struct tm tm;
	char stamp[32];

	localtime_r(&seconds, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %T", &tm);
	buf_printf(&s->line, "<%d>%s %s[%d]: ", s->facility | (int)priority, stamp, s->tag,
		   (int)getpid());
}

static void syslog_tell(struct sink *sink, const struct alert *a)
{
	struct syslog_sink *s = (struct syslog_sink *)sink;

	buf_clear(&s->line);
	add_header(s, a->priority);
	/* escaped once already: the daemon's own notices are not */
	escape_text(&s->line, a->message, DATAGRAM_MAX - CUT_MARK_SIZE - s->line.len);
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
	.name = "syslog",
	.help = "datagrams to the local syslog socket, never waiting",
	.tell = syslog_tell,
	.reopen = syslog_reopen,
	.free = syslog_free,
};

static int facility_by_name(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(facilities); i++)
		if (strcmp(facilities[i].name, name) == 0)
			return facilities[i].value;
	return -1;
}

/* what a receiver takes for the tag ends at the first bracket, colon or blank */
static bool is_tag(const char *tag)
{
	size_t len = strlen(tag);

	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)tag[i]) || strchr("[]:", tag[i]))
			return false;
	return len > 0 && len <= TAG_MAX;
}

struct sink *sink_syslog_new(const char *facility, const char *tag, const char *path,
			     struct diag *d)
{
	struct syslog_sink *s;

	path = path ? path : "/dev/log";
	if (facility_by_name(facility) < 0) {
		diag_error(d, NULL, "syslog-facility", "there is no syslog facility '%s'",
			   facility);
		return NULL;
	}
	if (!is_tag(tag)) {
		diag_error(d, NULL, "syslog-tag",
			   "a syslog tag has 1 to %d printable characters without [, ] and :",
			   TAG_MAX);
		return NULL;
	}
	if (strlen(path) == 0 || strlen(path) >= sizeof(s->address.sun_path)) {
		diag_error(d, NULL, "syslog-path", "the path of a socket has 1 to %zu bytes: '%s'",
			   sizeof(s->address.sun_path) - 1, path);
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	s->sink.def = &sink_syslog_def;
	s->facility = facility_by_name(facility);
	s->fd = -1;
	s->address.sun_family = AF_UNIX;
	memcpy(s->address.sun_path, path, strlen(path));
	memcpy(s->tag, tag, strlen(tag));
	return &s->sink;
}
