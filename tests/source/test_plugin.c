/* SPDX-License-Identifier: Apache-2.0 */
/* auditd's side is played by this test: a socketpair, as auditd gives one to its plugins. */
#include "fake_consumer.h"

#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "source/plugin.h"

struct stage {
	int auditd, stdin_fd, stop;
	struct fake fake;
};

static int open_stage(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	int fds[2];
	if (!s || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return -1;
	s->auditd = fds[0];
	s->stdin_fd = fds[1];
	s->stop = eventfd(0, EFD_CLOEXEC);
	*state = s;
	return s->stop < 0;
}

static int close_stage(void **state)
{
	struct stage *s = *state;
	if (s->auditd >= 0)
		close(s->auditd);
	close(s->stdin_fd);
	close(s->stop);
	buf_release(&s->fake.text);
	free(s);
	return 0;
}

static int run(struct stage *s)
{
	struct source_consumer to = fake_consumer(&s->fake);
	return plugin_read(s->stdin_fd, NULL, s->stop, &to);
}

static void say(struct stage *s, const char *text)
{
	assert_int_equal(file_write_all(s->auditd, str_of(text)), 0);
}

static void hang_up(struct stage *s)
{
	close(s->auditd);
	s->auditd = -1;
}

static void test_plugin_stream_ends_with_auditd(void **state)
{
	struct stage *s = *state;
	say(s, "one\ntwo\nhalf");
	hang_up(s);
	assert_int_equal(run(s), 0);
	assert_text(&s->fake, "one|two|half|");
}

static void test_plugin_stop_takes_what_is_there(void **state)
{
	struct stage *s = *state;
	say(s, "one\ntwo\n");
	assert_int_equal(eventfd_write(s->stop, 1), 0);
	assert_int_equal(run(s), 0);
	assert_text(&s->fake, "one|two|");
}

static void *stop_later(void *arg)
{
	struct stage *s = arg;
	usleep(20000);
	say(s, "late\n");
	usleep(20000);
	eventfd_write(s->stop, 1);
	return NULL;
}

static void test_plugin_waiting_is_ended_by_stop(void **state)
{
	struct stage *s = *state;
	pthread_t thread;
	assert_int_equal(pthread_create(&thread, NULL, stop_later, s), 0);
	assert_int_equal(run(s), 0);
	pthread_join(thread, NULL);
	assert_text(&s->fake, "late|");
}

static void test_plugin_broken_descriptor_is_an_error(void **state)
{
	struct stage *s = *state;
	struct source_consumer to = fake_consumer(&s->fake);
	assert_int_equal(plugin_read(STDERR_FILENO + 1000, NULL, s->stop, &to), -EBADF);
}

static void test_plugin_drain_throws_away(void **state)
{
	struct stage *s = *state;
	say(s, "one\ntwo\n");
	assert_int_equal(plugin_drain(s->stdin_fd, s->stop, 10), 1);
	hang_up(s);
	assert_int_equal(plugin_drain(s->stdin_fd, s->stop, 10), 0);
}

static void test_plugin_drain_wakes_at_once(void **state)
{
	struct stage *s = *state;
	assert_int_equal(eventfd_write(s->stop, 1), 0);
	assert_int_equal(plugin_drain(s->stdin_fd, s->stop, -1), 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
	const struct CMUnitTest tests[] = {
		TEST(test_plugin_stream_ends_with_auditd),
		TEST(test_plugin_stop_takes_what_is_there),
		TEST(test_plugin_waiting_is_ended_by_stop),
		TEST(test_plugin_broken_descriptor_is_an_error),
		TEST(test_plugin_drain_throws_away),
		TEST(test_plugin_drain_wakes_at_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
