/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The bare libauparse loop that every auparse based plugin stands on: feed stdin, walk every record of
 * every event and, with the argument "fields", every field of it. The reference that tests/bench/run
 * compares with; it evaluates nothing.
 */
#include <auparse.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static unsigned long records, fields;
static bool walk_fields;

static void on_event(auparse_state_t *au, auparse_cb_event_t event, void *data)
{
	(void)data;
	if (event != AUPARSE_CB_EVENT_READY)
		return;
	auparse_first_record(au);
	do {
		records++;
		if (!walk_fields || !auparse_first_field(au))
			continue;
		do
			fields += auparse_get_field_str(au) != NULL;
		while (auparse_next_field(au) > 0);
	} while (auparse_next_record(au) > 0);
}

int main(int argc, char **argv)
{
	static char block[65536];
	auparse_state_t *au = auparse_init(AUSOURCE_FEED, NULL);
	ssize_t n;
	walk_fields = argc > 1 && strcmp(argv[1], "fields") == 0;
	if (!au)
		return 1;
	auparse_add_callback(au, on_event, NULL, NULL);
	while ((n = read(0, block, sizeof(block))) > 0)
		auparse_feed(au, block, (size_t)n);
	auparse_flush_feed(au);
	auparse_destroy(au);
	fprintf(stderr, "%lu records, %lu fields\n", records, fields);
	return 0;
}
