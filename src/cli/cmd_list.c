// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap list: what rules and options may name, straight from the tables that the program works with.
 */
#include <unistd.h>

#include "cli/command.h"
#include "cli/listing.h"
#include "event/event_type.h"
#include "field/registry.h"
#include "filter/operators.h"
#include "kernel/knobs.h"
#include "sink/sink.h"
#include "survey/reason.h"

static const char *const formats[] = { "text", "json", "markdown", "conf", NULL };

static const struct switch_def switches[] = {
	{ 'f', "format", "text|json|markdown", SWITCH_TEXT, offsetof(struct call, format), NULL,
	  formats, "how to print it (default text); options also as conf, the configuration file" },
	SWITCH_RULES,
	SWITCH_ENABLE,
	SWITCH_DISABLE,
	SWITCH_MIN_PRIORITY,
	SWITCH_CONFIG,
	SWITCH_SET,
};

static struct str text_or_absent(const char *text)
{
	return text && *text ? str_of(text) : STR_ABSENT;
}

static struct str field_type(const struct field_def *f, struct arena *a)
{
	return arena_printf(a, "%s%s", value_type_name(f->type),
			    f->flags & FIELD_LIST ? " list" : "");
}

/* where a field may not be used like any other */
static struct str field_marks(const struct field_def *f, struct arena *a)
{
	static const struct {
		unsigned flag;
		const char *name;
	} marks[] = {
		{ FIELD_EXTENSION, "not in Falco" },   { FIELD_DEPRECATED, "deprecated" },
		{ FIELD_FILTER_ONLY, "filter only" },  { FIELD_TEMPLATE_ONLY, "template only" },
		{ FIELD_ANCESTOR, "any ancestor" },    { FIELD_EITHER_END, "either end" },
		{ FIELD_FORCE_STRING, "JSON string" },
	};
	struct str all = STR_ABSENT;

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (f->flags & marks[i].flag)
			all = arena_printf(a, "%.*s%s%s", STR_ARG(all), all.ptr ? ", " : "",
					   marks[i].name);
	return all;
}

static int list_fields(struct call *c, struct listing *l)
{
	static const char *const arguments[] = {
		[SELECTOR_NONE] = "",
		[SELECTOR_OPTIONAL] = "optional",
		[SELECTOR_REQUIRED] = "required",
	};

	(void)c;
	for (size_t i = 0; i < registry_count(); i++) {
		const struct field_def *f = registry_at(i);
		const char *availability = f->flags & FIELD_NEVER ? "never" : "yes";

		listing_add(l, (struct str[]){
				       str_of(f->name), field_type(f, l->arena),
				       text_or_absent(arguments[f->selector]), str_of(availability),
				       f->flags & FIELD_GUARD_SAFE ? STR("guard-safe") : STR_ABSENT,
				       field_marks(f, l->arena), text_or_absent(f->source),
				       str_of(f->help),
				       *f->absent ? str_of(f->absent) : STR("never") });
	}
	return 0;
}

static int list_operators(struct call *c, struct listing *l)
{
	static const char *const right[] = {
		[GROUP_UNARY] = "",
		[GROUP_NUMERIC] = "number",
		[GROUP_TEXT] = "text",
		[GROUP_SET] = "set",
	};

	(void)c;
	for (size_t i = 0; operator_at(i); i++) {
		const struct op_def *o = operator_at(i);

		listing_add(l, (struct str[]){ o->name, STR("operator"),
					       text_or_absent(right[o->group]),
					       text_or_absent(o->help) });
	}
	for (size_t i = 0; modifier_at(i); i++)
		listing_add(l, (struct str[]){ modifier_at(i)->name, STR("modifier"), STR("set"),
					       text_or_absent(modifier_at(i)->help) });
	for (size_t i = 0; transformer_at(i); i++)
		listing_add(l,
			    (struct str[]){ transformer_at(i)->name, STR("transformer"), STR_ABSENT,
					    text_or_absent(transformer_at(i)->help) });
	return 0;
}

static int list_events(struct call *c, struct listing *l)
{
	(void)c;
	for (unsigned i = 0; i < event_type_count(); i++) {
		struct str name = event_type_name((evt_type)i);

		if (name.len > 0)
			listing_add(l, (struct str[]){ name, !event_type_is_made((evt_type)i)
								     ? STR("never made")
							     : event_type_is_syscall((evt_type)i)
								     ? STR("system call")
								     : STR("synthetic") });
	}
	return 0;
}

static int list_rules(struct call *c, struct listing *l)
{
	AUTO(diag) d = diag_new();
	AUTO(generation) g = generation_load(&c->origin, d);

	if (!g) {
		report(d);
		return -EINVAL;
	}
	for (size_t i = 0; i < ruleset_count(g->rules); i++) {
		const struct rule *r = ruleset_at(g->rules, i);
		auto_buf struct buf tags = { 0 };

		for (size_t t = 0; t < r->n_tags; t++)
			buf_printf(&tags, "%s%.*s", t ? " " : "", STR_ARG(r->tags[t]));
		listing_add(l, (struct str[]){ r->id, str_of(priority_name(r->priority)),
					       r->enabled ? STR("enabled") : STR("disabled"),
					       r->title, buf_str(&tags),
					       arena_printf(c->arena, "%.*s:%u", STR_ARG(r->file),
							    r->line) });
	}
	return 0;
}

static int list_options(struct call *c, struct listing *l)
{
	for (size_t i = 0; i < option_count(); i++) {
		const struct option_def *o = option_at(i);
		auto_buf struct buf kind = { 0 };

		(void)c;
		option_render_kind(o, &kind);
		listing_add(l, (struct str[]){ str_of(o->name), str_of(o->fallback),
					       str_of(o->help), buf_str(&kind) });
	}
	return 0;
}

static int list_sinks(struct call *c, struct listing *l)
{
	size_t n;
	const struct sink_def *const *kinds = sink_kinds(&n);

	(void)c;
	for (size_t i = 0; i < n; i++)
		listing_add(l, (struct str[]){ str_of(kinds[i]->name), str_of(kinds[i]->help) });
	return 0;
}

static int list_reasons(struct call *c, struct listing *l)
{
	(void)c;
	for (size_t i = 0; i < reasons_n; i++)
		listing_add(l, (struct str[]){ str_of(reasons[i].name),
					       str_of(severity_name(reasons[i].severity)),
					       str_of(reasons[i].help) });
	return 0;
}

static int list_knobs(struct call *c, struct listing *l)
{
	const struct knob_def *k;

	(void)c;
	for (size_t i = 0; (k = knob_at(i)); i++)
		listing_add(l,
			    (struct str[]){ str_of(k->name), str_of(k->path),
					    str_of(knob_class_name(k->class)),
					    access(k->path, F_OK) == 0 ? STR("here") : STR_ABSENT,
					    str_of(k->help) });
	return 0;
}

static const struct topic {
	const char *name;
	int (*fill)(struct call *c, struct listing *l);
	const char *columns[LISTING_COLUMNS];
	size_t n_columns;
} topics[] = {
	{ "fields",
	  list_fields,
	  { "name", "type", "argument", "available", "guard", "marks", "source", "meaning",
	    "absent" },
	  9 },
	{ "operators", list_operators, { "name", "kind", "right", "help" }, 4 },
	{ "events", list_events, { "name", "kind" }, 2 },
	{ "rules", list_rules, { "id", "priority", "state", "title", "tags", "place" }, 6 },
	{ "options", list_options, { "name", "default", "help", "value" }, 4 },
	{ "sinks", list_sinks, { "name", "help" }, 2 },
	{ "knobs", list_knobs, { "name", "file", "class", "here", "meaning" }, 5 },
	{ "reasons", list_reasons, { "name", "severity", "meaning" }, 3 },
};

static const struct topic *topic_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		if (strcmp(topics[i].name, name) == 0)
			return &topics[i];
	return NULL;
}

static int wrong_topic(const char *name)
{
	fprintf(stderr, "watchcap list: there is nothing called %s; there are", name);
	for (size_t i = 0; i < ARRAY_LEN(topics); i++)
		fprintf(stderr, " %s", topics[i].name);
	fputc('\n', stderr);
	return EXIT_WRONG;
}

static int run(struct call *c)
{
	const struct topic *topic = topic_find(c->arguments[0]);
	AUTO(arena) arena = arena_new(64 * 1024, 64 * 1024 * 1024);
	auto_buf struct buf out = { 0 };
	struct listing l = { .arena = arena, .prefix = text_or_absent(c->arguments[1]) };

	if (!topic)
		return wrong_topic(c->arguments[0]);
	if (!arena)
		return EXIT_WRONG;
	if (c->format && strcmp(c->format, "conf") == 0) {
		if (topic->fill != list_options) {
			fputs("watchcap list: only options have the form conf\n", stderr);
			return EXIT_WRONG;
		}
		config_render_file(&out);
		return print(&out);
	}
	memcpy(l.columns, topic->columns, sizeof(l.columns));
	l.n_columns = topic->n_columns;
	if (topic->fill(c, &l) < 0)
		return EXIT_WRONG;
	listing_render(&l, c->format, &out);
	return print(&out);
}

const struct command command_list = {
	.name = "list",
	.operands = "fields|operators|events|rules|options|sinks|knobs|reasons [PREFIX]",
	.least = 1,
	.most = 2,
	.summary = "List what there is, or only what begins with PREFIX.",
	.details = "Of fields: the type, whether an argument in brackets may or must follow, "
		   "whether this version\n"
		   "has it (never: no source of ours "
		   "tells it), whether\n"
		   "deny rules may test it (guard-safe), the records and files it comes from, and "
		   "when it is absent.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
