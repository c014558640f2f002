# listen - batches of 64 alerts by HTTP, kept in a synced spool, beside Alertmanager, which keeps them in memory
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# at_port FILE: waits until it names a port; sets port.
at_port() {
	tries=0
	until [ -s "$1" ]; do
		tries=$((tries + 1))
		[ $tries -lt 100 ] || { cat "$work/listen/err" >&2; exit 70; }
		sleep 0.05
	done
	port=$(cat "$1")
}

# answers PORT: waits until something does.
answers() {
	tries=0
	until curl -sS -o "$work/listen/answer" "http://127.0.0.1:$1/-/healthy" 2>"$work/stderr"; do
		tries=$((tries + 1))
		[ $tries -lt 200 ] || { cat "$work/stderr" >&2; exit 70; }
		sleep 0.05
	done
}

# busy_s PID: its processor seconds so far.
busy_s() {
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"
}

# delivered NAME PID PORT PATH SENDERS: one round; appends batches a second and processor ms a batch.
delivered() {
	before=$(busy_s "$2")
	result=$("$build/tests/tools/deliver" "$3" "$4" "$5" $((listen_batches / $5)) 64) || exit 70
	# shellcheck disable=SC2086 # three numbers
	set -- "$1.$5" "$before" "$(busy_s "$2")" $result
	awk -v before="$2" -v after="$3" -v n="$4" -v s="$5" 'BEGIN { print n / s, (after - before) * 1000 / n }' \
		>>"$work/listen/$1"
}

# middle FILE COLUMN: the median of a column.
middle() {
	awk -v column="$2" '{ print $column }' "$work/listen/$1" | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

listen_row() {
	printf '  %-34s %9.0f %9.2f\n' "$1" "$(middle "$2" 1)" "$(middle "$2" 2)"
}

listen_servers() {
	mkdir "$work/listen" || exit 73
	"$bin/aiops-ingest" --listen 127.0.0.1:0 --port-file "$work/listen/port" --spool "$work/listen/spool" \
		>"$work/listen/out" 2>"$work/listen/err" &
	ours=$!
	at_port "$work/listen/port"
	printf 'route: {receiver: none}\nreceivers: [{name: none}]\n' >"$work/listen/alertmanager.yml"
	# A port that was free a moment ago: Alertmanager cannot choose one itself.
	am_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	prometheus-alertmanager --config.file="$work/listen/alertmanager.yml" --storage.path="$work/listen/alertmanager" \
		--web.listen-address="127.0.0.1:$am_port" --cluster.listen-address= --log.level=error \
		>"$work/listen/alertmanager.log" 2>&1 &
	theirs=$!
	answers "$am_port"
}

listen() {
	if ! command -v prometheus-alertmanager >/dev/null || ! command -v curl >/dev/null; then
		printf '\nBatches of 64 alerts by HTTP: left out, prometheus-alertmanager or curl is not installed\n'
		return
	fi
	listen_batches=${quick:+320}
	listen_batches=${listen_batches:-1600}
	listen_rounds=${quick:+3}
	listen_rounds=${listen_rounds:-5}
	listen_servers
	i=0
	while [ $i -lt "$listen_rounds" ]; do
		i=$((i + 1))
		for senders in 8 1; do
			delivered ours "$ours" "$port" / $senders
			delivered theirs "$theirs" "$am_port" /api/v2/alerts $senders
		done
	done
	kill "$ours" "$theirs"
	wait "$ours" "$theirs" 2>/dev/null || true # ended by the signal
	came=$(grep -v '^{"_' "$work/listen/out" | wc -l)
	sent=$((listen_rounds * listen_batches * 64 * 2))
	printf '\nBatches of 64 alerts by HTTP on loopback, medians of %s rounds of %s batches\n' "$listen_rounds" "$listen_batches"
	printf '  %-34s %9s %9s\n' '' 'batches/s' 'cpu ms'
	for senders in 8 1; do
		listen_row "aiops-ingest, spool, $senders sender$([ $senders = 1 ] || echo s)" ours.$senders
		listen_row "Alertmanager, $senders sender$([ $senders = 1 ] || echo s)" theirs.$senders
	done
	goal "$(is "$(middle ours.8 1) >= $(middle theirs.8 1)")" "8 senders: at least Alertmanager's rate, though synced"
	goal "$(is "$came == $sent")" "without loss: $came of $sent alerts came out"
}

listen
