// SPDX-License-Identifier: Apache-2.0
/*
 * A bare log of `docker run`, `docker run --cap-add SYS_ADMIN` and `docker exec` of an escape: who
 * is who must follow from the records alone.
 */
#include "session.h"

#define DFLT "46abbb2567843a963082a20d868cb5ab27d2665fc7c2ac0b02a3432d70563a7b"
#define ESC "5bc0192947872c7f56019b8de2a71a42ec4a2af245f7796dcaed4bf9ff308c34"
#define CAP_SYS_ADMIN (UINT64_C(1) << 21)

static int setup(void **state)
{
	struct session *t = session_new(facts_none(), NULL);

	session_log(t, TEST_DATA "/docker_escape.log");
	*state = t;
	return 0;
}

static int teardown(void **state)
{
	session_free(*state);
	return 0;
}

static const struct seen *event(void **state, uint64_t serial)
{
	const struct seen *s = session_find(*state, serial, EVT_UNKNOWN);

	assert_non_null(s);
	return s;
}

static void test_replay_every_process_is_attributed(void **state)
{
	static const struct {
		uint64_t serial;
		const char *id;
		bool is_init;
	} rows[] = {
		{ 26, "host", false }, /* docker client */
		{ 27, "host", false }, /* shim start */
		{ 28, "host", false }, /* the shim itself */
		{ 29, "host", false }, /* runc create */
		{ 30, "46abbb256784", true }, /* runc init */
		{ 34, "46abbb256784", true }, /* its sealed copy */
		{ 35, "46abbb256784", true }, /* stage 1 */
		{ 69, "46abbb256784", true }, /* stage 2: pivot_root */
		{ 94, "host", false }, /* runc start */
		{ 95, "46abbb256784", false }, /* the program */
		{ 96, "host", false }, /* runc delete, child of the shim */
		{ 100, "host", false }, /* containerd, never seen before */
		{ 170, "5bc019294787", false }, { 172, "host", false }, /* runc exec */
		{ 173, "5bc019294787", true },	{ 178, "5bc019294787", true }, /* setns */
		{ 185, "5bc019294787", false }, /* sh */
		{ 186, "5bc019294787", false }, /* child of it */
		{ 189, "5bc019294787", false }, /* reparented to the shim, opens release_agent */
		{ 192, "5bc019294787", false }, /* a fork that was never seen before */
		{ 197, "host", false },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct seen *s = event(state, rows[i].serial);

		assert_string_equal(s->short_id, rows[i].id);
		assert_int_equal(s->is_runtime_init, rows[i].is_init);
	}
}

static void test_replay_container_event_comes_once_each_with_what_it_may_do(void **state)
{
	const struct seen *s;

	assert_int_equal(session_count(*state, EVT_CONTAINER), 2);
	s = session_find(*state, 95, EVT_CONTAINER);
	assert_non_null(s);
	assert_string_equal(s->id, DFLT);
	assert_string_equal(s->type_name, "docker");
	assert_true(s->after.has_caps && s->after.has_bounding);
	assert_int_equal(s->after.cap_permitted, CAP_DEFAULT);
	assert_int_equal(s->after.cap_bounding, CAP_DEFAULT);
	s = session_find(*state, 170, EVT_CONTAINER);
	assert_non_null(s);
	assert_string_equal(s->id, ESC);
	assert_int_equal(s->after.cap_permitted, CAP_DEFAULT | CAP_SYS_ADMIN);
	assert_int_equal(s->after.cap_source, CAP_FCAPS);
}

static void test_replay_docker_exec_is_not_a_new_container(void **state)
{
	assert_null(session_find(*state, 185, EVT_CONTAINER));
}

static void test_replay_capset_of_the_init_stage_changes_the_ledger(void **state)
{
	const struct seen *s = event(state, 93);

	assert_false(s->before.has_caps);
	assert_true(s->after.has_caps);
	assert_int_equal(s->after.cap_permitted, CAP_DEFAULT);
	assert_int_equal(s->after.cap_source, CAP_CAPSET);
}

static void test_replay_release_agent_is_known_by_the_key_of_our_rule(void **state)
{
	const struct seen *s = event(state, 189);

	assert_string_equal(s->knob, "release_agent");
	assert_string_equal(s->object, "/tmp/c/release_agent");
}

static void test_replay_host_is_assumed_where_nothing_tells(void **state)
{
	assert_int_equal(event(state, 26)->source, ID_ASSUMED);
	assert_int_equal(event(state, 189)->source, ID_RUNTIME_ARGS);
	assert_int_equal(event(state, 186)->source, ID_INHERITED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_replay_every_process_is_attributed, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			test_replay_container_event_comes_once_each_with_what_it_may_do, setup,
			teardown),
		cmocka_unit_test_setup_teardown(test_replay_docker_exec_is_not_a_new_container,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_replay_capset_of_the_init_stage_changes_the_ledger, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_replay_release_agent_is_known_by_the_key_of_our_rule, setup, teardown),
		cmocka_unit_test_setup_teardown(test_replay_host_is_assumed_where_nothing_tells,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
