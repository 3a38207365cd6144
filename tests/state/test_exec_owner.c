// SPDX-License-Identifier: Apache-2.0
/* Whose files an exec of the host's runs, by each of its records; and what stays the host's. */
#include "fake_facts.h"
#include "state/bounds.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OWNER "0123456789abcde"
#define HOME "0::/docker/" ID64 "\n"
#define STORE "/var/lib/docker/overlay2/abc"
#define HOSTDEV "fe:00"
#define ROOTDEV "00:27"
#define ROOT_MINOR 0x27
#define STARTED 100 /* ticks */
#define NR_EXECVEAT 322

struct fixture {
	struct fake *fake;
	struct session *session;
	unsigned serial;
};

static struct str mounts[] = {
	STR("/var/lib/docker/volumes/v/_data\0/data\0rw\0true\0rprivate\0bind"),
	STR("/usr\0/host/usr\0rw\0true\0rprivate\0bind"),
	STR("tmpfs\0/run\0\0true\0\0tmpfs"),
};

/* a container that was there before, whose first process is 61; a shell of the host's, 50 */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct facts_process *first;

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	f->fake->processes[0].has_exe_inode = true;
	f->fake->processes[0].exe_dev_major = 0xfe;
	fake_add(f->fake, 50, 1, "/bin/bash", "0::/\n");
	first = fake_add(f->fake, 61, 1, "/bin/sleep", HOME);
	first->ns[NS_MNT] = 7;
	first->start_ticks = STARTED;
	f->fake->container_id = ID64;
	f->fake->container =
		(struct facts_container){ .rootfs = STR(STORE "/merged"),
					  .spec = { .is_known = true, .mounts = { mounts, 3 } } };
	f->fake->handles = (struct facts_handles){
		.start_ticks = STARTED, .is_known = true, .root_mount = 9, .root_minor = ROOT_MINOR
	};
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
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

/* the container's first process runs something, and is looked at */
static void meet(struct fixture *f)
{
	session_exec(f->session, ++f->serial, 61, 1, "/bin/app", 5, ROOTDEV, "/",
		     "argc=1 a0=\"app\"");
	session_flush(f->session);
}

static void path(struct fixture *f, unsigned item, const char *name, const char *dev)
{
	session_record(f->session, "PATH", f->serial,
		       "item=%u name=%s inode=7 dev=%s mode=0100755 ouid=0 ogid=0 rdev=00:00 "
		       "nametype=NORMAL",
		       item, name, dev);
}

static void begin(struct fixture *f, unsigned nr, const char *exe)
{
	session_call(f->session, ++f->serial, nr, 50, 1, exe, NULL);
	session_record(f->session, "EXECVE", f->serial, "argc=1 a0=\"x\"");
	session_record(f->session, "CWD", f->serial, "cwd=\"" STORE "\"");
}

static const char *owner(struct fixture *f)
{
	session_flush(f->session);
	return session_find(f->session, f->serial, EVT_UNKNOWN)->owner;
}

/* the shell of the host's runs @exe by the @name of it */
static const char *runs(struct fixture *f, const char *exe, const char *name, const char *dev)
{
	begin(f, 59, exe);
	path(f, 0, name, dev);
	return owner(f);
}

static void test_host_runs_its_own(void **state)
{
	struct fixture *f = *state;
	unsigned asked;

	meet(f);
	asked = f->fake->asked[FACT_PROCESS] + f->fake->asked[FACT_HANDLES];
	assert_string_equal(runs(f, "/usr/bin/ls", "\"/usr/bin/ls\"", HOSTDEV), "");
	assert_string_equal(runs(f, "/usr/bin/ls", "\"/usr/bin/ls\"", "00:28"), "");
	/* another layer's directory, and names that only begin like one of the container's */
	assert_string_equal(runs(f, "/var/lib/docker/overlay2/abcd/diff/x", "\"/x\"", HOSTDEV), "");
	assert_string_equal(runs(f, "/srv/_data/x", "\"/srv/_data/x\"", HOSTDEV), "");
	assert_string_equal(runs(f, "/bin/x", "\"/proc/50/root/bin/x\"", HOSTDEV), "");
	assert_string_equal(runs(f, "/bin/x", "\"/proc/self/root/bin/x\"", HOSTDEV), "");
	assert_int_equal(f->fake->asked[FACT_PROCESS] + f->fake->asked[FACT_HANDLES], asked);
}

static void test_device_of_the_containers_root_tells(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(runs(f, "/bin/busybox", "\"/link\"", ROOTDEV), "");
	meet(f);
	assert_string_equal(runs(f, "/bin/busybox", "\"/link\"", ROOTDEV), OWNER);
	/* the linker that a program of the host's names, the interpreter of a script */
	begin(f, 59, "/home/x");
	path(f, 0, "\"/home/x\"", HOSTDEV);
	path(f, 1, "\"/lib/ld.so\"", ROOTDEV);
	assert_string_equal(owner(f), OWNER);
	begin(f, NR_EXECVEAT, "/bin/busybox");
	path(f, 0, "\"/dev/fd/5\"", ROOTDEV);
	assert_string_equal(owner(f), OWNER);
}

static void test_device_is_nobodys_once_the_container_has_gone(void **state)
{
	struct fixture *f = *state;
	struct state *s = f->session->state;
	struct process *first;

	meet(f);
	first = process_find(&s->processes, 0, 61);
	process_died(&s->processes, first, UINT64_C(1000000000) * (1000 + f->serial + 1));
	/* it was alive when the call was made */
	assert_string_equal(runs(f, "/bin/x", "\"/bin/x\"", ROOTDEV), OWNER);
	assert_string_equal(runs(f, "/bin/x", "\"/bin/x\"", ROOTDEV), "");
	/* what it left on the disk is its own for good */
	assert_string_equal(runs(f, STORE "/diff/x", "\"/x\"", HOSTDEV), OWNER);
}

static void test_device_that_the_host_lies_on_tells_nothing(void **state)
{
	struct fixture *f = *state;

	process_find(&f->session->state->processes, 0, 1)->exe_dev_major = 0;
	process_find(&f->session->state->processes, 0, 1)->exe_dev_minor = ROOT_MINOR;
	meet(f);
	assert_string_equal(runs(f, "/bin/x", "\"/bin/x\"", ROOTDEV), "");
}

static void test_root_of_a_chroot_is_not_the_containers(void **state)
{
	struct fixture *f = *state;

	f->fake->handles.outside = 2;
	meet(f);
	assert_string_equal(runs(f, "/bin/x", "\"/bin/x\"", ROOTDEV), "");
}

static void test_paths_tell(void **state)
{
	struct fixture *f = *state;

	meet(f);
	assert_string_equal(runs(f, STORE "/diff/x", "\"/home/link\"", HOSTDEV), OWNER);
	assert_string_equal(runs(f, STORE "/merged/x", "\"/home/link\"", HOSTDEV), OWNER);
	assert_false(session_find(f->session, f->serial, EVT_UNKNOWN)->is_volume);
	assert_string_equal(runs(f, "/var/lib/docker/volumes/v/_data/x", "\"/home/link\"", HOSTDEV),
			    OWNER);
	assert_true(session_find(f->session, f->serial, EVT_UNKNOWN)->is_volume);
	/* a script: what runs is the host's shell */
	assert_string_equal(runs(f, "/bin/dash", "\"" STORE "/diff/s\"", HOSTDEV), OWNER);
	assert_string_equal(runs(f, "/bin/dash", "\"diff/s\"", HOSTDEV), OWNER);
	assert_string_equal(runs(f, "/bin/dash", "\"../s\"", HOSTDEV), "");
	assert_string_equal(runs(f, "/bin/dash", "(null)", HOSTDEV), "");
	/* by a directory that no record names: not the working one */
	begin(f, NR_EXECVEAT, "/bin/dash");
	path(f, 0, "\"diff/s\"", HOSTDEV);
	assert_string_equal(owner(f), "");
}

static void test_root_of_a_process_tells(void **state)
{
	struct fixture *f = *state;

	meet(f);
	assert_string_equal(runs(f, "/bin/dash", "\"/proc/61/root/s\"", HOSTDEV), OWNER);
	assert_string_equal(runs(f, "/bin/dash", "\"/proc/61/root/run/s\"", "00:30"), OWNER);
	assert_string_equal(runs(f, "/bin/dash", "\"/proc/61/root/data/s\"", HOSTDEV), OWNER);
	/* what the host gave it is the host's */
	assert_string_equal(
		runs(f, "/host/usr/bin/ls", "\"/proc/61/root/host/usr/bin/ls\"", HOSTDEV), "");
	assert_string_equal(runs(f, "/bin/dash", "\"/proc/61/rooted/s\"", HOSTDEV), "");
}

static void test_only_an_exec_that_succeeded(void **state)
{
	struct fixture *f = *state;

	meet(f);
	session_call(f->session, ++f->serial, 257, 50, 1, "/bin/bash", NULL);
	path(f, 0, "\"" STORE "/diff/x\"", ROOTDEV);
	assert_string_equal(owner(f), "");
	session_record(f->session, "SYSCALL", ++f->serial,
		       "arch=c000003e syscall=59 success=no exit=-13 a0=0 a1=0 a2=0 a3=0 items=1 "
		       "ppid=1 pid=50 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 "
		       "fsgid=0 tty=(none) ses=1 comm=\"x\" exe=\"/bin/bash\" key=(null)");
	path(f, 0, "\"" STORE "/diff/x\"", ROOTDEV);
	assert_string_equal(owner(f), "");
}

/* the sweeper asks quietly, and once more aloud for what it learns */
static void test_sweeper_learns_the_root_of_who_runs_nothing(void **state)
{
	struct fixture *f = *state;

	bounds_sweep(f->session->state);
	assert_int_equal(f->fake->asked[FACT_HANDLES], 2);
	assert_string_equal(runs(f, "/bin/x", "\"/bin/x\"", ROOTDEV), OWNER);
	bounds_sweep(f->session->state);
	assert_int_equal(f->fake->asked[FACT_HANDLES], 3);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(host_runs_its_own),
		TEST(device_of_the_containers_root_tells),
		TEST(device_is_nobodys_once_the_container_has_gone),
		TEST(device_that_the_host_lies_on_tells_nothing),
		TEST(root_of_a_chroot_is_not_the_containers),
		TEST(paths_tell),
		TEST(root_of_a_process_tells),
		TEST(only_an_exec_that_succeeded),
		TEST(sweeper_learns_the_root_of_who_runs_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
