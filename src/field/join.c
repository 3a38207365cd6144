/* SPDX-License-Identifier: Apache-2.0 */
/* One allocation for all parts. */
#include "field/join.h"

struct str join(const struct str *parts, size_t n, char between, struct arena *a)
{
	size_t len = n, at = 0;
	char *out;

	for (size_t i = 0; i < n; i++)
		len += parts[i].len;
	out = arena_alloc(a, len + 1);
	if (!out)
		return STR_ABSENT;
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && between)
			out[at++] = between;
		if (parts[i].len > 0)
			memcpy(out + at, parts[i].ptr, parts[i].len);
		at += parts[i].len;
	}
	return str_mem(out, at);
}
