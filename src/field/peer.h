/* SPDX-License-Identifier: Apache-2.0 */
/* The ends of the socket that a call is about, as far as its SOCKADDR record tells. */
#ifndef WC_PEER_H
#define WC_PEER_H

#include "field/endpoint.h"
#include "state/scene.h"

/* connect, accept and the sending calls name the remote end, bind the local one; false: not told */
bool peer_remote(const struct scene *s, struct endpoint *out);
bool peer_local(const struct scene *s, struct endpoint *out);

enum peer_role { ROLE_UNKNOWN, ROLE_CLIENT, ROLE_SERVER };
/* what the subject is on this socket */
enum peer_role peer_role(const struct scene *s);

/* "local->remote", "?" for an unknown end; absent if neither is known */
struct str peer_name(const struct scene *s, struct arena *a);

#endif
