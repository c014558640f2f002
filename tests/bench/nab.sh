# nab - aiops-drift watch on the Numenta Anomaly Benchmark, one configuration, scored by its alerts
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# The views of lib/stats/anomaly.c, their weights and tails were searched on every second file in order of
# name and held against the others; what is there now is what both halves agree on, chosen on all of the
# files here. Chosen on one half alone, the other half scored 48 to 54.

nab() {
	corpus=${AIOPS_DATA:-../shared/data}/nab
	printf '\nNumenta Anomaly Benchmark, %s\n' 'default configuration of watch'
	if [ ! -d "$corpus/data" ]; then
		printf '  no data: AIOPS_DATA names the folder that has nab/\n'
		return
	fi
	printf '  '
	python3 tests/bench/nab.py check "$corpus" || exit 70
	python3 tests/bench/nab.py watch "$corpus" "$work/nab" "$bin/aiops-drift" watch --alert || exit 70
	python3 tests/bench/nab.py score "$corpus" "$work/nab" > "$work/nab.table" || exit 70
	sed 's/^/  /' "$work/nab.table"
	score=$(sed -n 's/^standard: \([0-9.]*\).*/\1/p' "$work/nab.table")
	goal "$(is "$score >= 60")" "60 at least, standard profile: $score"
}

nab
