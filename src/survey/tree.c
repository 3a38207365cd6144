/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A walk without recursion: a container may stack its processes as deep as it likes. /proc is no
 * snapshot, so parents may seem to be each other's children; whatever no walk reaches comes last.
 */
#include "survey/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "survey/survey.h"

#define NOBODY SIZE_MAX

struct node {
	size_t parent, first_child, next; /* indexes, or NOBODY */
	bool is_done;
};

static int pid_cmp(const void *pid, const void *row)
{
	int32_t a = *(const int32_t *)pid;
	int32_t b = ((const struct survey_process *)row)->process->ref.pid;

	return (a > b) - (a < b);
}

static void link_nodes(struct node *nodes, const struct survey_process *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		nodes[i] = (struct node){ NOBODY, NOBODY, NOBODY, false };
	/* from behind, so that the lowest pid is the first child */
	for (size_t i = n; i-- > 0;) {
		const struct survey_process *parent =
			bsearch(&list[i].process->ppid, list, n, sizeof(*list), pid_cmp);
		size_t at = parent ? (size_t)(parent - list) : NOBODY;

		if (at == NOBODY || at == i)
			continue;
		nodes[i].parent = at;
		nodes[i].next = nodes[at].first_child;
		nodes[at].first_child = i;
	}
}

/* the node behind @at in the order of the tree, below @root */
static size_t advance(const struct node *nodes, size_t root, size_t at, unsigned *depth)
{
	if (nodes[at].first_child != NOBODY) {
		++*depth;
		return nodes[at].first_child;
	}
	while (at != root && nodes[at].next == NOBODY) {
		at = nodes[at].parent;
		--*depth;
	}
	return at == root ? NOBODY : nodes[at].next;
}

int tree_sort(struct survey_process *list, size_t n, struct arena *a)
{
	struct node *nodes = arena_array_of(a, struct node, n + 1);
	struct survey_process *sorted = arena_array_of(a, struct survey_process, n + 1);
	size_t done = 0;

	if (!nodes || !sorted)
		return -ENOMEM;
	link_nodes(nodes, list, n);
	for (size_t root = 0; root < n; root++) {
		unsigned depth = 0;

		if (nodes[root].parent != NOBODY)
			continue;
		for (size_t at = root; at != NOBODY; at = advance(nodes, root, at, &depth)) {
			nodes[at].is_done = true;
			sorted[done] = list[at];
			sorted[done++].depth = depth;
		}
	}
	for (size_t i = 0; i < n; i++)
		if (!nodes[i].is_done)
			sorted[done++] = list[i];
	if (n)
		memcpy(list, sorted, n * sizeof(*list));
	return 0;
}
