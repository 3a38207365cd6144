/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output templates against arbitrary text: the first line is the template, the rest is what an attacker
 * chose as a value. What compiles renders, on one line, to text without control characters.
 */
#include <stdlib.h>

#include "../rule/toy_schema.h"
#include "rule/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str value = str_mem(data, size), text = STR("");
	AUTO(arena) a = arena_new(4096, (size_t)16 << 20);
	auto_buf struct buf out = { 0 };
	AUTO(diag) d = diag_new();
	struct place where = { .file = "fuzz", .line = 1, .column = 1 };
	struct template *t;
	struct scene scene = { .type = STR("open"), .pid = 42, .ok = true, .n_args = 1 };

	if (!str_cut(&value, '\n', &text))
		return 0;
	scene.name = scene.id = scene.args[0] = value.ptr ? value : STR("");
	where.text = text;
	t = a && d ? template_compile(text, &toy_schema, &where, a, d) : NULL;
	if (!t)
		return 0;
	template_render(t, &scene, a, &out);
	for (size_t i = 0; i < out.len; i++)
		if ((unsigned char)out.ptr[i] < 0x20 && out.ptr[i] != *SUMMARY_MARK &&
		    str_chr(text, out.ptr[i]) < 0)
			abort();
	for (size_t i = 0; i < template_fields(t); i++) {
		struct str key;

		if (!template_field(t, i, &key)->def || !key.len)
			abort();
	}
	return 0;
}
