// SPDX-License-Identifier: Apache-2.0
/*
 * watchcap test-rules: the cases of test files, each with its recorded events and the alerts they must give.
 */
#include <errno.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "cli/trial.h"
#include "field/registry.h"

static const struct switch_def switches[] = {
	{ 'r', "rules", "PATH", SWITCH_LIST, offsetof(struct call, origin.rules), NULL, NULL,
	  "test the rules of this file or directory instead of those beside the tests; "
	  "repeatable" },
	{ 0, "complete", NULL, SWITCH_FLAG, offsetof(struct call, complete), NULL, NULL,
	  "fail, too, where a rule lacks a case that makes it alert, or one that must not" },
};

/* everything that outlives a case */
struct session {
	struct words rules; /* paths */
	struct rule_case *cases;
	struct shown *shown; /* by number of the rule */
	size_t n, failed;
	struct arena *arena;
	struct diag *d;
	struct buf out;
};

/* the rules with what @test enables; all as the files say when it says nothing */
static struct ruleset *load(const struct session *s, const struct rule_case *test)
{
	static const char *const all[] = { "*", NULL };
	struct rule_selection selection = {
		.min_priority = PRIORITY_DEBUG,
		.enable = test ? test->enable : NULL,
		.disable = test && test->enable ? all : NULL,
	};

	return ruleset_load(s->rules.at, s->rules.n, &selection, registry_schema(), s->d);
}

static void tell(struct session *s, const struct trial *t)
{
	struct str rest = buf_str(&t->difference), line;
	const struct place *where = &t->test->where;

	buf_printf(&s->out, "%s %s: %.*s\n", t->passed ? "ok  " : "FAIL", where->file,
		   STR_ARG(t->test->name));
	if (t->passed)
		return;
	buf_printf(&s->out, "    --- expected, %s:%u\n    +++ found\n", where->file, where->line);
	while (rest.len > 0 && str_cut(&rest, '\n', &line))
		buf_printf(&s->out, "    %.*s\n", STR_ARG(line));
}

/* a slip in enable would leave a rule out without a word */
static int check_enabled(const struct rule_case *test, struct diag *d)
{
	size_t n = diag_count(d);
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		const struct diag_entry *e = diag_at(d, i);

		if (!e->code || strcmp(e->code, "unused-selection") != 0)
			continue;
		diag_error(d, &test->where, "unknown-rule", "%s", e->message);
		r = -EINVAL;
	}
	return r;
}

static int run_case(struct session *s, const struct rule_case *test)
{
	AUTO(ruleset) rules = load(s, test);
	struct trial t = { 0 };
	int r = rules ? check_enabled(test, s->d) : -EINVAL;

	if (r == 0)
		r = trial_run(&t, test, take_ptr(rules), s->shown, s->d);
	if (r == 0) {
		s->n++;
		s->failed += !t.passed;
		tell(s, &t);
	}
	trial_release(&t);
	return r;
}

/* how many rules lack a case of either kind */
static size_t tell_lacks(struct session *s, const struct ruleset *rules)
{
	size_t lacks = 0;

	for (size_t i = 0; i < ruleset_count(rules); i++) {
		const struct shown *one = &s->shown[i];
		struct str id = ruleset_at(rules, i)->id;

		if (!one->alerts)
			buf_printf(&s->out, "rule %.*s has no case that makes it alert\n",
				   STR_ARG(id));
		if (!one->stays_silent)
			buf_printf(&s->out,
				   "rule %.*s has no case with an event of its types that must not "
				   "make it alert\n",
				   STR_ARG(id));
		lacks += !one->alerts || !one->stays_silent;
	}
	return lacks;
}

static int run_all(const struct call *c, struct session *s, const struct ruleset *rules)
{
	size_t lacks = 0;
	int result = 0;

	for (const struct rule_case *test = s->cases; test; test = test->next) {
		diag_clear(s->d);
		if (run_case(s, test) < 0) {
			report(s->d);
			result = -EINVAL;
		}
	}
	if (result < 0)
		return EXIT_WRONG;
	if (c->complete)
		lacks = tell_lacks(s, rules);
	buf_printf(&s->out, "%zu cases, %zu failed\n", s->n, s->failed);
	return s->failed + lacks > 0 ? EXIT_FOUND : EXIT_FINE;
}

/* beside the tests: the directories themselves, and those of files */
static int find_rules(const struct call *c, struct session *s)
{
	int r = 0;

	s->rules = c->origin.rules;
	for (size_t i = 0; c->origin.rules.n == 0 && i < c->n_arguments && r == 0; i++) {
		struct str path = str_of(c->arguments[i]);
		ssize_t slash = str_rchr(path, '/');
		struct stat st;

		if (stat(c->arguments[i], &st) == 0 && !S_ISDIR(st.st_mode))
			path = slash < 0 ? STR(".") : str_first(path, (size_t)slash + 1);
		r = words_add(&s->rules, path, c->arena);
	}
	return r;
}

static int prepare(const struct call *c, struct session *s, const struct ruleset **rules)
{
	int r = find_rules(c, s);

	if (r == 0)
		r = rule_cases_load((const char *const *)c->arguments, c->n_arguments, &s->cases,
				    s->arena, s->d);
	if (r == 0 && !s->cases) {
		diag_error(s->d, NULL, "no-tests", "no case in any NN-topic.test file there");
		r = -EINVAL;
	}
	*rules = r == 0 ? load(s, NULL) : NULL;
	if (!*rules)
		return -EINVAL;
	if (ruleset_count(*rules) == 0) {
		diag_error(s->d, NULL, "no-rules", "no rule to test; name them with --rules");
		return -EINVAL;
	}
	s->shown = arena_array_of(s->arena, struct shown, ruleset_count(*rules) + 1);
	return s->shown ? 0 : -ENOMEM;
}

static int run(struct call *c)
{
	AUTO(arena) a = arena_new(64 * 1024, (size_t)256 << 20);
	AUTO(diag) d = diag_new();
	struct session s = { .arena = a, .d = d };
	const struct ruleset *rules = NULL;
	int code = EXIT_WRONG, r;

	if (!a || !d)
		return EXIT_WRONG;
	r = prepare(c, &s, &rules);
	/* lints of rules are told by check */
	if (r < 0)
		report(d);
	else
		code = run_all(c, &s, rules);
	if (print(&s.out) != EXIT_FINE)
		code = EXIT_WRONG;
	buf_release(&s.out);
	ruleset_free((struct ruleset *)(uintptr_t)rules);
	return code;
}

const struct command command_test_rules = {
	.name = "test-rules",
	.operands = "DIR|FILE...",
	.least = 1,
	.most = SIZE_MAX,
	.summary = "Run tests of rules: recorded events and the alerts they must give.",
	.details = "Tests stand in NN-topic.test files, by custom beside the rule file "
		   "NN-topic.ini:\n\n"
		   "  [case shell_reads_shadow]\n"
		   "  desc = what the case shows\n"
		   "  log = shell.rec                  ; recordings or audit logs, beside the test "
		   "file\n"
		   "  enable = shell-reads, tag:files  ; rules in force; without it: as the rule "
		   "files say\n"
		   "  alerts =                         ; all alerts that come; without it: none\n"
		   "      shell-reads, 1, proc.name = sh, fd.name = /etc/shadow\n\n"
		   "A line of alerts names a rule, how many, and what fields of its output say, as "
		   "the text prints\n"
		   "them. Exit code 0: all as expected; 1: differences; 2: tests or rules that do "
		   "not load.\n",
	.switches = switches,
	.n_switches = ARRAY_LEN(switches),
	.run = run,
};
