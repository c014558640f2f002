# aiops-ingest --listen: deliveries by HTTP, over real sockets on loopback.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load listen
	clean_environment
	PID=
}

teardown() {
	[ -z "$PID" ] || kill -9 "$PID" 2> /dev/null || true
}

@test "what is posted comes out, and is acknowledged with its count" {
	listen
	post "$URL/" -d "$(webhook A B)"
	[ "$code" = 200 ]
	[ "$(cat answer)" = '{"accepted":2,"rejected":0}' ]
	[ "$(names | tr '\n' ' ')" = 'A B ' ] # written before the answer was
	grep -q "info: listening on 127.0.0.1:$PORT" err
	stop
	[ "$status" -eq 143 ]
}

@test "every path of a format, any format under /events, chunks and gzip" {
	listen --spool spool
	post "$URL/events" -d "$(webhook A)"
	post "$URL/alertmanager" -d "$(webhook B)"
	post "$URL/text?x=1" --data-binary $'2026-11-21T09:00:00Z ERROR c\n\tat d\n'
	[ "$(cat answer)" = '{"accepted":1,"rejected":0}' ]
	post "$URL/auto" -H 'Transfer-Encoding: chunked' -d "$(webhook C)"
	[ "$code" = 200 ]
	webhook D | gzip > packed
	post "$URL/" -H 'Content-Encoding: gzip' --data-binary @packed
	[ "$code" = 200 ]
	stop
	[ "$(names | tr '\n' ' ')" = 'A B null C D ' ]
}

@test "bad input is answered 400 with line, code and reason; the good part is taken" {
	listen --spool spool --dead-letter dead
	post "$URL/" -d 'what is this'
	[ "$code" = 400 ]
	[ "$(jq -c '[.error, .accepted, .rejected, .rejects[0].line, .rejects[0].code]' answer)" = '["rejected",0,1,1,"unknown_format"]' ]
	post "$URL/alertmanager" --data-binary "$(webhook A)"$'\n'"$(webhook B | sed 's/"startsAt"/"x"/')"$'\n'"$(webhook C)"
	[ "$code" = 200 ]
	[ "$(jq -c '[.accepted, .rejected, .rejects[0].line, .rejects[0].message]' answer)" = '[2,1,2,"alert 1: startsAt: missing"]' ]
	post "$URL/" --data-binary ''
	[ "$code" = 400 ]
	post "$URL/" --data-binary "$(webhook A | head -c 200)"
	[ "$code" = 400 ]
	post "$URL/ndjson" --data-binary '{"_watermark":"2099-01-01T00:00:00Z"}'
	[ "$code" = 400 ]
	[ "$(jq -r '.rejects[0].code' answer)" = control ]
	stop
	[ "$(names | tr '\n' ' ')" = 'A C ' ]
	[ "$(wc -l < dead)" -eq 4 ]
}

@test "with --strict a delivery is taken whole or not at all" {
	listen --strict
	post "$URL/" --data-binary "$(webhook A)"$'\n'"$(webhook B | sed 's/"startsAt"/"x"/')"
	[ "$code" = 400 ]
	post "$URL/" -d "$(webhook C)"
	[ "$code" = 200 ]
	stop
	[ "$(names)" = C ]
}

@test "paths, methods, types and codings that are not served" {
	listen
	post "$URL/nope" -d x
	[ "$code" = 404 ]
	post "$URL/" -X PUT -d x
	[ "$code" = 405 ]
	post "$URL/" -X DELETE
	[ "$code" = 405 ]
	post "$URL/metrics" -d x
	[ "$code" = 405 ]
	post "$URL/" -H 'Content-Type: application/x-protobuf' -d x
	[ "$code" = 415 ]
	post "$URL/" -H 'Content-Encoding: br' -d x
	[ "$code" = 415 ]
	post "$URL/" -H 'Content-Encoding: gzip' -d 'no gzip'
	[ "$code" = 400 ]
	post "$URL/-/healthy"
	[ "$code" = 200 ]
	[ "$(cat answer)" = ok ]
	curl -sSI "$URL/-/healthy" | grep -q '^HTTP/1.1 200'
	stop
	no_records
}

@test "malformed HTTP is refused, and does not disturb others" {
	listen
	[[ "$(raw 'nonsense\r\n\r\n')" != *' 200 '* ]]
	[[ "$(raw '{"alerts":[]}\r\n\r\n')" != *' 200 '* ]]
	[[ "$(raw 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n')" == *' 400 '* ]]
	[[ "$(raw 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n')" == *' 400 '* ]]
	[[ "$(raw 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')" == *' 411 '* ]]
	[[ "$(raw 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n')" != *' 200 '* ]]
	raw "GET /-/healthy HTTP/1.1\r\nHost: x\r\nX: $(printf '%40000s' '' | tr ' ' x)\r\n\r\n" > long
	grep -qE ' (413|431) ' long
	raw "GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n$(printf 'X: y\\r\\n%.0s' {1..200})\r\n" > many
	grep -q ' 431 ' many
	post "$URL/" -d "$(webhook A)"
	[ "$code" = 200 ]
	stop
}

@test "bodies over --max-body are refused, announced, in chunks or unpacked" {
	listen --max-body 64K
	head -c 65537 /dev/zero | tr '\0' x > big
	post "$URL/" --data-binary @big
	[ "$code" = 413 ]
	post "$URL/" -H 'Transfer-Encoding: chunked' --data-binary @big
	[ "$code" = 413 ]
	gzip -c big > big.gz
	post "$URL/" -H 'Content-Encoding: gzip' --data-binary @big.gz
	[ "$code" = 413 ]
	[[ "$(raw 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n')" == *' 413 '* ]]
	[[ "$(raw 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n')" =~ ' '(400|413)' ' ]]
	stop
	no_records
}

@test "a slow sender is cut off, and others are served meanwhile" {
	listen --request-timeout 500ms --idle-timeout 500ms
	raw 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{' 20 > slow &
	local sender=$!
	post "$URL/" -d "$(webhook A)"
	[ "$code" = 200 ]
	wait "$sender"
	run ! grep -q TimeoutError slow
	raw 'POST / HT' 20 > slow # not even a head
	run ! grep -q TimeoutError slow
	stop
}

@test "a bearer token: none, a wrong one, one of two" {
	secret old aaaa
	secret new bbbb
	listen --token-file old --token-file new
	post "$URL/" -d "$(webhook A)"
	[ "$code" = 401 ]
	[ "$(jq -r .error answer)" = no_token ]
	post "$URL/" -H 'Authorization: Bearer aaab' -d "$(webhook A)"
	[ "$code" = 401 ]
	[ "$(jq -r .error answer)" = wrong_token ]
	post "$URL/" -H 'Authorization: Bearer aaaa' -d "$(webhook A)"
	[ "$code" = 200 ]
	post "$URL/" -H 'authorization: bearer bbbb' -d "$(webhook B)"
	[ "$code" = 200 ]
	stop
	[ "$(names | tr '\n' ' ')" = 'A B ' ]
	! grep -q 'aaaa\|bbbb' err
}

@test "GitHub's signature: missing, wrong, right, and the same delivery again" {
	secret key hush
	listen --hmac-file key --spool spool
	local body
	body=$(webhook A)
	post "$URL/" -d "$body"
	[ "$code" = 401 ]
	post "$URL/" -H "X-Hub-Signature-256: sha256=$(printf x | hmac hush)" -d "$body"
	[ "$code" = 403 ]
	local sign
	sign="X-Hub-Signature-256: sha256=$(printf %s "$body" | hmac hush)"
	post "$URL/" -H "$sign" -d "$body"
	[ "$code" = 200 ]
	[ "$(jq -r .accepted answer)" = 1 ]
	post "$URL/" -H "${sign^^}" -d "$body" # upper case digits, prefix too: not GitHub's
	[ "$code" = 403 ]
	post "$URL/" -H "$sign" -d "$body"
	[ "$code" = 200 ]
	[ "$(jq -r .replay answer)" = true ]
	stop KILL
	listen --hmac-file key --spool spool # known after a crash, too
	post "$URL/" -H "$sign" -d "$body"
	[ "$(jq -r .replay answer)" = true ]
	curl -sS "$URL/metrics" | grep -qx 'aiops_ingest_replays_total 1'
	stop
	[ "$(names | sort -u)" = A ]
}

@test "Slack's signature holds for the window, either way" {
	secret key hush
	listen --hmac-file key --hmac-style slack --replay-window 5m --now 2026-11-21T09:00:00Z
	local body now at
	body=$(webhook A)
	now=$(date -u -d 2026-11-21T09:00:00Z +%s)
	for at in $((now - 301)) $((now + 301)) abc; do
		post "$URL/" -H "X-Slack-Request-Timestamp: $at" -H "X-Slack-Signature: v0=$(printf 'v0:%s:%s' "$at" "$body" | hmac hush)" -d "$body"
		[ "$code" = 403 ]
	done
	at=$((now - 299))
	post "$URL/" -H "X-Slack-Request-Timestamp: $now" -H "X-Slack-Signature: v0=$(printf 'v0:%s:%s' "$at" "$body" | hmac hush)" -d "$body"
	[ "$code" = 403 ] # another time than the one that was signed
	post "$URL/" -H "X-Slack-Request-Timestamp: $at" -H "X-Slack-Signature: v0=$(printf 'v0:%s:%s' "$at" "$body" | hmac hush)" -d "$body"
	[ "$code" = 200 ]
	stop
}

@test "PagerDuty's signatures: any one of the list" {
	secret key hush
	listen --hmac-file key --hmac-style pagerduty
	local body
	body=$(webhook A)
	post "$URL/" -H "X-PagerDuty-Signature: v1=$(printf x | hmac hush),v1=$(printf %s "$body" | hmac other)" -d "$body"
	[ "$code" = 403 ]
	post "$URL/" -H "X-PagerDuty-Signature: v1=$(printf x | hmac hush), v1=$(printf %s "$body" | hmac hush)" -d "$body"
	[ "$code" = 200 ]
	stop
}

@test "files of secrets that others can read are refused" {
	secret key hush
	chmod 640 key
	run -77 aiops-ingest --listen 127.0.0.1:0 --token-file key
	run -77 aiops-ingest --listen 127.0.0.1:0 --hmac-file key
	run -66 aiops-ingest --listen 127.0.0.1:0 --token-file nothing
	run -64 aiops-ingest --listen localhost:80
	[[ $output == *"the host is not an IP address"* ]]
	run -64 aiops-ingest --listen 1.2.3.4
	run -64 aiops-ingest --listen 127.0.0.1:0 file
	listen
	run -73 aiops-ingest --listen "127.0.0.1:$PORT"
	stop
}

@test "concurrent deliveries: all come out, each once" {
	listen --spool spool
	"$TOOLS/deliver" "$PORT" / 16 10 5 acked > /dev/null
	[ "$(wc -l < acked)" -eq 160 ]
	stop
	[ "$(grep -v '^{"_' out | jq -r .id | sort | uniq -u | wc -l)" -eq 800 ]
	[ "$(sqlite3 -readonly spool/spool.db 'SELECT count(*) FROM aiops_spool')" -eq 0 ]
}

@test "TERM answers what is under way, and nothing after it" {
	listen --spool spool
	mkfifo body
	curl -sS -o answer -w '%{http_code}' -H 'Content-Type: application/json' -T body -X POST "$URL/events" > code &
	local sender=$!
	exec 7> body
	printf '[' >&7
	for ((i = 0; i < 1500; i++)); do
		! curl -sS "$URL/metrics" | grep -qx 'aiops_ingest_http_requests_open 2' || break
		sleep 0.02
	done
	kill -TERM "$PID"
	for ((i = 0; i < 1500; i++)); do
		curl -sS -o /dev/null "$URL/-/healthy" 2> /dev/null || break # it takes no new connections
		sleep 0.02
	done
	printf '%s]' "$(alert A)" >&7
	exec 7>&-
	wait "$sender"
	[ "$(cat code)" = 200 ]
	status=0
	wait "$PID" || status=$?
	PID=
	[ "$status" -eq 143 ]
	[ "$(names)" = A ]
}

# A reader that takes nothing: a FIFO that is open and not read.
stuck_reader() {
	mkfifo pipe
	exec 8<> pipe
	aiops-ingest --listen 127.0.0.1:0 --port-file port "$@" > pipe 2> err 3>&- &
	PID=$!
	wait_port
}

# 2,000 alerts: more records than are held in memory.
many() {
	alert A | sed "s/\"annotations\":{}/\"annotations\":{\"summary\":\"$(printf '%300s' '' | tr ' ' x)\"}/" > one
	awk 'NR == 1 { one = $0 } END { for (i = 0; i < 2000; i++) { a = one; sub(/"A"/, "\"A" i "\"", a); printf "%s%s", i ? "," : "[", a }
		print "]" }' one > many
	[ "$(aiops-ingest many | wc -c)" -gt 1200000 ]
}

@test "a reader that takes nothing, without a spool: no acknowledgement, then 503" {
	many
	stuck_reader
	curl -sS -o first --max-time 20 --data-binary @many "$URL/" &
	local sender=$! i
	for ((i = 0; i < 100; i++)); do
		post "$URL/" -I # answers though nothing can be written
		post "$URL/" -d "$(webhook B)" --max-time 1 || true
		[ "$code" != 503 ] || break
	done
	[ "$code" = 503 ]
	[ "$(jq -r .error answer)" = try_later ]
	curl -sS -D head -o /dev/null -d x "$URL/"
	grep -qi '^Retry-After: 1' head
	[ ! -e first ]
	head -n 2000 <&8 > out
	wait "$sender"
	[ "$(cat first)" = '{"accepted":2000,"rejected":0}' ] # now they are written
	exec 8>&-
}

@test "a reader that takes nothing, with a spool: acknowledged until that is full, and kept" {
	many
	stuck_reader --spool spool --spool-max $(($(aiops-ingest many | wc -c) * 5 / 2)) # room for two
	code=200
	local taken=0
	while [ "$taken" -lt 20 ]; do
		post "$URL/" --data-binary @many
		[ "$code" = 200 ] || break
		taken=$((taken + 1))
	done
	[ "$code" = 503 ]
	[ "$taken" -eq 2 ]
	curl -sS "$URL/metrics" | grep -qx 'aiops_ingest_spool_deliveries 2'
	stop KILL
	exec 8>&-
	rm pipe
	listen --spool spool # what was acknowledged comes out at the next start
	local i
	for ((i = 0; i < 1500; i++)); do
		[ "$(grep -vc '^{"_' out)" -lt 4000 ] || break
		sleep 0.05
	done
	stop
	[ "$(grep -vc '^{"_' out)" -eq 4000 ]
}

@test "kill -9 at random points under load: what was acknowledged comes out" {
	run "$ROOT/tests/torture/listen-kill" 20
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == *'lost 0'* ]]
}

@test "two listeners do not share a spool" {
	listen --spool spool
	run -75 aiops-ingest --listen 127.0.0.1:0 --spool spool
	stop
}

@test "metrics pass promtool's grammar in both formats" {
	listen --spool spool
	post "$URL/" -d "$(webhook A)"
	post "$URL/" -d 'what is this'
	curl -sS "$URL/metrics" > plain
	grep -qx 'aiops_ingest_events_total 1' plain
	grep -qx 'aiops_ingest_deliveries_total 1' plain
	grep -qx 'aiops_ingest_rejects_total{code="unknown_format"} 1' plain
	grep -qx 'aiops_ingest_http_requests_total{code="400"} 1' plain
	grep -qx '# TYPE aiops_ingest_events_total counter' plain
	grep -qx 'aiops_ingest_http_request_duration_seconds_count 2' plain
	curl -sS -D head -H 'Accept: application/openmetrics-text; version=1.0.0' "$URL/metrics" > open
	grep -qi '^Content-Type: application/openmetrics-text; version=1.0.0' head
	grep -qx '# TYPE aiops_ingest_events counter' open
	[ "$(tail -n 1 open)" = '# EOF' ]
	if command -v promtool > /dev/null; then
		promtool check metrics < plain
	fi
	stop
}

@test "--patterns: alerts of what is posted are in the delivery and its count, and silence resolves them" {
	printf 'patterns: [{name: E, pattern: ERROR, severity: high, resolve_after: 1s}]\n' > p.yaml
	listen --patterns p.yaml --spool spool
	post "$URL/text" --data-binary '2026-11-21T09:00:00Z ERROR a'
	[ "$(cat answer)" = '{"accepted":2,"rejected":0}' ]
	local i
	for ((i = 0; i < 1500; i++)); do
		! grep -q '"status":"resolved"' out || break
		sleep 0.05
	done
	stop
	[ "$(jq -r 'select(.kind) | "\(.kind) \(.status)"' out | tr '\n' ' ')" = 'log null alert firing alert resolved ' ]
}
