# filters - a key added to each record by the filter loop alone, and the programmes on the same events
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

filters() {
	rounds=${quick:-3}
	events=$work/events.ndjson
	"$tools/generate" "$size_mb" >"$events" || exit $?
	printf '\nA key added to each of %s records, %s MB, read from a file\n' "$(wc -l <"$events")" "$size_mb"
	printf '  %-34s %9s %9s %9s %8s\n' '' 'CPU s' 'wall s' 'peak MiB' 'ratio'
	measured "$rounds" "$events" "$tools/annotate"
	base=$cpu ours_kib=$kib
	row 'filter loop, a constant key'
	measured 1 "$events" jq -c .
	row 'jq -c .'
	jq_cpu=$cpu
	if command -v mlr >/dev/null; then
		measured 1 "$events" mlr --ijsonl --ojsonl cat
		row 'mlr --ijsonl --ojsonl cat'
	else
		printf '  mlr is not installed: left out\n'
	fi
	measured 1 "$events" python3 tests/bench/annotate.py
	row 'python3, json.loads and dumps'
	goal "$(is "$base * 20 <= $jq_cpu")" \
		"at most 1/20 of jq: $(awk "BEGIN { printf \"1/%.1f\", $jq_cpu / $base }")"
	goal "$(is "$ours_kib <= 16384")" 'peak memory at most 16 MiB'
}

# What the programmes do with the same events; no other programme does the same.
programmes() {
	printf '\nThe same events through the programmes\n'
	printf '  %-34s %9s %9s %9s %8s\n' '' 'CPU s' 'wall s' 'peak MiB' 'records/s'
	for command in aiops-ingest aiops-correlate 'aiops-triage explain'; do
		# shellcheck disable=SC2086 # a command's words
		set -- $command
		[ -x "$bin/$1" ] || continue
		name=$1
		shift
		measured 1 "$events" "$bin/$name" "$@"
		awk -v name="$command" -v cpu="$cpu" -v wall="$wall" -v kib="$kib" -v n="$(wc -l <"$events")" 'BEGIN {
			printf "  %-34s %9.3f %9.3f %9.1f %8.0fk\n", name, cpu, wall, kib / 1024, n / wall / 1000 }'
	done
}

filters
programmes
