/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arguments of an exec. kernel/auditsc.c audit_log_execve_info() writes "argc=3 a0="x" a1=HEX
 * ...", and a long argument as "a2_len=9000 a2[0]=HEX a2[1]=HEX ..." over as many records as it
 * takes. All of them come in order, so one pass joins them; what is missing in between leaves an
 * empty argument.
 */
#include "event/execve.h"

#include <libaudit.h>

#include "event/scan.h"

/* "a12" or "a12[3]": argument number and part; false for "a12_len" and whatever else */
static bool argument_key(struct str key, uint64_t *argument, bool *is_part)
{
	ssize_t bracket;
	if (key.len < 2 || key.ptr[0] != 'a')
		return false;
	key = str_from(key, 1);
	bracket = str_chr(key, '[');
	*is_part = bracket > 0;
	if (*is_part)
		key = str_first(key, (size_t)bracket);
	return str_to_u64(key, 10, argument) == 0;
}

struct joiner {
	char *bytes;
	size_t len;
	uint64_t next; /* the argument that would begin now */
	bool is_cut;
};

static void join(struct joiner *j, struct str s)
{
	size_t room = EVENT_ARGS_MAX - j->len;
	if (s.len > room)
		j->is_cut = true;
	s = str_first(s, room);
	if (s.len)
		memcpy(j->bytes + j->len, s.ptr, s.len);
	j->len += s.len;
}

static void join_argument(struct joiner *j, uint64_t argument, bool is_part, struct str value)
{
	bool continues = is_part && argument + 1 == j->next;
	/* a part goes on where its argument stopped; anything else begins an argument */
	if (!continues) {
		for (; j->next <= argument && !j->is_cut; j->next++)
			if (j->next > 0)
				join(j, str_mem("", 1));
	}
	if (!j->is_cut)
		join(j, value);
}

/* once: callers go through all of them by number, and there may be thousands */
static void index_arguments(struct event *ev)
{
	struct str rest = ev->args, *argv;
	size_t n = 1;
	for (size_t i = 0; i < rest.len; i++)
		n += rest.ptr[i] == '\0';
	argv = arena_array_of(ev->arena, struct str, n);
	if (!argv)
		return;
	for (size_t i = 0; i < n; i++)
		(void)str_cut(&rest, '\0', &argv[i]);
	ev->argv = argv;
	ev->n_argv = n;
}

void execve_decode(struct event *ev)
{
	struct joiner j = { .bytes = NULL };
	uint64_t argc = 0;
	for (size_t i = 0; i < ev->n_records; i++) {
		struct scan s = scan_start(ev->records[i].body);
		struct scan_field f;
		uint64_t argument;
		bool is_part;
		if (ev->records[i].type != AUDIT_EXECVE)
			continue;
		if (!j.bytes && !(j.bytes = arena_alloc(ev->arena, EVENT_ARGS_MAX)))
			return;
		while (!j.is_cut && scan_next(&s, &f)) {
			if (str_eq(f.key, STR("argc")))
				(void)str_to_u64(f.value, 10, &argc);
			else if (argument_key(f.key, &argument, &is_part))
				join_argument(&j, argument, is_part, scan_untrusted(&f, ev->arena));
		}
	}
	if (!j.bytes) {
		/* a refused exec has no arguments in its records */
		ev->is_incomplete |= ev->sys.success;
		return;
	}
	ev->args = str_mem(j.bytes, j.len);
	ev->argc = (size_t)argc;
	ev->is_incomplete |= !j.is_cut && j.next < argc;
	if (j.next > 0)
		index_arguments(ev);
}
