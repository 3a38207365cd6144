#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Every command from outside: exit codes, help, what goes to stdout and what to stderr.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	printf 'type=EOE msg=audit(1767323045.123:1): \n' >"$T/quiet.log"
	mkdir "$T/rules"
	cat >"$T/rules/10-test.ini" <<-'INI'
		[rule any-exec]
		title = Any Exec
		desc = Every program start.
		condition = evt.type = execve
		output = exec of %proc.name
		priority = Notice
	INI
	cat >"$T/exec.log" <<-'LOG'
		type=SYSCALL msg=audit(1767323045.123:7): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=10 pid=11 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=1 comm="true" exe="/usr/bin/true" key=(null)
		type=EXECVE msg=audit(1767323045.123:7): argc=1 a0="true"
		type=CWD msg=audit(1767323045.123:7): cwd="/tmp"
		type=PATH msg=audit(1767323045.123:7): item=0 name="/usr/bin/true" inode=11 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0
		type=PATH msg=audit(1767323045.123:7): item=1 name="/lib64/ld-linux-x86-64.so.2" inode=12 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0
		type=PROCTITLE msg=audit(1767323045.123:7): proctitle="true"
	LOG
}

@test "no command, or one that is not there, is wrong usage" {
	run -2 "$WATCHCAP"
	[[ $output == *"watchcap --help"* ]]
	run -2 "$WATCHCAP" replai
	[[ $output == *"did you mean replay"* ]]
}

@test "help lists every command, and every command has help" {
	run -0 "$WATCHCAP" --help
	local name
	for name in run plugin replay check test-rules list audit-rules ps status version; do
		[[ $output == *"  $name "* ]]
	done
	for name in run plugin replay check test-rules list audit-rules ps status version; do
		run -0 "$WATCHCAP" $name --help
		[[ $output == "Usage: watchcap $name"* ]]
		[[ $output == *"--help"* ]]
		run -0 "$WATCHCAP" $name -h
	done
}

@test "an unknown switch, a missing value and too many operands are wrong usage" {
	local name
	for name in run plugin replay check test-rules list audit-rules ps status version; do
		run -2 "$WATCHCAP" $name --no-such-switch
		[[ $output == *"--no-such-switch"* ]]
	done
	run -2 "$WATCHCAP" replay
	run -2 "$WATCHCAP" replay --rules
	run -2 "$WATCHCAP" replay --format xml "$T/quiet.log"
	[[ $output == *"text|json"* ]]
	run -2 "$WATCHCAP" version extra
	run -2 "$WATCHCAP" list nothing
	[[ $output == *"fields operators events rules options sinks knobs reasons"* ]]
}

@test "version" {
	run -0 "$WATCHCAP" version
	[[ $output == "watchcap "[0-9]* ]]
	run -0 "$WATCHCAP" --version
}

@test "check: 0 for good rules, 1 for bad ones, with place and caret" {
	run -0 "$WATCHCAP" check --rules "$T/rules"
	sed -i 's/evt.type = execve/evt.tipe = execve/' "$T/rules/10-test.ini"
	run -1 "$WATCHCAP" check --rules "$T/rules"
	[[ $output == *"10-test.ini:4:13: error: "*"evt.tipe"* ]]
	[[ $output == *"^"* ]]
	run -1 "$WATCHCAP" check --rules "$T/rules" --format json
	[ "$(jq -r '.[0].line' <<<"$output")" = 4 ]
}

@test "check: a wrong option is an error with its place" {
	printf '[daemon]\nhostnam = x\n' >"$T/watchcap.conf"
	run -1 "$WATCHCAP" check -c "$T/watchcap.conf" --rules "$T/rules"
	[[ $output == *"watchcap.conf:2:1: error: "* ]]
	[[ $output == *"did you mean 'hostname'"* ]]
	run -1 "$WATCHCAP" check -o output.format=xml --rules "$T/rules"
	run -1 "$WATCHCAP" check -c "$T/missing.conf" --rules "$T/rules"
}

@test "the shipped rules and options load without errors and warnings" {
	run -0 "$WATCHCAP" check -c "$ROOT/conf/watchcap.conf" --rules "$ROOT/rules"
	[[ $output == *"0 errors, 0 warnings"* ]]
}

@test "replay: 0 without alerts, 1 with, 2 when rules, options or files do not load" {
	run -0 "$WATCHCAP" replay --rules "$T/rules" "$T/quiet.log"
	[ -z "$output" ]
	run -1 "$WATCHCAP" replay --rules "$T/rules" "$T/exec.log"
	[[ $output == *": Notice exec of true" ]]
	run -1 "$WATCHCAP" replay --rules "$T/rules" - <"$T/exec.log"
	run -2 "$WATCHCAP" replay --rules "$T/nowhere" "$T/quiet.log"
	run -2 "$WATCHCAP" replay --rules "$T/rules" "$T/nowhere.log"
	run -2 "$WATCHCAP" replay -o no.such=option --rules "$T/rules" "$T/quiet.log"
}

@test "replay: JSON lines to stdout, statistics as one object to stderr" {
	"$WATCHCAP" replay --rules "$T/rules" --format json --stats "$T/exec.log" >"$T/out" 2>"$T/err" && false
	[ "$(jq -r .rule "$T/out")" = "Any Exec" ]
	[ "$(jq -r .watchcap.event "$T/out")" = 1767323045.123:7 ]
	[ "$(wc -l <"$T/err")" -eq 1 ]
	[ "$(jq -c '[.records, .events, .malformed, .incomplete, .alerts, .lost]' "$T/err")" = '[6,1,0,0,1,0]' ]
	jq -e '.seconds > 0 and .unattributed >= 0' "$T/err"
}

@test "replay: garbage is counted and passed over" {
	{
		head -c 20000 /dev/urandom | base64 -w 0
		echo
		head -c 1200000 /dev/zero | tr '\0' x
		echo
		printf 'type=SYSCALL msg=audit(17673\n\0\0\0\ntype=NEWTYPE[9] x\n'
		cat "$T/exec.log"
		printf 'type=SYSCALL msg=audit(1767323046.000:8): arch=c00'
	} >"$T/bad.log"
	"$WATCHCAP" replay --rules "$T/rules" --stats "$T/bad.log" >"$T/out" 2>"$T/err" && false
	grep -q 'exec of true' "$T/out"
	jq -e '.malformed + .lost >= 4 and .alerts == 1' "$T/err"
}

@test "replay: files in any order give one stream" {
	sed 's/:7)/:8)/; s/045.123/046.123/' "$T/exec.log" >"$T/later.log"
	run -1 "$WATCHCAP" replay --rules "$T/rules" --stats "$T/later.log" "$T/exec.log"
	[[ $output == *'"events":2'* ]]
}

@test "replay: what was seen twice is one event" {
	run -1 "$WATCHCAP" replay --rules "$T/rules" --stats "$T/exec.log" "$T/exec.log"
	[[ $output == *'"events":1,'* ]]
}

@test "list: every topic in every form" {
	local topic
	for topic in fields operators events rules options sinks knobs reasons; do
		run -0 "$WATCHCAP" list $topic --rules "$T/rules"
		[ -n "$output" ]
		"$WATCHCAP" list $topic --rules "$T/rules" --format json | jq -e 'length > 0 and (.[0] | type == "object")'
		run -0 "$WATCHCAP" list $topic --rules "$T/rules" --format markdown
		[[ ${lines[1]} == '|---|'* ]]
	done
}

@test "list: a prefix leaves the others out" {
	run -0 "$WATCHCAP" list fields thread.cap_ --format json
	jq -e 'length == 10 and all(.name | startswith("thread.cap_"))' <<< "$output"
	run -0 "$WATCHCAP" list fields nothing.of.the.kind --format json
	[ "$output" = '[]' ]
}

@test "list options --format conf is the shipped file" {
	diff <("$WATCHCAP" list options --format conf) "$ROOT/conf/watchcap.conf"
	run -2 "$WATCHCAP" list fields --format conf
}

@test "status: nothing runs, and that is said" {
	run -2 "$WATCHCAP" status -o daemon.run_dir="$T"
	[[ $output == *"no watchcap runs"* ]]
}

@test "run: options and rules that do not load end it with 2" {
	run -2 "$WATCHCAP" run -o daemon.run_dir="$T/run" --rules "$T/nowhere"
	run -2 "$WATCHCAP" run -o daemon.run_dir="$T/run" -o rules.min_priority=loud
	[[ $output == *"emergency, alert"* ]]
}

@test "audit-rules: lines that auditctl reads, and which rule needs them" {
	run -0 "$WATCHCAP" audit-rules --rules "$T/rules"
	[[ $output == *"for any-exec"* ]]
	[[ $output == *"-a always,exit -F arch=b64 -S execve,execveat -F exit!=-2 -F key=wc_exec"* ]]
	[ -z "$(grep -vE '^(#.*|-a always,[a-z]+ -F .*|)$' <<<"$output")" ]
	run -0 "$WATCHCAP" audit-rules --static
	diff <(echo "$output") "$ROOT/rules/audit/40-watchcap.rules"
}

@test "everything that only reads works without privileges; run says what it lacks" {
	command -v setpriv >/dev/null || skip "setpriv is not installed"
	[ "$(id -u)" -eq 0 ] || skip "only root can give up being root"
	local open as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	open=$(mktemp -d)
	cp -r "$T/rules" "$T/exec.log" "$WATCHCAP" "$open"
	chmod -R a+rX "$open"
	run -0 "${as[@]}" "$open/watchcap" check --rules "$open/rules"
	run -1 "${as[@]}" "$open/watchcap" replay --rules "$open/rules" "$open/exec.log"
	run -0 "${as[@]}" "$open/watchcap" ps -o daemon.run_dir="$open/run"
	run -2 "${as[@]}" "$open/watchcap" run --rules "$open/rules" -o daemon.run_dir="$open/run"
	rm -r "$open"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"as root"* ]]
}
