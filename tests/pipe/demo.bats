#!/usr/bin/env bats
# scripts/demo on the recording: what it says, and that it leaves nothing behind.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	export TMPDIR=$BATS_TEST_TMPDIR
}

left_behind() {
	find "$TMPDIR" -maxdepth 1 -name 'aiops-demo.*'
	pgrep -a -f "$TMPDIR/aiops-demo" || true
}

@test "demo: from alert to audited fix, and nothing is left behind" {
	scripts/demo --quick > "$TMPDIR/out" 2> "$TMPDIR/err" < /dev/null || { cat "$TMPDIR/out" "$TMPDIR/err"; return 1; }
	[ ! -s "$TMPDIR/err" ] || { cat "$TMPDIR/err"; return 1; }
	grep -q '19 alert records became 1 incident' "$TMPDIR/out"
	grep -q 'type  *connection_exhaustion' "$TMPDIR/out"
	grep -q 'uncalibrated' "$TMPDIR/out"
	grep -q 'similar  *PI-2026-001' "$TMPDIR/out"
	grep -q 'exit 77, refused by policy' "$TMPDIR/out"
	grep -q 'approved, by maria' "$TMPDIR/out"
	grep -q 'verifying -> succeeded' "$TMPDIR/out"
	grep -q '^  verified: chain and tree over' "$TMPDIR/out"
	grep -q '^438 notifications of 23 processes became 1 incident' "$TMPDIR/out"
	grep -q '115 different alerts' "$TMPDIR/out"
	run ! grep -q $'\e' "$TMPDIR/out" # no colour into a file
	[ -z "$(left_behind)" ] || { left_behind; return 1; }
}

@test "demo: TERM in the middle cleans up too" {
	scripts/demo --quick > "$TMPDIR/out" 2>&1 < /dev/null &
	pid=$!
	until grep -q '^1  aiops-ingest' "$TMPDIR/out" 2> /dev/null; do
		kill -0 "$pid" || { cat "$TMPDIR/out"; return 1; }
		sleep 0.05
	done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	[ "$status" -eq 143 ]
	[ -z "$(left_behind)" ] || { left_behind; return 1; }
}

@test "demo: an unknown option is refused with what to do" {
	run scripts/demo --nonsense
	[ "$status" -eq 64 ]
	[[ $output == *"try 'scripts/demo --help'"* ]]
}
