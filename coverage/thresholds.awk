# SPDX-License-Identifier: GPL-2.0-or-later
#
# awk -v build=DIR -f thresholds.awk THRESHOLDS: rooms of which less was run
# than once was, or so much more that the threshold has to follow. Nothing
# printed and 0: as it should be.

function fail(s) { print s; failures++ }

# Of a tracefile, rounded down to a tenth; -1: nothing was counted.
function percent(info, found, hit,    s, f, h) {
	while ((getline s < info) > 0) {
		if (index(s, found ":") == 1)
			f += substr(s, length(found) + 2)
		if (index(s, hit ":") == 1)
			h += substr(s, length(hit) + 2)
	}
	close(info)
	return f ? int(1000 * h / f) / 10 : -1
}

/^#/ || !NF { next }
$2 != "lines" && $2 != "branches" || NF != 3 {
	fail("coverage/thresholds: neither ROOM lines PERCENT nor ROOM branches PERCENT: " $0)
	next
}
{
	what = $2 == "lines" ? "L" : "BR"
	is = percent(build "/" $1 ".info", what "F", what "H")
	if (is < 0)
		fail($1 "/: no " $2 " were counted")
	else if (is < $3 + 0)
		fail($1 "/: " is " % of " $2 " were run, " $3 " % were once")
	else if (is > $3 + 1)
		fail($1 "/: " is " % of " $2 " were run: coverage/thresholds has to be raised from " $3)
}
END { exit failures > 0 }
