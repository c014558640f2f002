# The contract of every filter (aiops(7)), rule by rule, for all six
# programmes. contract.bash holds the table of programmes; one that is missing
# fails. For one programme: CONTRACT=aiops-drift bats tests/cli/contract.bats
# What only the frame can show (a second signal, what is held back, a
# full pipe) is in frame.bats, on the smallest filter.

setup() {
	load common
	load contract
	clean_environment
}

teardown() {
	exec 7>&- || true
}

# ---- 1 STREAMS ----

reads_stdin_dash_and_files() {
	lines 1 > one.ndjson
	lines 2 > two.ndjson
	run_tool < one.ndjson
	expect 0
	came_out "$(record 1)"
	run_tool two.ndjson - < one.ndjson
	expect 0
	came_out "$(record 1)" "$(record 2)"
	[ "$MODE" = consume ] || [ "$(grep -o '"id":"s-[12]"' out | tr -d '\n')" = '"id":"s-2""id":"s-1"' ]
}
@test "1 reads stdin, - and files, in their order" { each reads_stdin_dash_and_files; }

refuses_a_terminal() {
	script -qec "$BIN/$TOOL ${ARGS[*]}; echo status=\$?" /dev/null < /dev/null > out
	cat out
	grep -q 'status=64' out
	grep -q "^usage: $TOOL" out
	grep -q "^try '$TOOL --help'" out
}
@test "1 a terminal as input and no file: usage, 64" { each refuses_a_terminal; }

keeps_stdout_to_records() {
	{ lines 1; echo '[1]'; lines 2; } > in
	run_tool -vv --stats --progress always < in
	expect 3
	[ -z "$(jq -c 'select(type != "object")' out)" ]
	said rejected
	grep '"kind":"stats"' err | jq -e '.tool and .records >= 2 and .rejected == 1' > /dev/null
}
@test "1 messages, statistics and progress stay out of stdout" { each keeps_stdout_to_records; }

# ---- 2 INPUT ----

takes_crlf_and_a_missing_last_newline() {
	{ record 1; printf '\r\n'; record 2; printf '\r\n'; record 3; } > in
	run_tool < in
	expect 0
	nothing err
	came_out "$(record 3)"
	[ "$MODE" != pass ] || { cat in; echo; } | cmp - out
	[ "$MODE" != annotate ] || came_out "$(record 1)" "$(record 2)"
	[ "$(tail -c 1 out | od -An -c | tr -d ' ')" = '\n' ] || [ ! -s out ]
}
@test "2 CR LF and a missing last newline are accepted" { each takes_crlf_and_a_missing_last_newline; }

ignores_blank_lines() {
	{ echo; lines 1; printf ' \t\r\n\n'; lines 2; echo; } > in
	run_tool < in
	expect 0
	nothing err
	came_out "$(record 1)" "$(record 2)"
	{ lines 1; echo; lines 2; } > in
	run_tool --strict < in
	expect 65
	said "stdin:2: rejected (blank)"
}
@test "2 blank lines are ignored, and rejected with --strict" { each ignores_blank_lines; }

# refuses CODE FORMAT: a line made by printf is rejected with that code, its neighbours are not.
refuses() {
	rm -f dead
	printf "$2" > bad
	{ lines 1; cat bad; echo; lines 2; } > in
	run_tool --dead-letter dead < in
	expect 3
	said "stdin:2: rejected ($1)"
	said "1 of 3 records rejected"
	came_out "$(record 1)" "$(record 2)"
	jq -e --arg tool "$TOOL" --arg code "$1" '.kind == "dead_letter" and .tool == $tool and .code == $code
		and .source == "stdin" and .line == 2 and (.message | length > 0)' dead > /dev/null
	if jq -e 'has("raw_b64")' dead > /dev/null; then
		jq -r .raw_b64 dead | base64 -d | cmp - bad
	else
		[ "$(jq .raw dead)" = "$(jq -Rs . < bad)" ] || cmp <(jq -j .raw dead) bad
	fi
	[ "$(wc -l < dead)" -eq 1 ]
}
refuses_bad_lines() {
	refuses not_object '[{"kind":"alert"}]'
	refuses not_object '"text"'
	refuses not_object '17'
	refuses syntax '{"a":tru}'
	refuses syntax '{"a":1}{"b":2}'
	refuses syntax '{"a":01}'
	refuses syntax '{"a":1,}'
	refuses syntax '{"a":1'
	refuses syntax '{"a":NaN}'
	refuses utf8 '{"a":"\xff"}'
	refuses utf8 '{"a":"\xc0\xaf"}'
	refuses utf8 '{"a":"\xed\xa0\x80"}'
	refuses duplicate_key '{"a":1,"a":2}'
	refuses duplicate_key '{"a":1,"\\u0061":2}'
	refuses duplicate_key '{"x":[{"y":{"b":1,"c":2,"b":3}}]}'
}
@test "2 what is no record is rejected by its reason, kept, and its neighbours go on" { each refuses_bad_lines; }

refuses_nul() {
	{ lines 1; printf '{"a":1}\0\n'; printf '{"a\0b":1}\n'; lines 2; } > in
	run_tool --dead-letter dead < in
	expect 3
	said "stdin:2: rejected (nul)"
	said "stdin:3: rejected (nul)"
	came_out "$(record 1)" "$(record 2)"
	[ "$(jq -r .code dead | uniq -c | tr -d ' ')" = 2nul ]
}
@test "2 a NUL byte is refused wherever it stands" { each refuses_nul; }

# nested DEPTH: a record whose deepest container is the DEPTH-th.
nested() {
	local arrays=$(($1 - 1))
	record deep | sed 's/}$/,"deep":/'
	printf "%${arrays}s" '' | tr ' ' '['
	printf "%${arrays}s}\n" '' | tr ' ' ']'
}
counts_depth() {
	nested 64 > in
	run_tool < in
	expect 0
	came_out "$(cat in)"
	{ nested 65; nested 100000; lines 2; } > in
	run_tool < in
	expect 3
	said "stdin:1: rejected (depth)"
	said "stdin:2: rejected (depth)"
	came_out "$(record 2)"
}
@test "2 64 levels are accepted, 65 are not, 100,000 do no harm" { each counts_depth; }

limits_lines() {
	{ padded 2048; echo; padded 2049; echo; lines 1; } > in
	run_tool --max-record 2K --dead-letter dead < in
	expect 3
	came_out "$(padded 2048)" "$(record 1)"
	said "stdin:2: rejected (too_long)"
	jq -e '.raw_cut and (.raw | length == 2048)' dead > /dev/null
	{ padded 1048576; echo; padded 1048577; } > in
	run_tool < in
	expect 3
	said "stdin:2: rejected (too_long)"
	said "1 of 2 records rejected"
}
@test "2 lines over --max-record are rejected, the byte before is not" { each limits_lines; }

bounds_memory() {
	start_tool --max-record 64K
	{ head -c 268435456 /dev/zero | tr '\0' x; echo; } >&7
	lines 1 >&7
	wait_for grep -q too_long err
	local kb
	kb=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$PID/status")
	end_tool
	expect 3
	came_out "$(record 1)"
	is_sanitized || [ "$kb" -lt 16384 ] || { echo "peak memory $kb kB"; return 1; }
}
@test "2 a line of 256 MiB is drained in less than 16 MiB" { each bounds_memory; }

# ---- 3 OUTPUT ----

passes_bytes_on() {
	lines {1..300} > in
	run_tool < in
	expect 0
	case $MODE in
	pass) cmp in out ;;
	annotate) sed -E "s/,\"$SHORT\":\{[^{}]*\}\}\$/}/" out | cmp in - ;;
	esac
}
@test "3 what passes keeps every byte and its place" { each passes_bytes_on; }

accepts_long_integers() {
	{ record 1 | sed "s/}\$/,\"big\":-$(printf '9%.0s' {1..500}),\"tiny\":1e-9999,\"huge\":1E+9999}/"; echo; } > in
	run_tool < in
	expect 0
	came_out "$(cat in)"
}
@test "3 numbers of any length pass verbatim" { each accepts_long_integers; }

# ---- 4 OPTIONS ----

# usage_error TEXT ARGUMENT...: 64, one line with TEXT and the hint, nothing on stdout.
usage_error() {
	local text=$1
	shift
	run_tool "$@" < /dev/null
	expect 64
	nothing out
	said "$TOOL: error: $text"
	[ "$(tail -n 1 err)" = "try '$TOOL --help'" ]
	[ "$(wc -l < err)" -eq 2 ]
}
refuses_options() {
	usage_error "unknown option '--frobnicate'" --frobnicate
	usage_error "unknown option '--strickt' (did you mean '--strict'?)" --strickt
	usage_error "unknown option '-Z'" -Z
	usage_error "option '--tolerate' needs an argument" --tolerate
	usage_error "option '--strict' takes no argument" --strict=yes
	usage_error "--tolerate: 'some' is not a whole number" --tolerate some
	usage_error "--max-record: '5X' is not a size" --max-record 5X
	usage_error "--max-record: 0 is out of range" --max-record 0
	usage_error "--progress: 'often' is not one of auto, always, never" --progress often
}
@test "4 unknown options and bad values: 64, one line, did you mean, and where help is" { each refuses_options; }

refuses_abbreviations() {
	usage_error "unknown option '--stric' (did you mean '--strict'?)" --stric
	usage_error "unknown option '--dead' (did you mean '--dead-letter'?)" --dead x
	usage_error "unknown option '--max-rec' (did you mean '--max-record'?)" --max-rec=1M
	usage_error "unknown option '--versio' (did you mean '--version'?)" --versio
}
@test "4 options are not abbreviated" { each refuses_abbreviations; }

refuses_what_means_nothing() {
	local o
	for o in exit-status state db now; do
		has_option $o && continue
		applies
		run_tool --$o=x < /dev/null
		expect 64
	done
}
@test "4 a common option that means nothing to a command is refused" { each refuses_what_means_nothing; was_applied; }

mixes_operands_and_options() {
	lines 1 > one.ndjson
	lines 2 > ./-two.ndjson
	run_tool one.ndjson --stats -- -two.ndjson < /dev/null
	expect 0
	came_out "$(record 1)" "$(record 2)"
	said '"kind":"stats"'
}
@test "4 options may stand behind operands, -- ends them" { each mixes_operands_and_options; }

knows_its_commands() {
	[ -n "$(commands)" ] || return 0
	applies
	ARGS=()
	usage_error "no command was given"
	usage_error "unknown command 'frobnicate'" frobnicate
	usage_error "unknown command '$(commands | head -n 1)x' (did you mean '$(commands | head -n 1)'?)" \
		"$(commands | head -n 1)x"
}
@test "4 a missing or unknown command: 64" { each knows_its_commands; was_applied; }

# takes_long STATUS NAME=VALUE... -- ARGUMENT...: a record of 2,000 bytes under these settings. It
# is rejected (3) where the limit that counts is 1K.
takes_long() {
	local status=$1
	local -a vars=()
	shift
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		vars+=("$1")
		shift
	done
	shift
	padded 2000 > in
	STATUS=0
	env "${vars[@]}" "$BIN/$TOOL" "${ARGS[@]}" "$@" < in > out 2> err || STATUS=$?
	expect "$status"
}
ranks_sources() {
	local own=AIOPS_${SHORT^^}_MAX_RECORD
	printf 'common:\n  max_record: 1K\n' > common.yaml
	printf 'common:\n  max_record: 1K\n%s:\n  max_record: 4K\n' "$SHORT" > own.yaml
	printf '%s:\n  max_record: 1K\n' "$SHORT" > small.yaml
	takes_long 0 --
	takes_long 3 -- -c common.yaml
	takes_long 0 -- -c own.yaml
	takes_long 3 -- -c small.yaml
	takes_long 0 AIOPS_MAX_RECORD=4K -- -c small.yaml
	takes_long 3 AIOPS_MAX_RECORD=1K -- -c own.yaml
	takes_long 0 AIOPS_MAX_RECORD=1K "$own=4K" --
	takes_long 3 AIOPS_MAX_RECORD=4K "$own=1K" --
	takes_long 0 "$own=1K" -- --max-record 4K
	takes_long 3 "$own=4K" -- --max-record 1K
	takes_long 3 AIOPS_MAX_RECORD= -- -c small.yaml
	takes_long 3 AIOPS_CONFIG=common.yaml --
	takes_long 0 AIOPS_CONFIG=common.yaml -- -c own.yaml
}
@test "4 option over variable over file over default, the programme's own name over the common one" { each ranks_sources; }

finds_the_default_file() {
	mkdir -p "$HOME/.config/aiops" xdg/aiops
	printf 'common:\n  max_record: 1K\n' > "$HOME/.config/aiops/config.yaml"
	printf 'common:\n  max_record: 4K\n' > xdg/aiops/config.yaml
	takes_long 3 --
	takes_long 0 "XDG_CONFIG_HOME=$PWD/xdg" --
	takes_long 0 "XDG_CONFIG_HOME=$PWD/none" --
	takes_long 3 XDG_CONFIG_HOME=xdg --
	takes_long 3 -- -v
	said "info: configuration: $HOME/.config/aiops/config.yaml"
}
@test "4 the configuration file is found under XDG_CONFIG_HOME or ~/.config" { each finds_the_default_file; }

names_a_bad_variable() {
	STATUS=0
	AIOPS_MAX_RECORD=soon "$BIN/$TOOL" "${ARGS[@]}" < /dev/null > out 2> err || STATUS=$?
	expect 64
	said "error: AIOPS_MAX_RECORD: 'soon' is not a size"
}
@test "4 a bad value in the environment is told with its variable, 64" { each names_a_bad_variable; }

# bad_config YAML POSITION TEXT
bad_config() {
	printf "$1" > c.yaml
	run_tool -c c.yaml < /dev/null
	expect 78
	nothing out
	said "$TOOL: error: c.yaml:$2: $3"
}
tells_mistakes_in_the_configuration() {
	bad_config 'common:\n  max_rekord: 1M\n' 2:3 "unknown key 'max_rekord' (did you mean 'max_record'?)"
	bad_config "$SHORT:\n  strickt: true\n" 2:3 "unknown key 'strickt' (did you mean 'strict'?)"
	bad_config 'comon:\n  strict: true\n' 1:1 "unknown key 'comon' (did you mean 'common'?)"
	bad_config 'common:\n  max_record: soon\n' 2:15 "max_record: 'soon' is not a size"
	bad_config 'common:\n  strict: maybe\n' 2:11 'strict: expected true or false'
	bad_config 'common:\n  max_record:\n' 2:3 'max_record: no value'
	bad_config 'common:\n  strict: true\n  strict: true\n' 3:3 "duplicate key 'strict'"
	bad_config 'common: [\n' 2:1 ''
	bad_config 'common: &a {strict: true}\n' 1:9 'anchors'
	bad_config "$SHORT: [1]\n" 1:$((${#SHORT} + 3)) 'expected a map'
}
@test "4 a mistake in the configuration: file, line, column, did you mean, 78" { each tells_mistakes_in_the_configuration; }

accepts_parts_of_others() {
	local s
	for s in ingest drift correlate triage runbook audit; do
		[ "$s" = "$SHORT" ] || printf '%s:\n  some_key_of_it: 1\n' "$s"
	done > c.yaml
	printf 'approvers: []\n' >> c.yaml # a section that aiops-runbook declares
	run_tool -c c.yaml < /dev/null
	expect 0
	: > c.yaml
	run_tool -c c.yaml < /dev/null
	expect 0
	run_tool -c missing.yaml < /dev/null
	expect 66
	said "missing.yaml"
	STATUS=0
	AIOPS_CONFIG=missing.yaml "$BIN/$TOOL" "${ARGS[@]}" < /dev/null > out 2> err || STATUS=$?
	expect 66
	run_tool -c . < /dev/null
	expect 66
}
@test "4 the parts of other programmes are theirs; a named file that is missing: 66" { each accepts_parts_of_others; }

# ---- 5 HELP ----

helps() {
	run_tool --help < /dev/null
	expect 0
	nothing err
	cp out help
	grep -q "^usage: $TOOL" help
	grep -q '^Exit status:' help
	grep -q '^Examples:' help
	[ -z "$(awk 'length > 100' help)" ]
	has_option strict
	awk -F'\t' -v c="${ARGS[0]-}" '$1 == "-" || $1 == c { print $2 }' table | while read -r name; do
		grep -qE -- "--$name( |\$)" help || { echo "help lacks --$name"; exit 1; }
	done
	awk -F'\t' -v c="${ARGS[0]-}" '($1 == "-" || $1 == c) && $5 != "-" { print $2, $5 }' table | while read -r name value; do
		tr '\n' ' ' < help | tr -s ' ' | grep -qF -- "(default: $value)" || { echo "help lacks the default of --$name"; exit 1; }
	done
	run_tool -h < /dev/null
	cmp out help
}
@test "5 --help: usage, every option with its default, examples, exit status" { each helps; }

helps_with_commands() {
	local c
	[ -n "$(commands)" ] || return 0
	applies
	ARGS=()
	run_tool --help
	expect 0
	cp out help
	for c in $(commands); do
		grep -q "^  $c" help || { echo "help lacks command $c"; return 1; }
		"$BIN/$TOOL" "$c" --help > out 2> err
		grep -q "^usage: $TOOL $c" out
	done
}
@test "5 --help of a programme lists its commands, each has its own" { each helps_with_commands; was_applied; }

tells_its_version() {
	local version
	version=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
	ARGS=()
	run_tool --version
	expect 0
	[ "$(cat out)" = "$TOOL $version" ]
	run_tool -V
	[ "$(cat out)" = "$TOOL $version" ]
}
@test "5 --version is the Makefile's" { each tells_its_version; }

completes_in_bash() {
	local first
	"$BIN/$TOOL" --completion bash > script
	bash -n script
	. ./script
	local -a COMP_WORDS=("$TOOL" "${ARGS[0]-}" --dead)
	[ -n "${ARGS[0]-}" ] && [[ ${ARGS[0]} != -* ]] || COMP_WORDS=("$TOOL" --dead)
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	"_${TOOL//-/_}"
	[ "${COMPREPLY[*]}" = --dead-letter ] || { echo "completed to: ${COMPREPLY[*]}"; return 1; }
	COMP_WORDS[COMP_CWORD]=--progress
	COMP_WORDS+=(al)
	COMP_CWORD=$((COMP_CWORD + 1))
	"_${TOOL//-/_}"
	[ "${COMPREPLY[*]}" = always ] || { echo "completed to: ${COMPREPLY[*]}"; return 1; }
	touch 'a file'
	COMP_WORDS[COMP_CWORD - 1]=--dead-letter
	COMP_WORDS[COMP_CWORD]=a
	"_${TOOL//-/_}"
	[ "${COMPREPLY[*]}" = 'a file' ] || { echo "completed to: ${COMPREPLY[*]}"; return 1; }
	first=$(commands | head -n 1)
	[ -n "$first" ] || return 0
	COMP_WORDS=("$TOOL" "${first:0:2}") COMP_CWORD=1
	"_${TOOL//-/_}"
	printf '%s\n' "${COMPREPLY[@]}" | grep -qx "$first"
}
@test "5 completion for bash completes commands, options, words and files" { each completes_in_bash; }

completes_elsewhere() {
	local shell
	for shell in zsh fish; do
		"$BIN/$TOOL" --completion $shell > script
		[ -s script ]
		option_table | cut -f 2 | sort -u | while read -r name; do
			grep -qE -- "(--| -l )$name([^a-z-]|\$)" script || { echo "$shell lacks --$name"; exit 1; }
		done
		if command -v $shell > /dev/null; then $shell -n script; fi
	done
	usage_error "--completion: 'csh' is not one of" --completion csh
}
@test "5 completion for zsh and fish names every option" { each completes_elsewhere; }

manual_lists_options() {
	local page
	mandoc -Tascii "$ROOT/man/$TOOL.1" | col -b > page
	mandoc -Tascii "$ROOT/man/aiops.7" | col -b > overview
	option_table > table
	awk -F'\t' '{ print ($7 == "own" ? "page" : "overview"), $2, $3 }' table | sort -u > wanted
	while read -r page name letter; do
		grep -qE -- "--$name([^a-z-]|\$)" $page || { echo "manual ($page) lacks --$name"; return 1; }
		[ "$letter" = - ] || grep -qE -- "(^|[^-a-zA-Z])-$letter([^a-z]|\$)" $page || { echo "manual ($page) lacks -$letter"; return 1; }
	done < wanted
	for c in $(commands); do
		grep -qw -- "$c" page || { echo "manual lacks command $c"; return 1; }
	done
	mandoc -Tlint -Wwarning "$ROOT/man/$TOOL.1"
}
@test "5 the manual lists every option and command of the table" { each manual_lists_options; }

# ---- the example configuration ----

# example_keys: SECTION KEY VALUE of share/config.example.yaml; a key that stands commented has value "-".
example_keys() {
	awk '/^[a-z0-9_]+:/ { section = $1; sub(/:.*/, "", section); next }
		/^  [a-z0-9_]+:( |$)/ { key = $1; sub(/:$/, "", key); value = $0; sub(/^  [a-z0-9_]+: */, "", value); print section, key, value; next }
		/^  #[a-z0-9_]+: / { key = substr($1, 2); sub(/:$/, "", key); print section, key, "-" }' "$ROOT/share/config.example.yaml"
}

example_holds_every_option() {
	example_keys > example
	option_table > table
	awk -F'\t' -v own="$SHORT" '$6 == "file" || $6 == "part" {
		key = $2; gsub(/-/, "_", key)
		value = $5
		if (value == "-" && $4 == "flag") value = "false"
		if (value == "-" && $4 == "count") value = "0"
		print ($7 == "own" || $6 == "part" ? own : "common"), key, value }' table | sort -u > wanted
	cut -d ' ' -f 1,2 wanted | uniq -d > conflicts
	nothing conflicts
	while read -r line; do
		grep -qxF -- "$line" example || { echo "share/config.example.yaml lacks: $line"; return 1; }
	done < wanted
	awk -v own="$SHORT" '$1 == own' example | while read -r line; do
		grep -qxF -- "$line" wanted || { echo "share/config.example.yaml has, but the table has not: $line"; exit 1; }
	done
}
@test "6 share/config.example.yaml holds every option with its default" { each example_holds_every_option; }

example_changes_nothing() {
	{ lines 1; echo '[1]'; lines 2; } > in
	run_tool < in
	expect 3
	mv out plain.out
	mv err plain.err
	rm -f ./*.db*
	run_tool -c "$ROOT/share/config.example.yaml" < in
	expect 3
	cmp err plain.err
	[ "$MODE" = annotate ] || cmp out plain.out
}
@test "6 the example configuration is accepted and changes nothing" { each example_changes_nothing; }

# ---- 6 EXIT, 7 REJECTS ----

ends_with_0_on_nothing() {
	run_tool < /dev/null
	expect 0
	[ -z "$(jq -c 'select(.kind != "drift")' out)" ]
}
@test "6 no input at all: 0" { each ends_with_0_on_nothing; }

goes_on_behind_an_unreadable_file() {
	lines 1 > one.ndjson
	mkdir dir.ndjson
	run_tool missing.ndjson one.ndjson dir.ndjson < /dev/null
	expect 66
	said "$TOOL: error: cannot open 'missing.ndjson': No such file or directory"
	said "cannot read dir.ndjson"
	came_out "$(record 1)"
	run_tool --strict missing.ndjson one.ndjson < /dev/null
	expect 66
	stayed_in s-1
}
@test "6 an unreadable input: 66, the others are read; --strict stops" { each goes_on_behind_an_unreadable_file; }

shows_five_and_the_total() {
	{ for i in 1 2 3 4 5 6 7 8; do echo "[$i]"; done; lines 1 2; } > in
	run_tool < in
	expect 3
	[ "$(grep -c "^$TOOL: warning: stdin:[1-5]: rejected (not_object): " err)" -eq 5 ]
	unsaid "stdin:6"
	said "$TOOL: error: 8 of 10 records rejected: 8 not_object"
	came_out "$(record 1)" "$(record 2)"
}
@test "7 the first five rejects are shown, then the total" { each shows_five_and_the_total; }

tolerates() {
	local limit
	{ echo '[1]'; echo '{'; lines 1 2 3 4 5 6 7 8; } > in
	for limit in 2 3 20% 20.5% 100%; do
		run_tool --tolerate $limit < in
		expect 0
		said "$TOOL: warning: 2 of 10 records rejected: 1 not_object, 1 syntax"
	done
	for limit in 0 1 0% 19.9%; do
		run_tool --tolerate $limit < in
		expect 3
	done
	for limit in '' -1 101% x 1.5; do
		run_tool --tolerate "$limit" < in
		expect 64
	done
}
@test "7 --tolerate N and N%" { each tolerates; }

stops_when_strict() {
	{ lines 1; echo '[1]'; lines 2; } > in
	run_tool --strict --dead-letter dead < in
	expect 65
	said "$TOOL: error: stdin:2: rejected (not_object): "
	unsaid warning
	came_out "$(record 1)"
	stayed_in s-2
	[ "$(wc -l < dead)" -eq 1 ]
}
@test "7 --strict stops at the first, 65, and what came before it is out" { each stops_when_strict; }

keeps_dead_letters() {
	{ lines 1; echo '[1]'; } > in
	run_tool --dead-letter dead < in
	run_tool --dead-letter dead < in
	[ "$(wc -l < dead)" -eq 2 ]
	run_tool --dead-letter /dev/full < in
	expect 74
	said "/dev/full"
	run_tool --dead-letter none/dead < in
	expect 73
	said "none/dead"
	nothing out
}
@test "7 dead letters are appended; a failing file is fatal (73, 74)" { each keeps_dead_letters; }

# ---- 8 BUFFER, 9 SIGPIPE ----

trickles() {
	[ "$MODE" != consume ] || return 0
	start_tool
	record 1 >&7
	echo >&7
	wait_for came_out "$(record 1)"
	record 2 >&7
	echo >&7
	wait_for came_out "$(record 2)"
	end_tool
	expect 0
}
@test "8 a record comes out before the next one is there" { each trickles; }

flushes_every_record() {
	local with without
	[ "$MODE" = pass ] || return 0
	lines {1..20} > in
	start_tool -u
	cat in >&7
	wait_for came_out "$(record 20)"
	with=$(sed -n 's/^syscw: //p' "/proc/$PID/io")
	end_tool
	start_tool
	cat in >&7
	wait_for came_out "$(record 20)"
	without=$(sed -n 's/^syscw: //p' "/proc/$PID/io")
	end_tool
	applies
	[ $((with - without)) -ge 15 ] || { echo "writes with -u $with, without $without"; return 1; }
}
@test "8 -u writes every record by itself" { each flushes_every_record; was_applied; }

reports_a_full_disk() {
	cat ref.ndjson > in
	STATUS=0
	"$BIN/$TOOL" "${ARGS[@]}" < in > /dev/full 2> err || STATUS=$?
	expect 74
	said "$TOOL: error: cannot write standard output: No space left on device"
	STATUS=0
	"$BIN/$TOOL" --help > /dev/full 2> err || STATUS=$?
	expect 74
}
@test "8 standard output on a full disk: 74" { each reports_a_full_disk; }

# Runs the filter with a reader of its output that takes one line; sets STATUS.
into_head() {
	STATUS=0
	{ sleep 0.1; cat in; } | { "$@" 2> err && echo 0 > status || echo $? > status; } | head -n "$N" > out
	STATUS=$(cat status)
}
dies_by_sigpipe() {
	cat ref.ndjson > in
	lines {1..1000} >> in
	for N in 0 1; do
		[ "$N" = 0 ] || [ "$MODE" != consume ] || continue
		into_head "$BIN/$TOOL" "${ARGS[@]}"
		expect 141
		nothing err
		into_head bash -c 'trap "" PIPE; exec "$@"' - "$BIN/$TOOL" "${ARGS[@]}"
		expect 141
		nothing err
		[ "$(wc -l < out)" -eq "$N" ]
	done
}
@test "9 when the reader goes away: 141, silently, also if the parent ignores SIGPIPE" { each dies_by_sigpipe; }

@test "9 aiops-audit stores all of its input when the reader goes away" {
	choose 'aiops-audit append --db audit.db|annotate|'
	fresh_folder
	lines {1..1000} > in
	N=1 into_head "$BIN/$TOOL" "${ARGS[@]}"
	expect 141
	[ "$("$BIN/aiops-audit" query --db audit.db | wc -l)" -eq 1000 ]
}

# ---- 10 SIGNALS ----

ends_by_signal() {
	local sig
	for sig in INT TERM; do
		start_tool
		lines 1 >&7
		wait_for came_out "$(record 1)"
		kill -s $sig "$PID"
		join_tool
		expect $((128 + $(kill -l $sig)))
		came_out "$(record 1)"
		nothing err
		exec 7>&-
	done
}
@test "10 INT and TERM: what was read is out, then death by that signal" { each ends_by_signal; }

saves_state_on_a_signal() {
	has_option state || return 0
	applies
	start_tool --state state.json
	lines 1 >&7
	wait_for came_out "$(record 1)"
	kill -s TERM "$PID"
	join_tool
	expect 143
	jq -e . state.json > /dev/null
}
@test "10 TERM saves the state" { each saves_state_on_a_signal; was_applied; }

prints_stats_on_usr1() {
	start_tool
	lines 1 >&7
	wait_for came_out "$(record 1)"
	[ "$MODE" != consume ] || sleep 0.1
	kill -s USR1 "$PID"
	wait_for grep -q '"kind":"stats"' err
	jq -e --arg tool "$TOOL" '.tool == $tool and .records == 1 and .rejected == 0' err > /dev/null
	lines 2 >&7
	end_tool
	expect 0
	came_out "$(record 2)"
	[ "$(grep -c '"kind":"stats"' err)" -eq 1 ]
}
@test "10 USR1 prints the statistics and goes on" { each prints_stats_on_usr1; }

# ---- 11 MESSAGES ----

escapes_messages() {
	run_tool $'a\e[31mb\rc\xc2\x9bd\xe2\x80\xae\xff' < /dev/null
	expect 66
	said "cannot open 'a\\x1B[31mb\\x0Dc\\u009Bd\\u202E\\xFF': No such file"
	[ -z "$(LC_ALL=C tr -d '\n -~' < err)" ]
	printf '{"\\u001b[2J":1,"\\u001b[2J":2}\n' > in
	run_tool < in
	expect 3
	[ -z "$(LC_ALL=C tr -d '\n -~' < err)" ]
}
@test "11 control bytes of file names and input are escaped" { each escapes_messages; }

forges_no_message() {
	run_tool $'a\naiops-x: error: forged' < /dev/null
	expect 66
	said "cannot open 'a aiops-x: error: forged': No such file"
	[ "$(wc -l < err)" -eq 1 ]
	AIOPS_LOG=json run_tool $'a\nb\xc2\x9bc\xe2\x80\xae' < /dev/null
	[ "$(wc -l < err)" -eq 1 ]
	[ -z "$(LC_ALL=C tr -d '\n -~' < err)" ]
	jq -e '.message | contains("a\nb\u009bc\u202e")' err > /dev/null
}
@test "11 no text forges a message, or reaches a terminal through one in JSON" { each forges_no_message; }

writes_json_messages() {
	{ lines 1; echo '[1]'; } > in.ndjson
	export AIOPS_LOG=json
	run_tool -v in.ndjson missing.ndjson < /dev/null
	expect 66
	[ "$(jq -c 'select((.level | IN("error", "warning", "info")) and .tool == "'"$TOOL"'" and .message)' err | wc -l)" -eq "$(wc -l < err)" ]
	jq -s -e 'any(.level == "warning" and .where == "in.ndjson:2")' err > /dev/null
	run_tool --frobnicate < /dev/null
	expect 64
	jq -e '.message == "unknown option '"'--frobnicate'"'" and .hint' err > /dev/null
}
@test "11 AIOPS_LOG=json: one object a message" { each writes_json_messages; }

is_quiet() {
	{ lines 1; echo '[1]'; } > in
	run_tool -q --tolerate 1 < in
	expect 0
	nothing err
	run_tool -q < in
	expect 3
	unsaid warning
	said "$TOOL: error: 1 of 2 records rejected"
	run_tool < /dev/null
	nothing err
}
@test "11 -q leaves errors only; silent when all is well" { each is_quiet; }

# ---- 12 STABLE, 13 PROGRESS, 14 SAFETY ----

is_stable() {
	local -a now=()
	[ "$MODE" != annotate ] || return 0
	applies
	if has_option now; then now=(--now 2026-11-21T10:00:00Z); fi
	cat ref.ndjson > in
	lines {1..50} >> in
	run_tool "${now[@]}" < in
	expect 0
	cp out first
	STATUS=0
	LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 TZ=America/New_York "$BIN/$TOOL" "${ARGS[@]}" "${now[@]}" < in > out 2> err || STATUS=$?
	expect 0
	cmp first out
	[ -s out ]
}
@test "12 the same input gives the same bytes in any locale and zone (salts of the audit log excepted)" { each is_stable; was_applied; }

draws_no_bar_into_a_file() {
	lines {1..50} > in
	TERM=xterm run_tool --progress always < in
	expect 0
	nothing err
}
@test "13 no progress bar where no terminal is" { each draws_no_bar_into_a_file; }

survives_closed_descriptors() {
	cat ref.ndjson > in
	lines 1 >> in
	STATUS=0
	"$BIN/$TOOL" "${ARGS[@]}" > out 2> err <&- || STATUS=$?
	expect 66
	said "cannot read stdin: Bad file descriptor"
	STATUS=0
	"$BIN/$TOOL" "${ARGS[@]}" < in 2> err >&- || STATUS=$?
	expect 74
	said "cannot write standard output"
	STATUS=0
	"$BIN/$TOOL" "${ARGS[@]}" < in > out 2>&- || STATUS=$?
	: > err
	expect 0
	came_out "$(record 1)"
	STATUS=0
	"$BIN/$TOOL" "${ARGS[@]}" <&- >&- 2>&- || STATUS=$?
	[ "$STATUS" = 66 ] || [ "$STATUS" = 74 ]
	# A file that is opened must not become standard output or standard error.
	echo '[1]' >> in
	cp in in.ndjson
	"$BIN/$TOOL" "${ARGS[@]}" --dead-letter dead in.ndjson <&- >&- 2>&- || true
	jq -e '.kind == "dead_letter"' dead > /dev/null
	[ "$(wc -l < dead)" -eq 1 ]
}
@test "14 closed standard descriptors harm no file: 66, 74, or nothing" { each survives_closed_descriptors; }

# ---- 15 BARRIER ----

obeys_a_barrier() {
	local barrier='{"_barrier":{"offset":12345678901234567890,"x":0.10},"y":"\/"}'
	local -a state=()
	if has_option state; then
		applies
		state=(--state state.json)
	fi
	start_tool "${state[@]}"
	lines 1 >&7
	echo "$barrier" >&7
	wait_for grep -qxF -- "$barrier" out
	came_out "$(record 1)"
	[ "$(tail -n 1 out)" = "$barrier" ]
	[ ${#state[@]} -eq 0 ] || jq -e . state.json > /dev/null
	lines 2 >&7
	end_tool
	expect 0
	came_out "$(record 2)"
}
@test "15 a barrier comes out with all before it, and the state is saved" { each obeys_a_barrier; was_applied; }

passes_control_lines() {
	local watermark='{"_watermark":"2026-11-21T09:00:00Z"}' other='{"_later":{"n":1.0}}'
	{ lines 1; echo "$watermark"; echo "$other"; echo '{"_barrier":1'; echo '{"_barrier":2}{}'; lines 2; } > in
	run_tool < in
	expect 3
	grep -qxF -- "$watermark" out
	grep -qxF -- "$other" out
	said "stdin:4: rejected (syntax)"
	said "stdin:5: rejected (syntax)"
	said "2 of 4 records rejected"
}
@test "15 other control lines pass unchanged; a broken one is rejected" { each passes_control_lines; }
