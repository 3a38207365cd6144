/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the rules with `deny` say of a task that waits, the answer to it, and what is told of that.
 *
 * Who is plainly the host's is told first, and may go on. What all others of a batch have called is read then (guard/call.h); an open
 * that can change nothing goes on at once where no rule with `deny` can hold for it.
 *
 * Every event gets exactly one answer, whatever goes wrong: what cannot be judged is let through, as the
 * kernel does without us, and counted.
 */
#ifndef WC_JUDGE_H
#define WC_JUDGE_H

#include "guard/guard.h"
#include "guard/launches.h"
#include "guard/opener.h"
#include "guard/queue.h"
#include "guard/strangers.h"

struct judge {
	const struct guard_options *options;
	struct guard_pulse *pulse;
	struct opener opener;
	struct launches launches;
	struct filter_frame *frame;
	struct filter_stats filter_stats;
	struct buf held; /* ids of the rules that held, for the event at hand */
	int32_t own, parent; /* never judged */
	bool minds_reads; /* some rule could deny an open for reading */
	struct call calls
		[QUEUE_BATCH]; /* of the batch at hand; of nobody where it may go on whatever it is */
};

/* what it looks with stays the caller's; 0 or -ENOMEM */
int judge_init(struct judge *j, const struct guard_options *o, struct guard_pulse *pulse,
	       const struct opener *with);
void judge_release(struct judge *j);
/* the @n of a batch, before the first of them is answered; waits @patience ns at most */
void judge_read_calls(struct judge *j, const struct fan_event *asked, size_t n, uint64_t patience);
/* the same of those who were awake all the while: then nobody knows what they called, who are awake still */
void judge_read_again(struct judge *j, size_t n, uint64_t patience);
/* event @i is of one of them */
bool judge_should_wait(const struct judge *j, size_t i);
/*
 * Event @i of that batch, of @group, which was read at @since (CLOCK_MONOTONIC). False: it is for the main process to say whose it is,
 * and waits still; *stranger is all but how long it may.
 */
bool judge_answer(struct judge *j, int group, const struct fan_event *asked, size_t i,
		  uint64_t since, struct stranger *stranger);
/* and when that was said, or nobody could; @told: the container that it is in, NULL: none that is known. True: refused. */
bool judge_stranger(struct judge *j, int group, const struct stranger *who,
		    const struct container *told);
/* the same of a program about to run: only what the kernel starts is judged */
void judge_exec(struct judge *j, int group, const struct fan_event *asked, uint64_t since);
/* some rule denies a helper */
bool judge_minds_helpers(const struct judge *j);
/* the same without a look */
void judge_let_go(struct judge *j, int group, const struct fan_event *asked, uint64_t since);

#endif
