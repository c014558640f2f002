# Exit codes that no other test has a reason to see. tests/torture/exit-codes counts those of all tests.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
}

# COMMANDS: one of each programme that begins to work.
COMMANDS=('aiops-ingest -f ndjson' 'aiops-drift watch' aiops-correlate 'aiops-triage classify' 'aiops-runbook status' 'aiops-audit append' 'aiops-incident list' aiops-http)

@test "71: memory runs out" {
	[ -e "$TOOLS/alloc.so" ] || skip "tests/tools/alloc.so is not built (make test-tools)"
	for command in "${COMMANDS[@]}"; do
		read -ra argv <<< "$command"
		run -71 env ALLOC_MAIN=1 ALLOC_AT=3 ALLOC_EVER=1 LD_PRELOAD="${LD_PRELOAD:+$LD_PRELOAD:}$TOOLS/alloc.so" "${argv[@]}" <<< '{}'
		[ "$output" = 'aiops: error: out of memory' ] || fail "$command: $output"
	done
}
