/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table on this machine: read by a helper when somebody asks, and kept for a second. A row whose reading is held up is
 * asked for seldom from then on (kernel/errand.h: each is a party), and what was known of it stays.
 *
 * Owns a sorted list, and the helper. Walks no path itself.
 */
#include "kernel/hostfiles.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "kernel/errand.h"
#include "kernel/hostfiles_read.h"

#define DEVICES_MAX 16
#define FRESH NS_PER_S
#define FRESH_NONE (NS_PER_S / 10) /* somebody may just have made it */
#define FRESH_DEVICE (10 * NS_PER_S) /* somebody may have mounted it */

struct entry {
	struct hostfile_id id;
	struct str name; /* absent: the object itself */
	const struct hostfile_row *row;
	bool is_way; /* what a row itself names comes first */
};

struct hostfiles {
	const char *root;
	struct errand *errand;
	struct entry *entries;
	size_t n;
	struct row {
		struct buf found, watches; /* the last answers: where the names are */
		bool is_unread; /* there was none to the last question */
	} * rows; /* of the table */
	uint64_t read_at; /* 0: never */
	struct hostfile_id devices[DEVICES_MAX]; /* that they lie on; inode 0 */
	size_t n_devices;
};

/* the answer */

static bool next_found(struct str *rest, struct hostfile_found *f, struct str *name)
{
	if (rest->len < sizeof(*f))
		return false;
	memcpy(f, rest->ptr, sizeof(*f));
	*rest = str_from(*rest, sizeof(*f));
	if (f->name_len > rest->len || f->row >= hostfile_rows_n)
		return false;
	*name = f->name_len ? str_first(*rest, f->name_len) : STR_ABSENT;
	*rest = str_from(*rest, f->name_len);
	return true;
}

static size_t count_found(struct str rest)
{
	struct hostfile_found f;
	struct str name;
	size_t n = 0;

	while (next_found(&rest, &f, &name))
		n++;
	return n;
}

/* the list */

#define PROC_DYNAMIC_FIRST UINT64_C(0xF0000000) /* kernel fs/proc/generic.c, proc_alloc_inum() */

/* the same for one file in every procfs */
static struct hostfile_id normal_id(const struct hostfile_id *id)
{
	bool is_procfs =
		id->dev_major == 0 && id->inode >= PROC_DYNAMIC_FIRST && id->inode <= UINT32_MAX;

	return (struct hostfile_id){ id->dev_major, is_procfs ? 0 : id->dev_minor, id->inode };
}

static int entry_cmp(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->id.inode != y->id.inode)
		return x->id.inode < y->id.inode ? -1 : 1;
	if (x->id.dev_major != y->id.dev_major)
		return x->id.dev_major < y->id.dev_major ? -1 : 1;
	if (x->id.dev_minor != y->id.dev_minor)
		return x->id.dev_minor < y->id.dev_minor ? -1 : 1;
	return str_cmp(x->name, y->name);
}

/* of equal ones that of the first row comes first */
static int entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	int order = entry_cmp(a, b);

	if (!order)
		order = x->is_way - y->is_way;
	return order ? order : (x->row > y->row) - (x->row < y->row);
}

static bool is_device(const struct hostfiles *h, const struct hostfile_id *id)
{
	for (size_t i = 0; i < h->n_devices; i++)
		if (h->devices[i].dev_major == id->dev_major &&
		    h->devices[i].dev_minor == id->dev_minor)
			return true;
	/* there may be more than fit */
	return h->n_devices == DEVICES_MAX;
}

static void keep_devices(struct hostfiles *h)
{
	h->n_devices = 0;
	for (size_t i = 0; i < h->n; i++)
		if (!is_device(h, &h->entries[i].id))
			h->devices[h->n_devices++] = h->entries[i].id;
}

/* of each row what was known stays until something else is: 0, or -errno of the last that is not to be had now */
static int ask_all(struct hostfiles *h, bool watches)
{
	int r = 0;

	for (size_t i = 0; i < hostfile_rows_n; i++) {
		struct row *row = &h->rows[i];
		struct buf *kept = watches ? &row->watches : &row->found, old = *kept;
		auto_buf struct buf answer = { 0 };
		ssize_t n;

		errand_for(h->errand, i + 1);
		n = errand_read_host_files(h->errand, h->root, i, watches, &answer);
		row->is_unread = n < 0;
		if (n < 0) {
			r = (int)n;
			continue;
		}
		*kept = answer;
		answer = old;
	}
	return r;
}

static void read_all(struct hostfiles *h)
{
	struct hostfile_found f;
	struct entry *entries;
	struct str rest, name;
	size_t n = 1, kept = 0;

	(void)ask_all(h, false);
	for (size_t i = 0; i < hostfile_rows_n; i++)
		n += count_found(buf_str(&h->rows[i].found));
	entries = calloc(n, sizeof(*entries));
	/* those that there are lead into answers that are gone */
	free(h->entries);
	h->entries = entries;
	h->n = n = 0;
	for (size_t i = 0; entries && i < hostfile_rows_n; i++)
		for (rest = buf_str(&h->rows[i].found); next_found(&rest, &f, &name);)
			entries[n++] = (struct entry){ normal_id(&f.id), name, &hostfile_rows[i],
						       f.is_way };
	if (n)
		qsort(entries, n, sizeof(*entries), entry_order);
	for (size_t i = 0; i < n; i++)
		if (!kept || entry_cmp(&entries[kept - 1], &entries[i]) != 0)
			entries[kept++] = entries[i];
	h->n = kept;
	keep_devices(h);
}

struct hostfiles *hostfiles_new(const char *root)
{
	AUTO(hostfiles) h = calloc(1, sizeof(*h));

	if (!h)
		return NULL;
	h->root = root;
	h->errand = errand_new(ERRAND_DEADLINE_MS);
	h->rows = calloc(hostfile_rows_n, sizeof(*h->rows));
	return h->errand && h->rows ? take_ptr(h) : NULL;
}

void hostfiles_free(struct hostfiles *h)
{
	if (!h)
		return;
	errand_free(h->errand);
	for (size_t i = 0; h->rows && i < hostfile_rows_n; i++) {
		buf_release(&h->rows[i].found);
		buf_release(&h->rows[i].watches);
	}
	free(h->rows);
	free(h->entries);
	free(h);
}

static const struct entry *find(const struct hostfiles *h, const struct hostfile_id *id,
				struct str name)
{
	const struct entry wanted = { .id = *id, .name = name };

	return h->n ? bsearch(&wanted, h->entries, h->n, sizeof(wanted), entry_cmp) : NULL;
}

/* of what lies, or is looked for, in a directory, and of itself: that of the first row */
static const struct entry *find_in(const struct hostfiles *h, const struct hostfile_id *dir)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct entry *one = &h->entries[i];

		if (one->id.inode == dir->inode && one->id.dev_major == dir->dev_major &&
		    one->id.dev_minor == dir->dev_minor && (!found || one->row < found->row))
			found = one;
	}
	return found;
}

/* what lies where nothing of the table does needs no other look soon: a container's own files */
static bool is_due(const struct hostfiles *h, const struct hostfile_id *id, uint64_t now,
		   uint64_t fresh)
{
	return !h->read_at || now >= h->read_at + (is_device(h, id) ? fresh : FRESH_DEVICE);
}

/* @name: NULL: @id with all that is in it */
static const struct entry *find_any(const struct hostfiles *h, const struct hostfile_id *id,
				    const struct str *name)
{
	return name ? find(h, id, *name) : find_in(h, id);
}

static enum hostfile_class class_of(struct hostfiles *h, const struct hostfile_id *id,
				    const struct str *name, uint64_t now)
{
	const struct hostfile_id normal = normal_id(id);
	const struct entry *found =
		is_due(h, &normal, now, FRESH) ? NULL : find_any(h, &normal, name);

	if (!found && is_due(h, &normal, now, FRESH_NONE)) {
		read_all(h);
		h->read_at = now;
		found = find_any(h, &normal, name);
	}
	return found ? found->row->class : HOSTFILE_NONE;
}

enum hostfile_class hostfiles_find(struct hostfiles *h, const struct hostfile_id *id,
				   struct str name, uint64_t now)
{
	return class_of(h, id, &name, now);
}

enum hostfile_class hostfiles_find_in(struct hostfiles *h, const struct hostfile_id *dir,
				      uint64_t now)
{
	return class_of(h, dir, NULL, now);
}

/* what can be watched */

/* the one that watches @path already; NULL: none */
static struct hostfile_watch *watch_of(struct hostfile_watch *list, size_t n, struct str path,
				       enum hostfile_act act)
{
	for (size_t i = 0; i < n; i++)
		if (list[i].act == act &&
		    (str_eq(path, list[i].path) ||
		     (list[i].is_directory && str_starts(path, list[i].path) &&
		      path.ptr[list[i].path.len] == '/')))
			return &list[i];
	return NULL;
}

static void add_watch(struct hostfile_watch *list, size_t *n, const struct hostfile_found *f,
		      struct str path, enum hostfile_act act)
{
	struct hostfile_watch *w = watch_of(list, *n, path, act);

	if (!w) {
		w = &list[(*n)++];
		*w = (struct hostfile_watch){ path, f->is_directory, act, 0,
					      act == HOSTFILE_SEEN ? f->id.inode : 0 };
	}
	w->classes |= UINT32_C(1) << hostfile_rows[f->row].class;
}

/* room for two; what lies on the way to a secret is none */
static void add_acts(struct hostfile_watch *list, size_t *n, const struct hostfile_found *f,
		     struct str path)
{
	enum hostfile_class class = f->is_way ? HOSTFILE_NONE : hostfile_rows[f->row].class;

	add_watch(list, n, f, path,
		  f->is_socket			 ? HOSTFILE_CONNECTED
		  : class == HOSTFILE_LOGS	 ? HOSTFILE_LINKED
		  : hostfile_is_of_kernel(class) ? HOSTFILE_SEEN
						 : HOSTFILE_CHANGED);
	if (class == HOSTFILE_KEYS || class == HOSTFILE_SECRET)
		add_watch(list, n, f, path, HOSTFILE_READ);
}

int hostfiles_watches(struct hostfiles *h, struct hostfile_watch **out, size_t *n, struct arena *a)
{
	struct hostfile_found f;
	struct str rest, path;
	size_t max = 0;
	int r;

	*out = NULL;
	*n = 0;
	r = ask_all(h, true);
	/* seldom asked for */
	errand_rest(h->errand);
	if (r == -ENOENT)
		return r;
	for (size_t i = 0; i < hostfile_rows_n; i++)
		max += 2 * count_found(buf_str(&h->rows[i].watches));
	*out = arena_array_of(a, struct hostfile_watch, max + 1);
	for (size_t i = 0; *out && i < hostfile_rows_n; i++)
		for (rest = buf_str(&h->rows[i].watches); next_found(&rest, &f, &path);)
			add_acts(*out, n, &f, arena_str(a, path));
	return arena_exhausted(a) ? -ENOMEM : 0;
}

size_t hostfiles_unread(const struct hostfiles *h)
{
	size_t n = 0;

	for (size_t i = 0; i < hostfile_rows_n; i++)
		n += h->rows[i].is_unread;
	return n;
}
