/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks that wait, in a /proc that was made for them, and the object that they want to open. */
#ifndef WC_WAITING_TASK_H
#define WC_WAITING_TASK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "../kernel/fake_root.h"
#include <sys/sysmacros.h>

#include "guard/opener.h"

#define ID64 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

struct fixture {
	struct fake_root root;
	struct procfs proc;
	struct known known;
	struct marks marks;
	struct opener opener;
	int object; /* what is opened */
};

static inline void task_link(const struct fake_root *r, const char *name, const char *target)
{
	(void)unlink(fake_path(r, name));
	fake_link(r, name, target);
}

/* in the place of what @pid was before */
static inline void task(struct fixture *f, int pid, int ppid, const char *flags, const char *cgroup,
			const char *ns, const char *call)
{
	struct fake_root *r = &f->root;
	char name[64], text[512];

	snprintf(name, sizeof(name), "%d/stat", pid);
	snprintf(text, sizeof(text), "%d (sh) S %d 1 1 0 -1 %s 0 0 0 0 0 0 0 0 20 0 1 0 %d00 0 0",
		 pid, ppid, flags, pid);
	fake_file(r, name, text);
	snprintf(name, sizeof(name), "%d/task/%d/stat", pid, pid);
	fake_file(r, name, text);
	snprintf(name, sizeof(name), "%d/status", pid);
	snprintf(text, sizeof(text),
		 "Name:\tsh\nTgid:\t%d\nUid:\t1\t0\t2\t3\nGid:\t4\t5\t6\t7\nNStgid:\t%d\t1\n"
		 "CapInh:\t0\nCapPrm:\t3\nCapEff:\t1\nCapBnd:\tff\nCapAmb:\t0\nNoNewPrivs:\t1\n"
		 "Seccomp:\t2\n",
		 pid, pid);
	fake_file(r, name, text);
	snprintf(name, sizeof(name), "%d/cgroup", pid);
	fake_file(r, name, cgroup);
	snprintf(name, sizeof(name), "%d/syscall", pid);
	fake_file(r, name, call);
	snprintf(name, sizeof(name), "%d/stack", pid);
	fake_file(r, name,
		  "[<0>] do_dentry_open+0x1/0x2\n[<0>] do_sys_openat2+0x1/0x2\n"
		  "[<0>] __x64_sys_openat+0x1/0x2\n[<0>] do_syscall_64+0x1/0x2\n");
	snprintf(name, sizeof(name), "%d/ns/x", pid);
	fake_file(r, name, "");
	snprintf(text, sizeof(text), "pid:[%s]", ns);
	snprintf(name, sizeof(name), "%d/ns/pid", pid);
	task_link(r, name, text);
	snprintf(name, sizeof(name), "%d/exe", pid);
	task_link(r, name, "/bin/sh");
}

static inline int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	const struct guard_mark mark = { .knob = "release_agent", .path = "/known" };
	struct stat st;

	f->root = fake_root();
	assert_int_equal(procfs_init(&f->proc, f->root.path), 0);
	task(f, getpid(), 1, "0", "0::/\n", "1", "running\n");
	assert_int_equal(known_init(&f->known, &f->proc), 0);
	f->opener = (struct opener){
		.proc = &f->proc,
		.known = &f->known,
		.marks = &f->marks,
		.arena = arena_new(65536, 1 << 20),
	};
	fake_file(&f->root, "object", "x");
	f->object = open(fake_path(&f->root, "object"), O_RDONLY | O_CLOEXEC);
	assert_int_equal(fstat(f->object, &st), 0);
	/* the table alone: marks themselves are the kernel's (tests/live/guard.bats) */
	f->marks.rows[0] = (struct mark){ .dev_major = major(st.st_dev),
					  .dev_minor = minor(st.st_dev),
					  .inode = st.st_ino };
	text_set(&f->marks.rows[0].knob, str_of(mark.knob), SIZE_MAX);
	text_set(&f->marks.rows[0].path, str_of(mark.path), SIZE_MAX);
	*state = f;
	return 0;
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->object);
	opener_release(&f->opener);
	arena_free(f->opener.arena);
	marks_release(&f->marks);
	known_release(&f->known);
	procfs_release(&f->proc);
	fake_root_release(&f->root);
	free(f);
	return 0;
}

#endif
