// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/outbox.h"

/* a sink that can be made to hang */
struct gate_sink {
	struct sink sink;
	_Atomic bool *hangs;
	_Atomic unsigned *told, *freed;
};

static void gate_tell(struct sink *s, const struct alert *a)
{
	struct gate_sink *g = (struct gate_sink *)s;

	(void)a;
	while (atomic_load(g->hangs))
		usleep(1000);
	atomic_fetch_add(g->told, 1);
	s->stats.told++;
}

static void gate_free(struct sink *s)
{
	struct gate_sink *g = (struct gate_sink *)s;

	atomic_fetch_add(g->freed, 1);
	free(s);
}

static const struct sink_def gate_def = { .name = "gate", .tell = gate_tell, .free = gate_free };

struct fixture {
	_Atomic bool hangs;
	_Atomic unsigned told, freed, periods;
};

static struct sinks gate_sinks(struct fixture *f)
{
	struct gate_sink *g = calloc(1, sizeof(*g));

	*g = (struct gate_sink){ { .def = &gate_def }, &f->hangs, &f->told, &f->freed };
	return (struct sinks){ { &g->sink }, 1 };
}

static void on_period(void *ctx)
{
	struct fixture *f = ctx;

	atomic_fetch_add(&f->periods, 1);
}

static struct alert *one_alert(void)
{
	return alert_new_internal(1, PRIORITY_NOTICE, STR("x"), STR("X"), STR("x"), STR("h"));
}

static void test_outbox_finish_tells_what_waits(void **state)
{
	struct fixture f = { 0 };
	struct outbox *o = outbox_start(16, gate_sinks(&f), NULL, on_period, 10000, &f);

	(void)state;
	for (int i = 0; i < 10; i++)
		outbox_put(o, one_alert());
	outbox_finish(o);
	assert_int_equal(f.told, 10);
	assert_int_equal(f.freed, 1);
	assert_int_equal(f.periods, 1);
}

static void test_outbox_hung_sink_loses_counted_and_never_blocks(void **state)
{
	struct fixture f = { .hangs = true };
	struct outbox *o = outbox_start(16, gate_sinks(&f), NULL, on_period, 10000, &f);
	struct outbox_stats stats;

	(void)state;
	for (int i = 0; i < 1000; i++)
		outbox_put(o, one_alert());
	outbox_stats(o, &stats);
	assert_in_range(stats.lost, 1000 - 16 - 1, 1000 - 16);
	f.hangs = false;
	outbox_finish(o);
	assert_int_equal(f.told + stats.lost, 1000);
}

static void test_outbox_of_large_alerts_is_bounded_in_bytes(void **state)
{
	static char large[100001];
	struct fixture f = { .hangs = true };
	struct outbox *o = outbox_start(4096, gate_sinks(&f), NULL, on_period, 10000, &f);
	struct outbox_stats stats;
	size_t fits = OUTBOX_BYTES_MAX / sizeof(large);

	(void)state;
	memset(large, 'x', sizeof(large) - 1);
	for (size_t i = 0; i < 2 * fits; i++)
		outbox_put(o, alert_new_internal(1, PRIORITY_NOTICE, STR("x"), STR("X"),
						 str_of(large), STR("h")));
	outbox_stats(o, &stats);
	assert_true(stats.lost >= fits - 1);
	f.hangs = false;
	outbox_finish(o);
	assert_int_equal(f.told + stats.lost, 2 * fits);
}

static void test_outbox_replaced_sinks_are_closed_and_still_counted(void **state)
{
	struct fixture old = { 0 }, new = { 0 };
	struct outbox *o = outbox_start(16, gate_sinks(&old), NULL, on_period, 1, &old);
	struct outbox_stats stats;

	(void)state;
	outbox_put(o, one_alert());
	while (old.told < 1)
		usleep(1000);
	outbox_replace_sinks(o, gate_sinks(&new));
	while (old.freed < 1)
		usleep(1000);
	outbox_put(o, one_alert());
	while (new.told < 1)
		usleep(1000);
	do {
		usleep(1000);
		outbox_stats(o, &stats);
	} while (stats.sinks.told < 2);
	outbox_finish(o);
	assert_int_equal(old.told, 1);
	assert_int_equal(new.told, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outbox_finish_tells_what_waits),
		cmocka_unit_test(test_outbox_hung_sink_loses_counted_and_never_blocks),
		cmocka_unit_test(test_outbox_of_large_alerts_is_bounded_in_bytes),
		cmocka_unit_test(test_outbox_replaced_sinks_are_closed_and_still_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
