# The programmes under the contract (aiops(7)), and helpers to run
# them as filters. A new programme is added to FILTERS before it is written.
#
# programme and arguments that make it a filter | how it answers a record that it has no use for | why
#
#   pass      it comes out byte for byte (rule 3)
#   annotate  it comes out with the programme's key spliced in before the last }
#   consume   it does not come out: the command answers at the end, about all records together
FILTERS=(
	'aiops-ingest -f ndjson|pass|records in its own format are checked and passed on'
	'aiops-drift compare --reference ref.ndjson|consume|a comparison has one answer, at the end'
	'aiops-drift watch|pass|it watches metrics and heartbeats'
	'aiops-drift forecast|consume|a forecast needs the last point'
	'aiops-drift sketch|consume|it writes profiles, at the end'
	'aiops-drift merge|consume|it adds profiles up, at the end'
	'aiops-correlate|pass|it groups alerts'
	'aiops-triage explain|pass|it explains incidents'
	'aiops-triage classify|pass|it classifies alerts and incidents'
	'aiops-triage gather|pass|it gathers for incidents'
	'aiops-triage templates --input records|pass|it mines logs'
	'aiops-runbook run --db run.db --runbooks books|pass|it runs triaged incidents'
	'aiops-audit append --db audit.db|annotate|it logs everything'
	'aiops-incident apply --db incidents.db|pass|it registers incidents and runs'
)

# Files of records are named *.ndjson: `aiops-runbook run WORD` names a runbook.

# A record that is valid and means nothing to any stage, with what a parser likes to change: long
# integers, trailing zeros, exponents, escaped slashes, key order, spaces.
record() {
	printf '{"v":1,"kind":"summary","id":"s-%s","timestamp":"2026-11-21T09:00:00Z","source":"test", "z":0.10,"e":1e3,' "$1"
	printf '"n":123456789012345678901234567890123456789012,"s":"\\/\\u00e4","a":{"y":[],"x":-0}}'
}

# lines N...: records with these numbers, each with its newline.
lines() {
	local n template
	template=$(record @)
	for n; do printf '%s\n' "${template/@/$n}"; done
}

# padded BYTES: a valid record of exactly so many bytes.
padded() {
	local head='{"v":1,"kind":"summary","id":"p-'$1'","timestamp":"2026-11-21T09:00:00Z","source":"test","pad":"'
	printf '%s%*s"}' "$head" $(($1 - ${#head} - 2)) '' | tr ' ' x
}

# Sets TOOL, SHORT, ARGS and MODE from one line of the table.
choose() {
	local command
	IFS='|' read -r command MODE _ <<< "$1"
	read -ra ARGS <<< "$command"
	TOOL=${ARGS[0]}
	ARGS=("${ARGS[@]:1}")
	SHORT=${TOOL#aiops-}
}

# A folder of its own for each programme, with what its arguments name: records that mean something.
fresh_folder() {
	rm -rf "$BATS_TEST_TMPDIR/run" "$HOME"
	mkdir -p "$BATS_TEST_TMPDIR/run/books" "$HOME"
	cd "$BATS_TEST_TMPDIR/run" || return 1
	printf '{"v":1,"kind":"metric","id":"m-%s","timestamp":"2026-11-21T08:00:0%sZ","source":"t","name":"up","value":%s}\n' \
		1 1 1 2 2 2 3 3 3 > ref.ndjson
	# and what merge has a use for
	[ -x "$BIN/aiops-drift" ] || return 0
	"$BIN/aiops-drift" sketch --by source ref.ndjson > ref.profile
	cat ref.profile >> ref.ndjson
}

# each FUNCTION ARGUMENT...: runs it for every programme, and names those that fail. The function's
# first failing command ends it (set -e), so each must be called as a plain command.
each() {
	local line rc bad=0
	for line in "${FILTERS[@]}"; do
		choose "$line"
		[ -z "${CONTRACT-}" ] || [ "$CONTRACT" = "$TOOL" ] || continue
		if [ ! -x "$BIN/$TOOL" ]; then
			echo "FAILED $TOOL: it is not built"
			bad=1
			continue
		fi
		set +e
		(
			set -e
			fresh_folder
			"$@"
		) > "$BATS_TEST_TMPDIR/each" 2>&1
		rc=$?
		set -e
		[ $rc -eq 0 ] && continue
		echo "FAILED $TOOL"
		sed 's/^/    /' "$BATS_TEST_TMPDIR/each"
		bad=1
	done
	return $bad
}

# A rule that some programmes have no part in calls this where it applies; the test then
# asks `was_applied`, so that a rule that applies to none cannot pass.
applies() {
	echo "$TOOL" >> "$BATS_TEST_TMPDIR/applied"
}
was_applied() {
	[ -n "${CONTRACT-}" ] || [ -s "$BATS_TEST_TMPDIR/applied" ] || fail "this rule was tested on no programme"
}

# run_tool ARGUMENT...: runs the filter on standard input; sets STATUS; out and err hold what it wrote.
run_tool() {
	STATUS=0
	"$BIN/$TOOL" "${ARGS[@]}" "$@" > out 2> err || STATUS=$?
}

# expect STATUS: of the last run.
expect() {
	[ "$STATUS" = "$1" ] && return 0
	echo "exit status $STATUS, expected $1; standard error:"
	head -n 10 err
	return 1
}

# said TEXT, unsaid TEXT: whether the last run wrote it to standard error.
said() {
	grep -qF -- "$1" err && return 0
	echo "standard error lacks: $1; it is:"
	head -n 10 err
	return 1
}
unsaid() {
	grep -qF -- "$1" err || return 0
	echo "standard error holds: $1; it is:"
	head -n 10 err
	return 1
}

# nothing FILE: it is empty.
nothing() {
	[ -s "$1" ] || return 0
	echo "$1 is not empty:"
	head -n 10 "$1"
	return 1
}

# came_out LINE...: these input lines stand in out, as the programme's mode says.
came_out() {
	local line
	for line; do
		case $MODE in
		pass) grep -qxF -- "$line" out ;;
		annotate) grep -qF -- "${line%\}},\"$SHORT\":{" out ;;
		consume) continue ;;
		esac && continue
		echo "this did not come out: $line; but:"
		head -n 5 out
		return 1
	done
}
stayed_in() {
	grep -qF -- "\"id\":\"$1\"" out || return 0
	echo "$1 came out:"
	head -n 5 out
	return 1
}

# wait_for COMMAND...: until it is true, a minute at most.
wait_for() {
	local i
	for i in {1..3000}; do
		"$@" > /dev/null 2>&1 && return 0
		sleep 0.02
	done
	echo "waited in vain for: $*"
	"$@"
}

# start_tool ARGUMENT...: in the background, reading from descriptor 7, which stays open; sets PID.
# A background job ignores INT, which a programme keeps so; hence env.
start_tool() {
	rm -f fifo
	mkfifo fifo
	env --default-signal=INT "$BIN/$TOOL" "${ARGS[@]}" "$@" < fifo > out 2> err 3>&- &
	PID=$!
	exec 7> fifo
	wait_for catches_usr1
}
catches_usr1() {
	local mask
	mask=$(sed -n 's/^SigCgt:[[:space:]]*//p' "/proc/$PID/status")
	[ -n "$mask" ] && [ $((16#$mask & 0x200)) -ne 0 ]
}

# end_tool: closes the input; join_tool: waits. Both set STATUS.
end_tool() {
	exec 7>&-
	join_tool
}
join_tool() {
	STATUS=0
	wait "$PID" || STATUS=$?
}

# option_table: COMMAND NAME LETTER KIND DEFAULT WHERE OWNER for all of the programme.
option_table() {
	"$BIN/$TOOL" --completion options
}

# has_option NAME: the filter's command takes it.
has_option() {
	option_table > table
	awk -F'\t' -v c="${ARGS[0]-}" -v o="$1" \
		'($1 == "-" || $1 == c) && $2 == o { found = 1 } END { exit !found }' table
}

# commands: the names of the programme's commands, one a line; nothing if it has none.
commands() {
	option_table | cut -f 1 | uniq | grep -vx -e - || true
}

# Under AddressSanitizer memory figures mean nothing.
is_sanitized() {
	nm "$BIN/$TOOL" 2> /dev/null | grep -q __asan_init
}
