/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoding against libaudit's own encoder, refusing what is not ours, printing, comparing with a
 * list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <libaudit.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "feed/auditrule.h"
#include "feed/diff.h"
#include "kernel/auditctl.h"

/* libaudit builds the same rule from the parts */
static struct audit_rule_data *theirs(const char *arch, const char *calls,
				      const char *const *fields)
{
	struct audit_rule_data *rule = audit_rule_create_data();
	char pair[64], *rest = strdup(calls), *at = rest, *word;

	snprintf(pair, sizeof(pair), "arch=%s", arch);
	assert_int_equal(audit_rule_fieldpair_data(&rule, pair, AUDIT_FILTER_EXIT), 0);
	while ((word = strsep(&at, ",")))
		assert_int_equal(audit_rule_syscallbyname_data(rule, word), 0);
	for (; *fields; fields++) {
		snprintf(pair, sizeof(pair), "%s",
			 *fields); /* libaudit writes into what it is given */
		assert_int_equal(audit_rule_fieldpair_data(&rule, pair, AUDIT_FILTER_EXIT), 0);
	}
	/* as the kernel keeps it: the bits of classes have become those of calls */
	rule->mask[AUDIT_BITMASK_SIZE - 1] &= UINT32_MAX >> AUDIT_SYSCALL_CLASSES;
	rule->flags = AUDIT_FILTER_EXIT;
	rule->action = AUDIT_ALWAYS;
	free(rest);
	return rule;
}

static void test_encode_agrees_with_libaudit(void **state)
{
	static const struct {
		const char *text, *arch, *calls, *fields[6];
	} rows[] = {
		{ "-a always,exit -F arch=b64 -S ptrace -F a0=0x4206",
		  "b64",
		  "ptrace",
		  { "a0=0x4206" } },
		{ "-a always,exit -F arch=b32 -S execve,execveat",
		  "b32",
		  "execve,execveat",
		  { NULL } },
		{ "-a always,exit -F arch=b64 -S clone -F a0&0x7E020000",
		  "b64",
		  "clone",
		  { "a0&0x7E020000" } },
		{ "-a always,exit -F arch=b64 -S mknodat -F a2&=0x2000 -F a3>=0x101 -F a3<=0x104 "
		  "-F a3!=0x103",
		  "b64",
		  "mknodat",
		  { "a2&=0x2000", "a3>=0x101", "a3<=0x104", "a3!=0x103" } },
		{ "-a always,exit -F arch=b64 -S 428,467", "b64", "428,467", { NULL } },
		{ "-a always,exit -F arch=b64 -S fchmod -F a1&06000 -F success=1",
		  "b64",
		  "fchmod",
		  { "a1&06000", "success=1" } },
		{ "-a always,exit -F arch=b64 -S execve -F exit!=-2",
		  "b64",
		  "execve",
		  { "exit!=-2" } },
		{ "-a always,exit -F arch=b64 -S openat -F filetype=block -F devmajor=1",
		  "b64",
		  "openat",
		  { "filetype=block", "devmajor=1" } },
		{ "-a always,exit -F arch=b64 -F inode=7 -F devmajor=0 -F devminor=57 -F perm=wa",
		  "b64",
		  "all",
		  { "inode=7", "devmajor=0", "devminor=57", "perm=wa" } },
		{ "-a always,exit -F arch=b32 -F path=/x/release_agent -F perm=wa -F key=wc_cg1",
		  "b32",
		  "all",
		  { "path=/x/release_agent", "perm=wa", "key=wc_cg1" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_free struct audit_rule_data *ours =
			auditrule_encode(str_of(rows[i].text), MACH_86_64, NULL);
		auto_free struct audit_rule_data *other =
			theirs(rows[i].arch, rows[i].calls, rows[i].fields);

		assert_non_null(ours);
		if (!kaudit_rule_equal(ours, other))
			fail_msg("libaudit differs in: %s", rows[i].text);
	}
}

static void test_encode_io_uring_list_by_operation(void **state)
{
	auto_free struct audit_rule_data *r = auditrule_encode(
		STR("-a always,io_uring -S openat,openat2 -F key=wc_uring"), MACH_86_64, NULL);

	(void)state;
	assert_non_null(r);
	assert_int_equal(r->flags, 7);
	assert_int_equal(r->mask[0], 1u << 18 | 1u << 28);
	assert_int_equal(r->field_count, 1);
	assert_int_equal(r->buflen, 8);
}

static void test_encode_refuses_what_is_not_ours(void **state)
{
	static const char *const texts[] = {
		"",
		" ",
		"-a",
		"-a always,exit -S",
		"-D",
		"-e 2",
		"-f 2",
		"-b 0",
		"-w /etc -p wa",
		"-a never,exit -S open",
		"-a always,task",
		"-a always,exclude -F msgtype=1300",
		"-d always,exit -S open",
		"-A always,exit -S open",
		"-S execve -F key=x",
		"-a always,exit -S nosuchcall",
		"-a always,exit -S 2048",
		"-a always,exit -S -1",
		"-a always,exit -S execve, -F key=x",
		"-a always,exit -F nosuch=1",
		"-a always,exit -F a0",
		"-a always,exit -F a0=",
		"-a always,exit -F a0=08",
		"-a always,exit -F a0=4294967296",
		"-a always,exit -F a0=1x",
		"-a always,exit -F =1",
		"-a always,exit -F arch=b16",
		"-a always,exit -S execve -F arch=b64",
		"-a always,exit -F perm=q",
		"-a always,exit -F perm=",
		"-a always,exit -F filetype=nothing",
		"-a always,exit -F key=",
		"-a  always,exit -S execve",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		AUTO(diag) d = diag_new();

		assert_null(auditrule_encode(str_of(texts[i]), MACH_86_64, d));
		assert_int_equal(diag_errors(d), 1);
	}
}

static void test_encode_bounds_fields_and_texts(void **state)
{
	auto_buf struct buf text = { 0 };

	(void)state;
	buf_add(&text, STR("-a always,exit"));
	for (int i = 0; i < AUDIT_MAX_FIELDS; i++)
		buf_add(&text, STR(" -F a0=1"));
	free(auditrule_encode(buf_str(&text), MACH_86_64, NULL));
	buf_add(&text, STR(" -F a0=1"));
	assert_null(auditrule_encode(buf_str(&text), MACH_86_64, NULL));
	buf_clear(&text);
	buf_add(&text, STR("-a always,exit -F path=/"));
	for (int i = 0; i < 8191; i++)
		buf_char(&text, 'x');
	auto_free struct audit_rule_data *fits = auditrule_encode(buf_str(&text), MACH_86_64, NULL);
	assert_non_null(fits);
	buf_char(&text, 'x');
	assert_null(auditrule_encode(buf_str(&text), MACH_86_64, NULL));
}

static void test_print_reads_like_auditctl(void **state)
{
	static const struct {
		const char *text, *printed;
	} rows[] = {
		{ "-a always,exit -F arch=b64 -S execve,467 -F key=wc_x",
		  "-a always,exit -S execve,467 -F arch=0xc000003e -F key=wc_x" },
		{ "-a always,exit -F path=/a -F perm=wa -F key=k",
		  "-a always,exit -F path=/a -F perm=10 -F key=k" },
		{ "-a always,io_uring -S openat -F key=u", "-a always,io_uring -S 18 -F key=u" },
	};
	AUTO(arena) a = arena_new(4096, 1 << 20);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_free struct audit_rule_data *r =
			auditrule_encode(str_of(rows[i].text), MACH_86_64, NULL);

		assert_non_null(r);
		assert_string_equal(auditrule_print(r, a).ptr, rows[i].printed);
	}
}

/* lengths in a rule are the kernel's word, and are checked all the same */
static void test_print_lying_lengths_stay_inside(void **state)
{
	AUTO(arena) a = arena_new(4096, 1 << 20);
	auto_free struct audit_rule_data *r =
		auditrule_encode(STR("-a always,exit -F path=/a -F key=k"), MACH_86_64, NULL);

	(void)state;
	r->values[0] = UINT32_MAX;
	r->values[1] = 4;
	r->field_count = 2;
	assert_string_equal(auditrule_print(r, a).ptr, "-a always,exit -F path= -F key=");
	r->field_count = UINT32_MAX;
	assert_non_null(auditrule_print(r, a).ptr);
}

static void test_rule_equal_sees_every_part(void **state)
{
	static const char *const texts[] = {
		"-a always,exit -F arch=b64 -S execve -F a0=1 -F key=k",
		"-a always,exit -F arch=b32 -S execve -F a0=1 -F key=k",
		"-a always,exit -F arch=b64 -S execveat -F a0=1 -F key=k",
		"-a always,exit -F arch=b64 -S execve -F a0=2 -F key=k",
		"-a always,exit -F arch=b64 -S execve -F a0!=1 -F key=k",
		"-a always,exit -F arch=b64 -S execve -F a1=1 -F key=k",
		"-a always,exit -F arch=b64 -S execve -F a0=1 -F key=j",
		"-a always,exit -F arch=b64 -S execve -F a0=1 -F key=kk",
		"-a always,exit -F arch=b64 -S execve -F a0=1",
		"-a always,io_uring -S openat -F key=k",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		for (size_t j = 0; j < ARRAY_LEN(texts); j++) {
			auto_free struct audit_rule_data *a =
				auditrule_encode(str_of(texts[i]), MACH_86_64, NULL);
			auto_free struct audit_rule_data *b =
				auditrule_encode(str_of(texts[j]), MACH_86_64, NULL);

			assert_int_equal(kaudit_rule_equal(a, b), i == j);
		}
}

static void test_compare_tells_missing_and_suppressing(void **state)
{
	struct feed_line lines[] = {
		{ .text = STR("-a always,exit -F arch=b64 -S execve -F key=wc_exec") },
		{ .text = STR("-a always,exit -F arch=b64 -S mount -F key=wc_mnt") },
	};
	const struct feed feed = { .lines = lines, .n = 2 };
	auto_free struct audit_rule_data *ours =
		auditrule_encode(lines[1].text, auditrule_this_machine(), NULL);
	auto_free struct audit_rule_data *never =
		auditrule_encode(STR("-a always,exit -S 1"), MACH_86_64, NULL);
	struct audit_rule_data *list[] = { never, ours };
	const struct kaudit_rules rules = { list, 2 };
	const struct kaudit_status on = { .enabled = KAUDIT_ON };
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct feed_difference diff;

	(void)state;
	never->action = AUDIT_NEVER;
	assert_int_equal(feed_compare(&feed, &rules, &on, &diff, a, NULL), 0);
	assert_int_equal(diff.present, 1);
	assert_int_equal(diff.n_missing, 1);
	assert_int_equal(diff.missing[0], 0);
	assert_int_equal(diff.n_foreign, 1);
	assert_string_equal(diff.foreign[0].ptr, "-a never,exit -S 1");
	assert_null(diff.remark);
}

/* of a rule that was disabled since; not those of a running sensor, nor an administrator's */
static void test_compare_tells_what_nobody_needs_any_more(void **state)
{
	static const char *const texts[] = {
		"-a always,exit -F arch=b64 -S mount -F key=wc_mnt",
		"-a always,exit -F arch=b64 -S bpf -F a0=5 -F key=wc_bpf",
		"-a always,exit -F arch=b64 -S kill -F a0=77 -F key=wc_self",
		"-a always,exit -F arch=b64 -S mount -F key=stig_mounts",
	};
	struct feed_line lines[] = { { .text = str_of(texts[0]) } };
	const struct feed feed = { .lines = lines, .n = 1 };
	struct audit_rule_data *list[ARRAY_LEN(texts)];
	const struct kaudit_rules rules = { list, ARRAY_LEN(list) };
	const struct kaudit_status on = { .enabled = KAUDIT_ON };
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct feed_difference diff;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		list[i] = auditrule_encode(str_of(texts[i]), auditrule_this_machine(), NULL);
		assert_non_null(list[i]);
	}
	assert_int_equal(feed_compare(&feed, &rules, &on, &diff, a, NULL), 0);
	assert_int_equal(diff.present, 1);
	assert_int_equal(diff.n_missing + diff.n_foreign, 0);
	assert_int_equal(diff.n_surplus, 1);
	assert_true(str_ends(diff.surplus[0], STR(" -F a0=5 -F key=wc_bpf")));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(list[i]);
}

/* nothing can be loaded then, and what is missing is told all the same */
static void test_compare_under_an_immutable_list(void **state)
{
	struct feed_line lines[] = {
		{ .text = STR("-a always,exit -F arch=b64 -S execve -F key=wc_exec") },
		{ .text = STR("-a always,exit -F arch=b64 -S mount -F key=wc_mnt") },
	};
	const struct feed feed = { .lines = lines, .n = 2 };
	auto_free struct audit_rule_data *ours =
		auditrule_encode(lines[0].text, auditrule_this_machine(), NULL);
	struct audit_rule_data *list[] = { ours };
	const struct kaudit_rules rules = { list, 1 };
	const struct kaudit_status locked = { .enabled = KAUDIT_IMMUTABLE }, off = { 0 };
	AUTO(arena) a = arena_new(4096, 1 << 20);
	struct feed_difference diff;

	(void)state;
	assert_int_equal(feed_compare(&feed, &rules, &locked, &diff, a, NULL), 0);
	assert_int_equal(diff.present, 1);
	assert_int_equal(diff.n_missing, 1);
	assert_int_equal(diff.missing[0], 1);
	assert_non_null(diff.remark);
	assert_non_null(strstr(diff.remark, "immutable"));
	assert_int_equal(feed_compare(&feed, &rules, &off, &diff, a, NULL), 0);
	assert_int_equal(diff.n_missing, 1);
	assert_non_null(strstr(diff.remark, "auditing is off"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_encode_agrees_with_libaudit),
		cmocka_unit_test(test_encode_io_uring_list_by_operation),
		cmocka_unit_test(test_encode_refuses_what_is_not_ours),
		cmocka_unit_test(test_encode_bounds_fields_and_texts),
		cmocka_unit_test(test_print_reads_like_auditctl),
		cmocka_unit_test(test_print_lying_lengths_stay_inside),
		cmocka_unit_test(test_rule_equal_sees_every_part),
		cmocka_unit_test(test_compare_tells_missing_and_suppressing),
		cmocka_unit_test(test_compare_tells_what_nobody_needs_any_more),
		cmocka_unit_test(test_compare_under_an_immutable_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
