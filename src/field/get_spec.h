/* SPDX-License-Identifier: Apache-2.0 */
/* What the subject's container was asked to be: getters over state/spec.h, absent where it is not known. */
#ifndef WC_GET_SPEC_H
#define WC_GET_SPEC_H

#include "field/row.h"

/* param: offset of a text in struct spec */
GETTER(get_spec_text);
/* the first CONTAINER_ID_SHORT characters of the sandbox's id */
GETTER(get_sandbox_short);
/* param: enum spec_mark */
GETTER(get_spec_mark);
/* all red flags */
GETTER(get_spec_flags);
/* container.declares[what]: a capability, a name of spec_mark_rows, a path below /dev */
GETTER(get_declares);
GETTER(get_declared_device);
int prepare_declares(struct field_use *use, const struct place *where, struct diag *d);
/* param: offset of a list of labels in struct spec; with and without a key */
GETTER(get_spec_label);
GETTER(get_spec_labels);
GETTER(get_mounts);
GETTER(get_mount_drift);
/* param: enum spec_mount_part, or MOUNT_PARTS for all; index, or an anchored glob */
GETTER(get_mount);
int prepare_mount(struct field_use *use, const struct place *where, struct diag *d);

#endif
