// SPDX-License-Identifier: Apache-2.0
/* Sums, and the quantiles of waiting times that a histogram allows. */
#include "daemon/guard_numbers.h"

static uint64_t number(const _Atomic uint64_t *n)
{
	return atomic_load_explicit(n, memory_order_relaxed);
}

void guard_numbers_add(const struct guard_pulse *p, struct guardian_stats *to)
{
	to->asked += number(&p->asked);
	to->denied += number(&p->denied);
	to->late += number(&p->unanswered);
	to->blind += number(&p->blind);
	to->strangers += number(&p->strangers);
	to->unknown += number(&p->unknown);
	to->overdue += number(&p->overdue);
	to->unmarked += number(&p->unmarked);
	to->execs += number(&p->execs);
	to->exec_disarms += number(&p->exec_disarms);
	to->untold += number(&p->untold);
	to->unopened += number(&p->unopened);
	for (unsigned i = 0; i < GUARD_LATENCIES; i++)
		to->latencies[i] += number(&p->latencies[i]);
	if (number(&p->slowest) / 1000 > to->slowest_us)
		to->slowest_us = number(&p->slowest) / 1000;
}

/* the upper end of the row in which that share of all is reached; 0: nobody has waited */
static uint64_t quantile(const struct guardian_stats *s, unsigned percent)
{
	uint64_t all = 0, sum = 0;

	for (unsigned i = 0; i < GUARD_LATENCIES; i++)
		all += s->latencies[i];
	for (unsigned i = 0; all && i < GUARD_LATENCIES; i++) {
		sum += s->latencies[i];
		if (sum * 100 >= all * percent)
			return (guard_latency_end(i) + 999) / 1000;
	}
	return 0;
}

void guard_numbers_settle(struct guardian_stats *s)
{
	s->p50_us = quantile(s, 50);
	s->p99_us = quantile(s, 99);
}
