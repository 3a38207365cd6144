/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an exec does to ids and capability sets, as cap_bprm_creds_from_file() of
 * security/commoncap.c does it; which other calls do something is a table (credentials_call.c).
 *
 * Pure functions from ledger and event to states before and after. Must not ask the machine.
 */
#include "state/credentials.h"

#include <linux/audit.h>
#include <linux/securebits.h>

#include "base/cleanup.h"
#include "state/credentials_parts.h"

static const char *const source_names[] = {
	[CAP_UNKNOWN] = "unknown", [CAP_FCAPS] = "fcaps",	[CAP_CAPSET] = "capset",
	[CAP_STATUS] = "status",   [CAP_COMPUTED] = "computed", [CAP_INHERITED] = "inherited",
	[CAP_THREADS] = "threads",
};

const char *cap_source_name(enum cap_source source)
{
	return source_names[source];
}

enum cap_source cap_source_of(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(source_names); i++)
		if (str_eq(name, str_of(source_names[i])))
			return (enum cap_source)i;
	return CAP_UNKNOWN;
}

void credentials_ids(struct credentials *c, const struct syscall_record *sys)
{
	c->has_ids = true;
	c->ruid = sys->uid;
	c->euid = sys->euid;
	c->suid = sys->suid;
	c->fsuid = sys->fsuid;
	c->rgid = sys->gid;
	c->egid = sys->egid;
	c->sgid = sys->sgid;
	c->fsgid = sys->fsgid;
}

static bool ids_match_record(const struct credentials *c, const struct syscall_record *sys)
{
	return c->has_ids && c->ruid == sys->uid && c->euid == sys->euid && c->suid == sys->suid;
}

/* root_privileged() and either id: its exec gives what the bounding set allows */
static bool is_root(const struct credentials *c)
{
	return c->has_ids && (c->euid == 0 || c->ruid == 0) && !has_securebit(c, SECBIT_NOROOT);
}

/* a set-id program clears the ambient set */
static uint64_t ambient_kept(const struct credentials *after)
{
	return after->euid == after->ruid && after->egid == after->rgid ? after->cap_ambient : 0;
}

void credentials_copy(struct credentials *child, const struct credentials *parent)
{
	*child = *parent;
	if (child->has_caps)
		child->cap_source = CAP_INHERITED;
	if (child->has_other_pid_ns)
		child->ns[NS_PID] = 0;
	child->has_other_pid_ns = false;
}

void credentials_take_ns(struct credentials *c, const uint64_t ns[static NS_COUNT])
{
	memcpy(c->ns, ns, NS_COUNT * sizeof(*ns));
}

void credentials_inherit(struct credentials *child, const struct credentials *parent,
			 const struct event *ev)
{
	credentials_copy(child, parent);
	if (!ids_match_record(parent, &ev->sys) && !event_is_exec(ev))
		caps_forget(child);
}

/* all capabilities of some kernel: 37 (3.8) or more of them, without a gap */
static bool set_is_full(uint64_t set)
{
	return (set & (set + 1)) == 0 && set >= (UINT64_C(1) << 37) - 1;
}

void credentials_root_exec(struct credentials *c, uint64_t bounding)
{
	uint64_t inheritable = c->has_caps ? c->cap_inheritable : 0;
	uint64_t ambient = c->has_caps ? ambient_kept(c) : 0;
	uint64_t permitted = inheritable | bounding;

	caps_set(c, permitted, c->euid == 0 ? permitted : ambient, inheritable, ambient,
		 CAP_COMPUTED);
	c->has_bounding = true;
	c->cap_bounding = bounding;
}

/* root by its real id only: nothing becomes effective, so no record comes, whatever was permitted */
static void half_root_exec(struct credentials *after)
{
	if (after->has_bounding && after->has_caps)
		credentials_root_exec(after, after->cap_bounding);
	else
		caps_forget(after);
}

/*
 * No BPRM_FCAPS: root's exec gave all capabilities or none (nonroot_raised_pE() in
 * security/commoncap.c). Which of the two, only what was known before can tell.
 */
static void root_exec_without_record(struct credentials *after)
{
	uint64_t inheritable = after->has_caps ? after->cap_inheritable : 0;
	uint64_t reach = 0;

	if (after->has_bounding)
		reach = inheritable | after->cap_bounding;
	else if (after->has_caps && (!after->cap_permitted || set_is_full(after->cap_permitted)))
		reach = after->cap_permitted;
	else {
		caps_forget(after);
		return;
	}
	/* a reach between none and all would have left a record: the bounding set shrank unseen */
	if (!set_is_full(reach))
		reach = 0;
	caps_set(after, reach, reach, inheritable & reach, 0, CAP_COMPUTED);
	if (!inheritable) {
		after->has_bounding = true;
		after->cap_bounding = reach;
	}
}

/* PR_CAP_AMBIENT is not audited; what is both permitted and inheritable can be raised (prctl(2)) */
static bool may_have_ambient(const struct credentials *c)
{
	return c->cap_permitted & c->cap_inheritable & ~c->cap_ambient;
}

static void exec_without_record(const struct event *ev, struct credentials *after)
{
	if (ev->is_incomplete) {
		caps_forget(after);
	} else if (is_root(after) && after->euid != 0) {
		half_root_exec(after);
	} else if (is_root(after)) {
		root_exec_without_record(after);
	} else if (after->has_caps && after->userns_is_host != 0 && !event_has_file_caps(ev) &&
		   !may_have_ambient(after)) {
		/* without file capabilities only the ambient set survives another user's exec */
		uint64_t kept = ambient_kept(after);

		caps_set(after, kept, kept, after->cap_inheritable, kept, CAP_COMPUTED);
	} else {
		/*
		 * capabilities of a file that gained nothing leave no record: a nosuid mount,
		 * no_new_privs, or sets that were there before
		 */
		caps_forget(after);
	}
}

static void apply_exec(const struct event *ev, struct credentials *before,
		       struct credentials *after)
{
	struct fcaps_record f;

	/* the kernel clears it; whether it is set again, only a prctl that is seen can tell */
	after->securebits_known &= (uint8_t)~SECBIT_KEEP_CAPS;
	if (!event_fcaps(ev, &f)) {
		exec_without_record(ev, after);
		return;
	}
	caps_set(before, f.old_permitted, f.old_effective, f.old_inheritable, f.old_ambient,
		 CAP_FCAPS);
	before->cap_time = ev->time;
	caps_set(after, f.permitted, f.effective, f.inheritable, f.ambient, CAP_FCAPS);
	/* root's new permitted set is inheritable | bounding */
	if (is_root(after) && !f.inheritable && !f.file_permitted) {
		after->has_bounding = true;
		after->cap_bounding = f.permitted;
	}
}

/* the calls that can change credentials; only here is "before" not what the record says */
static const struct {
	evt_type type;
	void (*apply)(const struct event *ev, struct credentials *before,
		      struct credentials *after);
} changers[] = {
	{ EVT_EXECVE, apply_exec },
	{ EVT_EXECVEAT, apply_exec },
	{ EVT_CAPSET, credentials_capset },
	{ EVT_SETUID, credentials_setuid },
	{ EVT_SETREUID, credentials_setuid },
	{ EVT_SETRESUID, credentials_setuid },
	{ EVT_SETFSUID, credentials_setfsuid },
	{ EVT_SETGID, NULL },
	{ EVT_SETREGID, NULL },
	{ EVT_SETRESGID, NULL },
	{ EVT_SETFSGID, NULL },
	{ EVT_UNSHARE, credentials_unshare },
	{ EVT_SETNS, credentials_setns },
	{ EVT_PRCTL, credentials_prctl },
	{ EVT_SECCOMP, credentials_seccomp },
};

static size_t changer_of(const struct event *ev)
{
	size_t i = 0;

	while (i < ARRAY_LEN(changers) && changers[i].type != ev->type)
		i++;
	return i;
}

bool credentials_can_change(const struct event *ev)
{
	return ev->sys.success && changer_of(ev) < ARRAY_LEN(changers);
}

/* the call itself told them, or they are other ones since */
static bool are_told(const struct credentials *before, const struct credentials *after,
		     const struct event *ev)
{
	return event_is_exec(ev) || ev->type == EVT_CAPSET || after->has_caps != before->has_caps ||
	       after->cap_source != before->cap_source ||
	       after->cap_permitted != before->cap_permitted ||
	       after->cap_effective != before->cap_effective ||
	       after->cap_inheritable != before->cap_inheritable ||
	       after->cap_ambient != before->cap_ambient;
}

void credentials_observe(const struct credentials *c, bool known, const struct event *ev,
			 struct credentials *before, struct credentials *after)
{
	size_t changer = changer_of(ev);

	*before = *after = *c;
	if (changer == ARRAY_LEN(changers) || !ev->sys.success) {
		/* uids that moved without a record took capabilities with them that nobody saw */
		if (known && c->has_ids && !ids_match_record(c, &ev->sys))
			caps_forget(before);
		credentials_ids(before, &ev->sys);
		*after = *before;
		return;
	}
	if (!known) {
		*before = CREDENTIALS_UNKNOWN;
		credentials_ids(after, &ev->sys);
		if (!event_record(ev, AUDIT_BPRM_FCAPS) && !event_record(ev, AUDIT_CAPSET))
			return;
	}
	/* no exec changes the real uid: an unseen call did, and it took capabilities with it */
	if (event_is_exec(ev) && c->has_ids && c->ruid != ev->sys.uid) {
		caps_forget(before);
		caps_forget(after);
	}
	credentials_ids(after, &ev->sys);
	if (changers[changer].apply)
		changers[changer].apply(ev, before, after);
	if (are_told(c, after, ev))
		after->cap_time = ev->time;
}

void credentials_forget_caps(struct credentials *c)
{
	caps_forget(c);
	c->has_bounding = false;
	c->no_new_privs = c->seccomp = c->userns_is_host = -1;
	memset(c->ns, 0, sizeof(c->ns));
}

void credentials_complete(struct credentials *c, const struct credentials *from)
{
	if (!c->has_caps && from->has_caps) {
		caps_set(c, from->cap_permitted, from->cap_effective, from->cap_inheritable,
			 from->cap_ambient, from->cap_source);
		c->cap_time = from->cap_time;
	}
	if (!c->has_bounding && from->has_bounding) {
		c->has_bounding = true;
		c->cap_bounding = from->cap_bounding;
	}
	if (c->no_new_privs < 0)
		c->no_new_privs = from->no_new_privs;
	if (c->seccomp < 0)
		c->seccomp = from->seccomp;
	if (c->userns_is_host < 0)
		c->userns_is_host = from->userns_is_host;
}

void credentials_from_status(struct credentials *c, const struct facts_process *f,
			     uint64_t host_userns, uint64_t now)
{
	c->has_ids = true;
	c->ruid = f->uid[0];
	c->euid = f->uid[1];
	c->suid = f->uid[2];
	c->fsuid = f->uid[3];
	c->rgid = f->gid[0];
	c->egid = f->gid[1];
	c->sgid = f->gid[2];
	c->fsgid = f->gid[3];
	c->no_new_privs = f->no_new_privs;
	c->seccomp = (int8_t)f->seccomp;
	credentials_take_ns(c, f->ns);
	if (f->ns[NS_USER] && host_userns)
		c->userns_is_host = f->ns[NS_USER] == host_userns;
	if (!f->has_caps)
		return;
	caps_set(c, f->cap_permitted, f->cap_effective, f->cap_inheritable, f->cap_ambient,
		 CAP_STATUS);
	c->cap_time = now;
	c->has_bounding = true;
	c->cap_bounding = f->cap_bounding;
}
