/* SPDX-License-Identifier: Apache-2.0 */
/* A rule set loaded with ever more memory: each allocation fails once, and nothing worse happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>

#include "rule/build.h"
#include "rule/reader.h"
#include "toy_schema.h"

#define STEP 16

/* what ruleset_load() does, in an arena of our choice; 0, -ENOMEM or the number of errors */
static int load_into(struct arena *a, const struct ruleset_text *files, size_t n,
		     struct built *built)
{
	AUTO(diag) d = diag_new();
	struct merge m;
	int r = 0;

	merge_begin(&m, a, d);
	for (size_t i = 0; i < n && r == 0; i++) {
		struct rulefile *f = rulefile_of_text(files[i].name, files[i].text, a, d);
		struct section *sections = NULL;

		r = -ENOMEM;
		if (f) {
			f->number = (unsigned)i;
			sections = reader_read(f, RULE_SECTIONS, a, d, &r);
		}
		if (r == 0)
			r = merge_file(&m, sections);
	}
	if (r == 0)
		r = build_rules(&m, &toy_schema, built);
	merge_release(&m);
	return r ? r : (int)diag_errors(d);
}

static void test_memory_that_runs_out_anywhere_is_an_error(void **state)
{
	static const struct ruleset_text files[] = {
		{ "00.ini",
		  STR("[list l]\nitems = a, \"b c\"\n[macro m]\ncondition = proc.name in (l)\n"
		      "[rule r]\ntitle = t\ndesc = one\n  two\ncondition = evt.type = open and m\n"
		      "  and proc.name regex \"a.*\"\noutput = %proc.name %toupper(proc.env[x])\n"
		      "priority = info\ntags = b, a\n[exception r/e]\nfields = proc.name, "
		      "proc.pid\n"
		      "values = x, 1\n  y, 2\n") },
		{ "01.ini",
		  STR("[list l]\nitems.append = d\n[rule r]\ncondition.append = or m\n") },
	};
	size_t failures = 0;

	(void)state;
	for (size_t limit = STEP;; limit += STEP) {
		AUTO(arena) a = arena_new(STEP, limit);
		struct built built = { 0 };
		int r = a ? load_into(a, files, ARRAY_LEN(files), &built) : -ENOMEM;

		if (r == 0) {
			assert_int_equal(built.n, 1);
			assert_non_null(built.rules[0].filter);
			assert_non_null(built.rules[0].output);
			break;
		}
		failures++;
	}
	assert_true(failures > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_that_runs_out_anywhere_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
