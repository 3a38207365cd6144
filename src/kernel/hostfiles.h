/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the host that whoever writes them is the host by: what it loads, believes, runs at a time or at start.
 *
 * A table of paths, each with its class, and what they are on this machine by device and inode: the files, the
 * directories, all that lies in these, and the places (the directory, and the name in it) of those, also where they
 * are not there, and of the directories above them. Paths of the host's alone are walked, never one below a container's root. Devices are those of stat(2), which
 * audit's are, too, but on btrfs.
 */
#ifndef WC_HOSTFILES_H
#define WC_HOSTFILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/str.h"

enum hostfile_class {
	HOSTFILE_NONE,
	HOSTFILE_LOADER, /* code of every program: ld.so, libc, PAM, what they read */
	HOSTFILE_AUTH, /* who may log in and become whom */
	HOSTFILE_KEYS, /* and prove it by a key */
	HOSTFILE_SECRET, /* who reads it can */
	HOSTFILE_CRON, /* run at a time */
	HOSTFILE_UNIT, /* run at start, at a login, when a device comes */
	HOSTFILE_KUBELET, /* run by a kubelet, or its network */
	HOSTFILE_RUNTIME, /* what makes containers, and how */
	HOSTFILE_HELPER, /* what the kernel starts by itself (kernel/umh.h) */
	HOSTFILE_SOCKET, /* whoever may connect makes containers */
	HOSTFILE_BUS, /* or units, and whatever else the host's services do when asked */
	HOSTFILE_LOGS, /* a kubelet shows them, and follows links (pkg/kubelet/kubelet.go, its "/logs/") */
	HOSTFILE_MEMORY, /* the kernel's, to be read */
	HOSTFILE_SYMBOLS, /* and where what lies in it */
	HOSTFILE_CLASSES,
};
const char *hostfile_class_name(enum hostfile_class class); /* "" of HOSTFILE_NONE */
/*
 * Files of procfs itself: every procfs, a container's too, has each under the same inode number, on a device of its own of major
 * 0 (kernel fs/proc/inode.c, proc_get_inode()), and nothing can be made there
 */
bool hostfile_is_of_kernel(enum hostfile_class class);

/* a row of the table: files @names in each of @dirs; NULL: the directories themselves, and all below */
struct hostfile_row {
	enum hostfile_class class;
	const char *dirs, *names; /* comma separated */
};
extern const struct hostfile_row hostfile_rows[];
extern const size_t hostfile_rows_n;
/* the first row that an absolute path of the host, as a text, is of */
enum hostfile_class hostfile_class_of_path(struct str path);

/* what the table is on one machine; one thread */
struct hostfiles;
/* @root stands for "/", and stays the caller's. NULL on ENOMEM. */
struct hostfiles *hostfiles_new(const char *root);
void hostfiles_free(struct hostfiles *h);
DEFINE_AUTO(hostfiles)

struct hostfile_id {
	uint32_t dev_major, dev_minor;
	uint64_t inode;
};
/*
 * The class of a file or directory, or, with @name, of what is called so in that directory. What was read more than
 * a second before @now (any clock in ns, not 0), or a tenth of one where nothing is found, is read again; for a device
 * that nothing of the table lies on, ten seconds. HOSTFILE_NONE, too, if it could never be read.
 */
enum hostfile_class hostfiles_find(struct hostfiles *h, const struct hostfile_id *id,
				   struct str name, uint64_t now);
/*
 * The same of a directory with what lies right in it, be that only on the way to something of the table: the class of the
 * first row.
 */
enum hostfile_class hostfiles_find_in(struct hostfiles *h, const struct hostfile_id *dir,
				      uint64_t now);

/* what is done to a file that matters */
enum hostfile_act {
	HOSTFILE_CHANGED,
	HOSTFILE_CONNECTED, /* a socket */
	HOSTFILE_READ, /* keys and secrets, which are watched twice */
	HOSTFILE_LINKED, /* a symbolic link is made there */
	HOSTFILE_SEEN, /* one of the kernel's is read, in whatever procfs */
};

/* what a kernel audit rule can watch for the whole table */
struct hostfile_watch {
	struct str path; /* of this machine, no link in it */
	bool is_directory; /* and all below it */
	enum hostfile_act act;
	uint32_t classes; /* bit n: of class n there may be some */
	uint64_t inode; /* not 0: the file of that number on any device */
};
/*
 * Those that exist, of one act none below another; of a row that is not to be had now those of its last look. 0, -ENOMEM, or
 * -ENOENT of the root.
 */
int hostfiles_watches(struct hostfiles *h, struct hostfile_watch **out, size_t *n, struct arena *a);
/* rows of which nobody answered the last question: what is new in them is not known */
size_t hostfiles_unread(const struct hostfiles *h);

#endif
