#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Namespaces, roots, handles and processes beyond the container.

setup_file()
{
	load scenario
	export LEAKY=wcleaky-$$
	scenarios_begin
	export hierarchy=/sys/fs/cgroup controller=
	[ -e $hierarchy/cgroup.procs ] || { controller=pids; hierarchy=$hierarchy/pids; }
	mkdir $hierarchy/wclab-left
	# one that sees the host's processes, and one that has its own
	container nosy --pid host --cgroupns host -v "$hierarchy:/h" --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add DAC_READ_SEARCH --cap-add KILL \
		--security-opt apparmor=unconfined
	container modest --cap-add SYS_PTRACE
	# one that has the host's procfs as a volume
	container lent -v /proc:/host/proc --cap-add SYS_PTRACE --security-opt apparmor=unconfined
	# one beside it that shares its pid namespace
	container beside --pid container:modest --cap-add SYS_PTRACE
	# and one that a namespace file of the host's was put into
	mkdir "$BATS_FILE_TMPDIR/ns"
	touch "$BATS_FILE_TMPDIR/ns/uts"
	mount --bind /proc/self/ns/uts "$BATS_FILE_TMPDIR/ns/uts"
	container admin --cap-add SYS_ADMIN -v "$BATS_FILE_TMPDIR/ns:/ns"
	# and one whose runtime leaks a directory of the host's into it, and logs to a file of the host's
	bundle_make "$BATS_FILE_TMPDIR/bundle" CAP_SYS_CHROOT,CAP_SYS_ADMIN /bin/sleep 300
	leaky run -d --preserve-fds 1 --bundle "$BATS_FILE_TMPDIR/bundle" "$LEAKY" \
		>"$BATS_FILE_TMPDIR/leaky.log" 2>&1 </dev/null 3<"$LAB/rootfs"
	# a process of the host's to be acted upon, of this test's own
	"$LAB/rootfs/bin/trespasser" victim >"$BATS_FILE_TMPDIR/victim" 3>&- &
	export VICTIM=$!
}

teardown_file()
{
	load scenario
	kill "$VICTIM" 2>/dev/null || true
	remove nosy lent beside modest admin
	leaky delete -f "$LEAKY"
	umount "$BATS_FILE_TMPDIR/ns/uts"
	umount -q "$BATS_FILE_TMPDIR/ns/net" "$BATS_FILE_TMPDIR/ns/host" || true
	wait_until 5 rmdir "$hierarchy/wclab-left" || true
	scenarios_end
}

leaky() # leaky ARGUMENT...: runc; descriptor 3 is the caller's business
{
	runc --root "$LAB/runc" "$@"
}

leaked_exec() # leaked_exec ARGUMENT...: trespasser in that container, with a directory of the host's as descriptor 3
{
	leaky exec -d --preserve-fds 1 "$LEAKY" /bin/trespasser "$@" >"$BATS_TEST_TMPDIR/leaky.log" 2>&1 </dev/null 3<"$LAB/rootfs"
}

setup()
{
	load scenario
	scenario_begin
}

SETNS='Change thread namespace'
OUTSIDE='Container Process Outside Its Root'
REACH='Container Reaches Into a Process Beyond Its Bounds'
USERNS='User Namespace Created in a Container'

by() # by NAME [JQ-CONDITION]
{
	echo ".output_fields[\"container.name\"] == \"$1\" and (${2:-true})"
}

# bats test_tags=technique:NS1,rule:container-in-host-namespace-declared
@test "NS1: entering namespaces of the host's by their files" {
	"${DOCKER[@]}" exec -d nosy /bin/busybox nsenter -t "$SENSOR" -i -u /bin/sh -c ': entered; sleep 2'
	expect_alert 6 'Container Given the Host Enters Its Namespaces' "$(by nosy '.output_fields["proc.ns.beyond_container"] | test("ipc|uts")')"
	expect_alert 6 "$SETNS" "$(by nosy)"
}

# bats test_tags=technique:NS14,rule:container-in-host-namespace
@test "NS14: a namespace of the host's that a volume holds" {
	"${DOCKER[@]}" exec -d admin /bin/busybox nsenter --uts=/ns/uts /bin/sh -c ': entered; sleep 2'
	expect_alert 6 'Container Process in Namespaces of the Host' "$(by admin '.output_fields["proc.ns.beyond_container"] == "uts"')"
}

# bats test_tags=technique:NS14,rule:container-setns,rule:container-in-host-namespace
@test "NS14: network namespaces that have names: one that somebody made is told by the call, the host's own as the host's" {
	touch "$BATS_FILE_TMPDIR/ns/net" "$BATS_FILE_TMPDIR/ns/host"
	unshare -n mount --bind /proc/self/ns/net "$BATS_FILE_TMPDIR/ns/net"
	mount --bind /proc/self/ns/net "$BATS_FILE_TMPDIR/ns/host"
	container named --cap-add SYS_ADMIN -v "$BATS_FILE_TMPDIR/ns:/ns"
	umount "$BATS_FILE_TMPDIR/ns/net" "$BATS_FILE_TMPDIR/ns/host"
	"${DOCKER[@]}" exec -d named /bin/busybox nsenter --net=/ns/net /bin/sh -c ': made; sleep 1'
	expect_alert 6 "$SETNS" "$(by named '.output_fields["evt.arg.nstype"] == "CLONE_NEWNET"')"
	barrier
	[ "$(count_alerts 'Container Process in Namespaces of the Host')" -eq 0 ]
	"${DOCKER[@]}" exec -d named /bin/busybox nsenter --net=/ns/host /bin/sh -c ': entered; sleep 2'
	expect_alert 6 'Container Process in Namespaces of the Host' "$(by named '.output_fields["proc.ns.beyond_container"] == "net"')"
	remove named
}

# bats test_tags=technique:NS9,rule:container-holds-handle
@test "NS9: a directory of the host's leaked into a container when it starts" {
	SINCE=0 BEGAN=
	expect_alert 6 'Container Process Holds a File Beyond Its Mounts' "$(by "$LEAKY" '.output_fields["evt.arg.handles"] == "dir"')"
}

# bats test_tags=technique:NS10,technique:RT2,rule:container-outside-root
@test "NS10: a program run in a directory of the host's that was leaked" {
	leaky exec "$LEAKY" /bin/true
	leaked_exec fd 3 /bin/sleep 8
	expect_alert 6 "$OUTSIDE" "$(by "$LEAKY" '.output_fields["evt.arg.handles"] | test("cwd")')"
}

# bats test_tags=technique:NS9,technique:CA16,rule:container-outside-root,disguise:passed-descriptor
@test "NS9: the same with a directory that was passed over a socket" {
	"$LAB/rootfs/bin/trespasser" pass "$BATS_FILE_TMPDIR/ns/s" "$LAB/rootfs" 3>&- &
	wait_until 5 test -S "$BATS_FILE_TMPDIR/ns/s"
	"${DOCKER[@]}" exec -d admin /bin/trespasser take /ns/s /bin/sleep 8
	expect_alert 6 "$OUTSIDE" "$(by admin '.output_fields["evt.arg.handles"] | test("root")')"
}

# bats test_tags=technique:NS6,rule:container-leaves-cgroup
@test "NS6: a process that somebody else takes out of its container's cgroups" {
	"${DOCKER[@]}" inspect -f '{{.State.Pid}}' modest >"$hierarchy/wclab-left/cgroup.procs"
	expect_alert 6 'Container Process Left Its Cgroups' "$(by modest '.output_fields["evt.arg.path"] == "/wclab-left"')"
}

# bats test_tags=technique:CA16,technique:NS11,technique:NS9,twin
@test "CA16 twin: chroot inside a container, a volume, a log file, an anonymous file" {
	in_container modest 'mkdir -p /tmp/r/bin; cp /bin/busybox /tmp/r/bin/busybox; /bin/busybox chroot /tmp/r /bin/busybox sleep 1'
	in_container admin 'cd /ns; exec 5</ns; sleep 1'
	leaky exec "$LEAKY" /bin/sh -c 'exec 5>&1; sleep 1' >"$BATS_TEST_TMPDIR/log"
	quiet
}

# bats test_tags=technique:NS2,rule:container-setns
@test "NS2: entering namespaces of the host's by pidfd" {
	in_container nosy "/bin/trespasser setns $VICTIM"
	expect_alert 6 "$SETNS" "$(by nosy '.output_fields["evt.arg.nstype"] | test("CLONE_NEWUTS")')"
}

# bats test_tags=technique:NS1,rule:container-setns,disguise:refused
@test "NS1: a refused attempt is told" {
	in_container modest "/bin/busybox nsenter -t 1 -u /bin/true" || true
	expect_alert 6 "$SETNS" "$(by modest '.output_fields["evt.res"] != "SUCCESS"')"
}

# bats test_tags=technique:NS5,rule:container-user-namespace
@test "NS5: a user namespace by unshare" {
	in_container modest '/bin/trespasser userns unshare /bin/true'
	expect_alert 6 "$USERNS" "$(by modest '.output_fields["evt.type"] | IN("unshare", "userns_gain")')"
}

LEFT="Container Given the Host's Cgroups Left Its Own"

# bats test_tags=technique:NS6,rule:container-leaves-cgroup-declared
@test "NS6: a process that leaves its container's cgroups" {
	"${DOCKER[@]}" exec -d nosy /bin/sh -c 'echo $$ >/h/wclab-left/cgroup.procs; /bin/true; sleep 1; true'
	expect_alert 6 "$LEFT" "$(by nosy '.output_fields["evt.arg.path"] == "/wclab-left"')"
}

# bats test_tags=technique:NS6,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "NS6: behind a link, an orphan that has a runtime's name" {
	in_container nosy 'ln -s /h/wclab-left /tmp/left'
	orphaned nosy /bin/busybox sh -c 'cd /tmp/left; echo $$ >cgroup.procs; /bin/true; sleep 1; true'
	expect_alert 6 "$LEFT" "$(by nosy '.output_fields["evt.arg.path"] == "/wclab-left"')"
}

# bats test_tags=technique:NS6,twin
@test "NS6 twin: a process that moves below its own cgroup" {
	local own
	own=$(cut -d: -f2- "/proc/$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' nosy)/cgroup" | sed -n "s,^${controller}:,/h,p")
	in_container nosy "mkdir $own/own; sh -c 'echo \$\$ >$own/own/cgroup.procs; /bin/true'; sleep 0.2; rmdir $own/own"
	quiet
}

# bats test_tags=technique:CA16,technique:NS11,rule:container-outside-root
@test "CA16: chroot to a directory of the host's, and a program there" {
	leaked_exec chroot 3 /bin/sleep 8
	expect_alert 6 "$OUTSIDE" "$(by "$LEAKY" '.output_fields["evt.arg.handles"] | test("root")')"
}

# bats test_tags=technique:NS10,technique:NS11,disguise:double-fork
@test "NS10, NS11: an orphan in that directory, and one that makes it its root" {
	leaked_exec fd 3 /bin/busybox sh -c '( (sleep 0.2; exec /bin/sleep 7) & )'
	leaked_exec fd 3 /bin/busybox sh -c '( (sleep 0.2; exec /bin/busybox chroot . /bin/launcher threads - 60) & )'
	expect_alert 6 "$OUTSIDE" "$(by "$LEAKY" '.output_fields["evt.arg.handles"] | test("cwd")')"
	# what it is, not what it is called: it may be looked at before its command line is known
	expect_alert 6 "$OUTSIDE" "$(by "$LEAKY" '.output | test("all=[a-z ]*root")')"
	# equal alerts of the next test would be counted in these
	sleep 1.5
}

# bats test_tags=technique:NS3,rule:container-outside-root,disguise:own-mount-namespace
@test "NS3: a program in a directory of the host's, from a mount namespace of its own" {
	leaked_exec fd 3 /bin/busybox unshare -m /bin/sleep 8
	expect_alert 6 "$OUTSIDE" "$(by "$LEAKY" '.output_fields["proc.cmdline"] | test("unshare|sleep")')"
}

# bats test_tags=technique:CA1,rule:container-open-by-handle
@test "CA1: a file opened by its handle" {
	in_container nosy 'echo x >/dev/shm/file; /bin/trespasser handle /dev/shm/file'
	expect_alert 6 'File Opened by Handle in a Container' "$(by nosy '.output | contains("flags=O_RDONLY")')"
}

# bats test_tags=technique:CA2,rule:container-open-by-handle
@test "CA2: a file opened by its handle to be written" {
	in_container nosy 'echo x >/dev/shm/written; /bin/trespasser handle-write /dev/shm/written'
	expect_alert 6 'File Opened by Handle in a Container' "$(by nosy '.output | contains("flags=O_RDWR")')"
}

# bats test_tags=technique:CA1,technique:CA2,technique:NS2,twin
@test "CA1, CA2, NS2 twin: the host opens by handle and enters by pidfd; a container opens what its descriptors are, and is entered" {
	cp "$LAB/rootfs/bin/trespasser" "$BATS_TEST_TMPDIR/tool"
	echo x >"$BATS_TEST_TMPDIR/file"
	"$BATS_TEST_TMPDIR/tool" handle "$BATS_TEST_TMPDIR/file"
	"$BATS_TEST_TMPDIR/tool" handle-write "$BATS_TEST_TMPDIR/file"
	"$BATS_TEST_TMPDIR/tool" setns "$VICTIM"
	"$BATS_TEST_TMPDIR/tool" setns "$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' modest)"
	in_container modest 'echo x >/tmp/own; exec 5</tmp/own; cat /proc/self/fd/5; echo y >>/proc/self/fd/5' >/dev/null
	"${DOCKER[@]}" exec modest /bin/true
	quiet
}

# bats test_tags=technique:CA1,technique:CA3,disguise:double-fork,disguise:name-of-a-runtime
@test "CA1, CA3: by orphans that have a runtime's name" {
	in_container nosy 'echo x >/dev/shm/orphans'
	orphaned nosy /bin/trespasser handle /dev/shm/orphans
	orphaned nosy /bin/trespasser trace "$VICTIM"
	expect_alert 6 'File Opened by Handle in a Container' "$(by nosy '.output_fields["proc.name"] == "runc:[2:INIT]"')"
	expect_alert 6 "$REACH" "$(by nosy '.output_fields["proc.name"] == "runc:[2:INIT]"')"
}

# bats test_tags=technique:CA1,rule:container-open-by-handle-refused,disguise:refused
@test "CA1: without the capability the attempt is told" {
	in_container modest 'echo x >/dev/shm/file; /bin/trespasser handle /dev/shm/file' || true
	expect_alert 6 'Container Tries to Open a File by Handle' "$(by modest)"
}

# bats test_tags=technique:NS5,rule:container-user-namespace,disguise:clone
@test "NS5: a user namespace by clone" {
	in_container modest '/bin/trespasser userns thread /bin/true'
	expect_alert 6 "$USERNS" "$(by modest '.output_fields["evt.type"] | IN("clone", "userns_gain")')"
}

# bats test_tags=technique:NS5,rule:container-user-namespace,disguise:clone3
@test "NS5: a user namespace by clone3, whose flags no record shows" {
	"${DOCKER[@]}" exec -d modest /bin/trespasser userns clone3 /bin/sleep 8
	expect_alert 6 "$USERNS" "$(by modest '.output_fields["evt.type"] == "userns_gain"')"
}

# bats test_tags=technique:CA3,rule:container-reaches-into-process
@test "CA3: a process of the host's traced" {
	in_container nosy "/bin/trespasser trace $VICTIM"
	expect_alert 6 "$REACH" "$(by nosy ".output_fields | (.[\"target.pid\"] == $VICTIM and .[\"target.container.id\"] == \"host\" and .[\"evt.type\"] == \"ptrace\")")"
}

# bats test_tags=technique:CA3,rule:container-reaches-into-process,disguise:int80
@test "CA3: the same by the call of 32-bit programs" {
	in_container nosy "/bin/trespasser trace32 $VICTIM"
	expect_alert 6 "$REACH" "$(by nosy ".output_fields[\"target.pid\"] == $VICTIM")"
}

# bats test_tags=technique:CA4,rule:container-reaches-into-process
@test "CA4: memory of a process of another container's, by its number in a shared pid namespace" {
	local pid
	"${DOCKER[@]}" exec -d modest /bin/trespasser victim
	wait_until 5 in_container beside 'grep -l "vict[i]m" /proc/[0-9]*/cmdline'
	# the number that it has in there is not the one that it has here
	pid=$(in_container beside 'grep -l "vict[i]m" /proc/[0-9]*/cmdline' | sed -n '1s,/proc/\([0-9]*\)/.*,\1,p')
	in_container beside "/bin/trespasser write $pid"
	expect_alert 6 "$REACH" "$(by beside ".output_fields | (.[\"target.name\"] == \"trespasser\" and .[\"target.pid\"] != $pid and .[\"evt.type\"] == \"process_vm_writev\")")"
}

# bats test_tags=technique:CA5,rule:container-reaches-into-process
@test "CA5: memory of a process of the host's, by its file" {
	in_container nosy "/bin/trespasser mem $VICTIM"
	expect_alert 6 "$REACH" "$(by nosy ".output_fields | (.[\"target.pid\"] == $VICTIM and .[\"evt.type\"] == \"write\")")"
}

# bats test_tags=technique:CA5,rule:container-reaches-into-process,disguise:host-procfs
@test "CA5: through the host's own procfs, by a container that has its own processes" {
	in_container lent "/bin/trespasser override /host/proc/$VICTIM/mem"
	expect_alert 6 "$REACH" "$(by lent ".output_fields | (.[\"target.pid\"] == $VICTIM and .[\"target.container.id\"] == \"host\")")"
}

OOM='Container Chooses a Process Beyond Its Bounds to Be Killed'

# bats test_tags=technique:NS12,rule:container-makes-oom-victim,disguise:oom-score
@test "NS12: a process of the host's becomes the one that is killed first" {
	in_container nosy "echo 1000 >/proc/$VICTIM/oom_score_adj; sleep 0.3"
	expect_alert 6 "$OOM" "$(by nosy ".output_fields[\"target.pid\"] == $VICTIM")"
	in_container lent "echo 1000 >/host/proc/$VICTIM/task/$VICTIM/oom_score_adj; sleep 0.3"
	expect_alert 6 "$OOM" "$(by lent ".output_fields[\"target.pid\"] == $VICTIM")"
	echo 0 >"/proc/$VICTIM/oom_score_adj"
}

# bats test_tags=technique:NS12,twin
@test "NS12 twin: a container lets its own be killed first; the host its own and the container's" {
	in_container modest 'echo 500 >/proc/self/oom_score_adj; sleep 0.3'
	in_container nosy 'echo 500 >/proc/self/oom_score_adj; sleep 0.3'
	echo 0 >"/proc/$VICTIM/oom_score_adj"
	echo 0 >"/proc/$("${DOCKER[@]}" inspect -f '{{.State.Pid}}' modest)/oom_score_adj"
	quiet
}

# bats test_tags=technique:CA6,rule:container-reaches-into-process
@test "CA6: a descriptor of a process of the host's taken by pidfd" {
	in_container nosy "/bin/trespasser steal $VICTIM"
	expect_alert 6 "$REACH" "$(by nosy ".output_fields | (.[\"target.pid\"] == $VICTIM and .[\"evt.type\"] == \"pidfd_getfd\")")"
}

# bats test_tags=technique:CA2,technique:CA4,technique:CA5,technique:CA6,technique:NS2,disguise:double-fork,disguise:name-of-a-runtime
@test "CA2, CA4, CA5, CA6, NS2: by orphans that have a runtime's name" {
	local type way
	in_container nosy 'echo x >/dev/shm/other'
	for way in "write $VICTIM" "mem $VICTIM" "steal $VICTIM" 'handle-write /dev/shm/other' "setns $VICTIM"; do
		orphaned nosy /bin/trespasser $way
	done
	for type in process_vm_writev write pidfd_getfd; do
		expect_alert 6 "$REACH" "$(by nosy ".output_fields[\"evt.type\"] == \"$type\"")"
	done
	expect_alert 6 'File Opened by Handle in a Container' "$(by nosy '.output | contains("flags=O_RDWR")')"
	expect_alert 6 "$SETNS" "$(by nosy)"
}

# bats test_tags=technique:CA3,technique:CA4,technique:CA5,technique:CA6,twin
@test "CA3 twin: debuggers at work inside one container" {
	in_container modest 'for way in trace write mem steal; do /bin/trespasser child $way; done'
	quiet
}

# bats test_tags=technique:NS4,rule:container-outside-root
@test "NS4: the root of a process of the host's as a path" {
	"${DOCKER[@]}" exec -d nosy /bin/sh -c "cd /proc/$VICTIM/root/tmp; /bin/sleep 8"
	expect_alert 6 "$OUTSIDE" "$(by nosy '.output_fields["evt.arg.handles"] | test("cwd")')"
}

# bats test_tags=technique:NS4,rule:container-holds-handle,disguise:open-file
@test "NS4: a file of the host's opened on that path, and kept" {
	echo secret >"$BATS_FILE_TMPDIR/secret"
	"${DOCKER[@]}" exec -d nosy /bin/sh -c "exec 5</proc/$VICTIM/root$BATS_FILE_TMPDIR/secret; /bin/sleep 8"
	expect_alert 6 'Container Process Holds a File Beyond Its Mounts' "$(by nosy)"
}

# bats test_tags=technique:NS4,missed,disguise:closed-at-once
@test "NS4: a file that is read there by one program and closed at once: nothing is told" {
	in_container nosy "cat /proc/$VICTIM/root$BATS_FILE_TMPDIR/secret"
	quiet
}

# bats test_tags=technique:NS4,twin
@test "NS4 twin: a process of its own container by that path" {
	"${DOCKER[@]}" exec -d modest /bin/sh -c 'cd /proc/1/root/tmp; exec 5</proc/1/root/bin/busybox; /bin/sleep 2'
	sleep 2
	quiet
}

ENDS='Container Ends or Stops a Process of the Host'
UNSEEN='Container Has Signals Sent to a Process Unseen'

# bats test_tags=technique:NS12,rule:container-ends-host-process
@test "NS12: a process of the host's is stopped" {
	in_container nosy "busybox kill -STOP $VICTIM; busybox kill -CONT $VICTIM"
	expect_alert 6 "$ENDS" "$(by nosy ".output_fields | (.[\"evt.arg.sig\"] == \"SIGSTOP\" and .[\"target.pid\"] == $VICTIM and .[\"target.name\"] == \"trespasser\")")"
}

# bats test_tags=technique:NS12,rule:container-ends-host-process,disguise:pidfd
@test "NS12: the same by a descriptor" {
	in_container nosy "/bin/trespasser stop $VICTIM"
	expect_alert 6 "$ENDS" "$(by nosy '.output_fields["evt.type"] == "pidfd_send_signal"')"
}

# bats test_tags=technique:NS12,rule:container-ends-host-process,disguise:one-thread
@test "NS12: the same to its first thread, by the call for threads" {
	in_container nosy "/bin/trespasser stopthread $VICTIM"
	expect_alert 6 "$ENDS" "$(by nosy '.output_fields["evt.type"] == "tgkill"')"
}

# bats test_tags=technique:NS12,rule:container-ends-host-process,disguise:another-signal
@test "NS12: a process of the host's is ended by a signal that says that it did so itself, or that time or room is up" {
	local victim signal
	for signal in ABRT ALRM PIPE XCPU SYS; do
		(ulimit -c 0 && exec sleep 60) 3>&- &
		victim=$!
		in_container nosy "busybox kill -$signal $victim"
		expect_alert 6 "$ENDS" "$(by nosy ".output_fields | (.[\"evt.arg.sig\"] == \"SIG$signal\" and .[\"target.pid\"] == $victim)")"
	done
}

# bats test_tags=technique:NS12,rule:container-ends-host-process,disguise:fcntl
@test "NS12: the kernel is to signal it, for a file of the container's, or its group" {
	in_container nosy "/bin/trespasser own $VICTIM"
	expect_alert 6 "$ENDS" "$(by nosy ".output_fields | (.[\"evt.type\"] == \"fcntl\" and .[\"target.pid\"] == $VICTIM)")"
	local other leader
	sleep 60 3>&- &
	other=$!
	leader=$(cut -d ' ' -f 5 /proc/$other/stat)
	sleep 1.2
	in_container nosy "/bin/trespasser owngroup $other"
	expect_alert 6 "$ENDS" "$(by nosy ".output_fields | (.[\"evt.type\"] == \"fcntl\" and .[\"target.pid\"] == $leader)")"
	kill "$other"
}

# bats test_tags=technique:NS12,rule:container-directs-signals-unseen,disguise:owner-behind-pointer
@test "NS12: the same by the ways that do not say whom" {
	in_container nosy "/bin/trespasser ownex $VICTIM"
	expect_alert 6 "$UNSEEN" "$(by nosy '.output_fields["evt.arg.cmd"] == "F_SETOWN_EX"')"
	in_container nosy "/bin/trespasser ownsocket $VICTIM"
	expect_alert 6 "$UNSEEN" "$(by nosy '.output_fields["evt.type"] == "ioctl"')"
}

# bats test_tags=technique:NS12,twin
@test "NS12 twin: signals of a file are for the container itself" {
	in_container nosy "/bin/trespasser child own"
	in_container modest "for way in own owngroup ownex ownsocket; do /bin/trespasser child \$way; done"
	quiet
}

# bats test_tags=technique:NS12,twin
@test "NS12 twin: a container ends its own, and a harmless signal goes to the host" {
	in_container nosy "busybox kill -CONT $VICTIM; busybox kill -0 $VICTIM; sleep 9 & kill -STOP \$!; kill -KILL \$!; true"
	in_container modest 'sleep 9 & kill -TERM $!; wait; true'
	quiet
}
