/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shipped rules and the kernel's audit rules that they need: no line that its rule can make nothing of, none dropped that
 * another rule needs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include <libaudit.h>

#include "base/buf.h"
#include "brought.h"
#include "feed/feed.h"
#include "feed/table.h"
#include "field/registry.h"
#include "kernel/hostfiles.h"
#include "rule/ruleset.h"

/* the lines of some rules, on a host that has a place of every kind */

static const struct state_watch hierarchies[] = { { STR("cpu"), STR("/sys/fs/cgroup/cpu"), 7, 0,
						    29 } };
static const int32_t tasks[] = { 4000, -4000 };

static struct feed_places places(void)
{
	static struct hostfile_watch files[3 * HOSTFILE_CLASSES];
	static char paths[HOSTFILE_CLASSES][32];
	size_t n = 0;

	for (unsigned class = HOSTFILE_LOADER; class < HOSTFILE_CLASSES; class ++) {
		struct hostfile_watch w = { .is_directory = true, .classes = UINT32_C(1) << class };

		snprintf(paths[class], sizeof(paths[class]), "/of/%s", hostfile_class_name(class));
		w.path = str_of(paths[class]);
		w.inode = hostfile_is_of_kernel(class) ? class : 0;
		w.act = class == HOSTFILE_LOGS				    ? HOSTFILE_LINKED
			: w.inode					    ? HOSTFILE_SEEN
			: class == HOSTFILE_SOCKET || class == HOSTFILE_BUS ? HOSTFILE_CONNECTED
									    : HOSTFILE_CHANGED;
		files[n++] = w;
		w.act = HOSTFILE_READ;
		if (class == HOSTFILE_KEYS || class == HOSTFILE_SECRET)
			files[n++] = w;
	}
	return (struct feed_places){ hierarchies, ARRAY_LEN(hierarchies), files, n,
				     tasks,	  ARRAY_LEN(tasks) };
}

struct derived {
	struct ruleset *rules;
	struct arena *arena;
	struct feed feed;
};

static void derived_release(struct derived *d)
{
	ruleset_free(d->rules);
	arena_free(d->arena);
}
#define auto_derived __attribute__((cleanup(derived_release)))

static struct derived derive(const char *enable, const char *disable)
{
	const char *dir = SOURCE_DIR "/rules", *on[] = { enable, NULL }, *off[] = { disable, NULL };
	const struct rule_selection selection = { PRIORITY_DEBUG, on, off };
	const struct feed_places where = places();
	struct derived d = { .arena = arena_new(65536, 1 << 24) };

	assert_non_null(d.arena);
	d.rules = ruleset_load(&dir, 1, &selection, registry_schema(), NULL);
	assert_non_null(d.rules);
	assert_int_equal(feed_derive(d.rules, &where, MACH_86_64, d.arena, &d.feed), 0);
	return d;
}

static struct derived derive_alone(const struct rule *rule)
{
	auto_buf struct buf id = { 0 };

	buf_add(&id, rule->id);
	return derive(buf_z(&id), "*");
}

static bool has_line(const struct feed *f, struct str text)
{
	for (size_t i = 0; i < f->n; i++)
		if (str_eq(f->lines[i].text, text))
			return true;
	return false;
}

static const struct feed_row *row_of(const struct feed_reason *why)
{
	for (size_t i = 0; i < feed_row_count(); i++)
		if (feed_row_at(i)->why == why->why && feed_row_at(i)->volume == why->volume)
			return feed_row_at(i);
	return NULL;
}

/* what comes of the calls of a row, rather than the calls: their arguments are not its */
static bool is_for_effects(const struct rule *rule, const struct feed_line *line,
			   const struct line *l, struct filter_frame *frame)
{
	for (size_t i = 0; i < line->n_reasons; i++) {
		const struct feed_row *row = row_of(&line->reasons[i]);
		struct str rest, type;

		assert_non_null(row);
		for (rest = str_of(row->brings); str_cut(&rest, ',', &type);)
			if (line->reasons[i].rules.len &&
			    can_hold(frame, rule, l, (evt_type)event_type_by_name(type), false))
				return true;
	}
	return false;
}

static evt_type type_of(const struct line *l, struct str call)
{
	uint64_t number;
	int type = event_type_by_name(call);

	if (str_to_u64(call, 10, &number) == 0)
		return event_type_of_syscall(l->arch, (uint32_t)number);
	return type < 0 ? EVT_UNKNOWN : (evt_type)type;
}

static bool is_called_by(struct str calls, struct str wanted)
{
	struct str call;

	while (str_cut(&calls, ',', &call))
		if (str_eq(call, wanted))
			return true;
	return false;
}

/* those that attribution asks for in the line that all share */
static struct str own_calls(const struct feed *nobodys, struct str text)
{
	struct str abi = behind(text, STR("-F "));

	for (size_t i = 0; i < nobodys->n; i++)
		if (str_ends(text, STR("key=wc_calls")) &&
		    str_ends(nobodys->lines[i].text, STR("key=wc_calls")) &&
		    str_eq(behind(nobodys->lines[i].text, STR("-F ")), abi))
			return behind(nobodys->lines[i].text, STR(" -S "));
	return STR_ABSENT;
}

static void expect_useful(const struct rule *rule, const struct feed *nobodys,
			  const struct feed_line *line, struct filter_frame *frame)
{
	struct str own = own_calls(nobodys, line->text), rest, call;
	struct line l = line_of(line->text);

	if (has_line(nobodys, line->text) || is_for_effects(rule, line, &l, frame))
		return;
	assert_non_null(l.calls.ptr);
	for (rest = l.calls; str_cut(&rest, ',', &call);)
		if (!is_called_by(own, call) &&
		    !can_hold(frame, rule, &l, type_of(&l, call), !l.is_uring))
			fail_msg("%.*s can make nothing of %.*s in %.*s", STR_ARG(rule->id),
				 STR_ARG(call), STR_ARG(line->text));
}

static void test_feed_of_each_rule_is_what_it_can_use(void **state)
{
	auto_derived struct derived nobodys = derive(NULL, "*");
	struct filter_frame *frame = filter_frame_new(0);

	(void)state;
	assert_non_null(frame);
	for (size_t i = 0; i < ruleset_count(nobodys.rules); i++) {
		auto_derived struct derived d = derive_alone(ruleset_at(nobodys.rules, i));

		for (size_t k = 0; k < d.feed.n; k++)
			expect_useful(ruleset_at(d.rules, i), &nobodys.feed, &d.feed.lines[k],
				      frame);
	}
	filter_frame_free(frame);
}

/* calls of lines, one by one, sorted */

struct asked {
	struct str *at;
	size_t n;
};

static int asked_cmp(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct asked asked_of(const struct derived *d)
{
	struct asked all = { 0 };
	size_t bytes = 0;

	for (size_t i = 0; i < d->feed.n; i++)
		bytes += d->feed.lines[i].text.len;
	all.at = arena_array_of(d->arena, struct str, bytes);
	for (size_t i = 0; i < d->feed.n; i++) {
		struct str text = d->feed.lines[i].text, calls = behind(text, STR(" -S ")), call;
		size_t at = (size_t)(calls.ptr ? calls.ptr - text.ptr : 0), len = calls.len;

		do {
			call = STR("");
			str_cut(&calls, ',', &call);
			all.at[all.n++] =
				arena_printf(d->arena, "%.*s%.*s%.*s", STR_ARG(str_first(text, at)),
					     STR_ARG(call), STR_ARG(str_from(text, at + len)));
		} while (calls.ptr);
	}
	qsort(all.at, all.n, sizeof(*all.at), asked_cmp);
	return all;
}

static ssize_t place_of(const struct asked *all, struct str one)
{
	const struct str *at = bsearch(&one, all->at, all->n, sizeof(one), asked_cmp);

	return at ? at - all->at : -1;
}

/* by default: what such a rule needs is not asked for */
static bool is_off(const struct derived *d, size_t rule)
{
	return rule < ruleset_count(d->rules) && !ruleset_at(d->rules, rule)->enabled;
}

/* of each call in @all: how many rules need it alone, attribution among them */
static unsigned *needs_of_each(const struct asked *all, const struct derived *d)
{
	unsigned *needs = arena_array_of(d->arena, unsigned, all->n + 1);

	for (size_t rule = 0; rule <= ruleset_count(d->rules); rule++) {
		if (is_off(d, rule))
			continue;
		auto_derived struct derived one = rule < ruleset_count(d->rules)
							  ? derive_alone(ruleset_at(d->rules, rule))
							  : derive(NULL, "*");
		struct asked own = asked_of(&one);

		for (size_t i = 0; i < own.n; i++) {
			ssize_t at = place_of(all, own.at[i]);

			if (at < 0)
				fail_msg("no other asks for %.*s", STR_ARG(own.at[i]));
			needs[at]++;
		}
	}
	return needs;
}

static void test_feed_without_a_rule_lacks_what_only_that_needs(void **state)
{
	auto_derived struct derived d = derive(NULL, NULL);
	struct asked all = asked_of(&d);
	const unsigned *needs = needs_of_each(&all, &d);

	(void)state;
	for (size_t rule = 0; rule < ruleset_count(d.rules); rule++) {
		auto_buf struct buf id = { 0 };

		if (is_off(&d, rule))
			continue;
		buf_add(&id, ruleset_at(d.rules, rule)->id);
		auto_derived struct derived alone = derive(buf_z(&id), "*");
		auto_derived struct derived without = derive(NULL, buf_z(&id));
		struct asked own = asked_of(&alone), rest = asked_of(&without);

		for (size_t i = 0; i < all.n; i++) {
			bool is_own = place_of(&own, all.at[i]) >= 0;

			assert_true(needs[i] > 0);
			if ((place_of(&rest, all.at[i]) >= 0) != (needs[i] > is_own))
				fail_msg("without %s: %.*s", buf_z(&id), STR_ARG(all.at[i]));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_feed_of_each_rule_is_what_it_can_use),
		cmocka_unit_test(test_feed_without_a_rule_lacks_what_only_that_needs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
