# SPDX-License-Identifier: Apache-2.0
#
# The laboratory of the live tests: a directory, a busybox root, a dockerd of its own (own data root, socket
# and containerd), a real rsyslogd on a socket of its own. Taken down again whatever happens.

# what a run has to leave as it found it, a line each
machine_state()
{
	{
		awk '{ print "mount", $5 }' /proc/self/mountinfo
		cut -d : -f 2 /proc/self/cgroup | sed 's/^/hierarchy /'
		find /sys/fs/cgroup -maxdepth 2 -type d | grep -vE '\.(slice|scope|service)(/|$)' | sed 's/^/cgroup /' # below a top of others, and systemd's, they come and go
		{ find /run/netns -mindepth 1 2>/dev/null || true; } | sed 's/^/network /'
		stat -Lc 'network %i' /proc/[0-9]*/ns/net 2>/dev/null || true # whoever ends meanwhile
		local knob
		for knob in panic core_pattern; do
			echo "$knob $(cat "/proc/sys/kernel/$knob")"
		done
		echo "rcu_expedited $(cat /sys/kernel/rcu_expedited)"
		auditctl -l 2>/dev/null | sed 's/^/audit /'
		auditctl -s 2>/dev/null | grep -E '^(enabled|failure|backlog_limit|backlog_wait_time) '
	} | sort -u
}

# left_behind: what is there now and was not before
left_behind()
{
	comm -13 "$LAB/machine.before" <(machine_state)
}

nothing_is_left()
{
	# the engines' own parents of what they run, which they leave standing
	left_behind | sed -nE 's,^cgroup (.*/(docker|default|libpod_parent))$,\1,p' | xargs -r rmdir 2>/dev/null
	[ -z "$(left_behind)" ]
}

setup_suite()
{
	export LAB LAB_NO_DOCKER= LAB_SKIP=
	LAB=$(mktemp -d /tmp/watchcap-live.XXXXXX)
	machine_state >"$LAB/machine.before"
	if [ "$(id -u)" -ne 0 ]; then
		export LAB_SKIP="the live tests need root"
		return
	fi
	auditctl -s >"$LAB/audit.before" 2>&1 || export LAB_SKIP="no kernel audit here: $(cat "$LAB/audit.before")"
	auditctl -l >"$LAB/audit.rules.before" 2>&1
	if [ -z "$LAB_SKIP" ] && grep -q '^enabled 2' "$LAB/audit.before"; then
		LAB_SKIP="the audit configuration of this kernel is immutable (-e 2)"
	fi
	[ -n "$LAB_SKIP" ] || auditctl -f 1 --backlog_wait_time 0 >/dev/null
	# the kernel waits for a grace period with every audit rule that is removed: 2 s a sensor, a third of the suite's time
	cp /sys/kernel/rcu_expedited "$LAB/rcu.before"
	echo 1 >/sys/kernel/rcu_expedited

	mkdir -p "$LAB/rootfs"/{bin,tmp,proc,sys,dev,etc}
	cp /bin/busybox "$LAB/rootfs/bin/busybox"
	local applet
	for applet in sh cat echo seq mount umount mkdir rmdir ln sleep true false id ls setsid mv touch grep; do
		ln -s busybox "$LAB/rootfs/bin/$applet"
	done
	echo 'root:x:0:0:root:/:/bin/sh' >"$LAB/rootfs/etc/passwd"
	for applet in opener caller dialer launcher auditor besieger faker leaser mounter threader waiter; do
		cc -static -O1 -o "$LAB/rootfs/bin/$applet" "${BASH_SOURCE[0]%/*}/../tools/$applet.c"
	done
	# at a fixed address: it knows where another process of its own kind has a variable
	cc -static -no-pie -O1 -o "$LAB/rootfs/bin/trespasser" "${BASH_SOURCE[0]%/*}/../tools/trespasser.c"

	cat >"$LAB/rsyslog.conf" <<-CONF
		module(load="imuxsock" SysSock.Use="off")
		input(type="imuxsock" Socket="$LAB/log" CreatePath="on" RateLimit.Interval="0")
		\$FileOwner root
		*.* action(type="omfile" file="$LAB/messages" flushOnTXEnd="on")
	CONF
	rsyslogd -n -f "$LAB/rsyslog.conf" -i "$LAB/rsyslog.pid" >"$LAB/rsyslog.log" 2>&1 3>&- &
	export LAB_RSYSLOG=$!

	dockerd --iptables=false --ip6tables=false --bridge=none --data-root "$LAB/docker" \
		--exec-root "$LAB/exec" -H "unix://$LAB/docker.sock" --pidfile "$LAB/docker.pid" \
		>"$LAB/dockerd.log" 2>&1 3>&- &
	export LAB_DOCKERD=$!
	local i
	for i in $(seq 100); do
		docker -H "unix://$LAB/docker.sock" info >/dev/null 2>&1 && break
		sleep 0.2
	done
	if ! tar -C "$LAB/rootfs" -c . | docker -H "unix://$LAB/docker.sock" import - busybox:latest >/dev/null; then
		export LAB_NO_DOCKER="dockerd does not start here: $(tail -n 1 "$LAB/dockerd.log")"
	fi
}

lab_end() # lab_end PID: TERM, and KILL if that does not help; only pids that were started above
{
	[ -n "$1" ] || return 0
	kill -TERM "$1" 2>/dev/null || return 0
	local i
	for i in $(seq 100); do
		kill -0 "$1" 2>/dev/null || return 0
		sleep 0.1
	done
	kill -KILL "$1" 2>/dev/null || true
}

teardown_suite()
{
	[ "$(id -u)" -eq 0 ] || return 0
	local ids key value
	ids=$(docker -H "unix://$LAB/docker.sock" ps -aq 2>/dev/null)
	[ -z "$ids" ] || docker -H "unix://$LAB/docker.sock" rm -f $ids >/dev/null 2>&1
	lab_end "${LAB_DOCKERD:-}"
	lab_end "${LAB_RSYSLOG:-}"
	while read -r key value _; do
		case "$key" in
		enabled) auditctl -e "$value" ;;
		failure) auditctl -f "$value" ;;
		backlog_limit) auditctl -b "$value" ;;
		backlog_wait_time) auditctl --backlog_wait_time "$value" ;;
		esac >/dev/null 2>&1
	done <"$LAB/audit.before"
	[ ! -e "$LAB/rcu.before" ] || cat "$LAB/rcu.before" >/sys/kernel/rcu_expedited
	local mounted
	for mounted in $(awk -v lab="$LAB/" 'index($2, lab) == 1 { print $2 }' /proc/mounts | sort -r); do
		umount "$mounted" 2>/dev/null || umount -l "$mounted"
	done
	local i status=1
	for i in $(seq 50); do
		nothing_is_left && status=0 && break
		sleep 0.2
	done
	[ $status -eq 0 ] || { echo 'The tests left behind:'; left_behind; } >&2
	rm -rf --one-file-system "$LAB"
	return $status
}
