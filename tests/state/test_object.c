// SPDX-License-Identifier: Apache-2.0
/* Names made absolute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/cleanup.h"
#include "state/object.h"

static void test_path_absolute_folds_and_joins(void **state)
{
	static const struct {
		const char *dir, *name, *out;
	} rows[] = {
		{ "/", "a", "/a" },
		{ "/x/y", "../z", "/x/z" },
		{ "/x", "/a/./b//c/../d/", "/a/b/d" },
		{ NULL, "/..", "/" },
		{ "/x", "../../..", "/" },
		{ "/x", "", "/x" },
		{ "/", "", "/" },
		{ NULL, "a", NULL },
		{ "x", "a", NULL },
		{ "/x", NULL, NULL },
		{ NULL, "/", "/" },
		{ "/x", "...", "/x/..." },
	};
	AUTO(arena) a = arena_new(4096, 65536);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct str out = path_absolute(str_of(rows[i].dir), str_of(rows[i].name), a);

		assert_int_equal(out.ptr == NULL, rows[i].out == NULL);
		assert_true(str_eq(out, str_of(rows[i].out)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_path_absolute_folds_and_joins) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
