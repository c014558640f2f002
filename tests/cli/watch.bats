# aiops-drift watch and forecast: whole streams, memory across runs, other people's data.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	DATA=${AIOPS_DATA:-$ROOT/../shared/data}
}

# stream N: N minutes of two series, hosts a and b, with a daily wave and noise; seeded.
stream() {
	awk -v n="$1" 'BEGIN { srand(4); for (i = 0; i < n; i++) for (h = 0; h < 2; h++) {
		d = int(i / 1440); t = i % 1440
		printf "{\"v\":1,\"kind\":\"metric\",\"id\":\"%d-%d\",\"timestamp\":\"2026-11-%02dT%02d:%02d:00Z\",\"source\":\"t\",", i, h, 1 + d, t / 60, t % 60
		x = 100 + 20 * sin(t / 1440 * 6.28318) + rand() + rand() - rand()
		if (i == n - 200 && h == 0) x += 80
		printf "\"name\":\"latency\",\"labels\":{\"host\":\"%s\"},\"service\":\"cart\",\"value\":%.4f}\n", h ? "b" : "a", x } }'
}

# point MINUTE VALUE [MEMBERS]: one record.
point() {
	printf '{"v":1,"kind":"metric","id":"p%s","timestamp":"2026-11-01T%02d:%02d:00Z","source":"t","name":"m","value":%s%s}\n' \
		"$1" $(($1 / 60)) $(($1 % 60)) "$2" "${3:+,$3}"
}

@test "watch: every metric is annotated, everything else passes, alerts are events that correlate takes" {
	stream 1500 > in
	aiops-drift watch in > out
	jq -e -s 'map(select(.kind == "metric")) | length == 3000 and all(.drift.state)' out > /dev/null
	grep '"kind":"metric"' out | sed 's/,"drift":{[^}]*}}$/}/' | cmp - in
	aiops-drift watch --alert in > alerts
	jq -e -s 'any(.name == "AnomalousValue" and .labels.service == "cart" and .status == "firing" and .value > 150)' alerts > /dev/null
	jq -e -s 'map(select(.name == "AnomalousValue" and .status == "firing")) | all(.drift.score >= 1 and .drift.expected and .drift.method)' alerts > /dev/null
	aiops-ingest -f ndjson --validate alerts > /dev/null
	grep '"kind":"alert"' out | cmp - alerts
}

@test "watch: what fires resolves under the same labels, and its start stays" {
	{ for i in 0 1 2; do point $i 95 '"threshold":90,"condition":"above"'; done
		for i in 3 4 5 6 7 8 9; do point $i 50 '"threshold":90,"condition":"above"'; done; } |
		aiops-drift watch --alert --pending 1m --resolve 5m > out
	[ "$(jq -r '[.status, .name, .severity, .starts_at, .ends_at] | join(" ")' out)" = \
		"firing ThresholdCrossed medium 2026-11-01T00:00:00Z 
resolved ThresholdCrossed medium 2026-11-01T00:00:00Z 2026-11-01T00:08:00Z" ]
	[ "$(jq -r .fingerprint out | uniq | wc -l)" = 1 ]
	[ "$(jq -r .id out | sort -u | wc -l)" = 2 ]
}

@test "watch: a stream in parts gives the bytes and the state of one run" {
	stream 900 > in
	aiops-drift watch --state one in > whole
	aiops-drift watch --state two <(head -n 500 in) > parts
	aiops-drift watch --state two <(sed -n '501,1111p' in) >> parts
	aiops-drift watch --state two <(sed -n '1112,$p' in) >> parts
	cmp whole parts
	cmp one two
	[ "$(stat -c %a one)" = 600 ]
}

@test "watch: kill -9 loses nothing that came before the last barrier" {
	stream 600 > in
	aiops-drift watch --state whole in > out
	mkfifo feed
	aiops-drift watch --state cut feed > part &
	pid=$!
	exec 7> feed
	head -n 700 in >&7
	echo '{"_barrier":1}' >&7
	# the barrier is passed on behind the saved state
	timeout 60 bash -c 'until grep -q _barrier part; do :; done'
	sed -n '701,800p' in >&7
	kill -9 $pid
	exec 7>&-
	wait $pid || true
	aiops-drift watch --state cut <(sed -n '701,$p' in) > rest
	cmp cut whole
	cat <(grep -v _barrier part | head -n "$(grep -n -m1 '"id":"349-1"' part | cut -d: -f1)") rest | cmp - out
}

@test "watch: a damaged, a foreign and a newer state are refused with 78" {
	for text in 'x' '{"v":1}' '{"aiops_drift_watch":2,"clock_set":false,"clock":"0"}' ''; do
		printf '%s\n' "$text" > s
		[ -n "$text" ] || : > s
		run -78 aiops-drift watch --state s /dev/null
	done
	point 1 1 | aiops-drift watch --state good > /dev/null
	sed 's/"learned":\[/&"x",1,/' good > s
	run -78 aiops-drift watch --state s /dev/null
	sed 's/"last_time":"[0-9]*"/"last_time":7/' good > s
	run -78 aiops-drift watch --state s /dev/null
	# a time that is none, and fewer than no points: the ring of the last values is told by their number
	sed 's/"last_time":"[0-9]*"/"last_time":"-9223372036854775808"/' good > s
	run -78 aiops-drift watch --state s /dev/null
	jq -c 'if .learned then .learned[-34] = -5 else . end' good > s
	run -78 aiops-drift watch --state s /dev/null
}

@test "watch: silence is told by other series, by a watermark, and by --now" {
	for i in 0 1 2 3 4 5 6 7; do point $i $i; done > in
	aiops-drift watch --alert in > out
	[ ! -s out ]
	for end in '{"v":1,"kind":"metric","id":"z","timestamp":"2026-11-01T00:20:00Z","source":"t","name":"other","value":1}' \
		'{"_watermark":"2026-11-01T00:20:00Z"}'; do
		{ cat in; echo "$end"; } | aiops-drift watch --alert > out
		[ "$(grep '"alert"' out | jq -r '[.name, .labels.feature, .starts_at] | join(" ")')" = "MissingData m 2026-11-01T00:10:00Z" ]
	done
	aiops-drift watch --alert --now 2026-11-01T00:20:00Z in | jq -e '.name == "MissingData"' > /dev/null
	[ -z "$(aiops-drift watch --alert --missing 0 --now 2026-11-01T00:20:00Z in)" ]
}

@test "watch: a heartbeat that stops" {
	for i in 0 1 2 3; do
		printf '{"v":1,"kind":"heartbeat","id":"h%d","timestamp":"2026-11-01T00:0%d:00Z","source":"job","host":"h1","every_ms":60000}\n' $i $i
	done > in
	aiops-drift watch in | jq -e 'select(.kind == "heartbeat") | .drift.state == "ok"' > /dev/null
	aiops-drift watch --alert --now 2026-11-01T01:00:00Z in > out
	[ "$(jq -r '[.name, .severity, .drift.method, .starts_at] | join(" ")' out)" = "MissingHeartbeat high every_ms 2026-11-01T00:06:00Z" ]
}

@test "watch: what is silent for long is forgotten, resolved, and new when it returns" {
	{ for i in 0 1 2 3 4 5 6 7; do point $i $i; done
		point 0 5 | sed 's/11-01T/11-20T/'
		point 1 5 | sed 's/11-01T/11-21T/'; } > in
	aiops-drift watch --forget 2d --stats in > out 2> err
	[ "$(jq -r 'select(.kind == "alert") | [.name, .status] | join(" ")' out)" = "MissingData firing
MissingData resolved" ]
	jq -e '.series == 1 and .points == 10' <(grep '"kind":"stats"' err) > /dev/null
	printf '{"kind":"heartbeat","id":"h%d","timestamp":"2026-11-%02dT00:00:00Z","source":"job"}\n' 1 1 2 20 3 21 |
		aiops-drift watch --forget 2d | jq -e .drift > /dev/null
}

@test "watch: rules by file; a mistake is told with line and column" {
	printf 'rules:\n  - {name: TooLow, match: {name: m}, below: 10, severity: low, pending: 0, resolve: 0}\n' > rules
	{ point 0 5; point 1 50; } | aiops-drift watch --alert --rules rules > out
	[ "$(jq -r '[.name, .status, .severity, .threshold, .condition] | join(" ")' out)" = "TooLow firing low 10 below
TooLow resolved low 10 below" ]
	printf 'rules:\n  - {abov: 1}\n' > rules
	run -78 --separate-stderr aiops-drift watch --rules rules /dev/null
	[[ $stderr == *"rules:2:6: unknown key 'abov'"* ]] || fail "$stderr"
	aiops-drift watch --rules "$ROOT/share/watch-rules.example.yaml" < /dev/null
}

@test "watch: the example of rules keeps to its schema" {
	/usr/bin/python3 -c 'import json, sys, yaml, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(yaml.safe_load(open(sys.argv[2])), schema)' \
		"$ROOT/share/schema/watch-rules.schema.json" "$ROOT/share/watch-rules.example.yaml"
	# every key that the schema has is read, and one more is not
	for key in $(jq -r '."$defs".rule.properties | keys[]' "$ROOT/share/schema/watch-rules.schema.json"); do
		grep -q "\"$key\"" "$ROOT/cmd/aiops-drift/watch/watch_rules.c" || fail "$key is not read"
	done
}

@test "watch: what is no number is rejected, what is missing is counted, the rest goes on" {
	{ point 0 1; point 1 '"x"'; point 2 true; point 3 null; point 4 '"NaN"'; point 5 1e999; point 6 2
		printf '{"kind":"metric","id":"n","source":"t","name":"m","value":1}\n'
		point 6 2; point 5 7; } > in
	run -3 --separate-stderr aiops-drift watch --stats in
	[ "$(jq -r 'select(.kind == "metric") | .drift.state' <<< "$output" | tr '\n' ' ')" = "warmup missing missing warmup duplicate late " ]
	[ "$(grep '"kind":"stats"' <<< "$stderr" | jq -c '[.rejected, .points, .missing, .late, .duplicates]')" = '[4,2,2,1,1]' ]
}

@test "watch: more series than allowed pass unwatched, with a warning" {
	for i in 1 2 3; do
		printf '{"kind":"metric","id":"%d","timestamp":"2026-11-01T00:00:00Z","source":"t","name":"m%d","value":1}\n' $i $i
	done > in
	run --separate-stderr aiops-drift watch --max-series 2 in
	[ "$(grep -c drift <<< "$output")" = 2 ]
	[[ $stderr == *"more than 2 series"* && $stderr == *"1 records passed unwatched"* ]] || fail "$stderr"
}

# logs: 20 hours of lines a minute; an error template that is new near the end, and a rate that trebles.
logs() {
	awk 'BEGIN { srand(2); for (m = 0; m < 900; m++) { n = 5 + int(3 * rand()); if (m > 800) n *= 4
		for (k = 0; k < n; k++) {
			printf "{\"v\":1,\"kind\":\"log\",\"id\":\"%d-%d\",\"timestamp\":\"2026-11-01T%02d:%02d:%02dZ\",\"source\":\"t\",\"service\":\"cart\",", m, k, m / 60, m % 60, k
			if (m == 700 && k == 0) printf "\"severity\":\"high\",\"body\":\"cannot allocate %d MB: out of memory\"}\n", m
			else printf "\"severity\":\"info\",\"body\":\"request %d served in %d ms\"}\n", m * 7 + k, k * 3 } } }'
}

@test "watch: logs by template: a new error, and a rate that changed; in parts as at once" {
	logs > in
	aiops-drift watch --logs --state one in > out
	[ "$(jq -r 'select(.kind == "log") | .drift.template.text' out | sort -u)" = "cannot allocate <*> MB: out of memory
request <*> served in <*> ms" ]
	[ "$(jq -r 'select(.kind == "alert" and .status == "firing") | .name' out | tr '\n' ' ')" = "NewErrorTemplate LogRateChanged " ]
	aiops-drift watch --logs --state two <(head -n 3000 in) > parts
	aiops-drift watch --logs --state two <(sed -n '3001,$p' in) >> parts
	cmp out parts
	cmp one two
	aiops-drift watch in | cmp - in
}

@test "watch: a table and a line drawn" {
	stream 300 > in
	run -0 aiops-drift watch -p in
	[[ $output == *'RECENT'*'latency{host="a"}'*'2 series'* ]] || fail "$output"
	LC_ALL=C.UTF-8 aiops-drift watch -p in | grep -q '▁'
	aiops-drift watch -f table in | grep -q '^STATE'
}

@test "watch: NAB's published scores come out of our scorer; watch passes 58" {
	[ -d "$DATA/nab/data" ] || skip "no benchmark data (AIOPS_DATA)"
	python3 "$ROOT/tests/bench/nab.py" check "$DATA/nab" | grep -q '^30 files scored as published, 0 not$'
	python3 "$ROOT/tests/bench/nab.py" watch "$DATA/nab" scores "$BIN/aiops-drift" watch --alert
	python3 "$ROOT/tests/bench/nab.py" score "$DATA/nab" scores > table
	awk '/^standard:/ { exit !($2 >= 58) }' table || fail "$(cat table)"
}

# ---- forecast ----

# line SLOPE: 200 minutes from 50 on, with some noise and its own threshold.
line() {
	awk -v s="$1" 'BEGIN { srand(3); for (i = 0; i < 200; i++)
		printf "{\"v\":1,\"kind\":\"metric\",\"id\":\"%d\",\"timestamp\":\"2026-11-01T%02d:%02d:00Z\",\"source\":\"t\",\"name\":\"disk\",\"value\":%.4f,\"threshold\":90,\"condition\":\"above\"}\n", i, i / 60, i % 60, 50 + s * i + rand() }'
}

@test "forecast: a line that will cross, when, and the alert" {
	line 0.1 > in
	aiops-drift forecast in > out
	jq -e '.kind == "drift" and .drift.forecast.verdict == "will_cross" and .drift.forecast.n == 200' out > /dev/null
	# 0.1 a minute from 70.4 to 90: 196 minutes
	jq -e '.drift.forecast | .eta_s > 11000 and .eta_s < 12600 and .eta_s_earliest < .eta_s and .eta_s < .eta_s_latest' out > /dev/null
	aiops-ingest -f ndjson --validate out > /dev/null
	aiops-drift forecast --alert in | jq -e '.name == "ThresholdForecast" and .status == "firing" and .threshold == 90' > /dev/null
	run -1 aiops-drift forecast -e in
	shuf --random-source=<(yes) in | aiops-drift forecast | cmp - out
}

@test "forecast: no trend is said, in words and by nothing to alert" {
	line 0 > in
	aiops-drift forecast in | jq -e '.drift.forecast | .verdict == "no_trend" and .eta_s == null and (.why | startswith("no trend"))' > /dev/null
	[ -z "$(aiops-drift forecast --alert in)" ]
	run -0 aiops-drift forecast -e in
	aiops-drift forecast -f table in | grep -q '^no_trend'
}

@test "forecast: below, a threshold by option, a short horizon" {
	line -0.1 > in
	aiops-drift forecast -t 10 --condition below in | jq -e '.drift.forecast.verdict == "will_cross"' > /dev/null
	aiops-drift forecast -t 10 --condition below -H 1h in | jq -e '.drift.forecast.verdict == "no_crossing"' > /dev/null
	aiops-drift forecast -m robust in | jq -e '.drift.forecast | .verdict == "no_crossing" and .method == "robust"' > /dev/null
	aiops-drift forecast -m seasonal --period 1h -p in | grep -q 'PAST AND FORECAST'
}

@test "forecast: little, nothing, and what is no number" {
	line 0.1 | head -n 2 | aiops-drift forecast | jq -e '.drift.forecast.verdict == "insufficient" and .drift.forecast.value_now == null' > /dev/null
	[ -z "$(aiops-drift forecast /dev/null)" ]
	{ line 0.1; point 1 '"x"'; } > in
	run -3 --separate-stderr aiops-drift forecast in
	[ "$(wc -l <<< "$output")" = 1 ]
	run ! grep -iE ':-?(nan|inf)' <<< "$output"
	for bad in '-t x' '--alpha 0.7' '--horizon 0' '-a -f table' '--method magic'; do
		# shellcheck disable=SC2086 # several words
		run -64 aiops-drift forecast $bad /dev/null
	done
	for bad in '--false-alarms 0' '--missing 0.5' '--zone Mars' '-a -p' '--season year'; do
		# shellcheck disable=SC2086 # several words
		run -64 aiops-drift watch $bad /dev/null
	done
}

# exact STEP: 200 points of a line without noise.
exact() {
	awk -v step="$1" 'BEGIN { for (i = 0; i < 200; i++) printf "{\"v\":1,\"kind\":\"metric\",\"id\":\"m%d\",\"timestamp\":\"2026-11-21T%02d:%02d:00Z\",\"source\":\"t\",\"name\":\"disk_used_with_a_long_name\",\"value\":%.3f,\"labels\":{\"host\":\"db-1\"}}\n", i, i / 60, i % 60, 10 + step * i }'
}

@test "forecast: a line without noise is sure of its time" {
	local step
	for step in 0.125 0.1 1; do
		exact "$step" | aiops-drift forecast -t 400 -H 90d |
			jq -e --argjson step "$step" '.drift.forecast | .verdict == "will_cross" and .eta_s_earliest == .eta_s and .eta_s == .eta_s_latest
				and (.eta_s - ((400 - 10 - 199 * $step) / $step * 60) | fabs) < 1' > /dev/null
	done
}

@test "forecast: numbers too large to reckon with are no forecast" {
	exact 1 | jq -c '.value = (if (.value % 2) < 1 then 1e308 else -1e308 end)' > in
	aiops-drift forecast -t 1e300 in | jq -e '.drift.forecast | .verdict == "insufficient" and (.why | contains("too large"))' > /dev/null
}

@test "tables of watch and forecast keep to the width that is asked for" {
	exact 0.125 > in
	local columns
	for columns in 60 80 120 160; do
		COLUMNS=$columns aiops-drift forecast -t 60 -f table --plot in > table
		[ "$(awk '{ if (length > n) n = length } END { print n }' table)" -le "$columns" ]
		grep -q 'will_cross.* disk_' table
		COLUMNS=$columns aiops-drift watch -f table --plot in 2> /dev/null > table
		[ "$(awk 'NR < 3 { if (length > n) n = length } END { print n }' table)" -le "$columns" ]
		grep -q 'ok.* disk_' table
	done
}
