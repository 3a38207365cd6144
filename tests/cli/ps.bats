#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# `watchcap ps` from outside, on whatever runs here: forms, exit codes, where it looked. Containers: tests/live/ps.bats.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	ps_=("$WATCHCAP" ps -o daemon.run_dir="$T/run")
}

@test "ps: says where it looked and what it found" {
	run -0 "${ps_[@]}"
	[[ ${lines[0]} == "Source: /proc and the runtimes' files at 2"*"no snapshot; no daemon runs" ]]
	[[ ${lines[-1]} == "Host: "*" processes, "*" kernel threads"* ]]
}

@test "ps: JSON is one object, and says the same" {
	"${ps_[@]}" --all --format json >"$T/json"
	jq -e --argjson me $$ '
		.source.daemon == false and .source.snapshot == null and (.notes | type == "array") and
		.host.with_capabilities == (.host.list | length) and .host.processes >= .host.with_capabilities and
		all(.host.list[]; .pid > 0 and (.permitted | type == "array"))' "$T/json"
	[ "$(wc -l <"$T/json")" -eq 1 ]
}

@test "ps: --all lists what has capabilities, --tree its children behind it" {
	[ "$(id -u)" -eq 0 ] || skip "only root's processes have capabilities"
	# a name that would clear a screen
	(exec -a $'\e[2Jhostile' sleep 60) 3>&- &
	local child=$!
	until tr '\0' ' ' <"/proc/$child/cmdline" | grep -q hostile; do
		kill -0 $child
		sleep 0.05
	done
	run -0 "${ps_[@]}" --all --tree
	kill $child
	[[ $output != *$'\e'* ]]
	[[ $output == *'\_ \u001b[2Jhostile 60'* ]]
	[[ $output == *"PID"*"CAPABILITIES"*"COMMAND"* ]]
}

@test "ps: a container that is not there, and a wrong option, are wrong usage" {
	run -2 "${ps_[@]}" no-such-container
	[[ $output == *"no container"* ]]
	run -2 "${ps_[@]}" -o no.such=option
	run -2 "${ps_[@]}" one two
}

@test "ps: a snapshot that is not believed is told, and not used" {
	mkdir "$T/run"
	echo garbage >"$T/run/snapshot"
	chmod 600 "$T/run/snapshot"
	run -0 "${ps_[@]}"
	[[ ${lines[0]} == *"no snapshot is used: it is not a snapshot; "* ]]
	chmod 644 "$T/run/snapshot"
	run -0 "${ps_[@]}"
	[[ ${lines[0]} == *"no snapshot is used: it is not ours alone; "* ]]
	"${ps_[@]}" --format json | jq -e '.source.snapshot_refused == "it is not ours alone"'
}

@test "ps: every reason is listed with its severity" {
	run -0 "$WATCHCAP" list reasons
	[[ $output == *"cap-sys-admin"*"critical"* ]]
	"$WATCHCAP" list reasons --format json | jq -e \
		'length > 30 and all(.severity | IN("critical", "high", "medium", "low"))'
}
