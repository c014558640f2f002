#!/usr/bin/env bats
# Formats that are jq programmes: every shipped map, and what a map of the user's
# can and cannot do.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	MAPS=$ROOT/share/maps
	OWN=$HOME/.config/aiops/maps
	mkdir -p "$OWN"
	NOW='--now 2026-11-21T12:00:00Z'
}

# example MAP: the document in its header.
example() {
	awk '/^# Example:/{on=1;next} on&&/^#   /{print substr($0,5);next} on{exit}' "$1"
}

# own NAME PROGRAMME: a map of the user's.
own() {
	printf '# Name: %s\n# Summary: a test\n# Sniff: %s\n\n%s\n' "$1" "$1" "$2" > "$OWN/$1.jq"
}

ingest() {
	# shellcheck disable=SC2086 # two words
	run --separate-stderr aiops-ingest $NOW "$@"
}

@test "maps: each example is read by name, and alike by its shape" {
	local map name
	for map in "$MAPS"/*.jq; do
		name=$(basename "$map" .jq)
		example "$map" > "$name.json"
		ingest -f "$name" "$name.json"
		[ "$status" -eq 0 ] || fail "$name: $status $stderr"
		[ -n "$output" ] || fail "$name: nothing came out"
		[ "$(jq -r .source <<< "$output" | sort -u)" = "$name" ] || fail "$name: $output"
		printf '%s\n' "$output" > by-name
		ingest "$name.json"
		[ "$status" -eq 0 ] || fail "$name by its shape: $status $stderr"
		printf '%s\n' "$output" | cmp -s - by-name || fail "$name: by its shape: $output"
	done
}

@test "maps: no two are sure of one document, and none but its own of an example" {
	local map
	for map in "$MAPS"/*.jq; do example "$map"; done > all.json
	ingest --stats all.json
	[ "$status" -eq 0 ] || fail "$stderr"
	[ "$(jq '.sources | length' <<< "$stderr")" -eq "$(find "$MAPS" -name '*.jq' | wc -l)" ]
}

@test "maps: more than 23 formats are listed, each with a summary, and can be explained" {
	local name
	ingest --list-formats
	[ "${#lines[@]}" -ge 24 ]
	for name in $(awk '{print $1}' <<< "$output"); do
		ingest --explain-format "$name"
		[ "$status" -eq 0 ] || fail "$name"
	done
}

# Out of each nearly right document come records that keep to the schema, or a reject
# with a reason; nothing is lost, no child dies.
@test "maps: missing, wrong and hostile members: a record or a counted reject" {
	local map name in out rejected ignored
	for map in "$MAPS"/*.jq; do
		name=$(basename "$map" .jq)
		python3 "$ROOT/tests/cli/maps-mutate.py" "$map" > "$name.in"
		rm -f dead
		ingest -q -f "$name" --stats --dead-letter dead "$name.in"
		[ "$status" -eq 3 ] || fail "$name: $status $stderr"
		in=$(wc -l < "$name.in")
		printf '%s\n' "$output" > "$name.out"
		# Each kind of record counts once for its document: only honeycomb and helm make several of one.
		out=$(wc -l < "$name.out")
		rejected=$(wc -l < dead)
		ignored=$(sed -n 's/.*"ignored":\([0-9]*\),.*/\1/p' <<< "$stderr")
		# A webhook of no alerts is a document of no records.
		[ "$name" = grafana ] || [ $((out + rejected + ignored)) -ge "$in" ] ||
			fail "$name: of $in documents came $out records, $rejected rejects, $ignored ignored"
		[ "$(jq -r .code dead | grep -vcx 'schema\|not_object')" -eq 0 ] || fail "$name: $(jq -r .message dead | sort | uniq -c)"
		aiops-ingest -q --validate "$name.out" > /dev/null || fail "$name: a record breaks the schema"
	done
}

@test "maps: {} is no map's document" {
	local map
	for map in "$MAPS"/*.jq; do
		run --separate-stderr aiops-ingest -f "$(basename "$map" .jq)" <<< '{}'
		[ "$status" -eq 3 ] || fail "$map: $output"
		[ -z "$output" ]
	done
}

@test "maps: foreign payloads: what a map reads is a record, and nothing is severe without a word" {
	local data=${AIOPS_DATA:-$ROOT/../shared/data}/payloads/vendors.jsonl
	[ -f "$data" ] || skip "no $data"
	jq -c .payload "$data" > foreign.ndjson
	ingest --dead-letter dead foreign.ndjson
	[ "$status" -eq 3 ]
	printf '%s\n' "$output" > out
	[ "$(wc -l < out)" -ge 18 ]
	[ $(($(wc -l < out) + $(wc -l < dead))) -eq "$(wc -l < foreign.ndjson)" ]
	aiops-ingest --validate -q out > /dev/null
	jq -e -s 'all(.severity == null or .severity == "unknown" or (.severity_text | length) > 0)' out
	jq -e -s 'all(.[]; .source as $s | $s != "ndjson")' out
}

@test "maps: secrets do not come out, whatever the map does" {
	own leak '{kind: "log", body: tojson, labels: strings}'
	ingest -f leak <<< '{"leak":1,"routing_key":"S3CRET","a":{"API-Key":"S3CRET","Pass\u0077ord":{"x":["S3CRET"]}},"token":"S3CRET","tokens":2}'
	[ "$status" -eq 0 ] || fail "$stderr"
	[[ $output != *S3CRET* ]]
	[[ $output == *tokens* ]]
}

@test "maps: numbers come out as they came in" {
	own numbers '.n[] | {kind: "metric", name: "n", value: .}'
	local tokens='0 -0 1.10 1.0 0.1 1e400 -1E-7 12345678901234567890 9007199254740993 0.30000000000000004 1e5 100000000000000000000 0.000012 3.14159265358979 123456789.123456789'
	printf '{"numbers":1,"n":[%s]}' "$(tr ' ' , <<< "$tokens")" > in
	ingest -f numbers in
	[ "$status" -eq 0 ] || fail "$stderr"
	# shellcheck disable=SC2086 # one a line
	[ "$(sed 's/.*"value":\([^,}]*\).*/\1/' <<< "$output")" = "$(printf '%s\n' $tokens)" ] || fail "$output"
}

# As many as there is time for, drawn from a seed that is told.
@test "maps: any number comes out as it came in" {
	own numbers '.n[] | {kind: "metric", name: "n", value: .}'
	python3 - > in <<-'P'
	import random
	random.seed(20261121)
	def token():
	    digits = lambda n: "".join(random.choice("0123456789") for _ in range(n))
	    whole = random.choice(["0", str(random.randint(1, 9)) + digits(random.randint(0, 22))])
	    fraction = random.choice(["", "." + digits(random.randint(1, 20))])
	    power = random.choice(["", "", random.choice("eE") + random.choice(["", "+", "-"]) + digits(random.randint(1, 3))])
	    return random.choice(["", "-"]) + whole + fraction + power
	print("\n".join('{"numbers":1,"n":[%s]}' % ",".join(token() for _ in range(50)) for _ in range(100)))
	P
	ingest -q -f numbers in
	[ "$status" -eq 0 ] || fail "$stderr"
	sed 's/.*"value":\([^,}]*\).*/\1/' <<< "$output" > got
	sed 's/.*\[\(.*\)\]}/\1/' in | tr , '\n' > want
	cmp got want
	[ "$(wc -l < want)" -eq 5000 ]
}

@test "maps: a document's own mark, and marks in keys, come back" {
	own marks '{kind: "log", body: .text, labels: (.l | strings)}'
	printf '{"marks":1,"text":"a\xef\xb7\x90b\\uFDD0c","l":{"k\xef\xb7\x90":"1","n":1.10,"s":"\xef\xb7\x901.10"}}' > in
	ingest -f marks in
	[ "$status" -eq 0 ] || fail "$stderr"
	[ "$(jq -r .body <<< "$output")" = "$(printf 'a\xef\xb7\x90b\xef\xb7\x90c')" ]
	[ "$(jq -r '.labels | keys[0]' <<< "$output")" = "$(printf 'k\xef\xb7\x90')" ]
	[ "$(jq -r .labels.n <<< "$output")" = 1.10 ]
	[ "$(jq -r .labels.s <<< "$output")" = "$(printf '\xef\xb7\x901.10')" ]
}

@test "maps: one child for the whole stream" {
	own one '{kind: "log", body: "x"}'
	for i in $(seq 200); do echo "{\"one\":$i}"; done > in
	# shellcheck disable=SC2086
	strace -f -qq -e trace=execve -o trace aiops-ingest $NOW -f one in > out || fail "$(tail -3 trace)"
	[ "$(wc -l < out)" -eq 200 ]
	[ "$(grep -c 'execve(.*jq' trace)" -eq 1 ]
}

@test "maps: the child has no environment, and a map no other input, clock, module or end" {
	own env '{kind: "log", body: ($ENV | tojson)}'
	ingest -f env <<< '{"env":1}'
	[ "$(jq -r .body <<< "$output")" = '{}' ] || fail "$output"
	local word
	for word in input inputs now halt halt_error input_filename input_line_number modulemeta get_search_list; do
		own closed "{kind: \"log\", body: ($word | tojson)}"
		ingest -f closed <<< '{"closed":1}'
		[ "$status" -eq 3 ] || fail "$word: $output"
		[[ $stderr == *"a map has no '$word'"* ]] || fail "$word: $stderr"
	done
	mkdir lib
	echo 'def secret: "S";' > lib/m.jq
	own import 'import "m" as m {search: "'"$PWD/lib"'"}; {kind: "log", body: m::secret}'
	ingest -f import <<< '{"import":1}'
	[ "$status" -eq 3 ]
	[[ $stderr == *map_failed* ]]
	echo 'def text: "from the home";' > "$HOME/.jq"
	own home '{kind: "log", body: (1 | text)}'
	ingest -f home <<< '{"home":1}'
	[ "$(jq -r .body <<< "$output")" = 1 ]
}

@test "maps: one that hangs is ended and counted, and the next document goes on" {
	own hang 'if .hang == 2 then last(range(1; 1e18)) else . end | {kind: "log", body: "fine"}'
	ingest -f hang --map-timeout 2s --dead-letter dead <<< '{"hang":1}
{"hang":2}
{"hang":3}'
	[ "$status" -eq 3 ]
	[ "${#lines[@]}" -eq 2 ]
	[ "$(jq -r .code dead)" = map_failed ]
	[[ $(jq -r .message dead) == *'longer than --map-timeout'* ]]
	[ "$(jq -r .raw dead)" = '{"hang":2}' ]
}

@test "maps: one that floods, dies or prints nonsense is counted, and the next document goes on" {
	own flood 'if .flood == 2 then range(1; 1e18) else . end | {kind: "log", body: "fine"}'
	ingest -f flood --max-record 64K <<< '{"flood":1}
{"flood":2}
{"flood":3}'
	[ "${#lines[@]}" -eq 2 ]
	[[ $stderr == *'made too much of one document'* ]]
	# Memory: what jq does when the system has no more.
	own memory 'if .memory == 2 then reduce range(40) as $i ("x"; . + .) else . end | {kind: "log", body: "fine"}'
	ingest -f memory --map-timeout 60s <<< '{"memory":1}
{"memory":2}
{"memory":3}'
	[ "${#lines[@]}" -eq 2 ] || fail "$output $stderr"
	[[ $stderr == *"the map's jq "* ]] || fail "$stderr"
	# Out of the frame around it.
	printf '# Name: nonsense\n# Summary: a test\n\n{kind: "log"}); "free" , (.\n' > "$OWN/nonsense.jq"
	ingest -f nonsense <<< '{"nonsense":1}'
	[ "$status" -eq 3 ]
	[ -z "$output" ]
}

@test "maps: one that does not compile is said once a document, with its own line" {
	printf '# Name: broken\n# Summary: a test\n\n{kind: "log",\n  body: }\n' > "$OWN/broken.jq"
	ingest -f broken <<< '{"a":1}
{"a":2}'
	[ "$status" -eq 3 ]
	[[ ${stderr_lines[0]} == *'status 3: error: syntax error'*'line 5'* ]] || fail "$stderr"
	[[ ${stderr_lines[1]} == *'status 3: error: syntax error'* ]]
}

@test "maps: what is no event is refused with the field's name" {
	local bad
	while IFS='|' read -r programme bad; do
		own bad "$programme"
		ingest -f bad <<< '{"bad":1}'
		[ "$status" -eq 3 ] || fail "$programme: $output"
		[[ $stderr == *"$bad"* ]] || fail "$programme: $stderr"
	done <<- 'T'
	{kind: "incident"}|kind: not alert, metric, log, change or heartbeat
	{name: "x"}|kind: missing
	{kind: "log", sevrity: "high"}|sevrity: no field of an event
	{kind: "log", name: 1}|name: not a string
	{kind: "log", labels: {a: 1}}|labels.a: not a string
	{kind: "metric", value: "many"}|value: not a number
	{kind: "log", timestamp: "yesterday"}|timestamp: no time that is known
	{kind: "log", timestamp: 12}|timestamp: neither a string nor
	{kind: "log", timestamp: {epoch: "h", at: "1"}}|timestamp: not {epoch
	{kind: "alert", status: "gone"}|status
	{kind: "change", change: {when: "x"}}|change: holds more
	{kind: "log", links: {a: "1", b: "2", c: "3", d: "4", e: "5"}}|links: more links
	{kind: "metric", healthy: "yes"}|healthy: not true or false
	"text"|not an object
	empty|the map makes nothing of it
	error("not mine")|the map refuses it: not mine
	error({a: 1})|the map refuses it: {"a":1}
	T
}

@test "maps: the user's own wins, and the list says so" {
	own zabbix '{kind: "log", body: "mine"}'
	ingest -f zabbix <<< '{"zabbix":1}'
	[ "$(jq -r .body <<< "$output")" = mine ]
	ingest --list-formats
	[[ $output == *"zabbix "*"(yours: $OWN/zabbix.jq)"* ]]
	XDG_CONFIG_HOME=$BATS_TEST_TMPDIR/xdg ingest --list-formats
	[[ $output != *yours* ]]
}

@test "maps: a header that is wrong is told with its line, and the map is left out" {
	local text words
	while IFS='|' read -r text words; do
		printf '%b' "$text" > "$OWN/x.jq"
		ingest --list-formats
		[ "$status" -eq 0 ]
		[[ $stderr == *"$OWN/x.jq"*"$words"* ]] || fail "$text: $stderr"
	done <<- 'T'
	{}|the header lacks Name
	# Name: x\n\n.|the header lacks Summary
	# Name: X\n|line 1: Name: small letters
	# Name: text\n# Summary: s\n\n.|'text' is the name of a format of its own
	# Name: x\n# Summary: s\n|no programme behind the header
	# Name: x\n# Colour: red\n|line 2: Colour: no key of a map's header
	# Name: x\n# Sniff: a:integer\n|line 2: Sniff: 'integer' is no type
	# Name: x\n# Sniff:\n|line 2: Sniff: no condition
	# Name: x\n# Cut: a.b\n|line 2: Cut: documents cannot be cut there
	# Name: x\n# Scale: s high=severe\n|line 2: Scale: a severity is
	# Name: x\n# Scale: s a=low\n# Scale: s b=low\n|line 3: Scale: there is a scale of that name
	# Name: x\nnothing else\n|the header lacks Summary
	T
}

@test "maps: two that are sure of a document are none, one that may be is named" {
	own ours '{kind: "log", body: "a"}'
	own also '{kind: "log", body: "b"}'
	sed -i 's/^# Sniff:.*/# Sniff: ours/' "$OWN/also.jq"
	ingest <<< '{"ours":1}'
	[ "$status" -eq 3 ]
	[[ $stderr == *'not sure: as much like also as like ours'* ]] || fail "$stderr"
	rm "$OWN/also.jq"
	sed -i 's/^# Sniff:.*/# Maybe: ours/' "$OWN/ours.jq"
	ingest <<< '{"ours":1}'
	[[ $stderr == *'not sure: looks like ours; -f ours reads it so'* ]] || fail "$stderr"
}

@test "maps: without jq a map's format is refused, and others are read" {
	mkdir empty
	run --separate-stderr env PATH="$PWD/empty" "$BIN/aiops-ingest" -f zabbix <<< '{}'
	[ "$status" -eq 66 ] || fail "$status $stderr"
	[[ $stderr == *'needs jq'* ]]
	run --separate-stderr env PATH="$PWD/empty" "$BIN/aiops-ingest" <<< '{"EVENT.ID":"1","EVENT.VALUE":"1"}'
	[ "$status" -eq 3 ]
	[[ $stderr == *'jq is not installed'* ]]
}

@test "maps: a heartbeat of each source that brings something, once in its time" {
	example "$MAPS/zabbix.jq" > in
	example "$MAPS/axiom.jq" >> in
	cat in in > twice
	ingest --heartbeat 5m twice
	[ "$(jq -r 'select(.kind == "heartbeat") | "\(.source) \(.every_ms)"' <<< "$output" | sort | tr '\n' ,)" = 'axiom 300000,zabbix 300000,' ]
	ingest --heartbeat 5m --source-name shop twice
	[ "$(jq -r 'select(.kind == "heartbeat") | .source' <<< "$output")" = shop ]
	ingest --heartbeat 5m < /dev/null
	[ -z "$output" ]
}
