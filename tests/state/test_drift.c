// SPDX-License-Identifier: Apache-2.0
/* Kernel knobs of procfs: who changed a value, who may have, and who must never be taken for it. */
#include "fake_facts.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DOCKER "0::/docker/" ID64 "\n"
#define HOST "0::/\n"
#define SECOND UINT64_C(1000000000)
#define CONTAINER 61 /* pid */
#define BASH 50 /* pid, host */
#define CORE "/proc/sys/kernel/core_pattern"
#define PANIC "/proc/sys/kernel/panic"

struct fixture {
	struct fake *fake;
	struct session *session;
};

static void add_knob(struct fake *k, const char *name, const char *path, const char *value,
		     uint64_t inode)
{
	k->knobs[k->n_knobs++] = (struct facts_knob){
		.name = str_of(name),
		.path = str_of(path),
		.class = STR("upcall"),
		.value = str_of(value),
		.has_inode = true,
		.inode = inode,
		.dev_minor = 0x15,
	};
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", HOST);
	fake_add(f->fake, BASH, 1, "/bin/bash", HOST);
	fake_add(f->fake, CONTAINER, BASH, "/bin/sh", DOCKER);
	add_knob(f->fake, "core_pattern", CORE, "core", 71);
	add_knob(f->fake, "panic", PANIC, "0", 72);
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	f->fake->n_told = 0;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

/* seconds on the clock of session_record() */
static void ticked(struct fixture *f, unsigned second)
{
	session_flush(f->session);
	state_tick(f->session->state, second * SECOND);
	session_derived(f->session);
}

/* a WATCHCAP_WRITE record; @knob "": of an instance that is not the host's */
static void wrote(struct fixture *f, unsigned serial, int32_t pid, const char *knob)
{
	struct modification m = { .pid = pid,
				  .has_inode = true,
				  .inode = 999,
				  .dev_minor = 0x33,
				  .path = STR("/tmp/innocent"),
				  .knob = *knob ? str_of(knob) : STR_ABSENT };
	auto_buf struct buf body = { 0 };

	modification_write(&m, &body);
	buf_char(&body, '\0');
	session_record(f->session, "WATCHCAP_WRITE", serial, "%s", body.ptr);
	session_flush(f->session);
}

static const struct seen *change(struct fixture *f, const char *knob)
{
	const struct seen *found = NULL;

	for (size_t i = 0; i < f->session->n; i++)
		if (f->session->seen[i].type == EVT_KNOB_CHANGE &&
		    strcmp(f->session->seen[i].knob, knob) == 0) {
			assert_null(found);
			found = &f->session->seen[i];
		}
	return found;
}

static void test_change_by_nobody_waits_for_the_next_tick_then_may_be_a_containers(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->knobs[0].value = STR("|/tmp/x");
	ticked(f, 10);
	assert_null(change(f, "core_pattern"));
	assert_int_equal(f->fake->n_told, 0);
	ticked(f, 11);
	s = change(f, "core_pattern");
	assert_non_null(s);
	assert_string_equal(s->old, "core");
	assert_string_equal(s->new, "|/tmp/x");
	assert_string_equal(s->object, CORE);
	assert_true(s->is_unknown);
	assert_string_equal(s->short_id, "<NA>");
	assert_int_equal(f->fake->n_told, 1);
	assert_int_equal(f->fake->told_type[0], RECORD_KNOB);
	ticked(f, 12);
	assert_non_null(change(f, "core_pattern")); /* once */
}

/* the notification is there, and waits for the records of who wrote */
static void test_change_waits_longer_while_its_writer_may_be_late_but_not_for_ever(void **state)
{
	struct fixture *f = *state;

	f->fake->knobs[0].value = STR("|/tmp/x");
	state_set_late(f->session->state, true);
	for (unsigned second = 10; second < 15; second++)
		ticked(f, second);
	assert_null(change(f, "core_pattern"));
	ticked(f, 15);
	assert_non_null(change(f, "core_pattern"));
	f->fake->knobs[1].value = STR("9");
	ticked(f, 20);
	ticked(f, 21);
	assert_null(change(f, "panic"));
	state_set_late(f->session->state, false);
	ticked(f, 22);
	assert_non_null(change(f, "panic"));
}

static void test_change_that_is_gone_at_the_next_tick_is_told_all_the_same(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->knobs[0].value = STR("|/tmp/x");
	ticked(f, 10);
	f->fake->knobs[0].value = STR("core");
	ticked(f, 11);
	s = change(f, "core_pattern");
	assert_non_null(s);
	assert_string_equal(s->old, "core");
	assert_string_equal(s->new, "|/tmp/x");
	assert_true(s->is_unknown);
	assert_int_equal(f->fake->n_told, 1);
}

static void test_host_answers_for_its_write_and_not_for_what_was_found_before(void **state)
{
	struct fixture *f = *state;
	const struct seen *first = NULL, *last = NULL;

	f->fake->knobs[0].value = STR("|/tmp/x");
	ticked(f, 10);
	f->fake->knobs[0].value = STR("core.host");
	wrote(f, 10900, BASH, CORE);
	for (size_t i = 0; i < f->session->n; i++)
		if (f->session->seen[i].type == EVT_KNOB_CHANGE) {
			first = first ? first : &f->session->seen[i];
			last = &f->session->seen[i];
		}
	assert_non_null(first);
	assert_string_equal(first->new, "|/tmp/x");
	assert_true(first->is_unknown);
	assert_string_equal(last->new, "core.host");
	assert_string_equal(last->short_id, "host");
}

static void test_writer_at_the_knob_is_told_at_once(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->knobs[0].value = STR("|/tmp/x");
	wrote(f, 1, CONTAINER, CORE);
	s = session_find(f->session, 1, EVT_WRITE);
	assert_non_null(s);
	assert_string_equal(s->knob, "core_pattern");
	assert_string_equal(s->realpath, CORE);
	assert_string_equal(s->object, "/tmp/innocent");
	assert_string_equal(s->id, ID64);
	assert_string_equal(s->old, "core");
	assert_string_equal(s->new, "|/tmp/x");
	s = change(f, "core_pattern");
	assert_non_null(s);
	assert_string_equal(s->id, ID64);
	assert_int_equal(s->pid, CONTAINER);
}

static void test_writer_in_another_procfs_is_known_by_what_changed(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->knobs[0].value = STR("|/tmp/x");
	wrote(f, 1, CONTAINER, "");
	assert_string_equal(session_find(f->session, 1, EVT_WRITE)->knob, "");
	s = change(f, "core_pattern");
	assert_non_null(s);
	assert_string_equal(s->id, ID64);
}

static void test_same_value_written_is_a_write_and_no_change(void **state)
{
	struct fixture *f = *state;

	wrote(f, 1, CONTAINER, CORE);
	assert_string_equal(session_find(f->session, 1, EVT_WRITE)->knob, "core_pattern");
	assert_string_equal(session_find(f->session, 1, EVT_WRITE)->new, "");
	assert_null(change(f, "core_pattern"));
}

static void test_host_answers_for_its_own_write_and_for_no_later_change(void **state)
{
	struct fixture *f = *state;

	f->fake->knobs[0].value = STR("|/usr/lib/handler");
	wrote(f, 1, BASH, CORE);
	assert_string_equal(change(f, "core_pattern")->short_id, "host");
	f->session->n = 0;
	f->fake->knobs[0].value = STR("|/tmp/x");
	ticked(f, 1);
	ticked(f, 2);
	assert_true(change(f, "core_pattern")->is_unknown);
}

static void test_host_is_never_taken_for_the_writer_of_another_knob(void **state)
{
	struct fixture *f = *state;

	/* the host writes one knob; another, whose writer is not told of, has changed by then */
	f->fake->knobs[0].value = STR("|/usr/lib/handler");
	f->fake->knobs[1].value = STR("1");
	wrote(f, 1, BASH, CORE);
	assert_string_equal(change(f, "core_pattern")->short_id, "host");
	assert_null(change(f, "panic"));
	ticked(f, 1);
	ticked(f, 2);
	assert_true(change(f, "panic")->is_unknown);
}

static void test_host_in_a_containers_procfs_does_not_answer(void **state)
{
	struct fixture *f = *state;

	wrote(f, 1, BASH, "");
	f->fake->knobs[0].value = STR("|/tmp/x");
	ticked(f, 1);
	ticked(f, 2);
	assert_true(change(f, "core_pattern")->is_unknown);
}

/* runtimes set it with each program that they start in a container */
static void test_oom_score_of_a_process_is_no_knob(void **state)
{
	struct fixture *f = *state;
	unsigned looks = f->fake->asked[FACT_KNOBS];

	f->fake->knobs[0].value = STR("|/usr/lib/handler");
	wrote(f, 1, CONTAINER, "/proc/61/oom_score_adj");
	assert_int_equal(f->fake->asked[FACT_KNOBS], looks);
	ticked(f, 1);
	ticked(f, 2);
	assert_true(change(f, "core_pattern")->is_unknown);
}

static void test_storm_of_other_writes_leads_to_few_looks(void **state)
{
	struct fixture *f = *state;
	unsigned before = f->fake->asked[FACT_KNOBS];

	for (unsigned i = 0; i < 1000; i++)
		wrote(f, 1, CONTAINER, "");
	assert_in_range(f->fake->asked[FACT_KNOBS] - before, 1, 2);
}

static void test_knob_of_a_new_module_is_no_change(void **state)
{
	struct fixture *f = *state;

	add_knob(f->fake, "module_parameter", "/sys/module/nfs/parameters/cache_getent",
		 "/sbin/nfs_cache_getent", 73);
	ticked(f, 1);
	ticked(f, 2);
	assert_null(change(f, "module_parameter"));
}

static void test_unreadable_value_is_no_change(void **state)
{
	struct fixture *f = *state;

	f->fake->knobs[0].value = STR_ABSENT;
	ticked(f, 1);
	ticked(f, 2);
	f->fake->knobs[0].value = STR("core");
	ticked(f, 3);
	ticked(f, 4);
	assert_null(change(f, "core_pattern"));
}

static void test_write_by_a_stranger_or_by_nobody_may_be_a_containers(void **state)
{
	struct fixture *f = *state;

	f->fake->knobs[0].value = STR("|/tmp/x");
	wrote(f, 1, 0, "");
	f->fake->knobs[1].value = STR("1");
	wrote(f, 2, 4242, PANIC);
	ticked(f, 1);
	ticked(f, 2);
	assert_true(change(f, "core_pattern")->is_unknown);
	assert_true(change(f, "panic")->is_unknown);
}

static void test_full_queue_is_told_and_brings_a_look(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->knobs[0].value = STR("|/tmp/x");
	session_record(f->session, "WATCHCAP_WRITE", 1, "pid=0");
	session_flush(f->session);
	s = session_find(f->session, 1, EVT_TELEMETRY);
	assert_non_null(s);
	assert_string_equal(s->gap, "fanotify-overflow");
	assert_true(s->is_unknown);
	assert_true(f->fake->wanted.all); /* of hierarchies, too */
	ticked(f, 1);
	ticked(f, 2);
	assert_true(change(f, "core_pattern")->is_unknown);
	/* who is in no pid namespace of ours is no gap */
	wrote(f, 2, 0, "");
	assert_null(session_find(f->session, 2, EVT_TELEMETRY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		CASE(test_change_by_nobody_waits_for_the_next_tick_then_may_be_a_containers),
		CASE(test_change_waits_longer_while_its_writer_may_be_late_but_not_for_ever),
		CASE(test_change_that_is_gone_at_the_next_tick_is_told_all_the_same),
		CASE(test_host_answers_for_its_write_and_not_for_what_was_found_before),
		CASE(test_writer_at_the_knob_is_told_at_once),
		CASE(test_writer_in_another_procfs_is_known_by_what_changed),
		CASE(test_same_value_written_is_a_write_and_no_change),
		CASE(test_host_answers_for_its_own_write_and_for_no_later_change),
		CASE(test_host_is_never_taken_for_the_writer_of_another_knob),
		CASE(test_host_in_a_containers_procfs_does_not_answer),
		CASE(test_oom_score_of_a_process_is_no_knob),
		CASE(test_storm_of_other_writes_leads_to_few_looks),
		CASE(test_knob_of_a_new_module_is_no_change),
		CASE(test_unreadable_value_is_no_change),
		CASE(test_full_queue_is_told_and_brings_a_look),
		CASE(test_write_by_a_stranger_or_by_nobody_may_be_a_containers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
