# What the record parser accepts and refuses: our own corpus of lines, and
# JSONTestSuite (github.com/nst/JSONTestSuite) where it is there.
#
# tests/data/records/{accept,reject-CODE}-NAME.json   each file is one record
# tests/data/json-suite-refused.txt   y_ cases with an object that our own rules refuse: name TAB code

setup() {
	load common
	clean_environment
	CHECK=$TOOLS/record-check
	SUITE=${AIOPS_DATA:-$ROOT/../shared/data}/vectors/json-test-suite
}

need_suite() {
	[ -d "$SUITE" ] || skip "no JSONTestSuite in $SUITE (AIOPS_DATA names the folder above it)"
}

# verdicts FILE...: "NAME VERDICT" of each in the file verdicts; the peak memory is asserted.
verdicts() {
	"$CHECK" "$@" > checked 2> words
	awk '$1 == "accept" || $1 == "reject" { n = split($NF, part, "/"); print part[n], $1 == "accept" ? $1 : $2 }' checked > verdicts
	[ "$(wc -l < verdicts)" -eq $# ]
	peak_kib=$(awk '$1 == "peak_kib" { print $2 }' checked)
	[ "$peak_kib" -gt 0 ]
	[ "$peak_kib" -lt 65536 ]
}

@test "every line of our corpus gets its verdict" {
	verdicts "$ROOT"/tests/data/records/*.json
	run awk '{ want = $1; sub(/^reject-/, "", want); if (index(want, $2 "-") != 1) print }' verdicts
	[ -z "$output" ] || fail "$output"
	[ "$(grep -c ' accept$' verdicts)" -ge 14 ]
	[ "$(grep -vc ' accept$' verdicts)" -ge 60 ]
}

@test "the reasons are told in words, one line for each file" {
	verdicts "$ROOT"/tests/data/records/reject-*.json
	[ "$(wc -l < words)" -eq "$(wc -l < verdicts)" ]
	grep -q "duplicate key 'key17'$" words
	grep -q "'01' is not a JSON number$" words
}

@test "JSONTestSuite: no n_ case is accepted, every y_ case with an object is" {
	need_suite
	verdicts "$SUITE"/[nyi]_*.json
	[ "$(wc -l < verdicts)" -ge 300 ]
	run awk '/^n_/ && $2 == "accept"' verdicts
	[ -z "$output" ] || fail "$output"
	run awk 'NR == FNR { reason[$1] = $2; next }
		/^y_/ && $2 != "accept" && $2 != "not_object" && $2 != reason[$1]
		/^y_/ && $2 == "accept" && $1 in reason' "$ROOT/tests/data/json-suite-refused.txt" verdicts
	[ -z "$output" ] || fail "$output"
}

# Most cases of the suite are arrays and scalars; inside an object they test the parser, not our first rule.
@test "JSONTestSuite inside an object: every y_ case is accepted, no n_ case is" {
	need_suite
	mkdir wrapped
	for f in "$SUITE"/[nyi]_*.json; do
		{ printf '{"member":' && cat "$f" && printf '}'; } > "wrapped/${f##*/}"
	done
	verdicts wrapped/*.json
	run awk '/^n_/ && $2 == "accept"' verdicts
	[ -z "$output" ] || fail "$output"
	run awk 'NR == FNR { reason[$1] = $2; next } /^y_/ && $2 != "accept" && $2 != reason[$1]' \
		"$ROOT/tests/data/json-suite-refused.txt" verdicts
	[ -z "$output" ] || fail "$output"
	# A number of any length and size is a number.
	[ "$(grep -c '^i_number.* accept$' verdicts)" -eq 10 ]
}

@test "a hostile line of 1 MiB costs at most 64 MiB, whatever it repeats" {
	for unit in '{},' '{"":1},' '1,' '[' '"\u0041",' '1e999,' '"a":'; do
		{ printf '{"a":[' && yes "$unit" | head -c 1048000 | tr -d '\n' && printf '0]}'; } > line
		verdicts line
	done
	awk 'BEGIN { printf "{"; for (i = 0; i < 100000; i++) printf "\"%x\":1,", i; print "\"\":1}" }' > line
	verdicts line
	[ "$(cat verdicts)" = 'line accept' ]
}

# simdjson allocates inside noexcept functions: without a new-handler that ends the process this is SIGABRT.
@test "without memory the parser ends with 71 and one line, never by a signal" {
	awk 'BEGIN { printf "{"; for (i = 0; i < 100000; i++) printf "\"%x\":1,", i; print "\"\":1e999}" }' > line
	refused=0
	for mib in $(seq 6 2 80); do
		status=0
		prlimit --as=$((mib * 1048576)) "$CHECK" line > out 2> err || status=$?
		case $status in
		0) ;;
		71)
			[ "$(cat err)" = 'aiops: error: out of memory' ]
			refused=$((refused + 1))
			;;
		127) [ "$mib" -lt 10 ] ;; # too little to load the libraries
		*) fail "with $mib MiB: exit $status: $(cat err)" ;;
		esac
	done
	[ "$status" -eq 0 ]
	[ "$refused" -ge 3 ]
}
