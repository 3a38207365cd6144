#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The same write to release_agent by every way a program has to open a file: none hides it.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN --cap-add DAC_READ_SEARCH
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c'
}


teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove escape
	hierarchy_remove
}


disguise() # disguise WAY [JQ-CONDITION]
{
	in_container escape "opener $1 /tmp/c/release_agent"
	expect_alert 6 "$ESCAPE" "${2:-.output_fields[\"container.name\"] == \"escape\"}"
}


# bats test_tags=technique:KU1,rule:release-agent-write,disguise:openat2
@test "openat2" {
	disguise openat2 '.output_fields["evt.type"] == "openat2"'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:creat
@test "creat" {
	disguise creat '.output_fields["evt.type"] == "creat"'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:o_path
@test "O_PATH, then reopened through /proc/self/fd" {
	disguise opath
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:dirfd
@test "relative to a directory descriptor" {
	disguise dirfd
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:int80
@test "a 32-bit call from a 64-bit program" {
	disguise int80 '.output_fields["evt.type"] == "open"'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:thread
@test "a second thread" {
	disguise thread
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:double-fork
@test "a double fork" {
	disguise fork
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:io_uring
@test "io_uring" {
	disguise iouring
}


# bats test_tags=technique:KU1,rule:release-agent-write,disguise:file-handle
@test "by file handle, no path at all" {
	disguise handle '.output_fields["evt.type"] == "open_by_handle_at"'
}

# bats test_tags=technique:KU1,twin
@test "its neighbours written and itself read are no alert" {
	in_container escape 'cd /tmp/c; mkdir -p sub; echo 1 >sub/notify_on_release; echo 0 >cgroup.clone_children
		echo $$ >cgroup.procs; cat release_agent; rmdir sub'
	settle
	[ "$(count_alerts "$ESCAPE")" -eq 0 ]
}

# Each lives for milliseconds, and a look may be late for it: a matter of chance, the more so on a busy machine. Whoever
# goes on is told.
# bats test_tags=technique:KU2,rule:release-agent-write,disguise:gone-at-once
@test "hierarchies that are gone as soon as they are made" {
	in_container escape 'mkdir /tmp/n'
	local round
	for round in $(seq 40); do
		in_container escape 'for i in 1 2 3 4 5; do
			mount -t cgroup -o none,name=wcfast x /tmp/n && echo /tmp/nothing >/tmp/n/release_agent; umount /tmp/n; done'
		! wait_until 1 has_alert "$ESCAPE" '.output_fields["container.name"] == "escape"' || break
	done
	expect_alert 6 "$ESCAPE" '.output_fields["container.name"] == "escape"'
	echo "# seen in round $round"
}

# bats test_tags=technique:KU3,rule:release-agent-write,disguise:remount
@test "two at once, one of them by remounting with the option" {
	local told='.output_fields["container.name"] == "escape" and (.output_fields["mount.options"] // "" | contains'
	in_container escape 'mkdir /tmp/n /tmp/m; mount -t cgroup -o none,name=wcone x /tmp/n; mount -t cgroup -o none,name=wctwo x /tmp/m
		mount -t cgroup -o remount,none,name=wcone,release_agent=/tmp/nothing x /tmp/n; echo /tmp/nothing >/tmp/m/release_agent'
	expect_alert 6 "$ESCAPE" "$told(\"wcone\"))"
	expect_alert 6 "$ESCAPE" "$told(\"wctwo\"))"
	in_container escape 'umount /tmp/n /tmp/m'
	wait_until 5 sh -c '! grep -q -e name=wcone -e name=wctwo /proc/self/cgroup'
}

# What has been there for long is not read at each look.
# bats test_tags=technique:KU3,rule:release-agent-write,disguise:late-remount
@test "an old one by remounting with the option, gone two seconds later" {
	in_container escape 'mkdir /tmp/n; mount -t cgroup -o none,name=wcold x /tmp/n; sleep 5
		mount -t cgroup -o remount,none,name=wcold,release_agent=/tmp/nothing x /tmp/n; sleep 2; umount /tmp/n'
	expect_alert 6 "$ESCAPE" '.output_fields["container.name"] == "escape" and .output_fields["evt.arg.new"] == "/tmp/nothing"'
}

# bats test_tags=technique:KU2,rule:release-agent-write,disguise:600-hierarchies
@test "behind more hierarchies than are watched or kept" {
	in_container escape 'mkdir /tmp/n; for i in $(seq 600); do mount -t cgroup -o none,name=wcmany$i x /tmp/n; done
		echo /tmp/nothing >/tmp/n/release_agent'
	expect_alert 15 "$ESCAPE" '.output_fields["container.name"] == "escape" and .output_fields["evt.arg.new"] == "/tmp/nothing"'
	# a mount is busy for as long as the descriptor of a write's notification is kept
	in_container escape 'while grep -q " /tmp/n " /proc/mounts; do umount /tmp/n 2>/dev/null || sleep 0.1; done'
	wait_until 10 sh -c '! grep -q name=wcmany /proc/self/cgroup'
}
