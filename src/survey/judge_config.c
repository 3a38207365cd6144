/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Predicates over what a container was asked to be. A configuration that was not read answers
 * nothing.
 */
#include "survey/judge_config.h"

#include "state/host_path.h"

#define NAMED_MAX 8 /* mounts in a detail */

enum answer judge_mark(const struct reason_view *v, uint64_t marks, struct buf *detail)
{
	(void)detail;
	if (!v->container || !v->container->spec.is_known)
		return ANSWER_UNKNOWN;
	return v->container->spec.marks & marks ? ANSWER_YES : ANSWER_NO;
}

enum answer judge_privileged(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	(void)param;
	(void)detail;
	if (!v->container || !v->container->has_privileged)
		return ANSWER_UNKNOWN;
	return v->container->privileged ? ANSWER_YES : ANSWER_NO;
}

enum answer judge_io_uring(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	enum answer open = judge_mark(v, SPEC_NO_SECCOMP, detail);

	return open == ANSWER_NO    ? judge_mark(v, param, detail)
	       : open == ANSWER_YES ? ANSWER_NO
				    : open;
}

enum answer judge_unconfined(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	const struct spec *spec = v->container ? &v->container->spec : NULL;

	(void)param;
	if (!spec || !spec->is_known)
		return ANSWER_UNKNOWN;
	if (str_eq(spec->apparmor, STR("unconfined"))) {
		buf_add(detail, STR("AppArmor"));
		return ANSWER_YES;
	}
	if (str_find(spec->selinux, STR(":spc_t:")) >= 0 ||
	    str_find(spec->selinux, STR(":unconfined_t:")) >= 0) {
		buf_add(detail, spec->selinux);
		return ANSWER_YES;
	}
	return ANSWER_NO;
}

/* mounts */

typedef bool (*mount_judge)(struct str mount, uint64_t param);

static bool is_writable(struct str mount)
{
	return str_eq(spec_mount_part(mount, MOUNT_RDWR), STR("true"));
}

static bool is_bound(struct str mount, uint64_t marks)
{
	return str_eq(spec_mount_part(mount, MOUNT_TYPE), STR("bind")) &&
	       host_path_marks(spec_mount_part(mount, MOUNT_SOURCE)) & marks;
}

static bool is_bound_writable(struct str mount, uint64_t marks)
{
	return is_bound(mount, marks) && is_writable(mount);
}

static bool is_bound_readable(struct str mount, uint64_t marks)
{
	return is_bound(mount, marks) && !is_writable(mount);
}

static bool is_cgroup_writable(struct str mount, uint64_t param)
{
	(void)param;
	return str_starts(spec_mount_part(mount, MOUNT_TYPE), STR("cgroup")) && is_writable(mount);
}

static enum answer any_mount(const struct reason_view *v, mount_judge judge, uint64_t param,
			     struct buf *detail)
{
	const struct spec *spec = v->container ? &v->container->spec : NULL;
	size_t found = 0;

	if (!spec || !spec->is_known)
		return ANSWER_UNKNOWN;
	for (size_t i = 0; i < spec->mounts.n; i++) {
		struct str mount = spec->mounts.at[i];

		if (!judge(mount, param) || found++ >= NAMED_MAX)
			continue;
		if (found > 1)
			buf_add(detail, STR(", "));
		buf_add(detail, spec_mount_part(mount, MOUNT_SOURCE));
		buf_add(detail, STR(" at "));
		buf_add(detail, spec_mount_part(mount, MOUNT_DEST));
	}
	if (found > NAMED_MAX)
		buf_printf(detail, " and %zu more", found - NAMED_MAX);
	return found ? ANSWER_YES : spec->is_cut ? ANSWER_UNKNOWN : ANSWER_NO;
}

enum answer judge_socket(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	return any_mount(v, is_bound, param, detail);
}

enum answer judge_path_rw(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	return any_mount(v, is_bound_writable, param, detail);
}

enum answer judge_path_ro(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	return any_mount(v, is_bound_readable, param, detail);
}

enum answer judge_cgroup(const struct reason_view *v, uint64_t param, struct buf *detail)
{
	return any_mount(v, is_cgroup_writable, param, detail);
}
