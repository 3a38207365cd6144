// SPDX-License-Identifier: Apache-2.0
/* Layers: two mount tables of our own making, and an upper directory on disk. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake_root.h"

#include "kernel/overlay.h"

struct machine {
	struct fake_root root;
	struct procfs proc;
	struct errand *errand;
	struct overlays overlays;
	int task;
};

static int setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));

	m->root = fake_root();
	fake_file(&m->root, "upper/bin/new", "x");
	fake_file(&m->root, "upper/sub/in", "x");
	fake_link(&m->root, "upper/away", "/etc");
	fake_link(&m->root, "upper/bin/link", "new");
	/* ours: one with an upper directory, one that only is read, one whose directory has no place */
	fake_file(&m->root, "proc/self/mountinfo",
		  arena_printf(m->root.arena,
			       "20 1 0:50 / /run/a rw - overlay overlay "
			       "rw,lowerdir=/l,upperdir=%s/upper,workdir=/w\n"
			       "21 1 0:51 / /run/b ro - overlay overlay ro,lowerdir=/l:/m\n"
			       "22 1 0:52 / /run/c rw - overlay overlay "
			       "rw,lowerdir=l,upperdir=u,workdir=w\n",
			       m->root.path)
			  .ptr);
	fake_file(
		&m->root, "proc/7/mountinfo",
		"90 1 0:50 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/elsewhere,workdir=/w\n"
		"91 90 0:5 / /dev/shm rw - tmpfs shm rw\n"
		"92 90 0:51 / /image rw - overlay overlay rw\n"
		"93 90 0:52 / /relative rw - overlay overlay rw\n"
		"94 90 0:99 / /own rw - overlay overlay rw,lowerdir=/x,upperdir=/upper\n"
		"95 90 0:50 /sub /bound rw - overlay overlay rw\n");
	assert_int_equal(procfs_init(&m->proc, fake_path(&m->root, "proc")), 0);
	m->errand = errand_new(10000);
	m->task = procfs_task(&m->proc, 7);
	*state = m;
	return m->task < 0;
}

static int teardown(void **state)
{
	struct machine *m = *state;

	overlays_release(&m->overlays);
	errand_free(m->errand);
	close(m->task);
	procfs_release(&m->proc);
	fake_root_release(&m->root);
	free(m);
	return 0;
}

static enum overlay_layer layer(struct machine *m, const char *path, uint64_t mount)
{
	const struct overlay_place place = { .task = m->task,
					     .path = str_of(path),
					     .mount = mount };

	return overlays_find(&m->overlays, &m->proc, m->errand, &place, m->root.arena);
}

static void test_layer_is_upper_where_the_container_wrote(void **state)
{
	struct machine *m = *state;

	assert_int_equal(layer(m, "/bin/new", 90), LAYER_UPPER);
	assert_int_equal(layer(m, "/bin/old", 90), LAYER_LOWER);
	assert_int_equal(layer(m, "/usr/bin/old", 90), LAYER_LOWER);
	assert_int_equal(layer(m, "/bound/in", 95), LAYER_UPPER);
	assert_int_equal(layer(m, "/bound/out", 95), LAYER_LOWER);
	assert_int_equal(layer(m, "/image/bin/sh", 92), LAYER_LOWER);
	assert_int_equal(layer(m, "/dev/shm/x", 91), LAYER_NONE);
}

static void test_layer_is_not_guessed(void **state)
{
	struct machine *m = *state;

	/* a link that the container laid may lead anywhere */
	assert_int_equal(layer(m, "/away/passwd", 90), LAYER_UNKNOWN);
	assert_int_equal(layer(m, "/bin/link", 90), LAYER_UNKNOWN);
	/* the container's own overlay, and one whose directory nobody can tell */
	assert_int_equal(layer(m, "/own/x", 94), LAYER_UNKNOWN);
	assert_int_equal(layer(m, "/relative/x", 93), LAYER_UNKNOWN);
	assert_int_equal(layer(m, "/bin/new", 12345), LAYER_UNKNOWN);
	assert_int_equal(layer(m, "/bin/new", 95), LAYER_UNKNOWN);
	assert_int_equal(layer(m, "", 90), LAYER_UNKNOWN);
}

static void test_layer_by_device_takes_the_nearest_mount(void **state)
{
	struct machine *m = *state;
	struct overlay_place place = {
		.task = m->task, .path = STR("/bin/new"), .major = 0, .minor = 50
	};

	assert_int_equal(overlays_find(&m->overlays, &m->proc, m->errand, &place, m->root.arena),
			 LAYER_UPPER);
	place.minor = 51;
	assert_int_equal(overlays_find(&m->overlays, &m->proc, m->errand, &place, m->root.arena),
			 LAYER_UNKNOWN);
	place.path = STR("/image/sh");
	assert_int_equal(overlays_find(&m->overlays, &m->proc, m->errand, &place, m->root.arena),
			 LAYER_LOWER);
	place.path = STR("/dev/shm/x");
	place.minor = 5;
	assert_int_equal(overlays_find(&m->overlays, &m->proc, m->errand, &place, m->root.arena),
			 LAYER_NONE);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_layer_is_upper_where_the_container_wrote),
		T(test_layer_is_not_guessed),
		T(test_layer_by_device_takes_the_nearest_mount),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
