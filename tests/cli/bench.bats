# scripts/bench's own parts: that what it measures is the real thing.

setup() {
	load common
	clean_environment
	TOOLS_BENCH=$BUILD_DIR/tests/bench
}

@test "the generated events are the same every time, and valid" {
	"$TOOLS_BENCH/generate" 1 > one
	"$TOOLS_BENCH/generate" 1 > two
	cmp one two
	[ "$(wc -c < one)" -ge 1000000 ]
	"$TOOLS/record-check" --schema --lines one > judged
	[ "$(grep -c '^accept ' judged)" -eq "$(wc -l < one)" ]
	[ "$(jq -r .id one | sort -u | wc -l)" -eq "$(wc -l < one)" ]
}

@test "the annotating filter adds its key and changes no other byte" {
	"$TOOLS_BENCH/generate" 1 > in
	"$TOOLS_BENCH/annotate" in > out
	sed 's/}$/,"bench":{"seen":true}}/' in | cmp - out
}

@test "its memory does not grow with the file" {
	"$TOOLS_BENCH/generate" 2 > small
	"$TOOLS_BENCH/generate" 20 > large
	read -r _ _ small_kib status < <("$TOOLS_BENCH/measure" -i small "$TOOLS_BENCH/annotate")
	[ "$status" -eq 0 ]
	read -r _ _ large_kib status < <("$TOOLS_BENCH/measure" -i large "$TOOLS_BENCH/annotate")
	[ "$status" -eq 0 ]
	[ "$large_kib" -lt $((small_kib + 2048)) ]
	[ "$large_kib" -lt 16384 ]
}

@test "measure passes the status and the streams on" {
	printf 'x\n' > in
	read -r cpu wall kib status < <("$TOOLS_BENCH/measure" -n 3 -i in -o out -e err sh -c 'cat; echo e >&2; exit 7')
	[ "$status" -eq 7 ]
	[ "$(cat out)" = x ]
	[ "$(cat err)" = e ]
	[ "$kib" -gt 0 ]
	[ "$(awk "BEGIN { print ($cpu >= 0 && $wall > 0) }")" -eq 1 ]
	read -r _ _ _ status < <("$TOOLS_BENCH/measure" sh -c 'kill -TERM $$')
	[ "$status" -eq 143 ]
}

@test "trickle waits for the record itself" {
	"$TOOLS_BENCH/generate" 1 | head -n 20 > in
	run "$TOOLS_BENCH/trickle" 5 in cat , cat
	[ "$status" -eq 0 ]
	[[ $output =~ ^[0-9.]+\ [0-9.]+\ 5$ ]]
	run "$TOOLS_BENCH/trickle" 5 in cat , true
	[ "$status" -eq 71 ]
	run "$TOOLS_BENCH/trickle" 50 in cat
	[[ $output == *'not as many records as rounds' ]]
}

@test "scripts/bench explains itself and refuses what it does not know" {
	run "$ROOT/scripts/bench" --help
	[ "$status" -eq 0 ]
	[[ $output == *--size* && $output == *--quick* && $output == *--check* ]]
	for arg in --no-such --size=x --size=; do
		run "$ROOT/scripts/bench" $arg
		[ "$status" -eq 64 ]
	done
}
