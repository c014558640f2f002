# Golden cases, one loop: tests/golden/<tool>/<case>/ holds
#   args     one argument a line (missing: none)
#   in       standard input (missing: empty)
#   out err  what must come out, byte for byte (missing: empty)
#   status   the exit status (missing: 0)
#   env      NAME=value lines (missing: none)
# and any other input. A case runs in a copy of its folder.
# One case:  GOLDEN=aiops-drift/two-windows bats tests/golden.bats

setup() {
	load cli/common
	clean_environment
}

# Runs the case in folder $1 for programme $2; prints what differs.
run_case() {
	local folder=$1 tool=$2 work want status=0 file
	local -a args=() vars=()
	work=$BATS_TEST_TMPDIR/work
	rm -rf "$work" "$HOME" && mkdir "$HOME" && cp -r "$folder" "$work" && cd "$work" || return 1
	[ -f args ] && mapfile -t args < args
	[ -f env ] && mapfile -t vars < env
	[ -f in ] || : > in
	env "${vars[@]}" "$BIN/$tool" "${args[@]}" < in > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" || status=$?
	want=0
	[ -f status ] && want=$(cat status)
	local bad=0
	if [ "$status" != "$want" ]; then
		echo "exit status $status, expected $want"
		bad=1
	fi
	for file in out err; do
		[ -f "$file" ] || : > "$file"
		cmp -s "$file" "$BATS_TEST_TMPDIR/$file" && continue
		diff -u --label "expected $file" --label "$file" "$file" "$BATS_TEST_TMPDIR/$file"
		bad=1
	done
	return $bad
}

# All cases of one programme; every failing one is named.
run_tool() {
	local tool=$1 folder name bad=0 n=0
	for folder in "$ROOT/tests/golden/$tool"/*/; do
		[ -d "$folder" ] || continue
		name=$tool/$(basename "$folder")
		if [ -n "${GOLDEN-}" ] && [ "$GOLDEN" != "$name" ]; then continue; fi
		n=$((n + 1))
		if ! (run_case "$folder" "$tool") > "$BATS_TEST_TMPDIR/report" 2>&1; then
			echo "FAILED $name"
			sed 's/^/    /' "$BATS_TEST_TMPDIR/report"
			bad=1
		fi
	done
	if [ "$n" -eq 0 ] && [ -z "${GOLDEN-}" ]; then fail "no golden case for $tool"; fi
	return $bad
}

@test "golden: aiops-ingest" { run_tool aiops-ingest; }
@test "golden: aiops-drift" { run_tool aiops-drift; }
@test "golden: aiops-correlate" { run_tool aiops-correlate; }
@test "golden: aiops-triage" { run_tool aiops-triage; }
@test "golden: aiops-runbook" { run_tool aiops-runbook; }
@test "golden: aiops-audit" { run_tool aiops-audit; }

@test "golden: every folder belongs to a programme and is a case" {
	local folder bad=0
	for folder in "$ROOT"/tests/golden/*/; do
		case " $PROGRAMMES " in
		*" $(basename "$folder") "*) ;;
		*) echo "$folder is of no programme"; bad=1 ;;
		esac
	done
	for folder in "$ROOT"/tests/golden/*/*/; do
		[ -d "$folder" ] || continue
		[ -f "$folder/args" ] || [ -f "$folder/in" ] || {
			echo "$folder has neither args nor in"
			bad=1
		}
	done
	return $bad
}
