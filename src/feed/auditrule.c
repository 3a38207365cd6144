/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Encoding and printing audit rules with libaudit's tables of names.
 *
 * The encoding itself is ours: libaudit's (audit_rule_fieldpair_data() and its like) keeps in the
 * process which arch and calls came last, takes no syscall newer than itself and no io_uring list.
 * The form is that of kernel/auditfilter.c audit_data_to_entry(); a line is trusted text of our own
 * table or record.
 */
#include "feed/auditrule.h"

#include <libaudit.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"

#define TEXT_MAX 8192
#define WORD_MAX 64
#define URING_LIST 7 /* AUDIT_FILTER_URING_EXIT, linux/audit.h since 5.16 */

struct encoder {
	struct audit_rule_data *rule; /* with TEXT_MAX bytes behind it */
	int machine64, machine; /* of b64; of the calls that come next */
	bool has_calls;
};

int auditrule_this_machine(void)
{
	int machine = audit_detect_machine();

	return machine == MACH_86_64 || machine == MACH_AARCH64 ? machine : -1;
}

int auditrule_machine32(int machine)
{
	return machine == MACH_86_64 ? MACH_X86 : machine == MACH_AARCH64 ? MACH_ARM : -1;
}

/* enum io_uring_op, include/uapi/linux/io_uring.h */
static const struct {
	const char *name;
	int op;
} uring_ops[] = {
	{ "connect", 16 },   { "openat", 18 },	 { "openat2", 28 },   { "renameat", 35 },
	{ "unlinkat", 36 },  { "mkdirat", 37 },	 { "symlinkat", 38 }, { "linkat", 39 },
	{ "fsetxattr", 41 }, { "setxattr", 42 }, { "uring_cmd", 46 }, { "ftruncate", 55 },
};

int auditrule_uring_op(struct str name)
{
	for (size_t i = 0; i < ARRAY_LEN(uring_ops); i++)
		if (str_eq(str_of(uring_ops[i].name), name))
			return uring_ops[i].op;
	return -1;
}

static bool word_copy(struct str word, char out[static WORD_MAX])
{
	if (!word.len || word.len >= WORD_MAX)
		return false;
	memcpy(out, word.ptr, word.len);
	out[word.len] = 0;
	return true;
}

/* decimal, 0x hexadecimal, 0 octal */
static bool number(struct str s, uint32_t *out)
{
	unsigned base = 10;
	uint64_t value;

	if (str_starts(s, STR("0x"))) {
		base = 16;
		s = str_from(s, 2);
	} else if (s.len > 1 && s.ptr[0] == '0') {
		base = 8;
	}
	if (str_to_u64(s, base, &value) < 0 || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

/* lists and calls */

static bool encode_list(struct encoder *e, struct str value)
{
	if (str_eq(value, STR("always,exit")))
		e->rule->flags = AUDIT_FILTER_EXIT;
	else if (str_eq(value, STR("always,io_uring")))
		e->rule->flags = URING_LIST;
	else
		return false;
	e->rule->action = AUDIT_ALWAYS;
	return true;
}

static int call_number(const struct encoder *e, struct str call)
{
	char name[WORD_MAX];
	uint32_t n;

	if (number(call, &n))
		return n < AUDIT_BITMASK_SIZE * 32 ? (int)n : -1;
	if (e->rule->flags == URING_LIST)
		return auditrule_uring_op(call);
	return word_copy(call, name) ? audit_name_to_syscall(name, e->machine) : -1;
}

static bool encode_calls(struct encoder *e, struct str value)
{
	struct str call;

	while (str_cut(&value, ',', &call)) {
		int n = call_number(e, call);

		if (n < 0)
			return false;
		e->rule->mask[AUDIT_WORD(n)] |= AUDIT_BIT(n);
		e->has_calls = true;
	}
	return true;
}

/* fields */

static const struct {
	struct str sign;
	uint32_t op;
} operators[] = {
	/* the longer first */
	{ STR("&="), AUDIT_BIT_TEST },
	{ STR("!="), AUDIT_NOT_EQUAL },
	{ STR(">="), AUDIT_GREATER_THAN_OR_EQUAL },
	{ STR("<="), AUDIT_LESS_THAN_OR_EQUAL },
	{ STR("="), AUDIT_EQUAL },
	{ STR(">"), AUDIT_GREATER_THAN },
	{ STR("<"), AUDIT_LESS_THAN },
	{ STR("&"), AUDIT_BIT_MASK },
};

static bool value_arch(struct encoder *e, struct str value, uint32_t *out)
{
	if (str_eq(value, STR("b64")))
		e->machine = e->machine64;
	else if (str_eq(value, STR("b32")))
		e->machine = auditrule_machine32(e->machine64);
	else
		return false;
	*out = (uint32_t)audit_machine_to_elf(e->machine);
	return *out && !e->has_calls;
}

static bool value_perm(struct encoder *e, struct str value, uint32_t *out)
{
	(void)e;
	*out = 0;
	for (size_t i = 0; i < value.len; i++)
		switch (value.ptr[i]) {
		case 'r':
			*out |= AUDIT_PERM_READ;
			break;
		case 'w':
			*out |= AUDIT_PERM_WRITE;
			break;
		case 'x':
			*out |= AUDIT_PERM_EXEC;
			break;
		case 'a':
			*out |= AUDIT_PERM_ATTR;
			break;
		default:
			return false;
		}
	return *out;
}

static bool value_filetype(struct encoder *e, struct str value, uint32_t *out)
{
	char name[WORD_MAX];
	int type = word_copy(value, name) ? audit_name_to_ftype(name) : -1;

	(void)e;
	*out = (uint32_t)type;
	return type >= 0;
}

/* texts stand behind the fixed part, one after the other; the value is the length */
static bool value_text(struct encoder *e, struct str value, uint32_t *out)
{
	if (!value.len || value.len > TEXT_MAX - e->rule->buflen)
		return false;
	memcpy(e->rule->buf + e->rule->buflen, value.ptr, value.len);
	e->rule->buflen += (uint32_t)value.len;
	*out = (uint32_t)value.len;
	return true;
}

static bool value_number(struct encoder *e, struct str value, uint32_t *out)
{
	(void)e;
	return number(value, out);
}

/* an error is below zero */
static bool value_exit(struct encoder *e, struct str value, uint32_t *out)
{
	int64_t exit;

	(void)e;
	if (str_to_i64(value, &exit) < 0 || exit < INT32_MIN || exit > INT32_MAX)
		return false;
	*out = (uint32_t)(int32_t)exit;
	return true;
}

static const struct {
	uint32_t field;
	bool (*encode)(struct encoder *e, struct str value, uint32_t *out);
} encodings[] = {
	{ AUDIT_ARCH, value_arch },	    { AUDIT_PERM, value_perm },
	{ AUDIT_FILETYPE, value_filetype }, { AUDIT_FILTERKEY, value_text },
	{ AUDIT_WATCH, value_text },	    { AUDIT_DIR, value_text },
	{ AUDIT_EXIT, value_exit },
};

static bool encode_value(struct encoder *e, uint32_t field, struct str value, uint32_t *out)
{
	for (size_t i = 0; i < ARRAY_LEN(encodings); i++)
		if (encodings[i].field == field)
			return encodings[i].encode(e, value, out);
	return value_number(e, value, out);
}

static bool encode_field(struct encoder *e, struct str pair)
{
	struct audit_rule_data *r = e->rule;
	uint32_t i = r->field_count;
	size_t at = 0, op = 0;
	char name[WORD_MAX];
	int field;

	while (at < pair.len && !memchr("=!<>&", pair.ptr[at], 5))
		at++;
	while (op < ARRAY_LEN(operators) && !str_starts(str_from(pair, at), operators[op].sign))
		op++;
	field = word_copy(str_first(pair, at), name) ? audit_name_to_field(name) : -1;
	if (i == AUDIT_MAX_FIELDS || op == ARRAY_LEN(operators) || field < 0)
		return false;
	r->fields[i] = (uint32_t)field;
	r->fieldflags[i] = operators[op].op;
	if (!encode_value(e, (uint32_t)field, str_from(pair, at + operators[op].sign.len),
			  &r->values[i]))
		return false;
	r->field_count++;
	return true;
}

static const struct {
	struct str name;
	bool (*encode)(struct encoder *e, struct str value);
} options[] = { { STR("-a"), encode_list },
		{ STR("-S"), encode_calls },
		{ STR("-F"), encode_field } };

static bool encode_option(struct encoder *e, struct str name, struct str value)
{
	for (size_t i = 0; i < ARRAY_LEN(options); i++)
		if (str_eq(options[i].name, name))
			return options[i].encode(e, value);
	return false;
}

/* auditctl also sets the bits of the classes at the end; the kernel lists the rule without them */
static void name_all_calls(struct audit_rule_data *rule)
{
	memset(rule->mask, 0xff, sizeof(rule->mask));
	rule->mask[AUDIT_BITMASK_SIZE - 1] >>= AUDIT_SYSCALL_CLASSES;
}

struct audit_rule_data *auditrule_encode(struct str text, int machine, struct diag *d)
{
	auto_free struct audit_rule_data *rule = calloc(1, sizeof(*rule) + TEXT_MAX);
	struct encoder e = { .rule = rule, .machine64 = machine, .machine = machine };
	struct str rest = text, name, value = STR_ABSENT;

	if (!rule) {
		diag_error(d, NULL, NULL, "out of memory");
		return NULL;
	}
	while (str_cut(&rest, ' ', &name)) {
		if (str_cut(&rest, ' ', &value) && encode_option(&e, name, value))
			continue;
		diag_error(d, NULL, "bad-audit-rule",
			   "audit rule '%.*s': cannot make out '%.*s %.*s'", STR_ARG(text),
			   STR_ARG(name), STR_ARG(value));
		return NULL;
	}
	if (!rule->flags) {
		diag_error(d, NULL, "bad-audit-rule", "audit rule '%.*s' names no list",
			   STR_ARG(text));
		return NULL;
	}
	if (!e.has_calls)
		name_all_calls(rule);
	return take_ptr(rule);
}

/* printing */

static const char *list_name(uint32_t list)
{
	return list == URING_LIST ? "io_uring" : audit_flag_to_name((int)list);
}

static void print_calls(struct buf *out, const struct audit_rule_data *r, int machine)
{
	unsigned named = 0;

	for (int n = 0; n < (AUDIT_BITMASK_SIZE - 1) * 32; n++) {
		const char *call;

		if (!(r->mask[AUDIT_WORD(n)] & AUDIT_BIT(n)))
			continue;
		call = r->flags == URING_LIST ? NULL : audit_syscall_to_name(n, machine);
		buf_printf(out, "%s", named++ ? "," : " -S ");
		if (call)
			buf_printf(out, "%s", call);
		else
			buf_printf(out, "%d", n);
	}
}

static bool is_text_field(uint32_t field)
{
	return field == AUDIT_FILTERKEY || field == AUDIT_WATCH || field == AUDIT_DIR ||
	       field == AUDIT_EXE || (field >= AUDIT_SUBJ_USER && field <= AUDIT_SUBJ_CLR) ||
	       (field >= AUDIT_OBJ_USER && field <= AUDIT_OBJ_LEV_HIGH);
}

static void print_fields(struct buf *out, const struct audit_rule_data *r)
{
	uint32_t text = 0;

	for (uint32_t i = 0; i < r->field_count && i < AUDIT_MAX_FIELDS; i++) {
		const char *name = audit_field_to_name((int)r->fields[i]);
		const char *sign = audit_operator_to_symbol((int)r->fieldflags[i]);
		uint32_t value = r->values[i];

		buf_printf(out, " -F %s%s", name ? name : "?", sign ? sign : "?");
		if (r->fields[i] == AUDIT_EXIT) {
			buf_printf(out, "%d", (int32_t)value);
		} else if (!is_text_field(r->fields[i])) {
			buf_printf(out, r->fields[i] == AUDIT_ARCH ? "0x%x" : "%u", value);
		} else if (value <= r->buflen - text) {
			buf_add(out, str_mem(r->buf + text, value));
			text += value;
		}
	}
}

struct str auditrule_print(const struct audit_rule_data *r, struct arena *a)
{
	const char *list = list_name(r->flags), *action = audit_action_to_name((int)r->action);
	auto_buf struct buf out = { 0 };
	int machine = -1;

	for (uint32_t i = 0; i < r->field_count && i < AUDIT_MAX_FIELDS; i++)
		if (r->fields[i] == AUDIT_ARCH)
			machine = audit_elf_to_machine(r->values[i]);
	buf_printf(&out, "-a %s,%s", action ? action : "?", list ? list : "?");
	/* all of them, as in a rule that names none */
	if (r->mask[0] != UINT32_MAX)
		print_calls(&out, r, machine);
	print_fields(&out, r);
	return buf_failed(&out) ? STR_ABSENT : arena_str(a, buf_str(&out));
}
