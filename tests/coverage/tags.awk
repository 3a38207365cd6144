# SPDX-License-Identifier: Apache-2.0
#
# The tests and their tags, a line each:
#   test <tab> live|replay <tab> file <tab> line <tab> name <tab> tags, comma separated <tab> rules that a case says alert

function emit(name)
{
	printf "test\t%s\t%s\t%d\t%s\t%s\t%s\n", layer, source, line, name, tags, told
	tags = told = ""
}

function finish()
{
	if (in_case != "")
		emit(in_case)
	in_case = ""
}

FNR == 1 {
	finish()
	source = FILENAME
	layer = FILENAME ~ /^tests\/live\// ? "live" : "replay"
	file_tags = tags = ""
}

/^# bats file_tags=/ { file_tags = substr($0, index($0, "=") + 1) }
/^# bats test_tags=/ { tags = tags (tags == "" ? "" : ",") substr($0, index($0, "=") + 1) }
/^@test "/ {
	line = FNR
	name = $0
	sub(/^@test "/, "", name)
	sub(/" *\{ *$/, "", name)
	gsub(/\\"/, "\"", name)
	if (file_tags != "")
		tags = tags (tags == "" ? "" : ",") file_tags
	emit(name)
}

# cases of rules
/^; test_tags=/ {
	finish()
	next_tags = substr($0, index($0, "=") + 1)
}
/^\[case / && FILENAME ~ /\.test$/ {
	finish()
	line = FNR
	in_case = substr($0, 7, length($0) - 7)
	tags = next_tags
	next_tags = ""
	in_alerts = 0
}
in_case != "" && /^[a-z]/ { in_alerts = /^alerts *=/ }
in_case != "" && in_alerts && /^ *[a-z][a-z0-9-]*, *[1-9]/ {
	rule = $1
	sub(/,$/, "", rule)
	told = told (told == "" ? "" : ",") rule
}

END { finish() }
