/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where alerts go. Each kind of sink is a row; all run on the output thread; none may block it for
 * longer than a non-blocking write. What could not be delivered is counted, never silently lost.
 */
#ifndef WC_SINK_H
#define WC_SINK_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/alert.h"
#include "base/cleanup.h"
#include "base/diag.h"

struct sink_stats {
	uint64_t told, failed;
};

struct sink {
	const struct sink_def *def;
	struct sink_stats stats;
};

struct sink_def {
	const char *name; /* "syslog", "json", "stdout" */
	const char *help;
	void (*tell)(struct sink *s, const struct alert *a);
	void (*flush)(struct sink *s); /* may be NULL */
	void (*free)(struct sink *s);
};

/* a program name that receivers of syslog understand: up to LOGSOCK_TAG_MAX characters */
bool sink_syslog_tag_is_fine(const char *tag);
/*
 * facility: "authpriv", "daemon", "local0" ...; tag: ident; path: socket, NULL = /dev/log. The
 * socket need not be there yet, and may go and come back.
 */
struct sink *sink_syslog_new(const char *facility, const char *tag, const char *path,
			     struct diag *d);
/* JSON lines appended to a file (base/linefile.h); made anew at reload, so rotation may move it */
struct sink *sink_json_new(const char *path, struct diag *d);
/*
 * stdout as text (coloured on a terminal) or JSON lines. What a slow reader has not taken yet is
 * held in memory, up to a limit; with @patient the sink waits for the reader instead.
 */
enum sink_format { SINK_TEXT, SINK_JSON };
struct sink *sink_stdout_new(int fd, enum sink_format format, bool patient, struct diag *d);

static inline void sink_tell(struct sink *s, const struct alert *a)
{
	s->def->tell(s, a);
}
void sink_flush(struct sink *s);
void sink_free(struct sink *s);
DEFINE_AUTO(sink)
/* the table of kinds, for listings */
const struct sink_def *const *sink_kinds(size_t *n);

#endif
