// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/file.h"
#include "daemon/config.h"

struct fixture {
	char path[64];
	struct config *config;
	struct diag *diag;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/watchcap-config-XXXXXX");
	close(mkstemp(f->path));
	f->config = config_new();
	f->diag = diag_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	config_free(f->config);
	diag_free(f->diag);
	free(f);
	return 0;
}

static int read_text(struct fixture *f, struct str text)
{
	assert_int_equal(file_replace(f->path, text, 0644), 0);
	return config_read_file(f->config, f->path, f->diag);
}

static void assert_error(struct fixture *f, const char *code, unsigned line, unsigned column)
{
	const struct diag_entry *e = diag_at(f->diag, 0);

	assert_int_equal(diag_errors(f->diag), 1);
	assert_string_equal(e->code, code);
	assert_int_equal(e->line, line);
	assert_int_equal(e->column, column);
}

static void test_config_new_has_the_defaults(void **state)
{
	struct fixture *f = *state;

	assert_non_null(f->config);
	assert_string_equal(f->config->run_dir, "/run/watchcap");
	assert_int_equal(f->config->rules_path.n, 1);
	assert_string_equal(f->config->rules_path.at[0], "/etc/watchcap/rules.d");
	assert_null(f->config->rules_path.at[1]);
	assert_int_equal(f->config->rules_enable.n, 0);
	assert_non_null(f->config->rules_enable.at);
	assert_true(f->config->syslog_enabled);
	assert_false(f->config->load_audit_rules);
	assert_int_equal(f->config->ring_size, 8 << 20);
	assert_int_equal(f->config->aggregate_window, 60 * NS_PER_S);
	assert_string_equal(config_facility(f->config), "authpriv");
}

static void test_config_every_default_reads_back_as_itself(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < option_count(); i++) {
		auto_buf struct buf shown = { 0 };

		config_render_value(f->config, option_at(i), &shown);
		assert_string_equal(buf_z(&shown), option_at(i)->fallback);
	}
}

static void test_config_file_sets_what_it_names(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(
		read_text(f,
			  STR("\xef\xbb\xbf# comment\r\n[daemon]\r\nhostname = node1 ; here\r\n\r\n"
			      "[rules]\npath=/a,\n  /b , /c\n; comment\n\t/d\nmin_priority = "
			      "warning\n"
			      "[intake]\nring_size = 64K\n[aggregate]\nwindow = 5")),
		0);
	assert_string_equal(f->config->hostname, "node1");
	assert_int_equal(f->config->rules_path.n, 4);
	assert_string_equal(f->config->rules_path.at[0], "/a");
	assert_string_equal(f->config->rules_path.at[1], "/b");
	assert_string_equal(f->config->rules_path.at[3], "/d");
	assert_int_equal(f->config->min_priority, 4);
	assert_int_equal(f->config->ring_size, 65536);
	assert_int_equal(f->config->aggregate_window, 5 * NS_PER_S);
}

static void test_config_file_wrong_is_told_with_its_place(void **state)
{
	static const struct {
		const char *text, *code;
		unsigned line, column;
	} cases[] = {
		{ "[daemon]\nhostnam = x\n", "unknown-option", 2, 1 },
		{ "[deamon]\nhostname = x\n", "unknown-section", 1, 2 },
		{ "hostname = x\n", "no-section", 1, 1 },
		{ "[daemon\n", "bad-section", 1, 1 },
		{ "[daemon]\nhostname\n", "bad-option", 2, 1 },
		{ "[daemon]\nhostname: x\n", "bad-option", 2, 1 },
		{ "[daemon]\n= x\n", "bad-option", 2, 1 },
		{ "[syslog]\nenabled = maybe\n", "bad-value", 2, 11 },
		{ "[syslog]\nfacility = local8\n", "bad-value", 2, 12 },
		{ "[syslog]\ntag = a b\n", "bad-value", 2, 7 },
		{ "[syslog]\ntag =\n", "bad-value", 2, 6 },
		{ "[audit]\nbacklog = 0\n", "bad-value", 2, 11 },
		{ "[audit]\nbacklog = 8192x\n", "bad-value", 2, 11 },
		{ "[audit]\nbacklog = -1\n", "bad-value", 2, 11 },
		{ "[audit]\nbacklog = 99999999999999999999\n", "bad-value", 2, 11 },
		{ "[intake]\nring_size = 18446744073709551615M\n", "bad-value", 2, 13 },
		{ "[audit]\nbacklog =\n", "bad-value", 2, 10 },
		{ "[daemon]\nhostname = x\nhostname = y\n", "repeated-option", 3, 1 },
		{ "[daemon]\nhostname = x\n[daemon]\nhostname = y\n", "repeated-option", 4, 1 },
		{ "[daemon]\nhostname = x\n  y\n", "bad-continuation", 3, 3 },
		{ "[daemon]\n  y\n", "bad-continuation", 2, 1 },
		{ "[daemon]\nhostname = a\x01z\n", "control-character", 2, 13 },
		{ "[daemon]\nhostname = \xff\n", "bad-utf8", 2, 1 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		diag_clear(f->diag);
		assert_true(read_text(f, str_of(cases[i].text)) < 0);
		assert_error(f, cases[i].code, cases[i].line, cases[i].column);
	}
}

static void test_config_unknown_name_suggests_the_nearest(void **state)
{
	struct fixture *f = *state;

	assert_true(read_text(f, STR("[daemon]\nhostnam = x\n")) < 0);
	assert_string_equal(diag_at(f->diag, 1)->message, "did you mean 'hostname'?");
}

static void test_config_all_errors_of_a_file_are_told(void **state)
{
	struct fixture *f = *state;

	assert_true(
		read_text(f, STR("[nowhere]\na = b\n  c\n[daemon]\nx = 1\nlog_level = loud\n")) <
		0);
	assert_int_equal(diag_errors(f->diag), 3);
}

static void test_config_long_line_is_refused_not_cut(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 };

	buf_add(&text, STR("[daemon]\nhostname = "));
	for (int i = 0; i < 500; i++)
		buf_char(&text, 'x');
	assert_true(read_text(f, buf_str(&text)) < 0);
	assert_error(f, "line-too-long", 2, 191);
}

static void test_config_file_others_may_write_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(file_replace(f->path, STR("[daemon]\n"), 0644), 0);
	assert_int_equal(chmod(f->path, 0666), 0);
	assert_true(config_read_file(f->config, f->path, f->diag) < 0);
	assert_int_equal(diag_errors(f->diag), 1);
}

static void test_config_file_missing_is_an_error(void **state)
{
	struct fixture *f = *state;

	assert_true(config_read_file(f->config, "/nonexistent/watchcap.conf", f->diag) < 0);
	assert_int_equal(diag_errors(f->diag), 1);
}

static void test_config_assign_overrides(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(config_assign(f->config, "syslog.enabled=no", f->diag), 0);
	assert_int_equal(config_assign(f->config, " rules.path = /x, /y=z", f->diag), 0);
	assert_int_equal(config_assign(f->config, "json.file=", f->diag), 0);
	assert_false(f->config->syslog_enabled);
	assert_int_equal(f->config->rules_path.n, 2);
	assert_string_equal(f->config->rules_path.at[1], "/y=z");
	assert_string_equal(f->config->json_file, "");
}

static void test_config_assign_nonsense_is_refused(void **state)
{
	static const char *const cases[] = { "",
					     "=",
					     "x",
					     "x=y",
					     "syslog.enabled",
					     "syslog.enable=yes",
					     "syslog.enabled=",
					     "output.format=xml",
					     ".=." };
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		diag_clear(f->diag);
		assert_true(config_assign(f->config, cases[i], f->diag) < 0);
		assert_int_equal(diag_errors(f->diag), 1);
	}
}

/* conf/watchcap.conf is made from the table: `watchcap list options --format conf` */
static void test_config_shipped_file_is_in_step(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf made = { 0 }, shipped = { 0 };

	config_render_file(&made);
	assert_true(file_read_at(AT_FDCWD, SOURCE_DIR "/conf/watchcap.conf", 1 << 20, &shipped) >
		    0);
	assert_string_equal(buf_z(&shipped), buf_z(&made));
	assert_int_equal(read_text(f, buf_str(&shipped)), 0);
}

/* without its comment marks on options the file must read as well, and change nothing */
static void test_config_shipped_file_uncommented_is_the_default(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf made = { 0 }, open = { 0 };
	struct str rest, line;

	config_render_file(&made);
	rest = buf_str(&made);
	while (str_cut(&rest, '\n', &line)) {
		if (line.len > 1 && line.ptr[0] == '#' && line.ptr[1] != ' ')
			line = str_from(line, 1);
		buf_add(&open, line);
		buf_char(&open, '\n');
	}
	assert_int_equal(read_text(f, buf_str(&open)), 0);
	test_config_every_default_reads_back_as_itself(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_config_new_has_the_defaults, setup, teardown),
		cmocka_unit_test_setup_teardown(test_config_every_default_reads_back_as_itself,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_config_file_sets_what_it_names, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_file_wrong_is_told_with_its_place,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_config_unknown_name_suggests_the_nearest,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_config_all_errors_of_a_file_are_told, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_long_line_is_refused_not_cut, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_file_others_may_write_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_file_missing_is_an_error, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_assign_overrides, setup, teardown),
		cmocka_unit_test_setup_teardown(test_config_assign_nonsense_is_refused, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_shipped_file_is_in_step, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_config_shipped_file_uncommented_is_the_default,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
