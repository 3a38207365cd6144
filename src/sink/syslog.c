/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts to the local syslog daemon. One that is slow, dead or missing costs a count, nothing else.
 */
#include <ctype.h>
#include <syslog.h>

#include "base/logsock.h"
#include "sink/kinds.h"

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
	int facility;
	struct logsock socket;
};

static void syslog_tell(struct sink *sink, const struct alert *a)
{
	struct syslog_sink *s = (struct syslog_sink *)sink;

	/* escaped once already: the daemon's own notices are not */
	if (logsock_send(&s->socket, s->facility | (int)a->priority, a->message))
		sink->stats.told++;
	else
		sink->stats.failed++;
}

static void syslog_free(struct sink *sink)
{
	struct syslog_sink *s = (struct syslog_sink *)sink;

	logsock_close(&s->socket);
	free(s);
}

const struct sink_def sink_syslog_def = {
	.name = "syslog",
	.help = "datagrams to the local syslog socket, never waiting",
	.tell = syslog_tell,
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
bool sink_syslog_tag_is_fine(const char *tag)
{
	size_t len = strlen(tag);

	for (size_t i = 0; i < len; i++)
		if (!isgraph((unsigned char)tag[i]) || strchr("[]:", tag[i]))
			return false;
	return len > 0 && len <= LOGSOCK_TAG_MAX;
}

struct sink *sink_syslog_new(const char *facility, const char *tag, const char *path,
			     struct diag *d)
{
	AUTO(sink) made = NULL;
	struct syslog_sink *s;
	int r;

	if (facility_by_name(facility) < 0) {
		diag_error(d, NULL, "syslog-facility", "there is no syslog facility '%s'",
			   facility);
		return NULL;
	}
	if (!sink_syslog_tag_is_fine(tag)) {
		diag_error(d, NULL, "syslog-tag",
			   "a syslog tag has 1 to %d printable characters without [, ] and :",
			   LOGSOCK_TAG_MAX);
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (!s) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	made = &s->sink;
	s->sink.def = &sink_syslog_def;
	s->facility = facility_by_name(facility);
	r = logsock_open(&s->socket, path ? path : LOGSOCK_PATH, tag);
	if (r < 0) {
		diag_error(d, NULL, "syslog-path", "no socket for '%s': %s", path, strerror(-r));
		return NULL;
	}
	return take_ptr(made);
}
