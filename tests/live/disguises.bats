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


@test "openat2" {
	disguise openat2 '.output_fields["evt.type"] == "openat2"'
}

@test "creat" {
	disguise creat '.output_fields["evt.type"] == "creat"'
}

@test "O_PATH, then reopened through /proc/self/fd" {
	disguise opath
}

@test "relative to a directory descriptor" {
	disguise dirfd
}

@test "a 32-bit call from a 64-bit program" {
	disguise int80 '.output_fields["evt.type"] == "open"'
}

@test "a second thread" {
	disguise thread
}

@test "a double fork" {
	disguise fork
}

@test "io_uring" {
	disguise iouring
}


@test "by file handle, no path at all" {
	disguise handle '.output_fields["evt.type"] == "open_by_handle_at"'
}

@test "its neighbours written and itself read are no alert" {
	in_container escape 'cd /tmp/c; mkdir -p sub; echo 1 >sub/notify_on_release; echo 0 >cgroup.clone_children
		echo $$ >cgroup.procs; cat release_agent; rmdir sub'
	settle
	[ "$(count_alerts "$ESCAPE")" -eq 0 ]
}

# Each lives for milliseconds, and a look may be late for it: a matter of chance, the more so on a busy machine. Whoever
# goes on is told.
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

@test "two at once, one of them by remounting with the option" {
	local told='.output_fields["container.name"] == "escape" and (.output_fields["mount.options"] // "" | contains'
	in_container escape 'mkdir /tmp/n /tmp/m; mount -t cgroup -o none,name=wcone x /tmp/n; mount -t cgroup -o none,name=wctwo x /tmp/m
		mount -t cgroup -o remount,none,name=wcone,release_agent=/tmp/nothing x /tmp/n; echo /tmp/nothing >/tmp/m/release_agent'
	expect_alert 6 "$ESCAPE" "$told(\"wcone\"))"
	expect_alert 6 "$ESCAPE" "$told(\"wctwo\"))"
	in_container escape 'umount /tmp/n /tmp/m'
	wait_until 5 sh -c '! grep -q -e name=wcone -e name=wctwo /proc/self/cgroup'
}

@test "behind more hierarchies than are watched or kept" {
	in_container escape 'mkdir /tmp/n; for i in $(seq 600); do mount -t cgroup -o none,name=wcmany$i x /tmp/n; done
		echo /tmp/nothing >/tmp/n/release_agent'
	expect_alert 15 "$ESCAPE" '.output_fields["container.name"] == "escape" and .output_fields["evt.arg.new"] == "/tmp/nothing"'
	in_container escape 'for i in $(seq 600); do umount /tmp/n; done'
	wait_until 10 sh -c '! grep -q name=wcmany /proc/self/cgroup'
}
