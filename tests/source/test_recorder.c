/* SPDX-License-Identifier: Apache-2.0 */
/* What the recorder writes is what a replay reads: the same events, with their facts. */
#include "fake_consumer.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "event/assembler.h"
#include "source/recorder.h"

static char directory[] = "/tmp/watchcap-recorder.XXXXXX";
static char path[64], moved[64];

static int make_directory(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof(path), "%s/recording", directory);
	snprintf(moved, sizeof(moved), "%s/moved", directory);
	return 0;
}

static int remove_files(void **state)
{
	(void)state;
	unlink(path);
	unlink(moved);
	return 0;
}

static int remove_directory(void **state)
{
	(void)state;
	return rmdir(directory);
}

static const struct record call[] = {
	{ AUDIT_SYSCALL,
	  UINT64_C(1700000000123000000),
	  7,
	  { "n", 1 },
	  { "pid=1 comm=\"a\"", 14 },
	  { NULL, 0 } },
	{ AUDIT_PROCTITLE,
	  UINT64_C(1700000000123000000),
	  7,
	  { "n", 1 },
	  { "proctitle=41", 12 },
	  { "X=\"y\"", 5 } },
};

static void text_of(const char *file, struct buf *out)
{
	assert_true(file_read_at(AT_FDCWD, file, 1 << 20, out) >= 0);
}

/* every file of a recording begins so; what follows */
static const char *behind_mark(const char *text)
{
	const char *end = strchr(text, '\n');

	assert_non_null(strstr(text, "type=WATCHCAP_RECORDING msg=audit("));
	assert_ptr_equal(strstr(text, "type=WATCHCAP_RECORDING msg=audit("), text);
	assert_non_null(end);
	return end + 1;
}

static void test_recorder_event_is_written_with_its_facts(void **state)
{
	auto_buf struct buf text = { 0 };
	struct recorder *r = recorder_open(path, NULL);
	struct stat st;
	(void)state;
	assert_non_null(r);
	recorder_begin(r, call, 2);
	recorder_fact(r, RECORD_FACT, STR("q=process id=1 err=0"));
	recorder_end(r);
	assert_int_equal(recorder_lost(r), 0);
	recorder_close(r);
	text_of(path, &text);
	assert_string_equal(
		behind_mark(buf_z(&text)),
		"node=n type=SYSCALL msg=audit(1700000000.123:7): pid=1 comm=\"a\"\n"
		"node=n type=PROCTITLE msg=audit(1700000000.123:7): proctitle=41\n"
		"node=n type=WATCHCAP_FACT msg=audit(1700000000.123:7): q=process id=1 err=0\n"
		"node=n type=EOE msg=audit(1700000000.123:7): \n");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

struct count {
	size_t events, records, facts, knobs;
	uint64_t last_serial;
};

static void on_event(void *ctx, const struct record *records, size_t n)
{
	struct count *c = ctx;
	c->events++;
	c->records += n;
	for (size_t i = 0; i < n; i++) {
		c->facts += records[i].type == RECORD_FACT;
		c->knobs += records[i].type == RECORD_KNOB;
	}
	assert_true(records->serial != c->last_serial);
	c->last_serial = records->serial;
}

static struct count read_back(const char *file)
{
	struct count c = { 0 };
	AUTO(assembler)
	a = assembler_new(&(struct assembler_options){ .reorder = 64 }, on_event, &c);
	auto_buf struct buf text = { 0 };
	struct str rest, line;
	text_of(file, &text);
	rest = str_of(behind_mark(buf_z(&text)));
	while (str_cut(&rest, '\n', &line)) {
		struct record r;
		if (line.len == 0)
			continue;
		assert_int_equal(record_parse_line(line, &r), 0);
		assembler_feed(a, &r);
	}
	assembler_flush(a);
	return c;
}

static void test_recorder_facts_outside_are_events_of_their_own(void **state)
{
	struct recorder *r = recorder_open(path, NULL);
	struct count c;
	(void)state;
	recorder_fact(r, RECORD_FACT, STR("q=self"));
	recorder_fact(r, RECORD_FACT, STR("q=pids"));
	recorder_begin(r, call, 2);
	recorder_fact(r, RECORD_KNOB, STR("knob=release_agent")); /* not of this call */
	recorder_fact(r, RECORD_FACT, STR("q=process id=1"));
	recorder_end(r);
	recorder_fact(r, RECORD_KNOB, STR("knob=release_agent"));
	recorder_close(r);
	c = read_back(path);
	assert_int_equal(c.events, 5);
	assert_int_equal(c.facts, 3);
	assert_int_equal(c.knobs, 2);
	assert_int_equal(c.records, 7);
}

/* what a look found and what was asked because of it stand together, as a rule will see them */
static void test_recorder_what_is_gathered_is_one_event(void **state)
{
	struct recorder *r = recorder_open(path, NULL);
	struct count c;
	(void)state;
	recorder_gather(r);
	recorder_fact(r, RECORD_FACT, STR("q=cgroup id=1"));
	recorder_fact(r, RECORD_KNOB, STR("knob=release_agent"));
	recorder_fact(r, RECORD_FACT, STR("q=env id=1"));
	recorder_gather_end(r);
	recorder_gather(r);
	recorder_gather_end(r);
	recorder_fact(r, RECORD_FACT, STR("q=pids"));
	recorder_close(r);
	c = read_back(path);
	assert_int_equal(c.events, 3);
	assert_int_equal(c.facts, 3);
	assert_int_equal(c.knobs, 1);
	unlink(path);
	/* more than a replay takes for one event is several */
	r = recorder_open(path, NULL);
	recorder_gather(r);
	for (unsigned i = 0; i < 3000; i++)
		recorder_fact(r, RECORD_FACT, STR("q=process id=1"));
	recorder_gather_end(r);
	recorder_close(r);
	c = read_back(path);
	assert_int_equal(c.facts, 3000);
	assert_true(c.events > 2 && c.events < 100);
}

static void test_recorder_newline_in_a_body_makes_no_record(void **state)
{
	const struct record forged = { 1112,
				       UINT64_C(1000000000),
				       3,
				       { NULL, 0 },
				       STR("msg='x\ntype=SYSCALL msg=audit(1.000:4): pid=1'"),
				       { NULL, 0 } };
	struct recorder *r = recorder_open(path, NULL);
	struct count c;
	(void)state;
	recorder_begin(r, &forged, 1);
	recorder_end(r);
	recorder_close(r);
	c = read_back(path);
	assert_int_equal(c.events, 1);
	assert_int_equal(c.records, 1);
}

static void test_recorder_too_large_event_is_counted_not_written(void **state)
{
	static char body[2 * 1024 * 1024];
	struct recorder *r = recorder_open(path, NULL);
	struct count c;
	(void)state;
	memset(body, 'x', sizeof(body));
	recorder_begin(r, call, 2);
	recorder_fact(r, RECORD_FACT, str_mem(body, sizeof(body)));
	recorder_end(r);
	recorder_begin(r, call, 2);
	recorder_end(r);
	assert_int_equal(recorder_lost(r), 1);
	recorder_close(r);
	c = read_back(path);
	assert_int_equal(c.events, 1);
}

/* longer than the mark alone, shorter than with an event */
#define MARK_MAX 100

static void wait_for_file(const char *file)
{
	struct stat st;
	for (int i = 0; i < 400 && (stat(file, &st) < 0 || st.st_size < MARK_MAX); i++)
		usleep(5000);
	assert_int_equal(stat(file, &st), 0);
	assert_true(st.st_size >= MARK_MAX);
}

static void test_recorder_reopen_goes_on_in_a_new_file(void **state)
{
	struct recorder *r = recorder_open(path, NULL);
	(void)state;
	recorder_begin(r, call, 2);
	recorder_end(r);
	wait_for_file(path);
	assert_int_equal(rename(path, moved), 0);
	recorder_reopen(r);
	recorder_begin(r, call, 2);
	recorder_end(r);
	recorder_close(r);
	assert_int_equal(read_back(moved).events, 1);
	assert_int_equal(read_back(path).events, 1);
}

static void test_recorder_unwritable_path_is_told(void **state)
{
	AUTO(diag) d = diag_new();
	(void)state;
	assert_null(recorder_open("/nowhere/recording", d));
	assert_int_equal(diag_errors(d), 1);
	assert_string_equal(diag_at(d, 0)->file, "/nowhere/recording");
	recorder_close(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, remove_files)
	const struct CMUnitTest tests[] = {
		TEST(test_recorder_event_is_written_with_its_facts),
		TEST(test_recorder_facts_outside_are_events_of_their_own),
		TEST(test_recorder_what_is_gathered_is_one_event),
		TEST(test_recorder_newline_in_a_body_makes_no_record),
		TEST(test_recorder_too_large_event_is_counted_not_written),
		TEST(test_recorder_reopen_goes_on_in_a_new_file),
		TEST(test_recorder_unwritable_path_is_told),
	};
	return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
