#!/usr/bin/env bats
# The README's pipeline prints what the README says.

@test "readme: the pipeline and its output" {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	# The indented block behind "## One pipeline" up to "prints", and the one after it.
	awk '/^## One pipeline/ { on = 1 } /^prints$/ { exit } on && /^    / { print substr($0, 5) }' README.md \
		> "$BATS_TEST_TMPDIR/commands"
	awk '/^prints$/ { on = 1; next } on && /^[^ ]/ { exit } on && /^    / { print substr($0, 5) }' README.md \
		> "$BATS_TEST_TMPDIR/expected"
	[ -s "$BATS_TEST_TMPDIR/commands" ] && [ -s "$BATS_TEST_TMPDIR/expected" ]
	bash -euo pipefail "$BATS_TEST_TMPDIR/commands" > "$BATS_TEST_TMPDIR/out"
	diff "$BATS_TEST_TMPDIR/expected" "$BATS_TEST_TMPDIR/out"
}

@test "readme: every program of the table has its manual, and every path exists" {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	for path in $(grep -oE '`(man|share|lib|scripts)/[^` ]*`|man man/[^`]*' README.md | tr -d '`' | sed 's/^man man/man/'); do
		[ -e "$path" ] || { echo "missing: $path"; return 1; }
	done
	[ "$(grep -c '^| `aiops-' README.md)" -eq "$(find man -name 'aiops-*.1' | wc -l)" ]
}
