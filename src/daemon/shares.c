// SPDX-License-Identifier: Apache-2.0
/* Seconds begin when somebody asks: no clock is asked here. */
#include "daemon/shares.h"

#include <stddef.h>

#include "base/clock.h"

/* a row that nobody had yet began at 0, and so rested longest */
static struct share *share_of(struct shares *s, int32_t who)
{
	struct share *idle = &s->rows[0];

	for (size_t i = 0; i < SHARES_MAX; i++) {
		if (s->rows[i].second && s->rows[i].who == who)
			return &s->rows[i];
		if (s->rows[i].second < idle->second)
			idle = &s->rows[i];
	}
	*idle = (struct share){ .who = who };
	return idle;
}

static void renew(uint64_t *second, unsigned *used, uint64_t now)
{
	if (*second && now - *second < NS_PER_S)
		return;
	*second = now;
	*used = 0;
}

bool shares_take(struct shares *s, int32_t who, uint64_t now)
{
	struct share *share = share_of(s, who);

	renew(&share->second, &share->used, now);
	renew(&s->second, &s->used, now);
	if (share->used >= s->each || s->used >= s->all)
		return false;
	share->used++;
	s->used++;
	return true;
}
