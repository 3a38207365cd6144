/* SPDX-License-Identifier: Apache-2.0 */
/* When a hierarchy is read again, and when what was read before has to do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/clock.h"
#include "kernel/cgroup_memory.h"
#include "kernel/cgroupfs.h"

#define AGED (1000 * NS_PER_S) /* long after all were found */
#define NEW_IN_A_SECOND (CGROUP_MEMORY_READS / 4 * 3)

static const struct cgroup_wanted none;

struct scene {
	struct cgroup_memory *memory;
	struct arena *arena;
};

static int setup(void **state)
{
	struct scene *s = calloc(1, sizeof(*s));

	s->memory = cgroup_memory_new();
	s->arena = arena_new(4096, (size_t)4 << 20);
	*state = s;
	return s->memory && s->arena ? 0 : -1;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	cgroup_memory_free(s->memory);
	arena_free(s->arena);
	free(s);
	return 0;
}

static struct cgroup_hierarchy hierarchy(uint32_t id)
{
	return (struct cgroup_hierarchy){ .id = id, .controllers = STR("name=x") };
}

/* asked of and, if need be, read: with the content @agent */
static int look_at(struct scene *s, uint32_t id, struct str agent)
{
	struct cgroup_hierarchy h = hierarchy(id);
	int r = cgroup_memory_recall(s->memory, &h, s->arena);

	if (r != RECALL_READ)
		return r;
	h.has_inode = true;
	h.inode = 7;
	h.dev_minor = id;
	h.release_agent = agent;
	cgroup_memory_keep(s->memory, &h);
	return r;
}

static unsigned look_at_all(struct scene *s, uint32_t n, enum cgroup_recall what)
{
	unsigned found = 0;

	for (uint32_t id = 1; id <= n; id++)
		found += look_at(s, id, STR("")) == (int)what;
	cgroup_memory_end(s->memory);
	return found;
}

static void test_a_young_one_is_read_at_each_look(void **state)
{
	struct scene *s = *state;

	for (uint64_t now = AGED; now < AGED + 3 * NS_PER_S; now += NS_PER_S / 2) {
		cgroup_memory_begin(s->memory, &none, now);
		assert_int_equal(look_at(s, 5, STR("/x")), RECALL_READ);
		cgroup_memory_end(s->memory);
	}
	cgroup_memory_begin(s->memory, &none, AGED + 3 * NS_PER_S);
	assert_int_equal(look_at(s, 5, STR("/y")), RECALL_KNOWN);
}

static void test_what_is_known_is_what_was_read(void **state)
{
	struct scene *s = *state;
	struct cgroup_hierarchy h = hierarchy(5);

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at(s, 5, STR("/agent"));
	look_at(s, 4, STR_ABSENT);
	cgroup_memory_end(s->memory);
	cgroup_memory_begin(s->memory, &none, AGED + 5 * NS_PER_S);
	assert_int_equal(cgroup_memory_recall(s->memory, &h, s->arena), RECALL_KNOWN);
	assert_true(h.has_inode);
	assert_int_equal(h.inode, 7);
	assert_int_equal(h.dev_minor, 5);
	assert_true(str_eq(h.release_agent, STR("/agent")));
	h = hierarchy(4);
	assert_int_equal(cgroup_memory_recall(s->memory, &h, s->arena), RECALL_KNOWN);
	assert_null(h.release_agent.ptr);
}

static void test_who_is_asked_for_is_read(void **state)
{
	struct scene *s = *state;

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at_all(s, 9, RECALL_READ);
	cgroup_memory_begin(s->memory, &(struct cgroup_wanted){ .dev_minor = 5 },
			    AGED + 4 * NS_PER_S);
	for (uint32_t id = 1; id <= 9; id++)
		assert_int_equal(look_at(s, id, STR("")), id == 5 ? RECALL_READ : RECALL_KNOWN);
	cgroup_memory_end(s->memory);
	cgroup_memory_begin(s->memory, &(struct cgroup_wanted){ .all = true }, AGED + 5 * NS_PER_S);
	assert_int_equal(look_at_all(s, 9, RECALL_READ), 9);
}

static void test_the_old_are_read_a_few_at_a_time_and_all_in_the_end(void **state)
{
	struct scene *s = *state;
	unsigned looks = 0, read;

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at_all(s, 50, RECALL_READ);
	cgroup_memory_begin(s->memory, &none, AGED + 9 * NS_PER_S);
	assert_int_equal(look_at_all(s, 50, RECALL_READ), 0);
	for (read = 0; read < 50; read += look_at_all(s, 50, RECALL_READ))
		cgroup_memory_begin(s->memory, &none, AGED + (10 + 1 + looks++ / 5) * NS_PER_S);
	assert_in_range(looks, 12, 14);
}

/* the first of the list have theirs no more often */
static void test_each_old_one_has_its_turn(void **state)
{
	struct scene *s = *state;
	bool was_read[60] = { 0 };
	unsigned read = 0;

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at_all(s, 60, RECALL_READ);
	for (uint64_t look = 10; look < 40; look++) {
		cgroup_memory_begin(s->memory, &none, AGED + look * NS_PER_S);
		for (uint32_t id = 1; id <= 60; id++)
			was_read[id - 1] |= look_at(s, id, STR("")) == RECALL_READ;
		cgroup_memory_end(s->memory);
	}
	for (size_t i = 0; i < 60; i++)
		read += was_read[i];
	assert_int_equal(read, 60);
}

/* they come all the time, and are ahead in the list */
static void test_the_young_keep_neither_new_nor_old_from_being_read(void **state)
{
	struct scene *s = *state;
	unsigned old = 0, new = 0;

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at(s, 1, STR(""));
	cgroup_memory_end(s->memory);
	for (uint32_t look = 1; look < 14; look++) {
		cgroup_memory_begin(s->memory, &none, AGED + look * NS_PER_S);
		for (uint32_t i = 140; i > 0; i--)
			look_at(s, 100 + 70 * look + i, STR(""));
		new += look > 1 && look_at(s, 2, STR("")) == RECALL_READ;
		old += look_at(s, 1, STR("")) == RECALL_READ && look > 3;
		cgroup_memory_end(s->memory);
	}
	assert_true(new > 0);
	assert_true(old > 0);
}

static void test_decoys_cost_no_more_than_their_share(void **state)
{
	struct scene *s = *state;

	cgroup_memory_begin(s->memory, &none, AGED);
	assert_int_equal(look_at_all(s, 1000, RECALL_READ), NEW_IN_A_SECOND);
	/* in the same second: nothing more, and what is known stays known */
	cgroup_memory_begin(s->memory, &none, AGED + 1);
	assert_int_equal(look_at_all(s, 1000, RECALL_KNOWN), NEW_IN_A_SECOND);
	cgroup_memory_begin(s->memory, &none, AGED + 4 * NS_PER_S);
	assert_int_equal(look_at_all(s, 1000, RECALL_LATER), 1000 - 2 * NEW_IN_A_SECOND);
}

static void test_more_than_are_kept_are_as_if_they_were_not_there(void **state)
{
	struct scene *s = *state;
	uint64_t now = AGED;
	unsigned known = 0;

	for (unsigned i = 0; i < 200; i++, now += 4 * NS_PER_S) {
		cgroup_memory_begin(s->memory, &none, now);
		known = look_at_all(s, CGROUP_MEMORY_MAX + 10, RECALL_LATER);
	}
	assert_int_equal(known, 10);
}

static void test_what_could_not_be_read_is_as_it_was_last(void **state)
{
	struct scene *s = *state;
	struct cgroup_hierarchy h = hierarchy(5), other = hierarchy(6);

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at(s, 5, STR("/agent"));
	cgroup_memory_end(s->memory);
	cgroup_memory_begin(s->memory, &none, AGED + NS_PER_S / 2);
	assert_int_equal(cgroup_memory_recall(s->memory, &h, s->arena), RECALL_READ);
	assert_false(h.has_inode);
	assert_int_equal(cgroup_memory_last(s->memory, &h, s->arena), RECALL_KNOWN);
	assert_true(h.has_inode);
	assert_true(str_eq(h.release_agent, STR("/agent")));
	assert_int_equal(cgroup_memory_last(s->memory, &other, s->arena), RECALL_LATER);
	assert_false(other.has_inode);
}

static void test_who_is_gone_is_forgotten(void **state)
{
	struct scene *s = *state;

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at_all(s, 3, RECALL_READ);
	cgroup_memory_begin(s->memory, &none, AGED + 4 * NS_PER_S);
	assert_int_equal(look_at_all(s, 2, RECALL_KNOWN), 2);
	cgroup_memory_begin(s->memory, &none, AGED + 5 * NS_PER_S);
	assert_int_equal(look_at(s, 3, STR("")), RECALL_READ);
}

static void test_a_number_given_again_is_another_hierarchy(void **state)
{
	struct scene *s = *state;
	struct cgroup_hierarchy h = hierarchy(5);

	cgroup_memory_begin(s->memory, &none, AGED);
	look_at(s, 5, STR("/x"));
	cgroup_memory_end(s->memory);
	cgroup_memory_begin(s->memory, &none, AGED + 4 * NS_PER_S);
	h.controllers = STR("name=y");
	assert_int_equal(cgroup_memory_recall(s->memory, &h, s->arena), RECALL_READ);
	cgroup_memory_keep(s->memory, &h);
	cgroup_memory_end(s->memory);
	cgroup_memory_begin(s->memory, &none, AGED + 8 * NS_PER_S);
	assert_int_equal(cgroup_memory_recall(s->memory, &h, s->arena), RECALL_KNOWN);
}

static void test_little_memory_is_an_error(void **state)
{
	struct scene *s = *state;
	AUTO(arena) tiny = arena_new(64, 64);
	struct cgroup_hierarchy h = hierarchy(5);
	char agent[1024];

	memset(agent, 'x', sizeof(agent));
	cgroup_memory_begin(s->memory, &none, AGED);
	look_at(s, 5, str_mem(agent, sizeof(agent)));
	cgroup_memory_begin(s->memory, &none, AGED + 4 * NS_PER_S);
	assert_int_equal(cgroup_memory_recall(s->memory, &h, tiny), -ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(test_a_young_one_is_read_at_each_look),
		TEST(test_what_is_known_is_what_was_read),
		TEST(test_who_is_asked_for_is_read),
		TEST(test_the_old_are_read_a_few_at_a_time_and_all_in_the_end),
		TEST(test_each_old_one_has_its_turn),
		TEST(test_the_young_keep_neither_new_nor_old_from_being_read),
		TEST(test_decoys_cost_no_more_than_their_share),
		TEST(test_more_than_are_kept_are_as_if_they_were_not_there),
		TEST(test_what_could_not_be_read_is_as_it_was_last),
		TEST(test_who_is_gone_is_forgotten),
		TEST(test_a_number_given_again_is_another_hierarchy),
		TEST(test_little_memory_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
