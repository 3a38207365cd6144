/* SPDX-License-Identifier: Apache-2.0 */
/* Literals to values and sets; everything that can be computed at load is. */
#include "filter/constants.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdlib.h>

#include "filter/pattern.h"

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

int value_order(const struct value *a, const struct value *b)
{
	switch (a->type) {
	case VALUE_STRING:
		return str_cmp(a->s, b->s);
	case VALUE_INT:
		return (a->i > b->i) - (a->i < b->i);
	case VALUE_UINT:
	case VALUE_DURATION:
	case VALUE_TIME:
	case VALUE_PORT:
		return compare_u64(a->u, b->u);
	case VALUE_BOOL:
		return (int)a->b - (int)b->b;
	case VALUE_ADDRESS:
	case VALUE_NETWORK:
		if (a->a.family != b->a.family)
			return (int)a->a.family - (int)b->a.family;
		return memcmp(a->a.byte, b->a.byte, a->a.family == 4 ? 4 : 16);
	}
	return 0;
}

static int parse_port(struct str text, struct value *out)
{
	struct servent *service;
	char name[64];
	int ret = str_to_u64(text, 10, &out->u);
	if (ret == 0)
		return out->u <= 65535 ? 0 : -ERANGE;
	if (ret == -ERANGE || text.len >= sizeof(name))
		return ret;
	memcpy(name, text.ptr, text.len);
	name[text.len] = 0;
	service = getservbyname(name, NULL);
	if (!service)
		return -EINVAL;
	out->u = ntohs((uint16_t)service->s_port);
	return 0;
}

static int parse_address(struct str text, struct address *out)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	char z[INET6_ADDRSTRLEN];
	if (text.len >= sizeof(z))
		return -EINVAL;
	memcpy(z, text.ptr, text.len);
	z[text.len] = 0;
	*out = (struct address){ .family = str_chr(text, ':') < 0 ? 4 : 6 };
	if (inet_pton(out->family == 4 ? AF_INET : AF_INET6, z, out->byte) != 1)
		return -EINVAL;
	if (out->family == 6 && memcmp(out->byte, mapped, sizeof(mapped)) == 0) {
		memmove(out->byte, out->byte + 12, 4);
		memset(out->byte + 4, 0, 12);
		out->family = 4;
	}
	return 0;
}

static int parse_network(struct str text, struct address *out)
{
	struct str head;
	uint64_t prefix;
	bool is_mapped;
	if (!str_cut(&text, '/', &head) || !text.ptr || parse_address(head, out) < 0 ||
	    str_to_u64(text, 10, &prefix) < 0)
		return -EINVAL;
	/* ::ffff:10.0.0.0/104 is 10.0.0.0/8 */
	is_mapped = out->family == 4 && str_chr(head, ':') >= 0;
	if (prefix > (out->family == 4 && !is_mapped ? 32 : 128) || (is_mapped && prefix < 96))
		return -ERANGE;
	out->prefix = (uint8_t)(is_mapped ? prefix - 96 : prefix);
	return 0;
}

int literal_parse(struct str text, enum value_type type, struct value *out)
{
	*out = (struct value){ .type = type };
	/* not for strings alone: libc would read an address or a service's name up to there */
	if (str_chr(text, '\0') >= 0)
		return -EINVAL;
	switch (type) {
	case VALUE_STRING:
		out->s = text;
		return 0;
	case VALUE_INT:
		return str_to_i64(text, &out->i);
	case VALUE_UINT:
	case VALUE_DURATION:
	case VALUE_TIME:
		return str_to_u64(text, 10, &out->u);
	case VALUE_PORT:
		return parse_port(text, out);
	case VALUE_BOOL:
		out->b = str_eq(text, STR("true"));
		return out->b || str_eq(text, STR("false")) ? 0 : -EINVAL;
	case VALUE_ADDRESS:
		return parse_address(text, &out->a);
	case VALUE_NETWORK:
		return parse_network(text, &out->a);
	}
	return -EINVAL;
}

const char *literal_form(enum value_type type)
{
	static const char *const forms[] = {
		[VALUE_STRING] = "a text without NUL",
		[VALUE_INT] = "a decimal number",
		[VALUE_UINT] = "a decimal number without sign",
		[VALUE_DURATION] = "nanoseconds, a decimal number",
		[VALUE_TIME] = "nanoseconds since 1970, a decimal number",
		[VALUE_PORT] = "a port number up to 65535 or the name of a service",
		[VALUE_BOOL] = "true or false",
		[VALUE_ADDRESS] = "an IP address",
		[VALUE_NETWORK] = "a network like 10.0.0.0/8",
	};
	return forms[type];
}

static int order(const void *a, const void *b)
{
	return value_order(a, b);
}

void values_sort(struct value *values, size_t n)
{
	qsort(values, n, sizeof(*values), order);
}

static bool split_path(struct str text, struct path_pattern *out, struct arena *a)
{
	struct str rest = text, part, *parts;
	bool *is_glob;
	size_t n = 0;
	while (str_cut(&rest, '/', &part))
		n += part.len > 0;
	parts = arena_array_of(a, struct str, n + 1);
	is_glob = arena_array_of(a, bool, n + 1);
	if (!parts || !is_glob)
		return false;
	*out = (struct path_pattern){ parts, is_glob, n };
	n = 0;
	for (rest = text; str_cut(&rest, '/', &part);) {
		if (part.len == 0)
			continue;
		is_glob[n] = str_chr(part, '*') >= 0 || str_chr(part, '?') >= 0 ||
			     str_chr(part, '[') >= 0;
		/* globs go to fnmatch(3), which wants a NUL behind them */
		parts[n] = arena_str(a, part);
		if (!parts[n++].ptr)
			return false;
	}
	return true;
}

static bool make_element(const struct operand *o, enum op op, enum value_type type,
			 struct value *out, struct arena *a, struct diag *d)
{
	int ret = literal_parse(o->text, type, out);
	struct place where;
	if (ret == 0 && type == VALUE_STRING) {
		/* patterns want a NUL behind them; texts of scripts have none */
		if (op == OP_GLOB || op == OP_IGLOB)
			out->s = arena_str(a, o->text);
		return out->s.ptr != NULL;
	}
	if (ret == 0)
		return true;
	where = span_place(&o->span);
	diag_error(d, &where, type == VALUE_STRING ? "nul-in-string" : "bad-number",
		   ret == -ERANGE ? "'%.*s' is out of range: %s is wanted"
				  : "'%.*s' does not fit: %s is wanted",
		   STR_ARG(o->text), literal_form(type));
	operand_note_use(o, d);
	return false;
}

const struct constants *constants_make(const struct operand *elements, enum op op,
				       enum value_type type, struct arena *a, struct diag *d)
{
	struct constants *c = arena_new_of(a, struct constants);
	struct value *values, *sorted;
	struct path_pattern *paths = NULL;
	const struct pattern **patterns = NULL;
	size_t n = 0;
	for (const struct operand *o = elements; o; o = o->next)
		n++;
	values = arena_array_of(a, struct value, n + 1);
	sorted = arena_array_of(a, struct value, n + 1);
	if (op == OP_PMATCH)
		paths = arena_array_of(a, struct path_pattern, n + 1);
	if (op == OP_REGEX)
		patterns = arena_alloc(a, (n + 1) * sizeof(*patterns));
	if (!c || !values || !sorted || (op == OP_PMATCH && !paths) ||
	    (op == OP_REGEX && !patterns))
		return NULL;
	n = 0;
	for (const struct operand *o = elements; o; o = o->next, n++) {
		if (!make_element(o, op, type, &values[n], a, d))
			return NULL;
		if (paths && !split_path(values[n].s, &paths[n], a))
			return NULL;
		if (patterns && !(patterns[n] = pattern_compile(&o->span, values[n].s, a, d))) {
			operand_note_use(o, d);
			return NULL;
		}
	}
	if (n)
		memcpy(sorted, values, n * sizeof(*sorted));
	values_sort(sorted, n);
	*c = (struct constants){ values, sorted, n, paths, patterns };
	return c;
}

bool constants_have(const struct constants *c, const struct value *v)
{
	return c->n && bsearch(v, c->sorted, c->n, sizeof(*c->sorted), order);
}

bool constants_have_both(const struct constants *c)
{
	/* sorted: false comes first */
	return c->n && !c->sorted[0].b && c->sorted[c->n - 1].b;
}
