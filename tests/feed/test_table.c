/* SPDX-License-Identifier: Apache-2.0 */
/* The table itself, and the file that is shipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <libaudit.h>

#include "base/file.h"
#include "feed/auditrule.h"
#include "feed/feed.h"
#include "feed/rules_text.h"
#include "feed/table.h"
#include "few_fields.h"

/* every row, on both machines: its line encodes, and calls and fields are names that exist */
static void test_table_every_line_encodes(void **state)
{
	static const int machines[] = { MACH_86_64, MACH_AARCH64 };
	static const struct state_watch watches[] = {
		{ STR("cpu"), STR("/sys/fs/cgroup/cpu"), 7, 0, 29 },
		{ STR("name=x"), STR_ABSENT, 7, 0, 57 },
	};
	static const struct feed_places places = { .hierarchies = watches, .n_hierarchies = 2 };

	(void)state;
	for (size_t m = 0; m < ARRAY_LEN(machines); m++) {
		AUTO(ruleset)
		rules = few_rules(RULE(
			"a",
			"fd.name = x or fd.kernel_knob = y or fd.filetype = block or evt.arg = z "
			"or fd.is_host_disk = true or target.role = r or target.container.id = h "
			"or container.host_network = true"));
		AUTO(arena) a = arena_new(4096, 1 << 22);
		struct feed feed;

		assert_int_equal(feed_derive(rules, &places, machines[m], a, &feed), 0);
		assert_true(feed.n > 40);
		for (size_t i = 0; i < feed.n; i++) {
			struct audit_rule_data *rule =
				auditrule_encode(feed.lines[i].text, machines[m], NULL);

			assert_non_null(rule);
			free(rule);
		}
	}
}

static void test_table_every_call_is_an_event_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < feed_row_count(); i++) {
		const struct feed_row *row = feed_row_at(i);
		struct str rest = str_of(row->calls), name;

		assert_true(row->code && row->why && row->volume);
		assert_true(row->key ? str_starts(str_of(row->key), STR("wc_")) : !row->fields);
		while (str_cut(&rest, ',', &name))
			assert_true(event_type_by_name(name) >= 0 ||
				    str_eq(name, STR("uring_cmd")) || str_eq(name, STR("vm86")) ||
				    str_eq(name, STR("socketcall")));
		rest = str_of(row->brings);
		while (str_cut(&rest, ',', &name))
			assert_true(event_type_by_name(name) >= 0);
	}
}

/* `watchcap audit-rules --static` writes it anew */
static void test_shipped_file_is_in_step_with_the_table(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_buf struct buf shipped = { 0 };
	struct str text = feed_static_file(a);

	(void)state;
	assert_true(file_read_at(AT_FDCWD, SOURCE_DIR "/rules/audit/40-watchcap.rules", 1 << 20,
				 &shipped) > 0);
	assert_string_equal(buf_z(&shipped), text.ptr);
}

static void test_shipped_file_only_adds_our_own_lines(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct str rest = feed_static_file(a), line;
	size_t n = 0;

	(void)state;
	while (str_cut(&rest, '\n', &line)) {
		if (!line.len || line.ptr[0] == '#')
			continue;
		assert_true(str_starts(line, STR("-a always,exit -F arch=b")));
		assert_true(str_find(line, STR(" -F key=wc_")) > 0);
		assert_true(str_find(line, STR("path=")) < 0 && str_find(line, STR("dir=")) < 0);
		n++;
	}
	assert_int_equal(n, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_every_line_encodes),
		cmocka_unit_test(test_table_every_call_is_an_event_type),
		cmocka_unit_test(test_shipped_file_is_in_step_with_the_table),
		cmocka_unit_test(test_shipped_file_only_adds_our_own_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
