/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evt.summary: one sentence about the event, made by libauparse's normaliser from the event's own records.
 *
 * libauparse asks NSS for the names of ids unless the record is ENRICHED. So every record gets an enriched
 * part of our own, in which each id is its own number: no name service is ever asked, and none of this
 * machine's names is put on another machine's ids. Output side only: libauparse allocates.
 */
#include <auparse.h>

#include "alert/alert.h"
#include "base/escape.h"
#include "event/scan.h"

#define SENTENCE_MAX 1024

/* fields that libauparse would look up by name */
static const struct str id_fields[] = {
	{ "auid", 4 }, { "uid", 3 }, { "gid", 3 }, { "euid", 4 }, { "suid", 4 }, { "fsuid", 5 }, { "egid", 4 },
	{ "sgid", 4 }, { "fsgid", 5 }, { "ouid", 4 }, { "ogid", 4 }, { "oauid", 5 }, { "sauid", 5 }, { "id", 2 },
};

static bool is_id(struct str key)
{
	for (size_t i = 0; i < ARRAY_LEN(id_fields); i++)
		if (str_eq(id_fields[i], key))
			return true;
	return false;
}

static void enrich(struct str line, struct buf *out)
{
	struct scan s = scan_start(line);
	struct scan_field f;
	char separator = '\x1d';
	buf_add(out, line);
	while (scan_next(&s, &f)) {
		if (!is_id(f.key))
			continue;
		buf_char(out, separator);
		separator = ' ';
		for (size_t i = 0; i < f.key.len; i++)
			buf_char(out, (char)(f.key.ptr[i] & ~0x20));
		buf_add(out, STR("=\""));
		buf_add(out, str_eq(f.value, STR("4294967295")) ? STR("unset") : f.value);
		buf_char(out, '"');
	}
	buf_char(out, '\n');
}

static void add_field(struct buf *out, const char *before, const char *text)
{
	if (!text)
		return;
	buf_add(out, str_of(before));
	escape_text(out, str_of(text), SENTENCE_MAX);
}

/* "uid 0, in the session of uid 1000, opened-file /x with /bin/sh: success" */
static void sentence(auparse_state_t *au, struct buf *out)
{
	const char *result = NULL;
	const char *action = auparse_normalize_get_action(au);
	add_field(out, "user id ", auparse_normalize_subject_primary(au) == 1 ? auparse_interpret_field(au) : "?");
	if (auparse_normalize_subject_secondary(au) == 1)
		add_field(out, " acting as ", auparse_interpret_field(au));
	add_field(out, " ", action ? action : "acted");
	if (auparse_normalize_object_primary(au) == 1)
		add_field(out, " ", auparse_interpret_field(au));
	if (auparse_normalize_object_secondary(au) == 1)
		add_field(out, " from ", auparse_interpret_field(au));
	add_field(out, " using ", auparse_normalize_how(au));
	if (auparse_normalize_get_results(au) == 1)
		result = auparse_interpret_field(au);
	add_field(out, ": ", result ? result : "result unknown");
}

static bool interpret(struct str records, struct buf *out)
{
	auto_buf struct buf text = { 0 };
	struct str line;
	auparse_state_t *au;
	bool done = false;
	while (str_cut(&records, '\n', &line))
		if (line.len)
			enrich(line, &text);
	au = auparse_init(AUSOURCE_BUFFER, buf_z(&text));
	if (!au)
		return false;
	auparse_set_escape_mode(au, AUPARSE_ESC_RAW);
	if (auparse_next_event(au) > 0 && auparse_normalize(au, NORM_OPT_NO_ATTRS) == 0) {
		sentence(au, out);
		done = !buf_failed(out);
	}
	auparse_destroy(au);
	return done;
}

static struct str replace_mark(struct str text, struct str with, struct arena *a)
{
	ssize_t at = str_find(text, STR(SUMMARY_MARK));
	return at < 0 ? text :
			arena_printf(a, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(with),
				     STR_ARG(str_from(text, (size_t)at + sizeof(SUMMARY_MARK) - 1)));
}

void alert_summarize(struct alert *a)
{
	auto_buf struct buf text = { .max = SENTENCE_MAX * 4 };
	struct str summary;
	if (!a->records.ptr)
		return;
	if (!interpret(a->records, &text)) {
		buf_clear(&text);
		buf_add(&text, STR("<NA>"));
	}
	a->records = STR_ABSENT;
	summary = arena_str(a->arena, buf_str(&text));
	if (!summary.ptr)
		return;
	a->message = replace_mark(a->message, summary, a->arena);
	for (size_t i = 0; i < a->n_fields; i++) {
		const struct alert_field *f = &a->fields[i];
		if (f->n == 1 && f->values[0].type == VALUE_STRING && str_eq(f->values[0].s, STR(SUMMARY_MARK)))
			((struct value *)(uintptr_t)f->values)[0].s = summary;
	}
}
