# Hostile input, a sample of it; `make hostile` is the whole. The tables are printed.

setup() {
	load common
	clean_environment
	[ -x "$BUILD_DIR/tests/bench/measure" ] || skip "tests/bench/measure is not built (make test-tools)"
}

# hostile ARGUMENT...: of tests/torture/hostile, whose lines become this test's.
hostile() {
	BUILD=$BUILD_DIR "$ROOT/tests/torture/hostile" "$@" > out || { cat out; fail "$*: not all held"; }
	sed '/^#/!s/^/# /' out >&3
	[ "$(grep -c '^ok ' out)" -ge 1 ]
}

@test "hostile cases through every programme and each of its inputs" {
	hostile --sample 137 cases
	[ "$(grep -c '^# aiops-' out)" -eq 8 ]
	# of the whole there are so many, without any suite from outside
	[ "$(sed -n 's/^# \([0-9]*\) cases of our own.*/\1/p' out)" -ge 800 ]
}

@test "a line of 1 GiB costs at most 16 MiB" {
	if nm "$BIN/aiops-correlate" 2> /dev/null | grep -q __asan_init; then skip 'memory means nothing under AddressSanitizer'; fi
	hostile --sample 2 --tool correlate huge
}

@test "each planted fault is found out" { hostile control; }
