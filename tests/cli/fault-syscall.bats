# A sample of the points at which tests/torture/fault-syscall has a system call fail; `make faults` has them all. The counts are printed.

setup() {
	load common
	clean_environment
	command -v strace > /dev/null || skip 'strace is missing'
	strace -f -qq -o /dev/null true || skip 'tracing is forbidden here'
	! is_sanitized || skip 'a leak check and a tracer exclude each other'
}

is_sanitized() {
	nm "$BIN/aiops-audit" 2> /dev/null | grep -q __asan_init
}

@test "no failed system call kills, hangs, loses what was acknowledged or tears a file, in any programme" {
	BUILD=$BUILD_DIR "$ROOT/tests/torture/fault-syscall" --sample 300 > out || { cat out; fail 'not all held'; }
	grep -E '^# [0-9]+ points' out >&3
}
