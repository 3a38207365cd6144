#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Kernel knobs of procfs: written by a container through whatever it calls /proc, by the host, and by nobody that
# anybody saw. Every knob is put back as it was.

bats_require_minimum_version 1.5.0

UPCALL='Kernel Upcall Set From a Container'
DEFENCE='Kernel Defence Changed From a Container'
ON_HOST='Kernel Knob Changed on the Host'
CORE=/proc/sys/kernel/core_pattern
PANIC=/proc/sys/kernel/panic

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	CORE_WAS=$(cat $CORE) PANIC_WAS=$(cat $PANIC)
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	# first those who may still be about to write: what they leave behind the next file's sensor finds, and nobody to lay it to
	remove prey other
	mountpoint -q "$LAB/volume" && umount -l "$LAB/volume"
	echo "$CORE_WAS" >$CORE
	echo "$PANIC_WAS" >$PANIC
	sensor_stop
	hierarchy_remove
}

# its own /proc, made writable
prey()
{
	container prey --cap-add SYS_ADMIN
	in_container prey 'mount -o remount,rw /proc/sys'
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set
@test "a container writes core_pattern: told with its writer, live and in a replay" {
	sensor_start --record "$BATS_TEST_TMPDIR/session.log"
	prey
	in_container prey "echo '|/tmp/payload' >$CORE; exit 0"
	expect_alert 3 "$UPCALL" '.output_fields | (.["container.name"] == "prey" and .["evt.arg.new"] == "|/tmp/payload"
		and .["fd.realpath"] == "/proc/sys/kernel/core_pattern" and .["proc.name"] == "sh")'
	has_alert "$UPCALL" '.priority == "Critical"'
	[ "$(count_alerts "$UPCALL" '.output_fields["container.id"] == "<NA>"')" -eq 0 ]
	sensor_stop
	"$WATCHCAP" replay --rules "$ROOT/rules" --format json "$BATS_TEST_TMPDIR/session.log" >"$BATS_TEST_TMPDIR/replayed" || true
	diff <(jq -cS 'select(.rule == "'"$UPCALL"'") | .output_fields' "$BATS_TEST_TMPDIR/alerts.json") \
		<(jq -cS 'select(.rule == "'"$UPCALL"'") | .output_fields' "$BATS_TEST_TMPDIR/replayed")
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:bind-mount
@test "by another name: a bind mount of the file" {
	sensor_start
	prey
	in_container prey "touch /tmp/notes; mount -o bind $CORE /tmp/notes; echo core.bound >/tmp/notes"
	expect_alert 3 "$UPCALL" '.output_fields | (.["container.name"] == "prey" and .["evt.arg.new"] == "core.bound")'
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:own-procfs
@test "through a procfs that the container mounts for itself" {
	sensor_start
	container prey --cap-add SYS_ADMIN
	in_container prey 'mkdir /tmp/p; mount -t proc x /tmp/p; echo core.own >/tmp/p/sys/kernel/core_pattern'
	expect_alert 5 "$UPCALL" '.output_fields | (.["container.name"] == "prey" and .["evt.arg.new"] == "core.own")'
	# by now that procfs is watched itself: the writer is seen, not the one who mounted
	in_container prey 'sleep 4; echo 86400 >/tmp/p/sys/kernel/panic; exit 0'
	expect_alert 3 "$DEFENCE" '.output_fields | (.["container.name"] == "prey" and .["evt.type"] == "write" and .["evt.arg.new"] == "86400"
		and .["fd.realpath"] == "/proc/sys/kernel/panic" and .["proc.name"] == "sh")'
}

# bats test_tags=technique:KU16,rule:kernel-defence-changed,disguise:host-proc-value-put-back
@test "a host directory of /proc in a container: the write is seen at the knob, though the value is back at once" {
	sensor_start
	container prey -v /proc/sys/kernel:/k
	in_container prey "was=\$(cat /k/panic); echo 86400 >/k/panic; echo \$was >/k/panic"
	expect_alert 3 "$DEFENCE" '.output_fields | (.["container.name"] == "prey" and .["evt.type"] == "write"
		and .["fd.realpath"] == "/proc/sys/kernel/panic" and .["fd.kernel_knob"] == "panic")'
}

# bats test_tags=technique:KU16,rule:kernel-defence-changed,disguise:bind-mount-value-put-back
@test "its own /proc, the value back at once, by another name: the write is seen at the knob" {
	sensor_start --record "$BATS_TEST_TMPDIR/session.log"
	prey
	in_container prey "was=\$(cat $PANIC); touch /tmp/notes; mount -o bind $PANIC /tmp/notes
		echo 86400 >/tmp/notes; echo \$was >/tmp/notes; exit 0"
	expect_alert 3 "$DEFENCE" '.output_fields | (.["container.name"] == "prey" and .["evt.type"] == "write"
		and .["fd.realpath"] == "/proc/sys/kernel/panic" and .["fd.kernel_knob"] == "panic" and .["proc.name"] == "sh")'
	sensor_stop
	"$WATCHCAP" replay --rules "$ROOT/rules" --format json "$BATS_TEST_TMPDIR/session.log" >"$BATS_TEST_TMPDIR/replayed" || true
	diff <(jq -cS 'select(.rule == "'"$DEFENCE"'") | .output_fields' "$BATS_TEST_TMPDIR/alerts.json") \
		<(jq -cS 'select(.rule == "'"$DEFENCE"'") | .output_fields' "$BATS_TEST_TMPDIR/replayed")
}

# bats test_tags=technique:KU6,twin,rule:kernel-knob-host
@test "the host's root writes it: a notice, and no escape" {
	sensor_start
	container other
	echo core.host >$CORE
	expect_alert 5 "$ON_HOST" '.output_fields["evt.arg.new"] == "core.host" and .priority == "Notice"'
	[ "$(count_alerts "$UPCALL")" -eq 0 ]
}

# sensor_processes: the sensor, and all that it started: guard, helpers, whoever they started
sensor_processes()
{
	local pids=$SENSOR all=
	while [ -n "$pids" ]; do
		all="$all $pids"
		pids=$(pgrep -d ' ' -P "${pids// /,}" || true)
	done
	echo $all
}

# held NAMESPACE...: what any of the sensor's processes has of these, or of the containers' storage
held()
{
	local pid
	for pid in $(sensor_processes); do
		ls -l "/proc/$pid/ns" "/proc/$pid/fd" "/proc/$pid/cwd" "/proc/$pid/root" "/proc/$pid"/task/*/ns 2>/dev/null
		cat "/proc/$pid/mountinfo" 2>/dev/null
	done | grep -F -e "$LAB/docker/overlay2" -e "$LAB/volume" "${@/#/-e}"
}

# bats test_tags=technique:KU6,twin
@test "containers that come and go change no knob, and are not held by being watched" {
	sensor_start
	local i
	for i in 1 2 3 4 5; do
		"${DOCKER[@]}" run --rm --security-opt seccomp=unconfined busybox /bin/sh -c 'echo 1 >/proc/self/oom_score_adj; true'
	done
	mkdir -p "$LAB/volume"
	mount -t tmpfs wcvolume "$LAB/volume"
	container prey --cap-add SYS_ADMIN -v "$LAB/volume:/volume"
	local pid spaces
	pid=$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' prey)
	# its own, not those that it shares with this machine
	spaces=$(comm -13 <(readlink /proc/self/ns/* | sort -u) <(readlink "/proc/$pid"/ns/* | sort -u))
	[[ "$spaces" == *mnt:*pid:* ]]
	in_container prey 'echo x >/volume/file; mkdir /tmp/p; mount -t proc x /tmp/p; echo 1 >/tmp/p/self/oom_score_adj'
	# all of the sensor has been there meanwhile, if it goes there at all
	sleep 2
	[ "$(sensor_processes | wc -w)" -ge 2 ]
	remove prey
	# neither its storage nor its namespaces are held: nothing of the sensor's points there
	wait_until 5 sh -c "! grep -q overlay.*$LAB/docker /proc/self/mountinfo"
	wait_until 5 umount "$LAB/volume"
	run held $spaces
	[ "$status" -eq 1 ] || { echo "$output"; return 1; }
	[ "$(count_alerts "$UPCALL")" -eq 0 ]
	[ "$(count_alerts "$DEFENCE")" -eq 0 ]
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:between-two-sensors
@test "set while no sensor ran: the next one tells it, and its recording replays alike" {
	hierarchy_make
	sensor_start
	sensor_stop
	[ "$(count_alerts "$UPCALL")" -eq 0 ]
	echo core.meanwhile >$CORE
	echo /tmp/payload >"$LAB/hierarchy/release_agent"
	sensor_start --record "$BATS_TEST_TMPDIR/session.log"
	expect_alert 10 "$UPCALL" '.output_fields | (.["evt.arg.new"] == "core.meanwhile" and .["container.id"] == "<NA>")'
	expect_alert 10 "$ESCAPE" '.output_fields | (.["evt.type"] == "knob_change" and .["evt.arg.new"] == "/tmp/payload")'
	sensor_stop
	"$WATCHCAP" replay --rules "$ROOT/rules" --format json "$BATS_TEST_TMPDIR/session.log" >"$BATS_TEST_TMPDIR/replayed" || true
	jq -e -s 'map(.output_fields["evt.arg.new"]) | contains(["core.meanwhile", "/tmp/payload"])' "$BATS_TEST_TMPDIR/replayed"
	# and how things are from then on: the third has no news
	rm "$BATS_TEST_TMPDIR/alerts.json"
	sensor_start
	echo "$CORE_WAS" >$CORE
	expect_alert 10 "$ON_HOST" '.output_fields["evt.arg.old"] == "core.meanwhile"'
	[ "$(count_alerts "$UPCALL")" -eq 0 ]
	[ "$(count_alerts "$ESCAPE")" -eq 0 ]
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:procfs-before-sensor
@test "set before anybody watched its procfs, by a process that is gone: found all the same" {
	container prey --cap-add SYS_ADMIN
	in_container prey 'mkdir /tmp/p; mount -t proc x /tmp/p'
	sensor_start
	in_container prey 'echo core.late >/tmp/p/sys/kernel/core_pattern; exit 0'
	expect_alert 5 "$UPCALL" '.output_fields["evt.arg.new"] == "core.late"'
}

@test "a procfs below a file system that never answers holds up nobody else" {
	[ -c /dev/fuse ] || skip "no /dev/fuse here"
	mkdir "$BATS_TEST_TMPDIR/bin"
	cc -static -O1 -o "$BATS_TEST_TMPDIR/bin/coverer" "$BATS_TEST_DIRNAME/../tools/coverer.c"
	sensor_start
	container prey --cap-add SYS_ADMIN --device /dev/fuse -v "$BATS_TEST_TMPDIR/bin:/opt"
	container other --cap-add SYS_ADMIN
	in_container other 'mount -o remount,rw /proc/sys'
	"${DOCKER[@]}" exec -d prey /opt/coverer /opt/ready
	wait_until 20 test -e "$BATS_TEST_TMPDIR/bin/ready"
	in_container other "echo 86400 >$PANIC; exit 0"
	# hundredths of a second, also on a busy machine; without the pause a batch of writes took nearly twenty
	PATIENCE=1
	expect_alert 10 "$DEFENCE" '.output_fields["container.name"] == "other"'
}

# bats test_tags=technique:TM8,twin
@test "files that are gone when the events of their writes are read are no gap" {
	hierarchy_make >/dev/null
	sensor_start
	sleep 2
	local i
	for i in $(seq 300); do
		mkdir "$LAB/hierarchy/gone"
		echo 0 >"$LAB/hierarchy/gone/notify_on_release"
		rmdir "$LAB/hierarchy/gone"
	done
	settle
	[ "$(count_alerts 'Gap in the Writes to Kernel Knobs')" -eq 0 ]
}
