/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One test: fetch the left side, compare with what the checker made ready. No allocation but the frame's
 * scratch. An absent side makes every comparison false; only `not` above can turn that around.
 */
#include "filter/evaluate.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <strings.h>

#include "base/cleanup.h"
#include "filter/check.h"
#include "filter/constants.h"
#include "filter/pattern.h"

bool operand_values(const struct operand *o, struct filter_frame *f, struct values *out)
{
	if (o->kind == OPERAND_CALL)
		return call_values(o, f, out);
	if (o->kind == OPERAND_TEXT)
		return values_str(out, o->text);
	if (o->kind == OPERAND_SET) {
		out->present = true;
		for (const struct operand *i = o->items; i; i = i->next)
			if (!operand_values(i, f, out))
				return false;
		return true;
	}
	if (!o->use->def->get(f->scene, o->use, out))
		return false;
	return out->n > 0 || (out->present && o->use->def->flags & FIELD_LIST);
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool contains_folded(struct str s, struct str needle)
{
	for (size_t at = 0; at + needle.len <= s.len; at++) {
		size_t i = 0;
		while (i < needle.len && fold(s.ptr[at + i]) == fold(needle.ptr[i]))
			i++;
		if (i == needle.len)
			return true;
	}
	return false;
}

/* fnmatch(3) wants a NUL behind the value; what holds a NUL itself does not match */
static bool glob_match(struct str pattern, struct str s, int flags, struct arena *scratch)
{
	struct str z = arena_str(scratch, s);
	if (!z.ptr || !pattern.ptr || memchr(pattern.ptr, 0, pattern.len))
		return false;
	return !memchr(z.ptr, 0, z.len) && fnmatch(pattern.ptr, z.ptr, flags) == 0;
}

static bool network_has(const struct address *net, const struct address *a)
{
	unsigned whole = net->prefix / 8, rest = net->prefix % 8;
	unsigned char mask = (unsigned char)(0xff00 >> rest);
	if (net->family != a->family || memcmp(net->byte, a->byte, whole) != 0)
		return false;
	return rest == 0 || ((net->byte[whole] ^ a->byte[whole]) & mask) == 0;
}

static bool equal(const struct value *a, const struct value *b)
{
	if (b->type == VALUE_NETWORK)
		return network_has(&b->a, &a->a);
	if (a->named && a->type == VALUE_STRING) {
		int64_t number;
		if (str_to_i64(b->s, &number) == 0 && number == a->num)
			return true;
		return a->s.ptr && str_eq(a->s, b->s);
	}
	return value_order(a, b) == 0;
}

/* element @i of the right side against one value of the left */
static bool compare_one(enum op op, const struct value *a, const struct constants *c,
			const struct value *b, size_t i, struct filter_frame *f,
			struct filter_stats *stats)
{
	switch (op) {
	case OP_EQ:
		return equal(a, b);
	case OP_NE:
		return !equal(a, b);
	case OP_LT:
		return value_order(a, b) < 0;
	case OP_LE:
		return value_order(a, b) <= 0;
	case OP_GT:
		return value_order(a, b) > 0;
	case OP_GE:
		return value_order(a, b) >= 0;
	case OP_CONTAINS:
		return str_find(a->s, b->s) >= 0;
	case OP_ICONTAINS:
		return contains_folded(a->s, b->s);
	case OP_STARTSWITH:
		return str_starts(a->s, b->s);
	case OP_ENDSWITH:
		return str_ends(a->s, b->s);
	case OP_GLOB:
		return glob_match(b->s, a->s, 0, f->scratch);
	case OP_IGLOB:
		return glob_match(b->s, a->s, FNM_CASEFOLD, f->scratch);
	case OP_REGEX:
		switch (pattern_match(c->patterns[i], f->matcher, a->s, f->scratch)) {
		case PATTERN_YES:
			return true;
		case PATTERN_LIMIT:
			stats->regex_limits++;
			return false;
		case PATTERN_NO:
			return false;
		}
		return false;
	default:
		return false;
	}
}

/*
 * Element @i of the right side against the field: one of its values suffices, but for the != of a field
 * that stands for both ends, which all known ends have to satisfy.
 */
static bool element_holds(const struct node *n, const struct values *left,
			  const struct constants *c, size_t i, struct filter_frame *f,
			  struct filter_stats *stats)
{
	bool needs_all = n->op == OP_NE && n->left.kind == OPERAND_FIELD &&
			 n->left.use->def->flags & FIELD_EITHER_END;
	for (size_t k = 0; k < left->n; k++)
		if (compare_one(n->op, &left->at[k], c, &c->values[i], i, f, stats) != needs_all)
			return !needs_all;
	return needs_all;
}

static bool compare_elements(const struct node *n, const struct values *left,
			     const struct constants *c, struct filter_frame *f,
			     struct filter_stats *stats)
{
	size_t hits = 0;
	if (n->modifier == MODIFIER_NONE)
		return c->n > 0 && element_holds(n, left, c, 0, f, stats);
	for (size_t i = 0; i < c->n; i++) {
		hits += element_holds(n, left, c, i, f, stats);
		if (n->modifier == MODIFIER_ANYOF && hits)
			return true;
		if (n->modifier == MODIFIER_ALLOF && hits <= i)
			return false;
	}
	return n->modifier == MODIFIER_ONEOF ? hits == 1
					     : n->modifier == MODIFIER_ALLOF && c->n > 0;
}

static bool in_set(const struct value *a, const struct constants *c)
{
	if (a->type == VALUE_STRING && a->named) {
		for (size_t i = 0; i < c->n; i++)
			if (equal(a, &c->values[i]))
				return true;
		return false;
	}
	if (c->n && c->values[0].type == VALUE_NETWORK) {
		for (size_t i = 0; i < c->n; i++)
			if (network_has(&c->values[i].a, &a->a))
				return true;
		return false;
	}
	return constants_have(c, a);
}

static bool path_has(const struct path_pattern *p, struct str path, struct arena *scratch)
{
	struct str rest = path, part;
	size_t n = 0;
	while (n < p->n && str_cut(&rest, '/', &part)) {
		if (part.len == 0)
			continue;
		if (p->is_glob[n] ? !glob_match(p->parts[n], part, 0, scratch)
				  : !str_eq(p->parts[n], part))
			return false;
		n++;
	}
	return n == p->n;
}

static bool compare_set(const struct node *n, const struct values *left, const struct constants *c,
			struct filter_frame *f)
{
	bool any = false, all = true;
	for (size_t i = 0; i < left->n; i++) {
		bool hit = false;
		if (n->op == OP_PMATCH)
			for (size_t k = 0; k < c->n && !hit; k++)
				hit = path_has(&c->paths[k], left->at[i].s, f->scratch);
		else
			hit = in_set(&left->at[i], c);
		any |= hit;
		all &= hit;
	}
	return n->op == OP_IN && operand_is_list(&n->left) ? all : any;
}

/* constants out of the other field's values, for val() and calls on the right */
static bool derive(const struct node *n, struct filter_frame *f, struct constants *out)
{
	struct values right = { .arena = f->scratch };
	struct value *sorted;
	if (!operand_values(n->right, f, &right))
		return false;
	sorted = arena_array_of(f->scratch, struct value, right.n + 1);
	if (!sorted)
		return false;
	for (size_t i = 0; i < right.n; i++) {
		/* patterns want a NUL behind them */
		if (n->op == OP_GLOB || n->op == OP_IGLOB)
			right.at[i].s = arena_str(f->scratch, right.at[i].s);
		sorted[i] = right.at[i];
	}
	values_sort(sorted, right.n);
	*out = (struct constants){ .values = right.at, .sorted = sorted, .n = right.n };
	return true;
}

bool test_compare(const struct node *n, const struct values *left, const struct constants *c,
		  struct filter_frame *f, struct filter_stats *stats)
{
	return n->op >= OP_IN ? compare_set(n, left, c, f) : compare_elements(n, left, c, f, stats);
}

bool test_eval(const struct node *n, struct filter_frame *f, struct filter_stats *stats)
{
	struct values left = { .at = f->first, .cap = ARRAY_LEN(f->first), .arena = f->scratch };
	struct constants derived;
	const struct constants *c = n->constants;
	stats->evaluations++;
	/* nothing of the test before is needed: what one event makes tests ask for cannot use up the room */
	arena_reset(f->scratch);
	if (!operand_values(&n->left, f, &left))
		return false;
	if (n->op == OP_EXISTS)
		return true;
	if (n->right_kind == RIGHT_DERIVED) {
		if (!derive(n, f, &derived))
			return false;
		c = &derived;
	}
	return test_compare(n, &left, c, f, stats);
}
