#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The host runs what lies in a container: by every name that it has there, and what only looks like it.

setup_file()
{
	load scenario
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_free_audit
	need_docker
	container older
	mkdir -p "$LAB/given"
	cp /bin/busybox "$LAB/given/busybox"
	scenarios_begin
	container victim -v wcdata:/data -v "$LAB/given:/given"
	in_container victim 'for dir in / /data; do /bin/busybox cp /bin/busybox $dir/planted; done
		printf "#!/bin/sh\ntrue\n" >/script; /bin/busybox chmod 755 /script'
}

teardown_file()
{
	load scenario
	remove victim older
	[ -n "$LAB_SKIP" ] || "${DOCKER[@]}" volume rm wcdata >/dev/null 2>&1 || true
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
	T=$BATS_TEST_TMPDIR
	MERGED=$(of victim '{{.GraphDriver.Data.MergedDir}}')
	UPPER=$(of victim '{{.GraphDriver.Data.UpperDir}}')
	PID=$(of victim '{{.State.Pid}}')
}

RUNS='Host Runs a File of a Container'

# of CONTAINER FORMAT
of()
{
	"${DOCKER[@]}" inspect -f "$2" "$1"
}

# told_of CONTAINER [JQ-CONDITION]
told_of()
{
	expect_alert 6 "$RUNS" ".output_fields | (.[\"container.id\"] == \"host\" and .[\"fd.container.name\"] == \"$1\" and
		.[\"fd.container.id\"] == \"$(container_id "$1" | cut -c1-12)\" and (${2:-true}))"
}

# bats test_tags=technique:OR11,rule:host-runs-container-file
@test "OR11: a program in a container's root, where the host has mounted it" {
	"$MERGED/bin/busybox" true
	told_of victim ".[\"proc.exepath\"] == \"$MERGED/bin/busybox\" and .[\"fd.container.image.repository\"] == \"busybox\""
}

# bats test_tags=technique:OR11,rule:host-runs-container-file,disguise:fork
@test "OR11: by the child of a shell that has only just begun" {
	/bin/sh -c "$MERGED/bin/sleep 0; true"
	told_of victim '.["proc.cmdline"] == "sleep 0"'
}

# bats test_tags=technique:OR11,rule:host-runs-container-file,disguise:proc-root
@test "OR11: the same through the root of a process of it" {
	"/proc/$PID/root/bin/true"
	told_of victim ".[\"evt.arg.filename\"] == \"/proc/$PID/root/bin/true\""
}

# bats test_tags=technique:OR11,rule:host-runs-container-file,disguise:symlink
@test "OR11: in the directory that holds what the container has written, by a link with a name of the host's" {
	ln -s "$UPPER/planted" "$T/true"
	"$T/true" true 2>/dev/null || true
	"$T/true" busybox true 2>/dev/null || true
	told_of victim ".[\"proc.exepath\"] == \"$UPPER/planted\""
}

# bats test_tags=technique:OR11,rule:host-runs-container-file,disguise:execveat
@test "OR11: by a descriptor and an empty path" {
	"$LAB/rootfs/bin/launcher" descriptor "$MERGED/bin/busybox" busybox true
	told_of victim '.["proc.exepath"] | endswith("/bin/busybox")'
}

# bats test_tags=technique:OR11,rule:host-runs-container-file
@test "OR11: in a volume that the runtime keeps" {
	local volume
	volume=$("${DOCKER[@]}" volume inspect -f '{{.Mountpoint}}' wcdata)
	"$volume/planted" true 2>/dev/null || true
	told_of victim ".[\"proc.exepath\"] == \"$volume/planted\""
}

# bats test_tags=technique:OR11,rule:host-runs-container-file,disguise:script
@test "OR11: a script of the container's, which the host's shell runs" {
	"$UPPER/script"
	told_of victim ".[\"evt.arg.filename\"] == \"$UPPER/script\""
	barrier
	SINCE=$(wc -l <"$ALERTS")
	"/proc/$PID/root/script"
	told_of victim
}

# bats test_tags=technique:OR11,rule:host-runs-container-file,disguise:interpreter
@test "OR11: a script of the host's, whose interpreter is the container's" {
	printf '#!%s/bin/busybox sh\ntrue\n' "$MERGED" >"$T/script"
	chmod 755 "$T/script"
	"$T/script"
	told_of victim ".[\"proc.exepath\"] == \"$MERGED/bin/busybox\""
}

# bats test_tags=technique:RT10,rule:host-runs-container-file
@test "RT10: a helper of the host's in the container's root runs what it finds there" {
	chroot "$MERGED" /bin/true
	told_of victim '.["evt.arg.filename"] == "/bin/true"'
}

# bats test_tags=technique:RT10,rule:host-runs-container-file,disguise:setns
@test "RT10: the same in the container's mounts, with everything else the host's" {
	nsenter -t "$PID" -m /bin/true
	told_of victim '.["evt.arg.filename"] == "/bin/true"'
}

# bats test_tags=technique:OR11,rule:host-runs-container-file
@test "OR11: of a container that is older than the sensor, and of one that was stopped" {
	"/proc/$(of older '{{.State.Pid}}')/root/bin/true"
	told_of older
	"${DOCKER[@]}" run --name stopped busybox /bin/busybox cp /bin/busybox /planted
	"$(of stopped '{{.GraphDriver.Data.UpperDir}}')/planted" true 2>/dev/null || true
	told_of stopped
	remove stopped
}

# bats test_tags=technique:OR11,technique:RT10,twin
@test "OR11 twin: docker's exec and cp, an administrator who enters all of it, and files that are only read" {
	"${DOCKER[@]}" exec victim /bin/true
	"${DOCKER[@]}" cp victim:/planted "$T/planted"
	"${DOCKER[@]}" cp "$T/planted" victim:/again
	nsenter -t "$PID" -m -u -i -n -p /bin/true
	ls -lR "$MERGED" >/dev/null
	cat "$UPPER/script" "/proc/$PID/root/script" >/dev/null
	(cd "$MERGED" && /bin/busybox true && ls / >/dev/null)
	quiet
}

# bats test_tags=technique:OR11,twin
@test "OR11 twin: the host's own programs of the same name, in what it has given the container, and copies" {
	/bin/busybox true
	"$LAB/given/busybox" true
	"/proc/$PID/root/given/busybox" true
	cp "$UPPER/planted" "$T/busybox"
	"$T/busybox" true
	mkdir -p "$T/merged/bin"
	cp /bin/busybox "$T/merged/bin/busybox"
	chroot "$T/merged" /bin/busybox true
	unshare -m /bin/sh -c "mount -t tmpfs x $T/merged && cp /bin/busybox $T/merged && $T/merged/busybox true"
	quiet
}
