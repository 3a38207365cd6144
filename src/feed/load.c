/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one place that changes kernel audit.
 *
 * Owns the list of rules that we added and, if we set them, the settings as they were before. The
 * trail is written before the kernel is changed, and holds only what was not there: so whatever it
 * names may be removed. Must never touch failure mode, rate limit, or anybody else's rule.
 */
#include "feed/load.h"

#include <libaudit.h>
#include <string.h>

#include "feed/auditrule.h"
#include "feed/trail.h"
#include "kernel/auditctl.h"

#define BACKLOG_DEFAULT 8192
#define PANIC 2 /* failure mode */
#define ARENA_FIRST ((size_t)16 << 10)
#define ARENA_LIMIT ((size_t)16 << 20)

struct own_rule {
	char *text;
	size_t len;
	struct audit_rule_data *rule;
};

struct feed_loader {
	struct kaudit audit;
	char *trail_path;
	struct own_rule *own;
	size_t n;
	uint32_t backlog; /* the least that the limit shall be */
	bool settings_seen; /* set, or left alone: once, what happens to them later is not ours */
	bool has_settings; /* we set them */
	struct settings before, set; /* what was there, what we set */
};

/* our rules */

static void own_drop(struct feed_loader *l, size_t i)
{
	free(l->own[i].text);
	free(l->own[i].rule);
	memmove(l->own + i, l->own + i + 1, (--l->n - i) * sizeof(*l->own));
}

/* takes @rule over, also when it fails */
static int own_add(struct feed_loader *l, struct str text, struct audit_rule_data *rule)
{
	struct own_rule *grown = reallocarray(l->own, l->n + 1, sizeof(*grown));
	char *copy = strndup(text.ptr, text.len);

	if (grown)
		l->own = grown;
	if (!grown || !copy) {
		free(copy);
		free(rule);
		return -ENOMEM;
	}
	l->own[l->n++] = (struct own_rule){ copy, text.len, rule };
	return 0;
}

static int trail_save(const struct feed_loader *l, struct diag *d)
{
	auto_free struct str *texts = calloc(l->n + 1, sizeof(*texts));
	struct trail trail = { texts, l->n, l->has_settings, l->before, l->set };
	int r;

	if (!texts)
		return -ENOMEM;
	for (size_t i = 0; i < l->n; i++)
		texts[i] = str_mem(l->own[i].text, l->own[i].len);
	r = trail_write(l->trail_path, &trail);
	if (r < 0)
		diag_error(
			d, NULL, "no-trail",
			"cannot write %s (%s): without it a crash would leave audit rules behind",
			l->trail_path, strerror(-r));
	return r;
}

static int own_remove(struct feed_loader *l, size_t i, struct diag *d)
{
	int r = kaudit_delete_rule(&l->audit, l->own[i].rule);

	/* the kernel drops a watch by itself when its file system goes */
	if (r < 0 && r != -ENOENT) {
		diag_warning(d, NULL, "audit-rule-stays", "cannot remove audit rule '%s': %s",
			     l->own[i].text, strerror(-r));
		return r;
	}
	own_drop(l, i);
	return 0;
}

/* settings */

static int may_change(const struct kaudit_status *s, struct diag *d)
{
	if (s->failure == PANIC) {
		diag_error(d, NULL, "audit-panic",
			   "audit failure mode is 2 (panic): watchcap does not add rules, because "
			   "any lost record would stop this host");
		return -EPERM;
	}
	if (s->enabled == KAUDIT_IMMUTABLE) {
		diag_error(d, NULL, "audit-immutable",
			   "audit rules are immutable until the next boot (enabled=2): add those "
			   "of 'watchcap audit-rules' to the rules loaded at boot");
		return -EPERM;
	}
	return 0;
}

static struct settings wanted_settings(const struct feed_loader *l, const struct kaudit_status *s)
{
	return (struct settings){
		.enabled = 1,
		.backlog_limit = s->backlog_limit < l->backlog ? l->backlog : s->backlog_limit,
		.backlog_wait_time = 0,
	};
}

static struct settings current_settings(const struct kaudit_status *s)
{
	return (struct settings){ s->enabled, s->backlog_limit, s->backlog_wait_time };
}

static bool settings_equal(const struct settings *a, const struct settings *b)
{
	return a->enabled == b->enabled && a->backlog_limit == b->backlog_limit &&
	       a->backlog_wait_time == b->backlog_wait_time;
}

/* nobody must wait for a full queue before audit is on, so: limit, wait time, then enabled */
static int settings_apply(const struct kaudit *k, const struct settings *from,
			  const struct settings *to)
{
	int r = 0;

	if (from->backlog_limit != to->backlog_limit)
		r = kaudit_set_backlog_limit(k, to->backlog_limit);
	if (r == 0 && from->backlog_wait_time != to->backlog_wait_time)
		r = kaudit_set_backlog_wait_time(k, to->backlog_wait_time);
	if (r == 0 && from->enabled != to->enabled)
		r = kaudit_set_enabled(k, to->enabled);
	return r;
}

static int settings_set(struct feed_loader *l, const struct kaudit_status *s, struct diag *d)
{
	struct settings now = current_settings(s), want = wanted_settings(l, s);
	int r;

	if (l->settings_seen)
		return 0;
	l->settings_seen = true;
	if (settings_equal(&now, &want))
		return 0;
	if (s->pid) {
		diag_warning(d, NULL, "audit-settings",
			     "an audit daemon (pid %u) is registered, so its settings stay; "
			     "watchcap would set enabled %u, "
			     "backlog limit %u, backlog wait time 0",
			     s->pid, want.enabled, want.backlog_limit);
		return 0;
	}
	l->has_settings = true;
	l->before = now;
	l->set = want;
	r = trail_save(l, d);
	if (r < 0) {
		l->has_settings = false;
		return r;
	}
	r = settings_apply(&l->audit, &now, &want);
	if (r < 0)
		diag_error(d, NULL, "audit-settings", "cannot set audit's backlog and enabled: %s",
			   strerror(-r));
	return r;
}

/* each setting that still is as we left it; an audit daemon that came meanwhile keeps them all */
static int settings_restore(struct feed_loader *l, struct diag *d)
{
	struct kaudit_status s;
	struct settings now, back;
	int r = kaudit_get_status(&l->audit, &s);

	if (!l->has_settings)
		return 0;
	if (r == 0 && !s.pid) {
		now = back = current_settings(&s);
		if (now.enabled == l->set.enabled)
			back.enabled = l->before.enabled;
		if (now.backlog_limit == l->set.backlog_limit)
			back.backlog_limit = l->before.backlog_limit;
		if (now.backlog_wait_time == l->set.backlog_wait_time)
			back.backlog_wait_time = l->before.backlog_wait_time;
		r = settings_apply(&l->audit, &now, &back);
	}
	if (r < 0)
		diag_warning(d, NULL, "audit-settings", "cannot restore audit's settings: %s",
			     strerror(-r));
	else
		l->has_settings = false;
	return r;
}

/* a crash before */

static int adopt_trail(struct feed_loader *l, const struct trail *t)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < t->n; i++) {
		struct audit_rule_data *rule =
			auditrule_encode(t->rules[i], auditrule_this_machine(), NULL);

		if (rule)
			r = own_add(l, t->rules[i], rule);
	}
	l->has_settings = t->has_settings;
	l->before = t->before;
	l->set = t->set;
	return r;
}

static int undo_crash(struct feed_loader *l, struct diag *d)
{
	AUTO(arena) a = arena_new(ARENA_FIRST, ARENA_LIMIT);
	struct kaudit_status status;
	struct trail trail;
	int r = a ? trail_read(l->trail_path, a, &trail) : -ENOMEM;

	if (r == 0)
		r = kaudit_get_status(&l->audit, &status);
	if (r == 0)
		r = adopt_trail(l, &trail);
	if (r < 0) {
		diag_error(d, NULL, "no-trail", "cannot read %s: %s", l->trail_path, strerror(-r));
		return r;
	}
	return may_change(&status, NULL) == 0 ? feed_unload(l, d) : 0;
}

struct feed_loader *feed_loader_new(const char *trail_path, struct diag *d)
{
	AUTO(feed_loader) l = calloc(1, sizeof(*l));

	if (!l) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	l->audit.fd = -1;
	l->backlog = BACKLOG_DEFAULT;
	l->trail_path = strdup(trail_path ? trail_path : FEED_TRAIL_PATH);
	if (!l->trail_path) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	if (kaudit_open(&l->audit, d) < 0 || undo_crash(l, d) < 0)
		return NULL;
	return take_ptr(l);
}

void feed_loader_set_backlog(struct feed_loader *l, uint32_t records)
{
	l->backlog = records;
}

void feed_loader_free(struct feed_loader *l)
{
	if (!l)
		return;
	if (l->audit.fd >= 0)
		(void)feed_unload(l, NULL);
	while (l->n)
		own_drop(l, l->n - 1);
	kaudit_close(&l->audit);
	free(l->own);
	free(l->trail_path);
	free(l);
}

size_t feed_loaded(const struct feed_loader *l)
{
	return l->n;
}

/* loading */

static bool feed_has(const struct feed *f, const struct own_rule *own)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->lines[i].text, str_mem(own->text, own->len)))
			return true;
	return false;
}

/* ours that the kernel dropped (somebody ran auditctl -D) are missing again */
static void forget_gone(struct feed_loader *l, const struct kaudit_rules *rules, struct diag *d)
{
	size_t before = l->n;

	for (size_t i = l->n; i--;)
		if (!kaudit_rules_hold(rules, l->own[i].rule))
			own_drop(l, i);
	if (l->n < before)
		diag_warning(
			d, NULL, "audit-rules-gone",
			"%zu of our audit rules are gone from the kernel: what is still needed "
			"is loaded again",
			before - l->n);
}

/* ours from now on, though not yet in the kernel: the trail comes first. 0 or -ENOMEM. */
static int claim_missing(struct feed_loader *l, const struct feed *f,
			 const struct kaudit_rules *rules, struct diag *d)
{
	int machine = auditrule_this_machine(), r = 0;

	for (size_t i = 0; r == 0 && i < f->n; i++) {
		struct audit_rule_data *rule = auditrule_encode(f->lines[i].text, machine, d);

		if (!rule)
			return -EINVAL;
		if (kaudit_rules_hold(rules, rule))
			free(rule);
		else
			r = own_add(l, f->lines[i].text, rule);
	}
	return r;
}

static void add_claimed(struct feed_loader *l, size_t from, struct diag *d)
{
	for (size_t i = from; i < l->n;) {
		int r = kaudit_add_rule(&l->audit, l->own[i].rule);

		if (r == 0) {
			i++;
			continue;
		}
		/* -EEXIST: another came between our list and here, so it is not ours */
		if (r != -EEXIST)
			diag_warning(d, NULL, "audit-rule-refused",
				     "the kernel refuses audit rule '%s': %s", l->own[i].text,
				     strerror(-r));
		own_drop(l, i);
	}
}

static int exchange(struct feed_loader *l, const struct feed *f, const struct kaudit_rules *rules,
		    struct diag *d)
{
	size_t kept;
	int r, saved;

	forget_gone(l, rules, d);
	for (size_t i = l->n; i--;)
		if (!feed_has(f, &l->own[i]))
			(void)own_remove(l, i, d);
	kept = l->n;
	r = claim_missing(l, f, rules, d);
	if (r == 0)
		r = trail_save(l, d);
	if (r == 0)
		add_claimed(l, kept, d);
	while (r < 0 && l->n > kept)
		own_drop(l, l->n - 1);
	saved = trail_save(l, d);
	return r < 0 ? r : saved;
}

int feed_load(struct feed_loader *l, const struct feed *f, struct diag *d)
{
	struct kaudit_rules rules = { 0 };
	struct kaudit_status status;
	int r = kaudit_get_status(&l->audit, &status);

	if (r == 0)
		r = may_change(&status, d);
	else
		diag_error(d, NULL, "no-audit", "kernel audit does not answer: %s", strerror(-r));
	if (r == 0)
		r = kaudit_list_rules(&l->audit, &rules);
	if (r == 0)
		r = exchange(l, f, &rules, d);
	kaudit_rules_release(&rules);
	return r == 0 ? settings_set(l, &status, d) : r;
}

int feed_unload(struct feed_loader *l, struct diag *d)
{
	int first = 0, r;

	for (size_t i = l->n; i--;) {
		r = own_remove(l, i, d);
		if (r < 0 && first == 0)
			first = r;
	}
	r = settings_restore(l, d);
	if (r < 0 && first == 0)
		first = r;
	r = trail_save(l, d);
	return first < 0 ? first : r;
}
