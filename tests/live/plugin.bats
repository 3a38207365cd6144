#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# watchcap as a plugin of the real audit daemon; then the same session again from the daemon's log.

bats_require_minimum_version 1.5.0

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_no_audit_rules
	hierarchy_make
	auditd_start
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	auditd_stop
	remove escape
	hierarchy_remove
}

escape()
{
	container escape --cap-add SYS_ADMIN
	in_container escape 'mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
}

@test "auditd starts the plugin, docker escapes, the alert is in rsyslog's file and in the JSON file" {
	need_docker
	escape
	expect_alert 6 "$ESCAPE" '.output_fields["container.name"] == "escape"'
	expect_alert 6 "$EXCESS" '.output_fields["container.name"] == "escape"'
	local id
	id=$(container_id escape)
	wait_until 5 grep -q "watchcap.*release_agent.*${id:0:12}" "$LAB/messages"
	# what the kernel lost is known here, too
	wait_until 10 sh -c '[ "$(jq .kernel_lost "$1")" = "$(auditctl -s | awk "/^lost/ { print \$2 }")" ]' sh "$T/run/status"
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:plain-runc
@test "a plain runc container under auditd" {
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_SYS_ADMIN /bin/sh -c \
		'mkdir -p /tmp/r; mount -t cgroup -o none,name=wclab x /tmp/r && echo "" > /tmp/r/release_agent; sleep 0.2; umount /tmp/r'
	timeout 30 runc --root "$LAB/runc" run --bundle "$BATS_TEST_TMPDIR/bundle" "wclab-plugin"
	expect_alert 6 "$ESCAPE" '.output_fields["container.id"] == "wclab-plugin"'
}

@test "replay of the log that auditd wrote gives the same alerts" {
	need_docker
	escape
	expect_alert 6 "$ESCAPE"
	expect_alert 6 "$EXCESS"
	settle
	auditd_stop
	local status=0 keys='[.rule, .output_fields["container.id"], .output_fields["proc.pid"], .output_fields["fd.name"], .watchcap.event] | @tsv'
	"$WATCHCAP" replay --rules "$ROOT/rules" --format json "$T/audit.log" >"$T/replayed.json" || status=$?
	[ $status -eq 1 ]
	# neither what a knob holds, nor what is mounted, nor a container's configuration stands in the log
	local in_log='select((.output_fields["evt.type"] != "knob_change") and (.rule | contains("Mounted in a Container") | not) and (.rule == "'"$EXCESS"'" or (.rule | startswith("Launch ") | not)))'
	diff <(alerts "$in_log | $keys" | sort) \
		<(jq -r "$keys" "$T/replayed.json" | sort)
}

@test "HUP reaches the plugin: a bad rule file leaves the old rules running" {
	need_docker
	mkdir "$T/rules.d"
	cp "$ROOT"/rules/*.ini "$T/rules.d/"
	sed -i "s,^path = $ROOT/rules,path = $T/rules.d," "$T/watchcap.conf"
	kill -HUP "$AUDITD"
	sleep 1
	printf '[rule broken]\ntitle = x\n' >"$T/rules.d/90-broken.ini"
	kill -HUP "$AUDITD"
	sleep 1
	escape
	expect_alert 6 "$ESCAPE"
}

@test "auditd restarts: who was moved out of his cgroup before is still his container's" {
	need_docker
	local shell
	container escape --cap-add SYS_ADMIN
	"${DOCKER[@]}" exec -d escape /bin/sh -c \
		'until [ -e /tmp/go ]; do sleep 0.1; done; mkdir /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c && echo "" > /tmp/c/release_agent'
	wait_until 5 sh -c '"$@" top escape -o pid,args | grep -q "until .*tmp/go"' sh "${DOCKER[@]}"
	shell=$("${DOCKER[@]}" top escape -o pid,args | awk '/until/ { print $1; exit }')
	desert "$shell"
	settle
	auditd_stop
	[ -s "$T/run/snapshot" ]
	auditd_start
	run ! grep -q docker "/proc/$shell/cgroup"
	in_container escape 'touch /tmp/go'
	expect_alert 6 "$ESCAPE" ".output_fields[\"proc.pid\"] == $shell and .output_fields[\"container.name\"] == \"escape\""
}

@test "the plugin goes when auditd goes" {
	local plugin
	plugin=$(pgrep -P "$AUDITD" -f ' plugin ')
	auditd_stop
	wait_until 5 sh -c "! kill -0 $plugin"
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused
@test "in the sandbox of auditd's unit the guard refuses, on hierarchies that are mounted later, too; its cgroups are read-only" {
	need_docker
	auditd_stop
	sandbox_make "$BATS_TEST_TMPDIR/sandbox"
	acting_rule kill-container 'sleep 702'
	acting_rule freeze 'sleep 703'
	RESPOND=enforce RULES=$BATS_TEST_TMPDIR/acting auditd_start "$BATS_TEST_TMPDIR/sandbox"
	local plugin guard
	plugin=$(jq .pid "$T/run/status")
	# it is one
	[ "$(readlink "/proc/$plugin/ns/mnt")" != "$(readlink /proc/self/ns/mnt)" ]
	awk '$3 == "cgroup" && $4 !~ /^ro/ && $2 ~ "^/sys/fs/cgroup" { found = 1 } END { exit found }' "/proc/$plugin/mounts"
	[ "$(jq .cgroups_writable "$T/run/status")" = 0 ]
	wait_until 10 sh -c "pgrep -P $plugin -f 'watchcap guard'"
	guard=$(pgrep -P "$plugin" -f 'watchcap guard' | head -n 1)
	wait_until 10 grep -qs 'fanotify ino:' "/proc/$guard/fdinfo/"*
	container escape --cap-add SYS_ADMIN --cgroupns host
	in_container escape 'mkdir /tmp/c /tmp/n; mount -t cgroup -o none,name=wclab x /tmp/c; mount -t cgroup -o none,name=wcfresh x /tmp/n'
	sleep 2
	for at in /tmp/c /tmp/n; do
		run in_container escape "echo /payload >$at/release_agent"
		[ "$status" -ne 0 ]
		[[ "$output" == *"not permitted"* ]]
	done
	in_container escape 'cat /tmp/n/release_agent; umount /tmp/n'
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
	expect_alert 6 "$ESCAPE" '.watchcap.actions == [{name: "deny", result: "done"}] and .output_fields["container.name"] == "escape"'
	# a container as a whole cannot be acted upon from there, and that is what it says
	in_container escape '/bin/sleep 702 & /bin/sleep 703 &'
	local act
	for act in kill-container freeze; do
		expect_alert 6 "T $act" '.watchcap.actions == [{name: "'$act'", result: "not-possible", why: "cgroups are read-only here"}]'
	done
	"${DOCKER[@]}" top escape -o pid,args | grep -q 'sleep 702'
	in_container escape true
}
