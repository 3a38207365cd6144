/* SPDX-License-Identifier: Apache-2.0 */
/* Reads fields into a struct, by a table. What a number may look like is decided here alone. */
#include "event/layout.h"

#include "event/scan.h"

static bool read_u32(struct str value, unsigned base, uint32_t *out)
{
	uint64_t number;
	if (str_to_u64(value, base, &number) < 0 || number > UINT32_MAX)
		return false;
	*out = (uint32_t)number;
	return true;
}

static bool read_i32(struct str value, int32_t *out)
{
	int64_t number;
	if (str_to_i64(value, &number) < 0 || number < INT32_MIN || number > INT32_MAX)
		return false;
	*out = (int32_t)number;
	return true;
}

static bool read_id(struct str value, uint32_t *out)
{
	if (read_u32(value, 10, out))
		return true;
	*out = UINT32_MAX;
	return false;
}

static bool read_device(struct str value, uint32_t *out)
{
	struct str major;
	return str_cut(&value, ':', &major) && read_u32(major, 16, &out[0]) &&
	       read_u32(value, 16, &out[1]);
}

static bool read_text(const struct scan_field *f, struct str *out, struct arena *arena)
{
	*out = scan_untrusted(f, arena);
	return out->ptr != NULL;
}

static bool read_value(enum layout_kind kind, const struct scan_field *f, void *at,
		       struct arena *arena)
{
	switch (kind) {
	case LAYOUT_U32:
		return read_u32(f->value, 10, at);
	case LAYOUT_U64:
		return str_to_u64(f->value, 10, at) == 0;
	case LAYOUT_I32:
		return read_i32(f->value, at);
	case LAYOUT_I64:
		return str_to_i64(f->value, at) == 0;
	case LAYOUT_ID:
		return read_id(f->value, at);
	case LAYOUT_OCTAL:
		return read_u32(f->value, 8, at);
	case LAYOUT_HEX32:
		return read_u32(f->value, 16, at);
	case LAYOUT_HEX64:
		return str_to_u64(f->value, 16, at) == 0;
	case LAYOUT_DEVICE:
		return read_device(f->value, at);
	case LAYOUT_YES:
		*(bool *)at = str_eq(f->value, STR("yes"));
		return true;
	case LAYOUT_WORD:
		*(struct str *)at = f->value;
		return true;
	case LAYOUT_TEXT:
		return read_text(f, at, arena);
	}
	return false;
}

/* keys are a few letters: sooner compared than a function is called */
static inline bool is_key(struct str row, struct str key)
{
	if (row.len != key.len)
		return false;
	for (size_t i = 0; i < key.len; i++)
		if (row.ptr[i] != key.ptr[i])
			return false;
	return true;
}

static size_t row_of(const struct layout_row *rows, size_t n, struct str key, size_t expected)
{
	for (size_t i = expected; i < n; i++)
		if (is_key(rows[i].key, key))
			return i;
	for (size_t i = 0; i < expected; i++)
		if (is_key(rows[i].key, key))
			return i;
	return n;
}

/* the next field, and the row that it goes to, @n: none; the kernel writes its fields in the order of the rows */
static bool next_field(struct scan *s, const struct layout_row *rows, size_t n, size_t expected,
		       struct scan_field *f, size_t *row)
{
	*row = expected;
	if (expected < n && scan_expected(s, rows[expected].key, f))
		return true;
	if (!scan_next(s, f))
		return false;
	*row = row_of(rows, n, f->key, expected);
	return true;
}

uint64_t layout_read(const struct layout_row *rows, size_t n, struct str body, void *out,
		     struct arena *arena)
{
	struct scan s = scan_start(body);
	struct scan_field f;
	uint64_t found = 0;
	size_t expected = 0, i;

	while (next_field(&s, rows, n, expected, &f, &i)) {
		if (i == n)
			continue;
		expected = i + 1;
		if (read_value(rows[i].kind, &f, (char *)out + rows[i].offset, arena))
			found |= UINT64_C(1) << i;
		if (rows[i].is_last)
			break;
	}
	return found;
}
