# aiops-triage explain: the sources of evidence through the programme.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
}

# Half an hour of metrics of web, which calls cart, which calls db; from 11:30 on db is slow. Then an incident of web.
slow_db() {
	jq -nc '
		def at(m): "2026-11-21T\(10 + (m / 60 | floor)):\(m % 60 | tostring | ("0" + .)[-2:]):00Z";
		[{kind: "topology", id: "t", timestamp: at(60), source: "test", nodes: ["web", "cart", "db"] | map({id: .}),
			edges: [{from: "web", to: "cart"}, {from: "cart", to: "db"}]}],
		[range(60; 96) as $m | (["web", 90], ["cart", 60], ["db", 20]) as [$c, $normal] |
			{kind: "metric", id: "m-\($c)-\($m)", timestamp: at($m), source: "test", name: "latency_ms", component: $c,
			 value: ($normal + $m % 3 + (if $m >= 90 then 200 else 0 end))}],
		[{kind: "incident", id: "I#1", incident: "I", timestamp: at(96), source: "test", starts_at: at(90), last_seen: at(92),
			severity: "high", members: [{id: "a", name: "LatencyHigh", component: "web"}]}] | .[]' > in
}

answer() { jq -c 'select(.kind == "incident") | .triage' "$1"; }

@test "explain: the end of the chain is where it began" {
	slow_db
	aiops-triage explain in > out
	answer out > answer
	[ "$(jq -r '.hypotheses[0].component' answer)" = db ]
	jq -e '.sources == ["alerts", "metrics", "graph"]' answer
	# what is wrong with it nobody said; where it is was measured
	jq -e '.first_action.effect == "read" and .decision == "answer" and .type.class == "unknown"' answer
	[[ $(jq -r '.hypotheses[0].text' answer) == *"latency_ms 22"?", 21 before"* ]]
}

@test "explain: a place that only alerts name is a place to look, and no answer" {
	slow_db
	grep -v '"kind":"metric"' in > alerts
	aiops-triage explain alerts > out
	answer out | jq -e '.decision == "abstain" and .hypotheses[0].component == "web" and (.first_action.text | contains("web"))'
}

@test "explain: of two places that explain it alike none is an answer" {
	slow_db
	sed 's/{"from":"cart","to":"db"}/{"from":"web","to":"db"}/' in > twins
	aiops-triage explain twins > out
	answer out | jq -e '.decision == "abstain" and ([.hypotheses[:2][].component] | sort == ["cart", "db"])'
}

@test "explain: slow everywhere, and nobody says who calls whom: no answer" {
	slow_db
	grep -v '"kind":"topology"' in > flat
	aiops-triage explain flat > out
	answer out | jq -e '.decision == "abstain" and (.hypotheses | length > 0)'
}

@test "explain: numbers of evidence are those of the records" {
	slow_db
	aiops-triage explain in > out
	answer out | jq -c '.hypotheses[].evidence[] | select(.value)' > quotes
	[ -s quotes ]
	jq -s 'map(select(.kind == "metric") | {key: .id, value}) | from_entries' in > values
	jq -es --slurpfile v values 'all($v[0][.record_id] == .value)' quotes
	# the median of 11:00 to 11:24: of 20, 21, 22 and so on
	jq -es 'map(select(.record_id | startswith("m-db"))) | length > 0 and all(.normal == 21)' quotes
}

@test "explain: a topology by --topology is as good as one in the stream, in JSON and in YAML" {
	slow_db
	jq -c 'select(.kind == "topology") | {nodes, edges}' in > topology.json
	python3 -c 'import json, sys
for key, items in json.load(sys.stdin).items():
    print(key + ":")
    for item in items: print("  - {%s}" % ", ".join("%s: %s" % kv for kv in item.items()))' < topology.json > topology.yaml
	grep -v '"kind":"topology"' in > rest
	aiops-triage explain rest | jq -e 'select(.kind == "incident") | .triage.sources | index("graph") | not'
	for file in topology.json topology.yaml; do
		aiops-triage explain --topology "$file" rest > out
		answer out | jq -e '.hypotheses[0].component == "db" and (.sources | index("graph"))'
	done
}

@test "explain: what a weights file leaves out does not count" {
	slow_db
	printf 'weights: {alerts: 1, metrics: 0, graph: 0, logs: 0, traces: 0, changes: 0, signatures: 0, past: 0}\n' > weights.yaml
	aiops-triage explain --weights weights.yaml in > out
	[ "$(answer out | jq -r '.hypotheses[0].component')" = web ]
}

@test "explain: mistakes in its tables are told with file and place" {
	printf 'weights: {alerts: 1}\n' > weights.yaml
	run -78 --separate-stderr aiops-triage explain --weights weights.yaml < /dev/null
	[[ $stderr == *"weights.yaml:1:10: key 'metrics' is missing"* ]] || fail "$stderr"
	printf 'kinds: [{kind: x, class: inner, words: [x]}]\n' > kinds.yaml
	run -78 --separate-stderr aiops-triage explain --metric-kinds kinds.yaml < /dev/null
	[[ $stderr == *"kinds.yaml"*"'class' is none of its words"* ]] || fail "$stderr"
	printf '{"nodes":' > topology.json
	run -78 --separate-stderr aiops-triage explain --topology topology.json < /dev/null
	[[ $stderr == *"topology.json"* ]] || fail "$stderr"
	run -66 aiops-triage explain --topology nowhere.json < /dev/null
}

@test "explain: 20,000 series stay within --metric-bytes" {
	python3 -c 'import json
for i in range(40000):
    print(json.dumps({"kind": "metric", "id": "m%d" % i, "timestamp": "2026-11-21T11:%02d:00Z" % (i // 20000), "source": "t", "name": "cpu",
                      "component": "c%d" % (i % 20000), "value": i}))' > in
	aiops-triage explain --metric-bytes 1M --stats in > out 2> err
	cmp in out
	jq -e '.series_bytes <= 1048576 and .series_dropped > 0 and .series > 100' err
}

@test "the shipped tables keep to their schemas" {
	python3 -c 'import jsonschema, yaml' 2> /dev/null || skip "python3-jsonschema or python3-yaml is missing"
	python3 - "$ROOT/share" <<-'EOF'
		import json, sys
		import jsonschema, yaml
		share = sys.argv[1]
		for schema, table in (("weights", "weights/triage.yaml"), ("metric-kinds", "metrics/kinds.yaml")):
		    with open("%s/schema/%s.schema.json" % (share, schema)) as s, open("%s/%s" % (share, table)) as t:
		        jsonschema.Draft202012Validator(json.load(s)).validate(yaml.safe_load(t))
	EOF
}

@test "the faults that kinds of metrics speak for are signatures" {
	sed -n 's/.*fault: \([a-z_]*\).*/\1/p' "$ROOT/share/metrics/kinds.yaml" | sort -u > faults
	[ "$(wc -l < faults)" -gt 5 ]
	while read -r fault; do
		[ -f "$ROOT/share/signatures/$fault.yaml" ] || fail "no signature $fault"
	done < faults
}
