/* SPDX-License-Identifier: Apache-2.0 */
/* Which lines come of which rules, on which machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libaudit.h>

#include "feed/feed.h"
#include "few_fields.h"

struct derived {
	struct arena *arena;
	struct ruleset *rules;
	struct feed feed;
	int result;
};

static void derived_release(struct derived *d)
{
	ruleset_free(d->rules);
	arena_free(d->arena);
}
#define auto_derived __attribute__((cleanup(derived_release)))

static struct derived derive_places(const char *rules, const struct feed_places *places,
				    int machine)
{
	struct derived d = { .arena = arena_new(4096, 1 << 22) };

	assert_non_null(d.arena);
	if (rules) {
		d.rules = few_rules(rules);
		assert_non_null(d.rules);
	}
	d.result = feed_derive(d.rules, places, machine, d.arena, &d.feed);
	return d;
}

static struct derived derive(const char *rules, const struct state_watch *watches, size_t n,
			     int machine)
{
	const struct feed_places places = { .hierarchies = watches, .n_hierarchies = n };

	return derive_places(rules, &places, machine);
}

static const struct feed_line *line_of(const struct derived *d, const char *text)
{
	for (size_t i = 0; i < d->feed.n; i++)
		if (str_eq(d->feed.lines[i].text, str_of(text)))
			return &d->feed.lines[i];
	return NULL;
}

static size_t lines_with(const struct derived *d, const char *part)
{
	size_t n = 0;

	for (size_t i = 0; i < d->feed.n; i++)
		n += str_find(d->feed.lines[i].text, str_of(part)) >= 0;
	return n;
}

/* those of the line that calls share, which attribution's own begin */
static bool shares(const struct derived *d, const char *abi, const char *calls)
{
	char end[256];

	for (size_t i = 0; i < d->feed.n; i++) {
		struct str text = d->feed.lines[i].text;

		snprintf(end, sizeof(end), ",capset,%s -F key=wc_calls", calls);
		if (str_find(text, str_of(abi)) >= 0 && str_ends(text, str_of(end)))
			return true;
	}
	return false;
}

static void test_derive_without_rules_attribution_alone(void **state)
{
	static const char *const expected[] = {
		"-a always,exit -F arch=b64 -S execve,execveat -F exit!=-2 -F key=wc_exec",
		"-a always,exit -F arch=b32 -S execve,execveat -F exit!=-2 -F key=wc_exec",
		"-a always,exit -F arch=b64 -S clone -F a0&0x7E020000 -F key=wc_ns",
		"-a always,exit -F arch=b32 -S clone -F a0&0x7E020000 -F key=wc_ns",
		"-a always,exit -F arch=b64 -S "
		"mount,umount2,pivot_root,chroot,428,429,430,431,432,433,442,467,setns,unshare,"
		"capset -F key=wc_calls",
		"-a always,exit -F arch=b32 -S "
		"mount,umount2,pivot_root,chroot,428,429,430,431,432,433,442,467,umount,setns,"
		"unshare,capset -F key=wc_calls",
	};
	auto_derived struct derived d = derive(NULL, NULL, 0, MACH_86_64);

	(void)state;
	assert_int_equal(d.result, 0);
	assert_int_equal(d.feed.n, ARRAY_LEN(expected));
	for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
		assert_true(str_eq(d.feed.lines[i].text, str_of(expected[i])));
		assert_int_equal(d.feed.lines[i].reasons[0].rules.len, 0);
		assert_false(d.feed.lines[i].needs_loader);
	}
	assert_int_equal(d.feed.unfed.len, 0);
}

static void test_derive_line_names_the_rules_it_is_for(void **state)
{
	auto_derived struct derived d = derive(
		RULE("one", "evt.type = ptrace") RULE("two", "evt.type in (ptrace, container)")
			RULE("off", "evt.type = ptrace") "enabled = false\n",
		NULL, 0, MACH_86_64);
	const struct feed_line *l;

	(void)state;
	l = line_of(&d, "-a always,exit -F arch=b64 -S ptrace -F a0>=0x4205 -F a0<=0x4206 -F "
			"key=wc_ptrace");
	assert_non_null(l);
	assert_true(str_eq(l->reasons->rules, STR("one, two")));
	assert_int_equal(lines_with(&d, "wc_ptrace"), 6);
	l = line_of(&d, "-a always,exit -F arch=b64 -S execve,execveat -F exit!=-2 -F key=wc_exec");
	assert_true(str_eq(l->reasons->rules, STR("two")));
}

static void test_derive_watch_for_each_hierarchy(void **state)
{
	static const struct state_watch watches[] = {
		{ STR("cpu"), STR("/sys/fs/cgroup/cpu"), 7, 0, 29 },
		{ STR("name=x"), STR_ABSENT, 7, 0, 57 },
		{ STR("name=y"), STR("/var/lib/docker/merged/x"), 8, 0, 58 },
		{ STR("name=z"), STR("/sys/fs/cgroup/with blank"), 9, 1, 59 },
	};
	auto_derived struct derived d =
		derive(RULE("a", "evt.type in (openat, write) and fd.kernel_knob = release_agent"),
		       watches, ARRAY_LEN(watches), MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_cg1"), 8);
	assert_non_null(
		line_of(&d, "-a always,exit -F arch=b64 -F path=/sys/fs/cgroup/cpu/release_agent "
			    "-F perm=wa -F key=wc_cg1"));
	assert_non_null(
		line_of(&d, "-a always,exit -F arch=b32 -F path=/sys/fs/cgroup/cpu/release_agent "
			    "-F perm=wa -F key=wc_cg1"));
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -F inode=7 -F devmajor=0 -F "
				    "devminor=57 -F perm=wa -F key=wc_cg1"));
	assert_non_null(line_of(&d, "-a always,exit -F arch=b32 -F inode=8 -F devmajor=0 -F "
				    "devminor=58 -F perm=wa -F key=wc_cg1"));
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -F inode=9 -F devmajor=1 -F "
				    "devminor=59 -F perm=wa -F key=wc_cg1"));
	assert_int_equal(lines_with(&d, "always,io_uring"), 1);
	assert_int_equal(lines_with(&d, "wc_blk"), 0);
	assert_int_equal(d.feed.unfed.len, 0);
}

static void test_derive_lines_for_the_files_of_the_host(void **state)
{
	static const struct hostfile_watch files[] = {
		{ STR("/etc"), true, HOSTFILE_CHANGED, 0, 0 },
		{ STR("/usr/sbin/runc"), false, HOSTFILE_CHANGED, 0, 0 },
		{ STR("/opt/with blank"), true, HOSTFILE_CHANGED, 0, 0 },
		{ STR("/run/docker.sock"), false, HOSTFILE_CONNECTED, 0, 0 },
	};
	static const struct feed_places places = { .files = files, .n_files = ARRAY_LEN(files) };
	auto_derived struct derived d = derive_places(
		RULE("a", "evt.type in (openat, rename, chown) and fd.host_class = cron"), &places,
		MACH_86_64);
	auto_derived struct derived none =
		derive_places(RULE("a", "evt.type in (openat, rename) and fd.name = /etc/shadow"),
			      &places, MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_host"), 4);
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -S openat,rename,chown -F perm=wa "
				    "-F dir=/etc -F key=wc_host"));
	assert_non_null(
		line_of(&d, "-a always,exit -F arch=b32 -S openat,rename,chown,chown32 -F perm=wa "
			    "-F path=/usr/sbin/runc -F key=wc_host"));
	assert_int_equal(d.feed.unfed.len, 0);
	assert_int_equal(lines_with(&none, "wc_host"), 0);
	assert_true(str_eq(none.feed.unfed, STR("openat, rename")));
}

static void test_derive_signals_to_each_thread_that_matters(void **state)
{
	static const int32_t tasks[] = { 4000, 72, 70, 87, -70 };
	AUTO(arena) a = arena_new(4096, 1 << 22);
	struct derived d = { .arena = a };
	struct ruleset *rules =
		few_rules(RULE("a", "evt.type in (kill, tgkill) and target.role exists"));

	(void)state;
	assert_non_null(rules);
	assert_int_equal(feed_derive(rules, &(struct feed_places){ .tasks = tasks, .n_tasks = 5 },
				     MACH_86_64, a, &d.feed),
			 0);
	assert_non_null(line_of(
		&d,
		"-a always,exit -F arch=b64 -S kill,tgkill -F a0>=70 -F a0<=87 -F key=wc_self"));
	assert_non_null(
		line_of(&d, "-a always,exit -F arch=b32 -S kill,tgkill -F a0=4000 -F key=wc_self"));
	assert_non_null(
		line_of(&d, "-a always,exit -F arch=b64 -S kill -F a0=0xffffffff -F key=wc_self"));
	assert_non_null(line_of(
		&d, "-a always,exit -F arch=b64 -S kill,tgkill -F a0=4294967226 -F key=wc_self"));
	assert_int_equal(lines_with(&d, "wc_self"), 8);
	assert_int_equal(lines_with(&d, "pidfd_send_signal"), 0);
	ruleset_free(rules);
}

static void test_derive_signals_to_others_are_not_asked_for(void **state)
{
	auto_derived struct derived d =
		derive(RULE("a", "evt.type = kill and fd.name = x"), NULL, 0, MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_self"), 0);
}

static void test_derive_sockets_are_watched_by_their_path(void **state)
{
	static const struct hostfile_watch files[] = {
		{ STR("/etc"), true, HOSTFILE_CHANGED, 0, 0 },
		{ STR("/run/docker.sock"), false, HOSTFILE_CONNECTED, 0, 0 },
	};
	static const struct feed_places places = { .files = files, .n_files = ARRAY_LEN(files) };
	auto_derived struct derived d = derive_places(
		RULE("a", "evt.type = connect and fd.host_class = socket"), &places, MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_sockets"), 3);
	assert_int_equal(lines_with(&d, "wc_host"), 0);
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -S connect -F "
				    "path=/run/docker.sock -F key=wc_sockets"));
	assert_non_null(line_of(&d, "-a always,exit -F arch=b32 -S socketcall "
				    "-F path=/run/docker.sock -F key=wc_sockets"));
	assert_int_equal(d.feed.unfed.len, 0);
}

#define CLASS(c) (UINT32_C(1) << HOSTFILE_##c)

/* each only where its rule can hold: by what is opened how, and by the classes of the place */
static void test_derive_lines_for_who_reads_or_writes_what(void **state)
{
	static const struct hostfile_watch files[] = {
		{ STR("/etc"), true, HOSTFILE_CHANGED, CLASS(CRON) | CLASS(SECRET), 0 },
		{ STR("/usr/sbin/runc"), false, HOSTFILE_CHANGED, CLASS(RUNTIME), 0 },
		{ STR("/etc/shadow"), false, HOSTFILE_READ, CLASS(SECRET), 0 },
		{ STR("/root/.ssh"), true, HOSTFILE_READ, CLASS(KEYS), 0 },
		{ STR("/var/log"), true, HOSTFILE_LINKED, CLASS(LOGS), 0 },
		{ STR("/run/docker.sock"), false, HOSTFILE_CONNECTED, CLASS(SOCKET), 0 },
		{ STR("/run/dbus/bus"), false, HOSTFILE_CONNECTED, CLASS(BUS), 0 },
		{ STR("/proc/kallsyms"), false, HOSTFILE_SEEN, CLASS(SYMBOLS), 4026531926 },
	};
	static const struct feed_places places = { .files = files, .n_files = ARRAY_LEN(files) };
	static const struct {
		const char *condition;
		size_t host, secrets, logs, sockets, kernel;
	} rows[] = {
		{ "evt.type = openat and fd.host_class = secret and evt.is_open_write = false", 0,
		  2, 0, 0, 0 },
		{ "evt.type = openat and fd.host_class = secret and evt.is_open_write = true", 2, 0,
		  0, 0, 0 },
		{ "evt.type = openat and fd.host_class = secret", 2, 2, 0, 0, 0 },
		{ "evt.type = openat and fd.host_class = keys", 0, 2, 0, 0, 0 },
		{ "evt.type = openat and fd.host_class = cron", 2, 0, 0, 0, 0 },
		{ "evt.type = openat and fd.host_class in (cron, runtime)", 4, 0, 0, 0, 0 },
		{ "evt.type = openat and fd.host_class exists", 4, 4, 0, 0, 2 },
		{ "evt.type = rename and not evt.is_open_write = true and fd.host_class exists", 4,
		  0, 0, 0, 0 },
		{ "evt.type in (symlink, openat) and fd.host_class = logs", 0, 0, 2, 0, 0 },
		{ "evt.type = connect and fd.host_class = socket", 0, 0, 0, 3, 0 },
		{ "evt.type = connect and fd.host_class != socket", 0, 0, 0, 3, 0 },
		{ "evt.type = connect and fd.host_class exists", 0, 0, 0, 6, 0 },
		{ "evt.type = openat and fd.host_class = symbols and evt.is_open_write = false", 0,
		  0, 0, 0, 2 },
		{ "evt.type = openat and fd.host_class = memory", 0, 0, 0, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf rule = { 0 };

		buf_printf(&rule, RULE("a", "%s"), rows[i].condition);
		auto_derived struct derived d = derive_places(buf_z(&rule), &places, MACH_86_64);

		if (lines_with(&d, "wc_host") != rows[i].host ||
		    lines_with(&d, "wc_secrets") != rows[i].secrets ||
		    lines_with(&d, "wc_logs") != rows[i].logs ||
		    lines_with(&d, "wc_kernel") != rows[i].kernel ||
		    lines_with(&d, "wc_sockets") != rows[i].sockets)
			fail_msg("%s", rows[i].condition);
	}
}

static void test_derive_how_it_is_opened_is_in_the_line(void **state)
{
	static const struct hostfile_watch files[] = {
		{ STR("/etc/shadow"), false, HOSTFILE_READ, CLASS(SECRET), 0 },
		{ STR("/var/log"), true, HOSTFILE_LINKED, CLASS(LOGS), 0 },
		{ STR("/proc/kallsyms"), false, HOSTFILE_SEEN, CLASS(SYMBOLS), 4026531926 },
	};
	static const struct feed_places places = { .files = files, .n_files = ARRAY_LEN(files) };
	auto_derived struct derived d =
		derive_places(RULE("a", "evt.type in (openat, symlinkat) and fd.host_class exists"),
			      &places, MACH_86_64);

	(void)state;
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -S openat -F perm=r "
				    "-F path=/etc/shadow -F key=wc_secrets"));
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -S symlinkat -F perm=wa "
				    "-F dir=/var/log -F key=wc_logs"));
	/* whatever the device */
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -S openat -F perm=r "
				    "-F inode=4026531926 -F key=wc_kernel"));
}

static void test_derive_field_in_a_macro_counts(void **state)
{
	static const struct state_watch watch = { STR("cpu"), STR("/sys/fs/cgroup/cpu"), 7, 0, 29 };
	auto_derived struct derived d =
		derive("[macro knob]\ncondition = fd.kernel_knob = release_agent\n" RULE(
			       "a", "evt.type = open and not (fd.name = x or not knob)"),
		       &watch, 1, MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_cg1"), 2);
}

static void test_derive_open_of_any_file_is_told_as_unfed(void **state)
{
	static const struct state_watch watch = { STR("cpu"), STR("/sys/fs/cgroup/cpu"), 7, 0, 29 };
	auto_derived struct derived d =
		derive(RULE("a", "evt.type in (open, openat, connect) and fd.name = /etc/shadow"),
		       &watch, 1, MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_cg1"), 0);
	assert_true(str_eq(d.feed.unfed, STR("open, openat, connect")));
}

static void test_derive_rule_of_all_types_asks_for_all_rows_but_names_nothing_unfed(void **state)
{
	auto_derived struct derived d = derive(RULE("a", "fd.name = x"), NULL, 0, MACH_86_64);

	(void)state;
	assert_int_equal(d.result, 0);
	assert_int_equal(d.feed.unfed.len, 0);
	assert_true(lines_with(&d, "wc_ptrace") > 0);
}

static void test_derive_drops_what_an_abi_lacks(void **state)
{
	static const char rules[] =
		RULE("a", "evt.type in (kexec_load, mknod, init_module, vm86, fchmodat2, umount2) "
			  "and evt.arg = x and fd.filetype exists");
	auto_derived struct derived x86 = derive(rules, NULL, 0, MACH_86_64);
	auto_derived struct derived arm = derive(rules, NULL, 0, MACH_AARCH64);

	(void)state;
	assert_true(shares(&x86, "b64", "init_module,kexec_load"));
	assert_true(shares(&x86, "b32", "init_module,283,vm86,mknod"));
	assert_non_null(
		line_of(&x86, "-a always,exit -F arch=b64 -S mknod -F a1&=0x6000 -F key=wc_mknod"));
	assert_non_null(
		line_of(&x86, "-a always,exit -F arch=b64 -S mknod -F a1&06000 -F key=wc_suid"));
	assert_non_null(
		line_of(&x86, "-a always,exit -F arch=b64 -S 452 -F a2&06000 -F key=wc_suid"));
	assert_int_equal(arm.result, 0);
	assert_true(shares(&arm, "b32", "init_module,kexec_load,mknod"));
	assert_null(
		line_of(&arm, "-a always,exit -F arch=b64 -S mknod -F a1&=0x6000 -F key=wc_mknod"));
	assert_true(shares(&arm, "b64", "init_module,kexec_load"));
}

static void test_derive_asks_for_no_call_that_no_rule_needs(void **state)
{
	static const char rules[] = RULE("a", "evt.type in (userfaultfd, iopl, acct)");
	auto_derived struct derived x86 = derive(rules, NULL, 0, MACH_86_64);
	auto_derived struct derived arm = derive(rules, NULL, 0, MACH_AARCH64);

	(void)state;
	assert_true(shares(&x86, "b64", "acct,iopl,userfaultfd"));
	assert_true(shares(&arm, "b64", "acct,userfaultfd"));
	assert_int_equal(lines_with(&x86, "always,io_uring"), 0);
}

static void test_derive_what_a_row_brings_needs_all_of_its_calls(void **state)
{
	auto_derived struct derived d =
		derive(RULE("a", "evt.type = uid_change"), NULL, 0, MACH_86_64);

	(void)state;
	assert_int_equal(lines_with(&d, "wc_setid"), 3);
	assert_non_null(line_of(&d, "-a always,exit -F arch=b64 -S setresuid -F a2=0 "
				    "-F success=1 -F key=wc_setid"));
	/* a group is no cause of it */
	assert_int_equal(lines_with(&d, "gid"), 0);
}

static void test_derive_uring_operations_are_those_that_rules_need(void **state)
{
	auto_derived struct derived d =
		derive(RULE("a", "evt.type in (connect, setxattr, mkdirat)"), NULL, 0, MACH_86_64);

	(void)state;
	assert_non_null(
		line_of(&d, "-a always,io_uring -S connect,mkdirat,setxattr -F key=wc_uring"));
}

static void test_derive_unknown_machine_not_supported(void **state)
{
	auto_derived struct derived d = derive(NULL, NULL, 0, MACH_S390X);

	(void)state;
	assert_int_equal(d.result, -ENOTSUP);
	assert_int_equal(d.feed.n, 0);
}

static void test_derive_without_memory_fails(void **state)
{
	AUTO(arena) small = arena_new(256, 2048);
	struct feed feed;

	(void)state;
	assert_int_equal(feed_derive(NULL, NULL, MACH_86_64, small, &feed), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_derive_without_rules_attribution_alone),
		cmocka_unit_test(test_derive_line_names_the_rules_it_is_for),
		cmocka_unit_test(test_derive_watch_for_each_hierarchy),
		cmocka_unit_test(test_derive_lines_for_the_files_of_the_host),
		cmocka_unit_test(test_derive_signals_to_each_thread_that_matters),
		cmocka_unit_test(test_derive_signals_to_others_are_not_asked_for),
		cmocka_unit_test(test_derive_sockets_are_watched_by_their_path),
		cmocka_unit_test(test_derive_lines_for_who_reads_or_writes_what),
		cmocka_unit_test(test_derive_how_it_is_opened_is_in_the_line),
		cmocka_unit_test(test_derive_field_in_a_macro_counts),
		cmocka_unit_test(test_derive_open_of_any_file_is_told_as_unfed),
		cmocka_unit_test(
			test_derive_rule_of_all_types_asks_for_all_rows_but_names_nothing_unfed),
		cmocka_unit_test(test_derive_drops_what_an_abi_lacks),
		cmocka_unit_test(test_derive_asks_for_no_call_that_no_rule_needs),
		cmocka_unit_test(test_derive_what_a_row_brings_needs_all_of_its_calls),
		cmocka_unit_test(test_derive_uring_operations_are_those_that_rules_need),
		cmocka_unit_test(test_derive_unknown_machine_not_supported),
		cmocka_unit_test(test_derive_without_memory_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
