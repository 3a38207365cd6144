// SPDX-License-Identifier: Apache-2.0
/* Parents before children, whatever /proc showed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "survey/survey.h"
#include "survey/tree.h"

#define MANY 20000

static struct process processes[MANY];
static struct survey_process list[MANY];

static void put(size_t i, int32_t pid, int32_t ppid)
{
	processes[i] = (struct process){ .ref = { .pid = pid }, .ppid = ppid };
	list[i] = (struct survey_process){ .process = &processes[i] };
}

static void sort(size_t n)
{
	AUTO(arena) a = arena_new(4096, 64 << 20);

	assert_non_null(a);
	assert_int_equal(tree_sort(list, n, a), 0);
}

static void expect(size_t i, int32_t pid, unsigned depth)
{
	assert_int_equal(list[i].process->ref.pid, pid);
	assert_int_equal(list[i].depth, depth);
}

static void test_tree_children_stand_behind_their_parents(void **state)
{
	(void)state;
	put(0, 10, 1); /* 1 is not of the list */
	put(1, 11, 10);
	put(2, 12, 10);
	put(3, 13, 11);
	put(4, 14, 1);
	sort(5);
	expect(0, 10, 0);
	expect(1, 11, 1);
	expect(2, 13, 2);
	expect(3, 12, 1);
	expect(4, 14, 0);
	sort(0);
}

/* pids went round: a child's may be lower than its parent's */
static void test_tree_lower_pid_of_a_child(void **state)
{
	(void)state;
	put(0, 5, 30000);
	put(1, 30000, 1);
	sort(2);
	expect(0, 30000, 0);
	expect(1, 5, 1);
}

/* read at different moments: each seems to be the other's child, one its own */
static void test_tree_circles_lose_nobody(void **state)
{
	(void)state;
	put(0, 10, 11);
	put(1, 11, 10);
	put(2, 12, 12);
	put(3, 13, 12);
	sort(4);
	expect(0, 12, 0);
	expect(1, 13, 1);
	expect(2, 10, 0);
	expect(3, 11, 0);
}

static void test_tree_chain_as_deep_as_pids_go(void **state)
{
	(void)state;
	for (size_t i = 0; i < MANY; i++)
		put(i, (int32_t)i + 2, (int32_t)i + 1);
	sort(MANY);
	for (size_t i = 0; i < MANY; i++)
		expect(i, (int32_t)i + 2, (unsigned)i);
}

static void test_tree_many_children(void **state)
{
	(void)state;
	put(0, 2, 1);
	for (size_t i = 1; i < MANY; i++)
		put(i, (int32_t)i + 2, 2);
	sort(MANY);
	for (size_t i = 1; i < MANY; i++)
		expect(i, (int32_t)i + 2, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree_children_stand_behind_their_parents),
		cmocka_unit_test(test_tree_lower_pid_of_a_child),
		cmocka_unit_test(test_tree_circles_lose_nobody),
		cmocka_unit_test(test_tree_chain_as_deep_as_pids_go),
		cmocka_unit_test(test_tree_many_children),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
