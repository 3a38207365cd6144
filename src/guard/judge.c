/* SPDX-License-Identifier: Apache-2.0 */
/* The verdict is told before it is done, so that it is known to the main process before its effects are. */
#include "guard/judge.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "filter/program.h"

#define ARENA_SIZE ((size_t)256 * 1024)
#define RULES_SIZE 4096
#define READS STR("evt.is_open_write=false evt.is_uring=false")

/* as if it were read-only whatever it is: what cannot be proved counts as a yes */
static bool minds_reads(const struct ruleset *all, struct filter_frame *frame)
{
	const struct rule *const *rules;
	size_t n = ruleset_for_event(all, EVT_OPENAT, &rules);
	struct event_set types;

	for (size_t i = 0; i < n; i++) {
		if (!(rules[i]->actions & ACTION_DENY))
			continue;
		filter_types_given(rules[i]->filter, READS, frame, &types);
		if (event_set_has(&types, EVT_OPENAT))
			return true;
	}
	return false;
}

int judge_init(struct judge *j, const struct guard_options *o, struct guard_pulse *pulse,
	       const struct opener *with)
{
	*j = (struct judge){
		.options = o,
		.pulse = pulse,
		.opener = *with,
		.frame = filter_frame_new(ruleset_shared_results(o->rules)),
		.held.max = RULES_SIZE,
		.own = getpid(),
		.parent = getppid(),
	};
	j->opener.arena = arena_new(ARENA_SIZE, ARENA_SIZE);
	if (!j->frame || !j->opener.arena)
		return -ENOMEM;
	j->minds_reads = minds_reads(o->rules, j->frame);
	return 0;
}

void judge_release(struct judge *j)
{
	opener_release(&j->opener);
	arena_free(j->opener.arena);
	filter_frame_free(j->frame);
	buf_release(&j->held);
}

static void count(_Atomic uint64_t *counter)
{
	atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

static void say(struct judge *j, struct str verdict)
{
	if (!verdict.ptr ||
	    send(GUARD_VERDICT_FD, verdict.ptr, verdict.len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		count(&j->pulse->untold);
}

static bool rule_holds(struct judge *j, const struct rule *rule)
{
	if (!(rule->actions & ACTION_DENY) ||
	    !filter_eval(rule->filter, j->frame, &j->filter_stats))
		return false;
	if (j->held.len)
		buf_char(&j->held, ',');
	buf_add(&j->held, rule->id);
	return true;
}

/* all of them, so that each that holds can be told */
static bool some_rule_holds(struct judge *j)
{
	const struct rule *const *rules;
	size_t n = ruleset_for_event(j->options->rules, j->opener.event.type, &rules);
	bool holds = false;

	buf_clear(&j->held);
	filter_frame_begin(j->frame, &j->opener.scene);
	for (size_t i = 0; i < n; i++)
		holds |= rule_holds(j, rules[i]);
	return holds;
}

/* a deny never hits the host, nor who cannot be attributed; a helper that the kernel starts is neither */
static bool may_be_refused(const struct judge *j)
{
	return j->opener.permission.ask == ASK_HELPER ||
	       (j->opener.scene.container && j->opener.scene.container->is_identified);
}

static bool is_spared(const struct judge *j, int32_t tid)
{
	return tid == j->own || tid == j->parent || tid == 1;
}

/* as opener_look(); who is gone needs no answer */
static int look(struct judge *j, const struct fan_event *asked, const struct call *call)
{
	int r = opener_look(&j->opener, asked, call);

	if (r < 0 && r != -ESRCH)
		count(&j->pulse->blind);
	return r;
}

enum judgement { FREE, CONDEMNED, STRANGER };

static enum judgement judge(struct judge *j, const struct fan_event *asked, const struct call *call)
{
	int r;

	if (!call->tid || (call_is_read(call) && !j->minds_reads))
		return FREE;
	r = look(j, asked, call);
	if (r == OPENER_STRANGER)
		return STRANGER;
	return r == 0 && some_rule_holds(j) && may_be_refused(j) ? CONDEMNED : FREE;
}

/* of all programs that start only these are worth a look */
static bool may_be_helper(struct judge *j, const struct fan_event *asked)
{
	bool is_blind = false, may;

	if (is_spared(j, asked->tid))
		return false;
	may = launches_has_candidate(j->opener.proc, asked->tid, &is_blind);
	if (is_blind)
		count(&j->pulse->blind);
	return may;
}

static bool is_condemned_exec(struct judge *j, const struct fan_event *asked)
{
	const struct permission *p = &j->opener.permission;
	uint64_t start;
	bool holds;

	if (!may_be_helper(j, asked) || look(j, asked, NULL) != 0 || p->ask != ASK_HELPER)
		return false;
	start = j->opener.process_facts.start_ticks;
	if (launches_are_settled(&j->launches, asked->tid, start))
		return false;
	holds = !launches_know(&j->launches, p->dev_major, p->dev_minor, p->inode) &&
		some_rule_holds(j);
	/* one that is refused opens nothing more */
	launches_settle(&j->launches, asked->tid, start);
	return holds;
}

bool judge_minds_helpers(const struct judge *j)
{
	const struct rule *const *rules;
	size_t n = ruleset_for_event(j->options->rules, EVT_USERMODEHELPER, &rules);

	for (size_t i = 0; i < n; i++)
		if (rules[i]->actions & ACTION_DENY)
			return true;
	return false;
}

static void note_latency(struct guard_pulse *p, uint64_t ns)
{
	unsigned row = 0;

	while (row < GUARD_LATENCIES - 1 && ns >= guard_latency_end(row))
		row++;
	count(&p->latencies[row]);
	count(&p->asked);
	if (ns > atomic_load_explicit(&p->slowest, memory_order_relaxed))
		atomic_store_explicit(&p->slowest, ns, memory_order_relaxed);
}

static void answer(struct judge *j, int group, const struct fan_event *asked, bool allow)
{
	if (fan_answer(group, asked->fd, allow) < 0)
		count(&j->pulse->unanswered);
}

static void conclude(struct judge *j, int group, const struct fan_event *asked, bool is_refused,
		     uint64_t since)
{
	bool enforce = j->options->enforce;

	/*
	 * Said before it is done: so the main process hears of it before audit tells of the call that
	 * failed, and knows that both are one act.
	 */
	if (is_refused) {
		count(&j->pulse->denied);
		say(j, opener_tell(&j->opener, enforce ? PERMISSION_DENIED : PERMISSION_NOT_ENABLED,
				   buf_str(&j->held), clock_monotonic() - since));
	}
	answer(j, group, asked, !is_refused || !enforce);
}

void judge_read_calls(struct judge *j, const struct fan_event *asked, size_t n, uint64_t patience)
{
	for (size_t i = 0; i < n; i++) {
		bool is_free = asked[i].fd < 0 || is_spared(j, asked[i].tid) ||
			       opener_is_hosts(&j->opener, asked[i].tid);

		j->calls[i] = (struct call){ .tid = is_free ? 0 : asked[i].tid };
	}
	calls_read(j->calls, n, j->opener.proc, patience);
}

bool judge_should_wait(const struct judge *j, size_t i)
{
	return j->calls[i].tid && !j->calls[i].is_settled;
}

void judge_read_again(struct judge *j, size_t n, uint64_t patience)
{
	calls_read(j->calls, n, j->opener.proc, patience);
}

static void pronounce(struct judge *j, int group, const struct fan_event *asked, bool is_refused,
		      uint64_t since)
{
	conclude(j, group, asked, is_refused, since);
	note_latency(j->pulse, clock_monotonic() - since);
}

bool judge_answer(struct judge *j, int group, const struct fan_event *asked, size_t i,
		  uint64_t since, struct stranger *stranger)
{
	enum judgement judgement = judge(j, &asked[i], &j->calls[i]);

	if (judgement == STRANGER) {
		*stranger = (struct stranger){ .asked = asked[i],
					       .call = j->calls[i],
					       .pid = j->opener.process_facts.pid,
					       .came = since };
		return false;
	}
	pronounce(j, group, &asked[i], judgement == CONDEMNED, since);
	return true;
}

bool judge_stranger(struct judge *j, int group, const struct stranger *who,
		    const struct container *told)
{
	enum judgement judgement;

	j->opener.told = told;
	judgement = judge(j, &who->asked, &who->call);
	j->opener.told = NULL;
	pronounce(j, group, &who->asked, judgement == CONDEMNED, who->came);
	return judgement == CONDEMNED;
}

void judge_exec(struct judge *j, int group, const struct fan_event *asked, uint64_t since)
{
	conclude(j, group, asked, is_condemned_exec(j, asked), since);
	count(&j->pulse->execs);
}

void judge_let_go(struct judge *j, int group, const struct fan_event *asked, uint64_t since)
{
	count(&j->pulse->overdue);
	answer(j, group, asked, true);
	note_latency(j->pulse, clock_monotonic() - since);
}
