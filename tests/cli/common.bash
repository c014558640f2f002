# What every bats file starts from: the built programmes, a clean environment,
# and a folder of its own. Load it first; it moves to $BATS_TEST_TMPDIR.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
case ${BUILD:-build} in
/*) BUILD_DIR=${BUILD:-build} ;;
*) BUILD_DIR=$ROOT/${BUILD:-build} ;;
esac
BIN=$BUILD_DIR/bin
TOOLS=$BUILD_DIR/tests/tools
PROGRAMMES='aiops-ingest aiops-drift aiops-correlate aiops-triage aiops-runbook aiops-audit aiops-incident'

# No configuration, state or variable of the user reaches a test.
clean_environment() {
	local v
	for v in "${!AIOPS_@}"; do
		[ "$v" = AIOPS_DATA ] || unset "$v"
	done
	unset XDG_CONFIG_HOME XDG_STATE_HOME CI COLUMNS
	export HOME=$BATS_TEST_TMPDIR/home LC_ALL=C TZ=UTC0 TERM=dumb
	mkdir -p "$HOME"
	PATH=$BIN:/usr/local/bin:/usr/bin:/bin
	cd "$BATS_TEST_TMPDIR" || return 1
}

# fail TEXT...: the message, and the test ends.
fail() {
	printf '%s\n' "$*" >&2
	return 1
}
