# SPDX-License-Identifier: Apache-2.0
#
# What the scenarios about files of this host share: the container `paths`, which reaches them through volumes above them, and what
# they make. That is a comment under a name that nobody reads (no .conf, .sh, .service), and is removed again.

. "${BASH_SOURCE[0]%/*}/scenario.bash"

CHANGED='Container Changes a File of the Host'
GIVEN='Container Changes a File of the Host That It Was Given'
RUNTIME='Container Changes Its Runtime'
RUNTIME_GIVEN='Container Changes a Part of the Runtime That It Was Given'
READ='Container Reads a Secret of the Host'
PREFIX=wclab-host-paths-
PLACES=(/etc/cron.d /etc/sudoers.d /root/.ssh /etc/ld.so.conf.d /etc/systemd/system /etc/systemd/system/multi-user.target.wants
	/etc/kubernetes /var/log /etc/udev/rules.d /etc/profile.d /etc/modprobe.d /usr/share/containers /etc/cdi /etc)

# paths_begin OPTION...: from setup_file; the options are those of `paths`
paths_begin()
{
	: >"$BATS_FILE_TMPDIR/made"
	# outside of /etc only what is there when the rules are loaded has one
	local dir
	if [ -z "$LAB_SKIP" ]; then
		for dir in /root/.ssh /etc/cron.d /etc/sudoers.d /etc/ld.so.conf.d /etc/systemd /etc/systemd/system /usr/share/containers /etc/cdi; do
			directory "$dir"
		done
	fi
	scenarios_begin
	local beyond=()
	for dir in "$(dirname "$(c_library)")" "$(dirname "$(realpath "$(command -v runc)")")"; do
		[[ $dir == /usr/* ]] || beyond+=(-v "$dir:/host$dir")
	done
	container paths -v /etc:/host/etc -v /usr:/host/usr -v /root:/host/root "${beyond[@]}" "$@"
}

# paths_end CONTAINER...: from teardown_file
# only now: a file that took the inode of one that was told would be counted as the same
paths_end()
{
	remove paths "$@"
	scenarios_end
	[ -z "$LAB_SKIP" ] || return 0
	local dir
	for dir in "${PLACES[@]}"; do
		rm -f "$dir/$PREFIX"*
	done
	while read -r dir; do
		rmdir "$dir"
	done < <(tac "$BATS_FILE_TMPDIR/made")
}

# in a directory that this host may lack, as packages would make it; removed at the end
directory()
{
	[ -d "$1" ] || { mkdir "$1"; echo "$1" >>"$BATS_FILE_TMPDIR/made"; }
}

c_library()
{
	realpath "$(ldconfig -p | awk '$1 == "libc.so.6" && /x86-64|AArch64/ { print $NF; exit }')"
}

# a key of nobody's beside root's
key()
{
	directory /root/.ssh
	echo '# nothing' >"/root/.ssh/$NAME"
}

changed() # changed CLASS EVENT-PATTERN [JQ-CONDITION]
{
	expect_alert 6 "$CHANGED" ".output_fields | (.[\"fd.host_class\"] == \"$1\" and (.[\"evt.type\"] | test(\"^$2\$\"))
		and .[\"container.name\"] == \"paths\" and (${3:-true}))"
}

read_by() # read_by CONTAINER CLASS NAME
{
	expect_alert 6 "$READ" ".output_fields | (.[\"container.name\"] == \"$1\" and .[\"fd.host_class\"] == \"$2\" and .[\"fd.name\"] == \"$3\")"
}

linked() # linked CONTAINER TARGET
{
	expect_alert 6 'Container Makes a Link Among the Logs of the Host' ".output_fields | (.[\"container.name\"] == \"$1\" and .[\"evt.arg.target\"] == \"$2\")"
}
