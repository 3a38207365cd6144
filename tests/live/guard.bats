#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The guard: writes to release_agent are refused while they happen, in real docker and runc containers.

bats_require_minimum_version 1.5.0

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	hierarchy_make >/dev/null
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove escape other
	echo "" >"$LAB/hierarchy/release_agent" 2>/dev/null || true
	hierarchy_remove
}

guard_start() # guard_start MODE OPTION...
{
	local mode=$1
	shift
	sensor_start -o respond.mode="$mode" "$@"
	wait_until 10 guard_lives
}

guard_lives()
{
	GUARD=$(pgrep -P "$SENSOR" -f 'watchcap guard' | head -n 1)
	[ -n "$GUARD" ] && grep -q fanotify "/proc/$GUARD/fdinfo/"* 2>/dev/null &&
		grep -qs 'fanotify ino:' "/proc/$GUARD/fdinfo/"*
}

MOUNT='mkdir -p /tmp/c; mount -t cgroup -o none,name=wclab x /tmp/c'

# bats test_tags=technique:KU1,rule:release-agent-write,refused
@test "enforce: a container's write to release_agent fails, reading works, the host may write" {
	guard_start enforce
	container escape --cap-add SYS_ADMIN
	in_container escape "$MOUNT"
	run in_container escape 'echo /payload > /tmp/c/release_agent'
	[ "$status" -ne 0 ]
	[[ "$output" == *"not permitted"* ]]
	in_container escape 'cat /tmp/c/release_agent'
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
	expect_alert 5 "$ESCAPE" '.watchcap.actions == [{name: "deny", result: "done"}]'
	has_alert "$ESCAPE" '.output | contains("[deny=done]")'
	has_alert "$ESCAPE" '.output_fields["container.name"] == "escape"'
	has_alert "$ESCAPE" '.output_fields["fd.realpath"] | endswith("release_agent")'
	has_alert "$ESCAPE" '.output_fields["proc.name"] == "sh" and .output_fields["user.uid"] == 0'
	has_alert "$ESCAPE" '.watchcap.origins == ["fanotify"] and .output_fields["evt.res"] == null'
	settle
	# the call that failed is the same act
	[ "$(count_alerts "$ESCAPE")" -eq 1 ]
	echo "" >"$LAB/hierarchy/release_agent"
	in_container escape 'echo 1 > /tmp/c/notify_on_release'
}

@test "the guard cannot act: no KILL, DAC_OVERRIDE or AUDIT_WRITE, and nothing to be gained by exec" {
	guard_start enforce
	local caps
	caps=$(awk '/^CapPrm/ { print $2 }' "/proc/$GUARD/status")
	[ $((0x$caps & (1 << 1 | 1 << 5 | 1 << 29))) -eq 0 ]
	grep -q '^NoNewPrivs:.*1$' "/proc/$GUARD/status"
	echo "" >"$LAB/hierarchy/release_agent"
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused,disguise:plain-runc
@test "enforce: a plain runc container's write to release_agent fails, reading works" {
	local bundle=$BATS_TEST_TMPDIR/bundle
	# how soon a busy machine answers is not what is tested here
	guard_start enforce -o guard.deadline_ms=500
	# its cgroups do not name it
	bundle_make "$bundle" CAP_SYS_ADMIN /bin/sh -c 'mkdir -p /tmp/r; mount -t cgroup -o none,name=wclab x /tmp/r; '`
		`'echo /payload >/tmp/r/release_agent || echo refused; cat /tmp/r/release_agent && echo read; umount /tmp/r'
	run timeout 30 runc --root "$LAB/runc" run --bundle "$bundle" wclab-guard
	echo "$output"
	# two streams, in whatever order they come
	[[ "$output" == *"not permitted"* && "$output" == *refused*read* ]]
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
	expect_alert 5 "$ESCAPE" '.watchcap.actions == [{name: "deny", result: "done"}]
		and .output_fields["container.id"] == "wclab-guard"'
}

# first_moments COMMAND: a bundle whose cgroup is called after nobody, and whose first program is COMMAND, with the hierarchy in /h
first_moments()
{
	BUNDLE=$BATS_TEST_TMPDIR/bundle
	bundle_make "$BUNDLE" CAP_SYS_ADMIN /bin/sh -c "$1"
	jq --arg from "$LAB/hierarchy" '.linux.cgroupsPath = "/wclab-nobody"
		| .mounts += [{destination: "/h", type: "bind", source: $from, options: ["rbind", "rw"]}]' "$BUNDLE/config.json" >"$BUNDLE/new"
	mv "$BUNDLE/new" "$BUNDLE/config.json"
}

# runc_detached NAME: its runtime has gone when the first program runs
runc_detached()
{
	runc --root "$LAB/runc" create --bundle "$BUNDLE" "$1" >/dev/null 2>&1 </dev/null 3>&-
	runc --root "$LAB/runc" start "$1"
	wait_until 5 sh -c "runc --root $LAB/runc state $1 | grep -q stopped"
	runc --root "$LAB/runc" delete "$1"
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused,disguise:first-moments
@test "enforce: what a plain runc container's first program writes at once is refused, every time; what it reads is not" {
	local i
	# how soon a busy machine answers is not what is tested here
	guard_start enforce -o guard.deadline_ms=500
	first_moments 'echo /payload >/h/release_agent || echo refused'
	for i in $(seq 16); do
		run timeout 30 runc --root "$LAB/runc" run --bundle "$BUNDLE" "wclab-first$i"
		[[ "$output" == *"not permitted"* ]] || { echo "attempt $i was let through: $output"; return 1; }
	done
	for i in $(seq 8); do
		runc_detached "wclab-late$i"
		[ -z "$(cat "$LAB/hierarchy/release_agent")" ] || { echo "attempt $i was let through"; return 1; }
	done
	expect_alert 5 "$ESCAPE" '.output_fields["container.id"] == "wclab-first1" and .watchcap.actions == [{name: "deny", result: "done"}]'
	expect_alert 5 "$ESCAPE" '.output_fields["container.id"] == "wclab-late8" and .watchcap.actions == [{name: "deny", result: "done"}]'
	first_moments 'cat /h/release_agent && echo read'
	run timeout 30 runc --root "$LAB/runc" run --bundle "$BUNDLE" wclab-reader
	[ "$output" = read ] || [ "$output" = $'\nread' ]
	# an engine's cgroups name the container
	for i in 1 2 3 4; do
		run timeout 30 "${DOCKER[@]}" run --rm -v "$LAB/hierarchy:/h" busybox /bin/sh -c 'echo /payload >/h/release_agent'
		[ "$status" -ne 0 ]
		[[ "$output" == *"not permitted"* ]]
	done
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
}

# bats test_tags=technique:KU1,rule:release-agent-write,twin
@test "enforce: the host's own in namespaces of their own may write, and do not wait for long" {
	local way began
	# longer than the time that is allowed: who is let go at the deadline was not answered
	guard_start enforce -o guard.deadline_ms=1000
	for way in 'unshare -m' 'unshare -m -p -f' 'bwrap --dev-bind / /' 'bwrap --dev-bind / / --unshare-pid'; do
		began=$(date +%s%N)
		$way /bin/sh -c "echo /mine >$LAB/hierarchy/release_agent"
		[ $((($(date +%s%N) - began) / 1000000)) -lt 700 ]
		[ "$(cat "$LAB/hierarchy/release_agent")" = /mine ]
		echo "" >"$LAB/hierarchy/release_agent"
	done
	wait_until 10 jq -e '.guard_strangers >= 4' "$BATS_TEST_TMPDIR/run/status"
	jq -e '.guard_unknown == 0' "$BATS_TEST_TMPDIR/run/status"
	settle
	! has_alert "$ESCAPE"
}

# bats test_tags=technique:KU1,rule:release-agent-write
@test "observe: the write succeeds, and the alert says that it would have been refused" {
	guard_start observe
	container escape --cap-add SYS_ADMIN
	in_container escape "$MOUNT; echo /payload > /tmp/c/release_agent"
	[ "$(cat "$LAB/hierarchy/release_agent")" = /payload ]
	expect_alert 5 "$ESCAPE" '.watchcap.actions == [{name: "deny", result: "not-enabled", why: "observing only"}]'
}

@test "observe: audit tells of the same call, and one alert tells the result and what would have been done" {
	guard_start observe
	container escape --cap-add SYS_ADMIN
	in_container escape "$MOUNT; echo /payload > /tmp/c/release_agent"
	expect_alert 5 "$ESCAPE" '.watchcap.origins == ["audit", "fanotify"]'
	has_alert "$ESCAPE" '.output_fields["evt.res"] == "SUCCESS" and .watchcap.actions[0].result == "not-enabled"'
	settle
	[ "$(count_alerts "$ESCAPE" '.output_fields["evt.type"] != "knob_change"')" -eq 1 ]
}

refused() # refused WAY...: none of them opens the file
{
	local way status
	for way in "$@"; do
		status=0
		in_container escape "opener $way /tmp/c/release_agent" || status=$?
		# who forks twice does not wait for what becomes of it
		[ "$status" -eq 1 ] || [ "$way" = fork ] || { echo "$way: exit status $status"; return 1; }
	done
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused,disguise:openat2,disguise:o_path,disguise:int80,disguise:creat,disguise:thread,disguise:double-fork,disguise:io_uring,disguise:dirfd,disguise:groups
@test "enforce: no way of opening helps: openat2, O_PATH, 32-bit, creat, a thread, a double fork, io_uring, 65,536 groups" {
	guard_start enforce
	container escape --cap-add SYS_ADMIN
	in_container escape "$MOUNT"
	refused plain openat2 opath int80 creat thread fork dirfd iouring ioexit groups
	expect_alert 5 "$ESCAPE" '.watchcap.actions[0].result == "done"'
}

@test "enforce: no other name helps: a symbolic link, a bind mount, a hard look at /proc/self/root" {
	guard_start enforce
	container escape --cap-add SYS_ADMIN
	in_container escape "$MOUNT"'
		ln -s /tmp/c/release_agent /tmp/notes
		touch /tmp/plain && mount --bind /tmp/c/release_agent /tmp/plain'
	for name in /tmp/notes /tmp/plain /proc/self/root/tmp/c/release_agent; do
		run in_container escape "echo /payload > $name"
		[ "$status" -ne 0 ]
	done
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
}

# deserter COMMAND...: a process of the container's that the command starts, taken out of its cgroups, still cannot write
deserter()
{
	local pid pids dir
	container escape --cap-add SYS_ADMIN
	in_container escape "$MOUNT"
	"${DOCKER[@]}" exec -d escape "$@" /bin/sh -c 'while [ ! -e /tmp/go ]; do /bin/sleep 0.1; done
		echo /payload > /tmp/c/release_agent; echo $? > /tmp/result; : the-one'
	wait_until 5 sh -c "docker -H unix://$LAB/docker.sock top escape -o pid,args | grep -q the-one"
	pids=$("${DOCKER[@]}" top escape -o pid,args | awk '/the-one/ { print $1 }')
	for pid in $pids; do
		for dir in /sys/fs/cgroup/*/; do
			echo "$pid" >"$dir/cgroup.procs"
		done
		run ! grep docker "/proc/$pid/cgroup"
	done
	in_container escape 'touch /tmp/go'
	wait_until 5 in_container escape 'grep -qv "^0$" /tmp/result'
	expect_alert 8 "$ESCAPE" '.watchcap.actions[0].result == "done" and .output_fields["container.name"] == "escape"'
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused,disguise:left-cgroup
@test "enforce: a process that left its cgroup is still the container's" {
	guard_start enforce
	deserter
}

# bats test_tags=technique:KU1,rule:release-agent-write,refused,disguise:left-namespaces
@test "enforce: so is one that left its cgroup, and its namespaces for some of its own" {
	guard_start enforce
	deserter /bin/busybox unshare -m -p -f
}

@test "enforce: a hierarchy that the container makes is guarded once it has shown" {
	guard_start enforce
	container escape --cap-add SYS_ADMIN --cgroupns host
	in_container escape 'mkdir /tmp/n; mount -t cgroup -o none,name=wcfresh x /tmp/n'
	sleep 2
	run in_container escape 'echo /payload > /tmp/n/release_agent'
	[ "$status" -ne 0 ]
	in_container escape 'umount /tmp/n'
}

# bats test_tags=technique:KU1,rule:release-agent-write,disguise:descriptor-before-sensor
@test "a descriptor from before the sensor cannot be refused, but the write is told, though the value is back at once" {
	mkdir -p "$LAB/post"
	mkfifo "$LAB/post/go"
	container escape --cap-add SYS_ADMIN -v "$LAB/post:/post"
	in_container escape "$MOUNT"
	"${DOCKER[@]}" exec -d escape /bin/sh -c 'exec 3>/tmp/c/release_agent; echo >/post/open; read -r x </post/go
		echo /payload >&3; echo "" >&3; echo >/post/done; sleep 5'
	wait_until 5 test -e "$LAB/post/open"
	guard_start enforce
	timeout 10 sh -c "echo >$LAB/post/go"
	wait_until 5 test -e "$LAB/post/done"
	rm -rf "$LAB/post"
	[ -z "$(cat "$LAB/hierarchy/release_agent")" ]
	expect_alert 8 "$ESCAPE" '.output_fields | (.["evt.type"] == "write" and .["container.name"] == "escape" and .["evt.origin"] == "fanotify")'
}
