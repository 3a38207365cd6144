/* SPDX-License-Identifier: Apache-2.0 */
/* What fields give and conditions compare: typed values, borrowed from the event, the state or an arena. */
#ifndef WC_VALUE_H
#define WC_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum value_type {
	VALUE_STRING, /* S */
	VALUE_INT, /* I, signed 64 */
	VALUE_UINT, /* U, unsigned 64 */
	VALUE_DURATION, /* D, ns */
	VALUE_TIME, /* T, ns since the epoch */
	VALUE_PORT, /* P */
	VALUE_BOOL, /* B */
	VALUE_ADDRESS, /* A */
	VALUE_NETWORK, /* N */
};

/* IPv4 (also v4-mapped v6) in the first 4 bytes */
struct address {
	uint8_t family; /* 4 or 6 */
	uint8_t prefix; /* networks: length of the prefix in bits */
	uint8_t byte[16];
};

struct value {
	enum value_type type;
	/*
	 * A named number (language.md 3, e.g. evt.arg.request): the number is in num, its name in s.
	 * Type is then VALUE_STRING; "=" and "in" accept name or decimal number, "!=" needs both to differ.
	 */
	bool named;
	union {
		int64_t i;
		uint64_t u; /* also D, T, P */
		bool b;
		struct address a;
		int64_t num;
	};
	struct str s;
};

/* what a getter fills: none = absent; scalars one; lists, ancestor and either-end fields any number */
struct values {
	struct value *at;
	size_t n, cap;
	struct arena *arena; /* for the array itself and for texts that a getter has to make */
	bool present; /* a list or scalar value exists, even if n == 0 (the empty list) */
};

/* false when the arena is exhausted (the field is then absent) */
bool values_push(struct values *v, struct value one);
bool values_str(struct values *v, struct str s); /* an absent s adds nothing */
bool values_int(struct values *v, int64_t i);
bool values_uint(struct values *v, uint64_t u);
bool values_bool(struct values *v, bool b);
bool values_time(struct values *v, uint64_t ns);

/* one value as the text that output templates print (language.md 7.1, not escaped, not cut) */
struct buf;
void value_render(const struct value *v, struct buf *out);

#endif
