/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the main process and the guard say to each other: messages to the guard on a SOCK_SEQPACKET pair,
 * verdicts on another (each an audit message, "audit(S.mmm:SERIAL): BODY" of a WATCHCAP_GUARD record),
 * questions of the guard's on a third, and a page of memory that both see. Nobody ever waits for the other: what does not fit is counted.
 *
 * Both ends are the same binary, so layouts need no version.
 */
#ifndef WC_PROTOCOL_H
#define WC_PROTOCOL_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* descriptors that the guard is started with */
enum { GUARD_CHANNEL_FD = 3, GUARD_PULSE_FD = 4, GUARD_VERDICT_FD = 5, GUARD_QUESTION_FD = 6 };

enum guard_message_kind {
	GUARD_MARK, /* watch the object behind the descriptor that comes along */
	GUARD_CONTAINER, /* this container is there */
	GUARD_HELPERS, /* programs that the kernel may start: all there are */
	GUARD_EXEC_MARK, /* watch the programs in the file system behind the descriptor that comes along */
	GUARD_EXEC_UNMARK, /* watch no programs any more */
	GUARD_WHOSE, /* whose the process is that the guard asked about */
};

#define GUARD_NAME_SIZE 256
#define GUARD_PATH_SIZE 4096

struct guard_mark {
	uint32_t round; /* the same for all that are told together */
	bool is_protected; /* fd.is_protected: one of guard.protect, named by path */
	char knob[32]; /* fd.kernel_knob; "" = none */
	char path[GUARD_PATH_SIZE]; /* to be shown as fd.realpath */
};

struct guard_container {
	char id[GUARD_NAME_SIZE], type[32];
	int32_t init_pid;
	uint64_t pid_ns, mnt_ns; /* that it began in; 0: not known */
};

/* whose is this process, of whose namespaces the guard was told nothing? */
struct guard_question {
	int32_t pid;
};

struct guard_whose {
	int32_t pid;
	char id[GUARD_NAME_SIZE], type[32]; /* of its container; "": it is the host's */
};

#define GUARD_HELPERS_MAX 64

struct guard_helpers {
	uint32_t n;
	struct guard_helper {
		uint32_t dev_major, dev_minor;
		uint64_t inode;
	} files[GUARD_HELPERS_MAX];
};

struct guard_message {
	uint32_t kind;
	union {
		struct guard_mark mark;
		struct guard_container container;
		struct guard_helpers helpers;
		struct guard_whose whose;
	};
};

/* row i counts answers that took less than this, in ns: four steps for each power of two, from a microsecond to a second */
#define GUARD_LATENCIES 80
static inline uint64_t guard_latency_end(unsigned i)
{
	return (uint64_t)(4 + i % 4) * 250 << i / 4;
}

/* written by the guard alone; relaxed: each number stands for itself */
struct guard_pulse {
	_Atomic uint64_t ready; /* it answers: 1 */
	_Atomic uint64_t asked, denied, unanswered; /* unanswered: the task was gone already */
	_Atomic uint64_t blind; /* let go because /proc did not say who it is */
	_Atomic uint64_t strangers; /* waited until it was said whose they are */
	_Atomic uint64_t
		unknown; /* of these, let go since nobody could say it in time, or too many were asked about */
	_Atomic uint64_t overdue; /* let go unjudged, so that the many behind it wait no longer */
	_Atomic uint64_t
		unmarked; /* objects and file systems that the kernel did not let us mark */
	_Atomic uint64_t execs; /* programs that waited; not among the asked */
	_Atomic uint64_t exec_armed; /* programs are watched: 1 */
	_Atomic uint64_t exec_disarms; /* times that this ended because answers were too slow */
	_Atomic uint64_t untold; /* verdicts that the channel had no room for */
	_Atomic uint64_t
		unopened; /* refused by the kernel: the object could not be opened for us */
	_Atomic uint64_t slowest; /* ns */
	_Atomic uint64_t latencies[GUARD_LATENCIES];
};

#endif
