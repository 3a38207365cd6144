// SPDX-License-Identifier: Apache-2.0
/* Sets of capabilities in few words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "kernel/capset.h"
#include "survey/words.h"

#define CAP(n) (UINT64_C(1) << (n))
#define SYS_ADMIN CAP(21)
#define NET_RAW CAP(13)

static void test_words_excess(void **state)
{
	static const struct {
		uint64_t set, beyond;
		const char *words;
	} rows[] = {
		{ 0, 0, "none" },
		{ 0, SYS_ADMIN, "none" },
		{ CAPSET_RUNTIME_DEFAULT, 0, "default" },
		{ CAPSET_RUNTIME_DEFAULT | SYS_ADMIN, 0, "default+SYS_ADMIN" },
		{ CAPSET_RUNTIME_DEFAULT & ~NET_RAW, 0, "default-NET_RAW" },
		{ CAP(0) | CAP(5), 0, "CHOWN KILL" },
		{ CAP(0) | SYS_ADMIN | CAP(39), 0, "CHOWN+SYS_ADMIN+BPF" },
		{ SYS_ADMIN, 0, "+SYS_ADMIN" },
		{ CAPSET_RUNTIME_DEFAULT | SYS_ADMIN, SYS_ADMIN, "default!SYS_ADMIN" },
		/* one of the default set that this container was not given */
		{ CAPSET_RUNTIME_DEFAULT, NET_RAW, "default!NET_RAW" },
		{ CAP(60), 0, "+CAP_60" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_buf struct buf out = { 0 };

		words_excess(rows[i].set, rows[i].beyond, &out);
		assert_string_equal(buf_z(&out), rows[i].words);
	}
}

static void test_words_all(void **state)
{
	auto_buf struct buf out = { 0 };

	(void)state;
	words_excess(capset_all(), 0, &out);
	assert_string_equal(buf_z(&out), "all");
	buf_clear(&out);
	words_excess(capset_all() & ~CAP(24), 0, &out);
	assert_string_equal(buf_z(&out), "all-SYS_RESOURCE");
	buf_clear(&out);
	words_excess(capset_all(), SYS_ADMIN, &out);
	assert_string_equal(buf_z(&out), "all!SYS_ADMIN");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_excess),
		cmocka_unit_test(test_words_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
