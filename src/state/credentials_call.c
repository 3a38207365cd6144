/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each call but exec does to capability sets, as kernel/sys.c, kernel/user_namespace.c,
 * kernel/seccomp.c and security/commoncap.c do it.
 *
 * Pure functions: the ids of @before and @after are right already. Must not ask the machine.
 */
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <linux/securebits.h>
#include <sched.h>
#include <sys/prctl.h>

#include "base/cleanup.h"
#include "state/credentials_parts.h"

#define BIT(n) (UINT64_C(1) << (n))
/* what goes with the file system user id: CAP_FS_SET of linux/capability.h, inside the kernel */
#define FS_CAPS                                                                                    \
	(BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_DAC_READ_SEARCH) | BIT(CAP_FOWNER) |     \
	 BIT(CAP_FSETID) | BIT(CAP_LINUX_IMMUTABLE) | BIT(CAP_MKNOD) | BIT(CAP_MAC_OVERRIDE))

void credentials_capset(const struct event *ev, struct credentials *before,
			struct credentials *after)
{
	struct capset_record r;

	(void)before;
	if (event_capset(ev, &r))
		caps_set(after, r.permitted, r.effective, r.inheritable, r.ambient, CAP_CAPSET);
	else
		caps_forget(after);
}

/* cap_emulate_setxuid(): @before and @after hold the ids already */
void credentials_setuid(const struct event *ev, struct credentials *before,
			struct credentials *after)
{
	bool had_root, has_root;

	(void)ev;
	/* which user is root inside another user namespace, only its map can tell */
	if (!before->has_ids || after->userns_is_host == 0) {
		caps_forget(after);
		return;
	}
	if (!after->has_caps || has_securebit(after, SECBIT_NO_SETUID_FIXUP))
		return;
	had_root = before->ruid == 0 || before->euid == 0 || before->suid == 0;
	has_root = after->ruid == 0 || after->euid == 0 || after->suid == 0;
	if (had_root && !has_root) {
		/* PR_SET_KEEPCAPS decides over the permitted set */
		if (!(after->securebits_known & SECBIT_KEEP_CAPS)) {
			caps_forget(after);
			return;
		}
		if (!has_securebit(after, SECBIT_KEEP_CAPS))
			after->cap_permitted = 0;
		after->cap_ambient = 0;
	}
	if (before->euid == 0 && after->euid != 0)
		after->cap_effective = 0;
	else if (before->euid != 0 && after->euid == 0)
		after->cap_effective = after->cap_permitted;
	after->cap_source = CAP_COMPUTED;
}

/* cap_task_fix_setuid(), LSM_SETID_FS */
void credentials_setfsuid(const struct event *ev, struct credentials *before,
			  struct credentials *after)
{
	(void)ev;
	if (!before->has_ids || after->userns_is_host == 0) {
		caps_forget(after);
		return;
	}
	if (!after->has_caps || has_securebit(after, SECBIT_NO_SETUID_FIXUP) ||
	    (before->fsuid == 0) == (after->fsuid == 0))
		return;
	if (after->fsuid == 0)
		after->cap_effective |= after->cap_permitted & FS_CAPS;
	else
		after->cap_effective &= ~FS_CAPS;
	after->cap_source = CAP_COMPUTED;
}

/* set_cred_user_ns(): whoever makes or enters a user namespace has everything in it */
static void enter_userns(struct credentials *after)
{
	caps_set(after, CAP_SET_FULL, CAP_SET_FULL, 0, 0, CAP_COMPUTED);
	after->has_bounding = true;
	after->cap_bounding = CAP_SET_FULL;
	after->securebits_known = 0;
	after->userns_is_host = 0;
}

/* clone(2): the namespaces that are one's own at once; a pid namespace is the children's */
static const struct {
	uint64_t flag;
	enum facts_ns ns;
} kinds[] = {
	{ CLONE_NEWNS, NS_MNT },  { CLONE_NEWUSER, NS_USER }, { CLONE_NEWNET, NS_NET },
	{ CLONE_NEWIPC, NS_IPC }, { CLONE_NEWUTS, NS_UTS },   { CLONE_NEWCGROUP, NS_CGROUP },
};

/* @flags 0: any */
static void change_namespaces(struct credentials *after, uint64_t flags, uint64_t to)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (!flags || flags & kinds[i].flag)
			after->ns[kinds[i].ns] = to;
	after->has_other_pid_ns |= !flags || flags & CLONE_NEWPID;
}

void credentials_unshare(const struct event *ev, struct credentials *before,
			 struct credentials *after)
{
	(void)before;
	if (ev->sys.arg[0] & CLONE_NEWUSER)
		enter_userns(after);
	if (ev->sys.arg[0])
		change_namespaces(after, ev->sys.arg[0], NS_NEW);
}

void credentials_setns(const struct event *ev, struct credentials *before,
		       struct credentials *after)
{
	(void)before;
	/* which one, the record does not tell: trespass.h asks */
	change_namespaces(after, (uint32_t)ev->sys.arg[1], 0);
	/*
	 * userns_install() refuses the caller's own, and wants CAP_SYS_ADMIN in the other: it is one
	 * below the caller's, so never the initial one
	 */
	if (ev->sys.arg[1] & CLONE_NEWUSER) {
		enter_userns(after);
	} else if (ev->sys.arg[1] == 0) {
		/* any kind */
		caps_forget(after);
		after->has_bounding = false;
		after->userns_is_host = after->userns_is_host == 0 ? 0 : -1;
	}
}

/* cap_prctl_drop() */
static void drop_bounding(const struct event *ev, struct credentials *after)
{
	if (ev->sys.arg[1] < 64)
		after->cap_bounding &= ~BIT(ev->sys.arg[1]);
}

static void change_ambient(const struct event *ev, struct credentials *after)
{
	uint64_t cap = ev->sys.arg[2] < 64 ? BIT(ev->sys.arg[2]) : 0;

	if (!after->has_caps)
		return;
	switch (ev->sys.arg[1]) {
	case PR_CAP_AMBIENT_RAISE:
		after->cap_ambient |= cap;
		break;
	case PR_CAP_AMBIENT_LOWER:
		after->cap_ambient &= ~cap;
		break;
	case PR_CAP_AMBIENT_CLEAR_ALL:
		after->cap_ambient = 0;
		break;
	default: /* PR_CAP_AMBIENT_IS_SET asks only */
		return;
	}
	after->cap_source = CAP_COMPUTED;
}

static void set_keep_caps(const struct event *ev, struct credentials *after)
{
	after->securebits_known |= SECBIT_KEEP_CAPS;
	after->securebits &= (uint8_t)~SECBIT_KEEP_CAPS;
	if (ev->sys.arg[1])
		after->securebits |= SECBIT_KEEP_CAPS;
}

static void set_securebits(const struct event *ev, struct credentials *after)
{
	after->securebits_known = UINT8_MAX;
	after->securebits = (uint8_t)ev->sys.arg[1];
}

static void set_no_new_privs(const struct event *ev, struct credentials *after)
{
	(void)ev;
	after->no_new_privs = 1;
}

static void set_seccomp(const struct event *ev, struct credentials *after)
{
	if (ev->sys.arg[1] == SECCOMP_MODE_STRICT || ev->sys.arg[1] == SECCOMP_MODE_FILTER)
		after->seccomp = (int8_t)ev->sys.arg[1];
}

void credentials_prctl(const struct event *ev, struct credentials *before,
		       struct credentials *after)
{
	static const struct {
		int option;
		void (*apply)(const struct event *ev, struct credentials *after);
	} options[] = {
		{ PR_CAPBSET_DROP, drop_bounding },	   { PR_CAP_AMBIENT, change_ambient },
		{ PR_SET_KEEPCAPS, set_keep_caps },	   { PR_SET_SECUREBITS, set_securebits },
		{ PR_SET_NO_NEW_PRIVS, set_no_new_privs }, { PR_SET_SECCOMP, set_seccomp },
	};

	(void)before;
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		/* an int to the kernel: what stands above it does not count */
		if ((int32_t)ev->sys.arg[0] == options[i].option)
			options[i].apply(ev, after);
}

void credentials_seccomp(const struct event *ev, struct credentials *before,
			 struct credentials *after)
{
	(void)before;
	if ((uint32_t)ev->sys.arg[0] == SECCOMP_SET_MODE_STRICT)
		after->seccomp = SECCOMP_MODE_STRICT;
	else if ((uint32_t)ev->sys.arg[0] == SECCOMP_SET_MODE_FILTER)
		after->seccomp = SECCOMP_MODE_FILTER;
}
