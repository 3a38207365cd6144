// SPDX-License-Identifier: Apache-2.0
/* Three notices of the daemon's own, in the form of alerts. */
#include "daemon/losses.h"

#include "base/clock.h"
#include "event/notice_text.h"

#define NOTICE_EVERY (60 * NS_PER_S)

static void tell(struct outbox *o, const struct engine *e, uint64_t now, struct str id,
		 struct str title, struct str message)
{
	struct alert *alert = alert_new_internal(now, PRIORITY_WARNING, id, title, message,
						 str_of(engine_hostname(e)));

	if (alert)
		outbox_put(o, alert);
}

void losses_of_kernel(struct losses *l, const struct source_consumer *engine, uint64_t count,
		      uint64_t now)
{
	struct notice n = { .kind = NOTICE_LOST, .at = now, .count = count - l->kernel };
	auto_buf struct buf text = { 0 };

	if (count == KERNEL_UNASKED || count < l->kernel)
		return;
	if (l->has_kernel && count > l->kernel) {
		notice_message(&n, NOTICE_SERIAL_KERNEL + l->kernel_gaps++, &text);
		engine->message(engine->ctx, RECORD_NOTICE, buf_str(&text));
		engine->settle(engine->ctx);
	}
	l->has_kernel = true;
	l->kernel = count;
}

static void tell_records(struct losses *l, const struct engine *e, struct outbox *o, uint64_t now,
			 bool at_last)
{
	uint64_t monotonic = clock_monotonic();
	struct engine_stats stats;
	char message[128];

	engine_stats(e, &stats);
	if (stats.lost == l->records || (monotonic < l->quiet_until && !at_last))
		return;
	/* a source may not know how many: the kernel only says that there were some */
	snprintf(message, sizeof(message),
		 "audit records were lost, at least %llu: what they told of was not seen",
		 (unsigned long long)(stats.lost - l->records));
	l->records = stats.lost;
	l->quiet_until = monotonic + NOTICE_EVERY;
	tell(o, e, now, STR("records-lost"), STR("Audit Records Lost"), str_of(message));
}

/* who makes many wait may mean one of them to get through */
static void tell_overdue(struct losses *l, const struct engine *e, struct guardian *g,
			 struct outbox *o, uint64_t now, bool at_last)
{
	uint64_t monotonic = clock_monotonic();
	struct guardian_stats stats;
	char message[128];

	guardian_stats(g, &stats);
	if (stats.overdue == l->overdue || (monotonic < l->overdue_quiet_until && !at_last))
		return;
	snprintf(message, sizeof(message),
		 "%llu callers were let go unjudged: too many waited at once for the deadline",
		 (unsigned long long)(stats.overdue - l->overdue));
	l->overdue = stats.overdue;
	l->overdue_quiet_until = monotonic + NOTICE_EVERY;
	tell(o, e, now, STR("guard-overdue"), STR("Guard Overrun"), str_of(message));
}

/* what the last one watched was open until the next one had started */
static void tell_guards(struct losses *l, const struct engine *e, struct guardian *g,
			struct outbox *o, uint64_t now)
{
	struct guardian_stats stats;

	guardian_stats(g, &stats);
	if (stats.lost == l->guards)
		return;
	l->guards = stats.lost;
	tell(o, e, now, STR("guard-lost"), STR("Guard Lost"),
	     STR("the guard process ended or missed its deadline; nothing was refused until the "
		 "next one had started"));
}

void losses_tell(struct losses *l, const struct engine *e, struct guardian *g, struct outbox *o,
		 uint64_t now, bool at_last)
{
	tell_records(l, e, o, now, at_last);
	tell_guards(l, e, g, o, now);
	tell_overdue(l, e, g, o, now, at_last);
}
