/* SPDX-License-Identifier: Apache-2.0 */
/* The INI reader: every refusal with its exact place, and values that come back byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "rule/reader.h"

struct fixture {
	struct arena *arena;
	struct diag *d;
	struct section *sections;
};

static int set_up(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .arena = arena_new(4096, (size_t)64 << 20), .d = diag_new() };
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	diag_free(f->d);
	return 0;
}

static void read_text(struct fixture *f, struct str text)
{
	const struct rulefile *file = rulefile_of_text("t.ini", text, f->arena, f->d);
	int r;

	assert_non_null(file);
	f->sections = reader_read(file, RULE_SECTIONS, f->arena, f->d, &r);
	assert_int_equal(r, 0);
}

/* "line:column code" of every error, one a line */
static void assert_errors(struct fixture *f, const char *expected)
{
	auto_buf struct buf got = { 0 };

	for (size_t i = 0; i < diag_count(f->d); i++) {
		const struct diag_entry *e = diag_at(f->d, i);

		if (e->severity == DIAG_ERROR)
			buf_printf(&got, "%u:%u %s\n", e->line, e->column, e->code);
	}
	assert_string_equal(buf_z(&got), expected);
}

static const struct entry *nth_entry(const struct section *s, unsigned n)
{
	const struct entry *e = s->entries;

	while (n-- > 0)
		e = e->next;
	return e;
}

static void assert_value(const struct entry *e, const char *expected)
{
	assert_int_equal(e->value.text.len, strlen(expected));
	assert_memory_equal(e->value.text.ptr, expected, strlen(expected));
}

static void test_reader_errors_have_exact_places(void **state)
{
	static const struct {
		const char *text, *errors;
	} cases[] = {
		{ "", "" },
		{ "title = x\n", "1:1 bad-line\n" },
		{ "[rulle x]\ntitle = x\n", "1:2 unknown-section\n" },
		{ "[sausage x]\n", "1:2 unknown-section\n" },
		{ "[]\n", "1:2 unknown-section\n" },
		{ "[rule]\n", "1:6 bad-name\n" },
		{ "[rule   ]\n", "1:6 bad-name\n" },
		{ "[rule x\n", "1:8 bad-section\n" },
		{ "[rule x] y\n", "1:10 bad-section\n" },
		{ "[rule x] ; y\n", "" },
		{ "[rule x];y\n", "1:9 bad-section\n" },
		{ "[rule Big]\n", "1:7 bad-name\n" },
		{ "[rule -x]\n", "1:7 bad-name\n" },
		{ "[rule a b]\n", "1:7 bad-name\n" },
		{ "[list 1a]\n", "1:7 bad-name\n" },
		{ "[list and]\n", "1:7 reserved-word\n" },
		{ "[macro tolower]\n", "1:8 reserved-word\n" },
		{ "[exception x]\n", "1:12 bad-name\n" },
		{ "[exception x/]\n", "1:12 bad-name\n" },
		{ "[exception X/y]\n", "1:12 bad-name\n" },
		{ "[exception x/and]\n", "" },
		{ "[list a]\n[macro a]\n[list a]\n", "3:7 duplicate-section\n" },
		{ "[list a]\nitem = x\n", "2:1 unknown-key\n" },
		{ "[list a]\ncondition = x\n", "2:1 unknown-key\n" },
		{ "[list a]\nitems.remove = x\n", "2:1 unknown-key\n" },
		{ "[rule a]\ntitle.append = x\n", "2:1 unknown-key\n" },
		{ "[rule a]\ncapture = x\n", "2:1 unsupported-key\n" },
		{ "[list a]\nitems = x\nitems = y\n", "3:1 duplicate-key\n" },
		{ "[list a]\nitems.append = x\nitems = y\n", "" },
		{ "[list a]\nitems : x\n", "2:7 bad-line\n" },
		{ "[list a]\nitems\n", "2:6 bad-line\n" },
		{ "[list a]\nitems ; = x\n", "2:7 bad-line\n" },
		{ "[list a]\nItems = x\n", "2:1 bad-line\n" },
		{ "[list a]\n= x\n", "2:1 bad-line\n" },
		{ "[list a]\n_items = x\n", "2:1 bad-line\n" },
		{ "[list a]\n  items = x\n", "2:3 orphan-continuation\n" },
		{ "  x\n", "1:3 orphan-continuation\n" },
		{ "[macro a]\ncondition = \"a ; b\"\n", "2:16 comment-in-string\n" },
		{ "[macro a]\ncondition = \"a\n ; b\"\n", "3:2 comment-in-string\n" },
		{ "[macro a]\ncondition = \"a\n# b\"\n", "3:1 comment-in-string\n" },
		{ "[macro a]\ncondition = 'a\\' ; b'\n", "2:18 comment-in-string\n" },
		{ "[rule a]\noutput = it's ; fine\n", "" },
		{ "[exception a/b]\nvalues =\n  \"a\n  b ; x\n", "" },
		{ "[list a]\nitems = \x01\n", "2:9 bad-encoding\n" },
		{ "[list a]\nitems = a\x7f\n", "2:10 bad-encoding\n" },
		{ "[list a]\nitems = a\rb\n", "2:10 bad-encoding\n" },
		{ "[list a]\nitems = a\xff\n", "2:10 bad-encoding\n" },
		{ "[list a]\nitems = \xc3\xa4\xc3\n", "2:11 bad-encoding\n" },
		{ "[list a]\nitems = \xed\xa0\x80\n", "2:9 bad-encoding\n" },
		{ "# \xff\n[list a]\nitems = \n", "1:3 bad-encoding\n" },
		/* what follows a refused header or key is not judged */
		{ "[rulle x]\nfoo = x\n  y\n[list a]\nitems = x\n", "1:2 unknown-section\n" },
		{ "[list a]\nfoo = x\n  y\nitems = z\n", "2:1 unknown-key\n" },
		/* all of them in one run */
		{ "[list a]\nfoo = x\n[macro]\n[list b]\nitems: z\n",
		  "2:1 unknown-key\n3:7 bad-name\n5:6 bad-line\n" },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		struct fixture *f;

		set_up(state);
		f = *state;
		read_text(f, str_of(cases[i].text));
		assert_errors(f, cases[i].errors);
		tear_down(state);
	}
}

static void test_reader_nul_is_refused_where_it_stands(void **state)
{
	struct fixture *f = *state;

	read_text(f, STR("[list a]\nitems = a\0b\n[list b]\nitems = c\n"));
	assert_errors(f, "2:10 bad-encoding\n");
	assert_null(section_entry(f->sections, KEY_ITEMS, KEY_SET));
	assert_true(f->sections->broken);
	assert_value(section_entry(f->sections->next, KEY_ITEMS, KEY_SET), "c");
}

static void test_reader_crlf_and_bom_change_nothing(void **state)
{
	struct fixture *f = *state;

	read_text(f, STR("\xef\xbb\xbf[list a]\r\nitems = a,\r\n  b\r\n"));
	assert_errors(f, "");
	assert_value(f->sections->entries, "a, b");
}

static void test_reader_value_over_lines_keeps_columns(void **state)
{
	struct fixture *f = *state;
	const struct phrase *p;
	struct place w;

	read_text(f, STR("[macro a]\n"
			 "condition =\n"
			 "\ta = 1   ; one\n"
			 "\n"
			 "; between\n"
			 "    and bb = 2\n"));
	assert_errors(f, "");
	p = &f->sections->entries->value;
	assert_value(f->sections->entries, "a = 1 and bb = 2");
	w = phrase_place(p, 0, 1);
	assert_int_equal(w.line, 3);
	assert_int_equal(w.column, 2);
	w = phrase_place(p, 10, 2);
	assert_int_equal(w.line, 6);
	assert_int_equal(w.column, 9);
	assert_int_equal(w.width, 2);
	assert_true(str_eq(w.text, STR("    and bb = 2")));
	/* what ends at the end of a line is underlined no further */
	w = phrase_place(p, 15, 40);
	assert_int_equal(w.width, 1);
	/* one past the end: an unexpected end */
	w = phrase_place(p, 16, 1);
	assert_int_equal(w.line, 6);
	assert_int_equal(w.column, 15);
	assert_int_equal(w.width, 0);
}

/* every character that libinih would trim, cut or take for a comment stands at every cut */
static void test_reader_long_lines_survive_libinih(void **state)
{
	static const char hostile[] = ";#[]=:|  ' \t;;##\xc3\xa4"
				      "x ]=";
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 }, want = { 0 };

	buf_printf(&text, "[rule a]\ndesc = x");
	buf_char(&want, 'x');
	for (size_t i = 0; want.len < 60000; i++) {
		struct str s = str_mem(hostile, sizeof(hostile) - 1);
		size_t from = want.len;

		buf_add(&want, s);
		/* a blank before a semicolon would begin a comment */
		for (size_t k = from; k < want.len; k++)
			if (want.ptr[k] == ';' &&
			    (want.ptr[k - 1] == ' ' || want.ptr[k - 1] == '\t'))
				want.ptr[k] = ',';
		for (size_t k = 0; k < i % 7; k++)
			buf_char(&want, ' ');
	}
	buf_char(&want, 'z');
	buf_add(&text, str_from(buf_str(&want), 1));
	buf_add(&text, STR("\ntitle = end\n"));
	read_text(f, buf_str(&text));
	assert_errors(f, "");
	assert_value(nth_entry(f->sections, 0), buf_z(&want));
	assert_value(nth_entry(f->sections, 1), "end");
	assert_int_equal(phrase_place(&f->sections->entries->value, 50000, 1).column, 50008);
}

static void test_reader_long_names_are_not_merged(void **state)
{
	struct fixture *f = *state;
	char text[256];

	/* alike in the first 60 characters: libinih alone would take both for one */
	snprintf(text, sizeof(text), "[list %060d1]\nitems = a\n[list %060d2]\nitems = b\n", 0, 0);
	memset(text + 6, 'n', 60);
	memset(strstr(text, "[list 0") + 6, 'n', 60);
	read_text(f, str_of(text));
	assert_errors(f, "");
	assert_value(f->sections->entries, "a");
	assert_value(f->sections->next->entries, "b");
}

static void test_reader_empty_sections_and_values_are_seen(void **state)
{
	struct fixture *f = *state;

	read_text(f, STR("[list a]\n[list b]\nitems =\n[list c]\nitems = ; none\n"));
	assert_errors(f, "");
	assert_null(f->sections->entries);
	assert_value(f->sections->next->entries, "");
	assert_value(f->sections->next->next->entries, "");
	assert_int_equal(phrase_place(&f->sections->next->entries->value, 0, 0).line, 3);
}

static void test_reader_tuples_stand_on_lines_of_their_own(void **state)
{
	struct fixture *f = *state;
	const struct phrase *p;
	size_t at;

	read_text(f, STR("[exception a/b]\nvalues =\n  x, y ; first\n  # none\n  z, w\n"));
	p = &f->sections->entries->value;
	assert_int_equal(p->n, 3);
	assert_int_equal(phrase_line(p, 0, &at).len, 0);
	assert_true(str_eq(phrase_line(p, 1, &at), STR("x, y")));
	assert_true(str_eq(phrase_line(p, 2, &at), STR("z, w")));
	assert_int_equal(phrase_place(p, at, 1).line, 5);
}

static void test_reader_longest_line_is_taken_one_more_byte_is_refused(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 };

	buf_add(&text, STR("[rule a]\ndesc = "));
	while (text.len < 9 + 65535)
		buf_char(&text, 'x');
	read_text(f, buf_str(&text));
	assert_errors(f, "");
	buf_char(&text, 'x');
	read_text(f, buf_str(&text));
	assert_errors(f, "2:65536 line-too-long\n");
}

static void test_reader_value_over_limit_is_refused_once(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 };

	buf_add(&text, STR("[rule a]\ndesc =\n"));
	for (unsigned i = 0; i < 20; i++) {
		buf_char(&text, ' ');
		for (unsigned k = 0; k < 9999; k++)
			buf_char(&text, 'y');
		buf_char(&text, '\n');
	}
	buf_add(&text, STR("title = good\n"));
	read_text(f, buf_str(&text));
	assert_int_equal(diag_errors(f->d), 1);
	assert_string_equal(diag_at(f->d, 0)->code, "value-too-long");
	assert_int_equal(diag_at(f->d, 0)->line, 9);
	assert_null(section_entry(f->sections, KEY_DESC, KEY_SET));
	assert_value(section_entry(f->sections, KEY_TITLE, KEY_SET), "good");
}

static void test_reader_many_small_sections_are_fast(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 };
	size_t n = 0;

	for (unsigned i = 0; text.len < RULEFILE_SIZE_MAX - 64; i++)
		buf_printf(&text, "[list a%u]\n", i);
	read_text(f, buf_str(&text));
	assert_errors(f, "");
	for (const struct section *s = f->sections; s; s = s->next)
		n++;
	assert_true(n > 200000);
}

static void test_reader_too_large_file_is_refused(void **state)
{
	struct fixture *f = *state;
	auto_buf struct buf text = { 0 };

	while (text.len <= RULEFILE_SIZE_MAX)
		buf_add(&text, STR("; comment comment comment comment\n"));
	assert_null(rulefile_of_text("t.ini", buf_str(&text), f->arena, f->d));
	assert_errors(f, "0:0 file-too-large\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reader_errors_have_exact_places),
		cmocka_unit_test_setup_teardown(test_reader_nul_is_refused_where_it_stands, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reader_crlf_and_bom_change_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reader_value_over_lines_keeps_columns, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reader_long_lines_survive_libinih, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reader_long_names_are_not_merged, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reader_empty_sections_and_values_are_seen,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reader_tuples_stand_on_lines_of_their_own,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_reader_longest_line_is_taken_one_more_byte_is_refused, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(test_reader_value_over_limit_is_refused_once,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_reader_many_small_sections_are_fast, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(test_reader_too_large_file_is_refused, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
