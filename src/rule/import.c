/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The import as a whole: read, name, write, let the loader judge, write again without what it
 * refused, until nothing is refused.
 *
 * Owns everything in one arena, but for the texts of outputs. What comes out was loaded once.
 */
#include "rule/import.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "rule/import_item.h"
#include "rule/import_judge.h"

#define ARENA_FIRST 65536
#define ARENA_LIMIT ((size_t)256 << 20)
/* each drops an item or a field of an output, or is the last */
#define ROUNDS_MAX 256

void import_free(struct import *im)
{
	if (!im)
		return;
	for (struct import_file *f = im->files; f; f = f->next)
		for (struct output *o = f->outputs; o; o = o->next)
			buf_release(&o->text);
	map_release(&im->by_name);
	map_release(&im->by_ini);
	arena_free(im->arena);
}

static struct import *import_begin(const struct schema *schema, struct diag *d)
{
	AUTO(arena) a = arena_new(ARENA_FIRST, ARENA_LIMIT);
	struct import *im = a ? arena_new_of(a, struct import) : NULL;

	if (!im) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	im->schema = schema;
	im->d = d;
	im->arena = take_ptr(a);
	return im;
}

/* of a name only what a rule file's name may hold */
static const char *file_name(struct import *im, const char *path)
{
	struct str base = str_basename(str_of(path));
	char *name = arena_alloc(im->arena, base.len + 1);

	if (!name)
		return NULL;
	for (size_t i = 0; i < base.len; i++) {
		char c = base.ptr[i];
		bool is_fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';

		name[i] = is_fine ? c : '_';
	}
	name[base.len] = 0;
	return name;
}

static bool add_file(struct import *im, const char *path, struct str text)
{
	struct import_file **tail = &im->files, *f = arena_new_of(im->arena, struct import_file);
	struct doc_node *root;
	unsigned number = 1;

	for (; *tail; tail = &(*tail)->next)
		number++;
	if (!f)
		return false;
	f->number = number;
	f->name = file_name(im, path);
	f->source = f->name ? rulefile_of_text(path, text, im->arena, im->d) : NULL;
	root = f->source ? doc_read(f->source, text, im->arena, im->d) : NULL;
	if (!root)
		return false;
	*tail = f;
	return items_read(im, f, root);
}

/* what the loader has to say of the outputs as they are; NULL: errors */
static struct ruleset *load(struct import *im, struct diag *d)
{
	struct ruleset_text *texts;
	size_t n = 0, i = 0;

	for (const struct import_file *f = im->files; f; f = f->next)
		n += f->levels;
	texts = arena_array_of(im->arena, struct ruleset_text, n ? n : 1);
	if (!texts) {
		im->no_memory = true;
		return NULL;
	}
	for (struct import_file *f = im->files; f; f = f->next)
		for (struct output *o = f->outputs; o; o = o->next)
			texts[i++] = (struct ruleset_text){ o->name.ptr, buf_str(&o->text) };
	im->texts = texts;
	im->n_texts = n;
	return ruleset_load_texts(texts, n, NULL, im->schema, d);
}

/* true: written and loaded */
static bool settle(struct import *im)
{
	for (unsigned round = 0; round < ROUNDS_MAX && !im->no_memory; round++) {
		AUTO(diag) d = diag_new();
		AUTO(ruleset) set = NULL;

		if (sections_write(im))
			continue;
		set = d ? load(im, d) : NULL;
		if (!d || im->no_memory)
			break;
		if (judge_loading(im, d))
			continue;
		if (!set) {
			diag_append(im->d, d);
			return false;
		}
		if (im->is_final)
			return true;
		judge_rules(im, set);
		im->is_final = true;
	}
	diag_error(im->d, NULL, "import",
		   im->no_memory ? "out of memory" : "the import comes to no end");
	return false;
}

static struct import *finish(struct import *im)
{
	AUTO(import) owned = im;

	return names_give(im) && settle(im) ? take_ptr(owned) : NULL;
}

struct import *import_texts(const struct ruleset_text *files, size_t n, const struct schema *schema,
			    struct diag *d)
{
	AUTO(import) im = import_begin(schema, d);

	if (!im)
		return NULL;
	if (n > IMPORT_FILES_MAX) {
		diag_error(d, NULL, "too-many", "more than %d files", IMPORT_FILES_MAX);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (!add_file(im, files[i].name, files[i].text)) {
			if (!diag_errors(d))
				diag_error(d, NULL, NULL, "out of memory");
			return NULL;
		}
	return finish(take_ptr(im));
}

static bool read_path(const char *path, struct buf *text, struct diag *d)
{
	struct place where = { .file = path };
	ssize_t n = file_read_at(AT_FDCWD, path, RULEFILE_SIZE_MAX, text);

	if (n >= 0)
		return true;
	diag_error(d, &where, "unreadable", "%s",
		   n == -EFBIG ? "longer than 4 MiB" : strerror((int)-n));
	return false;
}

struct import *import_paths(const char *const *paths, size_t n, const struct schema *schema,
			    struct diag *d)
{
	struct buf texts[IMPORT_FILES_MAX] = { 0 };
	struct ruleset_text files[IMPORT_FILES_MAX];
	struct import *im = NULL;
	bool good = n <= IMPORT_FILES_MAX;

	if (!good)
		diag_error(d, NULL, "too-many", "more than %d files", IMPORT_FILES_MAX);
	for (size_t i = 0; good && i < n; i++) {
		good = read_path(paths[i], &texts[i], d);
		files[i] = (struct ruleset_text){ paths[i], buf_str(&texts[i]) };
	}
	if (good)
		im = import_texts(files, n, schema, d);
	for (size_t i = 0; i < IMPORT_FILES_MAX; i++)
		buf_release(&texts[i]);
	return im;
}

size_t import_outputs(const struct import *im, const struct ruleset_text **out)
{
	*out = im->texts;
	return im->n_texts;
}

bool import_is_full(const struct import *im)
{
	for (const struct item *it = im->items; it; it = it->next)
		if (it->class != CLASS_FULL)
			return false;
	return true;
}
