/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The OCI runtime configuration (config.json of a bundle) as facts about a container.
 *
 * Format: opencontainers/runtime-spec, config.md and config-linux.md; annotations as containerd's
 * CRI plugin, CRI-O, podman and nerdctl write them.
 */
#ifndef WC_OCI_CONFIG_H
#define WC_OCI_CONFIG_H

#include "base/arena.h"
#include "state/facts.h"

struct json_object;

/*
 * Fills @out from @config, texts in @a; what is there already stands unless the configuration says
 * it, too. @dir: of the bundle, for a relative root. *budget: bytes that the lists may still have.
 */
void oci_config_read(struct json_object *config, struct str dir, struct facts_container *out,
		     size_t *budget, struct arena *a);
/* capability names of a list; an absent list is the empty set, as runtimes take it */
uint64_t oci_config_caps(struct json_object *list);
/* labels of @object (text members) at the end of @list */
void oci_config_labels(struct json_object *object, struct facts_container *out,
		       struct spec_list *list, size_t *budget, struct arena *a);

#endif
