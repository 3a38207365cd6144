/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local syslog socket: a message is a datagram in the form that syslog(3) sends (RFC 3164
 * without the host name). Not by syslog(3): it waits while the daemon is slow, and whoever waits
 * for it stops the host's audit stream. Here a full, dead or missing socket costs one failed call.
 *
 * The socket stays unconnected, so a daemon that was started again is found by its name.
 */
#ifndef WC_LOGSOCK_H
#define WC_LOGSOCK_H

#include <stdbool.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/str.h"

#define LOGSOCK_PATH "/dev/log"
#define LOGSOCK_TAG_MAX 32

struct logsock {
	int fd;
	struct sockaddr_un to;
	char tag[LOGSOCK_TAG_MAX + 1];
	struct buf line;
};

/*
 * @path: of the socket, which need not be there yet; @tag: the program name, cut to
 * LOGSOCK_TAG_MAX. 0, or -errno (-ENAMETOOLONG: no socket can have that path)
 */
int logsock_open(struct logsock *s, const char *path, const char *tag);
void logsock_close(struct logsock *s);
/* @priority: facility | level; @text is escaped, and cut to a datagram. true: the daemon has it */
bool logsock_send(struct logsock *s, int priority, struct str text);

#endif
