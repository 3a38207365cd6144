/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a line of auditctl(8) brings, read off its text alone, and whether a condition can hold for it: by the getters and
 * comparisons of real events, as the line may bring them.
 */
#ifndef WC_BROUGHT_H
#define WC_BROUGHT_H

#include <fcntl.h>
#include <libaudit.h>
#include <stdio.h>
#include <sys/stat.h>

#include "event/event.h"
#include "filter/evaluate.h"
#include "filter/program.h"
#include "filter/resolve.h"
#include "kernel/hostfiles.h"
#include "rule/ruleset.h"
#include "state/scene.h"

struct condition {
	char name[16], op[3];
	uint64_t value;
};

struct line {
	uint32_t arch;
	struct str calls, perm, class; /* class: of its place */
	mode_t device;
	bool is_uring, is_knob, is_role;
	struct condition conditions[16];
	size_t n;
};

static struct str behind(struct str text, struct str prefix)
{
	ssize_t at = str_find(text, prefix);
	struct str rest = at < 0 ? STR_ABSENT : str_from(text, (size_t)at + prefix.len), word;

	return str_cut(&rest, ' ', &word) ? word : STR_ABSENT;
}

/* of the directory, or of the number, that the places of test_feed.c have for it */
static struct str class_of(struct str text)
{
	uint64_t class;

	if (str_find(text, STR("key=wc_kernel")) >= 0 &&
	    str_to_u64(behind(text, STR(" -F inode=")), 10, &class) == 0)
		return str_of(hostfile_class_name((enum hostfile_class) class));
	return str_basename(behind(text, STR(" -F dir=")));
}

static struct line line_of(struct str text)
{
	struct str rest = text, word, type = behind(text, STR(" -F filetype="));
	struct line l = {
		.arch = str_find(text, STR("arch=b32")) >= 0 ? AUDIT_ARCH_I386 : AUDIT_ARCH_X86_64,
		.calls = behind(text, STR(" -S ")),
		.perm = behind(text, STR(" -F perm=")),
		.class = class_of(text),
		.device = !type.ptr		       ? 0
			  : str_eq(type, STR("block")) ? S_IFBLK
						       : S_IFCHR,
		.is_uring = str_find(text, STR(",io_uring")) >= 0,
		.is_knob = str_find(text, STR("release_agent")) >= 0,
		.is_role = str_find(text, STR("key=wc_self")) >= 0,
	};

	while (str_cut(&rest, ' ', &word)) {
		struct condition *c = &l.conditions[l.n];
		char z[64];
		long long value;

		snprintf(z, sizeof(z), "%.*s", STR_ARG(word));
		if (sscanf(z, "%15[a-z0-9]%2[&=<>!]%lli", c->name, c->op, &value) != 3)
			continue;
		c->value = (uint64_t)value;
		assert_true(++l.n < ARRAY_LEN(l.conditions));
	}
	return l;
}

static bool fulfils(const struct condition *c, uint64_t v)
{
	return strcmp(c->op, "&") == 0	  ? (v & c->value) != 0
	       : strcmp(c->op, "&=") == 0 ? (v & c->value) == c->value
	       : strcmp(c->op, "!=") == 0 ? v != c->value
	       : strcmp(c->op, ">=") == 0 ? v >= c->value
	       : strcmp(c->op, "<=") == 0 ? v <= c->value
					  : v == c->value;
}

static bool allows(const struct line *l, const char *name, uint64_t v)
{
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->conditions[i].name, name) == 0 && !fulfils(&l->conditions[i], v))
			return false;
	return true;
}

/* events as it may bring them: every value that a condition of ours could tell from others, one at a time */

static const char *const varied[] = { "a0", "a1", "a2", "a3", "devmajor", "devminor" };
#define VARIED ARRAY_LEN(varied)

static const uint64_t odd_values[] = {
	01,	 02,	 0100,	 0101,	 02000,	 04000,	 06000,	 0100644,    0102755,
	0104755, 060660, 064660, 0x5412, 0x4c00, 0x4c0a, 0xab00, 0xc138fd03, 0xffffffff,
};

/* value @i of @name that the line allows; false: there are no more */
static bool value_at(const struct line *l, const char *name, size_t *i, uint64_t *out)
{
	for (; *i < 512 + ARRAY_LEN(odd_values) + l->n; ++*i) {
		*out = *i < 512 ? *i
		       : *i < 512 + ARRAY_LEN(odd_values)
			       ? odd_values[*i - 512]
			       : l->conditions[*i - 512 - ARRAY_LEN(odd_values)].value;
		if (allows(l, name, *out))
			return true;
	}
	return false;
}

enum { HOLDS = 1, FAILS = 2, EITHER = HOLDS | FAILS };

struct oracle {
	const struct line *line;
	struct filter_frame *frame;
	bool has_arguments;
	struct event event;
	struct scene scene;
	uint64_t value[VARIED];
};

static bool is_told(const struct oracle *o, const struct node *test)
{
	static const char *const always[] = { "evt.type", "syscall.type", "evt.is_uring",
					      "evt.is_permission", "fd.is_protected" };
	static const char *const by_arguments[] = { "evt.arg", "evt.rawarg", "evt.is_open_read",
						    "evt.is_open_write", "evt.is_open_create" };
	const char *name = test->left.kind == OPERAND_FIELD ? test->left.use->def->name : "";

	for (size_t i = 0; i < ARRAY_LEN(always); i++)
		if (strcmp(name, always[i]) == 0)
			return true;
	for (size_t i = 0; i < ARRAY_LEN(by_arguments); i++)
		if (strcmp(name, by_arguments[i]) == 0)
			return o->has_arguments || strncmp(name, "evt.is_open", 11) == 0;
	return (o->line->device &&
		(str_starts(str_of(name), STR("fd.rdev.")) || strcmp(name, "fd.filetype") == 0)) ||
	       (o->line->is_knob && strcmp(name, "fd.kernel_knob") == 0) ||
	       (o->line->is_role && strcmp(name, "target.role") == 0) ||
	       ((o->line->class.len || o->line->n || o->line->device) &&
		strcmp(name, "fd.host_class") == 0);
}

static unsigned test_once(struct oracle *o, const struct node *test)
{
	struct value class = { .type = VALUE_STRING, .s = o->line->class }, memory[8];
	struct values left = { .at = memory, .cap = 8, .arena = o->frame->scratch };
	struct filter_stats stats = { 0 };

	filter_frame_begin(o->frame, &o->scene);
	if (strcmp(test->left.use->def->name, "fd.host_class") == 0 && !class.s.len)
		return FAILS; /* it is chosen by other things than its place */
	else if (strcmp(test->left.use->def->name, "fd.host_class") == 0)
		left = (struct values){ .at = &class, .n = 1, .present = true };
	else if (!operand_values(&test->left, o->frame, &left))
		return o->line->is_uring ? FAILS : EITHER;
	if (test->op == OP_EXISTS)
		return HOLDS;
	return test_compare(test, &left, test->constants, o->frame, &stats) ? HOLDS : FAILS;
}

static void stage(struct oracle *o)
{
	memcpy(o->event.sys.arg, o->value, sizeof(o->event.sys.arg));
	o->scene.object.rdev_major = (uint32_t)o->value[4];
	o->scene.object.rdev_minor = (uint32_t)o->value[5];
}

/* opened as perm= says */
static bool is_as_opened(const struct oracle *o)
{
	uint64_t flags;
	bool writes;

	if (!o->line->perm.ptr || !event_open_flags(&o->event, &flags))
		return true;
	writes = (flags & O_ACCMODE) != O_RDONLY;
	return writes == !str_eq(o->line->perm, STR("r")) && (flags & O_ACCMODE) != O_ACCMODE;
}

static unsigned outcomes_of_test(struct oracle *o, const struct node *test)
{
	unsigned outcomes = 0;

	if (!is_told(o, test) || test->right_kind == RIGHT_DERIVED)
		return EITHER;
	for (size_t at = 0; at < VARIED && outcomes != EITHER; at++) {
		uint64_t usual = o->value[at];

		for (size_t i = 0; value_at(o->line, varied[at], &i, &o->value[at]); i++) {
			stage(o);
			if (is_as_opened(o))
				outcomes |= test_once(o, test);
		}
		o->value[at] = usual;
	}
	return outcomes;
}

static unsigned outcomes_of(struct oracle *o, const struct node *n)
{
	bool is_and = n->kind == NODE_AND;
	unsigned all = EITHER, any = 0, one;

	switch (n->kind) {
	case NODE_TEST:
		return outcomes_of_test(o, n);
	case NODE_MACRO:
		return outcomes_of(o, n->macro->body);
	case NODE_NOT:
		one = outcomes_of(o, n->children);
		return (one & HOLDS ? FAILS : 0) | (one & FAILS ? HOLDS : 0);
	default:
		for (const struct node *c = n->children; c; c = c->next) {
			one = outcomes_of(o, c);
			all &= one;
			any |= one;
		}
		return is_and ? (all & HOLDS) | (any & FAILS) : (any & HOLDS) | (all & FAILS);
	}
}

static bool can_hold(struct filter_frame *frame, const struct rule *rule, const struct line *l,
		     evt_type type, bool has_arguments)
{
	struct oracle o = { .line = l, .frame = frame, .has_arguments = has_arguments };

	o.event = (struct event){ .type = type, .has_syscall = true, .is_uring = l->is_uring };
	o.event.sys.arch = l->arch;
	o.scene = (struct scene){ .event = &o.event, .number = 1 };
	o.scene.object.exists = true;
	o.scene.object.mode = l->device;
	o.scene.object.knob = l->is_knob ? STR("release_agent") : STR_ABSENT;
	o.scene.target.role = l->is_role ? ROLE_AUDITD : ROLE_NONE;
	for (size_t at = 0, i = 0; at < VARIED; at++, i = 0)
		if (!value_at(l, varied[at], &i, &o.value[at]))
			return false;
	return outcomes_of(&o, filter_tree(rule->filter)) & HOLDS;
}

#endif
