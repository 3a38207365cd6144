#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# One session, told three times: by the sensor as it went, by the replay of its recording, and by the replay of the log
# that the audit daemon wrote of the same time. They must agree on who everybody was.

load lib

# every field that a template may print; those with an argument by hand. Who lives beside the session and is gone before it
# is known (<NA>) is nothing of it.
write_rule()
{
	local fields
	fields=$("$WATCHCAP" list fields --format json | jq -r '.[]
		| select(.available == "yes" and .argument != "required")
		| select((.marks // "") | contains("filter only") or contains("template only") | not)
		| .name' | sed 's/^/%/' | tr '\n' ' ')
	cat >"$T/rules/70-agreement.ini" <<-INI
		[rule t-agreement]
		title = Agreement
		desc = Who everybody was. It acts, so that every process is told anew: respond.mode is observe.
		condition = evt.type in (execve, execveat, setuid, setreuid, setresuid, setgid, setregid, setresgid, capset,
		    unshare, setns, container, desertion, uid_change, ns_gain, cap_gain, userns_gain, outside_root)
		    and (not container.id in (host, "<NA>") or proc.is_runtime = true or proc.aname in (wcagreement) or proc.args = hostorphan)
		output = $fields %proc.aname[2] %proc.aexepath[3] %proc.apid[2] %proc.env[PATH] %thread.cgroup[unified]
		priority = Notice
		action = kill
	INI
}

# what is done, by a shell that is known by its name
workload()
{
	set -e
	"${DOCKER[@]}" run -d --name plain --security-opt seccomp=unconfined -v "$T/bin:/wc:ro" busybox /bin/sleep 300
	"${DOCKER[@]}" exec plain /bin/sh -c '/bin/true inside; i=0; while [ $i -lt 50 ]; do /bin/true short; i=$((i+1)); done'
	"${DOCKER[@]}" exec --user 1000:1000 plain /bin/sh -c '/bin/id; /wc/suid /bin/id'
	"${DOCKER[@]}" exec plain /wc/lives orphan /bin/true orphan
	"${DOCKER[@]}" exec plain /wc/lives thread /bin/true thread
	"${DOCKER[@]}" exec plain /wc/lives chain 5 /bin/true chain
	"${DOCKER[@]}" exec plain /wc/caller regain 1
	"${DOCKER[@]}" exec plain /wc/caller become 1000
	"${DOCKER[@]}" exec -d plain /wc/caller linger 0
	"${DOCKER[@]}" exec plain /bin/busybox setpriv --inh-caps +net_raw /bin/true raised
	"${DOCKER[@]}" run -d --name hostpid --pid=host busybox /bin/sleep 300
	"${DOCKER[@]}" exec hostpid /bin/true hostpid
	"${DOCKER[@]}" run --rm --name userns --cap-add SYS_ADMIN --security-opt seccomp=unconfined busybox \
		/bin/busybox unshare -U -r /bin/sh -c '/bin/id; /bin/true userns'
	runc --root "$T/runc" run -d --pid-file "$T/pid" --bundle "$T/bundle" "$RUNC_ID" </dev/null >/dev/null 2>&1 3>&-
	runc --root "$T/runc" exec "$RUNC_ID" /bin/true runc
	runc --root "$T/runc" exec --cap CAP_SYS_ADMIN "$RUNC_ID" /bin/sh -c 'sleep 0.5; /bin/true beyond'
	read -r init <"$T/pid" || true
	# out of every cgroup of its container, what it runs from then on is its container's
	awk '$3 == "cgroup" || $3 == "cgroup2" { print $2 }' /proc/mounts | while read -r mount; do
		echo "$init" >"$mount/cgroup.procs" 2>/dev/null || true
	done
	sleep 2
	runc --root "$T/runc" delete -f "$RUNC_ID"
	/bin/sh -c 'i=0; while [ $i -lt 50 ]; do /bin/true outside; i=$((i+1)); done'
	"$T/bin/lives" orphan /bin/true hostorphan
	"$T/bin/lives" chain 5 /bin/true hostchain
	"$T/bin/caller" regain 1
	"$T/bin/caller" become 1000
	"$T/bin/becomes" 1000 0
	setpriv --reuid 1000 --regid 1000 --clear-groups "$T/bin/suid" /bin/id
	unshare -U -r /bin/true hostuserns
}

setup_file()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_free_audit
	need_docker
	need_no_audit_rules
	export T=$BATS_FILE_TMPDIR RUNC_ID=wcagree-$$
	mkdir -p "$T/rules" "$T/bin" "$T/runc"
	chmod 755 "$T" "$T/bin"
	cc -static -O1 -pthread -o "$T/bin/lives" "$ROOT/tests/tools/lives.c"
	cc -static -O1 -o "$T/bin/becomes" "$ROOT/tests/tools/becomes.c"
	printf '#include <unistd.h>\nint main(int n, char **v) { return n > 1 ? execv(v[1], v + 1) : 0; }\n' >"$T/suid.c"
	cc -static -O1 -o "$T/bin/suid" "$T/suid.c"
	chmod 4755 "$T/bin/suid"
	cp "$LAB/rootfs/bin/caller" "$T/bin"
	cp /bin/bash "$T/bin/wcagreement"
	bundle_make "$T/bundle" CAP_NET_RAW,CAP_KILL /bin/sh -c 'while :; do /bin/true looping; sleep 0.5; done'
	write_rule
	log_start
	BATS_TEST_TMPDIR=$T sensor_start --rules "$T/rules" --record "$T/session.log" -o aggregate.window=1
	export SENSOR
	{
		declare -p DOCKER T LAB RUNC_ID
		declare -f workload
		echo workload
	} >"$T/workload"
	timeout 100 "$T/bin/wcagreement" -x "$T/workload" >"$T/workload.out" 2>&1 3>&- || { cat "$T/workload.out"; return 1; }
	settle
	cp "$T/run/status" "$T/status"
	BATS_TEST_TMPDIR=$T sensor_stop
	auditd_stop
	replayed session
	replayed audit
}

teardown_file()
{
	[ -z "$LAB_SKIP" ] || return 0
	BATS_TEST_TMPDIR=$T sensor_stop || true
	auditd_stop
	runc --root "$T/runc" delete -f "$RUNC_ID" >/dev/null 2>&1 || true
	remove plain hostpid userns
	[ -z "${BACKLOG:-}" ] || auditctl -b "$BACKLOG" >/dev/null
}

# the audit daemon without a plugin: its file alone
log_start()
{
	export BACKLOG AUDITD
	BACKLOG=$(audit_status backlog_limit)
	auditd_configure
	auditd_run
	wait_until 10 test -s "$T/audit.log" || { cat "$T/auditd.log"; return 1; }
}

replayed() # replayed NAME: alerts of NAME.log in NAME.json
{
	local status=0
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$T/rules" -o aggregate.window=1 --format json "$T/$1.log" \
		>"$T/$1.json" 2>"$T/$1.err" || status=$?
	[ $status -eq 1 ] || { cat "$T/$1.err"; return 1; }
}

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	[ "$(jq .lost "$T/status")" -eq 0 ] || skip "this machine is too slow today: $(jq .lost "$T/status") records were lost"
	ALERTS=$T/alerts.json
}

@test "the session shows everything that it is for" {
	local mark type
	for mark in inside short orphan thread chain raised hostpid userns runc beyond looping outside hostorphan hostchain hostuserns; do
		has_alert Agreement ".output_fields[\"proc.args\"] == \"$mark\"" || { echo "nobody ran $mark"; return 1; }
	done
	for type in execve setuid setgid capset unshare setns setresuid uid_change desertion cap_gain; do
		has_alert Agreement ".output_fields[\"evt.type\"] == \"$type\"" || { echo "no $type"; return 1; }
	done
	for type in proc inherited runtime-args; do
		has_alert Agreement ".output_fields[\"container.id_source\"] == \"$type\"" || { echo "no container by $type"; return 1; }
	done
	for type in fcaps capset computed; do
		has_alert Agreement ".output_fields[\"thread.cap_source\"] == \"$type\"" || { echo "no capabilities by $type"; return 1; }
	done
}

# what was done about it is not asked of a replay
AS_TOLD='del(.watchcap.actions) | .output |= sub(" \\[kill=[^\\]]*\\]"; "")'

@test "the recording tells what was told live: every alert, every field, every time" {
	[ "$(wc -l <"$T/session.json")" -ge 150 ]
	diff <(jq -cS "$AS_TOLD" "$T/alerts.json" | sort) <(jq -cS "$AS_TOLD" "$T/session.json" | sort) >"$T/diff" ||
		{ head -n 20 "$T/diff"; return 1; }
}

# Which fields a bare log cannot tell as the sensor does, and why. In front a pattern (jq's test()), then what holds:
#   any       nothing: the value is about how it is known, or about what else was going on
#   unknown   absent or <NA>, or just what was told live
#   prefix    the line of ancestors ends with the eldest that made a record
#   either    one of them may not know, where both do they agree: with notices the sensor knows better what the parent was
#             at the fork, and trusts it less when it had just changed; of a shim's child it asks /proc, which shows what
#             came of the call and not what was before
LIMITS='
evt.(num|reltime|deltatime)             any      notices, looks and the daemon'"'"'s own records are no events of both
evt.(args|info)                         any      of an exec: several of the fields below in one
container.id_source                     any      how it is known; who it is, container.id says
thread.cap_(source|age)                 any      likewise; the sets are compared
proc.loginshellid                       any      the eldest shell of those that are known
proc.(aname|aexe|aexepath|acmdline|aargs|apid)   prefix   who was there before the log began made no record in it
proc.(aname|aexepath|apid)\[.*          unknown  likewise
proc.p(name|exe|exepath|cmdline)        unknown  likewise
proc.(cwd|exe|args|cmdline|exeline|cmdnargs|cmdlenargs)   unknown   of a child that runs no program of its own: its parent at the fork, by notices
proc.exe_ino                            unknown  likewise
proc.exe_ino.*                          unknown  the file itself is looked at
proc.(pid.ts|ppid.ts|duration|ppid.duration|pidns_init_start_ts)   unknown   start times: notices and /proc
proc.(sid|pgid|vpgid|sname|vpid|pvpid|is_sid|is_pgid|is_vpgid).*   unknown   sessions, groups, pid namespaces: notices and /proc
thread.vtid                             unknown  likewise
proc.(env|nthreads|nchilds|fdopencount|std|is_exe_upper|is_exe_lower|is_exe_writable).*   unknown   what a process has just then: /proc
thread.cgroup.*                         unknown  /proc
fd.types                                unknown  /proc
proc.ns.*                               either   namespaces: /proc, but for those that a call made
thread.(old|new).ns.*                   either   likewise
thread.((old|new).)?(seccomp|no_new_privs|userns_is_host)   either   /proc; prctl is not asked for
thread.((old|new).)?(cap_.*)            either   the ledger; both know nearly all, see below
thread.old.(uid|ruid|suid|fsuid|gid)    either   likewise
(user.(name|homedir|shell)|user.loginname|group.name)   unknown   files of the machine
fd.(host_class|is_declared_host_file|is_given_host_file)   unknown  which files the machine has
fd.(container.*|origin)                 unknown  the device of a root is seen as its runtime enters it, or by a look
target.role                             unknown  the sensor says who has one
container.(name|image|privileged|mount|flags|host_|label|start_ts|duration|cap_bounding|declares).*   unknown   bundle and engine: disk
k8s.*                                   unknown  likewise
'

# events that no record tells: from notices and looks at /proc
UNRECORDED='["uid_change", "desertion", "ns_gain", "cap_gain", "userns_gain", "outside_root"]'

@test "the bare log tells the same of everybody, and nothing else where it knows less" {
	grep -q WATCHCAP "$T/audit.log" && return 1
	local limits
	limits=$(awk 'NF { print $1 "\t" $2 }' <<<"$LIMITS" | jq -Rcs 'split("\n") | map(select(. != "") | split("\t")
		| {field: ("^" + .[0] + "$"), holds: .[1]})')
	jq -n --argjson limits "$limits" --argjson unrecorded "$UNRECORDED" --slurpfile live "$T/alerts.json" \
		--slurpfile bare "$T/audit.json" '
		def who: "\(.watchcap.event) \(.output_fields["evt.type"]) \(.output_fields["proc.pid"])";
		# equal acts of one process are told once in a while, and when depends on how much was told of others
		def acts: map(.output_fields | "\(.["evt.type"]) \(.["proc.pid"]) \(.["proc.exepath"])") | unique;
		def ours: map(select(.rule == "Agreement" and .watchcap.repeat == 1
			and (.output_fields["evt.type"] | IN($unrecorded[]) | not)));
		def is_absent: . == null or . == "<NA>";
		def limit($f): first($limits[] | select(.field as $p | $f | test($p)) | .holds) // "same";
		def agree($f; $told; $replayed): limit($f) as $holds | $told == $replayed or $holds == "any"
			or ($holds == "unknown" and ($replayed | is_absent))
			or ($holds == "prefix" and (($replayed | is_absent) or ($told // "" | tostring | startswith($replayed | tostring))))
			or ($holds == "either" and (($replayed | is_absent) or ($told | is_absent)));
		($live | ours | INDEX(who)) as $l | ($bare | ours | INDEX(who)) as $b
		| (($live | ours | acts) - ($bare | ours | acts) | map("only live: " + .)) as $missing
		| (($bare | ours | acts) - ($live | ours | acts) | map("only in the log: " + .)) as $new
		| [$l | to_entries[] | .key as $k | select($b[$k]) | .value.output_fields | to_entries[]
			| .key as $f | $b[$k].output_fields[$f] as $r | select(agree($f; .value; $r) | not)
			| "\($k): \($f) was \(.value | tojson), is \($r | tojson)"] as $other
		| $missing + $new + $other' >"$T/differences"
	jq -r '.[:40][]' "$T/differences"
	[ "$(jq length "$T/differences")" -eq 0 ]
}

# the table above would hide it if the log knew nothing
@test "the bare log knows of nearly every program: container, ids, capabilities, parent" {
	local field
	for field in container.id user.uid proc.name proc.exepath proc.pname thread.cap_effective thread.new.cap_permitted; do
		echo "$field"
		jq -se --arg f "$field" 'map(select(.rule == "Agreement") | .output_fields
			| select(.["evt.type"] == "execve") | .[$f])
			| (map(select(. != null and . != "<NA>")) | length) >= length * 0.9' "$T/audit.json" >/dev/null
	done
}
