#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# watchcap test-rules: the shipped rules over recorded sessions, and the command itself.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	mkdir "$T/rules"
	cat >"$T/rules/10-exec.ini" <<-'INI'
		[rule shell-runs]
		title = A Shell Runs
		desc = d
		condition = evt.type = execve and proc.name in (sh, bash)
		output = %proc.name pid=%proc.pid %user.uid exe=%proc.exepath k=%fd.kernel_knob
		priority = Notice
		[rule root-runs]
		title = Root Runs
		desc = d
		condition = evt.type = execve and user.uid = 0
		output = %proc.name
		priority = Notice
		enabled = false
	INI
	ran 1 sh 0 >"$T/rules/root.log"
	{ ran 2 sh 1000; ran 3 bash 1001; ran 4 cat 1000; } >"$T/rules/users.log"
}

# ran SERIAL COMM UID
ran()
{
	cat <<-LOG
		type=SYSCALL msg=audit(1767323045.123:$1): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=10 pid=1$1 auid=$3 uid=$3 gid=$3 euid=$3 suid=$3 fsuid=$3 egid=$3 sgid=$3 fsgid=$3 tty=pts0 ses=1 comm="$2" exe="/bin/$2" key=(null)
		type=EXECVE msg=audit(1767323045.123:$1): argc=1 a0="$2"
		type=CWD msg=audit(1767323045.123:$1): cwd="/tmp"
		type=PATH msg=audit(1767323045.123:$1): item=0 name="/bin/$2" inode=11 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL
		type=PROCTITLE msg=audit(1767323045.123:$1): proctitle="$2"
	LOG
}

cases()
{
	cat >"$T/rules/10-exec.test"
}

@test "every shipped rule does what its cases say, and has one of either kind" {
	run -0 "$WATCHCAP" test-rules --complete --rules "$ROOT/rules" "$ROOT/tests/rules"
	[[ $output == *" cases, 0 failed" ]]
	[[ $output != *FAIL* ]]
}

@test "a shipped rule without a case of its own is noticed" {
	mkdir "$T/less"
	cp "$ROOT"/tests/rules/*.rec "$T/less"
	printf '[case host]\nlog = host.rec\n' >"$T/less/20-kernel-helpers.test"
	run -1 "$WATCHCAP" test-rules --complete --rules "$ROOT/rules" "$T/less"
	[[ $output == *"rule release-agent-write has no case that makes it alert"* ]]
	[[ $output == *"rule container-excess-caps has no case with an event of its types"* ]]
	printf '[case written]\nlog = written.rec\nalerts =\n  release-agent-write, 1\n  container-excess-caps, 1\n' >"$T/less/20-kernel-helpers.test"
	run -1 "$WATCHCAP" test-rules --complete --rules "$ROOT/rules" "$T/less"
	[[ $output == *"rule release-agent-write has no case with an event of its types that must not"* ]]
	run -0 "$WATCHCAP" test-rules --rules "$ROOT/rules" "$T/less"
}

@test "no recording of the shipped tests is large or tells where it was made" {
	local f
	for f in "$ROOT"/tests/rules/*.rec; do
		[ "$(wc -c <"$f")" -lt 65536 ]
		{
			cat "$f"
			grep -oE '[0-9A-F]{8,}' "$f" | perl -ne 'chomp; print pack("H*", $_), "\n"' | tr '\0' ' '
		} >"$T/texts"
		run -1 grep -aE '/tmp/w|/home/|/process_api' "$T/texts"
		run -1 grep -aE 'q=self .*name=([^6]|6[^E])' "$f"
	done
}

@test "expected alerts: by rule, count and fields" {
	cases <<-'TEST'
		[case root]
		log = root.log
		alerts = shell-runs, 1, proc.name = sh, user.uid = 0, fd.kernel_knob = <NA>
		[case users]
		log = users.log, root.log
		alerts =
		    shell-runs, 1, proc.name = bash
		    shell-runs, 2, proc.name = sh
		[case none]
		log = users.log
		enable = root-runs
		[case disabled_by_the_file]
		log = root.log
		enable = Root*
		alerts = root-runs, 1
	TEST
	run -0 "$WATCHCAP" test-rules "$T/rules"
	[ "$output" = "ok   $T/rules/10-exec.test: root
ok   $T/rules/10-exec.test: users
ok   $T/rules/10-exec.test: none
ok   $T/rules/10-exec.test: disabled_by_the_file
4 cases, 0 failed" ]
	run -0 "$WATCHCAP" test-rules "$T/rules/10-exec.test"
	(cd "$T/rules" && "$WATCHCAP" test-rules 10-exec.test)
}

@test "a difference is shown line by line" {
	cases <<-'TEST'
		[case good]
		log = root.log
		alerts = shell-runs, 1
		[case bad]
		log = users.log
		alerts =
		    shell-runs, 1, proc.name = bash, user.uid = 1001
		    shell-runs, 1, proc.name = sh, user.uid = 0
		[case twice]
		log = root.log
		alerts = shell-runs, 2
		[case unexpected]
		log = root.log
	TEST
	run -1 "$WATCHCAP" test-rules "$T/rules"
	[ "$output" = "ok   $T/rules/10-exec.test: good
FAIL $T/rules/10-exec.test: bad
    --- expected, $T/rules/10-exec.test:4
    +++ found
     shell-runs, 1, proc.name = \"bash\", user.uid = \"1001\"
    -shell-runs, 1, proc.name = \"sh\", user.uid = \"0\"
    +shell-runs, 1, proc.name = \"sh\", user.uid = \"1000\"
FAIL $T/rules/10-exec.test: twice
    --- expected, $T/rules/10-exec.test:9
    +++ found
    -shell-runs, 2
    +shell-runs, 1
FAIL $T/rules/10-exec.test: unexpected
    --- expected, $T/rules/10-exec.test:12
    +++ found
    +shell-runs, 1  ; sh pid=11 0 exe=/bin/sh k=<NA>
4 cases, 3 failed" ]
}

@test "many unexpected alerts do not flood" {
	local i
	for i in $(seq 100 199); do
		ran $i sh $i | sed "s,/bin/sh,/opt/$i/sh," # equal acts would be told once
	done >"$T/rules/root.log"
	cases <<<$'[case x]\nlog = root.log'
	run -1 "$WATCHCAP" test-rules "$T/rules"
	[ "${#lines[@]}" -eq 25 ]
	[[ $output == *"+ and 80 more"* ]]
}

@test "what a case names must be there" {
	cases <<<$'[case x]\nlog = root.log\nalerts = shell-run, 1'
	run -2 "$WATCHCAP" test-rules "$T/rules"
	[[ $output == *"10-exec.test:3:10: error: there is no rule 'shell-run'"*"did you mean 'shell-runs'"* ]]
	cases <<<$'[case x]\nlog = root.log\nalerts = root-runs, 1'
	run -2 "$WATCHCAP" test-rules "$T/rules"
	[[ $output == *"'root-runs' is not enabled in this case"* ]]
	cases <<<$'[case x]\nlog = root.log\nalerts = shell-runs, 1, proc.exe = sh'
	run -2 "$WATCHCAP" test-rules "$T/rules"
	[[ $output == *"the output of rule 'shell-runs' has no field 'proc.exe'"* ]]
	cases <<<$'[case x]\nlog = root.log\nenable = shel-runs'
	run -2 "$WATCHCAP" test-rules "$T/rules"
	[[ $output == *"no rule to enable is named by 'shel-runs'"* ]]
	cases <<<$'[case x]\nlog = nowhere.log'
	run -2 "$WATCHCAP" test-rules "$T/rules"
	[[ $output == *"nowhere.log"* ]]
	cases <<<$'[case x]\nlogg = root.log'
	run -2 "$WATCHCAP" test-rules "$T/rules"
	[[ $output == *"10-exec.test:2:1: error: unknown key 'logg'"*"did you mean 'log'"* ]]
}

@test "nothing to test is an error" {
	mkdir "$T/empty"
	run -2 "$WATCHCAP" test-rules "$T/empty"
	[[ $output == *"no-tests"* ]]
	cp "$T/rules/root.log" "$T/empty"
	printf '[case x]\nlog = root.log\n' >"$T/empty/10-x.test"
	run -2 "$WATCHCAP" test-rules "$T/empty"
	[[ $output == *"no-rules"* ]]
	run -2 "$WATCHCAP" test-rules "$T/nowhere"
	run -2 "$WATCHCAP" test-rules
}

@test "a test file beside rules is no rule file, and no lint" {
	cases <<<$'[case x]\nlog = root.log\nalerts = shell-runs, 1'
	run -0 "$WATCHCAP" check --rules "$T/rules"
	[[ $output != *"10-exec.test"* ]]
	printf '[case x]\nlog = root.log\n' >"$T/rules/20-case.ini"
	run -1 "$WATCHCAP" check --rules "$T/rules"
	[[ $output == *"20-case.ini:1:2: error: unknown section kind 'case'"* ]]
}
