/* SPDX-License-Identifier: Apache-2.0 */
/* Reusable copies of short texts: memory grows to what was needed once and is then kept. */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>

void text_release(struct text *t)
{
	free(t->ptr);
	*t = (struct text){ 0 };
}

int text_set(struct text *t, struct str s, size_t max)
{
	text_clear(t);
	if (!s.ptr)
		return 0;
	if (max > UINT32_MAX)
		max = UINT32_MAX;
	s = str_first(s, max);
	if (s.len > t->cap) {
		size_t cap = (s.len + 31) & ~(size_t)31;
		char *ptr = realloc(t->ptr, cap);

		if (!ptr)
			return -ENOMEM;
		t->ptr = ptr;
		t->cap = (uint32_t)(cap > UINT32_MAX ? UINT32_MAX : cap);
	}
	if (s.len)
		memcpy(t->ptr, s.ptr, s.len);
	t->len = (uint32_t)s.len;
	t->set = true;
	return 0;
}
