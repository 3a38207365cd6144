#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The standalone sensor (audit multicast, no auditd) and the two rules of the reference talk, on real
# docker and runc containers and the real kernel.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	BACKLOG=$(audit_status backlog_limit)
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove escape excess plain dropped shared
	hierarchy_remove
	[ "$(audit_status backlog_limit)" = "$BACKLOG" ] || auditctl -b "$BACKLOG" >/dev/null
	auditctl -d "${ADMINS_RULE[@]}" >/dev/null 2>&1 || true
}

# bats test_tags=technique:KU1,rule:release-agent-write
@test "a docker container writes release_agent of a hierarchy that exists: one alert with the whole story" {
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
	local id
	id=$(container_id escape)
	expect_alert 5 "$ESCAPE" '.output_fields["evt.type"] != "knob_change"'
	run alerts 'select(.rule | startswith("Detect"))'
	[[ "$output" == *"${id:0:12}"* ]]
	has_alert "$ESCAPE" '.output_fields["container.name"] == "escape"'
	has_alert "$ESCAPE" '.output_fields["container.image.repository"] == "busybox"'
	has_alert "$ESCAPE" '.output_fields["proc.pid"] > 1 and .output_fields["proc.name"] == "sh"'
	has_alert "$ESCAPE" '.output_fields["user.uid"] == 0 and .output_fields["user.name"] == "root"'
	has_alert "$ESCAPE" '.output_fields["thread.cap_effective"] | contains("CAP_SYS_ADMIN")'
	has_alert "$ESCAPE" '.output_fields["fd.name"] == "/tmp/c/release_agent"'
	has_alert "$ESCAPE" '.output_fields["fd.realpath"] | endswith("/release_agent")'
	has_alert "$ESCAPE" '.priority == "Critical" and .output_fields["evt.res"] == "SUCCESS"'
}

@test "a value that changes is told with its writer, although the mount before it is looked at first" {
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c; echo /tmp/payload >/tmp/c/release_agent'
	expect_alert 5 "$ESCAPE" '.output_fields["evt.type"] == "openat" and .output_fields["container.name"] == "escape"'
	settle
	[ "$(count_alerts "$ESCAPE" '.output_fields["container.id"] == "<NA>"')" -eq 0 ]
	echo "" >"$LAB/hierarchy/release_agent"
}

@test "the alert is in the file of a real rsyslogd, one line, and on the terminal" {
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
	expect_alert 5 "$ESCAPE"
	local id
	id=$(container_id escape)
	wait_until 5 grep -q "watchcap.*release_agent.*${id:0:12}" "$LAB/messages"
	wait_until 5 grep -q "Critical.*release_agent.*${id:0:12}" "$BATS_TEST_TMPDIR/stdout"
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:plain-runc
@test "a plain runc container writes release_agent" {
	hierarchy_make
	sensor_start
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_SYS_ADMIN /bin/sh -c \
		'mkdir -p /tmp/r; mount -t cgroup -o none,name=wclab x /tmp/r && echo "" > /tmp/r/release_agent; sleep 0.3; umount /tmp/r'
	timeout 30 runc --root "$LAB/runc" run --bundle "$BATS_TEST_TMPDIR/bundle" "wclab-$$"
	expect_alert 5 "$ESCAPE" '.output_fields["container.id"] | startswith("wclab-")'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:symlink
@test "the write through a symlink with an innocent name raises it too" {
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c; ln -s /tmp/c/release_agent /tmp/notes.txt; echo "" > /tmp/notes.txt'
	expect_alert 5 "$ESCAPE" '.output_fields["fd.name"] == "/tmp/notes.txt"'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:bind-mount
@test "the write through a bind mount raises it too" {
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c; touch /tmp/b; mount -o bind /tmp/c/release_agent /tmp/b; echo "" > /tmp/b'
	expect_alert 5 "$ESCAPE" '.output_fields["fd.name"] == "/tmp/b"'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:orphan
@test "the write by a grandchild whose parents are gone is the container's" {
	need_docker
	hierarchy_make
	sensor_start
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c; (setsid sh -c "(sleep 1; echo > /tmp/c/release_agent) &") ; exit 0'
	expect_alert 6 "$ESCAPE" '.output_fields["container.name"] == "escape"'
}

# the value itself tells, or the open of the file where the sensor was quick enough to watch it before: one act, one alert
expect_planted()
{
	expect_alert 6 "$ESCAPE" '.output_fields | (.["container.name"] == "escape"
		and (.["evt.type"] == "knob_change" or .["fd.name"] == "/tmp/n/release_agent"))'
}

# bats test_tags=technique:KU2,rule:release-agent-write,disguise:planted-at-once
@test "a hierarchy that the container makes itself: a value planted at once is told" {
	need_docker
	sensor_start
	container escape --cap-add SYS_ADMIN --cgroupns host
	in_container escape 'mkdir /tmp/n; mount -t cgroup -o none,name=wcnew x /tmp/n && echo /tmp/nothing > /tmp/n/release_agent; sleep 2; echo "" > /tmp/n/release_agent; sleep 0.3; umount /tmp/n'
	expect_planted
}

# bats test_tags=technique:KU2,rule:release-agent-write
@test "a hierarchy that the container makes itself is watched from then on" {
	need_docker
	sensor_start
	container escape --cap-add SYS_ADMIN --cgroupns host
	in_container escape 'mkdir /tmp/n; mount -t cgroup -o none,name=wcnew x /tmp/n; sleep 3; echo "" > /tmp/n/release_agent; sleep 0.3; umount /tmp/n'
	expect_alert 6 "$ESCAPE" '.output_fields["fd.name"] == "/tmp/n/release_agent"'
}

# bats test_tags=technique:KU3,rule:release-agent-write
@test "release_agent given as a mount option, no file opened" {
	need_docker
	sensor_start
	container escape --cap-add SYS_ADMIN --cgroupns host
	in_container escape 'mkdir /tmp/n; mount -t cgroup -o none,name=wcopt,release_agent=/tmp/nothing x /tmp/n; sleep 3; umount /tmp/n'
	expect_alert 6 "$ESCAPE"
}

# bats test_tags=technique:EX9,technique:KU1,rule:release-agent-write,disguise:descriptor-before-sensor
@test "a value written through a descriptor that is older than the sensor is found" {
	need_docker
	hierarchy_make
	container escape --cap-add SYS_ADMIN
	"${DOCKER[@]}" exec -d escape sh -c 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c
		exec 9>/tmp/c/release_agent; touch /tmp/open; until [ -e /tmp/go ]; do sleep 0.1; done; echo /tmp/nothing >&9; sleep 60'
	wait_until 5 in_container escape 'test -e /tmp/open'
	sensor_start
	in_container escape 'touch /tmp/go'
	expect_alert 6 "$ESCAPE" '.output_fields["evt.type"] | IN("write", "knob_change")'
	[ "$(count_alerts "$EXCESS")" -eq 0 ]
}

@test "replay of a recording gives the live alerts, metadata included" {
	need_docker
	hierarchy_make
	sensor_start --record "$BATS_TEST_TMPDIR/session.log"
	container escape --cap-add SYS_ADMIN --cgroupns host
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
	in_container escape 'mkdir /tmp/n; mount -t cgroup -o none,name=wcnew x /tmp/n && echo /tmp/nothing > /tmp/n/release_agent; sleep 2; umount /tmp/n'
	expect_planted
	settle
	sensor_stop
	local status=0 same='del(.hostname)'
	"$WATCHCAP" replay --rules "$ROOT/rules" --format json "$T/session.log" >"$T/replayed.json" || status=$?
	[ $status -eq 1 ]
	[ "$(alerts .rule | wc -l)" -ge 3 ]
	diff <(jq -cS "$same" "$T/alerts.json" | sort) <(jq -cS "$same" "$T/replayed.json" | sort)
}

@test "SIGHUP loads rules again; a bad file leaves the old ones in force and is named" {
	need_docker
	T=$BATS_TEST_TMPDIR
	mkdir "$T/site"
	sensor_start --rules "$T/site"
	printf '[rule broken]\ntitle = Broken\ndesc = x\ncondition = evt.type = opennat\noutput = x\npriority = Error\n' >"$T/site/80-broken.ini"
	kill -HUP "$SENSOR"
	wait_until 5 grep -q '80-broken.ini:4:24: error: unknown event type' "$T/stderr"
	container excess --cap-add SYS_ADMIN
	expect_alert 5 "$EXCESS"
	printf '[rule site-exec]\ntitle = Site Exec\ndesc = x\ncondition = evt.type = execve and proc.cmdline contains marker-one\noutput = seen %%proc.cmdline\npriority = Error\n' >"$T/site/80-broken.ini"
	kill -HUP "$SENSOR"
	reloaded() { /bin/true marker-one; has_alert "Site Exec"; }
	wait_until 5 reloaded
}

@test "a syslog daemon that hangs stops nothing" {
	need_docker
	kill -STOP "$LAB_RSYSLOG"
	sensor_start
	local i
	for i in 1 2 3; do
		container escape --cap-add SYS_ADMIN
		expect_alert 6 "$EXCESS"
		remove escape
	done
	kill -CONT "$LAB_RSYSLOG"
	has_alert "$EXCESS"
}

@test "where it would hear nothing it says so, in one sentence, and goes with 2" {
	local status=0
	auditctl -e 1 >/dev/null
	run timeout 20 unshare -n "$WATCHCAP" run --rules "$ROOT/rules" -o daemon.run_dir="$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 2 ]
	[[ "$output" == *"network namespace"* ]]
	run timeout 20 setpriv --bounding-set -audit_read "$WATCHCAP" run --rules "$ROOT/rules" -o daemon.run_dir="$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 2 ]
	[[ "$output" == *CAP_AUDIT_READ* ]]
	run timeout 20 setpriv --reuid 65534 --clear-groups "$WATCHCAP" run
	[ "$status" -eq 2 ]
	[[ "$output" == *"as root"* ]]
	auditctl -e 0 >/dev/null
	run timeout 20 "$WATCHCAP" run --rules "$ROOT/rules" -o daemon.run_dir="$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 2 ]
	[[ "$output" == *"audit is switched off"* ]]
}

@test "a second sensor says who is first and goes" {
	sensor_start
	run "$WATCHCAP" run --rules "$ROOT/rules" -o daemon.run_dir="$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 2 ]
	[[ "$output" == *"$SENSOR"* ]]
}

@test "status tells what the running sensor does" {
	sensor_start
	wait_until 10 "$WATCHCAP" status -o daemon.run_dir="$BATS_TEST_TMPDIR/run"
	run "$WATCHCAP" status --format json -o daemon.run_dir="$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 0 ]
	jq -e ".pid == $SENSOR" <<<"$output"
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:earlier-audit-rules
@test "an administrator's rules that come first take nothing away" {
	need_docker
	hierarchy_make
	local abi
	for abi in b64 b32; do
		auditctl -a always,exit -F arch=$abi -S execve,execveat -F key=admin_exec
		auditctl -a always,exit -F arch=$abi -S mount,umount2,open,openat -F key=admin_perm
	done >/dev/null
	sensor_start
	container escape --cap-add SYS_ADMIN --cap-add SYS_MODULE
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
	expect_alert 5 "$ESCAPE" '.output_fields["container.name"] == "escape"'
	expect_alert 5 "$EXCESS" '.output_fields["container.name"] == "escape"'
	for abi in b64 b32; do
		auditctl -d always,exit -F arch=$abi -S execve,execveat -F key=admin_exec
		auditctl -d always,exit -F arch=$abi -S mount,umount2,open,openat -F key=admin_perm
	done >/dev/null
}

# bats test_tags=technique:OR12,rule:container-excess-caps
@test "SYS_ADMIN and SYS_MODULE raise the capability rule once, naming both" {
	need_docker
	sensor_start
	container excess --cap-add SYS_ADMIN --cap-add SYS_MODULE
	in_container excess 'id; true'
	expect_alert 5 "$EXCESS"
	settle
	[ "$(count_alerts "$EXCESS")" -eq 1 ]
	has_alert "$EXCESS" '.output_fields["thread.cap_excess"] == "CAP_SYS_MODULE CAP_SYS_ADMIN"'
	has_alert "$EXCESS" '.output_fields["container.name"] == "excess" and .output_fields["proc.exepath"] == "/bin/busybox"'
}

# bats test_tags=technique:OR12,rule:container-excess-caps,disguise:host-pid-namespace
@test "the capability rule fires whatever the pid namespace" {
	need_docker
	sensor_start
	container shared --cap-add SYS_ADMIN --pid host
	expect_alert 5 "$EXCESS" '.output_fields["container.name"] == "shared"'
}

# bats test_tags=technique:OR12,twin
@test "default capabilities raise nothing, ten runs and execs, one with all capabilities dropped" {
	need_docker
	sensor_start
	"${DOCKER[@]}" run -d --name plain busybox /bin/sleep 300 >/dev/null
	"${DOCKER[@]}" run -d --name dropped --cap-drop ALL busybox /bin/sleep 300 >/dev/null
	local i
	for i in 1 2 3 4; do
		"${DOCKER[@]}" run --rm busybox /bin/true
		"${DOCKER[@]}" exec plain /bin/true
	done
	"${DOCKER[@]}" exec dropped /bin/true
	settle
	run alerts '[.priority, .rule, .output] | @tsv'
	[ -z "$output" ]
}

# bats test_tags=technique:KU1,twin
@test "the host itself may write release_agent" {
	local dir
	dir=$(hierarchy_make)
	sensor_start
	echo "" >"$dir/release_agent"
	settle
	run alerts
	[ -z "$output" ]
}

@test "at the end the kernel's audit state is as it was" {
	local before rules
	before=$(auditctl -s | grep -E '^(enabled|failure|backlog_limit|backlog_wait_time) ')
	rules=$(auditctl -l)
	sensor_start
	[ "$(auditctl -l | grep -c 'key=wc_')" -gt 4 ]
	sensor_stop
	[ "$(auditctl -s | grep -E '^(enabled|failure|backlog_limit|backlog_wait_time) ')" = "$before" ]
	[ "$(auditctl -l)" = "$rules" ]
}

@test "what a killed sensor left in the kernel is taken out by the next one" {
	local before rules
	before=$(auditctl -s | grep -E '^(enabled|failure|backlog_limit|backlog_wait_time) ')
	rules=$(auditctl -l)
	sensor_start
	kill -KILL "$SENSOR"
	wait "$SENSOR" || true
	[ "$(auditctl -l)" != "$rules" ]
	sensor_start
	sensor_stop
	[ "$(auditctl -s | grep -E '^(enabled|failure|backlog_limit|backlog_wait_time) ')" = "$before" ]
	[ "$(auditctl -l)" = "$rules" ]
}

@test "a setting that an administrator changes meanwhile is his, after a crash too" {
	sensor_start
	auditctl -b 12345 >/dev/null
	# new rules and hierarchies are looked after, settings are not
	kill -HUP "$SENSOR"
	wait_until 5 grep -q reloaded "$T/stderr"
	kill -KILL "$SENSOR"
	wait "$SENSOR" || true
	sensor_start
	sensor_stop
	[ "$(audit_status backlog_limit)" = 12345 ]
}

@test "an equal rule of the administrator's stays; one that he deletes is no fault" {
	ADMINS_RULE=(always,exit -F arch=b64 -S clone -F "a0&0x7E020000" -F key=wc_ns)
	auditctl -a "${ADMINS_RULE[@]}" >/dev/null
	sensor_start
	auditctl -d always,exit -F arch=b64 -S execve,execveat -F exit!=-2 -F key=wc_exec >/dev/null
	sensor_stop
	run auditctl -l
	[ "$(grep -c 'key=wc_' <<<"$output")" -eq 1 ]
	[[ $output == *wc_ns* ]]
	! grep -v -e watching -e 'audit rules are gone' -e 'running are known' -e 'there is no snapshot' "$BATS_TEST_TMPDIR/stderr"
}

# augenrules(8) begins with auditctl -D
@test "audit rules that others take out are loaded again, and said to be" {
	need_docker
	need_no_audit_rules
	hierarchy_make
	sensor_start
	local ours
	# those of the hierarchies and for signals come after the others, when the machine has been looked at
	wait_until 5 sensor_is_guarded
	wait_until 5 "$WATCHCAP" audit-rules --diff --rules "$ROOT/rules"
	ours=$(auditctl -l)
	auditctl -D >/dev/null
	wait_until 5 sh -c '[ "$(auditctl -l | sort)" = "$1" ]' _ "$(sort <<<"$ours")"
	grep -q 'audit rules are gone' "$T/stderr"
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
	expect_alert 5 "$ESCAPE" '.output_fields["container.name"] == "escape"'
	sensor_stop
	run auditctl -l
	[[ $output == "No rules" ]]
}
