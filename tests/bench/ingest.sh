# ingest - alerts to events beside jq and python, one large document, and text logs beside grep, awk and python
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# ingest_alerts N [DOCUMENT]: N alerts of about 500 bytes with 8 labels and 3 annotations, one a line or in one webhook.
ingest_alerts() {
	awk -v n="$1" -v document="${2:-}" 'BEGIN {
		srand(7)
		split("HighLatency PodCrashLooping DiskFull PostgresConnectionsExhausted TargetDown HighErrorRate", name, " ")
		split("critical warning info page", word, " ")
		if (document)
			printf "{\"version\":\"4\",\"groupKey\":\"{}:{}\",\"status\":\"firing\",\"receiver\":\"aiops\",\"groupLabels\":{},\"truncatedAlerts\":0,\"alerts\":["
		for (i = 0; i < n; i++) {
			a = name[1 + int(rand() * 6)]; s = "svc-" int(rand() * 200); over = rand() < .2
			t = sprintf("2026-11-21T09:%02d:%02d.%03dZ", rand() * 60, rand() * 60, rand() * 1000)
			printf "%s{\"status\":\"%s\",\"labels\":{\"alertname\":\"%s\",\"cluster\":\"eu-%d\",\"instance\":\"10.0.%d.%d:9100\",\"job\":\"node\",\"namespace\":\"prod\",\"pod\":\"%s-%05x\",\"service\":\"%s\",\"severity\":\"%s\"},", document && i ? "," : "", over ? "resolved" : "firing", a, rand() * 4, rand() * 256, rand() * 256, s, rand() * 1048576, s, word[1 + int(rand() * 4)]
			printf "\"annotations\":{\"summary\":\"%s on %s\",\"description\":\"value %.3f is above the threshold\",\"runbook_url\":\"https://rb.example/%s\"},", a, s, rand(), a
			printf "\"startsAt\":\"%s\",\"endsAt\":\"%s\",\"generatorURL\":\"http://prom:9090/graph?g0.expr=up&g0.tab=1\",\"fingerprint\":\"%08x%08x\"}%s", t, over ? "2026-11-21T10:00:00Z" : "0001-01-01T00:00:00Z", rand() * 4294967295, rand() * 4294967295, document ? "" : "\n"
		}
		if (document) print "]}"
	}'
}

# ingest_log SHAPE: 40 MB of a log as such programmes write it.
ingest_log() {
	awk -v shape="$1" 'BEGIN {
		srand(11)
		split("INFO INFO INFO INFO WARN ERROR", level, " ")
		while (bytes < 40e6) {
			n++; at = sprintf("%02d:%02d:%02d", n / 3600 % 24, n / 60 % 60, n % 60); l = level[1 + int(rand() * 6)]
			if (shape == "log4j")
				line = sprintf("2026-11-21 %s,%03d %s [Thread-%d] org.example.orders.pool.ConnectionPool: Opened connection [connectionId{localValue:%d, serverValue:%d}] to db-%d.example:5432", at, rand() * 1000, l, rand() * 64, n, n, rand() * 9)
			else if (shape == "iso")
				line = sprintf("2026-11-21T%s.%03dZ %s request %08x of customer %d took %d ms and returned %d items from cache orders-%d", at, rand() * 1000, l, n, rand() * 1e6, rand() * 900, rand() * 99, rand() * 9)
			else if (shape == "syslog")
				line = sprintf("Nov 21 %s web-%d sshd[%d]: Failed password for invalid user user%d from 192.0.2.%d port %d ssh2: too many attempts", at, rand() * 9, 1e4 + rand() * 1e4, rand() * 1e3, rand() * 255, 1024 + rand() * 6e4)
			else if (shape == "logfmt")
				line = sprintf("ts=2026-11-21T%s.%03dZ level=%s service=orders caller=pool.go:%d msg=\"opened connection\" id=%d duration=%dms upstream=db-%d.example:5432", at, rand() * 1000, tolower(l), rand() * 900, n, rand() * 900, rand() * 9)
			else
				line = sprintf("192.0.2.%d - - [21/Nov/2026:%s +0000] \"GET /api/v1/orders/%d?page=%d HTTP/1.1\" %d %d \"https://shop.example/cart\" \"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\"", rand() * 255, at, n, rand() * 9, rand() < .02 ? 503 : 200, rand() * 9e4)
			print line
			bytes += length(line) + 1
		}
	}'
}

ingest_head() {
	printf '\n%s\n' "$1"
	printf '  %-34s %9s %9s %9s %8s\n' '' 'CPU s' 'wall s' 'peak MiB' "${2:-ratio}"
}

ingest_lines() {
	count=1000000
	[ -z "$quick" ] || count=100000
	alerts=$work/alerts.ndjson
	ingest_alerts "$count" >"$alerts"
	ingest_head "$count alerts of Alertmanager, $(($(wc -c <"$alerts") / count)) bytes each, one a line, to events"
	measured "${quick:-3}" "$alerts" "$bin/aiops-ingest" -f alertmanager
	base=$cpu ours_kib=$kib
	row 'aiops-ingest'
	measured 1 "$alerts" jq -c --arg now 2026-11-21T12:00:00Z -f tests/bench/alerts.jq
	row 'jq -c, the same mapping'
	goal_jq=$(is "$base * 15 <= $cpu")
	jq_ratio=$(awk "BEGIN { printf \"1/%.1f\", $cpu / $base }")
	measured 1 "$alerts" python3 tests/bench/alerts.py
	row 'python3 json, the same mapping'
	goal "$goal_jq" "at most 1/15 of jq: $jq_ratio"
	goal "$(is "$base * 10 <= $cpu")" "at most 1/10 of python: $(awk "BEGIN { printf \"1/%.1f\", $cpu / $base }")"
	goal "$(is "$ours_kib <= 16384")" 'peak memory at most 16 MiB'
}

ingest_document() {
	count=119000
	[ -z "$quick" ] || count=11900
	document=$work/document.json
	ingest_alerts "$count" document >"$document"
	ingest_head "One document of $(($(wc -c <"$document") / 1000000)) MB"
	measured "${quick:-3}" "$document" "$bin/aiops-ingest" -f alertmanager
	base=$cpu
	row 'aiops-ingest'
	goal "$(is "$cpu <= 0.5")" 'at most 0.5 s of processor time for 60 MB'
	goal "$(is "$kib <= 32768")" 'peak memory at most 32 MiB'
	measured 1 "$document" jq -c --arg now 2026-11-21T12:00:00Z '.alerts[]'
	row 'jq -c .alerts[]'
}

# ingest_text_row NAME: the last measurement in MB/s of processor time.
ingest_text_row() {
	awk -v name="$1" -v cpu="$cpu" -v wall="$wall" -v kib="$kib" -v bytes="$bytes" 'BEGIN {
		printf "  %-34s %9.3f %9.3f %9.1f %8.0f\n", name, cpu, wall, kib / 1024, bytes / 1e6 / cpu }'
}

ingest_text() {
	ingest_head 'Text logs: time, level and service of each line' 'MB/s'
	fast=0 shapes=0
	for shape in log4j iso syslog logfmt access; do
		log=$work/$shape.log
		ingest_log "$shape" >"$log"
		bytes=$(wc -c <"$log")
		measured "${quick:-3}" "$log" "$bin/aiops-ingest" -f text
		ingest_text_row "aiops-ingest, $shape"
		shapes=$((shapes + 1))
		fast=$((fast + $(is "$bytes / 1e6 / $cpu >= 150")))
		slowest=$(awk "BEGIN { s = $bytes / 1e6 / $cpu; print s < ${slowest:-1e9} ? s : ${slowest:-1e9} }")
	done
	log=$work/log4j.log
	bytes=$(wc -c <"$log")
	measured 1 "$log" sh -c 'grep -c ERROR | cat' # into /dev/null it would stop at the first match
	ingest_text_row 'grep -c ERROR, log4j'
	measured 1 "$log" awk '{ n[$3]++ } END { for (l in n) print l, n[l] }'
	ingest_text_row 'awk, counts by level, log4j'
	measured 1 "$log" python3 tests/bench/log4j.py
	ingest_text_row 'python3 re and json, log4j'
	goal "$(is "$fast == $shapes")" "at least 150 MB/s on each shape: $fast of $shapes, the slowest $(printf '%.0f' "$slowest")"
}

# Fifty patterns beside none, on lines that none matches.
ingest_patterns() {
	log=$work/log4j.log
	bytes=$(wc -c <"$log")
	awk 'BEGIN { print "patterns:"; for (i = 0; i < 50; i++)
		printf "  - {name: P%d, pattern: \"event number%d happened (?<x>[a-z]+) [0-9]+ times\", severity: low}\n", i, i }' >"$work/50.yaml"
	ingest_head 'Patterns on the same log' 'MB/s'
	measured "${quick:-3}" "$log" "$bin/aiops-ingest" -f text
	none=$cpu
	ingest_text_row 'without patterns'
	measured "${quick:-3}" "$log" "$bin/aiops-ingest" -f text --patterns "$work/50.yaml"
	ingest_text_row 'with 50 patterns'
	goal "$(is "$cpu <= 2 * $none")" "50 patterns at most double it: $(awk "BEGIN { printf \"%.2f\", $cpu / $none }")"
}

ingest_lines
ingest_document
ingest_text
ingest_patterns
