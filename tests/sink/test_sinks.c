/* SPDX-License-Identifier: Apache-2.0 */
/* Sinks against real sockets and files: gone, slow, full, back again. None may wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/file.h"
#include "sink/sink.h"

static char dir[] = "/tmp/watchcap-sink.XXXXXX";

static const char *path_of(const char *name)
{
	static char path[100];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static int listener(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static struct alert *alert(const char *message)
{
	return alert_new_internal(1, PRIORITY_CRITICAL, STR("r"), STR("t"), str_of(message),
				  STR("h"));
}

static void tell(struct sink *s, const char *message)
{
	AUTO(alert) a = alert(message);
	sink_tell(s, a);
}

static void test_syslog_datagram_has_priority_tag_and_one_line(void **state)
{
	char got[9000];
	int fd = listener(path_of("log"));
	struct sink *s = sink_syslog_new("authpriv", "watchcap", path_of("log"), NULL);
	ssize_t n;

	(void)state;
	tell(s, "evil\nline \x1b[31m");
	n = recv(fd, got, sizeof(got) - 1, 0);
	assert_true(n > 0);
	got[n] = 0;
	assert_memory_equal(got, "<82>", 4); /* LOG_AUTHPRIV | LOG_CRIT */
	assert_non_null(strstr(got, " watchcap["));
	assert_non_null(strstr(got, "]: evil\\nline \\u001b[31m"));
	assert_null(strchr(got, '\n'));
	sink_free(s);
	close(fd);
}

static void test_syslog_daemon_gone_and_back(void **state)
{
	char got[512];
	int fd = listener(path_of("log"));
	struct sink *s = sink_syslog_new("daemon", "watchcap", path_of("log"), NULL);

	(void)state;
	tell(s, "one");
	close(fd);
	tell(s, "lost");
	assert_int_equal(s->stats.failed, 1);
	fd = listener(path_of("log"));
	tell(s, "two");
	assert_true(recv(fd, got, sizeof(got), 0) > 0);
	assert_int_equal(s->stats.told, 2);
	sink_free(s);
	close(fd);
}

/*
 * nobody reads: the socket fills up, calls fail at once instead of waiting (an alarm would end the
 * test)
 */
static void test_syslog_daemon_that_never_reads_does_not_stop_us(void **state)
{
	int fd = listener(path_of("log"));
	struct sink *s = sink_syslog_new("daemon", "watchcap", path_of("log"), NULL);

	(void)state;
	alarm(20);
	for (int i = 0; i < 5000; i++)
		tell(s, "flood");
	alarm(0);
	assert_true(s->stats.failed > 0);
	assert_int_equal(s->stats.told + s->stats.failed, 5000);
	sink_free(s);
	close(fd);
}

static void test_syslog_message_is_cut_to_a_datagram(void **state)
{
	static char big[200000], got[20000];
	int fd = listener(path_of("log"));
	struct sink *s = sink_syslog_new("daemon", "watchcap", path_of("log"), NULL);
	ssize_t n;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	tell(s, big);
	n = recv(fd, got, sizeof(got), 0);
	assert_true(n > 7000 && n <= 8192);
	assert_memory_equal(got + n - 5, "[...]", 5);
	sink_free(s);
	close(fd);
}

static void test_syslog_unusable_options_are_refused(void **state)
{
	AUTO(diag) d = diag_new();
	char path[200];

	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	assert_null(sink_syslog_new("nosuch", "w", NULL, d));
	assert_null(sink_syslog_new("daemon", "w", path, d));
	assert_null(sink_syslog_new("daemon", "w", "", d));
	assert_null(sink_syslog_new("daemon", "a b", NULL, d));
	assert_null(sink_syslog_new("daemon", "", NULL, d));
	assert_int_equal(diag_errors(d), 5);
}

static void test_json_file_is_private_and_follows_rotation(void **state)
{
	auto_buf struct buf text = { 0 };
	char path[100], moved[100];
	struct stat st;
	struct sink *s;

	(void)state;
	snprintf(path, sizeof(path), "%s", path_of("alerts.json"));
	snprintf(moved, sizeof(moved), "%s", path_of("alerts.json.1"));
	s = sink_json_new(path, NULL);
	tell(s, "one");
	assert_int_equal(rename(path, moved), 0);
	sink_free(s);
	s = sink_json_new(path, NULL);
	tell(s, "two");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(file_read_at(AT_FDCWD, path, 10000, &text) > 0);
	assert_non_null(strstr(buf_z(&text), "two"));
	assert_null(strstr(buf_z(&text), "one"));
	sink_free(s);
}

static void test_json_file_that_cannot_be_opened_is_told(void **state)
{
	AUTO(diag) d = diag_new();

	(void)state;
	assert_null(sink_json_new("/nonexistent/dir/alerts.json", d));
	assert_null(sink_json_new(dir, d));
	assert_int_equal(diag_errors(d), 2);
}

static void test_disk_full_is_counted(void **state)
{
	struct sink *s = sink_json_new("/dev/full", NULL);

	(void)state;
	if (!s)
		skip();
	tell(s, "x");
	assert_int_equal(s->stats.failed, 1);
	sink_free(s);
}

static void test_json_line_torn_by_a_full_disk_stays_alone(void **state)
{
	auto_buf struct buf text = { 0 };
	struct rlimit before, tight;
	char path[100];
	struct sink *s;

	(void)state;
	snprintf(path, sizeof(path), "%s", path_of("torn.json"));
	s = sink_json_new(path, NULL);
	assert_non_null(s);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = (struct rlimit){ .rlim_cur = 100, .rlim_max = before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	tell(s, "torn");
	tell(s, "nothing of this");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	tell(s, "whole");
	tell(s, "whole");
	assert_int_equal(s->stats.failed, 2);
	assert_int_equal(s->stats.told, 2);
	assert_true(file_read_at(AT_FDCWD, path, 10000, &text) > 0);
	/* 100 bytes, and a line feed that ends them */
	assert_memory_equal(buf_z(&text) + 100, "\n{\"time\"", 8);
	assert_null(strstr(buf_z(&text), "nothing of this"));
	assert_null(strstr(buf_z(&text), "\n\n"));
	sink_free(s);
	unlink(path);
}

static void test_json_fifo_that_nobody_reads_is_refused_at_once(void **state)
{
	AUTO(diag) d = diag_new();
	const char *path = path_of("fifo");

	(void)state;
	assert_int_equal(mkfifo(path, 0600), 0);
	alarm(20);
	assert_null(sink_json_new(path, d));
	alarm(0);
	assert_int_equal(diag_errors(d), 1);
	unlink(path_of("fifo"));
}

/* every line that came out of the pipe is "...: Critical MESSAGE" */
static size_t whole_lines(struct str text, const char *message)
{
	struct str line;
	size_t n = 0;

	for (; str_cut(&text, '\n', &line) && line.len > 0; n++)
		assert_true(str_ends(line, str_of(message)));
	return n;
}

static void test_stdout_reader_that_stopped_does_not_stop_us(void **state)
{
	static char message[2000];
	auto_buf struct buf text = { 0 };
	struct sink *s;
	int ends[2];
	char got[4096];
	ssize_t n;

	(void)state;
	memset(message, 'x', sizeof(message) - 1);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	s = sink_stdout_new(ends[1], SINK_TEXT, false, NULL);
	alarm(20);
	for (int i = 0; i < 2000; i++)
		tell(s, message);
	alarm(0);
	assert_true(s->stats.failed > 0);
	/* it reads again: what waited comes, in whole lines */
	assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
	do {
		while ((n = read(ends[0], got, sizeof(got))) > 0)
			buf_add(&text, str_mem(got, (size_t)n));
		sink_flush(s);
	} while (s->stats.told + s->stats.failed < 2000);
	while ((n = read(ends[0], got, sizeof(got))) > 0)
		buf_add(&text, str_mem(got, (size_t)n));
	assert_int_equal(whole_lines(buf_str(&text), message), s->stats.told);
	sink_free(s);
	close(ends[0]);
	close(ends[1]);
}

static void *read_slowly(void *arg)
{
	auto_buf struct buf text = { 0 };
	char got[4096];
	ssize_t n;
	size_t *lines = arg;
	int fd = (int)*lines;

	usleep(100000);
	while ((n = read(fd, got, sizeof(got))) > 0)
		buf_add(&text, str_mem(got, (size_t)n));
	*lines = whole_lines(buf_str(&text), "message");
	return NULL;
}

static void test_stdout_patient_sink_loses_nothing(void **state)
{
	struct sink *s;
	pthread_t reader;
	size_t lines;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	s = sink_stdout_new(ends[1], SINK_TEXT, true, NULL);
	lines = (size_t)ends[0];
	assert_int_equal(pthread_create(&reader, NULL, read_slowly, &lines), 0);
	for (int i = 0; i < 3000; i++)
		tell(s, "message");
	assert_int_equal(s->stats.told, 3000);
	sink_free(s);
	close(ends[1]);
	pthread_join(reader, NULL);
	assert_int_equal(lines, 3000);
	close(ends[0]);
}

static void test_stdout_reader_that_left_is_counted(void **state)
{
	struct sink *s;
	int ends[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	s = sink_stdout_new(ends[1], SINK_JSON, false, NULL);
	close(ends[0]);
	tell(s, "x");
	assert_int_equal(s->stats.failed, 1);
	assert_int_equal(s->stats.told, 0);
	sink_free(s);
	close(ends[1]);
}

static int dir_make(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int dir_remove(void **state)
{
	(void)state;
	for (const char *const *name =
		     (const char *const[]){ "log", "alerts.json", "alerts.json.1", NULL };
	     *name; name++)
		unlink(path_of(*name));
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_syslog_datagram_has_priority_tag_and_one_line),
		cmocka_unit_test(test_syslog_daemon_gone_and_back),
		cmocka_unit_test(test_syslog_daemon_that_never_reads_does_not_stop_us),
		cmocka_unit_test(test_syslog_message_is_cut_to_a_datagram),
		cmocka_unit_test(test_syslog_unusable_options_are_refused),
		cmocka_unit_test(test_json_file_is_private_and_follows_rotation),
		cmocka_unit_test(test_json_file_that_cannot_be_opened_is_told),
		cmocka_unit_test(test_disk_full_is_counted),
		cmocka_unit_test(test_json_line_torn_by_a_full_disk_stays_alone),
		cmocka_unit_test(test_json_fifo_that_nobody_reads_is_refused_at_once),
		cmocka_unit_test(test_stdout_reader_that_stopped_does_not_stop_us),
		cmocka_unit_test(test_stdout_patient_sink_loses_nothing),
		cmocka_unit_test(test_stdout_reader_that_left_is_counted),
	};
	return cmocka_run_group_tests(tests, dir_make, dir_remove);
}
