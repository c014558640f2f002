# aiops-runbook: limits of a runbook that reach over runs: what is held back for the end, destructive steps,
# concurrency, everything as a target; groups of approvers; when somebody is called.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

# A step that acts, undone: NAME [KEYS]
acting() {
	echo "
  - {id: $1, effect: write, idempotent: true, target: t, argv: [act, $1], timeout: 60s, env: {WORLD: '{{world}}'}, ${2-}
     rollback: {argv: [act, undo-$1], timeout: 60s, effect: write, env: {WORLD: '{{world}}'}}}"
}

TIDY="
  - {id: tidy, effect: write, idempotent: true, target: t, argv: [act, tidy], timeout: 60s, env: {WORLD: '{{world}}'}}"

@test "always: has its share of the budget after everything was undone" {
	runbook_yaml steps="$(acting one)$(acting two)" always="$TIDY" limits='max_targets: 1, max_steps_per_incident: 5'
	touch fail-two
	planned_and_approved --incident INC-1
	apply 1 --incident INC-1
	ends rolled_back step_failed
	world_is one two undo-two undo-one tidy
}

@test "always: retries cannot use up what it needs, and nothing holds it up" {
	runbook_yaml steps="$(acting one 'retry: {max_attempts: 5, initial_interval: 1ms, on: [exit:3]},')" always="$TIDY" \
		limits='max_targets: 1, max_actions_per_hour: 3'
	touch fail-one
	planned_and_approved
	apply 1
	world_is one one undo-one tidy # two tries, and one action is kept for the end
	[ "$(jq -r 'select(.reason == "rate_limited" and .step) | .step' run.json)" = one ]
}

@test "max_destructive_per_incident: counted over runs and runbooks, held against what runs have set aside" {
	local limits='max_targets: 1, max_actions_per_hour: 1000, max_destructive_per_incident: 2'
	runbook_yaml limits="$limits"
	sed 's/^id: demo/id: other/; s/^limits: {/&concurrency_key: other, /' demo.yaml > other.yaml
	planned_and_approved --incident INC-1
	apply 0 --incident INC-1
	other() {
		aiops-runbook plan other.yaml --incident "$1" --format ndjson > plan.json
		aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key > /dev/null
		aiops-runbook run other.yaml --apply --incident "$1" --plan "$(jq -r .plan_digest plan.json)" > run.json
	}
	other INC-1
	run -77 other INC-1
	ends awaiting_approval budget_exhausted
	other INC-2 # it is of the incident
	# an incident that is not known refuses
	planned_and_approved
	apply 77
	ends awaiting_approval budget_exhausted
	# of runs that begin at once one finds room: what the other may still do counts
	touch slow-one
	planned_and_approved --incident INC-3
	aiops-runbook run demo.yaml --apply --incident INC-3 --plan "$DIGEST" > first.json 2> /dev/null &
	until grep -q '"step":"one".*"state":"started"' first.json; do sleep 0.05; done
	sed -i 's/max_destructive_per_incident: 2/max_destructive_per_incident: 1/' other.yaml
	run -77 other INC-3
	ends awaiting_approval budget_exhausted
	kill "$!"
	wait "$!" || true
}

@test "concurrency: so many runs with a key at a time, and never more than any of them was approved with" {
	runbook_yaml head='  shard: {type: integer, default: 1}' steps="$(acting one)" \
		limits="max_targets: 1, max_actions_per_hour: 1000, concurrency: 2, concurrency_key: k"
	touch slow-one
	begin() { # SHARD: in the background, until its step runs
		planned_and_approved -p shard="$1"
		aiops-runbook run demo.yaml -p shard="$1" --apply --plan "$DIGEST" > "run-$1.json" 2> /dev/null &
		RUNNERS+=("$!")
		until grep -q '"step":"one".*"state":"started"' "run-$1.json"; do
			kill -0 "${RUNNERS[-1]}" || fail "it ended: $(tail -n 1 "run-$1.json")"
			sleep 0.05
		done
	}
	RUNNERS=()
	begin 1
	begin 2
	planned_and_approved -p shard=3
	apply 75 -p shard=3
	ends awaiting_approval locked
	# one that may not run beside others does not, whatever those may
	kill "${RUNNERS[0]}"
	wait "${RUNNERS[0]}" || true
	cp demo.yaml two.yaml
	sed -i 's/concurrency: 2/concurrency: 1/' demo.yaml
	planned_and_approved -p shard=4
	apply 75 -p shard=4
	ends awaiting_approval locked
	# a runner that is killed leaves its place taken, until its run is taken up
	cp two.yaml demo.yaml
	kill -9 "${RUNNERS[1]}"
	wait "${RUNNERS[1]}" || true
	begin 5
	planned_and_approved -p shard=6
	apply 75 -p shard=6
	ends awaiting_approval unfinished_run
	kill "${RUNNERS[-1]}"
	wait "${RUNNERS[-1]}" || true
	aiops-runbook cancel "$(jq -r .run run-2.json | head -n 1)" > /dev/null || true
	rm slow-one
	apply 0 -p shard=6
}

@test "everything as a target: only where allow_all says so, and then a person decides, and the share is all" {
	runbook_yaml steps="$(acting one | sed "s/target: t,/target: '*',/")"
	run -78 aiops-runbook plan demo.yaml
	[[ $output == *"RB206 "*"the target of step 'one' is empty or everything"* ]]
	sed -i 's/^limits: {/&allow_all: true, /; s/^risk: high/risk: low/' demo.yaml
	aiops-runbook plan demo.yaml --no-store --format ndjson > plan.json
	[ "$(jq -c '[.policy.because, .resolved.limits.allow_all, .resolved.targets]' plan.json)" = '["runbook",true,["*"]]' ]
	# a parameter must not be able to widen it
	sed "s/target: '\*'/target: '{{which}}'/; s/^parameters:/&\n  which: {type: string, pattern: '[*a-z]+', default: t}/" demo.yaml > which.yaml
	run -78 aiops-runbook plan which.yaml
	[[ $output == *"RB207 "* ]]
	sed -i 's/^limits: {/&max_target_percent: 50, population: 10, /' demo.yaml
	run -77 aiops-runbook plan demo.yaml
	[[ $output == *"10 of 10 targets are more than max_target_percent, 50"* ]]
}

@test "approvers: a group is who the configuration puts into it, by key or by user, and for as long as it does" {
	runbook_yaml steps="$(acting one)"
	sed -i 's/approvers: \[site\], /approvers: ["group:oncall"], min_approvals: 1, /' demo.yaml
	sed 's/min_approvals: 1/min_approvals: 2/' demo.yaml > two.yaml
	aiops-runbook lint demo.yaml two.yaml
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json) RUN=$(jq -r .run plan.json)
	run -77 aiops-runbook approve "$RUN" --as maria --key maria.key
	[[ $output == *"does not accept 'maria'"* ]]
	cp config.yaml none.yaml
	sed -i '/name: maria/s/}$/, groups: [oncall, dba]}/' config.yaml
	aiops-runbook approve "$RUN" --as maria --key maria.key > /dev/null
	# she has left the group before the approval is used
	cp config.yaml in.yaml
	cp none.yaml config.yaml
	apply 77
	ends awaiting_approval not_an_approver
	cp in.yaml config.yaml
	apply 0
	# a user without a key: named for the group, decides as whom the system knows, not by another's key
	echo "  - {name: $(id -un), groups: [oncall]}" >> config.yaml
	sed -i '1i allow_self: true' config.yaml
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	run -77 aiops-runbook approve "$(jq -r .run plan.json)" --as "$(id -un)" --key noor.key
	[[ $output == *"has no key among the approvers"* ]]
	aiops-runbook approve "$(jq -r .run plan.json)" > /dev/null
	DIGEST=$(jq -r .plan_digest plan.json)
	apply 0
	# bad configurations say where
	for bad in '{name: x}' "{name: x, groups: oncall}" "{name: x, groups: ['a b']}"; do
		printf 'approvers:\n  - %s\n' "$bad" > bad.yaml
		run -78 aiops-runbook approvals -c bad.yaml
		[[ $output == *bad.yaml:2:* ]]
	done
}

@test "escalation: after_failures lets the first failures pass, in a row, and never what a person must see" {
	runbook_yaml steps="$(acting one)" limits='max_targets: 1, max_actions_per_hour: 1000'
	sed -i 's/^limits:/breaker: {failure_threshold: 50}\nlimits:/; s/notify: oncall/notify: oncall, after_failures: 2/' demo.yaml
	told() {
		planned_and_approved
		apply "$1"
		tail -n 1 run.json | jq -c '.escalation.cause'
	}
	touch fail-one
	[ "$(told 1)" = null ]
	[ "$(told 1)" = '"step_failed"' ]
	[ "$(told 1)" = '"step_failed"' ]
	rm fail-one
	[ "$(told 0)" = null ]
	touch fail-one
	[ "$(told 1)" = null ]
	touch fail-undo-one
	sed -i 's/after_failures: 2/after_failures: 50/' demo.yaml
	[ "$(told 10)" = '"rollback_failed"' ]
}
