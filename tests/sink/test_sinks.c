/* SPDX-License-Identifier: Apache-2.0 */
/* Sinks against real sockets and files: gone, slow, full, back again. None may wait. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
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
	return alert_new_internal(1, PRIORITY_CRITICAL, STR("r"), STR("t"), str_of(message), STR("h"));
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

/* nobody reads: the socket fills up, calls fail at once instead of waiting (an alarm would end the test) */
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

static void test_syslog_refuses_unknown_facility_and_long_path(void **state)
{
	AUTO(diag) d = diag_new();
	char path[200];
	(void)state;
	memset(path, 'p', sizeof(path) - 1);
	path[sizeof(path) - 1] = 0;
	assert_null(sink_syslog_new("nosuch", "w", NULL, d));
	assert_null(sink_syslog_new("daemon", "w", path, d));
	assert_int_equal(diag_errors(d), 2);
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
	sink_reopen(s);
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

static int dir_make(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int dir_remove(void **state)
{
	(void)state;
	for (const char *const *name = (const char *const[]){ "log", "alerts.json", "alerts.json.1", NULL }; *name; name++)
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
		cmocka_unit_test(test_syslog_refuses_unknown_facility_and_long_path),
		cmocka_unit_test(test_json_file_is_private_and_follows_rotation),
		cmocka_unit_test(test_json_file_that_cannot_be_opened_is_told),
		cmocka_unit_test(test_disk_full_is_counted),
	};
	return cmocka_run_group_tests(tests, dir_make, dir_remove);
}
