// SPDX-License-Identifier: Apache-2.0
/* What is still known after a restart, and which snapshots are not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/diag.h"
#include "fake_facts.h"
#include "state/snapshot.h"
#include "state/state_parts.h"

#define HOUR (3600 * NS_PER_S)
#define IN_DOCKER "0::/system.slice/docker-" ID ".scope\n"
#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct snapshot_head now = { { "boot", 4 }, 100 * HOUR };

struct machine {
	struct fake *fake;
	struct state *state;
};

/* pid 1, a container's first process 10, and 11 of it, in @cgroup, with a child 12 there */
static struct machine boot(const char *cgroup)
{
	struct machine m = { .fake = fake_new() };

	fake_add(m.fake, 1, 0, "/sbin/init", "0::/init.scope\n");
	fake_add(m.fake, 10, 1, "/bin/sh", IN_DOCKER);
	fake_add(m.fake, 11, 10, "/bin/sh", cgroup);
	fake_add(m.fake, 12, 11, "/bin/sleep", cgroup);
	for (size_t i = 0; i < m.fake->n_processes; i++) {
		m.fake->processes[i].start_ticks = 100 + i;
		m.fake->processes[i].start_time = HOUR + i;
	}
	m.state = state_new(NULL, &m.fake->facts);
	assert_non_null(m.state);
	return m;
}

static void halt(struct machine *m)
{
	state_free(m->state);
	facts_free(&m->fake->facts);
}

/* what a sensor that saw all of them inside leaves behind */
static void leave(struct buf *out)
{
	struct machine m = boot(IN_DOCKER);

	assert_int_equal(state_start(m.state), 0);
	process_find(&m.state->processes, 0, 11)->has_deserted = true;
	assert_int_equal(snapshot_write(m.state, &now, out), 0);
	halt(&m);
}

static const struct process *process_of(const struct machine *m, int32_t pid)
{
	return process_find(&m->state->processes, 0, pid);
}

static void test_snapshot_deserter_is_its_containers_after_a_restart(void **state)
{
	struct machine m = boot("0::/user.slice\n");
	auto_buf struct buf text = { 0 };
	size_t told;

	(void)state;
	leave(&text);
	state_start(m.state);
	assert_null(process_of(&m, 11)->container);
	told = m.fake->n_told;
	assert_int_equal(snapshot_restore(m.state, buf_str(&text), &now, NULL), 0);
	assert_non_null(process_of(&m, 11)->container);
	assert_true(str_eq(text_str(&process_of(&m, 11)->container->id), STR(ID)));
	assert_int_equal(process_of(&m, 11)->id_source, ID_SNAPSHOT);
	assert_true(process_of(&m, 11)->has_deserted);
	assert_int_equal(process_of(&m, 12)->id_source, ID_SNAPSHOT);
	/* what /proc says as well stays /proc's word */
	assert_int_equal(process_of(&m, 10)->id_source, ID_PROC);
	assert_null(process_of(&m, 1)->container);
	/* a recording has what was believed */
	assert_true(m.fake->n_told > told);
	halt(&m);
}

static void test_snapshot_child_forked_since_follows_its_parent(void **state)
{
	struct machine m = boot("0::/user.slice\n");
	auto_buf struct buf text = { 0 };

	(void)state;
	leave(&text);
	m.fake->processes[3].start_ticks = 999; /* 12 is another one now, of the same parent */
	state_start(m.state);
	snapshot_restore(m.state, buf_str(&text), &now, NULL);
	assert_non_null(process_of(&m, 12)->container);
	assert_int_equal(process_of(&m, 12)->id_source, ID_INHERITED);
	halt(&m);
}

static void test_snapshot_reused_pid_is_nobodys(void **state)
{
	struct machine m = boot("0::/user.slice\n");
	auto_buf struct buf text = { 0 };

	(void)state;
	leave(&text);
	m.fake->processes[2].start_ticks++;
	m.fake->processes[3].start_ticks++;
	m.fake->processes[3].ppid = 1;
	state_start(m.state);
	snapshot_restore(m.state, buf_str(&text), &now, NULL);
	assert_null(process_of(&m, 11)->container);
	assert_null(process_of(&m, 12)->container);
	halt(&m);
}

static void test_snapshot_without_a_start_is_believed_by_time(void **state)
{
	struct machine m = boot("0::/user.slice\n");
	struct fact f = { .kind = FACT_ORIGIN, .id = 11, .origin.container = STR(ID) };
	AUTO(arena) a = arena_new(4096, 1 << 20);

	(void)state;
	state_start(m.state);
	f.origin.first_seen = HOUR - NS_PER_S; /* the process of now is younger */
	snapshot_learn(m.state, &f, a);
	assert_null(process_of(&m, 11)->container);
	f.origin.first_seen = HOUR + NS_PER_S; /* it was there when it was seen: the same */
	snapshot_learn(m.state, &f, a);
	assert_non_null(process_of(&m, 11)->container);
	halt(&m);
}

static void test_snapshot_what_a_container_was_given_is_remembered(void **state)
{
	struct machine m = boot(IN_DOCKER);
	auto_buf struct buf text = { 0 };
	struct container *c;

	(void)state;
	state_start(m.state);
	c = container_find(&m.state->containers, 0, STR(ID));
	c->has_bounding = true;
	c->cap_bounding = 0xa80425fb;
	c->init_pid = 10;
	snapshot_write(m.state, &now, &text);
	halt(&m);
	m = boot(IN_DOCKER);
	state_start(m.state);
	snapshot_restore(m.state, buf_str(&text), &now, NULL);
	c = container_find(&m.state->containers, 0, STR(ID));
	assert_true(c->has_bounding);
	assert_int_equal(c->cap_bounding, 0xa80425fb);
	assert_int_equal(c->init_pid, 10);
	halt(&m);
}

static void test_snapshot_what_was_given_and_told_is_not_forgotten(void **state)
{
	struct machine m = boot(IN_DOCKER), again = boot(IN_DOCKER);
	auto_buf struct buf text = { 0 };
	struct process *p;

	(void)state;
	m.fake->processes[1].ns[NS_MNT] = 7;
	state_start(m.state);
	p = process_find(&m.state->processes, 0, 11);
	p->ns_told = 1 << NS_MNT;
	p->cap_granted = 0;
	p->cap_told = 0x200000;
	assert_int_equal(snapshot_write(m.state, &now, &text), 0);
	halt(&m);
	/* the container's eldest is gone meanwhile, and another process has the pid */
	again.fake->processes[1].start_ticks = 500;
	state_start(again.state);
	assert_int_equal(snapshot_restore(again.state, buf_str(&text), &now, NULL), 0);
	p = process_find(&again.state->processes, 0, 11);
	assert_int_equal(p->ns_told, 1 << NS_MNT);
	assert_int_equal(p->cap_granted, 0);
	assert_int_equal(p->cap_told, 0x200000);
	assert_int_equal(p->container->ns[NS_MNT], 7);
	assert_int_equal(p->container->ns_since, 101);
	halt(&again);
}

#define SOME UINT64_C(0x2400)
#define CALLED (50 * HOUR)

/* @m's 11 after a restart of a sensor that saw it give up all but SOME at CALLED */
static const struct process *restart(struct machine *m)
{
	struct machine before = boot(IN_DOCKER);
	auto_buf struct buf text = { 0 };
	struct credentials *c;

	assert_int_equal(state_start(before.state), 0);
	c = &process_find(&before.state->processes, 0, 11)->cred;
	c->cap_permitted = c->cap_effective = SOME;
	c->cap_source = CAP_CAPSET;
	c->cap_time = CALLED;
	c->has_other_pid_ns = true;
	assert_int_equal(snapshot_write(before.state, &now, &text), 0);
	halt(&before);
	assert_int_equal(state_begin(m->state, now.time), 0);
	while (state_advance(m->state, 1, now.time))
		;
	assert_int_equal(process_of(m, 11)->cred.cap_source,
			 m->fake->processes[2].has_caps ? CAP_STATUS : CAP_UNKNOWN);
	assert_int_equal(snapshot_restore(m->state, buf_str(&text), &now, NULL), 0);
	return process_of(m, 11);
}

static struct machine boot_with(uint64_t set)
{
	struct machine m = boot(IN_DOCKER);

	m.fake->processes[2].cap_permitted = m.fake->processes[2].cap_effective = set;
	return m;
}

static void expect_known(struct machine *m, enum cap_source source, uint64_t set, uint64_t time)
{
	const struct process *p = restart(m);

	assert_true(p->cred.has_caps);
	assert_int_equal(p->cred.cap_source, source);
	assert_int_equal(p->cred.cap_effective, set);
	assert_int_equal(p->cred.cap_time, time);
	/* whose ledger was nothing but /proc's is as it is */
	assert_int_equal(process_of(m, 10)->cred.cap_source, CAP_STATUS);
	halt(m);
}

static void test_snapshot_how_capabilities_are_known_is_remembered(void **state)
{
	struct machine m = boot_with(SOME);

	(void)state;
	assert_true(restart(&m)->cred.has_other_pid_ns);
	halt(&m);
	m = boot_with(SOME);
	expect_known(&m, CAP_CAPSET, SOME, CALLED);
	/* what /proc does not tell */
	m = boot_with(SOME);
	m.fake->processes[2].has_caps = false;
	expect_known(&m, CAP_CAPSET, SOME, CALLED);
}

/* /proc is newer */
static void test_snapshot_what_changed_meanwhile_is_known_from_proc_alone(void **state)
{
	struct machine m = boot_with(SOME & ~UINT64_C(0x400));

	(void)state;
	expect_known(&m, CAP_STATUS, SOME & ~UINT64_C(0x400), now.time);
	m = boot_with(SOME);
	m.fake->processes[2].uid[2] = 1000;
	expect_known(&m, CAP_STATUS, SOME, now.time);
	m = boot_with(SOME);
	m.fake->processes[2].cap_bounding = SOME;
	expect_known(&m, CAP_STATUS, SOME, now.time);
	m = boot_with(SOME);
	m.fake->processes[2].no_new_privs = true;
	expect_known(&m, CAP_STATUS, SOME, now.time);
	/* another process has the pid */
	m = boot_with(SOME);
	m.fake->processes[2].start_ticks = 999;
	expect_known(&m, CAP_STATUS, SOME, now.time);
}

/* a recording may say anything */
static void test_snapshot_ledger_of_nonsense_changes_nothing(void **state)
{
	struct machine m = boot_with(SOME);
	struct fact f = { .kind = FACT_ORIGIN, .id = 11, .origin.container = STR(ID) };
	AUTO(arena) a = arena_new(4096, 1 << 20);

	(void)state;
	assert_int_equal(state_begin(m.state, now.time), 0);
	while (state_advance(m.state, 1, now.time))
		;
	f.origin.start_ticks = 102;
	f.origin.ledger = (struct facts_ledger){ .has_ids = true,
						 .has_caps = true,
						 .permitted = SOME,
						 .effective = SOME,
						 .no_new_privs = 77,
						 .seccomp = -5,
						 .source = STR("hearsay"),
						 .told = CALLED };
	snapshot_learn(m.state, &f, a);
	assert_int_equal(process_of(&m, 11)->cred.cap_source, CAP_STATUS);
	assert_int_equal(process_of(&m, 11)->cred.cap_time, now.time);
	assert_int_equal(process_of(&m, 11)->cred.no_new_privs, 0);
	halt(&m);
}

static void expect_refused(struct str text, struct snapshot_head at, const char *why)
{
	struct machine m = boot("0::/user.slice\n");
	AUTO(diag) d = diag_new();

	state_start(m.state);
	assert_int_equal(snapshot_restore(m.state, text, &at, d), -EINVAL);
	assert_string_equal(diag_at(d, 0)->message, why);
	assert_null(process_of(&m, 11)->container);
	halt(&m);
}

static void set_knobs(struct machine *m, const char *core, struct facts_hierarchy *list, size_t n)
{
	m->fake->knobs[0] = (struct facts_knob){ .name = STR("core_pattern"),
						 .path = STR("/proc/sys/kernel/core_pattern"),
						 .class = STR("upcall"),
						 .value = str_of(core),
						 .has_inode = true,
						 .inode = 71 };
	m->fake->n_knobs = 1;
	memcpy(m->fake->hierarchies, list, n * sizeof(*list));
	m->fake->n_hierarchies = n;
}

#define AGENT(name, value)                                                                         \
	{                                                                                          \
		.controllers = STR(name), .has_inode = true, .inode = sizeof(name),                \
		.release_agent = STR(value), .options = STR("rw")                                  \
	}

/* the values of knob_change events by ticks, "old>new " */
static void tick(struct machine *m, unsigned seconds, char *out, size_t size)
{
	struct scene sc;

	out[0] = '\0';
	for (unsigned i = 0; i < seconds; i++) {
		state_tick(m->state, now.time + i * NS_PER_S);
		while (state_next(m->state, &sc)) {
			size_t len = strlen(out);

			assert_int_equal(sc.event->type, EVT_KNOB_CHANGE);
			assert_true(sc.is_container_unknown);
			snprintf(out + len, size - len, "%.*s>%.*s ", STR_ARG(sc.event->knob.old),
				 STR_ARG(sc.event->knob.new));
		}
	}
}

/* what was set while nobody looked is a change like any other, and told by the looks that follow */
static void test_snapshot_knob_that_was_set_meanwhile_is_told(void **state)
{
	struct facts_hierarchy before[] = { AGENT("name=a", ""), AGENT("name=bb", "/sbin/agent") };
	struct facts_hierarchy after[] = { AGENT("name=a", "/tmp/evil"),
					   AGENT("name=bb", "/sbin/agent"),
					   AGENT("name=ccc", "/tmp/new") };
	struct machine m = boot(IN_DOCKER);
	auto_buf struct buf text = { 0 };
	char told[256];

	(void)state;
	set_knobs(&m, "core", before, 2);
	assert_int_equal(state_start(m.state), 0);
	assert_int_equal(snapshot_write(m.state, &now, &text), 0);
	halt(&m);

	m = boot(IN_DOCKER);
	set_knobs(&m, "|/tmp/evil", after, 3);
	state_start(m.state);
	assert_int_equal(snapshot_restore(m.state, buf_str(&text), &now, NULL), 0);
	tick(&m, 4, told, sizeof(told));
	assert_non_null(strstr(told, "core>|/tmp/evil "));
	assert_non_null(strstr(told, ">/tmp/evil "));
	assert_non_null(strstr(told, ">/tmp/new "));
	assert_null(strstr(told, "/sbin/agent"));
	/* once */
	tick(&m, 4, told, sizeof(told));
	assert_string_equal(told, "");
	halt(&m);
}

/* an older sensor's snapshot says nothing of knobs: then they are how things are */
static void test_snapshot_without_knobs_accuses_nobody(void **state)
{
	struct facts_hierarchy list[] = { AGENT("name=a", "/sbin/agent") };
	struct machine m = boot(IN_DOCKER);
	auto_buf struct buf text = { 0 };
	char told[256];

	(void)state;
	assert_int_equal(state_start(m.state), 0);
	assert_int_equal(snapshot_write(m.state, &now, &text), 0);
	halt(&m);
	m = boot(IN_DOCKER);
	set_knobs(&m, "|/lib/systemd/systemd-coredump", list, 1);
	state_start(m.state);
	assert_int_equal(snapshot_restore(m.state, buf_str(&text), &now, NULL), 0);
	tick(&m, 4, told, sizeof(told));
	assert_string_equal(told, "");
	halt(&m);
}

static void test_snapshot_of_another_boot_age_or_shape_is_refused(void **state)
{
	auto_buf struct buf text = { 0 };
	struct snapshot_head at = now;
	struct str all;

	(void)state;
	leave(&text);
	all = buf_str(&text);
	at.boot = STR("other");
	expect_refused(all, at, "the machine was started again since");
	at.boot = STR("");
	expect_refused(all, at, "the machine was started again since");
	at = now;
	at.time += SNAPSHOT_AGE_MAX + NS_PER_S;
	expect_refused(all, at, "it is too old");
	at.time = now.time - HOUR;
	expect_refused(all, at, "it is of the future");
	expect_refused(STR(""), now, "it is not a snapshot");
	expect_refused(STR("\n\n"), now, "it is not a snapshot");
	expect_refused(STR("watchcap-snapshot version=1 boot=boot time=1 hash=1\n"), now,
		       "it is of another version");
	/* cut anywhere behind the head */
	for (size_t n = (size_t)str_chr(all, '\n') + 1; n < all.len; n += 7)
		expect_refused(str_first(all, n), now, "it is damaged");
	text.ptr[text.len - 3] ^= 1;
	expect_refused(buf_str(&text), now, "it is damaged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_snapshot_deserter_is_its_containers_after_a_restart),
		cmocka_unit_test(test_snapshot_child_forked_since_follows_its_parent),
		cmocka_unit_test(test_snapshot_reused_pid_is_nobodys),
		cmocka_unit_test(test_snapshot_without_a_start_is_believed_by_time),
		cmocka_unit_test(test_snapshot_what_a_container_was_given_is_remembered),
		cmocka_unit_test(test_snapshot_what_was_given_and_told_is_not_forgotten),
		cmocka_unit_test(test_snapshot_how_capabilities_are_known_is_remembered),
		cmocka_unit_test(test_snapshot_what_changed_meanwhile_is_known_from_proc_alone),
		cmocka_unit_test(test_snapshot_ledger_of_nonsense_changes_nothing),
		cmocka_unit_test(test_snapshot_knob_that_was_set_meanwhile_is_told),
		cmocka_unit_test(test_snapshot_without_knobs_accuses_nobody),
		cmocka_unit_test(test_snapshot_of_another_boot_age_or_shape_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
