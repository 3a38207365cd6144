# SPDX-License-Identifier: Apache-2.0
#
# Who a process is after the sensor was started again, and how its capabilities came about.

bats_require_minimum_version 1.5.0

load lib

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_free_audit
	SENSOR=
	RUNC_ID=wcident-$$
	RULES=$BATS_TEST_TMPDIR/rules
	mkdir -p "$RULES"
	cat >"$RULES/70-identity.ini" <<-'INI'
		[rule seen-desertion]
		title = Seen Desertion
		desc = a process left
		condition = evt.type = desertion
		output = left %evt.arg.path %container.full_id %proc.pid
		priority = Critical
		[rule seen-exec]
		title = Seen Exec
		desc = every program with a mark of the test
		condition = evt.type in (execve, execveat) and proc.cmdline contains marker-
		output = exec %proc.cmdline %container.full_id %container.id_source %proc.pid
		priority = Notice
		[rule seen-lingering]
		title = Seen Lingering
		desc = a call that changes nothing, by one who has changed before
		condition = evt.type = unshare and proc.args startswith linger
		output = lingers %proc.exepath %thread.cap_permitted %thread.cap_effective %thread.cap_source %thread.cap_age %container.name
		priority = Notice
		action = kill
	INI
}

teardown()
{
	sensor_stop
	runc --root "$LAB/runc" delete -f "$RUNC_ID" >/dev/null 2>&1 || true
	remove ledger
}

restart_sensor()
{
	sensor_stop
	mv "$T/alerts.json" "$T/alerts.before"
	sensor_start --rules "$RULES"
}

# a detached runc container, whose shell runs a program every half second in its pid 1's place
runc_shell()
{
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_NET_RAW /bin/sh -c \
		'while :; do /bin/true marker-inside; sleep 0.5; done'
	runc --root "$LAB/runc" run -d --bundle "$BATS_TEST_TMPDIR/bundle" "$RUNC_ID" \
		>"$BATS_TEST_TMPDIR/runc.out" 2>&1 </dev/null 3>&-
	INIT=$(runc --root "$LAB/runc" state "$RUNC_ID" | jq .pid)
}

@test "restart: a deserter is still its container's, and its desertion is not told again" {
	sensor_start --rules "$RULES"
	wait_until 5 grep -q 'there is no snapshot' "$T/stderr"
	runc_shell
	expect_alert 5 "Seen Exec" ".output_fields[\"container.full_id\"] == \"$RUNC_ID\""
	desert "$INIT"
	expect_alert 10 "Seen Desertion" ".output_fields[\"container.full_id\"] == \"$RUNC_ID\""
	# the shell itself is found by the sweeper; its alert is counted in the first one
	sleep 3
	restart_sensor
	expect_alert 5 "Seen Exec" ".output_fields[\"container.full_id\"] == \"$RUNC_ID\""
	settle
	[ "$(count_alerts "Seen Exec" '.output_fields["container.full_id"] != "'"$RUNC_ID"'"')" -eq 0 ]
	[ "$(count_alerts "Seen Desertion")" -eq 0 ]
	run ! grep snapshot "$T/stderr"
	[ "$(stat -c '%a %u' "$T/run/snapshot")" = "600 0" ]
}

@test "restart: a snapshot that is damaged, old or not ours alone is ignored with a note" {
	sensor_start --rules "$RULES"
	sensor_stop
	echo garbage >>"$T/run/snapshot"
	sensor_start --rules "$RULES"
	wait_until 5 grep -q 'snapshot .* is ignored: it is damaged' "$T/stderr"
	sensor_stop
	chmod 644 "$T/run/snapshot"
	sensor_start --rules "$RULES"
	wait_until 5 grep -q 'snapshot .* is ignored: it is not ours alone' "$T/stderr"
	sensor_stop
	sed -i '1s/boot=[^ ]*/boot=0/' "$T/run/snapshot"
	chmod 600 "$T/run/snapshot"
	sensor_start --rules "$RULES"
	wait_until 5 grep -q 'snapshot .* is ignored: the machine was started again since' "$T/stderr"
	sensor_stop
	rm "$T/run/snapshot"
	mkfifo "$T/run/snapshot"
	sensor_start --rules "$RULES"
	wait_until 5 grep -q 'snapshot .* is ignored' "$T/stderr"
}

lingers() # lingers FILE SOURCE: the condition
{
	echo ".output_fields | .[\"proc.exepath\"] == \"/wc/$1\" and .[\"thread.cap_source\"] == \"$2\" and .[\"container.name\"] == \"ledger\""
}

# of what /proc alone tells, this would be `status` and the time of the look
@test "restart: by which record a container's process is known to have its capabilities, and since when" {
	need_docker
	mkdir "$BATS_TEST_TMPDIR/bin"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/bin"
	cp "$LAB/rootfs/bin/caller" "$BATS_TEST_TMPDIR/bin/dropper"
	cp "$LAB/rootfs/bin/caller" "$BATS_TEST_TMPDIR/bin/raised"
	setcap cap_net_raw+ep "$BATS_TEST_TMPDIR/bin/raised"
	sensor_start --rules "$RULES"
	container ledger -v "$BATS_TEST_TMPDIR/bin:/wc:ro"
	"${DOCKER[@]}" exec -d ledger /wc/dropper linger 0
	"${DOCKER[@]}" exec -d --user 1000:1000 ledger /wc/raised linger -1
	expect_alert 10 "Seen Lingering" "$(lingers dropper capset)"
	expect_alert 10 "Seen Lingering" "$(lingers raised fcaps)"
	sleep 1
	local before
	before=$(date +%s%N)
	restart_sensor
	expect_alert 10 "Seen Lingering" "$(lingers dropper capset)"
	expect_alert 10 "Seen Lingering" "$(lingers raised fcaps)"
	[ "$(count_alerts "Seen Lingering" '.output_fields["thread.cap_source"] == "status"')" -eq 0 ]
	has_alert "Seen Lingering" '.output_fields | .["proc.exepath"] == "/wc/dropper"
		and (.["thread.cap_permitted"] | contains("CAP_CHOWN") | not) and (.["thread.cap_permitted"] | contains("CAP_KILL"))'
	has_alert "Seen Lingering" '.output_fields | .["proc.exepath"] == "/wc/raised" and .["thread.cap_effective"] == "CAP_NET_RAW"'
	# as old as the call and the program, not as the look of this sensor
	[ "$(alerts "select(.rule == \"Seen Lingering\") | ((.watchcap.first | sub(\"\\\\.[0-9]+Z\"; \"Z\") | fromdate) * 1000000000
		- .output_fields[\"thread.cap_age\"] > $before)" | sort -u)" = false ]
}
