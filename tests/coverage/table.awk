# SPDX-License-Identifier: Apache-2.0
#
# From rules, needs, techniques, results and tests to the table, or with `check` to what is wrong with them.

function complain(what)
{
	print what
	bad = 1
}

function trim(t)
{
	gsub(/^ +| +$/, "", t)
	return t
}

# LIST with WHAT once; both may hold several, separated by ", "
function add(list, what,    n, i, one)
{
	n = split(what, one, ", ")
	for (i = 1; i <= n; i++)
		if (index(", " list ", ", ", " one[i] ", ") == 0)
			list = list (list == "" ? "" : ", ") one[i]
	return list
}

function count(list,    one)
{
	return split(list, one, ", ")
}

$1 == "rule" {
	rule_ids[++rules] = $2
	rule_source[$2] = $3
	is_off[$2] = $5 == "off"
	off_total += is_off[$2]
	next
}

$1 == "need" {
	need_text[$2] = $3
	next
}

/^= / { heading[techniques + 1] = substr($0, 3) }

/^[A-Z][A-Z][0-9]+ *\|/ {
	split($0, cell, "|")
	id = trim(cell[1])
	if (id in technique)
		complain("technique " id " has two rows")
	if (trim(cell[5]) ~ /^[-YPr?] [-YPr?] [-YPr?] [-YPr?] [-YPr?]$/)
		complain("technique " id ": what others ship stands in peers.txt")
	ids[++techniques] = id
	technique[id] = trim(cell[2])
	reference[id] = trim(cell[3])
	needs[id] = trim(cell[4])
	nothing[id] = trim(cell[5])
	without[id] = trim(cell[6])
	next
}

# TAP: what a run says of a test
/^(not )?ok [0-9]+ / {
	ok = /^ok/
	name = $0
	sub(/^(not )?ok [0-9]+ /, "", name)
	skipped = ""
	if (match(name, / # skip ?/)) {
		skipped = substr(name, RSTART + RLENGTH)
		name = substr(name, 1, RSTART - 1)
		skipped = skipped == "" ? "skipped" : skipped
	}
	result[name] = !ok ? "failed" : skipped != "" ? "skipped" : "passed"
	reason[name] = skipped
	next
}

$1 == "test" {
	layer = $2; file = $3; where = $3 ":" $4; name = $5
	if (layer == "live") {
		if (name in seen)
			complain(where ": another test has this name (" seen[name] ")")
		seen[name] = where
	}
	t_ids = t_rules = t_disguises = t_needs = ""
	twin = refused = missed = holds = 0
	n = split($6, tag, ",")
	for (i = 1; i <= n; i++) {
		word = trim(tag[i])
		value = substr(word, index(word, ":") + 1)
		if (word ~ /^technique:/) {
			if (!(value in technique))
				complain(where ": no technique " value)
			t_ids = add(t_ids, value)
		} else if (word ~ /^rule:/) {
			if (!(value in rule_source))
				complain(where ": no rule " value)
			else if (file ~ /\.test$/ && index("," $7 ",", "," value ",") == 0)
				complain(where ": " value " does not alert in this case")
			t_rules = add(t_rules, value)
		} else if (word ~ /^disguise:/) {
			t_disguises = add(t_disguises, value)
		} else if (word ~ /^needs:/) {
			if (!(value in need_text))
				complain(where ": no probe for needs:" value " in tests/live/needs.bash")
			t_needs = t_needs (t_needs == "" ? "" : ", and ") need_text[value]
		} else if (word == "twin") {
			twin = 1
		} else if (word == "refused") {
			refused = 1
		} else if (word == "missed") {
			missed = 1
		} else if (word == "holds") {
			holds = 1
		} else {
			complain(where ": unknown tag " word)
		}
	}
	if (t_ids != "" && t_rules == "" && t_disguises == "" && !twin && !missed && !holds)
		complain(where ": which rule?")
	if (t_disguises != "" && t_ids == "")
		complain(where ": a disguise of what?")
	if (layer == "live" && n == 0 && file ~ /\/scenarios\//)
		complain(where ": a scenario without tags")
	if (!missed)
		named = add(named, t_rules)
	if (n == 0)
		next

	why = t_needs
	if (layer == "live" && tap != "") {
		why = ""
		if (result[name] == "skipped")
			why = reason[name]
		else if (result[name] != "passed")
			missed = 1
	}
	m = split(t_ids, t_id, ", ")
	for (i = 1; i <= m; i++) {
		id = t_id[i]
		if (twin) {
			if (!missed && !(why != "" && tap != ""))
				twins[id]++
			twin_total += i == 1 && !missed
			continue
		}
		disguises_of(id, layer)
		if (missed) {
			shown_not[id] = 1
			continue
		}
		rules_of[id] = add(rules_of[id], holds ? "(none: attribution holds)" : t_rules)
		if (why != "") {
			untestable[id] = untestable[id] == "" ? why : untestable[id]
			continue
		}
		link = file
		sub(/.*\//, "", link)
		sub(/\.[a-z]*$/, "", link)
		link = "[" link "](../" file ")"
		if (layer == "live")
			live[id] = add(live[id], link)
		else
			replay[id] = add(replay[id], link)
		if (refused && layer == "live")
			denied[id] = add(denied[id], link)
	}
	cases[layer]++
}

function disguises_of(id, layer,    n, i, one, key)
{
	n = split(t_disguises, one, ", ")
	for (i = 1; i <= n; i++) {
		key = id SUBSEP one[i]
		if (!(key in disguise_seen)) {
			disguise_seen[key] = 1
			tried[id] = add(tried[id], one[i])
		}
		if (missed)
			escaped[id] = add(escaped[id], one[i])
		else if (why == "")
			caught[id] = add(caught[id], one[i])
		else if (tap == "")
			needing[id] = add(needing[id], one[i])
	}
}

function sources_of(id,    n, i, one, all)
{
	n = split(rules_of[id], one, ", ")
	for (i = 1; i <= n; i++)
		all = add(all, rule_source[one[i]])
	return all
}

# the rules of a row, and which of them are off by default
function rules_shown(id,    n, i, one, all)
{
	n = split(rules_of[id], one, ", ")
	for (i = 1; i <= n; i++)
		all = all (i > 1 ? ", " : "") one[i] (is_off[one[i]] ? " (off by default)" : "")
	return all
}

function all_are_off(id,    n, i, one)
{
	n = split(rules_of[id], one, ", ")
	for (i = 1; i <= n; i++)
		if (!is_off[one[i]])
			return 0
	return n > 0
}

# what the row says, and the class it is counted in
function verdict(id)
{
	if (id in live) {
		class = all_are_off(id) ? "off" : "live"
		return "live: " live[id] (id in replay ? "; replay: " replay[id] : "")
	}
	if (id in replay) {
		class = id in untestable ? "both" : "replay"
		return "replay: " replay[id] (id in untestable ? "; live only where " untestable[id] : "")
	}
	if (id in untestable) {
		class = "untestable"
		return tap == "" ? "only where " untestable[id] : "not testable: " untestable[id]
	}
	if (shown_not[id] || nothing[id] != "") {
		class = "undetected"
		return "not detected" (nothing[id] != "" ? ": " nothing[id] : "")
	}
	class = "untested"
	return "not tested"
}

function dash(t)
{
	return t == "" ? "-" : t
}

function disguise_cell(id,    t)
{
	if (tried[id] == "")
		return "-"
	t = count(caught[id]) " of " count(tried[id])
	if (caught[id] != "")
		t = t ": " caught[id]
	if (needing[id] != "")
		t = t "; where the machine has it: " needing[id]
	if (escaped[id] != "")
		t = t "; not: " escaped[id]
	return t
}

function row(id,    said, head)
{
	said = verdict(id)
	counted[class]++
	head = technique[id]
	if (needs[id] != "")
		head = head "; needs " needs[id]
	if (reference[id] != "")
		head = head " (" reference[id] ")"
	if (class ~ /^(live|replay|both)$/ && !others_tell(id))
		alone = add(alone, id)
	if (denied[id] != "")
		counted["denied"]++
	disguises_tried += count(tried[id])
	disguises_caught += count(caught[id])
	disguises_needing += count(needing[id])
	return "| " id " | " head " | " dash(rules_shown(id)) " | " dash(sources_of(id)) " | " said " | " dash(denied[id]) " | " \
		disguise_cell(id) " | " dash(twins[id]) " |" peer_letters(id)
}

function intro()
{
	print "# What is seen of which technique"
	print ""
	print "<!-- tests/coverage/generate writes this file. Do not edit it. -->"
	print ""
	print "A row for every known way out of a container, and for what goes with them. What a row claims is what a test shows, and the"
	print "suites run every test: *live* in real containers on a real kernel, with the shipped rules; by *replay* of a recording, or of records"
	print "made for the test. *Not tested* is said of everything else, also where a rule looks as if it would hold; *not detected* where a"
	print "test shows that nothing is told, or where we know of no rule. *Only where* names what the test asks the machine for before it"
	print "skips. `tests/run live` leaves `build/coverage.md`, the same table by the results of that run."
	print ""
	print "Refused: the test in which the guard, in enforce mode, makes the act fail. Disguises: other ways to do the same that were tried, and"
	print "were told. Twins: tests of harmless acts that look alike, and raise nothing at Warning or above."
	print ""
	print "Beside it what others ship for the same technique, by name under [What others ship](#what-others-ship): Y a rule on the act itself,"
	print "whatever program does it, in a container too (the call, or the kernel's own name for a file); P a rule that depends on a program's"
	print "name or arguments, on the path below which a file is mounted, or that sees a part of the act, or one that is disabled, incubating,"
	print "sandbox or an example; r no rule, but an event or a counter that shows the act once it is switched on; - nothing."
	print ""
}

function summary()
{
	print "| techniques | " techniques " |"
	print "| --- | --- |"
	print "| detected live | " counted["live"] + 0 " |"
	print "| detected live, by rules that are off by default | " counted["off"] + 0 " |"
	print "| detected by replay; live " (tap == "" ? "only where the machine has what the test needs" : "not testable on this machine") " | " counted["both"] + 0 " |"
	print "| detected by replay only | " counted["replay"] + 0 " |"
	print "| " (tap == "" ? "detected only where the machine has what the test needs" : "not testable on this machine") " | " counted["untestable"] + 0 " |"
	print "| not detected | " counted["undetected"] + 0 " |"
	print "| not tested | " counted["untested"] + 0 " |"
	print "| refused in enforce mode | " counted["denied"] + 0 " |"
	print "| disguises tried, caught" (tap == "" ? ", caught where the machine has what the test needs" : "") " | " \
		disguises_tried + 0 ", " disguises_caught + 0 (tap == "" ? ", " disguises_needing + 0 : "") " |"
	print "| detected here, by a rule of nobody else (no Y and no P) | " count(alone) " |"
	print "| benign twins | " twin_total + 0 " |"
	print "| rules, of which off by default | " rules ", " off_total + 0 " |"
	print ""
}

END {
	for (i = 1; i <= rules; i++)
		if (count(named) == 0 || index(", " named ", ", ", " rule_ids[i] ", ") == 0)
			complain("no test is tagged rule:" rule_ids[i])
	for (k = 1; check && k <= techniques; k++) {
		id = ids[k]
		if (caught[id] needing[id] != "" && rules_of[id] == "")
			complain("technique " id ": a disguise of which rule?")
		# what is told of it is proved by both
		if (rules_of[id] != "" && tried[id] == "" && without[id] !~ /no disguise: ./)
			complain("technique " id ": no disguise was tried")
		if (rules_of[id] != "" && !twins[id] && without[id] !~ /no twin: ./)
			complain("technique " id ": no benign twin")
	}
	if (check)
		exit bad
	if (bad)
		exit 1
	for (k = 1; k <= techniques; k++)
		rows[k] = row(ids[k])
	intro()
	summary()
	for (k = 1; k <= techniques; k++) {
		if (k in heading) {
			print (k > 1 ? "\n" : "") "## " heading[k] "\n"
			head = "| | technique | rule | source | detected | refused | disguises caught | twins |" peer_names()
			print head
			gsub(/[^|]+/, " --- ", head)
			print head
		}
		print rows[k]
	}
	peer_list()
}
