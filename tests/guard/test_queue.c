/* SPDX-License-Identifier: Apache-2.0 */
/* Who may have waited for nearly the deadline, by what a pipe in the place of a group gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sys/fanotify.h>
#include <unistd.h>

#include "base/clock.h"
#include "guard/queue.h"

#define DEADLINE 40 /* ms */

struct fixture {
	int pipe[2];
	struct queue queue;
	uint64_t start;
};

static int setup(void **state)
{
	static struct fixture f;

	assert_int_equal(pipe2(f.pipe, O_NONBLOCK), 0);
	queue_init(&f.queue, f.pipe[0], DEADLINE);
	f.start = f.queue.empty;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->pipe[0]);
	close(f->pipe[1]);
	return 0;
}

static void come(struct fixture *f, size_t n)
{
	const struct fanotify_event_metadata m = {
		.event_len = sizeof(m),
		.vers = FANOTIFY_METADATA_VERSION,
		.metadata_len = sizeof(m),
		.mask = FAN_OPEN_PERM,
		.fd = 7,
		.pid = 8,
	};

	for (size_t i = 0; i < n; i++)
		assert_int_equal(write(f->pipe[1], &m, sizeof(m)), sizeof(m));
}

static uint64_t at(const struct fixture *f, uint64_t ms)
{
	return f->start + ms * NS_PER_MS;
}

static void test_queue_few_callers_wait_since_the_last_look(void **state)
{
	struct fixture *f = *state;

	queue_idle(&f->queue, at(f, 100));
	come(f, 3);
	assert_int_equal(queue_read(&f->queue, at(f, 101)), 3);
	assert_int_equal(f->queue.n, 3);
	assert_int_equal(f->queue.asked[2].tid, 8);
	assert_false(queue_is_overdue(&f->queue, at(f, 101)));
	assert_false(queue_is_overdue(&f->queue, at(f, 129)));
	assert_true(queue_is_overdue(&f->queue, at(f, 131)));
}

static void test_queue_many_callers_are_as_old_as_the_first(void **state)
{
	struct fixture *f = *state;

	come(f, 3 * QUEUE_BATCH + 1);
	assert_int_equal(queue_read(&f->queue, at(f, 1)), QUEUE_BATCH);
	assert_int_equal(queue_read(&f->queue, at(f, 20)), QUEUE_BATCH);
	assert_false(queue_is_overdue(&f->queue, at(f, 29)));
	/* from here on they are let go */
	assert_true(queue_is_overdue(&f->queue, at(f, 31)));
	assert_int_equal(queue_read(&f->queue, at(f, 31)), QUEUE_BATCH);
	assert_true(queue_is_overdue(&f->queue, at(f, 31)));
	/* the last batch is not full: who comes now comes after it */
	assert_int_equal(queue_read(&f->queue, at(f, 32)), 1);
	assert_true(queue_is_overdue(&f->queue, at(f, 32)));
	come(f, 1);
	assert_int_equal(queue_read(&f->queue, at(f, 33)), 1);
	assert_false(queue_is_overdue(&f->queue, at(f, 33)));
}

static void test_queue_nobody_waits_is_no_error(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(queue_read(&f->queue, at(f, 100)), 0);
	assert_int_equal(f->queue.n, 0);
	come(f, 1);
	assert_int_equal(queue_read(&f->queue, at(f, 101)), 1);
	assert_false(queue_is_overdue(&f->queue, at(f, 102)));
	close(f->pipe[0]);
	assert_int_equal(queue_read(&f->queue, at(f, 102)), -EBADF);
	assert_int_equal(f->queue.n, 0);
	f->pipe[0] = dup(f->pipe[1]);
}

static void test_queue_woken_by_a_caller_knows_when_it_came(void **state)
{
	struct fixture *f = *state;

	queue_idle(&f->queue, at(f, 100));
	come(f, 1);
	queue_wake(&f->queue, at(f, 112));
	assert_int_equal(queue_read(&f->queue, at(f, 113)), 1);
	assert_int_equal(f->queue.came, at(f, 112));
	/* one that slept too long does not know it: no caller's wait is measured by that */
	assert_true(queue_is_overdue(&f->queue, at(f, 131)));
	/* in a crowd, since nobody was there */
	come(f, QUEUE_BATCH + 1);
	assert_int_equal(queue_read(&f->queue, at(f, 114)), QUEUE_BATCH);
	assert_int_equal(f->queue.came, at(f, 113));
	assert_int_equal(queue_read(&f->queue, at(f, 120)), 1);
	assert_int_equal(f->queue.came, at(f, 113));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(test_queue_few_callers_wait_since_the_last_look),
		TEST(test_queue_many_callers_are_as_old_as_the_first),
		TEST(test_queue_nobody_waits_is_no_error),
		TEST(test_queue_woken_by_a_caller_knows_when_it_came),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
