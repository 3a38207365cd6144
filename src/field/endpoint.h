/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a socket that a SOCKADDR record names. */
#ifndef WC_ENDPOINT_H
#define WC_ENDPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "filter/value.h"

struct endpoint {
	uint16_t family; /* AF_* */
	bool has_address; /* AF_INET, AF_INET6: address and port are valid */
	struct address address; /* v4-mapped is IPv4; prefix is the whole length */
	uint16_t port;
	struct str path; /* AF_UNIX; an abstract name begins with a NUL; absent: unnamed */
};

/* @sockaddr: the bytes that the kernel saw; false if there are none or they are cut short */
bool endpoint_decode(struct str sockaddr, struct endpoint *out);
/* "1.2.3.4:80", "::1:80", the path ("@name" if abstract); absent for other families */
struct str endpoint_text(const struct endpoint *e, struct arena *a);

#endif
