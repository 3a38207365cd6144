#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What a container was configured to be, at its first program. Plain runc containers of little privilege, whose configuration on
# disk says more by the time that they start: what it says is what is judged, and nothing of it is made.

setup_file()
{
	load scenario
	scenarios_begin
}

teardown_file()
{
	load scenario
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
	T=$BATS_TEST_TMPDIR
	NAME=wcposture-$BATS_TEST_NUMBER-$$
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	runc --root "$LAB/runc" delete -f "$NAME" >/dev/null 2>&1 || true
}

# started_as JQ-FILTER: a container whose config.json went through the filter before it started
started_as()
{
	configured "$LAB/runc" "$T/bundle" "$NAME" "$1"
}

told_of() # told_of TITLE
{
	expect_alert 6 "$1" ".output_fields[\"container.name\"] == \"$NAME\""
}

# bats test_tags=technique:OR12,technique:RT15,rule:privileged-container-start
@test "OR12: a privileged container" {
	started_as ".process.capabilities |= with_entries(.value = $(all_capabilities)) | .linux.maskedPaths = [] | .linux.resources.devices = [{allow: true}]"
	told_of 'Launch Privileged Container'
	[ "$(count_alerts 'Launch Unconfined Container')" -eq 0 ]
}

# bats test_tags=technique:OR12,rule:unconfined-container-start
@test "OR12: a container without masks" {
	started_as '.linux.maskedPaths = []'
	told_of 'Launch Unconfined Container'
}

# bats test_tags=technique:NS7,rule:host-namespace-container-start
@test "NS7: a container that has the host's shared memory is told when it starts; what it writes there is not" {
	started_as '.linux.namespaces |= map(select(.type != "ipc"))'
	expect_alert 6 'Launch Container in Host Namespaces' ".output_fields | (.[\"container.name\"] == \"$NAME\" and .[\"container.host_ipc\"])"
}

# bats test_tags=technique:NS7,disguise:bind-mount
@test "NS7: a container that has the host's directory of it in the place of its own" {
	started_as '.mounts |= map(if .destination == "/dev/shm" then {destination, type: "bind", source, options: ["bind"]} | .source = "/dev/shm" else . end)'
	told_of 'Launch Sensitive Mount Container'
}

# bats test_tags=technique:OR12,rule:host-namespace-container-start
@test "OR12: a container in the host's namespaces" {
	started_as '.linux.namespaces |= map(select(.type != "network"))'
	told_of 'Launch Container in Host Namespaces'
}

# bats test_tags=technique:OR12,rule:cgroup-root-container-start
@test "OR12: a container that can mount the root of a cgroup hierarchy" {
	started_as '.process.capabilities.bounding += ["CAP_SYS_ADMIN"] | .linux.namespaces |= map(select(.type != "cgroup"))'
	told_of 'Launch Container That Can Reach the Cgroup Root'
}

# bats test_tags=technique:OR12,rule:sensitive-mount-container-start
@test "OR12: a container with directories of the host" {
	started_as '.mounts += [{destination: "/host", type: "bind", source: "/etc", options: ["bind"]}]'
	told_of 'Launch Sensitive Mount Container'
}

# bats test_tags=technique:OR1,technique:OR2,technique:OR14,rule:runtime-socket-container-start
@test "OR1, OR2, OR14: a container with sockets of the host" {
	local path
	for path in /var/run/docker.sock /run/containerd/containerd.sock /run/dbus/system_bus_socket; do
		NAME=$NAME-${path##*/}
		started_as ".mounts += [{destination: \"/s\", type: \"bind\", source: \"$path\", options: [\"bind\"]}]"
		told_of 'Launch Container With a Socket of the Host'
		runc --root "$LAB/runc" delete -f "$NAME"
	done
}

# bats test_tags=technique:RT2,technique:NS10,rule:runtime-descriptor-container-start
@test "RT2: a working directory below the runtime's descriptors" {
	started_as '.process.cwd = "/proc/self/fd/7/"'
	told_of 'Container Starts in a Descriptor of Its Runtime'
}

# bats test_tags=technique:RT2,technique:NS10,disguise:other-name
@test "RT2: below the descriptors of the first process, by a way round" {
	started_as '.process.cwd = "//tmp/.././proc/1/fd/7"'
	told_of 'Container Starts in a Descriptor of Its Runtime'
}

CLIMBS='Launch Container With a Mount That Climbs'

# climbing DESTINATION: what an engine copied out of the host for it is a directory of the test's
climbing()
{
	mkdir -p "$T/volume"
	started_as ".mounts += [{destination: \"$1\", type: \"bind\", source: \"$T/volume\", options: [\"rbind\", \"rw\"]}]"
}

# bats test_tags=technique:RT13,rule:climbing-mount-container-start
@test "RT13: a volume of an image leads above the root" {
	climbing /../../../../var/lib/kubelet/pki
	told_of "$CLIMBS"
}

# bats test_tags=technique:RT13,disguise:way-round
@test "RT13: by a way round" {
	climbing /data/.//../../etc
	told_of "$CLIMBS"
}

# bats test_tags=technique:RT11,disguise:other-variable,disguise:other-hook
@test "RT11: another hook, and another variable" {
	started_as '.process.env += ["LD_AUDIT=/x.so"] | .hooks = {prestart: [{path: "/bin/true"}]}'
	told_of 'Container Brings Loader Variables for Runtime Hooks'
}

# bats test_tags=technique:RT15,disguise:some-masks
@test "RT15: a container with all capabilities and devices that keeps its masks" {
	started_as ".process.capabilities |= with_entries(.value = $(all_capabilities)) | .linux.resources.devices = [{allow: true}]"
	told_of 'Launch Unconfined Container'
}

# bats test_tags=technique:RT11,rule:hook-environment-container-start
@test "RT11: a hook, and loader variables from the image" {
	started_as '.process.env += ["LD_PRELOAD=/x.so"] | .hooks = {createContainer: [{path: "/bin/true"}]}'
	told_of 'Container Brings Loader Variables for Runtime Hooks'
}

ENGINE='Container Engine Runs a Program From Elsewhere'

# hooked JQ-OBJECT: a container with these hooks, which are there when it is made
hooked()
{
	bundle_make "$T/bundle" CAP_KILL /bin/true
	jq ".hooks = $1" "$T/bundle/config.json" >"$T/bundle/config.new"
	mv "$T/bundle/config.new" "$T/bundle/config.json"
	runc --root "$LAB/runc" run --bundle "$T/bundle" "$NAME" </dev/null 3>&-
}

# bats test_tags=technique:RT16,rule:engine-runs-foreign-program
@test "RT16: a runtime is led to a hook that lies where nothing is installed" {
	cp /bin/busybox "$T/helper"
	hooked "{createRuntime: [{path: \"$T/helper\", args: [\"true\"]}]}"
	expect_alert 6 "$ENGINE" ".output_fields | (.[\"proc.exepath\"] == \"$T/helper\" and .[\"container.id\"] == \"host\"
		and (.[\"proc.pexepath\"] | endswith(\"/runc\")))"
}

# bats test_tags=technique:RT16,disguise:script,disguise:other-hook
@test "RT16: the hook is a script, by a path that begins where programs are" {
	printf '#!/bin/sh\ntrue\n' >"$T/helper"
	chmod 755 "$T/helper"
	hooked "{poststop: [{path: \"/usr/bin/../..$T/helper\"}]}"
	expect_alert 6 "$ENGINE" ".output_fields[\"evt.arg.filename\"] == \"/usr/bin/../..$T/helper\""
}

# bats test_tags=technique:RT16,twin
@test "RT16 twin: a hook that is installed, and what engines run every day" {
	hooked '{createRuntime: [{path: "/usr/bin/true"}], poststop: [{path: "/bin/sh", args: ["sh", "-c", "true"]}]}'
	"${DOCKER[@]}" run --rm busybox /bin/true
	barrier
	[ "$(count_alerts "$ENGINE")" -eq 0 ]
}

# bats test_tags=technique:OR12,technique:OR1,technique:OR2,technique:NS7,technique:NS10,technique:RT2,technique:RT11,technique:RT13,technique:RT15,twin
@test "OR12 twin: a container with docker's defaults, and one with shared memory, a volume, a working directory and variables" {
	"${DOCKER[@]}" run --rm busybox /bin/true
	"${DOCKER[@]}" run --rm --ipc shareable --shm-size 1m -v "$T:/data/..2026/x" -e LD_LIBRARY_PATH=/opt/lib -w /tmp --cap-drop ALL busybox /bin/true
	barrier
	[ "$(alerts 'select(.rule | test("^Launch|^Container [SB]")) | .output')" = "" ]
}
