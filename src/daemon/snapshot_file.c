/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between threads only the rendered text changes hands, by swapping buffers: neither waits for the
 * other's work. The file is ours alone (0600), replaced at once, and believed only if it still is.
 */
#include "daemon/snapshot_file.h"

#include <errno.h>
#include <fcntl.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/log.h"
#include "daemon/engine.h"
#include "state/snapshot.h"

#define PERIOD (60 * NS_PER_S)

struct snapshot_head snapshot_file_head(const struct snapshot_file *f, uint64_t now)
{
	return (struct snapshot_head){ str_of(f->boot), now };
}

void snapshot_file_init(struct snapshot_file *f, const char *run_dir)
{
	auto_buf struct buf boot = { 0 };
	struct str rest, line;
	int n = snprintf(f->path, sizeof(f->path), "%s/snapshot", run_dir);

	pthread_mutex_init(&f->lock, NULL);
	if (n < 0 || (size_t)n >= sizeof(f->path) ||
	    file_read_at(AT_FDCWD, "/proc/sys/kernel/random/boot_id", sizeof(f->boot), &boot) <= 0)
		return;
	rest = buf_str(&boot);
	if (str_cut(&rest, '\n', &line))
		snprintf(f->boot, sizeof(f->boot), "%.*s", STR_ARG(line));
}

void snapshot_file_release(struct snapshot_file *f)
{
	buf_release(&f->rendered);
	buf_release(&f->waiting);
	buf_release(&f->written);
	pthread_mutex_destroy(&f->lock);
}

int snapshot_file_read(const struct snapshot_file *f, struct buf *text, struct diag *d)
{
	ssize_t r = f->boot[0] ? file_read_own_at(AT_FDCWD, f->path, SNAPSHOT_MAX, text) : -ENOENT;

	if (r >= 0 || r == -ENOENT)
		return r < 0 ? (int)r : 0;
	diag_error(d, NULL, "snapshot", "%s",
		   r == -EPERM ? "it is not ours alone" : strerror((int)-r));
	return (int)r;
}

void snapshot_file_restore(const struct snapshot_file *f, struct engine *e)
{
	const struct snapshot_head now = snapshot_file_head(f, clock_realtime());
	AUTO(diag) d = diag_new();
	auto_buf struct buf text = { 0 };
	int r;

	if (!d)
		return;
	r = snapshot_file_read(f, &text, d);
	if (r == 0)
		r = engine_restore(e, buf_str(&text), &now, d);
	if (r == -ENOENT)
		log_info("there is no snapshot %s: what is known is what runs now", f->path);
	else if (r < 0)
		log_notice("the snapshot %s is ignored: %s", f->path,
			   diag_count(d) ? diag_at(d, 0)->message : strerror(-r));
}

static void swap(struct buf *a, struct buf *b)
{
	struct buf t = *a;

	*a = *b;
	*b = t;
}

void snapshot_file_render(struct snapshot_file *f, const struct engine *e, uint64_t now,
			  bool at_last)
{
	const struct snapshot_head head = snapshot_file_head(f, now);

	/* half of what is known would be worse than what the file tells */
	if (!f->boot[0] || !state_is_complete(engine_state(e)) ||
	    (!at_last && now < f->due && f->due <= now + PERIOD))
		return;
	f->due = now + PERIOD;
	if (snapshot_write(engine_state(e), &head, &f->rendered) < 0)
		return;
	pthread_mutex_lock(&f->lock);
	swap(&f->rendered, &f->waiting);
	pthread_mutex_unlock(&f->lock);
}

void snapshot_file_write(struct snapshot_file *f)
{
	int result;

	buf_clear(&f->written);
	pthread_mutex_lock(&f->lock);
	swap(&f->written, &f->waiting);
	pthread_mutex_unlock(&f->lock);
	if (!f->written.len)
		return;
	result = file_replace(f->path, buf_str(&f->written), 0600);
	if (result < 0 && result != f->result)
		log_warning("the snapshot %s cannot be written: %s", f->path, strerror(-result));
	f->result = result;
}
