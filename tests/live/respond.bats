#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What rules do besides telling: kill, kill-container, freeze, on real docker containers.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	acting_rule kill 'sleep 701'
	acting_rule kill-container 'sleep 702'
	acting_rule freeze 'sleep 703'
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove prey other
}

responder_start() # responder_start OPTION...
{
	sensor_start --rules "$BATS_TEST_TMPDIR/acting" "$@"
}

running() # running NAME COMMAND: the container NAME has such a process
{
	"${DOCKER[@]}" top "$1" -o pid,args | grep -q "$2"
}

act_of() # act_of TITLE NAME RESULT
{
	expect_alert 5 "$1" '.watchcap.actions == [{name: "'"$2"'", result: "'"$3"'"}]'
}

# exec_frozen NAME COMMAND...: docker may hang once the container is frozen
exec_frozen()
{
	local name=$1
	shift
	timeout 20 "${DOCKER[@]}" exec -d "$name" "$@" >/dev/null 2>&1 3>&- &
}

@test "observe: says what it would have done, and does nothing" {
	responder_start
	container prey
	in_container prey '/bin/sleep 701 & /bin/sleep 702 & /bin/sleep 703 &'
	for act in kill kill-container freeze; do
		expect_alert 5 "T $act" '.watchcap.actions[0] == {name: "'$act'", result: "not-enabled", why: "observing only"}'
	done
	running prey 'sleep 701'
	running prey 'sleep 702'
	running prey 'sleep 703'
}

@test "kill: the process, and nobody else, and every further one although its alerts are alike" {
	responder_start -o respond.mode=enforce
	container prey
	container other
	in_container prey '/bin/sleep 650 &'
	in_container prey '/bin/sleep 701 &'
	act_of 'T kill' kill done
	wait_until 5 sh -c "! docker -H unix://$LAB/docker.sock top prey -o pid,args | grep -q 'sleep 701'"
	has_alert 'T kill' '.output | contains("[kill=done] ")'
	in_container prey '/bin/sleep 701 & /bin/sleep 701 &'
	wait_until 5 sh -c "! docker -H unix://$LAB/docker.sock top prey -o pid,args | grep -q 'sleep 701'"
	running prey 'sleep 650'
	running other 'sleep 300'
}

# in_trail TYPE ACTION: the audit trail has it, with the rule and the container that it was for
in_trail()
{
	wait_until 5 grep -q "type=$1 .*op=$2 opid=[0-9]* rule=\"t-$2\" container=\"[0-9a-f]*\".*res=success" \
		"$BATS_TEST_TMPDIR/recording" || { grep RESP_ "$BATS_TEST_TMPDIR/recording"; return 1; }
}

@test "every act is in the audit trail, with what it was, why, and on whom" {
	auditctl -e 1 >/dev/null
	responder_start -o respond.mode=enforce --record "$BATS_TEST_TMPDIR/recording"
	container prey
	in_container prey '/bin/sleep 701 &'
	act_of 'T kill' kill done
	in_trail RESP_KILL_PROC kill
	exec_frozen prey /bin/sleep 703
	act_of 'T freeze' freeze done
	in_trail RESP_TERM_LOCK freeze
	"$WATCHCAP" thaw "$(container_id prey)"
	in_container prey '/bin/sleep 702 & sleep 1' || true
	act_of 'T kill-container' kill-container done
	in_trail RESP_KILL_PROC kill-container
}

@test "kill-container: all of the right container" {
	responder_start -o respond.mode=enforce
	container prey
	container other
	in_container prey '/bin/sleep 702 & sleep 1' || true
	act_of 'T kill-container' kill-container done
	wait_until 5 sh -c "[ \"\$(docker -H unix://$LAB/docker.sock inspect -f '{{.State.Running}}' prey)\" = false ]"
	running other 'sleep 300'
}

@test "freeze: stops the right container; thaw lets it go on" {
	responder_start -o respond.mode=enforce
	container prey
	container other
	exec_frozen prey /bin/sleep 703
	act_of 'T freeze' freeze done
	local id
	id=$(container_id prey)
	run timeout 2 "${DOCKER[@]}" exec prey /bin/true
	[ "$status" -ne 0 ]
	in_container other true
	run "$WATCHCAP" thaw "${id:0:12}"
	[ "$status" -eq 0 ]
	wait_until 5 in_container prey true
	run "$WATCHCAP" thaw "${id:0:12}"
	[ "$status" -eq 1 ]
	run "$WATCHCAP" thaw abc
	[ "$status" -eq 2 ]
}

@test "freeze with a time: thawed by the sensor, which says so" {
	responder_start -o respond.mode=enforce -o respond.freeze_for=1
	container prey
	exec_frozen prey /bin/sleep 703
	act_of 'T freeze' freeze done
	expect_alert 10 'Container Thawed'
	in_container prey true
}

@test "leases on a container's cgroup, as its own root may have: no alert waits for them, and all of it is killed one by one" {
	local leaser
	cc -O1 -o "$BATS_TEST_TMPDIR/leaser" "$ROOT/tests/tools/leaser.c"
	responder_start -o respond.mode=enforce
	container prey
	"${DOCKER[@]}" exec -d prey /bin/sh -c 'sleep 2; /bin/sleep 703 & sleep 1; /bin/sleep 702; :'
	# from outside, for of a machine with both versions a container sees but one; nothing more is run there: runc would wait
	"$BATS_TEST_TMPDIR/leaser" $(find /sys/fs/cgroup -path "*/$(container_id prey)/*" \
		\( -name cgroup.freeze -o -name cgroup.kill -o -name freezer.state \)) >"$BATS_TEST_TMPDIR/leases" 3>&- &
	leaser=$!
	wait_until 2 grep -q '[1-9]' "$BATS_TEST_TMPDIR/leases"
	expect_alert 5 'T freeze' '.watchcap.actions == [{name: "freeze", result: "failed", why: "somebody has a lease on its cgroup"}]'
	act_of 'T kill-container' kill-container done
	kill "$leaser"
	wait_until 5 sh -c "[ \"\$(docker -H unix://$LAB/docker.sock inspect -f '{{.State.Running}}' prey)\" = false ]"
}

# unified_make FILE: a command that runs another where version 2 is all there is of cgroups, as on most hosts by now
unified_make()
{
	cat >"$1" <<-'SH'
		#!/bin/sh
		[ -n "$UNIFIED" ] || UNIFIED=1 exec unshare -m "$0" "$@"
		umount -l -R /sys/fs/cgroup
		mount -t cgroup2 none /sys/fs/cgroup
		exec "$@"
	SH
	chmod 755 "$1"
}

# unified_container NAME: waits for a file of its name and .freeze, and one with .kill
unified_container()
{
	local bundle=$BATS_TEST_TMPDIR/$1
	bundle_make "$bundle" CAP_KILL /bin/sh -c \
		"wait_for() { while [ ! -e /tmp/$1.\$1 ]; do /bin/sleep 0.1; done; }; wait_for freeze; /bin/sleep 703 & wait_for kill; /bin/sleep 702; :"
	# of a device filter, which is an eBPF program there, runc then has no need
	jq '.linux.resources.devices = [{allow: true, access: "rwm"}]' "$bundle/config.json" >"$bundle/new"
	mv "$bundle/new" "$bundle/config.json"
	"$UNIFIED_RUN" runc --root "$LAB/runc" run -d --bundle "$bundle" "$1" >"$bundle/out" 2>&1 </dev/null 3>&- ||
		{ cat "$bundle/out"; return 1; }
}

unified_value() # unified_value NAME FILE TEXT
{
	[ "$("$UNIFIED_RUN" cat "/sys/fs/cgroup/$1/$2")" = "$3" ]
}

@test "freeze, thaw and kill-container of a container whose only hierarchy is of version 2" {
	UNIFIED_RUN=$BATS_TEST_TMPDIR/unified
	unified_make "$UNIFIED_RUN"
	"$UNIFIED_RUN" test -e /sys/fs/cgroup/cgroup.procs || skip "no version 2 of cgroups here"
	T=$BATS_TEST_TMPDIR
	"$UNIFIED_RUN" "$WATCHCAP" run --load-audit-rules --rules "$ROOT/rules" --rules "$T/acting" \
		-o daemon.run_dir="$T/run" -o json.file="$T/alerts.json" -o respond.mode=enforce >"$T/stdout" 2>"$T/stderr" 3>&- &
	SENSOR=$!
	wait_until 20 grep -q watching "$T/stderr"
	unified_container wclab-prey
	unified_container wclab-other
	grep -q '^0::/wclab-prey$' "/proc/$(runc --root "$LAB/runc" state wclab-prey | jq .pid)/cgroup"
	touch "$LAB/rootfs/tmp/wclab-prey.freeze"
	act_of 'T freeze' freeze done
	unified_value wclab-prey cgroup.freeze 1
	unified_value wclab-other cgroup.freeze 0
	"$UNIFIED_RUN" "$WATCHCAP" thaw wclab-prey
	unified_value wclab-prey cgroup.freeze 0
	touch "$LAB/rootfs/tmp/wclab-prey.kill"
	act_of 'T kill-container' kill-container done
	wait_until 5 sh -c "runc --root $LAB/runc state wclab-prey | grep -q stopped"
	runc --root "$LAB/runc" state wclab-other | grep -q running
	"$UNIFIED_RUN" runc --root "$LAB/runc" delete wclab-prey
	"$UNIFIED_RUN" runc --root "$LAB/runc" delete -f wclab-other
	rm "$LAB/rootfs/tmp/wclab-prey".*
}

@test "the host is spared" {
	responder_start -o respond.mode=enforce
	sleep 701 &
	local host=$!
	expect_alert 5 'T kill' '.watchcap.actions[0].result == "not-possible"'
	kill -0 "$host"
	kill "$host"
}

@test "a budget of none does nothing and says so" {
	responder_start -o respond.mode=enforce -o respond.budget=0
	container prey
	in_container prey '/bin/sleep 701 &'
	expect_alert 5 'T kill' '.watchcap.actions[0].why | contains("budget")'
	running prey 'sleep 701'
}

@test "read-only cgroups, as auditd's sandbox has them: not possible" {
	T=$BATS_TEST_TMPDIR
	sandbox_make "$T/sandbox"
	"$T/sandbox" "$WATCHCAP" run --load-audit-rules --rules "$ROOT/rules" --rules "$T/acting" \
		-o daemon.run_dir="$T/run" -o json.file="$T/alerts.json" -o respond.mode=enforce \
		>"$T/stdout" 2>"$T/stderr" 3>&- &
	SENSOR=$!
	wait_until 20 grep -q watching "$T/stderr"
	container prey
	in_container prey '/bin/sleep 702 & /bin/sleep 703 &'
	for act in kill-container freeze; do
		expect_alert 5 "T $act" '.watchcap.actions[0] == {name: "'$act'", result: "not-possible", why: "cgroups are read-only here"}'
	done
	running prey 'sleep 702'
}
