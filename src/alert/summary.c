/* SPDX-License-Identifier: Apache-2.0 */
/*
 * evt.summary: who did what to which object, with what result, in one sentence.
 *
 * libauparse interprets and normalises the alert's own records; they carry every name it may need
 * (records.h), so it asks neither NSS nor the network. Output thread only: libauparse keeps its
 * interpretations in one place for the whole process.
 */
#include <auparse.h>

#include "alert/alert.h"
#include "base/escape.h"

#define SENTENCE_MAX 16384
#define PART_MAX 1024

/* what libauparse's cursor stands on if one of its find functions @found something */
static struct str part(auparse_state_t *au, int found)
{
	struct str s = found == 1 ? str_of(auparse_interpret_field(au)) : STR_ABSENT;

	return str_eq(s, STR("?")) ? STR_ABSENT : s;
}

static void add(struct buf *out, const char *before, struct str s)
{
	if (s.len == 0)
		return;
	buf_add(out, str_of(before));
	escape_text(out, s, PART_MAX);
}

static void add_user(struct buf *out, struct str who)
{
	uint64_t number;

	if (str_to_u64(who, 10, &number) == 0)
		buf_add(out, STR("uid "));
	escape_text(out, who, PART_MAX);
}

/* the account it runs as, and the one it logged in as where that is another */
static void add_subject(auparse_state_t *au, struct buf *out)
{
	auto_buf struct buf user = { 0 };
	struct str login;

	/* each find moves the cursor that the text before came from */
	buf_add(&user, part(au, auparse_normalize_subject_secondary(au)));
	login = part(au, auparse_normalize_subject_primary(au));
	if (str_eq(login, STR("unset")))
		login = STR_ABSENT;
	if (user.len == 0 && login.len == 0) {
		buf_add(out, STR("somebody"));
	} else if (user.len == 0 || str_eq(login, buf_str(&user)) || login.len == 0) {
		add_user(out, user.len ? buf_str(&user) : login);
	} else {
		add_user(out, buf_str(&user));
		buf_add(out, STR(" (login "));
		add_user(out, login);
		buf_char(out, ')');
	}
}

/* libauparse knows a verb for some calls only, and takes the rule's key for the object of others */
static void add_deed(auparse_state_t *au, struct buf *out)
{
	const char *action = auparse_normalize_get_action(au);
	struct str call;

	if (action && !str_starts(str_of(action), STR("triggered-"))) {
		add(out, " ", str_of(action));
		add(out, " ", part(au, auparse_normalize_object_primary(au)));
		add(out, " to ", part(au, auparse_normalize_object_primary2(au)));
		return;
	}
	auparse_first_record(au);
	call = part(au, auparse_find_field(au, "syscall") ? 1 : 0);
	add(out, " called ", call.ptr ? call : STR("the kernel"));
}

static void add_result(auparse_state_t *au, struct buf *out)
{
	static const struct str good[] = { STR("yes"), STR("success"), STR("1") };
	struct str result = part(au, auparse_normalize_get_results(au));

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		if (str_eq(result, good[i]))
			result = STR("success");
	if (result.ptr && !str_eq(result, STR("success")))
		result = STR("failed");
	buf_add(out, STR(": "));
	buf_add(out, result.ptr ? result : STR("result unknown"));
}

static void write_sentence(auparse_state_t *au, struct buf *out)
{
	add_subject(au, out);
	add_deed(au, out);
	add(out, " using ", str_of(auparse_normalize_how(au)));
	add_result(au, out);
}

/* nothing is written to @out when libauparse makes nothing of the records */
static void interpret(struct str records, struct buf *out)
{
	auparse_state_t *au = auparse_init(AUSOURCE_BUFFER, records.ptr);

	if (!au)
		return;
	auparse_set_escape_mode(au, AUPARSE_ESC_RAW);
	if (auparse_next_event(au) > 0 && auparse_normalize(au, NORM_OPT_NO_ATTRS) == 0)
		write_sentence(au, out);
	auparse_destroy(au);
}

static struct str fill_marks(struct str text, struct str with, struct arena *a)
{
	auto_buf struct buf out = { 0 };
	struct str between;

	for (bool more = str_cut(&text, *SUMMARY_MARK, &between); more;) {
		buf_add(&out, between);
		more = str_cut(&text, *SUMMARY_MARK, &between);
		if (more)
			buf_add(&out, with);
	}
	return buf_failed(&out) ? STR_ABSENT : arena_str(a, buf_str(&out));
}

void alert_summarize(struct alert *a)
{
	auto_buf struct buf sentence = { .max = SENTENCE_MAX };
	struct str message;

	if (!a->wants_summary || a->summary.ptr)
		return;
	if (a->records.len > 0)
		interpret(a->records, &sentence);
	if (sentence.len > 0 && !buf_failed(&sentence))
		a->summary = arena_str(a->arena, buf_str(&sentence));
	message = fill_marks(a->message, a->summary.ptr ? a->summary : STR("<NA>"), a->arena);
	if (message.ptr)
		a->message = message;
}
