/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of reasons. A row judges all processes of the container together, so that one that was
 * put into it with more than the others counts.
 *
 * Owns nothing. Must not decide by names that a process chose.
 */
#include "survey/reason.h"

#include "base/cleanup.h"
#include "kernel/capset.h"
#include "state/facts.h"
#include "survey/judge_config.h"
#include "survey/reach.h"
#include "survey/words.h"

#define NAMED_MAX 8 /* processes in a detail */

#define BIT(n) (UINT64_C(1) << (n))
/* linux/capability.h */
enum {
	BIT_DAC_READ_SEARCH = 2,
	BIT_LINUX_IMMUTABLE = 9,
	BIT_NET_ADMIN = 12,
	BIT_SYS_MODULE = 16,
	BIT_SYS_RAWIO = 17,
	BIT_SYS_PTRACE = 19,
	BIT_SYS_ADMIN = 21,
	BIT_SYS_BOOT = 22,
	BIT_AUDIT_CONTROL = 30,
	BIT_MAC_OVERRIDE = 32,
	BIT_MAC_ADMIN = 33,
	BIT_SYSLOG = 34,
	BIT_PERFMON = 38,
	BIT_BPF = 39,
	BIT_CHECKPOINT_RESTORE = 40,
};
#define CAPS_WITH_A_ROW                                                                            \
	(BIT(BIT_DAC_READ_SEARCH) | BIT(BIT_NET_ADMIN) | BIT(BIT_SYS_MODULE) |                     \
	 BIT(BIT_SYS_RAWIO) | BIT(BIT_SYS_PTRACE) | BIT(BIT_SYS_ADMIN) | BIT(BIT_SYS_BOOT) |       \
	 BIT(BIT_AUDIT_CONTROL) | BIT(BIT_MAC_OVERRIDE) | BIT(BIT_MAC_ADMIN) | BIT(BIT_SYSLOG) |   \
	 BIT(BIT_PERFMON) | BIT(BIT_BPF) | BIT(BIT_CHECKPOINT_RESTORE))

const char *severity_name(enum severity s)
{
	static const char *const names[SEVERITY_COUNT] = {
		[SEVERITY_NONE] = "none",	  [SEVERITY_LOW] = "low",
		[SEVERITY_MEDIUM] = "medium",	  [SEVERITY_HIGH] = "high",
		[SEVERITY_CRITICAL] = "critical",
	};

	return names[s];
}

/* many processes, one answer */

struct poll {
	size_t yes, no, unknown;
};

static void poll_add(struct poll *t, enum answer a, const struct process *p, struct buf *detail)
{
	t->no += a == ANSWER_NO;
	t->unknown += a == ANSWER_UNKNOWN;
	if (a == ANSWER_YES && t->yes++ < NAMED_MAX && p)
		buf_printf(detail, "%s%d", t->yes > 1 ? " " : "pid ", p->ref.pid);
}

static enum answer poll_close(const struct poll *t, size_t n, struct buf *detail)
{
	if (t->yes > NAMED_MAX)
		buf_printf(detail, " and %zu more", t->yes - NAMED_MAX);
	if (t->yes == n && n)
		buf_clear(detail); /* all of them: nothing to tell apart */
	return t->yes ? ANSWER_YES : t->unknown || !n ? ANSWER_UNKNOWN : ANSWER_NO;
}

typedef enum answer (*process_judge)(const struct reason_view *v, const struct process *p,
				     uint64_t param);

static enum answer any_process(const struct reason_view *v, process_judge judge, uint64_t param,
			       struct buf *detail)
{
	struct poll t = { 0 };

	for (size_t i = 0; i < v->n; i++)
		poll_add(&t, judge(v, v->members[i], param), v->members[i], detail);
	return poll_close(&t, v->n, detail);
}

/* namespaces */

static enum answer process_shares(const struct reason_view *v, const struct process *p, uint64_t ns)
{
	return reach_shares(v, p, (unsigned)ns);
}

static enum answer judge_namespace(const struct reason_view *v, uint64_t ns, struct buf *detail)
{
	static const uint32_t declared[NS_COUNT] = {
		[NS_MNT] = SPEC_HOST_MOUNT,   [NS_PID] = SPEC_HOST_PID,
		[NS_NET] = SPEC_HOST_NETWORK, [NS_IPC] = SPEC_HOST_IPC,
		[NS_UTS] = SPEC_HOST_UTS,     [NS_CGROUP] = SPEC_HOST_CGROUP,
	};
	enum answer a = any_process(v, process_shares, ns, detail);

	return a == ANSWER_UNKNOWN ? judge_mark(v, declared[ns], detail) : a;
}

/* capabilities */

static enum answer has_effective(const struct reason_view *v, const struct process *p,
				 uint64_t mask)
{
	if (!p->cred.has_caps)
		return ANSWER_UNKNOWN;
	return p->cred.cap_effective & mask && reach_shares(v, p, NS_USER) != ANSWER_NO ? ANSWER_YES
											: ANSWER_NO;
}

static void tell_holders(const struct reason_view *v, uint64_t mask, struct buf *detail)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += has_effective(v, v->members[i], mask) == ANSWER_YES;
	if (!n)
		buf_add(detail, STR("in the bounding set"));
	else if (n < v->n)
		buf_printf(detail, "effective in %zu of %zu processes", n, v->n);
}

static enum answer judge_capability(const struct reason_view *v, uint64_t mask, struct buf *detail)
{
	uint64_t set;

	if (!reach_find(v, &set))
		return ANSWER_UNKNOWN;
	if (!(set & mask))
		return ANSWER_NO;
	tell_holders(v, mask, detail);
	return ANSWER_YES;
}

static enum answer judge_other_caps(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	uint64_t set;

	if (!reach_find(v, &set))
		return ANSWER_UNKNOWN;
	set &= ~(CAPSET_RUNTIME_DEFAULT | CAPS_WITH_A_ROW | param);
	words_capabilities(set, detail);
	return set ? ANSWER_YES : ANSWER_NO;
}

static enum answer judge_beyond(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	struct poll t = { 0 };

	(void)param;
	for (size_t i = 0; i < v->n; i++) {
		uint64_t set;
		enum answer a = reach_beyond(v, v->members[i], &set);

		poll_add(&t, a, NULL, detail);
		if (a != ANSWER_YES || t.yes > NAMED_MAX)
			continue;
		buf_printf(detail, "%spid %d: ", t.yes > 1 ? ", " : "", v->members[i]->ref.pid);
		words_capabilities(set, detail);
	}
	if (t.yes > NAMED_MAX)
		buf_printf(detail, " and %zu more", t.yes - NAMED_MAX);
	return t.yes ? ANSWER_YES : t.unknown || !v->n ? ANSWER_UNKNOWN : ANSWER_NO;
}

/* processes */

static enum answer has_no_seccomp(const struct reason_view *v, const struct process *p,
				  uint64_t param)
{
	(void)v;
	(void)param;
	return p->cred.seccomp < 0 ? ANSWER_UNKNOWN : p->cred.seccomp ? ANSWER_NO : ANSWER_YES;
}

static enum answer judge_seccomp(const struct reason_view *v, uint64_t mark, struct buf *detail)
{
	enum answer a = any_process(v, has_no_seccomp, 0, detail);

	return a == ANSWER_UNKNOWN ? judge_mark(v, mark, detail) : a;
}

static enum answer may_gain(const struct reason_view *v, const struct process *p, uint64_t param)
{
	(void)v;
	(void)param;
	return p->cred.no_new_privs < 0 ? ANSWER_UNKNOWN
	       : p->cred.no_new_privs	? ANSWER_NO
					: ANSWER_YES;
}

static enum answer judge_new_privs(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	return any_process(v, may_gain, param, detail);
}

/*
 * Ids as our own user namespace shows them: 0 is the host's root where ours is the host's, in
 * whatever namespace the process is.
 */
static enum answer is_root(const struct reason_view *v, const struct process *p, uint64_t param)
{
	const struct credentials *c = &p->cred;

	(void)v;
	(void)param;
	if (!c->has_ids)
		return ANSWER_UNKNOWN;
	return c->ruid && c->euid && c->suid && c->fsuid ? ANSWER_NO : ANSWER_YES;
}

static enum answer judge_root(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	return any_process(v, is_root, param, detail);
}

static enum answer has_left(const struct reason_view *v, const struct process *p, uint64_t param)
{
	(void)v;
	(void)param;
	return p->has_deserted ? ANSWER_YES : ANSWER_NO;
}

static enum answer judge_deserter(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	enum answer a = any_process(v, has_left, param, detail);

	/* nobody knows where it should be */
	return a == ANSWER_NO && !(v->container && v->container->home.set) ? ANSWER_UNKNOWN : a;
}

static enum answer judge_unidentified(const struct reason_view *v, uint64_t param,
				      struct buf *detail)
{
	(void)param;
	(void)detail;
	return v->container ? ANSWER_NO : ANSWER_YES;
}

#define CAP(lower, bit, severity, help)                                                            \
	{                                                                                          \
		"cap-" lower, severity, judge_capability, BIT(bit), help                           \
	}

/* clang-format off */
const struct reason_def reasons[] = {
	{ "privileged", SEVERITY_CRITICAL, judge_privileged, 0,
	  "started with all capabilities, all devices, nothing masked" },
	{ "runtime-socket", SEVERITY_CRITICAL, judge_socket, SPEC_RUNTIME_SOCKET,
	  "a socket that commands the engine or the service manager" },
	{ "host-path-rw", SEVERITY_CRITICAL, judge_path_rw, SPEC_SENSITIVE_PATH,
	  "a path of the host that leads to all of it can be written" },
	{ "host-mnt", SEVERITY_CRITICAL, judge_namespace, NS_MNT,
	  "in the host's mount namespace: its files are the container's" },
	CAP("sys-admin", BIT_SYS_ADMIN, SEVERITY_CRITICAL,
	    "mounts, namespaces, release_agent: most escapes begin here"),
	CAP("sys-module", BIT_SYS_MODULE, SEVERITY_CRITICAL,
	    "loads kernel modules"),
	CAP("sys-rawio", BIT_SYS_RAWIO, SEVERITY_CRITICAL,
	    "raw access to memory, ports and disks"),
	{ "devices", SEVERITY_CRITICAL, judge_mark, SPEC_ALL_DEVICES,
	  "every device may be opened, the host's disks included" },
	{ "beyond-given", SEVERITY_CRITICAL, judge_beyond, 0,
	  "a process has capabilities that its container was not given" },
	{ "proc-fd-cwd", SEVERITY_CRITICAL, judge_mark, SPEC_PROC_CWD,
	  "starts in a descriptor of the runtime's (CVE-2024-21626)" },
	{ "climbing-mount", SEVERITY_CRITICAL, judge_mark, SPEC_CLIMBING_MOUNT,
	  "a mount's destination leads above the root (CVE-2022-23648)" },
	{ "deserter", SEVERITY_HIGH, judge_deserter, 0,
	  "a process has left the cgroups of its container" },
	{ "cgroup-writable", SEVERITY_HIGH, judge_cgroup, 0,
	  "a cgroup hierarchy is mounted writable" },
	{ "host-pid", SEVERITY_HIGH, judge_namespace, NS_PID,
	  "sees and may signal the host's processes" },
	CAP("sys-ptrace", BIT_SYS_PTRACE, SEVERITY_HIGH,
	    "takes over other processes; with host-pid, the host's"),
	CAP("dac-read-search", BIT_DAC_READ_SEARCH, SEVERITY_HIGH,
	    "opens files by handle, past the container's root (shocker)"),
	CAP("bpf", BIT_BPF, SEVERITY_HIGH,
	    "loads programs into the kernel"),
	CAP("mac-admin", BIT_MAC_ADMIN, SEVERITY_HIGH,
	    "changes the policy of the security module"),
	CAP("mac-override", BIT_MAC_OVERRIDE, SEVERITY_HIGH,
	    "ignores the policy of the security module"),
	CAP("sys-boot", BIT_SYS_BOOT, SEVERITY_HIGH,
	    "restarts the machine, or loads another kernel"),
	CAP("audit-control", BIT_AUDIT_CONTROL, SEVERITY_HIGH,
	    "can switch the host's audit off"),
	CAP("perfmon", BIT_PERFMON, SEVERITY_HIGH,
	    "observes the kernel and all processes"),
	CAP("checkpoint-restore", BIT_CHECKPOINT_RESTORE, SEVERITY_HIGH,
	    "reopens files of other processes, chooses pids"),
	{ "loader-hooks", SEVERITY_HIGH, judge_mark, SPEC_LOADER_HOOKS,
	  "LD_ variables that hooks on the host may inherit" },
	{ "host-path-ro", SEVERITY_MEDIUM, judge_path_ro, SPEC_SENSITIVE_PATH,
	  "a path of the host that leads to all of it can be read" },
	{ "no-seccomp", SEVERITY_MEDIUM, judge_seccomp, SPEC_NO_SECCOMP,
	  "no seccomp filter: every system call of the kernel is open" },
	{ "unmasked", SEVERITY_MEDIUM, judge_mark, SPEC_UNMASKED,
	  "nothing of /proc and /sys is hidden" },
	{ "lsm-unconfined", SEVERITY_MEDIUM, judge_unconfined, 0,
	  "asked to be free of the security module" },
	CAP("net-admin", BIT_NET_ADMIN, SEVERITY_MEDIUM,
	    "configures networks; with host-net, the host's"),
	CAP("syslog", BIT_SYSLOG, SEVERITY_MEDIUM,
	    "reads kernel addresses and messages"),
	{ "host-net", SEVERITY_MEDIUM, judge_namespace, NS_NET,
	  "in the host's network: its interfaces and abstract sockets" },
	{ "host-ipc", SEVERITY_MEDIUM, judge_namespace, NS_IPC,
	  "shares System V memory and POSIX queues with the host" },
	{ "unidentified", SEVERITY_MEDIUM, judge_unidentified, 0,
	  "in a container, but nobody can say which" },
	{ "host-uts", SEVERITY_LOW, judge_namespace, NS_UTS,
	  "shares the host's name" },
	{ "host-cgroup", SEVERITY_LOW, judge_namespace, NS_CGROUP,
	  "sees the host's cgroup paths" },
	{ "cap-other", SEVERITY_LOW, judge_other_caps, 0,
	  "capabilities that runtimes do not give by default" },
	{ "io-uring", SEVERITY_LOW, judge_io_uring, SPEC_IO_URING,
	  "the seccomp filter lets io_uring pass" },
	{ "new-privs", SEVERITY_LOW, judge_new_privs, 0,
	  "no_new_privs is off: set-user-ID programs gain privileges" },
	{ "host-root", SEVERITY_LOW, judge_root, 0,
	  "runs as root, and its uid 0 is the host's" },
};
/* clang-format on */
const size_t reasons_n = ARRAY_LEN(reasons);
_Static_assert(ARRAY_LEN(reasons) <= REASONS_MAX, "a bit each");
