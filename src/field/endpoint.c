/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From struct sockaddr bytes to an end. The family is in the byte order of x86 and arm64: little
 * endian.
 */
#include "field/endpoint.h"

#include <arpa/inet.h>
#include <sys/socket.h>

#include "field/join.h"

#define IN_LEN 8
#define IN6_LEN 24

static bool decode_in(const uint8_t *p, struct endpoint *e)
{
	e->has_address = true;
	e->port = (uint16_t)(p[2] << 8 | p[3]);
	e->address = (struct address){ .family = 4, .prefix = 32 };
	memcpy(e->address.byte, p + 4, 4);
	return true;
}

static bool decode_in6(const uint8_t *p, struct endpoint *e)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	e->has_address = true;
	e->port = (uint16_t)(p[2] << 8 | p[3]);
	e->address = (struct address){ .family = 6, .prefix = 128 };
	memcpy(e->address.byte, p + 8, 16);
	if (memcmp(p + 8, mapped, sizeof(mapped)) == 0) {
		e->address = (struct address){ .family = 4, .prefix = 32 };
		memcpy(e->address.byte, p + 20, 4);
	}
	return true;
}

static bool decode_unix(struct str path, struct endpoint *e)
{
	ssize_t end;

	if (path.len > 0 && path.ptr[0] == '\0') {
		/* abstract: the bytes behind the NUL; the kernel logs no padding */
		e->path = path;
		return true;
	}
	end = str_chr(path, '\0');
	e->path = end < 0 ? path : str_first(path, (size_t)end);
	if (e->path.len == 0)
		e->path = STR_ABSENT;
	return true;
}

bool endpoint_decode(struct str sockaddr, struct endpoint *out)
{
	const uint8_t *p = (const uint8_t *)sockaddr.ptr;

	if (sockaddr.len < 2)
		return false;
	*out = (struct endpoint){ .family = (uint16_t)(p[0] | p[1] << 8), .path = STR_ABSENT };
	if (out->family == AF_INET)
		return sockaddr.len >= IN_LEN && decode_in(p, out);
	if (out->family == AF_INET6)
		return sockaddr.len >= IN6_LEN && decode_in6(p, out);
	if (out->family == AF_UNIX)
		return decode_unix(str_from(sockaddr, 2), out);
	return true;
}

struct str endpoint_text(const struct endpoint *e, struct arena *a)
{
	char text[INET6_ADDRSTRLEN];

	if (e->has_address) {
		inet_ntop(e->address.family == 4 ? AF_INET : AF_INET6, e->address.byte, text,
			  sizeof(text));
		return arena_printf(a, "%s:%u", text, e->port);
	}
	if (e->path.len > 0 && e->path.ptr[0] == '\0')
		return join((struct str[]){ STR("@"), str_from(e->path, 1) }, 2, 0, a);
	return e->path;
}
