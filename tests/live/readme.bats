#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What README.md tells a newcomer to type, typed: only the image is this laboratory's own.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	remove risky
	sensor_stop
}

# shown START: the keys that README.md shows in the alert that starts so, as a pattern
shown()
{
	sed -n '/^watchcap prints/,/^The hierarchy/p' "$ROOT/README.md" | tr -s '\n ' ' ' | grep -o "$1.*" |
		sed 's/ [0-9]*:[0-9:.]*: .*//' | grep -o '[a-z_]*=' | paste -sd'~' | sed 's/~/.*/g'
}

@test "the tour raises both alerts" {
	sensor_start
	sed -n '/<!-- tour/,/^```$/p' "$ROOT/README.md" | grep -v -e '^<!--' -e '^```' |
		sed -e "s,^docker ,${DOCKER[*]} ," -e 's,debian:12,busybox,' >"$T/tour.sh"
	grep -q 'release_agent' "$T/tour.sh"
	sh "$T/tour.sh"
	expect_alert 5 "$EXCESS" '.output_fields["container.name"] == "tour"'
	expect_alert 5 "$ESCAPE" '.output_fields["container.name"] == "tour"'
	wait_until 5 grep -q "$(shown 'Excessively capable')" "$T/stdout"
	told() { grep -E "event=(knob_change|openat) .*container_name=tour" "$T/stdout" | grep -q "$(shown 'release_agent set')"; }
	wait_until 5 told
}

# numbers, ids and the image differ from machine to machine, and so do the widths of columns
plain()
{
	sed -E 's/\b[0-9a-f]{12}\b/ID/; s/debian:12|busybox/IMAGE/; s/^ +[0-9]+ +0 /PID 0 /; s/ +/ /g; s/ $//'
}

@test "what is said about a risky container" {
	local T=$BATS_TEST_TMPDIR
	sed -n '/<!-- ps/,/^```$/p' "$ROOT/README.md" | grep -v -e '^<!--' -e '^```' |
		sed -e "s,^docker ,${DOCKER[*]} ," -e 's,debian:12,busybox,' -e "s,^watchcap ps,$WATCHCAP ps -o daemon.run_dir=$T/run," >"$T/ps.sh"
	grep -q 'ps .*risky' "$T/ps.sh"
	sh "$T/ps.sh" >"$T/out"
	sed -n '/^RISK /,/^```$/p' "$ROOT/README.md" | grep -v '^```' | plain >"$T/shown"
	[ "$(wc -l <"$T/shown")" -ge 13 ]
	sed -n '/^RISK /,/^$/p' "$T/out" | grep . | plain | diff "$T/shown" -
}
