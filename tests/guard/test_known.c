/* SPDX-License-Identifier: Apache-2.0 */
/* Whose a task is that has left its cgroup, against a /proc that was made for it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernel/fake_root.h"

#include "guard/known.h"

#define HOST 1
#define ENDED "4194308" /* PF_EXITING */

struct fixture {
	struct fake_root root;
	struct procfs proc;
	struct known known;
	struct arena *arena;
};

/* @ns: of its pid namespace; 0: it has ended, others of its threads live */
static void task(struct fixture *f, int pid, unsigned start, unsigned ns)
{
	struct fake_root *r = &f->root;
	char name[64], text[256];

	snprintf(name, sizeof(name), "%d/stat", pid);
	snprintf(text, sizeof(text), "%d (sh) S 1 1 1 0 -1 %s 0 0 0 0 0 0 0 0 20 0 1 0 %u 0 0", pid,
		 ns ? "0" : ENDED, start);
	fake_file(r, name, text);
	snprintf(name, sizeof(name), "%d/cgroup", pid);
	fake_file(r, name, "0::/away\n");
	snprintf(name, sizeof(name), "%d/ns/x", pid);
	fake_file(r, name, "");
	snprintf(name, sizeof(name), "%d/ns/pid", pid);
	snprintf(text, sizeof(text), "pid:[%u]", ns);
	(void)unlink(fake_path(r, name));
	if (ns)
		fake_link(r, name, text);
}

/* whoever gets the number next has another directory */
static void end(struct fixture *f, int pid)
{
	char name[64], gone[64], path[PATH_MAX];

	snprintf(name, sizeof(name), "%d", pid);
	snprintf(gone, sizeof(gone), "gone.%d", pid);
	snprintf(path, sizeof(path), "%s", fake_path(&f->root, gone));
	assert_int_equal(rename(fake_path(&f->root, name), path), 0);
	snprintf(gone, sizeof(gone), "gone.%d/stat", pid);
	assert_int_equal(unlink(fake_path(&f->root, gone)), 0);
}

static void mount_namespace(struct fixture *f, int pid, unsigned ns)
{
	char name[64], text[64];

	snprintf(name, sizeof(name), "%d/ns/mnt", pid);
	snprintf(text, sizeof(text), "mnt:[%u]", ns);
	(void)unlink(fake_path(&f->root, name));
	fake_link(&f->root, name, text);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->root = fake_root();
	f->arena = arena_new(65536, 1 << 20);
	assert_int_equal(procfs_init(&f->proc, f->root.path), 0);
	task(f, getpid(), 1, HOST);
	mount_namespace(f, getpid(), HOST);
	assert_int_equal(known_init(&f->known, &f->proc), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	known_release(&f->known);
	procfs_release(&f->proc);
	fake_root_release(&f->root);
	arena_free(f->arena);
	free(f);
	return 0;
}

static void tell(struct fixture *f, const char *id, int pid, uint64_t ns)
{
	struct guard_container c = { .init_pid = pid, .pid_ns = ns };

	snprintf(c.id, sizeof(c.id), "%s", id);
	known_add(&f->known, &f->proc, &c);
}

/* "": nobody's */
static struct str whose(struct fixture *f, int pid)
{
	auto_close int dir = procfs_task(&f->proc, pid);
	struct facts_process p = { 0 };
	const struct container *c;
	bool foreign;

	assert_int_equal(known_read(dir, &p, f->arena), 0);
	c = known_find(&f->known, dir, &p, &foreign);
	return c ? text_str(&c->id) : STR("");
}

/* as in the sandbox of auditd's unit */
static void test_host_is_where_the_first_process_is(void **state)
{
	struct fixture *f = *state;
	struct facts_process p = { 0 };
	auto_close int dir = -1;
	bool foreign;

	task(f, 1, 1, HOST);
	mount_namespace(f, 1, 20);
	known_release(&f->known);
	assert_int_equal(known_init(&f->known, &f->proc), 0);
	dir = procfs_task(&f->proc, 1);
	assert_true(known_is_at_home(&f->known, dir));
	assert_int_equal(known_read(dir, &p, f->arena), 0);
	assert_null(known_find(&f->known, dir, &p, &foreign));
	assert_false(foreign);
}

/* nobody may be left in it, and the number be that of a service with mounts of its own */
static void test_mount_namespace_tells_while_the_first_process_is_in_it(void **state)
{
	struct fixture *f = *state;

	task(f, 60, 5, HOST);
	mount_namespace(f, 60, 40);
	tell(f, "a", 60, HOST);
	task(f, 70, 6, HOST);
	mount_namespace(f, 70, 40);
	assert_true(str_eq(whose(f, 70), STR("a")));
	mount_namespace(f, 60, 41);
	assert_true(str_eq(whose(f, 70), STR("")));
	/* it came back */
	mount_namespace(f, 60, 40);
	assert_true(str_eq(whose(f, 70), STR("a")));
}

static void test_task_is_of_whose_namespace_it_is_in(void **state)
{
	struct fixture *f = *state;

	task(f, 60, 5, 7);
	task(f, 70, 6, 8);
	task(f, 80, 7, 8);
	task(f, 90, 8, HOST);
	task(f, 95, 9, 9);
	tell(f, "one", 60, 7);
	tell(f, "other", 70, 0);
	assert_str(whose(f, 60), "one");
	assert_str(whose(f, 80), "other");
	assert_str(whose(f, 90), "");
	assert_str(whose(f, 95), "");
}

/* it goes on in other threads, of which there may be many, or in another namespace: what was told counts */
static void test_first_process_that_changes_loses_nobody(void **state)
{
	struct fixture *f = *state;

	task(f, 60, 5, 0);
	task(f, 70, 6, 9);
	task(f, 80, 7, 7);
	task(f, 90, 8, 8);
	tell(f, "one", 60, 7);
	tell(f, "other", 70, 8);
	assert_str(whose(f, 80), "one");
	assert_str(whose(f, 90), "other");
}

static void test_number_of_another_process_counts_no_more(void **state)
{
	struct fixture *f = *state;

	task(f, 60, 5, 7);
	task(f, 80, 7, 7);
	tell(f, "one", 60, 7);
	assert_str(whose(f, 80), "one");
	end(f, 60);
	assert_str(whose(f, 80), "");
	task(f, 60, 9, 7);
	assert_str(whose(f, 80), "");
	tell(f, "none", 61, 7);
	assert_str(whose(f, 80), "");
}

/* who reads a FIFO waits, as who reads of a process does whose exec, or whose threads, are busy */
static void test_first_process_is_not_read(void **state)
{
	struct fixture *f = *state;

	task(f, 60, 5, 7);
	task(f, 80, 7, 7);
	assert_int_equal(unlink(fake_path(&f->root, "60/stat")), 0);
	assert_int_equal(mkfifo(fake_path(&f->root, "60/stat"), 0600), 0);
	alarm(10);
	tell(f, "one", 60, 7);
	tell(f, "one", 60, 7);
	assert_str(whose(f, 80), "one");
	alarm(0);
}

static unsigned descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 4096; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* one for each first process that lives; and what those who wait need is left to them */
static void test_descriptors_of_the_dead_and_of_too_many_are_not_kept(void **state)
{
	struct fixture *f = *state;
	unsigned before = descriptors();

	task(f, 60, 5, 7);
	task(f, 61, 5, 8);
	tell(f, "one", 60, 7);
	tell(f, "one", 60, 7);
	end(f, 60);
	tell(f, "other", 61, 8);
	assert_int_equal(descriptors(), before + 1);
	f->known.fds_end = 3;
	tell(f, "other", 61, 8);
	assert_int_equal(descriptors(), before);
	assert_str(whose(f, 61), "");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_host_is_where_the_first_process_is),
		T(test_mount_namespace_tells_while_the_first_process_is_in_it),
		T(test_task_is_of_whose_namespace_it_is_in),
		T(test_first_process_that_changes_loses_nobody),
		T(test_number_of_another_process_counts_no_more),
		T(test_first_process_is_not_read),
		T(test_descriptors_of_the_dead_and_of_too_many_are_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
