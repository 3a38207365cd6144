// SPDX-License-Identifier: Apache-2.0
/* A bare log of `docker run`, `docker run --cap-add SYS_ADMIN` and `docker exec` of an escape. */
#include "session.h"

#define DFLT "46abbb2567843a963082a20d868cb5ab27d2665fc7c2ac0b02a3432d70563a7b"
#define ESC "5bc0192947872c7f56019b8de2a71a42ec4a2af245f7796dcaed4bf9ff308c34"

int main(void)
{
	struct session *t = session_new(facts_none(), NULL);

	session_log(t, TEST_DATA "/docker_escape.log");
	for (size_t i = 0; i < t->n; i++) {
		struct seen *r = &t->seen[i];
		printf("%lu %.*s pid=%d %s src=%d init=%d caps %d %lx->%d %lx bnd %d %lx knob=%s obj=%s\n", r->serial, STR_ARG(event_type_name(r->type)), r->pid, r->short_id, r->source, r->is_runtime_init, r->before.has_caps, r->before.cap_permitted,r->after.has_caps, r->after.cap_permitted, r->after.has_bounding, r->after.cap_bounding, r->knob, r->object);
	}
	session_free(t);
	return 0;
}
