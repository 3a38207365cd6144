// SPDX-License-Identifier: Apache-2.0
/*
 * Reading watchcap.conf: libinih does the framing, from lines that were checked here first.
 *
 * libinih 55 cuts lines over 199 bytes and names over 49 without an error, gives the handler no line
 * number and shows a repeated key and a continuation line alike. So its line reader is ours: it counts,
 * checks every line, tells what is wrong where, and hands on an empty line in its place.
 */
#include "daemon/config.h"

#include <errno.h>
#include <ini.h>

#include "base/escape.h"
#include "base/nearest.h"
#include "rule/rulefile.h"

#define FILE_MAX (16 * 1024 * 1024)
#define LINE_MAX_BYTES 190 /* below the 199 of libinih, with room for its newline and NUL */
#define OPTIONS_MAX 64

struct reader {
	struct config *config;
	struct diag *diag;
	const struct rulefile *file;
	struct place at; /* the current physical line */
	struct str section; /* absent: none yet, or an unknown one whose keys are passed over */
	bool in_unknown_section;
	const struct option_def *option; /* that the current line sets or continues */
	bool has_key; /* a continuation line may follow */
	bool is_continuation;
	unsigned seen[OPTIONS_MAX]; /* line where the option was set */
	int error;
};

static void complain(struct reader *r, size_t column, size_t width, const char *code,
		     const char *message)
{
	r->at.column = (unsigned)column + 1;
	r->at.width = (unsigned)width;
	diag_error(r->diag, &r->at, code, "%s", message);
	r->error = -EINVAL;
}

static void suggest(struct reader *r, struct str name)
{
	if (name.ptr)
		diag_note(r->diag, NULL, "did you mean '%.*s'?", STR_ARG(name));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* without what a comment or trailing blanks add */
static struct str line_content(struct str line)
{
	size_t first = 0;

	while (first < line.len && is_blank(line.ptr[first]))
		first++;
	if (first < line.len && (line.ptr[first] == '#' || line.ptr[first] == ';'))
		return str_first(line, 0);
	for (size_t i = 1; i < line.len; i++) {
		if (line.ptr[i] == ';' && is_blank(line.ptr[i - 1])) {
			line = str_first(line, i);
			break;
		}
	}
	while (line.len > 0 && is_blank(line.ptr[line.len - 1]))
		line.len--;
	return line;
}

static bool line_is_clean(struct reader *r, struct str line)
{
	for (size_t i = 0; i < line.len; i++) {
		unsigned char c = (unsigned char)line.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f) {
			complain(r, i, 1, "control-character",
				 "control characters are not allowed here");
			return false;
		}
	}
	if (!utf8_valid(line)) {
		complain(r, 0, line.len, "bad-utf8", "this line is not UTF-8");
		return false;
	}
	return true;
}

static bool section_exists(struct str name, struct nearest *near)
{
	for (size_t i = 0; i < option_count(); i++) {
		struct str option = str_of(option_at(i)->name);
		struct str section = str_first(option, (size_t)str_chr(option, '.'));

		if (str_eq(section, name))
			return true;
		nearest_offer(near, section);
	}
	return false;
}

static bool take_section(struct reader *r, struct str line)
{
	struct str name = str_first(str_from(line, 1), line.len >= 2 ? line.len - 2 : 0);
	struct nearest near = nearest_to(name);

	r->has_key = false;
	r->option = NULL;
	r->section = STR_ABSENT;
	r->in_unknown_section = true;
	if (!str_ends(line, STR("]"))) {
		complain(r, 0, line.len, "bad-section", "a section is written [name]");
		return false;
	}
	if (!section_exists(name, &near)) {
		complain(r, 1, name.len, "unknown-section", "there is no such section");
		suggest(r, near.best);
		return false;
	}
	r->section = name;
	r->in_unknown_section = false;
	return true;
}

static const struct option_def *option_of(struct str section, struct str key)
{
	for (size_t i = 0; i < option_count(); i++) {
		struct str name = str_of(option_at(i)->name);

		if (str_starts(name, section) && name.ptr[section.len] == '.' &&
		    str_eq(str_from(name, section.len + 1), key))
			return option_at(i);
	}
	return NULL;
}

static void unknown_key(struct reader *r, struct str key)
{
	struct nearest near = nearest_to(key);

	complain(r, 0, key.len, "unknown-option", "there is no such option in this section");
	for (size_t i = 0; i < option_count(); i++) {
		struct str name = str_of(option_at(i)->name);

		if (str_starts(name, r->section) && name.ptr[r->section.len] == '.')
			nearest_offer(&near, str_from(name, r->section.len + 1));
	}
	suggest(r, near.best);
}

static bool option_is_new(struct reader *r, struct str key)
{
	for (size_t i = 0; i < option_count() && i < OPTIONS_MAX; i++) {
		if (option_at(i) != r->option)
			continue;
		if (r->seen[i] > 0) {
			complain(r, 0, key.len, "repeated-option", "this option is set already");
			diag_note(r->diag, NULL, "in line %u", r->seen[i]);
			return false;
		}
		r->seen[i] = r->at.line;
	}
	return true;
}

static bool take_key(struct reader *r, struct str line)
{
	ssize_t equals = str_chr(line, '=');
	struct str key = str_trim(str_first(line, equals < 0 ? line.len : (size_t)equals));

	r->has_key = true;
	r->option = NULL;
	if (r->in_unknown_section)
		return false;
	if (!r->section.ptr) {
		complain(r, 0, line.len, "no-section", "options stand in a section: [name]");
		return false;
	}
	if (equals <= 0) {
		complain(r, 0, line.len, "bad-option", "write it as key = value");
		return false;
	}
	r->option = option_of(r->section, key);
	if (!r->option) {
		unknown_key(r, key);
		return false;
	}
	if (!option_is_new(r, key)) {
		r->option = NULL;
		return false;
	}
	size_t value = (size_t)equals + 1;
	while (value < line.len && is_blank(line.ptr[value]))
		value++;
	r->at.column = (unsigned)value + 1;
	r->at.width = (unsigned)(line.len - value);
	return true;
}

static bool take_continuation(struct reader *r, struct str line)
{
	size_t first = 0;

	while (is_blank(line.ptr[first]))
		first++;
	if (!r->has_key) {
		if (!r->in_unknown_section)
			complain(r, 0, first, "bad-continuation",
				 "a line that begins with a blank continues a list");
		return false;
	}
	if (!r->option)
		return false;
	if (r->option->kind != OPTION_LIST) {
		complain(r, first, line.len - first, "bad-continuation",
			 "only lists go on in the next line");
		return false;
	}
	r->at.column = (unsigned)first + 1;
	r->at.width = (unsigned)(line.len - first);
	return true;
}

/* what of the current line libinih shall see; empty: nothing */
static struct str line_check(struct reader *r, struct str line)
{
	struct str content;
	bool good;

	r->is_continuation = false;
	if (!line_is_clean(r, line))
		return STR("");
	content = line_content(line);
	if (content.len > LINE_MAX_BYTES)
		complain(r, LINE_MAX_BYTES, 1, "line-too-long",
			 "longer than 190 bytes: continue a list on the next line, after a blank");
	if (content.len == 0 || content.len > LINE_MAX_BYTES)
		return STR("");
	r->is_continuation = is_blank(content.ptr[0]);
	good = r->is_continuation      ? take_continuation(r, content)
	       : content.ptr[0] == '[' ? take_section(r, content)
				       : take_key(r, content);
	return good ? content : STR("");
}

/* the fgets of ini_parse_stream(): one physical line a call */
static char *next_line(char *to, int size, void *stream)
{
	struct reader *r = stream;
	struct str line;

	if (r->at.line == r->file->n_lines || size <= LINE_MAX_BYTES + 1)
		return NULL;
	r->at.text = r->file->lines[r->at.line++];
	line = line_check(r, r->at.text);
	if (line.len > 0)
		memcpy(to, line.ptr, line.len);
	memcpy(to + line.len, "\n", 2);
	return to;
}

static int on_value(void *user, const char *section, const char *name, const char *value)
{
	struct reader *r = user;
	int result = config_set(r->config, r->option, str_of(value), r->is_continuation, &r->at,
				r->diag);

	(void)section;
	(void)name;
	if (result < 0)
		r->error = result;
	return 1;
}

/* who can write the file decides what is detected: rulefile_open() makes the same demands as on rules */
int config_read_file(struct config *c, const char *path, struct diag *d)
{
	AUTO(arena) arena = arena_new(16 * 1024, FILE_MAX);
	struct trust trust = trust_of_caller();
	struct reader r = { .config = c, .diag = d, .at = { .file = path } };

	if (!arena)
		return -ENOMEM;
	r.file = rulefile_open(path, &trust, arena, d);
	if (!r.file)
		return -EINVAL;
	if (ini_parse_stream(next_line, &r, on_value, &r) != 0 && r.error == 0) {
		diag_error(d, &r.at, "internal", "libinih refuses what was checked");
		r.error = -EINVAL;
	}
	return r.error;
}
