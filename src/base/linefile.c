/* SPDX-License-Identifier: Apache-2.0 */
/* Appending with one writev(2), which carries the newline that a torn line still lacks. */
#include "base/linefile.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "base/cleanup.h"

#define FLAGS (O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW)

/* does the file end within a line? what cannot be read is taken for whole */
static bool ends_torn(const char *path)
{
	auto_close int fd = open(path, O_RDONLY | FLAGS);
	struct stat st;
	char last = '\n';

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return false;
	return pread(fd, &last, 1, st.st_size - 1) == 1 && last != '\n';
}

int linefile_open(struct linefile *f, const char *path)
{
	f->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | FLAGS, 0600);
	if (f->fd < 0)
		return -errno;
	f->is_torn = ends_torn(path);
	return 0;
}

void linefile_close(struct linefile *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

int linefile_add(struct linefile *f, struct str lines)
{
	const struct iovec parts[] = { { "\n", 1 }, { (void *)(uintptr_t)lines.ptr, lines.len } };
	size_t first = f->is_torn ? 0 : 1, all = lines.len + f->is_torn;
	ssize_t n;

	do
		n = writev(f->fd, parts + first, (int)(ARRAY_LEN(parts) - first));
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)all) {
		f->is_torn = false;
		return 0;
	}
	/* the newline alone mends the line before, and tears none */
	if (n > 0)
		f->is_torn = n > (ssize_t)f->is_torn;
	return n < 0 ? -errno : -ENOSPC;
}
