/* SPDX-License-Identifier: Apache-2.0 */
/* A table of who starts what. */
#include "kernel/umh.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/cleanup.h"

#define KNOB_MAX 4096

/* what the kernel is told to run; a pipe's program stands behind a bar (core(5)) */
static const char *const knobs[] = {
	"sys/kernel/modprobe", /* kernel/module/kmod.c */
	"sys/kernel/core_pattern", /* fs/coredump.c */
	"sys/kernel/hotplug", /* lib/kobject_uevent.c */
	"sys/kernel/poweroff_cmd", /* kernel/reboot.c */
};

/* what stands in the kernel's text */
static const char *const fixed[] = {
	"/sbin/request-key", /* security/keys/request_key.c */
	"/sbin/bridge-stp", /* net/bridge/br_stp_if.c */
	"/sbin/nfs_cache_getent", /* fs/nfs/cache_lib.c */
	"/sbin/nfsdcltrack", /* fs/nfsd/nfs4recover.c */
	"/sbin/ocfs2_hb_ctl", /* fs/ocfs2/stackglue.c */
	"/sbin/v86d", /* drivers/video/fbdev/uvesafb.c */
	"/sbin/drbdadm", /* drivers/block/drbd/drbd_nl.c */
	"/sbin/reboot", /* kernel/reboot.c */
};

struct str umh_program(struct str text)
{
	struct str program;

	text = str_trim(text);
	if (str_starts(text, STR("|")))
		text = str_trim(str_from(text, 1));
	if (!str_cut(&text, ' ', &program) || !str_starts(program, STR("/")))
		return STR_ABSENT;
	return program;
}

int umh_paths(const struct procfs *proc, struct str **out, size_t *n, struct arena *a)
{
	struct str text;

	*n = 0;
	*out = arena_array_of(a, struct str, ARRAY_LEN(knobs) + ARRAY_LEN(fixed));
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(knobs); i++) {
		struct str program = procfs_text(proc, knobs[i], KNOB_MAX, a, &text) == 0
					     ? umh_program(text)
					     : STR_ABSENT;

		if (program.ptr)
			(*out)[(*n)++] = program;
	}
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		(*out)[(*n)++] = str_of(fixed[i]);
	return 0;
}

/* a descriptor of the file of @type that is @path below @root, and which it is; or -errno */
static int open_file(int root, struct str path, uint64_t flags, mode_t type, struct umh_file *out)
{
	const struct open_how how = { .flags = flags | O_CLOEXEC,
				      .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_IN_ROOT };
	char name[PATH_MAX];
	auto_close int fd = -1;
	struct stat st;

	if (!path.len || path.len >= sizeof(name))
		return -ENAMETOOLONG;
	snprintf(name, sizeof(name), "%.*s", STR_ARG(path));
	fd = (int)syscall(SYS_openat2, root, name, &how, sizeof(how));
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if ((st.st_mode & S_IFMT) != type)
		return -EINVAL;
	*out = (struct umh_file){
		.dev_major = major(st.st_dev),
		.dev_minor = minor(st.st_dev),
		.inode = st.st_ino,
	};
	return take_fd(&fd);
}

int umh_resolve(int root, struct str path, struct umh_file *out)
{
	auto_close int fd = open_file(root, path, O_PATH, S_IFREG, out);

	return fd < 0 ? fd : 0;
}

int umh_directory(int root, struct str path, struct umh_file *out)
{
	struct str dir = str_first(path, path.len - str_basename(path).len);
	auto_close int fd = open_file(root, dir, O_PATH, S_IFDIR, out);

	return fd < 0 ? fd : 0;
}

/* the interpreter and its one argument (which may be empty) in the first line of a script; false: it is none */
static bool first_line(struct str text, struct str *interpreter, struct str *argument)
{
	struct str line;

	if (!str_starts(text, STR("#!")))
		return false;
	text = str_from(text, 2);
	if (!str_cut(&text, '\n', &line))
		return false;
	*argument = str_trim(line);
	if (!str_cut(argument, ' ', interpreter))
		return false;
	*argument = str_trim(*argument);
	return interpreter->len > 0;
}

bool umh_is_script(int root, struct str path, const struct umh_file *exe, struct str cmdline)
{
	char head[256]; /* BINPRM_BUF_SIZE */
	struct umh_file file;
	auto_close int fd = open_file(root, path, O_RDONLY | O_NONBLOCK, S_IFREG, &file);
	ssize_t n = fd < 0 ? -1 : read(fd, head, sizeof(head));
	struct str interpreter, argument, arg;

	if (n <= 0 || !first_line((struct str){ head, (size_t)n }, &interpreter, &argument))
		return false;
	if (umh_resolve(root, interpreter, &file) < 0 || file.inode != exe->inode ||
	    file.dev_major != exe->dev_major || file.dev_minor != exe->dev_minor)
		return false;
	if (!str_cut(&cmdline, '\0', &arg) || !str_eq(arg, interpreter))
		return false;
	if (argument.len && (!str_cut(&cmdline, '\0', &arg) || !str_eq(arg, argument)))
		return false;
	return str_cut(&cmdline, '\0', &arg) && str_eq(arg, path);
}
