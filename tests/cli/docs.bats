#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# What docs/language.md shows at the prompt is what the program does.

bats_require_minimum_version 1.5.0

setup()
{
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	WATCHCAP=${WATCHCAP_SANITIZED:-$PWD/build/sanitize/watchcap}
}

# shown PATTERN: the block whose first line begins with it
shown()
{
	awk -v pattern="$1" '
		/^```/ { if (on) exit; fence = 1; next }
		fence && index($0, pattern) == 1 { on = 1 }
		on { print }
		{ fence = 0 }' docs/language.md
}

@test "every command of the reference runs" {
	local line n=0
	while read -r line; do
		eval "${line/watchcap/\"$WATCHCAP\"}" >/dev/null || { echo "$line"; return 1; }
		n=$((n + 1))
	done < <(sed -n '/^```sh$/,/^```$/{/^watchcap/p}' docs/language.md)
	[ $n -ge 3 ]
}

@test "the diagnostic that is shown" {
	run -1 "$WATCHCAP" check --condition 'evt.type = opennat'
	[ "$(printf '%s\n' "${lines[@]:0:3}")" = "$(shown '<condition>')" ]
}

@test "the explanation that is shown" {
	diff <(shown 'rule release-agent-write') \
		<("$WATCHCAP" replay --rules rules --explain release-agent-write tests/rules/host.rec)
}

@test "rules that are off by default: nothing is asked of the kernel for them until the line that is shown is in a file of the site's" {
	mkdir "$BATS_TEST_TMPDIR/site"
	run -0 "$WATCHCAP" audit-rules --rules rules
	[[ $output != *wc_net* && $output != *saddr_fam* ]]
	shown '[rule control-port-contacted]' >"$BATS_TEST_TMPDIR/site/70-site.ini"
	diff "$BATS_TEST_TMPDIR/site/70-site.ini" <(sed -n '/^;   \[rule/,/^;$/s/^;   //p' rules/57-network.ini)
	run -0 "$WATCHCAP" audit-rules --rules rules --rules "$BATS_TEST_TMPDIR/site"
	[[ $output == *'-S connect -F saddr_fam>=2 -F saddr_fam<=10 -F key=wc_net'* && $output == *'for control-port-contacted'* ]]
	[[ $output != *cloud-metadata-contacted* ]]
	printf '[rules]\nenable = tag:connections\n' >"$BATS_TEST_TMPDIR/conf"
	run -0 "$WATCHCAP" audit-rules --rules rules --config "$BATS_TEST_TMPDIR/conf"
	[[ $output == *cloud-metadata-contacted* && $output == *io-uring-connection* ]]
}

@test "the rule test that is shown" {
	mkdir "$BATS_TEST_TMPDIR/t"
	cp tests/rules/*.rec "$BATS_TEST_TMPDIR/t"
	shown '[case written]' >"$BATS_TEST_TMPDIR/t/20-kernel-helpers.test"
	run -0 "$WATCHCAP" test-rules --rules rules "$BATS_TEST_TMPDIR/t"
	[[ $output == "ok "*": written"*"1 cases, 0 failed" ]]
}
