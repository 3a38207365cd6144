#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# watchcap replay --explain: why a rule holds for an event, or what is missing.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	mkdir "$T/rules"
	cat >"$T/rules/10-shell.ini" <<-'INI'
		[list shells]
		items = sh, bash
		[macro shell]
		condition = proc.name in (shells)
		[rule shell-reads]
		title = A Shell Reads
		desc = d
		condition = evt.type = openat and shell and (fd.filename = shadow or fd.directory = val(proc.cwd))
		output = o
		priority = Notice
		[exception shell-reads/known]
		fields = proc.exepath, user.uid
		values =
		    /bin/sh, 1000
	INI
	: >"$T/open.log"
	opened 1 sh /etc/shadow 0
	opened 2 sh /etc/passwd 0
	opened 3 sh /etc/group 0
	opened 4 cat /etc/shadow 0
	opened 5 sh /etc/shadow 1000
}

# opened SERIAL COMM PATH UID
opened()
{
	cat >>"$T/open.log" <<-LOG
		type=SYSCALL msg=audit(1767323045.123:$1): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a1=1 a2=0 a3=0 items=1 ppid=10 pid=11 auid=0 uid=$4 gid=0 euid=$4 suid=$4 fsuid=$4 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="$2" exe="/bin/$2" key=(null)
		type=CWD msg=audit(1767323045.123:$1): cwd="/tmp"
		type=PATH msg=audit(1767323045.123:$1): item=0 name="$3" inode=9 dev=08:01 mode=0100640 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL
		type=PROCTITLE msg=audit(1767323045.123:$1): proctitle="x"
	LOG
}

explain()
{
	"$WATCHCAP" replay --rules "$T/rules" --explain "$@" "$T/open.log"
}

@test "the tree of an event that matches: verdict, macro, values, what was not needed" {
	run -1 explain shell-reads
	[[ ${lines[0]} == "rule shell-reads holds for 1 of 5 events of the types openat" ]]
	[[ $output == *"It holds:"*"1767323045.123:1 openat by sh, pid=11 "*"result=SUCCESS"* ]]
	[[ $output == *'  true      macro shell'$'\n''  true        proc.name in (sh, bash)  <- "sh"'* ]]
	[[ $output == *'  true        fd.filename = shadow  <- "shadow"'$'\n''  -           fd.directory = val(proc.cwd)  <- "/etc" against "/tmp/"'* ]]
}

@test "those that come closest stand first, and equal answers are told once" {
	run -1 explain shell-reads
	[[ $output == *"does not hold, the closest first:"*":2 openat by sh"*"(and 1 more with the same answers)"*":4 openat by cat"*":5 openat by sh"* ]]
	[ "$(grep -c ' openat by ' <<<"$output")" -eq 4 ]
	[[ $output == *'  false   not  (exceptions)'*'proc.exepath = /bin/sh  <- "/bin/sh"  ('*'/10-shell.ini:14)'* ]]
}

@test "JSON says the same" {
	run -1 explain shell-reads --format json
	jq -e '.rule == "shell-reads" and .events == 5 and .holds == 1' <<<"$output"
	jq -e '.holding | length == 1 and .[0].closeness == 1 and .[0].event == "1767323045.123:1"' <<<"$output"
	jq -e '[.closest[].closeness] as $c | $c == ($c | sort | reverse) and all($c[]; . < 1)' <<<"$output"
	jq -e '[.closest[].events] | add == 4' <<<"$output"
	jq -e '.holding[0].nodes | map(select(.kind == "macro")) | .[0] | .text == "macro shell" and .result == true and .value == null' <<<"$output"
	jq -e '.holding[0].nodes | map(select(.text | startswith("fd.directory"))) | .[0] | .result == null and .line == 8' <<<"$output"
}

@test "a title names the rule, a disabled rule is explained, an unknown name gets the nearest" {
	run -1 explain 'A Shell Reads' --disable '*'
	[[ $output == "rule shell-reads holds for 1 of 5"* ]]
	run -2 explain shell-read
	[[ $output == *"there is no rule shell-read: did you mean shell-reads?"* ]]
	run -2 explain 'A Shell Raeds'
	[[ $output == *"did you mean A Shell Reads?"* ]]
}

@test "absent is said, and looks unlike a text of that name" {
	sed -i 's/fd.directory = val(proc.cwd)/proc.tty = val(fd.nameraw)/; s/A Shell Reads/x/' "$T/rules/10-shell.ini"
	sed -i '/^condition = evt/s/.*/condition = evt.type = openat and fd.kernel_knob = core_pattern and fd.filename exists/' "$T/rules/10-shell.ini"
	opened 6 absent /etc/absent 0
	run -0 explain shell-reads
	[[ $output == *'fd.kernel_knob = core_pattern  <- absent'* ]]
	[[ $output != *'fd.kernel_knob = core_pattern  <- "absent"'* ]]
}

@test "no event of its types: which would have counted" {
	sed -i 's/evt.type = openat/evt.type in (mount, umount)/' "$T/rules/10-shell.ini"
	run -0 explain shell-reads
	[ "$output" = "rule shell-reads holds for 0 of 0 events of the types mount, umount2" ]
}

@test "bytes that a process chose cannot write to the terminal" {
	sed -i 's/comm="cat"/comm=1B5B324A0A/' "$T/open.log"
	run -1 explain shell-reads
	[[ $output == *'<- "\u001b[2J\n"'* ]]
	[[ $output != *$'\x1b'* ]]
}

@test "many events and many kinds of answers stay within bounds" {
	local i
	for i in $(seq 10 400); do
		opened "$i" "p$((i % 7))" "/etc/f$i" $((i % 3 * 1000))
	done
	run -1 explain shell-reads
	[[ ${lines[0]} == *"of 396 events"* ]]
	[ "$(grep -c ' openat by ' <<<"$output")" -le 7 ]
	jq -e '.events == 396 and (.closest | length <= 5)' <<<"$(explain shell-reads --format json)"
}
