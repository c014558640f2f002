# Each programme that has a store with the n-th thing that it asks of SQLite failing, at a few points of each workload;
# tests/torture/fault-sql is the whole. The table is printed.

setup() {
	load common
	clean_environment
	[ -z "${LD_PRELOAD:-}" ] || skip 'another library is preloaded'
	! nm "$BIN/aiops-ingest" 2> /dev/null | grep -q __asan_init || skip 'the library that fails and a sanitizer exclude each other'
}

@test "SQLite fails: a documented exit, a sound store, nothing lost or done twice" {
	BUILD=$BUILD_DIR "$ROOT/tests/torture/fault-sql" --points "${FAULT_SQL_POINTS:-4}" > out 2>&1 ||
		{ grep -A 20 '^not ok' out; tail -n 3 out; fail 'not all held'; }
	grep '^#' out >&3
	[ "$(grep -c '^ok ' out)" -ge 30 ]
}
