// SPDX-License-Identifier: Apache-2.0
/* A short table, gone through whenever something has come; what it has no room for the guard lets go at its deadline. */
#include "daemon/inquiries.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "daemon/guardian.h"
#include "guard/protocol.h"

#define PATIENCE NS_PER_S /* no deadline of the guard's is longer */

/* one who dies while he waits, and is asked about again and again, would leave no room for others */
static struct inquiry *row_for(struct inquiries *q, int32_t pid)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->rows[i].pid == pid)
			return &q->rows[i];
	return q->n < INQUIRIES_MAX ? &q->rows[q->n++] : NULL;
}

static bool is_gone(int32_t pid)
{
	return kill(pid, 0) < 0 && errno == ESRCH;
}

static void take(struct inquiries *q, int fd, uint64_t now)
{
	struct guard_question question;

	while (recv(fd, &question, sizeof(question), MSG_DONTWAIT) == sizeof(question)) {
		struct inquiry *row = row_for(q, question.pid);

		if (row)
			*row = (struct inquiry){ question.pid, now + PATIENCE };
	}
}

/* false: nobody can say it yet, or there is no room to */
static bool answer(struct guardian *g, const struct state *state, int32_t pid)
{
	struct guard_message m = { .kind = GUARD_WHOSE, .whose.pid = pid };
	struct str id = STR_ABSENT, type = STR_ABSENT;

	if (state_whose(state, pid, &id, &type) == WHOSE_UNKNOWN)
		return false;
	snprintf(m.whose.id, sizeof(m.whose.id), "%.*s", STR_ARG(id));
	snprintf(m.whose.type, sizeof(m.whose.type), "%.*s", STR_ARG(type));
	return guardian_tell(g, &m, sizeof(m.whose), -1) == 0;
}

void inquiries_follow(struct inquiries *q, int fd, struct guardian *g, const struct state *state)
{
	uint64_t now = clock_monotonic();
	size_t left = 0;

	take(q, fd, now);
	for (size_t i = 0; i < q->n; i++)
		if (q->rows[i].until > now && !answer(g, state, q->rows[i].pid) &&
		    !is_gone(q->rows[i].pid))
			q->rows[left++] = q->rows[i];
	q->n = left;
}
