/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts as text, by the rows of fact_rows.h.
 *
 * Pure functions. The text goes through recordings, so it is untrusted when it comes back: unknown
 * fields are ignored, numbers are checked, lists are bounded.
 */
#include "state/fact.h"

#include <errno.h>
#include <string.h>

#include "event/scan.h"
#include "state/fact_rows.h"

#define BODY_MAX (RECORD_MAX - 512) /* room for type, stamp and node */
#define ITEMS_MAX 4096

/* writing */

static void put_text(struct buf *out, const char *name, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	if (!s.ptr)
		return;
	buf_printf(out, " %s=", name);
	if (!s.len)
		buf_add(out, STR("\"\""));
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		buf_char(out, digits[c >> 4]);
		buf_char(out, digits[c & 15]);
	}
}

static void put_number(struct buf *out, const char *name, int64_t v)
{
	if (v)
		buf_printf(out, " %s=%lld", name, (long long)v);
}

static void put_row(struct buf *out, const struct fact_row *row, const char *base)
{
	const void *at = base + row->offset;

	switch (row->kind) {
	case ROW_I32:
		put_number(out, row->name, *(const int32_t *)at);
		break;
	case ROW_U32:
		put_number(out, row->name, *(const uint32_t *)at);
		break;
	case ROW_U64:
		if (*(const uint64_t *)at)
			buf_printf(out, " %s=%llu", row->name, *(const unsigned long long *)at);
		break;
	case ROW_FLAG:
		put_number(out, row->name, *(const bool *)at);
		break;
	case ROW_TEXT:
		put_text(out, row->name, *(const struct str *)at);
		break;
	case ROW_TEXTS:
		for (size_t i = 0; i < ((const struct spec_list *)at)->n; i++)
			put_text(out, row->name, ((const struct spec_list *)at)->at[i]);
		break;
	case ROW_FOUR_U32:
		buf_printf(out, " %s=", row->name);
		for (unsigned i = 0; i < 4; i++)
			buf_printf(out, "%s%u", i ? "," : "", ((const uint32_t *)at)[i]);
		break;
	case ROW_EIGHT_U64:
		buf_printf(out, " %s=", row->name);
		for (unsigned i = 0; i < 8; i++)
			buf_printf(out, "%s%llu", i ? "," : "",
				   ((const unsigned long long *)at)[i]);
		break;
	}
}

static void put_question(const struct fact *f, int err, struct buf *out)
{
	buf_printf(out, "q=%s", fact_shapes[f->kind].name);
	put_number(out, "id", f->id);
	put_number(out, "fd", f->fd);
	put_text(out, "of", f->text);
	buf_printf(out, " err=%d", err);
}

static void put_answer(const struct fact *f, struct buf *out)
{
	const char *answer = (const char *)f + fact_shapes[f->kind].offset;
	size_t items = 1, size = fact_shapes[f->kind].size;

	if (size) {
		items = f->list.n;
		answer = *(const char *const *)answer;
	}
	for (size_t i = 0; i < items && !buf_failed(out); i++) {
		if (size)
			buf_printf(out, " item=%zu", i + 1);
		for (size_t k = 0; k < fact_shapes[f->kind].n; k++)
			put_row(out, &fact_shapes[f->kind].rows[k], answer + i * size);
	}
}

int fact_write(const struct fact *f, struct buf *out)
{
	buf_clear(out);
	put_question(f, f->err, out);
	if (!f->err)
		put_answer(f, out);
	if (!buf_failed(out) && out->len <= BODY_MAX)
		return 0;
	buf_clear(out);
	put_question(f, -E2BIG, out);
	return -E2BIG;
}

/* reading */

static struct str get_text(const struct scan_field *field, struct arena *a)
{
	char *decoded;
	ssize_t n;

	if (field->quote)
		return arena_str(a, field->value);
	decoded = arena_alloc(a, field->value.len / 2 + 1);
	n = decoded ? str_unhex(field->value, decoded) : -1;
	return n < 0 ? STR_ABSENT : str_mem(decoded, (size_t)n);
}

static int64_t get_number(struct str s)
{
	int64_t v;

	return str_to_i64(s, &v) < 0 ? 0 : v;
}

static uint64_t get_u64(struct str s)
{
	uint64_t v;

	return str_to_u64(s, 10, &v) < 0 ? 0 : v;
}

/* a field that comes again for each text of a list */
static void get_one_of(struct spec_list *list, const struct scan_field *field, struct arena *a)
{
	if (!list->at)
		list->at = arena_array_of(a, struct str, SPEC_ITEMS_MAX);
	if (list->at && list->n < SPEC_ITEMS_MAX)
		list->at[list->n++] = get_text(field, a);
}

static void get_row(const struct fact_row *row, const struct scan_field *field, char *base,
		    struct arena *a)
{
	void *at = base + row->offset;
	struct str rest = field->value, one;

	switch (row->kind) {
	case ROW_I32:
		*(int32_t *)at = (int32_t)get_number(rest);
		break;
	case ROW_U32:
		*(uint32_t *)at = (uint32_t)get_u64(rest);
		break;
	case ROW_U64:
		*(uint64_t *)at = get_u64(rest);
		break;
	case ROW_FLAG:
		*(bool *)at = str_eq(rest, STR("1"));
		break;
	case ROW_TEXT:
		*(struct str *)at = get_text(field, a);
		break;
	case ROW_TEXTS:
		get_one_of(at, field, a);
		break;
	case ROW_FOUR_U32:
		for (unsigned i = 0; i < 4 && str_cut(&rest, ',', &one); i++)
			((uint32_t *)at)[i] = (uint32_t)get_u64(one);
		break;
	case ROW_EIGHT_U64:
		for (unsigned i = 0; i < 8 && str_cut(&rest, ',', &one); i++)
			((uint64_t *)at)[i] = get_u64(one);
		break;
	}
}

static int get_kind(struct str name, struct fact *out)
{
	for (size_t i = 0; i < FACT_KINDS; i++) {
		if (!str_eq(name, str_of(fact_shapes[i].name)))
			continue;
		out->kind = (enum fact_kind)i;
		return 0;
	}
	return -EINVAL;
}

static int get_question(struct scan *s, struct fact *out, struct arena *a)
{
	struct scan_field field;

	if (!scan_next(s, &field) || !str_eq(field.key, STR("q")) || get_kind(field.value, out) < 0)
		return -EINVAL;
	while (scan_next(s, &field)) {
		if (str_eq(field.key, STR("id")))
			out->id = (int32_t)get_number(field.value);
		else if (str_eq(field.key, STR("fd")))
			out->fd = (int32_t)get_number(field.value);
		else if (str_eq(field.key, STR("of")))
			out->text = get_text(&field, a);
		else if (str_eq(field.key, STR("err")))
			return (out->err = (int)get_number(field.value)) > 0 ? -EINVAL : 0;
	}
	return -EINVAL;
}

static size_t count_items(struct scan s)
{
	struct scan_field field;
	size_t n = 0;

	while (n < ITEMS_MAX && scan_next(&s, &field))
		n += str_eq(field.key, STR("item"));
	return n;
}

int fact_read(struct str body, struct fact *out, struct arena *a)
{
	struct scan s = scan_start(body);
	struct scan_field field;
	char *answer, *list = NULL;
	size_t size, items = 0;

	*out = (struct fact){ 0 };
	if (get_question(&s, out, a) < 0)
		return -EINVAL;
	answer = (char *)out + fact_shapes[out->kind].offset;
	size = fact_shapes[out->kind].size;
	if (size) {
		size_t n = count_items(s);

		list = arena_calloc(a, n ? n : 1, size);
		if (!list)
			return -ENOMEM;
		*(void **)answer = list;
		answer = NULL;
		out->list.n = n;
	}
	while (scan_next(&s, &field)) {
		if (size && str_eq(field.key, STR("item"))) {
			if (items == out->list.n)
				break;
			answer = list + items++ * size;
		}
		for (size_t k = 0; answer && k < fact_shapes[out->kind].n; k++)
			if (str_eq(field.key, str_of(fact_shapes[out->kind].rows[k].name)))
				get_row(&fact_shapes[out->kind].rows[k], &field, answer, a);
	}
	return arena_exhausted(a) ? -ENOMEM : 0;
}

bool fact_answers(const struct fact *question, const struct fact *candidate)
{
	return question->kind == candidate->kind && question->id == candidate->id &&
	       question->fd == candidate->fd && str_eq(question->text, candidate->text);
}
