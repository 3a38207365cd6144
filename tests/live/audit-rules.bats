#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What `watchcap audit-rules` prints is what auditctl(8) loads: then nothing is missing in the kernel.

bats_require_minimum_version 1.5.0

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_no_audit_rules
	T=$BATS_TEST_TMPDIR
	LOADED=
}

teardown()
{
	sensor_stop
	[ -z "${LOADED:-}" ] || auditctl -D >/dev/null
	hierarchy_remove
}

# load_rules OPTION...: prints the rules to $T/rules and loads them
load_rules()
{
	"$WATCHCAP" audit-rules --rules "$ROOT/rules" "$@" >"$T/rules"
	LOADED=yes
	auditctl -R "$T/rules" >"$T/auditctl.out" 2>&1 || { cat "$T/auditctl.out"; return 1; }
}

diff_rules()
{
	"$WATCHCAP" audit-rules --diff --rules "$ROOT/rules" "$@"
}

@test "auditctl loads what audit-rules prints, and --diff finds nothing missing but what only watchcap can load" {
	hierarchy_make >/dev/null
	run diff_rules
	[ "$status" -eq 1 ]
	[[ $output == "# 0 rules are in the kernel, "* ]]
	load_rules
	# a line of its own for what auditctl 3.0 cannot load
	local only_ours loaded
	only_ours=$(grep -c '^# -a always,io_uring' "$T/rules" || true)
	loaded=$(grep -c '^-a ' "$T/rules")
	[ "$(auditctl -l | grep -c '^-a ')" -eq "$loaded" ]
	run diff_rules
	[ "${lines[0]}" = "# $loaded rules are in the kernel, $only_ours are missing" ]
	[ "$(printf '%s\n' "${lines[@]:1}" | grep -c '^-a ' || true)" -eq 0 ]
	[ "$(printf '%s\n' "${lines[@]:1}" | grep -c '^# -a always,io_uring')" -eq "$only_ours" ]
	# one that somebody takes out is missing, and named
	auditctl -d always,exit -F arch=b64 -S bpf -F a0=5 -F key=wc_bpf
	run diff_rules
	[ "$status" -eq 1 ]
	grep -qx -- '-a always,exit -F arch=b64 -S bpf -F a0=5 -F key=wc_bpf' <<<"$output"
}

@test "without the rule that needs io_uring's list --diff is empty: exit code 0" {
	local users
	users=$("$WATCHCAP" audit-rules --rules "$ROOT/rules" | sed -n '/^# K19/s/.*; for //p')
	load_rules --disable "${users//, /,}"
	run -0 diff_rules --disable "${users//, /,}"
	[[ ${lines[0]} == *", 0 are missing" ]]
	! grep -q -e '-a ' <<<"$output"
}

@test "with all rules loaded the kernel tells nothing of what programs do all day" {
	local script='
		: </dev/null >/dev/null; : </dev/zero; : </dev/urandom; : >/dev/full; : <>/dev/tty
		: >$D/file; : >>$D/file; : <$D/file; : </etc/passwd; : </etc/hosts; : </proc/self/status; : </proc/meminfo
		cd $D; cd /etc; cd /; umask 077; kill -0 $$; kill -WINCH $$; trap : USR1; kill -USR1 $$; (exit 3); wait; ulimit -n
		exec 3<>$D/file; exec 3>&-'
	mkdir "$T/d"
	sensor_start --record "$T/all.log"
	# the shell is the same as the one that waits: no program is started
	D=$T/d bash -c "echo \$\$ >$T/pid; $script" 2>/dev/null || true
	# along PATH each program started is looked for in several places; bash would look itself
	bash -c "echo \$\$ >$T/pid3; exec /nowhere/x" 2>/dev/null || true
	# a call that is asked for, by the same shell: it was audited
	D=$T/d bash -c "echo \$\$ >$T/pid2; chmod 6755 $T/d/file"
	wait_until 5 grep -q "a1=9ed\|a2=9ed" "$T/all.log"
	sensor_stop
	run -0 grep -c "^type=SYSCALL.* pid=$(cat "$T/pid") .*key=\"wc_exec" "$T/all.log"
	[ "$(grep -c "^type=SYSCALL.* pid=$(cat "$T/pid3") " "$T/all.log")" -eq 1 ]
	run grep "^type=SYSCALL.* pid=$(cat "$T/pid") " "$T/all.log"
	printf '%s\n' "${lines[@]}" | grep -v 'key="wc_exec"' >"$T/others" || true
	[ ! -s "$T/others" ] || { cat "$T/others"; false; }
}
