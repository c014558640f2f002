# aiops-correlate: what the stream says beside alerts (topologies, changes), alerts that end by themselves, clocks and floods.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
}

# at SECONDS: that long after nine o'clock.
at() {
	printf '2026-11-21T%02d:%02d:%02dZ' $((9 + $1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60))
}

# alert SECONDS NAME COMPONENT [MEMBERS]: more members of the record, each with a comma behind it.
alert() {
	printf '{"v":1,"kind":"alert","id":"%s-%s-%s","timestamp":"%s","source":"t","severity":"high",%s"name":"%s","component":"%s","labels":{"alertname":"%s","pod":"%s"}}\n' \
		"$2" "$3" "$1" "$(at "$1")" "${4-}" "$2" "$3" "$2" "$3"
}

topology() { printf '{"v":1,"kind":"topology","id":"topology-%s","timestamp":"%s","source":"t",%s}\n' "$1" "$(at "$1")" "$2"; }
deploy() { printf '{"v":1,"kind":"change","id":"deploy-%s","timestamp":"%s","source":"ci","service":"%s","change":{"type":"deploy","from":"1.4","to":"1.5","by":"ci"}}\n' "$1" "$(at "$1")" "$2"; }

# The components of the alerts of each incident that was not merged away, at its end.
joined() { jq -sc 'map(select(.kind == "incident")) | group_by(.incident) | map(last | select(has("merged_into") | not) | [.members[] | select(.kind == null) | .component] | sort) | sort'; }

PLACES='"nodes":[{"id":"web"},{"id":"db","layer":"storage"}],"edges":[{"from":"web","to":"db","type":"depends_on"}]'

@test "a topology in the stream holds from its time on, and its record passes byte for byte" {
	{ alert 0 Slow web; alert 5 Down db; topology 300 "$PLACES"; alert 600 Slow2 web; alert 605 Down2 db; } > in
	aiops-correlate in > out
	[ "$(joined < out)" = '[["db"],["db","web"],["web"]]' ]
	cmp <(grep topology-300 in) <(grep topology-300 out)
	# from a file and from the stream together
	echo '{"nodes":[{"id":"web"},{"id":"lb"}],"edges":[{"from":"lb","to":"web"}]}' > file
	{ topology 0 '"nodes":[{"id":"db"}],"edges":[{"from":"web","to":"db"}]'; alert 10 A lb; alert 15 B web; alert 20 C db; } |
		aiops-correlate --topology file > out
	[ "$(joined < out)" = '[["db","lb","web"]]' ]
}

@test "what no topology names for the age leaves; what is named again stays" {
	{ topology 0 "$PLACES"; alert 100 A web; alert 105 B db; alert 3500 C web; alert 3505 D db; alert 9000 E web; alert 9005 F db; } > once
	[ "$(aiops-correlate --topology-age 2h once | joined)" = '[["db"],["db","web"],["db","web"],["web"]]' ]
	{ cat once; topology 6000 "$PLACES"; } | jq -sc 'sort_by(.timestamp)[]' > again
	[ "$(aiops-correlate --topology-age 2h again | joined)" = '[["db","web"],["db","web"],["db","web"]]' ]
	[ "$(aiops-correlate --topology-age 0 once | joined)" = '[["db","web"],["db","web"],["db","web"]]' ]
}

@test "the state keeps the topology, what waits of it, and changes" {
	{ topology 0 "$PLACES"; deploy 30 db; alert 100 A other; topology 110 '"nodes":[{"id":"lb"}],"edges":[{"from":"lb","to":"web"}]'
	  alert 200 B lb; alert 205 C web; alert 210 D db; deploy 215 web; alert 220 E web; } > all
	aiops-correlate --state one all > want
	while read -r line; do
		printf '%s\n' "$line" | aiops-correlate --state many
	done < all > got
	[ "$(joined < want)" = '[["db","lb","web","web"],["other"]]' ]
	diff <(jq -sc 'map(select(.kind == "incident")) | group_by(.incident)[] | last' want) \
		<(jq -sc 'map(select(.kind == "incident")) | group_by(.incident)[] | last' got)
}

@test "a topology that is wrong in parts: told, counted, the rest is taken" {
	{ topology 0 '"nodes":[{"id":"web","layer":"edge"},{"layer":"storage"},{"id":"db","layer":"storage"},7],"edges":[{"from":"web","to":"db"},{"from":"db","to":"db"},{"from":"db","to":"nowhere"},{"from":"db"},{"from":"db","to":"web"}]'
	  topology 1 '"nodes":[{"id":"db","layer":"compute"}]'
	  alert 10 A web; alert 15 B db; } > in
	run -0 --separate-stderr aiops-correlate --stats in
	[ "$(joined <<< "$output")" = '[["db","web"]]' ]
	[[ $stderr == *"in:1: left out of the topology: node 'web': layer 'edge' is not one of hardware"* ]]
	[[ $stderr == *"topology records: an edge from 'db' to 'nowhere': 'nowhere' is not among the nodes"* ]]
	[[ $stderr == *"topology records: node 'db' is compute, and storage in another record: the later one holds"* ]]
	[ "$(grep '"kind":"stats"' <<< "$stderr" | jq -c '[.rejected, .topologies, .topology_left_out, .topology_unknown_nodes, .topology_layers]')" = '[0,2,5,1,1]' ]
	# what is no topology at all is rejected, and nothing else stops
	{ topology 0 '"nodes":{"id":"web"}'; topology 1 '"nodes":[]'; alert 10 A web; } > in
	run -3 --separate-stderr aiops-correlate in
	[[ $stderr == *'in:1: rejected (schema): nodes: no list'* ]]
	[[ $stderr == *'in:2: rejected (schema): neither nodes nor edges'* ]]
	[ "$(joined <<< "$output")" = '[["web"]]' ]
}

@test "a change before the alerts of its service is context of the incident, and words beside the cause" {
	{ deploy 0 db; deploy 10 unconcerned; alert 250 Errors db; alert 300 Slow db; deploy 310 db; alert 900 Errors web; } |
		aiops-correlate --emit incidents | jq -sc 'group_by(.incident)[] | last' > out
	[ "$(jq -c 'select(.title | test("Errors on db|Slow on db")) | [.members[] | select(.kind == "change") | [.id, .role, .component, .text]]' out)" = \
		'[["deploy-0","context","db","deploy 1.4 to 1.5 by ci on db, 4m10s before the incident'"'"'s first alert"],["deploy-310","context","db","deploy 1.4 to 1.5 by ci on db, 1m after the incident'"'"'s first alert"]]' ]
	[ "$(jq -c 'select(.title | test("db")) | [.causes[0].evidence[] | select(.record_id | test("deploy")) | .text]' out)" = \
		'["deploy 1.4 to 1.5 by ci on db, 4m10s before its first alert"]' ]
	jq -se 'all(.members | length == (map(select(.kind == "change")) | length) + (map(select(.fingerprint)) | length))' out > /dev/null
	[ "$(jq -c 'select(.title | test("db")) | [.unique, .alerts]' out)" = '[2,2]' ]
	[ "$(jq -c 'select(.title | test("web")) | [.members[] | .kind]' out)" = '[null]' ]
	# too long ago, or not asked for
	{ deploy 0 db; alert 250 Errors db; } > in
	[ "$(aiops-correlate --emit incidents --changes 4m in | grep -c '"kind":"change"')" = 0 ]
	[ "$(aiops-correlate --emit incidents --changes 0 in | grep -c '"kind":"change"')" = 0 ]
}

# The record of the only incident at its end: how it ended, and when.
ending() { jq -sc 'map(select(.kind == "incident")) | last | [.status, .resolved_by, .ends_at, .active]'; }

@test "an alert that says when it ends leaves then, and can end its incident" {
	ends() { printf '"ends_at":"%s",' "$(at "$1")"; }
	{ alert 0 Slow db "$(ends 120)"; alert 400 Odd web; } > in
	aiops-correlate in | jq -c 'select(.kind == "incident" and (.title | test("db")))' > out
	[ "$(ending < out)" = '["resolved","alerts","2026-11-21T09:02:00Z",0]' ]
	# two alerts: the incident is over with the last of them
	{ alert 0 Slow db "$(ends 120)"; alert 10 Full db "$(ends 300)"; alert 900 Odd web; } > in
	aiops-correlate in | jq -c 'select(.kind == "incident" and (.title | test("db")))' > out
	[ "$(ending < out)" = '["resolved","alerts","2026-11-21T09:05:00Z",0]' ]
	# each report may put the end off, or take it back
	{ alert 0 Slow db "$(ends 120)"; alert 60 Slow db "$(ends 240)"; alert 180 Slow db; alert 400 Odd web; } > in
	aiops-correlate in | jq -c 'select(.kind == "incident" and (.title | test("db")))' > out
	[ "$(ending < out)" = '["resolved","end_of_input",null,1]' ]
	# an end before the beginning says nothing; null neither
	{ alert 0 Slow db '"starts_at":"2026-11-21T09:00:00Z","ends_at":"2026-11-21T08:00:00Z",'; alert 10 Full db '"ends_at":null,'; alert 400 Odd web; } > in
	[ "$(aiops-correlate in | jq -c 'select(.kind == "incident" and (.title | test("db")))' | ending)" = '["resolved","end_of_input",null,2]' ]
	# over several runs
	{ alert 0 Slow db "$(ends 120)"; alert 60 Odd web; alert 400 Odd web; } > in
	while read -r line; do printf '%s\n' "$line" | aiops-correlate --state kept; done < in > many
	[ "$(jq -c 'select(.kind == "incident" and (.title | test("db")))' many | ending)" = '["resolved","alerts","2026-11-21T09:02:00Z",0]' ]
}

@test "what is not heard of for the quiet time leaves; what comes after that begins anew, what comes late does not" {
	{ alert 0 Slow db; alert 1200 Odd web; } > in
	aiops-correlate in | jq -c 'select(.kind == "incident" and (.title | test("db")))' > out
	[ "$(ending < out)" = '["resolved","expiry",null,0]' ]
	[ "$(jq -r .timestamp out | tail -1)" = 2026-11-21T09:15:00Z ]
	# exactly at its end it is still a duplicate; a second later it is another incident
	for s in 900 901; do { alert 0 Slow db; alert $s Slow db; alert 3000 Odd web; } | aiops-correlate > out.$s; done
	[ "$(jq -r 'select(.id == "Slow-db-900") | .correlate.role' out.900)" = duplicate ]
	[ "$(jq -r 'select(.id == "Slow-db-901") | .correlate.role' out.901)" = root ]
	[ "$(jq -r 'select(.kind == "incident" and (.title | test("db"))) | .incident' out.901 | sort -u | wc -l)" = 2 ]
	# one that comes late, after its incident is over, is told and counted, and fires until it is not heard of for as long
	{ alert 0 Slow db; alert 2000 Odd web; alert 5 Slow db; alert 2800 Odd web; } > in
	run -0 --separate-stderr aiops-correlate --stats in
	[ "$(grep '"kind":"stats"' <<< "$stderr" | jq -c '[.late, .alerts]')" = '[1,4]' ]
	[ "$(jq -sc 'map(select(.kind == "incident" and (.title | test("db")))) | last | [.resolved_by, .active]' <<< "$output")" = '["end_of_input",1]' ]
	{ cat in; alert 3600 Odd web; } | aiops-correlate | jq -sc 'map(select(.kind == "incident" and (.title | test("db")))) | last | [.resolved_by, .active]' > out
	[ "$(cat out)" = '["expiry",0]' ]
}

# What became of the alerts of the first file in the second: incidents and their members.
groups() { jq -sc 'map(select(.kind == "incident")) | group_by(.incident) | map(last | select(has("merged_into") | not) | [.members[] | select(.name | test("^[AB]")) | .name]) | map(select(. != [])) | sort'; }

@test "a clock a year ahead, or a day behind, changes nothing for the others" {
	for i in 0 10 20; do alert $i "A$i" db; done > before
	for i in 40 50 60; do alert $i "B$i" db; done > after
	cat before after | aiops-correlate | groups > want
	[ "$(cat want)" = '[["A0","A10","A20","B40","B50","B60"]]' ]
	for year in 2025 2027 2038; do
		{ cat before; alert 30 Jump web | sed "s/\"2026-/\"$year-/"; cat after; } | aiops-correlate > out
		cmp want <(groups < out)
		# the one that jumps is told, too
		[ "$(jq -r 'select(.kind == "incident" and (.title | test("Jump"))) | .change' out | head -1)" = opened ]
	done
	{ cat before; alert 30 Jump web | sed 's/2026-11-21/2026-11-20/'; cat after; } | aiops-correlate | groups | cmp want -
	# when all clocks say so it is true, and told
	{ cat before; sed 's/"2026-/"2027-/' after; } > in
	run -0 --separate-stderr aiops-correlate in
	[ "$(groups <<< "$output")" = '[["A0","A10","A20"],["B40","B50","B60"]]' ]
	[[ $stderr == *'event time leaps from 2026-11-21T09:00:20Z to 2027-11-21T09:01:00Z'* ]]
	# one alert a day, run by run, goes on
	for d in 21 23 25 27 29; do alert 0 "A$d" db | sed "s/11-21/11-$d/" | aiops-correlate --state kept; done > many
	[ "$(jq -sc 'map(select(.kind == "incident" and .change == "opened") | .title) | unique' many)" = \
		'["A21 on db","A23 on db","A25 on db","A27 on db","A29 on db"]' ]
	[ "$(jq -sc 'map(select(.resolved_by == "expiry")) | length' many)" -ge 2 ]
}

@test "an API that is asked again and again keeps alive what began long ago" {
	for ((t = 0; t <= 3600; t += 300)); do
		printf '{"v":1,"kind":"alert","id":"long","timestamp":"2026-11-21T06:00:00Z","observed":"%s","source":"t","severity":"high","name":"A","component":"db","starts_at":"2026-11-21T06:00:00Z","labels":{"pod":"db"}}\n' "$(at "$t")"
		alert "$t" B web
	done > polls
	aiops-correlate polls | jq -c 'select(.kind == "incident" and (.title | test("^A on db")))' > out
	[ "$(jq -r .incident out | sort -u | wc -l)" = 1 ]
	[ "$(jq -c '[.status, .resolved_by]' out | tail -1)" = '["resolved","end_of_input"]' ]
	# when B is read for the first time A seems to have been silent for hours; from the second time on it is known better
	[ "$(jq -r 'select(.resolved_by == "expiry") | .timestamp' out)" = 2026-11-21T06:15:00Z ]
	[ "$(jq -r 'select(.timestamp > "2026-11-21T09:05") | .status' out | sort | uniq -c | tr -s ' ')" = ' 10 detected
 1 resolved' ]
}

@test "damaged rules, windows, topologies, records and states: a message, never a crash" {
	BUILD=$BUILD_DIR run -0 "$ROOT/tests/torture/correlate-input" 60 5
	[[ $output == *', 0 bad' ]]
}
