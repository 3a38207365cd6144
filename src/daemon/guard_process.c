// SPDX-License-Identifier: Apache-2.0
/* The same binary, with the same options. */
#include "daemon/guard_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "guard/protocol.h"

#define FD_FLOOR 10 /* above the numbers that the guard wants its own at */

extern char **environ;

/* the command line of the guard: ours, and what must not differ */
struct words_out {
	char *at[256];
	size_t n;
	char mode[32];
};

static void word(struct words_out *w, const char *text)
{
	if (w->n < ARRAY_LEN(w->at) - 1)
		w->at[w->n++] = (char *)(uintptr_t)text;
	w->at[w->n] = NULL;
}

static void make_words(struct words_out *w, const struct guard_process *g)
{
	const struct origin *o = g->origin;

	w->n = 0;
	word(w, "watchcap");
	word(w, "guard");
	if (o->file) {
		word(w, "--config");
		word(w, o->file);
	}
	for (size_t i = 0; i < o->rules.n; i++) {
		word(w, "--rules");
		word(w, o->rules.at[i]);
	}
	for (size_t i = 0; i < o->assignments.n; i++) {
		word(w, "--option");
		word(w, o->assignments.at[i]);
	}
	snprintf(w->mode, sizeof(w->mode), "respond.mode=%s", g->enforce ? "enforce" : "observe");
	word(w, "--option");
	word(w, w->mode);
}

static int high(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, FD_FLOOR);

	return copy < 0 ? -errno : copy;
}

int guard_process_spawn(const struct guard_process *g, pid_t *pid)
{
	struct {
		int from, to;
	} fds[] = {
		{ high(g->channel_fd), GUARD_CHANNEL_FD },
		{ high(g->pulse_fd), GUARD_PULSE_FD },
		{ high(g->verdict_fd), GUARD_VERDICT_FD },
		{ high(g->question_fd), GUARD_QUESTION_FD },
	};
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	struct words_out words;
	sigset_t none, all;
	int r = 0;

	make_words(&words, g);
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&actions);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
		r = fds[i].from < 0 ? -fds[i].from : r;
		posix_spawn_file_actions_adddup2(&actions, fds[i].from, fds[i].to);
	}
	if (r == 0)
		r = posix_spawn(pid, "/proc/self/exe", &actions, &attributes, words.at, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	for (size_t i = 0; i < ARRAY_LEN(fds); i++)
		cleanup_close(&fds[i].from);
	return -r;
}
