/* SPDX-License-Identifier: Apache-2.0 */
/* The key, and behind it the numbers, oldest first. Must not know what a reason means. */
#include "state/mount_told.h"

#include <string.h>

#include "base/map.h"

#define KEY sizeof(uint64_t)
#define NUMBER sizeof(uint32_t)

static uint32_t number_of(const char *key, enum mount_reason reason, struct str path)
{
	uint64_t seed;

	memcpy(&seed, key, KEY);
	return (uint32_t)str_hash(path, seed + (uint64_t)reason);
}

bool mount_told_has(const struct text *t, enum mount_reason reason, struct str path)
{
	struct str all = text_str(t);
	uint32_t wanted, one;

	if (all.len < KEY)
		return false;
	wanted = number_of(all.ptr, reason, path);
	for (size_t at = KEY; at + NUMBER <= all.len; at += NUMBER) {
		memcpy(&one, all.ptr + at, NUMBER);
		if (one == wanted)
			return true;
	}
	return false;
}

int mount_told_add(struct text *t, enum mount_reason reason, struct str path)
{
	char all[MOUNT_TOLD_BYTES];
	struct str old = text_str(t);
	size_t len = old.len < MOUNT_TOLD_BYTES ? old.len : MOUNT_TOLD_BYTES;
	uint64_t key = map_seed();
	uint32_t number;

	if (len < KEY) {
		memcpy(all, &key, KEY);
		len = KEY;
	} else {
		memcpy(all, old.ptr, len);
	}
	len -= (len - KEY) % NUMBER;
	if (len == MOUNT_TOLD_BYTES) {
		len -= NUMBER;
		memmove(all + KEY, all + KEY + NUMBER, len - KEY);
	}
	number = number_of(all, reason, path);
	memcpy(all + len, &number, NUMBER);
	return text_set(t, str_mem(all, len + NUMBER), MOUNT_TOLD_BYTES);
}
