# correlate-synthetic - aiops-correlate on made-up systems of several layers whose faults spread and overlap
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# Each seed is another system (tests/bench/synthetic.py). Constants were looked at on seeds 1 to 6 with the default
# chances; seeds 11 to 16 were only ever measured. Rows are means over six systems; the
# columns of kinds are the faults of that kind whose root is the first cause.

synthetic_row() {
	name=$1 seeds=$2
	shift 2
	: >"$work/scores"
	for seed in $seeds; do
		# shellcheck disable=SC2086 # options
		python3 tests/bench/synthetic.py "$work" "$seed" $synthetic_args || exit 70
		"$bin/aiops-correlate" "$@" "$work/events.ndjson" >"$work/out.ndjson" 2>"$work/stderr" || exit 70
		python3 tests/bench/correlate_score.py --json "$work/labels.ndjson" "$work/out.ndjson" >>"$work/scores" || exit 70
	done
	jq -sr --arg name "$name" '
		def mean(f): (map(f) | add) / length * 1000 | round / 1000;
		def kind(k): [.[]["split_" + k] // empty | .top1 * .faults] | add // 0 | round;
		def all(k): [.[]["split_" + k] // empty | .faults] | add // 0;
		[$name, (map(.faults) | add), mean(.reduction), mean(.precision), mean(.recall), mean(.f1), mean(.top1), mean(.top3),
		 mean(.service1), mean(.service3),
		 (("switch", "host", "store", "service", "replica") as $k | "\(kind($k))/\(all($k))"),
		 (map(.lost_roots) | add)] | @tsv' "$work/scores" |
		awk -F '\t' '{
			printf "  %-22s %5s", $1, $2
			for (i = 3; i <= 10; i++) printf " %5.3f", $i
			for (i = 11; i <= 15; i++) printf " %8s", $i
			printf " %4s\n", $16 }'
}

synthetic() {
	first='1 2 3 4 5 6' held='11 12 13 14 15 16'
	[ -z "$quick" ] || first='1' held='11'
	printf '\nGroups and causes in made-up systems, default configuration\n'
	printf '  %-22s %5s %5s %5s %5s %5s %11s %11s   first cause is the root, of faults in a\n' '' '' redu- preci- '' '' component service
	printf '  %-22s %5s %5s %5s %5s %5s %5s %5s %5s %5s %8s %8s %8s %8s %8s %4s\n' '' fault ction sion recll F1 \
		@1 @3 @1 @3 switch host store service replica lost
	synthetic_args=''
	synthetic_row 'looked at' "$first" --topology "$work/topology.json"
	synthetic_row 'held out' "$held" --topology "$work/topology.json"
	synthetic_row '  no topology' "$held"
	synthetic_args='--names 0'
	synthetic_row '  no callee named' "$held" --topology "$work/topology.json"
	synthetic_args='--silent 1'
	synthetic_row '  all roots silent' "$held" --topology "$work/topology.json"
	synthetic_args='--overlap 0.8'
	synthetic_row '  most overlap' "$held" --topology "$work/topology.json"
	synthetic_args='--known 0.7'
	synthetic_row '  .7 of edges known' "$held" --topology "$work/topology.json"
}

synthetic
