# aiops-runbook killed in the middle, a sample of each kind of blow; `make torture` is the whole. The counts are printed.

setup() {
	load common
	clean_environment
	case ${SAN:-}${LD_PRELOAD:-} in ?*) skip 'the library that kills cannot be preloaded' ;; esac
	! nm "$BIN/aiops-runbook" 2> /dev/null | grep -q __asan_init || skip 'the library that kills and a sanitizer exclude each other'
}

# blows PART: of tests/torture/runbook, whose lines become this test's.
blows() {
	BUILD=$BUILD_DIR "$ROOT/tests/torture/runbook" --quick "$1" > out || { cat out; fail "$1: not all held"; }
	sed -n 's/^ok [0-9]* - /# /p' out >&3
}

@test "runbook: killed at chosen calls" { blows matrix; }
@test "runbook: killed at random moments" { blows random; }
@test "runbook: what steps leave behind" { blows trees; }
@test "runbook: the questions find what a forgetful engine does" { blows control; }
