// SPDX-License-Identifier: Apache-2.0
/* From questions to facts to a picture: who is listed where, in which order, with which gaps. */
#include "../state/fake_facts.h"
#include "base/clock.h"
#include "base/diag.h"
#include "kernel/capset.h"
#include "survey/show.h"

#define ID_A "aaaa456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID_B "bbbb456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define IN_A "0::/system.slice/docker-" ID_A ".scope\n"
#define IN_B "0::/system.slice/docker-" ID_B ".scope\n"

static const struct snapshot_head now = { { "boot", 4 }, UINT64_C(100) * 3600 * NS_PER_S };

static struct facts_process *add(struct fake *k, int32_t pid, int32_t ppid, const char *command,
				 const char *cgroup)
{
	struct facts_process *p = fake_add(k, pid, ppid, "/bin/x", cgroup);

	p->cmdline = str_of(command);
	p->comm = STR("x");
	p->start_ticks = 1000 + (uint64_t)pid;
	p->start_time = (uint64_t)pid * NS_PER_S;
	return p;
}

/* into namespaces of its own, with the default capabilities */
static void confine(struct facts_process *p)
{
	for (unsigned i = 0; i < NS_COUNT; i++)
		if (i != NS_USER)
			p->ns[i] = 2;
	p->cap_permitted = p->cap_effective = p->cap_bounding = CAPSET_RUNTIME_DEFAULT;
	p->seccomp = 2;
}

/* the host: 1, 2 (a kernel thread), 3 without capabilities; A: 10, 11; B: 20, with SYS_ADMIN */
static struct fake *machine(void)
{
	struct fake *k = fake_new();
	struct facts_process *p;

	add(k, 1, 0, "init", "0::/init.scope\n");
	p = add(k, 2, 0, "", "0::/\n");
	p->is_kernel_thread = true;
	p = add(k, 3, 1, "user", "0::/user.slice\n");
	p->cap_permitted = p->cap_effective = 0;
	p->uid[0] = p->uid[1] = p->uid[2] = p->uid[3] = 1000;
	confine(add(k, 10, 1, "sh\0-c\0x", IN_A));
	confine(add(k, 11, 10, "sleep", IN_A));
	p = add(k, 20, 1, "sleep", IN_B);
	confine(p);
	p->cap_bounding |= UINT64_C(1) << 21;
	return k;
}

static struct survey *look(struct fake *k, const struct survey_options *o)
{
	static const struct survey_options none;
	struct survey *s = survey_new(&k->facts, o ? o : &none, NULL);

	assert_non_null(s);
	return s;
}

static bool has_reason(const struct survey_container *c, const char *name)
{
	for (size_t i = 0; i < c->n_reasons; i++)
		if (strcmp(c->reasons[i].def->name, name) == 0)
			return true;
	return false;
}

static void test_survey_worst_first_host_apart(void **state)
{
	struct fake *k = machine();
	AUTO(survey) s = look(k, NULL);

	(void)state;
	assert_int_equal(s->n_containers, 2);
	assert_true(str_eq(text_str(&s->containers[0].container->id), STR(ID_B)));
	assert_int_equal(s->containers[0].risk, SEVERITY_CRITICAL);
	assert_true(has_reason(&s->containers[0], "cap-sys-admin"));
	assert_false(has_reason(&s->containers[1], "cap-sys-admin"));
	assert_int_equal(s->containers[1].n_processes, 2);
	assert_int_equal(s->host.processes, 2);
	assert_int_equal(s->host.kernel_threads, 1);
	assert_int_equal(s->host.n_list, 1);
	assert_int_equal(s->host.list[0].process->ref.pid, 1);
	/* a look mounts nothing: hierarchies are never asked for */
	assert_int_equal(k->asked[FACT_HIERARCHIES], 0);
	assert_int_equal(s->without_configuration, 2);
	facts_free(&k->facts);
}

static void test_survey_prefix_of_an_id(void **state)
{
	struct fake *k = machine();
	const struct survey_options a = { .prefix = STR("aaaa4") }, none = { .prefix = STR("c") };
	AUTO(survey) s = look(k, &a);
	AUTO(survey) t = look(k, &none);

	(void)state;
	assert_int_equal(s->n_containers, 1);
	assert_true(str_eq(text_str(&s->containers[0].container->id), STR(ID_A)));
	assert_int_equal(t->n_containers, 0);
	facts_free(&k->facts);
}

/* what the daemon saw inside before it left, and what /proc alone says then */
static void test_survey_deserter_by_the_snapshot(void **state)
{
	auto_buf struct buf text = { 0 };
	struct survey_options o = { .now = now };
	struct fake *k = machine();
	const struct survey_container *c;

	(void)state;
	{
		AUTO(state) before = state_new(NULL, &k->facts);

		assert_int_equal(state_start(before), 0);
		assert_int_equal(snapshot_write(before, &now, &text), 0);
	}
	k->processes[4].cgroup = STR("0::/user.slice\n");
	k->processes[4].ns[NS_MNT] = 1;
	k->processes[4].ppid = 1; /* nothing links it to the container any more */
	{
		AUTO(survey) s = look(k, NULL);

		assert_int_equal(s->containers[1].n_processes, 1);
		assert_int_equal(s->host.processes, 3);
		assert_false(s->has_snapshot);
	}
	o.snapshot = buf_str(&text);
	AUTO(survey) s = look(k, &o);
	assert_true(s->has_snapshot);
	assert_int_equal(s->snapshot_time, now.time);
	/* in the host's mount namespace: the worst of all */
	c = &s->containers[0];
	assert_true(str_eq(text_str(&c->container->id), STR(ID_A)));
	assert_true(has_reason(c, "host-mnt"));
	assert_int_equal(c->n_processes, 2);
	assert_false(c->processes[0].process->has_deserted);
	assert_true(c->processes[1].process->has_deserted);
	assert_true(has_reason(c, "deserter"));
	facts_free(&k->facts);
}

static void test_survey_snapshot_of_another_boot_is_not_used(void **state)
{
	AUTO(diag) d = diag_new();
	struct fake *k = machine();
	const struct survey_options o = { .snapshot = STR("watchcap-snapshot version=1\n"),
					  .now = now };
	AUTO(survey) s = survey_new(&k->facts, &o, d);

	(void)state;
	assert_non_null(s);
	assert_false(s->has_snapshot);
	assert_int_equal(diag_count(d), 1);
	facts_free(&k->facts);
}

/* without a daemon: nothing but its parent shows where it came from; so for its own child */
static void test_survey_deserter_by_its_parent(void **state)
{
	struct fake *k = machine();
	const struct survey_container *c;

	(void)state;
	add(k, 9, 11, "grandchild", "0::/user.slice\n")->start_ticks = 5000; /* pids went round */
	k->processes[4].cgroup = STR("0::/user.slice\n");
	memcpy(k->processes[4].ns, k->processes[0].ns, sizeof(k->processes[4].ns));
	AUTO(survey) s = look(k, NULL);
	c = &s->containers[0];
	assert_true(str_eq(text_str(&c->container->id), STR(ID_A)));
	assert_int_equal(c->n_processes, 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(c->processes[i].process->has_deserted,
				 c->processes[i].process->ref.pid != 10);
	assert_true(has_reason(c, "deserter"));
	/* a host process that has the pid of a parent that died is nobody's parent */
	k->processes[6].start_ticks = 1;
	AUTO(survey) t = look(k, NULL);
	assert_int_equal(t->containers[0].n_processes, 2);
	facts_free(&k->facts);
}

/* it left the cgroups, but its mount namespace shows whose it is */
static void test_survey_deserter_by_its_namespace(void **state)
{
	struct fake *k = machine();

	(void)state;
	k->processes[4].cgroup = STR("0::/user.slice\n");
	AUTO(survey) s = look(k, NULL);
	assert_int_equal(s->containers[1].n_processes + s->containers[0].n_processes, 3);
	assert_true(has_reason(&s->containers[0], "deserter") ||
		    has_reason(&s->containers[1], "deserter"));
	facts_free(&k->facts);
}

static void render(const struct survey *s, const struct show_options *o, struct buf *out)
{
	show_text(s, o, out);
	assert_false(buf_failed(out));
	for (size_t i = 0; i < out->len; i++)
		assert_true(out->ptr[i] == '\n' ||
			    ((unsigned char)out->ptr[i] >= 0x20 && out->ptr[i] != 0x7f));
}

static void test_survey_hostile_names_are_escaped(void **state)
{
	auto_buf struct buf text = { 0 }, json = { 0 };
	struct show_options o = { .daemon = -1 };
	struct fake *k = machine();

	(void)state;
	k->processes[3].cmdline = str_mem("\033[2J\a\n\xc2\x9b"
					  "31m\xff\0second",
					  20);
	AUTO(survey) s = look(k, NULL);
	for (size_t width = 0; width < 200; width += 7) {
		o.width = width;
		buf_clear(&text);
		render(s, &o, &text);
	}
	assert_non_null(strstr(buf_z(&text), "\\u001b[2J\\u0007\\n\\u009b31m"));
	show_json(s, &o, &json);
	assert_non_null(strstr(buf_z(&json), "\\u001b[2J\\u0007\\n\\u009b31m"));
	assert_null(strchr(buf_z(&json), '\033'));
	facts_free(&k->facts);
}

static void test_survey_text_keeps_to_the_width(void **state)
{
	char command[3000];
	auto_buf struct buf text = { 0 };
	const struct show_options o = { .width = 100, .daemon = 0, .all = true };
	struct fake *k = machine();
	struct str rest, line;

	(void)state;
	memset(command, 'x', sizeof(command));
	k->processes[3].cmdline = str_mem(command, sizeof(command));
	AUTO(survey) s = look(k, NULL);
	render(s, &o, &text);
	rest = buf_str(&text);
	while (str_cut(&rest, '\n', &line))
		if (line.len > 100)
			fail_msg("%.*s", STR_ARG(line));
	assert_non_null(strstr(buf_z(&text), "xxx~\n"));
	facts_free(&k->facts);
}

static void test_survey_unreadable_is_told(void **state)
{
	auto_buf struct buf text = { 0 };
	const struct show_options o = { .daemon = -1 };
	struct fake *k = machine();

	(void)state;
	/* pid 1 cannot be seen; of A no namespace, no capabilities */
	memmove(&k->processes[0], &k->processes[1], 5 * sizeof(k->processes[0]));
	k->n_processes--;
	memset(k->processes[2].ns, 0, sizeof(k->processes[2].ns));
	k->processes[2].has_caps = false;
	AUTO(survey) s = look(k, NULL);
	render(s, &o, &text);
	assert_non_null(strstr(buf_z(&text), "pid 1 is hidden"));
	assert_non_null(strstr(buf_z(&text), "namespaces could not be read: 1"));
	assert_non_null(strstr(buf_z(&text), "not known: privileged"));
	/* nothing that was found is no "none" */
	assert_true(s->containers[1].is_least);
	assert_non_null(strstr(buf_z(&text), "\nlow?  "));
	assert_non_null(strstr(buf_z(&text), "  ?  "));
	facts_free(&k->facts);
}

/* `runc exec` at work: in the container's cgroups, not yet in its namespaces */
static void test_survey_runtime_at_work_is_not_the_container(void **state)
{
	auto_buf struct buf text = { 0 };
	const struct show_options o = { .daemon = -1 };
	struct fake *k = machine();
	struct facts_process *runtime =
		add(k, 30, 1, "runc\0exec\0" ID_A "\0sh", "0::/docker.service\n");
	struct facts_process *init = add(k, 31, 30, "runc\0init", IN_A);

	(void)state;
	runtime->exe = init->exe = STR("/usr/bin/runc");
	runtime->cmdline.len = sizeof("runc\0exec\0" ID_A "\0sh");
	runtime->has_exe_inode = init->has_exe_inode = true;
	runtime->exe_inode = init->exe_inode = 77;
	init->start_time = clock_realtime();
	{
		AUTO(survey) s = look(k, NULL);

		assert_int_equal(s->containers[1].n_processes, 3);
		assert_false(has_reason(&s->containers[1], "host-mnt"));
		assert_int_equal(s->containers[1].seccomp, 2);
		render(s, &o, &text);
		assert_non_null(strstr(buf_z(&text), "  runtime  "));
	}
	/* it calls itself so, but has been there for long */
	init->start_time -= 60 * NS_PER_S;
	AUTO(survey) s = look(k, NULL);
	assert_true(has_reason(&s->containers[0], "host-mnt"));
	facts_free(&k->facts);
}

static void test_survey_nobody_is_there(void **state)
{
	auto_buf struct buf text = { 0 }, json = { 0 };
	const struct show_options o = { .all = true };
	struct fake *k = fake_new();
	AUTO(survey) s = look(k, NULL);

	(void)state;
	render(s, &o, &text);
	show_json(s, &o, &json);
	assert_non_null(strstr(buf_z(&text), "No containers"));
	assert_non_null(strstr(buf_z(&json), "\"containers\":[]"));
	facts_free(&k->facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_survey_worst_first_host_apart),
		cmocka_unit_test(test_survey_prefix_of_an_id),
		cmocka_unit_test(test_survey_deserter_by_the_snapshot),
		cmocka_unit_test(test_survey_snapshot_of_another_boot_is_not_used),
		cmocka_unit_test(test_survey_deserter_by_its_parent),
		cmocka_unit_test(test_survey_deserter_by_its_namespace),
		cmocka_unit_test(test_survey_hostile_names_are_escaped),
		cmocka_unit_test(test_survey_text_keeps_to_the_width),
		cmocka_unit_test(test_survey_unreadable_is_told),
		cmocka_unit_test(test_survey_runtime_at_work_is_not_the_container),
		cmocka_unit_test(test_survey_nobody_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
