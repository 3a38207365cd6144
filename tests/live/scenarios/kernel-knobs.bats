#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Settings of the kernel that a container writes: programs that the kernel would run, defences, limits. What is written
# is what stands there already, wherever that shows the same; anything else is put back at once.

setup_file()
{
	load scenario
	scenarios_begin
	CORE_WAS=$(cat /proc/sys/kernel/core_pattern)
	DMESG_WAS=$(cat /proc/sys/kernel/dmesg_restrict)
	export CORE_WAS DMESG_WAS
	if probe_binfmt && ! mountpoint -q /proc/sys/fs/binfmt_misc; then
		mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc
		: >"$BATS_FILE_TMPDIR/mounted"
	fi
	mkdir "$BATS_FILE_TMPDIR/do"
	mkfifo "$BATS_FILE_TMPDIR"/do/{ask,answer}
	container knobs -v "$BATS_FILE_TMPDIR/do:/do" --cap-add SYS_ADMIN --cap-add SYS_MODULE --cap-add SYS_RAWIO
	in_container knobs 'mount -o remount,rw /proc/sys; mount -o remount,rw /sys; mount -o remount,rw /proc/sysrq-trigger 2>/dev/null; true'
	"${DOCKER[@]}" exec -d knobs /bin/sh -c 'while :; do read line </do/ask; . /do/script; echo done >/do/answer; done'
	container ward --pid host --cap-add SYS_ADMIN --cap-add SYS_PTRACE --security-opt apparmor=unconfined
}

teardown_file()
{
	load scenario
	remove knobs ward limits given
	[ ! -e "$BATS_FILE_TMPDIR/mounted" ] || umount /proc/sys/fs/binfmt_misc
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

UPCALL='Kernel Upcall Set From a Container'
DEFENCE='Kernel Defence Changed From a Container'

# inside SCRIPT: done by a shell that has been in the container for a while
inside()
{
	local answer
	printf '%s\n' "$1" >"$BATS_FILE_TMPDIR/do/script"
	timeout 10 sh -c "echo >'$BATS_FILE_TMPDIR/do/ask'"
	read -r -t 10 answer <>"$BATS_FILE_TMPDIR/do/answer"
}

# rewrite FILE: the container writes what stands there
rewrite()
{
	inside "was=\$(cat $1); echo \"\$was\" >$1"
}

# linked FILE [VALUE]: the same behind a link, by an orphan
linked()
{
	inside "ln -sfn $1 /tmp/linked; ( (sleep 0.1; was=${2:-\$(cat /tmp/linked)}; echo \"\$was\" >/tmp/linked) & ); sleep 0.3"
}

# bound FILE [VALUE]: the same by the name of another file, by a program that has a runtime's
bound()
{
	inside "touch /tmp/bound; mount --bind $1 /tmp/bound; ln -sf /bin/sh '/tmp/runc:[2:INIT]'
		was=${2:-\$(cat $1)}; (exec -a sh '/tmp/runc:[2:INIT]' -c \"echo '\$was' >/tmp/bound\"); sleep 0.2; umount /tmp/bound"
}

# by_knobs FILE [JQ-CONDITION]: of that file of the kernel, by this container
by_knobs()
{
	echo ".output_fields | (.[\"container.name\"] == \"knobs\" and .[\"fd.realpath\"] == \"$1\" and (${2:-true}))"
}

# bats test_tags=technique:KU8,rule:kernel-upcall-set,needs:core-socket
@test "KU8: core_pattern that names a socket, set from the host's mounts: the kernel takes it from nowhere else" {
	need core-socket
	in_container ward "/bin/busybox nsenter -t $SENSOR -m /bin/sh -c 'echo @/run/wclab >/proc/sys/kernel/core_pattern'"
	expect_alert 6 "$UPCALL" '.output_fields | (.["container.name"] == "ward" and .["evt.arg.new"] == "@/run/wclab")'
}

# bats test_tags=technique:KU8,disguise:double-fork,disguise:name-of-a-runtime,needs:core-socket
@test "KU8: by an orphan that has a runtime's name" {
	need core-socket
	orphaned ward /bin/busybox nsenter -t "$SENSOR" -m /bin/sh -c 'echo @/run/wclab2 >/proc/sys/kernel/core_pattern'
	expect_alert 6 "$UPCALL" '.output_fields["container.name"] == "ward"'
}

# bats test_tags=technique:KU5,rule:planted-helper,disguise:symlink
@test "KU5: by the root of the process that crashes, behind a link" {
	in_container ward "mkdir /tmp/hidden; ln -s ../../bin/busybox /tmp/hidden/busybox
		busybox nsenter -t $SENSOR -m /bin/sh -c 'echo \"|/proc/%P/root/tmp/hidden/busybox sleep 1\" >/proc/sys/kernel/core_pattern'; caller crash"
	expect_alert 6 'Kernel Starts a Planted Helper' '.output_fields["proc.exepath"] | endswith("/bin/busybox")'
}

PLANTED='Kernel Starts a Planted Helper'

# crashes PATTERN SCRIPT: as which the kernel starts what PATTERN names
crashes()
{
	in_container ward "busybox nsenter -t $SENSOR -m /bin/sh -c 'echo \"|$1\" >/proc/sys/kernel/core_pattern'; $2"
}

# bats test_tags=technique:KU5,disguise:working-directory
@test "KU5: by the working directory of the process that crashes" {
	crashes '/proc/%P/cwd/busybox sleep 1' 'mkdir -p /tmp/here; cp /bin/busybox /tmp/here; cd /tmp/here; caller crash'
	expect_alert 6 "$PLANTED" '.output_fields["proc.exepath"] | endswith("/here/busybox")'
}

# bats test_tags=technique:KU5,disguise:memfd
@test "KU5: by the program itself of the process that crashes, which is no file" {
	# who crashes waits for the helper, which would go on for a minute
	crashes '/proc/%P/exe linger -1' 'launcher memfd /bin/caller caller crash >/dev/null 2>&1 &'
	expect_alert 6 "$PLANTED" '.output_fields["proc.exepath"] | contains("memfd:")'
	kill "$(alerts "select(.rule == \"$PLANTED\") | .output_fields[\"proc.pid\"]" | head -n 1)"
}

# bats test_tags=technique:KU5,disguise:name-of-a-runtime,disguise:bind-mount
@test "KU5: a script that has a runtime's name, below a mount of the container's" {
	crashes '/proc/%P/root/tmp/bound/runc:[2:INIT]' 'mkdir -p /tmp/plain /tmp/bound; printf "#!/bin/sh\nsleep 1\n" >"/tmp/plain/runc:[2:INIT]"
		busybox chmod 755 /tmp/plain/*; mount --bind /tmp/plain /tmp/bound; caller crash'
	expect_alert 6 "$PLANTED" '.output_fields["proc.name"] == "runc:[2:INIT]"'
}

# each by a program of its own: equal alerts of a second are counted
# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:openat2,disguise:dirfd,disguise:thread,disguise:memfd
@test "KU6: by the calls that programs have to open a file, and a program that is no file" {
	local way
	for way in openat2 dirfd thread; do
		inside "cp /bin/opener /tmp/by-$way; /tmp/by-$way $way /proc/sys/kernel/core_pattern"
		expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/core_pattern ".[\"proc.name\"] == \"by-$way\"")"
	done
	inside 'launcher memfd /bin/opener opener plain /proc/sys/kernel/core_pattern'
	expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/core_pattern '.["proc.exepath"] | startswith("/memfd:")')"
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:int80,needs:int80
@test "KU6: with a 32-bit call" {
	need int80
	inside 'cp /bin/opener /tmp/by-int80; /tmp/by-int80 int80 /proc/sys/kernel/core_pattern'
	expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/core_pattern '.["proc.name"] == "by-int80"')"
}

# bats test_tags=technique:KU6,rule:kernel-upcall-set,disguise:io_uring,needs:io-uring
@test "KU6: through io_uring" {
	need io-uring
	inside 'cp /bin/opener /tmp/by-ring; /tmp/by-ring iouring /proc/sys/kernel/core_pattern'
	expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/core_pattern '.["proc.name"] == "by-ring"')"
}

# bats test_tags=technique:KU9,rule:kernel-upcall-set,needs:modprobe
@test "KU9: the program that loads modules" {
	need modprobe
	rewrite /proc/sys/kernel/modprobe
	expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/modprobe)"
}

# bats test_tags=technique:KU9,disguise:symlink,disguise:double-fork,needs:modprobe
@test "KU9: behind a link, by an orphan" {
	need modprobe
	linked /proc/sys/kernel/modprobe
	expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/modprobe)"
}

# of a device: where this kernel has it
uevent_helper()
{
	[ ! -e /sys/kernel/uevent_helper ] || { echo /sys/kernel/uevent_helper; return; }
	echo /proc/sys/kernel/hotplug
}

# bats test_tags=technique:KU11,rule:kernel-upcall-set,needs:uevent-helper
@test "KU11: the program that is run for devices" {
	need uevent-helper
	rewrite "$(uevent_helper)"
	expect_alert 6 "$UPCALL" "$(by_knobs "$(uevent_helper)")"
}

# bats test_tags=technique:KU11,disguise:symlink,disguise:double-fork,needs:uevent-helper
@test "KU11: behind a link, by an orphan" {
	need uevent-helper
	linked "$(uevent_helper)"
	expect_alert 6 "$UPCALL" "$(by_knobs "$(uevent_helper)")"
}

# bats test_tags=technique:KU11,disguise:bind-mount,disguise:name-of-a-runtime,needs:uevent-helper
@test "KU11: by the name of another file, by a program that has a runtime's" {
	need uevent-helper
	bound "$(uevent_helper)"
	expect_alert 6 "$UPCALL" "$(by_knobs "$(uevent_helper)")"
}

# bats test_tags=technique:KU11,twin,needs:uevent-helper
@test "KU11 twin: the program is read, and the host sets its own" {
	need uevent-helper
	local file was
	file=$(uevent_helper)
	inside "cat $file"
	was=$(cat "$file")
	echo "$was" >"$file"
	sleep 1.5
	quiet
}

# registers DIRECTORY NAME: a format that no file has, for a program that does nothing, and takes it away again
registers()
{
	inside "echo ':$2:E::$2::/bin/true:' >$1/register; sleep 1.5; echo -1 >$1/$2"
}

# bats test_tags=technique:KU12,rule:kernel-upcall-set,rule:container-mounts-kernel-declared,needs:binfmt
@test "KU12: a format is registered, in the host's binfmt_misc, which the container has mounted" {
	need binfmt
	inside 'mkdir -p /tmp/formats; mount -t binfmt_misc x /tmp/formats'
	expect_alert 6 'Pseudo File System Mounted in a Container With CAP_SYS_ADMIN' '.output_fields["mount.fstype"] == "binfmt_misc"'
	registers /tmp/formats wclab1
	expect_alert 6 "$UPCALL" '.output_fields | (.["container.name"] == "knobs" and .["fd.kernel_knob"] == "binfmt_entry")'
	expect_alert 6 "$UPCALL" '.output_fields | (.["fd.kernel_knob"] == "binfmt_entry" and .["evt.arg.new"] == "wclab1=/bin/true")'
}

# bats test_tags=technique:KU12,rule:kernel-upcall-set,disguise:volume,needs:binfmt
@test "KU12: the same in a directory that the container was given" {
	need binfmt
	container given -v /proc/sys/fs/binfmt_misc:/notes
	in_container given 'echo ":wclab2:E::wclab2::/bin/true:" >/notes/register; echo -1 >/notes/wclab2'
	remove given
	expect_alert 6 "$UPCALL" '.output_fields | (.["container.name"] == "given" and .["fd.kernel_knob"] == "binfmt_entry")'
}

# bats test_tags=technique:KU12,rule:kernel-upcall-set,disguise:bind-mount,needs:binfmt
@test "KU12: by the name of another file" {
	need binfmt
	inside 'mkdir -p /tmp/formats; mount -t binfmt_misc x /tmp/formats; touch /tmp/list; mount --bind /tmp/formats/register /tmp/list
		echo ":wclab3:E::wclab3::/bin/true:" >/tmp/list; echo -1 >/tmp/formats/wclab3; umount /tmp/list'
	expect_alert 6 "$UPCALL" '.output_fields | (.["container.name"] == "knobs" and .["fd.kernel_knob"] == "binfmt_entry")'
}

# bats test_tags=technique:KU12,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime,needs:binfmt
@test "KU12: behind a link, by an orphan that has a runtime's name" {
	need binfmt
	inside 'mkdir -p /tmp/formats; busybox mountpoint -q /tmp/formats || mount -t binfmt_misc x /tmp/formats; ln -s /tmp/formats /tmp/f'
	orphaned knobs /bin/sh -c 'echo ":wclab5:E::wclab5::/bin/true:" >/tmp/f/register; echo -1 >/tmp/f/wclab5'
	expect_alert 6 "$UPCALL" '.output_fields | (.["container.name"] == "knobs" and .["proc.name"] == "runc:[2:INIT]")'
}

# bats test_tags=technique:KU12,twin,needs:binfmt
@test "KU12 twin: formats are read, and the host registers one" {
	need binfmt
	container given -v /proc/sys/fs/binfmt_misc:/notes:ro
	in_container given 'cat /notes/status; ls /notes' >/dev/null
	remove given
	echo ':wclab4:E::wclab4::/bin/true:' >/proc/sys/fs/binfmt_misc/register
	sleep 1.5
	echo -1 >/proc/sys/fs/binfmt_misc/wclab4
	quiet
}

# bats test_tags=technique:KU13,rule:kernel-upcall-set
@test "KU13: the program that powers the machine off, and what such programs may do" {
	local file
	for file in poweroff_cmd usermodehelper/bset usermodehelper/inheritable; do
		rewrite /proc/sys/kernel/$file
		expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/$file)"
	done
}

# bats test_tags=technique:KU13,disguise:symlink,disguise:double-fork
@test "KU13: behind a link, by an orphan" {
	linked /proc/sys/kernel/usermodehelper/bset
	expect_alert 6 "$UPCALL" "$(by_knobs /proc/sys/kernel/usermodehelper/bset)"
}

# bats test_tags=technique:KU14,rule:kernel-defence-changed,needs:sysrq
@test "KU14: the SysRq trigger, asked for its help" {
	need sysrq
	inside 'echo h >/proc/sysrq-trigger'
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sysrq-trigger)"
}

# bats test_tags=technique:KU14,disguise:symlink,disguise:double-fork,needs:sysrq
@test "KU14: behind a link, by an orphan" {
	need sysrq
	linked /proc/sysrq-trigger h
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sysrq-trigger)"
}

# bats test_tags=technique:KU14,disguise:bind-mount,disguise:name-of-a-runtime,needs:sysrq
@test "KU14: by the name of another file, by a program that has a runtime's" {
	need sysrq
	bound /proc/sysrq-trigger h
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sysrq-trigger)"
}

# bats test_tags=technique:KU14,twin,needs:sysrq
@test "KU14 twin: the trigger is looked at, a file of the container's has its name, and the host asks for its help" {
	need sysrq
	inside 'ls -l /proc/sysrq-trigger; cat /proc/sysrq-trigger; echo h >/tmp/sysrq-trigger'
	echo h >/proc/sysrq-trigger
	sleep 1.5
	quiet
}

# bats test_tags=technique:KU15,rule:kernel-defence-changed
@test "KU15: a defence is lowered, and is back at once" {
	inside 'echo 0 >/proc/sys/kernel/dmesg_restrict'
	echo "$DMESG_WAS" >/proc/sys/kernel/dmesg_restrict
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/kernel/dmesg_restrict '.["fd.kernel_knob"] == "hardening" and .["proc.name"] == "sh"')"
}

# bats test_tags=technique:KU15,rule:kernel-defence-changed
@test "KU15: each defence that this kernel has is told by its own name" {
	local file n=0
	for file in kernel/{kptr_restrict,perf_event_paranoid,unprivileged_bpf_disabled,randomize_va_space,io_uring_disabled,yama/ptrace_scope} \
		fs/{suid_dumpable,protected_symlinks,protected_hardlinks} vm/{mmap_min_addr,unprivileged_userfaultfd}; do
		[ -e /proc/sys/$file ] || continue
		rewrite /proc/sys/$file
		expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/$file)"
		n=$((n + 1))
	done
	[ $n -ge 3 ]
}

# bats test_tags=technique:KU15,rule:kernel-defence-changed,disguise:symlink
@test "KU15: through a link, from a directory of its own" {
	inside 'rm -f /tmp/etc; ln -s /proc/sys/fs /tmp/etc; cd /tmp/etc; read was <suid_dumpable; echo $was >suid_dumpable; cd /'
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/fs/suid_dumpable)"
}

# bats test_tags=technique:KU15,rule:kernel-defence-changed,disguise:bind-mount
@test "KU15: by the name of another file" {
	inside 'touch /tmp/notes; mount -o bind /proc/sys/vm/mmap_min_addr /tmp/notes
		read was </tmp/notes; echo $was >/tmp/notes'
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/vm/mmap_min_addr)"
}

# bats test_tags=technique:KU15,rule:kernel-defence-changed,disguise:double-fork
@test "KU15: by an orphan, with a descriptor that somebody else opened" {
	inside 'read was </proc/sys/kernel/kptr_restrict; exec 5>/proc/sys/kernel/kptr_restrict
		( (sleep 0.3; echo $was >&5) & ); exec 5>&-'
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/kernel/kptr_restrict)"
}

# bats test_tags=technique:KU15,technique:KU16,disguise:name-of-a-runtime
@test "KU15, KU16: by the names of other files, by a program that has a runtime's" {
	local file
	for file in kernel/panic kernel/randomize_va_space; do
		bound /proc/sys/$file
		expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/$file '.["proc.name"] == "runc:[2:INIT]"')"
	done
}

# bats test_tags=technique:KU16,disguise:symlink,disguise:double-fork
@test "KU16: behind a link, by an orphan" {
	linked /proc/sys/kernel/panic
	expect_alert 6 "$DEFENCE" "$(by_knobs /proc/sys/kernel/panic)"
}

# bats test_tags=technique:NS13,rule:kernel-defence-changed,needs:sys-resource
@test "NS13: how many user namespaces there may be" {
	need sys-resource
	container limits --cap-add SYS_RESOURCE --cap-add SYS_ADMIN
	in_container limits 'mount -o remount,rw /proc/sys; f=/proc/sys/user/max_user_namespaces; read was <$f; echo $was >$f'
	expect_alert 6 "$DEFENCE" '.output_fields | (.["container.name"] == "limits" and .["fd.realpath"] == "/proc/sys/user/max_user_namespaces")'
}

# bats test_tags=technique:NS13,disguise:symlink,needs:sys-resource
@test "NS13: behind a link" {
	need sys-resource
	in_container limits 'ln -s /proc/sys/user/max_mnt_namespaces /tmp/notes; read was </tmp/notes; echo $was >/tmp/notes'
	expect_alert 6 "$DEFENCE" '.output_fields | (.["container.name"] == "limits" and .["fd.realpath"] == "/proc/sys/user/max_mnt_namespaces")'
}

# bats test_tags=technique:KV2,rule:kernel-upcall-set
@test "KV2: the value changes and nobody is seen to write it, as where code in the kernel overwrites it" {
	# a procfs that is attached nowhere: no file system that anybody watches is written to
	"$LAB/rootfs/bin/opener" procfs sys/kernel/core_pattern core.overwritten
	expect_alert 6 "$UPCALL" '.output_fields | (.["evt.type"] == "knob_change" and .["evt.arg.new"] == "core.overwritten"
		and .["container.id"] != "host")'
}

# bats test_tags=technique:KU8,technique:KU13,technique:KU15,technique:KU16,technique:KV2,technique:NS13,twin
@test "KU15 twin: settings are read, and those that defend nothing are written; the host sets its own" {
	# what the test before put back is told in the same second, and equal alerts of one are counted
	sleep 1.1
	echo core.of-the-host >/proc/sys/kernel/core_pattern
	expect_alert 6 'Kernel Knob Changed on the Host' '.output_fields["evt.arg.new"] == "core.of-the-host"'
	inside 'for f in kernel/core_pattern kernel/poweroff_cmd kernel/kptr_restrict fs/suid_dumpable user/max_user_namespaces kernel/panic vm/panic_on_oom; do
			cat /proc/sys/$f
		done
		read was </proc/sys/vm/swappiness; echo $was >/proc/sys/vm/swappiness'
	quiet
}
