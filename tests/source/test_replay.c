/* SPDX-License-Identifier: Apache-2.0 */
/* Replaying files: the order of rotated logs, and what cannot be read. */
#include "fake_consumer.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "source/replay.h"

static char directory[] = "/tmp/watchcap-replay.XXXXXX";
static char paths[4][64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	for (size_t i = 0; i < 4; i++)
		snprintf(paths[i], sizeof(paths[i]), "%s/%zu", directory, i);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	for (size_t i = 0; i < 4; i++)
		unlink(paths[i]);
	return rmdir(directory);
}

static void put(size_t i, struct str text)
{
	assert_int_equal(file_replace(paths[i], text, 0600), 0);
}

static int replay(struct fake *f, struct diag *d, const char *a, const char *b, const char *c)
{
	const char *names[] = { a, b, c };
	struct source_consumer to = fake_consumer(f);
	return replay_read(names, c ? 3 : b ? 2 : 1, &to, d);
}

static void test_replay_rotated_logs_are_read_by_stamp(void **state)
{
	struct fake f = { 0 };
	(void)state;
	put(0, STR("type=CWD msg=audit(300.000:9): c\n"));
	put(1, STR("type=CWD msg=audit(100.000:1): a\n"));
	put(2, STR("node=n type=CWD msg=audit(200.000:5): b\n"));
	assert_int_equal(replay(&f, NULL, paths[0], paths[1], paths[2]), 0);
	assert_text(&f, "type=CWD msg=audit(100.000:1): a|node=n type=CWD msg=audit(200.000:5): b|"
			"type=CWD msg=audit(300.000:9): c|");
	assert_true(f.settled > 0);
	buf_release(&f.text);
}

static void test_replay_equal_stamps_are_read_by_serial(void **state)
{
	struct fake f = { 0 };
	(void)state;
	put(0, STR("type=CWD msg=audit(100.000:2): b\n"));
	put(1, STR("type=CWD msg=audit(100.000:1): a\n"));
	assert_int_equal(replay(&f, NULL, paths[0], paths[1], NULL), 0);
	assert_text(&f, "type=CWD msg=audit(100.000:1): a|type=CWD msg=audit(100.000:2): b|");
	buf_release(&f.text);
}

static void test_replay_garbage_in_front_does_not_hide_the_stamp(void **state)
{
	struct fake f = { 0 };
	(void)state;
	put(0, STR("type=CWD msg=audit(200.000:2): b\n"));
	put(1, STR("half a line\n\ntype=CWD msg=audit(100.000:1): a")); /* no newline at the end */
	assert_int_equal(replay(&f, NULL, paths[0], paths[1], NULL), 0);
	assert_text(
		&f,
		"half a line||type=CWD msg=audit(100.000:1): a|type=CWD msg=audit(200.000:2): b|");
	buf_release(&f.text);
}

static void test_replay_files_without_records_come_last_as_named(void **state)
{
	struct fake f = { 0 };
	(void)state;
	put(0, STR("nothing\n"));
	put(1, STR(""));
	put(2, STR("type=CWD msg=audit(100.000:1): a\n"));
	assert_int_equal(replay(&f, NULL, paths[0], paths[1], paths[2]), 0);
	assert_text(&f, "type=CWD msg=audit(100.000:1): a|nothing|");
	buf_release(&f.text);
}

static void fails(const char *path, int error, const char *said)
{
	struct fake f = { 0 };
	AUTO(diag) d = diag_new();
	put(0, STR("type=CWD msg=audit(200.000:2): b\n"));
	assert_int_equal(replay(&f, d, paths[0], path, NULL), -error);
	assert_int_equal(f.lines, 0); /* all or nothing */
	assert_int_equal(diag_errors(d), 1);
	assert_string_equal(diag_at(d, 0)->file, path);
	assert_string_equal(diag_at(d, 0)->message, said);
	buf_release(&f.text);
}

static void test_replay_unreadable_is_told_with_its_name(void **state)
{
	(void)state;
	fails("/nowhere/audit.log", ENOENT, "No such file or directory");
	fails(directory, EISDIR, "Is a directory");
}

static void test_replay_standard_input_comes_last(void **state)
{
	struct fake f = { 0 };
	int pipes[2], saved = dup(STDIN_FILENO);
	(void)state;
	put(0, STR("type=CWD msg=audit(200.000:2): b\n"));
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(file_write_all(pipes[1], STR("type=CWD msg=audit(100.000:1): a\n")), 0);
	close(pipes[1]);
	assert_int_equal(dup2(pipes[0], STDIN_FILENO), STDIN_FILENO);
	close(pipes[0]);
	assert_int_equal(replay(&f, NULL, "-", paths[0], NULL), 0);
	assert_text(&f, "type=CWD msg=audit(200.000:2): b|type=CWD msg=audit(100.000:1): a|");
	/* it is not ours to close */
	assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0);
	if (saved >= 0) {
		dup2(saved, STDIN_FILENO);
		close(saved);
	}
	buf_release(&f.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_replay_rotated_logs_are_read_by_stamp),
		cmocka_unit_test(test_replay_equal_stamps_are_read_by_serial),
		cmocka_unit_test(test_replay_garbage_in_front_does_not_hide_the_stamp),
		cmocka_unit_test(test_replay_files_without_records_come_last_as_named),
		cmocka_unit_test(test_replay_unreadable_is_told_with_its_name),
		cmocka_unit_test(test_replay_standard_input_comes_last),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
