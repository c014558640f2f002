# aiops-audit export and stats: every row arrives, each call sends what is new, and what is refused is told.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/state/audit.db
}

teardown() {
	[ -z "${CHILDREN-}" ] || end_server
}

# records FROM TO
records() {
	awk -v from="$1" -v to="$2" 'BEGIN { for (i = from; i <= to; i++)
		printf "{\"v\":1,\"kind\":\"%s\",\"id\":\"r-%d\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"source\":\"test\",\"n\":%d.10}\n", i % 2 ? "run" : "alert", i, i }' |
		aiops-audit append --actor tester --now 2026-11-21T10:00:00Z > /dev/null
}

# serve MODE...: starts the server; sets URL.
serve() {
	local i
	python3 "$ROOT/tests/tools/push-server.py" port log "$@" &
	CHILDREN=$!
	for i in {1..3000}; do
		[ -s port ] && break
		sleep 0.02
	done
	URL=http://127.0.0.1:$(cat port)
}

end_server() {
	kill "$CHILDREN"
	wait "$CHILDREN" 2> /dev/null || true
	CHILDREN=
}

# The seqs that arrived with an answer of success, in order, of a store's form.
loki_seqs() { jq -r 'select(.mode != "400" and .mode != "503") | .body | fromjson | .streams[].values[][1] | fromjson | .audit.seq' log | paste -sd ' '; }
bulk_ids() { jq -r '.body' log | grep -o '"_id":"[^"]*"' | sort -u | wc -l; }

@test "export: NDJSON to standard output, each row can be checked with openssl" {
	records 1 5
	aiops-audit export > out
	[ "$(jq -c .audit.seq < out | paste -sd ' ')" = '1 2 3 4 5' ]
	python3 - << 'EOF'
import hashlib, json, re
prev = '0' * 64
for line in open('out'):
    a = json.loads(line)['audit']
    body = re.sub(r',"audit":\{[^{}]*\}\}\n$', '}', line)
    body_hash = hashlib.sha256((a['salt'] + '\n' + body).encode()).hexdigest()
    assert body_hash == a['body_hash'], line
    text = f"aiops-audit/v1\n{a['log']}\n{a['seq']}\n{prev}\n{a['ts']}\n{a['kind']}\n{a['actor']}\n{body_hash}\n"
    assert a['prev'] == prev and hashlib.sha256(text.encode()).hexdigest() == a['hash'], line
    prev = a['hash']
EOF
	[ "$(aiops-audit export --since 4 | jq -c '.audit.seq, .audit.prev' | paste -sd ' ')" = "4 $(sed -n 3p out | jq -c .audit.hash) 5 $(sed -n 4p out | jq -c .audit.hash)" ]
}

@test "export: CSV has a heading, Loki and Elasticsearch forms are what they take" {
	records 1 3
	[ "$(aiops-audit export --to csv | wc -l)" = 4 ]
	aiops-audit export --to loki | jq -c '.streams[] | .stream, .values[0][0]' > loki
	diff loki - << 'EOF'
{"job":"aiops-audit","kind":"run"}
"1795255200000000000"
{"job":"aiops-audit","kind":"alert"}
"1795255200000000000"
{"job":"aiops-audit","kind":"run"}
"1795255200000000000"
EOF
	aiops-audit export --to elasticsearch > bulk
	[ "$(jq -c 'select(.index) | .index._id' bulk | sort -u | wc -l)" = 3 ]
	[ "$(jq -c 'select(.index | not) | .id' bulk | paste -sd ' ')" = '"r-1" "r-2" "r-3"' ]
}

@test "export: each call sends what is new" {
	records 1 5
	serve ok
	aiops-audit export --to loki --url "$URL/loki/api/v1/push" --state cursor --batch 2
	[ "$(loki_seqs)" = '1 2 3 4 5' ]
	[ "$(jq -r '.path, .headers["Content-Type"]' log | sort -u | paste -sd ' ')" = '/loki/api/v1/push application/json' ]
	aiops-audit export --to loki --url "$URL/loki/api/v1/push" --state cursor
	[ "$(wc -l < log)" = 3 ]
	records 6 7
	aiops-audit export --to loki --url "$URL/loki/api/v1/push" --state cursor
	[ "$(loki_seqs)" = '1 2 3 4 5 6 7' ]
	[ "$(stat -c %a cursor)" = 600 ]
	AIOPS_DB=$BATS_TEST_TMPDIR/other.db records 1 1
	AIOPS_DB=$BATS_TEST_TMPDIR/other.db run -65 aiops-audit export --state cursor
	[[ $output == *'is of another log'* ]]
	local bad
	for bad in '{"seq":"x"}' nonsense ''; do
		echo "$bad" > cursor
		run -65 aiops-audit export --state cursor
		[[ $output == *"'cursor' is no cursor of aiops-audit export"* ]]
	done
	rm cursor
	mkdir cursor # cannot be read, which is not the first time
	run aiops-audit export --state cursor
	[ "$status" -ne 0 ]
	[[ $output != *'"audit"'* ]]
}

@test "export: a page in the place of Loki takes no rows" {
	records 1 3
	serve html
	run -69 aiops-audit export --to loki --url "$URL" --state cursor
	[[ $output == *"answer 200 with a text is not Loki's"* ]]
	[ ! -e cursor ]
}

@test "export: overload and broken connections are tried again, then left for the next call" {
	records 1 4
	serve 503 drop ok
	aiops-audit export --to loki --url "$URL" --state cursor
	[ "$(jq -r .mode log | paste -sd ' ')" = '503 drop ok' ]
	end_server
	rm port log
	serve ok 503
	records 5 8
	run -75 aiops-audit export --to loki --url "$URL" --state cursor --batch 2
	[ "$(jq .seq cursor)" = 6 ]
	end_server
	run -75 aiops-audit export --to loki --url "$URL" --state cursor
	rm port
	serve ok
	aiops-audit export --to loki --url "$URL" --state cursor
	[ "$(loki_seqs)" = '5 6 7 8' ]
}

@test "export: a row that is refused is found, told, and the others arrive" {
	records 1 9
	serve bad:r-4
	run -3 aiops-audit export --to loki --url "$URL" --state cursor
	[[ $output == *'seq 4 was refused: answer 400: entry too far behind'* ]]
	[[ $output != *$'\x1b'* ]]
	[ "$(jq -r 'select(.body | contains("r-4") | not) | .body | fromjson | .streams[].values[][1] | fromjson | .audit.seq' log | paste -sd ' ')" = '1 2 3 5 6 7 8 9' ]
	[ "$(jq .seq cursor)" = 9 ]
}

@test "export: Elasticsearch tells of each element" {
	records 1 6
	serve bulk-bad:r-2 bulk-busy bulk-short html bulk
	run -3 aiops-audit export --to elasticsearch --url "$URL/audit/_bulk" --state cursor
	[[ $output == *'seq 2 was refused: mapper: cannot'* ]]
	records 7 8
	run -75 aiops-audit export --to elasticsearch --url "$URL/audit/_bulk" --state cursor
	run -69 aiops-audit export --to elasticsearch --url "$URL/audit/_bulk" --state cursor
	[[ $output == *'does not say what became of seq 8'* ]]
	run -69 aiops-audit export --to elasticsearch --url "$URL/audit/_bulk" --state cursor
	[ "$(jq .seq cursor)" = 6 ]
	aiops-audit export --to elasticsearch --url "$URL/audit/_bulk" --state cursor
	[ "$(bulk_ids)" = 8 ]
	[ "$(jq .seq cursor)" = 8 ]
}

@test "export: credentials come from private files, stay on their host, and are never shown" {
	records 1 1
	serve 401 redirect ok
	echo 's3cret-token' > token
	echo 'ada:s3cret-word' > basic
	chmod 644 token
	run -77 aiops-audit export --to loki --url "$URL" --token-file token
	chmod 600 token basic
	run -69 aiops-audit export --to loki --url "$URL" --token-file token -vv
	[[ $output != *s3cret* ]]
	run -69 aiops-audit export --to loki --url "$URL" --basic-file basic
	aiops-audit export --to loki --url "$URL" --basic-file basic
	[ "$(jq -r .headers.Authorization log | paste -sd ' ')" = "Bearer s3cret-token Basic $(printf 'ada:s3cret-word' | base64) Basic $(printf 'ada:s3cret-word' | base64)" ]
	run -77 aiops-audit export --to loki --url http://logs.example/push --token-file token
	[[ $output == *'without TLS'* ]]
	run -64 aiops-audit export --to loki --url "http://ada:s3cret@127.0.0.1/"
	run -64 aiops-audit export --to loki --url ftp://127.0.0.1/
	run -64 aiops-audit export --to loki --url "$URL" --token-file token --basic-file basic
	run -75 aiops-audit export --to loki --url http://127.0.0.1:1/ --timeout 2s
}

# ---- stats ----

log_runs() {
	printf '%s\n' \
		'{"kind":"plan","id":"A#1","run":"A","runbook":"free \"it\"\\","state":"awaiting_approval","actor":"ada"}' \
		'{"kind":"run","id":"A#2","run":"A","runbook":"free \"it\"\\","approval":{"decision":"approved","approver":"eve"},"state":"awaiting_approval"}' \
		'{"kind":"run","id":"A#3","run":"A","runbook":"free \"it\"\\","mode":"apply","state":"running","timestamp":"2026-11-21T09:00:00Z"}' \
		'{"kind":"run","id":"A#4","run":"A","runbook":"free \"it\"\\","mode":"apply","state":"succeeded","timestamp":"2026-11-21T09:00:01.500Z"}' \
		'{"kind":"run","id":"B#1","run":"B","runbook":"restart","mode":"apply","state":"running","timestamp":"2026-11-21T09:00:00Z"}' \
		'{"kind":"run","id":"B#2","run":"B","runbook":"restart","mode":"apply","state":"needs_operator","timestamp":"2026-11-21T09:00:02Z"}' \
		'{"kind":"incident","id":"I#1","incident":"I","severity":"high","triage":{"decision":"answer","confidence":0.9,"type":{"class":"disk"}}}' \
		'{"kind":"note","id":"f","incident":"I","feedback":{"cause":"x","agreed":true}}' | aiops-audit append > /dev/null
}

@test "stats: a table, by hand and by machine" {
	log_runs
	run -0 aiops-audit stats
	[[ $output == *'rows  8, from '* ]]
	[[ $output =~ 'free "it"\ '\ +1\ +1\ +0\ +1\ +0\ +1\.5\ s ]]
	[[ $output =~ restart\ +1\ +0\ +1\ +0\ +1\ +2\.0\ s ]]
	[[ $output == *'1 answered, 0 abstained, 1 judged, 1 right (100 %, 95 % interval 21 to 100 %)'* ]]
	run -0 aiops-audit stats --since 2026-11-22T00:00:00Z --now 2099-01-01T00:00:00Z
	aiops-audit stats --since 1h --now 2099-01-01T00:00:00Z | grep -q 'rows  0'
}

@test "stats --openmetrics: metrics for the textfile folder" {
	log_runs
	run -0 aiops-audit stats --openmetrics m.prom
	[ -z "$output" ]
	[ "$(stat -c %a m.prom)" = 644 ]
	grep -qx 'aiops_runs_total{runbook="free \\"it\\"\\\\",outcome="succeeded"} 1' m.prom
	grep -qx 'aiops_runs_total{runbook="restart",outcome="failed"} 1' m.prom
	grep -qx 'aiops_run_duration_seconds_sum{runbook="restart"} 2' m.prom
	grep -qx 'aiops_incidents_triaged_total{severity="high"} 1' m.prom
	grep -qx 'aiops_hypotheses_judged_total{verdict="right"} 1' m.prom
	if command -v promtool > /dev/null; then
		promtool check metrics < m.prom
	fi
	run -73 aiops-audit stats --openmetrics nowhere/m.prom
}

@test "share/grafana: the dashboard asks only for metrics that stats writes" {
	log_runs
	aiops-audit stats --openmetrics m.prom
	local name n=0
	for name in $(jq -r '.panels[].targets[].expr' "$ROOT/share/grafana/aiops-audit.json" | grep -o 'aiops_[a-z_]*' | sort -u); do
		grep -q "^${name}[{ ]" m.prom || fail "$name is not written"
		n=$((n + 1))
	done
	[ "$n" -ge 8 ]
}
