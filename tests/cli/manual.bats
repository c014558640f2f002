# Every command under EXAMPLES in the manual pages works as it stands there,
# from a folder that has share/, in the order of the page. A block fails with
# its shell (errexit, pipefail), or when a program of ours calls it a usage error.

setup() {
	load common
	clean_environment
	ln -s "$ROOT/share" share
}

# example_blocks PAGE: the literal blocks of EXAMPLES, and of minutes 1 to 9 of aiops(7), as block-1, block-2, ...
example_blocks() {
	awk '/^\.Sh / { on = ($2 == "EXAMPLES" || /TEN MINUTES/) } /^\.Ss 10\. / { on = 0 } !on { next }
		/^\.Bd -literal/ { n++; inside = 1; next }
		/^\.Ed/ { inside = 0; next }
		inside { print > ("block-" n) }' "$1"
	for block in block-*; do
		[ -e "$block" ] || fail "$1 has no examples"
		# mdoc escapes: \e \- \&
		sed -i 's/^\\&//; s/\\e/\\/g; s/\\-/-/g; s/\\&//g; s/\\(aq/'\''/g' "$block"
	done
}

# runs PAGE: its blocks one after the other in one shell.
runs() {
	local n
	example_blocks "$ROOT/man/$1"
	n=$(ls block-* | wc -l)
	for i in $(seq "$n"); do cat "block-$i"; done > script
	bash -euo pipefail script > out 2> err < /dev/null || fail "$1: exit $?: $(tail -n 5 err)"
	! grep -E "^try '|command not found" err || fail "$1: $(cat err)"
}

@test "examples of aiops.7" { runs aiops.7; }
@test "examples of aiops-ingest.1" { runs aiops-ingest.1; }
@test "examples of aiops-drift.1" { runs aiops-drift.1; }
@test "examples of aiops-correlate.1" { runs aiops-correlate.1; }
@test "examples of aiops-triage.1" { runs aiops-triage.1; }
@test "examples of aiops-runbook.1" { runs aiops-runbook.1; }
@test "examples of aiops-audit.1" { runs aiops-audit.1; }
@test "examples of aiops-incident.1" { runs aiops-incident.1; }
@test "examples of aiops-http.1" { runs aiops-http.1; }
@test "examples of aiops-maps.5" { runs aiops-maps.5; }
@test "examples of aiops-collectors.7" { runs aiops-collectors.7; }

@test "every page is clean, and names only pages that are there" {
	local page bad=0 ref
	for page in "$ROOT"/man/*.[1-9]; do
		mandoc -Tlint -Wwarning "$page" || bad=1
		for ref in $(sed -n 's/^\.\(It \)*Xr \(aiops[a-z-]*\) \([0-9]\).*/\2.\3/p' "$page" | sort -u); do
			[ -f "$ROOT/man/$ref" ] || { echo "${page##*/} names $ref, which is missing"; bad=1; }
		done
	done
	return $bad
}
