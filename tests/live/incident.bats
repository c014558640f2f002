#!/usr/bin/env bats
# The whole way with real servers on loopback: PostgreSQL runs out of connections,
# Prometheus and Alertmanager say so, and the toolkit takes it from there.
# Needs what `scripts/deps --live` installs. About a minute.

bats_require_minimum_version 1.5.0

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	TMPDIR=$(mktemp -d /tmp/aiops-live.XXXXXX)
	export TMPDIR
	chmod 711 "$TMPDIR" # as root the servers run as another user
	scripts/demo --live --quick --keep > "$TMPDIR/out" 2> "$TMPDIR/err" < /dev/null 3>&- || {
		cat "$TMPDIR/out" "$TMPDIR/err"
		return 1
	}
	work=$(sed -n 's/^kept: //p' "$TMPDIR/out")
	export work
}

teardown_file() {
	case $TMPDIR in /tmp/aiops-live.*) rm -rf -- "$TMPDIR" ;; esac
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	PATH=$PWD/build/bin:$PATH
}

@test "live: the alerts of a real Alertmanager became one incident around the database" {
	[ -s "$work/alerts.ndjson" ]
	jq -e -s 'any(.name == "PostgresConnectionsExhausted" and .status == "firing")' "$work/alerts.ndjson"
	jq -e '.services | index("orders-db")' "$work/incident.ndjson"
}

@test "live: our fingerprints are Alertmanager's" {
	# source_id of an Alertmanager alert is the fingerprint that the server computed.
	jq -e -s 'length > 4 and all(.fingerprint == .source_id)' "$work/alerts.ndjson"
}

@test "live: triage names the class, quotes records, and finds the past incident" {
	jq -e '.triage.type.class == "connection_exhaustion"' "$work/triaged.ndjson"
	jq -e '.triage.decision == "answer" and .triage.calibration == "uncalibrated"' "$work/triaged.ndjson"
	jq -e '[.triage.hypotheses[].component] | any(. == "orders-db" or . == "orders-api")' "$work/triaged.ndjson"
	jq -e '.triage.similar[0].id == "PI-2026-001"' "$work/triaged.ndjson"
	jq -e '.triage.evidence_rejected == 0' "$work/triaged.ndjson"
}

@test "live: the run needed an approval, was approved by another name, and succeeded" {
	grep -q 'not run: nobody has approved' "$work/refused.txt"
	jq -e -s 'map(select(.kind == "run")) | last | .state == "succeeded" and .reason == "verified"' "$work/ran.ndjson"
	run aiops-audit query --db "$work/aiops.db" --actor maria
	[ "$status" -eq 0 ]
	[ "$(wc -l <<< "$output")" -eq 1 ]
}

@test "live: Alertmanager has seen it end" {
	# Those of the incident: what flickers after the end on a slow machine is not of it.
	jq -r 'select(.status == "firing") | .source_id' "$work/alerts.ndjson" | sort -u > "$BATS_TEST_TMPDIR/fired"
	jq -r '.alerts[] | select(.status == "resolved") | .fingerprint' "$work/stack/webhooks.ndjson" | sort -u > "$BATS_TEST_TMPDIR/resolved"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/fired")" -gt 4 ]
	run comm -23 "$BATS_TEST_TMPDIR/fired" "$BATS_TEST_TMPDIR/resolved"
	[ -z "$output" ] || { echo "never resolved: $output"; return 1; }
}

@test "live: the audit log verifies, by us and by sqlite3 and openssl alone" {
	aiops-audit verify --db "$work/aiops.db" --checkpoint "$work/checkpoint"
	scripts/audit-verify.sh "$work/aiops.db" "$work/checkpoint"
}

@test "live: no server and no process of it is left" {
	run pgrep -a -f "$work"
	[ -z "$output" ] || { echo "left: $output"; return 1; }
}
