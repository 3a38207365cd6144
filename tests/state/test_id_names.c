/* SPDX-License-Identifier: Apache-2.0 */
/* Names of ids: asked once, kept for a minute, the host's where the container tells none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "state/fact.h"
#include "state/id_names.h"
#include "state/state.h"

struct machine {
	struct facts facts;
	unsigned asked;
	const char *name, *container_name; /* NULL: nobody tells */
	int container_error;
	struct fact last;
};

static int machine_ask(struct facts *f, struct fact *q, struct arena *a)
{
	struct machine *m = (struct machine *)f;
	const char *name = q->text.ptr ? m->container_name : m->name;

	(void)a;
	m->asked++;
	m->last = *q;
	if (q->text.ptr && m->container_error)
		return m->container_error;
	if (!name)
		return -ENODATA;
	q->names.name = str_of(name);
	return 0;
}

static bool machine_is_local(const struct facts *f, struct str node)
{
	(void)f;
	return str_eq(node, STR("here"));
}

static void machine_free(struct facts *f)
{
	(void)f;
}

static const struct facts_ops live_ops = {
	.ask = machine_ask,
	.is_local = machine_is_local,
	.free = machine_free,
	.is_live = true,
};
static const struct facts_ops recorded_ops = {
	.ask = machine_ask,
	.is_local = machine_is_local,
	.free = machine_free,
};

struct set {
	struct machine machine;
	struct arena *arena;
	struct state *state;
	struct event event;
	struct container container;
	struct process process;
	struct scene scene;
};

static void set_up(struct set *t, const struct facts_ops *ops, const char *name)
{
	*t = (struct set){ .machine = { .facts = { .ops = ops }, .name = name } };
	t->arena = arena_new(4096, 1 << 20);
	t->state = state_new(NULL, &t->machine.facts);
	assert_non_null(t->arena);
	assert_non_null(t->state);
	t->event = (struct event){ .time = NS_PER_S, .arena = t->arena };
	t->scene = (struct scene){ .event = &t->event, .state = t->state };
}

static void tear_down(struct set *t)
{
	text_release(&t->container.id);
	state_free(t->state);
	arena_free(t->arena);
	buf_release(&t->machine.facts.body);
}

static void assert_user(const struct set *t, uint32_t uid, const char *name)
{
	struct user_names names;
	bool known = state_user(&t->scene, uid, &names);

	assert_int_equal(known, name != NULL);
	if (name)
		assert_true(str_eq(names.name, str_of(name)));
}

static void test_name_stands_for_a_minute_and_is_asked_again(void **state)
{
	struct set t;

	(void)state;
	set_up(&t, &live_ops, "old");
	assert_user(&t, 5, "old");
	t.machine.name = "new";
	t.event.time += 60 * NS_PER_S - 1;
	assert_user(&t, 5, "old");
	assert_int_equal(t.machine.asked, 1);
	t.event.time += 1;
	assert_user(&t, 5, "new");
	assert_int_equal(t.machine.asked, 2);
	tear_down(&t);
}

static void test_missing_name_is_kept_live_but_not_in_a_recording(void **state)
{
	struct set t;

	(void)state;
	set_up(&t, &live_ops, NULL);
	assert_user(&t, 5, NULL);
	t.machine.name = "late";
	assert_user(&t, 5, NULL);
	tear_down(&t);
	set_up(&t, &recorded_ops, NULL);
	assert_user(&t, 5, NULL);
	t.machine.name = "late";
	assert_user(&t, 5, "late");
	t.event.time += 3600 * NS_PER_S;
	t.machine.name = NULL;
	assert_user(&t, 5, "late");
	tear_down(&t);
}

static void put_inside(struct set *t)
{
	t->container.generation = 1;
	text_set(&t->container.id, STR("box"), 16);
	t->process = (struct process){ .ref = { .pid = 70, .start_ticks = 9 },
				       .container = &t->container };
	t->scene.container = &t->container;
	t->scene.process = &t->process;
}

static void test_container_is_asked_before_the_host(void **state)
{
	struct set t;
	struct user_names names;

	(void)state;
	set_up(&t, &live_ops, "of-host");
	put_inside(&t);
	/* no process of it can be looked through */
	t.process.is_runtime_init = true;
	assert_user(&t, 5, "of-host");
	t.process.is_runtime_init = false;
	/* its files cannot be read */
	t.container.generation = 2;
	assert_user(&t, 5, "of-host");
	t.machine.container_name = "of-container";
	t.container.generation = 3;
	assert_user(&t, 5, "of-container");
	assert_true(str_eq(t.machine.last.text, STR("box")));
	assert_int_equal(t.machine.last.inside.pid, 70);
	assert_int_equal(t.machine.last.inside.start_ticks, 9);
	assert_true(state_host_user(&t.scene, 5, &names));
	assert_true(str_eq(names.name, STR("of-host")));
	tear_down(&t);
}

/* the host's user of that number is somebody else */
static void test_container_that_has_no_such_id_has_no_name_for_it(void **state)
{
	struct set t;

	(void)state;
	set_up(&t, &live_ops, "of-host");
	put_inside(&t);
	t.machine.container_error = -ENOENT;
	assert_user(&t, 5, NULL);
	assert_user(&t, 5, NULL);
	assert_int_equal(t.machine.asked, 1);
	tear_down(&t);
}

static void test_user_namespace_is_looked_through(void **state)
{
	struct str map = STR("0 100000 65536");
	struct set t;

	(void)state;
	set_up(&t, &live_ops, "of-host");
	put_inside(&t);
	t.machine.container_name = "of-container";
	t.container.spec.uid_map = (struct spec_list){ &map, 1 };
	assert_user(&t, 100005, "of-container");
	assert_int_equal(t.machine.last.id, 5);
	/* what is not mapped is the host's */
	assert_user(&t, 5, "of-host");
	/* nobody told the map */
	t.container.spec.uid_map.n = 0;
	t.container.has_userns = true;
	assert_user(&t, 100006, "of-host");
	tear_down(&t);
}

static void test_user_and_group_of_one_number_are_two(void **state)
{
	struct set t;
	struct str name;

	(void)state;
	set_up(&t, &live_ops, "u");
	assert_user(&t, 5, "u");
	t.machine.name = "g";
	assert_true(state_group(&t.scene, 5, &name));
	assert_true(str_eq(name, STR("g")));
	assert_user(&t, 5, "u");
	tear_down(&t);
}

/* more ids than rows: rows take turns, and no name is ever given to another id */
static void test_ids_past_the_rows_take_turns(void **state)
{
	struct set t;
	char name[16] = "";

	(void)state;
	set_up(&t, &live_ops, name);
	for (unsigned round = 0; round < 2; round++) {
		for (uint32_t id = 0; id < 2000; id++) {
			arena_reset(t.arena);
			snprintf(name, sizeof(name), "u%u", id);
			assert_user(&t, id, name);
		}
	}
	/* the machine calls everyone u1999 by now */
	assert_user(&t, UINT32_MAX, "u1999");
	tear_down(&t);
}

static void test_other_machines_and_scenes_without_state_have_no_names(void **state)
{
	struct set t;

	(void)state;
	set_up(&t, &live_ops, "u");
	t.event.node = STR("elsewhere");
	assert_user(&t, 5, NULL);
	t.event.node = STR("here");
	assert_user(&t, 5, "u");
	t.scene.state = NULL;
	assert_user(&t, 5, NULL);
	tear_down(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_name_stands_for_a_minute_and_is_asked_again),
		cmocka_unit_test(test_missing_name_is_kept_live_but_not_in_a_recording),
		cmocka_unit_test(test_container_is_asked_before_the_host),
		cmocka_unit_test(test_container_that_has_no_such_id_has_no_name_for_it),
		cmocka_unit_test(test_user_namespace_is_looked_through),
		cmocka_unit_test(test_user_and_group_of_one_number_are_two),
		cmocka_unit_test(test_ids_past_the_rows_take_turns),
		cmocka_unit_test(test_other_machines_and_scenes_without_state_have_no_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
