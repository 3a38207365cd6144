/* SPDX-License-Identifier: Apache-2.0 */
/* Values: pushing them into a result, printing one. */
#include "filter/value.h"

#include <arpa/inet.h>
#include <inttypes.h>

#include "base/buf.h"

bool values_push(struct values *v, struct value one)
{
	if (v->n == v->cap) {
		size_t cap = v->cap ? v->cap * 2 : 8;
		struct value *at = arena_array_of(v->arena, struct value, cap);
		if (!at)
			return false;
		if (v->n)
			memcpy(at, v->at, v->n * sizeof(*at));
		v->at = at;
		v->cap = cap;
	}
	v->at[v->n++] = one;
	v->present = true;
	return true;
}

bool values_str(struct values *v, struct str s)
{
	return s.ptr && values_push(v, (struct value){ .type = VALUE_STRING, .s = s });
}

bool values_int(struct values *v, int64_t i)
{
	return values_push(v, (struct value){ .type = VALUE_INT, .i = i });
}

bool values_uint(struct values *v, uint64_t u)
{
	return values_push(v, (struct value){ .type = VALUE_UINT, .u = u });
}

bool values_bool(struct values *v, bool b)
{
	return values_push(v, (struct value){ .type = VALUE_BOOL, .b = b });
}

bool values_time(struct values *v, uint64_t ns)
{
	return values_push(v, (struct value){ .type = VALUE_TIME, .u = ns });
}

static void render_address(const struct address *a, struct buf *out)
{
	char text[INET6_ADDRSTRLEN];
	inet_ntop(a->family == 4 ? AF_INET : AF_INET6, a->byte, text, sizeof(text));
	buf_add(out, str_of(text));
}

void value_render(const struct value *v, struct buf *out)
{
	switch (v->type) {
	case VALUE_STRING:
		buf_add(out, v->s);
		break;
	case VALUE_INT:
		buf_printf(out, "%" PRId64, v->i);
		break;
	case VALUE_UINT:
	case VALUE_DURATION:
	case VALUE_TIME:
	case VALUE_PORT:
		buf_u64(out, v->u);
		break;
	case VALUE_BOOL:
		buf_add(out, v->b ? STR("true") : STR("false"));
		break;
	case VALUE_ADDRESS:
		render_address(&v->a, out);
		break;
	case VALUE_NETWORK:
		render_address(&v->a, out);
		buf_printf(out, "/%u", v->a.prefix);
		break;
	}
}
