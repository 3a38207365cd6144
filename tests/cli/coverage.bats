#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# docs/coverage.md claims what the tests show.

setup()
{
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	T=$BATS_TEST_TMPDIR
}

@test "docs/coverage.md is what tests/coverage/generate writes" {
	tests/coverage/generate -o "$T/coverage.md"
	diff docs/coverage.md "$T/coverage.md" || { echo 'run tests/coverage/generate and commit what it writes'; return 1; }
}

@test "tags name techniques, rules and probes that exist, every rule is named, and what is told has a disguise and a twin" {
	tests/coverage/generate --check
}

# copy FILE...: a small tree with the generator and what it reads
copy()
{
	mkdir -p "$T/tree/docs" "$T/tree/tests/live/scenarios" "$T/tree/tests/cli" "$T/tree/tests/rules" "$T/tree/rules"
	cp -r tests/coverage "$T/tree/tests"
	cp tests/live/needs.bash "$T/tree/tests/live"
	printf '[rule one]\ncondition = evt.type = %s\n' setns >"$T/tree/rules/10-a.ini"
	sed "s/^TEST/@test/" >"$T/tree/tests/live/scenarios/a.bats"
}

row() # row ID: its cells but the neighbours'
{
	awk -F ' [|] ' -v id="| $1" '$1 == id { print $3 "|" $4 "|" $5 "|" $6 "|" $7 "|" $8 }' "$T/tree/docs/coverage.md"
}

@test "wrong tags are named" {
	copy <<-'BATS'
		# bats test_tags=technique:CA7,rule:one,disguise:hat
		TEST "good" {
		}
		# bats test_tags=technique:XX1,rule:two,disguise:hat,needs:luck,whatever
		TEST "bad" {
		}
		TEST "bare" {
		}
		# bats test_tags=technique:CA7
		TEST "of no rule" {
		}
		# bats test_tags=technique:CA7,twin
		TEST "twin" {
		}
	BATS
	run "$T/tree/tests/coverage/generate" --check
	[ "$status" -eq 1 ]
	for said in 'a.bats:5: no technique XX1' 'a.bats:5: no rule two' 'a.bats:5: no probe for needs:luck' \
		'a.bats:5: unknown tag whatever' 'a.bats:7: a scenario without tags' 'a.bats:10: which rule?'; do
		[[ $output == *"$said"* ]] || { echo "not said: $said"; echo "$output"; return 1; }
	done
	[ "${#lines[@]}" -eq 6 ]
}

@test "a row claims what passed, and nothing else" {
	copy <<-'BATS'
		# bats test_tags=technique:CA7,rule:one
		TEST "plain" {
		# bats test_tags=technique:CA7,rule:one,disguise:hat
		TEST "hat" {
		# bats test_tags=technique:CA7,rule:one,disguise:wig,missed
		TEST "wig" {
		# bats test_tags=technique:CA7,twin
		TEST "twin" {
		# bats test_tags=technique:CA9,rule:one,refused
		TEST "refused" {
	BATS
	"$T/tree/tests/coverage/generate"
	[ "$(row CA7)" = 'one|audit|live: [a](../tests/live/scenarios/a.bats)|-|1 of 2: hat; not: wig|1' ]
	[ "$(row CA9)" = 'one|audit|live: [a](../tests/live/scenarios/a.bats)|[a](../tests/live/scenarios/a.bats)|-|-' ]
	[ "$(row CA8)" = '-|-|not tested|-|-|-' ]
	grep -qx '| detected live | 2 |' "$T/tree/docs/coverage.md"

	# the same tree after a run
	cat >"$T/tap" <<-'TAP'
		1..5
		not ok 1 plain
		ok 2 hat # skip no hat here
		not ok 3 wig
		ok 4 twin
		ok 5 refused # skip
	TAP
	"$T/tree/tests/coverage/generate" "$T/tap"
	[ "$(row CA7)" = 'one|audit|not testable: no hat here|-|0 of 2; not: wig|1' ]
	[ "$(row CA9)" = 'one|audit|not testable: skipped|-|-|-' ]
	grep -qx '| detected live | 0 |' "$T/tree/docs/coverage.md"
	printf 'not ok 1 plain\n' >"$T/tap"
	"$T/tree/tests/coverage/generate" "$T/tap"
	[ "$(row CA7)" = '-|-|not detected|-|0 of 2; not: hat, wig|-' ]
}

@test "a disguise is of the rules that the technique's own tests name; one that needs something counts for itself" {
	copy <<-'BATS'
		# bats test_tags=technique:CA7,rule:one
		TEST "plain" {
		# bats test_tags=technique:CA7,disguise:hat
		TEST "hat" {
		# bats test_tags=technique:CA7,disguise:wig,needs:int80
		TEST "wig" {
		# bats test_tags=technique:CA7,twin
		TEST "twin" {
		# bats test_tags=technique:CA9,disguise:hat
		TEST "of no rule" {
	BATS
	run "$T/tree/tests/coverage/generate" --check
	[ "$status" -eq 1 ]
	[ "$output" = 'technique CA9: a disguise of which rule?' ]
	sed -i '/CA9/,$d' "$T/tree/tests/live/scenarios/a.bats"
	"$T/tree/tests/coverage/generate"
	[ "$(row CA7)" = 'one|audit|live: [a](../tests/live/scenarios/a.bats)|-|1 of 2: hat; where the machine has it: wig|1' ]
	grep -qx '| disguises tried, caught, caught where the machine has what the test needs | 2, 1, 1 |' "$T/tree/docs/coverage.md"
}

@test "a row that is told has a disguise and a benign twin, or says why it has none" {
	copy <<-'BATS'
		# bats test_tags=technique:CA7,rule:one
		TEST "told" {
		# bats test_tags=technique:CA9,rule:one,disguise:hat,missed
		TEST "not told" {
	BATS
	run "$T/tree/tests/coverage/generate" --check
	[ "$status" -eq 1 ]
	[ "$output" = $'technique CA7: no disguise was tried\ntechnique CA7: no benign twin' ]
	sed -i '/^CA7 /s/$/ | no disguise: it has no name; no twin:/' "$T/tree/tests/coverage/techniques.txt"
	run "$T/tree/tests/coverage/generate" --check
	[ "$output" = 'technique CA7: no benign twin' ]
	sed -i '/^CA7 /s/$/ nothing looks like it/' "$T/tree/tests/coverage/techniques.txt"
	"$T/tree/tests/coverage/generate" --check
}

@test "what a test asks the machine for stands in its row, all of it" {
	copy <<-'BATS'
		# bats test_tags=technique:CA7,rule:one,needs:int80,needs:disk
		TEST "two" {
	BATS
	"$T/tree/tests/coverage/generate"
	[ "$(row CA7)" = 'one|audit|only where the 32-bit calls of x86, and a disk that is not virtual|-|-|-' ]
}

@test "what others ship is named for each row, and counted against what is shown here" {
	copy <<-'BATS'
		# bats test_tags=technique:CA7,rule:one
		TEST "told by others" {
		# bats test_tags=technique:KU16,rule:one
		TEST "an event of others, and no rule" {
		# bats test_tags=technique:NS9,rule:one,missed
		TEST "told by nobody" {
	BATS
	"$T/tree/tests/coverage/generate"
	grep -q '^- CA7: Falco Y: Linux Kernel Module Injection Detected · Tracee Y: TRC-1017 ' "$T/tree/docs/coverage.md"
	grep -q '^| CA7 | .* | Y | Y | P | P | P |$' "$T/tree/docs/coverage.md"
	grep -q '^| KU16 | .* | - | r | - | - | - |$' "$T/tree/docs/coverage.md"
	grep -qx '| detected here, by a rule of nobody else (no Y and no P) | 1 |' "$T/tree/docs/coverage.md"
	grep -qx 'Detected here, and by a rule of nobody else: KU16.' "$T/tree/docs/coverage.md"
}

@test "wrong lines on what others ship are named, and rows without one" {
	copy </dev/null
	local peers=$T/tree/tests/coverage/peers.txt line said
	line=$(wc -l <"$peers")
	cat >>"$peers" <<-'PEERS'
		XX1 | Falco | Y | a rule
		CA8 | Wazuh | Y | a rule
		CA8 | Falco | y | a rule
		CA8 | Elastic | P |
		CA4, CA7 | Falco | P | another rule
		NS9 | Falco | P | a rule
		CA6 | none | -
	PEERS
	printf '%s\n' 'CA98 | of the older form | | | ? ? ? ? ? |' 'CA99 | not judged | | |' >>"$T/tree/tests/coverage/techniques.txt"
	run "$T/tree/tests/coverage/generate" --check
	[ "$status" -eq 1 ]
	for said in "$((line + 1)): no technique XX1" "$((line + 2)): no peer Wazuh" "$((line + 3)): a letter of Y, P and r" "$((line + 4)): a letter of Y, P and r" \
		"$((line + 5)): CA7 has a line for Falco" "$((line + 6)): NS9 has lines for none and for others" "$((line + 7)): rows, peer, letter" \
		'technique CA98: what others ship stands in peers.txt' 'technique CA99: what do others ship?'; do
		[[ $output == *"$said"* ]] || { echo "not said: $said"; echo "$output"; return 1; }
	done
	[[ $output != *'CA4 has a line'* ]]
}
