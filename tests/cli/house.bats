#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# The house itself: floors see only what they may, headers stand alone, the tree is formatted and clean.

setup()
{
	cd "$BATS_TEST_DIRNAME/../.."
	VIEWS=build/sanitize/include
}

# includes FLOOR HEADER: does a file on FLOOR that includes HEADER compile?
includes()
{
	printf '#include "%s"\n' "$2" | cc -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -I"$VIEWS/$1" -x c -
}

@test "a floor can include no floor above it" {
	local floor above pair
	for pair in base:kernel/capset.h kernel:event/event.h filter:event/event.h event:state/state.h \
		source:state/state.h state:field/registry.h survey:field/registry.h event:survey/survey.h field:rule/ruleset.h rule:alert/alert.h \
		feed:alert/alert.h guard:alert/alert.h alert:respond/respond.h respond:sink/sink.h alert:sink/sink.h sink:daemon/engine.h daemon:cli/command.h; do
		floor=${pair%%:*} above=${pair#*:}
		[ -e "src/$above" ]
		if includes "$floor" "$above" 2>/dev/null; then
			echo "$floor can include $above"
			return 1
		fi
	done
}

@test "every header compiles alone on its floor" {
	local header floor
	for header in src/*/*.h; do
		floor=$(basename "$(dirname "$header")")
		includes "$floor" "$floor/$(basename "$header")"
	done
}

@test "header names are unique" {
	run sh -c 'basename -a src/*/*.h | sort | uniq -d'
	[ -z "$output" ]
}

@test "the tree is formatted" {
	clang-format --dry-run -Werror src/*/*.[ch] tests/*/*.[ch]
}

@test "no calls that do not belong in this program" {
	run grep -nE '\b(strcpy|strcat|sprintf|gets|system|popen|atoi|strtok|alloca)\(' -r src
	[ "$status" -eq 1 ]
}

@test "every source file says what it is in its first lines" {
	local file
	for file in src/*/*.[ch]; do
		head -n 1 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0'
		sed -n 2p "$file" | grep -q '^/\*'
	done
}

@test "the second compiler has nothing to say" {
	jq -r '.[].command' build/sanitize/compile_commands.json | sed -e 's,^[^ ]* ,clang -fsyntax-only ,' -e 's, -o [^ ]*,,' |
		tr '\n' '\0' | xargs -0 -P "$(nproc)" -n 1 sh -c
}
