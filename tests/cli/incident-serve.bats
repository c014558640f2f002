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
	for i in {1..500}; do
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
