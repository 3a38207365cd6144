/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mounter mount|int80|new FSTYPE TARGET: mounts an empty file system by mount(2), by the 32-bit table of x86, or by fsopen,
 * fsmount and move_mount.
 * mounter layer|handed LAYER TARGET: by these an overlay of LAYER, by its name or by a descriptor, upon what TARGET is already.
 * mounter clone SOURCE TARGET: binds SOURCE by open_tree and move_mount.
 * mounter lift LINK TARGET: unmounts what LINK leads to, and half a second later covers TARGET with /dev/null.
 *
 * It stays for a second, then unmounts what it has mounted; a lifted mask is back for good. Runs inside test containers: static, no dependencies.
 */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/mount.h and sys/mount.h do not go together */
int umount2(const char *target, int flags);
#define MNT_DETACH 2 /* descriptors hold it */

static int attach(long tree, const char *target)
{
	if (tree < 0)
		return -1;
	return (int)syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH);
}

static int by_mount(const char *fstype, const char *target)
{
	return (int)syscall(SYS_mount, "none", target, fstype, 0UL, NULL);
}

static int by_new(const char *fstype, const char *target)
{
	long fs = syscall(SYS_fsopen, fstype, 0);

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	return attach(syscall(SYS_fsmount, fs, 0, 0), target);
}

static int overlay(const char *layer, int fd, const char *target)
{
	long fs = syscall(SYS_fsopen, "overlay", 0);
	unsigned how = layer ? FSCONFIG_SET_STRING : FSCONFIG_SET_FD;

	if (syscall(SYS_fsconfig, fs, how, "lowerdir+", layer, fd) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "lowerdir+", target, 0) < 0 ||
	    syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -1;
	return attach(syscall(SYS_fsmount, fs, 0, 0), target);
}

static int by_layer(const char *layer, const char *target)
{
	return overlay(layer, 0, target);
}

static int by_handed(const char *layer, const char *target)
{
	return overlay(NULL, open(layer, O_PATH | O_DIRECTORY), target);
}

static int by_clone(const char *source, const char *target)
{
	return attach(syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE), target);
}

static int by_int80(const char *fstype, const char *target)
{
#ifdef __x86_64__
	/* pointers of 32 bits */
	char *low = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long r = 21; /* mount: arch/x86/entry/syscalls/syscall_32.tbl */

	if (low == MAP_FAILED)
		return -1;
	strcpy(low, "none");
	strncpy(low + 64, fstype, 63);
	strncpy(low + 128, target, 1023);
	__asm__ volatile("int $0x80"
			 : "+a"(r)
			 : "b"(low), "c"(low + 128), "d"(low + 64), "S"(0), "D"(0)
			 : "memory", "r8", "r9", "r10", "r11");
	errno = r < 0 ? (int)-r : 0;
	return r < 0 ? -1 : 0;
#else
	(void)fstype;
	(void)target;
	errno = ENOSYS;
	return -1;
#endif
}

/* umount(8) would follow the link itself */
static int by_lift(const char *link, const char *target)
{
	if (umount2(link, 0) < 0)
		return -1;
	usleep(500000);
	if (syscall(SYS_mount, "/dev/null", target, NULL, MS_BIND, NULL) < 0)
		return -1;
	_exit(0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(const char *what, const char *target);
	} ways[] = {
		{ "mount", by_mount }, { "int80", by_int80 },	{ "new", by_new },
		{ "layer", by_layer }, { "handed", by_handed }, { "clone", by_clone },
		{ "lift", by_lift },
	};

	for (size_t i = 0; argc == 4 && i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (strcmp(argv[1], ways[i].name) != 0)
			continue;
		if (ways[i].run(argv[2], argv[3]) < 0) {
			perror(argv[1]);
			return 1;
		}
		sleep(1);
		return umount2(argv[3], MNT_DETACH) < 0;
	}
	fprintf(stderr, "mounter mount|int80|new|layer|handed|clone|lift WHAT TARGET\n");
	return 2;
}
