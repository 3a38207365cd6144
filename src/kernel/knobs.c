/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table, and one small read for each row.
 *
 * Owns nothing between calls. Must not write, nor walk what is not the kernel's own: no path here leaves
 * procfs, sysfs or binfmt_misc of the host.
 */
#include "kernel/knobs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"

#define VALUE_MAX 4096
#define HANDLERS_MAX 256
#define HANDLER_MAX 4096
#define BINFMT_DIR "/proc/sys/fs/binfmt_misc"

#define UPCALL(name, path, help)                                                                   \
	{                                                                                          \
		name, path, KNOB_UPCALL, false, help                                               \
	}
#define GUARDS(path, help)                                                                         \
	{                                                                                          \
		"hardening", path, KNOB_HARDENING, false, help                                     \
	}
#define STOPS(name, path, help)                                                                    \
	{                                                                                          \
		name, path, KNOB_DISRUPTION, false, help                                           \
	}
/* clang-format off */
static const struct knob_def knobs[] = {
	UPCALL("core_pattern", "/proc/sys/kernel/core_pattern", "behind a pipe: run for every process that dumps core"),
	UPCALL("modprobe", "/proc/sys/kernel/modprobe", "run to load a module that somebody's call needs"),
	UPCALL("hotplug", "/proc/sys/kernel/hotplug", "run for every event of a device (before uevent_helper moved to sysfs)"),
	UPCALL("uevent_helper", "/sys/kernel/uevent_helper", "run for every event of a device"),
	UPCALL("poweroff_cmd", "/proc/sys/kernel/poweroff_cmd", "run to power the machine off"),
	UPCALL("usermodehelper_caps", "/proc/sys/kernel/usermodehelper/bset", "bounding set of all such programs"),
	UPCALL("usermodehelper_caps", "/proc/sys/kernel/usermodehelper/inheritable", "inheritable set of all such programs"),
	UPCALL("binfmt_entry", BINFMT_DIR, "interpreters of binfmt_misc, run for whoever executes a file of theirs"),
	{ "binfmt_register", BINFMT_DIR "/register", KNOB_UPCALL, true, "adds an interpreter to binfmt_misc" },
	UPCALL("module_parameter", "/sys/module/nfs/parameters/cache_getent", "run to look up names for NFS"),
	UPCALL("module_parameter", "/sys/module/nfsd/parameters/cltrack_prog", "run to keep track of clients of NFS"),
	UPCALL("module_parameter", "/sys/module/drbd/parameters/usermode_helper", "run for events of DRBD"),
	UPCALL("module_parameter", "/proc/sys/fs/ocfs2/nm/hb_ctl_path", "run by OCFS2 to end a heartbeat"),
	GUARDS("/proc/sys/kernel/kptr_restrict", "hides addresses of the kernel"),
	GUARDS("/proc/sys/kernel/dmesg_restrict", "hides the kernel's log"),
	GUARDS("/proc/sys/kernel/perf_event_paranoid", "who may use perf_event_open(2)"),
	GUARDS("/proc/sys/kernel/unprivileged_bpf_disabled", "who may use bpf(2)"),
	GUARDS("/proc/sys/kernel/unprivileged_userns_clone", "who may make user namespaces (Debian)"),
	GUARDS("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "who may make user namespaces (Ubuntu)"),
	GUARDS("/proc/sys/user/max_user_namespaces", "how many user namespaces there may be"),
	GUARDS("/proc/sys/kernel/io_uring_disabled", "who may use io_uring"),
	GUARDS("/proc/sys/kernel/yama/ptrace_scope", "who may trace whom"),
	GUARDS("/proc/sys/kernel/randomize_va_space", "randomised addresses of programs"),
	GUARDS("/proc/sys/kernel/modules_disabled", "no more modules"),
	GUARDS("/proc/sys/kernel/kexec_load_disabled", "no other kernel"),
	GUARDS("/proc/sys/fs/suid_dumpable", "cores of setuid programs"),
	GUARDS("/proc/sys/fs/protected_symlinks", "symbolic links in sticky directories"),
	GUARDS("/proc/sys/fs/protected_hardlinks", "hard links to what one may not write"),
	GUARDS("/proc/sys/fs/protected_fifos", "FIFOs of others in sticky directories"),
	GUARDS("/proc/sys/fs/protected_regular", "files of others in sticky directories"),
	GUARDS("/proc/sys/vm/mmap_min_addr", "lowest address that may be mapped"),
	GUARDS("/proc/sys/vm/unprivileged_userfaultfd", "who may use userfaultfd(2)"),
	GUARDS("/proc/sys/net/core/bpf_jit_harden", "hardening of the BPF compiler"),
	GUARDS("/proc/sys/dev/tty/legacy_tiocsti", "typing into another's terminal"),
	STOPS("sysrq", "/proc/sys/kernel/sysrq", "what the SysRq key, and sysrq-trigger, may do"),
	{ "sysrq_trigger", "/proc/sysrq-trigger", KNOB_DISRUPTION, true, "commands of the SysRq key" },
	STOPS("panic", "/proc/sys/kernel/panic", "seconds from a panic to a restart"),
	STOPS("panic", "/proc/sys/kernel/panic_on_oops", "a fault of the kernel stops the machine"),
	STOPS("panic", "/proc/sys/kernel/panic_on_warn", "a warning of the kernel stops the machine"),
	STOPS("panic", "/proc/sys/vm/panic_on_oom", "lack of memory stops the machine"),
};
/* clang-format on */

const struct knob_def *knob_at(size_t i)
{
	return i < ARRAY_LEN(knobs) ? &knobs[i] : NULL;
}

const char *knob_class_name(enum knob_class class)
{
	static const char *const names[] = {
		[KNOB_UPCALL] = "upcall",
		[KNOB_HARDENING] = "hardening",
		[KNOB_DISRUPTION] = "disruption",
	};

	return names[class];
}

/* the handlers of binfmt_misc */

/* "enabled\ninterpreter /bin/x\nflags: ..." (fs/binfmt_misc.c, entry_status()) */
static struct str interpreter_of(struct str entry)
{
	static const struct str key = STR("interpreter ");
	struct str line;

	while (str_cut(&entry, '\n', &line))
		if (str_starts(line, key))
			return str_from(line, key.len);
	return STR_ABSENT;
}

static int name_cmp(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t handler_names(DIR *dir, const char *names[static HANDLERS_MAX], struct arena *a)
{
	const struct dirent *d;
	size_t n = 0;

	while (n < HANDLERS_MAX && (d = readdir(dir)))
		if (d->d_name[0] != '.' && strcmp(d->d_name, "register") != 0 &&
		    strcmp(d->d_name, "status") != 0) {
			struct str name = arena_printf(a, "%s%c", d->d_name, '\0');

			if (name.ptr)
				names[n++] = name.ptr;
		}
	qsort(names, n, sizeof(*names), name_cmp);
	return n;
}

static struct str read_handlers(int at, struct arena *a)
{
	const char *names[HANDLERS_MAX];
	auto_buf struct buf text = { 0 }, entry = { 0 };
	int fd = openat(at, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	size_t n;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return STR("");
	}
	n = handler_names(dir, names, a);
	for (size_t i = 0; i < n; i++) {
		struct str handler;
		ssize_t r;

		buf_clear(&entry);
		r = file_read_plain_at(at, names[i], HANDLER_MAX, &entry);
		if (r < 0 && r != -EAGAIN)
			continue;
		handler = r < 0 ? FILE_WITHHELD : interpreter_of(buf_str(&entry));
		buf_printf(&text, "%s%s=%.*s", text.len ? "\n" : "", names[i], STR_ARG(handler));
	}
	closedir(dir);
	return arena_str(a, str_first(buf_str(&text), VALUE_MAX));
}

/* one row */

/* where the row's path begins, and what is left of it; the host's /proc may be elsewhere in a test */
static int base_of(const struct procfs *p, const char *root, const struct knob_def *def,
		   char path[static PATH_MAX])
{
	bool is_proc = strncmp(def->path, "/proc/", 6) == 0;

	if (is_proc)
		snprintf(path, PATH_MAX, "%s", def->path + 6);
	else
		snprintf(path, PATH_MAX, "%s%s", root, def->path);
	return is_proc ? p->root : AT_FDCWD;
}

static void set_object(struct knob_reading *out, const struct stat *st)
{
	out->has_inode = true;
	out->inode = st->st_ino;
	out->dev_major = major(st->st_dev);
	out->dev_minor = minor(st->st_dev);
}

/* the directory, if the file system is mounted there; O_PATH does not trigger an automount, a name below it would */
static int binfmt_open(const struct procfs *p, const char *root)
{
	static const struct knob_def at = { .path = BINFMT_DIR };
	char path[PATH_MAX];
	int base = base_of(p, root, &at, path),
	    fd = openat(base, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd >= 0 && fstatfs(fd, &fs) == 0 && fs.f_type == BINFMTFS_MAGIC)
		return fd;
	if (fd >= 0)
		close(fd);
	return -ENOENT;
}

/* not mounted is no handlers: what is registered the moment it is must not pass for how things were */
static int read_binfmt(const struct procfs *p, const char *root, struct knob_reading *out,
		       struct arena *a)
{
	auto_close int dir = binfmt_open(p, root);
	bool is_list = !out->def->is_trigger;
	struct stat st;

	if (is_list)
		out->value = STR("");
	if (dir < 0 || fstatat(dir, is_list ? "" : "register", &st, AT_EMPTY_PATH) < 0)
		return is_list ? 0 : -ENOENT;
	set_object(out, &st);
	if (is_list)
		out->value = read_handlers(dir, a);
	return is_list && !out->value.ptr ? -ENOMEM : 0;
}

/* absent: it cannot be read */
static struct str read_value(int fd, struct arena *a)
{
	char value[VALUE_MAX];
	ssize_t n;

	do
		n = read(fd, value, sizeof(value));
	while (n < 0 && errno == EINTR);
	if (n > 0 && value[n - 1] == '\n')
		n--;
	return n < 0 ? STR_ABSENT : arena_str(a, str_mem(value, (size_t)n));
}

/* 0 or -ENOENT: not on this machine, or not to be had here */
static int read_one(const struct procfs *p, const char *root, struct knob_reading *out,
		    struct arena *a)
{
	char path[PATH_MAX];
	int base = base_of(p, root, out->def, path);
	auto_close int fd = -1;
	bool is_withheld;
	struct stat st;

	if (strncmp(out->def->path, BINFMT_DIR, sizeof(BINFMT_DIR) - 1) == 0)
		return read_binfmt(p, root, out, a);
	fd = openat(base, path,
		    (out->def->is_trigger ? O_PATH : O_RDONLY | O_NONBLOCK) | O_NOFOLLOW |
			    O_CLOEXEC);
	is_withheld = fd < 0 && errno == EAGAIN;
	if (is_withheld)
		fd = openat(base, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -ENOENT;
	set_object(out, &st);
	if (out->def->is_trigger)
		return 0;
	out->value = is_withheld ? FILE_WITHHELD : read_value(fd, a);
	return out->value.ptr ? 0 : -ENOENT;
}

int knobs_read(const struct procfs *p, const char *root, struct knob_reading **out, size_t *n,
	       struct arena *a)
{
	*n = 0;
	*out = arena_array_of(a, struct knob_reading, ARRAY_LEN(knobs));
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; i < ARRAY_LEN(knobs); i++) {
		struct knob_reading *one = &(*out)[*n];
		int r;

		*one = (struct knob_reading){ .def = &knobs[i], .value = STR_ABSENT };
		r = read_one(p, root, one, a);
		if (r == -ENOMEM)
			return r;
		*n += r == 0;
	}
	return 0;
}
