#!/usr/bin/env bats
# The lines of share/examples/cron/crontab as cron runs them: silent when all is
# well, with words and an exit code when not.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir lib stub
	PATH=$BATS_TEST_TMPDIR/stub:$PATH
	export AIOPS_DB=$BATS_TEST_TMPDIR/lib/aiops.db
	R=$ROOT/share/examples/postgres-connections-exhausted
	# In the place of the server: what it would answer, or its failure.
	printf '#!/bin/sh\n[ -f "%s/answer" ] || { echo "curl: (7) no server" >&2; exit 7; }\ncat "%s/answer"\n' \
		"$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR" > stub/curl
	chmod +x stub/curl
}

# cron WORD: runs the one line of the crontab that holds WORD, with our folders in the place of the system's.
cron() {
	local line
	line=$(grep -v '^#' "$ROOT/share/examples/cron/crontab" | grep -F -- "$1")
	[ "$(wc -l <<< "$line")" -eq 1 ] || fail "no single line has '$1'"
	[[ $line != *%* ]] || fail 'cron takes a % for a newline'
	read -r _ _ _ _ _ line <<< "$line"
	line=${line//\/var\/lib\/aiops/$BATS_TEST_TMPDIR/lib}
	line=${line//\/usr\/local\/share\/aiops/$ROOT/share}
	run --separate-stderr bash -c "$line"
}

silent() {
	[ -z "$output$stderr" ] || fail "not silent: $output $stderr"
	[ "$status" -eq 0 ] || fail "exit $status"
}

@test "cron: alerts: silent without any, told once, silent again" {
	echo '[]' > answer
	cron watch-alerts
	silent
	cp "$R/alertmanager-alerts.json" answer
	cron watch-alerts
	[ "$status" -eq 0 ]
	[[ $output == *PostgresConnections* ]]
	[[ $output == *connection_exhaustion* ]]
	cron watch-alerts
	silent
}

@test "cron: alerts: a server that does not answer is an error, and nothing is forgotten" {
	cp "$R/alertmanager-alerts.json" answer
	cron watch-alerts
	rm answer
	cron watch-alerts
	[ "$status" -eq 7 ]
	[[ $stderr == *'no server'* ]]
	cp "$R/alertmanager-alerts.json" answer
	cron watch-alerts
	silent
}

@test "cron: alerts: a second run beside the first leaves at once, silently" {
	echo '[]' > answer
	flock lib/watch.lock sleep 60 3>&- &
	holder=$!
	until ! flock -n lib/watch.lock true; do sleep 0.02; done
	cron watch-alerts
	kill "$holder"
	[ "$status" -eq 1 ]
	[ -z "$output$stderr" ]
}

@test "cron: drift: silent without, the table with" {
	aiops-ingest -q "$R/metrics/pool-connections.json" > all
	head -n 8 all > lib/last-week.ndjson
	cp lib/last-week.ndjson lib/last-hour.ndjson
	cron 'aiops-drift compare'
	silent
	sed 's/"value":4,/"value":19,/' lib/last-week.ndjson > lib/last-hour.ndjson
	cron 'aiops-drift compare'
	[[ $output == *drift*orders_api_pool_connections* ]]
	rm lib/last-hour.ndjson
	cron 'aiops-drift compare'
	[[ $stderr == *last-hour.ndjson* ]]
}

@test "cron: runbooks: silent when they are sound" {
	cron 'aiops-runbook lint'
	silent
}

@test "cron: audit: silent on a sound log, loud on a changed one" {
	echo '{"v":1,"kind":"notice","id":"a","timestamp":"2026-11-21T09:00:00Z","source":"test"}' > record
	aiops-audit append -q < record > /dev/null
	cron 'aiops-audit verify'
	silent
	cron 'aiops-audit verify'
	silent
	sqlite3 "$AIOPS_DB" "DROP TRIGGER aiops_audit_update; UPDATE aiops_audit SET actor = 'nobody' WHERE seq = 1"
	cron 'aiops-audit verify'
	[ "$status" -ne 0 ]
	[ -n "$output" ]
}

@test "cron: health: silent while limits are kept, told once when one is crossed" {
	mkdir -p "$HOME/.config/aiops"
	printf '%s=none\n' cpu_usage load_per_cpu memory_usage swap_usage disk_free inode_free > "$HOME/.config/aiops/collectors.conf"
	cron check-health
	silent
	sed -i 's/memory_usage=.*/memory_usage=0/' "$HOME/.config/aiops/collectors.conf"
	cron check-health
	[ "$status" -eq 0 ] || fail "$stderr"
	[[ $output == 'firing: memory_usage'*'above the threshold 0'* ]] || fail "$output"
	cron check-health
	silent
}
