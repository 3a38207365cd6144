// SPDX-License-Identifier: Apache-2.0
/*
 * Values of options between their text and struct config: a row of functions for each kind.
 *
 * Must not know any single option: the table of options (config.c) says what is stored where.
 */
#include "daemon/config.h"

#include <errno.h>
#include <inttypes.h>
#include <strings.h>

#include "base/clock.h"
#include "base/logsock.h"
#include "sink/sink.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

/* one value on its way in: what it is, where it goes, where it stands */
struct setting {
	struct config *config;
	const struct option_def *option;
	struct str value;
	bool more;
	void *to;
};

/* each gives 0, -EINVAL (the value does not fit) or -ENOMEM */
static int set_text(const struct setting *s)
{
	struct str text = arena_str(s->config->arena, s->value);

	if (!text.ptr)
		return -ENOMEM;
	if (s->value.len > 0 && memchr(s->value.ptr, '\0', s->value.len))
		return -EINVAL;
	*(const char **)s->to = text.ptr;
	return 0;
}

static int set_tag(const struct setting *s)
{
	int r = set_text(s);

	if (r == 0 && !sink_syslog_tag_is_fine(*(const char **)s->to))
		r = -EINVAL;
	return r;
}

int words_add(struct words *w, struct str word, struct arena *arena)
{
	const char **grown = arena_array_of(arena, const char *, w->n + 2);
	struct str copy = arena_str(arena, word);

	if (!grown || !copy.ptr)
		return -ENOMEM;
	if (w->n > 0)
		memcpy(grown, w->at, w->n * sizeof(*grown));
	grown[w->n++] = copy.ptr;
	w->at = grown;
	return 0;
}

static int set_list(const struct setting *s)
{
	struct words *list = s->to;
	struct words made = s->more ? *list : (struct words){ 0 };
	struct str rest = s->value, item;

	if (!made.at)
		made.at = arena_array_of(s->config->arena, const char *, 1);
	if (!made.at)
		return -ENOMEM;
	while (str_cut(&rest, ',', &item)) {
		item = str_trim(item);
		int r = item.len > 0 ? words_add(&made, item, s->config->arena) : 0;
		if (r < 0)
			return r;
	}
	*list = made;
	return 0;
}

static int set_bool(const struct setting *s)
{
	static const struct {
		struct str word;
		bool value;
	} table[] = {
		{ STR("yes"), true },  { STR("true"), true }, { STR("on"), true },
		{ STR("1"), true },    { STR("no"), false },  { STR("false"), false },
		{ STR("off"), false }, { STR("0"), false },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		if (str_eq(s->value, table[i].word)) {
			*(bool *)s->to = table[i].value;
			return 0;
		}
	}
	return -EINVAL;
}

static int number_in_range(const struct setting *s, struct str digits, uint64_t unit, uint64_t *out)
{
	uint64_t n;

	if (str_to_u64(digits, 10, &n) < 0 || n > s->option->max / unit ||
	    n * unit < s->option->min)
		return -EINVAL;
	*out = n * unit;
	return 0;
}

static int set_number(const struct setting *s)
{
	return number_in_range(s, s->value, 1, s->to);
}

static int set_size(const struct setting *s)
{
	if (str_ends(s->value, STR("K")))
		return number_in_range(s, str_first(s->value, s->value.len - 1), KIB, s->to);
	if (str_ends(s->value, STR("M")))
		return number_in_range(s, str_first(s->value, s->value.len - 1), MIB, s->to);
	return number_in_range(s, s->value, 1, s->to);
}

static int set_seconds(const struct setting *s)
{
	uint64_t seconds;
	int r = number_in_range(s, s->value, 1, &seconds);

	if (r == 0)
		*(uint64_t *)s->to = seconds * NS_PER_S;
	return r;
}

static int set_word(const struct setting *s)
{
	for (unsigned i = 0; s->option->words[i]; i++) {
		const char *word = s->option->words[i];

		if (s->value.len == strlen(word) &&
		    strncasecmp(s->value.ptr, word, s->value.len) == 0) {
			*(unsigned *)s->to = i;
			return 0;
		}
	}
	return -EINVAL;
}

static void show_text(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_add(out, str_of(*(const char *const *)from));
}

static void show_list(const void *from, const struct option_def *o, struct buf *out)
{
	const struct words *w = from;

	(void)o;
	for (size_t i = 0; i < w->n; i++)
		buf_printf(out, "%s%s", i ? ", " : "", w->at[i]);
}

static void show_bool(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_add(out, *(const bool *)from ? STR("yes") : STR("no"));
}

static void show_number(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_u64(out, *(const uint64_t *)from);
}

static void show_size(const void *from, const struct option_def *o, struct buf *out)
{
	uint64_t n = *(const uint64_t *)from;
	uint64_t unit = n % MIB == 0 ? MIB : n % KIB == 0 ? KIB : 1;

	(void)o;
	buf_u64(out, n / unit);
	buf_add(out, unit == MIB ? STR("M") : unit == KIB ? STR("K") : STR(""));
}

static void show_seconds(const void *from, const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_u64(out, *(const uint64_t *)from / NS_PER_S);
}

static void show_word(const void *from, const struct option_def *o, struct buf *out)
{
	buf_add(out, str_of(o->words[*(const unsigned *)from]));
}

static void expect_plain(const struct option_def *o, struct buf *out)
{
	buf_add(out, o->kind == OPTION_LIST   ? STR("a list, comma separated")
		     : o->kind == OPTION_BOOL ? STR("yes or no")
					      : STR("text"));
}

static void expect_tag(const struct option_def *o, struct buf *out)
{
	(void)o;
	buf_printf(out, "1 to %d printable characters without [, ] and :", LOGSOCK_TAG_MAX);
}

static void expect_number(const struct option_def *o, struct buf *out)
{
	buf_printf(out, "a number from %" PRIu64 " to %" PRIu64, o->min, o->max);
}

static void expect_size(const struct option_def *o, struct buf *out)
{
	buf_add(out, STR("a size from "));
	show_size(&o->min, o, out);
	buf_add(out, STR(" to "));
	show_size(&o->max, o, out);
}

static void expect_seconds(const struct option_def *o, struct buf *out)
{
	buf_printf(out, "seconds from %" PRIu64 " to %" PRIu64, o->min, o->max);
}

static void expect_word(const struct option_def *o, struct buf *out)
{
	for (size_t i = 0; o->words[i]; i++)
		buf_printf(out, "%s%s", i ? ", " : "one of ", o->words[i]);
}

static const struct {
	int (*set)(const struct setting *s);
	void (*show)(const void *from, const struct option_def *o, struct buf *out);
	void (*expect)(const struct option_def *o, struct buf *out);
} kinds[] = {
	[OPTION_TEXT] = { set_text, show_text, expect_plain },
	[OPTION_TAG] = { set_tag, show_text, expect_tag },
	[OPTION_LIST] = { set_list, show_list, expect_plain },
	[OPTION_BOOL] = { set_bool, show_bool, expect_plain },
	[OPTION_NUMBER] = { set_number, show_number, expect_number },
	[OPTION_SIZE] = { set_size, show_size, expect_size },
	[OPTION_SECONDS] = { set_seconds, show_seconds, expect_seconds },
	[OPTION_WORD] = { set_word, show_word, expect_word },
};

void option_render_kind(const struct option_def *o, struct buf *out)
{
	kinds[o->kind].expect(o, out);
}

int config_set(struct config *c, const struct option_def *o, struct str value, bool more,
	       const struct place *where, struct diag *d)
{
	struct setting s = { c, o, value, more, (char *)c + o->at };
	int r = kinds[o->kind].set(&s);

	if (r == -ENOMEM) {
		diag_error(d, where, NULL, "out of memory");
	} else if (r < 0) {
		auto_buf struct buf expected = { 0 };

		option_render_kind(o, &expected);
		diag_error(d, where, "bad-value", "'%s' takes %s", o->name, buf_z(&expected));
	}
	return r;
}

void config_render_value(const struct config *c, const struct option_def *o, struct buf *out)
{
	kinds[o->kind].show((const char *)c + o->at, o, out);
}
