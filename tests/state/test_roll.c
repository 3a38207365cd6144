// SPDX-License-Identifier: Apache-2.0
/*
 * Events that come while those who were there at the start are still looked at: each finds what it would have found
 * afterwards. Every case runs on both machines, one that has looked at all and one that has looked at none.
 */
#include "base/diag.h"
#include "event/notice_text.h"
#include "fake_facts.h"
#include "state/recall.h"
#include "state/snapshot.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DOCKER "0::/docker/" ID64 "\n"
#define HOST "0::/user.slice\n"
#define SECONDS(n) ((n)*UINT64_C(1000000000))
#define GETPID 39
#define SETUID 105

struct fixture {
	struct fake *fake;
	struct session *session;
	uint64_t serial;
};

static void populate(struct fake *k)
{
	fake_add(k, 1, 0, "/sbin/init", HOST);
	fake_add(k, 2, 0, NULL, HOST)->is_kernel_thread = true;
	fake_add(k, 7, 2, NULL, HOST)->is_kernel_thread = true;
	/* pids have begun anew: children before their parents */
	fake_add(k, 40, 61, "/bin/sleep", DOCKER);
	fake_add(k, 50, 1, "/bin/bash", HOST);
	fake_add(k, 60, 1, "/usr/bin/containerd-shim-runc-v2", HOST)->cmdline =
		STR("containerd-shim\0-namespace\0moby\0-id\0" ID64);
	fake_add(k, 61, 60, "/bin/sh", DOCKER);
	for (size_t i = 0; i < k->n_processes; i++) {
		k->processes[i].start_ticks = 100 + i;
		k->processes[i].start_time = SECONDS(500) + i;
		k->processes[i].has_exe_inode = k->processes[i].exe.len > 0;
		k->processes[i].exe_inode = i + 1;
	}
	k->n_helpers = 1;
	k->helpers[0] = (struct facts_helper){ .path = STR("/sbin/modprobe"), .inode = 9 };
}

static struct fixture *begin(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	populate(f->fake);
	f->session = session_new(&f->fake->facts, NULL);
	f->serial = UINT64_C(2) << 32;
	assert_int_equal(state_begin(f->session->state, SECONDS(999)), 0);
	assert_false(state_is_complete(f->session->state));
	return f;
}

static int setup(void **state)
{
	*state = begin();
	return 0;
}

static void end(struct fixture *f)
{
	session_free(f->session);
	free(f);
}

static int teardown(void **state)
{
	end(*state);
	return 0;
}

static void complete(struct fixture *f)
{
	while (state_advance(f->session->state, 2, SECONDS(999)))
		;
	assert_true(state_is_complete(f->session->state));
}

static const struct process *found(struct fixture *f, int32_t pid)
{
	return process_find(&f->session->state->processes, 0, pid);
}

static void tell(struct fixture *f, struct notice n)
{
	auto_buf struct buf body = { 0 };
	struct record r = { .type = RECORD_NOTICE, .time = n.at, .serial = f->serial++ };
	struct event ev;

	notice_write(&n, &body);
	r.body = buf_str(&body);
	arena_reset(f->session->arena);
	assert_int_equal(event_decode(&ev, &r, 1, f->session->arena), 0);
	state_notice(f->session->state, &ev);
	session_derived(f->session);
}

static void forked(struct fixture *f, int32_t parent, int32_t child)
{
	tell(f, (struct notice){ .kind = NOTICE_FORK,
				 .at = SECONDS(1000),
				 .pid = child,
				 .tid = child,
				 .other = parent });
}

static const struct seen *call(struct fixture *f, unsigned serial, unsigned nr, int32_t pid,
			       int32_t ppid, const char *exe)
{
	session_call(f->session, serial, nr, pid, ppid, exe, NULL);
	session_flush(f->session);
	return session_find(f->session, serial, EVT_UNKNOWN);
}

static void test_roll_subject_and_its_line_are_looked_at_first(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen = call(f, 1, GETPID, 40, 61, "/bin/sleep");

	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->source, ID_PROC);
	assert_true(seen->before.has_caps);
	assert_non_null(found(f, 61));
	assert_non_null(found(f, 60));
	assert_int_equal(found(f, 40)->parent_generation, found(f, 61)->ref.generation);
	assert_null(found(f, 50));
	/* it was there before us, and that is no news */
	assert_int_equal(session_count(f->session, EVT_CONTAINER), 0);
}

static void test_roll_nobody_is_looked_at_twice(void **state)
{
	struct fixture *f = *state;

	call(f, 1, GETPID, 61, 60, "/bin/sh");
	call(f, 2, GETPID, 61, 60, "/bin/sh");
	complete(f);
	/* the first process once more, for its namespaces; 60 and 61 again behind their parents */
	assert_int_equal(f->fake->asked[FACT_PROCESS], f->fake->n_processes + 3);
	assert_int_equal(f->fake->asked[FACT_CGROUP], 0);
	assert_int_equal(state_stats(f->session->state)->questions, 0);
	for (size_t i = 0; i < f->fake->n_processes; i++)
		assert_non_null(found(f, f->fake->processes[i].pid));
}

static void test_roll_child_of_one_that_nobody_has_looked_at_is_its_parents(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	tell(f, (struct notice){ .kind = NOTICE_LISTEN, .at = SECONDS(999) });
	forked(f, 61, 300);
	/* gone by the time its record comes: /proc knows nothing of it */
	seen = call(f, 2, GETPID, 300, 61, "/bin/sh");
	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->source, ID_INHERITED);
	complete(f);
	assert_int_equal(found(f, 300)->id_source, ID_INHERITED);
}

static void test_roll_child_with_a_pid_of_the_roll_stays_who_it_is(void **state)
{
	struct fixture *f = *state;
	uint32_t generation;

	tell(f, (struct notice){ .kind = NOTICE_LISTEN, .at = SECONDS(999) });
	forked(f, 61, 50);
	generation = found(f, 50)->ref.generation;
	complete(f);
	assert_int_equal(found(f, 50)->ref.generation, generation);
	assert_true(str_eq(text_str(&found(f, 50)->container->id), STR(ID64)));
}

static void test_roll_workers_of_the_kernel_are_known_when_they_fork(void **state)
{
	struct fixture *f = *state;

	tell(f, (struct notice){ .kind = NOTICE_LISTEN, .at = SECONDS(999) });
	forked(f, 7, 301);
	fake_add(f->fake, 301, 7, "/tmp/payload", HOST)->has_exe_inode = true;
	tell(f,
	     (struct notice){ .kind = NOTICE_EXEC, .at = SECONDS(1001), .pid = 301, .tid = 301 });
	assert_int_equal(session_count(f->session, EVT_USERMODEHELPER), 1);
	/* whose file it is any container may answer: all were looked at for that */
	assert_true(state_is_complete(f->session->state));
}

static void test_roll_what_was_read_after_a_call_is_not_how_it_was_before(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen = call(f, 1, SETUID, 50, 1, "/bin/bash");

	assert_false(seen->before.has_ids);
	assert_false(seen->before.has_caps);
	assert_true(seen->after.has_ids);
	seen = call(f, 2, SETUID, 50, 1, "/bin/bash");
	assert_true(seen->before.has_ids);
	/* one that was looked at before its call is known as it was */
	complete(f);
	seen = call(f, 3, SETUID, 61, 60, "/bin/sh");
	assert_true(seen->before.has_ids);
	assert_true(seen->before.has_caps);
}

/* as a sensor leaves it that saw 61 in the container, before it went to a cgroup of the host's */
static void leave(struct buf *out, const struct snapshot_head *head)
{
	struct fixture *f = begin();

	complete(f);
	process_find(&f->session->state->processes, 0, 61)->has_deserted = true;
	f->fake->n_told = 0;
	assert_int_equal(snapshot_write(f->session->state, head, out), 0);
	end(f);
}

static void test_roll_snapshot_speaks_of_those_that_are_met(void **state)
{
	const struct snapshot_head now = { STR("boot"), SECONDS(900) };
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 };
	const struct seen *seen;

	leave(&text, &now);
	f->fake->processes[6].cgroup = STR(HOST); /* 61 */
	f->fake->processes[3].cgroup =
		STR(HOST); /* 40, of 61, and another than the one that was there */
	f->fake->processes[3].start_ticks = 999;
	assert_int_equal(snapshot_restore(f->session->state, buf_str(&text), &now, NULL), 0);
	seen = call(f, 1, GETPID, 40, 61, "/bin/sleep");
	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->source, ID_INHERITED);
	assert_int_equal(found(f, 61)->id_source, ID_SNAPSHOT);
	assert_true(found(f, 61)->has_deserted);
	assert_true(found(f, 61)->container->home.set);
	complete(f);
	assert_int_equal(found(f, 61)->id_source, ID_SNAPSHOT);
	assert_null(f->session->state->roll.recall);
}

/* a replay has no roll: what was asked for an event stands ahead of it */
static void test_roll_recording_tells_the_same(void **state)
{
	struct fixture *f = *state;
	struct session *again = session_new(facts_recorded(), NULL);
	const struct seen *live, *replayed;

	live = call(f, 1, SETUID, 40, 61, "/bin/sleep");
	for (size_t i = 0; i < f->fake->n_told; i++) {
		char line[5000];

		snprintf(line, sizeof(line), "type=%s msg=audit(1001.000:%llu): %s",
			 f->fake->told_type[i] == RECORD_KNOB ? "WATCHCAP_KNOB" : "WATCHCAP_FACT",
			 (unsigned long long)(UINT64_C(1) << 32) + i, f->fake->told[i]);
		session_line(again, line);
		session_flush(again);
	}
	session_call(again, 1, SETUID, 40, 61, "/bin/sleep", NULL);
	session_flush(again);
	replayed = session_find(again, 1, EVT_SETUID);
	assert_non_null(replayed);
	assert_string_equal(replayed->id, live->id);
	assert_int_equal(replayed->source, live->source);
	assert_int_equal(replayed->before.has_ids, live->before.has_ids);
	assert_int_equal(replayed->after.cap_permitted, live->after.cap_permitted);
	/* 60, 61 and 40, the eldest first, then what is asked of the event */
	assert_int_equal(f->fake->told_type[f->fake->n_told - 2], RECORD_KNOB);
	assert_non_null(strstr(f->fake->told[f->fake->n_told - 2], "id=40 "));
	session_free(again);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_roll_subject_and_its_line_are_looked_at_first),
		TEST(test_roll_nobody_is_looked_at_twice),
		TEST(test_roll_child_of_one_that_nobody_has_looked_at_is_its_parents),
		TEST(test_roll_child_with_a_pid_of_the_roll_stays_who_it_is),
		TEST(test_roll_workers_of_the_kernel_are_known_when_they_fork),
		TEST(test_roll_what_was_read_after_a_call_is_not_how_it_was_before),
		TEST(test_roll_snapshot_speaks_of_those_that_are_met),
		TEST(test_roll_recording_tells_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
