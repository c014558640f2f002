# aiops-ingest's formats: what golden cases and unit tests cannot hold (the schema, exit codes, other people's payloads).

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	DATA=${AIOPS_DATA:-$ROOT/../shared/data}
	NOW=2026-11-21T12:00:00Z
	FORMATS=$(aiops-ingest --list-formats | awk '{ print $1 }' | grep -vx 'auto\|rollout')
	NATIVE='alertmanager prometheus prometheus-text openmetrics otlp loki elasticsearch cloudwatch journald syslog csv tsv text ndjson'
}

# example NAME: the example of --explain-format.
example() {
	aiops-ingest --explain-format "$1" | sed '1,/^example of input:$/d'
}

@test "there are 14 native formats, and each says what it reads and shows an example of it" {
	local name
	for name in $NATIVE; do
		grep -qx "$name" <<< "$FORMATS" || fail "$name is not listed"
		example "$name" > in
		[ -s in ] || fail "$name has no example"
		aiops-ingest --now "$NOW" -f "$name" in > named 2> err || fail "$name: $(cat err)"
		[ ! -s err ] || fail "$name: $(cat err)"
		aiops-ingest --now "$NOW" in > found
		cmp named found || fail "$name is not recognised"
	done
}

@test "every record of every golden case keeps to share/schema/record.schema.json" {
	cat "$ROOT"/tests/golden/aiops-ingest/*/out | grep '^{"v":1' > records
	[ "$(wc -l < records)" -gt 150 ]
	python3 "$ROOT/tests/tools/schema-probe.py" --judge "$ROOT/share/schema/record.schema.json" < records | paste - records > judged
	[ "$(grep -c '^accept' judged)" -eq "$(wc -l < records)" ] || fail "$(grep -v '^accept' judged | head -n 3)"
	aiops-ingest --validate records | cmp - records
}

@test "labels of every golden record are sorted, and equal labels have one fingerprint" {
	cat "$ROOT"/tests/golden/aiops-ingest/*/out | grep '^{"v":1' > records
	python3 - <<-'PY'
	import json
	seen = {}
	for line in open("records", encoding="utf-8"):
	    r = json.loads(line)
	    labels = r.get("labels", {})
	    assert list(labels) == sorted(labels, key=lambda k: k.encode()), line
	    if labels and "fingerprint" in r:
	        key = json.dumps({k: v for k, v in labels.items() if v}, sort_keys=True)
	        assert seen.setdefault(key, r["fingerprint"]) == r["fingerprint"], line
	PY
}

@test "cut off in its middle, every example ends 0 or 3, and what is rejected is in the dead letter" {
	local name n size
	for name in $NATIVE; do
		example "$name" > whole
		size=$(wc -c < whole)
		for n in 1 $((size / 3)) $((size / 2)) $((size - 2)); do
			head -c "$n" whole > in
			rm -f dead
			local status=0
			aiops-ingest --now "$NOW" -f "$name" --dead-letter dead in > out 2> err || status=$?
			[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "$name, $n bytes: status $status: $(cat err)"
			[ "$status" -eq 0 ] || [ -s dead ] || fail "$name, $n bytes: nothing in the dead letter"
			aiops-ingest --validate out > /dev/null || fail "$name, $n bytes: $(cat out)"
			aiops-ingest --validate dead > /dev/null || fail "$name, $n bytes: $(cat dead)"
		done
	done
}

@test "OTLP of 37 MB in one document stays within 32 MB of memory" {
	{
		printf '{"resourceLogs":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"s"}}]},"scopeLogs":[{"scope":{},"logRecords":['
		awk 'BEGIN { pad = sprintf("%300s", ""); gsub(/ /, "x", pad)
			for (i = 0; i < 100000; i++) printf "%s{\"timeUnixNano\":\"1795252159%09d\",\"body\":{\"stringValue\":\"%s\"}}", i ? "," : "", i, pad }'
		printf ']}]}]}\n'
	} > big
	python3 -c 'import resource, subprocess
with open("out", "wb") as out:
    subprocess.run(["aiops-ingest", "-f", "otlp", "big"], stdout=out, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' > peak_kb
	[ "$(wc -l < out)" -eq 100000 ]
	[ "$(grep -c '"service":"s"' out)" -eq 100000 ]
	[ "$(cat peak_kb)" -lt 32768 ] || fail "$(cat peak_kb) KB"
}

@test "real OTLP and CloudWatch payloads: every element is a record or a reject" {
	[ -d "$DATA/payloads" ] || skip "no $DATA/payloads (AIOPS_DATA)"
	aiops-ingest --now "$NOW" "$DATA"/payloads/otlp/examples/*.json > out 2> err
	[ ! -s err ]
	[ "$(jq -r .kind out | sort | uniq -c | awk '{ print $1, $2 }' | paste -sd ,)" = '2 log,14 metric,1 trace' ]
	aiops-ingest --now "$NOW" -f cloudwatch "$DATA"/payloads/aws/events/testdata/cloudwatch-alarm-sns-payload-*.json > out
	[ "$(jq -r '[.name, .status, .labels.InstanceId] | join(" ")' out | sort -u)" = 'EXAMPLE firing TestInstance' ]
	[ "$(wc -l < out)" -eq 2 ]
}

@test "AWS' other events are refused, each of them, by name and by shape" {
	[ -d "$DATA/payloads/aws" ] || skip "no $DATA/payloads/aws (AIOPS_DATA)"
	local f status
	for f in "$DATA"/payloads/aws/events/testdata/*.json; do
		case $f in *cloudwatch-alarm-*) continue ;; esac
		rm -f dead
		status=0
		aiops-ingest --now "$NOW" -f cloudwatch --dead-letter dead "$f" > out 2> err || status=$?
		[ "$status" -eq 3 ] && [ -s dead ] && [ ! -s out ] || fail "$f: status $status: $(cat out err)"
	done
}
