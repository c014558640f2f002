# aiops-runbook: who is told what, by commands and webhooks that may misbehave; nothing of it changes a run.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
	cat > bin/told <<-'SH'
		#!/bin/sh
		cat >> "$HOME/told"
		echo >> "$HOME/told"
	SH
	printf '#!/bin/sh\ncat > /dev/null\nexit 9\n' > bin/broken
	printf '#!/bin/sh\nsleep 30\n' > bin/sleeps
	chmod 755 bin/told bin/broken bin/sleeps
	# HOME of a hook is the user's by the user database, so the file is named
	sed -i "s,\$HOME,$PWD,g" bin/told
}

teardown() {
	[ -z "${SERVER-}" ] || kill "$SERVER"
}

serve() {
	local i
	python3 "$ROOT/tests/tools/world-server.py" port asked 3>&- &
	SERVER=$!
	for ((i = 0; i < 1500; i++)); do
		[ ! -s port ] || break
		sleep 0.02
	done
	URL=http://127.0.0.1:$(cat port)
}

# hooks YAML: adds them to the configuration
hooks() {
	printf 'hooks:\n%s\n' "$1" >> config.yaml
}

all='on: [pending_approval, failed, needs_person, succeeded]'

# undelivered HOOK: why, of its last notification in the log
undelivered() {
	aiops-audit query --run "$RUN" |
		jq -rs --arg h "$1" '[.[] | select(.notification.hook == $h)] | last | select(.state == "not_notified") | .notification.why'
}

@test "pending: a command is told once for a run, with the command that approves it" {
	runbook_yaml
	hooks "  - {name: log, $all, command: [told, --x]}"
	aiops-runbook plan demo.yaml --incident INC-1 --format ndjson > plan.json
	jq -e '.reason == "pending_approval" and .expires_in == "15m"' plan.json
	aiops-audit query | tail -n 1 | jq -e '.state == "notified" and .notification.hook == "log" and .notification.event == "pending_approval" and .notification.delivered'
	jq -e '.event == "pending_approval" and .runbook == "demo" and .incident == "INC-1" and .targets == "t" and .notify == "oncall"
		and (.text | startswith("approval needed: demo on t for INC-1")) and (.approve as $a | .text | endswith($a))' told
	RUN=$(jq -r .run told) DIGEST=$(jq -r .plan_digest told)
	# the same plan again asks nobody again
	aiops-runbook plan demo.yaml --incident INC-1 --format ndjson > again.json
	[ "$(grep -c . told)" = 1 ]
	# the command of the message does it, as it stands there
	jq -r '.approve + " --as maria --key maria.key"' told > approve.sh
	sh -e approve.sh > approved.json
	apply 0 --incident INC-1
	world_is one two three
	grep succeeded told | jq -e '.event == "succeeded" and .state == "succeeded" and .reason == "verified" and .elapsed_ms >= 0 and (.text | test("after [0-9]"))'
	audit_holds plan.json again.json approved.json run.json
}

@test "failed, and a person is needed" {
	runbook_yaml
	hooks "  - {name: log, $all, command: [told]}"
	touch fail-two
	planned_and_approved
	apply 1
	grep '"failed"' told | jq -e '.event == "failed" and .state == "rolled_back" and .notify == "oncall"'
	rm -f told
	touch fail-undo-one
	planned_and_approved
	apply 10
	grep needs_person told | jq -e '.event == "needs_person" and .state == "rollback_partial" and (.text | startswith("a person is needed: demo on t is rollback_partial"))'
}

@test "a hook is told only of what it is there for" {
	runbook_yaml
	hooks "  - {name: log, on: [needs_person], command: [told]}"
	planned_and_approved
	apply 0
	[ ! -e told ]
}

@test "webhooks: the shapes of Slack, PagerDuty and the generic one; secrets by file" {
	serve
	(
		umask 077
		echo "$URL/ok/slack-s3cret" > slack-url
		echo r0uting-s3cret > routing
		echo bear3r-s3cret > token
	)
	runbook_yaml
	sed -i 's/id: demo/id: demo-a/' demo.yaml
	hooks "  - {name: slack, $all, webhook: slack, url_file: $PWD/slack-url}
  - {name: pager, $all, webhook: pagerduty, url: $URL/ok/enqueue, routing_key_file: $PWD/routing}
  - {name: own, $all, webhook: generic, url: $URL/ok/own, bearer_file: $PWD/token}"
	planned_and_approved
	apply 0
	[ "$(jq -r .path asked | tr '\n' ' ')" = '/ok/slack-s3cret /ok/enqueue /ok/own /ok/slack-s3cret /ok/enqueue /ok/own ' ]
	jq -s '.[0]' asked | jq -e --arg r "$RUN" '.body | fromjson | keys == ["text"] and (.text | contains("aiops-runbook approve " + $r))'
	jq -s '.[1]' asked | jq -e --arg r "$RUN" '.body | fromjson | .routing_key == "r0uting-s3cret" and .event_action == "trigger" and .dedup_key == $r
		and .payload.severity == "warning" and .payload.source == "aiops-runbook" and .payload.custom_details.run == $r'
	jq -s '.[2]' asked | jq -e '.headers.Authorization == "Bearer bear3r-s3cret" and (.body | fromjson | .event == "pending_approval")'
	jq -s '.[4]' asked | jq -e --arg r "$RUN" '.body | fromjson | .event_action == "resolve" and .dedup_key == $r'
	! grep -l s3cret plan.json approved.json run.json run.db* || fail 'a secret is stored'
}

@test "what misbehaves is recorded, and changes neither the run nor its exit status" {
	serve
	runbook_yaml
	hooks "  - {name: slow, on: [succeeded], webhook: generic, url: $URL/slow, timeout: 1s}
  - {name: drop, on: [succeeded], webhook: slack, url: $URL/drop}
  - {name: half, on: [succeeded], webhook: generic, url: $URL/half}
  - {name: bad, on: [succeeded], webhook: generic, url: $URL/status/500}
  - {name: nobody, on: [succeeded], webhook: generic, url: 'http://127.0.0.1:1/'}
  - {name: broken, on: [succeeded], command: [broken]}
  - {name: sleeps, on: [succeeded], command: [sleeps], timeout: 200ms}
  - {name: missing, on: [succeeded], command: [not-there]}
  - {name: unread, on: [succeeded], webhook: generic, url_file: $PWD/not-there}
  - {name: last, on: [succeeded], command: [told]}"
	planned_and_approved
	apply 0
	world_is one two three
	shows '.state == "succeeded" and .reason == "verified"'
	[[ $(undelivered slow) == *"timed out"* ]]
	[[ $(undelivered drop) == *"no answer"* ]]
	[[ $(undelivered half) == *"no answer"* ]]
	[[ $(undelivered bad) == *"status 500"* ]]
	[[ $(undelivered nobody) == *"not sent"* ]]
	[ "$(undelivered broken)" = 'exit status 9' ]
	[[ $(undelivered sleeps) == "timed out after"* ]]
	[[ $(undelivered missing) == *not-there* ]]
	[[ $(undelivered unread) == *not-there* ]]
	[ "$(grep -c . told)" = 1 ]
	aiops-audit verify
}

@test "a hook that fails again and again rests: a filter is not delayed by it for every incident" {
	runbook_yaml
	mkdir books
	sed 's/id: demo/id: ask/' demo.yaml > books/ask.yaml
	hooks "  - {name: broken, on: [pending_approval], command: [broken]}"
	for n in 1 2 3 4; do
		echo '{"v":1,"kind":"incident","id":"INC-'$n'#1","incident":"INC-'$n'","timestamp":"2026-11-21T09:00:00Z","source":"t","triage":{"runbook":{"id":"ask","automation":"approval"}}}'
	done > in
	aiops-runbook run --runbooks books < in 2> err
	[ "$(aiops-audit query | jq -r 'select(.notification) | .notification.why')" = "exit status 9
exit status 9
not tried: it failed 2 times in a row and rests
not tried: it failed 2 times in a row and rests" ]
	[ "$(grep -c "the hook 'broken' was not told" err)" = 4 ]
}

@test "a configuration that makes no hook is refused before anything is done" {
	runbook_yaml
	cp config.yaml base.yaml
	while IFS='|' read -r yaml want; do
		cp base.yaml config.yaml
		hooks "$yaml"
		run -78 aiops-runbook plan demo.yaml
		[[ $output == *"$want"* ]] || fail "$yaml: $output"
	done <<-'END'
		  x: 1|hooks: expected a list
		  - {name: a, on: [pending], command: [x]}|expected pending_approval
		  - {name: a, on: [], command: [x]}|'on' is a list
		  - {name: a, command: [x]}|'on' is a list
		  - {on: [failed], command: [x]}|a hook has a name
		  - {name: a, on: [failed]}|'command' or 'webhook'
		  - {name: a, on: [failed], command: [x], webhook: slack}|'command' or 'webhook'
		  - {name: a, on: [failed], command: "x y"}|there is no shell
		  - {name: a, on: [failed], webhook: teams, url: x}|slack, pagerduty or generic
		  - {name: a, on: [failed], webhook: slack}|has 'url'
		  - {name: a, on: [failed], webhook: pagerduty}|routing_key_file
		  - {name: a, on: [failed], webhook: slack, url: x, timeout: 2m}|at most 60s
		  - {name: a, on: [failed], webhook: slack, urll: x}|did you mean 'url'
		  - {name: a, on: [failed], command: [x], url: y}|a command has no url
	END
	[ ! -e run.db ]
}
