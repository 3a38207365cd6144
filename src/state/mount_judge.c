/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources of mounts are texts of the host's name space, while a list names places within file systems, and destinations
 * may lead over links of the image. So a mount counts as declared by either; only what fits neither is told.
 */
#include "state/mount_judge.h"

#include "base/cleanup.h"
#include "kernel/hostfiles.h"
#include "state/host_path.h"

#define CONSOLE STR("/dev/console")
#define PROC STR("/proc")
#define PROC_SYS STR("/proc/sys") /* every kernel has it */

struct findings {
	const struct text *told;
	struct mount_finding *at;
	size_t n;
};

static void add(struct findings *f, const struct mount_finding *one)
{
	if (f->n < MOUNT_FINDINGS_MAX &&
	    !(f->told && mount_told_has(f->told, one->reason, one->path)))
		f->at[f->n++] = *one;
}

/* what the configuration declares */

static bool lists(const struct spec_list *paths, struct str path)
{
	for (size_t i = 0; i < paths->n; i++)
		if (str_eq(paths->at[i], path))
			return true;
	return false;
}

/* without its last part */
static struct str parent_of(struct str path)
{
	ssize_t slash = str_rchr(path, '/');

	return str_first(path, slash < 0 ? 0 : (size_t)slash);
}

static bool is_tail(struct str whole, struct str tail)
{
	return str_ends(whole, tail) && str_starts(tail, STR("/")) && tail.len > 1;
}

/* the host has its file system mounted somewhere, perhaps over links: the last two parts of the path tell */
static bool is_source(struct str source, const struct mountinfo *m)
{
	const char *place = mount_type_of(m->fstype)->place;

	if (place)
		return mount_path_below(source, str_of(place));
	if (is_tail(source, m->root) || is_tail(m->root, source))
		return true;
	return str_eq(str_basename(source), str_basename(m->root)) && str_basename(source).len &&
	       str_eq(str_basename(parent_of(source)), str_basename(parent_of(m->root)));
}

static bool is_type(struct str type, struct str fstype)
{
	return str_eq(type, fstype) ||
	       (str_eq(type, STR("cgroup")) && str_eq(fstype, STR("cgroup2")));
}

static bool declares(struct str mount, const struct mountinfo *m)
{
	struct str type = spec_mount_part(mount, MOUNT_TYPE);
	struct str dest = spec_mount_part(mount, MOUNT_DEST);
	bool is_there = dest.len > 1 && mount_path_below(m->mount_point, dest);

	if (str_eq(type, STR("bind")))
		return is_there || is_source(spec_mount_part(mount, MOUNT_SOURCE), m);
	return is_there && is_type(type, m->fstype);
}

static bool is_declared(const struct spec *spec, const struct mountinfo *m)
{
	for (size_t i = 0; i < spec->mounts.n; i++)
		if (declares(spec->mounts.at[i], m))
			return true;
	/* a part of proc bound onto itself, to be made read-only */
	return lists(&spec->readonly, m->mount_point) && str_ends(m->mount_point, m->root);
}

/*
 * The host mounted it below a volume that was to show that: it came with a peer group, and where the volume only follows
 * (slave) with one that it follows (Documentation/filesystems/sharedsubtree.rst).
 */
static bool is_propagated(const struct spec *spec, const struct mountinfo *m)
{
	static const struct {
		const char *word, *group;
	} ways[] = {
		{ "shared", "" },
		{ "rshared", "" },
		{ "slave", "master:" },
		{ "rslave", "master:" },
	};

	for (size_t i = 0; m->propagation.len && i < spec->mounts.n; i++) {
		struct str mount = spec->mounts.at[i];
		struct str how = spec_mount_part(mount, MOUNT_PROPAGATION);

		for (size_t k = 0; k < ARRAY_LEN(ways); k++)
			if (str_eq(how, str_of(ways[k].word)) &&
			    str_find(m->propagation, str_of(ways[k].group)) >= 0 &&
			    mount_path_below(m->mount_point, spec_mount_part(mount, MOUNT_DEST)))
				return true;
	}
	return false;
}

/*
 * Below these lies what containers or images have written: parts of docker's and podman's volumes, subPaths that a kubelet binds
 * (kubernetes pkg/volume/util/subpath), layers, what builders bind for a step (buildah bind/mount.go, buildkit snapshot/localmounter.go).
 */
static const char *const places_of_containers[] = {
	"/_data/",	   "/volume-subpaths/",	    "/overlay/", "/overlay2/", "/snapshots/",
	"/buildkit-mount", "/buildah-bind-target-",
};

static bool is_of_containers(struct str source)
{
	for (size_t i = 0; i < ARRAY_LEN(places_of_containers); i++)
		if (str_find(source, str_of(places_of_containers[i])) >= 0)
			return true;
	return false;
}

/* a directory of the host that leads to all of it, or one of its files that matter; who builds in /root has a directory there */
static bool is_of_host(const struct mountinfo *m)
{
	enum mount_class class = mount_type_of(m->fstype)->class;

	if (class == MOUNT_KERNEL)
		return true;
	if (class != MOUNT_BLOCK)
		return false;
	return hostfile_class_of_path(m->root) != HOSTFILE_NONE ||
	       (host_path_marks(m->root) && !str_starts(m->root, STR("/root/")));
}

/*
 * `-v SOURCE:DESTINATION` of a builder's own command, which it first binds to a place of its own (buildah bind/mount.go): the file that
 * it builds has no say in that.
 */
static bool is_ordered(struct str orders, const struct mountinfo *m)
{
	struct str one, source, dest;

	while (str_cut(&orders, '\0', &one)) {
		ssize_t at = str_chr(one, '/');

		one = at < 0 ? STR_ABSENT : str_from(one, (size_t)at);
		if (str_cut(&one, ':', &source) && str_cut(&one, ':', &dest) &&
		    str_eq(dest, m->mount_point) && is_source(source, m))
			return true;
	}
	return false;
}

/* its source is not where it says: a link was followed (CVE-2017-1002101, CVE-2021-25741, CVE-2024-1753) */
static bool is_redirected(const struct mount_case *c, const struct mountinfo *m)
{
	for (size_t i = 0; i < c->spec->mounts.n; i++) {
		struct str mount = c->spec->mounts.at[i];
		struct str source = spec_mount_part(mount, MOUNT_SOURCE);

		if (str_eq(spec_mount_part(mount, MOUNT_TYPE), STR("bind")) &&
		    str_eq(spec_mount_part(mount, MOUNT_DEST), m->mount_point))
			return is_of_containers(source) && !is_source(source, m) && is_of_host(m) &&
			       !is_ordered(c->orders, m);
	}
	return false;
}

/* mounts that came */

/* a place within a tree that is there anyhow, bound to another name */
static bool is_within(const struct mount_list *l, const struct mountinfo *m, bool only_root)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct mountinfo *one = &l->at[i];

		if (one->major == m->major && one->minor == m->minor && one != m &&
		    mount_path_below(m->root, one->root) &&
		    (!only_root || str_eq(one->mount_point, STR("/"))))
			return true;
	}
	return false;
}

static const struct mountinfo *of_device(const struct mount_list *l, const struct mountinfo *m)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].major == m->major && l->at[i].minor == m->minor)
			return &l->at[i];
	return NULL;
}

/* all of it is mounted: by the container itself, if it is a tmpfs that it was not given a part of */
static bool is_all_there(const struct mount_list *l, const struct mountinfo *m)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].major == m->major && l->at[i].minor == m->minor &&
		    str_eq(l->at[i].root, STR("/")))
			return true;
	return false;
}

/* all of a file system */
static bool judge_whole(const struct mount_case *c, const struct mountinfo *m,
			enum mount_class class, enum mount_reason *out)
{
	/* the container was given files of it (resolv.conf, hosts, a socket): it is the host's */
	if (c->before && of_device(c->before, m))
		*out = REASON_HOST_ROOT;
	else if (class == MOUNT_BLOCK)
		*out = REASON_BLOCK_FS;
	else if (class == MOUNT_OVERLAY)
		*out = REASON_OVERLAY;
	else
		return false;
	return true;
}

/* false: it is nothing to tell of */
static bool judge_files(const struct mount_case *c, const struct mountinfo *m,
			enum mount_class class, enum mount_reason *out)
{
	bool was_given = c->before && of_device(c->before, m);

	if (is_within(c->before ? c->before : c->now, m, !c->before))
		return false;
	if (str_eq(m->root, STR("/")))
		return judge_whole(c, m, class, out);
	*out = REASON_UNDECLARED;
	return class != MOUNT_ORDINARY || was_given || !is_all_there(c->now, m);
}

static bool judge_new(const struct mount_case *c, const struct mountinfo *m, enum mount_reason *out)
{
	const struct mount_type *type = mount_type_of(m->fstype);
	bool is_whole = str_eq(m->root, STR("/"));

	if (type->class == MOUNT_HARMLESS)
		return false;
	if (type->class == MOUNT_KERNEL) {
		/* a node of /dev: what it is for, those who use it tell */
		if (str_eq(m->fstype, STR("devtmpfs")) && !is_whole)
			return false;
		*out = str_eq(m->fstype, STR("proc")) && !is_whole ? REASON_PROC_PART
								   : REASON_KERNEL_FS;
		return true;
	}
	if (judge_files(c, m, type->class, out))
		return true;
	*out = REASON_OVER_PROC;
	return c->before && mount_path_below(m->mount_point, PROC);
}

static bool shows_kernel(const struct mountinfo *m)
{
	return mount_type_of(m->fstype)->class == MOUNT_KERNEL;
}

/* @m, which was at @was, lies upon a mount that was moved */
static bool is_moved_along(const struct mount_case *c, const struct mountinfo *m,
			   const struct mountinfo *was)
{
	const struct mountinfo *on = mount_list_parent(c->now, m),
			       *before = on ? mount_list_same(c->before, on) : NULL;

	return before && before->id == was->parent && !str_eq(before->mount_point, on->mount_point);
}

/*
 * It was there at the first look, perhaps elsewhere; or another was given its number since. What shows the kernel is news
 * at another place, and so is what hides a part of proc.
 */
static bool was_there(const struct mount_case *c, const struct mountinfo *m)
{
	const struct mountinfo *was = mount_list_same(c->before, m);

	return was && (str_eq(was->mount_point, m->mount_point) || is_moved_along(c, m, was) ||
		       !(shows_kernel(m) || mount_path_below(m->mount_point, PROC)));
}

static void find_new(const struct mount_case *c, struct findings *f)
{
	for (size_t i = 0; i < c->now->n; i++) {
		const struct mountinfo *m = &c->now->at[i];
		enum mount_reason reason;

		/* those two are judged by what has to be there */
		if (lists(&c->spec->masked, m->mount_point) || str_eq(m->mount_point, CONSOLE))
			continue;
		if (!c->before && is_redirected(c, m)) {
			add(f,
			    &(struct mount_finding){ REASON_REDIRECTED, m->mount_point, m, NULL });
			continue;
		}
		if (!c->before ? str_eq(m->mount_point, STR("/")) || is_declared(c->spec, m)
			       : was_there(c, m) || is_propagated(c->spec, m))
			continue;
		if (judge_new(c, m, &reason))
			add(f, &(struct mount_finding){ reason, m->mount_point, m, NULL });
	}
}

/* masks and what may only be read */

/* runc and crun: the null device for files, for directories an empty tmpfs or a directory of one */
static bool is_mask(const struct mountinfo *m)
{
	bool is_memory = str_eq(m->fstype, STR("tmpfs"));

	if (is_memory && mount_is_read_only(m))
		return true;
	return (is_memory || str_eq(m->fstype, STR("devtmpfs"))) && str_eq(m->root, STR("/null"));
}

/* what lies upon a mount moves with it: where @path of the first look is by now; absent: where it was, or gone */
static struct str moved(const struct mount_case *c, struct str path)
{
	const struct mountinfo *was = c->before ? mount_list_at(c->before, path) : NULL, *is;

	if (was && str_eq(was->mount_point, path))
		was = mount_list_parent(c->before, was);
	is = was ? mount_list_same(c->now, was) : NULL;
	if (!is || str_eq(is->mount_point, was->mount_point))
		return STR_ABSENT;
	return arena_printf(c->arena, "%.*s%.*s", STR_ARG(mount_path_trim(is->mount_point)),
			    STR_ARG(str_from(path, mount_path_trim(was->mount_point).len)));
}

/* @was: where it was given; @path: where it is by now */
static void find_lost_mask(const struct mount_case *c, struct findings *f, struct str was,
			   struct str path)
{
	struct mount_finding one = { .path = path, .mount = mount_list_at(c->now, path) };
	const struct mountinfo *m = one.mount;

	one.was = c->before ? mount_list_at(c->before, was) : NULL;
	if (!m ||
	    (c->before && !(one.was && str_eq(one.was->mount_point, was) && is_mask(one.was))))
		return;
	one.reason = str_eq(m->mount_point, path) ? REASON_MASK_WRONG : REASON_MASK_LOST;
	/* runtimes leave out what this kernel has not: only what was there can be lost */
	if (one.reason == REASON_MASK_WRONG ? !is_mask(m) : c->before && shows_kernel(m))
		add(f, &one);
}

static bool is_kept(const struct mountinfo *m)
{
	return m && shows_kernel(m) && mount_is_read_only(m);
}

static void find_lost_read_only(const struct mount_case *c, struct findings *f, struct str was,
				struct str path)
{
	struct mount_finding one = { .reason = REASON_READ_ONLY_LOST,
				     .path = path,
				     .mount = mount_list_at(c->now, path) };

	one.was = c->before ? mount_list_at(c->before, was) : NULL;
	if ((c->before ? is_kept(one.was) : str_eq(was, PROC_SYS)) && one.mount &&
	    shows_kernel(one.mount) && !mount_is_read_only(one.mount))
		add(f, &one);
}

static void find_lost(const struct mount_case *c, struct findings *f, const struct spec_list *paths,
		      void (*find)(const struct mount_case *c, struct findings *f, struct str was,
				   struct str path))
{
	for (size_t i = 0; i < paths->n; i++) {
		struct str elsewhere = moved(c, paths->at[i]);

		find(c, f, paths->at[i], paths->at[i]);
		if (elsewhere.ptr)
			find(c, f, paths->at[i], elsewhere);
	}
}

/* any mount that was read-only and can be written now; of a mask only that it is lost: another tmpfs has its numbers soon */
static void find_reopened(const struct mount_case *c, struct findings *f)
{
	for (size_t i = 0; c->before && i < c->now->n; i++) {
		const struct mountinfo *m = &c->now->at[i];
		const struct mountinfo *was = mount_list_same(c->before, m);

		if (was && mount_is_read_only(was) && !mount_is_read_only(m) &&
		    !lists(&c->spec->readonly, m->mount_point) &&
		    !lists(&c->spec->masked, was->mount_point))
			add(f, &(struct mount_finding){ REASON_READ_ONLY_LOST, m->mount_point, m,
							was });
	}
}

/* a runtime binds the terminal there; where a link led it elsewhere, something else lies there */
static void find_console(const struct mount_case *c, struct findings *f)
{
	const struct mountinfo *m = mount_list_at(c->now, CONSOLE);

	if (!m || !str_eq(m->mount_point, CONSOLE) || str_eq(m->fstype, STR("devpts")) ||
	    (c->before ? mount_list_same(c->before, m) != NULL : is_declared(c->spec, m)))
		return;
	add(f, &(struct mount_finding){ REASON_CONSOLE, CONSOLE, m, NULL });
}

size_t mount_judge(const struct mount_case *c, struct mount_finding out[static MOUNT_FINDINGS_MAX])
{
	struct findings f = { .told = c->told, .at = out };

	if (c->is_cut)
		add(&f, &(struct mount_finding){ REASON_TOO_MANY, STR("/"), NULL, NULL });
	if (!c->before && !c->spec->is_known)
		return f.n;
	/* what matters most first: there may be no room for all */
	find_lost(c, &f, &c->spec->masked, find_lost_mask);
	find_lost(c, &f, &c->spec->readonly, find_lost_read_only);
	find_reopened(c, &f);
	find_console(c, &f);
	if (!c->is_cut)
		find_new(c, &f);
	return f.n;
}
