/* SPDX-License-Identifier: Apache-2.0 */
/* Constant tables: a row a type of file system, a row a reason. */
#include "state/mount_table.h"

#include "base/cleanup.h"

static const struct mount_type types[] = {
	{ "proc", MOUNT_KERNEL, "/proc" },
	{ "sysfs", MOUNT_KERNEL, "/sys" },
	{ "cgroup", MOUNT_KERNEL, "/sys/fs/cgroup" },
	{ "cgroup2", MOUNT_KERNEL, "/sys/fs/cgroup" },
	{ "debugfs", MOUNT_KERNEL, "/sys/kernel/debug" },
	{ "tracefs", MOUNT_KERNEL, "/sys/kernel/tracing" },
	{ "securityfs", MOUNT_KERNEL, "/sys/kernel/security" },
	{ "bpf", MOUNT_KERNEL, "/sys/fs/bpf" },
	{ "configfs", MOUNT_KERNEL, "/sys/kernel/config" },
	{ "devtmpfs", MOUNT_KERNEL, "/dev" },
	{ "binfmt_misc", MOUNT_KERNEL, "/proc/sys/fs/binfmt_misc" },
	{ "efivarfs", MOUNT_KERNEL, "/sys/firmware/efi/efivars" },
	{ "pstore", MOUNT_KERNEL, "/sys/fs/pstore" },
	{ "selinuxfs", MOUNT_KERNEL, "/sys/fs/selinux" },
	{ "smackfs", MOUNT_KERNEL, "/sys/fs/smackfs" },
	{ "resctrl", MOUNT_KERNEL, "/sys/fs/resctrl" },
	{ "nfsd", MOUNT_KERNEL, "/proc/fs/nfsd" },
	{ "ext2", MOUNT_BLOCK, NULL },
	{ "ext3", MOUNT_BLOCK, NULL },
	{ "ext4", MOUNT_BLOCK, NULL },
	{ "xfs", MOUNT_BLOCK, NULL },
	{ "btrfs", MOUNT_BLOCK, NULL },
	{ "zfs", MOUNT_BLOCK, NULL },
	{ "bcachefs", MOUNT_BLOCK, NULL },
	{ "f2fs", MOUNT_BLOCK, NULL },
	{ "jfs", MOUNT_BLOCK, NULL },
	{ "nilfs2", MOUNT_BLOCK, NULL },
	{ "vfat", MOUNT_BLOCK, NULL },
	{ "msdos", MOUNT_BLOCK, NULL },
	{ "exfat", MOUNT_BLOCK, NULL },
	{ "ntfs3", MOUNT_BLOCK, NULL },
	{ "fuseblk", MOUNT_BLOCK, NULL },
	{ "hfsplus", MOUNT_BLOCK, NULL },
	{ "iso9660", MOUNT_BLOCK, NULL },
	{ "udf", MOUNT_BLOCK, NULL },
	{ "squashfs", MOUNT_BLOCK, NULL },
	{ "erofs", MOUNT_BLOCK, NULL },
	{ "overlay", MOUNT_OVERLAY, NULL },
	{ "aufs", MOUNT_OVERLAY, NULL },
	{ "devpts", MOUNT_HARMLESS, NULL },
	{ "mqueue", MOUNT_HARMLESS, NULL },
	{ "nsfs", MOUNT_HARMLESS, NULL },
	{ "hugetlbfs", MOUNT_HARMLESS, NULL },
	{ "fusectl", MOUNT_HARMLESS, NULL },
};

static const struct {
	const char *name, *change;
} reasons[MOUNT_REASONS] = {
	[REASON_KERNEL_FS] = { "kernel-fs", "attach" },
	[REASON_PROC_PART] = { "proc-part", "attach" },
	[REASON_HOST_ROOT] = { "host-root", "attach" },
	[REASON_BLOCK_FS] = { "block-fs", "attach" },
	[REASON_OVERLAY] = { "overlay", "attach" },
	[REASON_UNDECLARED] = { "undeclared", "attach" },
	[REASON_REDIRECTED] = { "redirected", "attach" },
	[REASON_OVER_PROC] = { "over-proc", "attach" },
	[REASON_MASK_LOST] = { "mask-lost", "detach" },
	[REASON_MASK_WRONG] = { "mask-wrong", "attach" },
	[REASON_READ_ONLY_LOST] = { "read-only-lost", "options" },
	[REASON_CONSOLE] = { "console", "attach" },
	[REASON_TOO_MANY] = { "too-many", "attach" },
};

const struct mount_type *mount_type_of(struct str fstype)
{
	static const struct mount_type other = { "", MOUNT_ORDINARY, NULL };

	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (str_eq(fstype, str_of(types[i].fstype)))
			return &types[i];
	return &other;
}

struct str mount_reason_name(enum mount_reason reason)
{
	return str_of(reasons[reason].name);
}

struct str mount_reason_change(enum mount_reason reason)
{
	return str_of(reasons[reason].change);
}
