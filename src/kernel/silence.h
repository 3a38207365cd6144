/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parties whose file systems made us wait: not asked again for a while, twice as long each time. A machine that
 * was merely busy is forgiven soon, and one that never answers costs less and less.
 */
#ifndef WC_SILENCE_H
#define WC_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SILENCE_MAX 64
#define SILENCE_FIRST_MS 2000
#define SILENCE_DOUBLINGS 8 /* up to about eight minutes */

struct silence {
	struct {
		uint64_t who; /* 0: none */
		uint64_t until; /* CLOCK_MONOTONIC, ns */
		unsigned times;
	} rows[SILENCE_MAX];
	size_t next; /* the row that goes when all are taken */
};

/* @who made us wait at @now */
void silence_note(struct silence *s, uint64_t who, uint64_t now);
bool silence_lasts(const struct silence *s, uint64_t who, uint64_t now);

#endif
