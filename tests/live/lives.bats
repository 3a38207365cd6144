#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Processes that are hard to follow: a pid that comes back, threads, orphans, chains of programs, those that are older
# than the sensor.

bats_require_minimum_version 1.5.0

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	T=$BATS_TEST_TMPDIR
	mkdir -p "$T/rules" "$T/bin"
	cc -static -O1 -pthread -o "$T/bin/lives" "$ROOT/tests/tools/lives.c"
	# a rule for each, for equal alerts of one rule are told once
	local mark
	for mark in inside1 inside2 inside3 outside1 outside2 outside3 thread chain orphan \
		hostthread hostchain hostorphan older joined exec; do
		printf '%s\n' "[rule t-$mark]" "title = Ran wc-$mark" 'desc = A test.' \
			"condition = evt.type in (execve, execveat) and evt.res = SUCCESS and proc.args = wc-$mark" \
			'output = ran %proc.args %proc.pid %container.id %container.id_source %proc.pname %proc.exepath' \
			'priority = Notice'
	done >"$T/rules/70-lives.ini"
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove box
	rmdir /sys/fs/cgroup/blkio/wclab-evil 2>/dev/null || true
	[ -z "${VICTIM:-}" ] || kill "$VICTIM" || true
}

box_start()
{
	container box -v "$T/bin:/wc:ro"
	ID=$(container_id box)
	ID=${ID:0:12}
}

# ran_in CONTAINER MARK: there, and nowhere else
ran_in()
{
	expect_alert 10 "Ran $2" ".output_fields[\"container.id\"] == \"$1\""
	[ "$(count_alerts "Ran $2" ".output_fields[\"container.id\"] != \"$1\"")" -eq 0 ]
}

pid_of() # pid_of MARK
{
	alerts "select(.rule == \"Ran $1\") | .output_fields[\"proc.pid\"]"
}

# bats test_tags=technique:TM6,holds
@test "a pid that a container's process had is another's on the host a moment later" {
	sensor_start --rules "$T/rules"
	box_start
	local i pid
	for i in 1 2 3; do
		in_container box "/bin/true wc-inside$i"
		ran_in "$ID" "wc-inside$i"
		pid=$(pid_of "wc-inside$i")
		# another process may have got it since
		"$T/bin/lives" as "$pid" /bin/true "wc-outside$i" || skip "pid $pid was not free any more"
		ran_in host "wc-outside$i"
		[ "$(pid_of "wc-outside$i")" = "$pid" ]
	done
}

# bats test_tags=technique:TM6,holds,disguise:thread,disguise:double-fork,disguise:chain-of-programs
@test "a thread that runs a program, an orphan and a chain of programs are the container's, and the host's on the host" {
	sensor_start --rules "$T/rules"
	box_start
	in_container box '/wc/lives thread /bin/true wc-thread; /wc/lives chain 20 /bin/true wc-chain; /wc/lives orphan /bin/true wc-orphan'
	ran_in "$ID" wc-thread
	ran_in "$ID" wc-chain
	ran_in "$ID" wc-orphan
	"$T/bin/lives" thread /bin/true wc-hostthread
	"$T/bin/lives" chain 20 /bin/true wc-hostchain
	"$T/bin/lives" orphan /bin/true wc-hostorphan
	ran_in host wc-hostthread
	ran_in host wc-hostchain
	ran_in host wc-hostorphan
}

@test "a container that is older than the sensor: what its processes start is its own" {
	box_start
	"${DOCKER[@]}" exec -d box /bin/sh -c 'while [ ! -e /tmp/go ]; do sleep 0.2; done; /wc/lives orphan /bin/true wc-older'
	sensor_start --rules "$T/rules"
	in_container box 'touch /tmp/go'
	ran_in "$ID" wc-older
}

@test "one who joins a container from the host is told where its cgroup is: docker's exec inside, nsenter's shell outside" {
	sensor_start --rules "$T/rules"
	box_start
	local init
	init=$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' box)
	nsenter -t "$init" -m -u -i -n -p /bin/true wc-joined
	ran_in host wc-joined
	in_container box '/bin/true wc-exec'
	ran_in "$ID" wc-exec
}

IN_HOST='Container Given the Host Enters Its Namespaces'

# replays_alike TITLE: the recording tells the same
replays_alike()
{
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$T/rules" --format json "$T/session.log" >"$T/replayed.json" || true
	diff <(jq -cS "select(.rule == \"$1\") | .output_fields" "$T/alerts.json") \
		<(jq -cS "select(.rule == \"$1\") | .output_fields" "$T/replayed.json")
}

# bats test_tags=technique:NS1,rule:container-in-host-namespace-declared,disguise:first-thread-ended
@test "a program whose first thread has ended enters the host's namespaces: it is told, with what it may do" {
	sensor_start --rules "$T/rules" --record "$T/session.log"
	container box --pid host --cap-add SYS_ADMIN --cap-add SYS_PTRACE --security-opt apparmor=unconfined -v "$T/bin:/wc:ro"
	ID=$(container_id box)
	"${DOCKER[@]}" exec -d box /wc/lives headless enter "$SENSOR"
	expect_alert 10 "$IN_HOST" ".output_fields | (.[\"container.id\"] == \"${ID:0:12}\" and .[\"proc.name\"] == \"lives\"
		and (.[\"proc.ns.beyond_container\"] | test(\"ipc|uts\")))"
	sensor_stop
	replays_alike "$IN_HOST"
}

# nothing that it does is audited: the sweeper has to find it, alive
@test "a program whose first thread has ended leaves its cgroup: it is told, and stays the container's" {
	local dir=/sys/fs/cgroup/blkio
	mountpoint -q $dir || skip "no cgroup v1 hierarchy for blkio here"
	mkdir -p $dir/wclab-evil
	printf '%s\n' '[rule t-desertion]' 'title = Seen Desertion' 'desc = A test.' 'condition = evt.type = desertion' \
		'output = left %evt.arg.path %container.id %proc.pid %proc.name' 'priority = Notice' >>"$T/rules/70-lives.ini"
	sensor_start --rules "$T/rules" --record "$T/session.log"
	container box --cgroupns host -v $dir:/h -v "$T/bin:/wc:ro"
	ID=$(container_id box)
	"${DOCKER[@]}" exec -d box /wc/lives headless leave /h/wclab-evil/cgroup.procs
	expect_alert 20 'Seen Desertion' ".output_fields | (.[\"evt.arg.path\"] == \"/wclab-evil\" and .[\"container.id\"] == \"${ID:0:12}\"
		and .[\"proc.name\"] == \"lives\")"
	sensor_stop
	replays_alike 'Seen Desertion'
	[ "$(count_alerts 'Seen Desertion')" -eq 1 ]
}

@test "who traces whom and who dies of a signal is known without a rule of audit, and the recording tells the same" {
	cat >"$T/rules/71-deeds.ini" <<-'RULE'
		[rule t-traced]
		title = Seen Traced
		desc = A test.
		condition = evt.type = traced
		output = traced | by=%proc.name container=%container.id origin=%evt.origin pid=%evt.arg.pid target=%target.name %target.pid
		    of=%target.container.id
		priority = Notice
		[rule t-dump]
		title = Seen Core Dump
		desc = A test.
		condition = evt.type = core_dump and proc.args contains wc-dies
		output = dies | %proc.name %proc.args %container.id
		priority = Notice
	RULE
	"$LAB/rootfs/bin/trespasser" victim >/dev/null 3>&- &
	VICTIM=$!
	# nothing but execs is audited: the shipped rules stay away
	"$WATCHCAP" run --load-audit-rules --rules "$T/rules" -o daemon.run_dir="$T/run" -o json.file="$T/alerts.json" \
		-o syslog.path="$LAB/log" --record "$T/session.log" >"$T/stdout" 2>"$T/stderr" 3>&- &
	SENSOR=$!
	wait_until 20 grep -q 'watching' "$T/stderr"
	run ! grep -w ptrace <(auditctl -l)
	container box --pid host --cap-add SYS_PTRACE --security-opt apparmor=unconfined
	ID=$(container_id box)
	ID=${ID:0:12}
	in_container box "/bin/trespasser trace $VICTIM"
	expect_alert 10 'Seen Traced' ".output_fields | (.[\"container.id\"] == \"$ID\" and .[\"proc.name\"] == \"trespasser\"
		and .[\"target.pid\"] == $VICTIM and .[\"target.container.id\"] == \"host\" and .[\"evt.origin\"] == \"connector\")"
	in_container box "sh -c 'kill -SEGV \$\$; : wc-dies'" || true
	expect_alert 10 'Seen Core Dump' ".output_fields[\"container.id\"] == \"$ID\""
	sensor_stop
	replays_alike 'Seen Traced'
	replays_alike 'Seen Core Dump'
}
