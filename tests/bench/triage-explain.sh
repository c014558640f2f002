# triage-explain - aiops-triage explain, processor time for an incident of 300 alerts, and for its surroundings
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# Records of so many incidents, each of 300 alerts, in a context of alerts, logs, metrics and spans.
explain_records() {
	python3 - "$1" "$2" > "$3" <<'EOF' || exit 70
import json, sys
from datetime import datetime, timedelta, timezone

incidents, around = int(sys.argv[1]), sys.argv[2] == "all"
start, n = datetime(2026, 11, 21, 10, tzinfo=timezone.utc), 0


def put(kind, second, **fields):
    global n
    n += 1
    at = (start + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps({"v": 1, "kind": kind, "id": "%s-%d" % (kind, n), "timestamp": at, "source": "bench", **fields}))
    return "%s-%d" % (kind, n)


services = ["service-%d" % i for i in range(60)]
put("topology", 0, nodes=[{"id": s} for s in services],
    edges=[{"from": services[i], "to": services[2 * i + k], "type": "depends_on"} for i in range(30) for k in (1, 2) if 2 * i + k < 60])
for minute in range(65 if around else 0):
    for i, s in enumerate(services):
        for k, name in enumerate(("cpu_usage", "memory_bytes", "latency_ms", "error_rate", "requests")):
            put("metric", 60 * minute, name=name, component=s, value=100 + (minute * 7 + i * 3 + k) % 10 + (900 if minute > 60 and i == 7 else 0))
        put("log", 60 * minute, component=s, severity="info", body="request %d served by worker %d" % (minute * i, i))
        put("trace", 60 * minute, component=s, service=s, name="GET /", trace_id="t%d" % minute, span_id="s%d" % i, parent="s%d" % ((i - 1) // 2),
            duration_ms=5 + i % 3)
members = []
for i in range(300):
    s = services[i % 60]
    at = "2026-11-21T11:01:%02dZ" % (i % 60)
    name = "%sHigh%d" % (("Latency", "Errors", "Cpu")[i % 3], i)
    members.append({"id": put("alert", 3660 + i % 60, name=name, component=s, severity="high", title=name + " on " + s), "name": name,
                    "component": s, "role": "symptom", "severity": "high", "onset": at})
for i in range(incidents):
    put("incident", 3780, incident="INC-%d" % i, starts_at="2026-11-21T11:01:00Z", last_seen="2026-11-21T11:02:00Z", severity="high",
        title="many", members=members[:200], members_omitted=100,
        causes=[{"component": services[7], "score": 1, "share": 0.5, "evidence": [{"record_id": members[7]["id"], "text": "x"}]}])
EOF
}

# explain_ms TEXT CONTEXT: processor ms for each incident: the difference of runs with 101 and with 1.
explain_ms() {
	explain_records 1 "$2" "$work/one.ndjson"
	explain_records 101 "$2" "$work/many.ndjson"
	measured 3 "$work/one.ndjson" "$bin/aiops-triage" explain --max-record 4M
	one=$cpu
	measured 3 "$work/many.ndjson" "$bin/aiops-triage" explain --max-record 4M
	ms=$(awk "BEGIN { print ($cpu - $one) * 10 }")
	printf '  %-58s %8.2f ms  %6.1f MiB\n' "$1" "$ms" "$(awk "BEGIN { print $kib / 1024 }")"
}

printf '\nExplaining an incident of 300 alerts, no language model (processor time, peak memory)\n'
explain_ms 'alerts alone' none
goal "$(is "$ms <= 20")" "at most 20 ms an incident of alerts alone: $ms"
explain_ms '300 metrics of 65 points, 3,900 log lines, 3,900 spans' all
goal "$(is "$ms <= 20")" "at most 20 ms an incident in its surroundings: $ms"
