/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The import against arbitrary YAML: a line "%%" begins the next file. Whatever is taken must load, and its
 * account must be made.
 */
#include <stdlib.h>

#include "field/registry.h"
#include "rule/import.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t split(struct str rest, struct ruleset_text *files, size_t room)
{
	static const char *const names[] = { "a.yaml", "b.yaml", "c.yaml", "d.yaml" };
	size_t n = 0;

	while (n + 1 < room) {
		ssize_t at = str_find(rest, STR("\n%%\n"));

		if (at < 0)
			break;
		files[n] = (struct ruleset_text){ names[n], str_first(rest, (size_t)at + 1) };
		rest = str_from(rest, (size_t)at + 4);
		n++;
	}
	files[n] = (struct ruleset_text){ names[n], rest };
	return n + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ruleset_text files[4];
	size_t n = split(str_mem(data, size), files, 4);
	auto_buf struct buf account = { 0 };
	const struct ruleset_text *out;
	AUTO(diag) d = diag_new();
	AUTO(import) im = import_texts(files, n, registry_schema(), d);
	AUTO(ruleset) set = NULL;

	if (!im)
		return 0;
	n = import_outputs(im, &out);
	set = ruleset_load_texts(out, n, NULL, registry_schema(), d);
	if (!set)
		abort();
	import_report_text(im, &account);
	import_report_json(im, &account);
	return 0;
}
