/* SPDX-License-Identifier: Apache-2.0 */
/* Who is refused, and who never is, in whatever guise: a pipe is the group that is answered. */
#include "waiting_task.h"

#include <sys/fanotify.h>

#include "base/clock.h"
#include "field/registry.h"
#include "guard/judge.h"

#define DENY_ALL                                                                                   \
	"[rule t-deny]\n"                                                                          \
	"title = T\n"                                                                              \
	"desc = Whoever asks.\n"                                                                   \
	"condition = evt.type in (openat, usermodehelper)\n"                                       \
	"output = x\n"                                                                             \
	"priority = Critical\n"                                                                    \
	"action = deny\n"

struct court {
	struct ruleset *rules;
	struct guard_options options;
	struct guard_pulse pulse;
	struct judge judge;
	int group[2];
};

static void court_release(struct court *c)
{
	judge_release(&c->judge);
	ruleset_free(c->rules);
	close(c->group[0]);
	close(c->group[1]);
}
#define auto_court __attribute__((cleanup(court_release)))

static void court_open(struct court *c, const struct fixture *f)
{
	const struct ruleset_text text = { "00.ini", STR(DENY_ALL) };

	c->rules = ruleset_load_texts(&text, 1, NULL, registry_schema(), NULL);
	assert_non_null(c->rules);
	c->options =
		(struct guard_options){ .rules = c->rules, .enforce = true, .deadline_ms = 1000 };
	assert_int_equal(judge_init(&c->judge, &c->options, &c->pulse, &f->opener), 0);
	assert_int_equal(pipe2(c->group, O_CLOEXEC | O_NONBLOCK), 0);
}

static bool is_allowed(struct court *c, const struct fixture *f, unsigned what, int32_t tid)
{
	const struct fan_event asked = { .what = what, .fd = f->object, .tid = tid };
	struct fanotify_response answer;

	if (what == FAN_WHAT_OPEN) {
		struct stranger stranger;

		judge_read_calls(&c->judge, &asked, 1, 0);
		assert_true(judge_answer(&c->judge, c->group[1], &asked, 0, clock_monotonic(),
					 &stranger));
	} else {
		judge_exec(&c->judge, c->group[1], &asked, clock_monotonic());
	}
	/* exactly one answer, to who asked */
	assert_int_equal(read(c->group[0], &answer, sizeof(answer)), sizeof(answer));
	assert_int_equal(answer.fd, f->object);
	assert_true(read(c->group[0], &answer, sizeof(answer)) < 0);
	return answer.response == FAN_ALLOW;
}

/* a container's, that opens for writing; and what the kernel starts, with no memory of its own yet */
static void guise(struct fixture *f, int32_t tid, unsigned what)
{
	bool is_open = what == FAN_WHAT_OPEN;

	task(f, tid, is_open ? 61 : 2, "0", is_open ? "0::/docker/" ID64 "\n" : "0::/\n",
	     is_open ? "7" : "1", "257 0xffffff9c 0x7f 0x241 0x1b6 0x0 0x0\n");
	fake_file(&f->root, arena_printf(f->root.arena, "%d/statm", tid).ptr, "0 0 0 0 0 0 0\n");
}

/* the guard, the main process that it works for, and the first process of the machine: they must never wait for us */
static void test_judge_spares_itself_its_parent_and_the_first_process(void **state)
{
	static const unsigned whats[] = { FAN_WHAT_OPEN, FAN_WHAT_EXEC };
	const int32_t spared[] = { getpid(), getppid(), 1 };
	struct fixture *f = *state;
	auto_court struct court c = { 0 };

	court_open(&c, f);
	task(f, 2, 0, "2129984", "0::/\n", "1", "running\n"); /* PF_KTHREAD */
	for (size_t w = 0; w < ARRAY_LEN(whats); w++) {
		/* anybody else in that guise is refused */
		guise(f, 500, whats[w]);
		assert_false(is_allowed(&c, f, whats[w], 500));
		for (size_t i = 0; i < ARRAY_LEN(spared); i++) {
			guise(f, spared[i], whats[w]);
			assert_true(is_allowed(&c, f, whats[w], spared[i]));
		}
	}
	assert_int_equal(c.pulse.denied, ARRAY_LEN(whats));
}

static bool is_allowed_then(struct court *c, const struct stranger *who,
			    const struct container *told)
{
	struct fanotify_response answer;

	judge_stranger(&c->judge, c->group[1], who, told);
	assert_int_equal(read(c->group[0], &answer, sizeof(answer)), sizeof(answer));
	assert_int_equal(answer.fd, who->asked.fd);
	return answer.response == FAN_ALLOW;
}

/* in namespaces that are nobody's yet: what the main process says decides, and without it the call goes on */
static void test_judge_strangers_are_what_they_are_told_to_be(void **state)
{
	struct fixture *f = *state;
	const struct fan_event asked = { .what = FAN_WHAT_OPEN, .fd = f->object, .tid = 500 };
	struct fanotify_response answer;
	struct stranger who;
	auto_court struct court c = { 0 };

	court_open(&c, f);
	task(f, 500, 61, "0", "0::/lab\n", "7", "257 0xffffff9c 0x7f 0x241 0x1b6 0x0 0x0\n");
	judge_read_calls(&c.judge, &asked, 1, 0);
	assert_false(judge_answer(&c.judge, c.group[1], &asked, 0, clock_monotonic(), &who));
	assert_true(read(c.group[0], &answer, sizeof(answer)) < 0);
	assert_int_equal(who.pid, 500);
	assert_true(is_allowed_then(&c, &who, NULL));
	assert_false(is_allowed_then(&c, &who, known_named(&f->known, STR("web"), STR_ABSENT)));
	assert_int_equal(c.pulse.denied, 1);
	/* who is told of one is no word on the next */
	assert_true(is_allowed_then(&c, &who, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_judge_spares_itself_its_parent_and_the_first_process, setup, teardown),
		cmocka_unit_test_setup_teardown(test_judge_strangers_are_what_they_are_told_to_be,
						setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
