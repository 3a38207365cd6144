// SPDX-License-Identifier: Apache-2.0
/* Seconds begin when somebody asks: no clock is asked here. */
#include "base/shares.h"

#include <stddef.h>

#include "base/clock.h"

/* a row that nobody had yet began at 0, and so rested longest */
static struct share *share_of(struct shares *s, uint64_t who)
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

static void renew(uint64_t *second, uint64_t *used, uint64_t now)
{
	if (*second && now - *second < NS_PER_S)
		return;
	*second = now;
	*used = 0;
}

static struct share *renewed_share_of(struct shares *s, uint64_t who, uint64_t now)
{
	struct share *share = share_of(s, who);

	renew(&share->second, &share->used, now);
	renew(&s->second, &s->used, now);
	return share;
}

bool shares_are_left(struct shares *s, uint64_t who, uint64_t now)
{
	const struct share *share = renewed_share_of(s, who, now);

	return share->used < s->each && s->used < s->all;
}

void shares_use(struct shares *s, uint64_t who, uint64_t now, uint64_t amount)
{
	struct share *share = renewed_share_of(s, who, now);

	share->used += amount;
	s->used += amount;
}

bool shares_take(struct shares *s, uint64_t who, uint64_t now)
{
	if (!shares_are_left(s, who, now))
		return false;
	shares_use(s, who, now, 1);
	return true;
}
