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
	rule kill 'sleep 701'
	rule kill-container 'sleep 702'
	rule freeze 'sleep 703'
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove prey other
}

# rule ACTION COMMAND: who runs COMMAND gets ACTION, be it in a container or on the host
rule()
{
	mkdir -p "$BATS_TEST_TMPDIR/rules"
	cat >"$BATS_TEST_TMPDIR/rules/70-$1.ini" <<-RULE
		[rule t-$1]
		title = T $1
		desc = A test.
		condition = evt.type = execve and proc.cmdline endswith "$2"
		output = $2 was run
		priority = Critical
		action = $1
	RULE
}

responder_start() # responder_start OPTION...
{
	sensor_start --rules "$BATS_TEST_TMPDIR/rules" "$@"
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

@test "kill-container: all of the right container, in the audit trail too" {
	auditctl -e 1 >/dev/null
	responder_start -o respond.mode=enforce --record "$BATS_TEST_TMPDIR/recording"
	container prey
	container other
	in_container prey '/bin/sleep 702 & sleep 1'  || true
	act_of 'T kill-container' kill-container done
	wait_until 5 sh -c "[ \"\$(docker -H unix://$LAB/docker.sock inspect -f '{{.State.Running}}' prey)\" = false ]"
	running other 'sleep 300'
	wait_until 5 grep -q 'type=RESP_KILL_PROC.*op=kill-container.*rule="t-kill-container"' "$BATS_TEST_TMPDIR/recording"
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
	"$T/sandbox" "$WATCHCAP" run --load-audit-rules --rules "$ROOT/rules" --rules "$T/rules" \
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
