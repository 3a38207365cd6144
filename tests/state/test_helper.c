// SPDX-License-Identifier: Apache-2.0
/* What the kernel may start, after somebody has changed it: by whom, and by which calls. */
#include "fake_facts.h"
#include "session.h"

#define CONTAINER "0::/docker/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"
#define HOST "0::/user.slice\n"

#define PARENT "name=\"/h\" inode=40 dev=08:00 mode=040755 nametype=PARENT"
#define ELSEWHERE "name=\"/tmp\" inode=41 dev=08:00 mode=040755 nametype=PARENT"
#define FILE(name, inode, type)                                                                    \
	"name=\"" name "\" inode=" inode " dev=08:00 mode=0100755 nametype=" type

enum {
	OPENAT = 257,
	RENAME = 82,
	UNLINK = 87,
	SYMLINK = 88,
	TRUNCATE = 76,
	CHMOD = 90,
	EXECVE = 59
};

static bool is_known_after(const char *cgroup, unsigned nr, const char *result, unsigned flags,
			   const char *const paths[2])
{
	struct fake *fake = fake_new();
	struct session *t = session_new(&fake->facts, NULL);
	bool is_known;

	fake_add(fake, 700, 50, "/bin/app", cgroup);
	fake->helpers[0] = (struct facts_helper){ .path = STR("/sbin/modprobe"),
						  .dev_major = 8,
						  .inode = 100,
						  .dir_major = 8,
						  .dir_inode = 40 };
	fake->helpers[1] = (struct facts_helper){ .path = STR("/sbin/other"), .inode = 200 };
	fake->n_helpers = 2;
	state_start(t->state);
	session_record(t, "SYSCALL", 1,
		       "arch=c000003e syscall=%u %s a0=ffffff9c a1=7f00 a2=%x a3=0 items=2 ppid=50 "
		       "pid=700 "
		       "auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
		       "tty=(none) "
		       "ses=4294967295 comm=\"x\" exe=\"/bin/app\" key=(null)",
		       nr, result, flags);
	session_record(t, "CWD", 1, "cwd=\"/\"");
	for (unsigned i = 0; i < 2 && paths[i]; i++)
		session_record(t, "PATH", 1, "item=%u %s ouid=0 ogid=0 rdev=00:00", i, paths[i]);
	session_flush(t);
	is_known = helpers_know(&t->state->helpers, 8, 0, 100);
	/* nobody else is concerned */
	assert_true(helpers_know(&t->state->helpers, 0, 0, 200));
	session_free(t);
	return is_known;
}

static void test_helper_that_a_container_changes_is_none_any_more(void **state)
{
	static const struct {
		unsigned nr, flags;
		const char *paths[2];
		bool is_known;
	} rows[] = {
		{ OPENAT, 1, { FILE("/h/modprobe", "100", "NORMAL") }, false },
		{ OPENAT, 2, { FILE("/tmp/link", "100", "NORMAL") }, false },
		{ OPENAT, 01000, { FILE("/h/modprobe", "100", "NORMAL") }, false },
		{ TRUNCATE, 0, { FILE("/h/modprobe", "100", "NORMAL") }, false },
		{ RENAME, 0, { PARENT, FILE("/h/modprobe", "100", "DELETE") }, false },
		{ RENAME, 0, { PARENT, FILE("/h/modprobe", "777", "CREATE") }, false },
		{ UNLINK, 0, { PARENT, FILE("/h/modprobe", "100", "DELETE") }, false },
		/* the name may be that of a link */
		{ SYMLINK, 0, { PARENT, FILE("/h/modprobe", "777", "CREATE") }, false },
		{ OPENAT, 0, { FILE("/h/modprobe", "100", "NORMAL") }, true },
		{ EXECVE, 0, { FILE("/h/modprobe", "100", "NORMAL") }, true },
		{ CHMOD, 0, { FILE("/h/modprobe", "100", "NORMAL") }, true },
		{ OPENAT, 1, { FILE("/h/modprobe", "101", "NORMAL") }, true },
		{ RENAME, 0, { PARENT, FILE("/h/insmod", "777", "CREATE") }, true },
		{ RENAME, 0, { ELSEWHERE, FILE("/tmp/modprobe", "777", "CREATE") }, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (is_known_after(CONTAINER, rows[i].nr, "success=yes exit=0", rows[i].flags,
				   rows[i].paths) != rows[i].is_known)
			fail_msg("row %zu", i);
}

static void test_helper_stays_known_when_the_host_changes_it_or_nobody_could(void **state)
{
	static const char *const paths[] = { PARENT, FILE("/sbin/modprobe", "100", "DELETE") };

	(void)state;
	assert_true(is_known_after(HOST, RENAME, "success=yes exit=0", 0, paths));
	assert_true(is_known_after(CONTAINER, RENAME, "success=no exit=-13", 0, paths));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_helper_that_a_container_changes_is_none_any_more),
		cmocka_unit_test(test_helper_stays_known_when_the_host_changes_it_or_nobody_could),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
