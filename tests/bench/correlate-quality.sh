# correlate-quality - aiops-correlate on labelled alerts, one configuration: groups, causes, what was lost
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# Which constants were chosen on what stands in the manual page, under METHOD. Faults with odd numbers were looked
# at while they were chosen, those with even ones only to see whether they agree; copies of a fault are on its side.
# The modes are those of tests/bench/micross.py, the columns those of tests/bench/correlate_score.py. In "again" and
# "random" faults overlap on the same components, and no label tells them apart.

quality_of() {
	python3 tests/bench/micross.py "$labelled" "$work" "$@" || exit 70
	"$bin/aiops-correlate" --topology "$work/topology.json" "$work/events.ndjson" > "$work/out.ndjson" || exit 70
	python3 tests/bench/correlate_score.py --json "$work/labels.ndjson" "$work/out.ndjson" > "$work/score" || exit 70
}

quality_row() {
	quality_of "$@"
	mode=$*
	jq -r --arg mode "$mode" '
		def f(n): . * 1000 | round | tostring | (if length < 4 then ("0000" + .)[-4:] else . end) |
			.[:-3] + "." + .[-3:];
		[$mode, .faults, .incidents, (.reduction | f(3)), (.precision | f(3)), (.recall | f(3)), (.f1 | f(3)), (.ari | f(3)),
		 (.top1 | f(3)), (.top3 | f(3)), (.service1 | f(3)), (.service3 | f(3)),
		 (.split_odd | .top1 | f(3)), (.split_odd | .top3 | f(3)), (.split_even | .top1 | f(3)), (.split_even | .top3 | f(3)),
		 (.originals | .top1 | f(3)), (.originals | .top3 | f(3)), .lost_roots, .held_roots] | @tsv' "$work/score" |
		awk -F '\t' '{
			printf "  %-15s %5s %5s", $1, $2, $3
			for (i = 4; i <= 18; i++) printf " %5s", $i
			printf " %4s %4s\n", $19, $20 }'
}

quality() {
	labelled=${AIOPS_DATA:-../shared/data}/rca-micross
	printf '\nGroups and causes of labelled faults (GAIA MicroSS), default configuration\n'
	if [ ! -f "$labelled/alerts.jsonl" ]; then
		printf '  no data: AIOPS_DATA names the folder that has rca-micross/\n'
		return
	fi
	printf '  %-15s %5s %5s %5s %5s %5s %5s %5s %11s %11s %11s %11s %11s %9s\n' '' '' inci- redu- preci- '' '' '' \
		component service odd even originals roots
	printf '  %-15s %5s %5s %5s %5s %5s %5s %5s' mode fault dents ction sion recll F1 ARI
	printf ' %5s %5s %5s %5s %5s %5s %5s %5s %5s %5s %4s %4s\n' @1 @3 @1 @3 @1 @3 @1 @3 @1 @3 lost held
	quality_row whole
	cp "$work/score" "$work/whole"
	quality_row apart
	quality_row overlay 60
	cp "$work/score" "$work/overlay"
	quality_row overlay 600
	quality_row again 900
	quality_row random 1800 1
	quality_row random 600 1
	for test in 'reduction >= .98' 'f1 >= .95' 'lost_roots == 0' 'top1 >= .33' 'top3 >= .50'; do
		goal "$(jq "if .$test then 1 else 0 end" "$work/whole")" \
			"whole stream: $test: $(jq ".${test%% *} * 10000 | round / 10000" "$work/whole")"
	done
	goal "$(jq 'if .f1 >= .95 then 1 else 0 end' "$work/overlay")" \
		"two systems at once: f1 >= .95: $(jq '.f1 * 10000 | round / 10000' "$work/overlay")"
}

quality
