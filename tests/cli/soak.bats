# The soak in small: the continuous pipeline with its stages ended in turn, and that a stage which drops records is seen.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export TMPDIR=$BATS_TEST_TMPDIR
}

@test "stages that are ended and killed under load lose nothing and do nothing twice" {
	run "$ROOT/tests/torture/soak" 0.15
	[ "$status" -eq 0 ] || fail "$output"
	[ "${lines[-1]}" = 'all held' ]
	[[ $output =~ restarts\ +[1-9] ]]
}

@test "a stage that drops one record in ten is seen" {
	run "$ROOT/tests/torture/soak" --plant drop 0.05
	[ "$status" -eq 1 ]
	[[ $output =~ FAIL\ triage.ndjson:\ at\ least\ once\ .*\ [1-9][0-9]*\ lost ]]
	[[ $output =~ ok\ +correlate.ndjson ]]
}
