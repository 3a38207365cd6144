#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Programs that a container did not bring along, and shells on sockets and terminals.

setup_file()
{
	load scenario
	scenarios_begin
	container programs --tmpfs /dev/shm:rw,exec
}

teardown_file()
{
	load scenario
	remove programs
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
}

MINE='.output_fields["container.name"] == "programs"'

# a program has to be there still when it is looked at
launch()
{
	in_container programs "/bin/launcher $1 /bin/busybox busybox sleep 0.3"
}

# bats test_tags=technique:EX1,rule:fileless-execution
@test "EX1: a program out of a memfd" {
	launch memfd
	expect_alert 6 'Fileless execution via memfd_create' "$MINE"
}

# bats test_tags=technique:EX1,rule:fileless-execution,disguise:execveat
@test "EX1: the same by its descriptor and without a path" {
	launch execveat
	expect_alert 6 'Fileless execution via memfd_create' "$MINE"' and (.output_fields["proc.exepath"] | startswith("/memfd:busybox"))'
}

# bats test_tags=technique:EX1,rule:fileless-execution,disguise:double-fork
@test "EX1: the same by an orphan whose parents have gone" {
	launch orphan
	expect_alert 6 'Fileless execution via memfd_create' "$MINE"
}

# bats test_tags=technique:EX1,twin
@test "EX1 twin: a file that has such a name" {
	in_container programs 'mkdir -p /tmp/memfd:x; /bin/busybox cp /bin/busybox /tmp/memfd:x/busybox; echo x >/memfd:y'
	quiet
}

# bats test_tags=technique:EX2,rule:drop-and-execute
@test "EX2: a program that the container wrote" {
	in_container programs '/bin/busybox cp /bin/busybox /tmp/busybox; /tmp/busybox sleep 0.3'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/tmp/busybox"'
}

# bats test_tags=technique:EX2,rule:drop-and-execute,disguise:symlink
@test "EX2: the same through a link that has the name of one of the image's" {
	in_container programs '/bin/busybox cp /bin/busybox /etc/plain; ln -s /etc/plain /tmp/sleep; /tmp/sleep 0.3'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/etc/plain"'
}

# bats test_tags=technique:EX2,rule:drop-and-execute,disguise:rename
@test "EX2: the same in the place of one of the image's own" {
	in_container programs '/bin/busybox cp /bin/busybox /tmp/new; mv /tmp/new /bin/grep; sleep 0.3 | /bin/grep x || true'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/bin/grep"'
}

# bats test_tags=technique:EX2,rule:drop-and-execute,disguise:memfd-name
@test "EX2: the same in a directory that is called like a memfd" {
	in_container programs 'mkdir /memfd:x; /bin/busybox cp /bin/busybox /memfd:x/busybox; /memfd:x/busybox sleep 0.3'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/memfd:x/busybox"'
}

# bats test_tags=technique:EX2,twin
@test "EX2 twin: programs of the image, by other names" {
	in_container programs 'ln -s /bin/busybox /tmp/busybox-link; /tmp/busybox-link sleep 0.3; sleep 0.3'
	quiet
}

# bats test_tags=technique:EX3,rule:exec-from-shared-memory
@test "EX3: a program in shared memory" {
	in_container programs '/bin/busybox cp /bin/busybox /dev/shm/busybox; /dev/shm/busybox true'
	expect_alert 6 'Execution from /dev/shm' "$MINE"
}

# bats test_tags=technique:EX3,rule:exec-from-shared-memory,disguise:relative
@test "EX3: a script there, by a relative name" {
	in_container programs 'cd /dev/shm; printf "#!/bin/sh\ntrue\n" >s; /bin/busybox chmod 755 s; /dev/shm/s'
	expect_alert 6 'Execution from /dev/shm' "$MINE"
}

# bats test_tags=technique:EX3,disguise:symlink,disguise:double-fork,disguise:name-of-a-runtime
@test "EX3: behind a link, by an orphan that has a runtime's name" {
	in_container programs '/bin/busybox cp /bin/busybox /dev/shm/worker'
	orphaned programs /dev/shm/worker true
	expect_alert 6 'Execution from /dev/shm' "$MINE"
}

# bats test_tags=technique:EX3,twin
@test "EX3 twin: data in shared memory" {
	in_container programs 'echo x >/dev/shm/data; cat /dev/shm/data'
	quiet
}

# bats test_tags=technique:EX4,rule:deleted-executable
@test "EX4: a program whose file is gone when it begins" {
	launch unlinked
	expect_alert 6 'Deleted Executable Runs in a Container' "$MINE"
}

# bats test_tags=technique:EX4,disguise:procfs
@test "EX4: the same by the name that procfs has for its descriptor" {
	in_container programs '/bin/busybox cp /bin/busybox /tmp/unlinked; exec 5</tmp/unlinked; rm /tmp/unlinked; exec -a sleep /proc/self/fd/5 0.4'
	expect_alert 6 'Deleted Executable Runs in a Container' "$MINE"
}

# bats test_tags=technique:EX4,disguise:double-fork,disguise:name-of-a-runtime
@test "EX4: the same by an orphan that has a runtime's name" {
	orphaned programs /bin/launcher unlinked /bin/busybox busybox sleep 0.3
	expect_alert 6 'Deleted Executable Runs in a Container' "$MINE"
}

# bats test_tags=technique:EX2,rule:drop-and-execute,rule:foreign-abi-execution,disguise:int80
@test "EX2: the same by the 32-bit door" {
	in_container programs '/bin/busybox cp /bin/busybox /etc/busybox; /bin/launcher int80 /etc/busybox busybox sleep 0.3 || [ $? -ne 2 ]' ||
		skip "this kernel has no 32-bit calls"
	expect_alert 6 'Foreign-ABI Execution in a Container' "$MINE"' and .output_fields["evt.arch"] == "i386"'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/etc/busybox"'
}

# bats test_tags=technique:EX6,rule:shell-on-a-socket
@test "EX6: a shell on a socket" {
	in_container programs '/bin/launcher socket /bin/sh sh -c "sleep 0.3; true"'
	expect_alert 6 'Redirect STDOUT/STDIN to Network Connection in Container' "$MINE"' and .output_fields["proc.stdin.type"] == "unix"'
}

# bats test_tags=technique:EX6,disguise:symlink,disguise:first-argument
@test "EX6: a shell that is called otherwise" {
	in_container programs 'ln -s /bin/busybox /tmp/worker; /bin/launcher socket /tmp/worker sh -c "sleep 0.4; true"; true'
	expect_alert 6 'Redirect STDOUT/STDIN to Network Connection in Container' "$MINE"
}

# bats test_tags=technique:EX6,rule:shell-on-a-terminal
@test "EX6: a shell on a terminal" {
	"${DOCKER[@]}" exec -t programs /bin/sh -c 'sleep 0.3; true'
	expect_alert 6 'Terminal shell in container' "$MINE"
}

# bats test_tags=technique:EX6,twin
@test "EX6 twin: a shell on a pipe" {
	in_container programs 'echo x | sh -c "cat; sleep 0.3"'
	[ "$(count_alerts 'Redirect STDOUT/STDIN to Network Connection in Container')" -eq 0 ]
	[ "$(count_alerts 'Terminal shell in container')" -eq 0 ]
	quiet
}

# bats test_tags=technique:EX5,rule:loader-hijack
@test "EX5: the loader is told what to load" {
	in_container programs 'LD_PRELOAD=/tmp/evil.so sleep 0.3'
	expect_alert 6 'Loader Hijacked by the Environment' "$MINE"' and .output_fields["proc.env[LD_PRELOAD]"] == "/tmp/evil.so"'
}

# the names of the others are more than can be told
# bats test_tags=technique:EX5,rule:loader-hijack,disguise:padding
@test "EX5: the same behind many other variables" {
	in_container programs 'i=0; while [ $i -lt 500 ]; do i=$((i+1)); export PADDING_FOR_NOTHING_$i=x; done; LD_PRELOAD=/tmp/evil.so sleep 0.3'
	expect_alert 6 'Loader Hijacked by the Environment' "$MINE"' and .output_fields["proc.env[LD_PRELOAD]"] == "/tmp/evil.so"'
}

# bats test_tags=technique:EX5,disguise:other-variable,disguise:double-fork,disguise:name-of-a-runtime
@test "EX5: another variable, by an orphan that has a runtime's name" {
	orphaned programs /bin/busybox env LD_AUDIT=/tmp/evil.so sleep 0.3
	expect_alert 6 'Loader Hijacked by the Environment' "$MINE"' and .output_fields["proc.env[LD_AUDIT]"] == "/tmp/evil.so"'
}

# bats test_tags=technique:EX5,twin
@test "EX5 twin: many variables, none of which the loader knows" {
	in_container programs 'i=0; while [ $i -lt 500 ]; do i=$((i+1)); export PADDING_FOR_NOTHING_$i=x; done; sleep 0.3'
	quiet
	[ -z "$(alerts 'select(.rule == "Loader Hijacked by the Environment") | .output')" ]
}

# bats test_tags=technique:EX5,twin
@test "EX5 twin: a variable that only ends like that" {
	in_container programs 'NO_LD_PRELOAD=/x sleep 0.3'
	quiet
	[ "$(count_alerts 'Loader Hijacked by the Environment')" -eq 0 ]
}

# bats test_tags=technique:EX7,rule:drop-and-execute
@test "EX7: a program that has the name of a kernel thread is told by its file" {
	in_container programs 'cd /tmp; /bin/busybox cp /bin/launcher "[kworker]"; "./[kworker]" threads - 5'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/tmp/[kworker]"'
}

# bats test_tags=technique:EX7,rule:drop-and-execute,disguise:first-argument
@test "EX7: the same whose command line says so" {
	in_container programs '/bin/busybox cp /bin/busybox /tmp/hidden; exec -a sleep /tmp/hidden 0.5'
	expect_alert 6 'Drop and execute new binary in container' "$MINE"' and .output_fields["proc.exepath"] == "/tmp/hidden"'
}

UNDECLARED='Container Opens a Device That It Was Not Given'

# lie WAY: the container opens a device that it was not given under some pretence: what the kernel answered is told
lie()
{
	in_container programs "/bin/busybox mknod /tmp/$1 c 10 232; faker $1 /tmp/$1"
	expect_alert 6 "$UNDECLARED" "$MINE and (.output_fields | .[\"fd.name\"] == \"/tmp/$1\" and .[\"evt.res\"] == \"EPERM\")"
}

# bats test_tags=technique:EX7,rule:device-opened-undeclared,disguise:name-of-a-runtime
@test "EX7: who calls himself a runtime on its way into a container is not spared" {
	lie name
	has_alert "$UNDECLARED" '.output | contains("process=runc:[2:INIT] ")'
}

# bats test_tags=technique:EX8,rule:device-opened-undeclared,disguise:ptrace-result
@test "EX8: a tracer makes its child believe in another result" {
	[ "$(uname -m)" = x86_64 ] || skip "the tool knows the registers of x86-64"
	lie result
}

# bats test_tags=technique:EX8,rule:device-opened-undeclared,disguise:ptrace-call
@test "EX8: a tracer makes another call of a harmless one: the call that was made is told" {
	[ "$(uname -m)" = x86_64 ] || skip "the tool knows the registers of x86-64"
	lie call
}

# bats test_tags=technique:EX8,rule:device-opened-undeclared,disguise:seccomp
@test "EX8: a supervisor by seccomp does the work of a harmless call: it is told itself" {
	lie notify
}

# bats test_tags=technique:EX7,technique:EX8,twin
@test "EX8 twin: the same lies about a file of the container's" {
	in_container programs 'touch /tmp/kvm; for way in name result call notify; do faker $way /tmp/kvm || exit 1; done'
	quiet
}
