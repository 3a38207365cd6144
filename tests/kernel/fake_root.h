/* SPDX-License-Identifier: Apache-2.0 */
/* A temporary directory that plays the root of a file system. */
#ifndef WC_FAKE_ROOT_H
#define WC_FAKE_ROOT_H

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/file.h"

#define assert_str(actual, expected)                                                               \
	do {                                                                                       \
		struct str a_ = (actual), e_ = STR(expected);                                      \
		assert_int_equal(a_.len, e_.len);                                                  \
		assert_memory_equal(a_.ptr ? a_.ptr : "", e_.ptr, e_.len);                         \
	} while (0)

struct fake_root {
	char path[64];
	struct arena *arena;
};

static inline struct fake_root fake_root(void)
{
	struct fake_root r = { .path = "/tmp/watchcap-test-XXXXXX" };

	assert_non_null(mkdtemp(r.path));
	r.arena = arena_new(4096, 64 << 20);
	assert_non_null(r.arena);
	return r;
}

static int fake_remove(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void fake_root_release(struct fake_root *r)
{
	nftw(r->path, fake_remove, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(r->arena);
}
#define auto_root __attribute__((cleanup(fake_root_release)))

static inline const char *fake_path(const struct fake_root *r, const char *name)
{
	return arena_printf(r->arena, "%s/%s", r->path, name).ptr;
}

/* make the folders of @name, then the file */
static inline void fake_bytes(const struct fake_root *r, const char *name, struct str content)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", r->path, name);
	for (char *c = path + strlen(r->path) + 1; (c = strchr(c, '/')); c++) {
		*c = 0;
		mkdir(path, 0755);
		*c = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(file_write_all(fd, content), 0);
	close(fd);
}

static inline void fake_file(const struct fake_root *r, const char *name, const char *content)
{
	fake_bytes(r, name, str_of(content));
}

static inline void fake_link(const struct fake_root *r, const char *name, const char *target)
{
	assert_int_equal(symlink(target, fake_path(r, name)), 0);
}

/* whoever opens @path waits for who has this descriptor (fcntl(2), F_SETLEASE), or ends the test in ten seconds */
static inline int fake_lease(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	assert_true(fd >= 0);
	signal(SIGIO, SIG_IGN);
	alarm(10);
	assert_int_equal(fcntl(fd, F_SETLEASE, F_WRLCK), 0);
	return fd;
}

#endif
