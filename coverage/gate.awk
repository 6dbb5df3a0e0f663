# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v here=DIR -v table=FILE -v waivers=FILE -f gate.awk INFO: what of a
# subject was not run and is not waived; see coverage/gate.

function trimmed(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); gsub(/[ \t]+/, " ", s); return s }
function fail(s) { print s; failures++ }

function read_waivers(    s, f, n) {
	while ((getline s < waivers) > 0) {
		if (s ~ /^#/ || s == "")
			continue
		n = split(s, f, "\t")
		if (n == 3 && f[1] == "rule")
			rule[++rules] = f[2]
		else if (n == 4 && f[4] != "")
			waived[f[1], f[2], f[3]]++
		else
			fail("coverage/waivers: neither four fields nor a rule of three: " s)
	}
}

# What this subject's error edges are, and how often each was taken.
function read_edges(    s, f) {
	while ((getline s < table) > 0) {
		split(s, f, "\t")
		edges++
		if (!f[4] && !f[5])
			never[f[1], f[2]] = 1
		else
			edges_taken++
	}
}

function read_source(    s, n) {
	while ((getline s < source) > 0)
		text[source, ++n] = trimmed(s)
	close(source)
	lines[source] = n
}

BEGIN { read_waivers(); read_edges() }

/^SF:/ {
	source = substr($0, 4)
	if (index(source, here "/") == 1)
		source = substr(source, length(here) + 2)
	file[++files] = source
	read_source()
}
/^FN:/ {
	split(substr($0, 4), f, ",")
	begins[source, f[1] + 0] = f[2]
}
/^DA:/ {
	split(substr($0, 4), f, ",")
	lines_found++
	if (f[2] + 0)
		lines_run++
	else
		not_run[source, f[1]] = 1
}
/^BRDA:/ {
	split(substr($0, 6), f, ",")
	branches_found++
	if (f[4] != "-" && f[4] + 0)
		branches_run++
	else
		arms[source, f[1]]++
}

# Of a line that was run, arms that nobody can take are told by its text.
function ruled(s,    i) {
	for (i = 1; i <= rules; i++) {
		if (s ~ rule[i]) {
			rule_used[i]++
			return 1
		}
	}
	return 0
}

function judge(i, l,    s, missing, key) {
	s = text[i, l]
	if ((i, l) in not_run)
		missing = "line not run"
	else if ((i, l) in arms && !ruled(s))
		missing = arms[i, l] (arms[i, l] == 1 ? " branch" : " branches") " not taken"
	if ((i, l) in never)
		missing = missing (missing ? ", " : "") "error edge never taken"
	key = i SUBSEP func_now SUBSEP s
	if (key in waived)
		seen[key] = 1
	if (!missing)
		return
	missed[key]++
	said[key] = said[key] "\n" i ":" l ": " func_now "(): " missing ": " s
}

# A waiver is for one line: where several of a function read the same, it is not
# known which of them are meant, so all are told when there are too many.
function compare(    key, f, at) {
	for (key in missed) {
		if (missed[key] > waived[key] + 0) {
			failures++
			print substr(said[key], 2) | "LC_ALL=C sort -t: -k1,1 -k2,2n"
		} else
			waivers_used += missed[key]
	}
	for (key in waived) {
		if (missed[key] >= waived[key])
			continue
		split(key, f, SUBSEP)
		at = "coverage/waivers: " (key in seen ? "run now, needs no waiver: " : "no such line: ")
		fail(at f[1] ", " f[2] "(): " f[3])
	}
}

END {
	for (i = 1; i <= files; i++) {
		func_now = "-"
		for (l = 1; l <= lines[file[i]]; l++) {
			if ((file[i], l) in begins)
				func_now = begins[file[i], l]
			judge(file[i], l)
		}
	}
	compare()
	close("LC_ALL=C sort -t: -k1,1 -k2,2n")
	for (i = 1; i <= rules; i++) {
		if (!rule_used[i])
			fail("coverage/waivers: a rule for nothing: " rule[i])
	}
	if (!files || !edges)
		fail("nothing was counted")
	printf "core: %d of %d lines, %d of %d branches, %d of %d error edges; %d lines waived\n", lines_run,
		lines_found, branches_run, branches_found, edges_taken, edges, waivers_used
	exit failures > 0
}
