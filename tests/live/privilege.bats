#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# Changes of user ids and their causes: calls, set-user-ID programs, and what has no cause.

setup()
{
	[ -z "$LAB_SKIP" ] || skip "$LAB_SKIP"
	load lib
	need_free_audit
	need_docker
	T=$BATS_TEST_TMPDIR
	HIDDEN=
	mkdir -p "$T/rules" "$T/bin"
	cc -static -O1 -o "$T/bin/becomes" "$ROOT/tests/tools/becomes.c"
	cp "$T/bin/becomes" "$T/bin/rootly"
	chmod 4755 "$T/bin/rootly"
	cat >"$T/rules/70-ids.ini" <<-RULE
		[rule t-root]
		title = Became Root
		desc = A test.
		condition = evt.type = uid_change and evt.arg.euid = 0 and proc.exepath startswith /wc/
		output = root %evt.arg.cause %user.uid %evt.arg.ruid %proc.exepath %proc.pid %container.id
		priority = Notice
	RULE
}

teardown()
{
	[ -z "$LAB_SKIP" ] || return 0
	[ -z "${HIDDEN:-}" ] || auditctl -d "${NEVER[@]}" >/dev/null
	sensor_stop
	remove box
}

NEVER=(exit,never -F arch=b64 -S setresuid)
UNCAUSED='Root Gained Without Cause'

# Stands for code that gives itself new credentials inside the kernel (commit_creds(), as exploits call it): the kernel
# tells of the change all the same, and no call that audit would record was its cause. Here the call is there, but
# a rule that comes first keeps audit from recording it, for as long as the test lasts.
without_record()
{
	auditctl -A "${NEVER[@]}" >/dev/null
	HIDDEN=yes
}

# bats test_tags=technique:KV1,rule:root-without-cause
@test "root by a call, by a set-user-ID program and without cause: each is told apart, in the container" {
	sensor_start --rules "$T/rules" --record "$T/session.log"
	container box -v "$T/bin:/wc:ro"
	local id
	id=$(container_id box)
	id=${id:0:12}
	"${DOCKER[@]}" exec box /wc/becomes 1000 0
	expect_alert 10 'Became Root' ".output_fields | (.[\"evt.arg.cause\"] == \"syscall\" and .[\"container.id\"] == \"$id\"
		and .[\"user.uid\"] == 1000)"
	"${DOCKER[@]}" exec --user 1000 box /wc/rootly
	expect_alert 10 'Became Root' ".output_fields | (.[\"evt.arg.cause\"] == \"exec\" and .[\"container.id\"] == \"$id\"
		and .[\"evt.arg.ruid\"] == \"1000\")"
	# as sshd does at every login, and what setpriv, capsh and service managers give to the ambient set
	perl -e 'for (1 .. 25) { fork or do { for (1 .. 4) { $> = 1000; $> = 0 } exit } } 1 while wait > 0'
	setpriv --reuid 1000 --clear-groups --inh-caps=+setuid --ambient-caps=+setuid \
		perl -e '$> = 0; exit $>'
	without_record
	"${DOCKER[@]}" exec box /wc/becomes 1000 0
	expect_alert 20 "$UNCAUSED" ".output_fields | (.[\"container.id\"] == \"$id\" and .[\"user.uid\"] == 1000
		and .[\"evt.arg.cause\"] == \"none\")"
	# told in the order of the changes: what came before has been judged, too
	[ "$(count_alerts "$UNCAUSED")" -eq 1 ]
	sensor_stop
	# a replay of the recording tells the same
	"$WATCHCAP" replay --rules "$ROOT/rules" --rules "$T/rules" --format json "$T/session.log" >"$T/replayed.json" || true
	local same='select(.rule == "Became Root" or .rule == "Root Gained Without Cause") | {rule, output_fields}'
	diff <(jq -cS "$same" "$T/alerts.json" | sort -u) <(jq -cS "$same" "$T/replayed.json" | sort -u)
}
