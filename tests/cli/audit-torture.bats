# aiops-audit under blows, a quick round of each kind; `make torture` is the long one. The counts are printed.

setup() {
	load common
	clean_environment
	command -v strace > /dev/null || skip 'strace is missing'
}

# blows PART: of tests/torture/audit, whose lines become this test's.
blows() {
	BUILD=$BUILD_DIR "$ROOT/tests/torture/audit" --quick "$1" > out || { cat out; fail "$1: not all held"; }
	sed -n 's/^ok [0-9]* - /# /p' out >&3
}

@test "audit: killed at any moment" { blows kill; }
@test "audit: power goes" { blows power; }
@test "audit: many writers at once" { blows writers; }
@test "audit: full disk, no descriptors, signals" { blows disk; }

@test "audit: flipped bits and tampering" {
	AIOPS_TORTURE=1 "$BUILD_DIR/tests/unit/store/test_audit_verify" > out 2>&1 || { cat out; fail 'not all were found'; }
	grep '^# ' out >&3
}
