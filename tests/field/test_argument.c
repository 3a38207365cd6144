/* SPDX-License-Identifier: Apache-2.0 */
/* evt.arg of every family of event types, from records as the kernel writes them. */
#include "stage.h"

#include "field/argument.h"
#include "field/argument_value.h"

#define PATH_OF(item, name, kind)                                                                  \
	"PATH item=" item " name=\"" name "\" inode=77 dev=fd:01 mode=0100644 ouid=0 ogid=0 "      \
	"rdev=00:00 nametype=" kind

/* one event by one record line, and what some of its arguments print */
struct row {
	const char *records[6];
	struct {
		const char *name, *text; /* NULL: absent */
	} want[8];
};

static const struct row rows[] = {
	{ { CALL("257", "yes", "3", "ffffff9c", "7ffd", "80241", "1ed"), "CWD cwd=\"/w\"",
	    PATH_OF("0", "f", "CREATE") },
	  { { "evt.arg.fd", "3" },
	    { "evt.arg.dirfd", "-100" },
	    { "evt.arg[3]", "O_WRONLY|O_CREAT|O_TRUNC|O_CLOEXEC" },
	    { "evt.rawarg.flags", "524865" },
	    { "evt.arg.mode", "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR" },
	    { "evt.arg.res", NULL },
	    { "evt.arg.resolve", NULL } } },
	{ { CALL("2", "no", "-2", "7ffd", "0", "0", "0") },
	  { { "evt.arg.fd", "-1" }, { "evt.arg.flags", "O_RDONLY" }, { "evt.arg.dirfd", NULL } } },
	{ { CALL("437", "yes", "4", "5", "7ffd", "7ffe", "18"),
	    "OPENAT2 oflag=0101 mode=0600 resolve=0x8" },
	  { { "evt.arg.flags", "O_WRONLY|O_CREAT" },
	    { "evt.arg.mode", "S_IWUSR|S_IRUSR" },
	    { "evt.arg.resolve", "RESOLVE_BENEATH" } } },
	{ { CALL("437", "yes", "4", "5", "7ffd", "7ffe", "18") },
	  { { "evt.arg.flags", NULL }, { "evt.arg.mode", NULL }, { "evt.arg.resolve", NULL } } },
	{ { CALL("85", "yes", "3", "7ffd", "1a4", "0", "0") },
	  { { "evt.arg.fd", "3" },
	    { "evt.arg.mode", "S_IROTH|S_IRGRP|S_IWUSR|S_IRUSR" },
	    { "evt.arg.flags", NULL } } },
	{ { CALL("59", "yes", "0", "1", "2", "3", "4"),
	    "EXECVE argc=3 a0=\"sh\" a1=\"-c\" a2=7820790A", "CWD cwd=\"/\"",
	    PATH_OF("0", "/bin/sh", "NORMAL") },
	  { { "evt.arg.args", "-c x y\n" },
	    { "evt.arg.filename", "/bin/sh" },
	    { "evt.arg.cwd", "/" },
	    { "evt.arg.env", NULL },
	    { "evt.arg.res", "0" },
	    { "evt.arg.flags", NULL } } },
	{ { CALL("165", "yes", "0", "1", "2", "3", "1009"), "CWD cwd=\"/\"",
	    PATH_OF("0", "/mnt", "NORMAL"), PATH_OF("1", "/dev/sda1", "NORMAL") },
	  { { "evt.arg.dir", "/mnt" },
	    { "evt.arg.dev", "/dev/sda1" },
	    { "evt.arg.flags", "MS_RDONLY|MS_NOEXEC|MS_BIND" },
	    { "evt.arg.type", NULL } } },
	{ { CALL("165", "yes", "0", "1", "2", "3", "0"), "CWD cwd=\"/\"",
	    PATH_OF("0", "/mnt", "NORMAL") },
	  { { "evt.arg.dev", NULL }, { "evt.arg.flags", "0" } } },
	{ { CALL("166", "yes", "0", "1", "2", "0", "0"), PATH_OF("0", "/mnt", "NORMAL") },
	  { { "evt.arg.name", "/mnt" }, { "evt.arg.flags", "DETACH" } } },
	{ { CALL("155", "yes", "0", "1", "2", "0", "0"), PATH_OF("0", ".", "NORMAL"),
	    PATH_OF("1", "old", "NORMAL") },
	  { { "evt.arg.new_root", "." }, { "evt.arg.put_old", "old" } } },
	{ { CALL("431", "yes", "0", "5", "6", "0", "0") },
	  { { "evt.arg.cmd", "FSCONFIG_CMD_CREATE" },
	    { "evt.arg.fd", "5" },
	    { "evt.rawarg.cmd", "6" },
	    { "evt.arg.key", NULL } } },
	{ { CALL("308", "yes", "0", "7", "20000", "0", "0") },
	  { { "evt.arg.fd", "7" }, { "evt.arg.nstype", "CLONE_NEWNS" } } },
	{ { CALL("272", "no", "-1", "10020000", "0", "0", "0") },
	  { { "evt.arg.flags", "CLONE_NEWNS|CLONE_NEWUSER" },
	    { "evt.arg.res", "EPERM" },
	    { "evt.rawarg.res", "-1" } } },
	{ { CALL("56", "yes", "222", "10000011", "0", "0", "0") },
	  { { "evt.arg.flags", "CLONE_NEWUSER" } } },
	{ { CALL("435", "yes", "222", "7ffd", "58", "0", "0") }, { { "evt.arg.flags", NULL } } },
	{ { CALL("101", "yes", "0", "10", "2a", "0", "0") },
	  { { "evt.arg.request", "PTRACE_ATTACH" },
	    { "evt.rawarg.request", "16" },
	    { "evt.arg.pid", "42" },
	    { "evt.arg.addr", NULL } } },
	{ { CALL("101", "yes", "0", "7777", "2a", "0", "0") }, { { "evt.arg.request", "30583" } } },
	{ { CALL("62", "yes", "0", "ffffffffffffffff", "9", "0", "0") },
	  { { "evt.arg.pid", "-1" }, { "evt.arg.sig", "SIGKILL" } } },
	{ { CALL("234", "yes", "0", "2a", "2b", "f", "0") },
	  { { "evt.arg.pid", "42" }, { "evt.arg.tid", "43" }, { "evt.arg.sig", "SIGTERM" } } },
	{ { CALL("72", "yes", "0", "3", "8", "ffffffffffffffd6", "0") },
	  { { "evt.arg.fd", "3" }, { "evt.arg.cmd", "F_SETOWN" }, { "evt.arg.arg", "-42" } } },
	{ { CALL("126", "yes", "0", "1", "2", "0", "0"),
	    "CAPSET pid=100 cap_pi=0 cap_pp=0000000000200001 cap_pe=0 cap_pa=0" },
	  { { "evt.arg.cap_permitted", "CAP_CHOWN CAP_SYS_ADMIN" },
	    { "evt.arg.cap_effective", "" },
	    { "evt.rawarg.cap_permitted", "2097153" } } },
	{ { CALL("126", "yes", "0", "1", "2", "0", "0") }, { { "evt.arg.cap_permitted", NULL } } },
	{ { CALL("157", "yes", "0", "26", "1", "0", "0") },
	  { { "evt.arg.option", "PR_SET_NO_NEW_PRIVS" },
	    { "evt.arg.arg2_int", "1" },
	    { "evt.arg.arg2_str", NULL } } },
	{ { CALL("105", "yes", "0", "3e8", "0", "0", "0") },
	  { { "evt.arg.uid", "1000" }, { "evt.arg.gid", NULL } } },
	{ { CALL("117", "yes", "0", "ffffffff", "0", "1", "0") },
	  { { "evt.arg.ruid", "-1" }, { "evt.arg.euid", "0" }, { "evt.arg.suid", "1" } } },
	{ { CALL("313", "yes", "0", "3", "2", "0", "0"), "KERN_MODULE name=\"dummy\"" },
	  { { "evt.arg.name", "dummy" }, { "evt.arg.fd", "3" }, { "evt.arg.flags", "0" } } },
	{ { CALL("321", "yes", "6", "5", "7ffd", "90", "0"), "BPF prog-id=12 op=LOAD" },
	  { { "evt.arg.cmd", "BPF_PROG_LOAD" },
	    { "evt.arg.fd", "6" },
	    { "evt.rawarg.prog_id", "12" } } },
	{ { "NETFILTER_CFG table=t:2 family=2 entries=1 op=nft_register_table pid=100",
	    CALL("44", "yes", "80", "3", "7ffd", "50", "0") },
	  { { "evt.arg.type", "NETFILTER_CFG" },
	    { "evt.arg.op", "nft_register_table" },
	    { "evt.arg.table", "t:2" },
	    { "evt.rawarg.family", "2" } } },
	{ { CALL("250", "no", "-1", "0", "fffffffd", "0", "0") },
	  { { "evt.arg.arg0", "0" }, { "evt.arg.res", "EPERM" } } },
	{ { CALL("103", "yes", "0", "5", "0", "0", "0") }, { { "evt.arg.type", "5" } } },
	{ { CALL("16", "yes", "0", "4", "5412", "7ffd", "0") },
	  { { "evt.arg.fd", "4" }, { "evt.rawarg.request", "21522" } } },
	/* the kernel's request is an unsigned int, whatever else is in the register */
	{ { CALL("16", "yes", "0", "4", "100005412", "7ffd", "0") },
	  { { "evt.arg.fd", "4" }, { "evt.rawarg.request", "21522" } } },
	{ { CALL("133", "yes", "0", "1", "61b0", "801", "0"), "CWD cwd=\"/\"",
	    PATH_OF("0", "/t/", "PARENT"), PATH_OF("1", "/t/node", "CREATE") },
	  { { "evt.arg.path", "/t/node" },
	    { "evt.arg.dev", "8:1" },
	    { "evt.rawarg.dev", "2049" } } },
	{ { CALL("90", "yes", "0", "1", "9ed", "0", "0"), PATH_OF("0", "/t/su", "NORMAL") },
	  { { "evt.arg.filename", "/t/su" },
	    { "evt.arg.mode",
	      "S_IXOTH|S_IROTH|S_IXGRP|S_IRGRP|S_IXUSR|S_IWUSR|S_IRUSR|S_ISUID" } } },
	{ { CALL("82", "yes", "0", "1", "2", "0", "0"), PATH_OF("0", "/t/", "PARENT"),
	    PATH_OF("1", "/t/", "PARENT"), PATH_OF("2", "/t/a", "DELETE"),
	    PATH_OF("3", "/t/b", "DELETE"), PATH_OF("4", "/t/b", "CREATE") },
	  { { "evt.arg.oldpath", "/t/a" }, { "evt.arg.newpath", "/t/b" } } },
	{ { CALL("88", "yes", "0", "1", "2", "0", "0"), PATH_OF("0", "/t/", "PARENT"),
	    "PATH item=1 name=\"../x\" nametype=UNKNOWN", PATH_OF("2", "/t/l", "CREATE") },
	  { { "evt.arg.target", "../x" }, { "evt.arg.linkpath", "/t/l" } } },
	{ { CALL("263", "yes", "0", "ffffff9c", "2", "200", "0"), PATH_OF("0", "/t/", "PARENT"),
	    PATH_OF("1", "/t/d", "DELETE") },
	  { { "evt.arg.name", "/t/d" }, { "evt.arg.flags", "AT_REMOVEDIR" } } },
	{ { CALL("41", "yes", "3", "10", "80003", "0", "0") },
	  { { "evt.arg.domain", "AF_NETLINK" },
	    { "evt.arg.type", "SOCK_RAW|SOCK_CLOEXEC" },
	    { "evt.arg.fd", "3" },
	    { "evt.rawarg.domain", "16" } } },
	{ { CALL("42", "yes", "0", "3", "7ffd", "10", "0"), "SOCKADDR saddr=02000050C0A80001" },
	  { { "evt.arg.fd", "3" },
	    { "evt.arg.addr", "192.168.0.1:80" },
	    { "evt.arg.tuple", NULL } } },
	{ { CALL("33", "yes", "9", "3", "9", "0", "0") },
	  { { "evt.arg.oldfd", "3" }, { "evt.arg.newfd", "9" } } },
	{ { CALL("172", "yes", "0", "3", "0", "0", "0") },
	  { { "evt.arg.arg0", "3" }, { "evt.arg[0]", "0" } } },
	{ { CALL("39", "yes", "100", "0", "0", "0", "0") },
	  { { "evt.arg.res", "100" },
	    { "evt.arg[0]", "100" },
	    { "evt.arg[1]", NULL },
	    { "evt.arg.fd", NULL } } },
	{ { "NETFILTER_CFG table=nat:3 family=2 entries=12 op=nft_register_chain pid=100 "
	    "comm=\"nft\"" },
	  { { "evt.arg.type", "NETFILTER_CFG" },
	    { "evt.arg.table", "nat:3" },
	    { "evt.arg.entries", "12" },
	    { "evt.rawarg.entries", "12" },
	    { "evt.arg.comm", "nft" },
	    { "evt.arg.unit", NULL } } },
	{ { "USER_AUTH pid=1 uid=0 auid=4294967295 ses=4294967295 msg='op=PAM:auth acct=\"root\" "
	    "res=failed'" },
	  { { "evt.arg.type", "USER_AUTH" },
	    { "evt.arg.acct", "root" },
	    { "evt.arg.res", "failed" } } },
};

static void test_argument_of_each_type_comes_from_its_record(void **state)
{
	struct stage *t = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t n = 0;

		while (n < ARRAY_LEN(rows[i].records) && rows[i].records[n])
			n++;
		stage_play(t, n, rows[i].records);
		if (t->scene.n_paths) {
			t->scene.object.nameraw = t->paths[0].name;
			t->scene.object.exists = true;
		}
		for (size_t k = 0; k < ARRAY_LEN(rows[i].want) && rows[i].want[k].name; k++) {
			if (rows[i].want[k].text)
				assert_field(t, rows[i].want[k].name, rows[i].want[k].text);
			else
				assert_no_field(t, rows[i].want[k].name);
		}
	}
}

static void test_args_put_all_together(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("62", "no", "-3", "2a", "f", "0", "0"));
	assert_field(t, "evt.args", "res=ESRCH pid=42 sig=SIGTERM");
	assert_field(t, "evt.info", "res=ESRCH pid=42 sig=SIGTERM");
	PLAY(t, "CONFIG_CHANGE auid=0 ses=1 op=add_rule list=4 res=1");
	assert_field(t, "evt.args", "type=CONFIG_CHANGE");
}

static void test_socketcall_of_i386_has_its_arguments_beside(void **state)
{
	struct stage *t = *state;

	PLAY(t,
	     "SYSCALL arch=40000003 syscall=102 success=yes exit=3 a0=1 a1=ffd0 a2=0 a3=0 items=0 "
	     "ppid=1 pid=100 "
	     "auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 "
	     "comm=\"a\" exe=\"/a\"",
	     "SOCKETCALL nargs=3 a0=26 a1=5 a2=0");
	assert_field(t, "evt.type", "socket");
	assert_field(t, "evt.arg.domain", "AF_ALG");
	assert_field(t, "evt.arg.type", "SOCK_SEQPACKET");
}

static void test_uring_operation_has_no_arguments_of_its_own(void **state)
{
	struct stage *t = *state;

	PLAY(t, "URINGOP uring_op=18 success=yes exit=0 items=1 ppid=1 pid=100 uid=0 gid=0 euid=0 "
		"suid=0 fsuid=0 "
		"egid=0 sgid=0 fsgid=0 key=(null)");
	assert_field(t, "evt.type", "openat");
	assert_field(t, "evt.is_uring", "true");
	assert_no_field(t, "evt.arg.flags");
	assert_no_field(t, "evt.arg.dirfd");
	assert_no_field(t, "evt.is_open_write");
}

static void test_flags_of_arm_have_names_of_their_own(void **state)
{
	struct stage *t = *state;

	PLAY(t, "SYSCALL arch=c00000b7 syscall=56 success=yes exit=3 a0=ffffff9c a1=1 a2=c000 a3=0 "
		"items=0 ppid=1 pid=9 "
		"auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 "
		"comm=\"a\" exe=\"/a\"");
	assert_field(t, "evt.arg.flags", "O_RDONLY|O_DIRECTORY|O_NOFOLLOW");
	PLAY(t, CALL("257", "yes", "3", "ffffff9c", "1", "30000", "0"));
	assert_field(t, "evt.arg.flags", "O_RDONLY|O_DIRECTORY|O_NOFOLLOW");
}

static void test_named_number_is_name_and_number(void **state)
{
	struct stage *t = *state;
	struct values v;
	struct field_use use;

	PLAY(t, CALL("321", "yes", "6", "5", "7ffd", "90", "0"));
	v = (struct values){ .arena = t->arena };
	assert_int_equal(stage_use("evt.arg.cmd", &use), 0);
	assert_true(use.def->get(&t->scene, &use, &v));
	assert_true(v.at[0].named);
	assert_int_equal(v.at[0].num, 5);
	assert_true(str_eq(v.at[0].s, STR("BPF_PROG_LOAD")));
}

static void test_knob_change_tells_old_and_new(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("165", "yes", "0", "1", "2", "3", "0"));
	t->event.type = EVT_KNOB_CHANGE;
	t->event.has_syscall = false;
	t->event.knob.name = STR("release_agent");
	t->event.knob.new = STR("/evil");
	t->event.knob.options = STR("rw,release_agent=/evil");
	t->event.knob.path = STR("/sys/fs/cgroup/x/release_agent");
	assert_field(t, "evt.arg.knob", "release_agent");
	assert_field(t, "evt.arg.new", "/evil");
	assert_no_field(t, "evt.arg.old");
	assert_field(t, "evt.args", "knob=release_agent new=/evil");
	assert_field(t, "mount.options", "rw,release_agent=/evil");
	assert_field(t, "mount.target", "/sys/fs/cgroup/x");
	assert_no_field(t, "evt.res");
	assert_no_field(t, "syscall.type");
}

static void test_container_event_tells_what_started(void **state)
{
	struct stage *t = *state;

	PLAY(t, CALL("59", "yes", "0", "1", "2", "3", "4"));
	t->event.type = EVT_CONTAINER;
	stage_container(t);
	assert_field(t, "evt.args",
		     "id=f0a1b2c3d4e5 image=registry:5000/team/app:1.2@sha256:ab runtime=docker");
}

static void test_huge_and_hostile_arguments_pass_whole(void **state)
{
	struct stage *t = *state;
	size_t n = 8000;
	char *line = test_malloc(2 * n + 64);
	int head = sprintf(line, "EXECVE argc=2 a0=\"x\" a1=");

	for (size_t i = 0; i < n; i++)
		memcpy(line + head + 2 * i, i % 2 ? "00" : "0A", 3);
	PLAY(t, CALL("59", "yes", "0", "1", "2", "3", "4"), line);
	stage_print(t, "evt.arg.args");
	assert_true(t->text.len > n / 2);
	stage_print(t, "evt.args");
	assert_true(t->text.len > n / 2);
	test_free(line);
}

/* no getter may fall over an event that carries nothing of what it looks for */
static void test_every_argument_of_a_bare_event_is_asked(void **state)
{
	struct stage *t = *state;

	for (size_t f = 0; f < argument_families_n; f++) {
		struct str rest = str_of(argument_families[f].types), name;

		while (str_cut(&rest, ' ', &name)) {
			int type = registry_schema()->event_type(name);
			char field[80];

			if (type < 0)
				fail_msg("%.*s is no event type", STR_ARG(name));
			PLAY(t, CALL("39", "yes", "0", "0", "0", "0", "0"));
			t->event.type = (evt_type)type;
			assert_ptr_equal(argument_family((evt_type)type), &argument_families[f]);
			for (size_t i = 0; i < argument_families[f].n; i++) {
				snprintf(field, sizeof(field), "evt.arg.%s",
					 argument_families[f].rows[i].name);
				stage_print(t, field);
				snprintf(field, sizeof(field), "evt.rawarg.%s",
					 argument_families[f].rows[i].name);
				stage_print(t, field);
			}
			t->event.has_syscall = false;
			stage_print(t, "evt.args");
		}
	}
}

static void test_exhausted_arena_makes_fields_absent(void **state)
{
	struct stage *t = *state;
	AUTO(arena) small = arena_new(64, 128);
	struct values v = { .arena = small };
	struct field_use use;

	PLAY(t, CALL("257", "yes", "3", "ffffff9c", "7ffd", "80241", "1ed"));
	while (arena_alloc(small, 16))
		;
	assert_int_equal(stage_use("evt.args", &use), 0);
	assert_false(use.def->get(&t->scene, &use, &v));
	assert_int_equal(stage_use("evt.arg.flags", &use), 0);
	assert_false(use.def->get(&t->scene, &use, &v));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		STAGED(test_argument_of_each_type_comes_from_its_record),
		STAGED(test_args_put_all_together),
		STAGED(test_socketcall_of_i386_has_its_arguments_beside),
		STAGED(test_uring_operation_has_no_arguments_of_its_own),
		STAGED(test_flags_of_arm_have_names_of_their_own),
		STAGED(test_named_number_is_name_and_number),
		STAGED(test_knob_change_tells_old_and_new),
		STAGED(test_container_event_tells_what_started),
		STAGED(test_huge_and_hostile_arguments_pass_whole),
		STAGED(test_every_argument_of_a_bare_event_is_asked),
		STAGED(test_exhausted_arena_makes_fields_absent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
