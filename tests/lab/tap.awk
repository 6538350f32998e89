# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The devcap authors
# Reads what tests/lab/each printed, and judges it: a line for each failure, then "PASSED FAILED SKIPPED"
# into the file `counts`. A program without a plan, or that ended early or badly, has failed.
# Variables: place (where it ran), counts.
function fail(what, i) {
	failed++
	print "FAIL " place " " name ": " what
	for (i = notes > 12 ? notes - 12 : 0; i < notes; i++)
		print "    " note[i]
	fflush()
}
function begin() {
	plan = -1
	results = bad = notes = skip = 0
}
/^@@ begin / {
	if (name != "")
		fail("never ended")
	name = $3
	begin()
	next
}
/^@@ end / {
	if ($4 == 124 || $4 == 137)
		fail("ran out of time or was killed, status " $4)
	else if (plan < 0 && $4 == 4)
		skipped++
	else if (plan < 0)
		fail("printed no plan, status " $4)
	else if (results != plan)
		fail("planned " plan " tests, has results of " results ", status " $4)
	else if ($4 != 0 && $4 != 4 && !bad)
		fail("all tests ok, but status " $4)
	name = ""
	next
}
name == "" { next }
/^1\.\.[0-9]+/ {
	plan = substr($1, 4) + 0
	if (plan == 0 && /[Ss][Kk][Ii][Pp]/)
		skipped++
	next
}
/^ok [0-9]+/ {
	results++
	if (/# *[Ss][Kk][Ii][Pp]/)
		skipped++
	else
		passed++
	notes = 0
	next
}
/^not ok [0-9]+/ {
	results++
	bad++
	if (/# *TODO/)
		skipped++
	else
		fail(substr($0, 8))
	notes = 0
	next
}
{ note[notes++] = $0 }
END {
	if (name != "")
		fail("never ended")
	print passed + 0, failed + 0, skipped + 0 > counts
}
