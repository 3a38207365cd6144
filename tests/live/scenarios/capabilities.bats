#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Ids and capabilities that processes of a container give themselves, and files that give them to others.

setup_file()
{
	load scenario
	scenarios_begin
	mkdir "$BATS_FILE_TMPDIR/shared"
	container plain -v "$BATS_FILE_TMPDIR/shared:/shared"
	container admin --cap-add SYS_ADMIN
}

teardown_file()
{
	load scenario
	remove plain admin
	scenarios_end
}

setup()
{
	load scenario
	scenario_begin
}

make()
{
	local name=$1
	shift
	"${DOCKER[@]}" exec "$name" /bin/caller "$@"
}

BIT='Set Setuid or Setgid bit'
OUTSIDE='Set-User-ID File Made Outside the Root of a Container'

# bats test_tags=technique:CA14,rule:root-by-capability
@test "CA14: a process without any root id makes itself root" {
	make plain become 0
	expect_alert 6 'Container Process Makes Itself Root' '.output | contains("uid_before=1000")'
}

# bats test_tags=technique:CA14,twin
@test "CA14 twin: a process that gives up root, one that becomes another user, one that is root" {
	make plain become 1001
	"${DOCKER[@]}" exec --user 1000 plain /bin/id
	"${DOCKER[@]}" exec plain /bin/id
	quiet
}

# bats test_tags=technique:CA15,rule:escape-capability-raised
@test "CA15: a capability that leads out of containers is raised" {
	make admin regain 21
	expect_alert 6 'Container Process Raises a Capability for Escapes' '.output | contains("gained=CAP_SYS_ADMIN")'
}

# bats test_tags=technique:CA15,twin
@test "CA15 twin: a capability that leads nowhere is raised, as ping does" {
	make plain regain 13
	quiet
}

# bats test_tags=technique:CA13,rule:privileged-file-outside
@test "CA13: a set-user-ID file on a volume, by every call that makes one" {
	local call
	for call in chmod fchmod fchmodat; do
		in_container plain "touch /shared/$call; caller $call 4755 /shared/$call"
		expect_alert 6 "$OUTSIDE" ".output | contains(\"call=$call\")"
	done
	for call in mknod open creat; do
		make plain "$call" 4755 "/shared/$call"
	done
	expect_alert 6 "$OUTSIDE" '.output | contains("file=/shared/mknod")'
	expect_alert 6 "$OUTSIDE" '.output | contains("file=/shared/open")'
	expect_alert 6 "$OUTSIDE" '.output | contains("file=/shared/creat")'
}

# bats test_tags=technique:CA13,rule:privileged-file-outside,disguise:symlink
@test "CA13: a set-user-ID file on a volume by a link with an innocent name" {
	in_container plain 'touch /shared/linked; ln -s /shared/linked /tmp/notes; caller chmod 4755 /tmp/notes'
	expect_alert 6 "$OUTSIDE" '.output | contains("file=/tmp/notes")'
}

# bats test_tags=technique:CA13,rule:privileged-file-outside,disguise:no-name
@test "CA13: a set-user-ID file on a volume that has no name yet (O_TMPFILE)" {
	in_container plain 'caller tmpfile 4755 /shared'
	expect_alert 6 "$OUTSIDE" '.output | contains("file=/shared") and contains("mode=")'
}

# bats test_tags=technique:CA13,disguise:double-fork,disguise:name-of-a-runtime
@test "CA13: by an orphan that has a runtime's name" {
	in_container plain 'touch /shared/orphans'
	orphaned plain /bin/caller chmod 4755 /shared/orphans >/dev/null
	expect_alert 6 "$OUTSIDE" '.output | contains("file=/shared/orphans")'
}

# bats test_tags=technique:CA13,twin
@test "CA13 twin: set-ID bits inside the container are a notice, as packages set them" {
	in_container plain 'touch /tmp/su; caller chmod 4755 /tmp/su; caller chmod 2755 /shared'
	expect_alert 6 "$BIT" '.output | contains("file=/tmp/su")'
	quiet
}

# bats test_tags=technique:CA12,rule:file-capabilities-outside
@test "CA12: file capabilities on a volume" {
	in_container plain 'touch /shared/a /shared/b; caller setxattr /shared/a; caller fsetxattr /shared/b'
	expect_alert 6 'File Capabilities Set Outside the Root of a Container' '.output | contains("file=/shared/a")'
	expect_alert 6 'File Capabilities Set Outside the Root of a Container' '.output | contains("call=fsetxattr")'
}

# bats test_tags=technique:CA12,twin
@test "CA12 twin: file capabilities inside the container are a notice" {
	in_container plain 'touch /tmp/tool; caller setxattr /tmp/tool'
	expect_alert 6 'File Capabilities Set in Container' '.output | contains("file=/tmp/tool")'
	quiet
}

# bats test_tags=technique:CA12,technique:CA14,technique:CA15,disguise:double-fork,disguise:name-of-a-runtime
@test "CA12, CA14, CA15: by orphans that have a runtime's name" {
	in_container plain 'touch /shared/c'
	orphaned plain /bin/caller setxattr /shared/c
	orphaned plain /bin/caller become 0
	orphaned admin /bin/caller regain 21
	expect_alert 6 'File Capabilities Set Outside the Root of a Container' '.output | contains("file=/shared/c")'
	expect_alert 6 'Container Process Makes Itself Root' '.output_fields["container.name"] == "plain"'
	expect_alert 6 'Container Process Raises a Capability for Escapes' '.output_fields["container.name"] == "admin"'
}

# overlay CONTAINER SCRIPT: in a user namespace of its own the container lays one directory over another, and is in the result
overlay()
{
	in_container "$1" "trespasser userns cgroup /bin/sh -c 'mkdir -p /tmp/o; mount -t tmpfs x /tmp/o; cd /tmp/o; mkdir lower upper work both
		touch lower/program; mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work x both; cd both; $2'"
}

# bats test_tags=technique:KV5,rule:file-capabilities-outside
@test "KV5: file capabilities set through an overlay in a user namespace of its own, for what lies below it" {
	overlay plain 'caller setxattr program'
	expect_alert 6 'File Capabilities Set Outside the Root of a Container' '.output_fields["container.name"] == "plain" and (.output | contains("process=caller "))'
}

# bats test_tags=technique:KV5,rule:privileged-file-outside
@test "KV5: a set-user-ID file copied up by an overlay in a user namespace of its own" {
	overlay plain 'caller chmod 4755 program'
	expect_alert 6 "$OUTSIDE" '.output_fields["container.name"] == "plain" and (.output | contains("process=caller "))'
}

# bats test_tags=technique:KV5,disguise:double-fork
@test "KV5: the same by a process whose parents are gone" {
	overlay plain 'caller orphan setxattr program; sleep 0.5'
	expect_alert 6 'File Capabilities Set Outside the Root of a Container' '.output_fields["container.name"] == "plain" and (.output | contains("process=caller "))'
}

# bats test_tags=technique:KV5,twin
@test "KV5 twin: ordinary files in such an overlay, of a builder that may mount" {
	overlay admin 'echo x >program; touch new; caller chmod 755 program'
	quiet
}
