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
	RULE
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	sensor_stop
	remove box
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
