/* SPDX-License-Identifier: Apache-2.0 */
/* Header, message, one sendto(2) that never waits. */
#include "base/logsock.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/escape.h"

#define DATAGRAM_MAX 8192
#define CUT_MARK_SIZE 5 /* "[...]" of escape_text() */

int logsock_open(struct logsock *s, const char *path, const char *tag)
{
	size_t len = strlen(path);

	*s = (struct logsock){ .fd = -1, .to.sun_family = AF_UNIX };
	if (len == 0 || len >= sizeof(s->to.sun_path))
		return -ENAMETOOLONG;
	memcpy(s->to.sun_path, path, len);
	snprintf(s->tag, sizeof(s->tag), "%s", tag);
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	return s->fd < 0 ? -errno : 0;
}

void logsock_close(struct logsock *s)
{
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	buf_release(&s->line);
}

/* "<PRI>Jan  2 03:04:05 watchcap[123]: " */
static void add_header(struct logsock *s, int priority)
{
	time_t seconds = (time_t)(clock_realtime() / NS_PER_S);
	struct tm tm;
	char stamp[32];

	localtime_r(&seconds, &tm);
	strftime(stamp, sizeof(stamp), "%b %e %T", &tm);
	buf_printf(&s->line, "<%d>%s %s[%d]: ", priority, stamp, s->tag, (int)getpid());
}

bool logsock_send(struct logsock *s, int priority, struct str text)
{
	struct str datagram;

	buf_clear(&s->line);
	add_header(s, priority);
	escape_text(&s->line, text, DATAGRAM_MAX - CUT_MARK_SIZE - s->line.len);
	/* what was escaped has grown */
	datagram = str_first(buf_str(&s->line), DATAGRAM_MAX);
	return !buf_failed(&s->line) &&
	       sendto(s->fd, datagram.ptr, datagram.len, MSG_NOSIGNAL, (struct sockaddr *)&s->to,
		      sizeof(s->to)) == (ssize_t)datagram.len;
}
