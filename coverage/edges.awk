# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -f edges.awk FILE.c...: the error edges of C in kernel style, a line each:
#   FILE LINE FUNCTION KIND CONDITION TEXT
# separated by tabs. KIND is
#   goto    forward, to a label that undoes something (a goto back is a loop)
#   return  early, of an error, NULL, false or nothing
#   arm     of an if over an error or a missing thing that does neither; the
#           line is the first one in it
# It finds more rather than less: what is no error to a reader is one row
# too many, what is left out would never be looked at.

function indent(s) { match(s, /^\t*/); return RLENGTH }
function trimmed(s) { gsub(/^[ \t]+|[ \t]+$/, "", s); gsub(/[ \t]+/, " ", s); return s }

# Without strings and comments, in which there may be anything.
function code_of(s,    i) {
	gsub(/"([^"\\]|\\.)*"/, "\"\"", s)
	if (in_comment) {
		i = index(s, "*/")
		if (!i)
			return ""
		s = substr(s, i + 2)
		in_comment = 0
	}
	gsub(/\/\*([^*]|\*+[^*\/])*\*+\//, "", s)
	sub(/\/\/.*/, "", s)
	i = index(s, "/*")
	if (i) {
		s = substr(s, 1, i - 1)
		in_comment = 1
	}
	sub(/[ \t]+$/, "", s)
	return s
}

function depth(s,    opened, closed) {
	opened = gsub(/\(/, "(", s)
	closed = gsub(/\)/, ")", s)
	return opened - closed
}

# Of an if that begins at line i: its condition, and in cond_end where it ends.
function condition(i,    s, d) {
	s = trimmed(line[i])
	d = depth(line[i])
	while (d > 0 && i < n) {
		s = s " " trimmed(line[++i])
		d += depth(line[i])
	}
	cond_end = i
	sub(/^(\} )?(else )?/, "", s)
	sub(/ *\{$/, "", s)
	return s
}

function is_if(s) { return s ~ /^\t+(\} )?(else )?if \(/ }

# The if or other statement that line i is in an arm of.
function condition_of(i,    k, depth_of_i) {
	depth_of_i = indent(line[i])
	for (k = i - 1; k > 0; k--) {
		if (line[k] == "" || line[k] ~ /^[a-z_0-9]+:/ || indent(line[k]) >= depth_of_i)
			continue
		if (is_if(line[k]))
			return condition(k)
		if (line[k] ~ /^\t+(\} )?else/)
			return "else"
		if (line[k] ~ /^\t+(for|while|case|default|list_for|xa_for|do)/)
			return ""
		# The rest of a condition that is over several lines.
	}
	return ""
}

function is_error_value(s) {
	return s == "" || s ~ /^-E[A-Z0-9]+$/ || s ~ /^(ERR_PTR|ERR_CAST|PTR_ERR|xa_err)\(/ ||
		s == "false" || s == "NULL" || s ~ /^([a-z]+_)?(err|error|ret|rc)$/
}

function is_error_condition(s) {
	sub(/^if /, "", s)
	return s ~ /(^|[^a-zA-Z0-9_])([a-z]+_)?(err|error|ret|rc)([^a-zA-Z0-9_(]|$)/ ||
		s ~ /(^|[^a-zA-Z0-9_])errors\[/ || s ~ /IS_ERR|xa_is_err|xa_err/ || s ~ /![a-zA-Z_(*]/
}

function edge(i, kind, when) {
	printf "%s\t%d\t%s\t%s\t%s\t%s\n", FILENAME, first + i - 1, name, kind, when, trimmed(line[i])
}

# The first line of the arm of the if at line i, unless it leaves by itself.
function arm_of(i,    k, d, from) {
	d = indent(line[i])
	for (k = cond_end + 1; k <= n; k++) {
		if (line[k] == "")
			continue
		if (indent(line[k]) <= d)
			break
		if (!from && line[k] !~ /^\t+(const |struct |unsigned |int |long |bool |u8 )[^=(]*;/)
			from = k
		if (indent(line[k]) == d + 1 && line[k] ~ /^\t+(goto|return)[ ;]/)
			return 0
	}
	return from
}

function function_ends(    i, s, when, to) {
	for (i = 1; i <= n; i++) {
		s = line[i]
		if (s ~ /^\t+goto [a-zA-Z_0-9]+;/) {
			to = s
			gsub(/^\t+goto |;.*/, "", to)
			if (label[to] > i)
				edge(i, "goto", condition_of(i))
		} else if (s ~ /^\t\t+return[ ;]/) {
			to = s
			gsub(/^\t+return *|;.*/, "", to)
			if (is_error_value(to))
				edge(i, "return", condition_of(i))
		} else if (is_if(s)) {
			when = condition(i)
			to = is_error_condition(when) ? arm_of(i) : 0
			if (to)
				edge(to, "arm", when)
		}
	}
}

FNR == 1 { in_function = in_comment = 0; name = "" }
{ code = code_of($0) }
!in_function && code ~ /^[a-zA-Z_].*\(/ && code !~ /[;}]$/ {
	s = code
	# Not the macro that makes a syscall or an attribute: what is before the first bracket.
	sub(/\(.*/, "", s)
	sub(/.*[^a-zA-Z0-9_]/, "", s)
	name = s
}
code ~ /^\{/ && name != "" { in_function = 1; n = 0; first = FNR + 1; split("", label); next }
code ~ /^\}/ && in_function { function_ends(); in_function = 0; name = ""; next }
in_function {
	line[++n] = code
	if (code ~ /^ ?[a-zA-Z_][a-zA-Z_0-9]*:/ && code !~ /^ ?default:/) {
		s = code
		gsub(/^ |:.*/, "", s)
		label[s] = n
	}
}
