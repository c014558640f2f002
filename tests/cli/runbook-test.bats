# aiops-runbook test: fixtures of runbooks, and the library that comes with them.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_DB=$PWD/must-not-be-made.db AIOPS_EFFECTS=$PWD/effects
	mkdir effects
	printf "tools:\n  - {names: [marker], commands: {look: read, set: write, clear: write, put: write, free: write}}\n" > effects/marker.yaml
}

# A runbook of one step with its fixture, in books/.
one_step() {
	mkdir -p books/tests/mark
	cat > books/mark.yaml <<-'YAML'
		version: 1
		id: mark
		name: Leave a mark
		risk: medium
		parameters:
		  place: {type: k8s_name, required: true}
		limits: {max_targets: 1, max_duration: 10m}
		approval: {approvers: [site], expires_in: 15m}
		preconditions:
		  - {id: free, argv: [marker, look, "{{place}}"], timeout: 5s, expect: {stdout: free}}
		steps:
		  - id: mark
		    effect: write
		    idempotent: true
		    target: "{{place}}"
		    argv: [marker, set, "{{place}}"]
		    timeout: 5s
		    rollback: {argv: [marker, clear, "{{place}}"], timeout: 5s, effect: write}
		verify:
		  - {id: marked, argv: [marker, look, "{{place}}"], timeout: 5s, poll: {every: 10s, for: 2m, consecutive: 3}, expect: {stdout: marked}}
		verify_rollback: []
		escalation: {on: [rollback_failed, step_unknown], notify: me}
	YAML
	cat > books/tests/mark/success.yaml <<-'YAML'
		version: 1
		name: it is marked
		parameters: {place: here}
		tools:
		  marker:
		    - {match: '^look here$', after: 'marker set here', stdout: marked}
		    - {match: '^look here$', stdout: free}
		    - {match: '^set here$'}
		expect:
		  state: succeeded
		  reason: verified
		  events:
		    - precondition free done
		    - step mark done
		    - verify marked done
		  calls:
		    - [marker, look, here]
		    - [marker, set, here]
		    - {times: 3, call: [marker, look, here]}
	YAML
}

# breaks FIXTURES SED: the runbook, changed so, fails one of them.
breaks() {
	local dir=$1 id
	id=$(basename "$dir")
	rm -rf -- "${BATS_TEST_TMPDIR:?}/broken"
	mkdir -p broken/tests
	cp -R "$dir" broken/tests/
	cp -R "$dir/../../sql" broken/ 2> /dev/null || true
	sed -E "$2" "$dir/../../$id.yaml" > "broken/$id.yaml"
	if cmp -s "$dir/../../$id.yaml" "broken/$id.yaml"; then fail "$id: '$2' changes nothing"; fi
	run -1 aiops-runbook test broken
	[[ $output == *FAIL* ]] || fail "$id: '$2' was not seen: $output"
}

@test "a fixture passes, in text, NDJSON and TAP; nothing of the user's is touched" {
	one_step
	run -0 aiops-runbook test books
	[ "${lines[0]}" = "ok    books/tests/mark/success.yaml: it is marked" ]
	[ "${lines[1]}" = "1 passed, 0 failed" ]
	aiops-runbook test -f ndjson books | jq -e '.passed and .state == "succeeded" and (.calls | length) == 5 and .calls[1] == ["marker", "set", "here"]'
	run -0 aiops-runbook test -f tap books/tests/mark/success.yaml
	[ "${lines[0]}" = "ok 1 - books/tests/mark/success.yaml: it is marked" ]
	[ "${lines[1]}" = "1..1" ]
	aiops-runbook test books/mark.yaml books/tests/mark > out
	grep -qx '2 passed, 0 failed' out
	[ ! -e must-not-be-made.db ]
}

@test "a runbook that is broken fails its fixture, whatever of it is broken" {
	one_step
	breaks books/tests/mark 's/marker, set/marker, put/'        # other words
	breaks books/tests/mark 's/, poll: .*consecutive: 3\}//'    # one look in the place of three
	breaks books/tests/mark 's/consecutive: 3/consecutive: 4/'  # the number counts
	breaks books/tests/mark 's/expect: \{stdout: marked/expect: {stdout: free/'
	breaks books/tests/mark 's/^preconditions:/preconditions: []\nalways: []\nverify_unused:/; /verify_unused/,/look/d'
	sed -i 's/succeeded/failed/' books/tests/mark/success.yaml
	run -1 aiops-runbook test books
	[[ $output == *"it is succeeded (verified), expected failed (verified)"* ]]
}

@test "undo is played through, and a minute of polling takes no minute" {
	one_step
	cat > books/tests/mark/not-marked.yaml <<-'YAML'
		version: 1
		name: the mark does not stay
		parameters: {place: here}
		tools:
		  marker: [{match: '^(set|clear) here$'}, {match: look, stdout: free}]
		expect:
		  state: rolled_back
		  reason: verify_failed
		  events: [precondition free done, step mark done, verify marked failed unexpected, rollback mark done]
		  calls:
		    - '^marker look'
		    - [marker, set, here]
		    - {times: 13, call: [marker, look, here]} # every 10s, for 2m: at 0, 10, ... 120
		    - [marker, clear, here]
	YAML
	run -0 aiops-runbook test books
	breaks books/tests/mark 's/marker, clear/marker, free/'
	breaks books/tests/mark 's/rollback: \{argv.*/rollback: {none: never}/'
}

@test "a call that no answer fits, a tool by its path and a sandbox are errors, not passed over" {
	one_step
	sed -i "/match: '^set/d" books/tests/mark/success.yaml
	run -1 aiops-runbook test books
	[[ $output == *"call 2 has no answer: marker set here"* ]]
	one_step
	sed -i 's/argv: \[marker, set/argv: [\/bin\/marker, set/' books/mark.yaml
	run -78 aiops-runbook test books
	[[ $output == *"names '/bin/marker' by its path, which cannot be faked"* ]]
	one_step
	sed -i 's/^    target: .*/&\n    sandbox: {by: landlock}/' books/mark.yaml
	run -78 aiops-runbook test books
	[[ $output == *"has a sandbox"* ]]
}

@test "what is wrong with a fixture is said with its place; no fixture at all is 66" {
	one_step
	sed -i 's/^tools:/tols:/' books/tests/mark/success.yaml
	run -78 aiops-runbook test books
	[[ $output == *"books/tests/mark/success.yaml:4:1: unknown key 'tols' (did you mean 'tools'?)"* ]]
	sed -i 's/^tols:/tools:/; s/match: .^set here../match: "("/' books/tests/mark/success.yaml
	run -78 aiops-runbook test books
	[[ $output == *"success.yaml:8:"* ]]
	sed -i '/^  calls:/,$d' books/tests/mark/success.yaml
	run -78 aiops-runbook test books
	[ "$(aiops-runbook test books 2>&1 | wc -l)" = 2 ]
	rm -r books/tests
	run -66 aiops-runbook test books
	run -64 aiops-runbook test
	run -66 aiops-runbook test /nowhere
}

@test "a request is answered by status, body, or not at all" {
	mkdir -p books/tests/ask
	cat > books/ask.yaml <<-'YAML'
		version: 1
		id: ask
		name: Ask
		risk: low
		steps:
		  - {id: ask, type: http, effect: read, method: GET, url: "http://localhost/health", timeout: 5s,
		     expect: {status: 200, json: {path: $.ok, op: "==", value: "true"}}}
	YAML
	fixture() { # FILE ANSWER STATE REASON EVENTS
		printf 'version: 1\nname: %s\nhttp: [%s]\nexpect:\n  state: %s\n  reason: %s\n  events: [%s]\n  calls: [[http, GET, "http://localhost/health"]]\n' "$@" > "books/tests/ask/$1.yaml"
	}
	fixture good "{request: '^GET http://localhost/health\$', body: '{\"ok\":true}'}" succeeded done 'step ask done'
	fixture bad '{status: 503}' failed step_failed 'step ask failed unexpected'
	fixture away '{no_connection: true}' failed step_failed 'step ask failed not_sent'
	fixture silent '{no_answer: true}' needs_operator step_unknown 'step ask failed no_answer'
	aiops-runbook test books || { aiops-runbook test -f ndjson books; false; }
}

# judged FILE...: by the schema; ends with 1 if one is refused.
judged() {
	python3 - "$ROOT/share/schema/runbook-test.schema.json" "$@" <<-'PY'
		import json, sys, jsonschema, yaml
		judge = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
		sys.exit(any(not judge.is_valid(yaml.safe_load(open(f))) for f in sys.argv[2:]))
	PY
}

@test "the schema judges fixtures as the programme does" {
	local change
	judged "$ROOT"/share/runbooks/tests/*/*.yaml
	one_step
	judged books/tests/mark/success.yaml
	for change in 's/^tools:/tols:/' '/^  calls:/,$d' 's/times: 3/times: 0/' 's/^version: 1/version: 2/'; do
		one_step
		sed -i "$change" books/tests/mark/success.yaml
		run -1 judged books/tests/mark/success.yaml
		run -78 aiops-runbook test books
	done
}

@test "every runbook that ships has fixtures that pass: helped, did not help, not needed" {
	local book id states
	aiops-runbook test -f ndjson "$ROOT/share/runbooks" > out
	jq -es 'length >= 72 and all(.passed)' out
	for book in "$ROOT"/share/runbooks/*.yaml; do
		id=$(basename "$book" .yaml)
		states=$(jq -r "select(.fixture | contains(\"/tests/$id/\")) | .state + \"/\" + .reason" out | sort -u)
		[[ $states == *succeeded/* ]] || fail "$id: nothing succeeds"
		[[ $states == */precondition_failed* ]] || fail "$id: no precondition refuses"
		[[ $states == */verify_failed* || $id == aiops-wrong-hypothesis-investigation ]] || fail "$id: no verification fails"
	done
}

@test "a runbook of the library that is broken fails one of its fixtures" {
	local dir id broken=0
	for dir in "$ROOT"/share/runbooks/tests/*; do
		id=$(basename "$dir")
		# the words of what acts, and what verification looks at
		case $id in
		postgres-connections-exhausted) breaks "$dir" '0,/"limit=\{\{limit\}\}"/s//"limit={{idle_for}}"/' ;;
		redis-memory-pressure) breaks "$dir" 's/maxmemory, "\{\{limit_bytes/maxmemory, "{{pressure_bytes/' ;;
		cache-clear) breaks "$dir" 's/- "\{\{prefix\}\}"/- "{{prefix}}x"/' ;;
		restart-service) breaks "$dir" 's/systemctl, restart/systemctl, start/' ;;
		high-cpu-remediation) breaks "$dir" 's/kill, -TERM/kill, -KILL/' ;;
		disk-cleanup) breaks "$dir" 's/-xdev, //' ;;
		cert-renewal) breaks "$dir" 's/systemctl, reload/systemctl, restart/' ;;
		credential-rotation) breaks "$dir" 's/rotate-secret/cancel-rotate-secret/' ;;
		runbook-executor-stuck) breaks "$dir" 's/resume, --format, ndjson/resume, --format, text/' ;;
		vector-index-stale) breaks "$dir" 's/aiops-triage, index/aiops-triage, train/' ;;
		node-not-ready) breaks "$dir" 's/--ignore-daemonsets, --timeout=8m/--ignore-daemonsets, --force/' ;;
		aiops-wrong-hypothesis-investigation) breaks "$dir" 's/aiops-audit, verify/aiops-audit, stats/' ;;
		deploy-rollback) breaks "$dir" 's/"--to-revision=\{\{revision\}\}"/"--to-revision=1"/' ;;
		k8s-pod-crashlooping) breaks "$dir" 's/rollout, restart/rollout, pause/' ;;
		oom-recovery) breaks "$dir" 's/memory=\{\{old_limit\}\}/memory={{old_limit}}0/' ;;
		*) breaks "$dir" 's/scale, "deployment\/\{\{deployment\}\}"/scale, "deployment\/web"/' ;;
		esac
		broken=$((broken + 1))
	done
	[ "$broken" = 18 ]
}

@test "new writes a runbook that lints clean once it is filled in, and a fixture that passes; it overwrites nothing" {
	aiops-runbook new queue-stuck --now 2026-11-21T09:00:00Z
	run -73 aiops-runbook new queue-stuck
	[[ $output == *"'./queue-stuck.yaml' is there already"* ]]
	run -64 aiops-runbook new Queue
	grep -qx 'reviewed_at: 2026-11-21' queue-stuck.yaml
	run -1 aiops-runbook lint queue-stuck.yaml
	[[ $output == *RB009* ]]
	sed -i 's/CHANGEME/shop/g' queue-stuck.yaml tests/queue-stuck/success.yaml
	[ -z "$(aiops-runbook lint --profile prod queue-stuck.yaml --now 2026-11-21T09:00:00Z)" ]
	aiops-runbook test queue-stuck.yaml
	mkdir other
	aiops-runbook new --out other queue-stuck
	[ -e other/tests/queue-stuck/success.yaml ]
}

@test "show says what a review needs to know of every runbook: effects, undo, approvals" {
	local book words
	aiops-runbook show "$ROOT/share/runbooks/scale-deployment.yaml" > page
	for words in 'risk medium, an agent may start it' 'replicas  integer, required' '[write] scale: Ask for more replicas' \
		'on {{namespace}}/{{deployment}}, scale, may be repeated' \
		'undo: kubectl -n {{namespace}} scale deployment/{{deployment}} --replicas={{before}}   (at most 30s)' \
		'approval for destructive, by 1 of site, within 15m' 'json $.status.readyReplicas == {{replicas}}; 3 in a row, every 10s for at most 5m' \
		'Called: team-platform'; do
		grep -qF -- "$words" page || fail "not shown: $words"
	done
	for book in "$ROOT"/share/runbooks/*.yaml; do
		aiops-runbook show "$book" > page
		[ "$(grep -c '^  \[' page)" = "$(python3 -c 'import sys, yaml; b = yaml.safe_load(open(sys.argv[1])); print(len(b["steps"]) + len(b.get("always", [])))' "$book")" ]
	done
	aiops-runbook show --runbooks "$ROOT/share/runbooks" node-not-ready | grep -q 'At the end, whatever happened'
	run -66 aiops-runbook show /nowhere.yaml
}

@test "triage chooses each runbook of the library by the names of its alerts" {
	local book id name line
	for book in "$ROOT"/share/runbooks/*.yaml; do
		id=$(basename "$book" .yaml)
		while read -r name; do
			printf '{"v":1,"kind":"incident","id":"INC-0000000000000001#1","incident":"INC-0000000000000001","timestamp":"2026-11-21T09:00:00Z","source":"t","starts_at":"2026-11-21T09:00:00Z","last_seen":"2026-11-21T09:00:00Z","services":["shop"],"causes":[{"component":"shop"}],"members":[{"id":"x","name":"%s","component":"shop","service":"shop","onset":"2026-11-21T09:00:00Z"}]}\n' "$name"
			printf '%s %s\n' "$name" "$id" >> wanted
		done < <(python3 -c 'import sys, yaml
for t in yaml.safe_load(open(sys.argv[1]))["triggers"]:
    names = t["match"].get("alertname", [])
    print("\n".join([names] if isinstance(names, str) else names))' "$book" | grep .)
	done > in
	[ "$(cut -d ' ' -f 1 wanted | sort | uniq -d)" = "" ]
	aiops-triage explain --runbooks "$ROOT/share/runbooks" in | jq -r '"\(.members[0].name) \(.triage.runbook.id)"' > chosen
	diff wanted chosen
}
