# Exit codes that no other test has a reason to see, and those of aiops-http, which others run behind aiops-runbook.
# tests/torture/exit-codes counts those of all tests.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
	SERVER=
}

teardown() {
	[ -z "$SERVER" ] || kill "$SERVER" 2> /dev/null || true
	wait
}

# serve SERVER-ARGUMENT...: starts that server of tests/tools on a port of its own; sets PORT.
serve() {
	local i
	rm -f port
	python3 "$ROOT/tests/tools/$1" port asked "${@:2}" 2> /dev/null 3>&- &
	SERVER=$!
	for ((i = 0; i < 3000; i++)); do
		[ ! -s port ] || break
		sleep 0.02
	done
	PORT=$(cat port)
}

# ends STATUS REQUEST: aiops-http with the request.
ends() {
	run "-$1" aiops-http <<< "$2"
}

@test "71: memory runs out" {
	[ -e "$TOOLS/alloc.so" ] || skip "tests/tools/alloc.so is not built (make test-tools)"
	local command argv
	for command in 'aiops-ingest -f ndjson' 'aiops-drift watch' aiops-correlate 'aiops-triage classify' 'aiops-runbook status' \
		'aiops-audit append' 'aiops-incident list' aiops-http; do
		read -ra argv <<< "$command"
		run -71 env ALLOC_MAIN=1 ALLOC_AT=3 ALLOC_EVER=1 LD_PRELOAD="${LD_PRELOAD:+$LD_PRELOAD:}$TOOLS/alloc.so" "${argv[@]}" <<< '{}'
		[ "$output" = 'aiops: error: out of memory' ] || fail "$command: $output"
	done
}

@test "75: another run holds the state" {
	exec 8> held.lock
	flock 8
	aiops-drift watch --state held < /dev/null 2> err &
	local drift=$! status
	run -75 --separate-stderr aiops-triage templates --state held < /dev/null
	[[ $stderr == *'held.lock'* ]]
	status=0
	wait $drift || status=$?
	[ $status -eq 75 ]
	grep -q 'held.lock' err
	exec 8>&-
}

@test "aiops-http: what the server did, and what it did not" {
	serve world-server.py
	local url=http://127.0.0.1:$PORT
	ends 0 "{\"method\":\"GET\",\"url\":\"$url/ok\"}"
	[ "$(jq -r .state <<< "$output")" = good ]
	ends 10 "{\"method\":\"GET\",\"url\":\"$url/status/404\"}"
	ends 0 "{\"method\":\"GET\",\"url\":\"$url/status/404\",\"status\":[\"404\"]}"
	ends 11 "{\"method\":\"POST\",\"url\":\"$url/drop\"}"
	ends 11 "{\"method\":\"GET\",\"url\":\"$url/half\"}"
	[ "$(wc -l < asked)" -eq 5 ]
	run -74 bash -c "aiops-http > /dev/full" <<< "{\"method\":\"GET\",\"url\":\"$url/ok\"}"
}

@test "aiops-http: nothing is sent" {
	serve world-server.py
	local url=http://127.0.0.1:$PORT
	run -64 aiops-http --frobnicate < /dev/null
	ends 64 '{"method":"GET","url":"file:///etc/passwd"}'
	ends 65 '{"method":"GET"'
	ends 65 '{"method":"GET"}'
	ends 66 "{\"method\":\"GET\",\"url\":\"$url/ok\",\"auth\":{\"kind\":\"bearer\",\"file\":\"none\"}}"
	ends 75 '{"method":"GET","url":"http://127.0.0.1:1/"}'
	echo s3cret > key
	chmod 644 key
	ends 77 "{\"method\":\"GET\",\"url\":\"$url/ok\",\"auth\":{\"kind\":\"bearer\",\"file\":\"key\"}}"
	echo 'frobnicate: 1' > config.yaml
	run -78 aiops-http -c config.yaml <<< "{\"method\":\"GET\",\"url\":\"$url/ok\"}"
	[ ! -s asked ]
}

@test "aiops-http: a certificate that is not trusted" {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test \
		-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2> /dev/null
	cat cert.pem key.pem > both.pem
	mkdir served
	echo hello > served/x
	serve poll-server.py served both.pem
	ends 69 "{\"method\":\"GET\",\"url\":\"https://127.0.0.1:$PORT/x\"}"
	[[ $output == *certificate* ]]
	ends 0 "{\"method\":\"GET\",\"url\":\"https://127.0.0.1:$PORT/x\",\"ca_file\":\"cert.pem\"}"
	[ "$output" = hello ]
}
