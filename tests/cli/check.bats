#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
#
# watchcap check as a rule author uses it: conditions, phases, lints; and which rules are in force.

bats_require_minimum_version 1.5.0

setup()
{
	ROOT=$BATS_TEST_DIRNAME/../..
	WATCHCAP=${WATCHCAP_SANITIZED:-$ROOT/build/sanitize/watchcap}
	T=$BATS_TEST_TMPDIR
	mkdir "$T/rules"
}

# rule ID PRIORITY TAGS CONDITION [KEY...]
rule()
{
	printf '[rule %s]\ntitle = The %s\ndesc = d\noutput = o\npriority = %s\ntags = %s\ncondition = %s\n' \
		"$1" "$1" "$2" "$3" "$4"
	shift 4
	[ $# -eq 0 ] || printf '%s\n' "$@"
}

three_rules()
{
	{
		rule one Critical 'fast, first' 'evt.type = open'
		rule two Notice 'first' 'evt.type = execve'
		rule three Debug 'slow' 'evt.type = mount' 'enabled = false'
	} >"$T/rules/10-three.ini"
}

# the ids of the rules in force
in_force()
{
	"$WATCHCAP" list rules --rules "$T/rules" --format json "$@" |
		jq -r '[.[] | select(.state == "enabled").id] | join(" ")'
}

@test "a condition of the command line: every phase tells place and caret" {
	run -0 "$WATCHCAP" check --condition 'evt.type = open and not fd.name startswith /etc/'
	[[ $output == *"0 errors, "* ]]
	run -1 "$WATCHCAP" check --condition 'evt.type in (open'
	[[ ${lines[0]} == "<condition>:1:18: error: "*"[missing-paren]" ]]
	[[ ${lines[2]} == "      |                  ^" ]]
	run -1 "$WATCHCAP" check --condition 'evt.type = open and nothing_here'
	[[ ${lines[0]} == "<condition>:1:21: error: "*"[unknown-macro]" ]]
	[[ ${lines[2]} == "      |                     ^~~~~~~~~~~~" ]]
	run -1 "$WATCHCAP" check --condition 'evt.type = opennat'
	[[ ${lines[0]} == "<condition>:1:12: error: "*"did you mean 'openat'"*"[unknown-event]" ]]
	run -1 "$WATCHCAP" check --condition ''
	[[ ${lines[0]} == "<condition>:1:1: error: "* ]]
}

@test "a condition of several lines keeps its places" {
	run -1 "$WATCHCAP" check --condition $'evt.type = open\n  and proc.nmae = x\n'
	[[ ${lines[0]} == "<condition>:2:7: error: "*"did you mean 'proc.name'"* ]]
	[[ ${lines[1]} == "    2 |   and proc.nmae = x" ]]
}

@test "a condition may use the lists and macros of the rule files, whose lints are not told" {
	printf '[list shells]\nitems = sh, bash\n[macro by_shell]\ncondition = proc.name in (shells)\n[macro idle]\ncondition = not proc.exepath = x\n' >"$T/rules/10-names.ini"
	run -0 "$WATCHCAP" check --rules "$T/rules" --condition 'evt.type = execve and by_shell'
	[ "$output" = "0 errors, 0 warnings" ]
	run -1 "$WATCHCAP" check --rules "$T/rules" --condition 'evt.type = execve and by_shel'
	[[ $output == *"did you mean 'by_shell'"* ]]
	printf '[macro bad]\ncondition = proc.nmae = x\n' >"$T/rules/20-bad.ini"
	run -1 "$WATCHCAP" check --rules "$T/rules" --condition 'evt.type = execve'
	[[ $output == *"20-bad.ini:2:13: error: "* ]]
	run -1 "$WATCHCAP" check --rules "$T/nowhere" --condition 'evt.type = execve'
}

@test "a condition as JSON" {
	run -1 "$WATCHCAP" check --format json --condition 'evt.type = opennat'
	[ "$(jq -c '.[0] | [.severity, .file, .line, .column, .code, .text]' <<<"$output")" = \
		'["error","<condition>",1,12,"unknown-event","evt.type = opennat"]' ]
	run -0 "$WATCHCAP" check --format json --condition 'evt.type = open'
	[ "$output" = '[]' ]
}

@test "hostile conditions are refused in one piece" {
	local deep long
	deep=$(printf '(%.0s' $(seq 201))x.y$(printf ')%.0s' $(seq 201))
	run -1 "$WATCHCAP" check --condition "$deep"
	[[ $output == *"<condition>:1:202: error: "*"[nesting]"* ]]
	long=$(head -c 65536 /dev/zero | tr '\0' a)
	run -1 "$WATCHCAP" check --condition "$long"
	[[ $output == *"[value-too-long]"* ]]
	run -1 "$WATCHCAP" check --parse-only --condition $'\x1b[31m\xff\xfe'
	[[ $output != *$'\x1b'* ]]
}

@test "--parse-only looks no name up, in a condition and in files" {
	run -0 "$WATCHCAP" check --parse-only --condition 'no.field = x and no_macro and f.g in no_list'
	run -1 "$WATCHCAP" check --parse-only --condition 'no.field = x and'
	[[ ${lines[0]} == "<condition>:1:17: error: "* ]]
	{
		printf '[list l]\nitems = nobody, knows\n[macro m]\ncondition = no.field = x\n'
		rule r Critical t 'no_macro and other.field in (no_list)'
		printf '[exception r/e]\nfields = strange.field\nvalues = x\n'
	} >"$T/rules/10-names.ini"
	run -1 "$WATCHCAP" check --rules "$T/rules"
	run -0 "$WATCHCAP" check --parse-only --rules "$T/rules"
	[ "$output" = "0 errors, 0 warnings" ]
	sed -i -e 's/^values = x/values = (x/' -e 's/^items = .*/&,/' -e 's/no_macro and/no_macro nad/' "$T/rules/10-names.ini"
	run -1 "$WATCHCAP" check --parse-only --rules "$T/rules"
	[[ $output == *":2:"*" error: "*":11:"*" error: "*":14:"*" error: "* ]]
	[[ $output == *"3 errors, 0 warnings" ]]
}

@test "every lint of the reference is told by check, and is no error" {
	declare -A condition=(
		[na-negated]='evt.type = open and not fd.filename = x'
		[na-compare]='evt.type = open and fd.filename = "<NA>"'
		[no-evttype]='proc.name = x'
		[dead-evttype]='evt.type = open and evt.type = mount'
		[field-as-string]='evt.type = open and proc.name = proc.pname'
		[always-true]='evt.type = open and proc.name glob *'
		[always-false]='evt.type = open and proc.name in ()'
		[never-available]='evt.type = open and evt.cpu = 1'
		[field-not-in-type]='evt.type = open and mount.fstype = cgroup'
		[name-only-identity]='evt.type = open and not proc.name = x'
		[any-not-equal]='evt.type = open and proc.aname != x'
		[legacy-escape]='evt.type = open and proc.name = "a\ b"'
		[glued-word]='evt.type = open and proc.name existsand evt.type = open'
		[deprecated-field]='evt.type = open and evt.dir = "<"'
	)
	local code
	for code in "${!condition[@]}"; do
		run -0 "$WATCHCAP" check --condition "${condition[$code]}"
		[[ $output == *"warning: "*"[$code]"* ]] || { echo "$code: $output"; return 1; }
	done
	{
		printf '[list idle]\nitems = x\n[macro lazy]\ncondition = evt.type = open\n'
		rule foreign Debug t 'ka.verb = x' 'source = k8s_audit'
		rule two Debug t 'evt.type = open or evt.type = mount'
	} >"$T/rules/10-files.ini"
	printf '[rule two]\ncondition.append = and proc.name = x\n' >"$T/rules/90-patch.ini"
	touch "$T/rules/notes.ini"
	rule tomorrow Debug t 'evt.type = opentomorrow' 'skip_if_unknown_filter = true' >"$T/rules/20-skip.ini"
	run -0 "$WATCHCAP" check --rules "$T/rules" --disable nobody
	for code in unused-list unused-macro append-or unknown-source ignored-file unused-selection skipped-rule; do
		[[ $output == *"[$code]"* ]] || { echo "$code: $output"; return 1; }
		condition[$code]=files
	done
	# not a warning: such a rule does not load
	rule blind Debug t 'evt.type = open and user.name = x' 'action = deny' >"$T/rules/30-blind.ini"
	run -1 "$WATCHCAP" check --rules "$T/rules"
	[[ $output == *"error: "*"user.name"*"[deny-blind]"* ]]
	condition[deny-blind]=files
	for code in $(sed -n '/^### 4.3/,/^## 5/s/^| \(`[^|]*\) |.*/\1/p' "$ROOT/docs/language.md" | grep -oE '`[a-z-]+`' | tr -d '`'); do
		[ -n "${condition[$code]:-}" ] || { echo "no case for $code"; return 1; }
	done
}

@test "rules are switched by id, title glob and tag; what is named by both is on" {
	three_rules
	[ "$(in_force)" = "one two" ]
	[ "$(in_force --enable three)" = "one two three" ]
	[ "$(in_force --disable one)" = "two" ]
	[ "$(in_force --disable 'The t*')" = "one" ]
	[ "$(in_force --disable tag:first)" = "" ]
	[ "$(in_force --disable '*' --enable tag:slow)" = "three" ]
	[ "$(in_force --enable tag:slow --disable '*')" = "three" ]
	[ "$(in_force --disable '*' --enable one --enable three)" = "one three" ]
	[ "$(in_force --disable one --disable two)" = "" ]
	[ "$(in_force --disable 'The T*')" = "one two" ]
}

@test "a minimum priority switches off what is below, whatever is said" {
	three_rules
	[ "$(in_force --min-priority notice)" = "one two" ]
	[ "$(in_force --min-priority Critical)" = "one" ]
	[ "$(in_force --min-priority critical --enable two)" = "one" ]
	[ "$(in_force --min-priority emergency)" = "" ]
	run -2 "$WATCHCAP" list rules --rules "$T/rules" --min-priority loud
	[[ $output == *"emergency, alert, critical"* ]]
}

@test "the configuration file switches rules, and the command line adds to it" {
	three_rules
	printf '[rules]\npath = %s\ndisable = *\nenable = tag:slow,\n  two\n' "$T/rules" >"$T/watchcap.conf"
	[ "$(in_force -c "$T/watchcap.conf")" = "two three" ]
	[ "$(in_force -c "$T/watchcap.conf" --enable one)" = "one two three" ]
	[ "$(in_force -c "$T/watchcap.conf" -o rules.enable=one)" = "one" ]
	[ "$(in_force -c "$T/watchcap.conf" -o rules.enable+=one)" = "one two three" ]
	printf 'min_priority = notice\n' >>"$T/watchcap.conf"
	[ "$(in_force -c "$T/watchcap.conf")" = "two" ]
	run -1 "$WATCHCAP" check --rules "$T/rules" -o rules.min_priority+=debug
	[[ $output == *"only a list can be added to"* ]]
}

@test "a selection that names no rule is told, with the nearest" {
	three_rules
	run -0 "$WATCHCAP" check --rules "$T/rules" --disable thre --enable tag:none
	[[ $output == *"no rule to disable is named by 'thre'"*"[unused-selection]"* ]]
	[[ $output == *"did you mean 'three'"* ]]
	[[ $output == *"no rule to enable is named by 'tag:none'"* ]]
	[[ $output == *"3 rules, 2 enabled; 0 errors, 2 warnings" ]]
}

@test "replay evaluates only the rules in force" {
	three_rules
	printf 'type=SYSCALL msg=audit(1767323045.123:7): arch=c000003e syscall=2 success=yes exit=3 a0=1 a1=0 a2=0 a3=0 items=0 ppid=10 pid=11 auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=(none) ses=1 comm="cat" exe="/bin/cat" key=(null)\n' >"$T/open.log"
	run -1 "$WATCHCAP" replay --rules "$T/rules" "$T/open.log"
	run -0 "$WATCHCAP" replay --rules "$T/rules" --disable one "$T/open.log"
	run -1 "$WATCHCAP" replay --rules "$T/rules" --disable '*' --enable 'The *e' "$T/open.log"
	run -0 "$WATCHCAP" replay --rules "$T/rules" --min-priority alert "$T/open.log"
}

@test "skip_if_unknown_filter drops a rule for unknown names, and for nothing else" {
	{
		rule kept Critical t 'evt.type = open'
		rule later Critical t 'evt.type = open and proc.tomorrow = x' 'skip_if_unknown_filter = true'
		rule call Critical t 'evt.type = opentomorrow' 'skip_if_unknown_filter = true'
	} >"$T/rules/10-skip.ini"
	run -0 "$WATCHCAP" check --rules "$T/rules"
	[ "$(grep -c 'skipped-rule' <<<"$output")" -eq 2 ]
	[[ $output == *"1 rules, 1 enabled; 0 errors, 2 warnings" ]]
	[ "$(in_force)" = kept ]
	rule typo Critical t 'evt.type = open and proc.pid = x' 'skip_if_unknown_filter = true' >"$T/rules/20-typo.ini"
	run -1 "$WATCHCAP" check --rules "$T/rules"
	[[ $output == *"20-typo.ini:"*" error: "* ]]
}

@test "list fields is the documentation: every row says it all, in every form" {
	run -0 "$WATCHCAP" list fields --format json
	jq -e 'length > 300 and all(.[]; (.name, .type, .available, .meaning, .absent) | type == "string" and length > 0)' <<<"$output"
	jq -e 'all(.[]; has("argument") and has("guard") and has("marks") and has("source"))' <<<"$output"
	jq -e 'all(.[] | select(.argument and .available == "yes"); .meaning | test("\\[|NAME"))' <<<"$output"
	jq -e 'map(select(.name == "evt.rawtime").absent) == ["never"]' <<<"$output"
	jq -e 'map(select(.name == "fd.kernel_knob")) | .[0] | .guard == "guard-safe" and .marks == "not in Falco" and .argument == null' <<<"$output"
	jq -e 'map(select(.name == "proc.aname")) | .[0] | .argument == "optional" and .marks == "any ancestor"' <<<"$output"
	local n
	n=$(jq length <<<"$output")
	[ "$("$WATCHCAP" list fields | wc -l)" -eq "$n" ]
	[ "$("$WATCHCAP" list fields --format markdown | wc -l)" -eq $((n + 2)) ]
	run -0 "$WATCHCAP" list fields --format markdown
	[ "${lines[0]}" = "| name | type | argument | available | guard | marks | source | meaning | absent |" ]
}

@test "a field without a value is told in outputs, calls, val() and exceptions, once each" {
	{
		rule r Debug t 'evt.type = execve and proc.name = val(thread.nametid) and len(evt.cpu) = 2'
		printf '[exception r/e]\nfields = proc.fdlimit\nvalues = 3\n'
	} | sed 's/^output = .*/output = %evt.cpu %evt.cpu %toupper(proc.aenv[x]) %evt.dir %container.info/' >"$T/rules/10-x.ini"
	run -0 "$WATCHCAP" check --rules "$T/rules" --format json
	[ "$(jq -c 'map([.line, .column, .code])' <<<"$output")" = '[[7,47,"never-available"],[7,75,"never-available"],[9,10,"never-available"],[4,11,"never-available"],[4,37,"never-available"],[4,52,"deprecated-field"]]' ]
}

@test "whatever has no value is told wherever a rule uses it, and nothing else is" {
	"$WATCHCAP" list fields --format json >"$T/fields"
	# one rule for each field; arguments that every field takes
	jq -r 'to_entries[] | .value + {i: .key} | select(.name != "evt.summary")
		| "[rule r\(.i)]\ntitle = r\(.i)\ndesc = d\noutput = o\npriority = Debug\nwarn_evttypes = false\ncondition = \(.name)\(
			if .name == "evt.type.is" then "[open]" elif .name == "evt.rawarg" or .name == "evt.arg" then "[res]"
			elif .name == "container.declares" then "[privileged]"
			elif .argument then "[1]" else "" end) exists"' "$T/fields" >"$T/rules/10-all.ini"
	run -0 "$WATCHCAP" check --rules "$T/rules" --format json
	# by the line of its rule: which field got which lint
	diff <(jq -r '.[] | select(.code == "never-available")
			| .code + " " + (.text | sub("^condition = "; "") | sub("(\\[.*\\])? exists$"; ""))' <<<"$output" | sort) \
		<(jq -r '.[] | select(.available == "never") | "never-available " + .name' "$T/fields" | sort)
}
