/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Objects and their names, with a real fanotify group: as many as there can be keep theirs, and a protected file
 * keeps its row whatever else comes and goes. Nothing is opened once it is marked, and an alarm ends us else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernel/fake_root.h"
#include <sys/sysmacros.h>

#include "guard/marks.h"
#include "kernel/fanotify.h"

#define WATCHES 512 /* STATE_WATCHES_MAX */

struct fixture {
	struct fake_root root;
	struct marks marks;
	int group;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	alarm(30);
	f->root = fake_root();
	f->group = fan_open_permission();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	if (f->group >= 0)
		close(f->group);
	marks_release(&f->marks);
	fake_root_release(&f->root);
	free(f);
	alarm(0);
	return 0;
}

/* mark a new file of that name; 0 or -errno */
static int mark(struct fixture *f, const char *name, const struct guard_mark *what, struct stat *st)
{
	int fd, r;

	fake_file(&f->root, name, "x");
	fd = open(fake_path(&f->root, name), O_PATH | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, st), 0);
	r = marks_add(&f->marks, f->group, fd, what);
	close(fd);
	return r;
}

static const struct mark *find(const struct fixture *f, const struct stat *st)
{
	return marks_find(&f->marks, major(st->st_dev), minor(st->st_dev), st->st_ino);
}

static void need_group(const struct fixture *f)
{
	if (f->group >= 0)
		return;
	print_message("# skip: no fanotify permission group without CAP_SYS_ADMIN\n");
	skip();
}

static void test_marks_as_many_as_there_can_be_keep_their_knobs(void **state)
{
	struct fixture *f = *state;
	static struct stat st[WATCHES];
	struct stat precious;

	need_group(f);
	assert_int_equal(mark(f, "precious",
			      &(struct guard_mark){ .is_protected = true, .path = "/precious" },
			      &precious),
			 0);
	/* all have gone and others have come, three times over */
	for (uint32_t round = 1; round <= 3; round++) {
		for (int i = 0; i < WATCHES; i++) {
			struct guard_mark what = { .round = round, .knob = "release_agent" };
			char name[32];

			snprintf(name, sizeof(name), "%u.%d", round, i);
			assert_int_equal(mark(f, name, &what, &st[i]), 0);
		}
		for (int i = 0; i < WATCHES; i++) {
			assert_non_null(find(f, &st[i]));
			assert_true(str_eq(text_str(&find(f, &st[i])->knob), STR("release_agent")));
		}
		assert_non_null(find(f, &precious));
		assert_true(find(f, &precious)->is_protected);
	}
}

static void test_marks_a_file_that_takes_a_protected_name_takes_its_row(void **state)
{
	struct fixture *f = *state;
	const struct guard_mark what = { .is_protected = true, .path = "/precious" };
	struct stat old, new;

	need_group(f);
	assert_int_equal(mark(f, "old", &what, &old), 0);
	assert_int_equal(mark(f, "new", &what, &new), 0);
	assert_null(find(f, &old));
	assert_non_null(find(f, &new));
	assert_true(find(f, &new)->is_protected);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_marks_as_many_as_there_can_be_keep_their_knobs),
		TEST(test_marks_a_file_that_takes_a_protected_name_takes_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
