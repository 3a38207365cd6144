// SPDX-License-Identifier: Apache-2.0
/* Questions of the guard over a real socket; whose who is, and the guard's ear, are this file's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemon/guardian.h"
#include "daemon/inquiries.h"
#include "guard/protocol.h"
#include "state/state.h"

static struct {
	enum state_whose whose; /* of everybody */
	bool is_deaf; /* the guard has no room for an answer */
	struct guard_whose said[2 * INQUIRIES_MAX];
	size_t n;
} with;

enum state_whose state_whose(const struct state *s, int32_t pid, struct str *id, struct str *type)
{
	(void)s;
	(void)pid;
	if (with.whose == WHOSE_CONTAINER) {
		*id = STR("fresh");
		*type = STR("runc");
	}
	return with.whose;
}

int guardian_tell(struct guardian *g, const struct guard_message *m, size_t size, int fd)
{
	(void)g;
	assert_int_equal(m->kind, GUARD_WHOSE);
	assert_int_equal(size, sizeof(m->whose));
	assert_int_equal(fd, -1);
	if (with.is_deaf)
		return -EAGAIN;
	with.said[with.n++] = m->whose;
	return 0;
}

struct fixture {
	struct inquiries inquiries;
	int ends[2];
};

static int setup(void **state)
{
	static struct fixture f;

	memset(&f, 0, sizeof(f));
	memset(&with, 0, sizeof(with));
	*state = &f;
	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, f.ends);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->ends[0]);
	close(f->ends[1]);
	return 0;
}

static void asked(struct fixture *f, int32_t pid)
{
	const struct guard_question q = { pid };

	assert_int_equal(send(f->ends[1], &q, sizeof(q), 0), sizeof(q));
}

static void follow(struct fixture *f)
{
	inquiries_follow(&f->inquiries, f->ends[0], NULL, NULL);
}

static void test_inquiries_are_answered_once_it_is_known(void **state)
{
	struct fixture *f = *state;

	asked(f, getpid());
	follow(f);
	assert_int_equal(with.n, 0);
	assert_int_equal(f->inquiries.n, 1);
	with.whose = WHOSE_CONTAINER;
	follow(f);
	follow(f);
	assert_int_equal(with.n, 1);
	assert_int_equal(with.said[0].pid, getpid());
	assert_string_equal(with.said[0].id, "fresh");
	assert_string_equal(with.said[0].type, "runc");
	assert_int_equal(f->inquiries.n, 0);
}

static void test_inquiries_host_has_no_container(void **state)
{
	struct fixture *f = *state;

	with.whose = WHOSE_HOST;
	asked(f, getpid());
	follow(f);
	assert_int_equal(with.n, 1);
	assert_string_equal(with.said[0].id, "");
}

static void test_inquiries_an_answer_without_room_comes_later(void **state)
{
	struct fixture *f = *state;

	with.whose = WHOSE_HOST;
	with.is_deaf = true;
	asked(f, getpid());
	follow(f);
	assert_int_equal(f->inquiries.n, 1);
	with.is_deaf = false;
	follow(f);
	assert_int_equal(with.n, 1);
}

static void test_inquiries_of_the_dead_and_of_the_late_are_dropped(void **state)
{
	struct fixture *f = *state;
	int32_t dead = fork();

	if (dead == 0)
		_exit(0);
	assert_int_equal(waitpid(dead, NULL, 0), dead);
	asked(f, dead);
	follow(f);
	assert_int_equal(f->inquiries.n, 0);
	asked(f, getpid());
	follow(f);
	f->inquiries.rows[0].until = 1;
	with.whose = WHOSE_HOST;
	follow(f);
	assert_int_equal(f->inquiries.n, 0);
	assert_int_equal(with.n, 0);
}

/* one who asks again and again takes no second row; of more than can wait nobody pushes another out */
static void test_inquiries_have_a_row_for_each_who_waits(void **state)
{
	struct fixture *f = *state;

	for (int32_t i = 0; i < 100; i++)
		asked(f, 1);
	follow(f);
	assert_int_equal(f->inquiries.n, 1);
	for (size_t i = 0; i < INQUIRIES_MAX; i++)
		f->inquiries.rows[i] = (struct inquiry){ 1, UINT64_MAX };
	f->inquiries.n = INQUIRIES_MAX;
	asked(f, getpid());
	follow(f);
	assert_int_equal(f->inquiries.n, INQUIRIES_MAX);
	for (size_t i = 0; i < INQUIRIES_MAX; i++)
		assert_int_equal(f->inquiries.rows[i].pid, 1);
}

/* whatever is on the socket that is no question */
static void test_inquiries_a_message_cut_short_is_none(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(send(f->ends[1], "x", 1, 0), 1);
	follow(f);
	assert_int_equal(f->inquiries.n, 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_inquiries_are_answered_once_it_is_known),
		CASE(test_inquiries_host_has_no_container),
		CASE(test_inquiries_an_answer_without_room_comes_later),
		CASE(test_inquiries_of_the_dead_and_of_the_late_are_dropped),
		CASE(test_inquiries_have_a_row_for_each_who_waits),
		CASE(test_inquiries_a_message_cut_short_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
