# aiops-correlate: maintenance windows, rules and caps, over whole streams.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
}

# alert MINUTE NAME SERVICE [STATUS [SEVERITY]]: minutes after nine o'clock.
alert() {
	printf '{"v":1,"kind":"alert","id":"%s-%s-%s","timestamp":"2026-11-%02dT%02d:%02d:00Z","source":"t","status":"%s","severity":"%s",' \
		"$2" "$1" "${4:-firing}" $((21 + ($1 + 540) / 1440)) $((($1 + 540) / 60 % 24)) $(($1 % 60)) "${4:-firing}" "${5:-high}"
	printf '"name":"%s","component":"%s","service":"%s","labels":{"alertname":"%s","service":"%s"}}\n' "$2" "$3" "$3" "$2" "$3"
}

by() { jq -r 'select(.kind == "alert") | [.id, (.correlate.suppressed_by | join(","))] | join(" ")'; }

@test "the examples keep to their schemas, and are read" {
	local name
	for name in maintenance correlation-rules; do
		/usr/bin/python3 -c 'import json, sys, yaml, jsonschema
class Plain(yaml.SafeLoader): pass
Plain.yaml_implicit_resolvers = {k: [r for r in v if r[0] != "tag:yaml.org,2002:timestamp"] for k, v in yaml.SafeLoader.yaml_implicit_resolvers.items()}
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(yaml.load(open(sys.argv[2]), Plain), schema)' \
			"$ROOT/share/schema/$name.schema.json" "$ROOT/share/$name.example.yaml"
	done
	aiops-correlate --maintenance "$ROOT/share/maintenance.example.yaml" --rules "$ROOT/share/correlation-rules.example.yaml" /dev/null
}

# labelled MINUTE NAME COMPONENT LABEL=VALUE...
labelled() {
	local minute=$1 name=$2 component=$3 more= pair
	shift 3
	for pair; do more+=",\"${pair%%=*}\":\"${pair#*=}\""; done
	printf '{"v":1,"kind":"alert","id":"%s-%s","timestamp":"2026-11-21T09:%02d:00Z","source":"t","severity":"high","name":"%s","component":"%s","labels":{"alertname":"%s","pod":"%s"%s}}\n' \
		"$name" "$component" "$minute" "$name" "$component" "$name" "$component" "$more"
}

# The components of each incident at its end.
joined() { jq -sc 'map(select(.kind == "incident")) | group_by(.incident) | map(last | select(has("merged_into") | not) | [.members[].component] | sort) | sort'; }

@test "group.by joins what shares all of its labels, group.apart parts what shares anything" {
	{ labelled 0 Down a team=x; labelled 1 Down b team=x; labelled 1 Down c team=y; labelled 2 Slow d team=x; labelled 2 Down e; labelled 2 Odd f; } > in
	[ "$(aiops-correlate in | joined)" = '[["a"],["b"],["c"],["d"],["e"],["f"]]' ]
	echo 'group: {by: [team, alertname]}' > rules
	aiops-correlate --rules rules in > out
	[ "$(joined < out)" = '[["a","b"],["c"],["d"],["e"],["f"]]' ]
	[ "$(jq -r 'select(.id == "Down-b") | .correlate.why' out)" = 'shares team=x, alertname=Down' ]
	# the incident shows labels, not what it was grouped by
	jq -se 'map(select(.kind == "incident")) | all(.labels | has("group by") | not)' out > /dev/null
	{ labelled 0 Down a service=db cluster=eu; labelled 1 Down b service=db cluster=us; labelled 2 Down c service=db cluster=eu; labelled 3 Down d service=db cluster=us; labelled 4 Down e service=db; } > in
	[ "$(aiops-correlate in | joined)" = '[["a","b","c","d","e"]]' ]
	echo 'group: {apart: [cluster]}' > rules
	[ "$(aiops-correlate --rules rules in | joined)" = '[["a","c"],["b","d","e"]]' ]
	# as Alertmanager has it: both
	{ labelled 0 Down a cluster=eu; labelled 1 Slow b cluster=eu; labelled 1 Slow c cluster=us service=b; labelled 1 Odd b cluster=us; } > in
	echo 'group: {by: [cluster], apart: [cluster]}' > rules
	[ "$(aiops-correlate --rules rules in | joined)" = '[["a","b"],["b","c"]]' ]
	# over several runs, too
	while read -r line; do printf '%s\n' "$line" | aiops-correlate --rules rules --state kept; done < in > many
	[ "$(joined < many)" = '[["a","b"],["b","c"]]' ]
}

@test "labels: what joins, and what does not" {
	{ labelled 0 Down a service=db rack=r1; labelled 1 Slow b service=db shard=7; labelled 1 Full c rack=r1; labelled 1 Lag d shard=7; } > in
	[ "$(aiops-correlate in | joined)" = '[["a","b"],["c"],["d"]]' ]
	echo 'labels: {service: never, rack: place, shard: thing}' > rules
	[ "$(aiops-correlate --rules rules in | joined)" = '[["a","c"],["b","d"]]' ]
	# a number multiplies what is learned: of 100 incidents 16 were of a customer, too many to join, but not for a weight of two
	for ((i = 0; i < 100; i++)); do
		labelled 0 Odd "p$i" "customer=$((i < 16 ? 0 : i))" | sed "s/T09:00/T0$((i / 20)):$((10 + i % 20 * 2))/"
	done > in
	{ labelled 0 Down y customer=0; labelled 1 Slow z customer=0; } >> in
	[ "$(aiops-correlate in | joined | jq -c '[.[] | select(any(. == "y"))]')" = '[["y"]]' ]
	echo 'labels: {customer: 2}' > rules
	[ "$(aiops-correlate --rules rules in | joined | jq -c '[.[] | select(any(. == "y"))]')" = '[["y","z"]]' ]
}

@test "a window over several runs: what it keeps aside is given back by the run that sees its end" {
	printf 'windows:\n  - {name: w, match: [service=db], from: 2026-11-21T09:05:00Z, to: 2026-11-21T10:00:00Z}\n' > windows
	{ alert 10 Full db; alert 20 Slow db; alert 30 Slow db resolved; alert 61 End x; alert 70 End2 y; } > all
	aiops-correlate --maintenance windows all > one
	for i in 1 2 3 4 5; do sed -n "${i}p" all | aiops-correlate --maintenance windows --state kept >> many; done
	for f in one many; do
		jq -r 'select(.correlate.given_back) | [.timestamp, .name, .status, .correlate.given_back] | join(" ")' $f > $f.back
		jq -c 'select(.kind == "notice") | .notice' $f > $f.notices
	done
	[ "$(cat one.back)" = "2026-11-21T10:00:00Z Full firing Full-10-firing" ]
	cmp one.back many.back
	cmp one.notices many.notices
	jq -es 'any(.event == "maintenance_ended" and .suppressed == 2 and .resolved_inside == 1 and .given_back == 1)' one.notices > /dev/null
	# inside the window nothing was opened
	jq -es 'map(select(.kind == "incident" and .timestamp < "2026-11-21T10:00:00Z")) == []' one > /dev/null
}

@test "what is given back says what it is, where, and how bad" {
	printf 'windows:\n  - {name: w, match: [pod=~"db.*"], from: 2026-11-21T09:05:00Z, to: 2026-11-21T09:30:00Z}\n' > windows
	alert_of() { labelled "$1" "$2" db-1 service=db host=h1 env=prod severity=major; }
	{ alert_of 0 Before; alert_of 10 Within; labelled 40 End x; } > in
	aiops-correlate --dedup 1h --maintenance windows in > out
	jq -c 'select(.correlate.given_back) | [.correlate.given_back, .status, .severity, .severity_number, .title, .component, .service, .host, .env,
		.labels.pod, .starts_at, .timestamp, .correlate.effective_severity, (.correlate.incident | test("^INC-"))]' out > got
	[ "$(sort got)" = '["Before-db-1","firing","high",17,"Before on db-1 still fires","db-1","db","h1","prod","db-1","2026-11-21T09:00:00Z","2026-11-21T09:30:00Z","high",true]
["Within-db-1","firing","high",17,"Within on db-1 still fires","db-1","db","h1","prod","db-1","2026-11-21T09:10:00Z","2026-11-21T09:30:00Z","high",true]' ]
	# also one that its incident only counts
	aiops-correlate --max-group 1 --dedup 1h --maintenance <(sed s/09:05/09:20/ windows) in > out
	jq -c 'select(.correlate.given_back) | [.correlate.given_back, .severity, .title, .service, .host]' out > got
	[ "$(sort got)" = '["Before-db-1","high","Before on db-1 still fires","db","h1"]
["Within-db-1","high","Within on db-1 still fires","db","h1"]' ]
	# it is a record by the schema
	grep given_back out | /usr/bin/python3 -c 'import json, sys, jsonschema
schema = json.load(open(sys.argv[1]))
for line in sys.stdin:
    jsonschema.validate(json.loads(line), schema)' "$ROOT/share/schema/record.schema.json"
}

@test "clocks change: a window at half past one in Berlin covers one hour of wall time, not two" {
	printf 'windows:\n  - {name: w, match: [service=db], repeat: daily, at: "01:30", for: 1h, zone: Europe/Berlin}\n' > windows
	# 25 October 2026: 01:30 CEST is 23:30Z, one hour later clocks are put back
	for t in 24T23:29 24T23:30 25T00:29 25T00:30 25T01:00; do
		alert 0 N$t db | sed "s/2026-11-21T09:00/2026-10-$t/"
	done | aiops-correlate --maintenance windows --lateness 0 --max-per-hour 0 |
		jq -r 'select(.kind == "alert" and (.correlate.given_back | not)) | [.timestamp[8:16], .correlate.suppressed_by[]] | join(" ")' > got
	[ "$(cat got)" = "24T23:29
24T23:30 maintenance:w
25T00:29 maintenance:w
25T00:30
25T01:00" ]
}

@test "a clock that jumps by years passes thousands of windows at once" {
	printf 'windows:\n  - {name: w, match: [service=db], repeat: daily, at: "09:00", for: 1h}\n' > windows
	{ alert 0 A db; for i in 0 1 2; do alert $i B$i web | sed 's/2026/2036/'; done; } | aiops-correlate --maintenance windows > out
	[ "$(jq -r 'select(.correlate.given_back) | .timestamp' out)" = "2026-11-21T10:00:00Z" ]
	[ "$(jq -r 'select(.notice.event == "maintenance_ended") | .timestamp' out)" = "2026-11-21T10:00:00Z" ]
}

@test "a flood under a cap: as many firsts of a component, and any new critical root, come through; the count is told" {
	for i in {1..300}; do alert $((i / 60)) "F$i" "s$i"; done > in
	alert 6 Root db firing critical >> in
	aiops-correlate --max-per-hour 100 in > out
	[ "$(by < out | grep -c ' cap$')" = 100 ]
	[ "$(by < out | grep Root)" = "Root-6-firing " ]
	jq -es 'any(.notice.event == "cap_ended" and .notice.suppressed == 100)' out > /dev/null
	[ "$(grep -c '"kind":"alert"' out)" = 301 ]
}

@test "a loud component does not use up the cap for the root: the first alert of a component comes through" {
	{ for i in {1..50}; do alert $((i / 20)) "Loud$i" web | sed 's/"labels":{/"labels":{"pod":"one",/'; done
	  for i in 1 2 3; do alert 3 "Full$i" db | sed 's/"labels":{/"labels":{"pod":"one",/'; done; } > in
	aiops-correlate --max-per-hour 10 in > out
	[ "$(jq -r 'select(.kind == "incident") | .incident' out | sort -u | wc -l)" = 1 ]
	[ "$(by < out | grep -c '^Loud.* cap$')" = 40 ]
	[ "$(by < out | grep '^Full' | awk '$2 == ""' | wc -l)" = 1 ]
	[ "$(by < out | grep -c '^Full.* cap$')" = 2 ]
	# the same over several runs: what was told counts on
	split -l 7 in part.
	for part in part.*; do aiops-correlate --max-per-hour 10 --state kept "$part"; done > many
	[ "$(by < many | grep -c ' cap$')" = 42 ]
}

@test "a continuing problem is told again after the cooldown" {
	for i in {0..12}; do alert "$i" Down db; done | aiops-correlate --cooldown 5m | by > out
	[ "$(awk '$2 == "" { print $1 }' out | tr '\n' ' ')" = "Down-0-firing Down-5-firing Down-10-firing " ]
}

@test "a rise in severity is told at once, whatever the cooldown" {
	{ alert 0 Down db firing low; alert 1 Down db firing low; alert 2 Down db firing critical; } |
		aiops-correlate --lateness 0 | by > out
	[ "$(cat out)" = "Down-0-firing 
Down-1-firing cooldown
Down-2-firing " ]
}

@test "summary: the counts add up, as a record and as a table" {
	printf 'windows:\n  - {name: w, match: [service=db], from: 2026-11-21T09:05:00Z, to: 2026-11-21T10:00:00Z}\n  - {name: stale, match: [service=gone], from: 2026-11-21T09:05:00Z, to: 2026-11-21T10:00:00Z}\n' > windows
	{ for i in 0 1 2 3; do alert $i Loud web; done; alert 4 Quiet api firing critical; alert 5 Quiet api resolved critical; alert 6 Full db; } > in
	aiops-correlate --summary --maintenance windows in > out
	jq -e 'select(.kind == "summary") | .summary | .alerts == 6 and .resolutions == 1 and .duplicates == 3
		and .by_severity == {critical: 1, high: 5} and .active == 1 and .kept_aside == 1 and .incidents == 2
		and .reduction == 0.6667 and .suppressed.cooldown == 3 and .suppressed.maintenance == 1
		and .maintenance[1] == {window: "stale", active: true, suppressed: 0}
		and .noisiest[0] == {name: "Loud", component: "web", alerts: 4}' <(tail -1 out) > /dev/null
	aiops-correlate --format table --maintenance windows in > table
	grep -qx 'reduction  *66.67%' table
	grep -qx 'merged into others of them  *0' table
	grep -qx '  window stale: matched nothing' table
	grep -qx ' *4  Loud on web' table
	! grep -q '{' table
}

@test "summary: each so often in event time, and on USR1" {
	for i in {0..10}; do alert "$i" "N$i" web; done | aiops-correlate --summary-every 4m > out
	[ "$(jq -r 'select(.kind == "summary") | .timestamp[11:16]' out | tr '\n' ' ')" = "09:04 09:08 09:10 " ]
	mkfifo pipe
	aiops-correlate -u --summary < pipe > asked 2> errors &
	child=$!
	exec 7> pipe
	alert 0 A web >&7
	for i in {1..3000}; do [ -s asked ] && break; sleep 0.02; done
	kill -USR1 "$child"
	for i in {1..3000}; do grep -q stats errors && break; sleep 0.02; done
	alert 1 B web >&7
	for i in {1..3000}; do grep -q '"kind":"summary"' asked && break; sleep 0.02; done
	grep -q '"kind":"summary"' asked
	exec 7>&-
	wait "$child"
}
