/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table for people. Every text that is not ours goes through put(): escaped, counted in
 * characters, cut where a column ends.
 */
#include "kernel/procfs.h"
#include "survey/show.h"

#include "base/clock.h"
#include "base/escape.h"
#include "survey/notes.h"
#include "survey/reach.h"
#include "survey/words.h"

#define INDENT 4
#define COLUMN_LEAST 12
#define REASON_INDENT 34 /* severity, name and what stands between */
#define COMMAND_LEAST 16 /* characters of a command, however narrow the terminal */
#define TREE_DEEPEST 20 /* deeper ones are not indented further */
#define NAME_WIDEST 32 /* on terminals, as the next */
#define CAPABILITIES_WIDEST 40
#define DETAIL_MAX 512

enum { COLUMN_RISK, COLUMN_ID, COLUMN_NAME, COLUMN_TYPE, COLUMN_IMAGE, COLUMNS };

struct table {
	const struct survey *survey;
	const struct show_options *options;
	struct buf *out;
	size_t widths[COLUMNS];
};

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += (s.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* the first @n characters of well-formed UTF-8 */
static struct str first_characters(struct str s, size_t n)
{
	size_t i = 0;

	for (; i < s.len; i++)
		if ((s.ptr[i] & 0xc0) != 0x80 && n-- == 0)
			break;
	return str_first(s, i);
}

/* @text in at most @max characters (0: all of it), padded to @width; what was cut ends in '~' */
static void put(struct buf *out, struct str text, size_t width, size_t max)
{
	auto_buf struct buf clean = { 0 };
	struct str s;
	size_t n;

	escape_text(&clean, text, ESCAPE_VALUE_MAX);
	s = buf_str(&clean);
	n = characters(s);
	if (max && n > max) {
		buf_add(out, first_characters(s, max - 1));
		buf_char(out, '~');
		n = max;
	} else {
		buf_add(out, s);
	}
	if (n < width)
		buf_printf(out, "%*s", (int)(width - n), "");
}

/* sentences of ours, broken at blanks where a terminal ends; the first @used columns are taken */
static void put_words(struct table *t, struct str words, size_t used)
{
	struct str word;
	bool is_first = true;

	while (str_cut(&words, ' ', &word)) {
		size_t n = characters(word);

		if (!is_first && t->options->width && used + 1 + n > t->options->width) {
			buf_printf(t->out, "\n%*s", INDENT, "");
			used = INDENT;
		} else if (!is_first) {
			buf_char(t->out, ' ');
			used++;
		}
		buf_add(t->out, word);
		used += n;
		is_first = false;
	}
	buf_char(t->out, '\n');
}

static void trim(struct buf *out)
{
	while (out->len && out->ptr[out->len - 1] == ' ')
		out->len--;
	buf_char(out, '\n');
}

static const char *flag(int value, const char *no, const char *yes)
{
	return value == SURVEY_MIXED ? "mixed" : value < 0 ? "?" : value ? yes : no;
}

static const char *seccomp(int mode)
{
	return mode == 1 ? "strict" : flag(mode, "none", "filter");
}

/* processes */

static void command(const struct process *p, struct buf *out)
{
	struct str args = text_str(&p->args);

	if (!args.len) {
		buf_char(out, '[');
		buf_add(out, text_str(&p->comm));
		buf_char(out, ']');
	}
	for (size_t i = 0; i < args.len; i++)
		buf_char(out, args.ptr[i] ? args.ptr[i] : ' ');
}

static void capabilities(const struct survey *s, const struct survey_process *p, struct buf *out)
{
	const struct credentials *c = &p->process->cred;
	const struct reason_view v = { .host_ns = s->host_ns };

	if (!c->has_caps) {
		buf_char(out, '?');
		return;
	}
	words_excess(c->cap_permitted | c->cap_effective | c->cap_ambient, p->beyond, out);
	if (reach_shares(&v, p->process, NS_USER) == ANSWER_NO)
		buf_add(out, STR(" (own userns)"));
}

static const char *mark(const struct survey_process *p)
{
	static const char *const marks[] = {
		"-",	  "left",	 "thread",	  "left,thread",
		"beyond", "left,beyond", "thread,beyond", "left,thread,beyond",
	};

	if (p->process->is_runtime_init)
		return "runtime";
	return marks[p->process->has_deserted | (p->process->threads.tid != 0) << 1 |
		     (p->beyond != 0) << 2];
}

struct process_widths {
	size_t mark, capabilities;
};

static struct process_widths measure_processes(const struct survey *s,
					       const struct survey_process *list, size_t n)
{
	struct process_widths w = { strlen("MARK"), strlen("CAPABILITIES") };
	auto_buf struct buf words = { 0 };

	for (size_t i = 0; i < n; i++) {
		buf_clear(&words);
		capabilities(s, &list[i], &words);
		if (words.len > w.capabilities && words.len <= CAPABILITIES_WIDEST)
			w.capabilities = words.len;
		if (strlen(mark(&list[i])) > w.mark)
			w.mark = strlen(mark(&list[i]));
	}
	return w;
}

static void put_command(struct table *t, const struct survey_process *p, struct buf *line)
{
	size_t width = t->options->width, left = 0;
	auto_buf struct buf words = { 0 };

	if (t->options->tree && p->depth)
		buf_printf(line, "%*s\\_ ",
			   2 * (int)(p->depth < TREE_DEEPEST ? p->depth - 1 : TREE_DEEPEST - 1),
			   "");
	if (width)
		left = width > line->len + COMMAND_LEAST ? width - line->len : COMMAND_LEAST;
	command(p->process, &words);
	put(line, buf_str(&words), 0, left);
}

static void process_line(struct table *t, const struct survey_process *p,
			 const struct process_widths *w)
{
	const struct credentials *c = &p->process->cred;
	auto_buf struct buf line = { 0 }, words = { 0 };

	buf_printf(&line, "%*s%7d ", INDENT - 1, "", p->process->ref.pid);
	if (c->has_ids)
		buf_printf(&line, "%7u", c->euid);
	else
		buf_printf(&line, "%7s", "?");
	buf_printf(&line, "  %-7s  %-3s  %-*s  ", seccomp(c->seccomp),
		   flag(c->no_new_privs, "no", "yes"), (int)w->mark, mark(p));
	capabilities(t->survey, p, &words);
	put(&line, buf_str(&words), w->capabilities, t->options->width ? CAPABILITIES_WIDEST : 0);
	buf_add(&line, STR("  "));
	put_command(t, p, &line);
	buf_add(t->out, buf_str(&line));
	trim(t->out);
}

static void process_lines(struct table *t, const struct survey_process *list, size_t n)
{
	const struct process_widths w = measure_processes(t->survey, list, n);

	buf_printf(t->out, "%*s%7s %7s  %-7s  %-3s  %-*s  %-*s  COMMAND\n", INDENT - 1, "", "PID",
		   "UID", "SECCOMP", "NNP", (int)w.mark, "MARK", (int)w.capabilities,
		   "CAPABILITIES");
	for (size_t i = 0; i < n; i++)
		process_line(t, &list[i], &w);
}

/* containers */

/* a container of a pod is known by all three names */
static void put_name(const struct container *c, struct buf *out)
{
	if (c->spec.pod_name.len) {
		buf_add(out, c->spec.pod_namespace);
		buf_char(out, '/');
		buf_add(out, c->spec.pod_name);
		buf_char(out, '/');
	}
	buf_add(out, c->name.set ? text_str(&c->name) : STR("-"));
}

/* the whole text of a cell; untrusted */
static void put_cell(const struct survey_container *c, unsigned column, struct buf *out)
{
	const struct container *container = c->container;

	if (column == COLUMN_RISK)
		buf_printf(out, "%s%s", severity_name(c->risk), c->is_least ? "?" : "");
	else if (!container)
		buf_char(out, column == COLUMN_ID ? '?' : '-');
	else if (column == COLUMN_ID)
		buf_add(out, str_first(text_str(&container->id), CONTAINER_ID_SHORT));
	else if (column == COLUMN_NAME)
		put_name(container, out);
	else if (column == COLUMN_TYPE)
		buf_add(out, container->type.set ? text_str(&container->type) : STR("-"));
	else
		buf_add(out, container->image.set ? text_str(&container->image) : STR("-"));
}

static const char *const headings[COLUMNS] = { "RISK", "CONTAINER", "NAME", "TYPE", "IMAGE" };

static void measure(struct table *t)
{
	for (unsigned i = 0; i < COLUMNS; i++)
		t->widths[i] = strlen(headings[i]);
	for (size_t k = 0; k < t->survey->n_containers; k++)
		for (unsigned i = 0; i < COLUMNS; i++) {
			auto_buf struct buf text = { 0 }, clean = { 0 };
			size_t n;

			put_cell(&t->survey->containers[k], i, &text);
			escape_text(&clean, buf_str(&text), ESCAPE_VALUE_MAX);
			n = characters(buf_str(&clean));
			if (t->options->width && n > NAME_WIDEST)
				n = NAME_WIDEST;
			if (n > t->widths[i])
				t->widths[i] = n;
		}
}

/* the image gives way first, then the name */
static void fit(struct table *t)
{
	static const unsigned soft[] = { COLUMN_IMAGE, COLUMN_NAME };
	size_t total = 2 * (COLUMNS - 1);

	for (unsigned i = 0; i < COLUMNS; i++)
		total += t->widths[i];
	for (size_t i = 0; t->options->width && i < ARRAY_LEN(soft); i++) {
		size_t *w = &t->widths[soft[i]];

		while (total > t->options->width && *w > COLUMN_LEAST) {
			--*w;
			total--;
		}
	}
}

static void posture(const struct survey_container *c, struct buf *out)
{
	buf_printf(out, "%*sprocesses: %zu; seccomp: %s; no_new_privs: %s; can have: ", INDENT, "",
		   c->n_processes, seccomp(c->seccomp), flag(c->no_new_privs, "off", "on"));
	if (c->has_reach)
		words_excess(c->reach, 0, out);
	else
		buf_char(out, '?');
	if (!((c->shared | c->unknown_ns) & 1u << NS_USER))
		buf_add(out, STR(" (own userns)"));
	buf_printf(out, "\n%*sshares with the host:", INDENT, "");
	for (unsigned ns = 0; ns < NS_COUNT; ns++)
		if (c->shared & 1u << ns)
			buf_printf(out, " %s", procfs_ns_name(ns));
	if (!c->shared)
		buf_add(out, c->unknown_ns ? STR(" ?") : STR(" nothing"));
	buf_char(out, '\n');
}

/* on a line of its own where it would not fit */
static void put_detail(struct table *t, const struct survey_reason *r, size_t used)
{
	auto_buf struct buf clean = { 0 };

	if (!r->detail.len)
		return;
	escape_text(&clean, r->detail, DETAIL_MAX);
	if (t->options->width && used + 3 + characters(buf_str(&clean)) > t->options->width)
		buf_printf(t->out, "\n%*s", INDENT + REASON_INDENT - 1, "");
	buf_add(t->out, STR(" ("));
	buf_add(t->out, buf_str(&clean));
	buf_char(t->out, ')');
}

static void not_known(struct table *t, const struct survey_container *c)
{
	auto_buf struct buf words = { 0 };

	if (!c->unknown)
		return;
	buf_add(&words, STR("not known:"));
	for (size_t i = 0; i < reasons_n; i++)
		if (c->unknown & UINT64_C(1) << i)
			buf_printf(&words, " %s", reasons[i].name);
	buf_printf(t->out, "%*s", INDENT, "");
	put_words(t, buf_str(&words), INDENT);
}

static void why(struct table *t, const struct survey_container *c)
{
	for (size_t i = 0; i < c->n_reasons; i++) {
		const struct survey_reason *r = &c->reasons[i];

		buf_printf(t->out, "%*s%-8s  %-22s  %s", INDENT, "",
			   severity_name(r->def->severity), r->def->name, r->def->help);
		put_detail(t, r, INDENT + REASON_INDENT + strlen(r->def->help));
		buf_char(t->out, '\n');
	}
	not_known(t, c);
}

static void container_lines(struct table *t, const struct survey_container *c)
{
	for (unsigned i = 0; i < COLUMNS; i++) {
		auto_buf struct buf text = { 0 };

		put_cell(c, i, &text);
		put(t->out, buf_str(&text), t->widths[i], t->options->width ? t->widths[i] : 0);
		buf_add(t->out, STR("  "));
	}
	trim(t->out);
	posture(c, t->out);
	why(t, c);
	process_lines(t, c->processes, c->n_processes);
	buf_char(t->out, '\n');
}

static void container_head(struct table *t)
{
	for (unsigned i = 0; i < COLUMNS; i++)
		buf_printf(t->out, "%-*s  ", (int)t->widths[i], headings[i]);
	trim(t->out);
}

/* around them */

static void source(struct table *t)
{
	const struct survey *s = t->survey;
	const struct show_options *o = t->options;
	auto_buf struct buf words = { 0 };
	struct buf *out = &words;
	char iso[CLOCK_ISO_SIZE];

	clock_iso8601(s->time, iso);
	buf_printf(out, "Source: /proc and the runtimes' files at %.19sZ", iso);
	if (s->has_snapshot)
		buf_printf(out, ", origins from the daemon's snapshot (%llu s old)",
			   (unsigned long long)((s->time > s->snapshot_time
							 ? s->time - s->snapshot_time
							 : 0) /
						NS_PER_S));
	else
		buf_add(out, STR(", no snapshot"));
	if (o->refused.ptr) {
		buf_add(out, STR(" is used: "));
		escape_text(out, o->refused, DETAIL_MAX);
	}
	if (o->daemon >= 0)
		buf_add(out, o->daemon ? STR("; the daemon runs") : STR("; no daemon runs"));
	put_words(t, buf_str(out), 0);
}

static void host(struct table *t)
{
	const struct survey_host *h = &t->survey->host;

	buf_printf(t->out, "Host: %zu processes, %zu of them with capabilities; %zu kernel threads",
		   h->processes, h->with_capabilities, h->kernel_threads);
	if (!t->options->all) {
		buf_add(t->out, h->n_list ? STR(" (--all lists them)\n") : STR("\n"));
		return;
	}
	buf_char(t->out, '\n');
	if (h->n_list)
		process_lines(t, h->list, h->n_list);
}

void show_text(const struct survey *s, const struct show_options *o, struct buf *out)
{
	struct table t = { .survey = s, .options = o, .out = out };
	auto_buf struct buf note = { 0 };
	size_t next = 0;

	source(&t);
	for (; notes_next(s, &next, &note); buf_clear(&note)) {
		buf_add(out, STR("Note: "));
		put_words(&t, buf_str(&note), strlen("Note: "));
	}
	buf_char(out, '\n');
	measure(&t);
	fit(&t);
	if (s->n_containers)
		container_head(&t);
	else
		buf_add(out, STR("No containers are seen.\n\n"));
	for (size_t i = 0; i < s->n_containers; i++)
		container_lines(&t, &s->containers[i]);
	if (o->all || !o->one)
		host(&t);
}
