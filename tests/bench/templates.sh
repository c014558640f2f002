# templates - aiops-triage templates: grouping of labelled log lines in one configuration; speed beside Drain in Python
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# The share of words that must agree (.7) and what is masked were chosen on the messages of these systems; between
# .65 and .75 the means stay within .005. The header is found in the raw lines without a setting of any kind.

mined() {
	printf '\nGrouping of labelled lines, %s: grouping accuracy and FGA, with published and with corrected labels\n' "$2"
	python3 tests/bench/template_score.py "$logs" "$1" "$bin/aiops-triage" templates --input lines > "$work/scores" || exit 70
	printf '  %-12s %6s %6s %6s %6s %10s %10s\n' system GA FGA GA FGA templates labelled
	awk -F '\t' '{ printf "  %-12s %6s %6s %6s %6s %10s %10s\n", $1, $2, $3, $4, $5, $6, $7 }' "$work/scores"
	mean=$(sed -n '$p' "$work/scores" | cut -f 2)
	goal "$(is "$mean >= .90")" "mean grouping accuracy of $2 at least .90: $mean (Drain, tuned per system, over 16: .865)"
}

# repeated FILE: raw holds it as often as the size of the run takes.
repeated() {
	: > "$work/raw"
	while [ "$(wc -c < "$work/raw")" -lt $((size_mb * 1000000)) ]; do
		cat "$1" "$1" "$1" "$1" "$1" "$1" "$1" "$1" "$1" "$1" >> "$work/raw"
	done
}

templates() {
	logs=${AIOPS_DATA:-../shared/data}/loghub
	if [ ! -d "$logs/HDFS" ]; then
		printf '\nLog templates\n  no data: AIOPS_DATA names the folder that has loghub/\n'
		return
	fi
	mined content 'messages'
	mined raw 'raw lines'
	for system in "$logs"/*/*_2k.log; do
		tr -d '\r' < "$system"
		echo
	done | grep -v '^$' > "$work/once"
	repeated "$work/once"
	mb=$(awk -v b="$(wc -c < "$work/raw")" 'BEGIN { printf "%.0f", b / 1e6 }')
	printf '\n%s MB of raw lines of all systems: processor s, wall s, peak MiB, ratio\n' "$mb"
	measured 1 "$work/raw" "$bin/aiops-triage" templates --input lines --format list
	# shellcheck disable=SC2034 # for row
	base=$cpu
	row 'templates --format list'
	rate=$(awk -v b="$(wc -c < "$work/raw")" -v s="$cpu" 'BEGIN { printf "%.0f", b / 1e6 / s }')
	measured 1 "$work/raw" "$bin/aiops-triage" templates --input lines
	row 'templates (annotated lines)'
	cat "$work/once" "$work/once" > "$work/few"
	few=$(wc -c < "$work/few")
	measured 1 "$work/few" python3 tests/bench/drain.py "$work/few"
	awk -v cpu="$cpu" -v few="$few" -v all="$(wc -c < "$work/raw")" -v base="$base" 'BEGIN {
		printf "  %-34s %9.3f %29.1f\n", "Drain in Python (own, see drain.py)", cpu * all / few, cpu * all / few / base
		printf "    (from %.1f MB: %.1f MB/s)\n", few / 1e6, few / 1e6 / cpu }'
	goal "$(is "$rate >= 150")" "150 MB/s of raw lines a core: $rate MB/s"
}

templates
