#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What `watchcap ps` shows of real containers: why each is risky, who is in it, also who has left.

bats_require_minimum_version 1.5.0
load lib

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_docker
	SENSOR=
	T=$BATS_TEST_TMPDIR
	NAMES=() DESERTERS=()
	ps_=("$WATCHCAP" ps -o daemon.run_dir="$T/run")
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	[ ${#NAMES[@]} -eq 0 ] || remove "${NAMES[@]}"
	# out of its cgroups, and in the host's pid namespace: nobody takes them along
	[ ${#DESERTERS[@]} -eq 0 ] || kill "${DESERTERS[@]}" 2>/dev/null || true
	sensor_stop
}

# reasons NAME: the names of the reasons of a container, in order
reasons()
{
	"${ps_[@]}" --format json "$1" | jq -r '.containers[0].reasons[].name'
}

# with a filter, as docker gives it (the laboratory's container() has none)
ordinary()
{
	NAMES+=("$1")
	"${DOCKER[@]}" run -d --name "$@" >/dev/null
}

@test "ps: a container with more than it should have is told why, an ordinary one is not" {
	ordinary ps-bad --cap-add SYS_ADMIN --security-opt seccomp=unconfined --pid=host busybox /bin/sleep 300
	ordinary ps-good busybox /bin/sleep 300
	reasons ps-bad >"$T/bad"
	grep -qx cap-sys-admin "$T/bad"
	grep -qx no-seccomp "$T/bad"
	grep -qx host-pid "$T/bad"
	reasons ps-good >"$T/good"
	[ -z "$(grep -E '^(cap-|no-seccomp|host-(pid|net|ipc|mnt|uts|path)|privileged|devices|deserter|beyond-given|runtime-socket|unmasked)' "$T/good")" ]
	# the worse one comes first
	run -0 "${ps_[@]}"
	[[ $output == *"ps-bad"*"critical  cap-sys-admin"*"ps-good"* ]]
	[[ $output == *"default+SYS_ADMIN"* ]]
	run -2 "${ps_[@]}" no-such-container
}

@test "ps: sockets of engines and paths of the host in a container" {
	ordinary ps-mounts -v "$LAB/docker.sock:/s.sock" -v /etc:/host/etc:ro -v /sys:/host/sys busybox /bin/sleep 300
	"${ps_[@]}" --format json ps-mounts | jq -e --arg socket "$LAB/docker.sock at /s.sock" '
		.containers[0] | .risk == "critical" and
		([.reasons[] | {(.name): .detail}] | add |
			.["runtime-socket"] == $socket and .["host-path-ro"] == "/etc at /host/etc" and
			.["host-path-rw"] == "/sys at /host/sys")'
}

@test "ps: JSON is whole, --tree shows who is whose child, --all the host" {
	ordinary ps-tree busybox /bin/sh -c 'sh -c "sleep 300; true" & sleep 300; true'
	wait_until 10 sh -c "'$WATCHCAP' ps --format json ps-tree | jq -e '.containers[0].processes | length == 4'"
	"${ps_[@]}" --tree --format json ps-tree | jq -e '
		.containers | length == 1 and (.[0].processes |
			.[0].depth == 0 and (map(.depth) | sort == [0, 1, 1, 2]) and
			(. as $all | all(.[]; . as $p | .depth == 0 or any($all[]; .pid == $p.ppid and .depth == $p.depth - 1))))'
	run -0 "${ps_[@]}" --tree ps-tree
	[[ $output == *'\_ '* ]]
	"${ps_[@]}" --all --format json | jq -e --argjson me $$ '
		.source.daemon == false and .source.snapshot == null and .host.with_capabilities > 0 and
		(.host.list | any(.pid == $me))'
}

@test "ps: a hostile name of a process reaches the terminal escaped, a program as JSON" {
	ordinary ps-hostile busybox /bin/sh -c 'while :; do sleep 300; done' $'\e]0;owned\a\e[2J' $'a\nRISK critical'
	run -0 "${ps_[@]}" ps-hostile
	[[ $output != *$'\e'* ]]
	[[ $output == *'\u001b[2J'* ]]
	[ -z "$(grep '^RISK critical' <<<"$output")" ]
	"${ps_[@]}" --format json ps-hostile | jq -e '.containers[0].processes[0].arguments[3] == "\u001b]0;owned\u0007\u001b[2J"'
}

# out of all cgroups of a container
desert()
{
	local mount
	awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts | while read -r mount; do
		echo "$1" >"$mount/cgroup.procs" 2>/dev/null || true
	done
}

# has_left PID: it is shown in the container, as one who left; somebody else as one who did not
has_left()
{
	jq -e --argjson pid "$1" '.containers[0] | any(.reasons[]; .name == "deserter") and
		any(.processes[]; .pid == $pid and .has_left) and any(.processes[]; .has_left | not)' "$T/json"
}

@test "ps: who left the cgroups of a container is shown in it" {
	need_free_audit
	# an orphan: the shell between it and the container's first process has ended
	ordinary ps-deserter --pid=host busybox /bin/sh -c '(setsid sleep 301 &); sleep 302 & sleep 303; true'
	local init orphan child
	init=$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' ps-deserter)
	wait_until 10 pgrep -P "$init" -f '^sleep 302'
	child=$(pgrep -P "$init" -f '^sleep 302')
	wait_until 10 sh -c "'$WATCHCAP' ps --format json ps-deserter | jq -e '.containers[0].processes |
		any(.arguments[1] == \"301\" and .ppid != $init)'"
	orphan=$("${ps_[@]}" --format json ps-deserter |
		jq '.containers[0].processes[] | select(.arguments[1] == "301") | .pid')
	sensor_start
	wait_until 20 test -s "$T/run/snapshot"
	DESERTERS=("$orphan" "$child")
	desert "$orphan"
	desert "$child"
	"${ps_[@]}" --format json ps-deserter >"$T/json"
	jq -e '.source.daemon and .source.snapshot != null' "$T/json"
	has_left "$orphan"
	has_left "$child"
	run -0 "${ps_[@]}" ps-deserter
	[[ $output == *"daemon's snapshot"*"the daemon runs"* ]]
	[[ $output == *"  left  "*"sleep 301"* ]]
	# without what the daemon knows, a child is still found by its parent
	sensor_stop
	"$WATCHCAP" ps -o daemon.run_dir="$T/nobody" --format json ps-deserter >"$T/json"
	has_left "$child"
}

@test "ps: a program whose first thread has ended is shown with what it is, has and may do" {
	mkdir "$T/bin"
	cc -static -O1 -pthread -o "$T/bin/lives" "$ROOT/tests/tools/lives.c"
	ordinary ps-headless --cap-drop ALL --cap-add NET_ADMIN -v "$T/bin:/wc:ro" busybox /bin/sleep 300
	"${DOCKER[@]}" exec -d ps-headless /wc/lives headless stay -
	wait_until 10 sh -c "'$WATCHCAP' ps --format json ps-headless | jq -e '.containers[0].processes | length == 2'"
	"${ps_[@]}" --format json ps-headless >"$T/json"
	jq -e '.containers[0].processes[] | select(.arguments == ["/wc/lives", "headless", "stay", "-"]) |
		.effective == ["CAP_NET_ADMIN"] and .name == "lives"' "$T/json"
	grep -q ') Z' "/proc/$(jq '.containers[0].processes[] | select(.arguments[1] == "headless") | .pid' "$T/json")/stat"
}

@test "ps: programs that a runtime is just starting in a container are not the container" {
	ordinary ps-exec busybox /bin/sleep 300
	(while :; do in_container ps-exec true; done) >/dev/null 2>&1 3>&- &
	local loop=$! i
	for i in $(seq 20); do
		"${ps_[@]}" --format json ps-exec >"$T/json.$i"
	done
	kill $loop
	wait $loop || true
	# /proc is read file by file: who runs its program in just that moment may look like both
	jq -s -e 'map(select(any(.containers[0].reasons[]; .severity == "critical" or .name == "no-seccomp"))) | length <= 2' \
		"$T"/json.*
}

@test "ps: another user is told what could not be read" {
	command -v setpriv >/dev/null || skip "setpriv is not installed"
	ordinary ps-others busybox /bin/sleep 300
	install -m 755 "$WATCHCAP" "$T/watchcap"
	chmod 755 "$T" "$BATS_RUN_TMPDIR" "$(dirname "$BATS_TEST_TMPDIR")"
	run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$T/watchcap" ps -o daemon.run_dir="$T/run"
	[[ $output == *"processes whose namespaces could not be read"* ]]
	[[ $output == *"containers whose configuration could not be read"* ]]
	[[ $output == *"not known:"*"privileged"* ]]
	# of a /proc that hides others' processes nothing else is left
	local mode
	for mode in noaccess invisible; do
		run -0 unshare -m sh -c 'mount -t proc -o hidepid=$1 proc /proc && shift && exec "$@"' sh $mode \
			setpriv --reuid 65534 --regid 65534 --clear-groups "$T/watchcap" ps -o daemon.run_dir="$T/run"
		[[ $output == *"No containers are seen"* ]]
		case $mode in
		noaccess) [[ $output == *"processes that could not be read, and are missing here: "* ]] ;;
		invisible) [[ $output == *"pid 1 is hidden (hidepid"* ]] ;;
		esac
	done
}
