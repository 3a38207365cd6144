# SPDX-License-Identifier: Apache-2.0
#
# What some tests ask of the machine. A test that carries the tag needs:NAME begins with `need NAME`; docs/coverage.md
# quotes the line above the probe. A probe is true where the test can run.

need()
{
	"probe_$1" || skip "$(sed -n "s/^# needs $1: //p" "${BASH_SOURCE[0]}")"
}

# needs int80: the 32-bit calls of x86
probe_int80()
{
	"$LAB/rootfs/bin/caller" int80 keyctl 2>/dev/null | grep -q '^keyctl: done'
}

# needs core-socket: a kernel that sends cores to a socket (Linux 6.16)
probe_core-socket()
{
	grep -qsx socket /proc/sys/kernel/core_modes
}

disk_commands()
{
	cat /sys/class/{scsi_generic,bsg,nvme,nvme-generic}/*/dev 2>/dev/null | head -n 1
}

# needs disk-commands: a disk of SCSI or NVMe
probe_disk-commands()
{
	[ -n "$(disk_commands)" ]
}

# needs binfmt: a kernel with binfmt_misc
probe_binfmt()
{
	grep -qw binfmt_misc /proc/filesystems
}

# needs modprobe: a kernel that loads modules
probe_modprobe()
{
	[ -e /proc/sys/kernel/modprobe ]
}

# needs uevent-helper: a kernel with CONFIG_UEVENT_HELPER
probe_uevent-helper()
{
	[ -e /sys/kernel/uevent_helper ] || [ -e /proc/sys/kernel/hotplug ]
}

# needs sysrq: a kernel with CONFIG_MAGIC_SYSRQ
probe_sysrq()
{
	[ -e /proc/sysrq-trigger ]
}

# needs no-request-key: a kernel with keys, and no /sbin/request-key on the machine
probe_no-request-key()
{
	[ -e /proc/keys ] && [ ! -e /sbin/request-key ]
}

# needs sys-resource: a root that has CAP_SYS_RESOURCE
probe_sys-resource()
{
	[ $((0x$(awk '$1 == "CapEff:" { print $2 }' /proc/self/status) >> 24 & 1)) -eq 1 ]
}

overlay_by() # overlay_by WAY: of /etc, upon a directory that is its own
{
	unshare -m "$LAB/rootfs/bin/mounter" "$1" /etc "$BATS_TEST_TMPDIR" 2>/dev/null
}

# needs overlay-layers: overlays that take layers one by one (Linux 6.7)
probe_overlay-layers()
{
	overlay_by layer
}

# needs overlay-descriptors: overlays that take layers by descriptors (Linux 6.13)
probe_overlay-descriptors()
{
	overlay_by handed
}

# host_disk: the number of a disk: no loop, memory or device mapper; "" if this machine has none
host_disk()
{
	local disk
	for disk in /sys/block/*; do
		case $(readlink "$disk") in
		*/virtual/*) ;;
		*) cat "$disk/dev"; return ;;
		esac
	done
}

# needs disk: a disk that is not virtual
probe_disk()
{
	[ -n "$(host_disk)" ]
}

# needs loop: loop devices
probe_loop()
{
	losetup -f >/dev/null 2>&1
}

# needs device-lists: a devices hierarchy (cgroup v1)
probe_device-lists()
{
	grep -q ':devices:' /proc/self/cgroup
}

# needs io-uring: a kernel with io_uring
probe_io-uring()
{
	local status=0
	"$LAB/rootfs/bin/opener" iouring /dev/null || status=$?
	[ $status -ne 2 ]
}

# needs tini: an init for containers that docker brings along
probe_tini()
{
	[ -e /usr/bin/tini-static ]
}
