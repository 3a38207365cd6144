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
