#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Calls that take control of the kernel, or that its exploits are made of: each is made once, where it breaks nothing,
# by tests/tools/caller.c. `plain` has what docker gives everybody, `driver` declares what it does.

setup_file()
{
	load scenario
	scenarios_begin
	container plain
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["vmsplice"],"action":"SCMP_ACT_ERRNO"}]}' >"$BATS_FILE_TMPDIR/allow.json"
	"${DOCKER[@]}" run -d --name driver --security-opt seccomp="$BATS_FILE_TMPDIR/allow.json" --cap-add SYS_MODULE \
		--cap-add SYS_BOOT --cap-add NET_ADMIN --cap-add SYS_ADMIN busybox /bin/sleep 300 >/dev/null
	container sharing --network host --pid host
	container lent -v /proc:/host/proc --cap-add SYS_PTRACE
}

teardown_file()
{
	load scenario
	remove plain driver sharing lent
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
}

# make CONTAINER WORD...: the call is made, whatever the kernel answers
make()
{
	local name=$1
	shift
	"${DOCKER[@]}" exec "$name" /bin/caller "$@"
}

MODULE='Linux Kernel Module Injection Detected'
CONTROL='Container Takes Control of the Kernel'

# bats test_tags=technique:CA7,rule:kernel-module-load
@test "CA7: a kernel module, from memory and from a file" {
	make plain init_module
	make plain finit_module
	expect_alert 6 "$MODULE" '.output | contains("call=init_module")'
	expect_alert 6 "$MODULE" '.output_fields["container.name"] == "plain" and (.output | contains("call=finit_module"))'
}

# bats test_tags=technique:CA7,rule:kernel-module-load,disguise:int80,needs:int80
@test "CA7: a kernel module by the 32-bit call" {
	need int80
	make plain int80 finit_module
	expect_alert 6 "$MODULE" '.output | contains("arch=i386")'
}

# bats test_tags=technique:CA7,rule:kernel-module-load,disguise:double-fork
@test "CA7: a kernel module by a process whose parents are gone" {
	make plain orphan init_module
	expect_alert 6 "$MODULE" '.output_fields["container.name"] == "plain"'
}

# bats test_tags=technique:CA7,rule:kernel-module-declared
@test "CA7: a kernel module by a container that declares it is told with less weight" {
	make driver init_module
	expect_alert 6 'Kernel Module Loaded by a Container That Declares It' '.priority == "Error"'
	! has_alert "$MODULE"
}

# bats test_tags=technique:DV7,technique:DV10,technique:DV12,rule:kernel-control
@test "DV7, DV10, DV12: I/O ports, swap, another kernel, the log of processes" {
	local call
	for call in iopl ioperm swapon kexec_load kexec_file_load acct delete_module; do
		make plain "$call"
		expect_alert 6 "$CONTROL" ".output | contains(\"call=$call \")"
	done
}

# bats test_tags=technique:DV12,rule:kernel-control
@test "DV12: reboot in the pid namespace of the host, by a call that the kernel refuses" {
	make sharing reboot
	expect_alert 6 "$CONTROL" '.output_fields["container.name"] == "sharing" and (.output | contains("call=reboot"))'
}

# bats test_tags=technique:DV12,rule:kernel-control-declared
@test "DV12: another kernel by a container that declares it" {
	make driver kexec_load
	expect_alert 6 'Kernel Controlled by a Container That Declares It' '.output | contains("call=kexec_load")'
}

# bats test_tags=technique:DV12,twin
@test "DV12 twin: a container that restarts itself" {
	make plain reboot
	quiet
}

# bats test_tags=technique:DV7,technique:DV10,technique:DV12,technique:CA7,technique:CA9,technique:CA10,technique:CA19,technique:KV10,technique:KV12,twin
@test "DV7, DV10, CA7, CA9, CA10, CA19, KV10, KV12 twin: the host makes all of these calls; a container asks what there is, or declares it" {
	local call
	for call in iopl ioperm modify_ldt swapon acct kexec_load finit_module delete_module program perf_event_open userfaultfd nft; do
		"$LAB/rootfs/bin/caller" $call
	done
	in_container plain 'cat /proc/modules /proc/swaps /proc/ioports /proc/sys/kernel/perf_event_paranoid; caller bpf; caller add_key' || true
	make driver perf_event_open
	make driver nft
	quiet
}

# the calls of `plain`, each with what it is told by
CALLS=("iopl|$CONTROL" "swapon|$CONTROL" "kexec_load|$CONTROL" "finit_module|$MODULE" 'program|eBPF Program Refused in Container'
	'perf_event_open|Performance Events Opened in Container' 'add_key|Rare Kernel Call in Container' 'io_uring_setup|io_uring Used in Container'
	'userfaultfd|Unprivileged Delegation of Page Faults Handling to a Userspace Process' 'syslog|Kernel Log Cleared in Container'
	'socket 38 5 0|Kernel Crypto Socket Opened in Container' 'socket 40 2 0|Rare Socket Family in Container'
	'socket 16 3 12|Firewall or IPsec Controlled in Container' 'fsconfig|Descriptor Given to a File System in Container' 'crash|Container Process Crashed')

# bats test_tags=technique:DV7,technique:DV10,technique:DV12,technique:CA7,technique:CA8,technique:CA9,technique:CA18,technique:CA19,technique:KV3,technique:KV4,technique:KV8,technique:KV9,technique:KV10,technique:KV11,technique:KV12,technique:KV13,technique:KV14,disguise:double-fork,disguise:name-of-a-runtime
@test "DV7, DV10, DV12, CA7 to CA9, CA18, CA19, KV3, KV4, KV8 to KV14: by orphans that have a runtime's name" {
	local call script=
	for call in "${CALLS[@]}"; do
		script+="'/tmp/runc:[2:INIT]' orphan ${call%|*}; "
	done
	in_container plain "ln -sf /bin/caller '/tmp/runc:[2:INIT]'; $script"
	for call in "${CALLS[@]}"; do
		expect_alert 6 "${call#*|}" '.output_fields["container.name"] == "plain"'
	done
}

# bats test_tags=technique:CA9,technique:KV10,rule:ebpf-load-declared
@test "CA9, KV10: an eBPF program" {
	make driver program
	expect_alert 6 'eBPF Program Loaded by a Container That Declares It' '.output | contains("result=SUCCESS")'
}

# bats test_tags=technique:CA9,technique:KV10,rule:ebpf-load-refused
@test "CA9, KV10: an eBPF program that the kernel refuses" {
	[ "$(cat /proc/sys/kernel/unprivileged_bpf_disabled)" != 0 ] || skip "anybody may load eBPF programs here"
	make plain program
	expect_alert 6 'eBPF Program Refused in Container' '.output | contains("result=EPERM")'
}

# bats test_tags=technique:CA9,rule:ebpf-load-host
@test "CA9: an eBPF program on the host, not by a runtime" {
	"$LAB/rootfs/bin/caller" program
	expect_alert 6 'BPF Program Not Profiled'
}

FILE_SYSTEM='File System Configured in Container'
DESCRIPTOR='Descriptor Given to a File System in Container'

# bats test_tags=technique:KV4,rule:file-system-configured,rule:file-system-descriptor
@test "KV4: a file system is configured a hundred times in a user namespace, and given a descriptor" {
	in_container plain '/bin/trespasser userns cgroup /bin/caller configure'
	expect_alert 6 "$FILE_SYSTEM" '.output_fields | (.["container.name"] == "plain" and .["evt.type"] == "fsconfig" and .["evt.arg.cmd"] == "FSCONFIG_SET_STRING")'
	expect_alert 6 "$DESCRIPTOR" '.output_fields["container.name"] == "plain"'
	expect_alert 6 "$FILE_SYSTEM" '.watchcap.repeat >= 99'
}

# bats test_tags=technique:KV4,rule:file-system-descriptor,disguise:int80,needs:int80
@test "KV4: by the 32-bit call" {
	need int80
	make plain int80 fsconfig
	expect_alert 6 "$DESCRIPTOR" '.output | contains("arch=i386")'
}

# bats test_tags=technique:KV4,rule:file-system-descriptor-declared
@test "KV4: a descriptor given by a container that declares it is told with less weight" {
	make driver configure
	expect_alert 6 'Descriptor Given to a File System by a Container That Declares It' '.priority == "Notice"'
	quiet
	[ "$(count_alerts "$FILE_SYSTEM")" -eq 0 ]
}

# bats test_tags=technique:KV4,twin
@test "KV4 twin: the host, and a container that declares it, mount by the new calls" {
	mkdir -p "$BATS_TEST_TMPDIR/m"
	"$LAB/rootfs/bin/mounter" new tmpfs "$BATS_TEST_TMPDIR/m"
	"$LAB/rootfs/bin/caller" configure
	in_container driver 'mkdir -p /tmp/m; /bin/mounter new tmpfs /tmp/m'
	quiet
	[ "$(count_alerts "$FILE_SYSTEM")" -eq 0 ]
}

MEMORY='Memory Written Past Its Protection in Container'

# bats test_tags=technique:KV6,rule:memory-overwritten
@test "KV6: a page that is only to be read is written through /proc/self/mem" {
	in_container plain '/bin/trespasser override /proc/self/mem'
	expect_alert 6 "$MEMORY" '.output_fields | (.["container.name"] == "plain" and .["evt.type"] == "write" and .["target.name"] == "trespasser")'
	quiet
}

# bats test_tags=technique:KV6,disguise:symlink
@test "KV6: behind a link, through the file of the thread" {
	in_container plain 'ln -sf /proc/thread-self/mem /tmp/own; /bin/trespasser override /tmp/own'
	expect_alert 6 "$MEMORY" '.output_fields | (.["container.name"] == "plain" and .["evt.type"] == "write")'
}

# bats test_tags=technique:KV6,disguise:own-procfs
@test "KV6: in a procfs that the container mounts itself" {
	in_container driver 'mkdir -p /tmp/p; mount -t proc x /tmp/p; /bin/trespasser override /tmp/p/self/mem; sleep 1; umount /tmp/p'
	expect_alert 6 "$MEMORY" '.output_fields["container.name"] == "driver"'
}

# bats test_tags=technique:KV6,disguise:host-procfs
@test "KV6: in the host's procfs, through a volume" {
	in_container lent '/bin/trespasser override /host/proc/self/mem'
	expect_alert 6 "$MEMORY" '.output_fields["container.name"] == "lent"'
}

# bats test_tags=technique:KV6,disguise:debugger
@test "KV6: by a debugger of its own" {
	in_container plain '/bin/trespasser child poke'
	expect_alert 6 "$MEMORY" '.output_fields | (.["container.name"] == "plain" and .["evt.arg.request"] == "PTRACE_POKEDATA")'
	quiet
}

# bats test_tags=technique:KV6,disguise:double-fork,disguise:name-of-a-runtime
@test "KV6: by an orphan that has a runtime's name" {
	orphaned plain /bin/trespasser override /proc/self/mem
	expect_alert 6 "$MEMORY" '.output_fields["container.name"] == "plain"'
}

# bats test_tags=technique:KV6,twin
@test "KV6 twin: the host writes to its memory so; a container reads its own, and writes to files beside it" {
	"$LAB/rootfs/bin/trespasser" override /proc/self/mem
	"$LAB/rootfs/bin/trespasser" child mem
	in_container plain 'busybox head -c 0 /proc/self/mem; echo x >/proc/self/comm; echo 500 >/proc/self/oom_score_adj; echo x >/tmp/mem; /bin/trespasser child trace'
	quiet
	[ "$(count_alerts "$MEMORY")" -eq 0 ]
}

# bats test_tags=technique:KV12,rule:page-faults-delegated
@test "KV12: page faults handled by the process itself" {
	make plain userfaultfd
	expect_alert 6 'Unprivileged Delegation of Page Faults Handling to a Userspace Process'
}

# bats test_tags=technique:KV12,technique:CA19,rule:perf-in-container
@test "KV12, CA19: performance events" {
	make plain perf_event_open
	expect_alert 6 'Performance Events Opened in Container'
}

# bats test_tags=technique:KV12,rule:kernel-primitive
@test "KV12: keyrings, fanotify, the descriptor table" {
	local call
	for call in add_key request_key keyctl fanotify_init; do
		make plain "$call"
		expect_alert 6 'Rare Kernel Call in Container' ".output | contains(\"call=$call \")"
	done
	quiet
}

# bats test_tags=technique:KV12,rule:kernel-primitive,disguise:int80,needs:int80
@test "KV12: the descriptor table by the 32-bit call" {
	need int80
	make plain int80 modify_ldt
	expect_alert 6 'Rare Kernel Call in Container' '.output | contains("arch=i386")'
}

# bats test_tags=technique:KV11,rule:io-uring-in-container
@test "KV11: an io_uring in a container without a filter" {
	make plain io_uring_setup
	expect_alert 6 'io_uring Used in Container' '.output_fields["container.name"] == "plain"'
}

# bats test_tags=technique:KV11,twin
@test "KV11 twin: an io_uring that the container's filter lets pass is a notice" {
	make driver io_uring_setup
	expect_alert 6 'io_uring Used by a Container That Declares It' '.priority == "Notice"'
	quiet
}

# bats test_tags=technique:CA11,rule:packet-socket
@test "CA11: a packet socket" {
	make plain socket 17 3 0
	expect_alert 6 'Packet socket created in container' '.output | contains("domain=AF_PACKET")'
	quiet
}

# bats test_tags=technique:CA11,rule:packet-socket,disguise:old-name
@test "CA11: a packet socket by its old name" {
	make plain socket 2 10 0
	expect_alert 6 'Packet socket created in container' '.output | contains("type=SOCK_PACKET")'
}

# bats test_tags=technique:CA11,rule:packet-socket,disguise:int80,needs:int80
@test "CA11: a packet socket by the 32-bit calls, one of which has its arguments in memory" {
	need int80
	make plain int80 socket 17 3 0
	make plain socketcall 2 10 0
	expect_alert 6 'Packet socket created in container' '.output | contains("type=SOCK_RAW") and contains("arch=i386")'
	expect_alert 6 'Packet socket created in container' '.output | contains("type=SOCK_PACKET") and contains("arch=i386")'
}

# bats test_tags=technique:CA11,rule:packet-socket-host
@test "CA11: a packet socket on the host's network" {
	make sharing socket 17 3 0
	expect_alert 6 'Packet Socket on the Network of the Host' '.output_fields["container.name"] == "sharing"'
}

# bats test_tags=technique:CA11,rule:promiscuous-device
@test "CA11: a device that is made to hear everything" {
	make driver promiscuous
	expect_alert 6 'Container Hears All Traffic of a Device' '.output | contains("device=lo")'
}

# bats test_tags=technique:KV8,rule:crypto-socket
@test "KV8: a crypto socket" {
	make plain socket 38 5 0
	expect_alert 6 'Kernel Crypto Socket Opened in Container'
}

# bats test_tags=technique:CA8,technique:KV9,technique:KV14,rule:rare-socket
@test "CA8, KV9, KV14: sockets whose families hardly anybody uses" {
	local domain
	for domain in AF_AX25=3 AF_X25=9 AF_DECnet=12 AF_TIPC=30 AF_RXRPC=33 AF_VSOCK=40; do
		make plain socket ${domain#*=} 2 0
		expect_alert 6 'Rare Socket Family in Container' ".output | contains(\"domain=${domain%=*}\")"
	done
}

# bats test_tags=technique:KV9,rule:rare-socket,disguise:int80,needs:int80
@test "KV9: a rare family by the 32-bit call that has its arguments in memory" {
	need int80
	make plain socketcall 33 2 0
	expect_alert 6 'Rare Socket Family in Container' '.output | contains("domain=AF_RXRPC") and contains("arch=i386")'
}

# bats test_tags=technique:KV3,technique:KV9,rule:firewall-control
@test "KV3, KV9: control of firewall and IPsec" {
	make plain socket 16 3 6
	make plain socket 16 3 12
	make plain socket 15 3 2
	expect_alert 6 'Firewall or IPsec Controlled in Container' '.output | contains("proto=6 ")'
	expect_alert 6 'Firewall or IPsec Controlled in Container' '.output | contains("proto=12 ")'
	expect_alert 6 'Firewall or IPsec Controlled in Container' '.output | contains("domain=AF_KEY")'
}

# bats test_tags=technique:KV3,rule:firewall-control,disguise:user-namespace
@test "KV3: from a user and a network namespace of its own, where the kernel lets it" {
	in_container plain 'busybox unshare -Urn /bin/caller nft'
	expect_alert 6 'Firewall or IPsec Controlled in Container' '.output_fields["container.name"] == "plain" and (.output | contains("operation=nft_register_table"))'
}

# bats test_tags=technique:CA10,rule:firewall-control-declared
@test "CA10: a table of the firewall added and removed by a container that declares it" {
	make driver nft
	expect_alert 6 'Firewall or IPsec Controlled by a Container That Declares It' '.output | contains("operation=nft_register_table")'
}

# bats test_tags=technique:CA10,disguise:double-fork,disguise:name-of-a-runtime
@test "CA10: by an orphan that has a runtime's name" {
	orphaned driver /bin/caller nft
	expect_alert 6 'Firewall or IPsec Controlled by a Container That Declares It' '.output_fields["container.name"] == "driver"'
}

# bats test_tags=technique:KV3,technique:KV8,technique:KV9,technique:KV14,technique:CA8,technique:CA11,twin
@test "KV3, KV8, KV9, KV14, CA8, CA11 twin: sockets that everybody opens, pings; the host's own of any family" {
	"$LAB/rootfs/bin/caller" socket 38 5 0
	"$LAB/rootfs/bin/caller" socket 40 1 0
	make plain socket 16 3 0
	make plain socket 16 3 15
	make plain socket 2 3 1
	make plain socket 2 2 0
	make plain socket 10 1 0
	make plain socket 1 1 0
	quiet
	! has_alert 'Packet socket created in container'
}

# bats test_tags=technique:CA18,rule:kernel-log-cleared
@test "CA18: the kernel's log cleared, which the kernel refuses" {
	make plain syslog
	expect_alert 6 'Kernel Log Cleared in Container' '.output | contains("result=EPERM")'
}

# bats test_tags=technique:CA18,rule:kernel-log-declared
@test "CA18: the same call by a container that declares it" {
	make driver syslog
	expect_alert 6 'Kernel Log Cleared by a Container That Declares It' '.priority == "Notice"'
}

# bats test_tags=technique:CA18,twin
@test "CA18 twin: a container asks for the kernel's log, the host clears it" {
	in_container plain 'busybox dmesg >/dev/null 2>&1; true'
	"$LAB/rootfs/bin/caller" syslog
	quiet
}

SYMBOLS='Container Reads the Symbols of the Kernel'

# bats test_tags=technique:DV9,rule:kernel-symbols-read
@test "DV9: the kernel's symbols are read, in the container's own procfs" {
	in_container plain 'busybox head -c 100 /proc/kallsyms' >/dev/null
	expect_alert 6 "$SYMBOLS" '.output_fields | (.["container.name"] == "plain" and .["fd.name"] == "/proc/kallsyms")'
}

# bats test_tags=technique:DV9,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "DV9: behind a link, by an orphan that has a runtime's name" {
	in_container plain 'ln -s /proc/self/../kallsyms /tmp/notes'
	orphaned plain /bin/busybox head -c 1 /tmp/notes >/dev/null
	expect_alert 6 "$SYMBOLS" '.output_fields["container.name"] == "plain"'
}

# bats test_tags=technique:DV9,rule:kernel-symbols-declared,disguise:own-procfs
@test "DV9: in a procfs that it mounts itself, by a container that declares it: told with less weight" {
	in_container driver 'mkdir /tmp/p; mount -t proc x /tmp/p; cat /tmp/p/kallsyms >/dev/null; umount /tmp/p'
	expect_alert 6 'Symbols of the Kernel Read by a Container That Declares It' '.priority == "Notice" and .output_fields["fd.name"] == "/tmp/p/kallsyms"'
	[ "$(count_alerts "$SYMBOLS")" -eq 0 ]
}

# bats test_tags=technique:DV9,twin
@test "DV9 twin: the host reads them; a container reads what lies beside them, and a file of that name" {
	cat /proc/kallsyms >/dev/null
	in_container plain 'ls -l /proc/kallsyms; cat /proc/iomem /proc/ioports /proc/version /proc/cpuinfo; echo x >/tmp/kallsyms; cat /tmp/kallsyms' >/dev/null
	quiet
}

# bats test_tags=technique:DV11,rule:terminal-injection
@test "DV11: input put into a terminal" {
	make plain type
	expect_alert 6 'Input Put into a Terminal in Container'
}

# bats test_tags=technique:DV11,rule:terminal-injection,disguise:wide-argument
@test "DV11: the same by a number with more bits than the kernel looks at" {
	make plain widetype
	expect_alert 6 'Input Put into a Terminal in Container' '.output | contains("request=21522")'
}

# bats test_tags=technique:DV11,twin
@test "DV11 twin: a terminal of the container's own is set and asked, and written to" {
	"${DOCKER[@]}" exec -t plain /bin/sh -c 'busybox stty -echo; busybox stty size; busybox stty echo; busybox tty; echo x >/dev/tty'
	quiet
}

# bats test_tags=technique:KV13,rule:container-crash,rule:seccomp-kill
@test "KV13: a crash, and a call that seccomp answers with death" {
	make plain crash
	make plain violate
	expect_alert 6 'Container Process Crashed' '.output | contains("signal=11")'
	expect_alert 6 'Container Process Killed by Seccomp'
	quiet
}
