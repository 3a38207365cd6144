/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields that Falco has and no source of ours can ever fill: known, so that imported rules load and
 * are told (lint never-available), and always absent.
 */
#include "field/row.h"

#define GONE(name, help) \
	FIELD_SELECT(name, S, FIELD_NEVER, NONE, NULL, field_absent, 0, help, "", "always")
#define GONE_OF(name, help) \
	FIELD_SELECT(name, S, FIELD_NEVER, OPTIONAL, NULL, field_absent, 0, help, "", "always")

#define IO "reads and writes are not audited"
#define TIMING "records have one stamp: no time of entry, no processor"
#define LIVE "changes too fast to be looked up behind the event"
#define FALCO "belongs to Falco's own engine"
#define DNS "addresses are never resolved to names"
#define API "only the container engine or the API server could tell"

static const struct field_def rows[] = {
	GONE("evt.buffer", IO), GONE("evt.buflen", IO), GONE("evt.buflen.in", IO),
	GONE("evt.buflen.out", IO), GONE("evt.buflen.file", IO), GONE("evt.buflen.file.in", IO),
	GONE("evt.buflen.file.out", IO), GONE("evt.buflen.net", IO), GONE("evt.buflen.net.in", IO),
	GONE("evt.buflen.net.out", IO), GONE("evt.cpu", TIMING), GONE("evt.is_async", FALCO),
	GONE("evt.asynctype", FALCO), GONE("evt.is_io", IO), GONE("evt.is_io_read", IO),
	GONE("evt.is_io_write", IO), GONE("evt.io_dir", IO), GONE("evt.is_wait", IO),
	GONE("evt.wait_latency", TIMING), GONE("evt.is_syslog", IO), GONE("evt.latency", TIMING),
	GONE("evt.latency.s", TIMING), GONE("evt.latency.ns", TIMING),
	GONE("evt.latency.quantized", TIMING), GONE("evt.latency.human", TIMING),
	GONE("evt.count", FALCO), GONE("evt.count.error", FALCO),
	GONE("evt.count.error.file", FALCO), GONE("evt.count.error.net", FALCO),
	GONE("evt.count.error.memory", FALCO), GONE("evt.count.error.other", FALCO),
	GONE("evt.count.exit", FALCO), GONE("evt.count.procinfo", FALCO),
	GONE("evt.count.threadinfo", FALCO), GONE_OF("evt.around", FALCO),
	GONE("evt.outputtime", FALCO), GONE("evt.datetime.s", FALCO),
	GONE("evt.rawtime.s", "use evt.rawtime"), GONE("evt.rawtime.ns", "use evt.rawtime"),
	GONE("evt.reltime.s", "use evt.reltime"), GONE("evt.reltime.ns", "use evt.reltime"),
	GONE("evt.deltatime.s", "use evt.deltatime"), GONE("evt.deltatime.ns", "use evt.deltatime"),
	GONE("evt.infra.docker.name", FALCO), GONE("evt.infra.docker.container.id", FALCO),
	GONE("evt.infra.docker.container.name", FALCO),
	GONE("evt.infra.docker.container.image", FALCO), GONE("evt.pluginname", FALCO),
	GONE("evt.plugininfo", FALCO), GONE_OF("proc.aenv", "environments are not kept"),
	GONE("proc.vmsize", LIVE), GONE("proc.vmrss", LIVE), GONE("proc.vmswap", LIVE),
	GONE("proc.fdlimit", LIVE), GONE("proc.fdusage", LIVE),
	GONE("proc.is_container_healthcheck", API), GONE("proc.is_container_liveness_probe", API),
	GONE("proc.is_container_readiness_probe", API), GONE("thread.cpu", LIVE),
	GONE("thread.cpu.user", LIVE), GONE("thread.cpu.system", LIVE), GONE("thread.vmsize", LIVE),
	GONE("thread.vmsize.b", LIVE), GONE("thread.vmrss", LIVE), GONE("thread.vmrss.b", LIVE),
	GONE("thread.pfmajor", LIVE), GONE("thread.pfminor", LIVE), GONE("thread.exectime", TIMING),
	GONE("thread.totexectime", TIMING),
	GONE("thread.nametid", "records name processes, not threads"),
	GONE("fd.name_changed", "descriptors are not followed over time"), GONE("fd.cip.name", DNS),
	GONE("fd.sip.name", DNS), GONE("fd.lip.name", DNS), GONE("fd.rip.name", DNS),
	GONE("fd.lproto", "use fd.lport"), GONE("fd.rproto", "use fd.rport"),
	GONE("fdlist.nums", IO), GONE("fdlist.names", IO), GONE("fdlist.cips", IO),
	GONE("fdlist.sips", IO), GONE("fdlist.cports", IO), GONE("fdlist.sports", IO),
	GONE("container.ip", API), GONE("container.cni.json", API),
	GONE("container.healthcheck", API), GONE("container.liveness_probe", API),
	GONE("container.readiness_probe", API), GONE("k8s.pod.ip", API),
	GONE("k8s.pod.cni.json", API), GONE("k8s.rc.name", API), GONE("k8s.rc.id", API),
	GONE_OF("k8s.rc.label", API), GONE("k8s.rc.labels", API), GONE("k8s.svc.name", API),
	GONE("k8s.svc.id", API), GONE_OF("k8s.svc.label", API), GONE("k8s.svc.labels", API),
	GONE("k8s.rs.name", API), GONE("k8s.rs.id", API), GONE_OF("k8s.rs.label", API),
	GONE("k8s.rs.labels", API), GONE("k8s.deployment.name", API),
	GONE("k8s.deployment.id", API), GONE_OF("k8s.deployment.label", API),
	GONE("k8s.deployment.labels", API), GONE("k8s.ns.id", API), GONE_OF("k8s.ns.label", API),
	GONE("k8s.ns.labels", API), GONE("util.cnt", FALCO),
};
const struct field_table fields_never = FIELD_TABLE(rows);
