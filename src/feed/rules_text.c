/* SPDX-License-Identifier: Apache-2.0 */
/* Comments and lines; nothing is decided here. */
#include "feed/rules_text.h"

#include <string.h>

static bool same_reason(const struct feed_reason *a, const struct feed_reason *b)
{
	return strcmp(a->code, b->code) == 0 && strcmp(a->why, b->why) == 0 &&
	       str_eq(a->rules, b->rules);
}

static bool same_reasons(const struct feed_line *a, const struct feed_line *b)
{
	size_t i = 0;

	while (i < a->n_reasons && i < b->n_reasons && same_reason(&a->reasons[i], &b->reasons[i]))
		i++;
	return i == a->n_reasons && i == b->n_reasons;
}

void feed_line_text(const struct feed_line *l, const struct feed_line *before, struct buf *out)
{
	bool is_new = !before || !same_reasons(l, before);

	if (is_new)
		buf_char(out, '\n');
	for (size_t i = 0; is_new && i < l->n_reasons; i++) {
		const struct feed_reason *r = &l->reasons[i];

		buf_printf(out, "# %s: %s (%s)", r->code, r->why, r->volume);
		if (r->rules.len > 0)
			buf_printf(out, "; for %.*s", STR_ARG(r->rules));
		buf_char(out, '\n');
	}
	if (l->needs_loader)
		buf_add(out, STR("# `watchcap run` loads it; auditctl can from 3.1 on:\n# "));
	buf_add(out, l->text);
	buf_char(out, '\n');
}

struct str feed_static_file(struct arena *a)
{
	const struct feed_line *before = NULL;
	auto_buf struct buf text = { 0 };
	struct feed feed;

	if (feed_derive_static(a, &feed) < 0)
		return STR_ABSENT;
	buf_add(&text,
		STR("# watchcap: what knowing processes and containers needs of kernel audit.\n"
		    "#\n"
		    "# Lines that load on any x86-64 or arm64 host. What depends on the host and "
		    "on the enabled\n"
		    "# rules comes from `watchcap audit-rules`. Advice: -b 32768, "
		    "--backlog_wait_time 0, no -r.\n"));
	for (size_t i = 0; i < feed.n; i++) {
		feed_line_text(&feed.lines[i], before, &text);
		before = &feed.lines[i];
	}
	return buf_failed(&text) ? STR_ABSENT : arena_str(a, buf_str(&text));
}
