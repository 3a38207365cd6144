/* SPDX-License-Identifier: Apache-2.0 */
/* The forms of names in rule files. ASCII only, whatever the locale. */
#include "rule/names.h"

#include "base/cleanup.h"
#include "filter/operators.h"

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_letter(char c)
{
	return is_lower(c) || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool is_name_char(char c)
{
	return is_letter(c) || is_digit(c) || c == '_';
}

bool is_key_char(char c, bool first)
{
	return is_lower(c) || (!first && (is_digit(c) || c == '_' || c == '.'));
}

bool is_rule_id(struct str s)
{
	if (s.len == 0 || s.len > 40 || s.ptr[0] == '-')
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_lower(s.ptr[i]) && !is_digit(s.ptr[i]) && s.ptr[i] != '-')
			return false;
	return true;
}

bool is_object_name(struct str s)
{
	if (s.len == 0 || s.len > 64 || !is_letter(s.ptr[0]))
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_name_char(s.ptr[i]))
			return false;
	return true;
}

bool is_tag(struct str s)
{
	if (s.len == 0 || s.len > 64)
		return false;
	for (size_t i = 0; i < s.len; i++)
		if (!is_name_char(s.ptr[i]) && !memchr(".:-", s.ptr[i], 3))
			return false;
	return true;
}

bool is_reserved_word(struct str s)
{
	static const struct str words[] = { STR("and"), STR("or"), STR("not"), STR("val") };
	const struct modifier_def *modifier;
	const struct op_def *op;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_eq(s, words[i]))
			return true;
	for (size_t i = 0; (op = operator_at(i)); i++)
		if (str_eq(s, op->name))
			return true;
	for (size_t i = 0; (modifier = modifier_at(i)); i++)
		if (str_eq(s, modifier->name))
			return true;
	return transformer_find(s) != NULL;
}
