// SPDX-License-Identifier: Apache-2.0
/* Who is meant by a number in somebody else's view of the machine. */
#include <fcntl.h>

#include "fake_facts.h"
#include "state/acted_upon.h"

#define ID64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define HOME "0::/docker/" ID64 "\n"

struct fixture {
	struct fake *fake;
	struct session *session;
	struct arena *arena;
	struct event event;
	struct scene scene;
};

/* a container's first process and a shell of it, in a pid namespace 2; a process of the host's */
static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct facts_process *p;

	f->fake = fake_new();
	fake_add(f->fake, 1, 0, "/sbin/init", "0::/\n");
	p = fake_add(f->fake, 61, 1, "/bin/sleep", HOME);
	p->ns[NS_PID] = 2;
	p->vpid = 1;
	p = fake_add(f->fake, 70, 61, "/bin/sh", HOME);
	p->ns[NS_PID] = 2;
	p->vpid = 7;
	fake_add(f->fake, 80, 1, "/sbin/agent", "0::/\n");
	f->session = session_new(&f->fake->facts, NULL);
	state_start(f->session->state);
	f->arena = arena_new(4096, 65536);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_free(f->arena);
	session_free(f->session);
	free(f);
	return 0;
}

/* a call of process @pid with @arg first */
static void call(struct fixture *f, evt_type type, int32_t pid, uint64_t arg)
{
	f->event = (struct event){ .type = type,
				   .has_syscall = true,
				   .time = f->session->state->now,
				   .arena = f->arena,
				   .sys.arg = { arg } };
	f->scene = (struct scene){ .event = &f->event, .state = f->session->state };
	acted_upon_observe(f->session->state, &f->event,
			   process_find(&f->session->state->processes, 0, pid), &f->scene);
}

static void wrote_here(struct fixture *f, const char *path, const char *here, int32_t pid)
{
	const struct modification m = { .pid = pid,
					.path = str_of(path),
					.knob = here ? str_of(here) : STR_ABSENT };

	f->event = (struct event){ .type = EVT_WRITE, .modification = &m, .arena = f->arena };
	f->scene = (struct scene){ .event = &f->event, .state = f->session->state };
	acted_upon_observe(f->session->state, &f->event,
			   process_find(&f->session->state->processes, 0, pid), &f->scene);
}

static void wrote(struct fixture *f, const char *path, int32_t pid)
{
	wrote_here(f, path, NULL, pid);
}

static void test_numbers_are_translated(void **state)
{
	struct fixture *f = *state;

	f->fake->target = 80;
	call(f, EVT_PROCESS_VM_WRITEV, 70, 5);
	assert_int_equal(f->scene.target.pid, 80);
	assert_non_null(f->scene.target.process);
	call(f, EVT_PIDFD_GETFD, 70, 5);
	assert_int_equal(f->scene.target.pid, 80);
	call(f, EVT_PIDFD_OPEN, 70, 5);
	assert_int_equal(f->scene.target.pid, 0);
}

static void test_without_the_kernel_what_was_told_of_them_decides(void **state)
{
	struct fixture *f = *state;

	call(f, EVT_PROCESS_VM_WRITEV, 70, 1);
	assert_int_equal(f->scene.target.pid, 61);
	/* nobody has that number there, whoever has it here */
	call(f, EVT_PROCESS_VM_WRITEV, 70, 80);
	assert_int_equal(f->scene.target.pid, 0);
	call(f, EVT_PIDFD_GETFD, 70, 1);
	assert_int_equal(f->scene.target.pid, 0);
}

/* a call of fcntl(2) by the shell */
static void directed(struct fixture *f, uint64_t cmd, uint64_t arg)
{
	f->event = (struct event){ .type = EVT_FCNTL,
				   .has_syscall = true,
				   .time = f->session->state->now,
				   .arena = f->arena,
				   .sys.arg = { 3, cmd, arg } };
	f->scene = (struct scene){ .event = &f->event, .state = f->session->state };
	acted_upon_observe(f->session->state, &f->event,
			   process_find(&f->session->state->processes, 0, 70), &f->scene);
}

static void test_whom_the_kernel_is_to_signal_is_translated(void **state)
{
	/* nobody; of the pointer's register; another command; what no group has */
	static const struct {
		uint64_t cmd, arg;
	} others[] = {
		{ F_SETOWN, 0 },
		{ F_SETOWN_EX, 5 },
		{ F_SETSIG, 5 },
		{ F_SETOWN, UINT64_C(0x80000000) },
	};
	struct fixture *f = *state;

	f->fake->target = 80;
	directed(f, F_SETOWN, 5);
	assert_int_equal(f->scene.target.pid, 80);
	directed(f, F_SETOWN, (uint64_t)-5);
	assert_int_equal(f->scene.target.pid, 80);
	/* of 32-bit programs */
	directed(f, F_SETOWN, (uint32_t)-5);
	assert_int_equal(f->scene.target.pid, 80);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		directed(f, others[i].cmd, others[i].arg);
		assert_int_equal(f->scene.target.pid, 0);
	}
}

static void test_processes_of_the_host_are_not_asked_about(void **state)
{
	struct fixture *f = *state;

	f->fake->target = 61;
	call(f, EVT_PROCESS_VM_WRITEV, 80, 61);
	assert_int_equal(f->scene.target.pid, 0);
	assert_int_equal(f->fake->asked[FACT_PID_TARGET], 0);
}

static void test_memory_is_known_by_its_path(void **state)
{
	static const char *const others[] = { "/proc/5/comm", "/proc/self/mem", "/mem", "/x/mem",
					      "/proc/5/memory" };
	struct fixture *f = *state;

	f->fake->target = 80;
	wrote(f, "/proc/5/mem", 70);
	assert_int_equal(f->scene.target.pid, 80);
	wrote(f, "/5/task/6/mem", 70);
	assert_int_equal(f->scene.target.pid, 80);
	wrote(f, "/tmp/task/5/mem", 70);
	assert_int_equal(f->scene.target.pid, 80);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		wrote(f, others[i], 70);
		assert_int_equal(f->scene.target.pid, 0);
	}
}

static void test_who_is_to_be_killed_first_is_known_by_its_path(void **state)
{
	struct fixture *f = *state;

	f->fake->target = 80;
	wrote(f, "/proc/5/oom_score_adj", 70);
	assert_int_equal(f->scene.target.pid, 80);
	wrote(f, "/proc/5/task/5/oom_adj", 70);
	assert_int_equal(f->scene.target.pid, 80);
	wrote(f, "/proc/5/oom_score", 70);
	assert_int_equal(f->scene.target.pid, 0);
	wrote_here(f, "/host/proc/80/oom_score_adj", "/proc/80/oom_score_adj", 70);
	assert_int_equal(f->scene.target.pid, 80);
}

static void test_memory_in_the_hosts_own_procfs_is_by_its_numbers(void **state)
{
	struct fixture *f = *state;

	f->fake->target = 61;
	wrote_here(f, "/80/mem", "/proc/80/mem", 70);
	assert_int_equal(f->scene.target.pid, 80);
	wrote_here(f, "/proc/70/mem", "/proc/70/mem", 70);
	assert_int_equal(f->scene.target.pid, 70);
	assert_int_equal(f->fake->asked[FACT_PID_TARGET], 0);
	wrote_here(f, "/proc/70/mem", "/proc/70/mem", 80);
	assert_int_equal(f->scene.target.pid, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_numbers_are_translated),
		TEST(test_without_the_kernel_what_was_told_of_them_decides),
		TEST(test_whom_the_kernel_is_to_signal_is_translated),
		TEST(test_processes_of_the_host_are_not_asked_about),
		TEST(test_memory_is_known_by_its_path),
		TEST(test_who_is_to_be_killed_first_is_known_by_its_path),
		TEST(test_memory_in_the_hosts_own_procfs_is_by_its_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
