# triage-location - aiops-triage explain on labelled faults, one configuration: is the true component first
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables
#
# Converters: tests/bench/petshop.py, nezha.py, micross.py; scorer: locate_score.py. Which constants were chosen on what
# stands in the manual page, under METHOD. Nothing of a label is in the records; the incidents of PetShop and Nezha
# are what one alert on the target would open, those of MicroSS are aiops-correlate's own.

# explained FOLDER: CASE.ndjson to CASE.out, the incident alone.
explained() {
	for records in "$1"/*.ndjson; do
		[ "${records##*/}" != labels.ndjson ] || continue
		"$bin/aiops-triage" explain -q "$records" > "$work/explained" || exit 70
		grep '"kind":"incident"' "$work/explained" > "${records%.ndjson}.out"
	done
}

# located TITLE NAME: scores the cases in a folder of that name and prints its table.
located() {
	printf '\n%s, default configuration\n' "$1"
	explained "$work/$2"
	python3 tests/bench/locate_score.py --json "$work/$2" > "$work/$2.json" || exit 70
	python3 tests/bench/locate_score.py "$work/$2" || exit 70
}

# share_goal NAME KEY LEAST TEXT
share_goal() {
	goal "$(jq "if .all.$2 >= $3 then 1 else 0 end" "$work/$1.json")" \
		"$4 at least $3: $(jq ".all.$2 * 1000 | round / 1000" "$work/$1.json"), n $(jq .all.n "$work/$1.json")"
}

petshop() {
	if [ ! -d "$data/rca-petshop" ]; then
		printf '\nPetShop: no data: AIOPS_DATA names the folder that has rca-petshop/\n'
		return
	fi
	mkdir "$work/petshop" || exit 73
	python3 tests/bench/petshop.py "$data/rca-petshop" "$work/petshop" || exit 70
	located 'PetShop, training issues (latency and availability every 5 minutes, call graph)' petshop
	share_goal petshop top1 0.70 'PetShop: top-1'
	share_goal petshop top3 0.85 'PetShop: top-3'
	rm -rf -- "${work:?}/petshop"
}

nezha() {
	if [ ! -d "$data/rca-nezha-0822" ]; then
		printf '\nNezha: no data: AIOPS_DATA names the folder that has rca-nezha-0822/\n'
		return
	fi
	mkdir "$work/nezha" || exit 73
	python3 tests/bench/nezha.py "$data/rca-nezha-0822" "$work/nezha" || exit 70
	located 'Nezha, the shared day (metrics of pods and calls every minute, hardly any log)' nezha
	share_goal nezha top1 0.70 'Nezha: top-1'
	rm -rf -- "${work:?}/nezha"
}

# micross_score FILE: the correlator's scorer on the causes of a file.
micross_score() {
	python3 tests/bench/correlate_score.py --json "$work/micross/labels.ndjson" "$1" > "$1.json" || exit 70
	jq -r '[.top1, .top3, .service1, .service3] | map(. * 1000 | round / 1000 | tostring) |
		"    component top-1 \(.[0])  top-3 \(.[1])   service top-1 \(.[2])  top-3 \(.[3])"' "$1.json"
}

micross() {
	if [ ! -d "$data/rca-micross" ]; then
		printf '\nMicroSS: no data: AIOPS_DATA names the folder that has rca-micross/\n'
		return
	fi
	mkdir "$work/micross" || exit 73
	python3 tests/bench/micross.py "$data/rca-micross" "$work/micross" || exit 70
	"$bin/aiops-correlate" --topology "$work/micross/topology.json" "$work/micross/events.ndjson" > "$work/micross/ranked" ||
		exit 70
	"$bin/aiops-triage" explain -q --topology "$work/micross/topology.json" "$work/micross/ranked" > "$work/micross/out" ||
		exit 70
	# the hypotheses in the place of the causes, so that one scorer judges both
	jq -c 'if .kind == "incident" then .causes = [.triage.hypotheses[] | {component}] | del(.triage) else . end' \
		"$work/micross/out" > "$work/micross/fused" || exit 70
	printf '\nGAIA MicroSS, %s faults with alerts and nothing else, default configuration\n' \
		"$(jq -s 'map(select(.records != [])) | length' "$work/micross/labels.ndjson")"
	printf '  aiops-correlate\n'
	micross_score "$work/micross/ranked"
	printf '  and aiops-triage explain\n'
	micross_score "$work/micross/fused"
	for key in top1 top3; do
		goal "$(jq -n --slurpfile a "$work/micross/ranked.json" --slurpfile b "$work/micross/fused.json" \
			"if \$b[0].$key >= \$a[0].$key then 1 else 0 end")" "MicroSS: $key not below that of aiops-correlate"
	done
	rm -rf -- "${work:?}/micross"
}

data=${AIOPS_DATA:-../shared/data}
petshop
nezha
micross
