/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The programs that the kernel itself starts, as root and on the host (usermode helpers,
 * kernel/umh.c): where their paths come from, and which files they are.
 *
 * An attacker who sets such a path runs a program of his outside every container.
 */
#ifndef WC_UMH_H
#define WC_UMH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernel/procfs.h"

struct umh_file {
	uint32_t dev_major, dev_minor;
	uint64_t inode;
};

/*
 * The paths that are set now, in knobs of @proc and by the kernel's own text; *n of them, in @a. 0 or
 * -ENOMEM.
 */
int umh_paths(const struct procfs *proc, struct str **out, size_t *n, struct arena *a);
/* text of a knob that names a program, arguments and all: the program; absent: it names none */
struct str umh_program(struct str text);
/*
 * The file behind @path below the directory @root, links followed, but no link of /proc into another
 * process's files; 0 or -errno.
 */
int umh_resolve(int root, struct str path, struct umh_file *out);
/* the directory in which the last part of @path is looked for, in the same way */
int umh_directory(int root, struct str path, struct umh_file *out);
/*
 * A program with this executable and these arguments (as /proc/PID/cmdline has them) is what the kernel makes of the
 * script @path: its interpreter, the text behind it in the script's first line, the path (load_script(),
 * fs/binfmt_script.c). The interpreter with any other arguments is not, for it would run what they name.
 */
bool umh_is_script(int root, struct str path, const struct umh_file *exe, struct str cmdline);

#endif
