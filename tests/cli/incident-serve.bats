# aiops-incident serve: what is answered, to whom, and what is refused.

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
}
teardown() {
	[ -z "${PID-}" ] || { kill "$PID" && wait "$PID"; } 2> /dev/null || true
}

# serve OPTION...: in the background; sets PID and AT.
serve() {
	aiops-incident serve -q --listen 127.0.0.1:0 --port-file port "$@" 2> serve.err 3>&- &
	PID=$!
	local i
	for i in {1..3000}; do
		[ -s port ] && break
		kill -0 "$PID" || fail "$(cat serve.err)"
		sleep 0.02
	done
	AT=http://127.0.0.1:$(cat port)
}
get() { curl -sS "$AT$1" "${@:2}"; }
# code PATH [OPTION...]: the status, and the body in `body`.
code() { curl -sS -o body -w '%{http_code}' "$AT$1" "${@:2}"; }
fill() {
	local i
	for i in $(seq "$1"); do
		aiops-incident open --severity SEV$((i % 4 + 1)) --service "s$((i % 2))" "title $i" > /dev/null
	done
}

@test "the list: open ones, filters, pages" {
	fill 5
	aiops-incident resolve 2 > /dev/null
	serve
	[ "$(get /aiops/incidents | jq '.incidents | length')" -eq 5 ]
	[ "$(get '/aiops/incidents?status=open' | jq -c '[.incidents[].number]')" = '[5,4,3,1]' ]
	[ "$(get '/aiops/incidents?status=resolved' | jq -c '[.incidents[].number]')" = '[2]' ]
	[ "$(get '/aiops/incidents?severity=SEV1' | jq -c '[.incidents[].number]')" = '[4]' ]
	[ "$(get '/aiops/incidents?service=s1&status=open' | jq -c '[.incidents[].number]')" = '[5,3,1]' ]
	[ "$(get '/aiops/incidents?limit=2' | jq -c '[[.incidents[].number], .next_before]')" = '[[5,4],4]' ]
	[ "$(get '/aiops/incidents?limit=2&before=4' | jq -c '[[.incidents[].number], .next_before]')" = '[[3,2],2]' ]
	[ "$(get '/aiops/incidents?limit=2&before=2' | jq -c '[[.incidents[].number], .next_before]')" = '[[1],null]' ]
	# what changes while it runs is seen
	aiops-incident ack 5 > /dev/null
	[ "$(get '/aiops/incidents/5' | jq -r .status)" = investigating ]
}

@test "one: its state, the last 20 moments, the last record; by any of its names" {
	local i
	printf '{"v":1,"kind":"incident","id":"INC-AAAAAAAAAAAAAAAA#1","incident":"INC-AAAAAAAAAAAAAAAA","revision":1,"change":"opened","status":"detected","timestamp":"2026-11-21T09:00:00Z","source":"t","severity":"low","title":"t"}\n' |
		aiops-incident apply > /dev/null
	for i in $(seq 25); do aiops-incident note 1 "note $i" > /dev/null; done
	serve
	get /aiops/incidents/1 > one
	jq -e '.number == 1 and .revision == 26 and (.timeline | length) == 20 and .timeline[-1].text == "note 25" and .record.title == "t"' one
	get /aiops/incidents/INC-AAAAAAAAAAAAAAAA > two
	cmp one two
	[ "$(code /aiops/incidents/INC-BBBB)" = 404 ]
	jq -e '.error == "not_found"' body
}

@test "what cannot be answered says why, as JSON" {
	serve
	[ "$(code /nothing)" = 404 ] && jq -e .message body
	[ "$(code '/aiops/incidents?status=sleeping')" = 400 ] && jq -e '.message | test("status")' body
	[ "$(code '/aiops/incidents?sevrity=high')" = 400 ] && jq -e '.message | test("sevrity")' body
	[ "$(code '/aiops/incidents?limit=0')" = 400 ] && jq -e .message body
	[ "$(code '/aiops/incidents?limit=100000')" = 400 ] && jq -e .message body
	[ "$(code '/aiops/incidents?since=whenever')" = 400 ] && jq -e .message body
	[ "$(code /aiops/incidents -X DELETE)" = 405 ] && jq -e .message body
	[ "$(code /aiops/incidents/a/b)" = 404 ]
	[ "$(code /aiops/incidents)" = 200 ] && jq -e '.incidents == []' body
	[ "$(code /healthz)" = 200 ]
}

@test "metrics are accepted by promtool" {
	fill 3
	serve
	get /metrics > m.prom
	grep -qx 'aiops_incidents_open{severity="critical"} 0' m.prom
	grep -qx 'aiops_incidents_open{severity="high"} 1' m.prom
	if command -v promtool > /dev/null; then promtool check metrics < m.prom; fi
}

@test "with a token nothing is told without it" {
	fill 1
	printf 'correct horse\n' > token
	chmod 600 token
	serve --token-file token
	[ "$(code /aiops/incidents)" = 401 ]
	[ "$(code / )" = 401 ]
	[ "$(code /metrics -H 'Authorization: Bearer wrong')" = 401 ]
	[ "$(code / -u me:wrong)" = 401 ]
	! grep -q INC- body || fail "told without a token"
	[ "$(code /aiops/incidents -H 'Authorization: Bearer correct horse')" = 200 ]
	[ "$(code / -u 'anybody:correct horse')" = 200 ]
	grep -q INC- body
}

@test "beyond loopback it wants a token" {
	run aiops-incident serve --listen 0.0.0.0:0
	[ "$status" -eq 77 ]
	[[ $output == *"--token-file"* ]]
}

@test "the pages: escaped, without script, with what to do next" {
	aiops-incident open --severity SEV1 '<script>alert(1)</script> & "more"' > /dev/null
	serve
	id=$(get /aiops/incidents | jq -r '.incidents[0].incident')
	get / > board.html
	grep -q "href=\"/incidents/$id\"" board.html
	grep -q '&lt;script&gt;alert(1)&lt;/script&gt;' board.html
	! grep -qi '<script' board.html || fail "script in the board"
	get "/incidents/$id" > one.html
	grep -q "aiops-incident ack $id" one.html
	! grep -qi '<script' one.html || fail "script in the page"
	[ "$(code /incidents/INC-XXXX)" = 404 ]
	curl -sSI "$AT/" | grep -qi '^cache-control: no-store'
}

@test "INT ends it" {
	serve
	kill -TERM "$PID"
	wait "$PID" && rc=0 || rc=$?
	PID=
	[ "$rc" -eq 143 ]
}

@test "the register is replaced, goes and comes back while it runs" {
	fill 2
	serve
	[ "$(get /aiops/incidents | jq '.incidents | length')" -eq 2 ]
	mkdir old && mv store.db* old/
	[ "$(get /aiops/incidents | jq '.incidents | length')" -eq 0 ]
	fill 1
	[ "$(get /aiops/incidents | jq '.incidents | length')" -eq 1 ]
	printf 'this is no database, and long enough to be read as one\n' > bad && mv bad store.db && rm -f store.db-wal store.db-shm
	[ "$(code /aiops/incidents)" = 500 ]
	jq -e '.error == "store"' body
	rm store.db && mv old/store.db* .
	[ "$(get /aiops/incidents | jq '.incidents | length')" -eq 2 ]
}

@test "paths: encoded ids, none beyond, and HEAD has no body" {
	fill 1
	id=$(aiops-incident list --format ndjson | jq -r .incident)
	serve
	[ "$(get "/aiops/incidents/%231" | jq -r .incident)" = "$id" ]
	[ "$(get "/aiops/incidents/${id//-/%2D}" | jq -r .incident)" = "$id" ]
	local path
	for path in /../../etc/passwd /incidents/..%2f..%2fetc%2fpasswd /incidents/%00 "/aiops/incidents/1'--" /incidents/%3Cscript%3E; do
		[ "$(code "$path" --path-as-is)" = 404 ] || [ "$(code "$path" --path-as-is)" = 400 ] || fail "$path: $(code "$path" --path-as-is)"
		! grep -q -e root: -e '<script' body || fail "$path: $(cat body)"
	done
	[ "$(curl -sSI "$AT/" -o head -w '%{http_code} %{size_download}')" = '200 0' ]
}

@test "a client that does not finish its request keeps nobody waiting" {
	fill 1
	serve
	exec 7<> "/dev/tcp/127.0.0.1/$(cat port)"
	printf 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ' >&7
	[ "$(code /aiops/incidents -m 5)" = 200 ]
	exec 7>&-
}

# ---- buttons in Slack ----

# pending: a run that waits for approval; sets RUN.
pending() {
	load runbook
	runbook_world
	runbook_yaml
	RUN=$(aiops-runbook plan demo.yaml --incident INC-AAAAAAAAAAAAAAAA --format ndjson | jq -r .run)
	printf 'slack-signing-secret\n' > secret
	printf 'U024BE7LH: {name: maria, key_file: %s/maria.key}\n' "$PWD" > people.yaml
	chmod 600 secret
}
# press USER ACTION TRIGGER [WHEN [SECRET]]: as Slack would; prints the status, the answer is in `body`.
press() {
	python3 - "$AT" "$RUN" "$@" <<- 'EOF'
		import hashlib, hmac, json, sys, time, urllib.parse, urllib.request, urllib.error
		at, run, user, action, trigger = sys.argv[1:6]
		when = int(time.time()) + int(sys.argv[6] if len(sys.argv) > 6 else 0)
		secret = sys.argv[7] if len(sys.argv) > 7 else 'slack-signing-secret'
		payload = {"type": "block_actions", "user": {"id": user}, "trigger_id": trigger,
		           "actions": [{"action_id": action, "value": run}]}
		body = ('payload=' + urllib.parse.quote_plus(json.dumps(payload))).encode()
		sign = 'v0=' + hmac.new(secret.encode(), b'v0:%d:' % when + body, hashlib.sha256).hexdigest()
		q = urllib.request.Request(at + '/slack/actions', body, {'X-Slack-Request-Timestamp': str(when), 'X-Slack-Signature': sign,
		                           'Content-Type': 'application/x-www-form-urlencoded'})
		try:
		    a = urllib.request.urlopen(q)
		except urllib.error.HTTPError as e:
		    a = e
		open('body', 'wb').write(a.read())
		print(a.status if hasattr(a, 'status') else a.code)
	EOF
}
decisions() { aiops-audit query --run "$RUN" | jq -r '.approval // empty | "\(.decision) \(.approver)"' | paste -sd ' '; }

@test "a signed button is an approval by that person of that run, once" {
	pending
	serve --slack-secret-file secret --slack-people people.yaml
	[ "$(press U024BE7LH aiops_approve t1)" = 200 ]
	jq -e --arg r "$RUN" '.text == "maria approved \($r)"' body
	[ "$(decisions)" = "approved maria" ]
	# the same action again, as a replay would be
	[ "$(press U024BE7LH aiops_approve t1)" = 409 ]
	[ "$(decisions)" = "approved maria" ]
	aiops-runbook run demo.yaml --apply --plan "$(aiops-audit query --run "$RUN" | jq -r .plan_digest | head -n 1)" \
		--incident INC-AAAAAAAAAAAAAAAA > run.json
	tail -n 1 run.json | jq -e '.state == "succeeded"'
}

@test "a button that denies denies" {
	pending
	serve --slack-secret-file secret --slack-people people.yaml
	[ "$(press U024BE7LH aiops_deny t1)" = 200 ]
	jq -e --arg r "$RUN" '.text == "maria denied \($r)"' body
	[ "$(decisions)" = "denied maria" ]
}

@test "forged, old, foreign and malformed actions decide nothing" {
	pending
	serve --slack-secret-file secret --slack-people people.yaml
	[ "$(press U024BE7LH aiops_approve t1 0 wrong-secret)" = 403 ]
	[ "$(press U024BE7LH aiops_approve t2 -301)" = 403 ]
	[ "$(press U024BE7LH aiops_approve t3 302)" = 403 ]
	[ "$(code /slack/actions -X POST -d 'payload={}')" = 403 ]
	[ "$(press UNOBODY aiops_approve t4)" = 200 ]
	jq -e '.text | test("may not approve")' body
	[ "$(press U024BE7LH explode t5)" = 400 ]
	real=$RUN
	RUN='RUN-000000000000000;' && [ "$(press U024BE7LH aiops_approve t6)" = 400 ]
	RUN='--help' && [ "$(press U024BE7LH aiops_approve t7)" = 400 ]
	RUN=RUN-0000000000000000 && [ "$(press U024BE7LH aiops_approve t8)" = 200 ]
	jq -e '.text | test("was refused.*no run")' body
	RUN=$real
	[ -z "$(decisions)" ]
	# a key that is not the one on file for that name
	printf 'U024BE7LH: {name: maria, key_file: %s/noor.key}\n' "$PWD" > people.yaml
	kill "$PID" && wait "$PID" || true
	rm port
	serve --slack-secret-file secret --slack-people people.yaml
	[ "$(press U024BE7LH aiops_approve t9)" = 200 ]
	jq -e '.text | test("was refused")' body
	! decisions | grep -q '^approved' || fail "approved: $(decisions)"
}

@test "without a signing secret there are no actions; people are checked at the start" {
	pending
	serve
	[ "$(press U024BE7LH aiops_approve t1)" = 404 ]
	printf 'U1: {name: maria}\n' > people.yaml
	run aiops-incident serve --listen 127.0.0.1:0 --slack-secret-file secret --slack-people people.yaml
	[ "$status" -eq 78 ]
	[[ $output == *"people.yaml"*"name and key_file"* ]]
}
