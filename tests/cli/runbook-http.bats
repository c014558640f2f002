# aiops-runbook: steps that make HTTP requests, conditions, jumps and secrets. What was asked is counted by the
# server, outside the programme.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
	serve
}

teardown() {
	kill "$SERVER"
	wait "$SERVER" 2> /dev/null || true
}

# serve: starts the server; sets URL.
serve() {
	local i
	python3 "$ROOT/tests/tools/world-server.py" port asked 3>&- &
	SERVER=$!
	for ((i = 0; i < 1500; i++)); do
		[ ! -s port ] || break
		sleep 0.02
	done
	URL=http://127.0.0.1:$(cat port)
	: > asked
}

# asked_is METHOD/PATH...: exactly these requests have arrived, in this order.
asked_is() {
	local found
	found=$(jq -r '.method + .path' asked | tr '\n' ' ')
	[ "$found" = "${*:+$* }" ] || fail "asked was '$found', expected '$*'"
}

# book STEPS [VERIFY]: demo.yaml with these steps
book() {
	local verify="
  - {id: good, http: {method: GET, url: $URL/ok}, timeout: 5s, expect: {json: {path: \$.state, op: ==, value: good}}}"
	runbook_yaml "steps=$1" "verify=${2-$verify}"
}

# post PATH [KEYS]: one step that posts
post() {
	local keys='idempotent: true, rollback: {none: test}'
	printf '\n  - {id: act, type: http, effect: write, target: t, method: POST, url: "%s", timeout: 5s, %s}' "$URL/$1" "${2-$keys}"
}

@test "http: method, url, headers and body arrive as they were planned, and the answer is looked at" {
	book "
  - id: act
    type: http
    effect: write
    idempotent: true
    target: t
    method: PUT
    url: $URL/ok/{{world}}?at={{world}}&x=1
    headers: {X-Run: 'in {{runbook.id}}'}
    json: {name: '{{world}}', n: 3, on: true, quoted: '3', list: [a, '{{runbook.id}}', null]}
    timeout: 5s
    expect: {status: [200, 204], json: {path: \$.count, op: '==', value: 1}}
    capture: {state: {json: \$.state, type: enum, enum: [good, bad]}}
    rollback: {http: {method: DELETE, url: $URL/ok}, timeout: 5s, effect: write}
  - {id: say, type: message, text: 'it is {{state}}'}"
	planned_and_approved
	asked_is
	jq -e '.resolved.steps[0].command.http | .method == "PUT" and .json.n == 3 and .json.quoted == "3"' plan.json
	apply 0
	ends succeeded verified
	encoded=$(jq -rn --arg p "$PWD" '$p | @uri')
	asked_is "PUT/ok/$encoded?at=$encoded&x=1" GET/ok
	[ "$(jq -r '.resolved.steps[0].command.http.url' plan.json)" = "$URL/ok/$encoded?at=$encoded&x=1" ]
	head -n 1 asked | jq -e --arg p "$PWD" '(.body | fromjson) == {name: $p, n: 3, on: true, quoted: "3", list: ["a", "demo", null]}
		and .headers["X-Run"] == "in demo" and .headers["Content-Type"] == "application/json"'
	shows '.step == "say" and .message == "it is good"'
	audit_holds plan.json approved.json run.json
}

@test "http: form and constant bodies" {
	book "
  - {id: a, type: http, effect: write, idempotent: true, target: t, method: POST, url: $URL/ok/a, timeout: 5s,
     form: {x: 'a&b={{runbook.id}}', y: ''}, rollback: {none: test}}
  - {id: b, type: http, effect: write, idempotent: true, target: t, method: POST, url: $URL/ok/b, timeout: 5s,
     body: 'just {this}', headers: {Content-Type: text/x-own}, rollback: {none: test}}"
	planned_and_approved
	apply 0
	[ "$(jq -rs '.[0] | .body + " " + .headers["Content-Type"]' asked)" = 'x=a%26b%3Ddemo&y= application/x-www-form-urlencoded' ]
	[ "$(jq -rs '.[1] | .body + " " + .headers["Content-Type"]' asked)" = 'just {this} text/x-own' ]
}

@test "http: a status that is not expected fails the step, and undoes what was done" {
	book "$(post ok 'idempotent: true, rollback: {http: {method: DELETE, url: '"$URL"'/ok/undo}, timeout: 5s, effect: write}')
  - {id: bad, type: http, effect: write, idempotent: true, target: t, method: POST, url: $URL/status/503, timeout: 5s, rollback: {none: test}}"
	planned_and_approved
	apply 1
	ends rolled_back step_failed
	asked_is POST/ok POST/status/503 DELETE/ok/undo
	shows '.step == "bad" and .state == "failed" and .reason == "unexpected" and .why == "status 503"'
}

@test "http: retried for the causes that are named, each try counted, with one idempotency key" {
	book "$(post flaky/2 'idempotency_key: true, rollback: {none: test}, retry: {max_attempts: 4, initial_interval: 10ms, on: ["status:503", no_connection]}')"
	planned_and_approved
	apply 0
	asked_is POST/flaky/2 POST/flaky/2 POST/flaky/2 GET/ok
	[ "$(jq -r 'select(.method == "POST") | .headers["Idempotency-Key"]' asked | sort -u)" = "$RUN/act" ]
}

@test "http: no connection: nothing was sent, so nothing is undone" {
	book "
  - {id: act, type: http, effect: write, target: t, method: POST, url: 'http://127.0.0.1:1/x', timeout: 5s, on_unknown: escalate,
     rollback: {http: {method: DELETE, url: $URL/ok/undo}, timeout: 5s, effect: write}}"
	planned_and_approved
	apply 1
	ends failed step_failed
	shows '.step == "act" and .state == "failed" and .reason == "not_sent"'
	asked_is
}

@test "http: sent and not answered is unknown: without a check a person must look, and it is never sent twice" {
	book "$(post drop 'on_unknown: escalate, rollback: {none: test}')"
	planned_and_approved
	apply 11
	ends needs_operator step_unknown
	shows '.step == "act" and .state == "unknown" and .reason == "no_answer"'
	shows '.state == "needs_operator" and .escalation.cause == "step_unknown"'
	asked_is POST/drop
}

@test "http: sent and not answered, with a check: done after all, or tried again" {
	book "$(post drop "rollback: {none: test}, check: {http: {method: GET, url: '$URL/count'}, done_if: {output: {op: '>=', value: 1}}}")"
	planned_and_approved
	apply 0
	asked_is POST/drop GET/count GET/ok
	# the check says that it did not happen (the count it asks for is never reached): tried again, then given up
	: > asked
	book "$(post drop "rollback: {none: test}, retry: {max_attempts: 2, initial_interval: 10ms, on: [no_answer]},
     check: {http: {method: GET, url: '$URL/count'}, done_if: {output: {op: '>=', value: 1000}}}")"
	planned_and_approved
	apply 11
	asked_is POST/drop GET/count POST/drop GET/count
}

@test "http: sent and not answered, with an undo: it is undone, since it may have happened" {
	book "$(post half 'on_unknown: escalate, rollback: {http: {method: DELETE, url: '"$URL"'/ok/undo}, timeout: 5s, effect: write}')"
	planned_and_approved
	apply 1
	ends rolled_back step_unknown
	asked_is POST/half DELETE/ok/undo
}

@test "http: a deadline ends a request" {
	book "
  - {id: act, type: http, effect: write, target: t, method: POST, url: $URL/slow, timeout: 1s, on_unknown: escalate, rollback: {none: test}}"
	planned_and_approved
	apply 11
	ends needs_operator step_unknown
	shows '.step == "act" and .state == "unknown"'
}

@test "http: credentials by file and by variable reach the server, and no plan, record or log" {
	(umask 077 && echo s3cret-file > token)
	book "
  - {id: a, type: http, effect: write, idempotent: true, target: t, method: POST, url: $URL/ok, timeout: 5s, auth: {bearer: 'file:$PWD/token'}, rollback: {none: test}}
  - {id: b, type: http, effect: write, idempotent: true, target: t, method: POST, url: $URL/ok, timeout: 5s,
     auth: {header: X-Secret, secret: 'env:MY_TOKEN'}, rollback: {none: test}}
  - {id: c, effect: destructive, idempotent: true, target: t, argv: [sh, -c, 'printf %s \"\$PASS\" > \"\$WORLD/pass\"'], timeout: 5s,
     env: {PASS: '{{secret}}', WORLD: '{{world}}'}, rollback: {none: test}}" '[{id: good, argv: ["true"], timeout: 5s}]'
	sed -i 's,^limits:,  secret: {type: secret_ref\, required: true}\n&,' demo.yaml
	aiops-runbook plan demo.yaml --param "secret=file:$PWD/token" --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key > approved.json
	MY_TOKEN=s3cret-env apply 0 --param "secret=file:$PWD/token"
	[ "$(jq -rs '.[0].headers.Authorization + " " + .[1].headers["X-Secret"]' asked)" = 'Bearer s3cret-file s3cret-env' ]
	[ "$(cat pass)" = s3cret-file ]
	! grep -rl s3cret plan.json approved.json run.json run.db* || fail 'a secret is stored'
	# a file that others can read is refused, before anything is done
	chmod 644 token
	: > asked
	aiops-runbook plan demo.yaml --param "secret=file:$PWD/token" --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key > approved.json
	MY_TOKEN=x apply 1 --param "secret=file:$PWD/token"
	asked_is
	run -65 aiops-runbook plan demo.yaml --param secret=hunter2
	[[ $output != *hunter2* ]]
}

@test "http: values cannot leave their place in a URL" {
	book "$(post 'ok/{{v}}/end?q={{v}}')"
	sed -i "s,^limits:,  v: {type: string\, pattern: '(?s).*'\, required: true\, allow_dash: true}\n&," demo.yaml
	accepted RB104 '  v: {'
	for v in '../..' 'a/b' '?x=1' '#f' '%2e%2e' ' ' '@evil' '\' '&b=1' '{{world}}' $'\u00e9'; do
		aiops-runbook plan demo.yaml --no-store --param "v=$v" --format ndjson > plan.json
		want=$(jq -rn --arg v "$v" '$v | @uri')
		[ "$(jq -r '.resolved.steps[0].command.http.url' plan.json)" = "$URL/ok/$want/end?q=$want" ] || fail "$v: $(cat plan.json)"
	done
	for v in .. .; do
		run -65 aiops-runbook plan demo.yaml --no-store --param "v=$v"
		[[ $output == *"leads elsewhere"* ]]
	done
}

@test "http: a host by parameter is one of allowed_hosts" {
	book "
  - {id: act, type: http, effect: write, idempotent: true, target: t, method: POST, url: 'https://{{h}}:8443/x', allowed_hosts: [api.internal], timeout: 5s, rollback: {none: test}}"
	sed -i 's,^limits:,  h: {type: hostname\, required: true}\n&,' demo.yaml
	aiops-runbook plan demo.yaml --no-store --param h=api.internal
	run -77 aiops-runbook plan demo.yaml --no-store --param h=evil.internal
	[[ $output == *"none of allowed_hosts"* ]]
	run -65 aiops-runbook plan demo.yaml --no-store --param h=api.internal@evil
}

@test "when: known conditions count in the plan, others are unknown until they are known" {
	book "
  - {id: look, type: verify, http: {method: GET, url: $URL/count}, timeout: 5s, capture: {n: {regex: '^([0-9]+)$', type: integer}}}
  - {id: never, effect: destructive, idempotent: true, when: {of: '{{runbook.id}}', op: '==', value: other}, target: elsewhere, argv: [act, never], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}
  - {id: few, effect: write, idempotent: true, when: {of: '{{n}}', op: '<', value: 5}, target: t, argv: [act, few], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}
  - {id: many, effect: write, idempotent: true, when: {of: '{{n}}', op: '>=', value: 5}, target: t, argv: [act, many], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	planned_and_approved
	[ "$(jq -c '[.resolved.steps[].when.holds]' plan.json)" = '[null,false,"unknown","unknown"]' ]
	[ "$(jq -c .resolved.targets plan.json)" = '["t"]' ]
	aiops-runbook plan demo.yaml --no-store --format text | grep -q 'only if {{n}} < 5: unknown until it is run'
	aiops-runbook plan demo.yaml --no-store --format text | grep -q 'passed over: {{runbook.id}} == other does not hold'
	apply 0
	world_is few
	shows '.step == "many" and .state == "skipped" and .reason == "condition"'
	shows '.step == "never" and .state == "skipped"'
}

@test "on_failure: step:ID goes on further down" {
	book "
  - {id: one, effect: write, idempotent: true, on_failure: 'step:three', target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}
  - {id: two, effect: write, idempotent: true, target: t, argv: [act, two], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}
  - {id: three, effect: write, idempotent: true, target: t, argv: [act, three], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	touch fail-one
	planned_and_approved
	apply 0
	world_is one three
	sed -i 's/step:three/step:one/' demo.yaml
	run -1 aiops-runbook lint demo.yaml
	[[ $output == *"no step further down"* ]]
}

@test "check rehearses requests that read, and none that acts" {
	book "
  - {id: look, type: http, effect: read, method: GET, url: $URL/count, timeout: 5s, capture: {n: {regex: '^([0-9]+)$', type: integer}}}
  - {id: act, type: http, effect: write, idempotent: true, target: t, method: POST, url: '$URL/ok/{{n}}', timeout: 5s,
     dry_run: {http: {method: GET, url: $URL/ok/dry}}, rollback: {none: test}}
  - {id: other, type: http, effect: write, idempotent: true, target: t, method: POST, url: '$URL/ok/{{n}}', timeout: 5s, rollback: {none: test}}"
	aiops-runbook run demo.yaml --check > run.json
	asked_is GET/count GET/ok/dry
	shows '.step == "other" and .state == "skipped" and .reason == "no_dry_run"'
	ends succeeded checked
	aiops-runbook plan demo.yaml --no-store --format ndjson | jq -e '.resolved.steps[1].command.http.url == {template: "'"$URL"'/ok/{{n}}", unknown: ["n"]}'
	aiops-runbook plan demo.yaml --no-store --format text | grep -qF 'POST '
}

@test "wait until a time" {
	book "
  - {id: w, type: wait, until: '2026-01-01T00:00:00Z'}
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'}, rollback: {none: test}}"
	planned_and_approved
	apply 0
	world_is one
	sed -i 's/2026-01-01T/tomorrow /' demo.yaml
	run -65 aiops-runbook plan demo.yaml --no-store
	[[ $output == *"is not a time"* ]]
}
