// SPDX-License-Identifier: Apache-2.0
/* Facts go through text and come back; text that is not theirs does no harm. */
#include "session.h"
#include <errno.h>

#include "state/fact.h"

static struct arena *arena;
static struct buf body;

static int setup(void **state)
{
	(void)state;
	arena = arena_new(4096, 4 << 20);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	buf_release(&body);
	return 0;
}

static void test_fact_process_comes_back_whole(void **state)
{
	struct fact in = { .kind = FACT_PROCESS, .id = 7 }, out;

	(void)state;
	in.process = (struct facts_process){
		.pid = 7,
		.ppid = -1,
		.start_ticks = UINT64_MAX,
		.start_time = 5,
		.comm = STR("a b\n\"'"),
		.exe = STR(""),
		.has_exe_inode = true,
		.exe_inode = 9,
		.exe_dev_major = 254,
		.cgroup = STR("0::/docker/x\n"),
		.uid = { 1, 2, 3, 4294967295u },
		.loginuid = UINT32_MAX,
		.has_caps = true,
		.cap_permitted = CAP_ALL,
		.seccomp = -1,
		.ns = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.no_new_privs = true,
	};
	assert_int_equal(fact_write(&in, &body), 0);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_true(fact_answers(&in, &out));
	assert_int_equal(out.process.ppid, -1);
	assert_int_equal(out.process.start_ticks, UINT64_MAX);
	assert_true(str_eq(out.process.comm, in.process.comm));
	assert_non_null(out.process.exe.ptr);
	assert_int_equal(out.process.exe.len, 0);
	assert_null(out.process.cwd.ptr);
	assert_int_equal(out.process.uid[3], 4294967295u);
	assert_int_equal(out.process.loginuid, UINT32_MAX);
	assert_int_equal(out.process.cap_permitted, CAP_ALL);
	assert_int_equal(out.process.seccomp, -1);
	assert_memory_equal(out.process.ns, in.process.ns, sizeof(in.process.ns));
	assert_true(out.process.no_new_privs);
}

static void test_fact_container_comes_back_whole(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_buf struct buf text = { 0 };
	struct str texts[] = { STR("app\0shop"), STR(""), STR("a b\"") };
	struct fact f = { .kind = FACT_CONTAINER, .text = STR("web") }, again;
	struct spec *spec = &f.container.spec;

	(void)state;
	*spec = (struct spec){
		.is_known = true,
		.is_cut = true,
		.marks = SPEC_READONLY_ROOT | SPEC_PRIVILEGED,
		.uid = UINT32_MAX,
		.cap_ambient = UINT64_MAX,
		.pod_uid = STR("u"),
		.seccomp = STR("filter"),
		.labels = { texts, 3 },
		.masked = { texts, 1 },
	};
	assert_int_equal(fact_write(&f, &text), 0);
	assert_int_equal(fact_read(buf_str(&text), &again, a), 0);
	spec = &again.container.spec;
	assert_true(spec->is_known && spec->is_cut);
	assert_int_equal(spec->marks, SPEC_READONLY_ROOT | SPEC_PRIVILEGED);
	assert_int_equal(spec->uid, UINT32_MAX);
	assert_true(spec->cap_ambient == UINT64_MAX);
	assert_true(str_eq(spec->pod_uid, STR("u")));
	assert_null(spec->pod_name.ptr);
	assert_int_equal(spec->labels.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(str_eq(spec->labels.at[i], texts[i]));
	assert_non_null(spec->labels.at[1].ptr);
	assert_int_equal(spec->masked.n, 1);
	assert_int_equal(spec->mounts.n, 0);
}

static void test_fact_list_and_error_come_back(void **state)
{
	struct facts_hierarchy list[2] = {
		{ .controllers = STR("memory"),
		  .has_inode = true,
		  .inode = 7,
		  .release_agent = STR("") },
		{ .controllers = STR("name=x"), .release_agent = STR("/x y"), .dev_minor = 3 },
	};
	struct fact in = { .kind = FACT_HIERARCHIES, .list = { .n = 2, .hierarchies = list } }, out;

	(void)state;
	assert_int_equal(fact_write(&in, &body), 0);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_int_equal(out.list.n, 2);
	assert_int_equal(out.list.hierarchies[0].inode, 7);
	assert_int_equal(out.list.hierarchies[0].release_agent.len, 0);
	assert_true(str_eq(out.list.hierarchies[1].release_agent, STR("/x y")));
	in.err = -ENOENT;
	assert_int_equal(fact_write(&in, &body), 0);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_int_equal(out.err, -ENOENT);
}

static void test_fact_of_a_closer_look_comes_back(void **state)
{
	struct facts_descriptor list[] = { { 0, STR("unix"), STR("socket:[5]") },
					   { 2, STR("file"), STR_ABSENT } };
	struct fact in = { .kind = FACT_STDIO, .id = 7, .list = { .n = 2, .descriptors = list } },
		    out;

	(void)state;
	assert_int_equal(fact_write(&in, &body), 0);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_int_equal(out.list.n, 2);
	assert_int_equal(out.list.descriptors[1].fd, 2);
	assert_true(str_eq(out.list.descriptors[0].name, STR("socket:[5]")));
	assert_null(out.list.descriptors[1].name.ptr);
	in = (struct fact){
		.kind = FACT_EXE,
		.id = 7,
		.exe = { .ctime = 1, .mode = 0100755, .has_layer = true, .is_upper = true }
	};
	assert_int_equal(fact_write(&in, &body), 0);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_int_equal(out.exe.mode, 0100755);
	assert_true(out.exe.has_layer && out.exe.is_upper && !out.exe.is_lower);
	/* a variable that is set to nothing is not one that is missing; two names are two questions */
	in = (struct fact){ .kind = FACT_ENV, .id = 7, .text = STR("A"), .names.name = STR("") };
	assert_int_equal(fact_write(&in, &body), 0);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_non_null(out.names.name.ptr);
	assert_true(fact_answers(&in, &out));
	in.text = STR("B");
	assert_false(fact_answers(&in, &out));
}

static void test_fact_too_long_for_a_record_says_so(void **state)
{
	static char big[RECORD_MAX];
	struct fact in = { .kind = FACT_PROCESS, .id = 7 }, out;

	(void)state;
	memset(big, 'a', sizeof(big));
	in.process.cmdline = str_mem(big, sizeof(big));
	assert_int_equal(fact_write(&in, &body), -E2BIG);
	assert_int_equal(fact_read(buf_str(&body), &out, arena), 0);
	assert_int_equal(out.err, -E2BIG);
}

static void test_fact_garbage_is_refused_or_empty(void **state)
{
	static const char *const bodies[] = {
		"",
		"q=",
		"q=nothing err=0",
		"x=process err=0",
		"q=process",
		"q=process id=1 err=1",
		"q=process id=1 err=x ppid=zzz comm=GG exe=1 uid=1,2 ns=",
		"q=hierarchies err=0 ino=5",
		"q=hierarchies err=0 item=1 item=2 item=3",
		"q=pids err=0 item=1 pid=-5 pid=99999999999999999999",
	};
	struct fact out;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		fact_read(str_of(bodies[i]), &out, arena);
	assert_int_equal(fact_read(STR("q=nothing err=0"), &out, arena), -EINVAL);
	assert_int_equal(fact_read(STR("q=process"), &out, arena), -EINVAL);
	assert_int_equal(fact_read(STR("q=process id=1 err=1"), &out, arena), -EINVAL);
}

/* answers stand within the event; another event's do not count */
static void test_recorded_answers_only_within_its_event(void **state)
{
	struct session *t = session_new(facts_recorded(), NULL);
	const struct seen *s;

	(void)state;
	session_call(t, 1, 257, 500, 1, "/bin/x", NULL);
	session_record(t, "WATCHCAP_FACT", 1, "q=process id=500 err=0 pid=500 ppid=1 cgroup=%s",
		       "303A3A2F6C78632E7061796C6F61642E626F780A");
	session_call(t, 2, 257, 501, 1, "/bin/y", NULL);
	session_flush(t);
	s = session_find(t, 1, EVT_OPENAT);
	assert_string_equal(s->id, "box");
	assert_int_equal(s->source, ID_PROC);
	assert_string_equal(session_find(t, 2, EVT_OPENAT)->short_id, "host");
	/* it was asked for and gone when it was live: not known, then as now */
	session_call(t, 3, 257, 502, 1, "/bin/z", NULL);
	session_record(t, "WATCHCAP_FACT", 3, "q=process id=502 err=-3");
	session_flush(t);
	assert_string_equal(session_find(t, 3, EVT_OPENAT)->short_id, "<NA>");
	session_free(t);
}

/* whoever was asked twice within one event may have said two things, and is heard in that order; then as before */
static void test_recorded_answers_come_in_their_order(void **state)
{
	static const char *const bodies[] = { "q=env id=5 err=0 name=41", "q=env id=6 err=-3",
					      "q=env id=5 err=-116" };
	struct record records[ARRAY_LEN(bodies)];
	struct event ev = { .arena = arena, .records = records, .n_records = ARRAY_LEN(bodies) };
	AUTO(facts) f = facts_recorded();
	struct facts_who who = { .pid = 5 };
	struct str value;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++)
		records[i] = (struct record){ .type = RECORD_FACT, .body = str_of(bodies[i]) };
	for (unsigned i = 0; i < 2; i++) {
		facts_begin(f, &ev);
		assert_int_equal(facts_ask_env(f, &who, STR_ABSENT, &value, arena), 0);
		assert_true(str_eq(value, STR("A")));
		assert_int_equal(facts_ask_env(f, &who, STR_ABSENT, &value, arena), -116);
		assert_int_equal(facts_ask_env(f, &who, STR_ABSENT, &value, arena), -116);
	}
}

/* what a recorder found at its start was no event then, and is none now */
static void test_recorded_sweep_is_learnt(void **state)
{
	struct session *t = session_new(facts_recorded(), NULL);

	(void)state;
	session_record(t, "WATCHCAP_FACT", 1, "q=self err=0 name=68657265");
	session_record(t, "WATCHCAP_FACT", 2, "q=process id=70 err=0 pid=70 ppid=1 cgroup=%s",
		       "303A3A2F6C78632E7061796C6F61642E626F780A");
	session_record(t, "WATCHCAP_FACT", 3,
		       "q=container of=626F78 err=0 name=776562 image=696D67");
	session_call(t, 4, 257, 71, 70, "/bin/x", NULL);
	session_exec(t, 5, 71, 70, "/bin/y", 5, "00:27", "/", "argc=1 a0=\"y\"");
	session_flush(t);
	assert_int_equal(session_find(t, 1, EVT_UNKNOWN)->number, 0);
	assert_int_equal(session_find(t, 4, EVT_OPENAT)->number, 1);
	assert_string_equal(session_find(t, 4, EVT_OPENAT)->id, "box");
	assert_string_equal(session_find(t, 4, EVT_OPENAT)->name, "web");
	/* it was there at the start */
	assert_int_equal(session_count(t, EVT_CONTAINER), 0);
	session_free(t);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_fact_process_comes_back_whole),
		T(test_fact_container_comes_back_whole),
		T(test_fact_list_and_error_come_back),
		T(test_fact_of_a_closer_look_comes_back),
		T(test_fact_too_long_for_a_record_says_so),
		T(test_fact_garbage_is_refused_or_empty),
		T(test_recorded_answers_only_within_its_event),
		T(test_recorded_answers_come_in_their_order),
		T(test_recorded_sweep_is_learnt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
