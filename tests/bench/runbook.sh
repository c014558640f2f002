# runbook - aiops-runbook: durable commits and processor time of a step beside its process, and of a large plan
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# runbook_file STEPS: a runbook of trivial steps that act.
runbook_file() {
	cat <<-YAML
		version: 1
		id: bench
		name: Bench
		risk: medium
		limits: {max_targets: 1, max_actions_per_hour: 100000}
		approval: {approvers: [site], expires_in: 23h}
		preconditions: []
		steps:
	YAML
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		echo "  - {id: s$i, effect: write, idempotent: true, target: t, argv: [\"true\"], timeout: 5s, rollback: {none: bench}}"
	done
	echo 'verify: [{id: v, argv: ["true"], timeout: 5s}]'
	echo 'escalation: {on: [rollback_failed, step_unknown], notify: bench}'
}

# runbook_ready STEPS: plans and approves; sets digest.
runbook_ready() {
	"$bin/aiops-runbook" plan "$work/run$1.yaml" --format ndjson >"$work/plan.json" || exit 70
	"$bin/aiops-runbook" approve "$(sed 's/.*"run":"\([^"]*\)".*/\1/' "$work/plan.json")" --as bench \
		--key "$work/bench.key" >"$work/approved.json" || exit 70
	digest=$(sed 's/.*"plan_digest":"\([^"]*\)".*/\1/' "$work/plan.json")
}

# runbook_run STEPS: median processor milliseconds of carrying it out, the steps' own included, into $ms.
runbook_run() {
	round=0
	while [ $round -lt "$rounds" ]; do
		round=$((round + 1))
		runbook_ready "$1"
		measured 1 /dev/null "$bin/aiops-runbook" run "$work/run$1.yaml" --apply --plan "$digest"
		echo "$cpu"
	done >"$work/rounds"
	ms=$(sort -n "$work/rounds" | awk '{ v[NR] = $1 } END { print 1000 * v[int((NR + 1) / 2)] }')
}

# runbook_syncs STEPS: fdatasync and fsync calls of carrying it out, all processes, into $syncs.
runbook_syncs() {
	runbook_ready "$1"
	strace -f -qq -o "$work/syncs" -e trace=fdatasync,fsync "$bin/aiops-runbook" run "$work/run$1.yaml" --apply \
		--plan "$digest" >"$work/run.json" || exit 70
	syncs=$(grep -c 'sync(' "$work/syncs")
}

runbook_topic() {
	rounds=${quick:+5}
	rounds=${rounds:-15}
	for n in 5 15 50; do runbook_file $n >"$work/run$n.yaml"; done
	key=$("$bin/aiops-runbook" keygen --out "$work/bench.key") || exit 70
	echo "{runbook: {authority: approved, path: '/usr/bin:/bin'}, approvers: [{name: bench, public_key: '$key'}]}" \
		>"$work/site.yaml"
	AIOPS_CONFIG=$PWD/$work/site.yaml AIOPS_DB=$PWD/$work/runbook.db
	export AIOPS_CONFIG AIOPS_DB
	printf '\nRunbooks: steps of one trivial command each, the store on the disk of %s\n' "$build"
	if command -v strace >/dev/null; then
		runbook_syncs 5
		five=$syncs
		runbook_syncs 15
		per_step=$(awk -v a="$five" -v b="$syncs" 'BEGIN { print (b - a) / 10 }')
		printf '  %-44s %9s  (a run of five: %s in all)\n' 'durable commits of a step' "$per_step" "$five"
		goal "$(is "$per_step <= 3")" 'at most 3 durable commits a step'
	else
		echo '  strace is not installed: durable commits are not counted'
	fi
	runbook_run 5
	five=$ms
	runbook_run 15
	step_ms=$(awk -v a="$five" -v b="$ms" 'BEGIN { print (b - a) / 10 }')
	measured 100 /dev/null true
	process_ms=$(awk -v cpu="$cpu" 'BEGIN { print 1000 * cpu }')
	# One durable row of the audit log: what each of the commits costs at the least.
	i=0
	while [ $i -lt 1000 ]; do
		i=$((i + 1))
		printf '{"v":1,"kind":"run","id":"b%d","timestamp":"2026-11-21T09:00:00Z","source":"bench"}\n' $i
	done >"$work/rows.ndjson"
	measured 1 "$work/rows.ndjson" "$bin/aiops-audit" append --unbuffered --db "$work/rows.db"
	commit_ms=$(awk -v cpu="$cpu" 'BEGIN { print cpu }')
	beyond=$(awk -v s="$step_ms" -v p="$process_ms" -v c="$commit_ms" 'BEGIN { print s - p - 3 * c }')
	printf '  %-44s %9.2f ms\n' 'a step, processor time' "$step_ms" 'its process alone' "$process_ms" \
		'a durable audit row' "$commit_ms" 'a step beyond its process and three rows' "$beyond"
	goal "$(is "$beyond <= 2")" 'at most 2 ms of processor time beyond them'
	measured 50 /dev/null "$bin/aiops-runbook" plan --no-store "$work/run50.yaml"
	printf '  %-44s %9.2f ms\n' 'plan of 50 steps, the whole programme' "$(awk -v c="$cpu" 'BEGIN { print 1000 * c }')"
	goal "$(is "$cpu <= 0.010")" 'plan of 50 steps in at most 10 ms'
	unset AIOPS_CONFIG AIOPS_DB
}

runbook_topic
