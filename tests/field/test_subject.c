/* SPDX-License-Identifier: Apache-2.0 */
/* evt.*, proc.*, thread.*, user.*, container.*: who did it, before and after, and what stays absent. */
#include "stage.h"

#include <time.h>

#include "event/assembler.h"
#include "state/fact.h"

#define OPENAT CALL("257", "yes", "3", "ffffff9c", "7ffd", "0", "0")
#define EXECVE CALL("59", "yes", "0", "1", "2", "3", "4")

/* the event */

static void test_event_times_have_their_forms(void **state)
{
	struct stage *t = *state;

	setenv("TZ", "UTC", 1);
	tzset();
	PLAY(t, OPENAT);
	t->scene.number = 12;
	t->scene.first_time = t->event.time - 5;
	t->scene.previous_time = t->event.time + 1;
	assert_field(t, "evt.num", "12");
	assert_field(t, "evt.time", "22:13:20.250000000");
	assert_field(t, "evt.time.s", "22:13:20");
	assert_field(t, "evt.time.iso8601", "2023-11-14T22:13:20.250000000Z");
	assert_field(t, "evt.datetime", "2023-11-14 22:13:20.250000000");
	assert_field(t, "evt.rawtime", "1700000000250000000");
	assert_field(t, "evt.reltime", "5");
	assert_field(t, "evt.deltatime", "0");
	t->event.time = UINT64_MAX;
	stage_print(t, "evt.datetime");
}

static void test_event_says_what_it_is(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	assert_field(t, "evt.type", "openat");
	assert_field(t, "syscall.type", "openat");
	assert_field(t, "evt.type.is.openat", "1");
	assert_field(t, "evt.type.is.open", "0");
	assert_field(t, "evt.category", "file");
	assert_field(t, "evt.source", "syscall");
	assert_field(t, "evt.dir", "<");
	assert_field(t, "evt.origin", "audit");
	assert_field(t, "evt.is_permission", "false");
	assert_field(t, "evt.is_uring", "false");
	assert_field(t, "evt.arch", "native");
	assert_field(t, "evt.summary", SUMMARY_MARK);
	assert_non_null(stage_print(t, "evt.hostname"));
	t->event.node = STR("edge7");
	assert_field(t, "evt.hostname", "edge7");
	PLAY(t, CALL("41", "yes", "3", "2", "1", "0", "0"));
	assert_field(t, "evt.category", "net");
	PLAY(t, CALL("105", "yes", "0", "0", "0", "0", "0"));
	assert_field(t, "evt.category", "user");
	PLAY(t, CALL("39", "yes", "0", "0", "0", "0", "0"));
	assert_field(t, "evt.category", "other");
}

static void test_event_result_is_success_error_or_absent(void **state)
{
	static const struct {
		const char *call, *res, *raw, *failed;
	} rows[] = {
		{ CALL("257", "yes", "3", "0", "0", "0", "0"), "SUCCESS", "3", "false" },
		{ CALL("257", "no", "-13", "0", "0", "0", "0"), "EACCES", "-13", "true" },
		{ CALL("257", "no", "-600", "0", "0", "0", "0"), "-600", "-600", "true" },
		{ CALL("9", "yes", "-140000000000", "0", "0", "0", "0"), "SUCCESS", "-140000000000",
		  "false" },
	};
	struct stage *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		PLAY(t, rows[i].call);
		assert_field(t, "evt.res", rows[i].res);
		assert_field(t, "evt.rawres", rows[i].raw);
		assert_field(t, "evt.failed", rows[i].failed);
	}
	PLAY(t, "CONFIG_CHANGE auid=0 ses=1 op=add_rule list=4 res=1");
	assert_no_field(t, "evt.res");
	assert_no_field(t, "evt.rawres");
	assert_no_field(t, "evt.failed");
}

static void test_open_aspects_follow_the_flags(void **state)
{
	static const struct {
		const char *call;
		const char *read, *write, *create, *exec;
	} rows[] = {
		{ CALL("257", "yes", "3", "0", "0", "0", "0"), "true", "false", "false", "false" },
		{ CALL("257", "yes", "3", "0", "0", "1", "0"), "false", "true", "false", "false" },
		{ CALL("257", "yes", "3", "0", "0", "2", "0"), "true", "true", "false", "false" },
		{ CALL("257", "yes", "3", "0", "0", "241", "1ed"), "false", "true", "true",
		  "true" },
		{ CALL("257", "yes", "3", "0", "0", "41", "1a4"), "false", "true", "true",
		  "false" },
		/* a mode without O_CREAT is whatever the register held */
		{ CALL("257", "yes", "3", "0", "0", "1", "1ed"), "false", "true", "false",
		  "false" },
		/* O_PATH: neither reads nor writes, whatever else is set */
		{ CALL("257", "yes", "3", "0", "0", "200001", "0"), "false", "false", "false",
		  "false" },
		/* O_TMPFILE makes a file, too */
		{ CALL("257", "yes", "3", "0", "0", "410002", "1c0"), "true", "true", "true",
		  "true" },
		{ CALL("2", "yes", "3", "0", "41", "40", "0"), "false", "true", "true", "true" },
		{ CALL("85", "yes", "3", "0", "1b6", "0", "0"), "false", "true", "true", "false" },
		{ CALL("304", "yes", "3", "0", "0", "1", "49"), "false", "true", "false", "false" },
		/* openat2 without its record: nobody knows */
		{ CALL("437", "yes", "3", "0", "0", "0", "18"), NULL, NULL, NULL, NULL },
		{ CALL("39", "yes", "3", "0", "0", "0", "0"), "false", "false", "false", "false" },
	};
	struct stage *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const names[] = { "evt.is_open_read", "evt.is_open_write",
					      "evt.is_open_create", "evt.is_open_exec" };
		const char *const want[] = { rows[i].read, rows[i].write, rows[i].create,
					     rows[i].exec };

		PLAY(t, rows[i].call);
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			if (want[k])
				assert_field(t, names[k], want[k]);
			else
				assert_no_field(t, names[k]);
		}
	}
}

static void test_foreign_abi_is_named(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	t->event.sys.arch = 0x40000003;
	assert_field(t, "evt.arch", "i386");
	t->event.sys.arch = 0xc000003e;
	t->event.sys.number |= 0x40000000;
	assert_field(t, "evt.arch", "x32");
	t->event.has_syscall = false;
	assert_field(t, "evt.arch", "native");
}

/* the process */

static void test_process_texts_are_made_of_name_and_arguments(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT, "CWD cwd=\"/home/me\"");
	stage_process(t, "tool", str_mem("./t\0-v\0two words", 16));
	assert_field(t, "proc.pid", "100");
	assert_field(t, "proc.ppid", "90");
	assert_field(t, "proc.name", "tool");
	assert_field(t, "proc.exe", "./t");
	assert_field(t, "proc.exepath", "/usr/bin/tool");
	assert_field(t, "proc.args", "-v two words");
	assert_field(t, "proc.args[0]", "-v");
	assert_field(t, "proc.args[1]", "two words");
	assert_no_field(t, "proc.args[2]");
	assert_field(t, "proc.cmdline", "tool -v two words");
	assert_field(t, "proc.exeline", "./t -v two words");
	assert_field(t, "proc.cmdnargs", "2");
	assert_field(t, "proc.cmdlenargs", "11");
	assert_field(t, "proc.cwd", "/home/me/");
	assert_field(t, "proc.tty", "34819");
	assert_field(t, "proc.is_exe_from_memfd", "false");
	assert_field(t, "thread.tid", "100");
	assert_field(t, "thread.ismain", "true");
	assert_no_field(t, "thread.vtid");
	assert_no_field(t, "proc.vpid");
	assert_no_field(t, "proc.sid");
	assert_no_field(t, "proc.duration");
	assert_no_field(t, "proc.exe_ino");
	assert_no_field(t, "proc.env[PATH]");
}

static void test_process_without_arguments_has_empty_ones(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	stage_process(t, "tool", STR("tool"));
	assert_field(t, "proc.args", "");
	assert_field(t, "proc.cmdline", "tool");
	assert_field(t, "proc.cmdnargs", "0");
	/* one empty argument is not none */
	stage_process(t, "tool", str_mem("tool\0", 5));
	assert_field(t, "proc.cmdnargs", "1");
	assert_field(t, "proc.args[0]", "");
	text_clear(&t->process.args);
	assert_no_field(t, "proc.args");
	assert_no_field(t, "proc.cmdline");
	assert_no_field(t, "proc.cmdnargs");
	assert_field(t, "proc.exe", "<NA>");
}

static void test_process_arguments_of_any_length_pass(void **state)
{
	struct stage *t = *state;
	size_t n = 512 * 1024;
	char *args = test_malloc(n);

	PLAY(t, OPENAT);
	memset(args, 0, n);
	stage_process(t, "tool", str_mem(args, n));
	assert_field(t, "proc.cmdlenargs", "0");
	stage_print(t, "proc.cmdline");
	assert_int_equal(t->text.len, strlen("tool") + n);
	stage_print(t, "proc.args[1000000]");
	test_free(args);
}

static void test_unknown_process_leaves_fields_absent(void **state)
{
	static const char *const absent[] = {
		"proc.pid",
		"proc.ppid",
		"proc.exepath",
		"proc.args",
		"proc.cmdline",
		"proc.pname",
		"proc.aname",
		"proc.aname[0]",
		"proc.apid",
		"proc.sid",
		"proc.sname",
		"proc.pgid.exe",
		"proc.loginshellid",
		"proc.duration",
		"proc.ppid.ts",
		"proc.is_sid_leader",
		"proc.is_exe_from_memfd",
		"proc.exe_ino",
		"proc.ns.user_is_host",
		"thread.tid",
		"thread.ismain",
		"user.uid",
		"group.gid",
		"thread.cap_effective",
		"thread.cap_bounding",
		"thread.cap_excess",
		"thread.cap_beyond_container",
		"thread.no_new_privs",
		"thread.seccomp",
		"thread.userns_is_host",
		"thread.new.uid",
		"thread.old.cap_permitted",
		"container.full_id",
		"container.image",
		"container.privileged",
		"container.start_ts",
		"target.pid",
		"target.container.id",
		"fd.num",
		"fd.name",
		"fd.ino",
		"fd.type",
		"fd.kernel_knob",
		"fd.sip",
		"fd.port",
		"fs.path.name",
		"mount.fstype",
		"mount.target",
	};
	static const struct {
		const char *name, *text;
	} said[] = {
		{ "proc.name", "<NA>" },
		{ "proc.exe", "<NA>" },
		{ "user.name", "<NA>" },
		{ "user.homedir", "<NA>" },
		{ "user.shell", "<NA>" },
		{ "user.loginname", "<NA>" },
		{ "group.name", "<NA>" },
		{ "user.loginuid", "-1" },
		{ "proc.is_usermodehelper", "false" },
		{ "proc.is_runtime_init", "false" },
		{ "thread.cap_source", "unknown" },
		{ "container.id", "host" },
		{ "container.name", "host" },
		{ "container.type", "host" },
		{ "container.id_source", "unknown" },
	};
	struct stage *t = *state;

	PLAY(t, "CONFIG_CHANGE auid=0 ses=1 op=add_rule list=4 res=1");
	for (size_t i = 0; i < ARRAY_LEN(absent); i++)
		assert_no_field(t, absent[i]);
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		assert_field(t, said[i].name, said[i].text);
}

/* what is registered but never fed is absent whatever there is; nothing falls over anything missing */
static void test_every_field_of_a_bare_and_of_a_full_scene_is_asked(void **state)
{
	struct stage *t = *state;
	char name[128];

	for (unsigned full = 0; full < 2; full++) {
		PLAY(t, full ? OPENAT : "CONFIG_CHANGE auid=0 ses=1 op=add_rule list=4 res=1");
		if (full)
			stage_container(t);
		for (size_t i = 0; i < registry_count(); i++) {
			const struct field_def *f = registry_at(i);
			const char *selector = strcmp(f->name, "evt.type.is") == 0 ? "open"
					       : strcmp(f->name, "container.declares") == 0
						       ? "CAP_SYS_ADMIN"
					       : strncmp(f->name, "evt.", 4) == 0 ? "flags"
										  : "0";

			snprintf(name, sizeof(name),
				 f->selector == SELECTOR_REQUIRED ? "%s[%s]" : "%s", f->name,
				 selector);
			if (f->flags & FIELD_NEVER)
				assert_no_field(t, name);
			else if (f->flags & FIELD_NEVER_ABSENT)
				assert_non_null(stage_print(t, name));
			else
				stage_print(t, name);
		}
	}
}

static void test_terminal_is_its_device_number(void **state)
{
	static const struct {
		const char *name, *number;
	} rows[] = {
		{ "pts0", "34816" },   { "pts300", "35116" },
		{ "tty1", "1025" },    { "ttyS0", "1088" },
		{ "console", "1281" }, { "pts", "77" },
		{ "pts-1", "77" },     { "pts99999999999999999999", "77" },
		{ "", "77" },
	};
	struct stage *t = *state;

	PLAY(t, OPENAT);
	stage_process(t, "tool", STR("tool"));
	t->process.tty = 77;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		t->event.sys.tty = str_of(rows[i].name);
		assert_field(t, "proc.tty", rows[i].number);
	}
	t->event.sys.tty = STR_ABSENT;
	assert_field(t, "proc.tty", "0");
}

/* a real state behind the scene: parents, leaders, targets, names */

struct lineage {
	struct stage *stage;
	struct state *state;
	void (*check)(struct stage *t);
	unsigned checked;
};

static void observe(void *ctx, const struct record *records, size_t n)
{
	struct lineage *l = ctx;
	struct stage *t = l->stage;

	arena_reset(t->arena);
	if (event_decode(&t->event, records, n, t->arena) < 0)
		return;
	state_observe(l->state, &t->event, &t->scene);
	if (t->event.has_syscall && t->event.sys.pid == 103) {
		l->check(t);
		l->checked++;
	}
}

/* one exec per process, each the child of the one before: 100 bash, 101 make, 102 sh, 103 cc */
static void play_family(struct stage *t, struct facts *facts, void (*check)(struct stage *t))
{
	static const struct {
		int pid, ppid;
		const char *comm;
	} family[] = {
		{ 100, 1, "bash" }, { 101, 100, "make" }, { 102, 101, "sh" }, { 103, 102, "cc" }
	};
	struct lineage l = { .stage = t, .check = check };
	AUTO(state) s = state_new(NULL, facts);
	AUTO(assembler) a = assembler_new(NULL, observe, &l);
	char lines[4][2][512];

	l.state = s;
	for (size_t i = 0; i < ARRAY_LEN(family); i++) {
		struct record r;

		snprintf(lines[i][0], sizeof(lines[i][0]),
			 "type=SYSCALL msg=audit(17000000%02zu.000:%zu): arch=c000003e syscall=59 "
			 "success=yes exit=0 "
			 "a0=0 a1=0 a2=0 a3=0 items=0 ppid=%d pid=%d auid=1000 uid=33 gid=33 "
			 "euid=33 suid=33 "
			 "fsuid=33 egid=33 sgid=33 fsgid=33 tty=pts3 ses=1 comm=\"%s\" "
			 "exe=\"/usr/bin/%s\" key=(null)",
			 i, i + 1, family[i].ppid, family[i].pid, family[i].comm, family[i].comm);
		snprintf(lines[i][1], sizeof(lines[i][1]),
			 "type=EXECVE msg=audit(17000000%02zu.000:%zu): argc=2 a0=\"%s\" a1=\"-x\"",
			 i, i + 1, family[i].comm);
		for (unsigned k = 0; k < 2; k++) {
			assert_int_equal(record_parse_line(str_of(lines[i][k]), &r), 0);
			assert_int_equal(assembler_feed(a, &r), 0);
		}
	}
	assembler_flush(a);
	assert_int_equal(l.checked, 1);
}

static void check_ancestors(struct stage *t)
{
	assert_field(t, "proc.name", "cc");
	assert_field(t, "proc.pname", "sh");
	assert_field(t, "proc.pexepath", "/usr/bin/sh");
	assert_field(t, "proc.pcmdline", "sh -x");
	assert_field(t, "proc.aname", "sh,make,bash");
	assert_field(t, "proc.aname[0]", "cc");
	assert_field(t, "proc.aname[1]", "sh");
	assert_field(t, "proc.aexe[2]", "make");
	assert_field(t, "proc.acmdline[3]", "bash -x");
	assert_field(t, "proc.aargs[3]", "-x");
	assert_field(t, "proc.apid[3]", "100");
	assert_field(t, "proc.apid", "102,101,100");
	assert_no_field(t, "proc.aname[4]");
	assert_no_field(t, "proc.aname[2147483647]");
	assert_field(t, "proc.loginshellid", "100");
	assert_field(t, "evt.num", "4");
	assert_field(t, "evt.reltime", "3000000000");
	assert_field(t, "evt.deltatime", "1000000000");
	assert_field(t, "user.uid", "33");
	assert_field(t, "user.name", "<NA>");
	assert_field(t, "user.loginuid", "1000");
}

static void test_ancestors_go_up_to_the_oldest_known(void **state)
{
	struct facts *facts = facts_none();

	play_family(*state, facts, check_ancestors);
	facts_free(facts);
}

/* passwd and group of a machine of our own, and how often it was asked */
struct machine {
	struct facts facts;
	unsigned asked;
};

static int machine_ask(struct facts *f, struct fact *q, struct arena *a)
{
	struct machine *m = (struct machine *)f;

	(void)a;
	if ((q->kind != FACT_USER && q->kind != FACT_GROUP) || q->text.ptr)
		return -ENODATA;
	m->asked++;
	if (q->id == 33)
		q->names = (struct fact_names){ STR("www-data"), STR("/var/www"),
						STR("/usr/sbin/nologin") };
	else if (q->id == 1000)
		q->names = (struct fact_names){ STR("me"), STR("/home/me"), STR("/bin/bash") };
	else
		return -ENOENT;
	return 0;
}

static bool machine_is_local(const struct facts *f, struct str node)
{
	(void)f;
	(void)node;
	return false;
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

static void check_names(struct stage *t)
{
	assert_field(t, "user.name", "www-data");
	assert_field(t, "user.homedir", "/var/www");
	assert_field(t, "user.shell", "/usr/sbin/nologin");
	assert_field(t, "group.name", "www-data");
	assert_field(t, "user.loginname", "me");
	assert_field(t, "user.name", "www-data");
	t->scene.after.euid = 4242;
	assert_field(t, "user.name", "<NA>");
	assert_field(t, "user.uid", "4242");
	/* another machine's ids are not ours to name */
	t->scene.after.euid = 33;
	t->event.node = STR("elsewhere");
	assert_field(t, "user.name", "<NA>");
}

static void test_ids_have_names_where_a_machine_tells_them(void **state)
{
	struct machine m = { .facts = { .ops = &machine_ops } };

	play_family(*state, &m.facts, check_names);
	assert_int_equal(m.asked, 4); /* 33 as user and as group, 1000, 4242: each once */
	buf_release(&m.facts.body);
}

/* credentials */

static void give_caps(struct credentials *c, uint64_t permitted, uint64_t bounding)
{
	c->has_ids = c->has_caps = c->has_bounding = true;
	c->cap_permitted = c->cap_effective = permitted;
	c->cap_bounding = bounding;
	c->cap_source = CAP_FCAPS;
}

static void test_credentials_show_before_but_after_an_exec(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("105", "yes", "0", "0", "0", "0", "0"));
	give_caps(&t->scene.before, 0, 0);
	give_caps(&t->scene.after, 1, 1);
	t->scene.before.euid = 1000;
	assert_field(t, "user.uid", "1000");
	assert_field(t, "thread.old.uid", "1000");
	assert_field(t, "thread.new.uid", "0");
	assert_field(t, "thread.cap_effective", "");
	assert_field(t, "thread.new.cap_effective", "CAP_CHOWN");
	PLAY(t, EXECVE);
	give_caps(&t->scene.before, 0, 0);
	give_caps(&t->scene.after, 1, 1);
	t->scene.before.euid = 1000;
	assert_field(t, "user.uid", "0");
	assert_field(t, "thread.cap_effective", "CAP_CHOWN");
	assert_field(t, "thread.old.cap_effective", "");
	assert_field(t, "evt.arg.cap_effective", "CAP_CHOWN");
	assert_field(t, "thread.cap_source", "fcaps");
}

#define DEFAULT_SET UINT64_C(0xa80425fb)
#define SYS_ADMIN (UINT64_C(1) << 21)
#define SYS_MODULE (UINT64_C(1) << 16)

static void test_excess_is_what_runtimes_do_not_give(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	give_caps(&t->scene.before, DEFAULT_SET, DEFAULT_SET | SYS_ADMIN);
	assert_no_field(t, "thread.cap_excess");
	t->scene.is_container_unknown = true;
	assert_field(t, "thread.cap_excess", "CAP_SYS_ADMIN");
	t->scene.is_container_unknown = false;
	stage_container(t);
	assert_field(t, "thread.cap_excess", "CAP_SYS_ADMIN");
	t->scene.before.cap_permitted |= SYS_MODULE;
	assert_field(t, "thread.cap_excess", "CAP_SYS_MODULE CAP_SYS_ADMIN");
	give_caps(&t->scene.before, DEFAULT_SET, DEFAULT_SET);
	assert_field(t, "thread.cap_excess", "");
	t->scene.before.has_bounding = false;
	assert_no_field(t, "thread.cap_excess");
}

static void test_beyond_container_is_what_it_was_not_given(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	stage_container(t);
	give_caps(&t->scene.before, DEFAULT_SET | SYS_ADMIN, DEFAULT_SET);
	assert_no_field(t, "thread.cap_beyond_container");
	t->container.has_bounding = true;
	t->container.cap_bounding = DEFAULT_SET;
	assert_field(t, "thread.cap_beyond_container", "CAP_SYS_ADMIN");
	t->scene.before.cap_permitted = t->scene.before.cap_effective = 0;
	assert_field(t, "thread.cap_beyond_container", "");
}

static void test_gained_is_what_the_call_itself_gave(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	give_caps(&t->scene.before, DEFAULT_SET | SYS_ADMIN, DEFAULT_SET);
	assert_no_field(t, "thread.cap_gained");
	t->scene.after = t->scene.before;
	assert_field(t, "thread.cap_gained", "");
	t->scene.before.cap_effective = DEFAULT_SET;
	t->scene.after.cap_effective = DEFAULT_SET | SYS_ADMIN;
	t->scene.after.cap_inheritable = SYS_MODULE;
	assert_field(t, "thread.cap_gained", "CAP_SYS_MODULE CAP_SYS_ADMIN");
	t->scene.after.cap_effective = 0;
	assert_field(t, "thread.cap_gained", "CAP_SYS_MODULE");
}

static void test_three_valued_flags_are_absent_when_unknown(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	t->scene.before.no_new_privs = 1;
	t->scene.before.seccomp = 2;
	t->scene.before.userns_is_host = 0;
	assert_field(t, "thread.no_new_privs", "true");
	assert_field(t, "thread.seccomp", "filter");
	assert_field(t, "thread.userns_is_host", "false");
	t->scene.before.seccomp = 99;
	assert_no_field(t, "thread.seccomp");
	assert_no_field(t, "thread.new.no_new_privs");
}

/* the container */

static void test_container_says_who_it_is(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	stage_container(t);
	assert_field(t, "container.id", "f0a1b2c3d4e5");
	assert_field(t, "container.full_id", "f0a1b2c3d4e5f6071829");
	assert_field(t, "container.id_source", "proc");
	assert_field(t, "container.name", "web");
	assert_field(t, "container.type", "docker");
	assert_no_field(t, "container.privileged");
	assert_no_field(t, "container.start_ts");
	t->container.has_privileged = t->container.privileged = true;
	t->container.start_time = t->event.time - 7;
	assert_field(t, "container.privileged", "true");
	assert_field(t, "container.duration", "7");
	text_clear(&t->container.name);
	assert_no_field(t, "container.name");
}

static void test_container_tells_what_it_was_asked_to_be(void **state)
{
	struct stage *t = *state;
	struct str labels[] = { STR("app\0shop"), STR("empty\0") }, devices[] = { STR("/dev/kvm") };
	struct str mounts[] = { STR("proc\0/proc\0\0true\0\0proc"),
				STR("/etc\0/host/etc\0ro\0false\0rslave\0bind") };
	struct spec *spec = &t->container.spec;

	PLAY(t, OPENAT);
	stage_container(t);
	assert_no_field(t, "container.host_pid");
	assert_no_field(t, "container.flags");
	assert_no_field(t, "container.declares[CAP_SYS_ADMIN]");
	assert_no_field(t, "container.mounts");
	assert_no_field(t, "k8s.pod.name");
	*spec = (struct spec){
		.is_known = true,
		.marks = SPEC_HOST_PID | SPEC_SENSITIVE_PATH | SPEC_IO_URING,
		.labels = { labels, 2 },
		.pod_labels = { labels, 1 },
		.mounts = { mounts, 2 },
		.devices = { devices, 1 },
		.pod_name = STR("web-0"),
		.pod_namespace = STR("123"),
		.pod_uid = STR("u"),
		.sandbox_id = STR("0123456789abcdef"),
		.image_digest = STR("sha256:beef"),
	};
	t->container.has_bounding = true;
	t->container.cap_bounding = DEFAULT_SET;
	assert_field(t, "container.host_pid", "true");
	assert_field(t, "container.host_ipc", "false");
	assert_field(t, "container.flags", "host_ns,sensitive_hostpath");
	assert_field(t, "container.declares[io_uring]", "true");
	assert_field(t, "container.declares[privileged]", "false");
	assert_field(t, "container.declares[CAP_SYS_ADMIN]", "false");
	assert_field(t, "container.declares[CAP_CHOWN]", "true");
	assert_field(t, "container.declares[/dev/kvm]", "true");
	assert_field(t, "container.declares[/dev/mem]", "false");
	assert_field(t, "container.label[app]", "shop");
	assert_field(t, "container.label[empty]", "");
	assert_no_field(t, "container.label[ap]");
	assert_field(t, "container.labels", "app:shop, empty:");
	assert_field(t, "k8s.pod.label[app]", "shop");
	assert_field(t, "k8s.pod.labels", "app:shop");
	assert_field(t, "k8s.pod.name", "web-0");
	assert_field(t, "k8s.ns.name", "123");
	assert_field(t, "k8s.pod.id", "u");
	assert_field(t, "k8s.pod.sandbox_id", "0123456789ab");
	assert_field(t, "k8s.pod.full_sandbox_id", "0123456789abcdef");
	assert_field(t, "container.image.digest", "sha256:beef");
	assert_field(t, "container.mounts", "proc:/proc::true:,/etc:/host/etc:ro:false:rslave");
	assert_field(t, "container.mount[1]", "/etc:/host/etc:ro:false:rslave");
	assert_field(t, "container.mount[/et*]", "/etc:/host/etc:ro:false:rslave");
	assert_no_field(t, "container.mount[2]");
	assert_no_field(t, "container.mount[/proc]");
	assert_field(t, "container.mount.source[/host/*]", "/etc");
	assert_field(t, "container.mount.dest[/etc]", "/host/etc");
	assert_field(t, "container.mount.mode[1]", "ro");
	assert_field(t, "container.mount.rdwr[0]", "true");
	assert_field(t, "container.mount.propagation[/etc]", "rslave");
	spec->mounts.n = 0;
	assert_field(t, "container.mounts", "");
}

static void test_declared_privilege_has_known_names(void **state)
{
	struct field_use use;

	(void)state;
	assert_int_equal(stage_use("container.declares[no_such]", &use), -EINVAL);
	assert_int_equal(stage_use("container.declares[CAP_NONE]", &use), -EINVAL);
	assert_int_equal(stage_use("container.declares[]", &use), -EINVAL);
	assert_int_equal(stage_use("container.declares[host_ns]", &use), 0);
}

static void test_container_not_identified_is_no_host(void **state)
{
	struct stage *t = *state;

	PLAY(t, OPENAT);
	t->scene.is_container_unknown = true;
	assert_field(t, "container.id", "<NA>");
	assert_no_field(t, "container.name");
	assert_no_field(t, "container.type");
	assert_no_field(t, "container.full_id");
}

static void test_image_is_taken_apart(void **state)
{
	static const struct {
		const char *image, *repository, *tag, *digest;
	} rows[] = {
		{ "busybox", "busybox", NULL, NULL },
		{ "busybox:1.36", "busybox", "1.36", NULL },
		{ "docker.io/library/busybox:latest", "docker.io/library/busybox", "latest", NULL },
		{ "registry:5000/app", "registry:5000/app", NULL, NULL },
		{ "registry:5000/app:2@sha256:ab12", "registry:5000/app", "2", "sha256:ab12" },
		{ "app@sha256:ab12", "app", NULL, "sha256:ab12" },
		{ "sha256:ab12", NULL, NULL, "sha256:ab12" },
	};
	struct stage *t = *state;

	PLAY(t, OPENAT);
	stage_container(t);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *const names[] = { "container.image.repository", "container.image.tag",
					      "container.image.digest" };
		const char *const want[] = { rows[i].repository, rows[i].tag, rows[i].digest };

		text_set(&t->container.image, str_of(rows[i].image), 64);
		assert_field(t, "container.image", rows[i].image);
		for (size_t k = 0; k < ARRAY_LEN(names); k++) {
			if (want[k])
				assert_field(t, names[k], want[k]);
			else
				assert_no_field(t, names[k]);
		}
	}
	text_clear(&t->container.image);
	assert_no_field(t, "container.image");
	assert_no_field(t, "container.image.repository");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_event_times_have_their_forms),
		STAGED(test_event_says_what_it_is),
		STAGED(test_event_result_is_success_error_or_absent),
		STAGED(test_open_aspects_follow_the_flags),
		STAGED(test_foreign_abi_is_named),
		STAGED(test_process_texts_are_made_of_name_and_arguments),
		STAGED(test_process_without_arguments_has_empty_ones),
		STAGED(test_process_arguments_of_any_length_pass),
		STAGED(test_unknown_process_leaves_fields_absent),
		STAGED(test_every_field_of_a_bare_and_of_a_full_scene_is_asked),
		STAGED(test_terminal_is_its_device_number),
		STAGED(test_ancestors_go_up_to_the_oldest_known),
		STAGED(test_ids_have_names_where_a_machine_tells_them),
		STAGED(test_credentials_show_before_but_after_an_exec),
		STAGED(test_excess_is_what_runtimes_do_not_give),
		STAGED(test_beyond_container_is_what_it_was_not_given),
		STAGED(test_gained_is_what_the_call_itself_gave),
		STAGED(test_three_valued_flags_are_absent_when_unknown),
		STAGED(test_container_says_who_it_is),
		STAGED(test_container_tells_what_it_was_asked_to_be),
		STAGED(test_declared_privilege_has_known_names),
		STAGED(test_container_not_identified_is_no_host),
		STAGED(test_image_is_taken_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
