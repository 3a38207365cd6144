/* SPDX-License-Identifier: Apache-2.0 */
/* A consumer that keeps what it was given: lines joined by '|', and how often it was settled. */
#ifndef WC_TEST_FAKE_CONSUMER_H
#define WC_TEST_FAKE_CONSUMER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "source/source.h"

struct fake {
	struct buf text;
	size_t lines, settled;
	uint64_t lost;
	size_t longest;
};

static void fake_line(void *ctx, struct str line)
{
	struct fake *f = ctx;
	f->lines++;
	f->longest = line.len > f->longest ? line.len : f->longest;
	buf_add(&f->text, str_first(line, 200));
	buf_char(&f->text, '|');
}

static void fake_message(void *ctx, uint32_t type, struct str payload)
{
	struct fake *f = ctx;
	buf_printf(&f->text, "%u:", type);
	fake_line(ctx, payload);
}

static void fake_settle(void *ctx)
{
	struct fake *f = ctx;
	f->settled++;
}

static void fake_lost(void *ctx, uint64_t n)
{
	struct fake *f = ctx;
	f->lost += n;
}

static inline struct source_consumer fake_consumer(struct fake *f)
{
	return (struct source_consumer){
		.ctx = f,
		.line = fake_line,
		.message = fake_message,
		.settle = fake_settle,
		.lost = fake_lost,
	};
}

#define assert_text(f, expected) assert_string_equal(buf_z(&(f)->text), expected)

#endif
