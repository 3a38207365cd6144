/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the host that matter (kernel/hostfiles.h), and what a configuration gives of them. */
#ifndef WC_GET_HOST_FILE_H
#define WC_GET_HOST_FILE_H

#include "field/row.h"

GETTER(get_host_class);
/* a writable volume of that class by its own path, not by one above it */
GETTER(get_declared_host_file);

#endif
