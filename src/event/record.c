/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Framing of one audit record: type, stamp, node, body. One forward pass, no allocation, nothing
 * decoded.
 *
 * Names of types come from libaudit, once, into a small hash table: the same name stands at the
 * front of every line, and looking it up must cost a few nanoseconds.
 */
#include "event/record.h"

#include <errno.h>
#include <libaudit.h>
#include <pthread.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define NAMES_MAX 512 /* power of two, about three times as many as there are names */
#define ENRICHED_SEPARATOR '\x1d'

/* our own, and those of linux/audit.h that are newer than libaudit 3.0.9 */
static const struct {
	uint32_t type;
	const char *name;
} more_types[] = {
	{ RECORD_FACT, "WATCHCAP_FACT" },
	{ RECORD_KNOB, "WATCHCAP_KNOB" },
	{ RECORD_GUARD, "WATCHCAP_GUARD" },
	{ RECORD_NOTICE, "WATCHCAP_NOTICE" },
	{ RECORD_RECORDING, "WATCHCAP_RECORDING" },
	{ RECORD_WRITE, "WATCHCAP_WRITE" },
	{ 1336, "URINGOP" },
	{ 1337, "OPENAT2" },
	{ 1338, "DM_CTRL" },
	{ 1339, "DM_EVENT" },
	{ 1420, "IPE_ACCESS" },
	{ 1421, "IPE_CONFIG_CHANGE" },
	{ 1422, "IPE_POLICY_LOAD" },
	{ 1423, "LANDLOCK_ACCESS" },
	{ 1424, "LANDLOCK_DOMAIN" },
	{ 1425, "MAC_TASK_CONTEXTS" },
	{ 1426, "MAC_OBJ_CONTEXTS" },
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
	for (size_t i = 0; i < ARRAY_LEN(more_types); i++)
		name_add(str_of(more_types[i].name), more_types[i].type);
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

#define DIGITS_MAX 19 /* of a number that cannot overflow */

/* take digits off the front; false if there is none or they overflow */
static bool take_number(struct str *s, uint64_t *out)
{
	const char *p = s->ptr, *end = p + (s->len > DIGITS_MAX ? DIGITS_MAX + 1 : s->len);
	uint64_t value = 0;
	size_t n;

	for (; p < end && (unsigned char)(*p - '0') <= 9; p++)
		value = value * 10 + (unsigned char)(*p - '0');
	n = (size_t)(p - s->ptr);
	*s = str_from(*s, n);
	*out = value;
	return n > 0 && n <= DIGITS_MAX;
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
	if (!take_number(s, &seconds) || !take_char(s, '.') || !take_number(s, &ms) ||
	    !take_char(s, ':') || !take_number(s, &out->serial) || !take_char(s, ')') ||
	    !take_char(s, ':'))
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
	for (size_t i = 0; !name && i < ARRAY_LEN(more_types); i++)
		if (more_types[i].type == type)
			name = more_types[i].name;
	if (name)
		return str_of(name);
	return str_mem(buffer, (size_t)snprintf(buffer, RECORD_NAME_SIZE, "UNKNOWN[%u]", type));
}

void record_render(const struct record *r, struct buf *out)
{
	char name[RECORD_NAME_SIZE];
	struct str rest = r->body.ptr ? r->body : STR(""), part;
	if (r->node.ptr) {
		buf_add(out, STR("node="));
		buf_add(out, r->node);
		buf_char(out, ' ');
	}
	buf_add(out, STR("type="));
	buf_add(out, record_type_name(r->type, name));
	buf_printf(out, " msg=audit(%llu.%03llu:%llu): ", (unsigned long long)(r->time / NS_PER_S),
		   (unsigned long long)(r->time % NS_PER_S / NS_PER_MS),
		   (unsigned long long)r->serial);
	for (bool more = str_cut(&rest, '\n', &part); more;) {
		buf_add(out, part);
		more = str_cut(&rest, '\n', &part);
		buf_char(out, more ? ' ' : '\n');
	}
}
