// SPDX-License-Identifier: Apache-2.0
/* Block devices behind their numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "fake_root.h"
#include "kernel/blockdev.h"

static void device(const struct fake_root *r, const char *number, const char *at)
{
	const char *link = fake_path(r, arena_printf(r->arena, "sys/dev/block/%s", number).ptr);

	fake_file(r, arena_printf(r->arena, "sys/%s/dev", at).ptr, number);
	assert_int_equal(symlink(arena_printf(r->arena, "../../%s", at).ptr, link), 0);
}

static int use(const struct fake_root *r, uint32_t major, uint32_t minor)
{
	static const char mounts[] = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n"
				     "2 1 7:3 / /snap rw - squashfs /dev/loop3 ro\n";

	return blockdev_use(r->path, str_of(mounts), major, minor, r->arena);
}

static void test_blockdev_use_is_told_by_number(void **state)
{
	auto_root struct fake_root r = fake_root();

	(void)state;
	fake_file(&r, "sys/dev/block/.keep", "");
	device(&r, "8:0", "devices/pci0000:00/host0/block/sda");
	device(&r, "8:1", "devices/pci0000:00/host0/block/sda/sda1");
	fake_file(&r, "sys/devices/pci0000:00/host0/block/sda/sda1/partition", "1");
	device(&r, "259:0", "devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1");
	device(&r, "253:0", "devices/virtual/block/dm-0");
	fake_file(&r, "sys/devices/virtual/block/dm-0/slaves/sda1/dev", "8:1");
	device(&r, "253:1", "devices/virtual/block/dm-1");
	fake_file(&r, "sys/devices/virtual/block/dm-1/slaves/.hidden", "");
	device(&r, "7:3", "devices/virtual/block/loop3");
	device(&r, "7:4", "devices/virtual/block/loop4");

	assert_int_equal(use(&r, 8, 0), BLOCKDEV_DISK);
	assert_int_equal(use(&r, 8, 1), BLOCKDEV_PARTITION);
	assert_int_equal(use(&r, 259, 0), BLOCKDEV_DISK);
	assert_int_equal(use(&r, 253, 0), BLOCKDEV_VOLUME);
	assert_int_equal(use(&r, 253, 1), BLOCKDEV_NOT_HOST);
	assert_int_equal(use(&r, 7, 3), BLOCKDEV_MOUNTED);
	assert_int_equal(use(&r, 7, 4), BLOCKDEV_NOT_HOST);
	assert_int_equal(use(&r, 1000, 4), BLOCKDEV_NOT_HOST);
	/* what hardware is needs no list of mounts */
	assert_int_equal(blockdev_use(r.path, STR_ABSENT, 8, 1, r.arena), BLOCKDEV_PARTITION);
	assert_int_equal(blockdev_use(r.path, STR_ABSENT, 253, 0, r.arena), BLOCKDEV_VOLUME);
	assert_int_equal(blockdev_use(r.path, STR_ABSENT, 7, 3, r.arena), -ENODATA);
	assert_string_equal(blockdev_use_name(BLOCKDEV_NOT_HOST), "");
	assert_string_equal(blockdev_use_name(BLOCKDEV_VOLUME), "volume");
}

static void character(const struct fake_root *r, const char *number, const char *class)
{
	const char *at = arena_printf(r->arena, "sys/dev/char/%s/subsystem", number).ptr;

	fake_file(r, arena_printf(r->arena, "sys/dev/char/%s/dev", number).ptr, number);
	assert_int_equal(symlink(arena_printf(r->arena, "../../../../class/%s", class).ptr,
				 fake_path(r, at)),
			 0);
}

static void test_blockdev_of_disks_by_character_devices(void **state)
{
	auto_root struct fake_root r = fake_root();

	(void)state;
	character(&r, "21:0", "scsi_generic");
	character(&r, "248:0", "bsg");
	character(&r, "241:0", "nvme");
	character(&r, "240:0", "nvme-generic");
	character(&r, "244:0", "hidraw");
	for (uint32_t major = 240; major <= 241; major++)
		assert_int_equal(blockdev_char_use(r.path, major, 0), BLOCKDEV_DISK);
	assert_int_equal(blockdev_char_use(r.path, 21, 0), BLOCKDEV_DISK);
	assert_int_equal(blockdev_char_use(r.path, 248, 0), BLOCKDEV_DISK);
	assert_int_equal(blockdev_char_use(r.path, 244, 0), BLOCKDEV_NOT_HOST);
	assert_int_equal(blockdev_char_use(r.path, 248, 1), BLOCKDEV_NOT_HOST);
}

/* that nobody can tell is not that there is nothing */
static void test_blockdev_without_sysfs_is_an_error(void **state)
{
	auto_root struct fake_root r = fake_root();

	(void)state;
	assert_int_equal(use(&r, 8, 0), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blockdev_use_is_told_by_number),
		cmocka_unit_test(test_blockdev_of_disks_by_character_devices),
		cmocka_unit_test(test_blockdev_without_sysfs_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
