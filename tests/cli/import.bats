#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# watchcap import: Falco's rule files come in, and what came in loads.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	UPSTREAM=$ROOT/../shared/falco-rules
	cat >"$T/site.yaml" <<-'YAML'
		- list: editors
		  items: [vi, vim]
		- macro: an_editor
		  condition: proc.name in (editors)
		- rule: An Editor Was Run
		  desc: Somebody edits.
		  condition: evt.type = execve and an_editor
		  output: editor %proc.name
		  priority: NOTICE
		- rule: Nobody Knows
		  desc: x
		  condition: no.such = 1
		  output: x
		  priority: NOTICE
	YAML
}

@test "import: writes files that load, and accounts for every item" {
	run -1 "$WATCHCAP" import "$T/site.yaml" --to "$T/out"
	[[ $output == *"site.yaml:10: rule 'Nobody Knows': dropped: unknown-field: no.such"* ]]
	[[ $output == *"site.yaml: 2 rules: 1 full, 1 dropped; 1 macro: 1 full; 1 list: 1 full"* ]]
	[ "$(stat -c %a "$T/out/50-site.ini")" = 644 ]
	run -0 "$WATCHCAP" check --rules "$T/out"
	run -1 "$WATCHCAP" import "$T/site.yaml" --to "$T/other" --format json
	[ "$(jq -r '.files[0].rule | [.full, .dropped] | @csv' <<<"$output")" = 1,1 ]
	[ "$(jq -r '.items[] | select(.class == "dropped") | .remarks[0].reason' <<<"$output")" = unknown-field ]
	cmp "$T/out/50-site.ini" "$T/other/50-site.ini"
}

@test "import: 0 when all is full" {
	head -n 9 "$T/site.yaml" >"$T/good.yaml"
	umask 077
	run -0 "$WATCHCAP" import "$T/good.yaml" --to "$T/out"
	[ "$(stat -c %a:%u "$T/out/50-good.ini")" = "644:$(id -u)" ]
}

@test "import: replaces nothing unless it is told to" {
	mkdir "$T/out"
	echo mine >"$T/out/50-site.ini"
	run -2 "$WATCHCAP" import "$T/site.yaml" --to "$T/out"
	[[ $output == *"50-site.ini: is there already; --force replaces it"* ]]
	[ "$(cat "$T/out/50-site.ini")" = mine ]
	rm "$T/out/50-site.ini"
	ln -s "$T/nowhere" "$T/out/50-site.ini"
	run -2 "$WATCHCAP" import "$T/site.yaml" --to "$T/out"
	[ -L "$T/out/50-site.ini" ] && [ ! -e "$T/nowhere" ]
	run -1 "$WATCHCAP" import "$T/site.yaml" --to "$T/out" --force
	grep -q 'An Editor Was Run' "$T/out/50-site.ini"
}

@test "import: what cannot be read is told with its place, and nothing is written" {
	printf -- '- rule: [\n' >"$T/broken.yaml"
	run -2 "$WATCHCAP" import "$T/site.yaml" "$T/broken.yaml" --to "$T/out"
	[[ $output == *"broken.yaml:2:1: error: not YAML"* ]]
	[ ! -e "$T/out" ]
	run -2 "$WATCHCAP" import "$T/none.yaml" --to "$T/out"
	[[ $output == *"none.yaml: error: No such file"* ]]
	run -2 "$WATCHCAP" import "$T/site.yaml"
	[[ $output == *"--to"* ]]
	ln -s "$T/out" "$T/file" && touch "$T/real"
	run -2 "$WATCHCAP" import "$T/site.yaml" --to "$T/real"
}

@test "import: the upstream rules: at least 76 of 93 full, and all that came in loads" {
	[ -d "$UPSTREAM" ] || skip "the upstream rule files are not beside the project ($UPSTREAM)"
	run -1 --separate-stderr "$WATCHCAP" import "$UPSTREAM"/falco_rules.yaml "$UPSTREAM"/falco-incubating_rules.yaml \
		"$UPSTREAM"/falco-sandbox_rules.yaml --to "$T/out" --format json
	[ "$(jq '[.files[].rule | add] | add' <<<"$output")" -eq 93 ]
	[ "$(jq '[.files[].rule.full] | add' <<<"$output")" -ge 76 ]
	run -0 "$WATCHCAP" check --rules "$T/out" --format json
	[ "$(jq '[.. | objects | select(.severity == "error")] | length' <<<"$output")" -eq 0 ]
}
