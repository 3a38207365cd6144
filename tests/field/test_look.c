// SPDX-License-Identifier: Apache-2.0
/* Fields that are asked of the machine when a rule needs them: once an event, and never of who is gone. */
#include "stage.h"

#include <errno.h>

#include "state/fact.h"

/* a machine that knows one process, and counts what it is asked */
struct machine {
	struct facts facts;
	unsigned asked[FACT_GIVEN + 1];
	bool is_gone;
	struct facts_exe exe;
	struct facts_task task;
};

static int machine_ask(struct facts *f, struct fact *q, struct arena *a)
{
	static struct facts_descriptor list[] = {
		{ 0, { "unix", 4 }, { "socket:[9]", 10 } },
		{ 2, { "file", 4 }, { "/dev/null", 9 } },
		{ 5, { "memfd", 5 }, { NULL, 0 } },
	};
	struct machine *m = (struct machine *)f;

	(void)a;
	m->asked[q->kind]++;
	if (m->is_gone || q->id != 100)
		return -ESRCH;
	switch (q->kind) {
	case FACT_EXE:
		q->exe = m->exe;
		return 0;
	case FACT_TASK:
		q->task = m->task;
		return 0;
	case FACT_STDIO:
	case FACT_DESCRIPTORS:
		q->list.descriptors = list;
		q->list.n = q->kind == FACT_STDIO ? 2 : 3;
		return 0;
	case FACT_ENV:
		if (q->text.ptr && !str_eq(q->text, STR("LD_PRELOAD")))
			return -ENOENT;
		q->names.name = q->text.ptr ? STR("/evil.so") : STR("PATH= LD_PRELOAD=");
		return 0;
	case FACT_LAYER:
		q->exe = (struct facts_exe){ .has_layer = true, .is_upper = true };
		return 0;
	default:
		return -ENODATA;
	}
}

static bool machine_is_local(const struct facts *f, struct str node)
{
	(void)f;
	return !node.ptr;
}

static void machine_free(struct facts *f)
{
	(void)f;
}

static const struct facts_ops machine_ops = {
	.ask = machine_ask,
	.is_local = machine_is_local,
	.free = machine_free,
};

static struct machine a_machine(void)
{
	return (struct machine){
		.facts = { .ops = &machine_ops },
		.exe = { .ctime = 1699999990000000000,
			 .mtime = 5,
			 .mode = 0100755,
			 .uid = 0,
			 .has_layer = true,
			 .is_upper = true },
		.task = { .start_time = 1699999999000000000,
			  .threads = 3,
			  .descriptors = 4,
			  .vpid = 1,
			  .vpgid = 1,
			  .pid_ns = 77,
			  .cgroup = STR("5:cpu,cpuacct:/a\n4:name=systemd:/b\n0::/c\n") },
	};
}

#define EXEC CALL("59", "yes", "0", "0", "0", "0", "0")

/* an exec of process 100 with a state behind it */
static void on_stage(struct stage *t, struct machine *m,
		     void (*check)(struct stage *t, struct machine *m))
{
	AUTO(state) state = state_new(NULL, &m->facts);
	struct scene scene;

	assert_non_null(state);
	PLAY(t, EXEC);
	state_observe(state, &t->event, &scene);
	t->scene.state = state;
	t->scene.process = scene.process;
	t->scene.before = t->scene.after = scene.after;
	t->scene.number = 7;
	memset(m->asked, 0, sizeof(m->asked));
	check(t, m);
	buf_release(&m->facts.body);
}

static void check_values(struct stage *t, struct machine *m)
{
	assert_field(t, "proc.env[LD_PRELOAD]", "/evil.so");
	assert_no_field(t, "proc.env[HOME]");
	assert_field(t, "proc.env", "PATH= LD_PRELOAD=");
	assert_field(t, "proc.vpgid", "1");
	assert_field(t, "proc.is_vpgid_leader", "true");
	assert_field(t, "proc.pidns_init_start_ts", "1699999999000000000");
	assert_field(t, "proc.is_exe_upper_layer", "true");
	assert_field(t, "proc.is_exe_lower_layer", "false");
	assert_field(t, "proc.exe_ino.ctime", "1699999990000000000");
	assert_field(t, "proc.exe_ino.mtime", "5");
	assert_field(t, "proc.exe_ino.ctime_duration_pidns_start", "0");
	assert_field(t, "proc.nthreads", "3");
	assert_field(t, "proc.fdopencount", "4");
	assert_field(t, "proc.stdin.type", "unix");
	assert_field(t, "proc.stdin.name", "socket:[9]");
	assert_no_field(t, "proc.stdout.type");
	assert_field(t, "proc.stderr.name", "/dev/null");
	assert_field(t, "fd.types", "unix,file,memfd");
	assert_field(t, "fd.types[5]", "memfd");
	assert_no_field(t, "fd.types[1]");
	assert_field(t, "thread.cgroups", "cpu=/a cpuacct=/a name=systemd=/b unified=/c");
	assert_field(t, "thread.cgroup[cpuacct]", "/a");
	assert_field(t, "thread.cgroup[name=systemd]", "/b");
	assert_field(t, "thread.cgroup[memory]", "/c");
	assert_no_field(t, "thread.cgroup[name=other]");
	/* children are known only where every birth is told */
	assert_no_field(t, "proc.nchilds");
	assert_no_field(t, "fd.is_upper_layer");
	assert_field(t, "proc.env[LD_PRELOAD]", "/evil.so");
	assert_field(t, "proc.env", "PATH= LD_PRELOAD=");
	assert_int_equal(m->asked[FACT_ENV], 3);
	assert_int_equal(m->asked[FACT_EXE], 1);
	assert_int_equal(m->asked[FACT_TASK], 1);
	assert_int_equal(m->asked[FACT_STDIO], 1);
	assert_int_equal(m->asked[FACT_DESCRIPTORS], 1);
	/* the next event is another moment */
	t->scene.number++;
	assert_field(t, "proc.nthreads", "3");
	assert_int_equal(m->asked[FACT_TASK], 2);
}

static void test_a_look_is_taken_once_for_an_event(void **state)
{
	struct machine m = a_machine();

	on_stage(*state, &m, check_values);
}

static void check_writable(struct stage *t, struct machine *m)
{
	struct credentials *c = &t->scene.after;

	*c = (struct credentials){
		.has_ids = true, .fsuid = 1000, .fsgid = 100, .has_caps = true, .userns_is_host = 1
	};
	assert_field(t, "proc.is_exe_writable", "false");
	c->fsuid = 0;
	assert_field(t, "proc.is_exe_writable", "true");
	c->fsuid = 1000;
	c->cap_effective = UINT64_C(1) << 1; /* CAP_DAC_OVERRIDE */
	assert_field(t, "proc.is_exe_writable", "true");
	c->userns_is_host = 0;
	assert_no_field(t, "proc.is_exe_writable");
	c->cap_effective = 0;
	m->exe.mode |= 0020;
	t->scene.number++;
	/* he may be in the group */
	assert_no_field(t, "proc.is_exe_writable");
	m->exe.mode |= 0002;
	t->scene.number++;
	assert_field(t, "proc.is_exe_writable", "true");
	m->exe.is_immutable = true;
	t->scene.number++;
	assert_field(t, "proc.is_exe_writable", "false");
	c->has_ids = false;
	assert_no_field(t, "proc.is_exe_writable");
}

static void test_an_executable_is_writable_by_owner_mode_or_power(void **state)
{
	struct machine m = a_machine();

	on_stage(*state, &m, check_writable);
}

static const char *const looked_at[] = {
	"proc.env[LD_PRELOAD]",
	"proc.vpgid",
	"proc.vpgid.name",
	"proc.is_vpgid_leader",
	"proc.pidns_init_start_ts",
	"proc.is_exe_writable",
	"proc.is_exe_upper_layer",
	"proc.is_exe_lower_layer",
	"proc.exe_ino.ctime",
	"proc.exe_ino.mtime",
	"proc.exe_ino.ctime_duration_proc_start",
	"proc.exe_ino.ctime_duration_pidns_start",
	"proc.nthreads",
	"proc.fdopencount",
	"proc.stdin.type",
	"proc.stdout.name",
	"thread.cgroups",
	"thread.cgroup[cpu]",
	"fd.types",
};

static void check_absent(struct stage *t, struct machine *m)
{
	m->is_gone = true;
	for (size_t i = 0; i < ARRAY_LEN(looked_at); i++)
		assert_no_field(t, looked_at[i]);
	m->is_gone = false;
	t->scene.number++;
	t->process.ref.pid = 100;
	t->process.is_dead = true;
	t->scene.process = &t->process;
	memset(m->asked, 0, sizeof(m->asked));
	for (size_t i = 0; i < ARRAY_LEN(looked_at); i++)
		assert_no_field(t, looked_at[i]);
	for (size_t i = 0; i < ARRAY_LEN(m->asked); i++)
		assert_int_equal(m->asked[i], 0);
	/* another machine's */
	t->process.is_dead = false;
	t->process.key = process_key(1, 100);
	for (size_t i = 0; i < ARRAY_LEN(looked_at); i++)
		assert_no_field(t, looked_at[i]);
	for (size_t i = 0; i < ARRAY_LEN(m->asked); i++)
		assert_int_equal(m->asked[i], 0);
}

static void test_who_is_gone_or_elsewhere_is_absent(void **state)
{
	struct machine m = a_machine();

	on_stage(*state, &m, check_absent);
}

static void check_not_known(struct stage *t, struct machine *m)
{
	m->exe = (struct facts_exe){ 0 };
	m->task = (struct facts_task){ .vpid = 4, .vpgid = 0 };
	assert_no_field(t, "proc.is_exe_upper_layer");
	assert_no_field(t, "proc.exe_ino.ctime");
	assert_no_field(t, "proc.nthreads");
	/* the leader is outside of the namespace */
	assert_no_field(t, "proc.vpgid");
	assert_field(t, "proc.is_vpgid_leader", "false");
	assert_no_field(t, "proc.pidns_init_start_ts");
}

static void test_what_the_machine_does_not_know_is_absent(void **state)
{
	struct machine m = a_machine();

	on_stage(*state, &m, check_not_known);
}

static void test_ports_have_names_or_numbers(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("42", "yes", "0", "3", "0", "10", "0"),
	     "SOCKADDR saddr=020001BB0A0000010000000000000000");
	assert_field(t, "fd.sproto", "https");
	assert_no_field(t, "fd.cproto");
	PLAY(t, CALL("42", "yes", "0", "3", "0", "10", "0"),
	     "SOCKADDR saddr=020010E10A0000010000000000000000");
	assert_field(t, "fd.sproto", "4321");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_a_look_is_taken_once_for_an_event),
		STAGED(test_an_executable_is_writable_by_owner_mode_or_power),
		STAGED(test_who_is_gone_or_elsewhere_is_absent),
		STAGED(test_what_the_machine_does_not_know_is_absent),
		STAGED(test_ports_have_names_or_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
