/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The actions, a row each, and what must be true before one is carried out.
 *
 * Owns the budget and the containers that wait to be thawed. Must not look a target up, nor act on
 * anything that state spared.
 */
#include "respond/respond.h"

#include <errno.h>
#include <libaudit.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "kernel/auditctl.h"
#include "kernel/pidfd.h"
#include "respond/frozen.h"

#define MINUTE (60 * NS_PER_S)

struct responder {
	struct respond_options options;
	struct procfs proc;
	struct kaudit trail;
	uint64_t minute; /* begin of the one that is counted */
	unsigned spent;
	struct frozen frozen;
};

/* the actions */

static int act_kill(struct responder *r, const struct target *t)
{
	auto_close int fd = pidfd_hold(&r->proc, t->process.pid, t->process.start_ticks, t->seen);

	return fd < 0 ? fd : pidfd_signal(fd, SIGKILL);
}

static int act_kill_container(struct responder *r, const struct target *t)
{
	__attribute__((cleanup(cgroup_place_close))) struct cgroup_place place;
	int e = cgroup_place_open(&r->proc, t->cgroups, &place);

	return e < 0 ? e : cgroup_place_kill(&place);
}

static int act_freeze(struct responder *r, const struct target *t)
{
	__attribute__((cleanup(cgroup_place_close))) struct cgroup_place place;
	int e = cgroup_place_open(&r->proc, t->cgroups, &place);

	if (e == 0)
		e = cgroup_place_freeze(&place, true);
	/* who is slow to freeze will be frozen yet; one that cannot be remembered stays so, which is what was asked for */
	if ((e == 0 || e == -ETIMEDOUT) && r->options.freeze_for)
		(void)frozen_add(&r->frozen, t->container, &place,
				 clock_monotonic() + r->options.freeze_for);
	return e;
}

static bool has_process(const struct target *t)
{
	return t->process.pid > 0;
}

static bool has_cgroups(const struct target *t)
{
	return t->cgroups.len > 0;
}

static const struct act_def {
	unsigned action; /* enum rule_action */
	const char *name;
	bool (*has_target)(const struct target *t);
	const char *lacks; /* the reason when there is none */
	int (*act)(struct responder *r, const struct target *t);
	unsigned trail; /* libaudit audit-records.h */
} acts[] = {
	/* the container before the process: it takes the process along */
	{ ACTION_FREEZE, "freeze", has_cgroups, "its cgroup is not known", act_freeze,
	  AUDIT_RESP_TERM_LOCK },
	{ ACTION_KILL_CONTAINER, "kill-container", has_cgroups, "its cgroup is not known",
	  act_kill_container, AUDIT_RESP_KILL_PROC },
	{ ACTION_KILL, "kill", has_process, "its process is not known", act_kill,
	  AUDIT_RESP_KILL_PROC },
};

/* the trail */

/* what a name may hold that the trail's readers take for syntax is written in hex, as the kernel does */
static void add_value(struct buf *out, const char *name, struct str value)
{
	bool plain = value.len > 0;

	for (size_t i = 0; i < value.len; i++)
		plain &= value.ptr[i] > ' ' && value.ptr[i] < 0x7f && value.ptr[i] != '"';
	buf_printf(out, " %s=", name);
	if (plain) {
		buf_char(out, '"');
		buf_add(out, value);
		buf_char(out, '"');
		return;
	}
	for (size_t i = 0; i < value.len; i++)
		buf_printf(out, "%02X", (unsigned char)value.ptr[i]);
}

static void tell_trail(struct responder *r, const struct act_def *def, const struct alert *a,
		       bool done)
{
	auto_buf struct buf text = { 0 };

	buf_printf(&text, "op=%s opid=%d", def->name, (int)a->target.process.pid);
	add_value(&text, "rule", a->rule_id);
	add_value(&text, "container", a->target.container);
	if (r->trail.fd >= 0 && !buf_failed(&text))
		(void)kaudit_say(&r->trail, def->trail, buf_z(&text), done);
}

/* whether */

static bool spend(struct responder *r, uint64_t now)
{
	if (now - r->minute >= MINUTE) {
		r->minute = now;
		r->spent = 0;
	}
	return r->options.budget > r->spent && ++r->spent;
}

static void carry_out(struct responder *r, const struct act_def *def, struct alert *a)
{
	int e = def->act(r, &a->target);

	tell_trail(r, def, a, e == 0);
	if (e == 0)
		alert_acted(a, def->name, ACT_DONE, STR_ABSENT);
	else if (e == -EROFS)
		alert_acted(a, def->name, ACT_NOT_POSSIBLE, STR("cgroups are read-only here"));
	else if (e == -EAGAIN)
		alert_acted(a, def->name, ACT_FAILED, STR("somebody has a lease on its cgroup"));
	else if (e == -ESRCH)
		alert_acted(a, def->name, ACT_FAILED, STR("it was gone already"));
	else
		alert_acted(a, def->name, ACT_FAILED, str_of(strerror(-e)));
}

static void act(struct responder *r, const struct act_def *def, struct alert *a, uint64_t now)
{
	const struct target *t = &a->target;

	if (t->spared)
		alert_acted(a, def->name, ACT_NOT_POSSIBLE, str_of(t->spared));
	else if (!def->has_target(t))
		alert_acted(a, def->name, ACT_NOT_POSSIBLE, str_of(def->lacks));
	else if (!r->options.enforce)
		alert_acted(a, def->name, ACT_NOT_ENABLED, STR("observing only"));
	else if (!spend(r, now))
		alert_acted(a, def->name, ACT_NOT_POSSIBLE,
			    STR("the budget of this minute is used up"));
	else
		carry_out(r, def, a);
}

void responder_act(struct responder *r, struct alert *a, uint64_t now)
{
	for (size_t i = 0; i < ARRAY_LEN(acts); i++)
		if (a->actions & acts[i].action)
			act(r, &acts[i], a, now);
	alert_acts_end(a);
}

unsigned responder_tick(struct responder *r, uint64_t now, respond_notice tell, void *ctx)
{
	struct str container;
	unsigned n = 0;
	int result;

	while (frozen_thaw(&r->frozen, now, &container, &result)) {
		auto_buf struct buf message = { 0 };

		buf_printf(&message, "container %.*s %s", STR_ARG(container),
			   result == 0 ? "was thawed, its time in the cold is over"
				       : "could not be thawed");
		tell(ctx, buf_str(&message));
		n++;
	}
	return n;
}

struct responder *responder_new(const struct respond_options *o)
{
	AUTO(responder) r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->options = *o;
	r->trail.fd = -1;
	r->proc.root = -1;
	frozen_init(&r->frozen);
	if (procfs_init(&r->proc, o->proc) < 0)
		return NULL;
	if (o->enforce)
		(void)kaudit_open_to_say(&r->trail); /* without it there is the alert */
	return take_ptr(r);
}

void responder_free(struct responder *r)
{
	if (!r)
		return;
	frozen_release(&r->frozen);
	kaudit_close(&r->trail);
	procfs_release(&r->proc);
	free(r);
}
