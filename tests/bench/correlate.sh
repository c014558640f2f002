# correlate - alerts joined into incidents: events a second, the same time for each however many, a storm, memory, state
# shellcheck shell=sh disable=SC2034,SC2154 # sourced by scripts/bench, which sets the variables

correlate_scaling() {
	counts='10000 100000 1000000 3000000'
	[ -z "$quick" ] || counts='10000 30000 100000'
	for most in $counts; do :; done
	# the generator counts megabytes, of more than 1,900 alerts each
	"$tools/generate" $((most / 1900 + 1)) >"$work/stream" || exit $?
	printf '\nAlerts of a long stream (40 services, 200 hosts), all passed through with their incident\n'
	printf '  %-34s %9s %9s %9s %9s\n' 'alerts' 'CPU s' 'peak MiB' 'ns each' 'events/s'
	first=''
	for n in $counts; do
		head -n "$n" "$work/stream" >"$work/part"
		measured "$([ "$n" -gt 100000 ] && echo 1 || echo 5)" "$work/part" "$bin/aiops-correlate"
		ns=$(awk "BEGIN { printf \"%.0f\", $cpu * 1e9 / $n }")
		awk -v n="$n" -v cpu="$cpu" -v kib="$kib" -v ns="$ns" 'BEGIN {
			printf "  %-34d %9.3f %9.1f %9d %9.0f\n", n, cpu, kib / 1024, ns, n / cpu }'
		[ -n "$first" ] || first=$ns
	done
	rate=$(awk "BEGIN { printf \"%.0f\", $most / $cpu }")
	goal "$(is "$rate >= 400000")" "at least 400,000 events/s of processor time with $most: $rate"
	goal "$(is "$ns <= 1.5 * $first")" "time for each alert flat: $first ns with 10,000, $ns ns with $most"
	rm -f -- "$work/stream" "$work/part"
}

# What groups the same alerts: jq, and Alertmanager if it is installed.
correlate_storm() {
	python3 tests/bench/storm.py 100000 >"$work/storm" || exit $?
	printf '\nA storm of 100,000 distinct alerts of 1,000 services within a minute, grouped\n'
	printf '  %-34s %9s %9s %9s %8s\n' '' 'CPU s' 'wall s' 'peak MiB' 'ratio'
	measured "${quick:-3}" "$work/storm" "$bin/aiops-correlate" --emit incidents
	base=$cpu storm_cpu=$cpu
	row 'aiops-correlate --emit incidents'
	measured 1 "$work/storm" jq -sc 'group_by(.service)[] | {service: .[0].service, alerts: length,
		first: map(.timestamp) | min, names: map(.name) | unique}'
	row 'jq -s group_by(.service)'
	correlate_alertmanager
	goal "$(is "$storm_cpu <= 0.6")" "the storm summarised in at most 0.6 s: $storm_cpu s"
}

# Its processor seconds so far.
correlate_busy() {
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"
}

correlate_alertmanager() {
	if ! command -v prometheus-alertmanager >/dev/null || ! command -v curl >/dev/null; then
		printf '  prometheus-alertmanager is not installed (scripts/deps --live): left out\n'
		return
	fi
	mkdir "$work/am" || exit 73
	printf 'route: {receiver: none, group_by: [service], group_wait: 1s}\nreceivers: [{name: none}]\n' >"$work/am/config.yml"
	# A port that was free a moment ago: Alertmanager cannot choose one itself.
	am_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	prometheus-alertmanager --config.file="$work/am/config.yml" --storage.path="$work/am/data" \
		--web.listen-address="127.0.0.1:$am_port" --cluster.listen-address= --log.level=error >"$work/am/log" 2>&1 &
	am_pid=$!
	tries=0
	until curl -fsS -o "$work/am/answer" "http://127.0.0.1:$am_port/-/ready" 2>"$work/stderr"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { cat "$work/am/log" >&2; exit 70; }
		sleep 0.05
	done
	python3 tests/bench/storm.py 100000 --api "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$work/am/bodies"
	before=$(correlate_busy "$am_pid") began=$(date +%s.%N)
	while read -r body; do
		printf '%s' "$body" >"$work/am/body"
		curl -fsS -o "$work/am/answer" -H 'Content-Type: application/json' --data-binary @"$work/am/body" \
			"http://127.0.0.1:$am_port/api/v2/alerts" || exit 70
	done <"$work/am/bodies"
	# until every alert stands in its group
	tries=0
	until [ "$(curl -fsS "http://127.0.0.1:$am_port/api/v2/alerts/groups" | jq 'map(.alerts | length) | add')" = 100000 ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { printf 'bench: error: Alertmanager does not group them all\n' >&2; exit 70; }
	done
	cpu=$(correlate_busy "$am_pid")
	cpu=$(awk "BEGIN { print $cpu - $before }")
	wall=$(awk "BEGIN { print $(date +%s.%N) - $began }")
	kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$am_pid/status")
	row 'Alertmanager: API, groups, asked once'
	kill "$am_pid"
	wait "$am_pid" 2>/dev/null
	rm -rf -- "$work/am"
}

correlate_memory() {
	n=1000000
	[ -z "$quick" ] || n=100000
	python3 tests/bench/storm.py "$n" >"$work/storm" || exit $?
	measured 1 /dev/null "$bin/aiops-correlate" --emit incidents --max-active 4000000
	empty=$kib
	measured 1 "$work/storm" "$bin/aiops-correlate" --emit incidents --max-active 4000000
	labels=$(sed -n '1s/.*"labels":{\(.*\)}}/\1/p' "$work/storm" | wc -c)
	each=$(awk "BEGIN { printf \"%.0f\", ($kib - $empty) * 1024 / $n }")
	printf '\n%s alerts active at once: %s MiB, %s bytes for each, its labels of %s bytes included\n' \
		"$n" $((kib / 1024)) "$each" "$labels"
	goal "$(is "$each - $labels <= 300")" "at most 300 bytes for each beyond its labels: $((each - labels))"
	goal "$(is "$kib * 1024 / $n <= 400 || $n < 1000000")" "10^6 active alerts in at most 400 MB: $((kib * 1024 / 1000000)) MB"
}

correlate_state() {
	printf '\nThe state of these alerts\n'
	printf '  %-34s %9s %9s %9s\n' '' 'CPU s' 'wall s' 'peak MiB'
	measured 1 "$work/storm" "$bin/aiops-correlate" --emit incidents --max-active 4000000 --state "$work/state"
	row 'the alerts, and saving'
	measured 1 /dev/null "$bin/aiops-correlate" --emit incidents --max-active 4000000 --state "$work/state"
	row 'loading, and saving again'
	printf '  %s MB on disk\n' "$(awk -v n="$(wc -c <"$work/state")" 'BEGIN { printf "%.1f", n / 1e6 }')"
	rm -f -- "$work/state" "$work/state.lock" "$work/storm"
}

correlate_scaling
correlate_storm
correlate_memory
correlate_state
