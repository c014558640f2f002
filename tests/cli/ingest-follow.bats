# aiops-ingest --follow: files that grow, are rotated, and are gone on with after a restart.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	PID=
}

teardown() {
	[ -z "$PID" ] || kill -9 "$PID" 2> /dev/null || true
}

# follow ARGUMENT...: starts it in the background; records are appended to out.
follow() {
	touch out err
	aiops-ingest -f text --follow "$@" >> out 2>> err 3>&- &
	PID=$!
}

# stop [SIGNAL]: ends it, and sets status.
stop() {
	kill "-${1-TERM}" "$PID"
	status=0
	wait "$PID" || status=$?
	PID=
}

# line N...: log lines with these numbers.
line() {
	local n
	for n; do printf '2026-11-21T09:00:00Z INFO line %s\n' "$n"; done
}

bodies() {
	grep -v '^{"_' out | jq -r .body
}

# wait_bodies N: until N records are there, a minute or two at most.
wait_bodies() {
	local i
	for ((i = 0; i < 1500; i++)); do
		[ "$(grep -vc '^{"_' out)" -lt "$1" ] || return 0
		sleep 0.05
	done
	fail "$(grep -vc '^{"_' out) records, expected $1: $(bodies | tail -n 3) $(cat err)"
}

# expect N: exactly the lines 1 to N have come, in order and once.
expect() {
	wait_bodies "$1"
	diff <(bodies) <(for ((i = 1; i <= $1; i++)); do echo "INFO line $i"; done)
}

@test "what is added comes out, and a quiet file sends watermarks" {
	line 1 > log
	follow log
	expect 1
	line 2 3 >> log
	expect 3
	for ((i = 0; i < 1500; i++)); do
		! grep -q '^{"_watermark":"20' out || break
		sleep 0.05
	done
	grep -qE '^\{"_watermark":"20[0-9-]+T[0-9:]+\.[0-9]{3}Z"\}$' out
	stop
	[ "$status" -eq 143 ]
}

@test "renamed and made anew: both are read to their ends, each line once" {
	line 1 2 > log
	follow log
	expect 2
	exec 7>> log
	mv log log.1
	line 3 > log
	line 4 >&7 # the writer has the old one still
	exec 7>&-
	wait_bodies 4
	[ "$(bodies | sort)" = "$(printf 'INFO line %s\n' 1 2 3 4)" ]
	[ "$(bodies | sed -n '3p')" = 'INFO line 4' ] # the old file's rest comes first
	mv log log.2
	line 5 > log
	wait_bodies 5
	stop
}

@test "rotated twice at once, and lines with one time have ids of their own" {
	line 1 > log
	follow log
	expect 1
	mv log log.1
	line 2 > log
	mv log.1 log.2
	mv log log.1
	line 3 > log
	wait_bodies 3
	[ "$(bodies | sort | uniq -c | awk '$1 != 1')" = '' ]
	[ "$(grep -v '^{"_' out | jq -r .id | sort -u | wc -l)" -eq 3 ]
	stop
}

@test "copied and truncated, also when it is soon longer again" {
	line 1 2 3 > log
	follow log
	expect 3
	cp log log.1
	: > log
	line 4 >> log
	expect 4
	cp log log.1
	printf 'other %s' "$(line 5 6 7 8 9 10)" | sed 's/^other //' > log
	printf '\n' >> log
	wait_bodies 5
	stop
}

@test "a file that appears later, in a folder and by a link" {
	mkdir d
	ln -s d/real link
	follow d/log link
	line 1 > d/log
	expect 1
	line 2 > d/real
	expect 2
	line 3 >> d/real
	expect 3
	stop
}

@test "half a line waits for its rest" {
	printf '2026-11-21T09:00:00Z INFO li' > log
	follow log
	sleep 0.4 # longer than a record is held back
	printf 'ne 1\n' >> log
	expect 1
	stop
}

@test "without a state the beginning of a line comes out at the end" {
	line 1 > log
	printf '2026-11-21T09:00:00Z INFO line 2' >> log
	follow log
	expect 1
	stop
	expect 2
}

@test "a restart goes on where it was, through rotation and truncation" {
	line 1 2 > log
	follow log --state state
	expect 2
	stop
	line 3 >> log
	printf '2026-11-21T09:00:00Z INFO line 4' >> log
	follow log --state state
	expect 3
	stop
	printf '\n' >> log
	mv log log.1
	line 5 > log
	mv log.1 log.2
	mv log log.1
	line 6 > log
	touch -r log.1 log.2 # as coarse as times of files are: the name says which is older
	follow log --state state
	expect 6
	stop
	: > log
	line 7 > log
	follow log --state state
	expect 7
	stop
	[ "$(stat -c %a state)" = 600 ]
	[ "$(grep -v '^{"_' out | jq -r .id | sort -u | wc -l)" -eq 7 ]
	[ ! -s err ]
}

@test "the same lines have the same ids after a kill, and none is lost" {
	line {1..50} > log
	follow log --state state
	wait_bodies 50
	for ((i = 0; i < 1500; i++)); do
		[ ! -s state ] || break
		sleep 0.05
	done
	line {51..80} >> log
	wait_bodies 80
	stop KILL
	line {81..90} >> log
	follow log --state state
	for ((i = 0; i < 1500; i++)); do
		[ "$(bodies | sort -u | wc -l)" -lt 90 ] || break
		sleep 0.05
	done
	stop
	diff <(bodies | sort -u) <(for i in {1..90}; do echo "INFO line $i"; done | sort)
	[ "$(grep -v '^{"_' out | jq -r .id | sort -u | wc -l)" -eq 90 ]
}

@test "a restart knows the header of a table, however long it is" {
	local names cells
	names=$(printf ',column_%04d' {1..800}) # 9600 bytes
	cells=$(printf ',%d' {1..800})
	printf 'timestamp,body%s\n2026-11-21T09:00:00Z,INFO line 1%s\n' "$names" "$cells" > log
	follow -f csv --map kind=log --map timestamp=timestamp --map body=body --state s log
	expect 1
	stop
	printf '2026-11-21T09:00:00Z,INFO line 2%s\n' "$cells" >> log
	follow -f csv --map kind=log --map timestamp=timestamp --map body=body --state s log
	expect 2
	stop
	run ! grep rejected err
}

@test "a state says when what it knew is gone" {
	line 1 > log
	follow log --state state
	expect 1
	stop
	mkdir elsewhere
	mv log elsewhere
	line 2 > log
	follow log --state state
	expect 2
	stop
	grep -q 'log: the file that was read up to byte .* is gone' err
}

@test "from the end, and two files at once" {
	line 1 > a
	line 2 > b
	follow --from end a b
	for ((i = 0; i < 1500; i++)); do
		! find "/proc/$PID/fd" -lname '*/b' 2> /dev/null | grep -q . || break
		sleep 0.05
	done
	sleep 0.5 # from opening it to looking for its end
	line 1 >> a
	wait_bodies 1
	line 2 >> b
	wait_bodies 2
	[ "$(bodies | tr '\n' ' ')" = 'INFO line 1 INFO line 2 ' ]
	stop
}

@test "a trace is joined, also when it comes in pieces" {
	follow log
	printf '2026-11-21T09:00:00Z ERROR a\n\tat b\n' > log
	printf '\tat c\n2026-11-21T09:00:01Z INFO d\n' >> log
	wait_bodies 2
	stop
	[ "$(grep -v '^{"_' out | head -n 1 | jq -c '.body | split("\n") | length')" -eq 3 ]
}

@test "a slow reader holds back reading, and nothing is lost" {
	line {1..6000} > log # 1.5 MB of records, more than is held in memory
	mkfifo pipe
	aiops-ingest -f text --follow log > pipe 2> err 3>&- &
	PID=$!
	exec 8< pipe
	sleep 0.3
	head -n 6000 <&8 > out
	exec 8<&-
	diff <(bodies) <(for i in {1..6000}; do echo "INFO line $i"; done)
}

@test "what cannot be followed is said" {
	run -64 aiops-ingest --follow
	run -64 aiops-ingest --follow a a
	mkdir d
	run -66 aiops-ingest --follow d
	[[ $output == *"'d' is no regular file"* ]]
	printf 'x' > state
	run -78 aiops-ingest --follow --state state a
	[[ $output == *"state file 'state'"* ]]
	printf '{"kind":"aiops-ingest state","v":9,"parts":{}}\n' > state
	run -78 aiops-ingest --follow --state state a
	[[ $output == *'newer version'* ]]
}

@test "two runs do not share a state" {
	line 1 > log
	follow --state state log
	expect 1
	run -75 aiops-ingest --follow --state state log
	stop
}

# wait_alerts N: until N alerts came out.
wait_alerts() {
	local i
	for ((i = 0; i < 1500; i++)); do
		[ "$(grep -c '"kind":"alert"' out)" -lt "$1" ] || return 0
		sleep 0.05
	done
	fail "$(cat out err)"
}

@test "--patterns: silence resolves an alert, in the time of lines whose clock is far away" {
	printf 'patterns: [{name: E, pattern: ERROR, severity: high, count: 2, window: 1m, resolve_after: 1m}]\n' > p.yaml
	sed 's/1m/1s/g' p.yaml > short.yaml
	touch log
	follow --patterns short.yaml log
	wait_marks 2 # time that passes before the first line is nobody's
	printf '2026-11-01T09:00:00Z ERROR a\n2026-11-01T09:00:01Z ERROR b\n' >> log
	wait_alerts 2
	stop
	[ "$(jq -r 'select(.kind == "alert") | "\(.status) \(.timestamp)"' out | tr '\n' ' ')" = \
		'firing 2026-11-01T09:00:01Z resolved 2026-11-01T09:00:02Z ' ]
	# Seconds without lines are seconds, though the clock says that weeks have gone by.
	rm -f out log
	touch log
	follow --patterns p.yaml log
	printf '2026-11-01T09:00:00Z ERROR a\n' >> log
	wait_marks 2
	printf '2026-11-01T09:00:10Z ERROR b\n' >> log
	wait_alerts 1
	stop
}

# wait_marks N: until N watermarks came out.
wait_marks() {
	local i
	for ((i = 0; i < 1500; i++)); do
		[ "$(grep -c '^{"_watermark' out)" -lt "$1" ] || return 0
		sleep 0.05
	done
	fail "$(cat out err)"
}

@test "--patterns: what fired for one source resolves under its labels and name, whoever goes on" {
	printf 'patterns: [{name: E, pattern: ERROR, severity: high, resolve_after: 1m}]\n' > p.yaml
	printf 'sources:\n  a: {follow: a.log, format: text, labels: {team: x}}\n  b: {follow: b.log, format: text, labels: {team: y}}\n' > config.yaml
	echo '2026-11-01T09:00:00Z ERROR a' > a.log
	touch b.log out
	aiops-ingest -c config.yaml --all-sources --patterns p.yaml >> out 2>> err 3>&- &
	PID=$!
	wait_alerts 1
	printf '2026-11-01T10:00:00Z INFO b\n2026-11-01T10:00:00Z ERROR b\n' >> b.log
	wait_alerts 3
	stop
	jq -r 'select(.kind == "alert") | "\(.source) \(.status) \(.labels.team)"' out > got
	diff got - <<- 'EOF'
		a firing x
		a resolved x
		b firing y
	EOF
}
