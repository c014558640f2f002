# Each programme with its n-th allocation failing, a fixed sample of the points; `make faults` is the whole. The table is printed.

setup() {
	load common
	clean_environment
	[ -z "${LD_PRELOAD:-}" ] || skip 'another library is preloaded'
	! nm "$BIN/aiops-ingest" 2> /dev/null | grep -q __asan_init || skip 'the library that fails and a sanitizer exclude each other'
}

@test "allocations fail: 500 points, and what is wrong on purpose is found out" {
	BUILD=$BUILD_DIR "$ROOT/tests/torture/fault-alloc" --sample 500 > out 2>&1 || { grep -A 20 '^not ok' out || tail -n 5 out; fail 'not all held'; }
	grep '^#' out >&3
	[ "$(grep -c '^ok .* - control: ' out)" -eq 8 ]
}
