# aiops-incident notify: who is next, what a pager must hear, and what many messages cost.

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
	printf 'the-routing-key\n' > key
	chmod 600 key
}
teardown() {
	[ -z "${SERVER-}" ] || { kill "$SERVER" && wait "$SERVER"; } 2> /dev/null || true
}

A=INC-AAAAAAAAAAAAAAAA
B=INC-BBBBBBBBBBBBBBBB

# incident ID REVISION [JQ]
incident() {
	jq -cn --arg id "$1" --argjson n "$2" '{v:1,kind:"incident",id:($id+"#"+($n|tostring)),incident:$id,revision:$n,
		change:"updated",status:"detected",timestamp:"2026-11-21T09:0\($n):00Z",source:"aiops-correlate",
		starts_at:"2026-11-21T09:00:00Z",last_seen:"2026-11-21T09:0\($n):00Z",severity:"high",title:"orders is slow",
		services:["orders"],alerts:$n} | '"${3:-.}"
}
# at TIME [FILE...]: a pass of notify at that time of 2026-11-21.
at() { aiops-incident notify -q --rules rules.yaml --wait 0s --now "2026-11-21T$1:00Z" "${@:2}" > /dev/null; }
paths() { if [ -e http.ndjson ]; then jq -r .path http.ndjson | paste -sd ' '; fi; }
path_rules() {
	cat > rules.yaml <<- EOF
		settle: 0s
		channels:
		  hook: {webhook: {url: "$HTTP/hook"}}
		  first: {webhook: {url: "$HTTP/first"}}
		  second: {webhook: {url: "$HTTP/second"}}
		  last: {webhook: {url: "$HTTP/last"}}
		routes: [{to: hook}]
		escalation:
		  - {types: [disk], after: 20m, path: [first, second]}
		  - {types: [deploy], after: 1h, path: [last]}
	EOF
}

@test "each type has its own time-outs, and a path is gone up once" {
	path_rules
	incident $A 1 '.triage={type:{class:"disk"},runbook:{id:"r"}}' | aiops-incident apply -q > a.ndjson
	at 09:00 a.ndjson
	at 09:19 --due
	[ "$(paths)" = /hook ]
	at 09:20 --due
	at 09:39 --due
	[ "$(paths)" = "/hook /first" ]
	at 09:40 --due
	[ "$(paths)" = "/hook /first /second" ]
	# further revisions do not begin it anew
	incident $A 2 '.triage={type:{class:"disk"},runbook:{id:"r"}}' > two
	at 10:30 two
	at 11:30 --due
	at 12:30 --due
	[ "$(paths)" = "/hook /first /second" ]
}

@test "what comes again, and nobody takes, goes up the path again" {
	path_rules
	disk='.triage={type:{class:"disk"},runbook:{id:"r"}}'
	incident $A 1 "$disk" | aiops-incident apply -q > in && at 09:00 in
	aiops-incident ack $A > ack
	at 09:05 ack
	incident $A 2 "$disk"'|.status="resolved"|.resolved_by="alerts"' | aiops-incident apply -q > in && at 09:10 in
	[ "$(paths)" = "/hook /hook" ]
	incident $A 3 "$disk" | aiops-incident apply -q > in && at 10:00 in
	at 10:20 --due
	[ "$(paths)" = "/hook /hook /hook /first" ]
}

@test "a run that begins or fails does not take anybody off the path" {
	path_rules
	disk='.triage={type:{class:"disk"},runbook:{id:"r"}}'
	incident $A 1 "$disk" | aiops-incident apply -q > in && at 09:00 in
	incident $A 2 "$disk"'|.status="mitigating"' > in && at 09:05 in
	incident $A 3 "$disk"'|.status="escalated"' > in && at 09:06 in
	at 09:20 --due
	[ "$(paths)" = "/hook /hook /first" ] # opened, escalated, and the path
}

@test "a pager hears that it is somebody's and over, in silence and over the cap; and no good news" {
	cat > rules.yaml <<- EOF
		settle: 0s
		channels: {pager: {pagerduty: {routing_key_file: $PWD/key, url: "$HTTP/v2/enqueue"}, cap_per_hour: 1}}
		routes: [{to: pager}]
		silence: [{hours: "22:00-07:00", below: critical}]
	EOF
	actions() { jq -r .body.event_action http.ndjson | paste -sd ' '; }
	incident $A 1 | aiops-incident apply -q > in && at 21:50 in
	aiops-incident ack $A --now 2026-11-21T22:09:00Z > in && at 22:10 in
	[ "$(actions)" = "trigger acknowledge" ]
	jq -cn --arg i $A '{v:1,kind:"run",id:"RUN-0000000000000001#1",timestamp:"2026-11-21T22:11:00Z",source:"aiops-runbook",incident:$i,
		run:"RUN-0000000000000001",runbook:"restart",mode:"apply",state:"succeeded",reason:"verified",actor:"ana"}' > in && at 22:11 in
	incident $A 2 '.status="resolved"|.resolved_by="alerts"|.timestamp="2026-11-21T22:12:00Z"' > in && at 22:12 in
	[ "$(actions)" = "trigger acknowledge resolve" ]
	[ "$(jq -r .body.dedup_key http.ndjson | sort -u)" = $A ]
	# the same again says nothing again
	at 22:13 in
	[ "$(actions)" = "trigger acknowledge resolve" ]
}

@test "part of another before anybody heard of it: nothing is told of it" {
	path_rules
	sed -i 's/settle: 0s/settle: 5m/' rules.yaml
	{ incident $A 1; incident $B 1; incident $B 2 ".merged_into=\"$A\"|.status=\"resolved\"|.resolved_by=\"merge\""; } > in && at 09:00 in
	at 09:06 --due
	[ "$(jq -r .body.incident http.ndjson)" = $A ]
}

@test "a person's act a moment before the end does not hide the end" {
	path_rules
	incident $A 1 | aiops-incident apply -q > in && at 09:01 in
	aiops-incident escalate $A --now 2026-11-21T09:02:30Z > in && at 09:03 in
	incident $A 2 '.status="resolved"|.resolved_by="alerts"' > in && at 09:03 in # at 09:02 by its alerts
	at 09:04 in
	[ "$(jq -r .body.event http.ndjson | paste -sd ' ')" = "opened escalated resolved" ]
}

@test "a channel that is gone from the rules: what waits for it is given up, and audited; the rest goes on" {
	path_rules
	incident $A 1 > in && at 09:00 in
	printf '500*\n' > http-do
	incident $B 1 > in && at 09:01 in
	rm http-do
	sed -i 's/ hook: / chat: /; s/to: hook/to: chat/' rules.yaml
	at 09:30 --due && rc=0 || rc=$?
	[ "$rc" -eq 69 ] || fail "$rc: $(sqlite3 "$AIOPS_DB" "SELECT channel, state, due_ns, why FROM aiops_notice")"
	aiops-audit query | jq -se 'map(select(.name == "notice_failed" and .channel == "hook")) | length == 1'
	incident $A 2 '.status="resolved"|.resolved_by="alerts"' > in
	at 09:31 in # who was told by that channel cannot hear the end of it, which is no failure
}

@test "what is wrong on this machine is tried again; a message is not lost for it" {
	printf 'settle: 0s\nchannels: {pager: {pagerduty: {routing_key_file: %s, url: "%s/v2/enqueue"}}}\nroutes: [{to: pager}]\n' "$PWD/key" "$HTTP" > rules.yaml
	mv key elsewhere
	incident $A 1 > in && at 09:00 in
	[ -z "$(paths)" ]
	mv elsewhere key
	at 09:30 --due
	[ "$(paths)" = /v2/enqueue ]
}

@test "a rotation that has run out: it is said, and who was last is told" {
	cat > rules.yaml <<- EOF
		settle: 0s
		channels: {ana: {webhook: {url: "$HTTP/ana"}}, ben: {webhook: {url: "$HTTP/ben"}}}
		people: {ana: ana, ben: ben}
		rotations: {team: [{from: 2026-11-01, who: ana}, {from: 2026-11-08, who: ben, until: 2026-11-15}]}
		routes: [{to: team}]
	EOF
	incident $A 1 | aiops-incident notify --rules rules.yaml --wait 0s --now 2026-11-21T09:00:00Z > /dev/null 2> err
	grep -q 'rotation team: nobody is on call now' err
	[ "$(paths)" = /ben ]
}

@test "what must wait for a cap or a breaker is not waited for" {
	printf 'settle: 0s\nchannels: {hook: {webhook: {url: "%s/hook"}, cap_per_hour: 1}}\nroutes: [{to: hook}]\n' "$HTTP" > rules.yaml
	{ incident $A 1; incident $B 1; incident INC-CCCCCCCCCCCCCCCC 1; } > in
	# with --wait a day: it ends since nothing can become due before it
	run timeout 60 aiops-incident notify --rules rules.yaml --wait 50m in
	[ "$status" -eq 0 ]
	[[ $output == *"2 messages wait"* ]]
	[ "$(paths)" = /hook ]
}

@test "settled messages are forgotten after 90 days, others never" {
	path_rules
	incident $A 1 > in && at 09:00 in
	printf '500*\n' > http-do
	incident $B 1 > in && at 09:01 in
	rm http-do
	sqlite3 "$AIOPS_DB" "UPDATE aiops_notice SET due_ns = 9e18 WHERE state = 'waiting'"
	aiops-incident notify -q --rules rules.yaml --due --wait 0s --now 2027-02-18T09:00:00Z
	[ "$(sqlite3 "$AIOPS_DB" 'SELECT count(*) FROM aiops_notice')" = 2 ]
	aiops-incident notify -q --rules rules.yaml --due --wait 0s --now 2027-02-20T09:00:00Z
	[ "$(sqlite3 "$AIOPS_DB" 'SELECT state FROM aiops_notice')" = waiting ]
}

@test "a server that hangs holds up no reader of the output" {
	printf 'settle: 0s\nchannels: {hook: {webhook: {url: "%s/hook"}, timeout: 10s}}\nroutes: [{to: hook}]\n' "$HTTP" > rules.yaml
	printf 'silent\n' > http-do
	mkfifo pipe
	aiops-incident notify -q --rules rules.yaml --wait 0s pipe > out.ndjson 3>&- &
	pid=$!
	exec 7> pipe
	incident $A 1 >&7
	local i
	for i in {1..3000}; do [ -s http-seen.ndjson ] && break; sleep 0.02; done
	[ "$(wc -l < out.ndjson)" -eq 1 ] # the request is not answered yet
	[ -z "$(paths)" ]
	exec 7>&-
	kill $pid && wait $pid || true
}

@test "four senders at once: each message once" {
	path_rules
	local i pids=()
	for i in $(seq 40); do incident "$(printf 'INC-%016d' "$i")" 1; done > in
	printf '500*\n' > http-do
	at 09:00 in
	rm http-do
	sqlite3 "$AIOPS_DB" 'DELETE FROM aiops_breaker'
	for i in 1 2 3 4; do at 09:30 --due & pids+=($!); done
	for i in "${pids[@]}"; do wait "$i"; done
	[ "$(jq -r .body.incident http.ndjson | sort | uniq -c | awk '$1 != 1' | wc -l)" -eq 0 ]
	[ "$(wc -l < http.ndjson)" -eq 40 ]
}

@test "the queue is taken in order by an index, however many wait" {
	path_rules
	incident $A 1 > in && at 09:00 in
	sqlite3 "$AIOPS_DB" "EXPLAIN QUERY PLAN SELECT id FROM aiops_notice WHERE state IN ('waiting','sending')
		AND CASE state WHEN 'sending' THEN lease_ns ELSE due_ns END <= 7 ORDER BY (severity='critical') DESC, due_ns, id LIMIT 1" > plan
	grep -q 'USING INDEX aiops_notice_queue' plan
	! grep -q 'TEMP B-TREE' plan || fail "$(cat plan)"
}

@test "the example of the rules and the schema agree with the programme" {
	cp "$ROOT/share/notify-rules.example.yaml" good.yaml
	sed 's/cap_per_hour/cap_per_day/' good.yaml > key.yaml
	sed 's/below: high/below: severe/' good.yaml > severity.yaml
	sed 's/"22:00-07:00"/"22-7"/' good.yaml > hours.yaml
	sed 's/url: smtp:/url: http:/' good.yaml > url.yaml
	local f
	for f in good key severity hours url; do
		/usr/bin/python3 - "$ROOT/share/schema/notify-rules.schema.json" $f.yaml <<- 'EOF' && schema=yes || schema=no
			import json, sys, jsonschema, yaml
			class Plain(yaml.SafeLoader): pass
			Plain.yaml_implicit_resolvers = {k: [r for r in v if r[0] != "tag:yaml.org,2002:timestamp"] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
			schema = json.load(open(sys.argv[1]))
			jsonschema.Draft202012Validator.check_schema(schema)
			sys.exit(0 if jsonschema.Draft202012Validator(schema).is_valid(yaml.load(open(sys.argv[2]), Plain)) else 1)
		EOF
		aiops-incident notify -q --rules $f.yaml --due --wait 0s --now 2026-11-21T09:00:00Z 2> err && programme=yes || programme=no
		[ "$schema $programme" = "$([ $f = good ] && echo yes yes || echo no no)" ] || fail "$f: $schema $programme: $(cat err)"
	done
}
