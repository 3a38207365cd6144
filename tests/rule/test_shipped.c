/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that are shipped, against the real fields and event types: no error, no lint. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "field/registry.h"
#include "rule/ruleset.h"
#include "rule/template.h"

static struct ruleset *load_shipped(void)
{
	const char *dir = SOURCE_DIR "/rules";
	AUTO(diag) d = diag_new();
	struct ruleset *set = ruleset_load(&dir, 1, NULL, registry_schema(), d);

	if (diag_count(d) > 0) {
		auto_buf struct buf text = { 0 };

		diag_render_text(d, &text);
		print_error("%s", buf_z(&text));
	}
	assert_int_equal(diag_count(d), 0);
	assert_non_null(set);
	return set;
}

static const struct rule *titled(const struct ruleset *set, const char *title)
{
	for (size_t i = 0; i < ruleset_count(set); i++)
		if (str_eq(ruleset_at(set, i)->title, str_of(title)))
			return ruleset_at(set, i);
	fail_msg("no rule '%s'", title);
	return NULL;
}

static bool wants(const struct ruleset *set, const struct rule *rule, const char *type)
{
	int number = registry_schema()->event_type(str_of(type));
	const struct rule *const *rules;
	size_t n;

	assert_true(number >= 0);
	n = ruleset_for_event(set, (unsigned)number, &rules);
	for (size_t i = 0; i < n; i++)
		if (rules[i] == rule)
			return true;
	return false;
}

static bool has_tag(const struct rule *rule, const char *tag)
{
	for (size_t i = 0; i < rule->n_tags; i++)
		if (str_eq(rule->tags[i], str_of(tag)))
			return true;
	return false;
}

static void test_shipped_rules_load_without_error_or_lint(void **state)
{
	AUTO(ruleset) set = load_shipped();

	(void)state;
	assert_true(ruleset_count(set) > 0);
	for (size_t i = 0; i < ruleset_count(set); i++) {
		/* for what connections cost */
		assert_true(ruleset_at(set, i)->enabled !=
			    has_tag(ruleset_at(set, i), "connections"));
		/* whoever kills or freezes is the administrator */
		assert_int_equal(ruleset_at(set, i)->actions & ACTIONS_ACTIVE, 0);
		assert_true(ruleset_at(set, i)->n_tags > 0);
	}
}

static void test_shipped_rules_have_the_titles_and_priorities_of_the_talk(void **state)
{
	AUTO(ruleset) set = load_shipped();
	const struct rule *escape = titled(set, "Detect release_agent File Container Escapes");
	const struct rule *excess = titled(set, "Launch Excessively Capable Container");

	(void)state;
	assert_true(str_eq(escape->id, STR("release-agent-write")));
	assert_int_equal(escape->priority, PRIORITY_CRITICAL);
	assert_true(str_eq(excess->id, STR("container-excess-caps")));
	assert_int_equal(titled(set, "Kernel Starts a Planted Helper")->priority,
			 PRIORITY_CRITICAL);
	assert_int_equal(excess->priority, PRIORITY_INFORMATIONAL);
}

static void test_shipped_rules_are_asked_for_their_events_only(void **state)
{
	static const char *const opens[] = {
		"open", "openat", "openat2", "creat", "open_by_handle_at", "write", "knob_change",
	};
	AUTO(ruleset) set = load_shipped();
	const struct rule *escape = titled(set, "Detect release_agent File Container Escapes");
	const struct rule *excess = titled(set, "Launch Excessively Capable Container");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(opens); i++) {
		assert_true(wants(set, escape, opens[i]));
		assert_false(wants(set, excess, opens[i]));
	}
	assert_true(wants(set, excess, "container"));
	assert_true(wants(set, titled(set, "Kernel Starts a Planted Helper"), "usermodehelper"));
	assert_false(wants(set, escape, "container"));
	assert_true(wants(set, titled(set, "Fileless execution via memfd_create"), "execveat"));
	assert_false(ruleset_wants(set, (unsigned)registry_schema()->event_type(STR("accept"))));
}

/* an alert must tell who did what from where, without looking anything up */
static void test_shipped_rules_tell_the_whole_story(void **state)
{
	static const char *const always[] = {
		"container.id",	       "container.name", "container.image.repository",
		"proc.name",	       "proc.pid",	 "proc.exepath",
		"proc.cmdline",	       "user.name",	 "user.uid",
		"thread.cap_effective"
	};
	static const char *const escape_too[] = { "evt.type", "evt.res", "fd.name", "fd.realpath" };
	AUTO(ruleset) set = load_shipped();

	(void)state;
	for (size_t i = 0; i < ruleset_count(set); i++) {
		const struct rule *r = ruleset_at(set, i);
		bool escape = str_eq(r->id, STR("release-agent-write"));
		size_t n = ARRAY_LEN(always) + (escape ? ARRAY_LEN(escape_too) : 0), found = 0;
		struct str key;

		for (size_t k = 0; k < template_fields(r->output); k++) {
			template_field(r->output, k, &key);
			for (size_t f = 0; f < ARRAY_LEN(always); f++)
				found += str_eq(key, str_of(always[f]));
			for (size_t f = 0; escape && f < ARRAY_LEN(escape_too); f++)
				found += str_eq(key, str_of(escape_too[f]));
		}
		assert_int_equal(found, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shipped_rules_load_without_error_or_lint),
		cmocka_unit_test(test_shipped_rules_have_the_titles_and_priorities_of_the_talk),
		cmocka_unit_test(test_shipped_rules_are_asked_for_their_events_only),
		cmocka_unit_test(test_shipped_rules_tell_the_whole_story),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
