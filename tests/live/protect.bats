#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# guard.protect: files of the host that no container may write, whatever brings it there.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	echo dear >"$LAB/precious"
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove intruder
	rm -f "$LAB/precious" "$LAB/pipe"
}

PROTECTED='Container Opens a Protected Host File for Writing'

guarded() # guarded FILE: the guard has a mark on it
{
	local guard
	guard=$(pgrep -P "$SENSOR" -f 'watchcap guard' | head -n 1)
	[ -n "$guard" ] && grep -qs "fanotify ino:$(printf %x "$(stat -c %i "$1")") " "/proc/$guard/fdinfo/"*
}

# bats test_tags=technique:OR5,rule:protected-file-write,refused
@test "a container cannot write a protected file, under any name; it may read, and the host may write" {
	sensor_start -o respond.mode=enforce -o guard.protect="$LAB/precious"
	wait_until 10 guarded "$LAB/precious"
	container intruder -v "$LAB:/host" -v "$LAB/precious:/other"
	in_container intruder 'cat /host/precious'
	for name in /host/precious /other; do
		run in_container intruder "echo evil >>$name"
		[ "$status" -ne 0 ]
		[[ "$output" == *"not permitted"* ]]
	done
	run in_container intruder 'opener openat2 /other'
	[ "$status" -eq 1 ]
	[ "$(cat "$LAB/precious")" = dear ]
	expect_alert 5 "$PROTECTED" '.watchcap.actions == [{name: "deny", result: "done"}]'
	has_alert "$PROTECTED" '.output_fields["container.name"] == "intruder"'
	echo more >>"$LAB/precious"
}

# bats test_tags=technique:OR5,rule:protected-file-write,disguise:replaced-file
@test "a file that takes the place of a protected one is protected, too; in observe mode it is only told" {
	sensor_start -o respond.mode=observe -o guard.protect="$LAB/precious"
	wait_until 10 guarded "$LAB/precious"
	echo dearer >"$LAB/new"
	mv "$LAB/new" "$LAB/precious"
	wait_until 5 guarded "$LAB/precious"
	container intruder -v "$LAB:/host"
	in_container intruder 'echo evil >>/host/precious'
	expect_alert 5 "$PROTECTED" '.watchcap.actions == [{name: "deny", result: "not-enabled", why: "observing only"}]'
}

@test "what cannot be guarded is refused at start, with the reason" {
	mkfifo "$LAB/pipe"
	for file in "$LAB/pipe" /dev/null /proc/self/stat "$LAB" relative; do
		run timeout 20 "$WATCHCAP" run --load-audit-rules --rules "$ROOT/rules" -o daemon.run_dir="$BATS_TEST_TMPDIR/run" \
			-o guard.protect="$file" -o syslog.path="$LAB/log"
		[ "$status" -ne 0 ] && [ "$status" -ne 124 ]
		[[ "$output" == *"guard.protect: $file "* ]]
	done
}
