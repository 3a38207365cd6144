#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Disks and memory of the host: nodes that a container makes, opens and mounts. The device cgroup refuses what it
# was not given, so that nothing is touched; where it was given one, a block is read.

setup_file()
{
	load scenario
	scenarios_begin
	DISK=$(host_disk)
	export DISK
	container disks --cap-add SYS_ADMIN
	in_container disks 'busybox mknod /tmp/poem c 1 1'
	probe_device-lists || return 0
	# nothing is written there but in the cgroup that was made for it, and with its like gone when it ends
	in_container disks 'mkdir /tmp/d; mount -t cgroup -o devices x /tmp/d
		ln -s "/tmp/d$(busybox sed -n "s/^.*:devices://p" /proc/self/cgroup)" /tmp/own; mkdir /tmp/own/sub'
}

teardown_file()
{
	load scenario
	in_container disks 'rmdir /tmp/own/sub' 2>/dev/null || true
	remove disks given fresh driver looping builder
	rmdir /sys/fs/cgroup/devices/wclab 2>/dev/null || true
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
}

# node NAME: a node of the disk. Each test has its own: alerts about one and the same file are counted, not told anew.
node()
{
	in_container disks "busybox mknod $1 b ${DISK/:/ }"
}

# refused SCRIPT: the container tries, in vain
refused()
{
	if in_container disks "$1"; then
		echo "not refused: $1"
		return 1
	fi
}

USED='Container Uses a Disk of the Host'
GIVEN='Container Uses a Disk That It Was Given'
MADE='Device Node Made in a Container'
MEMORY='Container Opens a Memory Device'
UNDECLARED='Container Opens a Device That It Was Not Given'
LIST='Container Changes the Device List of a Cgroup'

used() # used TYPE NAME
{
	expect_alert 6 "$USED" ".output_fields | (.[\"evt.type\"] == \"$1\" and .[\"container.name\"] == \"disks\"
		and .[\"fd.name\"] == \"$2\" and \"\(.[\"fd.rdev.major\"]):\(.[\"fd.rdev.minor\"])\" == \"$DISK\")"
}

# bats test_tags=technique:DV3,rule:device-node-made,needs:disk
@test "DV3: a node of the host's disk" {
	need disk
	node /tmp/new
	expect_alert 6 "$MADE" '.output_fields | (.["fd.name"] == "/tmp/new" and .["fd.filetype"] == "block" and .["fd.is_host_disk"])'
}

# bats test_tags=technique:DV3,rule:device-node-made
@test "DV3: the attempt counts; a node of the machine's memory" {
	refused 'busybox mknod /tmp/poem c 1 1'
	expect_alert 6 "$MADE" '.output_fields | (.["evt.res"] == "EEXIST" and .["fd.rdev.minor"] == 1)'
}

# bats test_tags=technique:DV3,disguise:double-fork,disguise:name-of-a-runtime
@test "DV3: by an orphan that has a runtime's name" {
	orphaned disks /bin/busybox mknod /tmp/verse c 1 2
	expect_alert 6 "$MADE" '.output_fields["fd.name"] == "/tmp/verse"'
}

# bats test_tags=technique:DV3,disguise:memfd,disguise:relative
@test "DV3: by a relative name in a directory behind a link, by a program that is no file" {
	in_container disks 'mkdir /tmp/aside; ln -s /tmp/aside /tmp/near; cd /tmp/near; launcher memfd /bin/busybox mknod ode c 1 2'
	expect_alert 6 "$MADE" '.output_fields | ((.["fd.name"] | endswith("ode")) and .["fd.rdev.minor"] == 2)'
}

# bats test_tags=technique:DV4,rule:host-disk-used,needs:disk
@test "DV4: the disk is opened, under an innocent name" {
	need disk
	node /tmp/notes
	refused 'busybox dd if=/tmp/notes of=/dev/null bs=512 count=1'
	used openat /tmp/notes
}

# bats test_tags=technique:DV4,rule:host-disk-used,disguise:openat2,needs:disk
@test "DV4: with openat2" {
	need disk
	node /tmp/two
	refused 'opener openat2 /tmp/two'
	used openat2 /tmp/two
}

# bats test_tags=technique:DV4,rule:host-disk-used,disguise:int80,needs:disk,needs:int80
@test "DV4: with a 32-bit call" {
	need disk
	need int80
	node /tmp/old
	refused 'opener int80 /tmp/old'
	used open /tmp/old
}

# bats test_tags=technique:DV4,rule:host-disk-used,disguise:io_uring,needs:disk,needs:io-uring
@test "DV4: through io_uring" {
	need disk
	need io-uring
	node /tmp/ring
	refused 'opener iouring /tmp/ring'
	used openat /tmp/ring
}

# bats test_tags=technique:DV4,rule:host-disk-used,disguise:symlink,needs:disk
@test "DV4: behind a symbolic link" {
	need disk
	node /tmp/hidden
	in_container disks 'ln -s /tmp/hidden /tmp/link'
	refused 'busybox dd if=/tmp/link of=/dev/null bs=512 count=1'
	used openat /tmp/link
}

# bats test_tags=technique:DV4,rule:host-disk-used,disguise:character-device,needs:disk-commands
@test "DV4: by a character device, which takes the disk's own commands" {
	need disk-commands
	local device
	device=$(disk_commands)
	in_container disks "busybox mknod /tmp/commands c ${device/:/ }"
	refused 'opener plain /tmp/commands'
	expect_alert 6 "$USED" ".output_fields | (.[\"fd.name\"] == \"/tmp/commands\" and \"\(.[\"fd.rdev.major\"]):\(.[\"fd.rdev.minor\"])\" == \"$device\")"
}

# bats test_tags=technique:DV4,twin
@test "DV4 twin: a number that the same driver has for no device" {
	in_container disks 'busybox mknod /tmp/none c 21 200'
	refused 'opener plain /tmp/none'
	quiet
}

# bats test_tags=technique:DV4,rule:host-disk-used-as-declared,needs:loop
@test "DV4: a container that was given a device which the host has mounted is told as such" {
	need loop
	mkdir -p "$LAB/volume"
	truncate -s 1M "$LAB/volume.img"
	mke2fs -q "$LAB/volume.img"
	mount -o loop "$LAB/volume.img" "$LAB/volume"
	container given --device "$(findmnt -no SOURCE "$LAB/volume"):/dev/x:r"
	in_container given 'busybox dd if=/dev/x of=/dev/null bs=512 count=1'
	umount "$LAB/volume"
	expect_alert 6 "$GIVEN" '.output_fields["container.name"] == "given"'
	[ "$(count_alerts "$USED" '.output_fields["container.name"] == "given"')" -eq 0 ]
}

# bats test_tags=technique:DV1,rule:host-disk-used,needs:disk
@test "DV1: the disk is mounted" {
	need disk
	node /tmp/root
	refused 'mkdir -p /tmp/m; mount -t ext4 -o ro /tmp/root /tmp/m'
	used mount /tmp/root
}

# bats test_tags=technique:DV10,rule:host-disk-used,needs:disk
@test "DV10: swapping on the disk" {
	need disk
	node /tmp/swap
	refused 'busybox swapon /tmp/swap'
	used swapon /tmp/swap
}

# bats test_tags=technique:DV6,rule:memory-device-opened
@test "DV6: the machine's memory is opened" {
	refused 'busybox dd if=/tmp/poem of=/dev/null bs=1 count=1'
	expect_alert 6 "$MEMORY" '.output_fields | (.["container.name"] == "disks" and .["fd.name"] == "/tmp/poem")'
}

# bats test_tags=technique:DV6,disguise:openat2,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "DV6: with openat2; behind a link, by an orphan that has a runtime's name" {
	in_container disks 'for n in 1 2; do busybox mknod /tmp/m$n c 1 $n; done; ln -s /tmp/m2 /tmp/zero'
	refused 'opener openat2 /tmp/m1'
	orphaned disks /bin/opener plain /tmp/zero
	expect_alert 6 "$MEMORY" '.output_fields["fd.name"] == "/tmp/m1"'
	expect_alert 6 "$MEMORY" '.output_fields["fd.name"] == "/tmp/zero"'
}

# bats test_tags=technique:DV6,technique:DV8,disguise:dirfd,disguise:memfd
@test "DV6, DV8: relative to the descriptor of a directory, by a program that is no file" {
	in_container disks 'busybox mknod /tmp/epic c 1 1; busybox mknod /tmp/other-kvm c 10 232'
	refused 'launcher memfd /bin/opener opener open dirfd /tmp/epic'
	refused 'launcher memfd /bin/opener opener open dirfd /tmp/other-kvm'
	expect_alert 6 "$MEMORY" '.output_fields["proc.cmdline"] | endswith("/tmp/epic")'
	expect_alert 6 "$UNDECLARED" '.output_fields["proc.cmdline"] | endswith("/tmp/other-kvm")'
}

# bats test_tags=technique:DV6,technique:DV8,disguise:io_uring,needs:io-uring
@test "DV6, DV8: through io_uring" {
	need io-uring
	in_container disks 'busybox mknod /tmp/song c 1 1; busybox mknod /tmp/ring-kvm c 10 232'
	refused 'opener open iouring /tmp/song'
	refused 'opener open iouring /tmp/ring-kvm'
	expect_alert 6 "$MEMORY" '.output_fields["fd.name"] == "/tmp/song"'
	expect_alert 6 "$UNDECLARED" '.output_fields["fd.name"] == "/tmp/ring-kvm"'
}

# bats test_tags=technique:DV6,disguise:int80,needs:int80
@test "DV6: with a 32-bit call" {
	need int80
	in_container disks 'busybox mknod /tmp/rhyme c 1 1'
	refused 'opener open int80 /tmp/rhyme'
	expect_alert 6 "$MEMORY" '.output_fields["fd.name"] == "/tmp/rhyme"'
}

# bats test_tags=technique:DV8,disguise:openat2,disguise:double-fork,disguise:name-of-a-runtime
@test "DV8: with openat2; by an orphan that has a runtime's name" {
	in_container disks 'busybox mknod /tmp/two-kvm c 10 232; busybox mknod /tmp/far-kvm c 10 232'
	refused 'opener open openat2 /tmp/two-kvm'
	orphaned disks /bin/opener open plain /tmp/far-kvm
	expect_alert 6 "$UNDECLARED" '.output_fields["fd.name"] == "/tmp/two-kvm"'
	expect_alert 6 "$UNDECLARED" '.output_fields["fd.name"] == "/tmp/far-kvm"'
}

# bats test_tags=technique:DV6,twin
@test "DV6 twin: devices of the same driver that every container has, also by the name of the machine's memory" {
	in_container disks 'busybox mknod /tmp/mem c 1 5; for f in /dev/null /dev/zero /dev/full /dev/random /dev/urandom /tmp/mem; do
			busybox dd if=$f of=/dev/null bs=1 count=1 2>/dev/null
		done'
	quiet
}

# bats test_tags=technique:DV2,rule:device-list-changed,needs:device-lists
@test "DV2: a container gives itself a device" {
	need device-lists
	in_container disks 'echo "b 7:0 r" >/tmp/own/devices.allow'
	expect_alert 6 "$LIST" '.watchcap.origins == ["fanotify"] and (.output_fields | (.["container.name"] == "disks" and .["proc.name"] == "sh"
		and (.["fd.realpath"] | test("/docker/[0-9a-f]{64}/devices.allow$"))))'
}

# bats test_tags=technique:DV2,rule:device-list-changed,disguise:bind-mount,needs:device-lists
@test "DV2: under an innocent name, in a cgroup of its own" {
	need device-lists
	in_container disks 'touch /tmp/plain; mount --bind /tmp/own/sub/devices.allow /tmp/plain; echo "b 7:0 r" >/tmp/plain; sleep 0.1; umount /tmp/plain'
	expect_alert 6 "$LIST" '.output_fields | ((.["fd.name"] | endswith("/plain")) and (.["fd.realpath"] | endswith("/sub/devices.allow")))'
}

# bats test_tags=technique:DV2,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime,needs:device-lists
@test "DV2: behind a link, by an orphan that has a runtime's name" {
	need device-lists
	# equal alerts of a second are counted
	sleep 1.1
	in_container disks 'ln -s /tmp/own/devices.allow /tmp/list'
	orphaned disks /bin/sh -c 'echo "b 7:0 r" >/tmp/list'
	expect_alert 6 "$LIST" '.output_fields | (.["container.name"] == "disks" and .["proc.name"] == "runc:[2:INIT]")'
}

# bats test_tags=technique:DV2,twin,needs:device-lists
@test "DV2 twin: a runtime sets the list of a container that starts, a container gives up a device, the host does as it likes" {
	need device-lists
	container fresh
	in_container disks 'cat /tmp/own/devices.list; echo "b 7:9 rwm" >/tmp/own/sub/devices.deny; echo 0 >/tmp/own/sub/notify_on_release'
	mkdir /sys/fs/cgroup/devices/wclab
	echo 'b 7:0 r' >/sys/fs/cgroup/devices/wclab/devices.allow
	rmdir /sys/fs/cgroup/devices/wclab
	quiet
}

# bats test_tags=technique:DV8,rule:device-opened-undeclared
@test "DV8: nodes of the machine's that it was not given: virtual machines, FUSE, VFIO, MSR" {
	local node
	for node in '10 232' '10 229' '10 196' '202 0'; do
		in_container disks "busybox mknod '/tmp/c${node/ /-}' c $node"
		refused "busybox dd if='/tmp/c${node/ /-}' of=/dev/null bs=1 count=0"
		expect_alert 6 "$UNDECLARED" ".output_fields | (.[\"container.name\"] == \"disks\" and .[\"fd.name\"] == \"/tmp/c${node/ /-}\")"
	done
}

# bats test_tags=technique:DV8,rule:device-opened-undeclared,disguise:symlink
@test "DV8: behind a link" {
	in_container disks 'busybox mknod /tmp/kvm c 10 232; ln -s /tmp/kvm /tmp/null-device'
	refused 'busybox dd if=/tmp/null-device of=/dev/null bs=1 count=0'
	expect_alert 6 "$UNDECLARED" '.output_fields["fd.name"] == "/tmp/null-device"'
}

# bats test_tags=technique:DV8,rule:device-opened-undeclared,disguise:int80,needs:int80
@test "DV8: with a 32-bit call" {
	need int80
	in_container disks 'busybox mknod /tmp/old-fuse c 10 229'
	refused 'opener int80 /tmp/old-fuse'
	expect_alert 6 "$UNDECLARED" '.output_fields["fd.name"] == "/tmp/old-fuse"'
}

# bats test_tags=technique:DV8,twin
@test "DV8 twin: a device that it was given, under another name; nodes that are nobody's" {
	container driver --device /dev/fuse:/dev/x
	in_container driver 'busybox dd if=/dev/x of=/dev/null bs=1 count=0; cat /dev/null; busybox dd if=/dev/urandom of=/dev/null bs=8 count=1'
	quiet
}

# what makes a loop device of a file of the container's own, on the device that it was given; loop NAME-OF-THE-DEVICE
loop()
{
	echo "busybox truncate -s 64K /tmp/image; busybox losetup $1 /tmp/image; busybox losetup -d $1; true"
}

# bats test_tags=technique:DV5,rule:block-device-set-up
@test "DV5: a loop device of its own file" {
	container looping --device "$(losetup -f):/dev/x"
	in_container looping "$(loop /dev/x)"
	expect_alert 6 'Block Device Set Up in Container' '.output_fields["container.name"] == "looping"'
}

# bats test_tags=technique:DV5,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "DV5: behind a link, by an orphan that has a runtime's name" {
	in_container looping 'ln -s /dev/x /tmp/notes'
	orphaned looping /bin/busybox losetup /tmp/notes /tmp/image
	in_container looping 'busybox losetup -d /dev/x'
	expect_alert 6 'Block Device Set Up in Container' '.output_fields["container.name"] == "looping"'
}

# bats test_tags=technique:DV5,rule:block-device-declared
@test "DV5: the same by a container that has CAP_SYS_ADMIN by its configuration is told with less weight" {
	container builder --device "$(losetup -f):/dev/x" --cap-add SYS_ADMIN
	in_container builder "$(loop /dev/x)"
	expect_alert 6 'Block Device Set Up by a Container That Declares It' '.output_fields["container.name"] == "builder" and .priority == "Notice"'
	[ "$(count_alerts 'Block Device Set Up in Container')" -eq 0 ]
}

# bats test_tags=technique:DV5,rule:device-node-made
@test "DV5: a node of a loop device that it was not given" {
	in_container disks 'busybox mknod /tmp/loop b 7 7'
	refused 'busybox truncate -s 64K /tmp/image; busybox losetup /tmp/loop /tmp/image'
	expect_alert 6 "$MADE" '.output_fields | (.["fd.name"] == "/tmp/loop" and .["fd.is_host_disk"] == false)'
}

# bats test_tags=technique:DV3,twin
@test "DV3 twin: ordinary nodes and devices; the host opens its own disk" {
	in_container disks 'busybox mknod /tmp/fifo p; busybox mknod /tmp/null c 1 3; cat /dev/null; busybox dd if=/dev/zero of=/dev/null bs=1 count=1'
	dd if="/dev/block/${DISK:-7:0}" of=/dev/null bs=512 count=1 2>/dev/null || true
	quiet
}
