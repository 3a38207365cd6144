/* SPDX-License-Identifier: Apache-2.0 */
/* The account of an import, for people and as JSON: every item in one class, counts by reason. */
#include "base/escape.h"
#include "base/json.h"
#include "rule/import_item.h"

struct counts {
	size_t n[ITEM_KINDS][ITEM_CLASSES];
	size_t renamed, requirements;
};

static struct counts count(const struct import *im, const struct import_file *f)
{
	struct counts c = { 0 };

	for (const struct item *it = im->items; it; it = it->next) {
		if (f && it->file != f)
			continue;
		if (it->kind == ITEM_REQUIREMENT)
			c.requirements++;
		else
			c.n[it->kind][it->class]++;
		for (const struct remark *r = it->remarks; r; r = r->next)
			c.renamed += r->reason == REASON_NAME_CHANGED;
	}
	return c;
}

static size_t total(const struct counts *c, enum item_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < ITEM_CLASSES; i++)
		n += c->n[kind][i];
	return n;
}

/* "12 rules: 9 full, 1 partial": classes that are empty are left out, but for full */
static void put_classes(const struct counts *c, enum item_kind kind, struct buf *out)
{
	buf_printf(out, "%zu %s%s: %zu full", total(c, kind), item_kind_name(kind),
		   total(c, kind) == 1 ? "" : "s", c->n[kind][CLASS_FULL]);
	for (size_t i = CLASS_PARTIAL; i < ITEM_CLASSES; i++)
		if (c->n[kind][i])
			buf_printf(out, ", %zu %s", c->n[kind][i], item_class_name(i));
}

static void put_file(const struct import *im, const struct import_file *f, struct buf *out)
{
	static const enum item_kind rest[] = { ITEM_MACRO, ITEM_LIST, ITEM_OTHER };
	struct counts c = count(im, f);

	escape_text(out, str_of(f->name), ESCAPE_VALUE_MAX);
	buf_add(out, STR(": "));
	put_classes(&c, ITEM_RULE, out);
	for (size_t i = 0; i < ARRAY_LEN(rest); i++) {
		if (!total(&c, rest[i]))
			continue;
		buf_add(out, STR("; "));
		put_classes(&c, rest[i], out);
	}
	if (c.renamed)
		buf_printf(out, "; %zu renamed", c.renamed);
	if (c.requirements)
		buf_printf(out, "; %zu requirement%s", c.requirements,
			   c.requirements == 1 ? "" : "s");
	buf_char(out, '\n');
}

static void put_item(const struct item *it, struct buf *out)
{
	escape_text(out, str_of(it->file->source->name), ESCAPE_VALUE_MAX);
	buf_printf(out, ":%u: %s '", it->node->line, item_kind_name(it->kind));
	escape_text(out, it->name, ESCAPE_VALUE_MAX);
	buf_printf(out, "': %s", item_class_name(it->class));
	for (const struct remark *r = it->remarks; r; r = r->next) {
		buf_printf(out, "%s %s: ", r == it->remarks ? ":" : ",", reason_name(r->reason));
		escape_text(out, r->detail, ESCAPE_VALUE_MAX);
	}
	buf_char(out, '\n');
}

/* each detail once, in the order of their first items */
static void put_details(const struct import *im, enum reason reason, struct buf *out)
{
	auto_buf struct buf seen = { 0 };
	const char *comma = "";

	for (const struct item *it = im->items; it; it = it->next)
		for (const struct remark *r = it->remarks; r; r = r->next) {
			auto_buf struct buf key = { 0 };

			if (r->reason != reason || !r->detail.len)
				continue;
			buf_printf(&key, "\n%.*s\n", STR_ARG(r->detail));
			if (str_find(buf_str(&seen), buf_str(&key)) >= 0)
				continue;
			buf_add(&seen, buf_str(&key));
			buf_add(out, str_of(comma));
			escape_text(out, r->detail, ESCAPE_VALUE_MAX);
			comma = ", ";
		}
}

static size_t count_reason(const struct import *im, enum reason reason)
{
	size_t n = 0;

	for (const struct item *it = im->items; it; it = it->next)
		for (const struct remark *r = it->remarks; r; r = r->next)
			if (r->reason == reason) {
				n++;
				break;
			}
	return n;
}

void import_report_text(const struct import *im, struct buf *out)
{
	for (const struct item *it = im->items; it; it = it->next)
		if (it->class != CLASS_FULL)
			put_item(it, out);
	for (const struct import_file *f = im->files; f; f = f->next)
		put_file(im, f, out);
	for (enum reason r = 0; r < REASONS; r++) {
		size_t n = count_reason(im, r);

		if (!n)
			continue;
		buf_printf(out, "  %-19s %3zu  ", reason_name(r), n);
		put_details(im, r, out);
		buf_char(out, '\n');
	}
}

static void put_json_item(struct json *j, const struct item *it)
{
	json_object(j);
	json_put(j, "file", str, str_of(it->file->source->name));
	json_put(j, "line", u64, it->node->line);
	json_put(j, "kind", str, str_of(item_kind_name(it->kind)));
	json_put(j, "name", str, it->name);
	json_put(j, "class", str, str_of(item_class_name(it->class)));
	json_key(j, STR("remarks"));
	json_array(j);
	for (const struct remark *r = it->remarks; r; r = r->next) {
		json_object(j);
		json_put(j, "reason", str, str_of(reason_name(r->reason)));
		json_put(j, "detail", str, r->detail);
		json_object_end(j);
	}
	json_array_end(j);
	json_object_end(j);
}

static void put_json_counts(struct json *j, const struct counts *c)
{
	for (enum item_kind kind = 0; kind < ITEM_KINDS; kind++) {
		if (kind == ITEM_REQUIREMENT)
			continue;
		json_key(j, str_of(item_kind_name(kind)));
		json_object(j);
		for (size_t i = 0; i < ITEM_CLASSES; i++) {
			json_key(j, str_of(item_class_name(i)));
			json_u64(j, c->n[kind][i]);
		}
		json_object_end(j);
	}
}

void import_report_json(const struct import *im, struct buf *out)
{
	struct json j = json_start(out);

	json_object(&j);
	json_key(&j, STR("files"));
	json_array(&j);
	for (const struct import_file *f = im->files; f; f = f->next) {
		struct counts c = count(im, f);

		json_object(&j);
		json_put(&j, "name", str, str_of(f->source->name));
		put_json_counts(&j, &c);
		json_put(&j, "renamed", u64, c.renamed);
		json_put(&j, "requirements", u64, c.requirements);
		json_object_end(&j);
	}
	json_array_end(&j);
	json_key(&j, STR("items"));
	json_array(&j);
	for (const struct item *it = im->items; it; it = it->next)
		if (it->remarks || it->class != CLASS_FULL)
			put_json_item(&j, it);
	json_array_end(&j);
	json_object_end(&j);
	buf_char(out, '\n');
}
