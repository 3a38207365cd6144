/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of fields that belong to few event types; every other field belongs to all. */
#include "field/carry.h"

#include "base/cleanup.h"
#include "event/event_type.h"
#include "field/argument.h"

static const struct {
	struct str prefix; /* of the fields' names */
	const char *types; /* blank separated */
} groups[] = {
	{ STR("mount."), "mount mount_change knob_change umount2 fsopen fsconfig fsmount fspick "
			 "move_mount open_tree mount_setattr" },
	{ STR("fd.container."), "execve execveat usermodehelper" },
	{ STR("fd.origin"), "execve execveat usermodehelper" },
	/* OBJ_PID: audit_ptrace(), audit_signal_info(); numbers that are translated; and writers of /proc/PID/mem */
	{ STR("target."), "ptrace process_vm_readv process_vm_writev process_madvise kill tkill "
			  "tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_send_signal pidfd_open "
			  "pidfd_getfd fcntl write open openat openat2 creat open_by_handle_at" },
};

static bool has_word(const char *words, struct str word)
{
	struct str rest = str_of(words), one;

	while (str_cut(&rest, ' ', &one))
		if (str_eq(one, word))
			return true;
	return false;
}

static bool is_argument(const struct field_def *def)
{
	return strcmp(def->name, "evt.arg") == 0 || strcmp(def->name, "evt.rawarg") == 0;
}

bool field_is_carried(const struct field_use *use, unsigned type)
{
	struct str name = str_of(use->def->name);

	if (is_argument(use->def))
		return argument_is_carried(use, (evt_type)type);
	for (size_t i = 0; i < ARRAY_LEN(groups); i++)
		if (str_starts(name, groups[i].prefix))
			return has_word(groups[i].types, event_type_name((evt_type)type));
	return true;
}
