#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Births and deaths from the process connector: who lives a millisecond is known all the same.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	mkdir -p "$BATS_TEST_TMPDIR/rules"
	cat >"$BATS_TEST_TMPDIR/rules/70-exec.ini" <<-RULE
		[rule t-short]
		title = Short Life
		desc = A test.
		condition = evt.type = execve and proc.args = "wc-short-life"
		output = ran | container=%container.id source=%container.id_source parent=%proc.pname ancestor=%proc.aname[2]
		priority = Notice
		[rule t-descended]
		title = Descended
		desc = A test.
		condition = evt.type = execve and proc.args = "wc-descended" and proc.aexe = /bin/busybox
		output = ran | container=%container.id parent=%proc.pname ancestor=%proc.aname[2] program=%proc.aexe[2] pid=%proc.apid[2]
		    session=%proc.sid leader=%proc.sname user=%user.uid login=%user.loginuid
		priority = Notice
	RULE
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove one two
	runc --root "$LAB/runc" delete -f "$BUNDLED" >/dev/null 2>&1 || true
}

number() # number NAME: of the status file
{
	jq ".$1" "$BATS_TEST_TMPDIR/run/status"
}

# counted JQ-CONDITION: matches that alerts with it stand for
counted()
{
	jq -s "map(select(.rule == \"Short Life\" and ($1)) | .watchcap.repeat) | add // 0" "$BATS_TEST_TMPDIR/alerts.json"
}

BUNDLED=wcshort-$$
BURST='i=0; while [ $i -lt 1000 ]; do /bin/true wc-short-life; i=$((i+1)); done'

# burst_of CONTAINER-ID: its 1,000, told once, then summed up at the end: the sum stands for all of them
burst_of()
{
	[ "$(counted ".output_fields[\"container.id\"] == \"$1\" and .watchcap.repeat > 1")" -eq 1000 ]
}

# all_told CONTAINER-ID...: where the bursts were, and nobody is told of whom that is not known
all_told()
{
	sleep 2
	[ "$(number lost)" -eq 0 ] || skip "this machine is too slow today: $(number lost) records were lost"
	[ "$(number unattributed)" -eq 0 ]
	sensor_stop
	local id
	for id; do
		burst_of "$id"
	done
	[ "$(counted '.output_fields["container.id"] == "<NA>"')" -eq 0 ]
}

@test "3,000 processes of a millisecond inside and outside of docker's containers: each told where it was" {
	sensor_start --rules "$BATS_TEST_TMPDIR/rules" -o aggregate.window=300
	container one
	container two
	in_container one "$BURST" &
	local first=$!
	in_container two "$BURST" &
	local second=$! a b
	sh -c "$BURST"
	wait $first $second
	a=$(container_id one) b=$(container_id two)
	all_told "${a:0:12}" "${b:0:12}" host
}

@test "2,000 of them, half in a bundle of plain runc" {
	sensor_start --rules "$BATS_TEST_TMPDIR/rules" -o aggregate.window=300
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_KILL /bin/sh -c "$BURST"
	timeout 60 runc --root "$LAB/runc" run --bundle "$BATS_TEST_TMPDIR/bundle" "$BUNDLED" </dev/null &
	local run=$!
	sh -c "$BURST"
	wait $run
	all_told "${BUNDLED:0:12}" host
}

@test "2,000 of them, half in what containerd runs: ctr run --rootfs" {
	local ctr=(timeout 60 ctr --address "$LAB/exec/containerd/containerd.sock") id=wcshortctr$$
	"${ctr[@]}" version >"$BATS_TEST_TMPDIR/ctr.out" 2>&1 ||
		skip "ctr does not reach docker's containerd: $(tail -n 1 "$BATS_TEST_TMPDIR/ctr.out")"
	sensor_start --rules "$BATS_TEST_TMPDIR/rules" -o aggregate.window=300
	"${ctr[@]}" run --rm --rootfs --privileged=false "$LAB/rootfs" "$id" /bin/sh -c "$BURST" &
	local run=$!
	sh -c "$BURST"
	wait $run
	all_told "${id:0:12}" host
}

@test "the sensor starts again in the midst of them: none is told to have been anywhere else" {
	sensor_start --rules "$BATS_TEST_TMPDIR/rules"
	container one
	local id burst
	id=$(container_id one)
	in_container one "while [ ! -e /tmp/enough ]; do /bin/true wc-short-life; done" &
	burst=$!
	expect_alert 10 'Short Life' ".output_fields[\"container.id\"] == \"${id:0:12}\""
	sensor_stop
	mv "$BATS_TEST_TMPDIR/alerts.json" "$BATS_TEST_TMPDIR/before.json"
	sensor_start --rules "$BATS_TEST_TMPDIR/rules"
	expect_alert 10 'Short Life' ".output_fields[\"container.id\"] == \"${id:0:12}\""
	"${DOCKER[@]}" exec one touch /tmp/enough
	wait $burst
	settle
	[ "$(count_alerts 'Short Life' ".output_fields[\"container.id\"] != \"${id:0:12}\"")" -eq 0 ]
}

@test "a grandchild whose parent is gone is still the container's" {
	sensor_start --rules "$BATS_TEST_TMPDIR/rules"
	container one
	in_container one '(sh -c "(sleep 0.2; /bin/true wc-short-life) &" &) ; sleep 1'
	local id
	id=$(container_id one)
	# whoever reaps it is its parent by now: the container's first process
	expect_alert 5 'Short Life' ".output_fields | (.[\"container.id\"] == \"${id:0:12}\" and .[\"proc.pname\"] == \"sleep\")"
}

@test "a child of a millisecond has its ancestors, its session and its ids" {
	local lives='/bin/busybox setsid /bin/busybox sh -c "/bin/sh -c \"/bin/true wc-descended; true\"; true"; true' id
	sensor_start --rules "$BATS_TEST_TMPDIR/rules"
	container one
	"${DOCKER[@]}" exec --user 1000 one /bin/sh -c "$lives"
	id=$(container_id one)
	expect_alert 5 Descended ".output_fields | (.[\"container.id\"] == \"${id:0:12}\" and .[\"proc.pname\"] == \"sh\"
		and .[\"proc.aname[2]\"] == \"busybox\" and .[\"proc.aexe[2]\"] == \"/bin/busybox\" and .[\"proc.apid[2]\"] == .[\"proc.sid\"]
		and .[\"proc.sname\"] == \"busybox\" and .[\"user.uid\"] == 1000)"
	# the same on the host, by somebody who has logged in
	sh -c "echo 1234 >/proc/self/loginuid; $lives"
	expect_alert 5 Descended '.output_fields | (.["container.id"] == "host" and .["proc.aname[2]"] == "busybox"
		and .["proc.apid[2]"] == .["proc.sid"] and .["user.uid"] == 0 and .["user.loginuid"] == 1234)'
}

@test "births are in the recording: its replay tells the same" {
	T=$BATS_TEST_TMPDIR
	sensor_start --rules "$T/rules" --record "$T/recording"
	container one
	in_container one '/bin/true wc-short-life'
	/bin/true wc-short-life
	expect_alert 5 'Short Life' '.output_fields["container.id"] == "host"'
	settle
	sensor_stop
	grep -q 'type=WATCHCAP_NOTICE' "$T/recording"
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$T/rules" --format json "$T/recording" >"$T/replayed.json" || true
	local same='select(.rule == "Short Life") | {output_fields, rule}'
	diff <(jq -cS "$same" "$T/alerts.json" | sort) <(jq -cS "$same" "$T/replayed.json" | sort)
}

@test "programs of the host are run without a question to /proc" {
	T=$BATS_TEST_TMPDIR
	sensor_start --rules "$T/rules" --record "$T/recording"
	sh -c 'i=0; while [ $i -lt 300 ]; do /bin/true wc-short-life; i=$((i+1)); done' &
	local shell=$!
	wait $shell
	settle
	sensor_stop
	# the programs of that shell that audit told of, and the questions about them: the shell itself may have been met
	run awk -v shell=$shell '
		function number(key) { return match($0, " " key "=[0-9]+") ? substr($0, RSTART + length(key) + 2, RLENGTH - length(key) - 2) : 0 }
		/^type=SYSCALL/ && number("ppid") == shell { own[number("pid")] = 1 }
		/^type=WATCHCAP_FACT/ { asked[number("id")]++ }
		END { for (pid in own) { n++; questions += asked[pid] } print n + 0, questions + 0 }' "$T/recording"
	read -r programs questions <<<"$output"
	[ "$programs" -ge 250 ]
	[ "$questions" -eq 0 ]
}

@test "without the connector lineage comes from records and /proc" {
	sensor_start --rules "$BATS_TEST_TMPDIR/rules" -o intake.connector_buffer=0
	container one
	in_container one '/bin/true wc-short-life'
	local id
	id=$(container_id one)
	expect_alert 5 'Short Life' ".output_fields[\"container.id\"] == \"${id:0:12}\""
}

# the sensor stands still while more is born than the kernel keeps notices of
@test "an overrun of the connector is told, and /proc says who was born meanwhile" {
	cat >>"$BATS_TEST_TMPDIR/rules/70-exec.ini" <<-RULE
		[rule t-blind]
		title = Was Blind
		desc = A test.
		condition = evt.type = telemetry and evt.arg.what = connector-overrun
		output = blind | what=%evt.arg.what from=%evt.arg.from to=%evt.arg.to container=%container.id
		priority = Notice
	RULE
	sensor_start --rules "$BATS_TEST_TMPDIR/rules" -o intake.connector_buffer=4K
	container one
	kill -STOP "$SENSOR"
	in_container one '(while [ ! -e /tmp/go ]; do sleep 0.2; done; /bin/true wc-short-life; sleep 300) >/dev/null 2>&1 &
		i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i+1)); done'
	kill -CONT "$SENSOR"
	expect_alert 10 'Was Blind'
	[ "$(alerts 'select(.rule == "Was Blind") | .output_fields["container.id"]' | sort -u)" = '<NA>' ]
	resynced() { [ "$(number resyncs)" -ge 1 ]; }
	wait_until 15 resynced
	in_container one 'touch /tmp/go'
	local id
	id=$(container_id one)
	expect_alert 10 'Short Life' ".output_fields[\"container.id\"] == \"${id:0:12}\""
	[ "$(counted '.output_fields["container.id"] != "'"${id:0:12}"'"')" -eq 0 ]
}
