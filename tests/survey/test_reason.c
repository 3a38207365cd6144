// SPDX-License-Identifier: Apache-2.0
/* Every reason: when it holds, when it does not, and when nobody can say. */
#include "machine.h"

#define CAP(n) (UINT64_C(1) << (n))
#define SYS_ADMIN CAP(21)

static void test_reason_table_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < reasons_n; i++) {
		assert_non_null(reasons[i].judge);
		assert_true(reasons[i].severity > SEVERITY_NONE &&
			    reasons[i].severity < SEVERITY_COUNT);
		assert_true(strlen(reasons[i].name) <= 22 && strlen(reasons[i].help) > 0);
		/* indentation, severity and name take 38 columns of a terminal with 100 */
		assert_true(strlen(reasons[i].help) <= 62);
		/* the worst first */
		assert_true(i == 0 || reasons[i].severity <= reasons[i - 1].severity);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(reasons[i].name, reasons[k].name);
	}
}

static void test_reason_tight_container_has_none(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, 2);
	for (size_t i = 0; i < reasons_n; i++)
		if (machine_judge(&m, reasons[i].name, NULL) != ANSWER_NO)
			fail_msg("%s", reasons[i].name);
}

/* a container of which nothing could be read is not safe, it is unknown */
static void test_reason_unreadable_container_is_not_known(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, 1);
	m.container = (struct container){ .id = m.container.id, .is_identified = true };
	m.processes[0].cred = (struct credentials){ .no_new_privs = -1, .seccomp = -1 };
	memset(m.processes[0].cred.ns, 0, sizeof(m.processes[0].cred.ns));
	for (size_t i = 0; i < reasons_n; i++)
		if (strcmp(reasons[i].name, "unidentified") != 0 &&
		    machine_judge(&m, reasons[i].name, NULL) != ANSWER_UNKNOWN)
			fail_msg("%s", reasons[i].name);
	m.view.container = NULL;
	assert_int_equal(machine_judge(&m, "unidentified", NULL), ANSWER_YES);
	/* nor is one without a process that could be looked at */
	m.view.n = 0;
	assert_int_equal(machine_judge(&m, "no-seccomp", NULL), ANSWER_UNKNOWN);
	assert_int_equal(machine_judge(&m, "deserter", NULL), ANSWER_UNKNOWN);
}

static void test_reason_capabilities_one_row_each(void **state)
{
	static const struct {
		const char *name;
		unsigned bit;
	} rows[] = {
		{ "cap-dac-read-search", 2 },
		{ "cap-net-admin", 12 },
		{ "cap-sys-module", 16 },
		{ "cap-sys-rawio", 17 },
		{ "cap-sys-ptrace", 19 },
		{ "cap-sys-admin", 21 },
		{ "cap-sys-boot", 22 },
		{ "cap-audit-control", 30 },
		{ "cap-mac-override", 32 },
		{ "cap-mac-admin", 33 },
		{ "cap-syslog", 34 },
		{ "cap-perfmon", 38 },
		{ "cap-bpf", 39 },
		{ "cap-checkpoint-restore", 40 },
		{ "cap-other", 25 },
	};
	struct machine m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		machine_make(&m, 1);
		m.container.cap_bounding |= CAP(rows[i].bit);
		for (size_t k = 0; k < reasons_n; k++)
			assert_int_equal(machine_judge(&m, reasons[k].name, NULL),
					 strcmp(reasons[k].name, rows[i].name) == 0 ? ANSWER_YES
										    : ANSWER_NO);
	}
}

static void test_reason_capability_tells_who_has_it(void **state)
{
	char detail[256];
	struct machine m;

	(void)state;
	machine_make(&m, 2);
	m.container.cap_bounding |= SYS_ADMIN;
	machine_judge(&m, "cap-sys-admin", detail);
	assert_string_equal(detail, "in the bounding set");
	m.processes[1].cred.cap_effective = m.processes[1].cred.cap_permitted = SYS_ADMIN;
	machine_judge(&m, "cap-sys-admin", detail);
	assert_string_equal(detail, "effective in 1 of 2 processes");
	/* nobody wrote down what it was given: what a process has counts */
	m.container.has_bounding = false;
	assert_int_equal(machine_judge(&m, "cap-sys-admin", NULL), ANSWER_YES);
}

static void test_reason_capabilities_in_an_own_user_namespace_do_not_count(void **state)
{
	char detail[256];
	struct machine m;

	(void)state;
	machine_make(&m, 2);
	for (size_t i = 0; i < 2; i++) {
		m.processes[i].cred.ns[NS_USER] = OWN_NS;
		m.processes[i].cred.cap_permitted = m.processes[i].cred.cap_bounding = capset_all();
	}
	m.container.cap_bounding = CAPSET_RUNTIME_DEFAULT | SYS_ADMIN;
	assert_int_equal(machine_judge(&m, "cap-sys-admin", NULL), ANSWER_NO);
	assert_int_equal(machine_judge(&m, "beyond-given", NULL), ANSWER_NO);
	/* one that was put there from outside is in the host's */
	m.processes[1].cred.ns[NS_USER] = HOST_NS;
	assert_int_equal(machine_judge(&m, "cap-sys-admin", NULL), ANSWER_YES);
	assert_int_equal(machine_judge(&m, "beyond-given", detail), ANSWER_YES);
	assert_non_null(strstr(detail, "pid 101: "));
	/* it cannot be read: nobody knows what that is worth */
	m.processes[1].cred.ns[NS_USER] = 0;
	assert_int_equal(machine_judge(&m, "beyond-given", NULL), ANSWER_UNKNOWN);
}

/* as another user sees it: capabilities can be read, the user namespace cannot */
static void test_reason_capabilities_of_an_unknown_user_namespace(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, 1);
	m.container.cap_bounding |= SYS_ADMIN;
	m.processes[0].cred.cap_bounding |= SYS_ADMIN;
	m.processes[0].cred.ns[NS_USER] = 0;
	/* the configuration was read, and has no user namespace */
	assert_int_equal(machine_judge(&m, "cap-sys-admin", NULL), ANSWER_YES);
	m.container.spec.marks = SPEC_OWN_USER;
	assert_int_equal(machine_judge(&m, "cap-sys-admin", NULL), ANSWER_NO);
	m.container.spec = (struct spec){ 0 };
	assert_int_equal(machine_judge(&m, "cap-sys-admin", NULL), ANSWER_UNKNOWN);
}

static void test_reason_namespaces_the_kernel_first_then_the_configuration(void **state)
{
	static const struct {
		const char *name;
		unsigned ns;
		uint32_t mark;
	} rows[] = {
		{ "host-mnt", NS_MNT, SPEC_HOST_MOUNT },
		{ "host-pid", NS_PID, SPEC_HOST_PID },
		{ "host-net", NS_NET, SPEC_HOST_NETWORK },
		{ "host-ipc", NS_IPC, SPEC_HOST_IPC },
		{ "host-uts", NS_UTS, SPEC_HOST_UTS },
		{ "host-cgroup", NS_CGROUP, SPEC_HOST_CGROUP },
	};
	char detail[256];
	struct machine m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		machine_make(&m, 2);
		m.processes[1].cred.ns[rows[i].ns] = HOST_NS;
		assert_int_equal(machine_judge(&m, rows[i].name, detail), ANSWER_YES);
		assert_string_equal(detail, "pid 101");
		/* what the kernel shows counts, whatever was declared */
		machine_make(&m, 1);
		m.container.spec.marks = rows[i].mark;
		assert_int_equal(machine_judge(&m, rows[i].name, NULL), ANSWER_NO);
		m.host_ns[rows[i].ns] = 0;
		assert_int_equal(machine_judge(&m, rows[i].name, NULL), ANSWER_YES);
		m.container.spec.is_known = false;
		assert_int_equal(machine_judge(&m, rows[i].name, NULL), ANSWER_UNKNOWN);
	}
}

static void mount_add(struct machine *m, const char *text, size_t len)
{
	static struct str list[SPEC_ITEMS_MAX];

	list[m->container.spec.mounts.n++] = str_mem(text, len);
	m->container.spec.mounts.at = list;
}
#define MOUNT(m, source, dest, mode, rw, type)                                                     \
	mount_add(m,                                                                               \
		  source "\0" dest "\0" mode "\0" rw "\0"                                          \
			 "\0" type,                                                                \
		  sizeof(source "\0" dest "\0" mode "\0" rw "\0"                                   \
				"\0" type) -                                                       \
			  1)

static void test_reason_mounts_name_what_was_mounted(void **state)
{
	char detail[256];
	struct machine m;

	(void)state;
	machine_make(&m, 1);
	MOUNT(&m, "proc", "/proc", "", "true", "proc");
	MOUNT(&m, "tmpfs", "/dev", "", "true", "tmpfs");
	MOUNT(&m, "cgroup", "/sys/fs/cgroup", "ro", "false", "cgroup");
	MOUNT(&m, "/srv/data", "/data", "rw", "true", "bind");
	assert_int_equal(machine_judge(&m, "host-path-rw", NULL), ANSWER_NO);
	assert_int_equal(machine_judge(&m, "cgroup-writable", NULL), ANSWER_NO);
	assert_int_equal(machine_judge(&m, "runtime-socket", NULL), ANSWER_NO);
	MOUNT(&m, "/etc", "/host/etc", "ro", "false", "bind");
	MOUNT(&m, "/", "/host", "rw", "true", "bind");
	MOUNT(&m, "/sys/kernel", "/k", "", "true", "bind");
	MOUNT(&m, "/var/run/docker.sock", "/d", "rw", "true", "bind");
	MOUNT(&m, "cgroup", "/c", "rw", "true", "cgroup2");
	assert_int_equal(machine_judge(&m, "host-path-ro", detail), ANSWER_YES);
	assert_string_equal(detail, "/etc at /host/etc");
	assert_int_equal(machine_judge(&m, "host-path-rw", detail), ANSWER_YES);
	assert_string_equal(detail, "/ at /host, /sys/kernel at /k");
	assert_int_equal(machine_judge(&m, "runtime-socket", detail), ANSWER_YES);
	assert_string_equal(detail, "/var/run/docker.sock at /d");
	assert_int_equal(machine_judge(&m, "cgroup-writable", detail), ANSWER_YES);
	for (unsigned i = 0; i < 20; i++)
		MOUNT(&m, "/etc", "/e", "rw", "true", "bind");
	machine_judge(&m, "host-path-rw", detail);
	assert_non_null(strstr(detail, " and 14 more"));
}

/* a list that was cut may have held it */
static void test_reason_cut_configuration_proves_nothing(void **state)
{
	struct machine m;

	(void)state;
	machine_make(&m, 1);
	m.container.spec.is_cut = true;
	assert_int_equal(machine_judge(&m, "runtime-socket", NULL), ANSWER_UNKNOWN);
	assert_int_equal(machine_judge(&m, "host-path-rw", NULL), ANSWER_UNKNOWN);
}

static void test_reason_what_is_declared(void **state)
{
	static const struct {
		const char *name;
		uint32_t mark;
	} rows[] = {
		{ "devices", SPEC_ALL_DEVICES },
		{ "proc-fd-cwd", SPEC_PROC_CWD },
		{ "climbing-mount", SPEC_CLIMBING_MOUNT },
		{ "loader-hooks", SPEC_LOADER_HOOKS },
		{ "unmasked", SPEC_UNMASKED },
		{ "io-uring", SPEC_IO_URING },
	};
	struct machine m;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		machine_make(&m, 1);
		m.container.spec.marks = rows[i].mark;
		assert_int_equal(machine_judge(&m, rows[i].name, NULL), ANSWER_YES);
	}
	m.container.spec.marks |= SPEC_NO_SECCOMP; /* then that is the reason */
	assert_int_equal(machine_judge(&m, "io-uring", NULL), ANSWER_NO);
	m.container.privileged = true;
	assert_int_equal(machine_judge(&m, "privileged", NULL), ANSWER_YES);
	m.container.spec.apparmor = STR("unconfined");
	assert_int_equal(machine_judge(&m, "lsm-unconfined", NULL), ANSWER_YES);
	m.container.spec.apparmor = STR("docker-default");
	assert_int_equal(machine_judge(&m, "lsm-unconfined", NULL), ANSWER_NO);
	m.container.spec.selinux = STR("system_u:system_r:spc_t:s0");
	assert_int_equal(machine_judge(&m, "lsm-unconfined", NULL), ANSWER_YES);
}

static void test_reason_one_process_of_many(void **state)
{
	char detail[256];
	struct machine m;

	(void)state;
	machine_make(&m, 3);
	m.processes[1].cred.seccomp = 0;
	assert_int_equal(machine_judge(&m, "no-seccomp", detail), ANSWER_YES);
	assert_string_equal(detail, "pid 101");
	m.processes[0].cred.seccomp = m.processes[2].cred.seccomp = 0;
	machine_judge(&m, "no-seccomp", detail);
	assert_string_equal(detail, "");
	m.processes[2].cred.no_new_privs = 0;
	assert_int_equal(machine_judge(&m, "new-privs", detail), ANSWER_YES);
	assert_string_equal(detail, "pid 102");
	m.processes[2].has_deserted = true;
	assert_int_equal(machine_judge(&m, "deserter", detail), ANSWER_YES);
	assert_string_equal(detail, "pid 102");
	m.processes[0].cred.suid = 0;
	assert_int_equal(machine_judge(&m, "host-root", detail), ANSWER_YES);
	assert_string_equal(detail, "pid 100");
	/* mapped to itself, it is no other in a user namespace */
	m.processes[0].cred.ns[NS_USER] = OWN_NS;
	assert_int_equal(machine_judge(&m, "host-root", NULL), ANSWER_YES);
}

/* `docker exec --privileged` into a container that is not */
static void test_reason_process_beyond_its_container(void **state)
{
	char detail[256];
	struct machine m;

	(void)state;
	machine_make(&m, 2);
	m.container.cap_bounding = CAP(0);
	m.processes[0].cred.cap_bounding = CAP(0);
	m.processes[1].cred.cap_bounding = CAP(0) | CAP(7) | SYS_ADMIN;
	assert_int_equal(machine_judge(&m, "beyond-given", detail), ANSWER_YES);
	assert_string_equal(detail, "pid 101: SETUID SYS_ADMIN");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reason_table_is_whole),
		cmocka_unit_test(test_reason_tight_container_has_none),
		cmocka_unit_test(test_reason_unreadable_container_is_not_known),
		cmocka_unit_test(test_reason_capabilities_one_row_each),
		cmocka_unit_test(test_reason_capability_tells_who_has_it),
		cmocka_unit_test(test_reason_capabilities_in_an_own_user_namespace_do_not_count),
		cmocka_unit_test(test_reason_capabilities_of_an_unknown_user_namespace),
		cmocka_unit_test(test_reason_namespaces_the_kernel_first_then_the_configuration),
		cmocka_unit_test(test_reason_mounts_name_what_was_mounted),
		cmocka_unit_test(test_reason_cut_configuration_proves_nothing),
		cmocka_unit_test(test_reason_what_is_declared),
		cmocka_unit_test(test_reason_one_process_of_many),
		cmocka_unit_test(test_reason_process_beyond_its_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
