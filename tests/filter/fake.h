/* SPDX-License-Identifier: Apache-2.0 */
/* A small world to evaluate conditions in: a scene is an array of values, one for each field below. */
#ifndef WC_TEST_FAKE_H
#define WC_TEST_FAKE_H

#include "base/buf.h"
#include "base/nearest.h"
#include "filter/check.h"
#include "filter/program.h"
#include "filter/resolve.h"

enum {
	F_TYPE,
	F_NUM,
	F_STR,
	F_INT,
	F_UINT,
	F_PORT,
	F_BOOL,
	F_ADDR,
	F_NET,
	F_LIST,
	F_ANC,
	F_END,
	F_NAMED,
	F_STR2,
	F_OLD,
	F_COUNT
};

struct scene {
	struct {
		bool present;
		size_t n;
		struct value v[4];
	} field[F_COUNT];
	unsigned reads; /* calls of getters */
};

static bool fake_get(const struct scene *scene, const struct field_use *use, struct values *out)
{
	unsigned i = use->def->param;
	((struct scene *)(uintptr_t)scene)->reads++;
	if (!scene->field[i].present)
		return false;
	out->present = true;
	for (size_t n = 0; n < scene->field[i].n; n++)
		values_push(out, scene->field[i].v[n]);
	return true;
}

#define ROW(n, t, f, s, i)                                                                         \
	{                                                                                          \
		.name = n, .type = t, .flags = f, .selector = s, .get = fake_get, .param = i       \
	}
static const struct field_def fake_fields[] = {
	ROW("evt.type", VALUE_STRING, FIELD_EVENT_TYPE | FIELD_NEVER_ABSENT, SELECTOR_NONE, F_TYPE),
	ROW("a.call", VALUE_STRING, FIELD_EVENT_TYPE, SELECTOR_NONE, F_TYPE),
	ROW("evt.num", VALUE_UINT, FIELD_NEVER_ABSENT, SELECTOR_NONE, F_NUM),
	ROW("a.str", VALUE_STRING, 0, SELECTOR_OPTIONAL, F_STR),
	ROW("a.str2", VALUE_STRING, 0, SELECTOR_NONE, F_STR2),
	ROW("a.int", VALUE_INT, 0, SELECTOR_NONE, F_INT),
	ROW("a.uint", VALUE_UINT, 0, SELECTOR_NONE, F_UINT),
	ROW("a.port", VALUE_PORT, 0, SELECTOR_NONE, F_PORT),
	ROW("a.bool", VALUE_BOOL, 0, SELECTOR_NONE, F_BOOL),
	ROW("a.write", VALUE_BOOL, 0, SELECTOR_NONE, F_BOOL),
	ROW("a.addr", VALUE_ADDRESS, 0, SELECTOR_NONE, F_ADDR),
	ROW("a.net", VALUE_NETWORK, FIELD_FILTER_ONLY, SELECTOR_NONE, F_NET),
	ROW("a.list", VALUE_STRING, FIELD_LIST, SELECTOR_NONE, F_LIST),
	ROW("a.anc", VALUE_STRING, FIELD_ANCESTOR, SELECTOR_OPTIONAL, F_ANC),
	ROW("a.end", VALUE_PORT, FIELD_EITHER_END | FIELD_FILTER_ONLY, SELECTOR_NONE, F_END),
	ROW("a.named", VALUE_STRING, 0, SELECTOR_NONE, F_NAMED),
	ROW("a.need", VALUE_STRING, 0, SELECTOR_REQUIRED, F_STR),
	/* what lints tell apart */
	ROW("proc.name", VALUE_STRING, FIELD_SAYS_NA | FIELD_NEVER_ABSENT, SELECTOR_NONE, F_STR),
	ROW("a.never", VALUE_STRING, FIELD_NEVER, SELECTOR_NONE, F_STR),
	{ .name = "a.old",
	  .flags = FIELD_DEPRECATED | FIELD_NEVER_ABSENT,
	  .get = fake_get,
	  .param = F_OLD,
	  .only_value = "<" },
};

static const struct field_def *fake_find(struct str name, struct str *selector)
{
	(void)selector;
	for (size_t i = 0; i < ARRAY_LEN(fake_fields); i++)
		if (str_eq(str_of(fake_fields[i].name), name))
			return &fake_fields[i];
	return NULL;
}

static struct str fake_nearest(struct str name)
{
	struct nearest n = nearest_to(name);
	for (size_t i = 0; i < ARRAY_LEN(fake_fields); i++)
		nearest_offer(&n, str_of(fake_fields[i].name));
	return n.best;
}

static const char *const fake_types[] = { "open", "openat", "execve", "mount", "container" };

static int fake_type(struct str name)
{
	if (str_eq(name, STR("umount"))) /* an alias */
		return 3;
	for (size_t i = 0; i < ARRAY_LEN(fake_types); i++)
		if (str_eq(str_of(fake_types[i]), name))
			return (int)i;
	return -1;
}

static struct str fake_type_name(unsigned type)
{
	return str_of(fake_types[type]);
}

static struct str fake_nearest_type(struct str name)
{
	struct nearest n = nearest_to(name);
	for (size_t i = 0; i < ARRAY_LEN(fake_types); i++)
		nearest_offer(&n, str_of(fake_types[i]));
	return n.best;
}

/* a.need is an argument of execve alone */
static bool fake_carries(const struct field_use *use, unsigned type)
{
	return strcmp(use->def->name, "a.need") != 0 || type == 2;
}

static const struct schema fake_schema = {
	.find = fake_find,
	.nearest = fake_nearest,
	.event_type = fake_type,
	.event_type_name = fake_type_name,
	.nearest_event_type = fake_nearest_type,
	.event_types = ARRAY_LEN(fake_types),
	.carries = fake_carries,
};

/* everything that one condition needs, and its errors */
struct world {
	struct arena *arena;
	struct diag *d;
	struct names names;
	struct script script;
	struct node *root;
	const struct filter *filter;
	struct scene scene;
	struct filter_stats stats;
};

static void world_set(struct world *w, unsigned field, struct value v)
{
	size_t n = w->scene.field[field].n++;
	w->scene.field[field].present = true;
	w->scene.field[field].v[n] = v;
}

static inline void world_str(struct world *w, unsigned field, const char *text)
{
	world_set(w, field, (struct value){ .type = VALUE_STRING, .s = str_of(text) });
}

/* a value for every field */
static inline void world_fill(struct world *w)
{
	world_str(w, F_STR, "/usr/bin/Cat");
	world_str(w, F_STR2, "cat");
	world_set(w, F_INT, (struct value){ .type = VALUE_INT, .i = -5 });
	world_set(w, F_UINT, (struct value){ .type = VALUE_UINT, .u = 10 });
	world_set(w, F_PORT, (struct value){ .type = VALUE_PORT, .u = 22 });
	world_set(w, F_BOOL, (struct value){ .type = VALUE_BOOL, .b = true });
	world_set(w, F_ADDR,
		  (struct value){ .type = VALUE_ADDRESS, .a = { 4, 0, { 10, 1, 2, 3 } } });
	world_set(w, F_NET,
		  (struct value){ .type = VALUE_NETWORK, .a = { 4, 0, { 10, 1, 2, 3 } } });
	world_str(w, F_LIST, "-l");
	world_str(w, F_LIST, "-a");
	world_str(w, F_ANC, "sh");
	world_str(w, F_ANC, "init");
	world_set(w, F_END, (struct value){ .type = VALUE_PORT, .u = 1024 });
	world_set(w, F_END, (struct value){ .type = VALUE_PORT, .u = 443 });
	world_set(w, F_NAMED,
		  (struct value){ .type = VALUE_STRING,
				  .named = true,
				  .num = 16,
				  .s = STR("PTRACE_ATTACH") });
}

static inline void world_begin(struct world *w)
{
	*w = (struct world){ .arena = arena_new(4096, (size_t)64 << 20), .d = diag_new() };
	names_begin(&w->names, w->arena);
	world_str(w, F_TYPE, "openat");
	world_str(w, F_OLD, "<");
	world_set(w, F_NUM, (struct value){ .type = VALUE_UINT, .u = 7 });
}

static inline void world_end(struct world *w)
{
	names_release(&w->names);
	diag_free(w->d);
	arena_free(w->arena);
}

static inline struct script *world_script(struct world *w, const char *text)
{
	struct script *s = arena_new_of(w->arena, struct script);
	s->text = str_of(text);
	return s;
}

static inline void world_list(struct world *w, const char *name, const char *items)
{
	struct script *s = world_script(w, items);
	struct operand *first;
	if (parse_items(s, &first, w->arena, w->d) == 0)
		names_add_list(&w->names, str_of(name), &(struct span){ s, 0, 1 }, first);
}

static inline void world_macro(struct world *w, const char *name, const char *condition)
{
	struct script *s = world_script(w, condition);
	struct node *body = parse_condition(s, w->arena, w->d);
	if (body)
		names_add_macro(&w->names, str_of(name), &(struct span){ s, 0, 1 }, body);
}

/* parse, resolve, check, compile; false with errors in w->d */
static inline bool world_compile(struct world *w, const char *condition)
{
	w->root = parse_condition(world_script(w, condition), w->arena, w->d);
	if (!w->root || names_resolve(&w->names, w->d) < 0 ||
	    resolve(w->root, &w->names, w->d) < 0 ||
	    check(w->root, &fake_schema, w->arena, w->d) < 0)
		return false;
	w->filter = filter_compile(w->root, &fake_schema, w->arena);
	return w->filter != NULL;
}

static inline bool world_eval(struct world *w)
{
	struct filter_frame *frame = filter_frame_new(w->names.shared_results);
	bool result;
	filter_frame_begin(frame, &w->scene);
	result = filter_eval(w->filter, frame, &w->stats);
	filter_frame_free(frame);
	return result;
}

#endif
