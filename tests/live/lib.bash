# SPDX-License-Identifier: Apache-2.0
#
# What the live tests share: a laboratory with real engines, and the sensor under test in it.
#
# Everything lives below $LAB (made by setup_suite.bash). Processes are ended by the pid they were started
# with; kernel state is put back as it was found.

ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
DOCKER=(docker -H "unix://${LAB:-}/docker.sock")

# wait_until SECONDS COMMAND...: true as soon as COMMAND is. SECONDS are those of an idle machine; a busy one is given
# more, which costs time only where a test is about to fail.
PATIENCE=4
wait_until()
{
	local end=$(($(date +%s%N) + $1 * PATIENCE * 1000000000))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s%N)" -lt $end ] || return 1
		sleep 0.05
	done
}

# stop PID: TERM, then KILL after ten seconds; returns its exit status
stop()
{
	local pid=$1
	kill -TERM "$pid" 2>/dev/null || true
	( sleep 10; kill -KILL "$pid" 2>/dev/null ) >/dev/null 2>&1 3>&- &
	local guard=$! status=0
	wait "$pid" || status=$?
	kill "$guard" 2>/dev/null || true
	return $status
}

audit_status()
{
	auditctl -s | awk -v key="$1" '$1 == key { print $2 }'
}

# need_free_audit: a test that starts the audit daemon or the standalone sensor wants the kernel's audit alone
need_free_audit()
{
	[ "$(audit_status enabled)" != 2 ] || skip "the audit configuration of this kernel is immutable (-e 2)"
	[ "$(audit_status pid)" = 0 ] || skip "an audit daemon (pid $(audit_status pid)) already runs here"
}

need_docker()
{
	[ -z "${LAB_NO_DOCKER:-}" ] || skip "$LAB_NO_DOCKER"
}

# sensor_start OPTION...: the standalone sensor; alerts as JSON in $BATS_TEST_TMPDIR/alerts.json
sensor_start()
{
	T=$BATS_TEST_TMPDIR
	"$WATCHCAP" run --load-audit-rules --rules "$ROOT/rules" -o daemon.run_dir="$T/run" \
		-o json.file="$T/alerts.json" -o syslog.path="$LAB/log" "$@" \
		>"$T/stdout" 2>"$T/stderr" 3>&- &
	SENSOR=$!
	if ! wait_until 20 grep -q 'watching' "$T/stderr"; then
		cat "$T/stderr"
		return 1
	fi
}

sensor_stop()
{
	[ -n "${SENSOR:-}" ] || return 0
	local status=0
	stop "$SENSOR" || status=$?
	SENSOR=
	if [ $status -ne 0 ]; then
		cat "$BATS_TEST_TMPDIR/stderr"
		return 1
	fi
}

# sensor_is_guarded: the audit rules for signals to its threads, which come after the others, are loaded
sensor_is_guarded()
{
	auditctl -l | grep -q 'tgkill.* a0.*key=wc_self'
}

# into the root of every hierarchy: nothing that /proc shows links the process to its container any more
desert() # desert PID
{
	local mount
	awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts | while read -r mount; do
		echo "$1" >"$mount/cgroup.procs" 2>/dev/null || true
	done
}

# told: the alerts so far, a JSON object a line; a scenario sees those since it began, and no sum of what was before
told()
{
	local file=${ALERTS:-$BATS_TEST_TMPDIR/alerts.json}
	[ ! -e "$file" ] || tail -n "+$((${SINCE:-0} + 1))" "$file" |
		jq -c --arg began "${BEGAN:-}" 'select((.watchcap.last // .time) >= $began)'
}

# alerts [FILTER]: titles (or what the jq FILTER says) of the alerts so far
alerts()
{
	told | jq -r "${1:-.rule}"
}

ESCAPE='Detect release_agent File Container Escapes'
EXCESS='Launch Excessively Capable Container'

has_alert() # has_alert TITLE [JQ-CONDITION]
{
	[ "$(count_alerts "$@")" -gt 0 ]
}

count_alerts() # count_alerts TITLE [JQ-CONDITION]
{
	told | jq -s --arg t "$1" "map(select(.rule == \$t and (${2:-true}))) | length"
}

expect_alert() # expect_alert SECONDS TITLE [JQ-CONDITION]
{
	if ! wait_until "$1" has_alert "$2" "${3:-true}"; then
		echo "no alert '$2' with ${3:-true}; there were:"
		alerts '[.rule, .output] | @tsv'
		cat "$BATS_TEST_TMPDIR/stderr" 2>/dev/null
		return 1
	fi
}

# a barrier: everything that happened before is seen by the sensor once this container's own alert is there
settle()
{
	sleep 1.5
}

container() # container NAME OPTION...: a sleeping container
{
	local name=$1
	shift
	"${DOCKER[@]}" run -d --name "$name" --security-opt seccomp=unconfined "$@" busybox /bin/sleep 300 >/dev/null
}

# acting_rule ACTION COMMAND: into $BATS_TEST_TMPDIR/acting; who runs COMMAND gets ACTION, be it in a container or on the host
acting_rule()
{
	mkdir -p "$BATS_TEST_TMPDIR/acting"
	cat >"$BATS_TEST_TMPDIR/acting/70-$1.ini" <<-RULE
		[rule t-$1]
		title = T $1
		desc = A test.
		condition = evt.type = execve and proc.cmdline endswith "$2"
		output = $2 was run
		priority = Critical
		action = $1
	RULE
}

# listen PATH: a socket of the host's that whoever connects to gets closed again; its pid in LISTENER
listen()
{
	mkdir -p "${1%/*}"
	systemd-socket-activate --accept -l "$1" /bin/true >/dev/null 2>&1 3>&- &
	LISTENER=$!
	wait_until 5 test -S "$1"
}

container_id()
{
	"${DOCKER[@]}" inspect -f '{{.Id}}' "$1"
}

remove() # remove NAME...
{
	"${DOCKER[@]}" rm -f "$@" >/dev/null 2>&1 || true
}

in_container() # in_container NAME SCRIPT
{
	"${DOCKER[@]}" exec "$1" /bin/sh -c "$2"
}

# networks_restore: podman and ip(8) mount the directory of named networks for good
networks_restore()
{
	grep -qx 'mount /run/netns' "$LAB/machine.before" && return
	while mountpoint -q /run/netns; do
		umount /run/netns
	done
}

# a named v1 hierarchy of the test's own that existed before: prints its mount point
hierarchy_make()
{
	mkdir -p "$LAB/hierarchy"
	mountpoint -q "$LAB/hierarchy" || mount -t cgroup -o none,name=wclab wclab "$LAB/hierarchy"
	echo "$LAB/hierarchy"
}

hierarchy_remove()
{
	mountpoint -q "$LAB/hierarchy" 2>/dev/null || return 0
	find "$LAB/hierarchy" -mindepth 1 -depth -type d -exec rmdir {} + 2>/dev/null || true
	umount "$LAB/hierarchy"
}

# an OCI bundle for plain runc: bundle_make DIRECTORY CAPS(comma separated) COMMAND...
bundle_make()
{
	local dir=$1 caps=$2 args
	shift 2
	mkdir -p "$dir"
	ln -sfn "$LAB/rootfs" "$dir/rootfs"
	args=$(printf '%s\n' "$@" | jq -R . | jq -s .)
	(cd "$dir" && rm -f config.json && runc spec)
	jq --argjson args "$args" --arg caps "$caps" --arg root "$LAB/rootfs" '
		($caps | split(",") | map(select(. != ""))) as $c
		| .process.args = $args | .process.terminal = false | .root.path = $root | .root.readonly = false
		| .process.capabilities |= with_entries(.value = $c)
		| .linux.namespaces |= map(select(.type != "cgroup"))
		| .mounts |= map(select(.type != "cgroup"))' "$dir/config.json" >"$dir/config.new"
	mv "$dir/config.new" "$dir/config.json"
}

# every capability that the kernel has, as JSON
all_capabilities()
{
	local n names=(CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
		NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
		SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
		MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE)
	n=$(($(cat /proc/sys/kernel/cap_last_cap) + 1))
	printf 'CAP_%s\n' "${names[@]:0:n}" | jq -R . | jq -cs .
}

# configured RUNC-ROOT BUNDLE NAME JQ-FILTER: a runc container whose config.json is another by the time that it starts
configured()
{
	bundle_make "$2" CAP_KILL /bin/sleep 300
	jq '.linux.namespaces += [{type: "cgroup"}] | .linux.seccomp = {defaultAction: "SCMP_ACT_ALLOW",
		syscalls: [{names: ["kexec_load"], action: "SCMP_ACT_ERRNO"}]} ' "$2/config.json" >"$2/config.new"
	mv "$2/config.new" "$2/config.json"
	runc --root "$1" create --bundle "$2" "$3" >"$2/out" 2>&1 </dev/null 3>&- || { cat "$2/out"; return 1; }
	jq "$4" "$2/config.json" >"$2/config.new"
	cat "$2/config.new" >"$2/config.json"
	runc --root "$1" start "$3"
}

# nest_make NAME: a container that has the host's cgroups and all that its own runc needs, and no more
nest_make()
{
	local lib volumes=() libraries
	libraries=$(ldd "$(command -v runc)" | grep -o '/[^ ]*')
	for lib in $libraries; do
		volumes+=(-v "$(realpath "$lib"):$lib:ro")
	done
	bundle_make "$BATS_TEST_TMPDIR/nest" CAP_KILL /bin/sh -c '/bin/true marker-nested; sleep 1; true'
	container "$1" --cgroupns host -v /sys/fs/cgroup:/sys/fs/cgroup -v "$(command -v runc):/runc:ro" "${volumes[@]}" \
		-v "$LAB/rootfs:/rootfs" -v "$BATS_TEST_TMPDIR/nest:/bundle" --tmpfs /run:exec --security-opt apparmor=unconfined \
		--security-opt systempaths=unconfined --device-cgroup-rule 'c 10:200 rwm' --cap-add SYS_ADMIN --cap-add NET_ADMIN \
		--cap-add SYS_PTRACE
}

# nest_run NAME INNER CGROUPS-PATH: a container within that one, in a cgroup of that path
nest_run()
{
	jq --arg path "$3" '.root.path = "/rootfs" | del(.process.rlimits) | del(.linux.resources) | .linux.cgroupsPath = $path' \
		"$BATS_TEST_TMPDIR/nest/config.json" >"$BATS_TEST_TMPDIR/nest/new"
	mv "$BATS_TEST_TMPDIR/nest/new" "$BATS_TEST_TMPDIR/nest/config.json"
	in_container "$1" "cd /bundle && /runc --root /run/runc run --no-pivot $2"
}

# sandbox_make FILE: a command that runs another as auditd's unit does (ProtectControlGroups, MemoryDenyWriteExecute): in a mount
# namespace that follows the host's, with cgroups read-only, and no memory that is both written and run
sandbox_make()
{
	cat >"$1" <<-'SH'
		#!/bin/sh
		[ -n "$SANDBOXED" ] || SANDBOXED=1 exec unshare -m --propagation slave "$0" "$@"
		for m in $(awk '$3 ~ /^cgroup/ { print $2 }' /proc/mounts); do mount -o remount,bind,ro "$m"; done
		# prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN)
		[ "$(uname -m)" = x86_64 ] && call=157 || call=167
		exec perl -e 'syscall(shift, 65, 1, 0, 0, 0) == 0 or warn "no MDWE here"; exec { $ARGV[0] } @ARGV' $call "$@"
	SH
	chmod 755 "$1"
}

# auditd_configure: for an audit daemon without plugins in $T/auditd; it logs to $T/audit.log
auditd_configure()
{
	mkdir -p "$T/auditd/plugins.d"
	sed -e "s,^log_file *=.*,log_file = $T/audit.log," -e 's,^log_format *=.*,log_format = RAW,' \
		-e 's,^max_log_file *=.*,max_log_file = 500,' -e 's,^max_log_file_action *=.*,max_log_file_action = ignore,' \
		-e 's,_action *= *\(SUSPEND\|suspend\|SYSLOG\|syslog\|email\|EMAIL\)$,_action = ignore,' \
		-e "s,^plugin_dir *=.*,plugin_dir = $T/auditd/plugins.d," /etc/audit/auditd.conf >"$T/auditd/auditd.conf"
	chmod 750 "$T/auditd" "$T/auditd/plugins.d"
	chmod 640 "$T/auditd/auditd.conf"
}

# auditd_run [SANDBOX]: in the background, as $AUDITD
auditd_run()
{
	auditctl -b 32768 >/dev/null
	"$@" auditd -n -s enable -c "$T/auditd" >"$T/auditd.log" 2>&1 3>&- &
	AUDITD=$!
}

# auditd_start [SANDBOX]: the real audit daemon with watchcap as its plugin; configuration, log and alerts in $T. RESPOND: its mode;
# RULES: a directory of more of them
auditd_start()
{
	T=$BATS_TEST_TMPDIR
	auditd_configure
	cat >"$T/watchcap.conf" <<-CONF
		[daemon]
		run_dir = $T/run
		[rules]
		path = $ROOT/rules${RULES:+, $RULES}
		[json]
		file = $T/alerts.json
		[syslog]
		path = $LAB/log
		[respond]
		mode = ${RESPOND:-observe}
	CONF
	sed -e 's,^active *=.*,active = yes,' -e "s,^path *=.*,path = $WATCHCAP," \
		-e "s,^args *=.*,args = plugin --config=$T/watchcap.conf," \
		"$ROOT/conf/plugins.d/watchcap.conf" >"$T/auditd/plugins.d/watchcap.conf"
	chmod 640 "$T/auditd/plugins.d/watchcap.conf" "$T/watchcap.conf"
	auditd_run "$@"
	wait_until 10 test -e "$T/run/status" || { cat "$T/auditd.log"; tail -n 20 "$LAB/messages"; return 1; }
	# the kernel rules that the detection rules need, as an administrator would load them
	"$WATCHCAP" audit-rules --rules "$ROOT/rules" >"$T/rules"
	auditctl -R "$T/rules" >/dev/null
}

auditd_stop()
{
	[ -n "${AUDITD:-}" ] || return 0
	auditctl -D >/dev/null
	stop "$AUDITD" || true
	AUDITD=
	# restore the rules that were there before the suite: none of the tests runs where there were any
	wait_until 5 sh -c '[ "$(auditctl -s | awk "/^pid/ { print \$2 }")" = 0 ]'
}

need_no_audit_rules()
{
	[ "$(auditctl -l)" = "No rules" ] || skip "audit rules are loaded here, and this test would have to remove them"
}
