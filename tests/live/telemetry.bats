#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Gaps that are really there: the kernel's backlog, the sensor's socket, the process connector, fanotify's queue; and a sensor
# that stands still. Buffers are made small for it, and every knob is put back.

QUEUE=/proc/sys/fs/fanotify/max_queued_events

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	QUEUE_WAS=$(cat $QUEUE) BACKLOG_WAS=$(audit_status backlog_limit)
	AUDITOR=$LAB/rootfs/bin/auditor
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	echo "$QUEUE_WAS" >$QUEUE
	[ -z "${SENSOR:-}" ] || kill -CONT "$SENSOR"
	sensor_stop
	[ -z "${AUDITD:-}" ] || auditd_stop
	auditctl -b "$BACKLOG_WAS" >/dev/null
	remove blinder
}

# a gap has a beginning, and an end behind it
expect_gap() # expect_gap SECONDS TITLE WHAT
{
	expect_alert "$1" "$2" ".output_fields | .[\"evt.arg.what\"] == \"$3\" and .[\"evt.arg.from\"] < .[\"evt.arg.to\"]
		and .[\"container.id\"] == \"<NA>\""
}

# programs of the host, 4 records each
burst() # burst NUMBER
{
	sh -c "i=0; while [ \$i -lt $1 ]; do /bin/true; i=\$((i+1)); done"
}

# bats test_tags=technique:TM1,rule:records-missing
@test "the kernel has no room for records: how many were lost, and between when" {
	local before lost limit
	before=$(audit_status lost)
	sensor_start --record "$BATS_TEST_TMPDIR/session.log"
	sleep 4
	limit=$(audit_status backlog_limit)
	auditctl -b 1 >/dev/null
	for _ in 1 2 3 4; do burst 100 & done
	wait $(jobs -p | grep -v "^$SENSOR$")
	auditctl -b "$limit" >/dev/null
	expect_gap 10 'Gap in the Audit Records' kernel-lost
	lost=$(($(audit_status lost) - before))
	[ "$(alerts 'select(.rule == "Gap in the Audit Records") | .output_fields["evt.arg.count"]' | head -n 1)" -le $lost ]
	sensor_stop
	# a recording tells the same
	"$WATCHCAP" replay --rules "$ROOT/rules" --format json "$BATS_TEST_TMPDIR/session.log" >"$BATS_TEST_TMPDIR/replayed" || true
	local gaps='select(.rule | startswith("Gap in")) | [.rule, .output_fields["evt.arg.from"], .output_fields["evt.arg.to"], .output_fields["evt.arg.count"]] | @tsv'
	diff <(jq -r "$gaps" "$BATS_TEST_TMPDIR/alerts.json" | sort -u) <(jq -r "$gaps" "$BATS_TEST_TMPDIR/replayed" | sort -u)
}

# bats test_tags=technique:TM1,technique:TM8,rule:records-missing,rule:births-missing,rule:writes-missing,rule:sensor-stood-still,disguise:stopped-sensor
@test "the sensor is stopped while more happens than anybody keeps for it: each gap is told when it goes on" {
	echo 64 >$QUEUE
	sensor_start -o intake.connector_buffer=4K
	echo "$QUEUE_WAS" >$QUEUE
	sleep 2
	local since
	since=$(date +%s%N)
	kill -STOP "$SENSOR"
	"$AUDITOR" knobs 300 >/dev/null
	flood
	sleep 11
	kill -CONT "$SENSOR"
	expect_gap 20 'Gap in Births and Deaths' connector-overrun
	expect_gap 20 'Gap in the Audit Records' records-lost
	expect_alert 20 'Gap in the Writes to Kernel Knobs' '.output_fields | .["evt.arg.what"] == "fanotify-overflow" and .["evt.arg.from"] <= .["evt.arg.to"]'
	expect_alert 20 'Sensor Stood Still' ".output_fields | (.[\"evt.arg.from\"] | tonumber) >= $since - 2000000000
		and (.[\"evt.arg.to\"] | tonumber) - (.[\"evt.arg.from\"] | tonumber) > 10000000000"
}

# more records than the socket of the standalone sensor holds
flood()
{
	local pids=()
	for _ in 1 2; do
		"$AUDITOR" message 12000 1112 "$(printf '%2000s' x)" >/dev/null &
		pids+=($!)
	done
	wait "${pids[@]}"
}

# bats test_tags=technique:TM4,rule:auditd-signalled
@test "plugin: a container signals auditd, which tells of it; the host rotates its log and reloads it, and that is nobody's business" {
	need_docker
	need_no_audit_rules
	auditd_start
	container blinder --pid host
	wait_until 10 grep -q 'watching' "$LAB/messages"
	kill -USR1 "$AUDITD"
	kill -HUP "$AUDITD"
	sleep 2
	[ "$(count_alerts 'Audit Daemon Signalled From a Container')" -eq 0 ]
	[ "$(alerts 'select(.priority | IN("Warning", "Error", "Critical")) | .rule')" = "" ]
	# auditd 3.0 keeps what it writes of HUP from its plugins
	in_container blinder "/bin/busybox kill -USR1 $AUDITD"
	expect_alert 6 'Audit Daemon Signalled From a Container' '.output_fields["container.name"] == "blinder"'
}
