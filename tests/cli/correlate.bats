# aiops-correlate: what survives the end of a process, and what a person sees.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
}

teardown() {
	[ -z "${CHILDREN-}" ] || kill -9 $CHILDREN 2> /dev/null || true
	exec 7>&- 2> /dev/null || true
}

wait_for() {
	local i
	for i in {1..3000}; do
		"$@" 2> /dev/null && return 0
		sleep 0.02
	done
	fail "waited in vain for: $*"
}

has_lines() { [ "$(wc -l < "$1")" -ge "$2" ]; }

# The child ends, with this exit status.
ends_with() {
	local status=0
	wait "$CHILDREN" || status=$?
	CHILDREN=
	[ "$status" = "$1" ] || fail "exit status $status, expected $1"
}

# alerts FROM TO: one alert each 5 s, on three replicas of three services; each
# fourth is resolved by the next but one.
alerts() {
	local i t s status start
	for ((i = $1; i <= $2; i++)); do
		t=$((i * 5)) s=$((i / 20 % 3)) status=firing start=$t
		if ((i % 4 == 2)); then status=resolved start=$((t - 10)); fi
		printf '{"v":1,"kind":"alert","id":"a%d","timestamp":"%s","source":"test","status":"%s","severity":"high",' \
			"$i" "$(stamp "$t")" "$status"
		printf '"name":"N%d","component":"s%d-%d","service":"s%d","starts_at":"%s",' \
			$((start / 5 % 5)) "$s" $((start / 5 % 3)) "$s" "$(stamp "$start")"
		printf '"labels":{"alertname":"N%d","env":"prod","pod":"s%d-%d","service":"s%d"}}\n' \
			$((start / 5 % 5)) "$s" $((start / 5 % 3)) "$s"
	done
}

# Seconds after nine o'clock as a time.
stamp() {
	printf '2026-11-21T%02d:%02d:%02dZ' $((9 + $1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60))
}

# The last record of each incident in the files, sorted.
last() {
	cat "$@" | jq -cs 'map(select(.kind == "incident")) | group_by(.incident)[] | last'
}

@test "an incident is announced once, over several runs" {
	alerts 1 200 > all
	aiops-correlate --emit incidents --state one all > want
	for part in '1,40' '41,41' '42,150' '151,200'; do
		sed -n "${part}p" all | aiops-correlate --emit incidents --state many >> got
	done
	[ "$(wc -l < want)" -gt 3 ]
	diff <(last want) <(last got)
	[ -z "$(jq -r .id got | sort | uniq -d)" ]
	run -0 aiops-correlate --state many /dev/null
	[ -z "$output" ]
}

@test "kill -9: at most what came after the last barrier is lost, and its repetition completes the incidents" {
	alerts 1 200 > all
	aiops-correlate --emit incidents --state one all > want
	mkfifo pipe
	aiops-correlate --emit incidents --state killed < pipe > got &
	CHILDREN=$!
	exec 7> pipe
	sed -n 1,120p all >&7
	echo '{"_barrier":1}' >&7
	wait_for grep -q _barrier got
	sed -n 121,160p all >&7
	wait_for has_lines got 2
	kill -9 "$CHILDREN"
	ends_with 137
	exec 7>&-
	sed -n '121,200p' all | aiops-correlate --emit incidents --state killed >> got
	diff <(last want) <(grep -v _barrier got | last)
}

@test "TERM: the state is saved, and the next run goes on" {
	alerts 1 200 > all
	aiops-correlate --emit incidents --state one all > want
	mkfifo pipe
	aiops-correlate -u --state stopped < pipe > got &
	CHILDREN=$!
	exec 7> pipe
	sed -n 1,120p all >&7
	wait_for grep -q '"id":"a120"' got
	kill -TERM "$CHILDREN"
	ends_with 143
	exec 7>&-
	sed -n '121,200p' all | aiops-correlate --state stopped >> got
	diff <(last want) <(last got)
}

@test "another order, other parts, runs that are killed: the same incidents" {
	BUILD=$BUILD_DIR run -0 "$ROOT/tests/torture/correlate" 2 7
	[[ $output == *', 0 rounds differ' ]]
}

@test "a state whose end is missing is refused, with its line" {
	alerts 1 40 | aiops-correlate --state whole > /dev/null
	head -n 12 whole > cut
	run -78 --separate-stderr aiops-correlate --state cut /dev/null
	[[ $stderr == *'cut:12:1: the state is damaged: it is cut off'* ]]
	sed 5d whole > less
	run -78 --separate-stderr aiops-correlate --state less /dev/null
	[[ $stderr == *less:*'the state is damaged'* ]]
}

@test "a topology larger than YAML may be is read as JSON" {
	awk 'BEGIN {
		printf "{\"nodes\":[{\"id\":\"web\"},{\"id\":\"db\",\"layer\":\"storage\"}"
		for (i = 0; i < 20000; i++) printf ",{\"id\":\"n%d\"}", i
		printf "],\"edges\":[{\"from\":\"web\",\"to\":\"db\",\"type\":\"depends_on\"},{\"from\":\"db\",\"to\":\"web\"}"
		for (i = 0; i < 20000; i++) printf ",{\"from\":\"n%d\",\"to\":\"n%d\"}", i, (i + 1) % 20000
		print "]}"
	}' > large
	[ "$(wc -c < large)" -gt 262144 ]
	for c in web db n1 n2 n9; do
		printf '{"kind":"alert","id":"%s","timestamp":"2026-11-21T09:00:00Z","source":"t","name":"N%s","component":"%s","labels":{"alertname":"N%s"}}\n' \
			"$c" "$c" "$c" "$c"
	done > five
	run -0 --separate-stderr aiops-correlate --emit incidents --topology large five
	[ "$(last <(printf '%s\n' "$output") | jq -sc 'map(select(has("merged_into") | not) | [.members[].component] | sort) | sort')" = '[["db","web"],["n1","n2"],["n9"]]' ]
	sed 's/"to":"n77"/"to":"zz"/' large > wrong
	run -78 --separate-stderr aiops-correlate --topology wrong five
	[[ $stderr == *"'wrong': edges[78]: 'zz' is not among the nodes"* ]]
	{ cat large; echo '{}'; } > two
	run -78 --separate-stderr aiops-correlate --topology two five
}

@test "a state that another run holds: 75, after a while" {
	aiops-correlate --state held /dev/null
	exec 8> held.lock
	flock 8
	run -75 --separate-stderr aiops-correlate --state held /dev/null
	[[ $stderr == *'held.lock'* ]]
	exec 8>&-
}

@test "the state is private, and nothing else is left beside it" {
	alerts 1 20 | aiops-correlate --state kept > /dev/null
	[ "$(stat -c %a kept)" = 600 ]
	[ "$(ls)" = "$(printf 'home\nkept\nkept.lock')" ]
}

@test "a state in a folder that is not there: 73" {
	run -73 --separate-stderr aiops-correlate --state nowhere/state /dev/null
	[[ $stderr == *nowhere/state* ]]
}

@test "-e: 1 if there was an incident, 0 if there was none" {
	alerts 1 1 > one
	run -1 aiops-correlate -e one
	run -0 aiops-correlate -e /dev/null
}

@test "an endless stream of distinct alerts needs bounded memory" {
	# 60,000 alerts, of which 1,000 fit; the address space allows no leak of them all
	awk 'BEGIN { for (i = 0; i < 60000; i++) {
		t = int(i / 20); s = sprintf("2026-11-21T%02d:%02d:%02dZ", 9 + t / 3600, t / 60 % 60, t % 60)
		printf "{\"kind\":\"alert\",\"id\":\"x%d\",\"timestamp\":\"%s\",\"source\":\"t\",\"name\":\"N\",", i, s
		printf "\"component\":\"c%d\",\"labels\":{\"alertname\":\"N\",\"pod\":\"c%d\",\"request\":\"%d\"}}\n", i, i, i
	} }' > flood
	case $BUILD_DIR in *asan*) skip 'the sanitizer needs memory of its own' ;; esac
	run -0 --separate-stderr bash -c 'ulimit -v 60000; aiops-correlate --max-active 1000 flood | wc -l'
	[ "$output" -ge 120000 ]
	[[ $stderr == *'dropped from memory'* ]]
}

@test "stats count what was decided" {
	alerts 1 40 > some
	run -0 --separate-stderr aiops-correlate --stats --emit events some
	[ "$(jq -c '[.alerts, .resolutions, .dropped]' <<< "$stderr")" = '[30,10,0]' ]
}

# The cause that the recordings were made with stands in their README.md.
last_of_largest() {
	aiops-ingest "$ROOT/share/examples/$1/webhooks.ndjson" |
		aiops-correlate --emit incidents --topology "$ROOT/share/examples/$1/topology.json" |
		jq -sc 'group_by(.incident) | map(last) | max_by(.unique)'
}

@test "the recorded stop of a shared dependency: it is the first cause, and names the incident" {
	last_of_largest shared-dependency-down > last
	jq -e '.causes[0].component == "session-store-1" and (.title | test("session-store-1"))' last
	jq -e '.causes[0].evidence | map(.text) | any(test("3 other components name it"))' last
	jq -e '.members[0] | .severity != "info"' last
}

@test "the recorded stop, when the dependency itself says nothing: named by its callers" {
	aiops-ingest "$ROOT/share/examples/shared-dependency-down/webhooks.ndjson" |
		jq -c 'select(.component != "session-store-1")' > silent
	aiops-correlate --emit incidents --topology "$ROOT/share/examples/shared-dependency-down/topology.json" silent |
		jq -sc 'group_by(.incident) | map(last) | max_by(.unique)' > last
	jq -e '.causes[0].component == "session-store" and (.title | test("likely by session-store$"))' last
}

@test "the recorded stop, when nobody names the dependency: found silent below its callers" {
	aiops-ingest "$ROOT/share/examples/shared-dependency-down/webhooks.ndjson" |
		jq -c 'select(.component != "session-store-1" and .name != "CallsFailing")' > silent
	aiops-correlate --emit incidents --topology "$ROOT/share/examples/shared-dependency-down/topology.json" silent |
		jq -sc 'group_by(.incident) | map(last) | max_by(.unique)' > last
	jq -e '.causes | map(.component) | index("session-store") != null' last
	jq -e '.causes | map(.evidence[].text) | any(test("^silent, while 3 of the 3 that need it directly alert"))' last
}

@test "the recorded exhaustion of connections: the database is the first cause" {
	last_of_largest postgres-connections-exhausted > last
	jq -e '.causes[0].component == "orders-db"' last
}
