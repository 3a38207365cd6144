/* SPDX-License-Identifier: Apache-2.0 */
/* Which event types can carry a field at all: for the lint field-not-in-type. */
#ifndef WC_CARRY_H
#define WC_CARRY_H

#include "filter/schema.h"

/* true also when it is not known: a lint must not cry wolf */
bool field_is_carried(const struct field_use *use, unsigned type);

#endif
