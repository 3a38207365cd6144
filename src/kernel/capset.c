/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capability masks and their names; the names are libcap's, so that they are the administrator's.
 */
#include "kernel/capset.h"

#include <fcntl.h>
#include <pthread.h>
#include <strings.h>
#include <sys/capability.h>

#include "base/file.h"

#define KNOWN_CAPABILITIES 41 /* CAP_CHECKPOINT_RESTORE, Linux 5.9, is the last one */

static uint64_t all_capabilities;
static pthread_once_t all_once = PTHREAD_ONCE_INIT;

static void all_read(void)
{
	auto_buf struct buf text = { 0 };
	uint64_t last = KNOWN_CAPABILITIES - 1, read;

	if (file_read_at(AT_FDCWD, "/proc/sys/kernel/cap_last_cap", 32, &text) > 0 &&
	    str_to_u64(str_trim(buf_str(&text)), 10, &read) == 0 && read < CAPSET_BITS)
		last = read;
	all_capabilities = UINT64_MAX >> (CAPSET_BITS - 1 - last);
}

uint64_t capset_all(void)
{
	pthread_once(&all_once, all_read);
	return all_capabilities;
}

void capset_name(unsigned bit, struct buf *out)
{
	char *name = cap_to_name((cap_value_t)bit); /* the bare number if libcap does not know it */

	if (!name || !str_starts(str_of(name), STR("cap_")))
		buf_printf(out, "CAP_%u", bit);
	else
		for (const char *c = name; *c; c++)
			buf_char(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
	cap_free(name);
}

struct str capset_names(uint64_t set, struct arena *arena)
{
	auto_buf struct buf out = { 0 };

	for (unsigned bit = 0; bit < CAPSET_BITS; bit++) {
		if (!(set & UINT64_C(1) << bit))
			continue;
		if (out.len)
			buf_char(&out, ' ');
		capset_name(bit, &out);
	}
	return buf_failed(&out) ? STR_ABSENT : arena_str(arena, buf_str(&out));
}

uint64_t capset_of_name(struct str name)
{
	char lower[64] = "cap_";
	cap_value_t bit;
	size_t at = 4;

	if (name.len >= 4 && strncasecmp(name.ptr, lower, 4) == 0)
		name = str_from(name, 4);
	if (!name.len || at + name.len >= sizeof(lower))
		return 0;
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		/* libcap takes a name up to the first other character */
		if (c != '_' && (c < 'a' || c > 'z'))
			return 0;
		lower[at++] = c;
	}
	lower[at] = 0;
	if (cap_from_name(lower, &bit) < 0 || bit < 0 || bit >= CAPSET_BITS)
		return 0;
	return UINT64_C(1) << bit;
}
