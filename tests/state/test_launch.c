// SPDX-License-Identifier: Apache-2.0
/*
 * What the kernel starts, by notices of forks and execs: by its first thread, by a worker, known and not, gone, and
 * pids that were the kernel's once.
 */
#include "base/notice.h"
#include "event/notice_text.h"
#include "fake_facts.h"
#include "state/file_owner.h"
#include "state/launch.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define HOST "0::/\n"
#define SECONDS(n) ((n)*UINT64_C(1000000000))

struct fixture {
	struct fake *fake;
	struct session *session;
	uint64_t serial;
};

static struct facts_process *add(struct fixture *f, int pid, int ppid, const char *exe,
				 uint64_t inode)
{
	struct facts_process *p = fake_add(f->fake, pid, ppid, exe, HOST);

	p->is_kernel_thread = !inode;
	p->has_exe_inode = inode != 0;
	p->exe_inode = inode;
	p->exe_dev_major = 8;
	return p;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	add(f, 1, 0, "/sbin/init", 1);
	add(f, 2, 0, NULL, 0);
	add(f, 7, 2, NULL, 0);
	add(f, 50, 1, "/bin/bash", 5);
	f->fake->helpers[0] = (struct facts_helper){ .path = STR("/sbin/modprobe"),
						     .dev_major = 8,
						     .inode = 100 };
	f->fake->n_helpers = 1;
	f->session = session_new(&f->fake->facts, NULL);
	f->serial = UINT64_C(2) << 32;
	state_start(f->session->state);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

static void tell(struct fixture *f, struct notice n)
{
	auto_buf struct buf body = { 0 };
	struct record r = { .type = RECORD_NOTICE, .time = n.at, .serial = f->serial++ };
	struct event ev;

	notice_write(&n, &body);
	r.body = buf_str(&body);
	arena_reset(f->session->arena);
	assert_int_equal(event_decode(&ev, &r, 1, f->session->arena), 0);
	state_notice(f->session->state, &ev);
}

static void forked(struct fixture *f, int32_t parent, int32_t child)
{
	tell(f, (struct notice){ .kind = NOTICE_FORK,
				 .at = SECONDS(1000),
				 .pid = child,
				 .tid = child,
				 .other = parent });
}

/* the events that an exec makes; *out is the last */
static unsigned execed(struct fixture *f, int32_t pid, struct scene *out)
{
	unsigned n = 0;

	tell(f,
	     (struct notice){ .kind = NOTICE_EXEC, .at = SECONDS(1001), .pid = pid, .tid = pid });
	while (state_next(f->session->state, out)) {
		assert_int_equal(out->event->type, EVT_USERMODEHELPER);
		assert_int_equal(out->event->origin, ORIGIN_CONNECTOR);
		n++;
	}
	return n;
}

static void test_launch_unknown_program_of_the_kernel_is_told(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	forked(f, 2, 500);
	add(f, 500, 2, "/tmp/payload", 666);
	assert_int_equal(execed(f, 500, &scene), 1);
	assert_true(str_eq(scene.object.realpath, STR("/tmp/payload")));
	assert_true(scene.object.inode == 666);
	assert_string_equal(scene_container_id(&scene).ptr, "host");
	assert_int_equal(scene.process->ref.pid, 500);
	/* what it starts in its turn is nobody's upcall */
	forked(f, 500, 501);
	add(f, 501, 500, "/bin/sh", 667);
	assert_int_equal(execed(f, 501, &scene), 0);
}

/* the payload of an escape lies where the container can put it and the host can find it */
static void test_launch_tells_whose_the_program_is_and_where_it_lies(void **state)
{
	static struct str volume = STR("/srv/data\0/data\0rw\0true\0rprivate\0bind");
	static const struct {
		const char *exe;
		bool is_owned, is_volume;
	} rows[] = {
		{ "/store/a/b/c/diff/payload", true, false },
		{ "/srv/data/payload", true, true },
		{ "/tmp/payload", false, false },
	};
	struct fixture *f = *state;
	struct scene scene;

	f->fake->container_id = ID64;
	f->fake->container =
		(struct facts_container){ .rootfs = STR("/store/a/b/c/merged"),
					  .spec = { .is_known = true, .mounts = { &volume, 1 } } };
	fake_add(f->fake, 61, 50, "/bin/sh", "0::/docker/" ID64 "\n");
	state_meet(f->session->state, 61);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int32_t pid = 500 + (int32_t)i;

		forked(f, 2, pid);
		add(f, pid, 2, rows[i].exe, 666);
		assert_int_equal(execed(f, pid, &scene), 1);
		assert_int_equal(scene.object.owner.container != NULL, rows[i].is_owned);
		assert_int_equal(scene.object.owner.is_volume, rows[i].is_volume);
	}
}

static void test_launch_by_a_worker_that_came_later_is_told_too(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	forked(f, 2, 600);
	forked(f, 600, 601);
	add(f, 601, 600, "/tmp/payload", 666);
	assert_int_equal(execed(f, 601, &scene), 1);
	/* of one that was there before */
	forked(f, 7, 602);
	add(f, 602, 7, "/tmp/payload", 666);
	assert_int_equal(execed(f, 602, &scene), 1);
}

static void test_launch_known_helper_is_no_event(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	forked(f, 7, 500);
	add(f, 500, 7, "/sbin/modprobe", 100);
	assert_int_equal(execed(f, 500, &scene), 0);
	/* a package has replaced it: the next tick sees that */
	f->fake->helpers[0].inode = 200;
	state_tick(f->session->state, SECONDS(1002));
	forked(f, 7, 501);
	add(f, 501, 7, "/sbin/modprobe", 200);
	assert_int_equal(execed(f, 501, &scene), 0);
}

static void test_launch_one_that_has_gone_is_told_without_a_program(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	forked(f, 2, 500);
	assert_int_equal(execed(f, 500, &scene), 1);
	assert_false(scene.object.has_inode);
	assert_true(!scene.process || !scene.process->has_exe_inode);
	assert_int_equal(state_stats(f->session->state)->helpers_unseen, 1);
}

static void test_launch_processes_of_people_are_none(void **state)
{
	struct fixture *f = *state;
	struct scene scene;

	forked(f, 50, 500);
	add(f, 500, 50, "/tmp/payload", 666);
	assert_int_equal(execed(f, 500, &scene), 0);
	/* a pid that was the kernel's, whose end nobody told of */
	forked(f, 2, 501);
	add(f, 501, 50, "/tmp/payload", 666);
	assert_int_equal(execed(f, 501, &scene), 0);
	/* and one whose end was told */
	forked(f, 2, 502);
	tell(f,
	     (struct notice){ .kind = NOTICE_EXIT, .at = SECONDS(1000), .pid = 502, .tid = 502 });
	assert_int_equal(execed(f, 502, &scene), 0);
}

static void test_file_owner_is_whose_layers_or_volumes_hold_it(void **state)
{
	struct str volume = STR("/srv/data\0/data\0rw\0true\0rprivate\0bind");
	struct container c = { .is_identified = true };

	(void)state;
	text_set(&c.rootfs, STR("/var/lib/docker/overlay2/abc/merged"), 4096);
	c.spec.mounts = (struct spec_list){ .at = &volume, .n = 1 };
	assert_true(file_owner_is(&c, STR("/var/lib/docker/overlay2/abc/merged/payload"), true));
	assert_true(file_owner_is(&c, STR("/var/lib/docker/overlay2/abc/diff/payload"), true));
	assert_true(file_owner_is(&c, STR("/srv/data/payload"), true));
	assert_false(file_owner_is(&c, STR("/var/lib/docker/overlay2/abcd/diff/payload"), true));
	assert_false(file_owner_is(&c, STR("/var/lib/docker/overlay2/x/diff/payload"), true));
	assert_false(file_owner_is(&c, STR("/srv/database"), true));
	assert_false(file_owner_is(&c, STR_ABSENT, true));
	/* a root that lies in a common directory speaks for itself alone */
	text_set(&c.rootfs, STR("/srv/root"), 4096);
	assert_true(file_owner_is(&c, STR("/srv/root/payload"), true));
	assert_false(file_owner_is(&c, STR("/srv/other"), true));
	text_release(&c.rootfs);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_launch_unknown_program_of_the_kernel_is_told),
		TEST(test_launch_tells_whose_the_program_is_and_where_it_lies),
		TEST(test_launch_by_a_worker_that_came_later_is_told_too),
		TEST(test_launch_known_helper_is_no_event),
		TEST(test_launch_one_that_has_gone_is_told_without_a_program),
		TEST(test_launch_processes_of_people_are_none),
		cmocka_unit_test(test_file_owner_is_whose_layers_or_volumes_hold_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
