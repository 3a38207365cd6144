/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which calls the derived lines bring, by an audit filter of the test's own: each value that a shipped rule asks for must match,
 * and what programs do all day must not. It compares as the kernel does (kernel/auditsc.c, audit_filter_rules(), and
 * audit_comparator() of kernel/auditfilter.c): 32 bits of an argument; numbers of devices with both the object's own and those of
 * what it lies on, of any of the names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <libaudit.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "feed/auditrule.h"
#include "feed/feed.h"
#include "feed/table.h"
#include "few_fields.h"

enum { B64 = 1, B32 = 2, BOTH = B64 | B32 };

/* as audit_names has it; mode 0: there is none */
struct name {
	uint32_t mode;
	uint32_t dev[2], rdev[2]; /* major, minor */
};

struct call {
	unsigned abis;
	const char *calls; /* each of them */
	uint32_t arg[4];
	uint32_t family; /* of the address; 0: there is none */
	struct name name[2];
	bool failed; /* for want of a right */
	bool missing; /* for want of the file */
};

/* what it lies on: devtmpfs of a host, a container's tmpfs, a disk */
#define DEV                                                                                        \
	{                                                                                          \
		0, 6                                                                               \
	}
#define TMPFS                                                                                      \
	{                                                                                          \
		0, 217                                                                             \
	}
#define DISK                                                                                       \
	{                                                                                          \
		254, 0                                                                             \
	}
#define NODE(...) .name = { { __VA_ARGS__ } }
#define CHAR(on, major, minor) NODE(S_IFCHR | 0666, on, { major, minor })
#define BLOCK(on, major, minor) NODE(S_IFBLK | 0660, on, { major, minor })
#define CALL(on, names, ...) .abis = on, .calls = names, .arg = { __VA_ARGS__ }
#define OPENS "open,openat,openat2,creat,open_by_handle_at"
#define NONE ((uint32_t)-1)

static bool compare(uint32_t left, uint32_t op, uint32_t right)
{
	switch (op) {
	case AUDIT_EQUAL:
		return left == right;
	case AUDIT_NOT_EQUAL:
		return left != right;
	case AUDIT_LESS_THAN:
		return left < right;
	case AUDIT_LESS_THAN_OR_EQUAL:
		return left <= right;
	case AUDIT_GREATER_THAN:
		return left > right;
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return left >= right;
	case AUDIT_BIT_MASK:
		return left & right;
	case AUDIT_BIT_TEST:
		return (left & right) == right;
	}
	fail();
	return false;
}

static bool names_hold(const struct call *c, unsigned part, uint32_t op, uint32_t value)
{
	for (size_t i = 0; i < ARRAY_LEN(c->name) && c->name[i].mode; i++)
		if (compare(c->name[i].dev[part], op, value) ||
		    compare(c->name[i].rdev[part], op, value))
			return true;
	return false;
}

static bool is_of_type(const struct call *c, uint32_t type)
{
	for (size_t i = 0; i < ARRAY_LEN(c->name); i++)
		if ((c->name[i].mode & S_IFMT) == type)
			return true;
	return false;
}

static bool field_holds(const struct audit_rule_data *r, size_t i, const struct call *c,
			uint32_t arch)
{
	uint32_t op = r->fieldflags[i], value = r->values[i];

	switch (r->fields[i]) {
	case AUDIT_ARCH:
		return arch == value;
	case AUDIT_ARG0:
	case AUDIT_ARG1:
	case AUDIT_ARG2:
	case AUDIT_ARG3:
		return compare(c->arg[r->fields[i] - AUDIT_ARG0], op, value);
	case AUDIT_SUCCESS:
		return compare(!c->failed && !c->missing, op, value);
	case AUDIT_EXIT:
		return compare(c->missing  ? (uint32_t)-ENOENT
			       : c->failed ? (uint32_t)-EPERM
					   : 0,
			       op, value);
	case AUDIT_SADDR_FAM:
		return c->family && compare(c->family, op, value);
	case AUDIT_FILETYPE:
		return is_of_type(c, value);
	case AUDIT_DEVMAJOR:
		return names_hold(c, 0, op, value);
	case AUDIT_DEVMINOR:
		return names_hold(c, 1, op, value);
	case AUDIT_FILTERKEY:
		return true;
	}
	/* of places, of which there are none */
	return false;
}

static bool rule_holds(const struct audit_rule_data *r, const struct call *c, uint32_t arch,
		       int number)
{
	if (r->flags != AUDIT_FILTER_EXIT || !(r->mask[AUDIT_WORD(number)] & AUDIT_BIT(number)))
		return false;
	for (size_t i = 0; i < r->field_count; i++)
		if (!field_holds(r, i, c, arch))
			return false;
	return true;
}

static struct arena *arena;
static struct feed feed;

static int setup(void **state)
{
	struct ruleset *rules = few_rules(RULE(
		"all",
		"fd.name = x or fd.filetype = y or fd.is_host_disk = true or evt.arg = z "
		"or target.role = r or target.container.id = h or container.host_network = true "
		"or fd.rip exists"));

	(void)state;
	arena = arena_new(4096, 1 << 22);
	assert_non_null(rules);
	assert_non_null(arena);
	assert_int_equal(feed_derive(rules, NULL, MACH_86_64, arena, &feed), 0);
	ruleset_free(rules);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	arena_free(arena);
	return 0;
}

/* how many lines bring it */
static unsigned lines_for(const struct call *c, int machine, int number)
{
	unsigned n = 0;

	for (size_t i = 0; i < feed.n; i++) {
		struct audit_rule_data *r = auditrule_encode(feed.lines[i].text, MACH_86_64, NULL);

		assert_non_null(r);
		n += rule_holds(r, c, (uint32_t)audit_machine_to_elf(machine), number);
		free(r);
	}
	return n;
}

static void expect_on(const struct call *c, const char *name, int machine, bool brought)
{
	bool ignored;
	int number = feed_call_number(name, machine, &ignored);

	if (number < 0)
		return;
	if (!lines_for(c, machine, number) != brought)
		return;
	print_message("%s of machine %d with %#x %#x %#x %#x, %o %u:%u: %s\n", name, machine,
		      c->arg[0], c->arg[1], c->arg[2], c->arg[3], c->name[0].mode,
		      c->name[0].rdev[0], c->name[0].rdev[1], brought ? "not brought" : "brought");
	fail();
}

static void expect(const struct call *list, size_t n, bool brought)
{
	for (size_t i = 0; i < n; i++) {
		struct str rest = str_of(list[i].calls), one;

		while (str_cut(&rest, ',', &one)) {
			char name[32];

			snprintf(name, sizeof(name), "%.*s", STR_ARG(one));
			if (list[i].abis & B64)
				expect_on(&list[i], name, MACH_86_64, brought);
			if (list[i].abis & B32)
				expect_on(&list[i], name, MACH_X86, brought);
		}
	}
}

static void test_what_rules_ask_for_is_brought(void **state)
{
	static const struct call calls[] = {
		/* POKETEXT to POKEUSR, SETREGS, ATTACH, SETREGSET, SEIZE */
		{ CALL(BOTH, "ptrace", 4), .failed = true },
		{ CALL(BOTH, "ptrace", 5) },
		{ CALL(BOTH, "ptrace", 6) },
		{ CALL(BOTH, "ptrace", 13) },
		{ CALL(BOTH, "ptrace", 16) },
		{ CALL(BOTH, "ptrace", 0x4205) },
		{ CALL(BOTH, "ptrace", 0x4206) },
		/* mem, kmem, port; disks and what goes by them; VFIO, FUSE, KVM, model specific registers */
		{ CALL(BOTH, "open,openat,openat2,creat", 0), CHAR(DEV, 1, 1) },
		{ CALL(BOTH, "open,openat,openat2,creat", 0), CHAR(TMPFS, 1, 2) },
		{ CALL(BOTH, "open,openat,openat2,creat", 0), CHAR(DISK, 1, 4), .failed = true },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 10, 196) },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 10, 229) },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 10, 232) },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 202, 3) },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 21, 0), .failed = true },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 234, 0) },
		{ CALL(BOTH, OPENS, 0), CHAR(TMPFS, 511, 1) },
		{ CALL(BOTH, OPENS, 0), BLOCK(TMPFS, 8, 1), .failed = true },
		{ CALL(BOTH, "mknodat", 0, 0, S_IFBLK | 0600, 0x801) },
		{ CALL(BOTH, "mknodat", 0, 0, S_IFCHR | 0600, 0x101) },
		{ CALL(BOTH, "mknodat", 0, 0, S_IFCHR, 0x104) },
		{ CALL(BOTH, "mknod", 0, S_IFBLK, 0xfe00) },
		{ CALL(BOTH, "mknod", 0, S_IFCHR | 0600, 0x102) },
		/* any family but the four; two of netlink's; a packet socket by its old name */
		{ CALL(BOTH, "socket", 3) },
		{ CALL(BOTH, "socket", 17, 3), .failed = true },
		{ CALL(BOTH, "socket", 38) },
		{ CALL(BOTH, "socket", 40) },
		{ CALL(BOTH, "socket", 16, 3, 6) },
		{ CALL(BOTH, "socket", 16, 3, 12) },
		{ CALL(BOTH, "socket", 2, 10 | 02000000, 0) },
		{ CALL(B32, "socketcall", 1) },
		/* root, as whichever of the three */
		{ CALL(BOTH, "setuid,setgid,setfsuid,setuid32,setgid32,setfsuid32", 0) },
		{ CALL(BOTH, "setreuid,setregid,setreuid32,setregid32", NONE, 0) },
		{ CALL(BOTH, "setresuid,setresgid,setresuid32,setresgid32", 0, NONE, NONE) },
		{ CALL(BOTH, "setresuid,setresgid,setresuid32,setresgid32", NONE, 0, NONE) },
		{ CALL(BOTH, "setresuid,setresgid,setresuid32,setresgid32", NONE, NONE, 0) },
		/* set-ID bits and capabilities of files; O_TMPFILE makes one without O_CREAT */
		{ CALL(BOTH, "chmod,fchmod", 0, 04755) },
		{ CALL(BOTH, "fchmodat,fchmodat2", 0, 0, 02755) },
		{ CALL(BOTH, "creat", 0, 06755) },
		{ CALL(BOTH, "mknod", 0, S_IFREG | 04755) },
		{ CALL(BOTH, "mknodat", 0, 0, S_IFREG | 02755) },
		{ CALL(BOTH, "open", 0, 0101, 04755) },
		{ CALL(BOTH, "openat", 0, 0, 0102, 02755) },
		{ CALL(BOTH, "open", 0, 020200002, 04755) },
		{ CALL(BOTH, "openat", 0, 0, 020200001, 02755) },
		{ CALL(BOTH, "setxattr,lsetxattr,fsetxattr", 0, 0, 0, 20) },
		{ CALL(BOTH, "setxattr,lsetxattr,fsetxattr", 0, 0, 0, 24), .failed = true },
		/* BPF_PROG_LOAD; the kernel's log; TIOCSTI, LOOP_SET_FD, LOOP_CONFIGURE, NBD_SET_SOCK, DM_DEV_CREATE */
		{ CALL(BOTH, "bpf", 5), .failed = true },
		{ CALL(BOTH, "syslog", 4) },
		{ CALL(BOTH, "syslog", 5) },
		{ CALL(BOTH, "ioctl", 3, 0x5412) },
		{ CALL(BOTH, "ioctl", 3, 0x4c00) },
		{ CALL(BOTH, "ioctl", 3, 0x4c0a) },
		{ CALL(BOTH, "ioctl", 3, 0xab00) },
		{ CALL(BOTH, "ioctl", 3, 0xc138fd03) },
		/* whatever they are called with */
		{ .abis = BOTH,
		  .calls = "mount,umount,umount2,pivot_root,chroot,open_tree,move_mount,fsopen,"
			   "fsconfig,fsmount,"
			   "fspick,mount_setattr,open_tree_attr,setns,unshare,capset,execve,"
			   "execveat",
		  .failed = true },
		{ .abis = BOTH,
		  .calls = "init_module,finit_module,delete_module,acct,swapon,reboot,iopl,ioperm,"
			   "kexec_load,"
			   "kexec_file_load,vm86,open_by_handle_at,process_vm_writev,pidfd_getfd,"
			   "userfaultfd,"
			   "perf_event_open,io_uring_setup,add_key,request_key,keyctl,fanotify_"
			   "init,modify_ldt,"
			   "setxattrat,pidfd_send_signal",
		  .failed = true },
		{ CALL(BOTH, "clone", 0x10000011) },
		/* to whom the name of a shim's socket is given */
		{ CALL(BOTH, "connect", 3, 0, 2 + 88), .failed = true },
		{ CALL(BOTH, "connect", 3, 0, 2 + 97) },
		{ CALL(BOTH, "connect", 3, 0, 109) },
		/* connections to the network, of whatever length the address is said to be */
		{ CALL(BOTH, "connect", 3, 0, 16), .family = AF_INET, .failed = true },
		{ CALL(BOTH, "connect", 3, 0, 128), .family = AF_INET },
		{ CALL(BOTH, "connect", 3, 0, 28), .family = AF_INET6 },
		{ CALL(BOTH, "sendto,sendmmsg", 3, 0, 1, MSG_FASTOPEN | MSG_NOSIGNAL),
		  .family = AF_INET },
		{ CALL(BOTH, "sendmsg", 3, 0, MSG_FASTOPEN), .family = AF_INET6 },
		{ CALL(B32, "socketcall", 11), .family = AF_INET },
		{ CALL(B32, "socketcall", 20), .family = AF_INET6 },
		{ CALL(BOTH, "kill", NONE, 0) },
		/* F_SETOWN, of a group too, F_SETOWN_EX, FIOSETOWN, SIOCSPGRP */
		{ CALL(BOTH, "fcntl,fcntl64", 3, 8, 7) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 8, NONE) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 15) },
		{ CALL(BOTH, "ioctl", 3, 0x8901) },
		{ CALL(BOTH, "ioctl", 3, 0x8902) },
	};

	(void)state;
	expect(calls, ARRAY_LEN(calls), true);
}

static void test_signals_that_end_or_stop_are_brought(void **state)
{
	static const uint32_t signals[] = { 2,	3,  4,	5,  6,	7,  8,	9,  11, 13, 14, 15,
					    16, 19, 20, 21, 22, 24, 25, 26, 27, 29, 30, 31 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
		const struct call calls[] = {
			{ CALL(BOTH, "kill,tkill,rt_sigqueueinfo", 7, signals[i]) },
			{ CALL(BOTH, "tgkill,rt_tgsigqueueinfo", 7, 8, signals[i]) },
		};

		expect(calls, ARRAY_LEN(calls), true);
	}
}

/* what 32-bit programs seldom call is brought there in any case */
static void test_what_programs_do_all_day_is_not_brought(void **state)
{
	static const struct call calls[] = {
		/* null, zero, random, urandom, tty, a pty, made or not */
		{ CALL(BOTH, "open,openat,openat2,creat", 0), CHAR(DEV, 1, 3) },
		{ CALL(BOTH, "open,openat,openat2,creat", 0), CHAR(TMPFS, 1, 3) },
		{ CALL(BOTH, "open,openat,openat2,creat", 0),
		  .name = { { S_IFDIR | 0755, DEV, { 0, 0 } },
			    { S_IFCHR | 0666, DEV, { 1, 3 } } } },
		{ CALL(BOTH, "open,openat,openat2", 0), CHAR(DEV, 1, 5) },
		{ CALL(BOTH, "open,openat,openat2", 0), CHAR(DEV, 1, 8) },
		{ CALL(BOTH, "open,openat,openat2", 0), CHAR(TMPFS, 1, 9) },
		{ CALL(BOTH, "open,openat,openat2", 0), CHAR(DEV, 5, 0) },
		{ CALL(BOTH, "open,openat,openat2", 0), CHAR(TMPFS, 136, 3) },
		{ CALL(BOTH, "open,openat", 0), NODE(S_IFREG | 0644, DISK, { 0, 0 }) },
		{ CALL(BOTH, "open", 0, 0101, 0644) },
		{ CALL(BOTH, "openat", 0, 0, 0101, 0755) },
		{ CALL(BOTH, "openat", 0, 0, 020200002, 0600) },
		{ CALL(BOTH, "chmod", 0, 0755) },
		{ CALL(BOTH, "socket", 1, 1) },
		{ CALL(BOTH, "socket", 2, 1) },
		{ CALL(BOTH, "socket", 2, 2 | 02000000 | 04000) },
		{ CALL(BOTH, "socket", 2, 3, 1) },
		{ CALL(BOTH, "socket", 10, 2) },
		{ CALL(BOTH, "socket", 16, 3, 0) },
		{ CALL(BOTH, "socket", 16, 3, 9) },
		{ CALL(BOTH, "socket", 16, 3, 15) },
		{ CALL(BOTH, "connect", 3, 0, 16), .family = AF_UNSPEC },
		{ CALL(BOTH, "connect", 3, 0, 28), .family = AF_UNIX },
		{ CALL(BOTH, "connect", 3, 0, 110), .family = AF_UNIX },
		{ CALL(BOTH, "connect", 3, 0, 12), .family = AF_NETLINK },
		{ CALL(BOTH, "sendto,sendmmsg", 3, 0, 1, MSG_NOSIGNAL), .family = AF_INET },
		{ CALL(BOTH, "sendmsg", 3, 0, MSG_NOSIGNAL), .family = AF_INET },
		{ CALL(B32, "socketcall", 2), .family = AF_INET },
		{ CALL(BOTH, "ioctl", 1, 0x5401) },
		{ CALL(BOTH, "ioctl", 1, 0x5413) },
		{ CALL(BOTH, "ioctl", 1, 0x8903) },
		/* F_SETFD, F_SETFL, F_SETLK, F_GETOWN, F_DUPFD_CLOEXEC */
		{ CALL(BOTH, "fcntl,fcntl64", 3, 2, 1) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 4, 04002) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 6) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 9) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 1030) },
		{ CALL(BOTH, "fcntl,fcntl64", 3, 8, 7), .failed = true },
		{ CALL(BOTH, "clone", 0x01200011) },
		{ CALL(BOTH, "ptrace", 0) },
		{ CALL(BOTH, "ptrace", 1) },
		{ CALL(BOTH, "ptrace", 7) },
		{ CALL(BOTH, "ptrace", 12) },
		{ CALL(BOTH, "ptrace", 24) },
		{ CALL(B64, "kill", 7, 0) },
		{ CALL(B64, "kill", 7, 10) },
		{ CALL(B64, "kill", 7, 18) },
		{ CALL(B64, "kill", 7, 9), .failed = true },
		{ CALL(B64, "tgkill", 7, 8, 10) },
		{ CALL(B64, "tgkill", 7, 8, 23) },
		{ CALL(B64, "tgkill", 7, 8, 33) },
		{ CALL(B64, "setresuid", 1000, 1000, NONE) },
		{ CALL(BOTH, "execve,execveat", 0), .missing = true },
		{ CALL(B64, "setuid", 0), .failed = true },
		{ CALL(B64, "bpf", 1) },
		{ CALL(B64, "syslog", 3) },
		{ CALL(B64, "setxattr", 0, 0, 0, 28) },
		{ CALL(B64, "mknod", 0, S_IFIFO | 0600) },
		{ CALL(B64, "mknodat", 0, 0, S_IFCHR | 0666, 0x103) },
		{ CALL(B64, "mknodat", 0, 0, S_IFSOCK | 0666, 0) },
	};

	(void)state;
	expect(calls, ARRAY_LEN(calls), false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_rules_ask_for_is_brought),
		cmocka_unit_test(test_signals_that_end_or_stop_are_brought),
		cmocka_unit_test(test_what_programs_do_all_day_is_not_brought),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
