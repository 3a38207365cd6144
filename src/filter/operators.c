/* SPDX-License-Identifier: Apache-2.0 */
/* The word tables, and which operator fits which type. `watchcap list operators` prints them. */
#include "filter/operators.h"

#define WORD(text)                                                                                 \
	{                                                                                          \
		text, sizeof(text) - 1                                                             \
	}

static const struct op_def ops[] = {
	{ WORD("=="), OP_EQ, GROUP_TEXT, false, false, "the same as =" },
	{ WORD("="), OP_EQ, GROUP_TEXT, false, false, "equal" },
	{ WORD("!="), OP_NE, GROUP_TEXT, false, false, "has a value, and a different one" },
	{ WORD("<="), OP_LE, GROUP_NUMERIC, false, false, "less or equal; strings in byte order" },
	{ WORD("<"), OP_LT, GROUP_NUMERIC, false, false, "less; strings in byte order" },
	{ WORD(">="), OP_GE, GROUP_NUMERIC, false, false,
	  "greater or equal; strings in byte order" },
	{ WORD(">"), OP_GT, GROUP_NUMERIC, false, false, "greater; strings in byte order" },
	{ WORD("exists"), OP_EXISTS, GROUP_UNARY, true, false,
	  "has a value, be it empty, 0 or false" },
	{ WORD("icontains"), OP_ICONTAINS, GROUP_TEXT, true, true,
	  "holds the text, ASCII case folded" },
	{ WORD("bcontains"), OP_BCONTAINS, GROUP_TEXT, true, true,
	  "byte buffers only: holds the hex bytes" },
	{ WORD("contains"), OP_CONTAINS, GROUP_TEXT, true, true, "holds the text" },
	{ WORD("bstartswith"), OP_BSTARTSWITH, GROUP_TEXT, true, true,
	  "byte buffers only: begins with the hex bytes" },
	{ WORD("startswith"), OP_STARTSWITH, GROUP_TEXT, true, true, "begins with the text" },
	{ WORD("endswith"), OP_ENDSWITH, GROUP_TEXT, true, true, "ends with the text" },
	{ WORD("iglob"), OP_IGLOB, GROUP_TEXT, true, true,
	  "shell pattern over the whole value, ASCII case folded" },
	{ WORD("glob"), OP_GLOB, GROUP_TEXT, true, true,
	  "shell pattern over the whole value; * matches / too" },
	{ WORD("regex"), OP_REGEX, GROUP_TEXT, true, true,
	  "regular expression over the whole value" },
	{ WORD("intersects"), OP_INTERSECTS, GROUP_SET, true, false,
	  "at least one value is in the set" },
	{ WORD("in"), OP_IN, GROUP_SET, true, false, "every value is in the set" },
	{ WORD("pmatch"), OP_PMATCH, GROUP_SET, true, false,
	  "a path of the set is the value or a directory above it" },
};

static const struct modifier_def modifiers[] = {
	{ WORD("oneof"), MODIFIER_ONEOF, "exactly one of the set matches" },
	{ WORD("anyof"), MODIFIER_ANYOF, "at least one of the set matches" },
	{ WORD("allof"), MODIFIER_ALLOF, "all of the set match, and it is not empty" },
};

static const struct transformer_def transformers[] = {
	{ WORD("tolower"), TRANSFORM_TOLOWER, 1, 1, VALUE_STRING, false, "ASCII letters small" },
	{ WORD("toupper"), TRANSFORM_TOUPPER, 1, 1, VALUE_STRING, false, "ASCII letters capital" },
	{ WORD("b64"), TRANSFORM_B64, 1, 1, VALUE_STRING, false,
	  "base64 decoded; absent if it is not base64" },
	{ WORD("basename"), TRANSFORM_BASENAME, 1, 1, VALUE_STRING, false,
	  "text behind the last /" },
	{ WORD("len"), TRANSFORM_LEN, 1, 1, VALUE_UINT, false,
	  "bytes of a string, elements of a list" },
	{ WORD("concat"), TRANSFORM_CONCAT, 2, 0, VALUE_STRING, false, "strings joined" },
	{ WORD("join"), TRANSFORM_JOIN, 2, 2, VALUE_STRING, false,
	  "elements of a list joined by a separator" },
	{ WORD("getopt"), TRANSFORM_GETOPT, 2, 2, VALUE_STRING, true,
	  "getopt(3) options of a list; with [c] the value of one" },
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

const struct op_def *operator_at(size_t i)
{
	return i < COUNT(ops) ? &ops[i] : NULL;
}

const struct op_def *operator_def(enum op op)
{
	/* from the end: the canonical "=" stands behind "==" */
	for (size_t i = COUNT(ops); i-- > 0;)
		if (ops[i].op == op)
			return &ops[i];
	return &ops[0];
}

const struct modifier_def *modifier_at(size_t i)
{
	return i < COUNT(modifiers) ? &modifiers[i] : NULL;
}

const struct transformer_def *transformer_at(size_t i)
{
	return i < COUNT(transformers) ? &transformers[i] : NULL;
}

const struct transformer_def *transformer_find(struct str name)
{
	for (size_t i = 0; i < COUNT(transformers); i++)
		if (str_eq(transformers[i].name, name))
			return &transformers[i];
	return NULL;
}

bool operator_fits(enum op op, enum value_type type, bool is_list)
{
	if (op == OP_EXISTS || op == OP_IN || op == OP_INTERSECTS)
		return true;
	if (is_list)
		return false;
	switch (op) {
	case OP_EQ:
	case OP_NE:
		return true;
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return type != VALUE_BOOL && type != VALUE_ADDRESS && type != VALUE_NETWORK;
	case OP_BCONTAINS:
	case OP_BSTARTSWITH:
		return false; /* for byte buffers, and no field is one */
	default:
		return type == VALUE_STRING;
	}
}

bool modifier_fits(enum op op, enum value_type type, bool is_list)
{
	if (is_list || operator_def(op)->group != GROUP_TEXT)
		return false;
	return operator_fits(op, type, false);
}

const char *value_type_name(enum value_type type)
{
	static const char *const names[] = {
		[VALUE_STRING] = "string",
		[VALUE_INT] = "integer",
		[VALUE_UINT] = "unsigned integer",
		[VALUE_DURATION] = "duration (ns)",
		[VALUE_TIME] = "time (ns)",
		[VALUE_PORT] = "port",
		[VALUE_BOOL] = "bool",
		[VALUE_ADDRESS] = "IP address",
		[VALUE_NETWORK] = "network",
	};
	return names[type];
}
