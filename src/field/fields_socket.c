/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fd.* of sockets. Records name one end at most (SOCKADDR); what needs the kernel's socket tables
 * stays absent. The server is whoever was connected to.
 */
#include <netinet/in.h>
#include <sys/socket.h>

#include "field/argument_value.h"
#include "field/peer.h"
#include "field/row.h"
#include "field/service.h"

enum end { END_SERVER, END_CLIENT, END_REMOTE, END_LOCAL, END_EITHER };

/* the ends that @end stands for; at most two */
static size_t ends(const struct scene *s, enum end end, struct endpoint out[static 2])
{
	enum peer_role role = peer_role(s);
	bool remote = end == END_REMOTE || end == END_EITHER ||
		      (end == END_SERVER && role == ROLE_CLIENT) ||
		      (end == END_CLIENT && role == ROLE_SERVER);
	bool local = end == END_LOCAL || end == END_EITHER ||
		     (end == END_SERVER && role == ROLE_SERVER) ||
		     (end == END_CLIENT && role == ROLE_CLIENT);
	size_t n = 0;

	if (remote && peer_remote(s, &out[n]) && out[n].has_address)
		n++;
	if (local && peer_local(s, &out[n]) && out[n].has_address)
		n++;
	return n;
}

static bool get_address(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct endpoint e[2];
	size_t n = ends(s, (enum end)use->param, e);

	for (size_t i = 0; i < n; i++)
		if (!values_push(out, (struct value){ .type = use->def->type, .a = e[i].address }))
			return false;
	return n > 0;
}

static bool get_port(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct endpoint e[2];
	size_t n = ends(s, (enum end)use->param, e);

	for (size_t i = 0; i < n; i++)
		if (!values_push(out, (struct value){ .type = VALUE_PORT, .u = e[i].port }))
			return false;
	return n > 0;
}

static bool get_protocol(const struct scene *s, const struct field_use *use, struct values *out)
{
	uint64_t family, type, protocol;

	(void)use;
	if (s->event->type != EVT_SOCKET || !call_argument(s->event, 0, &family) ||
	    !call_argument(s->event, 1, &type) || !call_argument(s->event, 2, &protocol) ||
	    (family != AF_INET && family != AF_INET6))
		return false;
	if (protocol == IPPROTO_ICMP || protocol == IPPROTO_ICMPV6)
		return values_str(out, STR("icmp"));
	switch (type & 0xf) {
	case SOCK_STREAM:
		return values_str(out, STR("tcp"));
	case SOCK_DGRAM:
		return values_str(out, STR("udp"));
	case SOCK_RAW:
		return values_str(out, STR("raw"));
	}
	return false;
}

static bool get_socket_family(const struct scene *s, const struct field_use *use,
			      struct values *out)
{
	struct endpoint e;
	uint64_t family;

	(void)use;
	if (peer_remote(s, &e) || peer_local(s, &e))
		family = e.family;
	else if (s->event->type != EVT_SOCKET || !call_argument(s->event, 0, &family))
		return false;
	if (family == AF_UNIX)
		return values_str(out, STR("unix"));
	return (family == AF_INET || family == AF_INET6) && values_str(out, STR("ip"));
}

static bool get_is_server(const struct scene *s, const struct field_use *use, struct values *out)
{
	enum peer_role role = peer_role(s);

	(void)use;
	return role != ROLE_UNKNOWN && values_bool(out, role == ROLE_SERVER);
}

static bool get_connected(const struct scene *s, const struct field_use *use, struct values *out)
{
	evt_type type = s->event->type;

	(void)use;
	if (type != EVT_CONNECT && type != EVT_ACCEPT && type != EVT_ACCEPT4)
		return false;
	return s->event->has_syscall && values_bool(out, s->event->sys.success);
}

static bool get_service(const struct scene *s, const struct field_use *use, struct values *out)
{
	struct endpoint e[2];
	struct str name;

	if (!ends(s, (enum end)use->param, e))
		return false;
	name = service_name(e[0].port);
	return give_str(out, name.ptr ? name : arena_printf(out->arena, "%u", e[0].port));
}

#define NO_END "end not known"
#define EITHER (FIELD_FILTER_ONLY | FIELD_EITHER_END)

static const struct field_def rows[] = {
	FIELD("fd.sip", A, 0, get_address, END_SERVER, "address of the server", "SA", NO_END),
	FIELD("fd.cip", A, 0, get_address, END_CLIENT, "address of the client", "SA", NO_END),
	FIELD("fd.rip", A, 0, get_address, END_REMOTE, "address of the remote end", "SA", NO_END),
	FIELD("fd.lip", A, 0, get_address, END_LOCAL, "address of the local end", "SA", NO_END),
	FIELD("fd.sport", P, 0, get_port, END_SERVER, "port of the server", "SA", NO_END),
	FIELD("fd.cport", P, 0, get_port, END_CLIENT, "port of the client", "SA", NO_END),
	FIELD("fd.rport", P, 0, get_port, END_REMOTE, "port of the remote end", "SA", NO_END),
	FIELD("fd.lport", P, 0, get_port, END_LOCAL, "port of the local end", "SA", NO_END),
	FIELD("fd.ip", A, EITHER, get_address, END_EITHER, "address of either end", "SA", NO_END),
	FIELD("fd.port", P, EITHER, get_port, END_EITHER, "port of either end", "SA", NO_END),
	FIELD("fd.proto", P, EITHER, get_port, END_EITHER,
	      "port of either end, by its service name", "SA", NO_END),
	FIELD("fd.net", N, EITHER, get_address, END_EITHER, "network that either end lies in", "SA",
	      NO_END),
	FIELD("fd.snet", N, FIELD_FILTER_ONLY, get_address, END_SERVER,
	      "network that the server lies in", "SA", NO_END),
	FIELD("fd.cnet", N, FIELD_FILTER_ONLY, get_address, END_CLIENT,
	      "network that the client lies in", "SA", NO_END),
	FIELD("fd.rnet", N, FIELD_FILTER_ONLY, get_address, END_REMOTE,
	      "network that the remote end lies in", "SA", NO_END),
	FIELD("fd.lnet", N, FIELD_FILTER_ONLY, get_address, END_LOCAL,
	      "network that the local end lies in", "SA", NO_END),
	FIELD("fd.l4proto", S, 0, get_protocol, 0,
	      "tcp, udp, icmp or raw, of the socket that a socket call makes", "SC",
	      "not an IP socket, or not made by this call"),
	FIELD("fd.sockfamily", S, 0, get_socket_family, 0, "ip or unix", "SA SC",
	      "neither, or not known"),
	FIELD("fd.sproto", S, 0, get_service, END_SERVER,
	      "service name of the server's port, or its number", "SA", NO_END),
	FIELD("fd.cproto", S, 0, get_service, END_CLIENT,
	      "service name of the client's port, or its number", "SA", "not tracked"),
	FIELD("fd.is_server", B, 0, get_is_server, 0, "the process is the server on this socket",
	      "SC", "not tracked"),
	FIELD("fd.connected", B, 0, get_connected, 0, "the connection came about", "SC",
	      "not tracked"),
};
const struct field_table fields_socket = FIELD_TABLE(rows);
