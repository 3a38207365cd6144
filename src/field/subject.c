/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of processes. Arguments are kept joined by NUL, argv[0] first (state/process.h). */
#include "field/subject.h"

#include "field/join.h"

/* cuts argv[0] off; false if it is the last */
static bool cut_first(struct str *args)
{
	struct str first;

	return str_cut(args, '\0', &first) && args->ptr;
}

struct str args_behind_first(struct str args, struct arena *a)
{
	char *out;

	if (!args.ptr)
		return STR_ABSENT;
	if (!cut_first(&args))
		return STR("");
	out = arena_alloc(a, args.len + 1);
	if (!out)
		return STR_ABSENT;
	for (size_t i = 0; i < args.len; i++)
		out[i] = args.ptr[i] ? args.ptr[i] : ' ';
	return str_mem(out, args.len);
}

static struct str first_argument(const struct process *p)
{
	struct str rest = text_str(&p->args), first;

	return str_cut(&rest, '\0', &first) ? first : STR_ABSENT;
}

static struct str line(struct str head, const struct process *p, struct arena *a)
{
	struct str args = args_behind_first(text_str(&p->args), a);

	if (!head.ptr || !args.ptr)
		return STR_ABSENT;
	return args.len ? join((struct str[]){ head, args }, 2, ' ', a) : head;
}

struct str process_text(const struct process *p, enum process_text what, struct arena *a)
{
	if (!p)
		return STR_ABSENT;
	switch (what) {
	case PROCESS_NAME:
		return text_str(&p->comm);
	case PROCESS_EXE:
		return first_argument(p);
	case PROCESS_EXEPATH:
		return text_str(&p->exe);
	case PROCESS_ARGS:
		return args_behind_first(text_str(&p->args), a);
	case PROCESS_CMDLINE:
		return line(text_str(&p->comm), p, a);
	case PROCESS_EXELINE:
		return line(first_argument(p), p, a);
	}
	return STR_ABSENT;
}

struct str process_argument(const struct process *p, size_t n)
{
	struct str rest = p ? text_str(&p->args) : STR_ABSENT, one;

	if (!cut_first(&rest))
		return STR_ABSENT;
	while (str_cut(&rest, '\0', &one))
		if (n-- == 0)
			return one;
	return STR_ABSENT;
}

bool process_count_args(const struct process *p, uint64_t *count, uint64_t *bytes)
{
	struct str rest = p ? text_str(&p->args) : STR_ABSENT, one;

	if (!rest.ptr)
		return false;
	*count = *bytes = 0;
	if (!cut_first(&rest))
		return true;
	while (str_cut(&rest, '\0', &one)) {
		++*count;
		*bytes += one.len;
	}
	return true;
}

struct str process_container_id(const struct process *p)
{
	if (!p->container)
		return p->id_source == ID_UNKNOWN ? STR("<NA>") : STR("host");
	if (!p->container->is_identified)
		return STR("<NA>");
	return str_first(text_str(&p->container->id), CONTAINER_ID_SHORT);
}

static int32_t member_of(const struct process *p, enum leader which)
{
	return which == LEADER_SESSION ? p->sid : p->pgid;
}

const struct process *scene_leader(const struct scene *s, enum leader which)
{
	const struct process *p = s->process, *eldest = NULL;
	int32_t id = p ? member_of(p, which) : 0;

	for (unsigned i = 0; id > 0 && (p = scene_ancestor(s, i)); i++) {
		if (p->ref.pid == id)
			return p;
		if (member_of(p, which) == id)
			eldest = p;
	}
	return eldest;
}
