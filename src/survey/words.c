/* SPDX-License-Identifier: Apache-2.0 */
/* Sets in few words. Names are the kernel's own, so that nothing here is untrusted. */
#include "survey/words.h"

#include "kernel/capset.h"

/* of a set that has a name: more, and those that are there are listed */
#define MISSING_MAX 4

static void each(uint64_t set, const char *before, const char *between, struct buf *out)
{
	for (unsigned bit = 0; bit < CAPSET_BITS; bit++) {
		auto_buf struct buf name = { 0 };

		if (!(set & UINT64_C(1) << bit))
			continue;
		capset_name(bit, &name);
		buf_add(out, str_of(before));
		/* "CAP_41" stays: the number alone would be none */
		if (buf_str(&name).len > 4 &&
		    (buf_str(&name).ptr[4] < '0' || buf_str(&name).ptr[4] > '9'))
			buf_add(out, str_from(buf_str(&name), 4));
		else
			buf_add(out, buf_str(&name));
		before = between;
	}
}

void words_capabilities(uint64_t set, struct buf *out)
{
	each(set, "", " ", out);
}

static bool is_nearly(uint64_t set, uint64_t whole)
{
	return __builtin_popcountll(whole & ~set) <= MISSING_MAX;
}

void words_excess(uint64_t set, uint64_t beyond, struct buf *out)
{
	uint64_t all = capset_all(), normal = CAPSET_RUNTIME_DEFAULT;

	beyond &= set;
	if (!set) {
		buf_add(out, STR("none"));
	} else if (is_nearly(set, all)) {
		buf_add(out, STR("all"));
		each(all & ~set, "-", "-", out);
	} else {
		set &= ~beyond;
		if (is_nearly(set, normal)) {
			buf_add(out, STR("default"));
			each(normal & ~set & ~beyond, "-", "-", out);
		} else {
			each(set & normal, "", " ", out);
		}
		each(set & ~normal, "+", "+", out);
	}
	each(beyond, "!", "!", out);
}
