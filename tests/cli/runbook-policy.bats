# aiops-runbook: what stands between a plan and its run: risk, approvals that say
# less, limits, breakers, pauses.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

# One step that acts, with what the arguments add to it.
one_step() {
	runbook_yaml steps="
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 60s, env: {WORLD: '{{world}}'}, $1
     rollback: {argv: [act, undo-one], timeout: 60s, effect: write, env: {WORLD: '{{world}}'}}}" verify="
  - {id: good, argv: [holds, world], timeout: 60s, env: {WORLD: '{{world}}'}}" "${@:2}"
	sed -i 's/^risk: high/risk: low/' demo.yaml
}

risk_is() {
	local got
	got=$(jq -r '"\(.risk.score) \(.risk.level) " + ([.risk.factors[] | "\(.name)=\(.points)"] | join(" "))' plan.json)
	[ "$got" = "$1" ] || fail "risk is '$got', expected '$1'"
}

plan() {
	aiops-runbook plan demo.yaml --format ndjson "$@" > plan.json
}

# ---- risk ----

@test "risk: a score with its factors, by the clocks of the zone, never below what is declared" {
	one_step "action_type: restart, target_type: pod, target_selector: {namespace: shop, app: cart},"
	plan --no-store --now 2026-11-23T08:59:59Z # a Monday
	risk_is '1 low action=1 scope=0 hours=0 history=0'
	plan --no-store --now 2026-11-23T09:00:00Z
	risk_is '2 low action=1 scope=0 hours=1 history=0'
	plan --no-store --now 2026-11-23T09:00:00Z --zone America/New_York
	risk_is '1 low action=1 scope=0 hours=0 history=0'
	plan --no-store --now 2026-11-22T10:00:00Z # a Sunday
	risk_is '1 low action=1 scope=0 hours=0 history=0'
	sed -i 's/namespace: shop, //; s/action_type: restart/action_type: config_change/' demo.yaml
	plan --no-store --now 2026-11-23T10:00:00Z
	risk_is '6 medium action=3 scope=2 hours=1 history=0'
	sed -i 's/^risk: low/risk: critical/' demo.yaml
	plan --no-store --now 2026-11-22T10:00:00Z
	risk_is '5 critical action=3 scope=2 hours=0 history=0'
	aiops-runbook plan demo.yaml --no-store --format text > text
	grep -q '^risk      critical (declared critical, score 5 of 9)$\|score 6 of 9' text
	grep -q '+2 the target_selector of step .one. does not say where' text
}

@test "risk: the hour is no part of the digest, what the score is made of is" {
	one_step "action_type: restart, target_selector: {namespace: shop},"
	plan --no-store --now 2026-11-23T08:00:00Z
	first=$(jq -r .plan_digest plan.json)
	plan --no-store --now 2026-11-23T12:00:00Z
	[ "$(jq -r .plan_digest plan.json)" = "$first" ]
	for edit in 's/restart/scale/' 's/namespace: shop/namespace: bar/' 's/action_type:/target_type: pod, action_type:/'; do
		sed "$edit" demo.yaml > other.yaml
		aiops-runbook plan other.yaml --no-store --format ndjson > plan.json
		[ "$(jq -r .plan_digest plan.json)" != "$first" ] || fail "$edit"
	done
	jq -e '.resolved.steps[0] | .action_type == "restart" and .target_selector == {"namespace":"shop"}' plan.json
}

@test "risk: failures of the runbook count, and there is no way to force it" {
	one_step 'target_selector: {namespace: shop},' limits='max_targets: 1, max_actions_per_hour: 1000'
	touch fail-one
	for i in 1 2 3; do
		planned_and_approved
		apply 1
	done
	plan --now 2026-11-22T12:00:00Z
	jq -e '.risk.factors[] | select(.name == "history") | .points == 2 and (.text | test("^3 of the last 3 runs failed"))' plan.json
	run -64 aiops-runbook run demo.yaml --apply --force --plan "$DIGEST"
}

@test "a selector without a value, a key without one, a share of an unknown total: refused" {
	one_step "target_selector: {namespace: '{{ns}}'}," head='  ns: {type: string, pattern: "[a-z ]+"}' \
		limits="max_targets: 1"
	run -77 aiops-runbook plan demo.yaml --no-store --param 'ns= '
	[[ $output == *"has no value for 'namespace'"* ]]
	one_step '' head='  key: {type: string, pattern: "[a-z ]+", default: " "}' limits="max_targets: 1, concurrency_key: '{{key}}'"
	run -77 aiops-runbook plan demo.yaml --no-store
	[[ $output == *"concurrency_key is empty"* ]]
	one_step '' head='  total: {type: integer, default: 9}' limits="max_targets: 1, max_target_percent: 10, population: '{{total}}'"
	run -77 aiops-runbook plan demo.yaml --no-store
	[[ $output == *"1 of 9 targets are more than max_target_percent, 10"* ]]
	plan --no-store --param total=10
	[ "$(jq -c '.resolved.limits | [.max_target_percent, .population]' plan.json)" = '[10,10]' ]
	run -77 aiops-runbook plan demo.yaml --no-store --param total=0
	sed -i "s/, population: '{{total}}'//" demo.yaml
	run -78 aiops-runbook plan demo.yaml --no-store
	[[ $output == *"max_target_percent needs 'population'"* ]]
}

# ---- approvals ----

@test "approve --without: the run leaves steps out, and nothing can be added" {
	runbook_yaml
	plan
	RUN=$(jq -r .run plan.json) DIGEST=$(jq -r .plan_digest plan.json)
	run -64 aiops-runbook approve "$RUN" --as maria --key maria.key --without four
	run -64 aiops-runbook approve "$RUN" --as maria --key maria.key --without one --without two --without three
	[[ $output == *"deny the run instead"* ]]
	aiops-runbook approve "$RUN" --as maria --key maria.key --without two --without three --without two > approved.json
	[ "$(jq -c .approval.without approved.json)" = '["three","two"]' ]
	sqlite3 run.db "DELETE FROM aiops_approval_drop WHERE step = 'three'"
	apply 77
	shows '.reason == "approval_invalid"'
	world_is
	sqlite3 run.db "INSERT INTO aiops_approval_drop SELECT id, 'three' FROM aiops_approval"
	apply 0
	world_is one
	shows '.step == "two" and .state == "skipped" and .reason == "not_approved"'
	audit_holds plan.json approved.json run.json
}

@test "allow_self is the site's to say, and recorded each time" {
	runbook_yaml
	plan
	RUN=$(jq -r .run plan.json) DIGEST=$(jq -r .plan_digest plan.json)
	run -77 aiops-runbook approve "$RUN"
	[[ $output == *"may not approve it"* ]]
	run -64 aiops-runbook approve "$RUN" --allow-self
	AIOPS_ALLOW_SELF=true run -77 aiops-runbook approve "$RUN"
	sed 's/^approval: {/approval: {allow_self: true, /' demo.yaml > greedy.yaml
	run -78 aiops-runbook plan greedy.yaml --no-store
	echo 'allow_self: true' >> config.yaml
	aiops-runbook approve "$RUN" > approved.json
	jq -e '.approval.self == true and .approval.proved_by == "user"' approved.json
	apply 0
	shows '.state == "running" and .self_approved == true'
	world_is one two three
	echo 'allow_self: maybe' > bad.yaml
	run -78 aiops-runbook approvals --config bad.yaml
}

@test "a run that begins to need an approval is not begun without one" {
	one_step '' # authority approved: it needs one
	plan
	[ "$(jq -r .policy.because plan.json)" = authority ]
	RUN=$(jq -r .run plan.json) DIGEST=$(jq -r .plan_digest plan.json)
	# as if it had been filed where policy lets it through
	sqlite3 run.db "UPDATE aiops_run SET state = 'planned', needs_approval = 0"
	apply 77
	shows '.reason == "pending_approval" and (.why | test("it needs an approval now"))'
	world_is
	# planned again, the old request ends and another asks
	plan
	[ "$(jq -r '"\(.state) \(.reason) \(.expires_in)"' plan.json)" = 'expired policy_changed null
awaiting_approval pending_approval 15m' ]
	[ "$(jq -r .run plan.json | sort -u | wc -l)" = 2 ]
}

@test "an approval that nobody gives in time calls somebody" {
	one_step ''
	sed -i 's/on: \[/&approval_expired, /' demo.yaml
	plan
	DIGEST=$(jq -r .plan_digest plan.json)
	later=$(date -u -d '+16 minutes' +%Y-%m-%dT%H:%M:%SZ)
	plan --now "$later"
	jq -se '.[0] | .state == "expired" and .escalation == {"cause":"approval_expired","notify":"oncall"}' plan.json
	jq -se '.[1] | .state == "awaiting_approval"' plan.json
}

# ---- breaker ----

# fails N: so many runs that fail, each planned and approved.
fails() {
	local i
	touch fail-one
	for i in $(seq "$1"); do
		planned_and_approved "${@:2}"
		apply 1 "${@:2}"
	done
	rm fail-one
}

@test "breaker: failures open it over processes, a trial closes it, and each step is on record" {
	one_step ''
	sed -i 's/^limits:/breaker: {failure_threshold: 2, open_for: 60s}\nlimits:/; s/on: \[/&breaker_open, /' demo.yaml
	fails 1
	shows '.state == "rolled_back"'
	run ! jq -se 'any(.[]; .kind == "notice")' run.json
	fails 1
	shows '.kind == "notice" and .state == "open" and .reason == "tripped" and .notice.name == "demo" and .notice.failed == 2'
	shows '.kind == "notice" and .escalation == {"cause":"breaker_open","notify":"oncall"}'
	cp run.json shown-1
	planned_and_approved
	apply 75
	ends awaiting_approval breaker_open
	world_is one undo-one one undo-one
	[ "$(aiops-runbook breaker show demo --format ndjson | jq -r '"\(.state) \(.total.failed) \(.total.opened)"')" = 'open 2 1' ]
	aiops-runbook breaker | grep -q '^runbook  demo  *open  '
	[ "$(aiops-audit report --since 1h --format json | jq .breaker_open)" = 1 ]
	# a minute later the approval, which was not used up, is good for a trial
	later=$(date -u -d '+70 seconds' +%Y-%m-%dT%H:%M:%SZ)
	apply 0 --now "$later"
	[ "$(aiops-runbook breaker show demo --format ndjson | jq -r .state)" = closed ]
	audit_holds shown-1 run.json
}

@test "breaker: an operator forces it open, disables and resets it, and says why" {
	one_step ''
	planned_and_approved
	run -64 aiops-runbook breaker force-open demo
	[[ $output == *"--reason"* ]]
	run -64 aiops-runbook breaker force-open --reason x
	run -64 aiops-runbook breaker slam demo --reason x
	aiops-runbook breaker force-open demo --reason 'it made things worse' > one.json
	jq -e --arg me "$(id -un)" '.kind == "notice" and .notice.from == "closed" and .notice.state == "forced_open" and .notice.why == "it made things worse" and .actor == $me' one.json
	apply 75
	ends awaiting_approval breaker_open
	apply 75 --now 2030-01-01T00:00:00Z # no time ends it
	aiops-runbook breaker disable demo --reason 'I know' > two.json
	[ "$(jq -r .notice.from two.json)" = forced_open ]
	aiops-runbook breaker reset demo --reason done > three.json
	apply 0
	audit_holds one.json two.json three.json
	sqlite3 run.db "UPDATE aiops_breaker SET detail = 'x'"
	planned_and_approved
	apply 65
	aiops-runbook breaker | grep -q damaged
	aiops-runbook breaker reset demo --reason repair > /dev/null
	apply 0
}

# breaker_is JQ WANT: of what is shown of the breaker of demo.
breaker_is() {
	local got
	got=$(aiops-runbook breaker show demo --format ndjson | jq -r "$1")
	[ "$got" = "$2" ] || fail "the breaker is '$got', expected '$2'"
}

@test "breaker: what never began and what found nothing to do open nothing" {
	one_step '' pre="[{id: needed, argv: [holds, needed], timeout: 60s, env: {WORLD: '{{world}}'}}]"
	for i in 1 2 3 4; do
		planned_and_approved
		apply 1
	done
	[ -z "$(aiops-runbook breaker show demo --format ndjson)" ] # nobody was counted
	touch needed
	printf '#!/no/such/interpreter\n' > bin/act
	for i in 1 2 3 4; do
		planned_and_approved
		apply 1
	done
	breaker_is '"\(.state) \(.total.not_started) \(.total.failed)"' 'closed 4 0'
}

@test "breaker: failed verification and slow runs are counted apart, and open it" {
	one_step '' verify="
  - {id: good, argv: [holds, cured], timeout: 60s, env: {WORLD: '{{world}}'}}"
	for i in 1 2 3; do
		planned_and_approved
		apply 1
	done
	breaker_is '"\(.state) \(.total.failed) \(.total.unverified)"' 'open 0 3'
	aiops-runbook breaker reset demo --reason again > /dev/null
	touch cured
	sed -i 's/^limits:/breaker: {slow_after: 1ms, slow_rate: 1, minimum_calls: 2}\nlimits:/' demo.yaml
	for i in 1 2; do
		planned_and_approved
		apply 0
	done
	breaker_is '"\(.state) \(.total.slow) \(.total.succeeded)"' 'open 2 2'
}

@test "breaker: a runner that is killed gives its trial back, as a failure" {
	one_step '' limits='max_targets: 1, max_actions_per_hour: 1000, max_duration: 10s'
	accepted RB302 max_duration
	sed -i 's/^limits:/breaker: {failure_threshold: 1, open_for: 60s}\nlimits:/' demo.yaml
	fails 1
	breaker_is .state open
	planned_and_approved
	touch slow-one
	at() { date -u -d "+$1 seconds" +%Y-%m-%dT%H:%M:%SZ; }
	trial=$(at 70)
	aiops-runbook run demo.yaml --apply --plan "$DIGEST" --now "$trial" > first.json 2> /dev/null &
	local runner=$!
	until grep -q '"step":"one".*"state":"started"' first.json; do
		kill -0 "$runner" || fail "it ended before it was killed: $(tail -n 1 first.json)"
		sleep 0.05
	done
	kill -9 "$runner"
	wait "$runner" || true
	rm slow-one
	breaker_is '"\(.state) \(.trials)"' 'half_open 1'
	# the lease is twice max_duration: until then nobody else has a trial, then it was a failure
	sed 's/\[act, one\]/[act, two]/; s/^limits: {/&concurrency_key: other, /' demo.yaml > other.yaml
	aiops-runbook plan other.yaml --format ndjson > plan.json
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key > /dev/null
	run -75 aiops-runbook run other.yaml --apply --plan "$(jq -r .plan_digest plan.json)" --now "$(at 80)"
	[[ $output == *breaker_open* ]]
	run -75 aiops-runbook run other.yaml --apply --plan "$(jq -r .plan_digest plan.json)" --now "$(at 100)"
	breaker_is '"\(.state) \(.open_for_ms)"' 'open 120000'
	# that it opened again is on record, once
	run -75 aiops-runbook run other.yaml --apply --plan "$(jq -r .plan_digest plan.json)" --now "$(at 110)"
	aiops-audit query --kind notice | jq -r 'select(.notice.event == "breaker") | .run' > opened
	[ "$(wc -l < opened)" = 2 ] && [ "$(tail -n 1 opened)" = "$(jq -r .run plan.json)" ]
}

# ---- pause ----

@test "pause: nothing begins, of one runbook or of all, until unpaused" {
	one_step ''
	planned_and_approved
	aiops-runbook pause demo --reason 'moving the disk' > one.json
	jq -e '.kind == "notice" and .notice.event == "pause" and .notice.name == "demo" and .notice.why == "moving the disk"' one.json
	apply 75
	ends awaiting_approval paused
	[[ $(cat err) == *"the runbook is paused by $(id -un)"*"moving the disk"* ]]
	aiops-runbook pause --list --format text | grep -q '^demo  paused by'
	aiops-runbook unpause demo > two.json
	run -66 aiops-runbook unpause demo
	aiops-runbook pause > three.json
	apply 75
	shows '.why | test("all runbooks are paused")'
	aiops-runbook unpause > four.json
	apply 0
	world_is one
	audit_holds one.json two.json three.json four.json
	run -64 aiops-runbook pause a b
	run -64 aiops-runbook pause ../x
}

@test "pause: in a run that goes on no further step acts, and what acted is undone" {
	cat > bin/pauses <<-SH
		#!/bin/sh
		PATH=$BIN:/usr/bin:/bin exec aiops-runbook pause --db '$AIOPS_DB' --config '$AIOPS_CONFIG'
	SH
	chmod 755 bin/pauses
	runbook_yaml
	sed -i "s/  - {id: two,/  - {id: stop, effect: read, argv: [pauses], timeout: 60s}\n  - {id: two,/" demo.yaml
	planned_and_approved
	apply 1
	world_is one undo-one
	shows '.step == "two" and .reason == "paused"'
}

# ---- limits ----

@test "limits: a rehearsal uses no quota; the site's default holds where the runbook says nothing" {
	one_step "dry_run: {argv: [act, rehearsed], env: {WORLD: '{{world}}'}}," limits='max_targets: 1'
	sed -i 's/^runbook: {/&actions_per_hour: 1, breaker_failures: 7, breaker_open: 90s, approval_open: 9m, /' config.yaml
	sed -i 's/, expires_in: 15m//' demo.yaml
	plan
	[ "$(jq -c '.resolved | [.limits.max_actions_per_hour, .breaker.failure_threshold, .breaker.open_for_ms, .approval.expires_in_ms]' plan.json)" = \
		'[1,7,90000,540000]' ]
	for i in 1 2 3; do
		aiops-runbook run demo.yaml --check > /dev/null
	done
	planned_and_approved
	apply 0
	planned_and_approved
	apply 75
	ends awaiting_approval rate_limited
	world_is rehearsed rehearsed rehearsed one
}

@test "limits: 64 processes, room for 4: exactly 4 act" {
	local i pids=() status through=0 later=0
	one_step '' head='  who: {type: string, pattern: "[a-z0-9]+", default: x}' limits="max_targets: 1, max_actions_per_hour: 4, concurrency_key: '{{who}}'"
	for i in $(seq 64); do
		planned_and_approved --param "who=w$i"
		echo "$DIGEST" > "digest-$i"
	done
	for i in $(seq 64); do
		aiops-runbook run demo.yaml --param "who=w$i" --apply --plan "$(cat "digest-$i")" > /dev/null 2> "err-$i" &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		status=0
		wait "$i" || status=$?
		case $status in
		0) through=$((through + 1)) ;;
		75) later=$((later + 1)) ;;
		*) fail "exit $status: $(cat err-*)" ;;
		esac
	done
	echo "# rate by processes: $through acted, $later refused" >&3
	[ "$through $later $(wc -l < world)" = '4 60 4' ]
}
