# drift-watch - the detectors of aiops-drift watch: time a point, false alarms on noise; the stream beside compare
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

drift_watch() {
	points=${quick:+200000}
	points=${points:-1000000}
	printf '\nDetectors of watch alone, nanoseconds of processor time a point\n'
	speed=$("$tools/watch_points" speed) || exit 70
	# shellcheck disable=SC2086 # three numbers
	set -- $speed
	printf '  %-34s %9s\n' 'anomaly: five views, joined' "$1" 'level, flat line, cadence' "$2" together "$3"
	goal "$(is "$3 <= 1000")" "1 microsecond a point at most: $3 ns"

	printf '\nA stream of %s points of 100 series: processor s, wall s, peak MiB, ratio\n' "$points"
	awk -v n="$points" 'BEGIN { srand(1); for (i = 0; i < n; i++) {
		t = int(i / 100) * 60; d = int(t / 86400)
		printf "{\"v\":1,\"kind\":\"metric\",\"id\":\"%d\",\"timestamp\":\"2026-%02d-%02dT%02d:%02d:00Z\",\"source\":\"bench\",", i, 1 + int(d / 28), 1 + d % 28, t / 3600 % 24, t / 60 % 60
		printf "\"name\":\"latency\",\"labels\":{\"instance\":\"i%d\"},\"value\":%.6f}\n", i % 100, 100 + rand() + rand() - rand() } }' > "$work/points"
	measured 1 "$work/points" "$bin/aiops-drift" watch --alert
	# shellcheck disable=SC2034 # for row
	base=$cpu
	row 'aiops-drift watch --alert'
	measured 1 "$work/points" "$bin/aiops-drift" watch
	row 'aiops-drift watch'
	measured 1 "$work/points" "$bin/aiops-drift" compare -r /dev/null
	row 'aiops-drift compare (reads alone)'

	printf '\nAlarms a series and day on noise, one point in 5 minutes, default budget\n'
	"$tools/watch_points" noise | sed 's/^/  /'
}

drift_watch
