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
	container escape --cap-add SYS_ADMIN
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

