# What the tests of aiops-runbook share: a world that counts side effects
# outside the programme, tools that act on it, approvers with keys.
#
#   bin/act WORD...     appends its words to the file world (the side effect); fails while fail-WORD exists,
#                       sleeps while slow-WORD exists
#   bin/holds WORD      true if the file WORD exists

runbook_world() {
	mkdir -p bin
	cat > bin/act <<-'SH'
		#!/bin/sh
		[ ! -e "$WORLD/slow-$1" ] || sleep 30
		printf '%s\n' "$*" >> "$WORLD/world"
		[ ! -e "$WORLD/fail-$1" ] || exit 3
	SH
	cat > bin/holds <<-'SH'
		#!/bin/sh
		test -e "$WORLD/$1"
	SH
	# its words, each followed by NUL, to the file argv
	cat > bin/record <<-'SH'
		#!/bin/sh
		printf '%s\0' "$@" > "$WORLD/argv"
	SH
	chmod 755 bin/act bin/holds bin/record
	: > world
	export AIOPS_DB=$PWD/run.db AIOPS_CONFIG=$PWD/config.yaml
	{
		echo "runbook: {authority: approved, path: $PWD/bin:/usr/bin:/bin}"
		echo "approvers:"
		for name in maria noor; do
			echo "  - {name: $name, public_key: '$(aiops-runbook keygen --out $name.key)'}"
		done
	} > config.yaml
}

# runbook_yaml [KEY=TEXT]...: demo.yaml; TEXT takes the place of a part: head steps verify always limits pre
runbook_yaml() {
	local head='' pre='' limits='max_targets: 1, max_actions_per_hour: 1000' always='' verify='' steps part
	steps="
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-one], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}
  - {id: two, effect: write, idempotent: true, target: t, argv: [act, two], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-two], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}
  - {id: three, effect: destructive, idempotent: true, target: t, argv: [act, three], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {none: it is gone}}"
	verify="
  - {id: good, argv: [holds, world], timeout: 5s, env: {WORLD: '{{world}}'}, poll: {every: 10ms, for: 30s, consecutive: 2}}"
	for part; do local "${part%%=*}"; printf -v "${part%%=*}" %s "${part#*=}"; done
	cat > demo.yaml <<-YAML
		version: 1
		id: demo
		name: Demo
		risk: high
		parameters:
		  world: {type: path, default: $PWD}
		$head
		limits: {$limits}
		approval: {approvers: [site], expires_in: 15m}
		preconditions: ${pre:-[]}
		steps: $steps
		verify: $verify
		verify_rollback: []
		always: ${always:-[]}
		escalation: {on: [rollback_failed, step_unknown, verify_failed, step_failed], notify: oncall}
	YAML
}

# accepted RULE TEXT: in demo.yaml, lint passes over that rule in the lines that hold TEXT.
accepted() {
	sed -i "s/^\(.*$2.*\)\$/\1 # lint: ignore $1 until 2200-01-01 -- the test is about it/" demo.yaml
}

# Plans, approves, and sets DIGEST. Arguments go to plan.
planned_and_approved() {
	aiops-runbook plan demo.yaml "$@" --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	RUN=$(jq -r .run plan.json)
	aiops-runbook approve "$RUN" --as maria --key maria.key > approved.json
}

# apply STATUS [ARG...]: carries the plan out and expects that exit status; records are in run.json.
apply() {
	local want=$1 status=0
	shift
	aiops-runbook run demo.yaml --apply --plan "$DIGEST" "$@" > run.json 2> err || status=$?
	[ "$status" = "$want" ] || fail "exit $status, expected $want: $(cat err; tail -n 3 run.json)"
}

# world_is WORD...: exactly these things have happened, in this order.
world_is() {
	[ "$(tr '\n' ' ' < world)" = "${*:+$* }" ] || fail "the world is '$(tr '\n' ' ' < world)', expected '$*'"
}

# ends STATE REASON: of the last record.
ends() {
	local last
	last=$(tail -n 1 run.json | jq -r '"\(.state) \(.reason)"')
	[ "$last" = "$1 $2" ] || fail "the run is $last, expected $1 $2"
}

# shows FILTER: some record of run.json fulfils it.
shows() {
	jq -se "any(.[]; $1)" run.json > /dev/null || fail "no record fulfils $1"
}

# The audit log is whole, and what was shown is what it holds.
audit_holds() {
	aiops-audit verify > /dev/null
	cat "$@" > shown.json
	aiops-audit query | sed 's/,"ts":"[^"]*","actor":"[^"]*"}}$/}}/' > logged.json
	while IFS= read -r line; do
		grep -qxF -- "$line" logged.json || fail "not in the log: $line"
	done < shown.json
}
