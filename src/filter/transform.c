/* SPDX-License-Identifier: Apache-2.0 */
/* Transformers (language.md 2.5): values in, values out, in the frame's scratch. An absent argument is absent. */
#include "filter/check.h"
#include "filter/evaluate.h"

/* the strings of argument @n of a call */
static bool argument(const struct operand *call, unsigned n, struct filter_frame *f,
		     struct values *out)
{
	const struct operand *o = call->items;
	while (o && n--)
		o = o->next;
	*out = (struct values){ .arena = f->scratch };
	return o && operand_values(o, f, out);
}

static bool one_string(const struct operand *call, unsigned n, struct filter_frame *f,
		       struct str *out)
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
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
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

enum takes { TAKES_UNKNOWN, TAKES_NOTHING, TAKES_VALUE, TAKES_ATTACHED };

static enum takes option_takes(struct str spec, char letter)
{
	ssize_t at = letter == ':' ? -1 : str_chr(spec, letter);
	struct str behind = str_from(spec, (size_t)(at + 1));
	if (at < 0)
		return TAKES_UNKNOWN;
	return str_starts(behind, STR("::"))  ? TAKES_ATTACHED
	       : str_starts(behind, STR(":")) ? TAKES_VALUE
					      : TAKES_NOTHING;
}

struct options {
	const struct values *words;
	size_t word;
	struct str spec;
	struct str wanted; /* the selector; absent: all */
	struct values *out;
	bool found;
};

/* the letters of one word; false: no memory, or the wanted one is found */
static bool take_options(struct options *o)
{
	struct str word = o->words->at[o->word].s;
	for (size_t at = 1; at < word.len; at++) {
		struct str letter = str_mem(word.ptr + at, 1), value = STR_ABSENT;
		enum takes takes = option_takes(o->spec, word.ptr[at]);
		if (takes == TAKES_UNKNOWN)
			continue;
		if (takes != TAKES_NOTHING && at + 1 < word.len)
			value = str_from(word, at + 1);
		else if (takes == TAKES_VALUE && o->word + 1 < o->words->n)
			value = o->words->at[++o->word].s;
		if (o->wanted.ptr && str_eq(o->wanted, letter)) {
			o->found = values_str(o->out, value.ptr ? value : letter);
			return false;
		}
		if (!o->wanted.ptr &&
		    (!values_str(o->out, letter) || (value.ptr && !values_str(o->out, value))))
			return false;
		if (value.ptr)
			return true;
	}
	return true;
}

/* as getopt(3) reads a command line: to "--", operands passed over unless the options begin with '+' */
static bool getopt_values(const struct operand *call, struct filter_frame *f, struct values *out)
{
	struct values words;
	struct options o = { .words = &words, .wanted = call->selector, .out = out };
	bool stops;
	if (!argument(call, 0, f, &words) || !one_string(call, 1, f, &o.spec))
		return false;
	stops = str_starts(o.spec, STR("+"));
	if (stops || str_starts(o.spec, STR("-")))
		o.spec = str_from(o.spec, 1);
	out->present = !o.wanted.ptr;
	for (; o.word < words.n; o.word++) {
		struct str word = words.at[o.word].s;
		bool is_operand = word.len < 2 || word.ptr[0] != '-';
		if (str_eq(word, STR("--")) || (is_operand && stops))
			break;
		if (!is_operand && !take_options(&o))
			return o.found;
	}
	return !o.wanted.ptr;
}

static bool length(const struct operand *o, struct filter_frame *f, struct values *out)
{
	struct values v;
	if (!argument(o, 0, f, &v))
		return false;
	return values_uint(out, operand_is_list(o->items) ? v.n : v.at[0].s.len);
}

bool call_values(const struct operand *o, struct filter_frame *f, struct values *out)
{
	struct str s = STR_ABSENT;
	struct values v;
	switch (o->transformer->transformer) {
	case TRANSFORM_TOLOWER:
		return one_string(o, 0, f, &s) &&
		       values_str(out, change_case(s, 'A', 'Z', f->scratch));
	case TRANSFORM_TOUPPER:
		return one_string(o, 0, f, &s) &&
		       values_str(out, change_case(s, 'a', 'z', f->scratch));
	case TRANSFORM_B64:
		return one_string(o, 0, f, &s) && values_str(out, b64_decode(s, f->scratch));
	case TRANSFORM_BASENAME:
		return one_string(o, 0, f, &s) && values_str(out, str_basename(s));
	case TRANSFORM_LEN:
		return length(o, f, out);
	case TRANSFORM_CONCAT:
		return concat(o, f, out);
	case TRANSFORM_JOIN:
		return one_string(o, 0, f, &s) && argument(o, 1, f, &v) &&
		       values_str(out, join(&v, s, f->scratch));
	case TRANSFORM_GETOPT:
		return getopt_values(o, f, out);
	}
	return false;
}
