/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel knobs that end in a program run as root on the host, or that take its defences away:
 * sysctls and sysfs files, a row each, and their values.
 *
 * Sources: Documentation/admin-guide/sysctl of the kernel; callers of call_usermodehelper() for the upcalls.
 * What this kernel does not have is simply not there. Values of the reader's own namespaces where a sysctl
 * has one for each.
 */
#ifndef WC_KNOBS_H
#define WC_KNOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "kernel/procfs.h"

enum knob_class {
	KNOB_UPCALL, /* names a program that the kernel will run, or with which powers */
	KNOB_HARDENING, /* a defence that can be lowered */
	KNOB_DISRUPTION, /* stops the machine, or makes it stop at the next fault */
};

struct knob_def {
	const char *name; /* fd.kernel_knob; several rows may share one */
	const char *path; /* below /proc or /sys of the host */
	enum knob_class class;
	bool is_trigger; /* written only: it has no value */
	const char *help;
};

const struct knob_def *knob_at(size_t i); /* NULL past the last */
const char *knob_class_name(enum knob_class class);

struct knob_reading {
	const struct knob_def *def;
	struct str
		value; /* without the last newline; absent for a trigger; FILE_WITHHELD (base/file.h) */
	bool has_inode;
	uint64_t inode;
	uint32_t dev_major, dev_minor;
};

/*
 * The knobs that there are, in the order of the table. @root stands for "/" of those below /sys. The
 * handlers of binfmt_misc are one value, "name=interpreter" a line; it is read only where it is mounted
 * already (an automount is not triggered: open(2), O_PATH). 0 or -errno.
 */
int knobs_read(const struct procfs *p, const char *root, struct knob_reading **out, size_t *n,
	       struct arena *a);

#endif
