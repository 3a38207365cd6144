/* SPDX-License-Identifier: Apache-2.0 */
/* Cutting a stream into lines: every way in which a block, a read and a line can fall together. */
#include "fake_consumer.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/file.h"
#include "source/lines.h"

/* a file in memory with @text, read from its start */
static int file_of(struct str text)
{
	int fd = memfd_create("lines", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, text), 0);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static void read_all(struct fake *f, struct str text)
{
	struct source_consumer to = fake_consumer(f);
	AUTO(lines) l = lines_new(&to);
	auto_close int fd = file_of(text);
	while (lines_read(l, fd) > 0)
		;
	lines_end(l);
}

static void test_lines_whole_text_gives_each_line(void **state)
{
	struct fake f = { 0 };
	(void)state;
	read_all(&f, STR("one\ntwo\n\nfour\n"));
	assert_text(&f, "one|two||four|");
	assert_int_equal(f.lost, 0);
	buf_release(&f.text);
}

static void test_lines_last_without_newline_is_given(void **state)
{
	struct fake f = { 0 };
	(void)state;
	read_all(&f, STR("one\ntwo"));
	assert_text(&f, "one|two|");
	buf_release(&f.text);
}

static void test_lines_nothing_gives_nothing(void **state)
{
	struct fake f = { 0 };
	(void)state;
	read_all(&f, STR(""));
	assert_int_equal(f.lines, 0);
	assert_int_equal(f.settled, 1); /* the end always settles */
	buf_release(&f.text);
}

static void test_lines_nul_bytes_pass(void **state)
{
	struct fake f = { 0 };
	(void)state;
	read_all(&f, STR("a\0b\n\0\nc\n"));
	assert_int_equal(f.lines, 3);
	assert_true(str_eq(buf_str(&f.text), STR("a\0b|\0|c|")));
	buf_release(&f.text);
}

static void test_lines_byte_by_byte_are_joined(void **state)
{
	struct fake f = { 0 };
	struct source_consumer to = fake_consumer(&f);
	AUTO(lines) l = lines_new(&to);
	static const char text[] = "ab\ncd\n";
	int pipes[2];
	(void)state;
	assert_int_equal(pipe(pipes), 0);
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		assert_int_equal(write(pipes[1], text + i, 1), 1);
		assert_int_equal(lines_read(l, pipes[0]), 1);
	}
	assert_text(&f, "ab|cd|");
	assert_int_equal(f.settled, 0); /* the block was never full */
	close(pipes[1]);
	assert_int_equal(lines_read(l, pipes[0]), 0);
	close(pipes[0]);
	buf_release(&f.text);
}

/* what was given must stay as it is until settle, over many blocks */
struct keeper {
	const char *line[65536];
	size_t len[65536];
	size_t n;
	uint64_t given, next;
};

static void keeper_check(void *ctx)
{
	struct keeper *k = ctx;
	for (size_t i = 0; i < k->n; i++) {
		uint64_t value;
		assert_int_equal(str_to_u64(str_mem(k->line[i], k->len[i]), 10, &value), 0);
		assert_int_equal(value, k->next++);
	}
	k->n = 0;
}

static void keeper_line(void *ctx, struct str line)
{
	struct keeper *k = ctx;
	if (k->n == 65536)
		keeper_check(k);
	k->line[k->n] = line.ptr;
	k->len[k->n++] = line.len;
	k->given++;
}

static void test_lines_many_blocks_keep_lines_until_settled(void **state)
{
	static struct keeper k;
	struct source_consumer to = { .ctx = &k, .line = keeper_line, .settle = keeper_check };
	auto_buf struct buf text = { 0 };
	(void)state;
	for (unsigned i = 0; i < 200000; i++)
		buf_printf(&text, "%u\n", i);
	{
		AUTO(lines) l = lines_new(&to);
		auto_close int fd = file_of(buf_str(&text));
		while (lines_read(l, fd) > 0)
			;
	}
	assert_int_equal(k.given, 200000);
	assert_int_equal(k.next, 200000);
}

static void over_long(size_t length, bool newline)
{
	struct fake f = { 0 };
	auto_buf struct buf text = { 0 };
	buf_add(&text, STR("before\n"));
	for (size_t i = 0; i < length; i++)
		buf_char(&text, 'x');
	if (newline)
		buf_add(&text, STR("\nafter\n"));
	read_all(&f, buf_str(&text));
	assert_int_equal(f.lines, newline ? 3 : 2);
	assert_int_equal(f.longest, length < LINE_MAX_GIVEN ? length : LINE_MAX_GIVEN);
	assert_true(str_starts(buf_str(&f.text), STR("before|xxx")));
	assert_true(str_ends(buf_str(&f.text), newline ? STR("x|after|") : STR("x|")));
	buf_release(&f.text);
}

static void test_lines_over_long_line_is_given_once_by_its_head(void **state)
{
	(void)state;
	over_long(1024 * 1024, true);
	over_long(1024 * 1024, false);
	for (size_t n = LINE_MAX_GIVEN - 2; n < LINE_MAX_GIVEN + 3; n++) {
		over_long(n, true);
		over_long(n, false);
	}
	for (size_t n = 256 * 1024 - 10; n < 256 * 1024 + 10; n++)
		over_long(n, true);
}

static void test_lines_bad_descriptor_is_an_error(void **state)
{
	struct fake f = { 0 };
	struct source_consumer to = fake_consumer(&f);
	AUTO(lines) l = lines_new(&to);
	(void)state;
	assert_int_equal(lines_read(l, -1), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_whole_text_gives_each_line),
		cmocka_unit_test(test_lines_last_without_newline_is_given),
		cmocka_unit_test(test_lines_nothing_gives_nothing),
		cmocka_unit_test(test_lines_nul_bytes_pass),
		cmocka_unit_test(test_lines_byte_by_byte_are_joined),
		cmocka_unit_test(test_lines_many_blocks_keep_lines_until_settled),
		cmocka_unit_test(test_lines_over_long_line_is_given_once_by_its_head),
		cmocka_unit_test(test_lines_bad_descriptor_is_an_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
