# aiops-incident notify: what reaches whom, once, whatever their servers do.

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
	python3 "$ROOT/tests/tools/people-server.py" "$PWD" > server.log 2>&1 3>&- &
	SERVER=$!
	local i
	for i in {1..3000}; do
		[ -s http-port ] && break
		kill -0 "$SERVER" || fail "$(cat server.log)"
		sleep 0.02
	done
	HTTP=http://127.0.0.1:$(cat http-port)
	SMTP=smtp://127.0.0.1:$(cat smtp-port)
	printf 'the-routing-key\n' > key
	printf 'hunter2hunter2\n' > password
	printf '%s/chat/T0/B0/secret-part\n' "$HTTP" > chat-url
	chmod 600 key password chat-url
	cat > tell <<- 'EOF'
		#!/bin/sh
		cat >> "$(dirname "$0")/told"
	EOF
	chmod 755 tell
	printf 'settle: 0s\nchannels:\n  hook: {webhook: {url: "%s/hook"}, timeout: 2s}\nroutes: [{to: hook}]\n' "$HTTP" > rules.yaml
}
teardown() {
	[ -z "${SERVER-}" ] || { kill "$SERVER" && wait "$SERVER"; } 2> /dev/null || true
}

A=INC-AAAAAAAAAAAAAAAA

# incident ID REVISION [JQ]
incident() {
	jq -cn --arg id "$1" --argjson n "$2" '{v:1,kind:"incident",id:($id+"#"+($n|tostring)),incident:$id,revision:$n,
		change:"updated",status:"detected",timestamp:"2026-11-21T09:0\($n):00Z",source:"aiops-correlate",
		starts_at:"2026-11-21T09:00:00Z",last_seen:"2026-11-21T09:0\($n):00Z",severity:"high",title:"orders is slow",
		services:["orders"],alerts:$n} | '"${3:-.}"
}
run_record() {
	jq -cn --argjson n "$1" --arg s "$2" --arg i "$A" '{v:1,kind:"run",id:"RUN-0000000000000001#\($n)",timestamp:"2026-11-21T09:1\($n):00Z",
		source:"aiops-runbook",incident:$i,run:"RUN-0000000000000001",runbook:"restart-service",mode:"apply",state:$s,actor:"ana"}
		| '"${3:-.}"
}
notify() { aiops-incident notify -q --rules rules.yaml --wait 5s "$@"; }
events() { if [ -e http.ndjson ]; then jq -r .body.event http.ndjson | paste -sd ' '; fi; }
told() { if [ -e http.ndjson ]; then wc -l < http.ndjson; else echo 0; fi; }
outbox() { sqlite3 "$AIOPS_DB" "SELECT state, count(*) FROM aiops_notice GROUP BY state ORDER BY state" | paste -sd ' '; }

@test "a record passes, and is told once: opened, worse, hypothesis, resolved" {
	{
		incident $A 1
		incident $A 2
		incident $A 3 '.severity="critical"'
		incident $A 4 '.severity="critical"|.triage={type:{class:"deploy"},confidence:.97,calibration:"platt",hypotheses:[{text:"the deploy broke it"}],
			first_action:{text:"look at the deploy"},similar:[{title:"an older one",worked:"rolled back"}],runbook:{id:"deploy-rollback"}}'
		incident $A 5 '.severity="critical"'
		incident $A 6 '.status="resolved"|.resolved_by="alerts"|.severity="critical"'
		incident $A 7 '.status="resolved"|.resolved_by="alerts"|.severity="critical"'
	} > in.ndjson
	# one at a time, since what waits still is replaced
	while read -r line; do
		printf '%s\n' "$line" | notify > out.ndjson
		printf '%s\n' "$line" | cmp - out.ndjson
	done < in.ndjson
	[ "$(events)" = "opened raised updated resolved" ]
	jq -se '.[0].body.subject == "[SEV2] orders is slow"
		and (.[0].body.text | contains("next: aiops-incident ack INC-AAAAAAAAAAAAAAAA"))
		and .[1].body.subject == "[SEV1] worse (SEV2 before): orders is slow"
		and (.[2].body.text | contains("hypothesis: the deploy broke it (confidence 0.97)") and contains("first action: look at the deploy")
			and contains("similar before: an older one") and contains("what worked then: rolled back") and contains("runbook: deploy-rollback"))
		and .[3].body.subject == "[SEV1] resolved after 6m: orders is slow"
		and (.[3].body.text | contains("aiops-incident review"))' http.ndjson
	# and all of it again: nothing
	notify in.ndjson > /dev/null
	[ "$(told)" -eq 4 ]
}

@test "a storm of revisions is one message, the newest" {
	{ incident $A 1; incident $A 2 '.severity="critical"'; incident $A 3 '.severity="critical"|.title="orders is down"'; } > in.ndjson
	notify in.ndjson > /dev/null
	[ "$(events)" = opened ]
	jq -e '.body.subject == "[SEV1] orders is down" and .body.severity == "critical" and .body.event == "opened"' http.ndjson
}

@test "a confidence that is not calibrated, or low, is not told as certain" {
	incident $A 1 '.triage={confidence:.9,calibration:"uncalibrated",hypotheses:[{text:"x"}]}' | notify > /dev/null
	jq -e '.body.text | contains("(confidence 0.90, uncalibrated; not certain)") and contains("no runbook fits: a person must look")' http.ndjson
	incident INC-BBBBBBBBBBBBBBBB 1 '.triage={confidence:.7,calibration:"platt",hypotheses:[{text:"x"}],runbook:{id:"r"}}' | notify > /dev/null
	jq -se '.[1].body.text | contains("(confidence 0.70; not certain)")' http.ndjson
}

@test "runs: approval needed with the command, verified with its time, failed" {
	incident $A 1 | aiops-incident apply -q | notify > /dev/null
	run_record 1 awaiting_approval | notify > /dev/null
	# the time is that from its first record to its last, which the register knows
	run_record 1 running | aiops-incident apply -q | notify > /dev/null
	run_record 2 succeeded '.reason="verified"|.timestamp="2026-11-21T09:11:41Z"' | notify > /dev/null
	run_record 2 succeeded '.reason="verified"' | notify > /dev/null
	run_record 3 rollback_partial '.reason="verification"' | notify > /dev/null
	run_record 4 done '.step="restart"' | notify > /dev/null
	run_record 5 succeeded '.reason="done"' | notify > /dev/null
	[ "$(events)" = "opened pending_approval run_succeeded run_failed run_succeeded" ]
	jq -se '(.[1].body.text | contains("next: aiops-runbook approve RUN-0000000000000001"))
		and .[2].body.subject == "[SEV2] restart-service verified after 41s: orders is slow"
		and (.[4].body.subject | startswith("[SEV2] restart-service done, not verified after "))
		and (.[3].body.text | contains("reason: verification") and contains("aiops-runbook status"))' http.ndjson
}

@test "Slack: its shape and its escapes; the URL is a secret" {
	printf 'settle: 0s\nchannels: {chat: {slack: {url_file: %s}}}\nroutes: [{to: chat}]\n' "$PWD/chat-url" > rules.yaml
	incident $A 1 '.title="a <b> & c"' | aiops-incident notify --rules rules.yaml > /dev/null 2> err
	jq -e '.path == "/chat/T0/B0/secret-part" and (.body | keys == ["text"]) and (.body.text | contains("a &lt;b&gt; &amp; c"))' http.ndjson
	printf '500*\n' > http-do
	incident INC-BBBBBBBBBBBBBBBB 1 | aiops-incident notify --wait 0s --rules rules.yaml > /dev/null 2>> err
	! grep -q secret-part err || fail "the URL was told: $(cat err)"
	! grep -aq secret-part "$AIOPS_DB" || fail "the URL was stored"
	! aiops-audit query | grep -q secret-part || fail "the URL is in the audit log"
}

@test "PagerDuty: one key for an incident, resolved under it" {
	printf 'settle: 0s\nchannels: {pager: {pagerduty: {routing_key_file: %s, url: "%s/v2/enqueue"}}}\nroutes: [{to: pager}]\n' "$PWD/key" "$HTTP" > rules.yaml
	incident $A 1 | notify > /dev/null
	incident $A 2 '.status="resolved"|.resolved_by="alerts"' | notify > /dev/null
	jq -se --arg a $A '[.[].body | [.event_action, .dedup_key, .routing_key, .payload.severity]] ==
		[["trigger",$a,"the-routing-key","error"],["resolve",$a,"the-routing-key","error"]]' http.ndjson
	! grep -aq the-routing-key "$AIOPS_DB" || fail "the key was stored"
}

@test "mail by SMTP: a thread, headers that cannot be forged, a password only where it may go" {
	printf 'settle: 0s\nchannels: {mail: {smtp: {url: "%s", from: aiops@example.org, to: [ana@example.org, ben@example.org], user: me, password_file: %s}}}\nroutes: [{to: mail}]\n' \
		"$SMTP" "$PWD/password" > rules.yaml
	incident $A 1 '.title="Ünïcode\r\nBcc: all@example.org\n.\nstop"' | notify > /dev/null
	incident $A 2 '.status="resolved"|.resolved_by="alerts"' | notify > /dev/null
	python3 - <<- 'EOF'
		import email, email.policy, json
		first, second = [json.loads(l) for l in open('smtp.ndjson')]
		assert len(first['to']) == 2 and 'ana@example.org' in first['to'][0], first
		assert 'auth' in first
		m, n = [email.message_from_string(x['data'], policy=email.policy.default) for x in (first, second)]
		assert m['Bcc'] is None and 'Ünïcode' in m['Subject'], m['Subject']
		assert 'next: aiops-incident ack' in m.get_content() and '\n.\n' not in first['data']
		assert n['In-Reply-To'] == m['Message-ID'] and n['Message-ID'] != m['Message-ID']
		assert m['Auto-Submitted'] == 'auto-generated' and max(len(l) for l in first['data'].splitlines()) < 100
	EOF
}

@test "sendmail and commands: argv only, the message on standard input" {
	printf 'settle: 0s\nchannels:\n  mail: {sendmail: {command: [%s, -t], from: a@b.c, to: x@y.z}}\n  tool: {command: [%s]}\nroutes: [{to: [mail, tool]}]\n' \
		"$PWD/tell" "$PWD/tell" > rules.yaml
	incident $A 1 '.title="$(touch pwned); `id`"' | notify > /dev/null
	[ ! -e pwned ]
	grep -q '^To: x@y.z$' told
	grep '^{' told | jq -e '.event == "opened" and .incident == "INC-AAAAAAAAAAAAAAAA"'
}

# Each way in which a server can misbehave, then it is well again: one message, no more.
@test "whatever the server does, the message arrives once" {
	local do n=0
	for do in 500 503 429 '429 1' 408 reset garbage silent drip; do
		n=$((n + 1))
		printf '%s\n' "$do" > http-do
		incident "$(printf 'INC-%016d' $n)" 1 | notify --wait 0s > /dev/null
		[ "$(told)" -eq $((n - 1)) ] || fail "$do: it arrived while the server misbehaved"
		sqlite3 "$AIOPS_DB" "UPDATE aiops_notice SET due_ns = 0 WHERE state = 'waiting'; DELETE FROM aiops_breaker"
		notify --due > /dev/null
		[ "$(told)" -eq $n ] || fail "$do: told $(told) times, expected $n: $(outbox)"
		notify --due > /dev/null
		[ "$(told)" -eq $n ] || fail "$do: told twice"
	done
	[ "$(jq -r .body.incident http.ndjson | sort -u | wc -l)" -eq $n ]
	[ "$(outbox)" = "sent|$n" ]
}

@test "what will never work is given up at once, and said" {
	printf '400\n' > http-do
	incident $A 1 > in
	run aiops-incident notify --rules rules.yaml in
	[ "$status" -eq 69 ]
	[[ $output == *"given up"*"orders is slow"* ]]
	[ "$(outbox)" = "failed|1" ]
	aiops-audit query | jq -se 'map(select(.name == "notice_failed")) | length == 1'
	printf 'redirect\n' > http-do
	incident INC-BBBBBBBBBBBBBBBB 1 | notify > /dev/null && fail "a redirect elsewhere was followed"
	[ "$(told)" -eq 0 ]
	[ "$(outbox)" = "failed|2" ]
}

@test "SMTP that misbehaves: temporary is tried again, permanent is not" {
	printf 'settle: 0s\nchannels: {mail: {smtp: {url: "%s", from: a@b.c, to: x@y.z}, timeout: 2s}}\nroutes: [{to: mail}]\n' "$SMTP" > rules.yaml
	local do n=0
	for do in 450 greeting421 drop silent; do
		n=$((n + 1))
		printf '%s\n' $do > smtp-do
		incident "$(printf 'INC-%016d' $n)" 1 | notify --wait 0s > /dev/null
		sqlite3 "$AIOPS_DB" "UPDATE aiops_notice SET due_ns = 0 WHERE state = 'waiting'; DELETE FROM aiops_breaker"
		notify --due > /dev/null
		[ "$(wc -l < smtp.ndjson)" -eq $n ] || fail "$do: $(outbox)"
	done
	for do in 550 rcpt550; do
		printf '%s\n' $do > smtp-do
		incident "INC-AAAAAAAAAAAA$(printf '%04d' ${do//[a-z]/}${#do})" 1 | notify > /dev/null && fail "$do: taken for sent"
	done
	[ "$(outbox)" = "failed|2 sent|4" ]
}

@test "a channel that is down for an hour: nothing lost, nothing twice, few tries" {
	printf '503*\n' > http-do
	local i at
	for i in $(seq 12); do
		incident "$(printf 'INC-%016d' "$i")" 1 | notify --wait 0s --now "2026-11-21T09:0$((i % 10)):00Z" > /dev/null
	done
	for i in $(seq 10 59); do notify --due --wait 0s --now "2026-11-21T09:$i:00Z" > /dev/null; done
	[ "$(told)" -eq 0 ]
	# the breaker and the back-off spare the server: not twelve tries a minute
	[ "$(wc -l < http-seen.ndjson)" -lt 60 ]
	rm http-do
	for i in $(seq 0 2 40); do notify --due --wait 0s --now "2026-11-21T10:$(printf '%02d' "$i"):00Z" > /dev/null; done
	[ "$(jq -r .body.incident http.ndjson | sort -u | wc -l)" -eq 12 ]
	[ "$(told)" -eq 12 ]
	[ "$(outbox)" = "sent|12" ]
}

@test "kill -9 while it sends: it is sent again, and says so" {
	printf 'silent\n' > http-do
	sed -i 's/timeout: 2s/timeout: 20s/' rules.yaml
	incident $A 1 > in
	aiops-incident notify -q --rules rules.yaml in > /dev/null 2>&1 3>&- &
	pid=$!
	local i
	for i in {1..3000}; do [ -s http-seen.ndjson ] && break; sleep 0.02; done
	[ -s http-seen.ndjson ]
	kill -9 $pid
	wait $pid || true
	[ "$(outbox)" = "sending|1" ]
	notify --due --wait 0s > /dev/null
	[ "$(told)" -eq 0 ] # its lease goes on: the sender might live
	sqlite3 "$AIOPS_DB" "UPDATE aiops_notice SET lease_ns = 0"
	notify --due > /dev/null
	[ "$(told)" -eq 1 ]
	aiops-audit verify -q > /dev/null
}

@test "a cap holds back, and tells what; a new critical incident is not held" {
	sed -i 's/timeout: 2s/cap_per_hour: 3, timeout: 2s/' rules.yaml
	local i
	for i in $(seq 6); do incident "$(printf 'INC-%016d' "$i")" 1 | notify --wait 0s --now 2026-11-21T09:00:00Z > /dev/null; done
	[ "$(told)" -eq 3 ]
	incident $A 1 '.severity="critical"' | notify --wait 0s --now 2026-11-21T09:10:00Z > /dev/null
	[ "$(told)" -eq 4 ]
	notify --due --wait 0s --now 2026-11-21T09:30:00Z > /dev/null
	[ "$(told)" -eq 4 ]
	notify --due --wait 0s --now 2026-11-21T10:11:00Z > /dev/null
	[ "$(told)" -eq 5 ]
	tail -n 1 http.ndjson | jq -e '.body.event == "digest" and .body.subject == "[SEV2] 3 messages were held back"
		and (.body.text | contains("INC-0000000000000004") and contains("INC-0000000000000006"))'
	notify --due --wait 0s --now 2026-11-21T12:11:00Z > /dev/null
	[ "$(told)" -eq 5 ]
}

@test "silent hours: what is not critical waits, and comes together" {
	printf 'silence: [{hours: "22:00-07:00", below: critical}]\n' >> rules.yaml
	incident $A 1 | notify --wait 0s --now 2026-11-21T23:00:00Z > /dev/null
	incident INC-BBBBBBBBBBBBBBBB 1 | notify --wait 0s --now 2026-11-22T01:00:00Z > /dev/null
	[ "$(told)" -eq 0 ]
	incident INC-CCCCCCCCCCCCCCCC 1 '.severity="critical"' | notify --wait 0s --now 2026-11-22T02:00:00Z > /dev/null
	[ "$(told)" -eq 1 ]
	notify --due --wait 0s --now 2026-11-22T06:59:00Z > /dev/null
	[ "$(told)" -eq 1 ]
	notify --due --wait 0s --now 2026-11-22T07:00:00Z > /dev/null
	[ "$(events)" = "opened digest" ]
}

@test "nobody acknowledges: up the path, until somebody does" {
	cat > rules.yaml <<- EOF
		settle: 0s
		channels:
		  hook: {webhook: {url: "$HTTP/hook"}}
		  first: {webhook: {url: "$HTTP/first"}}
		  second: {webhook: {url: "$HTTP/second"}}
		routes: [{to: hook}]
		escalation: [{after: 10m, path: [first, second]}]
	EOF
	incident $A 1 | aiops-incident apply -q | notify --wait 0s --now 2026-11-21T09:01:00Z > /dev/null
	notify --due --wait 0s --now 2026-11-21T09:10:00Z > /dev/null
	[ "$(jq -r .path http.ndjson | paste -sd ' ')" = /hook ]
	notify --due --wait 0s --now 2026-11-21T09:11:00Z > /dev/null
	notify --due --wait 0s --now 2026-11-21T09:12:00Z > /dev/null
	[ "$(jq -r .path http.ndjson | paste -sd ' ')" = "/hook /first" ]
	tail -n 1 http.ndjson | jq -e '.body.event == "escalated" and (.body.text | contains("nobody has acknowledged it (step 1)"))'
	notify --due --wait 0s --now 2026-11-21T09:21:00Z > /dev/null
	notify --due --wait 0s --now 2026-11-21T09:51:00Z > /dev/null
	[ "$(jq -r .path http.ndjson | paste -sd ' ')" = "/hook /first /second" ]
	# another one, which somebody acknowledges
	incident INC-BBBBBBBBBBBBBBBB 1 '.title="b"' | aiops-incident apply -q | notify --wait 0s --now 2026-11-21T10:00:00Z > /dev/null
	aiops-incident ack INC-BBBBBBBBBBBBBBBB > /dev/null
	notify --due --wait 0s --now 2026-11-21T10:30:00Z > /dev/null
	[ "$(jq -r .path http.ndjson | paste -sd ' ')" = "/hook /first /second /hook" ]
}

@test "what a person does reaches people through the same filter" {
	incident $A 1 | aiops-incident apply -q | notify > /dev/null
	aiops-incident escalate $A --to dba --reason 'no idea' | notify > /dev/null
	aiops-incident resolve $A | notify > /dev/null
	[ "$(events)" = "opened escalated resolved" ]
	jq -se '.[1].body.text | contains("said: to dba: no idea")' http.ndjson
}

@test "--test says of each channel whether it works" {
	cat > rules.yaml <<- EOF
		channels:
		  good: {webhook: {url: "$HTTP/hook"}}
		  bad: {webhook: {url: "http://127.0.0.1:1/"}, timeout: 1s}
		  tool: {command: [$PWD/tell]}
	EOF
	run aiops-incident notify --rules rules.yaml --test
	[ "$status" -eq 69 ]
	[[ $output == *"good"*"webhook"*"sent"* ]]
	[[ $output == *"tool"*"command"*"sent"* ]]
	[[ ! $output =~ bad\ +webhook\ +sent ]]
	[ "$(events)" = test ]
	run aiops-incident notify --rules rules.yaml --test good
	[ "$status" -eq 0 ]
	[ ! -e "$AIOPS_DB" ]
}

@test "secrets in a title reach nobody" {
	key=AKIA$(printf 'ABCDEFGHIJKLMNOP')
	incident $A 1 ".title=\"key $key\"" | notify > /dev/null
	! grep -q "$key" http.ndjson || fail "it was told"
	! grep -aq "$key" "$AIOPS_DB" || fail "it was stored"
	[ "$(told)" -eq 1 ]
}

@test "rules that are wrong: where, and what to do" {
	run aiops-incident notify --due
	[ "$status" -eq 64 ]
	[[ $output == *"--rules"* ]]
	printf 'channels: {x: {slack: {}}}\n' > rules.yaml
	run aiops-incident notify --rules rules.yaml --due
	[ "$status" -eq 78 ]
	[[ $output == *"rules.yaml"*"a slack channel needs url_file"* ]]
	run aiops-incident notify --rules none.yaml --due
	[ "$status" -eq 66 ]
}
