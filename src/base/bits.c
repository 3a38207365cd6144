/* SPDX-License-Identifier: Apache-2.0 */
/* Two passes: what they need, then the list. */
#include "base/bits.h"

#include <string.h>

struct str bits_names(unsigned bits, unsigned count, const char *(*name)(unsigned n),
		      struct arena *a)
{
	size_t size = 0, len = 0;
	char *text;

	for (unsigned i = 0; i < count; i++)
		if (bits & 1U << i)
			size += strlen(name(i)) + 1;
	text = arena_alloc(a, size + 1);
	if (!text)
		return STR_ABSENT;
	for (unsigned i = 0; i < count; i++) {
		size_t n = strlen(name(i));

		if (!(bits & 1U << i))
			continue;
		if (len)
			text[len++] = ' ';
		memcpy(text + len, name(i), n);
		len += n;
	}
	return str_mem(text, len);
}
