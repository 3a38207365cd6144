/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists of paths: sockets by which a runtime or the service manager is commanded, directories that
 * lead to all of the host, and trees that do so anywhere below. Pure functions.
 */
#include "state/host_path.h"

#include <stddef.h>

#include "base/cleanup.h"
#include "state/spec.h"

static bool is_one_of(struct str s, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(s, str_of(list[i])))
			return true;
	return false;
}

static bool is_at_or_below(struct str path, struct str dir)
{
	return str_starts(path, dir) && (path.len == dir.len || path.ptr[dir.len] == '/');
}

uint32_t host_path_marks(struct str path)
{
	static const char *const sockets[] = {
		"docker.sock",	     "containerd.sock", "crio.sock",	    "podman.sock",
		"buildkitd.sock",    "dockershim.sock", "cri-dockerd.sock", "kubelet.sock",
		"system_bus_socket", "nri.sock",
	};
	static const char *const whole[] = {
		"/",
		"/etc",
		"/dev",
		"/dev/shm",
		"/home",
		"/usr",
		"/bin",
		"/sbin",
		"/lib",
		"/lib64",
		"/run",
		"/var",
		"/var/run",
		"/var/lib",
		"/var/log",
		"/var/lib/docker",
		"/var/lib/containerd",
		"/var/lib/containers",
		"/var/lib/kubelet",
		"/etc/shadow",
		"/etc/passwd",
		"/etc/sudoers",
		"/etc/ld.so.preload",
	};
	static const char *const trees[] = {
		"/proc",	   "/sys",
		"/root",	   "/boot",
		"/etc/kubernetes", "/etc/cron.d",
		"/etc/systemd",	   "/etc/sudoers.d",
		"/var/spool/cron", "/var/lib/kubelet/pki",
		"/lib/modules",	   "/etc/ssh",
	};

	uint32_t marks = 0;

	if (path.len == 0 || path.ptr[0] != '/')
		return 0;
	if (is_one_of(str_basename(path), sockets, ARRAY_LEN(sockets)) ||
	    str_eq(path, STR("/run/systemd/private")))
		marks |= SPEC_RUNTIME_SOCKET;
	if (is_one_of(path, whole, ARRAY_LEN(whole)))
		marks |= SPEC_SENSITIVE_PATH;
	for (size_t i = 0; i < ARRAY_LEN(trees); i++)
		if (is_at_or_below(path, str_of(trees[i])))
			marks |= SPEC_SENSITIVE_PATH;
	return marks;
}
