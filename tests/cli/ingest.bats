# aiops-ingest: what golden cases and unit tests cannot hold (time, pipes, size, other people's data).

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	DATA=${AIOPS_DATA:-$ROOT/../shared/data}
	EXAMPLE=$ROOT/share/examples/postgres-connections-exhausted
	NOW=2026-11-21T12:00:00Z
}

# alert N: one alert of a webhook.
alert() {
	printf '{"status":"firing","labels":{"alertname":"A%d","severity":"page","instance":"h-%d:9100"},' "$1" "$1"
	printf '"annotations":{"summary":"s"},"startsAt":"2026-11-21T09:09:19Z","endsAt":"0001-01-01T00:00:00Z"}'
}

# wait_lines N FILE: until the file has N lines, at most 5 s.
wait_lines() {
	local i
	for ((i = 0; i < 1500; i++)); do
		[ "$(wc -l < "$2")" -lt "$1" ] || return 0
		sleep 0.05
	done
	echo "$2 has $(wc -l < "$2") lines, expected $1"
	return 1
}

@test "an option that means nothing is refused on the command line, not in environment and file" {
	local options without
	while IFS='|' read -r without options; do
		# shellcheck disable=SC2086 # words
		run -64 aiops-ingest $options < /dev/null
		[[ $output == *"goes with $without only"* ]] || fail "$options: $output"
	done <<- 'EOF'
		--listen|--port-file p
		--listen|--spool s
		--listen|--hmac-file h
		--listen|--url http://127.0.0.1:1/ --spool s
		--listen|--all-sources --port-file p
		--listen or --url|--token-file t
		--listen or --source|--max-body 1M
		--listen or --source|--follow --max-connections 3 log
		--url or --source|--every 5s
		--url or --source|--since 1h
		--url or --source|--basic-file b
		--url or --source|--ca-file c
		--url or --source|--listen :0 --plain-secret
		--follow or --source|--from end
		--to|--batch 5
	EOF
	[ ! -e p ] && [ ! -e s ]
	printf 'ingest: {spool: s, every: 5s, from: end, hmac_file: [h], batch: 7}\n' > config.yaml
	alert 1 | AIOPS_INGEST_CA_FILE=c aiops-ingest -c config.yaml > out
	[ "$(wc -l < out)" -eq 1 ]
}

@test "alerts of a document come out before it ends" {
	mkfifo pipe
	aiops-ingest -f alertmanager < pipe > out 2> err &
	local pid=$!
	exec 7> pipe
	printf '{"receiver":"r","alerts":[%s,%s,' "$(alert 1)" "$(alert 2)" >&7
	printf '\n' >&7 # a line is waited for, to see whether it is a document
	wait_lines 2 out
	printf '%s],"version":"4"}\n' "$(alert 3)" >&7
	exec 7>&-
	wait "$pid"
	[ "$(wc -l < out)" -eq 3 ]
	[ ! -s err ]
}

@test "a log line comes out when the input pauses, and a trace in one write stays whole" {
	mkfifo pipe
	aiops-ingest -f text < pipe > out 2> err &
	local pid=$!
	exec 7> pipe
	printf '2026-11-21T09:09:19Z ERROR a\n\tat b\n' >&7
	wait_lines 1 out
	printf '\tat c\n' >&7
	exec 7>&-
	wait "$pid"
	[ "$(jq -r .body out | head -n 2)" = "$(printf 'ERROR a\n\tat b')" ]
	[ "$(jq -c 'select(.flags) | .flags' out)" = '["no_timestamp","continued"]' ]
}

@test "slow writers do not change what is joined" {
	printf '2026-11-21T09:09:19Z ERROR a\n\tat b\n\tat c\n2026-11-21T09:09:20Z INFO d\n' > log
	aiops-ingest --now "$NOW" -f text < log > whole
	while IFS= read -r line; do
		printf '%s\n' "$line"
		sleep 0.05
	done < log | aiops-ingest --now "$NOW" -f text > slow
	cmp whole slow
}

@test "a document of 60 MB stays within 32 MB of memory" {
	{
		printf '{"receiver":"r","status":"firing","alerts":['
		alert 0
		awk -v a="$(alert 7)" 'BEGIN { pad = sprintf("%200s", ""); gsub(/ /, "x", pad); sub(/"s"/, "\"" pad "\"", a)
			for (i = 0; i < 160000; i++) printf ",%s", a }'
		printf '],"groupKey":"g","version":"4","truncatedAlerts":0}'
	} > big.json
	[ "$(stat -c %s big.json)" -gt 60000000 ]
	python3 -c 'import resource, subprocess
with open("out", "wb") as out:
    subprocess.run(["aiops-ingest", "big.json"], stdout=out, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' > peak_kb
	[ "$(wc -l < out)" -eq 160001 ]
	[ "$(cat peak_kb)" -lt 32768 ] || fail "$(cat peak_kb) KB"
}

@test "of a document with a first element of no known shape the others are read, and it is kept" {
	{
		printf '{"receiver":"r","alerts":[{"status":"firing"},%s,%s],"version":"4"}\n' "$(alert 1)" "$(alert 2)"
		printf '{"things":1,"alerts":[{"a":1},{"b":2}]}\n'
		alert 3
	} > in
	run -3 --separate-stderr aiops-ingest --dead-letter dead in
	[ "$(jq -r .name <<< "$output" | tr '\n' ' ')" = 'A1 A2 A3 ' ]
	[ "$(jq -r '"\(.line) \(.code) \(.raw)"' dead)" = '1 unknown_format {"status":"firing"}
2 unknown_format {"a":1}
2 unknown_format {"b":2}' ]
	# Cut off behind it: both are told.
	head -c 330 in > cut
	run -3 --separate-stderr aiops-ingest cut
	[[ $stderr == *'2 of 3 records rejected: 1 unknown_format, 1 syntax'* ]] || fail "$stderr"
}

@test "dead letters hold the element, and can be read again" {
	printf '{"alerts":[%s,{"status":"firing","labels":{"a":"b"}}],"groupKey":"g","version":"4"}\n' "$(alert 1)" > in
	run -3 --separate-stderr aiops-ingest --dead-letter dead in
	[ "$(jq -r .code dead)" = schema ]
	[ "$(jq -r .message dead)" = 'alert 2: startsAt: missing' ]
	[ "$(jq -r .raw dead)" = '{"status":"firing","labels":{"a":"b"}}' ]
	aiops-ingest -f ndjson dead | cmp - dead
}

@test "the same alert from the webhook and the API has one fingerprint, Alertmanager's" {
	aiops-ingest "$EXAMPLE/webhooks.ndjson" "$EXAMPLE/alertmanager-alerts.json" > out
	[ "$(jq -c 'select(.fingerprint != .source_id)' out | wc -l)" -eq 0 ]
	[ "$(jq -r 'select(.updated_at) | .fingerprint' out | wc -l)" -gt 0 ]
	jq -r 'select(.updated_at) | .fingerprint' out | sort -u > api
	jq -r 'select(.updated_at | not) | .fingerprint' out | sort -u > webhook
	[ -z "$(comm -23 api webhook)" ]
}

@test "the recorded incident is read without a reject, and every record keeps to the schema" {
	aiops-ingest --now "$NOW" "$EXAMPLE"/{webhooks,changes}.ndjson "$EXAMPLE"/alertmanager-alerts.json \
		"$EXAMPLE"/metrics/*.json "$EXAMPLE"/logs/*.log > out 2> err
	[ ! -s err ]
	aiops-ingest --validate out | cmp - out
	[ "$(jq -r .kind out | sort -u | paste -sd ' ')" = 'alert change log metric' ]
	[ "$(jq -c 'select(.flags)' out | wc -l)" -eq 0 ]
}

@test "alerts of the recording are as many as were posted" {
	[ "$(aiops-ingest "$EXAMPLE/webhooks.ndjson" | wc -l)" -eq "$(jq '.alerts[]' -c "$EXAMPLE/webhooks.ndjson" | wc -l)" ]
	[ "$(cat "$EXAMPLE"/metrics/*.json | jq '.data.result[].values[]' -c | wc -l)" -eq "$(aiops-ingest "$EXAMPLE"/metrics/*.json | wc -l)" ]
	# and carry the same values, digit for digit
	cat "$EXAMPLE"/metrics/*.json | jq -r '.data.result[].values[][1]' | sort > theirs
	aiops-ingest "$EXAMPLE"/metrics/*.json | sed 's/.*"value":"\{0,1\}\([^,"]*\).*/\1/' | sort | cmp - theirs
}

@test "every line of real logs becomes a record with a time" {
	[ -d "$DATA/loghub" ] || skip "no $DATA/loghub (AIOPS_DATA)"
	local name
	for name in Apache HDFS Hadoop OpenSSH Windows Zookeeper; do
		aiops-ingest --now "$NOW" "$DATA/loghub/$name/${name}_2k.log" > out
		[ "$(jq -c 'select(.flags | index("no_timestamp"))' out | wc -l)" -eq 0 ] || fail "$name: lines without a time"
		[ "$(wc -l < out)" -ge 1990 ] || fail "$name: $(wc -l < out) records"
	done
}

@test "levels of real logs are those that their curators found" {
	[ -d "$DATA/loghub" ] || skip "no $DATA/loghub (AIOPS_DATA)"
	local name
	for name in Apache HDFS Hadoop Windows Zookeeper; do
		aiops-ingest --now "$NOW" "$DATA/loghub/$name/${name}_2k.log" | jq -r .severity_text | sort | uniq -c > ours
		python3 - "$DATA/loghub/$name/${name}_2k.log_structured.csv" <<-'PY' | sort | uniq -c > theirs
		import csv, sys
		for row in csv.DictReader(open(sys.argv[1], newline="", encoding="utf-8")):
		    print(row["Level"])
		PY
		cmp ours theirs || fail "$name: $(paste ours theirs)"
	done
}

@test "payloads of other vendors become records or are refused, not guessed" {
	[ -f "$DATA/payloads/vendors.jsonl" ] || skip "no $DATA/payloads (AIOPS_DATA)"
	local payload file status
	while IFS= read -r payload; do
		rm -f dead
		status=0
		aiops-ingest --now "$NOW" --dead-letter dead <<< "$payload" > out 2> err || status=$?
		[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "status $status: $payload"
		[ -s out ] || [ "$(jq -r .code dead | sort -u)" = unknown_format ] || fail "neither read nor refused: $payload"
		aiops-ingest --validate out > /dev/null
	done < <(jq -c .payload "$DATA/payloads/vendors.jsonl")
	for file in "$DATA"/payloads/aws/events/testdata/*.json; do
		case $file in *cloudwatch-alarm-*) continue ;; esac
		run -3 --separate-stderr aiops-ingest "$file"
		[ -z "$output" ] || fail "$file: $output"
	done
}
