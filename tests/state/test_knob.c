// SPDX-License-Identifier: Apache-2.0
/* release_agent: who planted a value, under which name, and what a bare log can tell. */
#include "event/modification.h"
#include "fake_facts.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DOCKER "0::/docker/" ID64 "\n"
#define HOST "0::/\n"
#define SECOND UINT64_C(1000000000)
#define CONTAINER 61 /* pid */
#define BASH 50 /* pid, host */

struct fixture {
	struct fake *fake;
	struct session *session;
};

static struct facts_hierarchy *add_hierarchy(struct fake *k, const char *name, uint64_t inode,
					     uint32_t minor, const char *agent)
{
	struct facts_hierarchy *h = &k->hierarchies[k->n_hierarchies++];

	*h = (struct facts_hierarchy){
		.controllers = str_of(name),
		.has_inode = true,
		.inode = inode,
		.dev_minor = minor,
		.release_agent = str_of(agent),
	};
	return h;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", HOST);
	fake_add(f->fake, BASH, 1, "/bin/bash", HOST);
	fake_add(f->fake, CONTAINER, BASH, "/bin/sh", DOCKER);
	add_hierarchy(f->fake, "memory", 7, 0x20, "")->mount_point = STR("/sys/fs/cgroup/memory");
	add_hierarchy(f->fake, "name=systemd", 7, 0x25, "/lib/systemd/systemd-cgroups-agent");
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	memset(f->fake->asked, 0, sizeof(f->fake->asked));
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

static void open_file(struct session *t, unsigned serial, int32_t pid, int32_t ppid, unsigned flags,
		      const char *name, uint64_t inode, const char *dev, const char *key)
{
	session_record(
		t, "SYSCALL", serial,
		"arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=0 a2=%x a3=0 items=2 "
		"ppid=%d "
		"pid=%d auid=4294967295 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 "
		"tty=(none) ses=4294967295 comm=\"x\" exe=\"/bin/x\" key=%s",
		flags, ppid, pid, key);
	session_record(t, "CWD", serial, "cwd=\"/srv\"");
	session_record(t, "PATH", serial,
		       "item=0 name=\"/p/\" inode=7 dev=00:20 mode=040755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=PARENT");
	session_record(t, "PATH", serial,
		       "item=1 name=\"%s\" inode=%llu dev=%s mode=0100644 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL",
		       name, (unsigned long long)inode, dev);
}

static void mount_call(struct session *t, unsigned serial, int32_t pid, int32_t ppid,
		       const char *target)
{
	session_call(t, serial, 165, pid, ppid, "/bin/mount", NULL);
	session_record(t, "CWD", serial, "cwd=\"/\"");
	session_record(t, "PATH", serial,
		       "item=0 name=\"%s\" inode=99 dev=00:27 mode=040755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL",
		       target);
}

static const struct seen *found(struct session *t, uint64_t serial, evt_type type)
{
	session_flush(t);
	return session_find(t, serial, type);
}

static const struct seen *ticked(struct fixture *f, unsigned second)
{
	session_flush(f->session);
	state_tick(f->session->state, second * SECOND);
	session_derived(f->session);
	for (size_t i = 0; i < f->session->n; i++)
		if (f->session->seen[i].type == EVT_KNOB_CHANGE)
			return &f->session->seen[i];
	return NULL;
}

static void test_open_is_known_by_inode_under_any_name(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	open_file(f->session, 1, CONTAINER, BASH, 1, "notes.txt", 7, "00:20", "(null)");
	s = found(f->session, 1, EVT_OPENAT);
	assert_string_equal(s->knob, "release_agent");
	assert_string_equal(s->object, "/srv/notes.txt");
	assert_string_equal(s->realpath, "/sys/fs/cgroup/memory/release_agent");
	assert_int_equal(f->fake->asked[FACT_HIERARCHIES], 0);
}

/* a WATCHCAP_WRITE record */
static void wrote(struct fixture *f, unsigned serial, int32_t pid, uint64_t inode, const char *file)
{
	const struct modification m = { .pid = pid,
					.has_inode = true,
					.inode = inode,
					.dev_minor = 0x20,
					.path = STR("/tmp/innocent"),
					.knob = str_of(file) };
	auto_buf struct buf body = { 0 };

	modification_write(&m, &body);
	buf_char(&body, '\0');
	session_record(f->session, "WATCHCAP_WRITE", serial, "%s", body.ptr);
}

static void test_write_is_known_by_the_files_own_name_and_brings_a_look(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->hierarchies[0].release_agent = STR("/payload");
	wrote(f, 1, CONTAINER, 7, "/sys/fs/cgroup/memory/release_agent");
	s = found(f->session, 1, EVT_WRITE);
	assert_string_equal(s->knob, "release_agent");
	assert_string_equal(s->realpath, "/sys/fs/cgroup/memory/release_agent");
	assert_string_equal(s->new, "/payload");
	assert_string_equal(s->short_id, "aaaaaaaaaaaa");
	assert_int_equal(f->fake->asked[FACT_HIERARCHIES], 1);
	/* the change has its writer */
	s = found(f->session, 1, EVT_KNOB_CHANGE);
	assert_string_equal(s->short_id, "aaaaaaaaaaaa");
}

static void test_write_of_a_file_without_a_value(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	wrote(f, 1, CONTAINER, 55, "/sys/fs/cgroup/devices/x/devices.allow");
	s = found(f->session, 1, EVT_WRITE);
	assert_string_equal(s->knob, "devices.allow");
	assert_string_equal(s->realpath, "/sys/fs/cgroup/devices/x/devices.allow");
	assert_string_equal(s->short_id, "aaaaaaaaaaaa");
	/* it is no procfs of the container's: knobs there need no look */
	assert_int_equal(f->fake->asked[FACT_KNOBS], 0);
	assert_int_equal(f->fake->asked[FACT_HIERARCHIES], 0);
}

static void test_parent_directory_is_never_the_object(void **state)
{
	struct fixture *f = *state;

	/* the PARENT item carries the knob's device and inode here */
	open_file(f->session, 1, CONTAINER, BASH, 1, "/p/file", 8, "00:20", "(null)");
	assert_string_equal(found(f->session, 1, EVT_OPENAT)->knob, "");
	assert_string_equal(found(f->session, 1, EVT_OPENAT)->object, "/p/file");
}

static void test_name_alone_is_no_knob(void **state)
{
	struct fixture *f = *state;

	open_file(f->session, 1, CONTAINER, BASH, 1, "/tmp/release_agent", 5, "fe:00", "(null)");
	assert_string_equal(found(f->session, 1, EVT_OPENAT)->knob, "");
	assert_int_equal(f->fake->asked[FACT_HIERARCHIES], 1);
}

static void test_new_hierarchy_is_looked_for_when_its_name_is_opened(void **state)
{
	struct fixture *f = *state;

	add_hierarchy(f->fake, "name=x", 7, 0x32, "");
	open_file(f->session, 1, CONTAINER, BASH, 1, "/n/release_agent", 7, "00:32", "(null)");
	assert_string_equal(found(f->session, 1, EVT_OPENAT)->knob, "release_agent");
}

static void test_planted_value_in_a_container_made_hierarchy_is_told(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	add_hierarchy(f->fake, "name=x", 7, 0x32, "/evil")->options =
		STR("rw,none,name=x,release_agent=/evil");
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	s = found(f->session, 1, EVT_KNOB_CHANGE);
	assert_non_null(s);
	assert_string_equal(s->id, ID64);
	assert_int_equal(s->pid, CONTAINER);
	assert_string_equal(s->knob, "release_agent");
	assert_string_equal(s->new, "/evil");
	assert_string_equal(s->options, "rw,none,name=x,release_agent=/evil");
}

static void test_empty_new_hierarchy_is_watched_and_not_told(void **state)
{
	struct fixture *f = *state;
	uint64_t generation = state_watch_generation(f->session->state);
	struct state_watch watches[8];

	add_hierarchy(f->fake, "name=x", 7, 0x32, "");
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	assert_null(found(f->session, 1, EVT_KNOB_CHANGE));
	assert_int_not_equal(state_watch_generation(f->session->state), generation);
	assert_int_equal(state_watches(f->session->state, watches, 8), 3);
	assert_int_equal(watches[2].dev_minor, 0x32);
	assert_null(watches[2].mount_point.ptr);
}

static void test_value_planted_before_the_watch_is_found_by_the_recheck(void **state)
{
	struct fixture *f = *state;

	struct facts_hierarchy *h = add_hierarchy(f->fake, "name=x", 7, 0x32, "");

	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	session_flush(f->session);
	h->release_agent = STR("/evil");
	state_recheck(f->session->state);
	session_derived(f->session);
	assert_int_equal(session_count(f->session, EVT_KNOB_CHANGE), 1);
	/* nobody was seen to write: the container that made the hierarchy answers for it, no process does */
	const struct seen *told = &f->session->seen[f->session->n - 1];
	assert_string_equal(told->id, ID64);
	assert_int_equal(told->pid, 0);
	assert_false(told->before.has_caps);
	assert_int_equal(told->before.userns_is_host, -1);
	state_recheck(f->session->state);
	session_derived(f->session);
	assert_int_equal(session_count(f->session, EVT_KNOB_CHANGE), 1);
}

static void test_mount_of_the_runtime_or_the_host_asks_nothing(void **state)
{
	struct fixture *f = *state;

	mount_call(f->session, 1, BASH, 1, "/mnt");
	session_flush(f->session);
	assert_int_equal(f->fake->asked[FACT_HIERARCHIES], 0);
}

static void mount_like(struct fixture *f, unsigned serial, unsigned call, const char *args)
{
	session_record(
		f->session, "SYSCALL", serial,
		"arch=c000003e syscall=%u success=yes exit=0 %s items=0 ppid=%d pid=%d "
		"auid=4294967295 "
		"uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 "
		"comm=\"x\" exe=\"/bin/mount\" key=(null)",
		call, args, BASH, CONTAINER);
	session_flush(f->session);
}

/* no write tells of it */
static void test_hierarchies_are_read_anew_when_one_is_remounted(void **state)
{
	struct fixture *f = *state;

	mount_like(f, 1, 165, "a0=0 a1=0 a2=0 a3=0");
	assert_int_equal(f->fake->asked[FACT_HIERARCHIES], 1);
	assert_false(f->fake->wanted.all);
	mount_like(f, 2, 165, "a0=0 a1=0 a2=0 a3=1020"); /* MS_BIND: of the mount alone */
	assert_false(f->fake->wanted.all);
	mount_like(f, 3, 165, "a0=0 a1=0 a2=0 a3=c0ed0020");
	assert_true(f->fake->wanted.all);
	mount_like(f, 4, 431, "a0=5 a1=1 a2=0 a3=0");
	assert_false(f->fake->wanted.all);
	mount_like(f, 5, 431, "a0=5 a1=7 a2=0 a3=0");
	assert_true(f->fake->wanted.all);
}

static void test_change_is_attributed_to_the_last_writer(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	open_file(f->session, 1, CONTAINER, BASH, 1, "x", 7, "00:20", "(null)");
	open_file(f->session, 2, BASH, 1, 0, "x", 7, "00:20", "(null)"); /* only reads */
	session_flush(f->session);
	f->fake->hierarchies[0].release_agent = STR("/evil");
	s = ticked(f, 1003);
	assert_non_null(s);
	assert_string_equal(s->id, ID64);
	assert_string_equal(s->old, "");
	assert_string_equal(s->new, "/evil");
}

static void test_change_ahead_of_its_writers_record_waits_for_it(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	/* the value is there when the mount is looked at; the open that wrote it comes behind */
	f->fake->hierarchies[0].release_agent = STR("/evil");
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	session_flush(f->session);
	assert_true(f->fake->asked[FACT_HIERARCHIES] > 0);
	assert_int_equal(session_count(f->session, EVT_KNOB_CHANGE), 0);
	open_file(f->session, 2, CONTAINER, BASH, 1, "x", 7, "00:20", "(null)");
	session_flush(f->session);
	s = ticked(f, 1003);
	assert_non_null(s);
	assert_string_equal(s->id, ID64);
	assert_int_equal(s->pid, CONTAINER);
	assert_string_equal(s->new, "/evil");
	assert_int_equal(session_count(f->session, EVT_KNOB_CHANGE), 1);
}

static void test_change_that_no_record_explains_is_told_by_the_next_tick(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	f->fake->hierarchies[0].release_agent = STR("/evil");
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	s = ticked(f, 1003);
	assert_non_null(s);
	assert_string_equal(s->short_id, "<NA>");
	assert_string_equal(s->old, "");
	assert_string_equal(s->new, "/evil");
}

static void test_change_by_the_host_is_the_hosts(void **state)
{
	struct fixture *f = *state;
	const struct seen *s;

	open_file(f->session, 1, BASH, 1, 1, "x", 7, "00:20", "(null)");
	session_flush(f->session);
	f->fake->hierarchies[0].release_agent = STR("/ok");
	s = ticked(f, 1003);
	assert_non_null(s);
	assert_string_equal(s->short_id, "host");
	assert_int_equal(s->pid, BASH);
}

static void test_hierarchy_mounted_by_the_host_is_the_hosts(void **state)
{
	struct fixture *f = *state;

	mount_call(f->session, 1, BASH, 1, "/mnt");
	session_flush(f->session);
	add_hierarchy(f->fake, "name=x", 7, 0x32, "/ok");
	assert_string_equal(ticked(f, 1003)->short_id, "host");
}

static void test_baseline_is_not_news(void **state)
{
	struct fixture *f = *state;

	assert_null(ticked(f, 1003));
}

static void test_ticked_change_is_told_as_a_record_that_replays(void **state)
{
	struct fixture *f = *state;
	struct session *replay = session_new(facts_recorded(), NULL);
	struct facts_hierarchy before[2];

	memcpy(before, f->fake->hierarchies, sizeof(before));
	f->fake->hierarchies[0].release_agent = STR("/evil");
	assert_non_null(ticked(f, 1003));
	assert_int_equal(f->fake->n_told, 1);
	assert_int_equal(f->fake->told_type[0], RECORD_KNOB);
	/* the sweep of the recording, then the tick */
	session_record(
		replay, "WATCHCAP_FACT", 1,
		"q=hierarchies err=0 item=1 controllers=6D656D6F7279 has_ino=1 ino=7 minor=32 "
		"agent=\"\" "
		"item=2 controllers=6E616D653D73797374656D64 has_ino=1 ino=7 minor=37 agent=2F6C");
	session_flush(replay);
	assert_int_equal(session_count(replay, EVT_KNOB_CHANGE), 0);
	session_record(replay, "WATCHCAP_KNOB", 2, "%s", f->fake->told[0]);
	session_flush(replay);
	assert_true(session_count(replay, EVT_KNOB_CHANGE) >= 1);
	assert_string_equal(replay->seen[replay->n - 1].knob, "release_agent");
	session_free(replay);
}

static void test_bare_log_learns_from_our_key(void **state)
{
	struct session *t = session_new(facts_none(), NULL);

	(void)state;
	open_file(t, 1, 500, 400, 1, "/tmp/innocent", 7, "00:20", "\"wc_cg1\"");
	open_file(t, 2, 501, 400, 1, "/tmp/other", 7, "00:20", "\"stig\"");
	open_file(t, 3, 501, 400, 1, "/tmp/other", 8, "00:20", "\"stig\"");
	assert_string_equal(found(t, 1, EVT_OPENAT)->knob, "release_agent");
	assert_string_equal(found(t, 2, EVT_OPENAT)->knob, "release_agent");
	assert_string_equal(found(t, 3, EVT_OPENAT)->knob, "");
	session_free(t);
}

static void test_bare_log_believes_the_name_below_a_cgroup_mount_only(void **state)
{
	struct session *t = session_new(facts_none(), NULL);

	(void)state;
	open_file(t, 1, 500, 400, 1, "/sys/fs/cgroup/rdma/release_agent", 7, "00:20", "(null)");
	open_file(t, 2, 500, 400, 1, "/tmp/release_agent", 9, "00:21", "(null)");
	session_exec(t, 3, 10, 9, "/usr/sbin/runc", 9, "fe:00", "/b",
		     "argc=3 a0=\"runc\" a1=\"run\" a2=\"box\"");
	session_call(t, 4, 155, 11, 10, "/", NULL);
	session_exec(t, 5, 11, 10, "/bin/sh", 3, "00:30", "/", "argc=1 a0=\"sh\"");
	mount_call(t, 6, 11, 10, "/tmp/c/");
	open_file(t, 7, 11, 10, 1, "/tmp/c/../c/release_agent", 7, "00:33", "(null)");
	open_file(t, 8, 11, 10, 1, "/tmp/cc/release_agent", 7, "00:34", "(null)");
	assert_string_equal(found(t, 1, EVT_OPENAT)->knob, "release_agent");
	assert_string_equal(found(t, 2, EVT_OPENAT)->knob, "");
	assert_string_equal(found(t, 7, EVT_OPENAT)->knob, "release_agent");
	assert_string_equal(found(t, 8, EVT_OPENAT)->knob, "");
	session_free(t);
}

static void test_vanished_hierarchy_comes_back_as_a_new_one(void **state)
{
	struct fixture *f = *state;

	f->fake->n_hierarchies = 1;
	assert_null(ticked(f, 1003));
	f->fake->n_hierarchies = 2;
	assert_non_null(ticked(f, 1004));
}

/* hierarchies */

#define MANY (HIERARCHIES_MAX + 40)

static char many_names[MANY][16];

/* as many as there are rows and some more, the last of them planted with @agent */
static struct facts_hierarchy *add_many(struct fake *k, const char *others, const char *agent)
{
	struct facts_hierarchy *h = NULL;

	for (uint32_t i = 0; i < MANY; i++) {
		snprintf(many_names[i], sizeof(many_names[i]), "name=n%u", i);
		h = add_hierarchy(k, many_names[i], 7, 0x100 + i, i == MANY - 1 ? agent : others);
	}
	return h;
}

static size_t count_new(const struct session *t, const char *value)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->seen[i].type == EVT_KNOB_CHANGE && strcmp(t->seen[i].new, value) == 0;
	return n;
}

static void test_value_behind_more_hierarchies_than_rows_is_told_once(void **state)
{
	struct fixture *f = *state;

	add_many(f->fake, "", "/evil");
	ticked(f, 1003);
	assert_int_equal(count_new(f->session, "/evil"), 1);
	ticked(f, 1004);
	assert_int_equal(count_new(f->session, "/evil"), 1);
	assert_true(state_stats(f->session->state)->rowless >= 40);
}

static void test_value_planted_in_a_hierarchy_without_a_row_is_told(void **state)
{
	struct fixture *f = *state;
	struct facts_hierarchy *last = add_many(f->fake, "", "");

	assert_null(ticked(f, 1003));
	last->release_agent = STR("/evil");
	ticked(f, 1004);
	assert_int_equal(count_new(f->session, "/evil"), 1);
	last->release_agent = STR("/worse");
	ticked(f, 1005);
	assert_int_equal(count_new(f->session, "/worse"), 1);
}

static void test_value_behind_a_full_table_of_values_is_told(void **state)
{
	struct fixture *f = *state;

	add_many(f->fake, "/decoy", "");
	ticked(f, 1003);
	add_hierarchy(f->fake, "name=last", 7, 0x9000, "/evil");
	/* three lots of decoys before it */
	for (unsigned second = 1004; second < 1010; second++)
		ticked(f, second);
	assert_true(count_new(f->session, "/evil") >= 1);
	assert_int_equal(state_stats(f->session->state)->dropped, 0);
}

static void test_the_hosts_hierarchies_keep_their_rows(void **state)
{
	struct fixture *f = *state;
	struct state_watch watches[STATE_WATCHES_MAX];

	add_many(f->fake, "/decoy", "/decoy");
	ticked(f, 1003);
	assert_int_equal(state_watches(f->session->state, watches, STATE_WATCHES_MAX),
			 STATE_WATCHES_MAX);
	assert_int_equal(watches[0].dev_minor, 0x20);
	assert_int_equal(watches[1].dev_minor, 0x25);
}

static void test_more_values_at_once_than_events_have_room_are_all_told(void **state)
{
	struct fixture *f = *state;
	static char names[40][16];

	for (uint32_t i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "name=d%u", i);
		add_hierarchy(f->fake, names[i], 7, 0x100 + i, "/decoy");
	}
	ticked(f, 1003);
	assert_int_equal(count_new(f->session, "/decoy"), 40);
	assert_int_equal(state_stats(f->session->state)->dropped, 0);
	ticked(f, 1004);
	assert_int_equal(count_new(f->session, "/decoy"), 40);
}

/* who made it */

static void test_mount_behind_the_tick_that_found_its_hierarchy_names_the_container(void **state)
{
	struct fixture *f = *state;
	struct facts_hierarchy *h = add_hierarchy(f->fake, "name=x", 7, 0x32, "");
	const struct seen *s;

	assert_null(ticked(f, 1000));
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	session_flush(f->session);
	h->release_agent = STR("/evil");
	s = ticked(f, 1001);
	assert_non_null(s);
	assert_string_equal(s->id, ID64);
}

static void test_planted_value_that_was_nobodys_is_told_again_when_its_mount_comes(void **state)
{
	struct fixture *f = *state;

	add_hierarchy(f->fake, "name=x", 7, 0x32, "/evil");
	assert_string_equal(ticked(f, 1001)->short_id, "<NA>");
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	session_flush(f->session);
	assert_int_equal(count_new(f->session, "/evil"), 2);
	assert_string_equal(f->session->seen[f->session->n - 1].id, ID64);
}

static void test_mount_of_the_host_never_takes_over_what_is_nobodys(void **state)
{
	struct fixture *f = *state;
	struct facts_hierarchy *h = add_hierarchy(f->fake, "name=x", 7, 0x32, "");
	const struct seen *s;

	assert_null(ticked(f, 1000));
	mount_call(f->session, 1, BASH, 1, "/mnt");
	session_flush(f->session);
	h->release_agent = STR("/evil");
	s = ticked(f, 1001);
	assert_non_null(s);
	assert_string_equal(s->short_id, "<NA>");
}

static void test_mount_of_a_container_outweighs_one_of_the_host_before_it(void **state)
{
	struct fixture *f = *state;

	mount_call(f->session, 1, BASH, 1, "/mnt");
	session_flush(f->session);
	add_hierarchy(f->fake, "name=x", 7, 0x32, "/evil");
	assert_string_equal(ticked(f, 1003)->short_id, "host");
	mount_call(f->session, 2, CONTAINER, BASH, "/n");
	session_flush(f->session);
	assert_int_equal(count_new(f->session, "/evil"), 2);
	assert_string_equal(f->session->seen[f->session->n - 1].id, ID64);
}

static void test_mount_long_after_a_hierarchy_was_found_is_not_its_maker(void **state)
{
	struct fixture *f = *state;
	struct facts_hierarchy *h = add_hierarchy(f->fake, "name=x", 7, 0x32, "");
	const struct seen *s;

	assert_null(ticked(f, 900));
	mount_call(f->session, 1, CONTAINER, BASH, "/n");
	session_flush(f->session);
	h->release_agent = STR("/evil");
	s = ticked(f, 1003);
	assert_non_null(s);
	assert_string_equal(s->short_id, "<NA>");
}

static void test_host_that_opens_a_release_agent_has_not_made_its_hierarchy(void **state)
{
	struct fixture *f = *state;

	add_hierarchy(f->fake, "name=x", 7, 0x32, "/evil");
	open_file(f->session, 1, BASH, 1, 0, "/n/release_agent", 7, "00:32", "(null)");
	session_flush(f->session);
	assert_int_equal(count_new(f->session, "/evil"), 1);
	assert_string_equal(f->session->seen[f->session->n - 1].short_id, "<NA>");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(test_open_is_known_by_inode_under_any_name),
		T(test_parent_directory_is_never_the_object),
		T(test_write_is_known_by_the_files_own_name_and_brings_a_look),
		T(test_write_of_a_file_without_a_value),
		T(test_name_alone_is_no_knob),
		T(test_new_hierarchy_is_looked_for_when_its_name_is_opened),
		T(test_planted_value_in_a_container_made_hierarchy_is_told),
		T(test_empty_new_hierarchy_is_watched_and_not_told),
		T(test_value_planted_before_the_watch_is_found_by_the_recheck),
		T(test_mount_of_the_runtime_or_the_host_asks_nothing),
		T(test_hierarchies_are_read_anew_when_one_is_remounted),
		T(test_change_is_attributed_to_the_last_writer),
		T(test_change_ahead_of_its_writers_record_waits_for_it),
		T(test_change_that_no_record_explains_is_told_by_the_next_tick),
		T(test_change_by_the_host_is_the_hosts),
		T(test_hierarchy_mounted_by_the_host_is_the_hosts),
		T(test_baseline_is_not_news),
		T(test_ticked_change_is_told_as_a_record_that_replays),
		T(test_bare_log_learns_from_our_key),
		T(test_bare_log_believes_the_name_below_a_cgroup_mount_only),
		T(test_vanished_hierarchy_comes_back_as_a_new_one),
		T(test_value_behind_more_hierarchies_than_rows_is_told_once),
		T(test_value_planted_in_a_hierarchy_without_a_row_is_told),
		T(test_value_behind_a_full_table_of_values_is_told),
		T(test_the_hosts_hierarchies_keep_their_rows),
		T(test_more_values_at_once_than_events_have_room_are_all_told),
		T(test_mount_behind_the_tick_that_found_its_hierarchy_names_the_container),
		T(test_planted_value_that_was_nobodys_is_told_again_when_its_mount_comes),
		T(test_mount_of_the_host_never_takes_over_what_is_nobodys),
		T(test_mount_of_a_container_outweighs_one_of_the_host_before_it),
		T(test_mount_long_after_a_hierarchy_was_found_is_not_its_maker),
		T(test_host_that_opens_a_release_agent_has_not_made_its_hierarchy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
