# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v subject=NAME -v html=FILE -f report.awk ROWS COUNTS EDGES > error-paths.txt
#
# ROWS is what edges.awk found in the sources, COUNTS the subject's tracefile of
# lcov (suites and matrix), EDGES what 'zfault matrix --edges' wrote. One entry
# for each error edge, those never taken first. For the gate goes to 'table':
#   FILE LINE FUNCTION TAKEN RUN TEXT
# A row that 'waivers', a file, names says why nobody takes it.
BEGIN {
	FS = "\t"; OFS = "\t"
	while (waivers != "" && (getline line < waivers) > 0) {
		if (split(line, f, "\t") == 4 && line !~ /^#/)
			reason[f[1], f[2], f[3]] = f[4]
	}
}

function die(s) { print "report.awk: " s > "/dev/stderr"; failed = 1; exit 1 }

FILENAME == ARGV[1] {
	nr++
	file[nr] = $1; at[nr] = $2; func_of[nr] = $3; kind[nr] = $4; when[nr] = $5; text[nr] = $6
	row_at[$1, $2] = nr
	next
}

# lcov: SF:/abs/path, DA:line,times
FILENAME == ARGV[2] {
	if (/^SF:/) {
		source = substr($0, 4)
		if (index(source, here "/") == 1)
			source = substr(source, length(here) + 2)
	} else if (/^DA:/) {
		split(substr($0, 4), da, ",")
		run[source, da[1]] = da[2]
	}
	next
}

$1 == "block" {
	for (i = 5; i <= NF; i++) {
		k = row_at[$4, $i]
		if (k)
			rows_of[$2] = rows_of[$2] " " k
	}
	next
}
$1 == "scenario" { split("", rows_in); next }
$1 == "set" {
	split("", seen)
	s = ""
	for (i = 3; i <= NF; i++) {
		if (!($i in rows_of))
			continue
		m = split(rows_of[$i], list, " ")
		for (j = 1; j <= m; j++) {
			if (!(list[j] in seen))
				s = s " " list[j]
			seen[list[j]] = 1
		}
	}
	rows_in[$2] = s
	next
}
$1 == "total" {
	if (!($2 in rows_of))
		next
	m = split(rows_of[$2], list, " ")
	for (j = 1; j <= m; j++)
		block_times[list[j], $2] += $3
	next
}
$1 == "case" {
	m = split(rows_in[$7], list, " ")
	if (!m)
		next
	is_fault = $3 != "-"
	by = is_fault ? $3 "\t" $4 "\t" $6 : "\t\t"
	sub(/!$/, "", by)
	for (j = 1; j <= m; j++) {
		k = list[j]
		ids[k]++
		if (ids[k] <= 3)
			first_ids[k] = first_ids[k] "\n" $2
		checked[k, $8] = 1
		if (!((k, $8) in had_mask)) {
			had_mask[k, $8] = 1
			masks[k] = masks[k] $8
		}
		if (!((k, by) in cases_by)) {
			nr_by[k]++
			by_name[k, nr_by[k]] = by
		}
		cases_by[k, by]++
		if ($5 != "-") {
			slots[k, by, $5] = 1
			if ($5 + 0 >= max_slot[k, by] + 0)
				max_slot[k, by] = $5
			has_slot[k, by] = 1
		}
	}
	next
}

function letters(k,    i, c, s) {
	for (i = 1; i <= length(ORDER); i++) {
		c = substr(ORDER, i, 1)
		if (index(masks[k], c))
			s = s " " c
	}
	return s == "" ? " none" : s
}

# "0-7, 9"
function slot_text(k, by,    i, from, s) {
	from = -1
	for (i = 0; i <= max_slot[k, by] + 1; i++) {
		if ((k, by, i) in slots) {
			if (from < 0)
				from = i
		} else if (from >= 0) {
			s = s (s == "" ? "" : ", ") from (i - 1 > from ? "-" (i - 1) : "")
			from = -1
		}
	}
	return s
}

function fault_text(k, by,    f, s) {
	split(by, f, "\t")
	if (f[1] == "")
		return "nothing made to fail"
	s = f[1] " " f[3] " in " f[2]
	if ((k, by) in has_slot)
		s = s ", slots " slot_text(k, by)
	return s
}

# A block that is run more often than another one of the line is its first.
function taken(k,    i, t, parts) {
	t = 0
	for (i in block_times) {
		split(i, parts, SUBSEP)
		if (parts[1] == k && block_times[i] > t)
			t = block_times[i]
	}
	return t
}

function escaped(s) { gsub(/&/, "\\&amp;", s); gsub(/</, "\\&lt;", s); gsub(/>/, "\\&gt;", s); return s }

function status(k,    r) {
	r = run[file[k], at[k]] + 0
	if (times[k])
		return "taken " times[k] " times, in " ids[k] " cases"
	return r ? "never taken in the matrix; " r " times by the suites" : "NEVER TAKEN"
}

function why(k) { return times[k] ? "" : reason[file[k], func_of[k], text[k]] }

function print_row(k,    i, n, id) {
	printf "%s:%d  %s()\n    %s%s\n    %s\n", file[k], at[k], func_of[k],
		when[k] == "" ? "" : when[k] "  ", text[k], status(k)
	if (why(k) != "")
		print "    waived: " why(k)
	if (!times[k]) {
		print ""
		return
	}
	for (i = 1; i <= nr_by[k]; i++)
		printf "      by %s: %d\n", fault_text(k, by_name[k, i]), cases_by[k, by_name[k, i]]
	printf "    checked afterwards:%s\n", letters(k)
	n = split(substr(first_ids[k], 2), id, "\n")
	for (i = 1; i <= n; i++)
		printf "    zfault run %s%s\n", subject == "core" ? "" : "--subject=" subject " ", id[i]
	print ""
}

function html_row(k,    i, s) {
	s = times[k] ? "" : run[file[k], at[k]] + 0 ? " class=suites" : " class=never"
	printf "<tr%s><td>%s:%d<br><i>%s()</i><td><code>%s<br>&nbsp;&nbsp;%s</code><td class=n>%s<td class=n>%s<td>",
		s, escaped(file[k]), at[k], func_of[k], escaped(when[k]), escaped(text[k]),
		times[k], ids[k] + 0 > html
	if (!times[k])
		printf "%s%s", status(k), why(k) == "" ? "" : "<br>waived: " escaped(why(k)) > html
	else if (nr_by[k] > 3)
		printf "<details><summary>%d kinds of fault</summary>", nr_by[k] > html
	for (i = 1; i <= nr_by[k]; i++)
		printf "%s: %d<br>", escaped(fault_text(k, by_name[k, i])), cases_by[k, by_name[k, i]] > html
	if (times[k] && nr_by[k] > 3)
		printf "</details>" > html
	printf "<td>%s\n", times[k] ? letters(k) : "" > html
}

function pass(which,    k) {
	for (k = 1; k <= nr; k++) {
		if ((which == 0) != (!times[k] && !run[file[k], at[k]]))
			continue
		if (which && (which == 1) != !times[k])
			continue
		print_row(k)
		html_row(k)
	}
}

END {
	if (failed)
		exit 1
	for (k = 1; k <= nr; k++) {
		times[k] = taken(k)
		all += times[k] > 0
		suites += !times[k] && run[file[k], at[k]] + 0 > 0
		print file[k], at[k], func_of[k], times[k], run[file[k], at[k]] + 0, text[k] > table
	}
	printf "subject %s: %d error edges, %d taken in the matrix, %d by the suites alone, %d never\n\n",
		subject, nr, all, suites, nr - all - suites
	printf "<h2>%s</h2><p>%d error edges, %d taken in the matrix, %d by the suites alone, %d never.\n" \
		"<table><tr><th>edge<th>source<th>times<th>cases<th>by<th>checked afterwards\n",
		subject, nr, all, suites, nr - all - suites > html
	pass(0)
	pass(1)
	pass(2)
	print "</table>" > html
}
