#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The guard never holds anybody up: whoever is stopped, killed or crashes, a container that waits goes on and all is
# guarded again; who comes in crowds is let go and told; a flood of records delays no answer.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	ulimit -c 0
	hierarchy_make >/dev/null
	POST=$LAB/post
	mkdir -p "$POST"
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	[ -z "${ALARM:-}" ] || kill "$ALARM" 2>/dev/null || true
	[ -z "${FLOOD_RULE:-}" ] || auditctl -d "${FLOOD_RULE[@]}" >/dev/null 2>&1 || true
	[ -z "${SENSOR:-}" ] || kill -CONT "$SENSOR" 2>/dev/null || true
	sensor_stop
	remove waiter siege1 siege2 siege3 siege4
	echo "" >"$LAB/hierarchy/release_agent" 2>/dev/null || true
	hierarchy_remove
	rm -rf "$POST"
}

MOUNT='mkdir -p /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c'

# safety_start OPTION...: enforcing; whatever happens to the test, it does not live longer than three minutes
safety_start()
{
	sensor_start -o respond.mode=enforce -o aggregate.window=1 "$@"
	perl -e 'sleep 170; kill KILL => @ARGV' "$SENSOR" >/dev/null 2>&1 3>&- &
	ALARM=$!
	wait_until 10 guards
}

# guards: there is a guard, and it has its marks
guards()
{
	GUARD=$(pgrep -P "$SENSOR" -f 'watchcap guard' | head -n 1)
	[ -n "$GUARD" ] && grep -qs 'fanotify ino:' "/proc/$GUARD/fdinfo/"*
}

# waiter_start: a container with a process that opens release_agent whenever it is told to, and says how long that took
waiter_start()
{
	mkfifo "$POST/go"
	container waiter --cap-add SYS_ADMIN -v "$POST:/post"
	in_container waiter "$MOUNT"
	"${DOCKER[@]}" exec -d waiter waiter /tmp/c/release_agent /post
	wait_until 5 waiter_is_there
}

waiter_is_there()
{
	WAITER=$("${DOCKER[@]}" top waiter -o pid,args | awk '/release_agent/ { print $1; exit }')
	[ -n "$WAITER" ]
}

ROUND=0
ask()
{
	ROUND=$((ROUND + 1))
	timeout 10 sh -c "echo $ROUND >$POST/go"
}

waits()
{
	grep -qs fanotify "/proc/$WAITER/stack"
}

went_on()
{
	[ -e "$POST/ended.$ROUND" ]
}

# What nobody waits longer than, in milliseconds; and what a machine of two busy processors may take until it runs the guard that
# is to end, and then who was let go.
DEADLINE=1000
MARGIN=250

# goes_on: who was asked to open waits no longer than the deadline: as it has measured itself
goes_on()
{
	wait_until 5 went_on
	HELD=$(cat "$POST/ended.$ROUND")
	[ "$HELD" -le $((DEADLINE + MARGIN)) ] || { echo "held up for $HELD ms"; return 1; }
}

refused()
{
	! in_container "$1" 'echo /payload >/tmp/c/release_agent' && [ -z "$(cat "$LAB/hierarchy/release_agent")" ]
}

ends() # ends REASON: how often a guard has ended so
{
	grep -c "the guard process $1" "$T/stderr" || true
}

# lose SIGNAL REASON: a guard that cannot answer gets the signal while the container waits, and ends of that. A busy
# machine may be slower than the deadline, which ends it as well: then once more.
lose()
{
	local try before reason
	for try in 1 2 3 4 5; do
		wait_until 10 guards
		before=$GUARD reason=$(ends "$2")
		kill -STOP "$GUARD"
		ask
		wait_until 1 waits || { goes_on; continue; }
		# a stopped process dies of SEGV when it goes on, before it does anything else
		[ "$1" = STOP ] || kill -"$1" "$GUARD" 2>/dev/null || true
		[ "$1" = STOP ] || kill -CONT "$GUARD" 2>/dev/null || true
		goes_on
		wait_until 5 sh -c "! kill -0 $before"
		wait_until 10 guards
		[ "$GUARD" != "$before" ]
		[ "$(ends "$2")" -gt "$reason" ] || continue
		return 0
	done
	return 1
}

@test "a guard that is stopped, killed or crashes while a container waits: it goes on, and the next one guards" {
	safety_start -o guard.deadline_ms=$DEADLINE
	waiter_start
	lose STOP 'was killed'
	refused waiter
	lose KILL 'was killed'
	refused waiter
	lose SEGV 'has ended'
	refused waiter
	expect_alert 5 'Guard Lost'
}

@test "a daemon that is killed or crashes while a container waits: it goes on, and the next one guards" {
	local signal
	waiter_start
	for signal in KILL SEGV; do
		safety_start -o guard.deadline_ms=$DEADLINE
		# nobody but the kernel is there to let it go
		kill -STOP "$SENSOR" "$GUARD"
		ask
		wait_until 1 waits
		kill -$signal "$SENSOR"
		kill -CONT "$SENSOR" 2>/dev/null || true
		goes_on
		wait "$SENSOR" || true
		SENSOR=
		wait_until 5 sh -c "! kill -0 $GUARD"
		kill "$ALARM"
	done
	safety_start
	refused waiter
}

@test "a daemon that is stopped does not hinder its guard, and tells what was refused when it goes on" {
	safety_start
	waiter_start
	kill -STOP "$SENSOR"
	DEADLINE=50
	ask
	goes_on
	refused waiter
	# whom the daemon alone knows is let go at the deadline
	local began
	began=$(date +%s%N)
	unshare -m /bin/sh -c "echo >$LAB/hierarchy/release_agent"
	[ $((($(date +%s%N) - began) / 1000000)) -le $((DEADLINE + 2 * MARGIN)) ]
	kill -CONT "$SENSOR"
	expect_alert 8 "$ESCAPE" '.watchcap.actions == [{name: "deny", result: "done"}]'
}

@test "daemon and guard both stopped: the kernel ends the guard, and a daemon that goes on starts the next" {
	safety_start -o guard.deadline_ms=$DEADLINE
	waiter_start
	local before=$GUARD
	kill -STOP "$SENSOR" "$GUARD"
	ask
	wait_until 1 waits
	goes_on
	[[ "$(cat "/proc/$SENSOR/stat")" == *") T "* ]]
	kill -CONT "$SENSOR"
	wait_until 10 guards
	[ "$GUARD" != "$before" ]
	refused waiter
	expect_alert 5 'Guard Lost'
}

# hold_up PID...: these are stopped until somebody has waited for them; nobody does for longer than the deadline. Who is asked
# late finds the guard gone already, and does not wait.
hold_up()
{
	local try before
	for try in 1 2 3 4 5 6 7 8 9 10; do
		wait_until 10 guards
		before=$GUARD
		kill -STOP "$@" "$GUARD"
		ask
		goes_on
		kill -CONT "$SENSOR"
		wait_until 5 sh -c "! kill -0 $before"
		[ "$HELD" -le 5 ] || return 0
	done
	echo "nobody waited"
	return 1
}

@test "the deadline as it is by default: nobody waits longer, be the guard stopped, or the daemon with it" {
	safety_start
	waiter_start
	DEADLINE=50
	hold_up
	hold_up "$SENSOR"
	wait_until 10 guards
	refused waiter
}

@test "guards that die one after the other are not made without end, and one that may live guards again" {
	safety_start
	local starts=0 end=$((SECONDS + 4)) seen=
	while [ $SECONDS -lt $end ]; do
		GUARD=$(pgrep -P "$SENSOR" -f 'watchcap guard' | head -n 1)
		# one that has begun: one that has not is followed after a pause anyway
		if [ -n "$GUARD" ] && [ "$GUARD" != "$seen" ] &&
			ls -l "/proc/$GUARD/fd" 2>/dev/null | grep -q fanotify; then
			sleep 0.05
			kill -KILL "$GUARD"
			seen=$GUARD
			starts=$((starts + 1))
		fi
	done
	# three at once, then one a second
	[ "$starts" -ge 3 ]
	[ "$starts" -le 10 ]
	wait_until 8 guards
}

# besiege MANY ACT FILE ACT FILE: four containers, two to each act, each with so many that do it at once, for some seconds
besiege()
{
	local i pids=()
	for i in 1 2 3 4; do
		container "siege$i" --cap-add SYS_ADMIN
		in_container "siege$i" "$MOUNT"
	done
	for i in 1 2; do
		in_container "siege$i" "besieger $2 $3 $1 3" 3>&- &
		pids+=($!)
		in_container "siege$((i + 2))" "besieger $4 $5 $1 3" 3>&- &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# number KEY: of the status file, which is written every few seconds
number()
{
	jq ".$1" "$T/run/status"
}

status_is()
{
	jq -e "$1" "$T/run/status"
}

@test "a crowd that waits at once is let go before the deadline, that is told, and then all is guarded again" {
	safety_start
	# more than the guard takes at once
	besiege 125 open /tmp/c/release_agent open /tmp/c/release_agent
	expect_alert 10 'Guard Overrun'
	wait_until 10 status_is '.guard_overdue > 0'
	status_is '.guard_unopened == 0 and .guard_starts == 1'
	wait_until 10 guards
	refused siege1
	expect_alert 8 "$ESCAPE" '.output_fields["proc.name"] == "sh" and .watchcap.actions == [{name: "deny", result: "done"}]'
}

# leased CONTAINER FILE...: somebody in it has a lease on each
leased()
{
	local name=$1
	shift
	"${DOCKER[@]}" exec -d "$name" /bin/sh -c "leaser $* >/tmp/leases"
	wait_until 5 in_container "$name" "read -r n </tmp/leases && [ \$n -eq $# ]"
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused,disguise:lease
@test "a lease on what is guarded holds up neither the guard nor who opens it, and lets nobody through" {
	safety_start
	container siege1 --cap-add SYS_ADMIN
	in_container siege1 "$MOUNT"
	leased siege1 /tmp/c/release_agent
	local begin i
	begin=$(date +%s%N)
	# one of them after a guard that was ended because of the other
	for i in 1 2 3; do
		refused siege1 &
	done
	for i in $(jobs -p); do
		[ "$i" = "$SENSOR" ] || [ "$i" = "$ALARM" ] || wait "$i"
	done
	# a lease lasts 45 s
	[ $(($(date +%s%N) - begin)) -lt 20000000000 ]
	expect_alert 5 'Guard Kept From Looking'
	wait_until 10 status_is '.guard_unopened >= 3 and .guard_starts == 1'
}

armed()
{
	grep -qs '^fanotify sdev:' "/proc/$GUARD/fdinfo/"*
}

@test "a crowd that makes all programs wait ends the watch over programs, that is told, and a minute later it is back" {
	safety_start -o guard.exec_mark=always
	wait_until 10 armed
	besiege 40 run /bin/true open /tmp/c/release_agent
	expect_alert 10 'Guard Disarmed'
	# to end the watch is not the end of the guard
	[ -d "/proc/$GUARD" ]
	wait_until 10 status_is '.guard_exec_disarms > 0'
	wait_until 75 status_is '.guard_exec_armed == 1'
	# it is the same one
	status_is '.guard_starts == 1'
	armed
	refused siege1
}

@test "a flood of audit records delays no answer: none too late, nobody let go unjudged, no guard replaced" {
	cc -O2 -o "$BATS_TEST_TMPDIR/flood" "$ROOT/tests/bench/flood.c"
	safety_start
	waiter_start
	wait_until 10 status_is '.records > 0'
	local pid records
	coproc FLOOD { exec "$BATS_TEST_TMPDIR/flood" 8 17000 3>&-; }
	read -r pid <&"${FLOOD[0]}"
	FLOOD_RULE=(always,exit -F arch=b64 -S getppid -F pid="$pid" -k wc_flood)
	auditctl -a "${FLOOD_RULE[@]}" >/dev/null
	records=$(number records)
	echo >&"${FLOOD[1]}"
	sleep 1
	in_container waiter 'besieger open /tmp/c/release_agent 2 4'
	refused waiter
	# the flood was there all the while
	kill -0 "$pid"
	wait "$pid" || true
	auditctl -d "${FLOOD_RULE[@]}" >/dev/null
	FLOOD_RULE=
	wait_until 10 status_is ".records > $records + 100000"
	wait_until 10 status_is '.guard_asked > 1000'
	jq 'with_entries(select(.key | startswith("guard")))' "$T/run/status"
	status_is '.guard_overdue == 0 and .guard_late == 0 and .guard_blind == 0 and .guard_starts == 1 and .guard_untold == 0'
	expect_alert 8 "$ESCAPE" '.watchcap.actions == [{name: "deny", result: "done"}]'
}
