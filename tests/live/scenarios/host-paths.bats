#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Files of this host that a container reaches through a volume: its cron jobs, accounts, keys, loader, units, runtime. What
# is made there is a comment under a name that nobody reads (no .conf, .sh, .service), and is removed again; what was there
# is opened and not written, or given the mode that it has.

setup_file()
{
	load host-paths
	paths_begin
	container given -v /etc/cron.d:/jobs -v /usr/share/containers:/hooks -v /etc/shadow:/hashes:ro
	container logs -v /var/log:/host/log
}

teardown_file()
{
	load host-paths
	paths_end given foreign logs layers engine
}

setup()
{
	load host-paths
	scenario_begin
	NAME=$PREFIX$BATS_TEST_NUMBER.inert
}

LAID='Container That May Mount Mounts Files of the Host as a Layer'
OVERLAY='Overlay Mounted in a Container With CAP_SYS_ADMIN'

# a job that is there: the host's own
job()
{
	echo '# nothing' >"/etc/cron.d/$NAME"
}

# bats test_tags=technique:OR4,rule:host-file-changed
@test "OR4: a cron job is made" {
	in_container paths "echo '# nothing' >/host/etc/cron.d/$NAME"
	changed cron openat ".[\"fd.name\"] == \"/host/etc/cron.d/$NAME\" and .[\"evt.res\"] == \"SUCCESS\""
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:symlink
@test "OR4: one that is there is written, behind a link with an innocent name" {
	job
	in_container paths "ln -sf /host/etc/cron.d/$NAME /tmp/notes; opener plain /tmp/notes"
	changed cron openat '.["fd.name"] == "/tmp/notes"'
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:openat2
@test "OR4: with openat2" {
	job
	in_container paths "opener openat2 /host/etc/cron.d/$NAME"
	changed cron openat2
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:int80,needs:int80
@test "OR4: with a 32-bit call" {
	need int80
	job
	in_container paths "opener int80 /host/etc/cron.d/$NAME"
	changed cron open
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:io_uring,needs:io-uring
@test "OR4: through io_uring" {
	need io-uring
	job
	in_container paths "opener iouring /host/etc/cron.d/$NAME"
	changed cron openat
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:opath
@test "OR4: reopened through /proc/self/fd" {
	job
	in_container paths "opener opath /host/etc/cron.d/$NAME"
	changed cron openat '.["fd.name"] | startswith("/proc/self/fd/")'
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:hardlink
@test "OR4: under a hard link elsewhere" {
	job
	in_container paths "ln /host/etc/cron.d/$NAME /host/etc/$NAME; opener plain /host/etc/$NAME"
	changed cron 'link(at)?' ".[\"fs.path.target\"] == \"/host/etc/$NAME\""
	changed cron openat ".[\"fd.name\"] == \"/host/etc/$NAME\""
}

# bats test_tags=technique:OR4,rule:host-file-changed,disguise:rename
@test "OR4: prepared elsewhere and renamed into its place; removed" {
	in_container paths "echo '# nothing' >/host/etc/$NAME; mv /host/etc/$NAME /host/etc/cron.d/$NAME; rm /host/etc/cron.d/$NAME"
	changed cron rename ".[\"fs.path.target\"] == \"/host/etc/cron.d/$NAME\""
	changed cron unlink ".[\"fs.path.name\"] == \"/host/etc/cron.d/$NAME\""
}

# bats test_tags=technique:OR7,rule:host-file-changed,disguise:above
@test "OR7: a directory above such files makes way for another" {
	directory /etc/NetworkManager
	directory /etc/NetworkManager/dispatcher.d
	in_container paths 'mv /host/etc/NetworkManager /host/etc/wclab; mv /host/etc/wclab /host/etc/NetworkManager'
	changed unit rename '.["evt.res"] == "SUCCESS" and .["fs.path.source"] == "/host/etc/NetworkManager"'
}

# bats test_tags=technique:OR4,rule:host-file-changed-as-declared
@test "OR4: a container that was given the directory is told as such" {
	in_container given "echo '# nothing' >/jobs/$NAME"
	expect_alert 6 "$GIVEN" ".output_fields | (.[\"container.name\"] == \"given\" and .[\"fd.name\"] == \"/jobs/$NAME\" and .[\"fd.host_class\"] == \"cron\")"
	[ "$(count_alerts "$CHANGED" '.output_fields["container.name"] == "given"')" -eq 0 ]
}

# bats test_tags=technique:OR5,rule:host-file-changed
@test "OR5: a file beside sudoers, one beside root's keys, and the attempt on shadow" {
	directory /root/.ssh
	in_container paths "echo '# nothing' >/host/etc/sudoers.d/$NAME; echo '# nothing' >/host/root/.ssh/$NAME; : >>/host/etc/shadow"
	changed auth openat ".[\"fd.name\"] == \"/host/etc/sudoers.d/$NAME\""
	changed keys openat ".[\"fd.name\"] == \"/host/root/.ssh/$NAME\""
	changed secret openat '.["fd.name"] == "/host/etc/shadow"'
}

# bats test_tags=technique:OR6,rule:host-file-changed
@test "OR6: what the loader reads, and the C library, which keeps its mode" {
	local libc
	libc=$(c_library)
	in_container paths "echo '# nothing' >/host/etc/ld.so.conf.d/$NAME; caller chmod $(stat -c %a "$libc") /host$libc" >/dev/null
	changed loader openat ".[\"fd.name\"] == \"/host/etc/ld.so.conf.d/$NAME\""
	changed loader chmod ".[\"fs.path.name\"] == \"/host$libc\""
}

# bats test_tags=technique:OR7,rule:host-file-changed
@test "OR7: units, what a target wants, udev, profile" {
	local dir
	directory /etc/udev
	for dir in /etc/systemd/system /etc/systemd/system/multi-user.target.wants /etc/udev/rules.d /etc/profile.d; do
		directory "$dir"
		in_container paths "echo '# nothing' >/host$dir/$NAME"
		changed unit openat ".[\"fd.name\"] == \"/host$dir/$NAME\""
	done
}

# bats test_tags=technique:KU10,rule:host-file-changed
@test "KU10: a line that has modprobe run a program" {
	directory /etc/modprobe.d
	in_container paths "echo 'install t_mod /bin/true' >/host/etc/modprobe.d/$NAME"
	changed unit openat ".[\"fd.name\"] == \"/host/etc/modprobe.d/$NAME\""
}

# bats test_tags=technique:OR8,rule:host-file-changed
@test "OR8: a file among the static pods, and their directory where there was none" {
	local pods=/etc/kubernetes/manifests dir
	for dir in ${pods%/*} $pods; do
		[ ! -e $dir ] || continue
		echo $dir >>"$BATS_FILE_TMPDIR/made"
		in_container paths "mkdir /host$dir"
		changed kubelet mkdir ".[\"fs.path.name\"] == \"/host$dir\""
	done
	# a kubelet passes by what begins with a dot
	in_container paths "echo '# nothing' >/host$pods/.$NAME"
	changed kubelet openat ".[\"fd.name\"] == \"/host$pods/.$NAME\""
	rm "$pods/.$NAME"
}

# bats test_tags=technique:KU10,technique:OR6,technique:OR8,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "KU10, OR6, OR8: behind links, by an orphan that has a runtime's name" {
	directory /etc/modprobe.d
	directory /etc/kubernetes
	# a second apart: of an orphan's file behind a link only the class is told, and equal alerts of one second are counted
	orphaned paths /bin/busybox sh -c "ln -s /host/etc/ld.so.conf.d/$NAME /tmp/one; ln -s /host/etc/modprobe.d/$NAME /tmp/two; ln -s /host/etc/kubernetes /tmp/three
		for file in /tmp/one /tmp/two /tmp/three/.$NAME; do echo '# nothing' >\$file; sleep 1.2; done; rm /tmp/three/.$NAME"
	changed loader openat
	changed unit openat
	changed kubelet openat ".[\"fd.name\"] == \"/tmp/three/.$NAME\""
}

# bats test_tags=technique:RT1,rule:runtime-file-changed,disguise:symlink
@test "RT1: runc is opened for writing, behind a link" {
	local runc
	runc=$(realpath "$(command -v runc)")
	in_container paths "ln -sf /host$runc /tmp/program; (: >>/tmp/program) 2>/dev/null; true"
	expect_alert 6 "$RUNTIME" '.output_fields | (.["container.name"] == "paths" and .["fd.name"] == "/tmp/program")'
}

# what the kernel refuses as long as it runs (ETXTBSY) is what the attacker waits for
# bats test_tags=technique:RT1,rule:runtime-file-changed,disguise:procfs,needs:tini
@test "RT1: a program of the runtime's is opened for writing through /proc/PID/exe" {
	need tini
	in_container paths '/host/usr/bin/tini-static -s sleep 3 & sleep 0.3; (: >>/proc/$!/exe) 2>/dev/null; kill $!; true'
	expect_alert 6 "$RUNTIME" '.output_fields | (.["container.name"] == "paths" and .["evt.res"] == "ETXTBSY" and (.["fd.name"] | endswith("/exe")))'
}

# bats test_tags=technique:RT16,rule:runtime-file-changed,rule:runtime-file-changed-as-declared
@test "RT16: what the engines read; a container that was given it is told as such" {
	in_container paths "echo '# nothing' >/host/usr/share/containers/$NAME"
	expect_alert 6 "$RUNTIME" ".output_fields | (.[\"container.name\"] == \"paths\" and .[\"fd.name\"] == \"/host/usr/share/containers/$NAME\")"
	in_container given "rm /hooks/$NAME"
	expect_alert 6 "$RUNTIME_GIVEN" '.output_fields["container.name"] == "given"'
	[ "$(count_alerts "$RUNTIME" '.output_fields["container.name"] == "given"')" -eq 0 ]
}

# bats test_tags=technique:RT13,rule:runtime-file-changed
@test "RT13: a description of a device (CDI), which engines put into whatever container asks for it" {
	in_container paths "echo '{}' >/host/etc/cdi/$NAME"
	expect_alert 6 "$RUNTIME" ".output_fields | (.[\"container.name\"] == \"paths\" and .[\"fd.name\"] == \"/host/etc/cdi/$NAME\")"
}

# bats test_tags=technique:RT13,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "RT13: behind a link, by an orphan that has a runtime's name" {
	in_container paths "ln -sfn /host/etc/cdi /tmp/devices"
	orphaned paths /bin/busybox touch "/tmp/devices/$NAME"
	expect_alert 6 "$RUNTIME" ".output_fields | (.[\"container.name\"] == \"paths\" and .[\"fd.name\"] == \"/tmp/devices/$NAME\")"
}

# the same inode, by whatever leads to it; a program of the host's that runs is not opened for writing by anybody
# bats test_tags=technique:RT16,rule:runtime-file-changed,disguise:proc-root
@test "RT16: through the root of a process of the host's" {
	container ward --pid host --cap-add SYS_PTRACE --security-opt apparmor=unconfined
	in_container ward "echo '# nothing' >/proc/$$/root/usr/share/containers/$NAME"
	expect_alert 6 "$RUNTIME" ".output_fields | (.[\"container.name\"] == \"ward\" and .[\"fd.name\"] == \"/proc/$$/root/usr/share/containers/$NAME\")"
	remove ward
}

# bats test_tags=technique:RT16,rule:runtime-file-changed,disguise:leaked-descriptor
@test "RT16: beside a descriptor of a directory of the host's that the runtime left open" {
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_DAC_OVERRIDE /bin/sh -c "echo '# nothing' >/proc/self/fd/3/$NAME; sleep 2"
	runc --root "$LAB/runc" run --preserve-fds 1 --bundle "$BATS_TEST_TMPDIR/bundle" wcleaked 3</usr/share/containers
	expect_alert 6 "$RUNTIME" ".output_fields | (.[\"container.name\"] == \"wcleaked\" and (.[\"fd.name\"] | endswith(\"$NAME\")))"
}

# bats test_tags=technique:RT16,rule:runtime-file-changed,disguise:descriptor-for-writing,missed
@test "RT16: a file that the runtime left open for writing is not opened again: what is written to it is not told" {
	echo '# nothing' >"/usr/share/containers/$NAME"
	bundle_make "$BATS_TEST_TMPDIR/bundle" CAP_DAC_OVERRIDE /bin/sh -c 'echo "# more" >&3; sleep 1'
	runc --root "$LAB/runc" run --preserve-fds 1 --bundle "$BATS_TEST_TMPDIR/bundle" wcleaked 3>>"/usr/share/containers/$NAME"
	[ "$(wc -l <"/usr/share/containers/$NAME")" -eq 2 ]
	barrier
	[ "$(count_alerts "$RUNTIME")" -eq 0 ]
	expect_alert 6 'Container Process Holds a File Beyond Its Mounts' '.output_fields["container.name"] == "wcleaked"'
}

# bats test_tags=technique:OR16,rule:host-secret-read
@test "OR16: the hashes of passwords, and a key of root's, are read through a volume above them" {
	key
	in_container paths "cat /host/etc/shadow /host/root/.ssh/$NAME" >/dev/null
	read_by paths secret /host/etc/shadow
	read_by paths keys "/host/root/.ssh/$NAME"
}

# bats test_tags=technique:OR16,rule:host-secret-read,disguise:symlink
@test "OR16: behind a link with an innocent name" {
	key
	in_container paths "ln -sf /host/root/.ssh/$NAME /tmp/notes; cat /tmp/notes" >/dev/null
	read_by paths keys /tmp/notes
}

# audit follows the directory that a file is opened in
# bats test_tags=technique:OR16,rule:host-file-changed,disguise:hardlink
@test "OR16: under a hard link elsewhere: that the link is made tells" {
	key
	in_container paths "ln /host/root/.ssh/$NAME /host/root/$NAME; cat /host/root/$NAME; rm /host/root/$NAME" >/dev/null
	changed keys 'link(at)?'
}

# bats test_tags=technique:OR16,rule:host-secret-read,disguise:proc-root
@test "OR16: through the root of a process of the host's" {
	container ward --pid host --cap-add SYS_PTRACE --security-opt apparmor=unconfined
	in_container ward "cat /proc/$$/root/etc/shadow" >/dev/null
	read_by ward secret "/proc/$$/root/etc/shadow"
	remove ward
}

# bats test_tags=technique:OR16,rule:host-secret-read-as-declared
@test "OR16: a container that was given just that file is told as such" {
	in_container given 'cat /hashes' >/dev/null
	expect_alert 6 'Container Reads a Secret of the Host That It Was Given' '.output_fields | (.["container.name"] == "given" and .["fd.name"] == "/hashes")'
	[ "$(count_alerts "$READ" '.output_fields["container.name"] == "given"')" -eq 0 ]
}

# bats test_tags=technique:OR16,twin
@test "OR16 twin: a container reads what everybody may know of the host, and secrets of its own; the host reads its own" {
	in_container paths 'cat /host/etc/passwd /host/etc/hostname; ls -l /host/etc/shadow /host/root/.ssh; mkdir -p /root/.ssh; echo x >/root/.ssh/id_rsa; cat /root/.ssh/id_rsa' >/dev/null
	cat /etc/shadow >/dev/null
	quiet
}

# bats test_tags=technique:OR9,rule:host-log-link-made
@test "OR9: a link to all of the host, where a kubelet shows logs" {
	in_container logs "ln -s / /host/log/$NAME; rm /host/log/$NAME"
	linked logs /
}

# bats test_tags=technique:OR9,rule:host-log-link-made,disguise:relative
@test "OR9: upwards, and by another name of the directory" {
	in_container logs "ln -s /host/log /tmp/notes; cd /tmp/notes; ln -s ../../etc/hostname $NAME; rm $NAME"
	linked logs ../../etc/hostname
}

# bats test_tags=technique:OR9,rule:host-log-link-made,disguise:own-directory
@test "OR9: in a directory that it has made there" {
	in_container logs "mkdir /host/log/$NAME; ln -s /etc/hostname /host/log/$NAME/0.log; rm /host/log/$NAME/0.log; rmdir /host/log/$NAME"
	linked logs /etc/hostname
}

# bats test_tags=technique:OR9,twin
@test "OR9 twin: a container writes logs and links to them; the host links as a kubelet does; a container's own logs" {
	in_container logs "echo x >/host/log/$NAME; ln -s $NAME /host/log/$NAME.current; rm /host/log/$NAME /host/log/$NAME.current"
	in_container paths 'mkdir -p /var/log; ln -s / /var/log/x'
	ln -s /etc/hostname "/var/log/$NAME"
	rm "/var/log/$NAME"
	quiet
}

# of a container that may mount and has a volume of /etc; what it does to that is undone
layering() # layering SCRIPT
{
	container layers -v /etc:/host/etc --cap-add SYS_ADMIN --security-opt apparmor=unconfined
	in_container layers "mkdir /tmp/m /tmp/low; cd /tmp; $1"
	remove layers
}

laid() # laid CLASS LAYER CALL
{
	expect_alert 6 "$LAID" ".output_fields | (.[\"container.name\"] == \"layers\" and .[\"mount.layer_class\"] == \"$1\"
		and .[\"mount.host_layer\"] == \"$2\" and .[\"evt.type\"] == \"$3\")"
}

# the kernel opens the file below by itself, and audit names the one that lies above
# bats test_tags=technique:OR4,technique:OR16,rule:host-layer-mounted-declared,disguise:overlay
@test "OR4, OR16: the host's files are read and written through an overlay, of which the layers tell" {
	layering "mkdir /host/etc/wclab.work; mount -t overlay -o lowerdir=/tmp/low:/host/etc x m && cat m/shadow >/dev/null && umount -l m
		mount -t overlay -o lowerdir=/tmp/low,upperdir=/host/etc/cron.d,workdir=/host/etc/wclab.work x m && echo '# nothing' >m/$NAME && umount -l m
		rm -r /host/etc/wclab.work"
	rm "/etc/cron.d/$NAME"
	laid loader /host/etc mount
	laid cron /host/etc/cron.d mount
	[ "$(count_alerts "$READ")" -eq 0 ]
	[ "$(count_alerts "$CHANGED" ".output_fields[\"fd.name\"] | endswith(\"$NAME\")")" -eq 0 ]
}

# bats test_tags=technique:OR4,technique:OR16,rule:host-layer-mounted-declared,disguise:symlink
@test "OR4, OR16: behind a link with an innocent name, from where it stands, and behind an escaped colon" {
	layering 'ln -s /host/etc/cron.d lnk; ln -s /host/etc a:b; mount -t overlay -o lowerdir=low:lnk x m; umount -l m; mount -t overlay -o "lowerdir=low:a\\:b" x m; umount -l m'
	laid cron /tmp/lnk mount
	laid loader /tmp/a:b mount
}

# bats test_tags=technique:OR4,technique:OR16,rule:host-layer-mounted-declared,disguise:new-calls,needs:overlay-layers
@test "OR4, OR16: layer by layer, by fsopen and fsconfig" {
	need overlay-layers
	layering 'cd /host/etc; mounter layer cron.d /tmp/m'
	laid cron /host/etc/cron.d fsconfig
}

# bats test_tags=technique:OR16,rule:host-layer-mounted
@test "OR16: by who was not given the right to mount, in a user namespace of its own" {
	in_container paths "trespasser userns cgroup /bin/sh -c 'mkdir -p /tmp/o /tmp/p; mount -t overlay -o lowerdir=/tmp/p:/host/etc x /tmp/o && cat /tmp/o/passwd >/dev/null'"
	expect_alert 6 'Container Mounts Files of the Host as a Layer' '.output_fields | (.["container.name"] == "paths" and .["mount.host_layer"] == "/host/etc")'
}

# then the record of the call has no path
# bats test_tags=technique:OR4,technique:OR16,rule:host-layer-mounted-declared,disguise:descriptor,missed,needs:overlay-descriptors
@test "OR4, OR16: a layer that is given by a descriptor is not told as what it is, but as that, and as an overlay" {
	need overlay-descriptors
	layering 'mounter handed /host/etc/cron.d /tmp/m'
	barrier
	[ "$(count_alerts "$LAID")" -eq 0 ]
	expect_alert 6 'Descriptor Given to a File System by a Container That Declares It' '.output_fields["container.name"] == "layers"'
	expect_alert 6 "$OVERLAY" '.output_fields["container.name"] == "layers"'
}

# bats test_tags=technique:OR4,technique:OR16,twin
@test "OR4, OR16 twin: an engine inside has its layers in a volume or a directory of the host's, and binds a volume elsewhere" {
	mkdir -p "$BATS_TEST_TMPDIR/graph/etc/cron.d"
	container engine -v /etc:/host/etc:ro -v wclayers:/var/lib/docker -v "$BATS_TEST_TMPDIR/graph:/graph" --tmpfs /scratch \
		--cap-add SYS_ADMIN --security-opt apparmor=unconfined
	in_container engine 'mkdir -p /tmp/m /tmp/b; for d in /var/lib/docker/overlay2 /graph /scratch; do
			mkdir -p $d/l/a $d/etc/cron.d $d/b/diff $d/b/work
			mount -t overlay -o lowerdir=$d/l/a:$d/etc/cron.d,upperdir=$d/b/diff,workdir=$d/b/work x /tmp/m && echo x >/tmp/m/job && umount -l /tmp/m || exit 1
		done; mount -t overlay -o lowerdir=/etc:/bin x /tmp/m && mount --bind /host/etc /tmp/b && mount -t tmpfs /host/etc /tmp/b && sleep 1'
	remove engine
	"${DOCKER[@]}" volume rm wclayers >/dev/null
	expect_alert 6 "$OVERLAY" '.output_fields["container.name"] == "engine"'
	quiet
}

# bats test_tags=technique:KU10,technique:OR4,technique:OR5,technique:OR6,technique:OR7,technique:OR8,technique:RT1,technique:RT16,twin
@test "KU10, OR4 to OR8, RT1, RT16 twin: a container reads the host's files, and writes files of these names that are its own" {
	in_container paths 'cat /host/etc/crontab /host/etc/passwd /host/usr/sbin/runc >/dev/null 2>&1; ls -lR /host/etc/cron.d /host/etc/systemd /host/etc/kubernetes /host/etc/modprobe.d >/dev/null 2>&1
		mkdir -p /etc/kubernetes/manifests /etc/modprobe.d; echo x >/etc/kubernetes/manifests/pod.yaml; echo x >/etc/modprobe.d/x.conf
		mkdir -p /etc/cron.d /etc/systemd/system /usr/bin /root/.ssh; echo "* * * * * root true" >/etc/cron.d/job; mv /etc/cron.d/job /etc/cron.d/job2
		echo x >/etc/ld.so.preload; rm /etc/ld.so.preload; echo x >>/etc/passwd; ln -s /bin/true /usr/bin/runc; echo x >/root/.ssh/authorized_keys
		chmod 600 /root/.ssh/authorized_keys; touch /host/etc/wclab.inert; rm /host/etc/wclab.inert'
	# as an administrator of a cluster does
	directory /etc/kubernetes
	directory /etc/kubernetes/manifests
	echo '# nothing' >"/etc/kubernetes/manifests/.$NAME"
	rm "/etc/kubernetes/manifests/.$NAME"
	mkdir -p "$BATS_TEST_TMPDIR/cron.d"
	container foreign -v "$BATS_TEST_TMPDIR/cron.d:/etc/cron.d"
	in_container foreign 'echo x >/etc/cron.d/job'
	remove foreign
	quiet
}

# bats test_tags=technique:OR4,twin,needs:io-uring
@test "OR4 twin: a container's own job, and one in a volume beside the host's, by calls that are seen whatever they are about" {
	need io-uring
	mkdir -p "$BATS_TEST_TMPDIR/jobs"
	container foreign -v "$BATS_TEST_TMPDIR/jobs:/etc/cron.d"
	local box
	for box in paths foreign; do
		in_container $box 'mkdir -p /etc/cron.d; echo x >/etc/cron.d/own; caller chmod 4755 /etc/cron.d/own >/dev/null; opener iouring /etc/cron.d/own'
		expect_alert 6 'io_uring Used in Container' ".output_fields[\"container.name\"] == \"$box\""
	done
	remove foreign
	quiet '.rule | startswith("Container Changes")'
}

# bats test_tags=technique:OR4,technique:OR5,technique:OR7,technique:KU10,technique:RT16,twin
@test "OR4 to OR7, KU10, RT16 twin: the host does the same, by hand and with an editor's rename" {
	local dir
	for dir in /etc/cron.d /etc/sudoers.d /root/.ssh /etc/systemd/system /etc/modprobe.d /usr/share/containers; do
		[ -d "$dir" ] || continue
		echo '# nothing' >"$dir/$NAME.new"
		mv "$dir/$NAME.new" "$dir/$NAME"
		echo '# more' >>"$dir/$NAME"
		chmod 600 "$dir/$NAME"
		rm "$dir/$NAME"
	done
	"${DOCKER[@]}" cp /etc/hostname given:/tmp/hostname
	quiet
}
