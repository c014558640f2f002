# aiops-runbook run as a filter: triaged incidents come in, what may be done is done, once.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
	mkdir books
}

# What lint asks of a runbook that agents may start.
for_agents() {
	sed -i -e 's/^risk: high/risk: low\nai_executable: true\nbreaker: {failure_threshold: 50}/' \
		-e 's/^limits: {/&per_target_cooldown: 1ms, max_steps_per_incident: 100, max_duration: 10m, /' books/demo.yaml
}

# book KEY=TEXT...: books/demo.yaml, as runbook_yaml makes it
book() {
	runbook_yaml "$@"
	mv demo.yaml books/demo.yaml
}

safe_steps="
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-one], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}"

# incident N [REVISION] [JSON]: a triaged incident; JSON is merged into triage.runbook
incident() {
	printf '{"v":1,"kind":"incident","id":"INC-%s#%s","incident":"INC-%s","timestamp":"2026-11-21T09:00:00Z", "n" : 1.10,"source":"t","labels":{"db":"d"},"triage":%s}\n' \
		"$1" "${2:-1}" "$1" "$(jq -nc --argjson more "${3:-null}" '{confidence: 0.995, calibration: "platt"} * ($more.triage // {}) + {runbook: ({id: "demo", automation: "ready"} + ($more.runbook // {}))}')"
}

# filter STATUS [ARGUMENT...]: stdin in; records in run.json
filter() {
	local want=$1 status=0
	shift
	aiops-runbook run --runbooks books "$@" > run.json 2> err || status=$?
	[ "$status" = "$want" ] || fail "exit $status, expected $want: $(cat err; tail -n 3 run.json)"
}

approve_all() {
	for run in $(jq -r 'select(.reason == "pending_approval") | .run' run.json); do
		aiops-runbook approve "$run" --as maria --key maria.key > /dev/null
	done
}

auto() {
	sed -i 's/authority: approved/authority: auto/' config.yaml
}

@test "an incident whose id looks like a secret is refused, and the next one is planned" {
	book
	incident 1 | jq -c '.incident = "http://user:pw@127.0.0.1:1/"' > in
	incident 2 >> in
	filter 3 --dead-letter dead < in
	[ "$(jq -r 'select(.kind == "plan") | .incident' run.json)" = INC-2 ]
	[ "$(jq -r .code dead)" = schema ]
	run -64 aiops-runbook plan --runbooks books demo --incident 'http://user:pw@127.0.0.1:1/'
	[[ $output == *"is no incident's id"* ]]
}

@test "advise: plans only; lines pass byte for byte, records join the incident" {
	book
	{ incident 1; echo '{"v":1,"kind":"alert","x":1e2}'; incident 2; incident 1 2; } > in
	filter 0 < in
	grep -v '"source":"aiops-runbook"' run.json | cmp - in
	[ "$(jq -r 'select(.kind == "plan") | .incident + " " + .reason + " " + .expires_in' run.json)" = 'INC-1 pending_approval 15m
INC-2 pending_approval 15m' ]
	# a line's records follow it
	[ "$(jq -r .kind run.json | tr '\n' ' ')" = 'incident plan alert incident plan incident ' ]
	world_is
	sed -i '/^runbook:/d' config.yaml
	incident 1 | filter 77 --apply
	world_is
}

@test "approved: what a person approved runs, once, over revisions, restarts and many processes" {
	book
	incident 1 > in
	filter 77 --apply < in
	world_is
	approve_all
	for i in 1 2 3 4 5 6 7 8; do
		aiops-runbook run --runbooks books --apply < in > "out.$i" 2> "err.$i" &
	done
	wait
	world_is one two three
	cat out.* > run.json
	[ "$(jq -r 'select(.state == "running" and .from != .state) | .run' run.json | wc -l)" = 1 ]
	{ incident 1; incident 1 7; } | filter 0 --apply
	world_is one two three
	[ "$(jq -r 'select(.kind != "incident") | .kind' run.json)" = '' ]
	aiops-audit verify
}

@test "approved: another revision's parameters are another plan, which nobody approved, and never a second run" {
	book
	sed -i 's,^limits:,  n: {type: integer\, default: 1}\n&,' books/demo.yaml
	{ incident 1 1 '{"runbook":{"parameters":{"n":1}}}'; incident 1 2 '{"runbook":{"parameters":{"n":2}}}'; } > in
	filter 0 < in
	approve_all
	for i in 1 2 3 4; do
		aiops-runbook run --runbooks books --apply < in > "out.$i" 2> "err.$i" &
	done
	wait
	world_is one two three
	filter 0 --apply < in
	world_is one two three
}

@test "auto: an ai_executable runbook runs without a person when triage is sure enough, and else asks" {
	book "steps=$safe_steps" 'head=' "limits=max_targets: 1, max_actions_per_hour: 1000"
	for_agents
	auto
	incident 1 | filter 0 --apply
	world_is one
	shows '.state == "running" and .reason == "automatic" and .policy.because == "automatic"'
	incident 2 1 '{"triage":{"confidence":0.97}}' | filter 77 --apply
	shows '.kind == "plan" and .reason == "pending_approval" and .policy.because == "low_confidence"'
	incident 3 1 '{"triage":{"calibration":"uncalibrated"}}' | filter 77 --apply
	shows '.policy.because == "uncalibrated"'
	incident 4 1 '{"triage":{"confidence":"0.999"}}' | filter 77 --apply
	incident 5 1 '{"triage":{"confidence":1.5}}' | filter 77 --apply
	incident 6 1 '{"triage":{"decision":"abstain"}}' | filter 0 --apply
	sed -i '/^ai_executable/d' books/demo.yaml
	incident 7 | filter 77 --apply
	shows '.policy.because == "not_ai_executable"'
	world_is one
	# without --apply it is a plan, in any case
	sed -i 's/^risk: low/risk: low\nai_executable: true/' books/demo.yaml
	incident 8 | filter 0
	shows '.kind == "plan" and .reason == "dry_run"'
	world_is one
}

@test "auto: the same incident in many processes at once is acted on once" {
	book "steps=$safe_steps"
	for_agents
	auto
	for i in 1 2 3 4 5 6 7 8; do
		{ incident 1 "$i"; incident 1 "1$i"; } | aiops-runbook run --runbooks books --apply > "out.$i" 2> "err.$i" &
	done
	wait
	world_is one
	cat out.* | jq -r 'select(.state == "succeeded") | .run' > won
	[ "$(wc -l < won)" = 1 ]
}

@test "what cannot be planned is a record with the reason blocked" {
	book
	sed -i 's,^limits:,  n: {type: integer\, max: 5\, default: 1}\n&,' books/demo.yaml
	sed 's/^id: demo/id: broken/; s/^risk: high/risk: none/' books/demo.yaml > books/broken.yaml
	{
		incident 1 1 '{"runbook":{"parameters":{"n":6}}}'
		incident 2 1 '{"runbook":{"parameters":{"unknown":"x"}}}'
		incident 3 1 '{"runbook":{"digest":"sha256:00"}}'
		incident 4 1 '{"runbook":{"id":"missing"}}'
		incident 5 1 '{"runbook":{"id":"../../etc/passwd"}}'
		incident 6 1 '{"runbook":{"id":"broken"}}'
		incident 1 2 '{"runbook":{"parameters":{"n":6}}}'
		incident 7 1 "{\"runbook\":{\"parameters\":{\"n\":\"$(printf '9%.0s' {1..400})\"}}}"
	} > in
	filter 78 < in
	grep -v '"source":"aiops-runbook"' run.json | cmp - in
	[ "$(jq -r 'select(.kind == "notice") | .incident + " " + .state + " " + .reason' run.json)" = 'INC-1 blocked blocked
INC-2 blocked blocked
INC-3 blocked blocked
INC-4 blocked blocked
INC-5 blocked blocked
INC-6 blocked blocked
INC-7 blocked blocked' ]
	shows '.why == "the runbook has changed since triage chose it"'
	shows '.why | tostring | contains("is not declared by the runbook")'
	[ "$(aiops-audit query --kind notice | wc -l)" = 7 ]
	for want in "stdin:1: parameter 'n': '6' is above the maximum" "stdin:2: proposed parameter 'unknown' is not declared by the runbook" \
		'stdin:3: the runbook has changed since triage chose it' "stdin:4: no runbook 'missing' in 'books'" \
		"stdin:5: '../../etc/passwd' is no id of a runbook" "broken.yaml:4:7: RB002 schema: expected one of low, medium, high, critical, found 'none'" \
		"stdin:8: parameter 'n': the value has 400 bytes, at most 256 are accepted"; do
		grep -qF "$want" err || fail "no message '$want': $(cat err)"
	done
	world_is
}

@test "result words: rate_limited and paused stand in reason, and a refused start leaves its approval" {
	book "steps=$safe_steps" 'limits=max_targets: 1, max_actions_per_hour: 1'
	{ incident 1; incident 2; } > in
	filter 0 < in
	approve_all
	filter 75 --apply < in
	world_is one
	shows '.incident == "INC-2" and .reason == "rate_limited"'
	incident 2 | filter 75 --apply
	shows '.reason == "rate_limited"'
	world_is one
}

@test "a run says what it means for its incident: mitigating, resolved only when verified, else escalated" {
	book
	incident 1 > in
	filter 0 < in
	approve_all
	filter 0 --apply < in
	[ "$(jq -r 'select(.incident_status) | .state + " " + .incident_status' run.json)" = 'running mitigating
succeeded resolved' ]
	touch fail-two
	incident 2 > in
	filter 0 < in
	approve_all
	filter 1 --apply < in
	[ "$(jq -r 'select(.incident_status) | .state + " " + .incident_status' run.json)" = 'running mitigating
rolled_back escalated' ]
}

@test "incidents that are over, or for which triage chose nothing, pass" {
	book
	{
		incident 1 1 '{"runbook":{"automation":"none"}}'
		incident 2 | sed 's/"source"/"status":"resolved","source"/'
		incident 3 | sed 's/"source"/"change":"resolved","source"/'
		incident 4 | sed 's/"source"/"status":"false_positive","source"/'
		incident 5 | sed 's/"triage"/"other"/'
	} > in
	filter 0 --apply < in
	cmp in run.json
}

@test "auto with first_step: one step that acts, then a person, unless that was enough" {
	book 'head=' 'limits=max_targets: 1, max_actions_per_hour: 1000' "steps=$safe_steps
  - {id: say, type: message, text: one is done}
  - {id: two, effect: write, idempotent: true, target: t, argv: [act, two], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-two], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}" "verify=
  - {id: good, argv: [holds, enough], timeout: 5s, env: {WORLD: '{{world}}'}}"
	for_agents
	sed -i 's/authority: approved/authority: auto, first_step: true/' config.yaml
	touch enough
	incident 1 | filter 0 --apply
	world_is one
	shows '.step == "two" and .state == "skipped" and .reason == "first_step"'
	shows '.state == "succeeded" and .reason == "verified"'
	rm enough
	: > world
	incident 2 | filter 11 --apply
	world_is one
	shows '.state == "needs_operator" and .reason == "first_step" and .incident_status == "escalated"'
	# what a person approved is done whole
	touch enough
	: > world
	incident 3 1 '{"triage":{"confidence":0.96}}' > in
	filter 0 < in
	approve_all
	filter 0 --apply < in
	world_is one two
}

@test "auto with first_step: a run that is taken up does not go beyond it either, whatever is said by then" {
	cat > bin/gate <<-'SH'
		#!/bin/sh
		until [ -e "$WORLD/open" ]; do sleep 0.02; done
		exec act "$@"
	SH
	chmod 755 bin/gate
	book 'head=' 'limits=max_targets: 1, max_actions_per_hour: 1000' "steps=$safe_steps
  - {id: two, effect: write, idempotent: true, target: t, argv: [act, two], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-two], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}" "verify=
  - {id: good, argv: [holds, world], timeout: 5s, env: {WORLD: '{{world}}'}}"
	for_agents
	sed -i 's/\[act, one\]/[gate, one]/; s/timeout: 5s/timeout: 60s/' books/demo.yaml
	auto
	incident 1 > in.ndjson
	aiops-runbook run --runbooks books --first-step --apply in.ndjson > run.json 2> err &
	local runner=$!
	until grep -q '"step":"one".*"state":"started"' run.json; do
		kill -0 "$runner" || fail "it ended: $(tail -n 1 run.json)"
		sleep 0.05
	done
	kill -9 "$runner"
	wait "$runner" || true
	touch open
	aiops-runbook resume --format ndjson > run.json
	world_is one
	shows '.step == "two" and .state == "skipped" and .reason == "first_step"'
}

@test "a file whose name could be an id of a runbook is not taken for one" {
	book
	incident 1 > triaged
	run -64 aiops-runbook run --runbooks books --apply triaged
	[[ $output == *"write ./triaged for the file"* ]]
	filter 77 --apply ./triaged
	[ "$(jq -rs '.[-1].kind' run.json)" = plan ]
}

@test "aiops-incident takes the records of runs: resolved when verified, escalated when undone" {
	book steps="$safe_steps"
	for_agents
	auto
	incident 0000000000000001 > in.ndjson
	touch fail-one
	incident 0000000000000002 > in-2.ndjson
	sed -i 's/"n" : 1.10,/"revision":1,"change":"opened","starts_at":"2026-11-21T09:00:00Z","severity":"high","title":"t","status":"detected",/' in.ndjson in-2.ndjson
	filter 1 --apply in-2.ndjson
	rm fail-one
	aiops-incident apply run.json > /dev/null
	filter 0 --apply in.ndjson
	aiops-incident apply run.json > /dev/null
	aiops-incident list --all --format ndjson | jq -r '"\(.incident) \(.status)"' | sort > said
	printf "INC-%s\n" "0000000000000001 resolved" "0000000000000002 escalated" | diff - said
}
