/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own voice before listeners that do not listen: nobody waits, nothing is lost uncounted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/cleanup.h"
#include "base/log.h"

#define FLOOD 5000

static char path[] = "/tmp/watchcap-log.XXXXXX";

static int listener(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(address.sun_path, path, sizeof(path));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void receive(int fd, char *got, size_t size)
{
	ssize_t n = recv(fd, got, size - 1, 0);

	assert_true(n > 0);
	got[n] = '\0';
}

static void test_log_line_has_facility_tag_and_one_line(void **state)
{
	auto_close int fd = listener();
	char got[500];

	(void)state;
	log_to_syslog(path, LOG_INFO);
	log_debug("not wanted");
	log_error("evil\nline");
	receive(fd, got, sizeof(got));
	assert_memory_equal(got, "<27>", 4); /* LOG_DAEMON | LOG_ERR */
	assert_non_null(strstr(got, " watchcap["));
	assert_non_null(strstr(got, "]: evil\\nline"));
}

/* an alarm would end the test */
static void test_log_syslog_daemon_that_never_reads_does_not_stop_us(void **state)
{
	auto_close int fd = listener();
	char got[500];
	size_t taken = 0;

	(void)state;
	log_to_syslog(path, LOG_INFO);
	alarm(20);
	for (int i = 0; i < FLOOD; i++)
		log_error("flood");
	alarm(0);
	while (recv(fd, got, sizeof(got), 0) > 0)
		taken++;
	assert_true(taken < FLOOD);
	log_error("back again");
	receive(fd, got, sizeof(got));
	assert_int_equal(strtoul(strstr(got, "]: ") + 3, NULL, 10), FLOOD - taken);
	assert_non_null(strstr(got, "messages before this one were lost"));
	receive(fd, got, sizeof(got));
	assert_non_null(strstr(got, "back again"));
	log_error("and on");
	receive(fd, got, sizeof(got));
	assert_non_null(strstr(got, "and on"));
}

static void test_log_no_syslog_daemon_is_no_fault(void **state)
{
	static char longer[200];

	(void)state;
	log_to_syslog(path, LOG_INFO);
	log_error("nobody hears it");
	memset(longer, 'p', sizeof(longer) - 1);
	log_to_syslog(longer, LOG_INFO);
	log_error("nobody can");
}

static void test_log_reader_of_stderr_that_stopped_does_not_stop_us(void **state)
{
	auto_close int before = dup(STDERR_FILENO);
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_true(fcntl(ends[0], F_SETPIPE_SZ, 4096) > 0);
	assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
	log_to_stderr(LOG_INFO);
	alarm(60);
	for (int i = 0; i < 100; i++)
		log_error("a line of some forty bytes, more or less");
	log_show(STR("text that is ready\n"));
	alarm(0);
	assert_true(dup2(before, STDERR_FILENO) >= 0);
	close(ends[0]);
	close(ends[1]);
}

static int path_make(void **state)
{
	(void)state;
	int fd = mkstemp(path);

	if (fd < 0)
		return -1;
	close(fd);
	return unlink(path);
}

static int path_remove(void **state)
{
	(void)state;
	log_to_stderr(LOG_INFO);
	unlink(path);
	return 0;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, path_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_log_line_has_facility_tag_and_one_line),
		TEST(test_log_syslog_daemon_that_never_reads_does_not_stop_us),
		TEST(test_log_no_syslog_daemon_is_no_fault),
		TEST(test_log_reader_of_stderr_that_stopped_does_not_stop_us),
	};

	return cmocka_run_group_tests(tests, path_make, NULL);
}
