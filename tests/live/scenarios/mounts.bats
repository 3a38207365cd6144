#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Mounts of containers that are other than they were given.

setup_file()
{
	load scenario
	export HOLLOW=wchollow-$$ LED=wcled-$$
	scenarios_begin
	hierarchy_make >/dev/null
	container admin --cap-add SYS_ADMIN
	# one that can mount although its configuration does not say so
	runc_as "$HOLLOW" CAP_SYS_ADMIN . '.process.capabilities |= with_entries(.value = ["CAP_KILL"])'
}

teardown_file()
{
	load scenario
	remove admin given
	runc --root "$LAB/runc" delete -f "$HOLLOW"
	runc --root "$LAB/runc" delete -f "$LED" || true
	scenarios_end
	hierarchy_remove
}

# runc_as NAME CAPS FILTER-CREATE FILTER-START: what the runtime makes of the first configuration is judged by the second
runc_as()
{
	local dir=$BATS_FILE_TMPDIR/$1
	bundle_make "$dir" "$2" /bin/sleep 300
	jq "$3" "$dir/config.json" >"$dir/config.new"
	cat "$dir/config.new" >"$dir/config.json"
	runc --root "$LAB/runc" create --bundle "$dir" "$1" >"$dir/out" 2>&1 </dev/null 3>&- || { cat "$dir/out"; return 1; }
	jq "$4" "$dir/config.json" >"$dir/config.new"
	cat "$dir/config.new" >"$dir/config.json"
	runc --root "$LAB/runc" start "$1"
}

# led MOUNT FILTER-START: a container whose runtime was led to make that mount
led()
{
	runc --root "$LAB/runc" delete -f "$LED" 2>/dev/null || true
	runc_as "$LED" CAP_KILL ".mounts += [$1] | .linux.maskedPaths = []" "del(.mounts[-1]) | $2"
}

setup()
{
	load scenario
	scenario_begin
}

by() # by NAME [JQ-CONDITION]
{
	echo ".output_fields[\"container.name\"] == \"$1\" and (${2:-true})"
}

at() # at PATH [REASON]
{
	echo ".output_fields[\"mount.target\"] == \"$1\" and (.output_fields[\"evt.arg.reason\"] | test(\"${2:-.}\"))"
}

KERNEL='Pseudo File System Mounted in a Container'
LOST='Masked or Read-Only Path of a Container Lost'
UNDECLARED='Undeclared Mount in a Container'

# bats test_tags=technique:CA17,rule:container-mounts-kernel
@test "CA17: sysfs mounted by who was not given the right to" {
	runc --root "$LAB/runc" exec --cap CAP_SYS_ADMIN "$HOLLOW" /bin/sh -c 'mkdir /tmp/wcsys; mount -t sysfs x /tmp/wcsys; sleep 1; umount /tmp/wcsys; rmdir /tmp/wcsys'
	expect_alert 6 "$KERNEL" "$(by "$HOLLOW" "$(at /tmp/wcsys)")"
}

# bats test_tags=technique:CA17,rule:container-mounts-kernel-declared
@test "CA17: proc mounted once more, without masks" {
	in_container admin 'mkdir /tmp/one; mount -t proc x /tmp/one'
	expect_alert 6 "$KERNEL With CAP_SYS_ADMIN" "$(by admin "$(at /tmp/one)"' and .output_fields["proc.name"] == "mount"')"
}

# bats test_tags=technique:NS3,technique:CA17,rule:container-mounts-kernel-declared,disguise:new-calls
@test "CA17: the same by fsopen, fsmount and move_mount" {
	in_container admin 'mkdir /tmp/two; mounter new sysfs /tmp/two'
	expect_alert 6 "$KERNEL With CAP_SYS_ADMIN" "$(by admin "$(at /tmp/two)")"
}

# bats test_tags=technique:NS3,technique:CA17,rule:container-mounts-kernel-declared,disguise:open_tree
@test "CA17: a part of proc bound to another name by open_tree and move_mount" {
	in_container admin 'mkdir /tmp/three; mounter clone /proc/sys/kernel /tmp/three'
	expect_alert 6 "$KERNEL With CAP_SYS_ADMIN" "$(by admin "$(at /tmp/three proc-part)")"
}

# bats test_tags=technique:CA17,rule:container-mounts-kernel-declared,disguise:int80,needs:int80
@test "CA17: the same by a 32-bit call" {
	need int80
	in_container admin 'mkdir /tmp/four; mounter int80 sysfs /tmp/four'
	expect_alert 6 "$KERNEL With CAP_SYS_ADMIN" "$(by admin "$(at /tmp/four)")"
}

# bats test_tags=technique:CA17,rule:container-mounts-kernel-declared,disguise:own-mount-namespace
@test "CA17: the same in a mount namespace of its own" {
	in_container admin 'mkdir /tmp/five; busybox unshare -m sh -c "mount -t proc x /tmp/five; sleep 1"'
	expect_alert 6 "$KERNEL With CAP_SYS_ADMIN" "$(by admin "$(at /tmp/five)")"
	! in_container admin 'busybox mountpoint -q /tmp/five'
}

# bats test_tags=technique:KU1,rule:container-mounts-cgroup-declared
@test "KU1: a cgroup hierarchy mounted" {
	in_container admin 'mkdir /tmp/h; mount -t cgroup -o none,name=wclab x /tmp/h'
	expect_alert 6 'Cgroup File System Mounted in a Container With CAP_SYS_ADMIN' "$(by admin "$(at /tmp/h)")"
}

# bats test_tags=technique:CA17,rule:container-mask-lost
@test "CA17: a mask taken off" {
	in_container admin 'umount /proc/timer_list'
	expect_alert 6 "$LOST" "$(by admin "$(at /proc/timer_list mask-lost)")"
}

# bats test_tags=technique:CA17,rule:container-mask-lost
@test "CA17: /proc/sys made writable" {
	in_container admin 'mount -o remount,rw /proc/sys'
	expect_alert 6 "$LOST" "$(by admin "$(at /proc/sys read-only-lost)")"
}

# bats test_tags=technique:CA17,rule:container-mask-lost,disguise:link
@test "CA17: a mask taken off by a link, and put back at once" {
	in_container admin 'ln -s /proc/keys /tmp/keys; mounter lift /tmp/keys /proc/keys'
	expect_alert 6 "$LOST" "$(by admin "$(at /proc/keys mask-lost)")"
}

# bats test_tags=technique:CA17,rule:container-mask-lost,disguise:moved
@test "CA17: a mask taken off where proc was moved to" {
	in_container admin 'mkdir /tmp/moved; mount -o move /proc /tmp/moved; sleep 1; umount /tmp/moved/acpi || umount /tmp/moved/scsi
		sleep 1; mount -o move /tmp/moved /proc'
	expect_alert 6 "$LOST" "$(by admin '(.output_fields["mount.target"] | test("^/tmp/moved/(acpi|scsi)$"))')"
}

# bats test_tags=technique:TM7,rule:container-covers-proc
@test "TM7: a directory of /proc covered" {
	in_container admin 'mount -t tmpfs x /proc/1'
	expect_alert 6 'Container Covers Its Proc File System' "$(by admin "$(at /proc/1 over-proc)")"
	in_container admin 'umount /proc/1'
}

# bats test_tags=technique:TM7,disguise:new-calls
@test "TM7: another, by the new calls" {
	in_container admin 'mounter new tmpfs /proc/sys/net'
	expect_alert 6 'Container Covers Its Proc File System' "$(by admin "$(at /proc/sys/net over-proc)")"
}

# bats test_tags=technique:TM7,disguise:bind-mount,disguise:double-fork,disguise:name-of-a-runtime
@test "TM7: by a directory of the container's own, by an orphan that has a runtime's name" {
	in_container admin 'mkdir /tmp/over'
	orphaned admin /bin/mount --bind /tmp/over /proc/tty
	expect_alert 6 'Container Covers Its Proc File System' "$(by admin "$(at /proc/tty over-proc)")"
	in_container admin 'umount /proc/tty'
}

# bats test_tags=technique:RT7,rule:container-mounts-undeclared
@test "RT7: a directory of the host's that the configuration does not name" {
	led '{destination: "/x", type: "bind", source: "/etc", options: ["rbind", "ro"]}' .
	expect_alert 6 "$UNDECLARED" "$(by "$LED" "$(at /x undeclared)")"
}

# bats test_tags=technique:RT7,disguise:one-file
@test "RT7: one file of the host's" {
	led '{destination: "/etc/notes", type: "bind", source: "/etc/hostname", options: ["bind", "ro"]}' .
	expect_alert 6 "$UNDECLARED" "$(by "$LED" "$(at /etc/notes undeclared)")"
}

# bats test_tags=technique:RT4,rule:container-mask-lost
@test "RT4: a part of proc where a mask should be" {
	led '{destination: "/proc/uptime", type: "bind", source: "/proc/sys/kernel/ostype", options: ["bind", "ro"]}' \
		'.linux.maskedPaths = ["/proc/uptime"]'
	expect_alert 6 "$LOST" "$(by "$LED" "$(at /proc/uptime mask-wrong)")"
}

# bats test_tags=technique:RT5,rule:container-mask-lost
@test "RT5: a part of proc where the console should be" {
	led '{destination: "/dev/console", type: "bind", source: "/proc/sys/kernel/ostype", options: ["bind", "ro"]}' .
	expect_alert 6 "$LOST" "$(by "$LED" "$(at /dev/console console)")"
}

# bats test_tags=technique:RT4,technique:RT5,disguise:harmless-device
@test "RT4, RT5: a device that does nothing where a mask should be, and where the console should" {
	led '{destination: "/proc/uptime", type: "bind", source: "/dev/zero", options: ["bind", "ro"]}, {destination: "/dev/console", type: "bind", source: "/dev/zero", options: ["bind", "ro"]}' \
		'.linux.maskedPaths = ["/proc/uptime"] | del(.mounts[-1])'
	expect_alert 6 "$LOST" "$(by "$LED" "$(at /proc/uptime mask-wrong)")"
	expect_alert 6 "$LOST" "$(by "$LED" "$(at /dev/console console)")"
}

# bats test_tags=technique:DV1,rule:container-mounts-undeclared-declared,disguise:symlink,disguise:own-mount-namespace
@test "DV1: a disk mounted; behind a link, in a mount namespace of its own" {
	truncate -s 1M "$BATS_TEST_TMPDIR/img"
	mke2fs -q "$BATS_TEST_TMPDIR/img"
	local loop
	loop=$(losetup -f --show "$BATS_TEST_TMPDIR/img")
	container given --cap-add SYS_ADMIN --device "$loop:/dev/notes"
	in_container given 'mkdir /tmp/disk /tmp/other; ln -s /dev/notes /tmp/link; mount -t ext2 /dev/notes /tmp/disk
		busybox unshare -m sh -c "umount /tmp/disk; mount -t ext2 /tmp/link /tmp/other; sleep 1"; umount /tmp/disk'
	losetup -d "$loop"
	expect_alert 6 "$UNDECLARED With CAP_SYS_ADMIN" "$(by given "$(at /tmp/disk block-fs)")"
	expect_alert 6 "$UNDECLARED With CAP_SYS_ADMIN" "$(by given "$(at /tmp/other block-fs)")"
}

# bats test_tags=technique:CA17,technique:TM7,technique:NS3,twin
@test "CA17 twin: tmpfs, binds of own directories and files, a mount namespace with nothing new in it" {
	in_container admin 'mkdir -p /tmp/t /tmp/b /tmp/d; mount -t tmpfs x /tmp/t; mkdir /tmp/t/sub; mount --bind /tmp/t/sub /tmp/b
		mount --bind /tmp/t /mnt 2>/dev/null; mounter clone /bin /tmp/d; mount --bind /etc/hosts /tmp/d/hosts 2>/dev/null
		busybox unshare -m sh -c "mount -t tmpfs y /tmp/d; sleep 1"
		umount /tmp/b; umount /tmp/t'
	sleep 2
	quiet
}

# bats test_tags=technique:RT7,technique:RT4,technique:RT5,twin
@test "RT7 twin: containers with volumes, tmpfs and a terminal, exec, cp" {
	mkdir "$BATS_TEST_TMPDIR/volume"
	mount -t tmpfs x "$BATS_TEST_TMPDIR/volume"
	mount --make-shared "$BATS_TEST_TMPDIR/volume"
	mkdir "$BATS_TEST_TMPDIR/volume/later"
	"${DOCKER[@]}" run -d -t --init --name wctwin -v "$BATS_TEST_TMPDIR/volume:/volume:ro" -v wcvolume:/data --tmpfs /scratch \
		--mount "type=bind,source=$BATS_TEST_TMPDIR/volume,target=/deep/er,bind-propagation=rslave" \
		--shm-size 1m --read-only busybox /bin/sleep 60
	in_container wctwin 'cat /proc/self/mountinfo >/dev/null'
	echo x >"$BATS_TEST_TMPDIR/file"
	"${DOCKER[@]}" cp "$BATS_TEST_TMPDIR/file" wctwin:/scratch/file || true
	# what the host mounts there shows inside
	mount -t sysfs x "$BATS_TEST_TMPDIR/volume/later"
	in_container wctwin 'grep " /deep/er/later " /proc/self/mountinfo'
	sleep 2
	umount "$BATS_TEST_TMPDIR/volume/later"
	"${DOCKER[@]}" rm -f wctwin
	umount "$BATS_TEST_TMPDIR/volume"
	"${DOCKER[@]}" volume rm wcvolume
	quiet
}
