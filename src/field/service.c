/* SPDX-License-Identifier: Apache-2.0 */
/* The table of ports. */
#include "field/service.h"

#include "base/cleanup.h"

struct str service_name(uint16_t port)
{
	static const struct {
		uint16_t port;
		const char *name;
	} rows[] = {
		{ 20, "ftp-data" },	 { 21, "ftp" },		  { 22, "ssh" },
		{ 23, "telnet" },	 { 25, "smtp" },	  { 53, "domain" },
		{ 67, "bootps" },	 { 68, "bootpc" },	  { 69, "tftp" },
		{ 80, "http" },		 { 88, "kerberos" },	  { 110, "pop3" },
		{ 111, "sunrpc" },	 { 123, "ntp" },	  { 143, "imap2" },
		{ 161, "snmp" },	 { 179, "bgp" },	  { 389, "ldap" },
		{ 443, "https" },	 { 445, "microsoft-ds" }, { 514, "syslog" },
		{ 636, "ldaps" },	 { 853, "domain-s" },	  { 873, "rsync" },
		{ 990, "ftps" },	 { 993, "imaps" },	  { 995, "pop3s" },
		{ 1080, "socks" },	 { 1433, "ms-sql-s" },	  { 1883, "mqtt" },
		{ 2049, "nfs" },	 { 3306, "mysql" },	  { 5432, "postgresql" },
		{ 5672, "amqp" },	 { 6379, "redis" },	  { 8080, "http-alt" },
		{ 8883, "secure-mqtt" }, { 9418, "git" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].port == port)
			return str_of(rows[i].name);
	return STR_ABSENT;
}
