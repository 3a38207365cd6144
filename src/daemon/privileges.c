// SPDX-License-Identifier: Apache-2.0
/*
 * Dropping what is not needed: capabilities(7), and no_new_privs so that nothing comes back by exec.
 */
#include "daemon/privileges.h"

#include <errno.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>

#include "base/cleanup.h"

static const cap_value_t watching[] = {
	CAP_AUDIT_READ, /* to join the audit multicast group again */
	CAP_AUDIT_CONTROL, /* to ask for the audit status; to load and remove our rules */
	CAP_SYS_PTRACE, /* exe, cwd, fd and ns links in /proc of other users' processes */
	CAP_DAC_READ_SEARCH, /* bundles and state of container runtimes */
	CAP_SYS_ADMIN, /* a detached mount of each cgroup hierarchy (fsopen) */
};

static const cap_value_t acting[] = {
	CAP_KILL, /* signals to processes of any user */
	CAP_DAC_OVERRIDE, /* cgroups that belong to a user (rootless engines) */
	CAP_AUDIT_WRITE, /* each act in the audit trail */
};

static void free_caps(cap_t *caps)
{
	if (*caps)
		cap_free(*caps);
}

static const cap_value_t guarding[] = {
	CAP_SYS_NICE, /* to be asked first when somebody waits */
	CAP_IPC_LOCK, /* and never to wait for a page itself */
};

/* a capability may stay only if it is permitted now: asking for more would fail altogether */
static int keep_permitted(cap_t now, cap_t kept_caps, const cap_value_t *kept, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		cap_flag_value_t is_permitted;

		if (cap_get_flag(now, kept[i], CAP_PERMITTED, &is_permitted) < 0)
			return -errno;
		if (is_permitted != CAP_SET)
			continue;
		if (cap_set_flag(kept_caps, CAP_PERMITTED, 1, &kept[i], CAP_SET) < 0 ||
		    cap_set_flag(kept_caps, CAP_EFFECTIVE, 1, &kept[i], CAP_SET) < 0)
			return -errno;
	}
	return 0;
}

static int drop(unsigned more)
{
	__attribute__((cleanup(free_caps))) cap_t now = cap_get_proc();
	__attribute__((cleanup(free_caps))) cap_t kept_caps = cap_init();
	int r;

	if (!now || !kept_caps)
		return -ENOMEM;
	r = keep_permitted(now, kept_caps, watching, ARRAY_LEN(watching));
	if (r == 0 && more & PRIVILEGES_ACT)
		r = keep_permitted(now, kept_caps, acting, ARRAY_LEN(acting));
	if (r == 0 && more & PRIVILEGES_GUARD)
		r = keep_permitted(now, kept_caps, guarding, ARRAY_LEN(guarding));
	if (r < 0)
		return r;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || cap_set_proc(kept_caps) < 0)
		return -errno;
	return 0;
}

int privileges_drop(unsigned more, struct diag *d)
{
	int r = drop(more);

	if (r < 0)
		diag_error(d, NULL, "privileges", "cannot drop capabilities: %s", strerror(-r));
	return r;
}
