# SPDX-License-Identifier: Apache-2.0
#
# The rules, in the order of their files, and where the events come from that they look at:
#   rule <tab> id <tab> sources, comma separated <tab> deny|alert <tab> on|off, by default

BEGIN {
	# event types of our own; all others are system calls and records of audit
	n = split("usermodehelper=connector, fanotify;write=fanotify;mount_change=mountinfo;knob_change=/proc;" \
		"telemetry=own counters;desertion=/proc;uid_change=connector;ns_gain=/proc;cap_gain=/proc;" \
		"traced=connector;core_dump=connector;container=audit, OCI", pairs, ";")
	for (i = 1; i <= n; i++)
		source[substr(pairs[i], 1, index(pairs[i], "=") - 1)] = substr(pairs[i], index(pairs[i], "=") + 1)
}

/^[;#]/ { next }
/^\[/ {
	kind = substr($1, 2)
	name = $2
	sub(/\].*/, "", name)
	key = ""
	if (kind == "rule" && !(name in condition)) {
		ids[++rules] = name
		condition[name] = ""
	}
	next
}
/^[a-z]/ {
	key = $1
	sub(/^[a-z.]* *= */, "")
}
key == "condition" && kind == "rule" { condition[name] = condition[name] " " $0 }
key == "condition" && kind == "macro" { macro[name] = macro[name] " " $0 }
key == "items" && kind == "list" { list[name] = list[name] " " $0 }
key == "enabled" && kind == "rule" && /false/ { off[name] = 1 }
key == "action" && kind == "rule" && /deny/ { deny[name] = 1 }

# words of TEXT, macros and lists replaced by theirs; between the brackets of a set stand no macros
function words(t, depth, set,    n, i, w, all)
{
	gsub(/[(),]/, " & ", t)
	n = split(t, w, " ")
	for (i = 1; i <= n; i++) {
		if (w[i] == "(" && w[i - 1] ~ /^(in|intersects|pmatch|anyof|oneof|allof)$/)
			set = 1
		if (w[i] == ")")
			set = 0
		if (depth < 8 && set && (w[i] in list))
			all = all " " words(list[w[i]], depth + 1, 1)
		else if (depth < 8 && !set && w[i - 1] !~ /^!?==?$/ && (w[i] in macro))
			all = all " " words(macro[w[i]], depth + 1, 0)
		else
			all = all " " w[i]
	}
	return all
}

function add(list, what,    n, i, one)
{
	n = split(what, one, ", ")
	for (i = 1; i <= n; i++)
		if (index(", " list ",", ", " one[i] ",") == 0)
			list = list (list == "" ? "" : ", ") one[i]
	return list
}

END {
	for (r = 1; r <= rules; r++) {
		n = split(words(condition[ids[r]], 0, 0), w, " ")
		sources = ""
		for (i = 1; i <= n; i++) {
			if (w[i] != "evt.type")
				continue
			negated = w[i - 1] == "not"
			stop = w[i + 1] == "in" ? ")" : ""
			for (i += 2; i <= n && w[i] != stop; i++) {
				if (w[i] != "(" && w[i] != "," && w[i - 1] != "!=" && !negated)
					sources = add(sources, (w[i] in source) ? source[w[i]] : "audit")
				if (stop == "")
					break
			}
		}
		if (ids[r] in deny)
			sources = add(sources, "fanotify")
		printf "rule\t%s\t%s\t%s\t%s\n", ids[r], sources, (ids[r] in deny) ? "deny" : "alert", (ids[r] in off) ? "off" : "on"
	}
}
