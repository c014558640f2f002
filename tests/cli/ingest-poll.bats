# aiops-ingest --url and the sources of the configuration file: what is new, once; failures wait, are counted and told.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir served
}

teardown() {
	[ -z "${CHILDREN-}" ] || kill $CHILDREN 2> /dev/null || true
	wait
}

serve() {
	local i
	python3 "$ROOT/tests/tools/poll-server.py" port log served "$@" 2> server.err 3>&- &
	CHILDREN=$!
	for i in {1..3000}; do
		[ -s port ] && break
		sleep 0.02
	done
	URL=http://127.0.0.1:$(cat port)
}

wait_for() {
	local i
	for i in {1..3000}; do
		"$@" 2> /dev/null && return 0
		sleep 0.02
	done
	fail "waited in vain for: $*"
}
has_lines() { [ "$(grep -vc _watermark "$1")" -ge "$2" ]; }
asked() { [ "$(wc -l < log)" -ge "$1" ]; }

# alerts NAME...: firing alerts as Alertmanager's API gives them.
alerts() {
	jq -cn '[$ARGS.positional[] | {labels: {alertname: ., severity: "critical"}, annotations: {}, startsAt: "2026-11-21T09:00:00Z",
		endsAt: "2099-01-01T00:00:00Z", updatedAt: "2026-11-21T09:00:00Z", fingerprint: ("00000000000000" + (. | explode[0] | tostring)),
		receivers: [{name: "x"}], status: {state: "active", silencedBy: [], inhibitedBy: []}}]' --args "$@" > served/alerts.new
	mv served/alerts.new served/alerts
}
names() { jq -r 'select(.kind == "alert") | .name' "$1" | paste -sd ' '; }

end_by_term() {
	local status=0
	kill -TERM "$1"
	wait "$1" || status=$?
	[ "$status" = 143 ]
}

@test "--url: once, and the records of the answer come out" {
	alerts A B
	serve
	aiops-ingest --url "$URL/alerts" -f alertmanager > out
	[ "$(names out)" = 'A B' ]
	[ "$(jq -r '.headers["User-Agent"]' log)" = aiops-ingest ]
	aiops-ingest --url "$URL/alerts" > out # by its shape
	[ "$(names out)" = 'A B' ]
}

@test "--url: an address that does not answer, once, is told by the exit code" {
	serve
	alerts A
	echo 404 > served/alerts.how
	run -69 aiops-ingest --url "$URL/alerts"
	[[ $output == *"warning: url: $URL: answer 404"* ]]
	echo 503 > served/alerts.how
	run -75 aiops-ingest --url "$URL/alerts"
	run -75 aiops-ingest --url http://127.0.0.1:1/
	echo slow > served/alerts.how
	run -75 aiops-ingest --url "$URL/alerts" --timeout 200ms
	echo "redirect http://other.example/" > served/alerts.how
	run -69 aiops-ingest --url "$URL/alerts"
	[[ $output == *'refusing a redirect to http://other.example:80'* ]]
	echo "redirect $URL/alerts" > served/alerts.how
	run -0 aiops-ingest --url "$URL/alerts"
	alerts A B C D E
	run -69 aiops-ingest --url "$URL/alerts" --max-answer 1K
	[[ $output == *'longer than 1024 bytes'* ]]
}

@test "--url: a broken answer is rejected, what came out before stays" {
	serve
	alerts A B C
	head -c 400 served/alerts > cut
	mv cut served/alerts
	run -3 --separate-stderr aiops-ingest --url "$URL/alerts" -f alertmanager
	[ "$(jq -r .name <<< "$output")" = A ]
	[[ $stderr == *'url:1: '* ]]
}

@test "--every: only what is new; what resolved and fires again is new" {
	alerts A B
	serve
	aiops-ingest --url "$URL/alerts" -f alertmanager --every 50ms > out 3>&- &
	local pid=$!
	CHILDREN="$CHILDREN $pid"
	wait_for has_lines out 2
	alerts B C
	wait_for has_lines out 3
	asked 4 || wait_for asked 6
	end_by_term "$pid"
	[ "$(names out)" = 'A B C' ]
}

@test "--state: a restart gives neither again what was given nor leaves anything out" {
	alerts A B
	serve
	aiops-ingest --url "$URL/alerts" -f alertmanager --state state > out
	aiops-ingest --url "$URL/alerts" -f alertmanager --state state >> out
	alerts A B C
	aiops-ingest --url "$URL/alerts" -f alertmanager --state state >> out
	[ "$(names out)" = 'A B C' ]
	[ "$(stat -c %a state)" = 600 ]
	sed -i 's/v1 closed/v9 ajar/' state
	run -78 aiops-ingest --url "$URL/alerts" -f alertmanager --state state
}

@test "--since: a span of time in the URL goes on where the last answer ended" {
	echo '{"status":"success","data":{"resultType":"streams","result":[]}}' > served/logs
	serve
	aiops-ingest --url "$URL/logs?q={app=\"x\"}&start={since:ns}&end={until:ns}" -f loki --since 2h \
		--now 2026-11-21T10:00:00Z --state state
	aiops-ingest --url "$URL/logs?start={since:s}" -f loki --since 2h --now 2026-11-21T10:05:00Z --state state
	[ "$(jq -r .path log)" = '/logs?q={app="x"}&start=1795248000000000000&end=1795255200000000000
/logs?start=1795255200' ] || [ "$(jq -r .path log)" = '/logs?q=%7bapp=%22x%22%7d&start=1795248000000000000&end=1795255200000000000
/logs?start=1795255200' ]
}

@test "--every: failures wait, are counted by source, and the breaker is remembered" {
	alerts A
	serve
	printf '%s\n' 503 drop 500 > served/alerts.how
	run -75 aiops-ingest --url "$URL/alerts" --state state
	run -75 aiops-ingest --url "$URL/alerts" --state state
	run -75 --separate-stderr aiops-ingest --url "$URL/alerts" --state state --stats
	[ "$(grep '^{' <<< "$stderr" | jq .sources.url.failures)" = 1 ]
	[[ $stderr == *'fails again and again'* ]]
	run -75 aiops-ingest --url "$URL/alerts" --state state
	[[ $output == *'not asked for another'* ]]
	[ "$(wc -l < log)" = 3 ]
	# half an hour later one trial goes through
	run -0 aiops-ingest --url "$URL/alerts" --state state --now 2099-01-01T00:00:00Z
	[ "$(wc -l < log)" = 4 ]
}

@test "--every: Retry-After is honoured" {
	alerts A
	serve
	echo 'retry-after 1' > served/alerts.how
	local began ended
	began=$(date +%s%N)
	aiops-ingest --url "$URL/alerts" --every 20ms > out 3>&- &
	local pid=$!
	CHILDREN="$CHILDREN $pid"
	wait_for has_lines out 1
	ended=$(date +%s%N)
	end_by_term "$pid"
	[ $((ended - began)) -ge 1000000000 ]
}

@test "credentials: from private files, over plain HTTP to this machine only, never shown" {
	alerts A
	serve
	echo s3cret > token
	chmod 640 token
	run -77 aiops-ingest --url "$URL/alerts" --token-file token
	chmod 600 token
	echo 'ada:s3cret' > basic
	chmod 600 basic
	aiops-ingest --url "$URL/alerts" --token-file token > out
	aiops-ingest --url "$URL/alerts" --basic-file basic > out
	[ "$(jq -r .headers.Authorization log | paste -sd '|')" = "Bearer s3cret|Basic $(printf 'ada:s3cret' | base64)" ]
	run -77 aiops-ingest --url http://am.example/alerts --token-file token
	[[ $output == *'without TLS'* && $output != *s3cret* ]]
	run -75 aiops-ingest --url http://am.invalid/alerts --token-file token --plain-secret
	run -64 aiops-ingest --url "http://ada:s3cret@127.0.0.1/"
	[[ $output != *s3cret* ]]
	run -64 aiops-ingest --url file:///etc/passwd
	run -64 aiops-ingest --url "$URL/alerts" --token-file token --basic-file basic
}

@test "TLS: certificates are verified" {
	alerts A
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test \
		-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2> /dev/null
	cat cert.pem key.pem > both.pem
	serve both.pem
	URL=https${URL#http}
	run -69 aiops-ingest --url "$URL/alerts"
	[[ $output == *certificate* ]]
	aiops-ingest --url "$URL/alerts" --ca-file cert.pem > out
	[ "$(names out)" = A ]
	run -69 aiops-ingest --url "https://localhost:${URL##*:}/alerts" --ca-file cert.pem # another name
	run -66 aiops-ingest --url "$URL/alerts" --ca-file none.pem
}

@test "--heartbeat: an answer whose format was found by its shape beats under that name only" {
	alerts A
	serve
	aiops-ingest --url "$URL/alerts" --heartbeat 1h > out
	[ "$(jq -r '"\(.kind) \(.source)"' out | tr '\n' ' ')" = 'alert alertmanager heartbeat alertmanager ' ]
}

# ---- the sources of the configuration file ----

@test "--all-sources: polls, followed files and listeners in one stream, each under its name" {
	alerts A
	serve
	echo '2026-11-21T09:00:00Z ERROR no space left' > app.log
	cat > config.yaml << EOF
sources:
  am:
    url: $URL/alerts
    format: alertmanager
    every: 50ms
    heartbeat: 1h
    labels: {env: prod}
  app:
    follow: [app.log]
    format: text
    labels: {service: shop}
  hooks:
    listen: 127.0.0.1:0
    port_file: hooks.port
EOF
	aiops-ingest --config config.yaml --all-sources --state state > out 3>&- &
	local pid=$!
	CHILDREN="$CHILDREN $pid"
	wait_for test -s hooks.port
	curl -sf -d '{"service":"shop","from":"1","to":"2","by":"lin"}' "http://127.0.0.1:$(cat hooks.port)/" > /dev/null
	wait_for has_lines out 4
	end_by_term "$pid"
	jq -r 'select(.kind) | "\(.source) \(.kind) \(.service // .env // "-")"' out | sort > got
	diff got - << EOF
am alert prod
am heartbeat prod
app log shop
hooks change shop
EOF
}

@test "--source: only those that are named" {
	alerts A
	serve
	printf 'sources:\n  one: {url: "%s/alerts", format: alertmanager}\n  two: {url: "%s/none"}\n' "$URL" "$URL" > config.yaml
	aiops-ingest -c config.yaml --source one > out
	[ "$(names out)" = A ]
	[ "$(wc -l < log)" = 1 ]
	run -64 aiops-ingest -c config.yaml --source on
	[[ $output == *"no source 'on' (did you mean 'one'?)"* ]]
	run -64 aiops-ingest -c config.yaml --source one --all-sources
	run -64 aiops-ingest -c config.yaml --source one --url "$URL"
	run -64 aiops-ingest --all-sources
}

@test "sources that are wrong are named by line" {
	local line
	while IFS='|' read -r line words; do
		printf 'sources:\n  one: %s\n' "$line" > config.yaml
		run -78 aiops-ingest -c config.yaml --all-sources
		[[ $output == *"$words"* ]] || fail "$line: $output"
	done <<- 'EOF'
		{}|exactly one of url, listen and follow
		{url: "http://a/", listen: ":1"}|exactly one
		{ulr: "http://a/"}|did you mean 'url'?
		{url: "http://a/", spool: x}|'spool' goes with listen only
		{listen: ":0", every: 30s}|'every' goes with url only
		{follow: [], format: text}|follow names no file
		{follow: a.log, token_file: t}|'token_file' goes with url and listen only
		{url: "http://a/", every: soon}|line 2
		{listen: ":0", hmac_style: gitlab}|expected github, slack or pagerduty
		{url: "http://a/", format: nonsense}|unknown format 'nonsense'
		{url: "http://a/", max_answer: big}|expected a size
		[a]|line 2
	EOF
}
