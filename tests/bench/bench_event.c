/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_event LOG [RUNS]: what framing, assembly and decoding cost per record, without state and
 * rules. Prints each stage added to the one before; the best of RUNS (5) counts.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "event/assembler.h"
#include "event/event.h"

struct run {
	struct arena *arena;
	struct assembler *assembler;
	bool decodes, looks;
	size_t records, events, paths;
};

static void on_event(void *ctx, const struct record *records, size_t n)
{
	struct run *run = ctx;
	struct event ev;
	struct path_record path;
	run->events++;
	if (!run->decodes)
		return;
	arena_reset(run->arena);
	if (event_decode(&ev, records, n, run->arena) < 0 || !run->looks)
		return;
	for (size_t i = 0; event_path(&ev, i, &path); i++)
		run->paths += path.has_inode;
}

static void pass(struct run *run, struct str log, bool assembles)
{
	struct str line;
	run->records = run->events = run->paths = 0;
	while (str_cut(&log, '\n', &line)) {
		struct record r;
		if (line.len == 0 || record_parse_line(line, &r) < 0)
			continue;
		run->records++;
		if (assembles)
			assembler_feed(run->assembler, &r);
	}
	assembler_flush(run->assembler);
}

static void measure(const char *name, struct run *run, struct str log, int stage, int runs)
{
	uint64_t best = UINT64_MAX;
	run->decodes = stage >= 2;
	run->looks = stage >= 3;
	for (int i = 0; i < runs; i++) {
		uint64_t start = clock_monotonic(), took;
		pass(run, log, stage >= 1);
		took = clock_monotonic() - start;
		best = took < best ? took : best;
	}
	printf("%-24s %6.1f ns/record  %10.0f records/s  (%zu records, %zu events)\n", name,
	       (double)best / (double)run->records, (double)run->records * 1e9 / (double)best,
	       run->records, run->events);
}

int main(int argc, char **argv)
{
	int runs = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 5;
	auto_buf struct buf log = { .max = (size_t)1 << 30 };
	AUTO(arena) arena = arena_new(65536, 1 << 24);
	struct run run = { .arena = arena };
	AUTO(assembler)
	a = assembler_new(&(struct assembler_options){ .reorder = 64 }, on_event, &run);
	if (argc < 2 || !arena || !a ||
	    file_read_at(AT_FDCWD, argv[1], (size_t)1 << 30, &log) <= 0) {
		fprintf(stderr, "usage: bench_event LOG [RUNS]\n");
		return 2;
	}
	run.assembler = a;
	measure("framing", &run, buf_str(&log), 0, runs);
	measure("+ assembly", &run, buf_str(&log), 1, runs);
	measure("+ decoding", &run, buf_str(&log), 2, runs);
	measure("+ all paths", &run, buf_str(&log), 3, runs);
	return run.records == 0;
}
