# aiops-runbook: what a person reads of a plan before approving it, and of runs afterwards. Every byte that a request
# would send, and every secret's place, must stand there.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

# request KEYS: demo.yaml with one step that makes a request with these.
request() {
	runbook_yaml "steps=
  - {id: act, type: http, effect: write, idempotent: true, target: t, url: 'http://127.0.0.1:9/x', timeout: 5s, rollback: {none: test},
     $1}"
}

# reads LINE...: the plan, as text, has exactly these lines, whatever their indentation.
reads() {
	local line
	aiops-runbook plan demo.yaml --format text > plan.txt
	for line; do
		sed 's/^ *//' plan.txt | grep -qxF -- "$line" || fail "no line '$line' in: $(cat plan.txt)"
	done
}

@test "plan as text: the document that a request sends, of every type and depth, each value once" {
	request "method: PUT, headers: {X-Run: 'in {{world}}'},
     json: {s: 'a \"b\"', n: 3, d: 1.5, on: true, off: false, nil: null, list: [1, [2, {k: 'v'}], []], o: {}}"
	reads "header X-Run: 'in $PWD'" \
		'body {"s": "a \"b\"", "n": 3, "d": 1.5, "on": true, "off": false, "nil": null, "list": [1, [2, {"k": "v"}], []], "o": {}}'
}

@test "plan as text: a constant body on one line, and a form" {
	request "method: POST, body: \"first\\nsecond\""
	reads "body 'first\nsecond'"
	request "method: POST, form: {x: 'a&b={{world}}', y: ''}"
	reads "form x: 'a&b=$PWD'" "form y: ''"
}

@test "plan as text: where a credential comes from, never the credential" {
	(umask 077 && echo s3cret > token)
	request "method: POST, auth: {bearer: 'file:$PWD/token'}"
	reads "credential: bearer file:$PWD/token"
	! grep -q s3cret plan.txt
}

@test "plan as text: what an answer must be" {
	runbook_yaml "verify=
  - {id: good, argv: [holds, world], timeout: 5s, expect: {stdout: '^up\$', stderr: '^\$'}}
  - {id: some, argv: [holds, world], timeout: 5s, expect: {output: {op: in, value: [a, b]}}}"
	reads 'expects the output to match ^up$' 'expects standard error to match ^$' 'expects the output in a b'
}

@test "status: one run as a record, with its plan, before and after it ran" {
	runbook_yaml
	planned_and_approved --incident INC-1
	aiops-runbook status "$RUN" --format ndjson > waits.json
	local seconds='def seconds: sub("[.][0-9]+Z$"; "Z") | fromdate;'
	jq -e --arg run "$RUN" --arg digest "$DIGEST" "$seconds"'.run == $run and .plan_digest == $digest and .state == "awaiting_approval"
		and .mode == "apply" and .runbook == "demo" and .incident == "INC-1" and .resolved.steps[1].id == "two"
		and (.expires_at | seconds) - (.created_at | seconds) == 900 and (has("started_at") or has("ended_at") | not)' waits.json
	apply 0 --incident INC-1
	aiops-runbook status "$RUN" --format ndjson > done.json
	jq -e "$seconds"'.state == "succeeded" and (.started_at | seconds) >= (.created_at | seconds)
		and (.ended_at | seconds) >= (.started_at | seconds)' done.json
	aiops-runbook status --format ndjson > all.json
	jq -es 'length == 1 and (.[0] | has("resolved") | not)' all.json
	aiops-runbook status --format text > all.txt
	grep -qF "$RUN  succeeded (verified)  demo  INC-1  " all.txt
}

@test "status: a run that is not on file is 66, two are a usage error, an empty store has none" {
	run -66 --separate-stderr aiops-runbook status RUN-0000000000000000
	runbook_yaml
	planned_and_approved
	run -66 --separate-stderr aiops-runbook status RUN-0000000000000000
	[ "$stderr" = "aiops-runbook: error: no run 'RUN-0000000000000000' is on file" ]
	run -64 --separate-stderr aiops-runbook status "$RUN" "$RUN"
	[[ $stderr = *'status takes one run at most'* ]]
	printf '%s\n' '{"v":1,"kind":"run","id":"x","timestamp":"2026-11-21T09:00:00Z","source":"t"}' |
		aiops-audit append --db other.db > /dev/null
	run -0 --separate-stderr aiops-runbook status --db other.db
	[ -z "$output$stderr" ]
	run -66 --separate-stderr aiops-runbook status --db other.db RUN-0000000000000000
}
