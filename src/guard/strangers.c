/* SPDX-License-Identifier: Apache-2.0 */
/* A short table that is looked through whole. One question for a process, however many of its threads wait. */
#include "guard/strangers.h"

#include <sys/socket.h>

#include "base/clock.h"
#include "guard/protocol.h"

static bool is_asked_about(const struct strangers *s, int32_t pid)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i].pid == pid)
			return true;
	return false;
}

static bool ask(int32_t pid)
{
	const struct guard_question question = { .pid = pid };

	return send(GUARD_QUESTION_FD, &question, sizeof(question), MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       sizeof(question);
}

bool strangers_hold(struct strangers *s, const struct stranger *who)
{
	if (s->n == STRANGERS_MAX || !(is_asked_about(s, who->pid) || ask(who->pid)))
		return false;
	s->rows[s->n++] = *who;
	return true;
}

static void take(struct strangers *s, size_t i, struct stranger *out)
{
	*out = s->rows[i];
	s->rows[i] = s->rows[--s->n];
}

bool strangers_of(struct strangers *s, int32_t pid, struct stranger *out)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i].pid == pid) {
			take(s, i, out);
			return true;
		}
	return false;
}

bool strangers_due(struct strangers *s, uint64_t now, struct stranger *out)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->rows[i].until <= now) {
			take(s, i, out);
			return true;
		}
	return false;
}

int strangers_timeout(const struct strangers *s, uint64_t now, int idle_ms)
{
	for (size_t i = 0; i < s->n; i++) {
		uint64_t until = s->rows[i].until;
		uint64_t left = until > now ? (until - now + NS_PER_MS - 1) / NS_PER_MS : 0;

		if (left < (uint64_t)idle_ms)
			idle_ms = (int)left;
	}
	return idle_ms;
}
