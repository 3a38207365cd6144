/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The options of the daemon: one table, from which the file reader, "-o section.key=value", the listing
 * and the shipped conf/watchcap.conf all derive.
 *
 * A struct config is filled once and then only read: a reload builds a new one beside the old.
 */
#ifndef WC_CONFIG_H
#define WC_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/cleanup.h"
#include "base/diag.h"
#include "base/str.h"

#define CONFIG_PATH "/etc/watchcap/watchcap.conf"

struct words {
	const char **at; /* NULL-terminated; never NULL in a config */
	size_t n;
};

/* a copy of @word at the end; 0 or -ENOMEM */
int words_add(struct words *w, struct str word, struct arena *arena);

enum config_format { CONFIG_TEXT, CONFIG_JSON }; /* values of output.format */
enum respond_mode { RESPOND_OBSERVE, RESPOND_ENFORCE }; /* values of respond.mode */

struct config {
	struct arena *arena; /* owns every text below */

	const char *hostname; /* "": the kernel's */
	unsigned log_level; /* syslog level */
	const char *run_dir;

	struct words rules_path;
	unsigned min_priority; /* enum priority */
	struct words rules_enable, rules_disable;

	bool syslog_enabled;
	unsigned syslog_facility; /* see config_facility() */
	const char *syslog_tag, *syslog_path;
	const char *json_file; /* "": none */
	bool output_enabled;
	unsigned output_format; /* enum config_format */
	uint64_t queue_size;

	uint64_t guard_deadline_ms;
	struct words guard_protect; /* paths */
	unsigned guard_exec_mark; /* enum exec_mark_mode */
	unsigned respond_mode; /* enum respond_mode */
	uint64_t respond_budget; /* acts a minute */
	uint64_t respond_freeze_for; /* ns; 0: until somebody thaws */

	bool load_audit_rules;
	uint64_t audit_backlog;
	uint64_t ring_size, connector_buffer;
	uint64_t processes_max, containers_max;
	uint64_t aggregate_window; /* ns */
	const char *record_file; /* "": none */
};

enum option_kind {
	OPTION_TEXT, /* const char * */
	OPTION_TAG, /* const char *: a program name in syslog */
	OPTION_LIST, /* struct words; commas or continuation lines between the items */
	OPTION_BOOL, /* bool */
	OPTION_NUMBER, /* uint64_t */
	OPTION_SIZE, /* uint64_t bytes, written with K or M */
	OPTION_SECONDS, /* uint64_t ns, written in seconds */
	OPTION_WORD, /* unsigned: index into words */
};

struct option_def {
	const char *name; /* "section.key" */
	enum option_kind kind;
	const char *fallback; /* the default, as it would be written */
	size_t at; /* offset in struct config */
	uint64_t min, max; /* of numbers, sizes (bytes) and seconds */
	const char *const *words;
	const char *help;
	bool at_start; /* a reload does not change it */
};

size_t option_count(void);
const struct option_def *option_at(size_t i);
/* "yes or no", "a number from 1 to 9" ... appended to @out */
void option_render_kind(const struct option_def *o, struct buf *out);

/* all defaults; NULL on ENOMEM */
struct config *config_new(void);
void config_free(struct config *c);
DEFINE_AUTO(config)

/* 0, or -errno with errors in @d (all errors of the file are told) */
int config_read_file(struct config *c, const char *path, struct diag *d);
/*
 * One "section.key=value" of the command line, "section.key+=value" to add to a list; 0, or -EINVAL with
 * one error in @d.
 */
int config_assign(struct config *c, const char *assignment, struct diag *d);
/*
 * Set option @name ("section.key"). A list is replaced, or added to when @more. @where points at the
 * value; 0, or -EINVAL, -ENOMEM.
 */
int config_set(struct config *c, const struct option_def *o, struct str value, bool more,
	       const struct place *where, struct diag *d);
const struct option_def *option_find(struct str name);
/* the closest name, or absent */
struct str option_nearest(struct str name);

/* an option's value in @c as it would be written in a file */
void config_render_value(const struct config *c, const struct option_def *o, struct buf *out);
/* the shipped file: every option with its help, commented out at its default */
void config_render_file(struct buf *out);
const char *config_facility(const struct config *c);
/* daemon.hostname, or the kernel's name of this host */
#define HOSTNAME_SIZE 256
void config_hostname(const struct config *c, char out[static HOSTNAME_SIZE]);

#endif
