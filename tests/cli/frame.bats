# What the frame of every programme does where the six cannot show it: on
# tests/tools/pass.c, the smallest filter that uses all of lib/cli.

setup() {
	load common
	load contract
	clean_environment
	PASS=$TOOLS/pass
	[ -x "$PASS" ] || fail "tests/tools/pass is not built: make test-tools"
	BIN=$TOOLS TOOL=pass ARGS=() MODE=pass
}

teardown() {
	exec 7>&- 8>&- || true
}

# shown JQ VALUE: what the options of the last run were.
shown() {
	[ "$(tail -n 1 out | jq -r "$1")" = "$2" ] || { tail -n 1 out; fail "$1 is not $2"; }
}

@test "options: every kind from the command line" {
	run_tool --show -n 9 -w 1h30m --text 'a b' --file f --dir d --size 2M --real-part 0.25 --level high \
		--since 2026-01-01T00:00:00+01:00 -t x -ty --tag=z < /dev/null
	expect 0
	shown .number 9
	shown .window_ms 5400000
	shown .text 'a b'
	shown .size 2097152
	shown .real 0.25
	shown .level high
	shown .since 2025-12-31T23:00:00Z
	shown '.tag | join("|")' 'x|y|z'
}

@test "options: defaults" {
	run_tool --show < /dev/null
	shown .number 7
	shown .window_ms 120000
	shown .size 65536
	shown .level low
	shown '.tag | length' 0
	shown .max_record 1048576
	shown .db "$HOME/.local/state/aiops/aiops.db"
}

@test "options: lists and flags from file and environment" {
	printf 'pass:\n  tag: [a, "b c"]\n  real_part: 1.5\n  level: high\nextras:\n  own: 1\n' > c.yaml
	run_tool -c c.yaml --show < /dev/null
	shown '.tag | join("|")' 'a|b c'
	shown .real 1.5
	AIOPS_PASS_REAL_PART=2.5 AIOPS_REAL_PART=9 AIOPS_TAG=p,q run_tool -c c.yaml --show < /dev/null
	shown '.tag | join("|")' 'p|q'
	shown .real 2.5
	run_tool -c c.yaml --show -t only < /dev/null
	shown '.tag | join("|")' only
}

@test "options: one call's business is not taken from elsewhere" {
	AIOPS_SHOW=true run_tool < /dev/null
	expect 0
	nothing out
	printf 'pass:\n  show: true\n' > c.yaml
	run_tool -c c.yaml < /dev/null
	expect 78
}

@test "options: --now stands still, --db has its order" {
	AIOPS_DB=/env.db run_tool --show --now 2026-11-21T10:00:00.5Z < /dev/null
	shown .now 2026-11-21T10:00:00.500Z
	shown .db /env.db
	printf 'common:\n  db: /file.db\n' > c.yaml
	run_tool --show -c c.yaml < /dev/null
	shown .db /file.db
	AIOPS_DB=/env.db run_tool --show -c c.yaml --db /option.db < /dev/null
	shown .db /option.db
	XDG_STATE_HOME=/s run_tool --show < /dev/null
	shown .db /s/aiops/aiops.db
	XDG_STATE_HOME=relative run_tool --show < /dev/null
	shown .db "$HOME/.local/state/aiops/aiops.db"
}

@test "options: -vv tells where values come from" {
	AIOPS_NUMBER=3 run_tool -vv --level high < /dev/null
	said "debug: option --number is set by: environment"
	said "debug: option --level is set by: command line"
	run_tool -v < /dev/null
	unsaid debug
}

@test "records: a key that is there is replaced, others keep their bytes" {
	printf '%s\n' '{ "a" : 1.0 , "k":{"old":[1,2]},"b":"\/"}' '{}' '{"k":1}' > in
	run_tool -k k < in
	expect 0
	jq -e -s '.[0] == {"a": 1, "k": {"n": 1}, "b": "/"} and .[1].k.n == 1 and .[2] == {"k": {"n": 1}}' out
	grep -qF '"a" : 1.0' out
	grep -qF '"b":"\/"' out
	grep -qxF '{"k":{"n":1}}' out
}

@test "records: what the tool rejects is counted with the rest" {
	printf '%s\n' '{"pass":"reject"}' '{"a":1}' > in
	run_tool --dead-letter dead < in
	expect 3
	said "stdin:1: rejected (schema): told to reject"
	jq -e '.code == "schema" and .raw == "{\"pass\":\"reject\"}"' dead
}

@test "records: a callback's failure stops with its code and place; what was passed is out" {
	printf '%s\n' '{"a":1}' '{"pass":"fail"}' '{"b":1}' > in
	run_tool --state state < in
	expect 77
	said "aiops-pass: error: stdin:2: told to fail"
	[ "$(cat out)" = '{"a":1}' ]
	[ ! -e state ]
}

@test "records: what is held back goes out at a wait, a barrier, and the end" {
	start_tool
	echo '{"pass":"hold","n":1}' >&7
	wait_for grep -q '"n":1' out
	printf '%s\n' '{"pass":"hold","n":2}' '{"_barrier":1}' '{"a":1}' >&7
	wait_for grep -q '"a":1' out
	[ "$(sed -n 2,3p out)" = '{"pass":"hold","n":2}
{"_barrier":1}' ]
	end_tool
	printf '%s\n' '{"pass":"hold","n":1}' '{"a":1}' > in
	run_tool < in
	[ "$(cat out)" = '{"a":1}
{"pass":"hold","n":1}' ]
}

@test "exit: -e says found; more rejects than tolerated weigh more" {
	echo '{"pass":"found"}' > in
	run_tool < in
	expect 0
	run_tool -e < in
	expect 1
	echo '{"a":1}' | { run_tool -e; expect 0; }
	echo '[' >> in
	run_tool -e < in
	expect 3
	run_tool -e --tolerate 1 < in
	expect 1
}

@test "state: output comes before state, so a full disk saves nothing" {
	echo '{"a":1}' > in
	STATUS=0
	"$PASS" --state state < in > /dev/full 2> err || STATUS=$?
	expect 74
	[ ! -e state ]
	echo '{"_barrier":1}' >> in
	"$PASS" --state state < in > /dev/full 2> err || true
	[ ! -e state ]
	run_tool --state none/state < in
	expect 73
}

@test "state: it is saved before death by SIGPIPE" {
	yes '{"a":1}' | head -n 100000 > in
	{ sleep 0.1; cat in; } | { "$PASS" --state state 2> err && echo 0 > status || echo $? > status; } | head -n 1 > out
	[ "$(cat status)" -eq 141 ]
	nothing err
	[ "$(cat state)" -gt 0 ]
}

# Reading a regular file, it only sleeps in a write to the full pipe.
sleeps() {
	[ "$(cut -d ' ' -f 3 "/proc/$PID/stat")" = S ]
}

@test "signals: SIGPIPE kills silently, also if the parent ignores it" {
	yes '{"a":1}' | head -n 100000 > in
	for ignored in '' PIPE; do
		{ bash -c "trap '' ${ignored:-USR2}; exec \"\$0\" in" "$PASS" 2> err && echo 0 > status || echo $? > status; } | head -n 1 > out
		[ "$(cat status)" -eq 141 ]
		nothing err
	done
}

@test "signals: the second one kills, whatever the first waits for" {
	mkfifo blocked
	exec 8<> blocked
	yes '{"a":1}' | head -n 100000 > in
	"$PASS" in > blocked 2> err 3>&- &
	PID=$!
	wait_for sleeps
	kill -s TERM "$PID"
	sleep 0.2
	kill -0 "$PID"
	kill -s TERM "$PID"
	join_tool
	expect 143
}

@test "signals: INT that was ignored at the start stays ignored" {
	mkfifo fifo
	"$PASS" < fifo > out 2> err 3>&- &
	PID=$!
	exec 7> fifo
	wait_for catches_usr1
	kill -s INT "$PID"
	echo '{"a":1}' >&7
	wait_for grep -q a out
	end_tool
	expect 0
}

@test "signals: USR1 while a FIFO is waited for" {
	mkfifo later
	"$PASS" later > out 2> err 3>&- &
	PID=$!
	wait_for catches_usr1
	kill -s USR1 "$PID"
	wait_for grep -q '"seen":0' err
	kill -s TERM "$PID"
	join_tool
	expect 143
}

@test "memory: a line of 1 GiB is refused in less than 16 MiB" {
	start_tool
	{ head -c 1073741824 /dev/zero | tr '\0' x; echo; } >&7
	wait_for grep -q too_long err
	local kb
	kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$PID/status")
	end_tool
	expect 3
	is_sanitized || [ "$kb" -lt 16384 ]
}

@test "memory: a file of many records stays below 16 MiB" {
	start_tool -k pass
	for i in 1 2 3; do padded 500000; echo; done > big
	for i in {1..40}; do cat big; done >&7
	echo '{"last":1}' >&7
	wait_for grep -q last out
	local kb
	kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$PID/status")
	end_tool
	expect 0
	[ "$(wc -l < out)" -eq 121 ]
	is_sanitized || [ "$kb" -lt 16384 ]
}

@test "output: a pipe that somebody made non-blocking is waited for" {
	lines 1 2 3 > in
	python3 - "$PASS" <<-'END' > out
		import os, subprocess, sys
		read_end, write_end = os.pipe()
		os.set_blocking(write_end, False)
		filled = 0
		try:
		    while True:
		        filled += os.write(write_end, b"x" * 4096)
		except BlockingIOError:
		    pass
		child = subprocess.Popen([sys.argv[1], "in"], stdout=write_end)
		os.close(write_end)
		try:
		    child.wait(0.5)  # time to find the pipe full; it must not end by that
		except subprocess.TimeoutExpired:
		    pass
		with os.fdopen(read_end, "rb") as pipe:
		    pipe.read(filled)
		    sys.stdout.buffer.write(pipe.read())
		sys.exit(child.wait())
	END
	cmp in out
}

@test "output: a file size limit is an error, not death by SIGXFSZ" {
	yes '{"a":1}' | head -n 10000 > in
	STATUS=0
	(ulimit -f 4; exec "$PASS" < in > big 2> err) || STATUS=$?
	expect 74
	said "cannot write standard output: File too large"
}

# on_terminal COMMAND: what a terminal of the command's would have got.
on_terminal() {
	script -qec "$1" /dev/null < /dev/null
}

@test "terminal: characters that move or reorder text become escapes in records" {
	printf '{"a":"x\xe2\x80\xae\xc2\x9b2Jy\x7f","b":"\xc3\xa4"}\n' > in
	on_terminal "$PASS in" | tr -d '\r' > out
	printf '{"a":"x\\u202e\\u009b2Jy\\u007f","b":"\xc3\xa4"}\n' | cmp - out
	"$PASS" in | cmp in -
}

@test "terminal: a progress bar when asked for, none when it is quick, quiet, dumb or CI" {
	yes '{"a":1}' | head -n 100000 > in
	export TERM=xterm
	on_terminal "$PASS --progress always in > /dev/null" > out
	grep -q $'\raiops-pass: .*records' out
	[ "$(tail -c 4 out)" = $'\r\e[K' ]
	on_terminal "$PASS in > /dev/null" > out
	nothing out
	on_terminal "$PASS --progress never in > /dev/null" > out
	nothing out
	"$PASS" --progress always in 2>&1 > /dev/null | { ! grep -q .; }
}
