/* SPDX-License-Identifier: Apache-2.0 */
/* A short list, walked: it is asked about containers' programs, not about every event. */
#include "kernel/silence.h"

#include "base/clock.h"

void silence_note(struct silence *s, uint64_t who, uint64_t now)
{
	size_t i = 0;

	while (i < SILENCE_MAX && s->rows[i].who != who)
		i++;
	if (i == SILENCE_MAX) {
		i = s->next++ % SILENCE_MAX;
		s->rows[i].who = who;
		s->rows[i].times = 0;
	}
	s->rows[i].until = now + (SILENCE_FIRST_MS * NS_PER_MS << s->rows[i].times);
	if (s->rows[i].times < SILENCE_DOUBLINGS)
		s->rows[i].times++;
}

bool silence_lasts(const struct silence *s, uint64_t who, uint64_t now)
{
	for (size_t i = 0; i < SILENCE_MAX; i++)
		if (s->rows[i].who == who)
			return now < s->rows[i].until;
	return false;
}
