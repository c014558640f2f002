# retrieval - aiops-triage similar: documents and questions written apart, offline; time among 10,000 past incidents
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# The floor below which nothing is called similar (.10) was chosen on the post-mortems, column weights on none of these.

retrieval_quality() {
	data=${AIOPS_DATA:-../shared/data}
	printf '\nRetrieval by words alone: recall at 1 and 3, MRR\n'
	if [ ! -f "$data/runbooks/runbooks.jsonl" ] || [ ! -f "$data/postmortems/cloud.jsonl" ]; then
		printf '  no data: AIOPS_DATA names the folder that has runbooks/, alert-rules/ and postmortems/\n'
		return
	fi
	python3 tests/bench/retrieval.py "$bin/aiops-triage" "$data" "$work" > "$work/retrieval" || exit 70
	printf '  %-20s %10s %10s %7s %7s %7s\n' set documents questions R@1 R@3 MRR
	awk -F '\t' '{ printf "  %-20s %10s %10s %7s %7s %7s\n", $1, $2, $3, $4, $5, $6 }' "$work/retrieval"
	for set in alert-to-runbook runbook-to-alert; do
		# shellcheck disable=SC2046 # numbers
		set -- $(awk -F '\t' -v set="$set" '$1 == set { print $5, $6 }' "$work/retrieval") "$set"
		goal "$(is "$1 >= .945 && $2 >= .90")" "$3: recall at 3 at least .95 (18 of 19 is .947), MRR at least .90: $1, $2"
	done
}

# A vocabulary with the frequencies of a language, so that the index has common and rare words.
many_incidents() {
	python3 - <<-'END'
		import json, random
		random.seed(1)
		words = ["".join(random.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(random.randint(4, 9))) for _ in range(8000)]
		weights = [1 / (i + 1) for i in range(len(words))]
		def text(n): return " ".join(random.choices(words, weights, k=n))
		for i in range(10000):
		    print(json.dumps({"id": f"P{i}", "title": text(8), "date": "2026-01-02", "services": [text(1), text(1)], "alerts": [text(2)],
		                      "symptoms": [text(40)], "cause": {"component": text(1), "class": "disk", "text": text(20)}, "worked": text(20)}))
	END
}

retrieval_speed() {
	printf '\nOne question to an index of 10,000 past incidents: processor s, wall s, peak MiB, ratio\n'
	many_incidents > "$work/many.ndjson"
	"$bin/aiops-triage" index --index "$work/many.db" "$work/many.ndjson" > /dev/null || exit 70
	sed -n '4711p' "$work/many.ndjson" | jq -r '.symptoms[0] + " " + .title' > "$work/question"
	measured 20 "$work/question" "$bin/aiops-triage" --version
	start=$cpu
	measured 20 "$work/question" "$bin/aiops-triage" similar --index "$work/many.db" -
	# shellcheck disable=SC2034 # for row
	base=$cpu
	row 'similar, process and all'
	took=$(awk -v c="$cpu" -v s="$start" 'BEGIN { printf "%.1f", 1000 * (c - s) }')
	goal "$(is "$took <= 15")" "15 ms with 10,000, above the start of the process: $took ms"
}

retrieval_quality
retrieval_speed
