/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parser for mountinfo lines. Bytes come from the kernel, but names in them from whoever mounted:
 * the kernel writes blank, tab, newline, backslash and '#' as octal (fs/proc_namespace.c mangle()).
 */
#include "kernel/mountinfo.h"

#include <errno.h>

#include "base/cleanup.h"

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

struct str mountinfo_decode(struct str s, struct arena *a)
{
	size_t n = 0;
	char *out;

	if (str_chr(s, '\\') < 0)
		return s;
	out = arena_alloc(a, s.len);
	if (!out)
		return STR_ABSENT;
	for (size_t i = 0; i < s.len; i++) {
		const char *c = s.ptr + i;

		if (*c == '\\' && s.len - i >= 4 && c[1] <= '3' && is_octal(c[1]) &&
		    is_octal(c[2]) && is_octal(c[3])) {
			out[n++] = (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0'));
			i += 3;
		} else {
			out[n++] = *c;
		}
	}
	return str_mem(out, n);
}

static bool word_u32(struct str *rest, char sep, uint32_t *out)
{
	struct str word;
	uint64_t value;

	if (!str_cut(rest, sep, &word) || str_to_u64(word, 10, &value) < 0 || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

static bool word_text(struct str *rest, struct str *out)
{
	return str_cut(rest, ' ', out) && out->len;
}

/* optional fields ("shared:1 master:2") end at a lone "-" */
static bool words_optional(struct str *rest, struct str *out)
{
	struct str word;

	*out = str_first(*rest, 0);
	while (str_cut(rest, ' ', &word)) {
		if (str_eq(word, STR("-")))
			return true;
		out->len = (size_t)(word.ptr + word.len - out->ptr);
	}
	return false;
}

int mountinfo_parse(struct str line, struct mountinfo *out, struct arena *a)
{
	struct str *const texts[] = { &out->root, &out->mount_point, &out->fstype, &out->source };

	*out = (struct mountinfo){ 0 };
	if (!word_u32(&line, ' ', &out->id) || !word_u32(&line, ' ', &out->parent) ||
	    !word_u32(&line, ':', &out->major) || !word_u32(&line, ' ', &out->minor) ||
	    !word_text(&line, &out->root) || !word_text(&line, &out->mount_point) ||
	    !word_text(&line, &out->options) || !words_optional(&line, &out->propagation) ||
	    !word_text(&line, &out->fstype) || !str_cut(&line, ' ', &out->source) ||
	    !str_cut(&line, ' ', &out->super_options))
		return -EINVAL;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		*texts[i] = mountinfo_decode(*texts[i], a);
		if (!texts[i]->ptr)
			return -ENOMEM;
	}
	return 0;
}

bool mountinfo_next(struct str *rest, struct mountinfo *out, struct arena *a)
{
	struct str line;

	while (str_cut(rest, '\n', &line)) {
		int r = mountinfo_parse(line, out, a);

		if (r == 0)
			return true;
		if (r == -ENOMEM)
			return false;
	}
	return false;
}

bool mountinfo_option(struct str options, struct str name, struct str *value)
{
	struct str option;

	while (str_cut(&options, ',', &option)) {
		if (!str_starts(option, name))
			continue;
		if (option.len > name.len && option.ptr[name.len] != '=')
			continue;
		if (value)
			*value =
				option.len > name.len ? str_from(option, name.len + 1) : STR_ABSENT;
		return true;
	}
	return false;
}
