// SPDX-License-Identifier: Apache-2.0
/* When a container's mounts are looked at, what is told of them, and by whom. */
#include "fake_facts.h"
#include "state/mount_drift.h"
#include "state/snapshot.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HOME "0::/docker/" ID64 "\n"
#define NR_MOUNT 165
#define NR_UMOUNT2 166
#define NR_MOVE_MOUNT 429
#define SECONDS(n) ((uint64_t)(n)*1000000000)
#define CONTAINER_NS 50
#define OTHER_NS 60

#define MOUNTS                                                                                     \
	"72 48 0:39 / / rw - overlay overlay rw\n"                                                 \
	"73 72 0:42 / /proc rw - proc proc rw\n"                                                   \
	"54 73 0:43 /null /proc/keys rw - tmpfs tmpfs rw\n"
#define UNMASKED                                                                                   \
	"72 48 0:39 / / rw - overlay overlay rw\n"                                                 \
	"73 72 0:42 / /proc rw - proc proc rw\n"
#define CGROUP "99 72 0:99 / /tmp/c rw,nosuid - cgroup none rw,name=x\n"
#define SYSFS "98 72 0:98 /devices /tmp/s rw - sysfs none rw\n"

struct fixture {
	struct fake *fake;
	struct session *session;
};

static struct facts_process *inside(struct fake *k, int32_t pid, int32_t ppid, uint64_t ns)
{
	struct facts_process *p = fake_add(k, pid, ppid, "/bin/sh", HOME);

	p->ns[NS_MNT] = ns;
	p->start_ticks = 100 + (uint64_t)pid;
	return p;
}

/* a container's first process and a shell of it; what they have mounted is known */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	inside(f->fake, 61, 1, CONTAINER_NS);
	inside(f->fake, 70, 61, CONTAINER_NS);
	f->fake->mount_ns = CONTAINER_NS;
	f->fake->mounts = MOUNTS;
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	state_tick(f->session->state, SECONDS(1));
	f->fake->n_told = 0;
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->session);
	free(f);
	return 0;
}

static void call(struct fixture *f, unsigned serial, unsigned nr, int32_t pid)
{
	session_call(f->session, serial, nr, pid, 61, "/bin/sh", NULL);
	session_flush(f->session);
}

static size_t told(const struct fixture *f)
{
	return session_count(f->session, EVT_MOUNT_CHANGE);
}

static size_t tick(struct fixture *f, unsigned seconds, struct seen *last)
{
	size_t before = told(f);

	state_tick(f->session->state, SECONDS(seconds));
	session_derived(f->session);
	*last = f->session->n ? f->session->seen[f->session->n - 1] : (struct seen){ 0 };
	return told(f) - before;
}

static struct container *container(const struct fixture *f)
{
	return container_find(&f->session->state->containers, 0, STR(ID64));
}

static void test_first_look_is_the_baseline(void **state)
{
	struct fixture *f = *state;

	assert_true(container(f)->mounts.set);
	call(f, 1, NR_MOUNT, 70);
	assert_int_equal(told(f), 0);
}

static void test_mount_is_told_with_what_it_is(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	f->fake->mounts = MOUNTS SYSFS;
	call(f, 1, NR_MOUNT, 70);
	seen = session_find(f->session, 1, EVT_MOUNT_CHANGE);
	assert_non_null(seen);
	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->pid, 70);
	assert_string_equal(seen->reason, "kernel-fs");
	assert_string_equal(seen->change, "attach");
	assert_string_equal(seen->fstype, "sysfs");
	assert_string_equal(seen->mount_target, "/tmp/s");
	assert_string_equal(seen->mounted, "none[/devices]");
}

static void test_each_is_told_once(void **state)
{
	struct fixture *f = *state;
	AUTO(arena) a = arena_new(1024, 65536);

	f->fake->mounts = MOUNTS CGROUP;
	call(f, 1, NR_MOUNT, 70);
	call(f, 2, NR_MOUNT, 70);
	assert_int_equal(told(f), 1);
	f->fake->mounts = MOUNTS CGROUP SYSFS;
	call(f, 3, NR_MOVE_MOUNT, 70);
	assert_int_equal(told(f), 2);
	assert_true(str_eq(mount_drift_text(container(f), a),
			   STR("kernel-fs /tmp/c, kernel-fs /tmp/s")));
}

static void test_call_that_failed_is_no_reason_to_look(void **state)
{
	struct fixture *f = *state;
	unsigned before = f->fake->asked[FACT_MOUNTS];

	session_record(f->session, "SYSCALL", 1,
		       "arch=c000003e syscall=165 success=no exit=-1 a0=0 a1=0 a2=0 a3=0 items=1 "
		       "ppid=61 pid=70 auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 "
		       "sgid=0 fsgid=0 tty=(none) ses=4294967295 comm=\"x\" exe=\"/bin/sh\" "
		       "key=(null)");
	session_flush(f->session);
	call(f, 2, 39, 70);
	assert_int_equal(f->fake->asked[FACT_MOUNTS], before);
}

/* mount(8) ends at once: its parent has the same mounts */
static void call_at(struct fixture *f, unsigned serial, unsigned nr, int32_t pid, const char *path)
{
	session_call(f->session, serial, nr, pid, 61, "/bin/sh", NULL);
	session_record(f->session, "CWD", serial, "cwd=\"/tmp\"");
	session_record(f->session, "PATH", serial,
		       "item=0 name=\"%s\" inode=5 dev=00:27 mode=040755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL",
		       path);
	session_flush(f->session);
}

static void mount_at(struct fixture *f, unsigned serial, int32_t pid, const char *path)
{
	call_at(f, serial, NR_MOUNT, pid, path);
}

static void unmount_at(struct fixture *f, unsigned serial, int32_t pid, const char *path)
{
	call_at(f, serial, NR_UMOUNT2, pid, path);
}

/* the records of calls come one after the other, what they did is there at once */
static void test_each_call_answers_for_what_it_names(void **state)
{
	struct fixture *f = *state;

	f->fake->mounts = MOUNTS CGROUP SYSFS;
	mount_at(f, 1, 70, "c");
	assert_int_equal(told(f), 1);
	assert_string_equal(session_find(f->session, 1, EVT_MOUNT_CHANGE)->mount_target, "/tmp/c");
	mount_at(f, 2, 61, "/tmp/s");
	assert_int_equal(told(f), 2);
	assert_int_equal(session_find(f->session, 2, EVT_MOUNT_CHANGE)->pid, 61);
}

/* what is found then is the baseline from then on: nobody tells it later */
static void test_first_look_at_a_call_tells_all(void **state)
{
	struct fixture *f = *state;
	struct spec spec = { .is_known = true };

	container_set_spec(container(f), &spec);
	text_clear(&container(f)->mounts);
	f->fake->mounts = MOUNTS "99 72 254:0 /etc /x rw - ext4 /dev/vda rw\n" CGROUP;
	mount_at(f, 1, 70, "c");
	/* proc and its mask are not declared either */
	assert_int_equal(told(f), 4);
}

static void test_call_that_names_none_of_it_is_not_accused(void **state)
{
	struct fixture *f = *state;
	const struct seen *seen;

	f->fake->mounts = MOUNTS CGROUP;
	mount_at(f, 1, 70, "/link");
	seen = session_find(f->session, 1, EVT_MOUNT_CHANGE);
	assert_string_equal(seen->mount_target, "/tmp/c");
	assert_string_equal(seen->id, ID64);
	assert_int_equal(seen->pid, 0);
}

/* the mount of another came before its record: that will name it, or the sweeper tells */
static void test_unmount_of_something_else_leaves_it_to_others(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	f->fake->mounts = MOUNTS CGROUP;
	unmount_at(f, 1, 61, "/tmp/t");
	assert_int_equal(told(f), 0);
	mount_at(f, 2, 70, "c");
	assert_int_equal(session_find(f->session, 2, EVT_MOUNT_CHANGE)->pid, 70);
	f->fake->mounts = MOUNTS CGROUP SYSFS;
	unmount_at(f, 3, 61, "/tmp/t");
	assert_int_equal(tick(f, 1004, &seen), 0);
	assert_int_equal(tick(f, 1005, &seen), 1);
}

/* by a link, whose name says nothing: what was mounted there has the device of its record */
static void test_unmount_by_a_link_is_told(void **state)
{
	struct fixture *f = *state;
	struct spec spec = { .is_known = true };
	struct str masked[] = { STR("/proc/keys") };
	const struct seen *seen;

	spec.masked = (struct spec_list){ masked, 1 };
	container_set_spec(container(f), &spec);
	f->fake->mounts = UNMASKED;
	unmount_at(f, 1, 61, "/tmp/t");
	assert_int_equal(told(f), 0);
	session_call(f->session, 2, NR_UMOUNT2, 70, 61, "/bin/sh", NULL);
	session_record(f->session, "PATH", 2,
		       "item=0 name=\"/link\" inode=5 dev=00:2b mode=020666 ouid=0 ogid=0 "
		       "rdev=01:03 nametype=NORMAL");
	session_flush(f->session);
	seen = session_find(f->session, 2, EVT_MOUNT_CHANGE);
	assert_non_null(seen);
	assert_string_equal(seen->reason, "mask-lost");
	assert_string_equal(seen->mount_target, "/proc/keys");
	assert_int_equal(seen->pid, 0);
}

static void test_who_has_gone_is_still_named(void **state)
{
	struct fixture *f = *state;

	f->fake->gone = 70;
	f->fake->mounts = MOUNTS CGROUP;
	call(f, 1, NR_MOUNT, 70);
	assert_int_equal(session_find(f->session, 1, EVT_MOUNT_CHANGE)->pid, 70);
	/* its end was told ahead of its call */
	process_died(&f->session->state->processes,
		     process_find(&f->session->state->processes, 0, 70), SECONDS(1002));
	f->fake->mounts = MOUNTS SYSFS;
	call(f, 2, NR_MOUNT, 70);
	assert_string_equal(session_find(f->session, 2, EVT_MOUNT_CHANGE)->mount_target, "/tmp/s");
	f->fake->mounts = NULL;
	call(f, 3, NR_MOUNT, 70);
	assert_int_equal(state_stats(f->session->state)->mounts_unseen, 1);
}

/* quietly, but what it has to tell stands in a recording; nobody is accused, for a call's record may be on its way */
static void test_sweeper_finds_what_no_call_told(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	assert_int_equal(tick(f, 2, &seen), 0);
	assert_int_equal(f->fake->n_told, 0);
	f->fake->mounts = MOUNTS CGROUP;
	assert_int_equal(tick(f, 3, &seen), 0);
	assert_int_equal(f->fake->n_told, 0);
	assert_int_equal(tick(f, 4, &seen), 1);
	assert_string_equal(seen.mount_target, "/tmp/c");
	assert_string_equal(seen.id, ID64);
	assert_int_equal(seen.pid, 0);
	assert_int_equal(f->fake->n_told, 1);
	assert_non_null(strstr(f->fake->told[0], "q=mounts "));
	assert_int_equal(tick(f, 5, &seen), 0);
}

/* who runs in many mount namespaces makes the sweeper's round as long as he likes */
static void test_sweeper_remembers_for_as_long_as_its_round_takes(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	f->fake->mounts = MOUNTS CGROUP;
	assert_int_equal(tick(f, 3, &seen), 0);
	assert_int_equal(tick(f, 203, &seen), 1);
	/* what was there once, some rounds ago, is no witness */
	f->fake->mounts = MOUNTS CGROUP SYSFS;
	assert_int_equal(tick(f, 204, &seen), 0);
	f->fake->mounts = MOUNTS CGROUP;
	for (unsigned second = 205; second < 209; second++)
		assert_int_equal(tick(f, second, &seen), 0);
	f->fake->mounts = MOUNTS CGROUP SYSFS;
	assert_int_equal(tick(f, 209, &seen), 0);
	assert_int_equal(tick(f, 210, &seen), 1);
}

static void test_caller_is_named_though_the_sweeper_saw_it_first(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	f->fake->mounts = MOUNTS CGROUP;
	assert_int_equal(tick(f, 3, &seen), 0);
	call(f, 1, NR_MOUNT, 70);
	assert_int_equal(session_find(f->session, 1, EVT_MOUNT_CHANGE)->pid, 70);
	assert_int_equal(tick(f, 4, &seen), 0);
}

static void test_recording_of_the_sweeper_tells_the_same(void **state)
{
	struct fixture *f = *state, *again;
	char body[4096];
	struct seen seen;

	f->fake->mounts = MOUNTS CGROUP;
	tick(f, 3, &seen);
	tick(f, 4, &seen);
	snprintf(body, sizeof(body), "%s", f->fake->told[0]);
	setup((void **)&again);
	session_record(again->session, "WATCHCAP_FACT", 2, "%s", body);
	session_flush(again->session);
	assert_int_equal(told(again), 1);
	assert_string_equal(session_find(again->session, 0, EVT_MOUNT_CHANGE)->mount_target,
			    "/tmp/c");
	teardown((void **)&again);
}

static void test_mask_that_was_taken_off(void **state)
{
	struct fixture *f = *state;
	struct str masked[] = { STR("/proc/keys") };
	struct spec spec = { .is_known = true, .masked = { masked, 1 } };
	const struct seen *seen;

	container_set_spec(container(f), &spec);
	f->fake->mounts = "72 48 0:39 / / rw - overlay overlay rw\n"
			  "73 72 0:42 / /proc rw - proc proc rw\n";
	call(f, 1, NR_UMOUNT2, 70);
	seen = session_find(f->session, 1, EVT_MOUNT_CHANGE);
	assert_non_null(seen);
	assert_string_equal(seen->reason, "mask-lost");
	assert_string_equal(seen->change, "detach");
	assert_string_equal(seen->mount_target, "/proc/keys");
}

/* unshare -m: its mounts are judged by those of its container, and it is named */
static void test_process_in_a_mount_namespace_of_its_own(void **state)
{
	struct fixture *f = *state;
	struct seen seen;

	f->fake->gone = 61; /* it would show its own */
	f->fake->mount_ns = f->fake->processes[2].ns[NS_MNT] = OTHER_NS;
	assert_int_equal(tick(f, 2, &seen), 0);
	f->fake->mounts = MOUNTS CGROUP;
	session_exec(f->session, 1, 70, 61, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	assert_string_equal(session_find(f->session, 1, EVT_MOUNT_CHANGE)->mount_target, "/tmp/c");
	f->fake->mounts = MOUNTS SYSFS;
	assert_int_equal(tick(f, 5, &seen), 0);
	assert_int_equal(tick(f, 6, &seen), 1);
	assert_int_equal(seen.pid, 70);
}

static void test_program_in_the_containers_namespace_costs_no_question(void **state)
{
	struct fixture *f = *state;
	unsigned before = f->fake->asked[FACT_MOUNTS];

	session_exec(f->session, 1, 70, 61, "/bin/true", 5, "00:27", "/", "argc=1 a0=\"true\"");
	session_flush(f->session);
	assert_int_equal(f->fake->asked[FACT_MOUNTS], before);
}

static void test_mounts_of_others_are_not_the_containers(void **state)
{
	struct fixture *f = *state;

	f->fake->mounts = MOUNTS CGROUP;
	f->fake->mount_ns = 1; /* the host's */
	call(f, 1, NR_MOUNT, 70);
	f->fake->mount_ns = CONTAINER_NS;
	f->fake->mounts = "99 72 0:99 / /c rw - cgroup none rw\n"; /* of a chroot */
	call(f, 2, NR_MOUNT, 70);
	assert_int_equal(told(f), 0);
}

static void test_runtime_is_not_judged(void **state)
{
	struct fixture *f = *state;

	process_find(&f->session->state->processes, 0, 70)->is_runtime_init = true;
	f->fake->mounts = MOUNTS CGROUP;
	call(f, 1, NR_MOUNT, 70);
	assert_int_equal(told(f), 0);
}

static void test_storm_of_mounts_is_bounded(void **state)
{
	struct fixture *f = *state;
	unsigned before = f->fake->asked[FACT_MOUNTS];

	for (unsigned i = 0; i < 80; i++)
		session_call(f->session, 1, NR_MOUNT, 70, 61, "/bin/sh", NULL),
			session_flush(f->session);
	assert_true(f->fake->asked[FACT_MOUNTS] - before <= 50);
	assert_int_equal(state_stats(f->session->state)->mounts_unseen, 30);
}

/* to compare five hundred mounts takes a hundred times as long as fifty */
static void test_storm_of_mounts_upon_many_is_bounded(void **state)
{
	struct fixture *f = *state;
	char mounts[32768], *at = mounts + sprintf(mounts, "%s", MOUNTS);
	unsigned before = f->fake->asked[FACT_MOUNTS];

	for (unsigned i = 0; i < 400; i++)
		at += sprintf(at, "%u 73 0:9 / /proc/%u rw - tmpfs t rw\n", 1000 + i, i);
	f->fake->mounts = mounts;
	for (unsigned i = 0; i < 20; i++)
		session_call(f->session, 1, NR_MOUNT, 70, 61, "/bin/sh", NULL),
			session_flush(f->session);
	assert_true(f->fake->asked[FACT_MOUNTS] - before <= 2);
	call(f, 2, NR_MOUNT, 70);
	assert_true(f->fake->asked[FACT_MOUNTS] - before <= 3);
	assert_true(told(f) > 0);
}

static void test_restart_keeps_the_baseline_and_what_was_told(void **state)
{
	static const struct snapshot_head head = { { "boot", 4 }, SECONDS(5) };
	struct fixture *f = *state, *again;
	auto_buf struct buf text = { 0 };
	struct seen seen;

	f->fake->mounts = MOUNTS CGROUP;
	tick(f, 3, &seen);
	assert_int_equal(tick(f, 4, &seen), 1);
	assert_int_equal(snapshot_write(f->session->state, &head, &text), 0);
	again = calloc(1, sizeof(*again));
	again->fake = fake_new();
	fake_add(again->fake, 1, 0, "/sbin/init", "0::/\n");
	inside(again->fake, 61, 1, CONTAINER_NS);
	again->fake->mount_ns = CONTAINER_NS;
	again->fake->mounts = MOUNTS CGROUP SYSFS;
	again->session = session_new(&again->fake->facts, NULL);
	state_start(again->session->state);
	assert_int_equal(snapshot_restore(again->session->state, buf_str(&text), &head, NULL), 0);
	tick(again, 6, &seen);
	assert_int_equal(tick(again, 7, &seen), 1);
	assert_string_equal(seen.mount_target, "/tmp/s");
	teardown((void **)&again);
}

static void test_long_list_of_what_was_told_forgets_the_oldest(void **state)
{
	struct fixture *f = *state;
	char mounts[16384], *at = mounts;

	at += sprintf(at, "%s", MOUNTS);
	for (int i = 0; i < 60; i++) {
		sprintf(at,
			"%d 72 0:%d / /tmp/a-rather-long-name-of-a-directory-%d rw - sysfs s rw\n",
			200 + i, 200 + i, i);
		f->fake->mounts = mounts;
		session_call(f->session, (unsigned)(10 + i), NR_MOUNT, 70, 61, "/bin/sh", NULL);
		session_flush(f->session);
	}
	assert_int_equal(told(f), 60);
	assert_true(container(f)->drift.len <= MOUNT_DRIFT_MAX);
}

/* as an engine in a container has them, one for each of its own */
static const char *with_layers(unsigned n)
{
	static char mounts[65536];
	char *at = mounts + sprintf(mounts, "%s", MOUNTS);

	for (unsigned i = 0; i < n; i++)
		at += sprintf(
			at,
			"%u 72 0:%u / /var/lib/docker/overlay2/%064u/merged rw - overlay o rw\n",
			200 + i, 200 + i, i);
	return mounts;
}

/* a call after the other, until there is nothing new: one event tells no more than sixteen */
static size_t tell_all(struct fixture *f, const char *mounts)
{
	size_t before = told(f);

	f->fake->mounts = mounts;
	for (unsigned i = 0; i < 12; i++)
		call(f, 1000, NR_MOUNT, 70);
	return told(f) - before;
}

static void test_many_that_stay_are_told_once(void **state)
{
	assert_int_equal(tell_all(*state, with_layers(50)), 50);
	assert_int_equal(tell_all(*state, with_layers(50)), 0);
}

static void test_many_that_were_told_hide_no_other(void **state)
{
	struct fixture *f = *state;
	char mounts[65536];

	assert_int_equal(tell_all(f, with_layers(120)), 120);
	snprintf(mounts, sizeof(mounts), "%s%s", with_layers(120), CGROUP);
	f->fake->mounts = mounts;
	call(f, 1, NR_MOUNT, 70);
	assert_string_equal(session_find(f->session, 1, EVT_MOUNT_CHANGE)->mount_target, "/tmp/c");
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_FIXTURE(test_first_look_is_the_baseline),
		WITH_FIXTURE(test_mount_is_told_with_what_it_is),
		WITH_FIXTURE(test_each_is_told_once),
		WITH_FIXTURE(test_call_that_failed_is_no_reason_to_look),
		WITH_FIXTURE(test_each_call_answers_for_what_it_names),
		WITH_FIXTURE(test_first_look_at_a_call_tells_all),
		WITH_FIXTURE(test_call_that_names_none_of_it_is_not_accused),
		WITH_FIXTURE(test_unmount_of_something_else_leaves_it_to_others),
		WITH_FIXTURE(test_unmount_by_a_link_is_told),
		WITH_FIXTURE(test_who_has_gone_is_still_named),
		WITH_FIXTURE(test_sweeper_finds_what_no_call_told),
		WITH_FIXTURE(test_sweeper_remembers_for_as_long_as_its_round_takes),
		WITH_FIXTURE(test_caller_is_named_though_the_sweeper_saw_it_first),
		WITH_FIXTURE(test_recording_of_the_sweeper_tells_the_same),
		WITH_FIXTURE(test_mask_that_was_taken_off),
		WITH_FIXTURE(test_process_in_a_mount_namespace_of_its_own),
		WITH_FIXTURE(test_program_in_the_containers_namespace_costs_no_question),
		WITH_FIXTURE(test_mounts_of_others_are_not_the_containers),
		WITH_FIXTURE(test_runtime_is_not_judged),
		WITH_FIXTURE(test_storm_of_mounts_is_bounded),
		WITH_FIXTURE(test_storm_of_mounts_upon_many_is_bounded),
		WITH_FIXTURE(test_restart_keeps_the_baseline_and_what_was_told),
		WITH_FIXTURE(test_long_list_of_what_was_told_forgets_the_oldest),
		WITH_FIXTURE(test_many_that_stay_are_told_once),
		WITH_FIXTURE(test_many_that_were_told_hide_no_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
