/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a container's mounts is other than it was given: by its configuration, and by what was there at the first
 * look. Pure functions over lists; findings are views into them, or into the arena of the case.
 */
#ifndef WC_MOUNT_JUDGE_H
#define WC_MOUNT_JUDGE_H

#include "state/mount_list.h"
#include "state/mount_table.h"
#include "state/mount_told.h"
#include "state/spec.h"

struct mount_case {
	const struct mount_list *now;
	const struct mount_list *before; /* as the container began; NULL: this is the first look */
	bool is_cut; /* one of the two has more: a mount that is not in it may have been there */
	const struct spec *spec; /* !is_known: on a first look nothing can be said */
	struct str
		orders; /* arguments of those on the host who had it made, NUL between; absent: not known */
	struct arena *arena; /* for paths of what was moved */
	const struct text
		*told; /* mount_told.h: of what is in it nothing is said; NULL: nothing is */
};

struct mount_finding {
	enum mount_reason reason;
	struct str path; /* where in the container */
	const struct mountinfo *mount; /* that is there now; NULL: none in particular */
	const struct mountinfo *was; /* that was there and is no more, or otherwise; NULL: none */
};

#define MOUNT_FINDINGS_MAX 64

/* how many; those beyond MOUNT_FINDINGS_MAX are left out */
size_t mount_judge(const struct mount_case *c, struct mount_finding out[static MOUNT_FINDINGS_MAX]);

#endif
