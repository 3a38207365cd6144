#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# watchcap plugin as auditd starts it: records on stdin, two words of arguments, and never an exit for a
# configuration fault.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	mkdir "$T/rules"
	good_rules
	cat >"$T/watchcap.conf" <<-CONF
		[daemon]
		run_dir = $T/run
		[rules]
		path = $T/rules
		[json]
		file = $T/alerts.json
		[syslog]
		path = $T/no-socket
	CONF
	mkfifo "$T/stdin"
	SERIAL=1
}

# every test ends as auditd would end it, so that a leak or a hang at the end is seen
teardown()
{
	exec 8>&- || true
	[ -z "${PLUGIN:-}" ] || wait "$PLUGIN"
}

good_rules()
{
	cat >"$T/rules/10-test.ini" <<-'INI'
		[rule any-exec]
		title = Any Exec
		desc = Every program start.
		condition = evt.type = execve
		output = exec of %proc.name by %user.uid
		priority = Notice
	INI
}

plugin_start()
{
	env -i "$WATCHCAP" plugin --config="$T/watchcap.conf" <"$T/stdin" >"$T/stdout" 2>"$T/stderr" 3>&- &
	PLUGIN=$!
	exec 8>"$T/stdin"
}

# give_exec NAME: one event, ended by EOE
give_exec()
{
	local stamp="audit($(date +%s).100:$SERIAL)"
	printf 'type=SYSCALL msg=%s: arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=1%s auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="%s" exe="/bin/%s" key=(null)\n' \
		"$stamp" "$SERIAL" "$1" "$1" >&8
	printf 'type=EOE msg=%s: \n' "$stamp" >&8
	SERIAL=$((SERIAL + 1))
}

wait_until()
{
	local tries=$(($1 * 20))
	shift
	while ! "$@"; do
		[ $tries -gt 0 ] || return 1
		tries=$((tries - 1))
		sleep 0.05
	done
}

told() { grep -q "exec of $1" "$T/alerts.json" 2>/dev/null; }

@test "records become alerts; the end of input ends it with 0" {
	plugin_start
	give_exec first
	wait_until 5 told first
	exec 8>&-
	wait "$PLUGIN"
	PLUGIN=
	[ ! -s "$T/stdout" ]
}

@test "SIGTERM from the parent ends it with 0" {
	plugin_start
	give_exec first
	wait_until 5 told first
	kill -TERM "$PLUGIN"
	wait "$PLUGIN"
	PLUGIN=
}

@test "SIGTERM from elsewhere is not obeyed" {
	plugin_start
	give_exec first
	wait_until 5 told first
	sh -c "kill -TERM $PLUGIN; exit 0"
	give_exec second
	wait_until 5 told second
}

@test "a blocked signal mask is reset" {
	perl -MPOSIX -e 'sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGTERM, SIGHUP, SIGUSR1)) or die; exec @ARGV' \
		"$WATCHCAP" plugin --config="$T/watchcap.conf" <"$T/stdin" 3>&- &
	PLUGIN=$!
	exec 8>"$T/stdin"
	give_exec first
	wait_until 5 told first
	kill -TERM "$PLUGIN"
	wait "$PLUGIN"
	PLUGIN=
}

@test "rules that do not load: it drains and starts on HUP" {
	echo '[rule x' >"$T/rules/10-test.ini"
	plugin_start
	local i
	for i in $(seq 2000); do
		give_exec "early$i"
	done
	kill -0 "$PLUGIN"
	good_rules
	kill -HUP "$PLUGIN"
	wait_until 10 test -e "$T/run/status"
	give_exec late
	wait_until 5 told late
	! told early1
}

@test "an option that does not load: it drains; EOF ends it with 0" {
	sed -i 's/^run_dir/run_dri/' "$T/watchcap.conf"
	plugin_start
	give_exec first
	exec 8>&-
	wait "$PLUGIN"
	PLUGIN=
}

@test "HUP with bad rules keeps the old ones, with good ones takes them" {
	plugin_start
	give_exec first
	wait_until 5 told first
	printf '[rule broken]\n' >"$T/rules/20-bad.ini"
	kill -HUP "$PLUGIN"
	wait_until 10 sh -c "$WATCHCAP status -c $T/watchcap.conf --format json | grep -q '\"reloads_failed\":1'"
	give_exec second
	wait_until 5 told second
	rm "$T/rules/20-bad.ini"
	sed -i 's/exec of/run of/' "$T/rules/10-test.ini"
	kill -HUP "$PLUGIN"
	wait_until 10 sh -c "$WATCHCAP status -c $T/watchcap.conf --format json | grep -q '\"reloads\":1'"
	give_exec third
	wait_until 5 grep -q 'run of third' "$T/alerts.json"
}

@test "HUP opens the JSON file again" {
	plugin_start
	give_exec first
	wait_until 5 told first
	mv "$T/alerts.json" "$T/rotated.json"
	kill -HUP "$PLUGIN"
	wait_until 10 sh -c "$WATCHCAP status -c $T/watchcap.conf --format json | grep -q '\"reloads\":1'"
	give_exec second
	wait_until 5 told second
	grep -q 'exec of first' "$T/rotated.json"
}

@test "the second comer idles behind the lock and takes over when it is free" {
	plugin_start
	give_exec first
	wait_until 5 told first
	mkfifo "$T/stdin2"
	env -i "$WATCHCAP" plugin --config="$T/watchcap.conf" <"$T/stdin2" 3>&- 8>&- &
	local second=$!
	exec 9>"$T/stdin2"
	run -2 "$WATCHCAP" run -c "$T/watchcap.conf"
	[[ $output == *"watchcap plugin, pid $PLUGIN"* ]]
	exec 8>&-
	wait "$PLUGIN"
	PLUGIN=$second
	exec 8>&9 9>&-
	wait_until 10 test -e "$T/run/status"
	give_exec later
	wait_until 5 told later
}

# auditd waits for a plugin that does not read, and the host for auditd
@test "a syslog daemon that hangs does not keep it from draining" {
	plugin_start
	give_exec first
	wait_until 5 told first
	# full, and nobody reads
	perl -MIO::Socket::UNIX -e '
		my $daemon = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $ARGV[0]) or die;
		my $peer = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Peer => $ARGV[0]) or die;
		$peer->blocking(0);
		1 while $peer->send("x");
		open my $ready, ">", "$ARGV[0].full"; close $ready;
		sleep 60' "$T/no-socket" 3>&- &
	local daemon=$!
	wait_until 5 test -e "$T/no-socket.full"
	# behind the lock of the first, so it says why it throws records away
	run -0 timeout 20 sh -c "head -c 4000000 /dev/zero | env -i $WATCHCAP plugin --config=$T/watchcap.conf"
	kill "$daemon"
	wait "$daemon" || true
}

# the next file opened would get their numbers: the stream would be read from it, alerts printed into it
@test "closed standard descriptors: the stream is at its end" {
	run -0 timeout 20 sh -c "exec $WATCHCAP plugin --config=$T/watchcap.conf <&- >&- 2>&-"
	[ ! -e "$T/alerts.json" ] || [ ! -s "$T/alerts.json" ]
}

@test "a flood of reloads does not keep it from ending" {
	plugin_start
	give_exec first
	wait_until 5 told first
	perl -e 'my $end = time + 20; kill("HUP", $ARGV[0]) or last while time < $end' "$PLUGIN" 3>&- 8>&- &
	local storm=$!
	sleep 0.5
	give_exec second
	wait_until 5 told second
	kill -TERM "$PLUGIN"
	wait_until 10 sh -c "! kill -0 $storm"
	wait "$PLUGIN"
	PLUGIN=
}

@test "records that find no room are counted and told, at the end too" {
	printf '[intake]\nring_size = 64K\n' >>"$T/watchcap.conf"
	local i
	for i in $(seq 300); do
		printf 'type=SYSCALL msg=audit(1700000000.100:%d): arch=c000003e syscall=2 success=no exit=-13 a0=0 a1=0 a2=0 a3=0 items=0 ppid=1 pid=77 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="x" exe="/bin/x" key=(null)\n' "$i"
	done >"$T/flood"
	# one write(2) on a pipe that is read while the worker still looks at /proc
	run -0 timeout 20 sh -c "for i in \$(seq 200); do cat $T/flood; done | $WATCHCAP plugin --config=$T/watchcap.conf"
	jq -rs '[.[] | select(.rule == "Audit Records Lost") | .output | capture("at least (?<n>[0-9]+)").n | tonumber] | add' \
		"$T/alerts.json" >"$T/lost"
	[ "$(cat "$T/lost")" -gt 0 ]
	[ "$(cat "$T/lost")" -lt 60000 ]
}
