# aiops-triage gather against a real Prometheus on loopback, with the queries that ship. Some ten seconds.

bats_require_minimum_version 1.5.0

setup() {
	load ../cli/common
	clean_environment
	command -v prometheus > /dev/null || skip 'prometheus is not installed: scripts/deps --live'
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	server=
}

teardown() {
	[ -z "$server" ] || kill "$server" 2> /dev/null || true
}

# A Prometheus that scrapes itself as the service orders, and one target that is not there.
serve() {
	port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	cat > prometheus.yml <<-END
		global: {scrape_interval: 1s, evaluation_interval: 1s}
		rule_files: [rules.yml]
		scrape_configs:
		  - job_name: shop
		    static_configs:
		      - {targets: ["127.0.0.1:$port"], labels: {service: orders}}
		      - {targets: ["127.0.0.1:1"], labels: {service: payments}}
	END
	cat > rules.yml <<-'END'
		groups:
		  - name: shop
		    rules:
		      - {alert: TargetDown, expr: up == 0, labels: {severity: critical}, annotations: {summary: "{{ $labels.service }} does not answer"}}
	END
	prometheus --config.file=prometheus.yml --storage.tsdb.path=data --web.listen-address="127.0.0.1:$port" > log 2>&1 &
	server=$!
	url=http://127.0.0.1:$port
	# until it has seen the alert fire in its own series
	timeout 60 sh -c "until curl -sf '$url/api/v1/query?query=ALERTS' | grep -q TargetDown; do sleep 0.3; done"
}

@test "live: what gather gets from a real Prometheus stands in front of the incident, and explain quotes it" {
	serve
	now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	printf '{"v":1,"kind":"incident","id":"INC-0000000000000001#1","incident":"INC-0000000000000001","timestamp":"%s","source":"t","starts_at":"%s","last_seen":"%s","services":["payments"],"causes":[{"component":"payments"}],"members":[{"id":"x","name":"TargetDown","component":"payments","service":"payments","onset":"%s"}]}\n' \
		"$now" "$now" "$now" "$now" > in
	aiops-triage gather --endpoint "prometheus=$url" --path /nowhere --stats in > out 2> err
	jq -e -s 'any(.kind == "notice") | not' out
	grep '"kind":"stats"' err | jq -e '.queries == 4 and .queries_failed == 0 and .gathered > 0'
	jq -e -s 'any(.kind == "metric" and .name == "up" and .value == 0 and .service == "payments" and .triage.gathered.query == "prometheus-up")' out
	jq -e -s 'any(.kind == "alert" and .name == "TargetDown" and .triage.gathered.query == "prometheus-alerts")' out
	[ "$(tail -n 1 out)" = "$(cat in)" ]
	aiops-triage explain out | tail -n 1 | jq -e '.triage.hypotheses | length > 0'
}

@test "live: a query that a real Prometheus refuses, and one that it is too slow for, cost a notice each" {
	serve
	mkdir queries
	printf 'version: 1\nid: refused\nendpoint: prometheus\npath: /api/v1/query\nquery: {query: "sum("}\nformat: prometheus\n' > queries/a.yaml
	printf 'version: 1\nid: late\nendpoint: prometheus\npath: /api/v1/query\nquery: {query: "up"}\nformat: prometheus\ndeadline: 1ms\n' > queries/b.yaml
	printf '{"v":1,"kind":"incident","id":"I#1","incident":"I","timestamp":"2026-11-21T09:00:00Z","source":"t"}\n' > in
	kill -STOP "$server"
	aiops-triage gather --context-dir queries --endpoint "prometheus=$url" --query-deadline 300ms in > out
	kill -CONT "$server"
	[ "$(jq -r 'select(.kind == "notice") | .notice.query' out | sort | tr '\n' ' ')" = 'late refused ' ]
	rm queries/b.yaml
	aiops-triage gather --context-dir queries --endpoint "prometheus=$url" in > out
	jq -e -s '.[0].title == "it answered 400"' out
}
