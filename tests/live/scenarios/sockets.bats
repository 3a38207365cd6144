#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Sockets by which this host is commanded: an engine's, systemd's, the system bus. Whoever connects is hung up on: a listener of
# the test's own stands where the host has none.

setup_file()
{
	load scenario
	: >"$BATS_FILE_TMPDIR/listeners"
	local socket
	for socket in $ENGINE $OTHER $BUS; do
		[ -n "$LAB_SKIP" ] || stand_in "$socket"
	done
	scenarios_begin
	container paths -v /run:/host/run
	container given -v $ENGINE:/engine:ro
	container mounter --cap-add SYS_ADMIN -v /run:/host/run
}

teardown_file()
{
	load scenario
	remove paths given mounter
	scenarios_end
	local pid path
	while read -r pid path; do
		kill "$pid"
		rm -f "$path"
		rmdir --ignore-fail-on-non-empty "${path%/*}" 2>/dev/null || true
	done <"$BATS_FILE_TMPDIR/listeners"
}

setup()
{
	load scenario
	scenario_begin
}

ENGINE=/run/docker.sock
OTHER=/run/crio/crio.sock
BUS=/run/dbus/system_bus_socket
CONNECTED='Container Connects to the Socket of a Container Engine'
GIVEN='Container Connects to the Socket of a Container Engine That It Was Given'
ON_BUS='Container Connects to the Service Manager or System Bus of the Host'

stand_in()
{
	[ ! -S "$1" ] || return 0
	listen "$1"
	echo "$LISTENER $1" >>"$BATS_FILE_TMPDIR/listeners"
}

connected() # connected PROC-CMDLINE
{
	expect_alert 6 "$CONNECTED" ".output_fields | (.[\"container.name\"] == \"paths\" and (.[\"proc.cmdline\"] | contains(\"$1\")))"
}

# bats test_tags=technique:OR1,rule:runtime-socket-connected
@test "OR1: a container connects to an engine's socket through a volume above it" {
	in_container paths 'caller connect /host/run/docker.sock'
	connected 'connect /host/run/docker.sock'
}

# bats test_tags=technique:OR1,rule:runtime-socket-connected,disguise:symlink
@test "OR1: through a link with an innocent name" {
	in_container paths 'ln -s /host/run/docker.sock /tmp/notes; caller connect /tmp/notes'
	connected 'connect /tmp/notes'
}

# bats test_tags=technique:OR1,rule:runtime-socket-connected,disguise:socketcall
@test "OR1: by the multiplexed call of the 32-bit table" {
	in_container paths 'cp /bin/caller /tmp/old-caller; /tmp/old-caller socketcall-connect /host/run/docker.sock'
	connected 'socketcall-connect'
}

# bats test_tags=technique:OR2,rule:runtime-socket-connected,disguise:bind-mount
@test "OR2: CRI-O's, under another name, by a mount of its own" {
	in_container mounter 'touch /tmp/x; mount --bind /host/run/crio/crio.sock /tmp/x; caller connect /tmp/x'
	expect_alert 6 "$CONNECTED" '.output_fields["container.name"] == "mounter"'
}

# bats test_tags=technique:OR1,technique:OR14,disguise:bind-mount
@test "OR1, OR14: docker's and the bus, under other names, by mounts of its own" {
	in_container mounter 'touch /tmp/y /tmp/z; mount --bind /host/run/docker.sock /tmp/y; mount --bind /host/run/dbus/system_bus_socket /tmp/z
		caller connect /tmp/y; caller connect /tmp/z'
	expect_alert 6 "$CONNECTED" '.output_fields | (.["container.name"] == "mounter" and (.["fd.name"] | endswith("/tmp/y")))'
	expect_alert 6 "$ON_BUS" '.output_fields["container.name"] == "mounter"'
}

# bats test_tags=technique:OR1,technique:OR2,technique:OR14,disguise:io_uring,needs:io-uring
@test "OR1, OR2, OR14: through io_uring" {
	need io-uring
	in_container paths 'for socket in docker.sock crio/crio.sock dbus/system_bus_socket; do opener connect /host/run/$socket; done'
	connected 'opener connect /host/run/docker.sock'
	connected 'opener connect /host/run/crio/crio.sock'
	expect_alert 6 "$ON_BUS" '.output_fields["proc.cmdline"] | startswith("opener ")'
}

# bats test_tags=technique:OR1,technique:OR2,technique:OR14,disguise:memfd
@test "OR1, OR2, OR14: by a program that is no file" {
	in_container paths 'for socket in docker.sock crio/crio.sock dbus/system_bus_socket; do launcher memfd /bin/caller caller connect /host/run/$socket; done'
	connected 'connect /host/run/docker.sock'
	connected 'connect /host/run/crio/crio.sock'
	expect_alert 6 "$ON_BUS" '.output_fields["proc.exepath"] | startswith("/memfd:")'
}

# bats test_tags=technique:OR1,technique:OR2,disguise:double-fork,disguise:name-of-a-runtime
@test "OR1, OR2: by orphans that have a runtime's name" {
	orphaned paths /bin/caller connect /host/run/docker.sock
	orphaned paths /bin/caller connect /host/run/crio/crio.sock
	connected 'connect /host/run/docker.sock'
	connected 'connect /host/run/crio/crio.sock'
}

# bats test_tags=technique:OR2,technique:OR14,disguise:symlink,disguise:socketcall
@test "OR2, OR14: behind a link, by the multiplexed call of the 32-bit table" {
	in_container paths 'ln -s /host/run/crio/crio.sock /tmp/crio; ln -s /host/run/dbus/system_bus_socket /tmp/station; cp /bin/caller /tmp/caller
		/tmp/caller connect /tmp/crio; /tmp/caller socketcall-connect /host/run/dbus/system_bus_socket
		sleep 1.1; /tmp/caller connect /tmp/station; /tmp/caller socketcall-connect /host/run/crio/crio.sock'
	connected 'caller connect /tmp/crio'
	connected 'socketcall-connect /host/run/crio/crio.sock'
	expect_alert 6 "$ON_BUS" '.output_fields["proc.cmdline"] | contains("socketcall-connect")'
	expect_alert 6 "$ON_BUS" '.output_fields["proc.cmdline"] | contains("connect /tmp/station")'
}

# bats test_tags=technique:OR1,rule:runtime-socket-connected-as-declared
@test "OR1: a container that was given the socket by name is told as such, read-only or not" {
	in_container given 'caller connect /engine'
	expect_alert 6 "$GIVEN" '.output_fields["container.name"] == "given"'
	[ "$(count_alerts "$CONNECTED" '.output_fields["container.name"] == "given"')" -eq 0 ]
}

# bats test_tags=technique:OR14,rule:system-bus-connected
@test "OR14: a container connects to the system bus of the host" {
	in_container paths 'caller connect /host/run/dbus/system_bus_socket'
	expect_alert 6 "$ON_BUS" '.output_fields["container.name"] == "paths"'
}

# bats test_tags=technique:OR14,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "OR14: behind a link, by an orphan that has a runtime's name" {
	in_container paths 'ln -s /host/run/dbus/system_bus_socket /tmp/bus'
	orphaned paths /bin/caller connect /tmp/bus
	expect_alert 6 "$ON_BUS" '.output_fields["container.name"] == "paths"'
}

# bats test_tags=technique:OR1,technique:OR2,technique:OR14,twin
@test "OR1, OR2, OR14 twin: sockets of a container's own under these names, and the host's own clients" {
	container foreign
	in_container foreign 'mkdir -p /run/crio; for at in /run/docker.sock /run/crio/crio.sock; do caller bind $at; caller connect $at; done; caller connect /run/dbus/system_bus_socket'
	local socket
	for socket in $ENGINE $OTHER $BUS; do
		"$LAB/rootfs/bin/caller" connect "$socket"
	done
	remove foreign
	quiet
}
