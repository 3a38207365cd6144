/* SPDX-License-Identifier: Apache-2.0 */
/* Transformers (language.md 2.5): values in, values out, in the frame's scratch. An absent argument is absent. */
#include "filter/evaluate.h"

/* the strings of argument @n of a call */
static bool argument(const struct operand *call, unsigned n, struct filter_frame *f, struct values *out)
{
	const struct operand *o = call->items;
	while (o && n--)
		o = o->next;
	*out = (struct values){ .arena = f->scratch };
	return o && operand_values(o, f, out);
}

static bool one_string(const struct operand *call, unsigned n, struct filter_frame *f, struct str *out)
{
	struct values v;
	if (!argument(call, n, f, &v) || v.n == 0)
		return false;
	*out = v.at[0].s;
	return out->ptr != NULL;
}

static struct str change_case(struct str s, char first, char last, struct arena *a)
{
	char *out = arena_alloc(a, s.len + 1);
	if (!out)
		return STR_ABSENT;
	for (size_t i = 0; i < s.len; i++)
		out[i] = s.ptr[i] >= first && s.ptr[i] <= last ? (char)(s.ptr[i] ^ 0x20) : s.ptr[i];
	return str_mem(out, s.len);
}

static int b64_digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

static struct str b64_decode(struct str s, struct arena *a)
{
	char *out = arena_alloc(a, s.len + 1);
	size_t len = 0, padding = 0;
	uint32_t bits = 0;
	while (padding < 2 && s.len && s.ptr[s.len - 1] == '=') {
		s.len--;
		padding++;
	}
	if (!out || (padding && (s.len + padding) % 4) || s.len % 4 == 1)
		return STR_ABSENT;
	for (size_t i = 0; i < s.len; i++) {
		int digit = b64_digit(s.ptr[i]);
		if (digit < 0)
			return STR_ABSENT;
		bits = bits << 6 | (uint32_t)digit;
		if (i % 4 == 1)
			out[len++] = (char)(bits >> 4);
		else if (i % 4 == 2)
			out[len++] = (char)(bits >> 2);
		else if (i % 4 == 3)
			out[len++] = (char)bits;
	}
	return str_mem(out, len);
}

/* all strings of @v with @separator between them */
static struct str join(const struct values *v, struct str separator, struct arena *a)
{
	size_t len = 0;
	char *out;
	for (size_t i = 0; i < v->n; i++)
		len += v->at[i].s.len + separator.len;
	out = arena_alloc(a, len + 1);
	if (!out)
		return STR_ABSENT;
	len = 0;
	for (size_t i = 0; i < v->n; i++) {
		if (i && separator.len) {
			memcpy(out + len, separator.ptr, separator.len);
			len += separator.len;
		}
		if (v->at[i].s.len)
			memcpy(out + len, v->at[i].s.ptr, v->at[i].s.len);
		len += v->at[i].s.len;
	}
	return str_mem(out, len);
}

static bool concat(const struct operand *o, struct filter_frame *f, struct values *out)
{
	struct values all = { .arena = f->scratch };
	struct str s;
	for (unsigned n = 0; one_string(o, n, f, &s); n++)
		if (!values_str(&all, s))
			return false;
	unsigned wanted = 0;
	for (const struct operand *i = o->items; i; i = i->next)
		wanted++;
	return all.n == wanted && values_str(out, join(&all, STR(""), f->scratch));
}

/* getopt(3) without permutation: stops at the first word that is no option, and behind "--" */
static bool getopt_values(const struct operand *o, struct filter_frame *f, struct values *out)
{
	struct values words;
	struct str spec;
	if (!argument(o, 0, f, &words) || !one_string(o, 1, f, &spec))
		return false;
	out->present = !o->selector.ptr;
	for (size_t i = 0; i < words.n; i++) {
		struct str word = words.at[i].s;
		if (word.len < 2 || word.ptr[0] != '-' || str_eq(word, STR("--")))
			break;
		for (size_t at = 1; at < word.len; at++) {
			struct str letter = str_mem(word.ptr + at, 1), value = letter;
			ssize_t known = word.ptr[at] == ':' ? -1 : str_chr(spec, word.ptr[at]);
			bool takes = known >= 0 && (size_t)known + 1 < spec.len && spec.ptr[known + 1] == ':';
			if (known < 0)
				continue;
			if (takes && at + 1 < word.len)
				value = str_from(word, at + 1);
			else if (takes && i + 1 < words.n)
				value = words.at[++i].s;
			if (o->selector.ptr && str_eq(o->selector, letter))
				return values_str(out, value);
			if (!o->selector.ptr && (!values_str(out, letter) || (takes && !values_str(out, value))))
				return false;
			if (takes)
				break;
		}
	}
	return !o->selector.ptr;
}

static bool length(const struct operand *o, struct filter_frame *f, struct values *out)
{
	struct values v;
	bool is_list = o->items->kind == OPERAND_SET ||
		       (o->items->kind == OPERAND_FIELD && o->items->use->def->flags & FIELD_LIST);
	if (!argument(o, 0, f, &v))
		return false;
	return values_uint(out, is_list ? v.n : v.at[0].s.len);
}

bool call_values(const struct operand *o, struct filter_frame *f, struct values *out)
{
	struct str s = STR_ABSENT;
	struct values v;
	switch (o->transformer->transformer) {
	case TRANSFORM_TOLOWER:
		return one_string(o, 0, f, &s) && values_str(out, change_case(s, 'A', 'Z', f->scratch));
	case TRANSFORM_TOUPPER:
		return one_string(o, 0, f, &s) && values_str(out, change_case(s, 'a', 'z', f->scratch));
	case TRANSFORM_B64:
		return one_string(o, 0, f, &s) && values_str(out, b64_decode(s, f->scratch));
	case TRANSFORM_BASENAME:
		return one_string(o, 0, f, &s) && values_str(out, str_basename(s));
	case TRANSFORM_LEN:
		return length(o, f, out);
	case TRANSFORM_CONCAT:
		return concat(o, f, out);
	case TRANSFORM_JOIN:
		return one_string(o, 0, f, &s) && argument(o, 1, f, &v) && values_str(out, join(&v, s, f->scratch));
	case TRANSFORM_GETOPT:
		return getopt_values(o, f, out);
	}
	return false;
}
