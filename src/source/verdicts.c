/* SPDX-License-Identifier: Apache-2.0 */
/* Each verdict is an event of its own, closed as the kernel closes its events. */
#include "source/verdicts.h"

#include <libaudit.h>
#include <sys/socket.h>

#include "event/record.h"

#define VERDICT_MAX 65536

void verdicts_drain(int fd, const struct source_consumer *to)
{
	char text[VERDICT_MAX];
	ssize_t n;

	while (fd >= 0 && (n = recv(fd, text, sizeof(text), MSG_DONTWAIT)) > 0) {
		struct str message = str_mem(text, (size_t)n);
		ssize_t end = str_find(message, STR("):"));

		to->message(to->ctx, RECORD_GUARD, message);
		if (end > 0)
			to->message(to->ctx, AUDIT_EOE, str_first(message, (size_t)end + 2));
		to->settle(to->ctx);
	}
}
