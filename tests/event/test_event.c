/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From records to meaning: each record type, the ways a call can come, and what hostile records do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <libaudit.h>

#include "base/buf.h"
#include "event/event.h"

#define URINGOP 1336
#define OPENAT2 1337
#define assert_str(s, expected) assert_true(str_eq((s), STR(expected)))

#define IDS                                                                                        \
	" ppid=900 pid=1000 auid=1000 uid=0 gid=0 euid=1 suid=2 fsuid=3 egid=4 sgid=5 fsgid=6 "    \
	"tty=pts0 ses=7"
#define CALL(arch, nr)                                                                             \
	"arch=" arch " syscall=" nr " success=yes exit=3 a0=1 a1=2 a2=80241 a3=4 items=0" IDS
#define X86(nr) CALL("c000003e", nr)

struct stage {
	struct arena *arena;
	struct record records[700];
	size_t n;
	struct event ev;
};

static int open_stage(void **state)
{
	struct stage *s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	s->arena = arena_new(4096, 1 << 22);
	*state = s;
	return s->arena == NULL;
}

static int close_stage(void **state)
{
	struct stage *s = *state;
	arena_free(s->arena);
	free(s);
	return 0;
}

static void add(struct stage *s, uint32_t type, const char *body)
{
	s->records[s->n++] = (struct record){ .type = type,
					      .time = UINT64_C(1700000000007000000),
					      .serial = 42,
					      .body = str_of(body) };
}

static int decode(struct stage *s)
{
	return event_decode(&s->ev, s->records, s->n, s->arena);
}

static void good(struct stage *s)
{
	assert_int_equal(decode(s), 0);
}

static void test_event_call_is_decoded(void **state)
{
	struct stage *s = *state;
	const struct syscall_record *c = &s->ev.sys;
	add(s, AUDIT_SYSCALL,
	    "arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7ffd0 a2=80241 a3=1b6 "
	    "items=0" IDS " comm=612062 exe=\"/bin/x\" key=\"k\"");
	good(s);
	assert_int_equal(s->ev.type, EVT_OPENAT);
	assert_true(s->ev.has_syscall && c->has_result && !c->success && !s->ev.is_uring);
	assert_int_equal(c->exit, -13);
	assert_int_equal(c->arg[0], 0xffffff9c);
	assert_int_equal(c->arg[3], 0x1b6);
	assert_int_equal(c->ppid, 900);
	assert_int_equal(c->pid, 1000);
	assert_int_equal(c->auid, 1000);
	assert_int_equal(c->euid * 100000 + c->suid * 10000 + c->fsuid * 1000 + c->egid * 100 +
				 c->sgid * 10 + c->fsgid,
			 123456);
	assert_int_equal(c->ses, 7);
	assert_str(c->tty, "pts0");
	assert_str(c->comm, "a b");
	assert_str(c->exe, "/bin/x");
	assert_str(event_id(&s->ev, s->arena), "1700000000.007:42");
}

static void test_event_without_a_result_says_so(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, "arch=c000003e syscall=231 a0=0 a1=0 a2=0 a3=0 items=0" IDS);
	good(s);
	assert_int_equal(s->ev.type, EVT_EXIT_GROUP);
	assert_false(s->ev.sys.has_result);
}

static void test_event_fields_in_any_order_and_unknown_ones(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL,
	    "new=field pid=5 per=400000 subj=u:r:t syscall=59 exe=\"/x\" arch=c000003e subj2=y "
	    "comm=\"c\"");
	good(s);
	assert_int_equal(s->ev.type, EVT_EXECVE);
	assert_int_equal(s->ev.sys.pid, 5);
	assert_str(s->ev.sys.comm, "c");
	assert_int_equal(s->ev.sys.auid, ID_UNSET);
}

static void test_event_nonsense_numbers_do_no_harm(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL,
	    "arch=zzzz syscall=4294967295 exit=-99999999999999999999 a0=fffffffffffffffffff "
	    "items=-1 pid=1 uid=x gid=4294967296 ses=");
	good(s);
	assert_int_equal(s->ev.sys.uid, ID_UNSET); /* who is not known is not root */
	assert_int_equal(s->ev.sys.gid, ID_UNSET);
	assert_false(s->ev.sys.has_result);
	assert_int_equal(s->ev.type, EVT_UNKNOWN);
	assert_int_equal(s->ev.sys.arg[0], 0);
	assert_int_equal(s->ev.sys.exit, 0);
}

static void test_event_without_pid_or_call_is_malformed(void **state)
{
	static const char *const bodies[] = {
		"",
		"pid=1",
		"syscall=59 arch=c000003e",
		"pid=-5 syscall=59",
		"=",
		"pid=1 syscall=4294967296",
		"pid=2147483648 syscall=1",
	};
	struct stage *s = *state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		s->n = 0;
		add(s, AUDIT_SYSCALL, bodies[i]);
		assert_int_equal(decode(s), -EINVAL);
	}
	s->n = 0;
	assert_int_equal(decode(s), -EINVAL);
}

static void test_event_socketcall_is_the_call_behind_it(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, "arch=40000003 syscall=102 a0=3 a1=ff pid=1");
	good(s);
	assert_int_equal(s->ev.type, EVT_CONNECT);
	s->records[0].body = STR("arch=80000016 syscall=102 a0=2 a1=ff pid=1"); /* s390x */
	good(s);
	assert_int_equal(s->ev.type, EVT_BIND);
	s->records[0].body = STR("arch=40000003 syscall=102 a0=63 pid=1");
	good(s);
	assert_int_equal(s->ev.type, EVT_SOCKETCALL);
}

#define OPERATION(op)                                                                              \
	"uring_op=" op                                                                             \
	" success=yes exit=9 items=1 ppid=900 pid=1001 uid=1 gid=1 euid=1 suid=1 fsuid=1"          \
	" egid=1 sgid=1 fsgid=1 key=\"wc\""

static void test_event_uring_operation_is_its_call(void **state)
{
	struct stage *s = *state;
	add(s, URINGOP, OPERATION("18"));
	add(s, AUDIT_PATH, "item=0 name=\"/x\" inode=1 dev=00:01");
	good(s);
	assert_int_equal(s->ev.type, EVT_OPENAT);
	assert_true(s->ev.is_uring && s->ev.has_syscall && s->ev.sys.has_result);
	assert_int_equal(s->ev.sys.pid, 1001);
	assert_int_equal(s->ev.sys.auid, ID_UNSET);
	assert_null(s->ev.sys.comm.ptr);
	assert_true(event_has_key(&s->ev, STR("wc")));
	assert_false(s->ev.is_incomplete);
}

static void test_event_uring_operation_within_a_call_takes_the_rest_from_it(void **state)
{
	struct stage *s = *state;
	add(s, URINGOP, OPERATION("16"));
	add(s, AUDIT_SYSCALL, X86("426") " comm=\"u\" exe=\"/u\" key=(null)");
	good(s);
	assert_int_equal(s->ev.type, EVT_CONNECT);
	assert_int_equal(s->ev.sys.exit, 9);
	assert_int_equal(s->ev.sys.auid, 1000);
	assert_int_equal(s->ev.sys.ses, 7);
	assert_str(s->ev.sys.comm, "u");
	assert_str(s->ev.sys.exe, "/u");
}

static void test_event_harmless_uring_operation_does_not_hide_an_open(void **state)
{
	struct stage *s = *state;
	add(s, URINGOP, OPERATION("17"));
	add(s, URINGOP, "uring_op=nonsense");
	add(s, URINGOP, OPERATION("999"));
	add(s, URINGOP, OPERATION("28"));
	add(s, URINGOP, OPERATION("37"));
	add(s, AUDIT_SYSCALL, X86("426"));
	good(s);
	assert_int_equal(s->ev.type, EVT_OPENAT2);
}

static void test_event_unknown_uring_operation_is_unknown(void **state)
{
	struct stage *s = *state;
	uint64_t flags;
	add(s, URINGOP, OPERATION("999"));
	good(s);
	assert_int_equal(s->ev.type, EVT_UNKNOWN);
	assert_true(s->ev.is_uring);
	assert_false(event_open_flags(&s->ev, &flags));
	s->n = 0;
	add(s, URINGOP, "uring_op=18"); /* whose? */
	assert_int_equal(decode(s), -EINVAL);
}

static void test_event_lone_record_is_a_record(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_USER_LOGIN,
	    "pid=700 uid=0 auid=1000 ses=3 msg='op=login acct=\"x\" res=success'");
	good(s);
	assert_int_equal(s->ev.type, EVT_RECORD);
	assert_false(s->ev.has_syscall);
	assert_false(s->ev.is_incomplete);
	assert_int_equal(s->ev.sys.pid, 700);
	assert_int_equal(s->ev.sys.auid, 1000);
}

static void test_event_record_that_a_call_only_carried_is_a_record(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_NETFILTER_CFG, "table=t:2 family=2 entries=1 op=nft_register_table pid=700");
	add(s, AUDIT_SYSCALL, "arch=c000003e syscall=44 success=yes exit=80 items=0 pid=700");
	good(s);
	assert_int_equal(s->ev.type, EVT_RECORD);
	assert_true(s->ev.has_syscall);
	assert_int_equal(s->ev.sys.pid, 700);
}

static void test_event_call_that_says_something_keeps_its_type(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_NETFILTER_CFG, "table=filter family=2 entries=4 op=xt_register pid=700");
	add(s, AUDIT_SYSCALL, "arch=c000003e syscall=272 success=yes exit=0 items=0 pid=700");
	good(s);
	assert_int_equal(s->ev.type, EVT_UNSHARE);
}

static void test_event_call_with_a_record_behind_it_keeps_its_type(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, "arch=c000003e syscall=44 success=yes exit=80 items=0 pid=700");
	add(s, AUDIT_SOCKADDR, "saddr=100000000000000000000000");
	good(s);
	assert_int_equal(s->ev.type, event_type_by_name(STR("sendto")));
}

static void test_event_companions_alone_are_incomplete(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_PATH, "item=0 name=\"/x\"");
	good(s);
	assert_int_equal(s->ev.type, EVT_RECORD);
	assert_true(s->ev.is_incomplete);
}

static void test_event_missing_paths_are_incomplete(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, "arch=c000003e syscall=257 items=2 pid=1");
	add(s, AUDIT_PATH, "item=0 name=\"/x\"");
	good(s);
	assert_true(s->ev.is_incomplete);
	add(s, AUDIT_PATH, "item=1 name=\"/y\"");
	good(s);
	assert_false(s->ev.is_incomplete);
}

static void test_event_path_is_decoded(void **state)
{
	struct stage *s = *state;
	struct path_record p;
	add(s, AUDIT_SYSCALL, X86("257"));
	add(s, AUDIT_PATH,
	    "item=1 name=2F6120620A inode=18446744073709551615 dev=fe:1f mode=0104755 ouid=5 "
	    "ogid=6 rdev=08:01 "
	    "nametype=CREATE cap_fp=0");
	add(s, AUDIT_PATH, "item=0 name=(null) inode=5 nametype=ODD");
	add(s, AUDIT_PATH, "name=\"a b\" dev=zz:1 inode=7");
	good(s);
	assert_true(event_path(&s->ev, 0, &p));
	assert_int_equal(p.item, 1);
	assert_str(p.name, "/a b\n");
	assert_true(p.has_inode);
	assert_int_equal(p.inode, UINT64_MAX);
	assert_int_equal(p.dev_major, 0xfe);
	assert_int_equal(p.dev_minor, 0x1f);
	assert_int_equal(p.rdev_major, 8);
	assert_int_equal(p.mode, 0104755);
	assert_int_equal(p.ouid * 10 + p.ogid, 56);
	assert_int_equal(p.kind, PATH_CREATE);
	assert_true(event_path(&s->ev, 1, &p));
	assert_null(p.name.ptr);
	assert_false(p.has_inode); /* an inode without its device is no identity */
	assert_int_equal(p.kind, PATH_UNKNOWN);
	assert_true(event_path(&s->ev, 2, &p));
	assert_false(p.has_inode);
	assert_false(event_path(&s->ev, 3, &p));
}

static void test_event_execve_arguments_are_joined_by_nul(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, X86("59"));
	add(s, AUDIT_EXECVE, "argc=4 a0=\"sh\" a1=\"-c\" a2=6120622063 a3=\"\"");
	good(s);
	assert_int_equal(event_argc(&s->ev), 4);
	assert_str(s->ev.args, "sh\0-c\0a b c\0");
	assert_str(event_argv(&s->ev, 0), "sh");
	assert_str(event_argv(&s->ev, 2), "a b c");
	assert_str(event_argv(&s->ev, 3), "");
	assert_null(event_argv(&s->ev, 4).ptr);
	assert_false(s->ev.is_incomplete);
}

static void test_event_split_execve_is_joined(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, X86("59"));
	add(s, AUDIT_EXECVE, "argc=3 a0=\"x\" a1_len=10 a1[0]=6162");
	add(s, AUDIT_EXECVE, "a1[1]=6364 a1[2]=\"e\"");
	add(s, AUDIT_EXECVE, "a2=\"z\"");
	good(s);
	assert_str(s->ev.args, "x\0abcde\0z");
	assert_int_equal(event_argc(&s->ev), 3);
	assert_false(s->ev.is_incomplete);
}

static void test_event_missing_arguments_are_incomplete(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, X86("59"));
	good(s);
	assert_null(s->ev.args.ptr);
	assert_int_equal(event_argc(&s->ev), 0);
	assert_true(s->ev.is_incomplete);
	s->records[0].body = STR("arch=c000003e syscall=59 success=no exit=-2 items=0 pid=1");
	good(s);
	assert_false(s->ev.is_incomplete); /* a refused exec never had any */
	add(s, AUDIT_EXECVE, "argc=3 a0=\"x\"");
	good(s);
	assert_true(s->ev.is_incomplete);
	s->records[1].body =
		STR("argc=3 a0=\"x\" a2=\"z\""); /* one in the middle keeps its place */
	good(s);
	assert_str(event_argv(&s->ev, 2), "z");
}

static void test_event_arguments_are_cut_at_their_limit(void **state)
{
	static char body[7501];
	struct stage *s = *state;
	memset(body, '4', sizeof(body) - 1);
	memcpy(body, "a1[0]=", 6);
	add(s, AUDIT_SYSCALL, X86("59"));
	add(s, AUDIT_EXECVE, "argc=2 a0=\"x\" a1_len=9999999");
	for (int i = 0; i < 600; i++)
		add(s, AUDIT_EXECVE, body);
	good(s);
	assert_int_equal(s->ev.args.len, EVENT_ARGS_MAX);
	assert_int_equal(event_argc(&s->ev), 2);
}

static void test_event_hostile_argument_numbers_are_bounded(void **state)
{
	static const char *const bodies[] = {
		"argc=18446744073709551615 a18446744073709551615=41",
		"argc=1 a18446744073709551615[0]=41",
		"argc=99999999999999999999 a99999999999999999999=41",
		"argc=-1 a-1=41 a=41 a[0]=41 a[=41 a0[=41 a]=41",
		"a4294967296=41 a0=41 a0=42 a0[0]=43",
		"argc= a0=",
		"a0_len=99999999999 a0[99]=41",
	};
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, X86("59"));
	add(s, AUDIT_EXECVE, "");
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		arena_reset(s->arena);
		s->records[1].body = str_of(bodies[i]);
		good(s);
		assert_true(s->ev.args.len <= EVENT_ARGS_MAX);
	}
}

/*
 * a program may be started with thousands of empty arguments: looking at all of them must stay
 * cheap
 */
static void test_event_thousands_of_arguments_are_indexed(void **state)
{
	struct stage *s = *state;
	auto_buf struct buf body = { 0 };
	size_t there = 0;
	buf_add(&body, STR("argc=10000000"));
	for (int i = 0; i < 16000; i++)
		buf_printf(&body, " a%d=\"\"", i);
	add(s, AUDIT_SYSCALL, X86("59"));
	add(s, AUDIT_EXECVE, buf_z(&body));
	good(s);
	for (size_t i = 0; i < event_argc(&s->ev); i++)
		there += event_argv(&s->ev, i).ptr != NULL;
	assert_int_equal(there, 16000);
}

static void test_event_capability_records_are_masks(void **state)
{
	struct stage *s = *state;
	struct capset_record c;
	struct fcaps_record f;
	add(s, AUDIT_SYSCALL, X86("126"));
	good(s);
	assert_false(event_capset(&s->ev, &c));
	assert_false(event_fcaps(&s->ev, &f));
	add(s, AUDIT_CAPSET, "pid=77 cap_pi=1 cap_pp=00000000a80425fb cap_pe=3 cap_pa=4");
	add(s, AUDIT_BPRM_FCAPS,
	    "fver=2 fp=10 fi=20 fe=1 old_pp=1 old_pi=2 old_pe=3 old_pa=4 pp=5 pi=6 pe=7 pa=8 "
	    "frootid=0");
	good(s);
	assert_true(event_capset(&s->ev, &c));
	assert_int_equal(c.pid, 77);
	assert_int_equal(c.inheritable, 1);
	assert_int_equal(c.permitted, 0xa80425fb);
	assert_int_equal(c.effective, 3);
	assert_int_equal(c.ambient, 4);
	assert_true(event_fcaps(&s->ev, &f));
	assert_int_equal(f.file_permitted, 0x10);
	assert_int_equal(f.file_inheritable, 0x20);
	assert_true(f.file_effective);
	assert_int_equal(f.old_permitted * 1000 + f.old_inheritable * 100 + f.old_effective * 10 +
				 f.old_ambient,
			 1234);
	assert_int_equal(f.permitted * 1000 + f.inheritable * 100 + f.effective * 10 + f.ambient,
			 5678);
}

static void test_event_signalled_processes_are_listed(void **state)
{
	struct stage *s = *state;
	struct objpid_record o;
	add(s, AUDIT_SYSCALL, X86("62"));
	add(s, AUDIT_OBJ_PID, "opid=5 oauid=-1 ouid=6 oses=-1 ocomm=\"a\"");
	add(s, AUDIT_OBJ_PID, "opid=7 ocomm=6220");
	good(s);
	assert_true(event_objpid(&s->ev, 0, &o));
	assert_int_equal(o.pid, 5);
	assert_int_equal(o.uid, 6);
	assert_int_equal(o.auid, ID_UNSET); /* the kernel prints these two with %d */
	assert_int_equal(o.ses, ID_UNSET);
	assert_true(event_objpid(&s->ev, 1, &o));
	assert_str(o.comm, "b ");
	assert_false(event_objpid(&s->ev, 2, &o));
}

static void test_event_open_flags_come_from_where_the_call_has_them(void **state)
{
	static const struct {
		const char *body;
		bool known;
		uint64_t flags;
	} calls[] = {
		{ CALL("c000003e", "2"), true, 2 },
		{ CALL("40000003", "5"), true, 2 },
		{ CALL("c000003e", "257"), true, 0x80241 },
		{ CALL("c00000b7", "56"), true, 0x80241 },
		{ CALL("c000003e", "304"), true, 0x80241 },
		{ CALL("c000003e", "85"), true, O_CREAT | O_WRONLY | O_TRUNC },
		{ CALL("c000003e", "437"), false, 0 },
		{ CALL("c000003e", "59"), false, 0 },
	};
	struct stage *s = *state;
	uint64_t flags, mode, resolve;
	add(s, AUDIT_SYSCALL, "");
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		s->records[0].body = str_of(calls[i].body);
		good(s);
		assert_int_equal(event_open_flags(&s->ev, &flags), calls[i].known);
		if (calls[i].known)
			assert_int_equal(flags, calls[i].flags);
	}
	s->records[0].body = STR(X86("437"));
	add(s, OPENAT2, "oflag=0101102 mode=0640 resolve=0x1c");
	good(s);
	assert_true(event_open_flags(&s->ev, &flags));
	assert_int_equal(flags, 0101102);
	assert_true(event_openat2(&s->ev, &flags, &mode, &resolve));
	assert_int_equal(mode, 0640);
	assert_int_equal(resolve, 0x1c);
	s->records[1].body = STR("oflag=9 mode=x");
	good(s);
	assert_false(event_open_flags(&s->ev, &flags));
}

static void test_event_keys_are_compared_whole(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, X86("59") " key=77635F6F6E650177635F74776F");
	good(s);
	assert_true(event_has_key(&s->ev, STR("wc_one")));
	assert_true(event_has_key(&s->ev, STR("wc_two")));
	assert_false(event_has_key(&s->ev, STR("wc_")));
	s->records[0].body = STR(X86("59") " key=(null)");
	good(s);
	assert_false(event_has_key(&s->ev, STR("(null)")));
	assert_false(event_has_key(&s->ev, STR("")));
}

static void test_event_socket_address_and_directory(void **state)
{
	struct stage *s = *state;
	add(s, AUDIT_SYSCALL, X86("42"));
	good(s);
	assert_null(event_sockaddr(&s->ev).ptr);
	assert_null(event_cwd(&s->ev).ptr);
	add(s, AUDIT_SOCKADDR, "saddr=01002F7300");
	add(s, AUDIT_CWD, "cwd=2F612062");
	good(s);
	assert_str(event_sockaddr(&s->ev), "\1\0/s\0");
	assert_str(event_cwd(&s->ev), "/a b");
}

static void test_event_without_memory_has_absent_texts(void **state)
{
	static char body[4096] = "arch=c000003e syscall=59 pid=1 comm=";
	struct stage *s = *state;
	AUTO(arena) tiny = arena_new(64, 64);
	size_t at = strlen(body);
	memset(body + at, '4', 3000);
	add(s, AUDIT_SYSCALL, body);
	add(s, AUDIT_EXECVE, "argc=1 a0=\"x\"");
	assert_int_equal(event_decode(&s->ev, s->records, s->n, tiny), 0);
	assert_int_equal(s->ev.type, EVT_EXECVE);
	assert_null(s->ev.sys.comm.ptr);
	assert_null(s->ev.args.ptr);
	body[at] = '\0';
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_stage, close_stage)
	const struct CMUnitTest tests[] = {
		TEST(test_event_call_is_decoded),
		TEST(test_event_without_a_result_says_so),
		TEST(test_event_fields_in_any_order_and_unknown_ones),
		TEST(test_event_nonsense_numbers_do_no_harm),
		TEST(test_event_without_pid_or_call_is_malformed),
		TEST(test_event_socketcall_is_the_call_behind_it),
		TEST(test_event_uring_operation_is_its_call),
		TEST(test_event_uring_operation_within_a_call_takes_the_rest_from_it),
		TEST(test_event_harmless_uring_operation_does_not_hide_an_open),
		TEST(test_event_unknown_uring_operation_is_unknown),
		TEST(test_event_lone_record_is_a_record),
		TEST(test_event_record_that_a_call_only_carried_is_a_record),
		TEST(test_event_call_that_says_something_keeps_its_type),
		TEST(test_event_call_with_a_record_behind_it_keeps_its_type),
		TEST(test_event_companions_alone_are_incomplete),
		TEST(test_event_missing_paths_are_incomplete),
		TEST(test_event_path_is_decoded),
		TEST(test_event_execve_arguments_are_joined_by_nul),
		TEST(test_event_split_execve_is_joined),
		TEST(test_event_missing_arguments_are_incomplete),
		TEST(test_event_arguments_are_cut_at_their_limit),
		TEST(test_event_hostile_argument_numbers_are_bounded),
		TEST(test_event_thousands_of_arguments_are_indexed),
		TEST(test_event_capability_records_are_masks),
		TEST(test_event_signalled_processes_are_listed),
		TEST(test_event_open_flags_come_from_where_the_call_has_them),
		TEST(test_event_keys_are_compared_whole),
		TEST(test_event_socket_address_and_directory),
		TEST(test_event_without_memory_has_absent_texts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
