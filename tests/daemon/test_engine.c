// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <linux/audit.h>

#include "base/clock.h"
#include "base/file.h"
#include "daemon/engine.h"
#include "daemon/withheld.h"
#include "event/modification.h"
#include "field/registry.h"

#define EXEC_RULE                                                                                  \
	"[rule any-exec]\ntitle = Any Exec\n"                                                      \
	"desc = Every program start.\n"                                                            \
	"condition = evt.type = execve\n"                                                          \
	"output = exec of %proc.name\n"                                                            \
	"priority = Notice\n"
#define OTHER_RULE                                                                                 \
	"[rule mounts]\ntitle = Mounts\n"                                                          \
	"desc = Every mount.\n"                                                                    \
	"condition = evt.type = mount\n"                                                           \
	"output = mount by %proc.name\n"                                                           \
	"priority = Notice\n"

struct fixture {
	char path[64];
	struct facts *facts;
	struct engine *engine;
	struct source_consumer to;
	unsigned alerts;
	uint64_t repeats;
	char last[256]; /* message of the last alert */
	char hostname[64];
};

static void on_alert(void *ctx, struct alert *a)
{
	struct fixture *f = ctx;

	f->alerts++;
	f->repeats += a->repeat;
	snprintf(f->last, sizeof(f->last), "%.*s", STR_ARG(a->message));
	snprintf(f->hostname, sizeof(f->hostname), "%.*s", STR_ARG(a->hostname));
	alert_free(a);
}

static struct ruleset *rules_of(struct fixture *f, const char *text)
{
	const char *const paths[] = { f->path };
	struct rule_selection all = { .min_priority = PRIORITY_DEBUG };

	assert_int_equal(file_replace(f->path, str_of(text), 0644), 0);
	return ruleset_load(paths, 1, &all, registry_schema(), NULL);
}

static struct engine *make(struct fixture *f, bool is_live)
{
	return engine_new(&(struct engine_options){
		.facts = f->facts,
		.rules = rules_of(f, EXEC_RULE),
		.hostname = "node1",
		.is_live = is_live,
		.own_pid = is_live ? 4711 : 0,
		.events_max = 4096,
		.alert = on_alert,
		.ctx = f,
	});
}

static int setup_as(void **state, bool is_live)
{
	struct fixture *f = calloc(1, sizeof(*f));

	strcpy(f->path, "/tmp/watchcap-engine-XXXXXX");
	close(mkstemp(f->path));
	f->facts = facts_none();
	f->engine = make(f, is_live);
	assert_non_null(f->engine);
	f->to = engine_consumer(f->engine);
	*state = f;
	return 0;
}

static int setup_log(void **state)
{
	return setup_as(state, false);
}

static int setup_live(void **state)
{
	return setup_as(state, true);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	engine_free(f->engine);
	facts_free(f->facts);
	unlink(f->path);
	free(f);
	return 0;
}

/* one line in memory of its own, gone right after: what the engine keeps it must have copied */
__attribute__((format(printf, 2, 3))) static void give(struct fixture *f, const char *fmt, ...)
{
	char *line;
	va_list arguments;

	va_start(arguments, fmt);
	assert_true(vasprintf(&line, fmt, arguments) >= 0);
	va_end(arguments);
	f->to.line(f->to.ctx, str_of(line));
	f->to.settle(f->to.ctx);
	free(line);
}

static void give_exec(struct fixture *f, unsigned second, unsigned serial, int pid,
		      const char *name)
{
	give(f,
	     "type=SYSCALL msg=audit(%u.123:%u): arch=c000003e syscall=59 success=yes exit=0 a0=1 "
	     "a1=2 a2=3 a3=4 "
	     "items=0 ppid=1 pid=%d auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
	     "tty=(none) "
	     "ses=1 comm=\"%s\" exe=\"/bin/%s\" key=(null)",
	     second, serial, pid, name, name);
	give(f, "type=EXECVE msg=audit(%u.123:%u): argc=1 a0=\"%s\"", second, serial, name);
	give(f, "type=PROCTITLE msg=audit(%u.123:%u): proctitle=\"%s\"", second, serial, name);
}

/* as the kernel and the sensor's sources give it: @second.@ms */
__attribute__((format(printf, 6, 7))) static void tell(struct fixture *f, uint32_t type,
						       unsigned second, unsigned ms,
						       unsigned long long serial, const char *fmt,
						       ...)
{
	/* borrowed until settle: two to an event */
	static char messages[2][640];
	static unsigned next;
	char body[512], *message = messages[next++ % 2];
	va_list arguments;

	va_start(arguments, fmt);
	vsnprintf(body, sizeof(body), fmt, arguments);
	va_end(arguments);
	snprintf(message, sizeof(messages[0]), "audit(%u.%03u:%llu): %s", second, ms, serial, body);
	f->to.message(f->to.ctx, type, str_of(message));
}

static void tell_exec(struct fixture *f, unsigned second, unsigned ms, unsigned serial, int pid,
		      const char *name)
{
	tell(f, AUDIT_SYSCALL, second, ms, serial,
	     "arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 "
	     "pid=%d "
	     "auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 "
	     "comm=\"%s\" exe=\"/bin/%s\" key=(null)",
	     pid, name, name);
	tell(f, AUDIT_EOE, second, ms, serial, "%s", "");
	f->to.settle(f->to.ctx);
}

static void tell_exec_notice(struct fixture *f, unsigned second, unsigned ms, int pid)
{
	static unsigned long long serial = 1ULL << 33;

	tell(f, RECORD_NOTICE, second, ms, serial++, "what=exec at=%u%03u000000 pid=%d tid=%d",
	     second, ms, pid, pid);
	f->to.settle(f->to.ctx);
}

static void tell_write(struct fixture *f, unsigned second, unsigned ms, int pid)
{
	static unsigned long long serial = 1ULL << 34;
	struct modification m = { .pid = pid,
				  .has_inode = true,
				  .inode = (uint64_t)pid * 1000 + ms,
				  .dev_minor = 5,
				  .path = STR("/x"),
				  .knob = STR_ABSENT };
	auto_buf struct buf body = { 0 };

	modification_write(&m, &body);
	tell(f, RECORD_WRITE, second, ms, serial, "%.*s", STR_ARG(buf_str(&body)));
	tell(f, AUDIT_EOE, second, ms, serial++, "%s", "");
	f->to.settle(f->to.ctx);
}

static struct engine_stats stats_of(struct fixture *f)
{
	struct engine_stats s;

	engine_stats(f->engine, &s);
	return s;
}

static void test_engine_match_is_told_once(void **state)
{
	struct fixture *f = *state;

	give_exec(f, 1000, 1, 10, "first");
	engine_finish(f->engine);
	assert_int_equal(f->alerts, 1);
	assert_string_equal(f->last, "exec of first");
	assert_string_equal(f->hostname, "node1");
	assert_int_equal(stats_of(f).records, 3);
	assert_int_equal(stats_of(f).events, 1);
	assert_int_equal(stats_of(f).alerts, 1);
}

static void test_engine_repetitions_are_counted_and_summed_up(void **state)
{
	struct fixture *f = *state;

	for (unsigned i = 0; i < 10; i++)
		give_exec(f, 1000 + i, i + 1, 10, "same");
	give_exec(f, 1200, 11, 10, "same");
	engine_finish(f->engine);
	assert_int_equal(f->alerts, 3);
	/* ten in one window, told as the first and the sum of all; then the eleventh */
	assert_int_equal(stats_of(f).repeats, 9);
	assert_true(f->repeats >= 11);
}

/* the sanitizer's allocator counts for us (sanitizer/allocator_interface.h) */
extern int __sanitizer_install_malloc_and_free_hooks(void (*on_malloc)(const volatile void *,
								       size_t),
						     void (*on_free)(const volatile void *))
	__attribute__((weak));
static size_t allocations;

static void on_malloc(const volatile void *p, size_t size)
{
	(void)p, (void)size;
	allocations++;
}

static void on_free(const volatile void *p)
{
	(void)p;
}

/* of few processes, as on a host at work; events end, as a log tells it, with their PROCTITLE */
static void give_steady(struct fixture *f, unsigned i)
{
	char line[512];

	snprintf(line, sizeof(line),
		 "type=SYSCALL msg=audit(%u.%03u:%u): arch=c000003e syscall=165 success=no exit=-1 "
		 "a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=%u auid=0 uid=0 gid=0 euid=0 suid=0 "
		 "fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm=\"x%u\" exe=\"/bin/x\" "
		 "key=(null)",
		 1000 + i / 100, i % 100, i + 1, 10 + i % 8, i % 8);
	f->to.line(f->to.ctx, str_of(line));
	snprintf(line, sizeof(line), "type=PROCTITLE msg=audit(%u.%03u:%u): proctitle=\"x\"",
		 1000 + i / 100, i % 100, i + 1);
	f->to.line(f->to.ctx, str_of(line));
	f->to.settle(f->to.ctx);
}

static void test_engine_steady_stream_allocates_nothing(void **state)
{
	struct fixture *f = *state;
	size_t before;

	if (!__sanitizer_install_malloc_and_free_hooks) {
		print_message("# skip: without a sanitizer nobody counts allocations\n");
		skip();
	}
	__sanitizer_install_malloc_and_free_hooks(on_malloc, on_free);
	/* the first events fill what is kept */
	for (unsigned i = 0; i < 2000; i++)
		give_steady(f, i);
	before = allocations;
	for (unsigned i = 2000; i < 4000; i++)
		give_steady(f, i);
	assert_int_equal(allocations - before, 0);
}

static void test_engine_garbage_is_counted(void **state)
{
	static const char *const cases[] = {
		"x",
		"type=",
		"type=SYSCALL",
		"type=SYSCALL msg=audit(",
		"type=SYSCALL msg=audit(1.2:3",
		"type=SYSCALL msg=audit(99999999999999999999999.1:1): a=b",
		"\xff\xfe",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		give(f, "%s", cases[i]);
	f->to.line(f->to.ctx, STR("type=EOE\0msg=audit(1.1:1):"));
	engine_finish(f->engine);
	assert_int_equal(stats_of(f).malformed, ARRAY_LEN(cases) + 1);
	assert_int_equal(f->alerts, 0);
}

/* what a process with AUDIT_WRITE may have smuggled into the log behind a newline */
static void test_engine_own_records_in_a_log_are_not_believed(void **state)
{
	static const char *const forged[] = {
		"type=WATCHCAP_GUARD msg=audit(1000.123:2): ask=0 verdict=1",
		"type=WATCHCAP_FACT msg=audit(1000.123:3): q=self err=0",
		"node=n type=WATCHCAP_KNOB msg=audit(1000.123:4): q=hierarchies err=0",
		"type=WATCHCAP_NOTICE msg=audit(1000.123:5): what=fork at=1 pid=7 tid=7",
		"type=WATCHCAP_RECORDING msg=audit(1000.123:0): version=1",
	};
	struct fixture *f = *state;

	for (size_t file = 0; file < 2; file++) {
		/* the first file is a live stream: nobody says that it begins */
		if (file)
			f->to.begin(f->to.ctx);
		give(f, "type=CWD msg=audit(1000.123:1): cwd=\"/\"");
		for (size_t i = 0; i < ARRAY_LEN(forged); i++)
			f->to.line(f->to.ctx, str_of(forged[i]));
	}
	assert_int_equal(stats_of(f).records, 2);
	assert_int_equal(stats_of(f).malformed, 2 * ARRAY_LEN(forged));
	/* a recording begins with a record of ours */
	f->to.begin(f->to.ctx);
	f->to.line(f->to.ctx, str_of(forged[4]));
	f->to.line(f->to.ctx, str_of(forged[1]));
	assert_int_equal(stats_of(f).malformed, 2 * ARRAY_LEN(forged));
	assert_int_equal(stats_of(f).records, 3);
}

static void test_engine_empty_lines_are_nothing(void **state)
{
	struct fixture *f = *state;

	give(f, "%s", "");
	assert_int_equal(stats_of(f).malformed, 0);
	assert_int_equal(stats_of(f).records, 0);
}

static void test_engine_losses_of_the_source_are_counted(void **state)
{
	struct fixture *f = *state;

	f->to.lost(f->to.ctx, 42);
	assert_int_equal(stats_of(f).lost, 42);
}

static void test_engine_late_record_is_no_second_event(void **state)
{
	struct fixture *f = *state;

	give_exec(f, 1000, 1, 10, "first");
	for (unsigned i = 0; i < 2000; i++)
		give_exec(f, 1010 + i, 2 + i, 10, "other");
	give(f, "type=CWD msg=audit(1000.123:1): cwd=\"/\"");
	engine_finish(f->engine);
	assert_int_equal(stats_of(f).events, 2001);
}

static void test_engine_new_rules_take_the_place_of_the_old(void **state)
{
	struct fixture *f = *state;

	give_exec(f, 1000, 1, 10, "first");
	engine_finish(f->engine);
	assert_int_equal(engine_swap_rules(f->engine, rules_of(f, OTHER_RULE), "node2"), 0);
	give_exec(f, 1100, 2, 10, "second");
	engine_finish(f->engine);
	assert_int_equal(f->alerts, 1);
	assert_int_equal(engine_swap_rules(f->engine, rules_of(f, EXEC_RULE), "node2"), 0);
	give_exec(f, 1200, 3, 10, "third");
	engine_finish(f->engine);
	assert_int_equal(f->alerts, 2);
	assert_string_equal(f->last, "exec of third");
	assert_string_equal(f->hostname, "node2");
}

static void test_engine_own_events_are_passed_over(void **state)
{
	struct fixture *f = *state;

	give_exec(f, 1000, 1, 4711, "watchcap");
	give(f, "type=EOE msg=audit(1000.123:1): ");
	give_exec(f, 1000, 2, 4712, "other");
	give(f, "type=EOE msg=audit(1000.123:2): ");
	assert_int_equal(f->alerts, 1);
	assert_string_equal(f->last, "exec of other");
}

static void test_engine_live_event_without_end_comes_with_time(void **state)
{
	struct fixture *f = *state;

	give(f, "type=SYSCALL msg=audit(1000.123:1): arch=c000003e syscall=59 success=yes exit=0 "
		"a0=1 a1=2 a2=3 a3=4 "
		"items=0 ppid=1 pid=9 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 "
		"fsgid=0 tty=(none) ses=1 "
		"comm=\"a\" exe=\"/bin/a\" key=(null)");
	engine_tick(f->engine, 1001 * NS_PER_S);
	assert_int_equal(f->alerts, 0);
	engine_tick(f->engine, 1004 * NS_PER_S);
	assert_int_equal(f->alerts, 1);
}

static void test_engine_messages_and_lines_mean_the_same(void **state)
{
	static const char body[] = "audit(1000.123:1): arch=c000003e syscall=59 success=yes exit=0 "
				   "a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=9 "
				   "auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
				   "tty=(none) ses=1 comm=\"a\" "
				   "exe=\"/bin/a\" key=(null)";
	struct fixture *f = *state;

	f->to.message(f->to.ctx, 1300, str_of(body));
	f->to.message(f->to.ctx, 1320, STR("audit(1000.123:1): "));
	assert_int_equal(f->alerts, 1);
	assert_string_equal(f->last, "exec of a");
}

static void begin_writes(struct fixture *f)
{
	assert_int_equal(engine_swap_rules(f->engine,
					   rules_of(f, "[rule writes]\ntitle = Writes\n"
						       "desc = Every write.\n"
						       "condition = evt.type = write\n"
						       "output = write by %proc.name\n"
						       "priority = Notice\n"),
					   "node1"),
			 0);
	tell_exec(f, 1000, 0, 1, 500, "runc");
}

/* the record of the program's start is behind the notices of it and of its write */
static void test_engine_write_waits_for_the_records_before_it(void **state)
{
	struct fixture *f = *state;

	begin_writes(f);
	tell_write(f, 1000, 10, 500);
	assert_string_equal(f->last, "write by runc");
	tell_exec_notice(f, 1000, 20, 500);
	tell_write(f, 1000, 50, 500);
	assert_int_equal(f->alerts, 1);
	tell_exec(f, 1000, 10, 2, 501, "true");
	assert_int_equal(f->alerts, 1);
	tell_exec(f, 1000, 20, 3, 500, "sh");
	assert_int_equal(f->alerts, 2);
	assert_string_equal(f->last, "write by sh");
	/* nothing is on its way any more */
	tell_write(f, 1000, 60, 500);
	assert_int_equal(f->alerts, 3);
	/* it was lost, for what came later is there */
	tell_exec_notice(f, 1000, 70, 500);
	tell_write(f, 1000, 80, 500);
	assert_int_equal(f->alerts, 3);
	tell_exec(f, 1000, 80, 4, 501, "true");
	assert_int_equal(f->alerts, 4);
}

static void test_engine_write_waits_no_longer_than_a_tick(void **state)
{
	struct fixture *f = *state;

	begin_writes(f);
	tell_exec_notice(f, 1000, 20, 500);
	tell_write(f, 1000, 50, 500);
	engine_tick(f->engine, UINT64_C(1003049) * NS_PER_MS);
	assert_int_equal(f->alerts, 0);
	engine_tick(f->engine, UINT64_C(1003050) * NS_PER_MS);
	assert_int_equal(f->alerts, 1);
	/* a record that was lost makes nobody wait again */
	tell_write(f, 1003, 800, 500);
	assert_int_equal(f->alerts, 2);
}

/* who comes last has waited least, and its records may come yet */
static void test_engine_write_past_the_limit_makes_the_eldest_go(void **state)
{
	struct fixture *f = *state;

	begin_writes(f);
	tell_exec_notice(f, 1000, 20, 500);
	tell_write(f, 1000, 100, 600); /* nobody knows it */
	for (unsigned i = 1; i < WITHHELD_MAX; i++)
		tell_write(f, 1000, 100 + i, 500);
	assert_int_equal(f->alerts, 0);
	tell_write(f, 1000, 300, 500);
	assert_int_equal(f->alerts, 1);
	assert_string_equal(f->last, "write by <NA>");
	tell_exec(f, 1000, 20, 3, 500, "sh");
	assert_int_equal(f->alerts, WITHHELD_MAX + 1);
	assert_string_equal(f->last, "write by sh");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_engine_match_is_told_once, setup_log,
						teardown),
		cmocka_unit_test_setup_teardown(test_engine_repetitions_are_counted_and_summed_up,
						setup_log, teardown),
		cmocka_unit_test_setup_teardown(test_engine_steady_stream_allocates_nothing,
						setup_log, teardown),
		cmocka_unit_test_setup_teardown(test_engine_garbage_is_counted, setup_log,
						teardown),
		cmocka_unit_test_setup_teardown(test_engine_own_records_in_a_log_are_not_believed,
						setup_log, teardown),
		cmocka_unit_test_setup_teardown(test_engine_empty_lines_are_nothing, setup_log,
						teardown),
		cmocka_unit_test_setup_teardown(test_engine_losses_of_the_source_are_counted,
						setup_log, teardown),
		cmocka_unit_test_setup_teardown(test_engine_late_record_is_no_second_event,
						setup_log, teardown),
		cmocka_unit_test_setup_teardown(test_engine_new_rules_take_the_place_of_the_old,
						setup_log, teardown),
		cmocka_unit_test_setup_teardown(test_engine_own_events_are_passed_over, setup_live,
						teardown),
		cmocka_unit_test_setup_teardown(test_engine_live_event_without_end_comes_with_time,
						setup_live, teardown),
		cmocka_unit_test_setup_teardown(test_engine_messages_and_lines_mean_the_same,
						setup_live, teardown),
		cmocka_unit_test_setup_teardown(test_engine_write_waits_for_the_records_before_it,
						setup_live, teardown),
		cmocka_unit_test_setup_teardown(test_engine_write_waits_no_longer_than_a_tick,
						setup_live, teardown),
		cmocka_unit_test_setup_teardown(
			test_engine_write_past_the_limit_makes_the_eldest_go, setup_live, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
