#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Who takes the sensor's sight away: signals to it, kernel audit switched off or robbed of rules, forged messages. Signals are
# those that nobody dies of, and audit is put back at once. `plain` has what docker gives everybody; `blinder` sees the host's
# processes and may configure audit. tests/tools/auditor.c does what is done.

FORGED='Container Floods the Audit Trail'
SIGNALLED='Sensor Signalled From a Container'
ON_HOST='Sensor Signalled on the Host'
CHANGED='Container Changes Kernel Audit'
REMOVED='Kernel Audit Rules Removed'
SWITCHED='Kernel Audit Switched Off'
OFF='Kernel Audit Off'

setup_file()
{
	load scenario
	mkdir "$BATS_FILE_TMPDIR/more"
	cat >"$BATS_FILE_TMPDIR/more/88-words.ini" <<-'RULE'
		[rule t-believed]
		title = Words Believed
		desc = Messages of user space that rules look at.
		condition = evt.type = record and evt.arg.type in (USER, USER_AUTH, USER_LOGIN)
		output = words %container.name %proc.pid
		priority = Notice
	RULE
	scenarios_begin --rules "$BATS_FILE_TMPDIR/more"
	container plain
	container blinder --pid host --cap-add AUDIT_CONTROL
	export AUDITOR=$LAB/rootfs/bin/auditor
	# the first look at the kernel's audit, and the rules for the threads that there are now
	wait_until 10 sensor_is_guarded
	sleep 4
}

teardown_file()
{
	load scenario
	[ -n "$LAB_SKIP" ] || auditctl -e 1 >/dev/null
	scenarios_end
	[ -n "$LAB_SKIP" ] || remove plain blinder
}

setup()
{
	load scenario
	scenario_begin
}

# by_container NAME TITLE [JQ-CONDITION]
by_container()
{
	expect_alert 5 "$2" ".output_fields[\"container.name\"] == \"$1\" and (${3:-true})"
}

# number NAME: of the sensor's status
number()
{
	jq ".$1" "$BATS_FILE_TMPDIR/run/status"
}

# signals

# bats test_tags=technique:TM4,rule:sensor-signalled
@test "a container asks whether the sensor lives, and wakes it: kill" {
	in_container blinder "auditor signal kill $SENSOR 0; auditor signal kill $SENSOR 18"
	by_container blinder "$SIGNALLED" ".output_fields | .[\"evt.arg.sig\"] == \"0\" and .[\"target.role\"] == \"sensor\" and .[\"target.pid\"] == $SENSOR"
	by_container blinder "$SIGNALLED" '.output_fields["evt.arg.sig"] == "SIGCONT"'
	has_alert "$SIGNALLED" '.priority == "Critical"'
}

# bats test_tags=technique:TM4,rule:sensor-signalled,disguise:pidfd
@test "the same by a descriptor" {
	in_container blinder "auditor signal pidfd $SENSOR 0"
	by_container blinder "$SIGNALLED" '.output_fields["evt.type"] == "pidfd_send_signal"'
}

# bats test_tags=technique:TM4,rule:sensor-signalled,disguise:thread-number
@test "the same with the number of another thread" {
	in_container blinder "auditor signal thread $SENSOR 0"
	by_container blinder "$SIGNALLED" ".output_fields[\"target.pid\"] == $SENSOR"
}

# bats test_tags=technique:TM4,rule:sensor-signalled,disguise:process-group
@test "the same to its process group" {
	in_container blinder "auditor signal group $SENSOR 0"
	by_container blinder "$SIGNALLED" '.output_fields["evt.type"] == "kill"'
}

# bats test_tags=technique:TM4,rule:sensor-signalled,disguise:tgkill
@test "the same by tgkill, to the guard" {
	local guard
	guard=$(pgrep -P "$SENSOR" -f ' guard')
	in_container blinder "auditor signal tgkill $guard 0"
	by_container blinder "$SIGNALLED" ".output_fields | .[\"evt.type\"] == \"tgkill\" and .[\"target.role\"] == \"guard\" and .[\"target.pid\"] == $guard"
}

# bats test_tags=technique:TM4,rule:sensor-signalled,disguise:fcntl
@test "the kernel is to signal it, for a file of the container's" {
	in_container blinder "trespasser own $SENSOR"
	by_container blinder "$SIGNALLED" ".output_fields | .[\"evt.type\"] == \"fcntl\" and .[\"target.role\"] == \"sensor\" and .[\"target.pid\"] == $SENSOR"
}

# bats test_tags=technique:TM4,rule:sensor-made-oom-victim,disguise:oom-score
@test "it becomes the one that is killed first" {
	local score
	score=$(cat "/proc/$SENSOR/oom_score_adj")
	in_container blinder "echo $score >/proc/$SENSOR/oom_score_adj; sleep 0.3"
	by_container blinder 'Sensor Chosen to Be Killed by a Container' ".output_fields | .[\"target.role\"] == \"sensor\" and .[\"target.pid\"] == $SENSOR"
}

# bats test_tags=technique:TM4,rule:sensor-signalled-on-host
@test "a process of the host stops the sensor for a moment" {
	kill -STOP "$SENSOR"
	kill -CONT "$SENSOR"
	expect_alert 5 "$ON_HOST" '.output_fields["evt.arg.sig"] == "SIGSTOP"'
	[ "$(count_alerts "$ON_HOST")" -eq 1 ]
}

# bats test_tags=technique:TM4,twin
@test "quiet: reloading and asking on the host; a container's own signals, and to a number that is the sensor's elsewhere" {
	kill -HUP "$SENSOR"
	kill -USR1 "$SENSOR"
	kill -0 "$SENSOR"
	in_container plain "auditor signal kill $SENSOR 0; /bin/sleep 5 & auditor signal kill \$! 15; auditor signal pidfd 1 0; auditor signal tgkill 1 0"
	in_container blinder 'auditor signal kill 1 0'
	quiet
}

# configuration

# bats test_tags=technique:TM3,rule:audit-configured-by-container
@test "a container adds a rule, removes it, and sets the backlog" {
	local backlog
	backlog=$(audit_status backlog_limit)
	in_container blinder "auditor rule add; auditor rule remove; auditor backlog $backlog"
	by_container blinder "$CHANGED" '.output_fields["evt.arg.op"] == "add_rule"'
	by_container blinder "$CHANGED" '.output_fields["evt.arg.op"] == "remove_rule"'
	by_container blinder "$CHANGED" ".output_fields[\"evt.arg.audit_backlog_limit\"] == \"$backlog\""
	has_alert "$CHANGED" '.priority == "Critical"'
}

# bats test_tags=technique:TM3,disguise:double-fork,disguise:name-of-a-runtime
@test "by orphans that have a runtime's name" {
	orphaned blinder /bin/auditor rule add
	orphaned blinder /bin/auditor rule remove
	by_container blinder "$CHANGED" '.output_fields["evt.arg.op"] == "add_rule"'
	by_container blinder "$CHANGED" '.output_fields["evt.arg.op"] == "remove_rule"'
}

# bats test_tags=technique:TM3,rule:audit-configured-by-container,rule:audit-off
@test "a container switches audit off: told by whom, and how long" {
	in_container blinder 'auditor enabled 0'
	by_container blinder "$CHANGED" '.output_fields["evt.arg.audit_enabled"] == "0"'
	expect_alert 10 "$OFF" '.output_fields | .["evt.arg.what"] == "audit-off" and .["evt.arg.from"] < .["evt.arg.to"]'
	auditctl -e 1 >/dev/null
	expect_alert 10 "$OFF" '.output_fields | .["evt.arg.what"] == "audit-on" and .["evt.arg.from"] < .["evt.arg.to"]'
	# one gap: the end of it tells all of it
	[ "$(alerts "select(.rule == \"$OFF\") | .output_fields[\"evt.arg.from\"]" | sort -u | wc -l)" -eq 1 ]
	[ "$(count_alerts "$SWITCHED")" -eq 0 ]
}

# bats test_tags=technique:TM3,rule:audit-switched-off
@test "a process of the host does" {
	auditctl -e 0 >/dev/null
	auditctl -e 1 >/dev/null
	expect_alert 5 "$SWITCHED" '.output_fields | .["evt.arg.audit_enabled"] == "0" and .["proc.name"] == "auditctl"'
}

# bats test_tags=technique:TM3,rule:audit-rules-removed
@test "a rule of ours is removed on the host: told, and loaded again" {
	local rule=(always,exit -F arch=b64 -S bpf -F a0=5 -F key=wc_bpf)
	auditctl -d "${rule[@]}"
	expect_alert 5 "$REMOVED" '.output_fields | .["evt.arg.key"] == "wc_bpf" and .["proc.name"] == "auditctl"'
	[ "$(count_alerts "$REMOVED")" -eq 1 ]
	wait_until 10 sh -c "auditctl -l | grep -q 'arch=b64 -S bpf'"
}

# bats test_tags=technique:TM3,twin
@test "quiet: rules are listed and added; a container may not; a watched file goes away" {
	local rule=(exit,always -F "path=$BATS_TEST_TMPDIR/watched" -F perm=wa -F key=twin)
	touch "$BATS_TEST_TMPDIR/watched"
	auditctl -l >/dev/null
	auditctl -s >/dev/null
	auditctl -a "${rule[@]}" >/dev/null
	rm "$BATS_TEST_TMPDIR/watched"
	rm -r "$BATS_TEST_TMPDIR"
	in_container plain 'auditor rule add; auditor enabled 0; auditor backlog 1'
	quiet
	[ "$(audit_status enabled)" = 1 ]
}

# messages

# every type that user space may send, with words that rules of ours look for
FORGERIES='op=remove_rule res=1 audit_enabled=0 enforcing=0 code=0x0 sig=9 type=MAC_STATUS
type=SYSCALL msg=audit(1.000:1): arch=c000003e syscall=175 success=yes exit=0 pid=1 exe="/bin/x"
type=CONFIG_CHANGE msg=audit(1.000:2): op=remove_rule key="wc_exec" list=4 res=1'

# bats test_tags=technique:TM2,technique:CA20,rule:audit-messages-forged,disguise:many-processes,disguise:other-types
@test "a container floods the trail with messages that pretend to be others: told as what it is, and nothing else is" {
	local type before
	before=$(number user_messages)
	for type in 1005 1100 1107 1112 1122 1199 2100 2400 2503 2999; do
		echo "for i in 1 2 3; do auditor message 10 $type '$FORGERIES'; done"
	done >"$BATS_TEST_TMPDIR/script"
	in_container plain "$(cat "$BATS_TEST_TMPDIR/script")" | grep -q 'message: done'
	by_container plain "$FORGED" '.output_fields["evt.arg.count"] == "11" and .output_fields["evt.arg.from"] <= .output_fields["evt.arg.to"]'
	quiet ".rule != \"$FORGED\""
	[ "$(count_alerts 'Words Believed')" -eq 0 ]
	counted() { [ "$(number user_messages)" -ge $((before + 250)) ]; }
	wait_until 10 counted
}

# bats test_tags=technique:TM2,technique:CA20,rule:kernel-module-load
@test "it hides nothing by that: what it does meanwhile is told" {
	in_container plain "(for i in 1 2 3; do auditor message 200 1112 '$FORGERIES'; done) & caller init_module
		auditor message 200 1112 '$FORGERIES'; caller delete_module; wait" >/dev/null
	by_container plain 'Linux Kernel Module Injection Detected' '.output_fields["evt.type"] == "init_module"'
	by_container plain 'Container Takes Control of the Kernel' '.output_fields["evt.type"] == "delete_module"'
}

# bats test_tags=technique:TM2,technique:CA20,twin
@test "quiet: a login in a container, and many on the host" {
	in_container plain 'for type in 1100 1101 1103 1105 1106 1104; do auditor message 1 $type "op=PAM:session acct=root res=success"; done' >/dev/null
	"$AUDITOR" message 100 1112 'op=login acct=root res=success' >/dev/null
	auditctl -m 'a word of the administrator' >/dev/null
	! command -v sudo >/dev/null || sudo -n true
	quiet
	# what the host says is looked at, what a container says is not
	has_alert 'Words Believed' '.output_fields["container.name"] == "host"'
	[ "$(count_alerts 'Words Believed' '.output_fields["container.name"] != "host"')" -eq 0 ]
}
