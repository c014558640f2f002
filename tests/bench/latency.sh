# latency - how long one record takes through waiting stages
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# trickled NAME COMMAND , COMMAND ...: prints a row; sets median.
trickled() {
	name=$1
	shift
	result=$("$tools/trickle" "$trickles" "$work/some.ndjson" "$@") || exit 70
	# shellcheck disable=SC2086 # three numbers
	set -- $result
	median=$1
	printf '  %-34s %9s %9s\n' "$name" "$1" "$2"
}

latency() {
	trickles=${quick:+50}
	trickles=${trickles:-200}
	"$tools/generate" 2 | head -n 3000 >"$work/some.ndjson"
	printf '\nOne record through three waiting stages, wall milliseconds\n'
	printf '  %-34s %9s %9s\n' '' 'median' 'longest'
	trickled 'the filter loop, three times' "$tools/annotate" , "$tools/annotate" , "$tools/annotate"
	trickled 'ingest, correlate, triage explain' \
		"$bin/aiops-ingest" , "$bin/aiops-correlate" , "$bin/aiops-triage" explain
	goal "$(is "$median <= 20")" "within 20 ms: $median ms"
}

latency
