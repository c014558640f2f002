# incident - the register: revisions a second from a pipe, durable, and the board over 100,000 incidents
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# incident_revisions N EACH: N incidents of EACH revisions, the last of all but 50 resolved.
incident_revisions() {
	awk -v n="$1" -v each="$2" 'BEGIN {
		for (r = 1; r <= each; r++) for (i = 1; i <= n; i++) {
			over = r == each && i > 50
			by = over ? "\"resolved_by\":\"alerts\"," : ""
			status = over ? "resolved" : "detected"
			printf "{\"v\":1,\"kind\":\"incident\",\"id\":\"INC-%016d#%d\",\"incident\":\"INC-%016d\",\"revision\":%d,\"change\":\"updated\",", i, r, i, r
			printf "\"status\":\"%s\",%s\"timestamp\":\"2026-11-21T09:%02d:00Z\",\"source\":\"aiops-correlate\",", status, by, r
			printf "\"starts_at\":\"2026-11-21T09:00:00Z\",\"last_seen\":\"2026-11-21T09:%02d:00Z\",\"severity\":\"high\",\"title\":\"Slow on service-%d\",", r, i % 300
			printf "\"services\":[\"service-%d\"],\"alerts\":%d,\"causes\":[{\"component\":\"c-%d\",\"score\":1,\"share\":1}],\"members\":[", i % 300, r * 3, i
			for (m = 1; m <= 8; m++)
				printf "%s{\"id\":\"m-%d-%d\",\"fingerprint\":\"%010d%06d\",\"name\":\"Slow%d\",\"component\":\"c-%d\",\"role\":\"symptom\",\"severity\":\"high\",\"onset\":\"2026-11-21T09:00:0%dZ\"}", (m > 1 ? "," : ""), i, m, i, m, m % 3, i + m, m
			print "]}"
		} }'
}

bench_incident() {
	incidents=${quick:+10000}
	incidents=${incidents:-100000}
	printf '\nThe register, %s incidents of 3 revisions with 8 members each\n' "$incidents"
	incident_revisions "$incidents" 3 >"$work/revisions.ndjson" || exit 70
	rm -f "$work"/register.db*
	measured 1 "$work/revisions.ndjson" "$bin/aiops-incident" apply -q --db "$work/register.db"
	awk -v n=$((3 * incidents)) -v wall="$wall" -v cpu="$cpu" -v kib="$kib" 'BEGIN {
		printf "  apply: %.0f revisions/s by the clock, %.0f a processor second, %.0f MiB\n", n / wall, n / cpu, kib / 1024 }'
	goal "$(is "$((3 * incidents)) / $wall >= 3000")" 'apply: at least 3,000 revisions a second, durable'
	open=$("$bin/aiops-incident" list --open --format ndjson --db "$work/register.db" | wc -l)
	[ "$open" -eq 50 ] || exit 70
	measured 20 /dev/null "$bin/aiops-incident" list --open --format table --db "$work/register.db"
	listed=$(awk -v wall="$wall" 'BEGIN { print wall / 20 }')
	awk -v t="$listed" 'BEGIN { printf "  list --open: %.1f ms with start-up, 50 open\n", 1000 * t }'
	goal "$(is "$listed <= 0.020")" 'list --open: at most 20 ms'
}

bench_incident
