// SPDX-License-Identifier: Apache-2.0
/* Disks of the host behind the calls that make, open, mount and swap on devices. */
#include "fake_facts.h"
#include "session.h"

#define OPENAT 257
#define MKNOD 133
#define MKNODAT 259
#define MOUNT 165

static void setup(struct session **t, struct fake **fake)
{
	*fake = fake_new();
	*t = session_new(&(*fake)->facts, NULL);
	fake_add(*fake, 700, 50, "/bin/app", "0::/user.slice\n");
}

static void call(struct session *t, unsigned serial, unsigned nr, const char *args)
{
	session_record(
		t, "SYSCALL", serial,
		"arch=c000003e syscall=%u %s items=1 ppid=50 pid=700 auid=4294967295 uid=0 gid=0 "
		"euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=4294967295 "
		"comm=\"x\" exe=\"/bin/app\" key=(null)",
		nr, args);
	session_record(t, "CWD", serial, "cwd=\"/tmp\"");
}

static void node(struct session *t, unsigned serial, const char *rdev)
{
	session_record(t, "PATH", serial,
		       "item=0 name=\"/tmp/x\" inode=9 dev=00:30 mode=060600 ouid=0 ogid=0 rdev=%s "
		       "nametype=NORMAL",
		       rdev);
}

#define OPENED "success=yes exit=3 a0=ffffff9c a1=7f00 a2=0 a3=0"

static void test_disk_is_asked_once_and_again_when_the_answer_is_old(void **state)
{
	struct session *t;
	struct fake *fake;

	(void)state;
	setup(&t, &fake);
	for (unsigned serial = 1; serial < 5; serial++) {
		call(t, serial, OPENAT, OPENED);
		node(t, serial, "08:01");
	}
	session_flush(t);
	assert_int_equal(fake->asked[FACT_DISK], 1);
	call(t, 30, OPENAT, OPENED);
	node(t, 30, "08:01");
	session_flush(t);
	assert_int_equal(fake->asked[FACT_DISK], 2);
	assert_true(session_find(t, 30, EVT_OPENAT)->is_host_disk);
	session_free(t);
}

/* a mount may make it the host's; what is the host's stays known */
static void test_disk_that_is_nobodys_is_asked_anew_after_a_mount(void **state)
{
	struct session *t;
	struct fake *fake;

	(void)state;
	setup(&t, &fake);
	call(t, 1, OPENAT, OPENED);
	node(t, 1, "07:00");
	call(t, 2, OPENAT, OPENED);
	node(t, 2, "08:01");
	call(t, 3, MOUNT, "success=yes exit=0 a0=7f00 a1=7f00 a2=0 a3=0");
	call(t, 4, OPENAT, OPENED);
	node(t, 4, "07:00");
	call(t, 5, OPENAT, OPENED);
	node(t, 5, "08:01");
	session_flush(t);
	assert_int_equal(fake->asked[FACT_DISK], 3);
	assert_false(session_find(t, 4, EVT_OPENAT)->is_host_disk);
	assert_true(session_find(t, 5, EVT_OPENAT)->is_host_disk);
	session_free(t);
}

/* linux/kdev_t.h: 12 bits of major from bit 8, minor in what is left; no record has the node of a call that failed */
static void test_node_is_what_was_asked_for(void **state)
{
	struct session *t;
	struct fake *fake;

	(void)state;
	setup(&t, &fake);
	call(t, 1, MKNOD, "success=no exit=-17 a0=7f00 a1=6180 a2=100801 a3=0");
	call(t, 2, MKNODAT, "success=yes exit=0 a0=ffffff9c a1=7f00 a2=61a4 a3=fd07");
	session_record(t, "PATH", 2,
		       "item=0 name=\"x\" inode=12 dev=00:30 mode=060644 ouid=0 ogid=0 rdev=fd:07 "
		       "nametype=CREATE");
	/* a FIFO is no device */
	call(t, 3, MKNODAT, "success=yes exit=0 a0=ffffff9c a1=7f00 a2=11a4 a3=0");
	session_flush(t);
	assert_int_equal(session_find(t, 1, EVT_MKNOD)->rdev_major, 8);
	assert_int_equal(session_find(t, 1, EVT_MKNOD)->rdev_minor, 257);
	assert_true(session_find(t, 1, EVT_MKNOD)->is_host_disk);
	assert_int_equal(session_find(t, 2, EVT_MKNODAT)->rdev_major, 0xfd);
	assert_int_equal(session_find(t, 2, EVT_MKNODAT)->rdev_minor, 7);
	assert_string_equal(session_find(t, 2, EVT_MKNODAT)->object, "/tmp/x");
	assert_int_equal(session_find(t, 3, EVT_MKNODAT)->rdev_major, 0);
	assert_int_equal(fake->asked[FACT_DISK], 2);
	session_free(t);
}

/* of the paths of a mount the block device is the object */
static void test_mounted_device_is_found_among_the_paths(void **state)
{
	struct session *t;
	struct fake *fake;

	(void)state;
	setup(&t, &fake);
	call(t, 1, MOUNT, "success=no exit=-16 a0=7f00 a1=7f00 a2=7f00 a3=1");
	session_record(
		t, "PATH", 1,
		"item=0 name=\"/mnt\" inode=3 dev=00:30 mode=040755 ouid=0 ogid=0 rdev=00:00 "
		"nametype=NORMAL");
	session_record(
		t, "PATH", 1,
		"item=1 name=\"/tmp/x\" inode=9 dev=00:30 mode=060600 ouid=0 ogid=0 rdev=08:01 "
		"nametype=NORMAL");
	call(t, 2, MOUNT, "success=yes exit=0 a0=7f00 a1=7f00 a2=7f00 a3=1");
	session_record(
		t, "PATH", 2,
		"item=0 name=\"/mnt\" inode=3 dev=00:30 mode=040755 ouid=0 ogid=0 rdev=00:00 "
		"nametype=NORMAL");
	session_flush(t);
	assert_string_equal(session_find(t, 1, EVT_MOUNT)->object, "/tmp/x");
	assert_true(session_find(t, 1, EVT_MOUNT)->is_host_disk);
	assert_string_equal(session_find(t, 2, EVT_MOUNT)->object, "");
	session_free(t);
}

static void character(struct session *t, unsigned serial, const char *rdev)
{
	call(t, serial, OPENAT, OPENED);
	session_record(t, "PATH", serial,
		       "item=0 name=\"/tmp/x\" inode=9 dev=00:30 mode=020600 ouid=0 ogid=0 rdev=%s "
		       "nametype=NORMAL",
		       rdev);
}

/* sg, a device of some other driver, a terminal; a block device of the same number is another */
static void test_disk_by_its_character_device(void **state)
{
	struct session *t;
	struct fake *fake;

	(void)state;
	setup(&t, &fake);
	character(t, 1, "15:00");
	character(t, 2, "f8:00");
	character(t, 3, "88:00");
	call(t, 4, OPENAT, OPENED);
	node(t, 4, "15:00");
	session_flush(t);
	assert_true(session_find(t, 1, EVT_OPENAT)->is_host_disk);
	assert_false(session_find(t, 2, EVT_OPENAT)->is_host_disk);
	assert_false(session_find(t, 3, EVT_OPENAT)->is_host_disk);
	assert_false(session_find(t, 4, EVT_OPENAT)->is_host_disk);
	assert_int_equal(fake->asked[FACT_DISK], 3);
	session_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_disk_is_asked_once_and_again_when_the_answer_is_old),
		cmocka_unit_test(test_disk_that_is_nobodys_is_asked_anew_after_a_mount),
		cmocka_unit_test(test_node_is_what_was_asked_for),
		cmocka_unit_test(test_disk_by_its_character_device),
		cmocka_unit_test(test_mounted_device_is_found_among_the_paths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
