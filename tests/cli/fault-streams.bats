# Streams that are closed, full, gone or slow, and small limits: every workload of tests/torture/workloads under each. The counts are
# printed. What a filter does with its streams byte for byte stands in contract.bats.

setup() {
	load common
	clean_environment
}

teardown() {
	[ -z "${PID-}" ] || kill "$PID" 2> /dev/null || true
}

is_sanitized() {
	nm "$BIN/aiops-audit" 2> /dev/null | grep -q __asan_init
}

@test "streams closed, full, unread, a directory; one byte at a time; few descriptors, small files, little memory" {
	local -a parts=(--part streams --part files --part size)
	# a preloaded library and a sanitizer exclude each other, and a sanitizer takes terabytes of address space
	is_sanitized || parts+=(--part short --part memory)
	BUILD=$BUILD_DIR "$ROOT/tests/torture/fault-streams" "${parts[@]}" > out || { cat out; fail 'not all held'; }
	sed -n 's/^ok [0-9]* - /# /p' out >&3
}

@test "a map for which there is no process: nothing is rejected" {
	cp "$ROOT/tests/golden/aiops-ingest/map-datadog/in" .
	local n status=0
	# up to the first number of descriptors at which a child can be started; 127 is the loader, without some for libraries
	for n in {4..60}; do
		status=0
		prlimit --nofile="$n" aiops-ingest -f datadog --tolerate 100% in > "out.$n" 2> "err.$n" || status=$?
		[ "$status" != 0 ] || break
		[[ $status = 66 || $status = 71 || $status = 127 ]] || fail "$n: exit $status: $(cat "err.$n")"
		[ ! -s "out.$n" ]
	done
	[ "$status" = 0 ]
	[ "$(wc -l < "out.$n")" -eq 3 ]
	grep -q "jq: cannot make a pipe" err.*
}

@test "a map for which there is no process: senders are told to come again, and may" {
	load listen
	cp "$ROOT/tests/golden/aiops-ingest/map-datadog/in" .
	listen -f datadog
	# room for the connection, and for no pipe
	prlimit --pid "$PID" --nofile="$(($(find "/proc/$PID/fd" -type l | wc -l) + 2)):"
	post --data-binary @in "$URL/"
	[ "$code" = 503 ] || fail "$code: $(cat answer err)"
	prlimit --pid "$PID" --nofile=1024:
	post --data-binary @in "$URL/"
	[ "$code" = 200 ]
	stop
	[ "$status" = 143 ]
	[ "$(names | wc -l)" -eq 3 ]
	PID=
}
