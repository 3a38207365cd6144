# SPDX-License-Identifier: Apache-2.0
#
# Who is in which container, and what that container was asked to be: real engines and runtimes.

load lib

# top-level cgroups of every hierarchy
cgroups()
{
	find /sys/fs/cgroup -mindepth 2 -maxdepth 2 -type d | sort
}

# runtimes leave the parents of their cgroups behind: those that were not there go
cgroups_restore()
{
	local dir
	for dir in $(comm -13 "$BATS_TEST_TMPDIR/cgroups" <(cgroups)); do
		find "$dir" -depth -type d -exec rmdir {} + 2>/dev/null || true
	done
}

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_free_audit
	cgroups >"$BATS_TEST_TMPDIR/cgroups"
	SENSOR=
	RULES=$BATS_TEST_TMPDIR/rules
	mkdir -p "$RULES"
	cat >"$RULES/70-containers.ini" <<-'INI'
		[rule seen-start]
		title = Seen Start
		desc = every first program of a container
		condition = evt.type = container
		output = start %proc.exepath %container.id %container.full_id %container.id_source %container.name
		    %container.type %container.image %container.image.id %container.label[tier] %container.labels
		    %container.flags %container.host_pid %container.host_network %container.host_ipc
		    %container.privileged %container.mounts %container.mount.source[/shown] %user.name %user.uid
		    %container.declares[CAP_SYS_ADMIN] %container.declares[io_uring] %container.cap_bounding
		priority = Notice
		[rule seen-exec]
		title = Seen Exec
		desc = every program with a mark of the test
		condition = evt.type in (execve, execveat) and proc.cmdline contains marker-
		output = exec %proc.cmdline %proc.exepath %container.id %container.name %container.id_source
		    %user.name %group.name %proc.is_runtime_init
		priority = Notice
	INI
}

teardown()
{
	sensor_stop
	remove meta inside mover
	networks_restore
	rmdir /tmp/unified?????? 2>/dev/null || true
	[ ! -e "$BATS_TEST_TMPDIR/cgroups" ] || cgroups_restore
}

@test "docker: name, labels, mounts, shared namespaces and user are known at the first exec" {
	need_docker
	mkdir -p "$BATS_TEST_TMPDIR/shown"
	sensor_start --rules "$RULES"
	container meta --label tier=front --pid host --ipc host --user 0 -v "$BATS_TEST_TMPDIR/shown:/shown:ro"
	local id
	id=$(container_id meta)
	expect_alert 5 "Seen Start" '.output_fields["container.name"] == "meta"'
	has_alert "Seen Start" ".output_fields[\"container.full_id\"] == \"$id\""
	has_alert "Seen Start" '.output_fields | (.["container.type"] == "docker" and .["container.image"] == "busybox"
		and .["container.label[tier]"] == "front" and .["container.host_pid"] == true
		and .["container.host_ipc"] == true and .["container.privileged"] == false
		and .["container.declares[CAP_SYS_ADMIN]"] == false and .["container.declares[io_uring]"] == true
		and (.["container.flags"] | index("no_seccomp")) != null and (.["container.flags"] | index("host_ns")) != null
		and .["user.name"] == "root")'
	has_alert "Seen Start" ".output_fields[\"container.mount.source[/shown]\"] == \"$BATS_TEST_TMPDIR/shown\""
}

@test "docker: a user has the name that the container's own passwd gives" {
	need_docker
	sensor_start --rules "$RULES"
	container inside
	in_container inside 'echo "insider:x:4242:4242::/:/bin/sh" >>/etc/passwd; echo "insiders:x:4242:" >>/etc/group'
	"${DOCKER[@]}" exec --user 4242:4242 inside /bin/sh -c 'true marker-name; /bin/true marker-named'
	"${DOCKER[@]}" exec --user 1 inside /bin/ls marker-nobody || true
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-named"
		and .["user.name"] == "insider" and .["group.name"] == "insiders")'
	# daemon on the host, nobody that the container knows
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == ("ls marker-nobody") and .["user.name"] == "<NA>")'
}

@test "runc: a bundle named by its arguments tells everything, whatever the cgroup is called" {
	sensor_start --rules "$RULES"
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_SYS_ADMIN /bin/sh -c '/bin/true marker-runc; sleep 1'
	jq '.linux.cgroupsPath = "/odd/place" | .annotations = {"nerdctl/name": "friendly"}' \
		"$BATS_TEST_TMPDIR/bundle/config.json" >"$BATS_TEST_TMPDIR/bundle/new"
	mv "$BATS_TEST_TMPDIR/bundle/new" "$BATS_TEST_TMPDIR/bundle/config.json"
	timeout 30 runc --root "$LAB/runc" run --bundle "$BATS_TEST_TMPDIR/bundle" "wcmeta-$$"
	expect_alert 5 "Seen Start" '.output_fields | (.["container.full_id"] == "wcmeta-'$$'" and .["container.name"] == "friendly"
		and .["container.declares[CAP_SYS_ADMIN]"] == true and (.["container.flags"] | index("dangerous_caps")) != null)'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-runc" and .["container.name"] == "friendly")'
}

# the cgroup to leave for is one of the test's own, in a hierarchy where the engine made one too
@test "docker: a process that leaves its cgroup is told and stays the container's" {
	need_docker
	local dir=/sys/fs/cgroup/blkio
	mountpoint -q $dir || skip "no cgroup v1 hierarchy for blkio here"
	mkdir -p $dir/wclab-evil
	cat >>"$RULES/70-containers.ini" <<-'INI'
		[rule seen-desertion]
		title = Seen Desertion
		desc = a process left
		condition = evt.type = desertion
		output = left %evt.arg.path %container.name %container.id %proc.pid %proc.exepath
		priority = Critical
	INI
	sensor_start --rules "$RULES" --record "$BATS_TEST_TMPDIR/session.log"
	container mover --cgroupns host -v $dir:/h
	in_container mover 'sh -c "echo \$\$ >/h/wclab-evil/cgroup.procs; /bin/true marker-deserter; sleep 1; true" & sleep 2'
	expect_alert 5 "Seen Desertion" '.output_fields | (.["evt.arg.path"] == "/wclab-evil" and .["container.name"] == "mover")'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-deserter" and .["container.name"] == "mover")'
	[ "$(count_alerts "Seen Desertion")" -eq 1 ]
	settle
	sensor_stop
	"$WATCHCAP" replay --rules "$RULES" --format json "$T/session.log" >"$T/replayed.json" || true
	diff <(jq -cS 'select(.rule == "Seen Desertion") | .output_fields' "$T/alerts.json") \
		<(jq -cS 'select(.rule == "Seen Desertion") | .output_fields' "$T/replayed.json")
}

# an OCI bundle that crun takes here: without limits, which need CAP_SYS_RESOURCE
crun_bundle()
{
	bundle_make "$1" CAP_NET_RAW /bin/sh -c '/bin/true marker-crun; sleep 1'
	jq 'del(.process.rlimits)' "$1/config.json" >"$1/new"
	mv "$1/new" "$1/config.json"
}

# what it takes of a host to run crun: not a hybrid of both cgroup versions, so v2 is hidden from it
crun_here()
{
	timeout 30 unshare -m sh -c 'umount /sys/fs/cgroup/unified 2>/dev/null; exec crun "$@"' _ --root "$LAB/crun" "$@"
}

@test "crun: the first program of its container is told, and what it was asked to be" {
	command -v crun >/dev/null || skip "crun is not installed"
	crun_bundle "$BATS_TEST_TMPDIR/bundle"
	crun_here run --bundle "$BATS_TEST_TMPDIR/bundle" "wccrun0-$$" >"$BATS_TEST_TMPDIR/crun.out" 2>&1 ||
		skip "crun does not run here: $(tail -n 1 "$BATS_TEST_TMPDIR/crun.out")"
	sensor_start --rules "$RULES"
	crun_here run --bundle "$BATS_TEST_TMPDIR/bundle" "wccrun-$$"
	expect_alert 5 "Seen Start" '.output_fields | (.["container.full_id"] == "wccrun-'$$'" and .["container.type"] == "crun"
		and .["container.cap_bounding"] == "CAP_NET_RAW")'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-crun"
		and .["container.full_id"] != "host" and .["proc.is_runtime_init"] == false)'
	[ "$(count_alerts "Seen Start")" -eq 1 ]
}

# a root with enough in it for nspawn and lxc
machine_root()
{
	mkdir -p "$1"
	cp -a "$LAB/rootfs/." "$1"
	mkdir -p "$1/usr/lib" "$1/usr/bin" "$1/run" "$1/var"
	touch "$1/etc/os-release" "$1/usr/lib/os-release"
}

@test "systemd-nspawn: the machine is the container, though its cgroup does not say so" {
	command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is not installed"
	machine_root "$BATS_TEST_TMPDIR/root"
	# it leaves the mount by which it looks at a hybrid of both cgroup versions, and the directory for that
	local nspawn=(unshare -m timeout 30 systemd-nspawn --register=no --keep-unit --quiet -D "$BATS_TEST_TMPDIR/root")
	"${nspawn[@]}" -M "wcprobe$$" /bin/true </dev/null >"$BATS_TEST_TMPDIR/nspawn.out" 2>&1 ||
		skip "systemd-nspawn does not run here: $(tail -n 1 "$BATS_TEST_TMPDIR/nspawn.out")"
	sensor_start --rules "$RULES"
	"${nspawn[@]}" -M "wcbox$$" /bin/sh -c '/bin/true marker-nspawn; sleep 1' </dev/null
	expect_alert 5 "Seen Start" '.output_fields | (.["container.full_id"] == "wcbox'$$'" and .["container.type"] == "nspawn")'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-nspawn" and (.["container.id"] | startswith("wcbox")))'
	[ "$(count_alerts "Seen Start")" -eq 1 ]
}

@test "lxc: the container is the one that lxc was asked for" {
	command -v lxc-execute >/dev/null || skip "lxc is not installed"
	machine_root "$BATS_TEST_TMPDIR/root"
	printf '%s\n' "lxc.rootfs.path = dir:$BATS_TEST_TMPDIR/root" "lxc.net.0.type = none" >"$BATS_TEST_TMPDIR/lxc.conf"
	local lxc=(timeout 30 lxc-execute -P "$BATS_TEST_TMPDIR" -f "$BATS_TEST_TMPDIR/lxc.conf")
	"${lxc[@]}" -n "wcprobe$$" -- /bin/true </dev/null >"$BATS_TEST_TMPDIR/lxc.out" 2>&1 ||
		skip "lxc does not run here: $(tail -n 1 "$BATS_TEST_TMPDIR/lxc.out")"
	sensor_start --rules "$RULES"
	"${lxc[@]}" -n "wclxc$$" -- /bin/sh -c '/bin/true marker-lxc; sleep 1' </dev/null
	expect_alert 5 "Seen Start" '.output_fields | (.["container.full_id"] == "wclxc'$$'" and .["container.type"] == "lxc")'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-lxc" and (.["container.id"] | startswith("wclxc")))'
}

@test "bubblewrap: a user's own sandbox is the host's" {
	command -v bwrap >/dev/null || skip "bubblewrap is not installed"
	bwrap --ro-bind / / /bin/true >"$BATS_TEST_TMPDIR/bwrap.out" 2>&1 ||
		skip "bubblewrap does not run here: $(tail -n 1 "$BATS_TEST_TMPDIR/bwrap.out")"
	sensor_start --rules "$RULES"
	bwrap --ro-bind / / --unshare-all /bin/true marker-bwrap
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-bwrap" and .["container.id"] == "host")'
	[ "$(count_alerts "Seen Start")" -eq 0 ]
}

@test "containerd: ctr run --rootfs" {
	need_docker
	CTR=(timeout 30 ctr --address "$LAB/exec/containerd/containerd.sock")
	"${CTR[@]}" version >"$BATS_TEST_TMPDIR/ctr.out" 2>&1 ||
		skip "ctr does not reach docker's containerd: $(tail -n 1 "$BATS_TEST_TMPDIR/ctr.out")"
	sensor_start --rules "$RULES"
	"${CTR[@]}" run --rm --rootfs --label tier=back --privileged=false "$LAB/rootfs" "wcctr$$" \
		/bin/sh -c '/bin/true marker-ctr; sleep 1'
	expect_alert 5 "Seen Start" '.output_fields | (.["container.full_id"] == "wcctr'$$'" and .["container.type"] == "containerd")'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-ctr" and (.["container.id"] | startswith("wcctr")))'
}

# the same cgroup that a runtime within the container would make
@test "docker: a container within a container is told beside the outer one" {
	need_docker
	local dir=/sys/fs/cgroup/blkio id inner=ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
	mountpoint -q $dir || skip "no cgroup v1 hierarchy for blkio here"
	cat >>"$RULES/70-containers.ini" <<-'INI'
		[rule seen-inner-exec]
		title = Seen Inner Exec
		desc = a program of a container within one
		condition = evt.type in (execve, execveat) and container.inner_id exists
		output = inner %container.inner_id %container.id %proc.cmdline
		priority = Notice
	INI
	sensor_start --rules "$RULES"
	container meta --cgroupns host -v $dir:/h
	id=$(container_id meta)
	in_container meta "mkdir -p /h/docker/$id/docker/$inner; sh -c 'echo \$\$ >/h/docker/$id/docker/$inner/cgroup.procs; /bin/sleep 1; true'"
	expect_alert 5 "Seen Inner Exec" ".output_fields | (.[\"container.inner_id\"] == \"$inner\" and .[\"container.id\"] == \"${id:0:12}\")"
	in_container meta "rmdir /h/docker/$id/docker/$inner /h/docker/$id/docker"
}

INNER=$(printf 'e%.0s' {1..64})
OUTSIDE='Container Starts a Container Outside Its Cgroups'

# nested CGROUPS-PATH: the host's own runc in a container "meta" of docker's, which all is laid to
nested()
{
	need_docker
	cat >>"$RULES/70-containers.ini" <<-'INI'
		[rule seen-inner-exec]
		title = Seen Inner Exec
		desc = a program of a container within one
		condition = evt.type in (execve, execveat) and container.inner_id exists and proc.args contains marker-
		output = inner %container.inner_id %container.id %container.name %proc.cmdline %proc.is_runtime_init
		priority = Notice
	INI
	sensor_start --rules "$RULES" --record "$BATS_TEST_TMPDIR/session.log"
	nest_make meta
	ID=$(container_id meta)
	run nest_run meta "$INNER" "$(eval echo "$1")"
	echo "$output"
	[ "$status" -eq 0 ]
	expect_alert 5 "Seen Inner Exec" ".output_fields | (.[\"container.inner_id\"] == \"${2:-$INNER}\" and .[\"container.id\"] == \"${ID:0:12}\"
		and .[\"container.name\"] == \"meta\" and .[\"proc.cmdline\"] == \"true marker-nested\")"
	# one container, which went by its will
	[ "$(count_alerts "Seen Start" '.output_fields["container.name"] == "meta"')" -eq 1 ]
	[ "$(count_alerts "Seen Start" ".output_fields[\"container.full_id\"] == \"$INNER\"")" -eq 0 ]
	[ "$(count_alerts "Container Given the Host's Cgroups Left Its Own")" -eq 0 ]
	# a runtime runs a copy of itself that lies in no mount
	[ "$(count_alerts "Container Process Outside Its Root")" -eq 0 ]
}

replays_inner()
{
	sensor_stop
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$RULES" --format json "$T/session.log" >"$T/replayed.json" || true
	local same="select(.rule == \"Seen Inner Exec\" or .rule == \"$OUTSIDE\") | .output_fields"
	diff <(jq -cS "$same" "$T/alerts.json") <(jq -cS "$same" "$T/replayed.json")
}

@test "docker: what runc starts within a container is the outer one's, and the inner one is told beside it" {
	nested '/docker/$ID/$INNER'
	[ "$(count_alerts "$OUTSIDE")" -eq 0 ]
	replays_inner
}

# as docker in docker does where it was given the host's cgroups
@test "docker: what runc starts within a container beside the cgroup of that is the outer one's, too" {
	nested '/docker/$INNER'
	expect_alert 5 "$OUTSIDE" ".output_fields | (.[\"container.name\"] == \"meta\" and .[\"container.inner_id\"] == \"$INNER\")"
	replays_inner
}

@test "docker: an inner container of any cgroup path is called by its last name, and no deserter" {
	nested '/wclab-odd/place' place
	expect_alert 5 "$OUTSIDE" '.output_fields | (.["container.inner_id"] == "place" and .["evt.arg.path"] == "/wclab-odd/place")'
	replays_inner
}

# nothing of its start was seen: its parents say whose it is
@test "docker: a container within a container that was there before the sensor is the outer one's" {
	need_docker
	nest_make meta
	jq '.process.args = ["/bin/sh", "-c", "while :; do /bin/true marker-before; sleep 0.3; done"]' "$BATS_TEST_TMPDIR/nest/config.json" >"$BATS_TEST_TMPDIR/nest/new"
	mv "$BATS_TEST_TMPDIR/nest/new" "$BATS_TEST_TMPDIR/nest/config.json"
	nest_run meta "$INNER" "/docker/$INNER" >"$BATS_TEST_TMPDIR/nest.out" 2>&1 3>&- &
	wait_until 10 sh -c 'grep -qsx "/docker/$1" /proc/[0-9]*/cpuset' _ "$INNER" || wait_until 5 sh -c 'grep -qs "/docker/$1" /proc/[0-9]*/cgroup' _ "$INNER"
	sensor_start --rules "$RULES"
	local id
	id=$(container_id meta)
	expect_alert 5 "Seen Exec" ".output_fields | (.[\"proc.cmdline\"] == \"true marker-before\" and .[\"container.id\"] == \"${id:0:12}\")"
	expect_alert 8 "$OUTSIDE" ".output_fields[\"container.inner_id\"] == \"$INNER\""
	[ "$(count_alerts "Seen Exec" ".output_fields | (.[\"proc.cmdline\"] == \"true marker-before\" and .[\"container.id\"] != \"${id:0:12}\")")" -eq 0 ]
}

@test "podman: name and image come from its storage, wherever that is" {
	command -v podman >/dev/null || skip "podman is not installed"
	export CONTAINERS_CONF=$BATS_TEST_TMPDIR/containers.conf
	printf '%s\n' '[containers]' 'default_ulimits = []' '[engine]' 'runtime = "runc"' 'cgroup_manager = "cgroupfs"' \
		>"$CONTAINERS_CONF"
	local podman=(timeout 60 podman --root "$BATS_TEST_TMPDIR/pod" --runroot "$BATS_TEST_TMPDIR/podrun" --storage-driver vfs)
	local run=("${podman[@]}" run --rm --ulimit host --network none)
	tar -C "$LAB/rootfs" -c . | "${podman[@]}" import - wcbox:1 >"$BATS_TEST_TMPDIR/podman.out" 2>&1 &&
		"${run[@]}" wcbox:1 /bin/true >>"$BATS_TEST_TMPDIR/podman.out" 2>&1 ||
		skip "podman does not run here: $(tail -n 1 "$BATS_TEST_TMPDIR/podman.out")"
	sensor_start --rules "$RULES"
	"${run[@]}" --name wcpod --annotation io.kubernetes.cri.container-name=forged wcbox:1 /bin/sh -c '/bin/true marker-podman; sleep 1'
	expect_alert 5 "Seen Start" '.output_fields | (.["container.type"] == "podman" and .["container.name"] == "wcpod"
		and (.["container.image"] | endswith("wcbox:1")))'
	expect_alert 5 "Seen Exec" '.output_fields | (.["proc.cmdline"] == "true marker-podman" and .["container.name"] == "wcpod")'
}

@test "runc: a user namespace is looked through for the name of a user" {
	sensor_start --rules "$RULES"
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_NET_RAW /bin/sh -c '/bin/true marker-userns; sleep 1'
	jq '.linux.namespaces += [{"type": "user"}] | .process.user = {"uid": 0, "gid": 0}
		| .linux.uidMappings = [{"containerID": 0, "hostID": 100000, "size": 65536}] | .linux.gidMappings = .linux.uidMappings
		| .mounts |= map(select(.type != "mqueue" and .type != "sysfs"))' \
		"$BATS_TEST_TMPDIR/bundle/config.json" >"$BATS_TEST_TMPDIR/bundle/new"
	mv "$BATS_TEST_TMPDIR/bundle/new" "$BATS_TEST_TMPDIR/bundle/config.json"
	chmod 755 "$LAB" "$LAB/rootfs" "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR/bundle"
	timeout 30 runc --root "$LAB/runc" run --bundle "$BATS_TEST_TMPDIR/bundle" "wcuserns-$$" >"$BATS_TEST_TMPDIR/runc.out" 2>&1 ||
		skip "runc makes no user namespace here: $(tail -n 1 "$BATS_TEST_TMPDIR/runc.out")"
	expect_alert 5 "Seen Start" '.output_fields | (.["container.full_id"] == "wcuserns-'$$'" and .["user.uid"] == 100000
		and .["user.name"] == "root")'
}
