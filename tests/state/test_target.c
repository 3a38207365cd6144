/* SPDX-License-Identifier: Apache-2.0 */
/* Whom an action hits, and everybody that it never does, whatever a rule says. */
#include "notices.h"

/* of the fixture's machine */
#define SHELL_OF_HOST 50
#define SHELL_OF_CONTAINER 61

static const struct event here = { .node = STR("here"), .time = SECONDS(2000) },
			  there = { .node = STR("there"), .time = SECONDS(2000) };

static struct scene scene_of(const struct fixture *f, int32_t pid)
{
	const struct process *p = process_find(&f->session->state->processes, 0, pid);

	assert_non_null(p);
	return (struct scene){ .event = &here, .process = p, .container = p->container };
}

static struct target aim(struct fixture *f, const struct scene *scene)
{
	struct target t;

	arena_reset(f->session->arena);
	state_target(f->session->state, scene, f->session->arena, &t);
	return t;
}

static void assert_spared(const struct target *t, const char *why)
{
	assert_non_null(t->spared);
	assert_string_equal(t->spared, why);
	/* nothing that could be acted upon */
	assert_int_equal(t->process.pid, 0);
	assert_null(t->cgroups.ptr);
}

static void test_target_is_the_process_and_the_containers_own_cgroups(void **state)
{
	struct fixture *f = *state;
	struct scene scene = scene_of(f, SHELL_OF_CONTAINER);
	struct target t = aim(f, &scene);

	assert_null(t.spared);
	assert_int_equal(t.process.pid, SHELL_OF_CONTAINER);
	assert_true(str_eq(t.container, STR(ID64)));
	assert_true(str_eq(t.cgroups, STR(DOCKER)));
}

static void test_target_is_never_the_hosts(void **state)
{
	struct fixture *f = *state;
	/* the first process of the machine, a shell, the shim: systemd, auditd and we are no other */
	static const int32_t pids[] = { 1, SHELL_OF_HOST, 60 };

	for (size_t i = 0; i < ARRAY_LEN(pids); i++) {
		struct scene scene = scene_of(f, pids[i]);
		struct target t = aim(f, &scene);

		assert_spared(&t, "it is not in a container");
	}
}

/* though it was seen in some container, and which one is not known */
static void test_target_is_never_of_an_unknown_container(void **state)
{
	struct fixture *f = *state;
	struct scene scene = scene_of(f, SHELL_OF_CONTAINER);
	struct target t;

	scene.is_container_unknown = true;
	t = aim(f, &scene);
	assert_spared(&t, "its container is not known");
	scene.container = NULL;
	t = aim(f, &scene);
	assert_spared(&t, "its container is not known");
}

/* in a container's name, but not its program; or what no machine can do without, were it ever laid to a container */
static void test_target_is_never_a_runtime_nor_what_the_machine_needs(void **state)
{
	static const char runtime[] = "it is a container runtime",
			  needed[] = "the machine needs it";
	struct fixture *f = *state;
	struct scene scene = scene_of(f, SHELL_OF_CONTAINER);
	const struct process shell = *scene.process;
	struct process runs = shell, enters = shell, thread = shell, first = shell;
	const struct {
		const struct process *process;
		const char *why;
	} rows[] = {
		{ &runs, runtime },
		{ &enters, runtime },
		{ &thread, needed },
		{ &first, needed },
	};

	runs.is_runtime = true;
	enters.is_runtime_init = true;
	thread.is_kernel_thread = true;
	first.ref.pid = 1;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct target t;

		scene.process = rows[i].process;
		t = aim(f, &scene);
		assert_spared(&t, rows[i].why);
	}
}

static void role(struct fixture *f, enum notice_role role, int32_t pid)
{
	tell(f,
	     (struct notice){ .kind = NOTICE_ROLE, .at = SECONDS(1500), .pid = pid, .code = role });
}

/* we, the guard, auditd: nor anybody in a container that is theirs, for the container may be what is acted upon */
static void test_target_is_never_what_the_sensor_needs(void **state)
{
	struct fixture *f = *state;

	fake_add(f->fake, 62, SHELL_OF_CONTAINER, "/bin/sh", DOCKER);
	state_meet(f->session->state, 62);
	for (enum notice_role r = ROLE_SENSOR; r < NOTICE_ROLES; r++) {
		struct scene itself = scene_of(f, SHELL_OF_CONTAINER), beside = scene_of(f, 62);
		struct target t;

		role(f, r, SHELL_OF_CONTAINER);
		t = aim(f, &itself);
		assert_spared(&t, "the sensor needs its container");
		t = aim(f, &beside);
		assert_spared(&t, "the sensor needs its container");
		role(f, r, SHELL_OF_HOST);
		t = aim(f, &beside);
		assert_null(t.spared);
	}
}

static void test_target_is_never_on_another_machine(void **state)
{
	struct fixture *f = *state;
	struct scene scene = scene_of(f, SHELL_OF_CONTAINER);
	struct target t;

	scene.event = &there;
	t = aim(f, &scene);
	assert_spared(&t, "it is on another machine");
}

static void test_target_is_never_of_a_recording(void **state)
{
	struct fixture *f = *state;
	struct scene scene = scene_of(f, SHELL_OF_CONTAINER);
	struct session *replay = session_new(facts_none(), NULL);
	struct target t;

	state_target(replay->state, &scene, replay->arena, &t);
	session_free(replay);
	assert_spared(&t, "it is a recording");
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_target_is_the_process_and_the_containers_own_cgroups),
		CASE(test_target_is_never_the_hosts),
		CASE(test_target_is_never_of_an_unknown_container),
		CASE(test_target_is_never_a_runtime_nor_what_the_machine_needs),
		CASE(test_target_is_never_what_the_sensor_needs),
		CASE(test_target_is_never_on_another_machine),
		CASE(test_target_is_never_of_a_recording),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
