# SPDX-License-Identifier: Apache-2.0
#
# To go before table.awk: what others ship, as letters for its rows and as a list below them.

FILENAME ~ /\/peers\.txt$/ {
	if (/^= /)
		declare_peer()
	else if (/^[^#]/)
		judge(FILENAME ":" FNR)
	next
}

function declare_peer(    cell)
{
	split(substr($0, 3), cell, "|")
	peer[++peers] = trim(cell[1])
	snapshot[peer[peers]] = trim(cell[2])
}

function judge(where,    cell, id, n, i)
{
	if (split($0, cell, "|") != 4)
		complain(where ": rows, peer, letter and what it ships, please")
	for (i in cell)
		cell[i] = trim(cell[i])
	if (cell[2] != "none" && !(cell[2] in snapshot))
		complain(where ": no peer " cell[2])
	if (cell[2] == "none" ? cell[3] != "-" : cell[3] !~ /^[YPr]$/ || cell[4] == "")
		complain(where ": a letter of Y, P and r, and what it stands for; or none, and -")
	n = split(cell[1], id, ",")
	for (i = 1; i <= n; i++)
		judge_row(where, trim(id[i]), cell[2], cell[3], cell[4])
}

function judge_row(where, id, whose, mark, what)
{
	if (!(id in technique))
		complain(where ": no technique " id)
	if ((id, whose) in letter)
		complain(where ": " id " has a line for " whose)
	if (id in judged && (whose == "none") != (judged[id] == "none"))
		complain(where ": " id " has lines for none and for others")
	letter[id, whose] = mark
	ships[id, whose] = what
	judged[id] = whose
}

# is there a signal, Y or P?
function others_tell(id,    p)
{
	for (p = 1; p <= peers; p++)
		if (((id, peer[p]) in letter) && letter[id, peer[p]] != "r")
			return 1
	return 0
}

function peer_names(    p, t)
{
	for (p = 1; p <= peers; p++)
		t = t " " peer[p] " |"
	return t
}

function peer_letters(id,    p, t)
{
	for (p = 1; p <= peers; p++)
		t = t " " (((id, peer[p]) in letter) ? letter[id, peer[p]] : "-") " |"
	return t
}

function peer_list(    p, k, t, key)
{
	print "\n## What others ship\n"
	print "Read for it:\n"
	for (p = 1; p <= peers; p++)
		print "- " peer[p] ", " snapshot[peer[p]]
	print "\nDetected here, and by a rule of nobody else: " dash(alone) ".\n"
	print "What the letters stand for:\n"
	for (k = 1; k <= techniques; k++) {
		t = ""
		for (p = 1; p <= peers; p++) {
			key = ids[k] SUBSEP peer[p]
			if (key in letter)
				t = t (t == "" ? "" : " · ") peer[p] " " letter[key] ": " ships[key]
		}
		if (t == "")
			t = "nobody" (ships[ids[k], "none"] == "" ? "" : ", " ships[ids[k], "none"])
		print "- " ids[k] ": " t
	}
}

END {
	for (k = 1; k <= techniques; k++)
		if (!(ids[k] in judged))
			complain("technique " ids[k] ": what do others ship? (tests/coverage/peers.txt)")
}
