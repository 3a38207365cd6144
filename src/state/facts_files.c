/* SPDX-License-Identifier: Apache-2.0 */
/* Questions for kernel/blockdev.h and kernel/hostfiles.h. Owns nothing. */
#include "state/facts_files.h"

#include <errno.h>

#include "base/clock.h"
#include "kernel/blockdev.h"

#define MOUNTINFO_MAX (1024 * 1024)

static int block_use(const struct procfs *proc, const char *root, const struct fact *q,
		     struct arena *a)
{
	uint32_t major = (uint32_t)q->id, minor = (uint32_t)q->fd;
	int r = blockdev_use(root, STR_ABSENT, major, minor, a);
	struct str mounts;

	/* for the few that only the list of mounts knows: who makes nodes of what is not there has none read */
	if (r != -ENODATA || procfs_text(proc, "self/mountinfo", MOUNTINFO_MAX, a, &mounts) < 0)
		return r;
	return blockdev_use(root, mounts, major, minor, a);
}

int facts_files_disk(const struct procfs *proc, const char *root, struct fact *q, struct arena *a)
{
	int r = q->text.len ? blockdev_char_use(root, (uint32_t)q->id, (uint32_t)q->fd)
			    : block_use(proc, root, q, a);

	if (r < 0)
		return r;
	q->names.name = str_of(blockdev_use_name((enum blockdev_use)r));
	return 0;
}

static bool cut_number(struct str *rest, char end, uint64_t max, uint64_t *out)
{
	struct str part;

	return str_cut(rest, end, &part) && str_to_u64(part, 10, out) == 0 && *out <= max;
}

/* as state/facts.h says */
static bool parse_file(struct str text, struct hostfile_id *id, struct str *name, bool *is_whole)
{
	uint64_t major, minor, inode;

	if (!cut_number(&text, ':', UINT32_MAX, &major) ||
	    !cut_number(&text, ':', UINT32_MAX, &minor) ||
	    !cut_number(&text, '/', UINT64_MAX, &inode))
		return false;
	*id = (struct hostfile_id){ (uint32_t)major, (uint32_t)minor, inode };
	*name = text;
	*is_whole = text.ptr && !text.len;
	return true;
}

int facts_files_class(struct hostfiles *files, struct fact *q)
{
	enum hostfile_class class = HOSTFILE_NONE;
	struct str rest = q->text, file, name;
	struct hostfile_id id;
	bool is_whole;

	while (class == HOSTFILE_NONE && str_cut(&rest, '\0', &file)) {
		if (!parse_file(file, &id, &name, &is_whole))
			return -EINVAL;
		class = is_whole ? hostfiles_find_in(files, &id, clock_monotonic())
				 : hostfiles_find(files, &id, name, clock_monotonic());
	}
	q->names.name = str_of(hostfile_class_name(class));
	return 0;
}
