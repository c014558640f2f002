# triage-learned - aiops-triage train on labelled texts, out of fold: accuracy, macro-F1, calibration
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# One configuration. Step, decay and smoothing were chosen on the severity of alert rules; the other sets were looked at
# afterwards. Rules of one service are in one fold. Severity of rules by TF-IDF and logistic regression (scikit-learn), grouped the
# same way, is reported as .68 accuracy and .47 macro-F1; causes of post-mortems from symptoms as .50 to .54 and .27 to .31.

learned_row() {
	"$bin/aiops-triage" train --now 2026-01-01T00:00:00Z --tolerate 100% --method "$2" "$3" > "$work/learned" || exit 70
	jq -r --arg name "$1" --arg method "$2" --arg task "$4" '
		def f: if . == null then "-" else . * 1000 | round | tostring | ("0000" + .)[-4:] | .[:-3] + "." + .[-3:] end;
		select(.train.task == $task) | .train | (.platt // .isotonic // .uncalibrated) as $c |
		[$name, $method, .examples, .groups, (.labels | length), (.accuracy.rate | f),
		 (.accuracy.low | f) + "-" + (.accuracy.high | f), (.majority.rate | f), (.macro_f1 | f), (.majority.macro_f1 | f),
		 ($c.brier | f), ($c.brier_base | f), (.raw.ece | f), ($c.ece | f),
		 (($c.coverage | map(select(.coverage >= 0.3)) | .[0].rate) | f)] | @tsv' "$work/learned" |
		awk -F '\t' '{ printf "  %-26s %-9s %5s %6s %4s %9s %12s %9s %7s %7s %7s %7s %7s %7s %9s\n", $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15 }'
}

learned_sets() {
	jq -c 'select(.severity) | {name, description, label: {severity, group: .service}}' \
		"$labelled/alert-rules/rules.jsonl" > "$work/rules.ndjson" || exit 70
	jq -c '{name, description, label: {class: (.group | gsub("[^A-Za-z]+"; "_")), group: .service}}' \
		"$labelled/alert-rules/rules.jsonl" > "$work/groups.ndjson" || exit 70
	jq -c 'select((.cloud == "AWS" or .cloud == "Azure") and (.root_cause_labels | length > 0)) |
		{title, summary: (.summary // ""), label: {class: (.root_cause_labels[0][1] // "unknown" | gsub("[^A-Za-z]+"; "_")), group: .id}}' \
		"$labelled/postmortems/cloud.jsonl" > "$work/symptoms.ndjson" || exit 70
}

learned() {
	labelled=${AIOPS_DATA:-../shared/data}
	printf '\nClasses and severities learned from texts, five folds by group; calibration out of fold too\n'
	printf '  %-26s %-9s %5s %6s %4s %9s %12s %9s %7s %7s %7s %7s %7s %7s %9s\n' set method n groups of accuracy '95 %' majority \
		macroF1 'its F1' Brier 'base' 'ECE raw' ECE 'at 30 %'
	for method in bayes logistic; do
		learned_row 'own examples: class' $method share/models/training.ndjson class
		learned_row 'own examples: severity' $method share/models/training.ndjson severity
	done
	if [ ! -f "$labelled/alert-rules/rules.jsonl" ]; then
		printf '  no data: AIOPS_DATA names the folder that has alert-rules/ and postmortems/\n'
		return
	fi
	learned_sets
	for method in bayes logistic; do
		learned_row 'rules: severity' $method "$work/rules.ndjson" severity
		cp "$work/learned" "$work/severity.$method"
		learned_row 'rules: group of services' $method "$work/groups.ndjson" class
		learned_row 'post-mortems: cause' $method "$work/symptoms.ndjson" class
	done
	for test in 'accuracy.rate >= .70' 'macro_f1 >= .50' 'platt.ece <= .05 or .train.isotonic.ece <= .05'; do
		goal "$(jq "if .train.$test then 1 else 0 end" "$work/severity.logistic" 2> /dev/null)" \
			"severity of rules, logistic: $test"
	done
}

learned
