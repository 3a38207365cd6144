#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Runtimes and builders that were led astray: what they then do in a container's name, or give it. They are the real ones, and
# where theirs is the hole that this machine's have not any more, a hook or a link does what the race would have done.

setup_file()
{
	load scenario
	scenarios_begin -o guard.exec_mark=always
	CORE_WAS=$(cat /proc/sys/kernel/core_pattern)
	DMESG_WAS=$(cat /proc/sys/kernel/dmesg_restrict)
	export CORE_WAS DMESG_WAS INSIDE=$LAB/rootfs/proc/sys
	mkdir -p "$BATS_FILE_TMPDIR/build"
	container neighbour --network host
	container hostile -v wcled:/data
	DATA=$("${DOCKER[@]}" volume inspect -f '{{.Mountpoint}}' wcled)
	export DATA
	SHIM=@/containerd-shim/moby/$(printf '%064d' $$)/shim.sock
	export SHIM
	systemd-socket-activate --accept -l "$SHIM" /bin/true >/dev/null 2>&1 3>&- &
	export LISTENER=$!
	wait_until 5 grep -q "$SHIM" /proc/net/unix
}

teardown_file()
{
	load scenario
	if [ -z "$LAB_SKIP" ]; then
		kill "$LISTENER"
		runc --root "$LAB/runc" delete -f "$LED" 2>/dev/null || true
		remove neighbour hostile victim
		rmdir "/etc/cron.d/$PLACE" "/etc/cron.d/$PLACE.link" 2>/dev/null || true
		"${DOCKER[@]}" volume rm wcled >/dev/null 2>&1 || true
		umount -l "$BATS_FILE_TMPDIR/build/storage/overlay" 2>/dev/null || true
	fi
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	[ "$(cat /proc/sys/kernel/core_pattern)" = "$CORE_WAS" ] || echo "$CORE_WAS" >/proc/sys/kernel/core_pattern
	[ "$(cat /proc/sys/kernel/dmesg_restrict)" = "$DMESG_WAS" ] || echo "$DMESG_WAS" >/proc/sys/kernel/dmesg_restrict
}

LED=wcastray
UPCALL='Kernel Upcall Set From a Container'
DEFENCE='Kernel Defence Changed From a Container'
PLANTED='Kernel Starts a Planted Helper'
UNDECLARED='Undeclared Mount in a Container'
SHIM_CONNECTED='Container Connects to the Shim of a Container'
PLACE=wclab-runtimes

led() # led CALL END-OF-PATH
{
	expect_alert 6 'Runtime Led to a File of the Host' ".output_fields | (.[\"evt.type\"] == \"$1\" and .[\"fd.host_class\"] == \"cron\"
		and ([.[\"fs.path.name\"], .[\"fd.name\"]] | map(strings | endswith(\"$2\")) | any))"
}

# astray FILE VALUE: runc writes VALUE, which it takes for that of a harmless setting, to FILE: what the races of links achieve
# (CVE-2025-52881), a hook does
astray()
{
	local dir=$BATS_TEST_TMPDIR/bundle
	bundle_make "$dir" CAP_KILL /bin/sleep 300
	jq --arg mount "$(command -v mount)" --arg file "$1" --arg setting "$LAB/rootfs/proc/sys/kernel/shm_rmid_forced" --arg value "$2" \
		'.linux.sysctl = {"kernel.shm_rmid_forced": $value}
		| .hooks = {createContainer: [{path: $mount, args: ["mount", "--bind", $file, $setting]}]}' "$dir/config.json" >"$dir/config.new"
	cat "$dir/config.new" >"$dir/config.json"
	runc --root "$LAB/runc" delete -f "$LED" 2>/dev/null || true
	runc --root "$LAB/runc" run -d --bundle "$dir" "$LED" >"$dir/out" 2>&1 </dev/null 3>&- && return
	# later ones look whether what they have opened is what they wanted
	! grep -q 'unsafe procfs detected' "$dir/out" || skip "this runc is not led astray: $(tail -n 1 "$dir/out")"
	cat "$dir/out"
	return 1
}

# bats test_tags=technique:RT9,rule:kernel-upcall-set
@test "RT9: runc is led to write core_pattern" {
	astray "$INSIDE/kernel/core_pattern" core.led
	[ "$(cat /proc/sys/kernel/core_pattern)" = core.led ]
	expect_alert 6 "$UPCALL" ".output_fields | (.[\"container.name\"] == \"$LED\" and .[\"evt.arg.new\"] == \"core.led\")"
}

# bats test_tags=technique:RT9,rule:kernel-upcall-set,disguise:host-proc
@test "RT9: the same through the host's own proc, and back at once" {
	astray /proc/sys/kernel/core_pattern "$CORE_WAS"
	expect_alert 6 "$UPCALL" ".output_fields | (.[\"container.name\"] == \"$LED\" and .[\"fd.realpath\"] == \"/proc/sys/kernel/core_pattern\")"
}

# bats test_tags=technique:RT6,rule:kernel-defence-changed
@test "RT6: runc is led to write a defence of the kernel" {
	astray "$INSIDE/kernel/dmesg_restrict" $((!DMESG_WAS))
	expect_alert 6 "$DEFENCE" ".output_fields | (.[\"container.name\"] == \"$LED\" and .[\"fd.realpath\"] == \"/proc/sys/kernel/dmesg_restrict\")"
}

# bats test_tags=technique:RT6,rule:kernel-defence-changed,disguise:host-proc
@test "RT6: the same through the host's own proc" {
	astray /proc/sys/fs/suid_dumpable "$(cat /proc/sys/fs/suid_dumpable)"
	expect_alert 6 "$DEFENCE" ".output_fields | (.[\"container.name\"] == \"$LED\" and .[\"fd.realpath\"] == \"/proc/sys/fs/suid_dumpable\")"
}

# bats test_tags=technique:RT6,rule:kernel-defence-changed,disguise:unknown-setting,missed
@test "RT6: what is no setting that watchcap knows is not told" {
	astray "$INSIDE/vm/swappiness" "$(cat /proc/sys/vm/swappiness)"
	barrier
	[ "$(count_alerts "$DEFENCE")" -eq 0 ]
}

# bats test_tags=technique:RT6,technique:RT9,twin
@test "RT6, RT9 twin: settings that a container may have, by docker and by runc" {
	"${DOCKER[@]}" run --rm --name victim --sysctl kernel.shm_rmid_forced=1 --sysctl kernel.msgmax=65536 --sysctl net.ipv4.ip_unprivileged_port_start=0 \
		busybox /bin/sleep 0.5
	astray "$INSIDE/kernel/shm_rmid_forced" 1
	quiet
}

# pinns SCRIPT: a program of that name, which CRI-O has set what a pod asks for
pinns()
{
	cp /bin/busybox "$BATS_TEST_TMPDIR/pinns"
	(exec -a sh "$BATS_TEST_TMPDIR/pinns" -c "$1")
}

# payload: a program in the hostile container that marks where it runs
payload()
{
	rm -f "$BATS_TEST_TMPDIR/marker"
	in_container hostile "printf '#!/bin/sh\necho >$BATS_TEST_TMPDIR/marker\n' >/payload.$BATS_TEST_NUMBER; /bin/busybox chmod 755 /payload.$BATS_TEST_NUMBER"
}

crash()
{
	in_container hostile 'sh -c "ulimit -c 0; kill -SEGV \$\$" || true'
}

# bats test_tags=technique:KU7,rule:kernel-upcall-set,rule:planted-helper
@test "KU7: a helper of the runtime's is given core_pattern among the settings of a pod, and the container crashes" {
	payload
	pinns "echo '|$("${DOCKER[@]}" inspect -f '{{.GraphDriver.Data.UpperDir}}' hostile)/payload.$BATS_TEST_NUMBER' >/proc/sys/kernel/core_pattern"
	expect_alert 6 "$UPCALL" ".output_fields | (.[\"container.id\"] == \"host\" and (.[\"proc.exepath\"] | endswith(\"/pinns\")))"
	crash
	expect_alert 6 "$PLANTED" ".output_fields[\"proc.exepath\"] | endswith(\"/payload.$BATS_TEST_NUMBER\")"
	[ -e "$BATS_TEST_TMPDIR/marker" ]
}

# bats test_tags=technique:KU7,rule:planted-helper,disguise:unknown-writer,disguise:proc-root
@test "KU7: by a helper that nobody knows for one, and with a name that leads through the container" {
	payload
	echo "|/proc/%P/root/payload.$BATS_TEST_NUMBER" >/proc/sys/kernel/core_pattern
	crash
	expect_alert 6 "$PLANTED" ".output_fields[\"proc.exepath\"] | endswith(\"/payload.$BATS_TEST_NUMBER\")"
	expect_alert 6 'Kernel Knob Changed on the Host'
}

# bats test_tags=technique:KU7,twin
@test "KU7 twin: the helper sets what a pod may have, and reads the rest" {
	pinns 'cat /proc/sys/kernel/core_pattern; read was </proc/sys/kernel/shm_rmid_forced; echo $was >/proc/sys/kernel/shm_rmid_forced'
	crash
	quiet
}

# led_by SOURCE: a container that is given a directory of a volume which another container writes to
led_by()
{
	remove victim
	"${DOCKER[@]}" run -d --name victim -v "$1:/x" busybox /bin/sleep 60 >/dev/null
}

redirected() # redirected CONTAINER PATH SOURCE
{
	expect_alert 6 "$UNDECLARED" ".output_fields | (.[\"container.name\"] == \"$1\" and .[\"evt.arg.reason\"] == \"redirected\"
		and .[\"mount.target\"] == \"$2\" and (.[\"mount.source\"] | endswith(\"$3\")))"
}

# bats test_tags=technique:OR10,rule:container-mounts-undeclared
@test "OR10: a part of a volume that was exchanged for a link to the host's" {
	in_container hostile 'rm -rf /data/sub; ln -s /etc /data/sub'
	led_by "$DATA/sub"
	redirected victim /x '[/etc]'
}

# bats test_tags=technique:OR10,rule:container-mounts-undeclared,disguise:link-chain
@test "OR10: over several links, none of which names it" {
	in_container hostile 'cd /data; rm -rf sub up; ln -s ../../../../../../../../../../.. up; ln -s up/root sub'
	led_by "$DATA/sub"
	redirected victim /x '[/root]'
}

# bats test_tags=technique:OR10,rule:container-mounts-undeclared,disguise:one-file
@test "OR10: one file, as which the host's accounts pose" {
	in_container hostile 'rm -rf /data/sub; ln -s /etc/shadow /data/sub'
	led_by "$DATA/sub"
	redirected victim /x '[/etc/shadow]'
}

# bats test_tags=technique:OR10,twin
@test "OR10 twin: parts of a volume, links within it, the engine's own way to a part, directories of the host with such names" {
	in_container hostile 'cd /data; rm -rf sub etc; mkdir -p etc real; ln -s real sub'
	local source
	ln -s /root "$BATS_TEST_TMPDIR/home"
	ln -s "$LAB" "$BATS_TEST_TMPDIR/run"
	for source in "$DATA/etc" "$DATA/sub" "$DATA" /var/run /lib /etc /var/lock /root/. "$BATS_TEST_TMPDIR/home" "$BATS_TEST_TMPDIR/run/docker.sock"; do
		led_by "$source"
	done
	remove victim
	"${DOCKER[@]}" run -d --name victim --mount type=volume,src=wcled,dst=/x,volume-subpath=etc busybox /bin/sleep 60 >/dev/null
	sleep 1
	quiet
}

# bats test_tags=technique:OR10,twin
@test "OR10 twin: a volume that is a directory of the host's, and runc with links of the host's own as sources" {
	local dir=$BATS_TEST_TMPDIR/bundle
	"${DOCKER[@]}" volume create -o type=none -o o=bind -o device=/etc wcetc >/dev/null
	led_by wcetc
	remove victim
	"${DOCKER[@]}" volume rm wcetc >/dev/null
	bundle_make "$dir" CAP_KILL /bin/sleep 300
	ln -s /etc "$dir/link"
	jq --arg link "$dir/link" '.mounts += [{destination: "/x", source: "/var/run"}, {destination: "/y", source: $link}, {destination: "/z", source: "/etc"}
		| . + {type: "bind", options: ["rbind"]}]' "$dir/config.json" >"$dir/config.new"
	cat "$dir/config.new" >"$dir/config.json"
	runc --root "$LAB/runc" delete -f "$LED" 2>/dev/null || true
	runc --root "$LAB/runc" run -d --bundle "$dir" "$LED" >"$dir/out" 2>&1 </dev/null 3>&-
	sleep 1
	quiet
}

# podman_build NAME CONTAINERFILE-LINE...: the first stage is of that name; GIVEN: further options
podman_build()
{
	local dir=$BATS_FILE_TMPDIR/build
	command -v podman >/dev/null || skip "this machine has no podman"
	PODMAN=(podman --root "$dir/storage" --runroot "$dir/run" --runtime "$(command -v runc)" --cgroup-manager cgroupfs)
	if [ ! -d "$dir/context" ]; then
		mkdir -p "$dir/context/sub"
		tar -C "$LAB/rootfs" -c . | "${PODMAN[@]}" import - wcbase >/dev/null 2>&1
	fi
	{
		echo "FROM wcbase AS $1"
		printf '%s\n' "${@:2}"
	} >"$dir/context/Containerfile"
	"${PODMAN[@]}" build "${GIVEN[@]}" --no-cache --network none --isolation oci "$dir/context" >"$dir/log" 2>&1 3>&- || { tail "$dir/log"; return 1; }
}

# hole NAME CONTAINERFILE-LINE...: a build whose last step ends with 3 where it is not given what is the host's, as by a builder that has
# been mended; a build that fails in any other way is a failure
hole()
{
	podman_build "$@" && return
	! grep -q 'exit status 3$' "$BATS_FILE_TMPDIR/build/log" || skip "this podman has not that hole"
	return 1
}

# of the configuration of a build nothing but the builder's own place is known, and the link may lead anywhere
built() # built SOURCE [TARGET]
{
	expect_alert 6 "$UNDECLARED" ".output_fields | (.[\"evt.arg.reason\"] == \"redirected\" and .[\"mount.target\"] == \"${2:-/x}\"
		and (.[\"mount.source\"] | endswith(\"$1\")))"
}

# bats test_tags=technique:RT14,rule:container-mounts-undeclared
@test "RT14: a build step binds a link of an image, and podman follows it on the host (CVE-2024-1753)" {
	hole evil 'RUN busybox ln -s / /link' 'FROM wcbase' \
		'RUN --mount=type=bind,from=evil,source=/link,target=/x test -e /x/root && sleep 1 || exit 3'
	expect_alert 6 "$UNDECLARED" '.output_fields | (.["evt.arg.reason"] == "redirected" and .["mount.target"] == "/x")'
}

# bats test_tags=technique:RT14,rule:container-mounts-undeclared,disguise:name-of-a-cache
@test "RT14: a cache whose name leads to a directory of the host (CVE-2024-9675)" {
	hole only 'RUN --mount=type=cache,id=../../../../../../etc,target=/x,ro test -e /x/passwd && sleep 1 || exit 3'
	built '[/etc]'
}

# bats test_tags=technique:RT14,rule:container-mounts-undeclared,disguise:one-file
@test "RT14: a link to a single file" {
	hole evil 'RUN echo none >/etc/shadow; busybox ln -s /etc/shadow /link' 'FROM wcbase' \
		'RUN --mount=type=bind,from=evil,source=/link,target=/file grep -q ^root: /file && sleep 1 || exit 3'
	built '[/etc/shadow]' /file
}

# bats test_tags=technique:RT8,rule:runtime-led-to-host-file
@test "RT8: a runtime makes the place of a mount in a directory of the host's" {
	remove victim
	"${DOCKER[@]}" run -d --name victim -v /etc:/x --tmpfs "/x/cron.d/$PLACE" busybox /bin/sleep 60 >/dev/null
	led mkdirat "/x/cron.d/$PLACE"
}

# bats test_tags=technique:RT8,rule:runtime-led-to-host-file,disguise:link
@test "RT8: the same behind a link that lies in a volume" {
	local dir=$BATS_TEST_TMPDIR/bundle
	bundle_make "$dir" CAP_KILL /bin/sleep 300
	mkdir "$dir/volume"
	ln -s /x/cron.d "$dir/volume/link"
	jq --arg place "$PLACE" --arg volume "$dir/volume" '.mounts += [{destination: "/x", type: "bind", source: "/etc", options: ["rbind"]},
		{destination: "/v", type: "bind", source: $volume, options: ["rbind"]},
		{destination: "/v/link/\($place).link", type: "tmpfs", source: "x"}]' "$dir/config.json" >"$dir/config.new"
	cat "$dir/config.new" >"$dir/config.json"
	runc --root "$LAB/runc" delete -f "$LED" 2>/dev/null || true
	runc --root "$LAB/runc" run -d --bundle "$dir" "$LED" >"$dir/out" 2>&1 </dev/null 3>&- || { cat "$dir/out"; return 1; }
	led mkdirat "/x/cron.d/$PLACE.link"
}

# bats test_tags=technique:RT8,twin
@test "RT8 twin: places of mounts in the container's own root and volumes, and its devices" {
	local dir=$BATS_TEST_TMPDIR
	mkdir -p "$dir/volume/etc/cron.d"
	touch "$dir/file"
	remove victim
	"${DOCKER[@]}" run -d --name victim -v "$dir/volume:/v" --tmpfs /v/etc/cron.d/new --tmpfs /etc/cron.d -v "$dir/file:/etc/systemd/new" \
		-v "$dir/file:/v/etc/shadow" --device /dev/null:/dev/new busybox /bin/sleep 60 >/dev/null
	sleep 1
	quiet
}

# bats test_tags=technique:RT14,twin
@test "RT14 twin: builds that bind their context, a part of another stage, and a cache" {
	podman_build other 'RUN mkdir /out; echo x >/out/file' 'FROM wcbase' \
		'RUN --mount=type=bind,source=sub,target=/x --mount=type=bind,from=other,source=/out,target=/y --mount=type=cache,target=/z cat /y/file && sleep 1'
	quiet
}

# bats test_tags=technique:RT14,twin
@test "RT14 twin: a build to which whoever builds gives a directory of the host" {
	GIVEN=(-v /etc:/x:ro --volume=/root:/y)
	podman_build only 'RUN test -e /x/passwd && test -e /y/. && sleep 1'
	quiet
}

# bats test_tags=technique:RT3,rule:container-mounts-undeclared
@test "RT3: a part of a layer, exchanged for a link to the host's, is bound for a step" {
	in_container hostile 'mkdir -p /cache; rm -rf /cache/sub; ln -s /etc /cache/sub'
	led_by "$("${DOCKER[@]}" inspect -f '{{.GraphDriver.Data.UpperDir}}' hostile)/cache/sub"
	redirected victim /x '[/etc]'
}

# bats test_tags=technique:RT3,rule:container-mounts-undeclared,disguise:mounted-for-the-step
@test "RT3: the same in a directory that the builder has mounted for a step" {
	mkdir "$BATS_TEST_TMPDIR/buildkit-mount$$"
	ln -s /root "$BATS_TEST_TMPDIR/buildkit-mount$$/sub"
	led_by "$BATS_TEST_TMPDIR/buildkit-mount$$/sub"
	redirected victim /x '[/root]'
}

# bats test_tags=technique:RT3,rule:container-mounts-undeclared,disguise:harmless-directory,missed
@test "RT3: a link to a directory of the host's in which nothing matters is not told" {
	in_container hostile 'mkdir -p /cache; rm -rf /cache/sub; ln -s /srv /cache/sub'
	led_by "$("${DOCKER[@]}" inspect -f '{{.GraphDriver.Data.UpperDir}}' hostile)/cache/sub"
	sleep 1
	barrier
	[ "$(count_alerts "$UNDECLARED")" -eq 0 ]
}

# build_kit NAME CONTAINERFILE-LINE...: by the builder within dockerd
build_kit()
{
	local dir=$BATS_TEST_TMPDIR/context status
	mkdir -p "$dir/sub"
	{
		echo "FROM busybox:latest AS $1"
		printf '%s\n' "${@:2}"
	} >"$dir/Dockerfile"
	status=$(tar -C "$dir" -c . | curl -sS --unix-socket "$LAB/docker.sock" -X POST -H 'Content-Type: application/x-tar' --data-binary @- \
		-o "$dir/../log" -w '%{http_code}' "http://docker/v1.41/build?version=2&buildid=wc$$&networkmode=none&nocache=1")
	[ "$status" = 200 ] && ! grep -q '"error"' "$dir/../log" || { tail -c 600 "$dir/../log"; return 1; }
}

# bats test_tags=technique:RT3,twin
@test "RT3 twin: BuildKit binds a context, a part of another stage and a cache" {
	build_kit other 'RUN mkdir /out; echo x >/out/file' 'FROM busybox:latest' \
		'RUN --mount=type=bind,source=sub,target=/x --mount=type=bind,from=other,source=/out,target=/y --mount=type=cache,target=/z cat /y/file && sleep 1'
	quiet
}

# bats test_tags=technique:NS8,technique:RT12,rule:shim-socket-connected
@test "NS8: a container in the host's network connects to the abstract socket of a shim" {
	in_container neighbour "caller connect $SHIM"
	expect_alert 6 "$SHIM_CONNECTED" ".output_fields | (.[\"container.name\"] == \"neighbour\" and .[\"fd.name\"] == \"?->$SHIM\")"
}

# bats test_tags=technique:NS8,technique:RT12,rule:shim-socket-connected,disguise:orphan
@test "NS8: by an orphan, to a shim that is not there, under the later kind of name" {
	in_container neighbour "caller orphan connect @/containerd-shim/$(printf '%064d' 7).sock"
	expect_alert 6 "$SHIM_CONNECTED" '.output_fields["evt.res"] == "ECONNREFUSED"'
}

# bats test_tags=technique:NS8,technique:RT12,rule:shim-socket-connected,disguise:socketcall
@test "NS8: by the multiplexed call of the 32-bit table" {
	in_container neighbour "caller socketcall-connect $SHIM"
	expect_alert 6 "$SHIM_CONNECTED" ".output_fields[\"fd.name\"] == \"?->$SHIM\""
}

# bats test_tags=technique:NS8,technique:RT12,twin
@test "NS8 twin: abstract sockets of others, long names, a shim of one's own network; the host and its shims" {
	local long=@$(printf '%095d' 1)
	in_container neighbour "caller connect $long; caller connect @/tmp/.X11-unix/X0"
	in_container hostile "caller connect $SHIM"
	cp "$LAB/rootfs/bin/caller" "$BATS_TEST_TMPDIR/caller"
	"$BATS_TEST_TMPDIR/caller" connect "$SHIM"
	quiet
}

# bats test_tags=technique:RT13,missed
@test "RT13: what the host copies into a volume before a container starts is not told" {
	cp /etc/hostname "$DATA/copied"
	led_by "$DATA"
	in_container victim 'cat /x/copied' >/dev/null
	quiet
}
