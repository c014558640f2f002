# aiops-ingest: patterns, aliases and payloads, beyond what golden cases and unit tests hold.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	NOW=2026-11-21T12:00:00Z
}

# lines N: so many lines of a log, a second apart, the last one an error.
lines() {
	awk -v n="$1" 'BEGIN { for (i = 0; i < n; i++) printf "2026-11-21T09:%02d:%02dZ %s line %d\n", int(i / 60) % 60, i % 60,
		i == n - 1 ? "ERROR" : "INFO", i }'
}

@test "the shipped patterns load, keep to their schema, and match what they are for" {
	python3 -c 'import jsonschema, yaml' 2> /dev/null || skip "python3-jsonschema or python3-yaml is missing"
	python3 - "$ROOT/share" <<-'PY'
		import glob, json, sys, jsonschema, yaml
		share = sys.argv[1]
		schema = json.load(open(share + "/schema/patterns.schema.json"))
		for f in glob.glob(share + "/patterns/*.yaml"):
		    jsonschema.validate(yaml.safe_load(open(f)), schema)
	PY
	cat > log <<-'EOF'
		Nov 21 09:09:19 db-1 kernel: Out of memory: Killed process 1234 (postgres) total-vm:8kB
		Nov 21 09:09:20 db-1 rsyslogd: write error: No space left on device
		Nov 21 09:09:21 db-1 systemd[1]: orders.service: Failed with result 'exit-code'.
		Nov 21 09:09:22 db-1 kernel: orders[77]: segfault at 0 ip 0000 sp 0000 error 4
		2026/11/21 09:09:23 [error] 1#1: accept4() failed (24: Too many open files)
		panic: runtime error: index out of range
	EOF
	aiops-ingest --now "$NOW" -f text --patterns "$ROOT/share/patterns/common.yaml" log | jq -r 'select(.status == "firing") | .name' > names
	printf '%s\n' OutOfMemoryKill DiskFull ServiceFailed SegmentationFault TooManyOpenFiles GoPanic | diff - names
}

@test "a mistake in patterns is told with file, line and column before anything is read" {
	printf 'patterns:\n  - {name: A, pattern: x, severity: low, windw: 1m}\n' > p.yaml
	run -78 --separate-stderr aiops-ingest -f text --patterns p.yaml /dev/null
	[ "$stderr" = "aiops-ingest: error: p.yaml:2:42: unknown key 'windw' (did you mean 'window'?)" ] || fail "$stderr"
	run -66 aiops-ingest -f text --patterns none.yaml /dev/null
}

@test "a hostile pattern on hostile lines ends, is counted, and every line passes" {
	printf "patterns: [{name: P, pattern: '(?:a|aa)+\$', severity: low}]\n" > p.yaml
	awk 'BEGIN { for (i = 0; i < 3000; i++) { for (k = 0; k < 60; k++) printf "a"; print "b" } }' > log
	timeout 120 "$BIN/aiops-ingest" -f text --patterns p.yaml --stats log > out 2> err
	[ "$(wc -l < out)" -eq 3000 ]
	[ "$(grep '"kind":"stats"' err | jq .patterns.limit_hits)" -eq 1000 ]
	grep -q "pattern 'P' gave up on 1000 lines: it is set aside" err
}

@test "--state carries counts and firing alerts from run to run" {
	printf 'patterns: [{name: E, pattern: ERROR, severity: high, count: 2, window: 1h, resolve_after: 2h}]\n' > p.yaml
	printf '2026-11-21T09:00:00Z ERROR a\n' > a
	printf '2026-11-21T09:10:00Z ERROR b\n' > b
	printf '2026-11-21T11:30:00Z fine\n' > c
	cat a b c | aiops-ingest --now "$NOW" -f text --patterns p.yaml | jq -c 'select(.kind == "alert") | [.id, .status]' > whole
	for f in a b c; do
		aiops-ingest --now "$NOW" -f text --patterns p.yaml --state state < "$f" | jq -c 'select(.kind == "alert") | [.id, .status]'
	done > parts
	[ "$(wc -l < whole)" -eq 2 ]
	cmp whole parts
	[ "$(stat -c %a state)" = 600 ]
}

@test "a barrier saves what patterns remember before it passes" {
	printf 'patterns: [{name: E, pattern: ERROR, severity: high, count: 2, window: 1h}]\n' > p.yaml
	mkfifo pipe
	aiops-ingest --now "$NOW" -f text --patterns p.yaml --state state < pipe > out &
	exec 7> pipe
	printf '2026-11-21T09:00:00Z ERROR a\n{"_barrier":1}\n' >&7
	for ((i = 0; i < 1500; i++)); do
		! grep -q _barrier out || break
		sleep 0.05
	done
	grep -q '"pattern":"E"' state
	exec 7>&-
	wait
}

@test "a watermark comes behind the lines before it, and resolves what was quiet until then" {
	printf 'patterns: [{name: E, pattern: ERROR, severity: high, resolve_after: 15m}]\n' > p.yaml
	printf '2026-11-21T09:00:00Z ERROR a\n{"_watermark":"2026-11-21T09:14:00Z"}\n{"_watermark":"2026-11-21T09:16:00Z"}\n' > log
	aiops-ingest --now "$NOW" -f text --patterns p.yaml --label team=shop log |
		jq -r '._watermark // "\(.kind) \(.status) \(.timestamp) \(.labels.team)"' > got
	diff got - <<- 'EOF'
		log null 2026-11-21T09:00:00Z shop
		alert firing 2026-11-21T09:00:00Z shop
		2026-11-21T09:14:00Z
		alert resolved 2026-11-21T09:15:00Z shop
		2026-11-21T09:16:00Z
	EOF
	# It may also end in the run after it.
	head -n 1 log | aiops-ingest --now "$NOW" -f text --patterns p.yaml --state state --label team=shop > /dev/null
	tail -n 1 log | aiops-ingest --now "$NOW" --patterns p.yaml --state state > out
	[ "$(head -n 1 out | jq -r '"\(.status) \(.labels.team)"')" = 'resolved shop' ]
}

@test "of fifty patterns the one that matches is found" {
	awk 'BEGIN { print "patterns:"; for (i = 0; i < 50; i++)
		printf "  - {name: P%d, pattern: \"event number%d happened (?<x>[a-z]+) [0-9]+ times\", severity: low}\n", i, i }' > many.yaml
	lines 1000 > log
	printf '2026-11-21T09:00:00Z EVENT NUMBER7 happened\n' >> log # its literal folds, its case does not
	printf '2026-11-21T09:00:00Z event number49 happened often 7 times\n' >> log
	[ "$(aiops-ingest --now "$NOW" -f text --patterns many.yaml log | jq -r 'select(.status == "firing") | .name')" = P49 ]
}

@test "levels and components of Loghub's lines are those that its people noted" {
	DATA=${AIOPS_DATA:-$ROOT/../shared/data}
	[ -d "$DATA/loghub" ] || skip "the data of AIOPS_DATA is not here"
	python3 - "$DATA/loghub" <<-'PY'
		import csv, json, subprocess, sys
		# Where Loghub's component is another part of the line than ours (Zookeeper's is cut at a colon), only the level counts.
		for name, component in (("Hadoop", .99), ("HDFS", 1), ("BGL", 1), ("Windows", 1), ("Zookeeper", 0), ("Apache", 0), ("OpenSSH", 1)):
		    base = "%s/%s/%s_2k.log" % (sys.argv[1], name, name)
		    rows = list(csv.DictReader(open(base + "_structured.csv")))
		    out = subprocess.run(["aiops-ingest", "-q", "-f", "text", base], capture_output=True, check=True).stdout
		    out = [json.loads(line) for line in out.splitlines()]
		    assert len(rows) == len(out) == 2000, (name, len(out))
		    assert not any("no_timestamp" in o.get("flags", ()) for o in out), name
		    if "Level" in rows[0]:
		        wrong = [o for r, o in zip(rows, out) if r["Level"] != o.get("severity_text")]
		        assert not wrong, (name, wrong[0])
		    found = sum(r.get("Component") in o.get("labels", {}).values() for r, o in zip(rows, out))
		    assert found >= component * 2000, (name, found)
	PY
}

@test "aliases from the configuration file count as those of the option" {
	printf 'service: [team_app]\n' > a.yaml
	printf 'ingest:\n  aliases: a.yaml\n' > config.yaml
	alert='{"status":"firing","labels":{"alertname":"A","team_app":"shop"},"startsAt":"2026-11-21T09:09:19Z"}'
	[ "$(echo "$alert" | aiops-ingest -c config.yaml | jq -r .service)" = shop ]
	[ "$(echo "$alert" | aiops-ingest | jq -r .service)" = null ]
	aiops-ingest -c config.yaml --explain-format alertmanager | grep -q 'service  *team_app, service,'
}

@test "CloudEvents keep to their rules" {
	{
		printf '{"v":1,"kind":"change","id":"a","timestamp":"2026-11-21T09:08:50Z","source":"ci / main ü"}\n'
		printf '{"v":1,"kind":"alert","id":"b","timestamp":"2026-11-21T09:08:50.123+01:00","source":"s","status":"firing","severity":"low"}\n'
	} | aiops-ingest --to cloudevents > out
	python3 - out <<-'PY'
		import json, re, sys
		n = 0
		for line in open(sys.argv[1]):
		    e = json.loads(line)
		    assert e["specversion"] == "1.0"
		    assert all(isinstance(e[k], str) and e[k] for k in ("id", "source", "type")), e
		    assert re.fullmatch(r"[A-Za-z0-9\-._~/%]+", e["source"]), e["source"]
		    assert all(re.fullmatch(r"[a-z0-9]+", k) for k in e), e
		    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", e["time"])
		    assert e["datacontenttype"] == "application/json" and isinstance(e["data"], dict)
		    n += 1
		assert n == 2
	PY
}

@test "payloads of records that passed validation or not: what cannot be one is counted" {
	printf '{"v":1,"kind":"alert"}\n{"v":1,"kind":"metric","id":"a","timestamp":"2026-11-21T09:08:50Z","source":"s","name":"m","value":1}\n' |
		aiops-ingest --validate --to otlp > out 2> err || [ $? -eq 1 ]
	[ "$(wc -l < out)" -eq 1 ]
	grep -q '1 records have no place in what --to writes' err
}
