// SPDX-License-Identifier: Apache-2.0
/* Gaps as notices in the stream; and alerts of the daemon's own. */
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

static void notify(struct losses *l, const struct source_consumer *engine, struct notice n)
{
	auto_buf struct buf text = { 0 };

	notice_message(&n, NOTICE_SERIAL_KERNEL + l->serial++, &text);
	engine->message(engine->ctx, RECORD_NOTICE, buf_str(&text));
	engine->settle(engine->ctx);
}

int kernel_view_take(const struct kaudit *control, struct kernel_view *out)
{
	uint64_t asked = clock_realtime();
	struct kaudit_status k;
	int r = kaudit_get_status(control, &k);

	if (r < 0)
		return r;
	*out = (struct kernel_view){
		.asked = asked,
		.lost = k.lost,
		.backlog = k.backlog,
		.backlog_limit = k.backlog_limit,
		.enabled = k.enabled,
		.daemon = (int32_t)k.pid,
	};
	return 0;
}

/* where somebody set the counter back, it counts from there */
static uint64_t lost_between(const struct kernel_view *before, const struct kernel_view *v)
{
	return v->lost >= before->lost ? v->lost - before->lost : v->lost;
}

static void follow_switch(struct losses *l, const struct source_consumer *engine,
			  const struct kernel_view *v, uint64_t now)
{
	if (!v->enabled && !l->off_since) {
		l->off_since = l->kernel.asked ? l->kernel.asked : v->asked;
		notify(l, engine,
		       (struct notice){
			       .kind = NOTICE_AUDIT_OFF, .at = now, .since = l->off_since });
	} else if (v->enabled && l->off_since) {
		notify(l, engine,
		       (struct notice){
			       .kind = NOTICE_AUDIT_ON, .at = now, .since = l->off_since });
		l->off_since = 0;
	}
}

/* what comes next may be lost; told once, until half of it is free again */
static void follow_backlog(struct losses *l, const struct source_consumer *engine,
			   const struct kernel_view *v, uint64_t now)
{
	uint64_t waits = v->backlog_limit ? v->backlog : 0;
	bool is_full = waits * 5 >= (uint64_t)v->backlog_limit * 4 && waits;

	if (is_full && !l->is_filling)
		notify(l, engine,
		       (struct notice){ .kind = NOTICE_BACKLOG,
					.at = now,
					.since = l->kernel.asked ? l->kernel.asked : v->asked,
					.count = waits });
	l->is_filling = is_full || (l->is_filling && waits * 2 >= v->backlog_limit && waits);
}

void losses_of_kernel(struct losses *l, const struct source_consumer *engine,
		      const struct kernel_view *v, uint64_t now)
{
	uint64_t lost = l->kernel.asked ? lost_between(&l->kernel, v) : 0;

	if (!v->asked || v->asked == l->kernel.asked)
		return;
	if (lost)
		notify(l, engine,
		       (struct notice){ .kind = NOTICE_KERNEL_LOST,
					.at = now,
					.since = l->kernel.asked,
					.count = lost });
	follow_backlog(l, engine, v, now);
	follow_switch(l, engine, v, now);
	l->kernel = *v;
}

void losses_of_time(struct losses *l, const struct source_consumer *engine, uint64_t monotonic,
		    uint64_t now)
{
	uint64_t gap = l->alive ? monotonic - l->alive : 0;

	l->alive = monotonic;
	if (gap > STALL)
		notify(l, engine,
		       (struct notice){ .kind = NOTICE_STALL, .at = now, .since = now - gap });
}

/* how many more than were told, where it is time to tell; else 0 */
static uint64_t news(struct losses_told *t, uint64_t n, bool at_last)
{
	uint64_t monotonic = clock_monotonic(), more = n - t->n;

	if (!more || (monotonic < t->quiet_until && !at_last))
		return 0;
	*t = (struct losses_told){ .n = n, .quiet_until = monotonic + NOTICE_EVERY };
	return more;
}

static void tell_records(struct losses *l, const struct engine *e, struct outbox *o, uint64_t now,
			 bool at_last)
{
	struct engine_stats stats;
	char message[128];
	uint64_t more;

	engine_stats(e, &stats);
	more = news(&l->records, stats.lost, at_last);
	if (!more)
		return;
	/* a source may not know how many: the kernel only says that there were some */
	snprintf(message, sizeof(message),
		 "audit records were lost, at least %llu: what they told of was not seen",
		 (unsigned long long)more);
	tell(o, e, now, STR("records-lost"), STR("Audit Records Lost"), str_of(message));
}

/* whoever makes the guard pass over many may mean one of them to get through */
static void tell_callers(struct losses *l, const struct engine *e, const struct guardian_stats *g,
			 struct outbox *o, uint64_t now, bool at_last)
{
	const struct {
		struct losses_told *told;
		uint64_t n;
		struct str id, title;
		const char *message;
	} rows[] = {
		{ &l->overdue, g->overdue, STR("guard-overdue"), STR("Guard Overrun"),
		  "were let go unjudged: too many waited at once for the deadline" },
		{ &l->unopened, g->unopened, STR("guard-unopened"), STR("Guard Kept From Looking"),
		  "were refused by the kernel, not judged: what they opened could not be opened "
		  "for "
		  "the guard, as where somebody has a lease on it" },
		{ &l->unknown, g->unknown, STR("guard-unknown"), STR("Guard Passed by a Stranger"),
		  "in namespaces that are nobody's were let go: nobody could say in time whose "
		  "they "
		  "are" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t more = news(rows[i].told, rows[i].n, at_last);
		char message[192];

		if (!more)
			continue;
		snprintf(message, sizeof(message), "%llu callers %s", (unsigned long long)more,
			 rows[i].message);
		tell(o, e, now, rows[i].id, rows[i].title, str_of(message));
	}
}

/* what the last one watched was open until the next one had started */
static void tell_guards(struct losses *l, const struct engine *e, const struct guardian_stats *g,
			struct outbox *o, uint64_t now)
{
	if (g->lost == l->guards)
		return;
	l->guards = g->lost;
	tell(o, e, now, STR("guard-lost"), STR("Guard Lost"),
	     STR("the guard process ended or missed its deadline; nothing was refused until the "
		 "next one had started"));
}

/* who makes answers slow may mean a program of his to start meanwhile */
static void tell_disarms(struct losses *l, const struct engine *e, const struct guardian_stats *g,
			 struct outbox *o, uint64_t now)
{
	if (g->exec_disarms == l->exec_disarms)
		return;
	l->exec_disarms = g->exec_disarms;
	tell(o, e, now, STR("guard-disarmed"), STR("Guard Disarmed"),
	     STR("answers to starting programs came too slowly: those that the kernel starts are "
		 "not refused for a minute"));
}

void losses_tell(struct losses *l, const struct engine *e, struct guardian *g, struct outbox *o,
		 uint64_t now, bool at_last)
{
	struct guardian_stats stats;

	guardian_stats(g, &stats);
	tell_records(l, e, o, now, at_last);
	tell_guards(l, e, &stats, o, now);
	tell_callers(l, e, &stats, o, now, at_last);
	tell_disarms(l, e, &stats, o, now);
}
