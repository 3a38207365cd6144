/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Told once, then counted: nothing is told twice within its window, and nothing is lost from the
 * count.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alert/aggregate.h"
#include "base/clock.h"

#define T0 (1000 * NS_PER_S)

/* one match, with everything that tells it from another */
struct match {
	uint64_t time;
	const char *rule, *container, *exe;
	int32_t pid; /* 0: the origin does not know the process */
	uint32_t generation;
	uint64_t inode; /* 0: an object with a name only */
	const char *name;
	enum event_origin origin;
	bool failed;
	evt_type type; /* 0: as it comes */
	const enum permission_answer *verdict; /* NULL: it is none */
};

static const struct match usual = {
	.time = T0,
	.rule = "r",
	.container = "0123456789abcdef",
	.exe = "/bin/sh",
	.pid = 5,
	.generation = 1,
	.inode = 7,
	.name = "/x",
	.origin = ORIGIN_AUDIT,
};

static struct text text_view(const char *s)
{
	return (struct text){ .ptr = (char *)(uintptr_t)s,
			      .len = (uint32_t)strlen(s),
			      .set = true };
}

static bool admit(struct aggregate *g, const struct match *m)
{
	const struct event ev = {
		.time = m->time,
		.origin = m->origin,
		.type = m->type,
		.is_permission = m->verdict,
		.permission = { .verdict = m->verdict ? *m->verdict : PERMISSION_ALLOWED },
		.has_syscall = true,
		.sys = { .has_result = true, .success = !m->failed },
	};
	const struct process process = {
		.key = (uint64_t)m->pid,
		.ref = { .pid = m->pid, .generation = m->generation },
		.exe = text_view(m->exe),
	};
	const struct container container = { .is_identified = true, .id = text_view(m->container) };
	const struct scene scene = {
		.event = &ev,
		.process = m->pid ? &process : NULL,
		.container = &container,
		.object = { .exists = true,
			    .has_inode = m->inode != 0,
			    .inode = m->inode,
			    .name = str_of(m->name) },
	};
	const struct rule rule = { .id = str_of(m->rule) };

	return aggregate_admit(g, &rule, &scene);
}

static bool told(struct aggregate *g, struct match m)
{
	AUTO(alert) a = NULL;

	if (!admit(g, &m))
		return false;
	a = alert_new_internal(m.time, PRIORITY_CRITICAL, str_of(m.rule), STR("t"), STR("message"),
			       STR("h"));
	assert_non_null(a);
	aggregate_keep(g, a);
	return true;
}

static struct match at(uint64_t seconds)
{
	struct match m = usual;

	m.time += seconds * NS_PER_S;
	return m;
}

static void test_aggregate_equal_matches_told_once_then_summed_up(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	AUTO(alert) sum = NULL;

	(void)state;
	assert_true(told(g, usual));
	for (uint64_t i = 1; i <= 10; i++)
		assert_false(told(g, at(i)));
	assert_null(aggregate_due(g, T0 + 59 * NS_PER_S));
	sum = aggregate_due(g, T0 + 60 * NS_PER_S);
	assert_non_null(sum);
	assert_int_equal(sum->repeat, 11);
	assert_true(sum->first == T0 && sum->last == T0 + 10 * NS_PER_S && sum->time == sum->last);
	assert_true(
		str_eq(sum->message, STR("message (11 times from 1970-01-01T00:16:40.000000000Z to "
					 "1970-01-01T00:16:50.000000000Z)")));
	assert_null(aggregate_due(g, UINT64_MAX));
	assert_true(told(g, at(61)));
}

static void test_aggregate_single_match_has_no_summary(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);

	(void)state;
	assert_true(told(g, usual));
	assert_null(aggregate_due(g, UINT64_MAX));
}

static void test_aggregate_window_over_tells_again_and_keeps_the_count(void **state)
{
	AUTO(aggregate) g = aggregate_new(&(struct aggregate_options){ .window = 10 * NS_PER_S });
	AUTO(alert) sum = NULL;

	(void)state;
	assert_true(told(g, usual));
	assert_false(told(g, at(9)));
	/* nobody asked what is due in between */
	assert_true(told(g, at(10)));
	sum = aggregate_due(g, T0 + 10 * NS_PER_S);
	assert_non_null(sum);
	assert_int_equal(sum->repeat, 2);
	assert_null(aggregate_due(g, T0 + 10 * NS_PER_S));
}

static void test_aggregate_older_log_is_another_window(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);

	(void)state;
	assert_true(told(g, at(86400)));
	assert_true(told(g, usual));
	assert_false(told(g, at(1)));
}

static void test_aggregate_any_difference_is_told(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct match other[7];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		other[i] = usual;
	other[0].rule = "r2";
	other[1].container = "0123456789abcdee"; /* the same first 12 characters */
	other[2].exe = "/bin/other";
	other[3].inode = 8;
	other[4].inode = 0;
	other[5].inode = 0;
	other[5].name = "/y";
	other[6].failed = true;
	assert_true(told(g, usual));
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_true(told(g, other[i]));
	for (size_t i = 0; i < ARRAY_LEN(other); i++)
		assert_false(told(g, other[i]));
	assert_false(told(g, usual));
}

static void test_aggregate_call_without_object_is_told_apart_by_its_paths(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	const struct event ev = { .time = T0 };
	const struct rule rule = { .id = STR("r") };
	const struct path_record here[] = { { .name = STR("/here") } };
	const struct path_record there[] = { { .name = STR("/there") } };
	const struct scene a = { .event = &ev, .paths = here, .n_paths = 1 };
	const struct scene b = { .event = &ev, .paths = there, .n_paths = 1 };
	AUTO(alert)
	told_one = alert_new_internal(T0, PRIORITY_DEBUG, STR("r"), STR("t"), STR("m"), STR("h"));

	(void)state;
	assert_true(aggregate_admit(g, &rule, &a));
	aggregate_keep(g, told_one);
	assert_true(aggregate_admit(g, &rule, &b));
	aggregate_keep(g, told_one);
	assert_false(aggregate_admit(g, &rule, &a));
}

static bool admit_scene(struct aggregate *g, const struct scene *scene)
{
	const struct rule rule = { .id = STR("r") };
	AUTO(alert) a = NULL;

	if (!aggregate_admit(g, &rule, scene))
		return false;
	a = alert_new_internal(T0, PRIORITY_DEBUG, STR("r"), STR("t"), STR("m"), STR("h"));
	aggregate_keep(g, a);
	return true;
}

/* @domain: of a socket; otherwise of no meaning */
static bool admit_call(struct aggregate *g, evt_type type, uint64_t domain, const char *what)
{
	const struct event ev = {
		.time = T0,
		.type = type,
		.has_syscall = true,
		.sys = { .has_result = true, .success = true, .arg = { domain } },
		.gap = { .what = str_of(what) },
	};

	return admit_scene(g, &(struct scene){ .event = &ev });
}

static bool admit_signal(struct aggregate *g, evt_type type, int32_t pid, uint64_t number)
{
	const struct event ev = {
		.time = T0,
		.type = type,
		.has_syscall = true,
		.sys = { .has_result = true,
			 .success = true,
			 .arg = { (uint64_t)pid, type == EVT_TGKILL ? (uint64_t)pid : number,
				  type == EVT_TGKILL ? number : 0 } },
	};

	return admit_scene(g, &(struct scene){ .event = &ev, .target = { .pid = pid } });
}

static void test_aggregate_acts_without_any_object_are_told_apart_by_what_they_are(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);

	(void)state;
	assert_true(admit_call(g, EVT_CAPSET, 0, NULL));
	assert_false(admit_call(g, EVT_CAPSET, 1, NULL));
	assert_true(admit_call(g, EVT_SETUID, 0, NULL));
	assert_true(admit_call(g, EVT_SOCKET, 17, NULL));
	assert_true(admit_call(g, EVT_SOCKET, 38, NULL));
	assert_false(admit_call(g, EVT_SOCKET, 17, NULL));
	assert_false(admit_call(g, EVT_SOCKET, 0x100 + 17, NULL));
	assert_true(admit_signal(g, EVT_KILL, 70, 0));
	assert_true(admit_signal(g, EVT_KILL, 70, 9));
	assert_true(admit_signal(g, EVT_KILL, 71, 9));
	assert_false(admit_signal(g, EVT_KILL, 70, 9));
	assert_true(admit_signal(g, EVT_TGKILL, 70, 9));
	assert_true(admit_signal(g, EVT_TGKILL, 70, 15));
	assert_true(admit_call(g, EVT_TELEMETRY, 0, "lost"));
	assert_true(admit_call(g, EVT_TELEMETRY, 0, "overflow"));
	assert_false(admit_call(g, EVT_TELEMETRY, 0, "lost"));
}

static void test_aggregate_mounts_are_told_apart_by_reason_and_place(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	const struct rule rule = { .id = STR("r") };
	struct event ev = { .time = T0, .type = EVT_MOUNT_CHANGE };
	const struct scene scene = { .event = &ev };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		AUTO(alert) told = NULL;

		ev.mount.reason = i < 2 ? STR("kernel-fs") : STR("overlay");
		ev.mount.target = i < 1 ? STR("/a") : STR("/b");
		assert_true(aggregate_admit(g, &rule, &scene));
		told = alert_new_internal(T0, PRIORITY_DEBUG, STR("r"), STR("t"), STR("m"),
					  STR("h"));
		aggregate_keep(g, told);
		assert_false(aggregate_admit(g, &rule, &scene));
	}
}

static void test_aggregate_parts_cannot_run_into_each_other(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct match a = usual, b = usual;

	(void)state;
	a.rule = "r1";
	a.container = "2";
	b.rule = "r";
	b.container = "12";
	assert_true(told(g, a));
	assert_true(told(g, b));
}

static void test_aggregate_act_of_other_origin_is_not_sent_again(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	AUTO(alert) sum = NULL;
	struct match seen = at(1);

	(void)state;
	seen.origin = ORIGIN_FANOTIFY;
	seen.exe = "/proc/self/exe"; /* would be a match of its own */
	assert_true(told(g, usual));
	assert_false(told(g, seen));
	assert_null(aggregate_due(g, T0 + 60 * NS_PER_S));

	assert_true(told(g, at(100)));
	seen.time = T0 + 101 * NS_PER_S;
	assert_false(told(g, seen));
	assert_false(told(g, at(102)));
	sum = aggregate_due(g, UINT64_MAX);
	assert_non_null(sum);
	assert_int_equal(sum->repeat, 2);
	assert_int_equal(sum->origins, 1u << ORIGIN_AUDIT | 1u << ORIGIN_FANOTIFY);
}

/* both are of fanotify, and the process is known by different generations */
static void
test_aggregate_write_after_an_open_let_go_is_one_act_after_a_refused_one_is_news(void **state)
{
	static const enum permission_answer let_go = PERMISSION_NOT_ENABLED,
					    refused = PERMISSION_DENIED;
	AUTO(aggregate) g = aggregate_new(NULL);
	AUTO(aggregate) h = aggregate_new(NULL);
	AUTO(aggregate) k = aggregate_new(NULL);
	struct match asked = usual, wrote = at(1);

	(void)state;
	asked.origin = wrote.origin = ORIGIN_FANOTIFY;
	wrote.type = EVT_WRITE;
	wrote.exe = "/usr/bin/runc";
	wrote.generation = 2;
	asked.verdict = &let_go;
	assert_true(told(g, asked));
	assert_false(told(g, wrote));
	/* audit was first */
	assert_true(told(k, usual));
	assert_false(told(k, asked));
	wrote.generation = usual.generation;
	assert_false(told(k, wrote));
	/* through another descriptor, then */
	asked.verdict = &refused;
	assert_true(told(h, asked));
	assert_true(told(h, wrote));
}

/* two containers write to one file: the second must not vanish in the alert about the first */
static void test_aggregate_act_of_other_container_is_told(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct match second = at(1);

	(void)state;
	second.origin = ORIGIN_PROC;
	second.container = "fedcba9876543210";
	second.pid = 0;
	assert_true(told(g, usual));
	assert_true(told(g, second));
}

static void test_aggregate_act_needs_same_process_and_two_seconds(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct match late = at(3), other = at(1), reused = at(1), unknown = at(1);

	(void)state;
	late.origin = other.origin = reused.origin = unknown.origin = ORIGIN_FANOTIFY;
	late.exe = other.exe = reused.exe = "/bin/different";
	other.pid = 6;
	reused.generation = 2;
	unknown.pid = 0;
	assert_true(told(g, usual));
	assert_true(told(g, other));
	assert_false(told(g, unknown));
	assert_null(aggregate_due(g, UINT64_MAX));

	assert_true(told(g, usual));
	assert_true(told(g, reused));
	assert_null(aggregate_due(g, UINT64_MAX));

	assert_true(told(g, usual));
	assert_true(told(g, late));
}

static void test_aggregate_who_it_was_is_news_where_nobody_knew(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct match nobody = usual, seen = at(1);

	(void)state;
	nobody.origin = ORIGIN_PROC;
	nobody.pid = 0;
	assert_true(told(g, nobody));
	assert_true(told(g, seen));
	nobody.time = T0 + 2 * NS_PER_S;
	assert_false(told(g, nobody));
}

static void test_aggregate_match_that_could_not_be_told_is_news_again(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	AUTO(alert) sum = NULL;

	(void)state;
	assert_true(admit(g, &usual)); /* no memory for the alert: no aggregate_keep() */
	assert_true(told(g, usual));
	assert_false(told(g, usual));
	sum = aggregate_due(g, UINT64_MAX);
	assert_non_null(sum);
	assert_int_equal(sum->repeat, 2);
	assert_true(admit(g, &usual));
	assert_null(aggregate_due(g, UINT64_MAX));
}

static void test_aggregate_full_table_loses_no_count(void **state)
{
	AUTO(aggregate) g = aggregate_new(&(struct aggregate_options){ .entries = 8 });
	uint64_t counted = 0, tellings = 0;

	(void)state;
	for (uint64_t i = 0; i < 200; i++) {
		struct match m = usual;

		m.inode = 100 + i;
		tellings += told(g, m);
		tellings += told(g, m);
	}
	for (struct alert *sum; (sum = aggregate_due(g, UINT64_MAX)); alert_free(sum))
		counted += sum->repeat - 1;
	assert_int_equal(tellings + counted, 400);
}

static void test_aggregate_bytes_are_bounded(void **state)
{
	AUTO(aggregate) g = aggregate_new(&(struct aggregate_options){ .bytes = 4096 });
	size_t sums = 0;

	(void)state;
	for (uint64_t i = 1; i <= 100; i++) {
		struct match m = usual;

		m.inode = i;
		assert_true(told(g, m));
		assert_false(told(g, m));
	}
	/* long before their windows close the first have had to go */
	for (struct alert *sum; (sum = aggregate_due(g, T0)); alert_free(sum))
		sums++;
	assert_true(sums > 80 && sums < 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_aggregate_equal_matches_told_once_then_summed_up),
		cmocka_unit_test(test_aggregate_single_match_has_no_summary),
		cmocka_unit_test(test_aggregate_window_over_tells_again_and_keeps_the_count),
		cmocka_unit_test(test_aggregate_older_log_is_another_window),
		cmocka_unit_test(test_aggregate_any_difference_is_told),
		cmocka_unit_test(test_aggregate_call_without_object_is_told_apart_by_its_paths),
		cmocka_unit_test(
			test_aggregate_acts_without_any_object_are_told_apart_by_what_they_are),
		cmocka_unit_test(test_aggregate_mounts_are_told_apart_by_reason_and_place),
		cmocka_unit_test(test_aggregate_parts_cannot_run_into_each_other),
		cmocka_unit_test(test_aggregate_act_of_other_origin_is_not_sent_again),
		cmocka_unit_test(
			test_aggregate_write_after_an_open_let_go_is_one_act_after_a_refused_one_is_news),
		cmocka_unit_test(test_aggregate_act_of_other_container_is_told),
		cmocka_unit_test(test_aggregate_act_needs_same_process_and_two_seconds),
		cmocka_unit_test(test_aggregate_who_it_was_is_news_where_nobody_knew),
		cmocka_unit_test(test_aggregate_match_that_could_not_be_told_is_news_again),
		cmocka_unit_test(test_aggregate_full_table_loses_no_count),
		cmocka_unit_test(test_aggregate_bytes_are_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
