/* SPDX-License-Identifier: Apache-2.0 */
/* Names of ports that rules are written about, by IANA's registry: a table, no look-up in the host's files. */
#ifndef WC_SERVICE_H
#define WC_SERVICE_H

#include <stdint.h>

#include "base/str.h"

/* absent: not one of them */
struct str service_name(uint16_t port);

#endif
