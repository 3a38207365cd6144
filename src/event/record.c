/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing of one audit record: type, stamp, node, body. One forward pass, no allocation, nothing decoded.
 *
 * Names of types come from libaudit, once, into a small hash table: the same name stands at the front of
 * every line, and looking it up must cost a few nanoseconds.
 */
#include "event/record.h"

#include <errno.h>
#include <libaudit.h>
#include <pthread.h>
#include <stdio.h>

#include "base/clock.h"

#define NAMES_MAX 512 /* power of two, about three times as many as there are names */
#define ENRICHED_SEPARATOR '\x1d'

static const struct {
	uint32_t type;
	struct str name;
} own_types[] = {
	{ RECORD_FACT, { "WATCHCAP_FACT", 13 } },
	{ RECORD_KNOB, { "WATCHCAP_KNOB", 13 } },
};

static struct {
	struct str name;
	uint32_t type;
} names[NAMES_MAX];
static pthread_once_t names_once = PTHREAD_ONCE_INIT;

static size_t name_home(struct str name)
{
	return str_hash(name, 0) & (NAMES_MAX - 1);
}

static void name_add(struct str name, uint32_t type)
{
	size_t at = name_home(name);
	while (names[at].name.ptr && !str_eq(names[at].name, name))
		at = (at + 1) & (NAMES_MAX - 1);
	names[at].name = name;
	names[at].type = type;
}

static void names_make(void)
{
	for (int type = AUDIT_GET; type < AUDIT_LAST_USER_MSG2; type++) {
		const char *name = audit_msg_type_to_name(type);
		if (name)
			name_add(str_of(name), (uint32_t)type);
	}
	for (size_t i = 0; i < sizeof(own_types) / sizeof(own_types[0]); i++)
		name_add(own_types[i].name, own_types[i].type);
}

/* "UNKNOWN[1234]": what auditd writes for a type that its libaudit has no name for */
static int type_unknown(struct str name, uint32_t *type)
{
	uint64_t number;
	if (!str_starts(name, STR("UNKNOWN[")) || name.ptr[name.len - 1] != ']')
		return -EINVAL;
	name = str_from(name, 8);
	name.len--;
	if (str_to_u64(name, 10, &number) < 0 || number > UINT16_MAX)
		return -EINVAL;
	*type = (uint32_t)number;
	return 0;
}

static int type_of_name(struct str name, uint32_t *type)
{
	size_t at = name_home(name);
	pthread_once(&names_once, names_make);
	for (; names[at].name.ptr; at = (at + 1) & (NAMES_MAX - 1)) {
		if (str_eq(names[at].name, name)) {
			*type = names[at].type;
			return 0;
		}
	}
	return type_unknown(name, type);
}

/* take digits off the front; false if there is none or they overflow */
static bool take_number(struct str *s, uint64_t *out)
{
	uint64_t value = 0;
	size_t n = 0;
	while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
		if (n >= 19)
			return false;
		value = value * 10 + (uint64_t)(s->ptr[n++] - '0');
	}
	*s = str_from(*s, n);
	*out = value;
	return n > 0;
}

static bool take_char(struct str *s, char c)
{
	if (s->len == 0 || s->ptr[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

/* "audit(1767323045.123:4711): BODY": the stamp, and what is left behind it */
static int take_stamp(struct str *s, struct record *out)
{
	uint64_t seconds, ms;
	if (!str_starts(*s, STR("audit(")))
		return -EINVAL;
	*s = str_from(*s, 6);
	if (!take_number(s, &seconds) || !take_char(s, '.') || !take_number(s, &ms) || !take_char(s, ':') ||
	    !take_number(s, &out->serial) || !take_char(s, ')') || !take_char(s, ':'))
		return -EINVAL;
	if (seconds > UINT64_MAX / NS_PER_S - 1 || ms > 999)
		return -EINVAL;
	out->time = seconds * NS_PER_S + ms * NS_PER_MS;
	take_char(s, ' ');
	return 0;
}

static void split_body(struct str body, struct record *out)
{
	ssize_t separator;
	while (body.len && (body.ptr[body.len - 1] == '\0' || body.ptr[body.len - 1] == '\r' ||
			    body.ptr[body.len - 1] == '\n' || body.ptr[body.len - 1] == ' '))
		body.len--;
	separator = str_chr(body, ENRICHED_SEPARATOR);
	out->enriched = separator < 0 ? STR_ABSENT : str_from(body, (size_t)separator + 1);
	out->body = separator < 0 ? body : str_first(body, (size_t)separator);
}

int record_parse_line(struct str line, struct record *out)
{
	ssize_t blank;
	if (line.len > RECORD_MAX)
		return -EMSGSIZE;
	out->node = STR_ABSENT;
	if (str_starts(line, STR("node="))) {
		line = str_from(line, 5);
		blank = str_chr(line, ' ');
		if (blank <= 0)
			return -EINVAL;
		out->node = str_first(line, (size_t)blank);
		line = str_from(line, (size_t)blank + 1);
	}
	if (!str_starts(line, STR("type=")))
		return -EINVAL;
	line = str_from(line, 5);
	blank = str_chr(str_first(line, 64), ' ');
	if (blank <= 0 || type_of_name(str_first(line, (size_t)blank), &out->type) < 0)
		return -EINVAL;
	line = str_from(line, (size_t)blank + 1);
	if (!str_starts(line, STR("msg=")))
		return -EINVAL;
	line = str_from(line, 4);
	if (take_stamp(&line, out) < 0)
		return -EINVAL;
	split_body(line, out);
	return 0;
}

int record_parse_message(uint32_t type, struct str payload, struct record *out)
{
	if (payload.len > RECORD_MAX)
		return -EMSGSIZE;
	out->type = type;
	out->node = STR_ABSENT;
	if (take_stamp(&payload, out) < 0)
		return -EINVAL;
	split_body(payload, out);
	return 0;
}

struct str record_type_name(uint32_t type, char buffer[static RECORD_NAME_SIZE])
{
	const char *name = type <= UINT16_MAX ? audit_msg_type_to_name((int)type) : NULL;
	for (size_t i = 0; i < sizeof(own_types) / sizeof(own_types[0]); i++)
		if (own_types[i].type == type)
			return own_types[i].name;
	if (name)
		return str_of(name);
	return str_mem(buffer, (size_t)snprintf(buffer, RECORD_NAME_SIZE, "UNKNOWN[%u]", type));
}
