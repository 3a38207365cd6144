/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which paths are of which class: those of the common distributions, and of the runtimes' own packages.
 *
 * Sources: hier(7), ld.so(8), pam.d(5), sudoers(5), cron(8), systemd.unit(5), udev(7), modprobe.d(5), environment(5);
 * kubernetes.io, "Files and paths used by kubeadm", "device plugins" and "Kubelet Checkpoint API"; containernetworking/cni, SPEC.md; oci-hooks(5);
 * container-device-interface, pkg/cdi/spec-dirs.go; containerd/nri, README.md;
 * shadow(5), netrc(5), git-credential-store(1), "kubeconfig" of kubectl, config.json of docker login, credentials of the AWS CLI;
 * the socket units of docker, containerd, podman, CRI-O, buildkit, incus and systemd (org.freedesktop.systemd1(5)).
 */
#include "kernel/hostfiles.h"

#define BINARIES                                                                                   \
	"/usr/bin,/usr/sbin,/usr/local/bin,/usr/local/sbin,/bin,/sbin,/opt/bin,"                   \
	"/usr/libexec/podman,/usr/lib/podman,/usr/libexec/crio,/usr/libexec/docker"
#define LIBRARIES                                                                                  \
	"/usr/lib/x86_64-linux-gnu,/usr/lib/aarch64-linux-gnu,/usr/lib/i386-linux-gnu,/usr/lib64," \
	"/usr/lib,/lib/x86_64-linux-gnu,/lib/aarch64-linux-gnu,/lib/i386-linux-gnu,/lib64,/lib"

/* the narrower first */
const struct hostfile_row hostfile_rows[] = {
	{ HOSTFILE_SOCKET,
	  "/run,/run/docker,/run/containerd,/run/docker/containerd,/run/k3s/containerd,"
	  "/run/podman,/run/crio,/run/buildkit,/run/nri,/var/lib/kubelet/device-plugins,"
	  "/var/snap/lxd/common/lxd,/var/lib/lxd,/var/lib/incus,/run/incus",
	  "docker.sock,containerd.sock,podman.sock,crio.sock,buildkitd.sock,kubelet.sock,"
	  "cri-dockerd.sock,dockershim.sock,nri.sock,unix.socket,unix.socket.user" },
	{ HOSTFILE_BUS, "/run/systemd", "private,io.systemd.Manager" },
	{ HOSTFILE_BUS, "/run/dbus", "system_bus_socket" },
	{ HOSTFILE_LOADER, "/etc", "ld.so.preload,ld.so.conf,ld.so.cache,pam.conf" },
	{ HOSTFILE_LOADER, "/etc/ld.so.conf.d,/etc/pam.d,/etc/security", NULL },
	{ HOSTFILE_LOADER, LIBRARIES,
	  "ld-linux-x86-64.so.2,ld-linux-aarch64.so.1,ld-linux.so.2,ld-musl-x86_64.so.1,"
	  "ld-musl-aarch64.so.1,libc.so.6,libpam.so.0,libnss_files.so.2,libnss_systemd.so.2" },
	{ HOSTFILE_LOADER,
	  "/usr/lib/x86_64-linux-gnu/security,/usr/lib/aarch64-linux-gnu/security,"
	  "/usr/lib64/security,/usr/lib/security,/lib/x86_64-linux-gnu/security,"
	  "/lib/aarch64-linux-gnu/security,/lib64/security,/lib/security",
	  NULL },
	{ HOSTFILE_SECRET, "/etc", "shadow,gshadow,shadow-,gshadow-" },
	{ HOSTFILE_SECRET, "/etc/kubernetes",
	  "admin.conf,super-admin.conf,kubelet.conf,controller-manager.conf,scheduler.conf" },
	{ HOSTFILE_SECRET, "/etc/rancher/k3s,/etc/rancher/rke2", "k3s.yaml,rke2.yaml" },
	{ HOSTFILE_SECRET, "/var/lib/kubelet,/root/.docker,/root/.kube,/root/.aws",
	  "kubeconfig,config.json,config,credentials" },
	{ HOSTFILE_SECRET, "/root", ".netrc,.pgpass,.git-credentials" },
	{ HOSTFILE_AUTH, "/etc",
	  "passwd,group,subuid,subgid,sudoers,sudo.conf,doas.conf,nsswitch.conf,"
	  "login.defs,securetty,hosts.equiv" },
	{ HOSTFILE_AUTH, "/etc/sudoers.d,/etc/polkit-1", NULL },
	{ HOSTFILE_KEYS,
	  "/root/.ssh,/etc/ssh,/etc/ssl/private,/etc/kubernetes/pki,"
	  "/var/lib/kubelet/pki",
	  NULL },
	{ HOSTFILE_CRON, "/etc", "crontab,anacrontab,cron.allow,cron.deny,at.allow,at.deny" },
	{ HOSTFILE_CRON,
	  "/etc/cron.d,/etc/cron.hourly,/etc/cron.daily,/etc/cron.weekly,/etc/cron.monthly,"
	  "/var/spool/cron,/var/spool/at",
	  NULL },
	{ HOSTFILE_UNIT, "/etc",
	  "profile,bash.bashrc,bashrc,environment,rc.local,inittab,modules,sysctl.conf" },
	{ HOSTFILE_UNIT, "/root", ".profile,.bashrc,.bash_profile,.bash_login" },
	{ HOSTFILE_UNIT,
	  "/etc/systemd,/usr/lib/systemd,/lib/systemd,/usr/local/lib/systemd,/run/systemd/system,"
	  "/etc/udev,/usr/lib/udev,/lib/udev,/etc/modprobe.d,/usr/lib/modprobe.d,"
	  "/lib/modprobe.d,/etc/modules-load.d,/etc/sysctl.d,/etc/binfmt.d,/etc/tmpfiles.d,"
	  "/etc/profile.d,/etc/init.d,/etc/rc.d,/etc/xdg/autostart,/etc/dbus-1,"
	  "/etc/NetworkManager/dispatcher.d,/etc/network/if-up.d,/etc/logrotate.d,"
	  "/etc/update-motd.d,/etc/apt/apt.conf.d",
	  NULL },
	{ HOSTFILE_KUBELET,
	  "/etc/kubernetes,/etc/cni,/var/lib/kubelet/device-plugins,"
	  "/var/lib/kubelet/plugins_registry,/var/lib/kubelet/checkpoints,/var/lib/rancher/k3s/"
	  "server/manifests,"
	  "/var/lib/rancher/rke2/server/manifests",
	  NULL },
	{ HOSTFILE_KUBELET, "/var/lib/kubelet", "config.yaml,kubeadm-flags.env,kubeconfig" },
	{ HOSTFILE_RUNTIME, BINARIES,
	  "runc,crun,youki,kata-runtime,containerd,containerd-shim,containerd-shim-runc-v1,"
	  "containerd-shim-runc-v2,containerd-shim-kata-v2,ctr,dockerd,docker,docker-init,"
	  "docker-proxy,tini-static,podman,conmon,crio,pinns,kubelet,nvidia-container-runtime,"
	  "nvidia-container-runtime-hook,nvidia-container-cli" },
	{ HOSTFILE_RUNTIME,
	  "/opt/cni/bin,/usr/lib/cni,/usr/libexec/cni,/etc/docker,/etc/containerd,/etc/crio,"
	  "/etc/containers,/etc/nvidia-container-runtime,/usr/share/containers,/etc/cdi,/run/cdi,"
	  "/var/run/cdi,/etc/nri,/opt/nri",
	  NULL },
	{ HOSTFILE_HELPER, BINARIES,
	  "modprobe,kmod,request-key,bridge-stp,nfs_cache_getent,nfsdcltrack,ocfs2_hb_ctl,v86d,"
	  "drbdadm" },
	{ HOSTFILE_HELPER, "/usr/share/apport", "apport" },
	{ HOSTFILE_LOGS, "/var/log", NULL },
	{ HOSTFILE_MEMORY, "/proc", "kcore" },
	{ HOSTFILE_SYMBOLS, "/proc", "kallsyms" },
};
const size_t hostfile_rows_n = ARRAY_LEN(hostfile_rows);

const char *hostfile_class_name(enum hostfile_class class)
{
	static const char *const names[HOSTFILE_CLASSES] = {
		[HOSTFILE_NONE] = "",		[HOSTFILE_LOADER] = "loader",
		[HOSTFILE_AUTH] = "auth",	[HOSTFILE_KEYS] = "keys",
		[HOSTFILE_SECRET] = "secret",	[HOSTFILE_LOGS] = "logs",
		[HOSTFILE_CRON] = "cron",	[HOSTFILE_UNIT] = "unit",
		[HOSTFILE_KUBELET] = "kubelet", [HOSTFILE_RUNTIME] = "runtime",
		[HOSTFILE_HELPER] = "helper",	[HOSTFILE_SOCKET] = "socket",
		[HOSTFILE_BUS] = "bus",		[HOSTFILE_MEMORY] = "memory",
		[HOSTFILE_SYMBOLS] = "symbols",
	};

	return names[class];
}

bool hostfile_is_of_kernel(enum hostfile_class class)
{
	return class == HOSTFILE_MEMORY || class == HOSTFILE_SYMBOLS;
}

static bool is_in_list(const char *list, struct str name)
{
	struct str rest = str_of(list), one;

	while (str_cut(&rest, ',', &one))
		if (str_eq(one, name))
			return true;
	return false;
}

static bool row_has(const struct hostfile_row *row, struct str path)
{
	struct str rest = str_of(row->dirs), dir;

	while (str_cut(&rest, ',', &dir)) {
		if (!str_starts(path, dir) || (path.len > dir.len && path.ptr[dir.len] != '/'))
			continue;
		if (!row->names ||
		    (path.len > dir.len && is_in_list(row->names, str_from(path, dir.len + 1))))
			return true;
	}
	return false;
}

enum hostfile_class hostfile_class_of_path(struct str path)
{
	for (size_t i = 0; i < hostfile_rows_n; i++)
		if (row_has(&hostfile_rows[i], path))
			return hostfile_rows[i].class;
	return HOSTFILE_NONE;
}
