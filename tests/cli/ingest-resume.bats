# aiops-ingest --follow --resume: a stage that reads what the one before it appends to a file, and
# loses nothing whichever of the two processes is ended, and how.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	FOLLOWER= FILTER= STAGES=0
}

teardown() {
	local pid
	for pid in $FOLLOWER $FILTER; do kill -9 "$pid" 2> /dev/null || true; done
}

# stage [COMMAND...]: a filter over what is added to in, into out.
stage() {
	[ $# -gt 0 ] || set -- aiops-drift watch --state drift.state
	local pipe=pipe.$((++STAGES))
	touch out
	mkfifo "$pipe"
	"$@" < "$pipe" >> out 2>> err 3>&- &
	FILTER=$!
	aiops-ingest -f ndjson --follow in --resume out > "$pipe" 2>> err 3>&- &
	FOLLOWER=$!
}

# end SIGNAL PID: then both are gone.
end() {
	kill "-$1" "$2"
	wait "$FILTER" "$FOLLOWER" 2> /dev/null || true
	FOLLOWER= FILTER=
}

# metric N...: with these numbers.
metric() {
	local n
	for n; do
		printf '{"v":1,"kind":"metric","id":"m%s","timestamp":"2026-11-21T09:%02d:%02dZ","source":"t","name":"x","value":%s}\n' \
			"$n" $((n / 60)) $((n % 60)) "$n"
	done
}

ids() {
	grep -v '^{"_' out | jq -r .id
}

# wait_for PATTERN [N]: until N (1) lines of out have it, at most 20 s.
wait_for() {
	local i
	for ((i = 0; i < 1500; i++)); do
		[ "$(grep -c "$1" out)" -lt "${2:-1}" ] || return 0
		sleep 0.05
	done
	fail "no $1 in: $(tail -n 5 out) $(cat err)"
}

barriers() {
	grep -c '^{"_barrier":{"kind":"aiops-ingest state"' out
}

@test "barriers say how far it came; those that are read, and the clock, stay out" {
	{ metric 1; echo '{"_barrier":"of another stage"}'; echo '{"_watermark":"2026-11-21T09:00:01.5Z"}'; metric 2; } > in
	stage
	wait_for '"offset":"'
	size=$(stat -c %s in)
	wait_for "\"offset\":\"$size\""
	n=$(barriers)
	sleep 1.5 # nothing comes: no further barrier, no watermark
	[ "$(barriers)" -eq "$n" ]
	end TERM "$FOLLOWER"
	[ "$(ids | tr '\n' ' ')" = 'm1 m2 ' ]
	run ! grep -q 'of another stage' out
	[ "$(grep -c _watermark out)" -eq 1 ]
	[ -s drift.state ]
}

@test "a stage whose follower is told to end goes on with exactly what is new" {
	metric 1 2 3 > in
	stage
	wait_for '"m3"'
	end TERM "$FOLLOWER"
	metric 4 5 >> in
	stage
	wait_for '"m5"'
	end TERM "$FOLLOWER"
	stage # with nothing new
	metric 6 >> in
	wait_for '"m6"'
	end TERM "$FOLLOWER"
	[ "$(ids | tr '\n' ' ')" = 'm1 m2 m3 m4 m5 m6 ' ]
}

@test "kill -9 of the filter or of the follower: at least once, and in order from a barrier on" {
	metric {1..50} > in
	for victim in FILTER FOLLOWER FILTER FOLLOWER; do
		stage
		next=$(($(wc -l < in) + 1))
		wait_for '_barrier'
		metric $(seq $next $((next + 49))) >> in
		wait_for "\"m$((next + 20))\""
		kill -9 "${!victim}"
		metric $((next + 50)) >> in # so that the follower learns that nobody reads
		wait "$FILTER" "$FOLLOWER" 2> /dev/null || true
		FOLLOWER= FILTER=
		[ -z "$(tail -c 1 out)" ] || echo >> out # a line that was cut off
	done
	stage
	wait_for "\"m$(wc -l < in)\""
	end TERM "$FOLLOWER"
	diff <(grep -v '^{"_' out | jq -rR 'fromjson? | .id' | sort -u) <(jq -r .id in | sort)
}

@test "what was renamed away still says where to go on" {
	metric 1 2 > in
	stage
	wait_for '"m2"'
	end TERM "$FOLLOWER"
	mv out out.1
	metric 3 >> in
	stage
	wait_for '"m3"'
	end TERM "$FOLLOWER"
	[ "$(ids)" = m3 ]
}

@test "a barrier that is no state of ours is told, with its file" {
	metric 1 > in
	printf '{"_barrier":{"kind":"aiops-ingest state","v":2,"parts":{}}}\n' > out
	run ! aiops-ingest -f ndjson --follow in --resume out
	[ "$status" -eq 78 ]
	[[ $output == *"barrier in 'out': it was written by a newer version"* ]]
}

@test "what means nothing together is refused" {
	for options in '--resume out in' '--follow --resume out --state s in' '--follow --resume out --to otlp in'; do
		# shellcheck disable=SC2086 # words
		run aiops-ingest $options
		[ "$status" -eq 64 ]
		[[ $output == *--resume* ]]
	done
}
