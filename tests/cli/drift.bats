# aiops-drift compare: what golden cases cannot hold (full digits, large inputs, other people's data).

bats_require_minimum_version 1.5.0

setup() {
	load common
	load drift
	clean_environment
}

@test "compare: the numbers are scipy's and numpy's" {
	values lat 31.2 29.8 35.1 33.3 30.0 28.7 36.4 32.2 30.9 34.6 29.1 33.8 > ref
	values lat 38.0 41.5 36.5 39.9 40.2 37.7 35.2 42.8 38.8 > cur
	aiops-drift compare -r ref cur > out
	get() { jq ".drift.$1" out; }
	near "$(get ks_statistic)" 0.9166666666666666
	near "$(get ks_pvalue)" 6.804341169666248e-05
	near "$(get wasserstein)" 6.863888888888889
	near "$(get reference_mean)" 32.09166666666667
	near "$(get reference_std)" 2.4253722509247018
	[ "$(jq -r .drift.verdict out)" = drift ]
	[ "$(jq -r .timestamp out)" = 2026-11-21T09:00:09Z ]
}

@test "compare: the order of input changes no byte" {
	awk 'BEGIN { srand(1); for (i = 0; i < 500; i++) printf "{\"kind\":\"metric\",\"name\":\"m%d\",\"value\":%.15g}\n", i % 3, rand() }' > ref
	awk 'BEGIN { srand(2); for (i = 0; i < 500; i++) printf "{\"kind\":\"metric\",\"name\":\"m%d\",\"value\":%.15g}\n", i % 3, rand() ^ 2 }' > cur
	aiops-drift compare --now 2026-11-21T09:00:00Z -r ref cur > straight
	sort cur > cur2
	sort -r ref > ref2
	aiops-drift compare --now 2026-11-21T09:00:00Z -r ref2 cur2 > sorted
	[ -s straight ]
	cmp straight sorted
}

@test "compare: no output is NaN or infinite, whatever the magnitudes" {
	values m 1.7976931348623157e308 -1.7976931348623157e308 0 5e-324 1 2 > ref
	values m -1.7976931348623157e308 1.7976931348623157e308 1 1 1 3 > cur
	aiops-drift compare -r ref cur > out
	run ! grep -iE ':-?(nan|inf)' out
	jq -e '.drift.current_std == null and (.drift.reason | length > 0)' out
}

@test "compare: a line of 10 MB is rejected and the rest is read" {
	values m 1 2 3 4 5 > ref
	{
		head -c 10000000 /dev/zero | tr '\0' x
		echo
		values m 1 2 3 4 5
	} > cur
	run -3 aiops-drift compare -r ref cur
	[[ $output == *too_long* ]]
	run -3 aiops-drift compare -r cur ref
	[[ $output == *too_long* ]]
	[[ $output == *'"reference_n":5'* ]]
}

@test "compare: rejects of both windows reach the dead-letter file" {
	{ values m 1; echo rubbish; } > ref
	{ values m 2; echo '{"a":1,"a":2}'; } > cur
	run -3 aiops-drift compare --dead-letter dead -r ref < cur
	[ "$(jq -r .code dead | paste -sd ' ')" = 'syntax duplicate_key' ]
	[ "$(jq -r '"\(.source):\(.line)"' dead | paste -sd ' ')" = 'ref:2 stdin:2' ]
}

@test "compare: coprime sizes of 100,000 get their exact p in seconds" {
	awk 'BEGIN { srand(3); for (i = 0; i < 100000; i++) printf "{\"kind\":\"metric\",\"name\":\"m\",\"value\":%d}\n", 1e6 * rand() }' > ref
	awk 'BEGIN { srand(4); for (i = 0; i < 99999; i++) printf "{\"kind\":\"metric\",\"name\":\"m\",\"value\":%d}\n", 1e6 * rand() }' > cur
	timeout 120 aiops-drift compare -r ref cur > out
	[ "$(jq -r .drift.p_method out)" = exact_ties ]
	jq -e '.drift.ks_pvalue > 1e-4 and .drift.drift_detected == false' out
}

@test "compare: a drifted feature's alert carries what correlate groups by" {
	values q 0 0 0 0 0 0 | jq -c '.service = "cart"' > ref
	values q 9 9 9 9 9 9 | jq -c '.service = "cart"' > cur
	aiops-drift compare --alert -r ref cur > out
	jq -e '.kind == "alert" and .status == "firing" and .labels == {alertname: "DataDrift", feature: "q", service: "cart"}
		and .service == "cart" and .severity == "high" and (.fingerprint | length) == 16 and .drift.drift_detected' out
	[ "$(wc -l < out)" -eq 1 ]
}

# Halves of NAB series against scipy's numbers; the data is not part of the project.
@test "compare: halves of NAB series agree with scipy to 1e-9" {
	local data=${AIOPS_DATA:-$ROOT/../shared/data} series i half total
	[ -f "$data/drift-reference/scipy.json" ] || skip "no reference data (AIOPS_DATA)"
	for i in $(jq -r '.cases | keys[]' "$data/drift-reference/scipy.json"); do
		jq -c ".cases[$i]" "$data/drift-reference/scipy.json" > want
		series=$(jq -r '.case | ltrimstr("nab:") | split(":")[0]' want)
		local csv
		csv=$(find "$data/nab" -path "*$series.csv" | head -n 1)
		[ -n "$csv" ] || skip "no NAB data for $series"
		half=$(jq .n_ref want)
		total=$(($(jq .n_cur want) + half))
		tail -n +2 "$csv" | head -n "$total" |
			awk -F, '{ printf "{\"kind\":\"metric\",\"name\":\"v\",\"value\":%s}\n", $2 + 0 == $2 ? $2 : "null" }' > all
		head -n "$half" all > ref
		tail -n +"$((half + 1))" all > cur
		aiops-drift compare -r ref cur > out
		near "$(jq .drift.ks_statistic out)" "$(jq .ks_stat want)"
		near "$(jq .drift.wasserstein out)" "$(jq .wasserstein want)"
	done
}

@test "compare: every test keeps its level of 5 % over 2,000 draws, and has power" {
	"$BUILD_DIR/tests/bench/calibration" 2000 > table
	[ "$(wc -l < table)" -ge 15 ]
	awk -F '|' '$4 < 0.04 || $4 > 0.06 || $5 < 0.7 { print; bad = 1 } END { exit bad }' table ||
		fail "false alarms outside 5 % +- 1 %, or power below 70 %"
}

@test "watch: a state in which a series stands twice is damaged" {
	values m 1 2 3 > in
	aiops-drift watch --state s in > out
	tail -n 1 s > last
	cat last >> s
	run -78 aiops-drift watch --state s in
	[[ $output == *"'s': the state is damaged: a series stands in it twice" ]]
}
