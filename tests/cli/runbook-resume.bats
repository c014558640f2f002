# aiops-runbook resume and cancel: one test for each row of the manual's table.
# Side effects are counted outside the programme.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

teardown() {
	[ -z "${RUNNER:-}" ] || kill -KILL "$RUNNER" 2> /dev/null || true
}

# Waits until a record of run.json fulfils the pattern.
wait_for() {
	for _ in {1..3000}; do grep -q "$1" run.json && return; sleep 0.01; done
	fail "nothing like $1 in $(cat run.json err)"
}

# begin [ARG...]: carries the plan out in the background as RUNNER.
begin() {
	aiops-runbook run demo.yaml --apply --plan "$DIGEST" "$@" > run.json 2> err &
	RUNNER=$!
}

kill_runner() {
	kill -KILL "$RUNNER"
	wait "$RUNNER" || true
	RUNNER=''
}

# resume STATUS [ARG...]: records are in run.json from then on.
resume() {
	local want=$1 status=0
	shift
	mv run.json before.json
	aiops-runbook resume "$@" > run.json 2> err || status=$?
	[ "$status" = "$want" ] || fail "exit $status, expected $want: $(cat err; tail -n 3 run.json)"
}

# A world where step two sleeps while slow-two exists, for so long.
slow() {
	sed -i "s/sleep 30/sleep ${1:-1}/" bin/act
	touch slow-two
}

# As one kill or another leaves the store: SQL on the run.
edit_store() {
	sqlite3 run.db "UPDATE aiops_run SET state = 'running', ended_ns = NULL; $1"
}

@test "no INTENT: the run goes on where it stands; nothing to resume: 0" {
	runbook_yaml
	run -0 aiops-runbook resume
	planned_and_approved
	apply 0
	edit_store "DELETE FROM aiops_attempt WHERE n > 1"
	: > world
	resume 0
	world_is two three
	ends succeeded verified
	[ -z "$(find run.db.locks -name "*RUN-*")" ]
	aiops-audit verify > /dev/null
}

@test "INTENT, no STARTED: provably not executed, run under the same attempt, not charged again" {
	runbook_yaml 'limits=max_targets: 1, max_actions_per_hour: 3'
	planned_and_approved
	apply 0
	edit_store "DELETE FROM aiops_attempt WHERE n > 2;
		UPDATE aiops_attempt SET state = 'intent', pid = NULL, started_ns = NULL, ended_ns = NULL WHERE n = 2"
	: > world
	resume 0
	world_is two three
	[ "$(sqlite3 -readonly run.db "SELECT count(*) FROM aiops_attempt WHERE counts = 1")" = 3 ]
	[ "$(jq -r 'select(.step == "two") | .state' run.json | tr '\n' ' ')" = 'started done ' ]
}

@test "STARTED, step still runs: waited for, never a second one, its outcome adopted" {
	runbook_yaml
	slow 1
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	aiops-runbook status "$RUN" > status
	grep -q "$RUN  running (runner_gone)" status
	grep -q "'two' still runs" status
	resume 0
	world_is one two three
	ends succeeded verified
	head -n 1 run.json | jq -e '.reason == "resumed" and .state == "running" and .resumes == 1'
	audit_holds before.json run.json
}

@test "STARTED, ended meanwhile: the outcome is adopted, captures included" {
	cat > bin/tell <<-'SH'
		#!/bin/sh
		echo told >> "$WORLD/world"; sleep 0.3; echo limit=42
	SH
	chmod 755 bin/tell
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: false, on_unknown: escalate, target: t, argv: [tell], timeout: 5s, env: {WORLD: '{{world}}'},
     capture: {limit: {type: integer, min: 0, regex: '^limit=([0-9]+)\n$'}}, rollback: {none: test}}
  - {id: two, effect: write, idempotent: true, target: t, argv: [act, '{{limit}}'], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	planned_and_approved
	begin
	wait_for '"step":"one".*"started"'
	kill_runner
	for _ in {1..3000}; do grep -q '^limit=42$' "run.db.locks/$RUN.outcome" && break; sleep 0.01; done
	resume 0
	world_is told 42
}

@test "a failure that is adopted is a failure: undone" {
	runbook_yaml
	slow 1
	touch fail-two
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	resume 1
	world_is one two undo-two undo-one
	ends rolled_back step_failed
}

# unknown STEP-KEYS: a run whose step two was let go and lost, runner and shim both killed.
unknown() {
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-one], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}
  - {id: two, effect: write, $1, target: t, argv: [act, two], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-two], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}"
	slow 30
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	local shim
	shim=$(jq -r 'select(.step == "two" and .state == "started") | .pid' run.json)
	for _ in {1..3000}; do grep -q "$RUN/2" "run.db.locks/$RUN.outcome" && break; sleep 0.01; done
	kill -KILL "$RUNNER" "$shim"
	wait "$RUNNER" || true
	RUNNER=''
	rm -f slow-two
}

@test "unknown, no check, not idempotent: needs_operator, 11, nothing is repeated or undone" {
	unknown 'idempotent: false, on_unknown: escalate'
	resume 11
	world_is one
	ends needs_operator step_unknown
	tail -n 1 run.json | jq -e '.escalation == {cause: "step_unknown", notify: "oncall"}'
	shows '.step == "two" and .state == "unknown" and .from == "started"'
	resume 77 "$RUN"
	audit_holds before.json
}

@test "unknown, idempotent: run again" {
	unknown 'idempotent: true'
	resume 0
	world_is one two
	shows '.step == "two" and .attempt == 2 and .state == "done"'
}

@test "unknown, check says done: done_by_check, not run again" {
	unknown "idempotent: false, check: {argv: [holds, done-two], timeout: 5s, env: {WORLD: '{{world}}'}, done_if: {exit_code: [0]}}"
	touch done-two
	resume 0
	world_is one
	ends succeeded verified
	shows '.step == "two" and .state == "done" and .reason == "done_by_check" and .from == "unknown"'
}

@test "unknown, check says not done: run again if attempts are left, else undone what was done" {
	unknown "idempotent: false, retry: {max_attempts: 2, initial_interval: 10ms, on: [timeout]}, check: {argv: [holds, done-two], timeout: 5s, env: {WORLD: '{{world}}'}, done_if: {exit_code: [0]}}"
	resume 0
	world_is one two
	: > world
	unknown "idempotent: false, check: {argv: [holds, done-two], timeout: 5s, env: {WORLD: '{{world}}'}, done_if: {exit_code: [0]}}"
	resume 1
	world_is one undo-one
}

@test "unknown, check cannot tell: a person, 11" {
	printf '#!/bin/sh\necho "no connection" >&2\nexit 1\n' > bin/ask
	chmod 755 bin/ask
	unknown "idempotent: false, retry: {max_attempts: 3, initial_interval: 10ms, on: [timeout]}, check: {argv: [ask], timeout: 5s, done_if: {stdout: '^done'}}"
	resume 11
	world_is one
	ends needs_operator step_unknown
}

@test "only the shim is killed: the runner settles it the same way" {
	runbook_yaml
	sed -i 's/id: two, effect: write, idempotent: true/id: two, effect: write, idempotent: false, on_unknown: escalate/' demo.yaml
	slow 30
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	for _ in {1..3000}; do grep -q "$RUN/2" "run.db.locks/$RUN.outcome" && break; sleep 0.01; done
	kill -KILL "$(jq -r 'select(.step == "two" and .state == "started") | .pid' run.json)"
	local status=0
	wait "$RUNNER" || status=$?
	RUNNER=''
	[ "$status" = 11 ]
	ends needs_operator step_unknown
	world_is one
}

@test "EXITED, not verified: goes on with the verification" {
	runbook_yaml
	planned_and_approved
	apply 0
	sqlite3 run.db "UPDATE aiops_run SET state = 'verifying', ended_ns = NULL"
	resume 0
	world_is one two three
	ends succeeded verified
	[ "$(jq -r .step run.json | sort -u | tr '\n' ' ')" = 'good null ' ]
}

@test "ROLLING_BACK: goes on with the undo list, each once" {
	runbook_yaml
	touch fail-three
	sed -i 's/sleep 30/sleep 1/' bin/act
	touch slow-undo-two
	planned_and_approved
	begin
	wait_for '"step":"two","role":"rollback".*"started"'
	kill_runner
	resume 1
	world_is one two three undo-two undo-one
	ends rolled_back step_failed
	audit_holds before.json run.json
}

@test "an undo whose outcome is lost: others go on, a person looks, 11" {
	runbook_yaml
	touch fail-three slow-undo-two
	planned_and_approved
	begin
	wait_for '"step":"two","role":"rollback".*"started"'
	local shim n
	shim=$(jq -r 'select(.step == "two" and .role == "rollback" and .state == "started") | .pid' run.json)
	n=$(sqlite3 -readonly run.db "SELECT max(n) FROM aiops_attempt")
	for _ in {1..3000}; do grep -q "$RUN/$n" "run.db.locks/$RUN.outcome" && break; sleep 0.01; done
	kill -KILL "$RUNNER" "$shim"
	wait "$RUNNER" || true
	RUNNER=''
	rm slow-undo-two
	resume 11
	world_is one two three undo-one
	ends needs_operator undo_unknown
}

@test "taken up three times and no further: livelock, 11" {
	runbook_yaml
	planned_and_approved
	apply 0
	edit_store "DELETE FROM aiops_attempt WHERE n > 1"
	sqlite3 run.db "UPDATE aiops_recovery SET resumes = 3, mark = 'running/1/1'"
	: > world
	resume 11
	world_is
	ends needs_operator livelock
}

@test "a retry keeps its time over a kill" {
	runbook_yaml
	sed -i 's/argv: \[act, two\]/retry: {max_attempts: 2, initial_interval: 700ms, jitter: 0, on: [exit:3]}, argv: [act, two]/' demo.yaml
	touch fail-two
	planned_and_approved
	begin
	wait_for '"step":"two".*"failed"'
	kill_runner
	local due
	due=$(sqlite3 -readonly run.db "SELECT due_ns / 1000000 FROM aiops_attempt WHERE step = 'two'")
	rm fail-two
	resume 0
	world_is one two two three
	local at
	at=$(jq -r 'select(.step == "two" and .attempt == 2 and .state == "intent") | .timestamp' run.json)
	[ $(($(date -d "$at" +%s%3N) - due)) -ge 0 ]
}

@test "a wait keeps its end over a kill, a message is said once" {
	runbook_yaml "steps=
  - {id: say, type: message, text: hello}
  - {id: pause, type: wait, duration: 2s}
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	planned_and_approved
	begin
	wait_for '"step":"pause".*"started"'
	kill_runner
	local due
	due=$(sqlite3 -readonly run.db "SELECT due_ns / 1000000 FROM aiops_attempt WHERE step = 'pause'")
	resume 0
	[ "$(cat before.json run.json | grep -c '"message":"hello"')" = 1 ]
	[ $(($(date -d "$(jq -r 'select(.step == "pause" and .state == "done") | .timestamp' run.json)" +%s%3N) - due)) -ge 0 ]
	world_is one
}

@test "always runs once, and what was decided before it stays decided" {
	runbook_yaml "always=
  - {id: tidy, effect: write, idempotent: false, on_unknown: escalate, target: t, argv: [act, tidy], timeout: 5s, env: {WORLD: '{{world}}'}}"
	sed -i 's/sleep 30/sleep 1/' bin/act
	touch slow-tidy fail-three
	planned_and_approved
	begin
	wait_for '"step":"tidy".*"started"'
	kill_runner
	resume 1
	world_is one two three undo-two undo-one tidy
	ends rolled_back step_failed
}

@test "a runbook or tool that changed: refused, 77; --accept-changed only undoes" {
	runbook_yaml
	slow 30
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	sed -i 's/name: Demo/name: Other/' demo.yaml
	resume 77
	ends running plan_changed
	resume 1 --accept-changed
	ends rolled_back plan_changed
	world_is one undo-two undo-one
	shows '.reason == "resumed" and (.changed | contains("demo.yaml"))'
}

@test "an executable that changes while the run goes on is not executed" {
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'},
     rollback: {argv: [act, undo-one], timeout: 5s, effect: write, env: {WORLD: '{{world}}'}}}
  - {id: two, effect: write, idempotent: true, target: t, argv: [later, two], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	cp bin/act bin/later
	sed -i 's/sleep 30/sleep 1/' bin/act
	touch slow-one
	planned_and_approved
	begin
	wait_for '"step":"one".*"started"'
	echo '# changed' >> bin/later
	local status=0
	wait "$RUNNER" || status=$?
	RUNNER=''
	[ "$status" = 1 ]
	world_is one undo-one
	shows '.step == "two" and .reason == "executable_changed"'
}

@test "two that resume at once: one does" {
	runbook_yaml
	slow 1
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	local pids=() n ok=0 other=0 status
	for n in 1 2 3 4; do
		aiops-runbook resume "$RUN" > "resume-$n.json" 2> "err-$n" &
		pids+=($!)
	done
	for n in "${pids[@]}"; do
		status=0
		wait "$n" || status=$?
		case $status in
		0) ok=$((ok + 1)) ;;
		75 | 77) other=$((other + 1)) ;;
		*) fail "exit $status" ;;
		esac
	done
	[ "$ok $other" = '1 3' ]
	world_is one two three
}

@test "a new run with the key of an unfinished one waits for it to be resumed, 75" {
	runbook_yaml
	slow 1
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	planned_and_approved --incident INC-2
	apply 75 --incident INC-2
	ends awaiting_approval unfinished_run
	resume 0
	world_is one two three
	: > world
	apply 0 --incident INC-2
}

@test "TERM while resuming: the step that still runs is ended, what acted is undone" {
	runbook_yaml
	slow 30
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	mv run.json before.json
	aiops-runbook resume > run.json 2> err &
	RUNNER=$!
	wait_for '"reason":"resumed"'
	kill -TERM "$RUNNER"
	local status=0
	wait "$RUNNER" || status=$?
	RUNNER=''
	[ "$status" = 143 ]
	world_is one undo-two undo-one
	ends rolled_back interrupted
}

@test "cancel: a waiting run ends, with who asked and why" {
	runbook_yaml
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	RUN=$(jq -r .run plan.json) DIGEST=$(jq -r .plan_digest plan.json)
	aiops-runbook cancel "$RUN" --reason 'not needed' > cancel.json
	jq -e '.state == "cancelled" and .reason == "cancelled" and .actor != null' cancel.json
	run -77 aiops-runbook cancel "$RUN"
	run -77 aiops-runbook approve "$RUN" --as maria --key maria.key
	run -66 aiops-runbook cancel RUN-0000000000000000
	apply 77
	world_is
}

@test "cancel: a run that goes on ends its step and is undone" {
	runbook_yaml
	slow 30
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	aiops-runbook cancel "$RUN" --reason 'wrong database' > cancel.json
	jq -e '.state == "running" and .reason == "cancel_requested" and .words == "wrong database"' cancel.json
	local status=0
	wait "$RUNNER" || status=$?
	RUNNER=''
	[ "$status" = 143 ]
	world_is one undo-two undo-one
	ends rolled_back cancelled
	audit_holds run.json cancel.json
}

@test "cancel: a run whose process is gone is undone by cancel" {
	runbook_yaml
	slow 30
	planned_and_approved
	begin
	wait_for '"step":"two".*"started"'
	kill_runner
	mv run.json before.json
	run -1 --separate-stderr aiops-runbook cancel "$RUN"
	printf '%s\n' "$output" > run.json
	world_is one undo-two undo-one
	ends rolled_back cancelled
}

@test "the recorded session: plan, approve, run, kill -9, resume, audit" {
	unset AIOPS_DB AIOPS_CONFIG
	"$ROOT/share/examples/kill-and-resume/session" "$PWD/session" > said
	grep -q "second' still runs" said
	grep -q 'succeeded, verified' said
	# it is what was recorded, but for names, numbers and times
	steps() { grep '^\$' "$1" | sed 's/RUN-[0-9A-Z]*/RUN/g; s/[0-9a-f]\{12\}\.\.\./DIGEST/; s/kill -9 [0-9]*/kill -9 N/'; }
	diff <(steps said) <(steps "$ROOT/share/examples/kill-and-resume/session.txt")
}
