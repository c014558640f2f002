# aiops-runbook: plan, approve, run, undo. Side effects are counted outside the programme.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

@test "plan, approve under another name, run: every transition is a row of the audit log" {
	runbook_yaml
	planned_and_approved
	world_is
	apply 0
	world_is one two three
	ends succeeded verified
	audit_holds plan.json approved.json run.json
	# one row for each record, numbered without a gap
	[ "$(cat plan.json approved.json run.json | jq -r .id)" = "$(for n in $(seq "$(cat plan.json approved.json run.json | wc -l)"); do echo "$RUN#$n"; done)" ]
	[ "$(aiops-audit query --run "$RUN" | wc -l)" = "$(cat plan.json approved.json run.json | wc -l)" ]
	# intent, started with the pid, outcome
	[ "$(jq -r 'select(.step == "two") | .state' run.json | tr '\n' ' ')" = "intent started done " ]
	[ "$(jq -r 'select(.step == "two" and .state == "started") | .pid' run.json)" -gt 1 ]
	aiops-runbook status | grep -q "$RUN  succeeded (verified)"
}

@test "plan runs nothing, and prints what apply then executes" {
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: true, target: t, argv: [record, \"a b\", '{{world}}', \"--x={{world}}\", \"\"], timeout: 5s,
     env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	planned_and_approved
	[ ! -e argv ]
	apply 0
	jq -rj '.resolved.steps[0].command.argv[1:][] | . + "\u0000"' plan.json | cmp - argv
	# the digest is that of the canonical JSON, for anyone to check
	[ "$(jq -cj .resolved plan.json | sha256sum | cut -d' ' -f1)" = "$DIGEST" ]
}

@test "an identical plan keeps its approval, a changed one has none" {
	runbook_yaml
	planned_and_approved
	aiops-runbook plan demo.yaml --format ndjson > again.json
	[ "$(jq -r .run again.json)" = "$RUN" ]
	[ "$(jq -r .reason again.json)" = approved ]
	sed -i 's/name: Demo/name: Demo, changed/' demo.yaml
	apply 77
	ends blocked digest_mismatch
	world_is
	audit_holds run.json
}

@test "approve refuses: oneself, another's name without key, a wrong key, an unknown plan" {
	runbook_yaml
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	RUN=$(jq -r .run plan.json) DIGEST=$(jq -r .plan_digest plan.json)
	run -77 aiops-runbook approve "$RUN"
	run -77 aiops-runbook approve "$RUN" --as maria
	run -77 aiops-runbook approve "$RUN" --as maria --key noor.key
	run -77 aiops-runbook approve "$RUN" --as eve --key noor.key
	chmod 644 noor.key
	run -77 aiops-runbook approve "$RUN" --as noor --key noor.key
	run -66 aiops-runbook approve RUN-0000000000000000 --as maria --key maria.key
	run -66 aiops-runbook approve PLAN-0000000000000000 --as maria --key maria.key
	apply 77
	ends awaiting_approval pending_approval
	world_is
}

@test "approve by plan, digest or run; several runs of one plan must be named" {
	runbook_yaml
	aiops-runbook plan demo.yaml --incident INC-1 --format ndjson > plan.json
	aiops-runbook approve "$(jq -r .plan plan.json)" --as maria --key maria.key | jq -e '.reason == "approved"'
	aiops-runbook plan demo.yaml --incident INC-2 --format ndjson > plan2.json
	[ "$(jq -r .plan_digest plan.json)" = "$(jq -r .plan_digest plan2.json)" ]
	run -64 aiops-runbook approve "$(jq -r .plan_digest plan2.json)" --as noor --key noor.key
	[[ $output == *INC-1*INC-2* ]]
	# the approval of INC-1 is none for INC-2
	DIGEST=$(jq -r .plan_digest plan.json)
	apply 77 --incident INC-2
	ends awaiting_approval pending_approval
	world_is
	apply 0 --incident INC-1
	world_is one two three
}

@test "deny ends the run" {
	runbook_yaml
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	RUN=$(jq -r .run plan.json) DIGEST=$(jq -r .plan_digest plan.json)
	aiops-runbook deny "$RUN" --as maria --key maria.key --reason 'not now' > deny.json
	jq -e '.state == "cancelled" and .reason == "denied" and .approval.words == "not now"' deny.json
	run -77 aiops-runbook approve "$RUN" --as noor --key noor.key
	apply 77
	ends blocked denied
	world_is
}

@test "an approval is used once" {
	runbook_yaml
	planned_and_approved
	apply 0
	apply 77
	ends blocked approval_reused
	world_is one two three
	# planned again it waits for another approval
	aiops-runbook plan demo.yaml --format ndjson | jq -e --arg r "$RUN" '.run != $r and .reason == "pending_approval"'
}

@test "an approval expires, and is no use before it was given" {
	runbook_yaml
	aiops-runbook plan demo.yaml --format ndjson --now 2026-11-21T09:00:00Z > plan.json
	DIGEST=$(jq -r .plan_digest plan.json) RUN=$(jq -r .run plan.json)
	aiops-runbook approve "$RUN" --as maria --key maria.key --now 2026-11-21T09:10:00Z > /dev/null
	apply 77 --now 2026-11-21T09:09:59Z
	ends awaiting_approval clock_went_back
	apply 77 --now 2026-11-21T09:25:00Z
	ends expired approval_expired
	apply 77 --now 2026-11-21T09:26:00Z
	ends blocked approval_expired
	world_is
	# too late to approve
	aiops-runbook plan demo.yaml --format ndjson --now 2026-11-21T10:00:00Z > plan.json
	run -77 aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key --now 2026-11-21T10:15:00Z
	[[ $output == *"is over"* ]]
}

@test "what was never filed was never approved; the site's authority bounds everything" {
	runbook_yaml
	DIGEST=$(aiops-runbook plan demo.yaml --no-store --format ndjson | jq -r .plan_digest)
	apply 77
	ends blocked unknown_plan
	planned_and_approved
	apply 77 --authority advise
	ends blocked authority_advise
	world_is
	# auto waives nothing for who has no confidence of triage to show
	sed -i 's/high$/low/' demo.yaml
	aiops-runbook plan demo.yaml --authority auto --format ndjson | jq -e '.reason == "pending_approval"'
}

@test "two approvals where the runbook wants two, of two people" {
	runbook_yaml
	sed -i 's/approvers: \[site\]/approvers: [site], min_approvals: 2/' demo.yaml
	planned_and_approved
	apply 77
	run -77 aiops-runbook approve "$RUN" --as maria --key maria.key
	aiops-runbook approve "$RUN" --as noor --key noor.key > /dev/null
	apply 0
	world_is one two three
}

@test "a signature can be checked with openssl" {
	runbook_yaml
	planned_and_approved
	sqlite3 -readonly run.db "SELECT 'aiops-approval/v1
log ' || '$(jq -r .audit.log approved.json)' || '
run ' || run || '
incident -
plan ' || plan_digest || '
approver ' || approver || '
decision ' || decision || '
issued ' || issued || '
expires ' || expires || '
nonce ' || nonce FROM aiops_approval" > statement
	[ "$(sha256sum < statement | cut -d' ' -f1)" = "$(jq -r .approval.statement_sha256 approved.json)" ]
	key=$(sqlite3 -readonly run.db "SELECT substr(public_key, 9) FROM aiops_approval")
	python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))' "302a300506032b6570032100$key" > public.der
	python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.argv[1]))' \
		"$(sqlite3 -readonly run.db 'SELECT signature FROM aiops_approval')" > signature
	openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey public.der -in statement -sigfile signature
}

@test "a failing step: what acted is undone, newest first, also the step that failed" {
	runbook_yaml
	touch fail-three
	planned_and_approved
	apply 1
	world_is one two three undo-two undo-one
	ends rolled_back step_failed
	tail -n 1 run.json | jq -e '.not_undone == ["three"] and .escalation == {cause: "step_failed", notify: "oncall"}'
	audit_holds run.json
	: > world
	rm fail-three
	touch fail-one
	planned_and_approved
	apply 1
	world_is one undo-one
}

@test "a failing undo does not stop the others: partial, 10" {
	runbook_yaml
	touch fail-three fail-undo-two
	planned_and_approved
	apply 10
	world_is one two three undo-two undo-one
	ends rollback_partial step_failed
	tail -n 1 run.json | jq -e '.escalation.cause == "rollback_failed"'
}

@test "rolled back, but not as before: 10" {
	runbook_yaml
	sed -i "s/^verify_rollback.*/verify_rollback: [{id: back, argv: [holds, gone], timeout: 5s, env: {WORLD: '{{world}}'}}]/" demo.yaml
	touch fail-two
	planned_and_approved
	apply 10
	world_is one two undo-two undo-one
	ends rolled_back rolled_back_unhealthy
}

@test "a step that cannot be started is not undone" {
	runbook_yaml
	planned_and_approved
	printf '#!/nonexistent/interpreter\n' > bin/late
	chmod 755 bin/late
	sed -i 's/argv: \[act, two\]/argv: [late, two]/' demo.yaml
	planned_and_approved
	apply 1
	world_is one undo-one
	shows '.step == "two" and .state == "failed" and (.reason == "could_not_start")'
}

@test "verification that fails: undo, 1; with nothing to undo: 12" {
	runbook_yaml "verify=
  - {id: good, argv: [holds, never], timeout: 5s, env: {WORLD: '{{world}}'}, poll: {every: 10ms, for: 1s, consecutive: 2}}"
	planned_and_approved
	apply 1
	world_is one two three undo-two undo-one
	ends rolled_back verify_failed
	shows '.step == "good" and .state == "failed" and (.samples > 1 and .reason == "unexpected")'
	: > world
	runbook_yaml "steps=
  - {id: three, effect: destructive, idempotent: true, target: t, argv: [act, three], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {none: it is gone}}" "verify=
  - {id: good, argv: [holds, never], timeout: 5s, env: {WORLD: '{{world}}'}}"
	planned_and_approved
	apply 12
	ends failed verify_failed
	tail -n 1 run.json | jq -e '.escalation.cause == "verify_failed"'
}

@test "verification must be good several times in a row" {
	cat > bin/flaky <<-'SH'
		#!/bin/sh
		n=$(($(cat "$WORLD/n" 2>/dev/null || echo 0) + 1)); echo $n > "$WORLD/n"
		[ $((n % 3)) -ne 0 ]
	SH
	chmod 755 bin/flaky
	runbook_yaml "verify=
  - {id: good, argv: [flaky], timeout: 5s, env: {WORLD: '{{world}}'}, poll: {every: 5ms, for: 500ms, consecutive: 3}}"
	planned_and_approved
	apply 1
	ends rolled_back verify_failed
}

@test "a precondition that fails: nothing is executed, 1" {
	runbook_yaml "pre=
  - {id: symptom, argv: [holds, symptom], timeout: 5s, env: {WORLD: '{{world}}'}}"
	planned_and_approved
	apply 1
	ends failed precondition_failed
	world_is
	tail -n 1 run.json | jq -e '.escalation == null'
	touch symptom
	planned_and_approved
	apply 0
	world_is one two three
}

@test "a step over its timeout is ended with all it started, and undone" {
	runbook_yaml
	sed -i 's/argv: \[act, two\], timeout: 5s/argv: [act, two], timeout: 500ms, kill_after: 100ms/' demo.yaml
	touch slow-two
	planned_and_approved
	SECONDS=0
	apply 1
	((SECONDS < 25)) # it would sleep for 30
	world_is one undo-two undo-one
	shows '.step == "two" and .state == "failed" and (.reason == "timeout" and .timed_out)'
}

@test "max_duration ends a run that takes too long" {
	runbook_yaml 'limits=max_targets: 1, max_duration: 2s'
	accepted RB302 max_duration
	touch slow-two
	planned_and_approved
	SECONDS=0
	apply 1
	((SECONDS < 25)) # it would sleep for 30
	world_is one undo-two undo-one
}

@test "on_failure: continue goes on, abort and escalate leave things to a person, 11" {
	runbook_yaml
	touch fail-two
	sed -i 's/target: t, argv: \[act, two\]/target: t, on_failure: continue, argv: [act, two]/' demo.yaml
	accepted RB310 'on_failure: continue'
	planned_and_approved
	apply 0
	world_is one two three
	: > world
	for answer in abort escalate; do
		: > world
		sed -i "s/on_failure: [a-z]*/on_failure: $answer/" demo.yaml
		planned_and_approved
		apply 11
		world_is one two
		ends needs_operator step_failed
	done
}

@test "always runs on every path; when it fails a person is needed" {
	runbook_yaml "always=
  - {id: tidy, effect: write, idempotent: true, target: t, argv: [act, tidy], timeout: 5s, env: {WORLD: '{{world}}'}}"
	planned_and_approved
	apply 0
	world_is one two three tidy
	: > world
	touch fail-two
	planned_and_approved
	apply 1
	world_is one two undo-two undo-one tidy
	: > world
	touch fail-tidy
	planned_and_approved
	apply 11
	ends needs_operator always_failed
}

@test "retry: only listed causes, counted, and after a check where a step is not idempotent" {
	cat > bin/third <<-'SH'
		#!/bin/sh
		echo "$1" >> "$WORLD/world"
		[ "$(wc -l < "$WORLD/world")" -ge 3 ] || exit 75
	SH
	chmod 755 bin/third
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: true, target: t, argv: [third, one], timeout: 5s, env: {WORLD: '{{world}}'},
     retry: {max_attempts: 5, initial_interval: 5ms, backoff: 2, jitter: 0.5, on: ['exit:75']}, rollback: {none: test}}"
	planned_and_approved
	apply 0
	world_is one one one
	[ "$(jq -r 'select(.step == "one" and .state == "intent") | .attempt' run.json | tr '\n' ' ')" = '1 2 3 ' ]
	# another cause ends it at once
	: > world
	sed -i "s/exit:75/exit:9/" demo.yaml
	planned_and_approved
	apply 1
	world_is one
	# its own check says that it happened: it is not done twice
	: > world
	sed -i "s/idempotent: true, target/idempotent: false, check: {argv: [holds, world], env: {WORLD: '{{world}}'}, done_if: {exit_code: 0}}, target/; s/exit:9/exit:75/" demo.yaml
	planned_and_approved
	apply 0
	world_is one
	shows '.role == "check" and .state == "done"'
}

@test "a capture is typed, given to later steps and to the undo" {
	cat > bin/tell <<-'SH'
		#!/bin/sh
		cat "$WORLD/told"
	SH
	chmod 755 bin/tell
	runbook_yaml "steps=
  - {id: ask, effect: read, argv: [tell], timeout: 5s, env: {WORLD: '{{world}}'}, capture: {old: {json: \$.limit, type: integer, min: 0, max: 99}}}
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, set, '{{old}}'], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, back-to, '{{old}}'], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}
  - {id: two, effect: write, idempotent: true, target: t, argv: [act, two], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	touch fail-two
	echo '{"limit": 8}' > told
	planned_and_approved
	jq -e '.resolved.steps[1].command.argv[2] == {template: "{{old}}", unknown: ["old"]}' plan.json
	apply 1
	[ "$(cat world)" = "$(printf 'set 8\ntwo\nback-to 8')" ]
	: > world
	echo '{"limit": "8; rm -rf /"}' > told
	planned_and_approved
	apply 1
	world_is
	shows '.step == "ask" and .state == "failed" and (.reason == "capture_failed")'
}

@test "check rehearses: reads and dry runs only" {
	runbook_yaml
	sed -i "s/argv: \[act, one\]/dry_run: {argv: [holds, bin], env: {WORLD: '{{world}}'}}, argv: [act, one]/" demo.yaml
	aiops-runbook run demo.yaml --check > run.json
	ends succeeded checked
	world_is
	[ "$(jq -r 'select(.role == "dry_run") | "\(.step):\(.state)"' run.json | tr '\n' ' ')" = \
		'one:intent one:started one:done two:skipped three:skipped ' ]
	[ "$(jq -r .mode run.json | sort -u)" = check ]
	sed -i 's/\[holds, bin\]/[holds, gone]/' demo.yaml
	run -1 aiops-runbook run demo.yaml --check
	run -77 aiops-runbook run demo.yaml --check --authority advise
	audit_holds run.json
}
