/* SPDX-License-Identifier: Apache-2.0 */
/* Paths of the host that do not belong in a container, as texts: nothing is looked at. */
#ifndef WC_HOST_PATH_H
#define WC_HOST_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* SPEC_RUNTIME_SOCKET, SPEC_SENSITIVE_PATH (state/spec.h), or 0 */
uint32_t host_path_marks(struct str path);

#endif
