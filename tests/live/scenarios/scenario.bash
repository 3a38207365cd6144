# SPDX-License-Identifier: Apache-2.0
#
# What the scenarios share: one sensor and one laboratory container for a whole file, so that a technique costs a
# second. Each test tells in its tags what it shows (tests/coverage reads them):
#
#   # bats test_tags=technique:CA7,rule:kernel-module-load
#   # bats test_tags=technique:CA7,rule:kernel-module-load,disguise:int80
#   # bats test_tags=technique:CA7,technique:DV7,disguise:double-fork      by the rules that the techniques' own tests name
#   # bats test_tags=technique:CA7,twin          the benign twin: no alert at Warning or above
#   # bats test_tags=technique:KU1,rule:release-agent-write,refused      enforce mode: the act fails
#
# A scenario is harmless and bounded: it shows the signal, not the damage, and what it changes it puts back.

. "${BASH_SOURCE[0]%/*}/../lib.bash"
. "${BASH_SOURCE[0]%/*}/../needs.bash"

# scenarios_begin OPTION...: from setup_file
scenarios_begin()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	need_free_audit
	need_docker
	mkdir -p "$BATS_FILE_TMPDIR/rules"
	cat >"$BATS_FILE_TMPDIR/rules/89-scenario.ini" <<-'RULE'
		[rule t-barrier]
		title = Scenario Barrier
		desc = All that happened before has been judged when this is told.
		condition = evt.type = execve and container.id = host and proc.name = scenario-barrie
		output = barrier %proc.cmdline
		priority = Notice
	RULE
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR sensor_start --rules "$BATS_FILE_TMPDIR/rules" -o aggregate.window=1 "$@"
	export SENSOR
}

# from teardown_file
scenarios_end()
{
	[ -z "$LAB_SKIP" ] || return 0
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR sensor_stop
}

# from setup: what was told before this test is not looked at
# audit's stamps are of the coarse clock: up to 10 ms behind (HZ=100)
a_tick_ago()
{
	local us=$((${EPOCHREALTIME/[.,]/} - 20000))
	TZ=UTC printf '%(%Y-%m-%dT%H:%M:%S)T.%06dZ' $((us / 1000000)) $((us % 1000000))
}

scenario_begin()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	ALERTS=$BATS_FILE_TMPDIR/alerts.json
	BEGAN=$(a_tick_ago)
	barrier
	SINCE=$(wc -l <"$ALERTS")
}

# everything that was done before has been judged
barrier()
{
	local script
	# a file of its own each time: an alert about the same one would only be counted
	script=$(mktemp "$BATS_FILE_TMPDIR/scenario-barrier-XXXXXX")
	printf '#!/bin/sh\n' >"$script"
	chmod +x "$script"
	"$script"
	expect_alert 10 'Scenario Barrier' ".output_fields[\"proc.cmdline\"] | endswith(\"$script\")"
}

# orphaned NAME PROGRAM ARG...: two disguises that any act has: a process of the container's whose parents have ended, by the name that
# a runtime has on its way into a container
orphaned()
{
	"${DOCKER[@]}" exec "$1" /bin/sh -c 'ln -sf "$0" "/tmp/runc:[2:INIT]"
		( (sleep 0.1; exec -a "${0##*/}" "/tmp/runc:[2:INIT]" "$@") & ); sleep 0.4' "${@:2}"
}

# quiet [JQ-CONDITION]: nothing at Warning or above was told in this test
quiet()
{
	barrier
	local told
	told=$(alerts 'select(.priority | IN("Warning", "Error", "Critical", "Alert", "Emergency")) | select('"${1:-true}"') | .output')
	[ -z "$told" ] || { echo "$told"; return 1; }
}
