# aiops-drift compare: windows of one stream, named baselines, the monitor; importance and summary.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load drift
	clean_environment
}

# stream MINUTES EXPRESSION: a value a minute from midnight on.
stream() {
	awk -v n="$1" "BEGIN { srand(5); for (i = 0; i < n; i++)
		printf \"{\\\"kind\\\":\\\"metric\\\",\\\"name\\\":\\\"m\\\",\\\"service\\\":\\\"cart\\\",\\\"timestamp\\\":\\\"2026-11-20T%02d:%02d:00Z\\\",\\\"value\\\":%.6f}\\n\",
			i / 60, i % 60, $2 }"
}

# predictions N SEED CONFIDENCE: of model m; the request ids are r0, r1, ...
predictions() {
	awk -v n="$1" -v seed="$2" -v c="$3" 'BEGIN { srand(seed); for (i = 0; i < n; i++)
		printf "{\"kind\":\"prediction\",\"model\":\"m\",\"request_id\":\"r%d\",\"timestamp\":\"2026-11-20T%02d:%02d:00Z\",\"confidence\":%.4f,\"prediction\":%s}\n",
			i, i / 60, i % 60, c + .1 * (rand() - .5), rand() < .3 ? "true" : "false" }'
}

# of METRIC FILTER FILE: jq says true of the one result about this metric.
of() {
	jq -es "map(select(.drift.metric == \"$1\").drift) | length == 1 and (.[0] | $2)" "$3"
}

@test "windows by time: an alert fires once and resolves under the same labels" {
	stream 600 '(i >= 300 && i < 420) + rand()' > s
	aiops-drift compare -w 1h -W 2h --alert s > out
	[ "$(jq -r .status out | paste -sd ' ')" = 'firing resolved' ]
	[ "$(jq -c .labels out | sort -u | wc -l)" -eq 1 ]
	[ "$(jq -r .fingerprint out | sort -u | wc -l)" -eq 1 ]
	[ "$(jq -r .starts_at out | sort -u)" = 2026-11-20T05:59:00Z ]
	jq -es '.[1].ends_at > .[1].starts_at and .[0].id != .[1].id and .[1].healthy' out
	aiops-correlate --emit incidents < out > incidents
	[ "$(jq -r .incident incidents | sort -u | wc -l)" -eq 1 ]
	[ "$(tail -n 1 incidents | jq -r .change)" = resolved ]
}

@test "windows by time: results come as the windows close, and a watermark closes one" {
	{
		stream 119 'rand()'
		echo '{"_watermark":"2026-11-20T02:00:30Z"}'
		echo '{"_barrier":1}'
	} > s
	aiops-drift compare -w 1h -W 1h s > out
	[ "$(jq -c 'keys[0]' out | head -n 3 | paste -sd ' ')" = '"drift" "_watermark" "_barrier"' ]
	run -0 --separate-stderr aiops-drift compare -w 1h -W 1h --stats s
	jq -e '.windows == 1 and .warm_up == 1 and .late == 0' <<< "$stderr"
}

@test "windows by count are taken feature by feature" {
	stream 400 'rand() + (i >= 300)' > s
	aiops-drift compare -w 100 -W 200 s > out
	[ "$(jq -c '[.drift.reference_n, .drift.current_n, .drift.drift_detected]' out | paste -sd ' ')" = \
		'[100,100,false] [200,100,false] [200,100,true]' ]
}

@test "windows: lengths of two sorts, or a reference file beside them, are usage errors" {
	run -64 aiops-drift compare -w 1h -W 500 /dev/null
	run -64 aiops-drift compare -w 1h /dev/null
	run -64 aiops-drift compare -w 1h -W 7d -r /dev/null /dev/null
	run -64 aiops-drift compare -w 1h -W 7d --monitor /dev/null
}

@test "baselines: saved, listed, compared with, and stale with a warning" {
	stream 300 'rand()' > week
	stream 300 '2 * rand()' > now
	aiops-drift compare --baseline-dir b --save-baseline week week
	[ "$(stat -c %a b/week.baseline.ndjson)" = 600 ]
	aiops-drift compare --baseline-dir b --list-baselines --now 2026-11-21T00:00:00Z > list
	jq -e '.baseline == "week" and .date == "2026-11-20T04:59:00Z" and .features == 1 and (.stale | not)' list
	aiops-drift compare -m --baseline-dir b --baseline week --now 2026-11-21T00:00:00Z now > out 2> err
	[ ! -s err ]
	jq -e '.kind == "drift" and .drift.monitor == "drift_detected" and .drift.health == "likely_violated" and .drift.baseline == "week"' out
	# the same numbers as from the file itself
	aiops-drift compare -m -r week --now 2026-11-21T00:00:00Z now > raw
	[ "$(jq -c '.drift | [.mean_z, .variance_z, .range_pvalue]' out)" = "$(jq -c '.drift | [.mean_z, .variance_z, .range_pvalue]' raw)" ]
	aiops-drift compare -m --baseline-dir b --baseline week --now 2027-11-21T00:00:00Z now > out 2> err
	grep -q "warning: the baseline 'week' is stale" err
	aiops-drift compare -m --baseline-dir b --baseline week --baseline-max-age 1000d --now 2027-11-21T00:00:00Z now 2> err > out
	[ ! -s err ]
}

@test "baselines: bad names, missing and broken files are told" {
	stream 10 1 > s
	run -64 aiops-drift compare --baseline-dir b --save-baseline ../x s
	run -64 aiops-drift compare --save-baseline x s
	run -66 aiops-drift compare --baseline-dir b --baseline x s
	mkdir b
	for text in '' rubbish '{"version":9}' '{"version":1,"date":"soon"}' \
		$'{"version":1,"date":"2026-11-20T00:00:00Z"}\n{"feature":"m","n":-1,"missing":0}' \
		$'{"version":1,"date":"2026-11-20T00:00:00Z"}\n{"feature":"m","n":5,"missing":0,"mean":1,"variance":-4,"kurtosis":3,"min":0,"max":2}' \
		$'{"version":1,"date":"2026-11-20T00:00:00Z"}\n{"feature":"m","n":5'; do
		printf '%s' "$text" > b/x.baseline.ndjson
		run -78 aiops-drift compare --baseline-dir b --baseline x s
		[[ $output == *x.baseline.ndjson* ]]
	done
}

@test "baselines: of records without times are dated now; of extremes are no hindrance" {
	values m 1e308 -1e308 1e308 | sed 's/"timestamp":"[^"]*",//' > s
	values k $(seq 120) | sed 's/"timestamp":"[^"]*",//' >> s
	aiops-drift compare --baseline-dir b --save-baseline x --now 2026-11-21T10:00:00Z s
	aiops-drift compare --baseline-dir b --baseline x --now 2026-11-22T10:00:00Z s > out 2> err
	[ ! -s err ]
	of k '.monitor == "ok" and .baseline_date == "2026-11-21T10:00:00Z"' out
	of m '.monitor == "insufficient_data" and .why == "the moments are beyond the range of a double"' out
	run ! grep -qi 'nan\|inf[^o]' <(jq -c 'del(.drift.monitor,.drift.health)' out)
}

@test "monitor: no baseline is an error, never mean 0 and deviation 1" {
	stream 200 1 > s
	run -64 aiops-drift compare --monitor s
	stream 200 1 | sed 's/"m"/"other"/' > other
	run -65 aiops-drift compare --monitor -r other s
	[[ $output == *'1 of 2 features have no baseline'* ]]
	[ "$(grep '"source_id":"m"' <<< "$output" | jq -r .drift.monitor)" = error ]
}

@test "monitor: a profile is no baseline, and says so" {
	stream 200 'rand()' > ref
	aiops-drift sketch ref > profile
	run -65 aiops-drift compare -m -r profile ref
	[[ $output == *'profile:1: rejected (schema): --monitor takes values, not profiles'* ]]
	run -3 aiops-drift compare -m -r ref profile
}

@test "monitor: below a hundred values nothing is said" {
	stream 99 'rand()' > few
	stream 300 'rand()' > many
	[ "$(aiops-drift compare -m -r many few | jq -r '.drift.monitor, .drift.health' | paste -sd ' ')" = 'insufficient_data insufficient_data' ]
	[ "$(aiops-drift compare -m -r few many | jq -r '.drift.monitor')" = insufficient_data ]
	[ "$(aiops-drift compare -m -r many many | jq -r '.drift.monitor, .drift.health' | paste -sd ' ')" = 'ok likely_healthy' ]
	[ "$(aiops-drift compare -m -r many /dev/null | jq -r '.drift.health')" = no_data ]
}

@test "monitor: confidence .90 to .75 is likely violated" {
	predictions 300 1 .9 > before
	predictions 300 2 .75 > after
	aiops-drift compare -m -r before after > out
	of confidence '.health == "likely_violated" and .mean_z < -50' out
	of positive_rate '.health == "likely_healthy"' out
	[ "$(aiops-drift compare -m -r before --alert after | jq -r .labels.feature)" = 'confidence{model="m"}' ]
	run -1 aiops-drift compare -m -e -r before after
}

@test "monitor: labels that come later give accuracy and precision, with coverage" {
	predictions 200 1 .9 > p
	# half of the labels, the wrong one for every tenth of these
	jq -c 'select(.request_id | ltrimstr("r") | tonumber % 2 == 0) | {kind, request_id, timestamp: "2026-11-20T05:00:00Z",
		label: (if (.request_id | ltrimstr("r") | tonumber % 20 == 0) then (.prediction | not) else .prediction end)}' p > labels
	cat p labels | aiops-drift compare -m -r p > out
	of accuracy '(.current_mean - 0.9 | fabs) < 1e-12 and .current_n == 100 and
		.predictions == 200 and .labelled == 100 and .coverage == 0.5 and .monitor == "no_baseline"' out
	of precision '.current_mean > 0.5' out
	# before their predictions, the same
	cat labels p | aiops-drift compare -m -r p > out
	of accuracy '(.current_mean - 0.9 | fabs) < 1e-12' out
	# too late
	sed 's/2026-11-20T05/2026-11-29T05/' labels | cat p - | aiops-drift compare -m -r p --stats 2> err > out
	run ! grep -q accuracy out
	jq -e '.expired > 100' err
	# in little memory
	cat p labels | aiops-drift compare -m -r p --join-max 10 --stats 2> err > out
	jq -e '.given_up > 150 and .waiting <= 10' err
}

@test "monitor: mean absolute error, ranking, clicks, perplexity and ratings" {
	for i in $(seq 120); do
		printf '{"kind":"prediction","model":"r","request_id":"a%d","prediction":%d,"label":%d}\n' "$i" "$i" $((i + 2))
		printf '{"kind":"prediction","model":"s","request_id":"b%d","prediction":["x","y"],"clicked":%s}\n' "$i" "$([ $((i % 4)) = 0 ] && echo true || echo false)"
		printf '{"kind":"prediction","request_id":"b%d","label":["y"]}\n' "$i"
		printf '{"kind":"prediction","model":"t","request_id":"c%d","prediction":"text","mean_logprob":-2,"rating":%d}\n' "$i" $((i % 5 + 1))
	done > p
	aiops-drift compare -m -r p p > out
	mean() { jq "select(.drift.feature == \"$1\").drift.current_mean" out; }
	near "$(mean 'mae{model=\"r\"}')" 2
	near "$(mean 'ndcg{model=\"s\"}')" 0.6309297535714575
	near "$(mean 'click_through_rate{model=\"s\"}')" 0.25
	near "$(mean 'perplexity{model=\"t\"}')" 7.38905609893065
	near "$(mean 'human_approval_rate{model=\"t\"}')" 0.4
	of prediction_variance '.monitor == "ok"' out
}

@test "importance: which features' relation to the target moved" {
	awk 'BEGIN { srand(1); for (i = 0; i < 400; i++) { x = rand(); z = rand(); n = rand(); printf "{\"x\":%f,\"z\":%f,\"n\":%f,\"y\":%f}\n", x, z, n, 2 * x + z + rand() } }' > ref
	awk 'BEGIN { srand(2); for (i = 0; i < 400; i++) { x = rand(); z = rand(); n = rand(); printf "{\"x\":%f,\"z\":%f,\"n\":%f,\"y\":%f}\n", x, z, n, z + rand() } }' > cur
	aiops-drift importance -r ref -t y --features x,z,n cur > out
	[ "$(jq -r '[.drift.feature, .drift.verdict] | join(" ")' out | paste -sd ,)" = 'x drift,z drift,n no_drift' ]
	jq -es '.[0].drift | .relation == "spearman" and .reference_relation > 0.7 and (.current_relation | fabs) < 0.2 and .reference_n == 400' out
	# two classes: AUC
	for f in ref cur; do jq -c '.y = (.y > 1.5)' $f > $f.class; done
	aiops-drift importance -r ref.class -t y --features x -e cur.class > out || [ $? -eq 1 ]
	jq -e '.drift.relation == "auc" and .drift.drift_detected and .drift.reference_relation > 0.8' out
	run -64 aiops-drift importance -r ref -t y cur
	run -64 aiops-drift importance -t y --features x cur
}

@test "importance: two lists by the order that they give" {
	echo '{"importances":{"a":3,"b":2,"c":1}}' > ref
	echo '{"importances":{"a":2,"b":3,"c":1}}' > cur
	aiops-drift importance -r ref cur > out
	near "$(jq .drift.ndcg out)" 0.9224945116765986 # (2 + 3 / log2 3 + .5) / (3 + 2 / log2 3 + .5)
	jq -e '.drift.drift_detected == false and .drift.features[0] == {"feature": "a", "reference": 3, "current": 2, "change": -1, "reference_rank": 1, "current_rank": 2}' out
	echo '{"importances":{"a":1,"b":2,"c":3}}' > cur
	run -1 aiops-drift importance -e -r ref cur
	echo '{}' > cur
	aiops-drift importance -r ref cur | jq -e '.drift.drift_detected == null and .drift.ndcg == null'
}

@test "summary: the last day of results, and no older ones" {
	stream 600 '(i >= 300 && i < 420) + rand()' > s
	aiops-drift compare -w 1h -W 2h s > results
	aiops-drift summary results > out
	jq -e '.kind == "summary" and .drift.results == 9 and .drift.count == (.drift.features[0].drifted) and .drift.count > 0 and .drift.features_drifting == 0' out
	aiops-drift summary --within 3h results | jq -e '.drift.results == 3'
	aiops-drift summary --now 2026-11-25T00:00:00Z results | jq -e '.drift.results == 0 and .drift.features == []'
	run -1 aiops-drift summary -e results
	run -71 aiops-drift summary --max-results 5 results
}

# A feature's name that ends at its NUL is another one's, or nobody's.
@test "summary: a NUL or a newline in the name of a feature" {
	for name in 'a\u0000b' 'a\u0000c' 'x\n      9 9 drift forged' 'a'; do
		printf '{"v":1,"kind":"drift","id":"d","timestamp":"2026-11-21T09:00:00Z","source":"t","drift":{"feature":"%s","drift_detected":true}}\n' "$name"
	done > results
	aiops-drift summary results | jq -e '.drift.features | map(.feature) == ["a", "a\u0000b", "a\u0000c", "x\n      9 9 drift forged"]'
	run -0 aiops-drift summary -f table results
	[ "${#lines[@]}" -eq 6 ]
	[ "$(grep -c 'a.x00[bc]$' <<< "$output")" -eq 2 ]
}

@test "plot: fits the width that is asked for, in ASCII or blocks" {
	stream 300 'rand()' > ref
	stream 300 '.5 + rand()' > cur
	COLUMNS=60 aiops-drift compare -r ref --plot cur > plot
	[ "$(wc -L < plot)" -le 60 ]
	grep -q '=====.*#####\|=====' plot
	run ! grep -qP '[^\x00-\x7f]' plot
	LC_ALL=C.UTF-8 aiops-drift compare -r ref --plot cur > plot
	grep -q '█' plot
	run ! grep -q "$(printf '\033')" plot
	COLUMNS=50 aiops-drift compare -r ref -f table cur > table
	[ "$(wc -L < table)" -le 50 ]
}

@test "tables and plots keep to a narrow and a wide terminal, with long names and empty sides" {
	local width
	stream 300 'rand()' > ref
	stream 300 '.5 + rand()' | sed 's/"m"/"a_long_name_of_a_feature_that_goes_on_and_on_for_ever_until_it_is_over_and_it_is_not_over_yet_here"/' > cur
	aiops-drift compare -r ref cur > results
	for width in 60 120; do
		export COLUMNS=$width
		aiops-drift compare -r ref --plot cur > plot
		aiops-drift compare -m -r ref -f table cur > monitor || [ $? = 65 ] # new, so without a baseline
		aiops-drift summary -f table results > summary
		grep -q '\.\.\.$' monitor
		[ "$(wc -L < plot)" -le "$width" ]
		[ "$(wc -L < monitor)" -le "$width" ]
		[ "$(wc -L < summary)" -le "$width" ]
	done
	unset COLUMNS
	aiops-drift summary -f table results | grep -q 'not_over_yet_here$'
}

@test "alerts against a reference file resolve in a later run, by --state" {
	stream 100 'rand()' > ref
	stream 100 '2 + rand()' > odd
	stream 100 'rand()' | sed 's/2026-11-20/2026-11-21/' > calm
	[ "$(aiops-drift compare -r ref --alert --state s odd | jq -r .status)" = firing ]
	[ "$(stat -c %a s)" = 600 ]
	# it fires once
	[ -z "$(aiops-drift compare -r ref --alert --state s odd)" ]
	aiops-drift compare -r ref --alert --state s calm > out
	jq -e '.status == "resolved" and .starts_at == "2026-11-20T01:39:00Z" and .ends_at == "2026-11-21T01:39:00Z"
		and .labels == {alertname: "DataDrift", feature: "m", service: "cart"}' out
	[ -z "$(aiops-drift compare -r ref --alert --state s calm)" ]
	for text in rubbish '{}' '{"aiops_drift_compare":9}' $'{"aiops_drift_compare":1}\n{"feature":"m","starts_at":"soon"}'; do
		printf '%s' "$text" > s
		run -78 aiops-drift compare -r ref --alert --state s calm
		[[ $output == *"'s', line"* ]]
	done
	run -64 aiops-drift compare --monitor -r ref --state s calm
}

@test "monitor: alerts resolve in a later run, by --state, and not between two and three errors" {
	stream 200 'rand()' > ref
	stream 200 '.5 + rand()' > odd
	stream 200 'rand() ^ .74' | sed 's/2026-11-20/2026-11-21/' > slightly # 2.6 standard errors
	stream 200 'rand()' | sed 's/2026-11-20/2026-11-22/' > calm
	[ "$(aiops-drift compare -m -r ref slightly | jq -c '[.drift.monitor, .drift.alert]')" = '["drift_detected",false]' ]
	[ "$(aiops-drift compare -m -r ref --alert --state s odd | tee alerts | jq -r .status)" = firing ]
	[ -z "$(aiops-drift compare -m -r ref --alert --state s odd)" ]
	[ -z "$(aiops-drift compare -m -r ref --alert --state s slightly)" ]
	head -n 50 calm > few
	[ -z "$(aiops-drift compare -m -r ref --alert --state s few)" ]
	aiops-drift compare -m -r ref --alert --state s calm | tee -a alerts > out
	jq -e '.status == "resolved" and .starts_at == "2026-11-20T03:19:00Z" and .ends_at == "2026-11-22T03:19:00Z"
		and .healthy and .labels == {alertname: "DataDrift", feature: "m", service: "cart"}' out
	[ -z "$(aiops-drift compare -m -r ref --alert --state s calm)" ]
	[ "$(aiops-correlate --emit incidents < alerts | tail -n 1 | jq -r .change)" = resolved ]
}
