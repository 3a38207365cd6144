/* SPDX-License-Identifier: Apache-2.0 */
/* Reading files into one merge. Knows neither conditions nor templates. */
#include "rule/loader.h"

#include <errno.h>

#include "rule/reader.h"
#include "rule/rulefile.h"

#define ARENA_FIRST ((size_t)64 << 10)
#define ARENA_LIMIT ((size_t)1 << 30)

void loader_begin(struct loader *l, struct diag *d)
{
	struct diag *own = d ? NULL : diag_new();

	*l = (struct loader){ .d = d ? d : own,
			      .own = own,
			      .arena = arena_new(ARENA_FIRST, ARENA_LIMIT) };
	if (l->d)
		l->old_errors = diag_errors(l->d);
	if (!l->arena || !l->d)
		l->error = -ENOMEM;
	else
		merge_begin(&l->merge, l->arena, l->d);
}

void loader_end(struct loader *l)
{
	if (l->error == -ENOMEM)
		diag_error(l->d, NULL, NULL, "out of memory while loading rules");
	merge_release(&l->merge);
	arena_free(l->arena);
	diag_free(l->own);
}

void loader_fail(struct loader *l, int r)
{
	if (r < 0 && l->error != -ENOMEM)
		l->error = r;
}

bool loader_has_failed(const struct loader *l)
{
	return l->error < 0 || diag_errors(l->d) > l->old_errors;
}

static void read_file(struct loader *l, struct rulefile *f)
{
	struct section *sections;
	int r;

	if (!f) {
		loader_fail(l, -EINVAL);
		return;
	}
	f->number = l->files++;
	sections = reader_read(f, RULE_SECTIONS, l->arena, l->d, &r);
	loader_fail(l, r);
	loader_fail(l, merge_file(&l->merge, sections));
}

void loader_read_paths(struct loader *l, const char *const *paths, size_t n)
{
	struct trust trust = trust_of_caller();
	const char **files;
	ssize_t found = rulefile_list(paths, n, RULEFILE_RULES, &files, l->arena, l->d);

	if (found < 0)
		loader_fail(l, (int)found);
	for (ssize_t i = 0; i < found; i++)
		read_file(l, rulefile_open(files[i], &trust, l->arena, l->d));
}

void loader_read_texts(struct loader *l, const struct ruleset_text *texts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		read_file(l, rulefile_of_text(texts[i].name, texts[i].text, l->arena, l->d));
}
