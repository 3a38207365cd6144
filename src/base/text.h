/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An owned, reusable copy of a short text: what tables of state keep. Setting a text that fits into
 * the memory it already has allocates nothing.
 */
#ifndef WC_TEXT_H
#define WC_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct text {
	char *ptr;
	uint32_t len, cap;
	bool set; /* false: absent, whatever memory is kept */
};

void text_release(struct text *t);
/* 0 or -ENOMEM (the text is then absent); longer than @max bytes is cut; an absent s clears */
int text_set(struct text *t, struct str s, size_t max);
static inline void text_clear(struct text *t)
{
	t->set = false;
	t->len = 0;
}
static inline struct str text_str(const struct text *t)
{
	return t->set ? (struct str){ t->ptr ? t->ptr : "", t->len } : STR_ABSENT;
}

#endif
