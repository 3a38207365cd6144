/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From libyaml's events to a tree: a stack of open collections with a fixed depth, nothing
 * recursive. Knows nothing of rules.
 */
#include "rule/import_yaml.h"

#include <stdarg.h>
#include <stdio.h>
#include <strings.h>
#include <yaml.h>

#define DEPTH_MAX 32
#define NODES_MAX 262144
#define STANDARD_TAGS "tag:yaml.org,2002:"

struct doc_reader {
	const struct rulefile *file;
	struct str text; /* without a BOM */
	struct arena *arena;
	struct diag *d;
	struct doc_node *open[DEPTH_MAX], **tail[DEPTH_MAX];
	unsigned depth;
	size_t nodes;
	struct str key; /* read, its value is still to come; absent: none */
	bool at_end;
};

/* libyaml counts characters */
static unsigned byte_column(const struct rulefile *f, const yaml_mark_t *mark)
{
	struct str line = mark->line < f->n_lines ? f->lines[mark->line] : STR("");
	size_t at = 0;

	for (size_t i = 0; i < mark->column && at < line.len; i++)
		do
			at++;
		while (at < line.len && ((unsigned char)line.ptr[at] & 0xc0) == 0x80);
	return (unsigned)at + 1;
}

static bool __attribute__((format(printf, 4, 5)))
refuse(struct doc_reader *r, const yaml_mark_t *mark, const char *code, const char *fmt, ...)
{
	struct place where =
		rulefile_place(r->file, (unsigned)mark->line + 1, byte_column(r->file, mark), 1);
	char message[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	diag_error(r->d, &where, code, "%s", message);
	return false;
}

static unsigned last_line(const yaml_mark_t *end)
{
	/* a block ends at the start of the line behind it */
	return (unsigned)end->line + (end->column > 0 || end->line == 0);
}

static bool take_key(struct doc_reader *r, const yaml_event_t *e)
{
	if (e->type != YAML_SCALAR_EVENT)
		return refuse(r, &e->start_mark, "bad-yaml", "a key must be a text");
	r->key = arena_str(r->arena, str_mem(e->data.scalar.value, e->data.scalar.length));
	return r->key.ptr || refuse(r, &e->start_mark, "no-memory", "out of memory");
}

static bool is_plain_tag(const yaml_char_t *tag)
{
	struct str s = str_of((const char *)tag);

	return !tag || str_eq(s, STR("!")) ||
	       (str_starts(s, STR(STANDARD_TAGS)) && !str_eq(s, STR(STANDARD_TAGS "binary")));
}

/* a value: into the collection that is open */
static bool add_node(struct doc_reader *r, const yaml_event_t *e, enum doc_kind kind,
		     const yaml_char_t *tag)
{
	struct doc_node *up = r->open[r->depth], *n;

	if (!is_plain_tag(tag))
		return refuse(r, &e->start_mark, "bad-yaml", "values with a tag are not taken");
	if (up->kind == DOC_MAP && !r->key.ptr)
		return take_key(r, e);
	if (++r->nodes > NODES_MAX)
		return refuse(r, &e->start_mark, "too-many", "more than %d values", NODES_MAX);
	n = arena_new_of(r->arena, struct doc_node);
	if (!n)
		return refuse(r, &e->start_mark, "no-memory", "out of memory");
	*n = (struct doc_node){ .kind = kind,
				.line = (unsigned)e->start_mark.line + 1,
				.column = byte_column(r->file, &e->start_mark),
				.last_line = (unsigned)e->start_mark.line + 1,
				.key = r->key };
	r->key = STR_ABSENT;
	*r->tail[r->depth] = n;
	r->tail[r->depth] = &n->next;
	if (kind == DOC_TEXT) {
		n->text = arena_str(r->arena, str_mem(e->data.scalar.value, e->data.scalar.length));
		n->last_line = last_line(&e->end_mark);
		return n->text.ptr || refuse(r, &e->start_mark, "no-memory", "out of memory");
	}
	if (r->depth + 1 == DEPTH_MAX)
		return refuse(r, &e->start_mark, "too-deep", "nested deeper than %d", DEPTH_MAX);
	r->depth++;
	r->open[r->depth] = n;
	r->tail[r->depth] = &n->children;
	return true;
}

static void close_node(struct doc_reader *r)
{
	const struct doc_node *n = r->open[r->depth];

	for (const struct doc_node *c = n->children; c; c = c->next)
		if (c->last_line > r->open[r->depth]->last_line)
			r->open[r->depth]->last_line = c->last_line;
	r->depth--;
}

static bool take_event(struct doc_reader *r, const yaml_event_t *e)
{
	bool is_top = r->depth == 0;

	switch (e->type) {
	case YAML_STREAM_END_EVENT:
		r->at_end = true;
		return true;
	case YAML_SCALAR_EVENT:
		/* an empty document */
		if (is_top && e->data.scalar.length == 0)
			return true;
		if (is_top)
			return refuse(r, &e->start_mark, "bad-yaml", "expected a list of items");
		return add_node(r, e, DOC_TEXT, e->data.scalar.tag);
	case YAML_SEQUENCE_START_EVENT:
		if (!is_top)
			return add_node(r, e, DOC_SEQUENCE, e->data.sequence_start.tag);
		/* items of all documents go into the root itself */
		r->depth = 1;
		r->open[1] = r->open[0];
		r->tail[1] = r->tail[0];
		return true;
	case YAML_MAPPING_START_EVENT:
		if (is_top)
			return refuse(r, &e->start_mark, "bad-yaml", "expected a list of items");
		return add_node(r, e, DOC_MAP, e->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		if (r->depth == 1)
			r->tail[0] = r->tail[1];
		close_node(r);
		return true;
	case YAML_ALIAS_EVENT:
		return refuse(r, &e->start_mark, "bad-yaml", "aliases are not taken");
	default:
		return true;
	}
}

/* what is wrong with bytes is told by their offset alone, before libyaml counts lines */
static bool refuse_byte(struct doc_reader *r, const yaml_parser_t *parser)
{
	struct str before = str_first(r->text, parser->problem_offset), line;
	struct place where;
	unsigned n = 1;
	ssize_t end;

	for (line = before; (end = str_chr(line, '\n')) >= 0; n++)
		line = str_from(line, (size_t)end + 1);
	where = rulefile_place(r->file, n, (unsigned)line.len + 1, 1);
	diag_error(r->d, &where, "bad-yaml", "not YAML: %s", parser->problem);
	return false;
}

static bool next_event(struct doc_reader *r, yaml_parser_t *parser)
{
	yaml_event_t event;
	bool good;

	if (!yaml_parser_parse(parser, &event)) {
		if (parser->error == YAML_READER_ERROR)
			return refuse_byte(r, parser);
		return refuse(r, &parser->problem_mark, "bad-yaml", "not YAML: %s",
			      parser->problem ? parser->problem : "out of memory");
	}
	good = take_event(r, &event);
	yaml_event_delete(&event);
	return good;
}

struct doc_node *doc_read(const struct rulefile *f, struct str text, struct arena *a,
			  struct diag *d)
{
	struct doc_reader r = { .file = f, .arena = a, .d = d };
	struct doc_node *root = arena_new_of(a, struct doc_node);
	yaml_parser_t parser;
	bool good = true;

	if (!root || !yaml_parser_initialize(&parser)) {
		refuse(&r, &(yaml_mark_t){ 0 }, "no-memory", "out of memory");
		return NULL;
	}
	root->kind = DOC_SEQUENCE;
	r.open[0] = root;
	r.tail[0] = &root->children;
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	r.text = text;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
	while (good && !r.at_end)
		good = next_event(&r, &parser);
	yaml_parser_delete(&parser);
	return good ? root : NULL;
}

struct place doc_place(const struct rulefile *f, const struct doc_node *n)
{
	return rulefile_place(f, n->line, n->column, 1);
}

const struct doc_node *doc_get(const struct doc_node *map, const char *key)
{
	for (const struct doc_node *n = map->kind == DOC_MAP ? map->children : NULL; n; n = n->next)
		if (str_eq(n->key, str_of(key)))
			return n;
	return NULL;
}

struct str doc_text(const struct doc_node *map, const char *key)
{
	const struct doc_node *n = doc_get(map, key);

	return n && n->kind == DOC_TEXT ? n->text : STR_ABSENT;
}

bool doc_bool(const struct doc_node *n, bool *out)
{
	static const char *const words[][2] = {
		{ "false", "true" }, { "no", "yes" }, { "off", "on" }, { "n", "y" }
	};

	for (size_t i = 0; n->kind == DOC_TEXT && i < ARRAY_LEN(words); i++)
		for (int value = 0; value < 2; value++)
			if (n->text.len == strlen(words[i][value]) &&
			    strncasecmp(n->text.ptr, words[i][value], n->text.len) == 0) {
				*out = value;
				return true;
			}
	return false;
}

struct str doc_twin(const struct doc_node *map)
{
	/* maps of rules are small: a key of which there are more than 64 is unknown anyhow */
	size_t seen = 0;

	for (const struct doc_node *n = map->children; n && seen < 64; n = n->next, seen++)
		for (const struct doc_node *m = map->children; m != n; m = m->next)
			if (str_eq(m->key, n->key))
				return n->key;
	return STR_ABSENT;
}
