#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The capability rule by every way to start a container, and metadata that was written to break an alert.

bats_require_minimum_version 1.5.0

setup_file()
{
	load scenarios/scenario
	mkdir "$BATS_FILE_TMPDIR/site"
	cat >"$BATS_FILE_TMPDIR/site/80-site.ini" <<-'INI'
		[rule site-beyond]
		title = Site Beyond
		desc = x
		condition = evt.type in (execve, execveat) and container and thread.cap_beyond_container exists
		    and thread.cap_beyond_container != ""
		output = beyond=%thread.cap_beyond_container
		priority = Error
		[rule site-label]
		title = Site Label
		desc = x
		condition = evt.type = container
		output = label=%container.label[evil] command=%proc.cmdline end-of-line
		priority = Error
	INI
	scenarios_begin --rules "$BATS_FILE_TMPDIR/site"
}

teardown_file()
{
	load scenarios/scenario
	scenarios_end
}

setup()
{
	load scenarios/scenario
	scenario_begin
}

teardown()
{
	remove excess plain
}

excess_of() # excess_of NAME: the jq condition for it
{
	echo ".output_fields[\"container.name\"] == \"$1\" and .output_fields[\"thread.cap_excess\"] == \"CAP_SYS_ADMIN\""
}

# bats test_tags=technique:OR12,rule:container-excess-caps,disguise:shared-pid-namespace
@test "in the pid namespace of another container" {
	container plain
	container excess --cap-add SYS_ADMIN --pid container:plain
	expect_alert 5 "$EXCESS" "$(excess_of excess)"
	[ "$(count_alerts "$EXCESS")" -eq 1 ]
}

# bats test_tags=technique:OR12,rule:container-excess-caps,disguise:unprivileged-user
@test "as a user that is not root: what it could regain counts" {
	container excess --cap-add SYS_ADMIN --user 1000:1000
	expect_alert 5 "$EXCESS" '.output_fields["container.name"] == "excess" and .output_fields["user.uid"] == 1000'
	has_alert "$EXCESS" '.output_fields["thread.cap_bounding"] | contains("CAP_SYS_ADMIN")'
}

# bats test_tags=technique:OR12,rule:container-excess-caps,disguise:script-entrypoint
@test "a script as entrypoint" {
	printf '#!/bin/sh\nexec /bin/sleep 300\n' >"$BATS_TEST_TMPDIR/entry"
	chmod 755 "$BATS_TEST_TMPDIR/entry"
	container excess --cap-add SYS_ADMIN -v "$BATS_TEST_TMPDIR/entry:/entry" --entrypoint /entry
	expect_alert 5 "$EXCESS" "$(excess_of excess)"
	[ "$(count_alerts "$EXCESS")" -eq 1 ]
}

# bats test_tags=technique:OR12,rule:container-excess-caps,disguise:drops-capabilities
@test "an entrypoint that gives its capabilities up itself had them at its start" {
	"${DOCKER[@]}" run -d --name excess --cap-add SYS_ADMIN busybox \
		/bin/busybox setpriv --inh-caps -all --ambient-caps -all /bin/sleep 300 >/dev/null
	expect_alert 5 "$EXCESS" "$(excess_of excess)"
	barrier
	[ "$(count_alerts "$EXCESS")" -eq 1 ]
}

@test "a container that is started again counts again" {
	container excess --cap-add SYS_ADMIN
	expect_alert 5 "$EXCESS" "$(excess_of excess)"
	"${DOCKER[@]}" restart -t 0 excess >/dev/null
	twice() { has_alert "$EXCESS" "$(excess_of excess) and .watchcap.repeat == 2" || [ "$(count_alerts "$EXCESS" "$(excess_of excess)")" -eq 2 ]; }
	wait_until 5 twice
}

@test "an exec with more capabilities than its container is told by a rule that asks for it" {
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_KILL /bin/sleep 60
	timeout 30 runc --root "$LAB/runc" run -d --bundle "$BATS_TEST_TMPDIR/bundle" "wcexec-$$" </dev/null >/dev/null 2>&1
	timeout 30 runc --root "$LAB/runc" exec "wcexec-$$" /bin/true
	timeout 30 runc --root "$LAB/runc" exec --cap CAP_SYS_ADMIN "wcexec-$$" /bin/id >/dev/null
	runc --root "$LAB/runc" delete -f "wcexec-$$"
	expect_alert 5 "Site Beyond" '.output_fields["thread.cap_beyond_container"] == "CAP_SYS_ADMIN"'
	[ "$(count_alerts "Site Beyond")" -eq 1 ]
	[ "$(count_alerts "$EXCESS")" -eq 0 ]
}

# bats test_tags=technique:TM5,rule:container-excess-caps,disguise:newline,disguise:quote,disguise:escape-sequence,disguise:broken-utf8
@test "labels, environment and arguments that are hostile break neither JSON nor syslog" {
	container excess --cap-add SYS_ADMIN --label evil=$'a\n<0>Jan 1 00:00:00 forged: b\t"\\{}\e[2J\xe2\x80\xae%n'
	expect_alert 5 "Site Label" '.output_fields["container.label[evil]"] | contains("forged: b") and contains("\n")'
	remove excess
	"${DOCKER[@]}" run --rm --cap-add SYS_ADMIN --name excess busybox \
		/bin/sh -c : $'x\n<0>forged again: "\\' $'\x80\xff\x01\x7f' >/dev/null
	expect_alert 5 "Site Label" '.output | contains("forged again")'
	expect_alert 5 "$EXCESS" '.output | contains("forged again")'
	jq -e . "$ALERTS" >/dev/null
	wait_until 5 sh -c 'grep -c "forged.*end-of-line$" "$1" | grep -qx 2' _ "$LAB/messages"
	# the kernel's own record of the same text goes elsewhere: what has it here is an alert, whole
	run ! grep -v watchcap <(grep forged "$LAB/messages")
	run ! grep -q -P '[\x00-\x08\x0b-\x1f\x7f]' "$LAB/messages"
}
