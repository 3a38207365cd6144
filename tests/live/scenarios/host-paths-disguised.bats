#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Files of this host that a container reaches through a volume, by every way that a program has to open one: a file of each class is
# opened in each way. What there is of each class without a disguise is told in host-paths.bats.

setup_file()
{
	load host-paths
	paths_begin --cap-add SYS_ADMIN --cap-add DAC_READ_SEARCH -v /var/log:/host/log
}

teardown_file()
{
	load host-paths
	paths_end
}

setup()
{
	load host-paths
	scenario_begin
	NAME=$PREFIX$BATS_TEST_NUMBER.inert
}

# a file of the host's in each place that has a class of its own, and the runtime's program: opened, and not written
everywhere()
{
	local at
	for at in cron:/etc/cron.d auth:/etc/sudoers.d keys:/root/.ssh loader:/etc/ld.so.conf.d unit:/etc/profile.d unit:/etc/modprobe.d \
		kubelet:/etc/kubernetes runtime:/usr/share/containers; do
		directory "${at#*:}"
		echo '# nothing' >"${at#*:}/$NAME"
		echo "$at/$NAME"
	done
	echo "runtime:$(realpath "$(command -v runc)")"
}

# opened_everywhere COMMAND CALL SCRIPT [FIELD]: SCRIPT, which COMMAND in the container is given, opens $file, each of these; an alert
# tells of each, and of its path at the end of FIELD
opened_everywhere()
{
	local all at title class
	# the runtime's program is the same each time, and equal alerts of a second are counted
	sleep 1.1
	all=$(everywhere)
	$1 "for file in $(sed 's,^[a-z]*:,/host,' <<<"$all" | tr '\n' ' '); do $3; done; true"
	for at in $all; do
		title=$CHANGED class="\"${at%%:*}\""
		[ "${at%%:*}" != runtime ] || title=$RUNTIME class=null
		expect_alert 6 "$title" ".output_fields | (.[\"container.name\"] == \"paths\" and .[\"fd.host_class\"] == $class
			and .[\"evt.type\"] == \"$2\" and (.[\"${4:-proc.cmdline}\"] // \"\" | endswith(\"/host${at#*:}\")))"
	done
}

# bats test_tags=technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:KU10,technique:RT1,technique:RT16,disguise:openat2
@test "OR5 to OR8, KU10, RT1, RT16: with openat2" {
	opened_everywhere 'in_container paths' openat2 'opener open openat2 $file'
}

# bats test_tags=technique:OR4,technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:KU10,technique:RT1,technique:RT16,disguise:dirfd
@test "OR4 to OR8, KU10, RT1, RT16: relative to the descriptor of a directory" {
	opened_everywhere 'in_container paths' openat 'opener open dirfd $file'
}

# bats test_tags=technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:KU10,technique:RT1,technique:RT16,disguise:int80,needs:int80
@test "OR5 to OR8, KU10, RT1, RT16: with a 32-bit call" {
	need int80
	opened_everywhere 'in_container paths' open 'opener open int80 $file'
}

# bats test_tags=technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:KU10,technique:RT1,technique:RT16,disguise:io_uring,needs:io-uring
@test "OR5 to OR8, KU10, RT1, RT16: through io_uring" {
	need io-uring
	opened_everywhere 'in_container paths' openat 'opener open iouring $file'
}

# bats test_tags=technique:OR4,technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:KU10,technique:RT1,technique:RT16,disguise:memfd
@test "OR4 to OR8, KU10, RT1, RT16: by a program that is no file" {
	opened_everywhere 'in_container paths' openat 'launcher memfd /bin/opener opener open plain $file'
}

# bats test_tags=technique:OR4,technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:KU10,technique:RT1,technique:RT16,disguise:bind-mount
@test "OR4 to OR8, KU10, RT1, RT16: by the name of another file" {
	opened_everywhere 'in_container paths' openat 'mkdir -p /tmp/of${file%/*}; touch /tmp/of$file
		mount --bind $file /tmp/of$file; opener open plain /tmp/of$file; umount /tmp/of$file'
}

# bats test_tags=technique:OR4,technique:OR5,technique:OR7,technique:RT1,technique:RT16,disguise:double-fork,disguise:name-of-a-runtime
@test "OR4, OR5, OR7, RT1, RT16: by an orphan that has a runtime's name" {
	opened_everywhere 'orphaned paths /bin/sh -c' openat '(: >>$file)' fd.name
}

# bats test_tags=technique:OR5,technique:OR7,technique:RT16,disguise:symlink
@test "OR5, OR7, RT16: behind links" {
	opened_everywhere 'in_container paths' openat 'mkdir -p /tmp/to${file%/*}; ln -s $file /tmp/to$file; opener open plain /tmp/to$file'
}

# a handle names no file
# bats test_tags=technique:OR5,technique:OR16,rule:container-open-by-handle,disguise:file-handle
@test "OR5, OR16: by handle, which is told as such" {
	key
	in_container paths "opener open handle /host/root/.ssh/$NAME; opener read handle /host/root/.ssh/$NAME"
	expect_alert 6 'File Opened by Handle in a Container' '.output_fields["container.name"] == "paths"'
}

# bats test_tags=technique:OR16,rule:host-secret-read,disguise:openat2,disguise:dirfd,disguise:memfd
@test "OR16: with openat2, relative to the descriptor of a directory, by a program that is no file" {
	local way
	for way in openat2 dirfd memfd; do
		directory /root/.ssh
		echo '# nothing' >"/root/.ssh/$NAME.$way"
	done
	in_container paths "opener read openat2 /host/root/.ssh/$NAME.openat2; opener read dirfd /host/root/.ssh/$NAME.dirfd
		launcher memfd /bin/busybox cat /host/root/.ssh/$NAME.memfd" >/dev/null
	for way in openat2 dirfd memfd; do
		expect_alert 6 "$READ" ".output_fields | (.[\"fd.host_class\"] == \"keys\" and (.[\"proc.cmdline\"] | endswith(\"$NAME.$way\")))"
	done
}

# bats test_tags=technique:OR16,rule:host-secret-read,disguise:bind-mount
@test "OR16: by the name of another file" {
	key
	in_container paths "touch /tmp/poem; mount --bind /host/root/.ssh/$NAME /tmp/poem; cat /tmp/poem; umount /tmp/poem" >/dev/null
	read_by paths keys /tmp/poem
}

# bats test_tags=technique:OR16,rule:host-secret-read,disguise:double-fork,disguise:name-of-a-runtime
@test "OR16: by an orphan that has a runtime's name" {
	key
	orphaned paths /bin/cat "/host/root/.ssh/$NAME" >/dev/null
	read_by paths keys "/host/root/.ssh/$NAME"
}

# bats test_tags=technique:OR16,rule:host-secret-read,disguise:int80,needs:int80
@test "OR16: with a 32-bit call" {
	need int80
	key
	in_container paths "opener read int80 /host/root/.ssh/$NAME"
	read_by paths keys "/host/root/.ssh/$NAME"
}

# whether it was opened to read or to write nobody can see
# bats test_tags=technique:OR16,rule:host-file-changed,disguise:io_uring,needs:io-uring
@test "OR16: through io_uring, which is told as a change" {
	need io-uring
	key
	in_container paths "opener read iouring /host/root/.ssh/$NAME"
	changed keys openat
}

# bats test_tags=technique:OR9,disguise:double-fork,disguise:name-of-a-runtime
@test "OR9: by an orphan that has a runtime's name" {
	orphaned paths /bin/ln -s /root "/host/log/$NAME"
	in_container paths "rm /host/log/$NAME"
	linked paths /root
}
