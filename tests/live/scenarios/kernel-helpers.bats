#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Programs that the kernel starts by itself: who else may say which.

setup_file()
{
	load scenario
	hierarchy_make
	scenarios_begin
	container helpers --cap-add SYS_ADMIN
	in_container helpers 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c'
	# one that has nothing but what docker gives everybody, and a directory of the host's
	container maker --cap-add SYS_ADMIN --cgroupns host
	container modest -v "$LAB/hierarchy:/h" -v /sbin:/host-sbin
}

teardown_file()
{
	load scenario
	remove helpers modest maker
	scenarios_end
	hierarchy_remove
}

setup()
{
	load scenario
	scenario_begin
	NO_REQUEST_KEY=$(probe_no-request-key && echo yes || true)
}

teardown()
{
	# what a test planted and could not remove
	[ -z "${NO_REQUEST_KEY:-}" ] || rm -f /sbin/request-key
}

# bats test_tags=technique:KU1,rule:release-agent-write
@test "KU1: release_agent of a hierarchy that the host has" {
	in_container helpers 'cat /tmp/c/release_agent >/tmp/was; cat /tmp/was >/tmp/c/release_agent'
	expect_alert 6 "$ESCAPE" '.output_fields["container.name"] == "helpers"'
}

# by the guard or by audit, whichever is told first: they name the file by different roots
planted_by_modest()
{
	expect_alert 6 "$ESCAPE" '.output_fields | (.["container.name"] == "modest" and (.["evt.type"] | startswith("open")))'
}

# bats test_tags=technique:KU4,rule:release-agent-write
@test "KU4: from a user namespace of its own, in which it may mount the hierarchy: the attempt, whatever the kernel says" {
	in_container modest 'trespasser userns cgroup /bin/sh -c "
		mkdir /tmp/own; mount -t cgroup -o none,name=wclab x /tmp/own && echo /tmp/payload >/tmp/own/release_agent"' || true
	planted_by_modest
	[ "$(cat "$LAB/hierarchy/release_agent")" = "" ]
}

# bats test_tags=technique:KU4,disguise:openat2
@test "KU4: the same by openat2" {
	in_container modest 'trespasser userns cgroup /bin/sh -c "
		mkdir /tmp/other; mount -t cgroup -o none,name=wclab x /tmp/other && opener openat2 /tmp/other/release_agent"' || true
	planted_by_modest
}

# bats test_tags=technique:KU4,disguise:symlink,disguise:dirfd,disguise:memfd
@test "KU4: behind a link; relative to the descriptor of a directory; by a program that is no file" {
	local way
	for way in 'opener plain /tmp/verse' 'opener dirfd /tmp/third/release_agent' 'launcher memfd /bin/opener opener plain /tmp/third/release_agent'; do
		# equal alerts of a second are counted
		sleep 1.1
		SINCE=$(wc -l <"$ALERTS")
		in_container modest "trespasser userns cgroup /bin/sh -c '
			mkdir -p /tmp/third; ln -sfn /tmp/third/release_agent /tmp/verse; mount -t cgroup -o none,name=wclab x /tmp/third && exec $way'" || true
		planted_by_modest
	done
}

# bats test_tags=technique:KU4,disguise:double-fork,disguise:name-of-a-runtime
@test "KU4: by an orphan that has a runtime's name" {
	orphaned modest /bin/trespasser userns cgroup /bin/sh -c 'mkdir /tmp/fourth; mount -t cgroup -o none,name=wclab x /tmp/fourth
		ln -s /bin/opener "/tmp/runc:[1:CHILD]"; "/tmp/runc:[1:CHILD]" plain /tmp/fourth/release_agent'
	planted_by_modest
}

# bats test_tags=technique:KU3,rule:release-agent-write,disguise:new-calls,disguise:double-fork,disguise:name-of-a-runtime
@test "KU3: by the new calls, which no record tells the options of, by an orphan that has a runtime's name" {
	in_container maker 'mkdir /tmp/m'
	orphaned maker /bin/opener cgroup wcnewcalls /tmp/nothing /tmp/m
	expect_alert 6 "$ESCAPE" '.output_fields | (.["container.name"] == "maker" and .["evt.arg.new"] == "/tmp/nothing")'
	in_container maker 'umount /tmp/m'
}

# bats test_tags=technique:KU2,technique:KU3,technique:KU4,twin
@test "KU2, KU3, KU4 twin: the host makes hierarchies with a helper, by option and by file, as systemd does; a builder in a user namespace" {
	local own=$BATS_TEST_TMPDIR/own
	mkdir "$own"
	mount -t cgroup -o none,name=wcown,release_agent=/bin/true x "$own"
	# until it is watched, nobody is seen to write
	sleep 1.5
	echo /bin/false >"$own/release_agent"
	# what nobody is seen to write is looked for once a second, and laid to a container that mounts within two
	sleep 2.5
	in_container helpers 'trespasser userns cgroup /bin/sh -c "mount -t tmpfs x /tmp; cat /proc/self/cgroup"' >/dev/null
	umount "$own"
	quiet
}

# bats test_tags=technique:OR15,rule:release-agent-write
@test "OR15: release_agent below a directory of the host's that a volume brings" {
	in_container modest 'echo "" >/h/release_agent' || true
	planted_by_modest
}

# bats test_tags=technique:OR15,rule:release-agent-write,disguise:symlink
@test "OR15: the same behind a link" {
	in_container modest 'ln -s /h/release_agent /tmp/notes; echo "" >/tmp/notes' || true
	planted_by_modest
}

# bats test_tags=technique:OR15,rule:release-agent-write,disguise:openat2
@test "OR15: the same by openat2" {
	in_container modest 'opener openat2 /h/release_agent' || true
	planted_by_modest
}

# bats test_tags=technique:OR15,disguise:dirfd
@test "OR15: relative to the descriptor of a directory" {
	in_container modest 'cp /bin/opener /tmp/opener; /tmp/opener dirfd /h/release_agent' || true
	planted_by_modest
}

# bats test_tags=technique:OR15,disguise:memfd
@test "OR15: by a program that is no file" {
	in_container modest 'launcher memfd /bin/opener opener plain /h/release_agent' || true
	planted_by_modest
}

# bats test_tags=technique:OR15,disguise:double-fork,disguise:name-of-a-runtime
@test "OR15: by an orphan that has a runtime's name" {
	orphaned modest /bin/opener plain /h/release_agent
	planted_by_modest
}

# bats test_tags=technique:OR15,disguise:int80,needs:int80
@test "OR15: with a 32-bit call" {
	need int80
	in_container modest 'cp /bin/opener /tmp/opener; /tmp/opener int80 /h/release_agent' || true
	planted_by_modest
}

# bats test_tags=technique:OR15,disguise:io_uring,needs:io-uring
@test "OR15: through io_uring" {
	need io-uring
	in_container modest 'opener iouring /h/release_agent' || true
	planted_by_modest
}

# bats test_tags=technique:KU13,rule:planted-helper,disguise:file-at-a-known-path,needs:no-request-key
@test "KU13: a file where the kernel looks for its helper for keys, and where none was when the sensor came" {
	need no-request-key
	in_container modest "printf '#!/bin/sh\\necho ran >$LAB/ran\\nsleep 1\\n' >/host-sbin/request-key; busybox chmod 755 /host-sbin/request-key; caller upcall"
	rm -f /sbin/request-key
	[ "$(cat "$LAB/ran")" = ran ]
	# as the guard asks, the process has not yet the name
	expect_alert 6 'Kernel Starts a Planted Helper' '.output_fields | (.["proc.name"] == "request-key" or (.["proc.exepath"] | endswith("/request-key")))'
}

# bats test_tags=technique:OR15,twin
@test "OR15 twin: the hierarchy's other files, read and written below that directory" {
	in_container modest 'cat /h/release_agent /h/cgroup.procs; echo 0 >/h/notify_on_release'
	quiet
}

# bats test_tags=technique:KU1,twin
@test "KU1 twin: reading release_agent, and a file that only has the name" {
	in_container helpers 'cat /tmp/c/release_agent; echo x >/tmp/release_agent'
	quiet
}
