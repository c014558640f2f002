# aiops-drift compare: every row of the edge-case matrix. Whatever comes in, what goes out is
# valid JSON with finite numbers, or null.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load drift
	clean_environment
}

# generate N EXPRESSION [SEED]: N metric records, each with the value of an awk expression of i and rand().
generate() {
	awk -v n="$1" -v seed="${3:-1}" "BEGIN { srand(seed); for (i = 0; i < n; i++)
		printf \"{\\\"kind\\\":\\\"metric\\\",\\\"name\\\":\\\"m\\\",\\\"value\\\":%.17g}\\n\", $2 }"
}

# texts TEXT...: one record each, with the JSON value under v.
texts() {
	local v
	for v; do printf '{"v":%s}\n' "$v"; done
}

# compared ARGUMENT...: runs compare on ref and cur; out is checked to be finite JSON. Ends with its status.
compared() {
	local status=0
	aiops-drift compare -r ref "$@" cur > out 2> err || status=$?
	jq -e . out > json || [ ! -s out ] || fail "not JSON: $(head -c 300 out)"
	! grep -iE ':-?(nan|inf)' out || fail "not finite: $(head -c 300 out)"
	return $status
}

# is FILTER: jq says true of the result.
is() {
	jq -e ".drift | $1" out > json || fail "not $1: $(cat out)"
}

@test "size: an empty side, and both" {
	: > ref
	generate 5 i > cur
	compared
	is '.verdict == "insufficient" and .drift_detected == null and .reference_n == 0 and .current_n == 5 and .ks_pvalue == null'
	cp cur ref
	: > cur
	compared
	is '.verdict == "insufficient" and .reference_mean == 2 and .current_mean == null'
	: > ref
	compared
	[ ! -s out ]
}

@test "size: one against one, and one against many" {
	generate 1 7 > ref
	generate 1 9 > cur
	compared
	is '.verdict == "insufficient" and .ks_statistic == 1 and .ks_pvalue == 1 and .hedges_g == null'
	generate 100 i > cur
	compared # 2 / C(101, 1) < .05: one value can be too far out
	is '.verdict == "no_drift" and .reference_std == 0'
}

@test "size: ten million values by generator" {
	[ -n "${AIOPS_SLOW-}" ] || skip 'a minute; scripts/bench drift does it (AIOPS_SLOW=1)'
	generate 10000000 'rand()' > ref
	generate 100000 'rand()' 2 > cur
	compared
	is '.reference_n == 10000000 and .drift_detected == false'
}

@test "constant: the same, and another" {
	generate 50 7 > ref
	cp ref cur
	compared
	is '.drift_detected == false and .psi == 0 and .ks_statistic == 0 and .ks_pvalue == 1 and .js_divergence == 0'
	generate 50 8 > cur
	compared
	is '.drift_detected and .ks_statistic == 1 and .psi > 1 and .wasserstein == 1 and .hedges_g == null'
}

@test "categories: a single one on both sides" {
	texts '"a"' '"a"' '"a"' '"a"' '"a"' > ref
	cp ref cur
	compared --value v
	is '.drift_detected == false and .categories == 1 and .chi2_pvalue == 1 and .tvd == 0'
}

@test "categories: new and vanished ones are named, and alone are no certainty" {
	for i in $(seq 60); do texts "\"c$((i % 3))\""; done > ref
	for i in $(seq 60); do texts "\"c$((i % 3 + 1))\""; done > cur
	compared --value v
	is '.drift_detected and .new_count == 1 and .new_categories == [{"category": "c3", "count": 20}]'
	is '.vanished_count == 1 and .vanished_categories[0].category == "c0"'
	# one new value among many is chance: not p = 0
	cp ref cur
	texts '"odd"' >> cur
	compared --value v
	is '.drift_detected == false and .new_count == 1 and .chi2_pvalue > 0.05'
}

@test "categories: a hundred thousand, in bounded memory, with the bound" {
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "{\"v\":\"k%d\"}\n", i }' > ref
	awk 'BEGIN { for (i = 0; i < 100000; i++) printf "{\"v\":\"k%d\"}\n", i + 50000 }' > cur
	compared --value v
	is '.categories_folded and .categories > 10000 and .tvd <= 0.5 and .tvd_max >= 0.5'
	is '.chi2_pvalue >= 0 and .chi2_pvalue <= 1 and .reference_n == 100000'
	compared --value v --max-categories 1000
	is '.categories_folded and .categories <= 1064'
	compared --value v --max-categories 200000
	is '(.categories_folded | not) and .categories == 150000 and .tvd == .tvd_max and .tvd > 0.4999 and .tvd < 0.5001'
}

@test "categories: two small ones by Fisher's exact test" {
	texts '"a"' '"a"' '"a"' '"a"' '"a"' '"a"' '"a"' '"a"' '"b"' '"b"' > ref
	texts '"a"' '"b"' '"b"' '"b"' '"b"' '"b"' > cur
	compared --value v
	is '.chi2_method == "fisher"'
	near "$(jq .drift.chi2_pvalue out)" 0.034965034965034975
}

@test "booleans: their share of true is the mean" {
	for i in $(seq 200); do texts "$([ $((i % 5)) = 0 ] && echo true || echo false)"; done > ref
	for i in $(seq 200); do texts "$([ $((i % 2)) = 0 ] && echo true || echo false)"; done > cur
	compared --value v
	is '.type == "boolean" and .drift_detected and .reference_mean == 0.2 and .current_mean == 0.5'
}

@test "missing: all, and all against some" {
	for i in $(seq 20); do echo '{"kind":"metric","name":"m","value":null}'; done > ref
	cp ref cur
	compared
	is '.verdict == "insufficient" and .reference_missing == 20 and .missing_pvalue == null'
	generate 20 i > cur
	compared
	is '.missing_change == -1 and .drift_detected'
}

@test "missing: half null against none is a test of its own" {
	generate 100 i > ref
	{
		generate 50 'i * 2'
		for i in $(seq 50); do echo '{"kind":"metric","name":"m","value":"NaN"}'; done
	} > cur
	compared
	is '.drift_detected and .missing_change == 0.5 and .missing_qvalue < 1e-10 and .ks_qvalue > 0.5'
}

@test "missing: a field that is not there" {
	for i in $(seq 30); do echo "{\"a\":$i}"; done > ref
	for i in $(seq 30); do echo '{"b":1}'; done > cur
	compared --value a
	is '.current_missing == 30 and .missing_change == 1 and .drift_detected'
}

@test "magnitude: infinities in all their spellings" {
	printf '{"kind":"metric","name":"m","value":%s}\n' 1 2 '"+Inf"' '"-Inf"' '"NaN"' > ref
	printf '{"kind":"metric","name":"m","value":%s}\n' 1 2 1e999 > cur
	compared || [ $? -eq 3 ]
	is '.reference_missing == 3 and .reference_n == 2 and .current_n == 2'
	grep -q 'beyond the range of a double' err
	printf '{"kind":"metric","name":"m","value":%s}\n' Infinity NaN > cur
	compared || [ $? -eq 3 ]
	is '.current_n == 0'
}

@test "magnitude: 1e300, denormals, the greatest double" {
	printf '{"kind":"metric","name":"m","value":%s}\n' 1e300 -1e300 5e-324 1.7976931348623157e308 0 1 2 3 > ref
	printf '{"kind":"metric","name":"m","value":%s}\n' -1e300 1e300 1e-310 -1.7976931348623157e308 0 1 2 3 > cur
	compared
	is '.reference_std == null and (.reason | length) > 0 and .ks_statistic > 0'
	aiops-drift compare -r ref --plot cur > plot
	[ "$(wc -l < plot)" -gt 5 ]
}

@test "magnitude: -0.0 is 0.0; integers beyond 2^53 are near" {
	printf '{"kind":"metric","name":"m","value":%s}\n' -0.0 -0 0 0.0 > ref
	printf '{"kind":"metric","name":"m","value":%s}\n' 0 0 0 0 > cur
	compared
	is '.ks_statistic == 0 and .psi == 0'
	printf '{"kind":"metric","name":"m","value":%s}\n' 9007199254740993 9007199254740995 123456789012345678901234567890 > cur
	compared
	is '.current_n == 3 and .ks_statistic == 1'
}

@test "magnitude: an offset of 1.7e9 hides nothing" {
	generate 300 '1700000000 + 10 * rand()' > ref
	generate 300 '1700000004 + 10 * rand()' 2 > cur
	compared
	is '.drift_detected and .hedges_g > 1 and .wasserstein > 3.5 and .wasserstein < 4.5'
}

@test "mass: 70 % of a sentinel is no drift, and its going is" {
	generate 1000 '(i % 10 < 7) ? -1 : rand()' > ref
	generate 1000 '(i % 10 < 7) ? -1 : rand()' 2 > cur
	compared
	is '.drift_detected == false and .psi < 0.1'
	generate 1000 '(i % 10 < 2) ? -1 : rand()' 2 > cur
	compared
	is '.drift_detected and .psi > 1'
	# told what it is, it is missing: the numbers did not move, their share did
	compared --sentinel -1
	is '.reference_missing == 700 and .current_missing == 200 and .reference_n == 300 and .ks_qvalue > 0.05 and .drift_detected'
}

@test "mass: one 1e6 among 10,000 moves PSI and Jensen-Shannon by less than 1 %" {
	generate 10000 'sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand())' > ref
	generate 10000 '1 + sqrt(-2 * log(1 - rand())) * cos(6.283185307 * rand())' 2 > cur
	compared
	cp out straight
	sed -i '5000s/"value":[^}]*/"value":1000000/' cur
	compared
	jq -es '.[0].drift as $a | .[1].drift as $b | [["psi", "js_divergence", "js_distance2", "ks_statistic", "wasserstein_trimmed"][] |
		($b[.] - $a[.]) / $a[.] | fabs < 0.01] | all' straight out
	jq -es '.[1].drift.js_divergence_common50 < .[0].drift.js_divergence_common50 / 100' straight out
}

@test "type: strings where numbers are expected are counted rejects" {
	generate 5 i > ref
	{
		generate 5 i
		echo '{"kind":"metric","name":"m","value":"high"}'
		echo '{"kind":"metric","name":"m","value":true}'
		echo '{"kind":"metric","name":"m","value":[1]}'
	} > cur
	run -3 compared
	is '.current_n == 5'
	[ "$(grep -c 'not a number' err)" -eq 3 ]
}

@test "type: numbers and strings in one field are what most of them are" {
	texts 1 2 3 4 5 6 '"n/a"' > ref
	texts 1 2 3 4 5 '"n/a"' '"n/a"' > cur
	compared --value v
	is '.type == "number" and .reference_mistyped == 1 and .current_mistyped == 2 and .current_missing == 2 and .current_n == 5'
	texts '"a"' '"b"' '"a"' 1 > ref
	cp ref cur
	compared --value v
	is '.type == "category" and .reference_mistyped == 1 and .reference_n == 3'
	compared --value v --type category
	is '.type == "category" and .reference_n == 4 and .categories == 3'
	run -3 compared --value v --type number
	is '.reference_n == 1'
}

@test "type: duplicated keys are rejects on both sides" {
	{ generate 5 i; echo '{"kind":"metric","name":"m","value":1,"value":2}'; } > ref
	cp ref cur
	run -3 compared
	is '.reference_n == 5 and .current_n == 5'
}

@test "text: escaped and raw UTF-8 are one category" {
	texts '"\u00e9"' '"\u00e9"' '"x"' > ref
	texts '"é"' '"é"' '"x"' > cur
	compared --value v
	is '.categories == 2 and .tvd == 0 and .new_count == 0'
}

@test "text: CRLF, no last newline, hostile categories" {
	printf '{"v":"a"}\r\n{"v":"b"}\r\n{"v":"a"}' > ref
	printf '{"v":"a"}\n{"v":"\\u001b[31m\\u0000\\n"}\n' > cur
	compared --value v
	is '.reference_n == 3 and .new_count == 1'
	aiops-drift compare -r ref --value v --plot cur > plot
	run ! grep -q "$(printf '\033')" plot
}

@test "text: a category of a megabyte, and one with the same beginning" {
	head -c 900000 /dev/zero | tr '\0' x > long
	{ printf '{"v":"'; cat long; printf 'a"}\n'; } > ref
	{ printf '{"v":"'; cat long; printf 'b"}\n'; } > cur
	compared --value v
	is '.categories == 2 and .tvd == 1 and (.new_categories[0].category | length) <= 256'
}
