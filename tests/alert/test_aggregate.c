/* SPDX-License-Identifier: Apache-2.0 */
/* Told once, then counted: nothing is told twice within its window, and nothing is lost from the count. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "alert/aggregate.h"
#include "base/clock.h"

#define T0 (1000 * NS_PER_S)

struct act {
	struct event event;
	struct process process;
	struct container container;
	struct scene scene;
};

static const struct rule rule = { .id = { "r", 1 }, .title = { "t", 1 } };

static struct scene *act(struct act *a, uint64_t time, int32_t pid, const char *exe, uint64_t inode, enum event_origin origin)
{
	*a = (struct act){ 0 };
	a->event = (struct event){ .time = time, .origin = origin, .type = EVT_OPENAT };
	a->process.ref.pid = pid;
	a->process.exe = (struct text){ (char *)(uintptr_t)exe, (uint32_t)strlen(exe), 0, true };
	a->container.is_identified = true;
	a->container.id = (struct text){ (char *)(uintptr_t)"0123456789abcdef", 16, 0, true };
	a->scene = (struct scene){ .event = &a->event, .process = pid ? &a->process : NULL, .container = &a->container };
	a->scene.object = (struct object){ .exists = true, .has_inode = true, .inode = inode };
	return &a->scene;
}

static bool told(struct aggregate *g, const struct scene *s)
{
	AUTO(alert) a = NULL;
	if (!aggregate_admit(g, &rule, s))
		return false;
	a = alert_new_internal(s->event->time, PRIORITY_CRITICAL, STR("r"), STR("t"), STR("m"), STR("h"));
	aggregate_keep(g, a);
	return true;
}

static void test_equal_matches_are_told_once_then_summed_up(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct act a;
	struct alert *sum;
	(void)state;
	assert_true(told(g, act(&a, T0, 5, "/bin/sh", 7, ORIGIN_AUDIT)));
	for (int i = 1; i <= 10; i++)
		assert_false(told(g, act(&a, T0 + (uint64_t)i * NS_PER_S, 5 + i, "/bin/sh", 7, ORIGIN_AUDIT)));
	assert_null(aggregate_due(g, T0 + 59 * NS_PER_S));
	sum = aggregate_due(g, T0 + 60 * NS_PER_S);
	assert_non_null(sum);
	assert_int_equal(sum->repeat, 11);
	assert_true(sum->first == T0 && sum->last == T0 + 10 * NS_PER_S);
	alert_free(sum);
	assert_null(aggregate_due(g, UINT64_MAX));
	/* the window is over: news again */
	assert_true(told(g, act(&a, T0 + 61 * NS_PER_S, 5, "/bin/sh", 7, ORIGIN_AUDIT)));
}

static void test_different_acts_are_told_each(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct act a;
	struct scene *s;
	(void)state;
	assert_true(told(g, act(&a, T0, 5, "/bin/sh", 7, ORIGIN_AUDIT)));
	assert_true(told(g, act(&a, T0, 5, "/bin/other", 7, ORIGIN_AUDIT)));
	assert_true(told(g, act(&a, T0, 5, "/bin/sh", 8, ORIGIN_AUDIT)));
	s = act(&a, T0, 5, "/bin/sh", 7, ORIGIN_AUDIT);
	a.container.id.ptr = (char *)(uintptr_t)"fedcba9876543210";
	assert_true(told(g, s));
	assert_null(aggregate_due(g, UINT64_MAX));
}

static void test_success_after_a_refused_attempt_is_news(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct act a;
	struct scene *s = act(&a, T0, 5, "/bin/sh", 7, ORIGIN_AUDIT);
	(void)state;
	a.event.has_syscall = a.event.sys.has_result = true;
	a.event.sys.success = false;
	assert_true(told(g, s));
	assert_false(told(g, s));
	a.event.sys.success = true;
	assert_true(told(g, s));
}

static void test_same_act_from_another_origin_is_one(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct act a;
	struct alert *sum;
	(void)state;
	assert_true(told(g, act(&a, T0, 5, "/bin/sh", 7, ORIGIN_AUDIT)));
	/* /proc cannot say who wrote it */
	assert_false(told(g, act(&a, T0 + NS_PER_S, 0, "", 7, ORIGIN_PROC)));
	assert_true(told(g, act(&a, T0 + 10 * NS_PER_S, 0, "", 7, ORIGIN_PROC)));
	sum = aggregate_due(g, UINT64_MAX);
	assert_int_equal(sum->origins, 1u << ORIGIN_AUDIT | 1u << ORIGIN_PROC);
	alert_free(sum);
}

static void test_another_process_on_the_same_object_is_another_act(void **state)
{
	AUTO(aggregate) g = aggregate_new(NULL);
	struct act a;
	(void)state;
	assert_true(told(g, act(&a, T0, 5, "/bin/sh", 7, ORIGIN_AUDIT)));
	assert_true(told(g, act(&a, T0, 6, "/bin/ash", 7, ORIGIN_FANOTIFY)));
}

static void test_full_table_loses_no_count(void **state)
{
	AUTO(aggregate) g = aggregate_new(&(struct aggregate_options){ .entries = 8 });
	struct act a;
	uint64_t counted = 0, tellings = 0;
	(void)state;
	for (uint64_t i = 0; i < 200; i++)
		for (int twice = 0; twice < 2; twice++)
			tellings += told(g, act(&a, T0 + i, 5, "/bin/sh", i, ORIGIN_AUDIT));
	for (struct alert *sum; (sum = aggregate_due(g, UINT64_MAX)); alert_free(sum))
		counted += sum->repeat - 1;
	assert_int_equal(tellings + counted, 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal_matches_are_told_once_then_summed_up),
		cmocka_unit_test(test_different_acts_are_told_each),
		cmocka_unit_test(test_success_after_a_refused_attempt_is_news),
		cmocka_unit_test(test_same_act_from_another_origin_is_one),
		cmocka_unit_test(test_another_process_on_the_same_object_is_another_act),
		cmocka_unit_test(test_full_table_loses_no_count),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
