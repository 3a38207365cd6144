#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What a container's process holds that its container was not given: the host's namespaces, capabilities.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	T=$BATS_TEST_TMPDIR
	RUNC_ID=wctrespass-$$
	mkdir -p "$T/rules"
	cat >"$T/rules/70-trespass.ini" <<-'RULE'
		[rule t-setns]
		title = Namespace Call
		desc = A test.
		condition = evt.type = setns and container and proc.is_runtime_init = false
		output = setns %thread.old.ns.uts_is_host %thread.new.ns.uts_is_host %container.id
		priority = Notice
		[rule t-exec]
		title = Marked Program
		desc = A test.
		condition = evt.type in (execve, execveat) and proc.cmdline contains marker-
		output = exec %proc.cmdline %proc.ns.mnt_is_host %proc.ns.pid_is_host %proc.ns.beyond_container %container.id
		priority = Notice
		[rule t-thread]
		title = One Thread Gained
		desc = A test.
		condition = evt.type in (ns_gain, cap_gain) and thread.ismain = false
		output = thread %thread.tid %proc.pid %proc.ns.beyond_container %proc.exepath %container.id
		priority = Notice
		[rule t-linger]
		title = Thread Lingers
		desc = A test.
		condition = evt.type = unshare and proc.name = threader
		output = lingers %user.uid %thread.cap_effective %thread.cap_source %proc.args %container.id
		priority = Notice
	RULE
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove box more
	runc --root "$LAB/runc" delete -f "$RUNC_ID" >/dev/null 2>&1 || true
}

IN_HOST='Container Process in Namespaces of the Host'
IN_HOST_DECLARED='Container Given the Host Enters Its Namespaces'
BEYOND='Capabilities Beyond the Container'

# all that happened before was seen when this is told
barrier()
{
	/bin/echo marker-barrier >/dev/null
	expect_alert 10 'Marked Program' '.output_fields["proc.cmdline"] == "echo marker-barrier"'
}

# the recording gives the same alerts
replays_alike()
{
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$T/rules" --format json "$T/session.log" >"$T/replayed.json" || true
	local same='select(.source == "syscall") | {rule, output_fields}'
	diff <(jq -cS "$same" "$T/alerts.json" | sort -u) <(jq -cS "$same" "$T/replayed.json" | sort -u)
}

# bats test_tags=technique:NS1,rule:container-in-host-namespace
@test "namespaces: a container that enters those of the host is told, once, with what it entered" {
	need_docker
	sensor_start --rules "$T/rules" --record "$T/session.log"
	container box --pid host --cap-add SYS_ADMIN --cap-add SYS_PTRACE --security-opt apparmor=unconfined
	local id
	id=$(container_id box)
	id=${id:0:12}
	# ordinary work, also of a host's administrator, is nothing
	in_container box '/bin/true marker-inside; /bin/busybox nsenter --help >/dev/null 2>&1 || true; sleep 5'
	expect_alert 10 'Marked Program' ".output_fields | (.[\"container.id\"] == \"$id\" and .[\"proc.ns.pid_is_host\"] == true and .[\"proc.ns.beyond_container\"] == \"\")"
	[ "$(count_alerts "$IN_HOST_DECLARED")" -eq 0 ]
	# whoever is gone at once cannot be asked; pid 1 may have more rights than we, another process will do
	in_container box "/bin/busybox nsenter -t $SENSOR -i -u /bin/sh -c ': marker-entered; sleep 5'"
	expect_alert 10 "$IN_HOST_DECLARED" ".output_fields | (.[\"container.id\"] == \"$id\" and (.[\"proc.ns.beyond_container\"] | test(\"ipc|uts\")))"
	sensor_stop
	replays_alike
}

# bats test_tags=technique:NS1,twin
@test "namespaces: containers that were given the host's, and their execs, are not told" {
	need_docker
	sensor_start --rules "$T/rules"
	container box --pid host --network host --ipc host --uts host
	in_container box '/bin/true marker-one'
	"${DOCKER[@]}" exec box /bin/true marker-two
	remove box
	container box
	in_container box '/bin/true marker-three'
	"${DOCKER[@]}" exec box /bin/sh -c '/bin/true marker-four'
	barrier
	[ "$(count_alerts "$IN_HOST")" -eq 0 ]
	[ "$(count_alerts "$IN_HOST_DECLARED")" -eq 0 ]
	[ "$(count_alerts "$BEYOND")" -eq 0 ]
}

# bats test_tags=technique:NS1,rule:container-in-host-namespace
@test "namespaces: who had left for the host's before the sensor came is told by what its container was given" {
	need_docker
	mkdir "$T/ns"
	touch "$T/ns/uts"
	mount --bind /proc/self/ns/uts "$T/ns/uts"
	"${DOCKER[@]}" run -d --name box --security-opt seccomp=unconfined --cap-add SYS_ADMIN -v "$T/ns:/ns" busybox \
		/bin/busybox nsenter --uts=/ns/uts /bin/sleep 300 >/dev/null
	# benign: one was given the host's by name, one by a path that does not say so
	container more --pid host --network host --ipc host --uts host
	bundle_make "$T/bundle" CAP_KILL /bin/sleep 300
	jq --arg path "$T/ns/uts" '.linux.namespaces |= map(if .type == "uts" then .path = $path else . end) | del(.hostname)' \
		"$T/bundle/config.json" >"$T/joined"
	cp "$T/joined" "$T/bundle/config.json"
	runc --root "$LAB/runc" run -d --bundle "$T/bundle" "$RUNC_ID" >"$T/runc.out" 2>&1 </dev/null 3>&-
	sensor_start --rules "$T/rules" --record "$T/session.log"
	expect_alert 20 "$IN_HOST" '.output_fields | .["container.name"] == "box" and .["proc.ns.beyond_container"] == "uts"'
	settle
	barrier
	[ "$(count_alerts "$IN_HOST")" -eq 1 ]
	[ "$(count_alerts "$IN_HOST_DECLARED")" -eq 0 ]
	sensor_stop
	umount "$T/ns/uts"
	replays_alike
}

# bats test_tags=technique:KV1,technique:KV2,rule:capabilities-beyond-container
@test "capabilities: a program with more than its container was given is told; what runc exec gave is not" {
	bundle_make "$T/bundle" CAP_KILL,CAP_SYS_CHROOT /bin/sh -c 'while :; do /bin/true marker-more; sleep 0.5; done'
	sensor_start --rules "$T/rules" --record "$T/session.log"
	runc --root "$LAB/runc" create --bundle "$T/bundle" "$RUNC_ID" >"$T/runc.out" 2>&1 </dev/null 3>&-
	# the file says less by the time that the program starts: it has more than anybody could have given it
	jq '.process.capabilities |= with_entries(.value = ["CAP_KILL"])' "$T/bundle/config.json" >"$T/less"
	cp "$T/less" "$T/bundle/config.json"
	runc --root "$LAB/runc" start "$RUNC_ID"
	expect_alert 10 "$BEYOND" ".output_fields | (.[\"evt.arg.capabilities\"] == \"CAP_SYS_CHROOT\")"
	expect_alert 10 'Marked Program'
	timeout 30 runc --root "$LAB/runc" exec --cap CAP_SYS_ADMIN "$RUNC_ID" /bin/sh -c '/bin/true marker-given'
	barrier
	[ "$(count_alerts "$BEYOND" '(.output_fields["evt.arg.capabilities"] | test("SYS_ADMIN"))')" -eq 0 ]
	sensor_stop
	replays_alike
}

# the first thread stays where it is: only who looks at the other finds it
# bats test_tags=technique:NS1,technique:NS14,rule:container-in-host-namespace,disguise:one-thread
@test "threads: one that alone enters a namespace of the host's is told, and shown by ps" {
	need_docker
	mkdir "$T/ns"
	touch "$T/ns/uts"
	mount --bind /proc/self/ns/uts "$T/ns/uts"
	sensor_start --rules "$T/rules" --record "$T/session.log"
	container box --cap-add SYS_ADMIN -v "$T/ns:/ns"
	"${DOCKER[@]}" exec -d box /bin/threader setns /ns/uts
	expect_alert 10 "$IN_HOST" '.output_fields["proc.ns.beyond_container"] == "uts"'
	has_alert 'One Thread Gained' '.output_fields | (.["proc.exepath"] == "/bin/threader" and .["thread.tid"] > .["proc.pid"])'
	"$WATCHCAP" ps --format json -o daemon.run_dir="$T/none" >"$T/ps.json"
	jq -e --argjson tid "$(alerts 'select(.rule == "One Thread Gained") | .output_fields["thread.tid"]' | head -n 1)" \
		'[.containers[] | select(.name == "box") | .processes[] | select(.differing_thread == $tid and .shares_with_host.uts)] | length == 1' "$T/ps.json"
	"$WATCHCAP" ps -o daemon.run_dir="$T/none" >"$T/ps"
	grep -q ' thread .*threader' "$T/ps"
	sensor_stop
	[ "$(count_alerts "$IN_HOST")" -eq 1 ]
	umount "$T/ns/uts"
	replays_alike
}

# The file says less by the time that the program starts, as above; and the sensor sees nothing before the first thread has given
# up what it had: in the process's own sets there is nothing then.
# bats test_tags=technique:KV1,technique:KV2,rule:capabilities-beyond-container,disguise:one-thread
@test "threads: one that alone holds a capability beyond its container's is told" {
	bundle_make "$T/bundle" CAP_KILL,CAP_SYS_CHROOT /bin/threader keep
	sensor_start --rules "$T/rules" --record "$T/session.log"
	runc --root "$LAB/runc" create --bundle "$T/bundle" "$RUNC_ID" >"$T/runc.out" 2>&1 </dev/null 3>&-
	jq '.process.capabilities |= with_entries(.value = ["CAP_KILL"])' "$T/bundle/config.json" >"$T/less"
	cp "$T/less" "$T/bundle/config.json"
	settle
	kill -STOP "$SENSOR"
	runc --root "$LAB/runc" start "$RUNC_ID"
	wait_until 5 grep -qx '[0-9]*' "$T/runc.out" || { kill -CONT "$SENSOR"; cat "$T/runc.out"; return 1; }
	kill -CONT "$SENSOR"
	expect_alert 10 "$BEYOND" '.output_fields["evt.arg.capabilities"] == "CAP_SYS_CHROOT"'
	expect_alert 10 'One Thread Gained' '.output_fields | (.["proc.exepath"] == "/bin/threader" and .["thread.tid"] > .["proc.pid"])'
	sensor_stop
	[ "$(count_alerts "$BEYOND")" -eq 1 ]
	replays_alike
}

# what the others hold counts, or whoever wants to be taken for nobody lets one thread give everything up
@test "threads: what one gives up the process has not lost" {
	need_docker
	sensor_start --rules "$T/rules" --record "$T/session.log" -o aggregate.window=1
	container box --cap-add SYS_ADMIN
	container more --cap-add SYS_ADMIN
	"${DOCKER[@]}" exec -d box /bin/threader drop
	"${DOCKER[@]}" exec -d more /bin/threader become 1000
	local held='(.["thread.cap_effective"] | contains("CAP_SYS_ADMIN")) and .["thread.cap_source"] == "threads"'
	expect_alert 10 'Thread Lingers' ".output_fields | $held and .[\"proc.args\"] == \"drop\""
	expect_alert 10 'Thread Lingers' ".output_fields | $held and .[\"user.uid\"] == 1000"
	sleep 2
	# of none of them nothing is known, nor less than the process has
	[ "$(count_alerts 'Thread Lingers' '.output_fields["thread.cap_effective"] | (. == null or . == "<NA>" or (contains("CAP_SYS_ADMIN") | not))')" -eq 0 ]
	sensor_stop
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$T/rules" -o aggregate.window=1 --format json "$T/session.log" \
		>"$T/replayed.json" || true
	local same='select(.rule == "Thread Lingers") | .output_fields | [.["proc.args"], .["user.uid"], .["thread.cap_source"]] | @tsv'
	diff <(jq -r "$same" "$T/alerts.json" | grep threads | sort -u) <(jq -r "$same" "$T/replayed.json" | grep threads | sort -u)
}

# bats test_tags=technique:NS1,twin
@test "threads: one process of many that are alike is told nothing of" {
	need_docker
	sensor_start --rules "$T/rules"
	container box --cap-add SYS_ADMIN
	in_container box 'readlink /proc/self/ns/uts >/dev/null; timeout 3 /bin/threader setns /proc/self/ns/uts || true'
	barrier
	[ "$(count_alerts "$IN_HOST")" -eq 0 ]
	[ "$(count_alerts 'One Thread Gained')" -eq 0 ]
	[ "$(count_alerts 'Thread Lingers' '.output_fields["thread.cap_source"] == "threads"')" -eq 0 ]
}
