/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as an audit log: framing, assembly, decoding, every accessor. Each line lives in memory
 * of its own that is gone after the settling, so that a view that was kept is found by
 * AddressSanitizer.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "event/assembler.h"
#include "event/event.h"
#include "event/scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct run {
	struct assembler *assembler;
	struct arena *arena;
	struct buf text;
	unsigned seen; /* bytes summed up, so that all of them are read */
};

static void touch(struct run *run, struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		run->seen += (unsigned char)s.ptr[i];
}

static void touch_records(struct run *run, const struct record *records, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct scan s = scan_start(records[i].body);
		struct scan_field f;
		touch(run, records[i].node);
		touch(run, records[i].enriched);
		while (scan_next(&s, &f)) {
			touch(run, f.key);
			touch(run, scan_untrusted(&f, run->arena));
		}
	}
}

static void touch_event(struct run *run, const struct event *ev)
{
	struct path_record path;
	struct objpid_record object;
	struct capset_record capset;
	struct fcaps_record fcaps;
	uint64_t flags, mode, resolve;
	for (size_t i = 0; event_path(ev, i, &path); i++)
		touch(run, path.name);
	for (size_t i = 0; event_objpid(ev, i, &object); i++)
		touch(run, object.comm);
	assert(ev->args.len <= EVENT_ARGS_MAX);
	for (size_t i = 0; i < ev->argc && i < 16; i++)
		touch(run, event_argv(ev, i));
	touch(run, ev->sys.comm);
	touch(run, ev->sys.exe);
	touch(run, event_cwd(ev));
	touch(run, event_sockaddr(ev));
	touch(run, event_type_name(ev->type));
	touch(run, event_id(ev, run->arena));
	run->seen += event_has_key(ev, STR("wc")) + event_capset(ev, &capset) +
		     event_fcaps(ev, &fcaps) + event_openat2(ev, &flags, &mode, &resolve) +
		     event_open_flags(ev, &flags);
}

static void on_event(void *ctx, const struct record *records, size_t n)
{
	struct run *run = ctx;
	struct event ev;
	assert(n > 0);
	arena_reset(run->arena);
	touch_records(run, records, n);
	if (event_decode(&ev, records, n, run->arena) == 0)
		touch_event(run, &ev);
}

/* what is written down is read again as the same */
static void check_rendering(struct run *run, const struct record *r)
{
	struct record again;
	struct str line;
	buf_clear(&run->text);
	record_render(r, &run->text);
	line = buf_str(&run->text);
	assert(!buf_failed(&run->text) && line.len > 0 && line.ptr[line.len - 1] == '\n');
	line.len--;
	if (record_parse_line(line, &again) < 0) {
		assert(line.len > RECORD_MAX);
		return;
	}
	assert(again.type == r->type && again.time == r->time && again.serial == r->serial);
	assert(str_eq(again.node, r->node));
}

static void one_line(struct run *run, struct str line)
{
	struct record r;
	if (record_parse_line(line, &r) == 0) {
		assembler_feed(run->assembler, &r);
		check_rendering(run, &r);
	} else if (line.len &&
		   record_parse_message((uint8_t)line.ptr[0] + 1300u, str_from(line, 1), &r) == 0) {
		assembler_feed(run->assembler, &r);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run run = { .arena = arena_new(4096, 1 << 22) };
	struct str rest = str_mem(data, size), line;
	size_t n = 0;
	char *kept[4] = { 0 };
	run.assembler = assembler_new(&(struct assembler_options){ .open_max = 4,
								   .reorder = size % 3,
								   .records_max = 32 },
				      on_event, &run);
	while (run.assembler && str_cut(&rest, '\n', &line)) {
		char *copy = malloc(line.len ? line.len : 1);
		if (line.len)
			memcpy(copy, line.ptr, line.len);
		kept[n++ % ARRAY_LEN(kept)] = copy;
		one_line(&run, str_mem(copy, line.len));
		if (n % ARRAY_LEN(kept))
			continue;
		assembler_settle(run.assembler);
		for (size_t i = 0; i < ARRAY_LEN(kept); i++) {
			free(kept[i]);
			kept[i] = NULL;
		}
	}
	assembler_flush(run.assembler);
	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		free(kept[i]);
	assembler_free(run.assembler);
	arena_free(run.arena);
	buf_release(&run.text);
	return 0;
}
