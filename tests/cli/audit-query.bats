# aiops-audit query and report: conditions, words, formats, pages, and what is still to come.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/state/audit.db
}

teardown() {
	[ -z "${CHILDREN-}" ] || kill -9 $CHILDREN 2> /dev/null || true
}

# An incident from its alerts to the end of its run.
log_incident() {
	cat > in << 'EOF'
{"v":1,"kind":"change","id":"c1","timestamp":"2026-11-21T11:05:09Z","source":"ci","component":"orders-api","change":{"type":"deploy","from":"1.41","to":"1.42","by":"lin"}}
{"v":1,"kind":"incident","id":"INC-A#1","incident":"INC-A","revision":1,"change":"opened","timestamp":"2026-11-21T11:05:44Z","source":"aiops-correlate","severity":"high","title":"PostgresConnectionsHigh on orders-db","members":[{"id":"m1","name":"PostgresConnectionsHigh","component":"orders-db","severity":"medium","onset":"2026-11-21T11:05:13Z"}]}
{"v":1,"kind":"incident","id":"INC-A#2","incident":"INC-A","revision":2,"change":"updated","timestamp":"2026-11-21T11:06:15Z","source":"aiops-correlate","severity":"critical","effective_severity":{"value":"critical","why":"x"},"title":"OrdersApiErrors and 1 more","members":[{"id":"m1","name":"PostgresConnectionsHigh","component":"orders-db","severity":"medium","onset":"2026-11-21T11:05:13Z"},{"id":"m2","name":"OrdersApiErrors","component":"orders-api","severity":"critical","onset":"2026-11-21T11:05:17Z"}],"triage":{"confidence":0.42,"hypotheses":[{"text":"the connection slots of orders-db are used up"}]}}
{"v":1,"kind":"plan","id":"RUN-B#1","incident":"INC-A","run":"RUN-B","timestamp":"2026-11-21T11:07:00Z","source":"aiops-runbook","runbook":"free-connections","state":"awaiting_approval","reason":"pending_approval","actor":"root","resolved":{"risk":"high"}}
{"v":1,"kind":"run","id":"RUN-B#2","incident":"INC-A","run":"RUN-B","timestamp":"2026-11-21T11:09:30Z","source":"aiops-runbook","runbook":"free-connections","state":"awaiting_approval","reason":"approved","actor":"maria","approval":{"decision":"approved","approver":"maria","words":"seen"}}
{"v":1,"kind":"run","id":"RUN-B#3","incident":"INC-A","run":"RUN-B","timestamp":"2026-11-21T11:09:31Z","source":"aiops-runbook","runbook":"free-connections","step":"terminate","state":"intent","actor":"root"}
{"v":1,"kind":"run","id":"RUN-B#4","incident":"INC-A","run":"RUN-B","timestamp":"2026-11-21T11:09:33Z","source":"aiops-runbook","runbook":"free-connections","step":"terminate","from":"intent","state":"done","exit":0,"elapsed_ms":1800,"actor":"root"}
{"v":1,"kind":"run","id":"RUN-B#5","incident":"INC-A","run":"RUN-B","timestamp":"2026-11-21T12:10:00Z","source":"aiops-runbook","runbook":"free-connections","from":"verifying","state":"failed","reason":"verify_failed","actor":"root"}
EOF
	aiops-audit append --actor tester --now 2026-11-21T13:00:00Z < in > /dev/null
}

seqs() { jq -c '.audit.seq' | paste -sd ' '; }

wait_for() {
	local i
	for i in {1..3000}; do
		"$@" 2> /dev/null && return 0
		sleep 0.02
	done
	fail "waited in vain for: $*"
}
has_lines() { [ "$(wc -l < "$1")" -ge "$2" ]; }

@test "query --where: all conditions hold" {
	log_incident
	[ "$(aiops-audit query --where state=done | seqs)" = 7 ]
	[ "$(aiops-audit query -w state --where '!step' | seqs)" = '4 5 8' ]
	[ "$(aiops-audit query --where 'severity>=high' | seqs)" = '2 3' ]
	[ "$(aiops-audit query --where 'elapsed_ms>900' --where exit=0 | seqs)" = 7 ]
	[ "$(aiops-audit query --where 'approval.words~SEE' | seqs)" = 5 ]
	run -64 --separate-stderr aiops-audit query --where '=x'
	[[ $stderr == *"--where: '=x' is no condition"* ]]
}

@test "query --limit counts the rows that fit" {
	log_incident
	[ "$(aiops-audit query --where run=RUN-B --limit 2 | seqs)" = '7 8' ]
	[ "$(aiops-audit query --where kind=incident --limit 1 | seqs)" = 3 ]
	[ "$(aiops-audit query --kind incident --limit 5 | seqs)" = '2 3' ]
	[ -z "$(aiops-audit query --where kind=nothing --limit 5)" ]
}

@test "query --search: all words, phrases, beginnings, any case; nothing is syntax" {
	log_incident
	[ "$(aiops-audit query --search 'CONNECTION slots' | seqs)" = 3 ]
	[ "$(aiops-audit query --search '"slots connection"' | seqs)" = '' ]
	[ "$(aiops-audit query --search '"connection slots"' | seqs)" = 3 ]
	[ "$(aiops-audit query --search 'postgresconn*' | seqs)" = '2 3' ]
	[ "$(aiops-audit query --search 'postgresconn*' --kind run | seqs)" = '' ]
	local words
	for words in 'a OR b' 'title:x' 'NEAR(a b)' "it's" '*' '^a' '-a' 'a"b' '(' ')' '{a}' 'a;b'; do
		run -0 aiops-audit query --search "$words"
	done
	run -64 aiops-audit query --search '  '
	run -64 aiops-audit query --search '""'
}

@test "query --search: the index follows the log, is private, and is made again when it is lost or broken" {
	log_incident
	[ "$(aiops-audit query --search lin | seqs)" = 1 ]
	[ "$(stat -c %a "$AIOPS_DB.search")" = 600 ]
	echo '{"kind":"change","id":"c2","title":"lin again"}' | aiops-audit append > /dev/null
	[ "$(aiops-audit query --search lin | seqs)" = '1 9' ]
	rm "$AIOPS_DB.search"
	[ "$(aiops-audit query --search lin | seqs)" = '1 9' ]
	echo 'no database' > "$AIOPS_DB.search"
	[ "$(aiops-audit query --search lin | seqs)" = '1 9' ]
	head -c 20000 "$AIOPS_DB.search" > half
	cat half > "$AIOPS_DB.search"
	[ "$(aiops-audit query --search lin | seqs)" = '1 9' ]
}

@test "query --search: an index of another log is not believed" {
	log_incident
	aiops-audit query --search lin > /dev/null
	echo '{"kind":"change","id":"x","title":"the other log, by lin"}' |
		AIOPS_DB=$BATS_TEST_TMPDIR/other.db aiops-audit append > /dev/null
	cp "$AIOPS_DB.search" "$BATS_TEST_TMPDIR/other.db.search"
	[ "$(AIOPS_DB=$BATS_TEST_TMPDIR/other.db aiops-audit query --search lin | jq -r .id)" = x ]
	[ -z "$(AIOPS_DB=$BATS_TEST_TMPDIR/other.db aiops-audit query --search terminate)" ]
}

@test "query --search: where nothing can be written beside the log" {
	log_incident
	mkdir "$AIOPS_DB.search" # no file can be there
	[ "$(aiops-audit query --search lin | seqs)" = 1 ]
}

@test "query --format timeline: what happened, once, in the order in which it happened" {
	log_incident
	aiops-audit query --format timeline > out
	diff out - << 'EOF'
2026-11-21 (UTC)
11:05:09     +0:00  change     deploy of orders-api to 1.42  by lin
11:05:13     +0:04  alert      PostgresConnectionsHigh on orders-db (medium)
11:05:17     +0:08  alert      OrdersApiErrors on orders-api (critical)
11:05:44     +0:35  incident   opened: PostgresConnectionsHigh on orders-db
11:06:15     +1:06  incident   updated: OrdersApiErrors and 1 more
11:06:15     +1:06  hypothesis the connection slots of orders-db are used up (confidence 0.42)
11:07:00     +1:51  decision   planned free-connections, risk high (pending_approval)  by root
11:09:30     +4:21  decision   approved the plan of free-connections: "seen"  by maria
11:09:33     +4:24  action     terminate: done, 1800 ms  by root
12:10:00  +1:04:51  action     free-connections: failed (verify_failed)  by root
EOF
	COLUMNS=60 aiops-audit query --format timeline > narrow
	[ "$(awk '{ if (length > n) n = length } END { print n }' narrow)" = 60 ]
}

@test "query --format csv: quoted, with a heading, no cell is a formula" {
	log_incident
	echo '{"kind":"note","id":"n1","title":"=cmd(\"x\"), \u0007 and more\n"}' | aiops-audit append > /dev/null
	aiops-audit query --format csv > out.csv
	python3 - << 'EOF'
import csv
rows = list(csv.reader(open('out.csv', newline='')))
assert rows[0] == ['seq', 'ts', 'kind', 'actor', 'incident', 'run', 'record_id', 'what', 'hash'], rows[0]
assert len(rows) == 10 and all(len(r) == 9 for r in rows)
assert rows[9][7].startswith("'=cmd(\"x\"), "), rows[9][7]
assert rows[7][3:8] == ['tester', 'INC-A', 'RUN-B', 'RUN-B#4', 'terminate: intent -> done'], rows[7]
EOF
}

@test "query --since takes today and yesterday" {
	log_incident
	[ "$(aiops-audit query --since today --now 2026-11-21T23:59:00Z | wc -l)" = 8 ]
	[ "$(aiops-audit query --since yesterday --now 2026-11-22T01:00:00Z | wc -l)" = 8 ]
	[ "$(aiops-audit query --since today --now 2026-11-22T01:00:00Z | wc -l)" = 0 ]
}

@test "query --follow: what is there, what comes, and an end by TERM" {
	log_incident
	aiops-audit query --follow --run RUN-B --where '!step' --limit 1 > out &
	CHILDREN=$!
	wait_for has_lines out 1
	printf '{"kind":"run","id":"RUN-B#6","run":"RUN-B","state":"late"}\n{"kind":"run","id":"other","run":"RUN-C","state":"late"}\n' |
		aiops-audit append > /dev/null
	wait_for has_lines out 2
	kill -TERM "$CHILDREN"
	local status=0
	wait "$CHILDREN" || status=$?
	[ $status = 143 ]
	CHILDREN=
	[ "$(seqs < out)" = '8 9' ]
	local option
	for option in --search=x --until=1h --format=timeline; do
		run -64 aiops-audit query --follow "$option"
	done
}

# ---- report ----

@test "report --incident: a page in Markdown" {
	log_incident
	echo '{"kind":"note","id":"f","incident":"INC-A","feedback":{"cause":"pool_size *20* | too large","agreed":true}}' |
		aiops-audit append --actor tester --now 2026-11-21T13:00:00Z > /dev/null
	run -0 aiops-audit report --incident INC-A
	[[ $output == '# OrdersApiErrors and 1 more'* ]]
	[[ $output == *'| Severity | critical |'* ]]
	[[ $output == *'| Hypothesis | the connection slots of orders-db are used up | confidence 0.42 |'* ]]
	[[ $output == *'| Actual cause | pool\_size \*20\* \| too large | the hypothesis was right |'* ]]
	[[ $output == *'| 2026-11-21 11:09:30 | decision | approved the plan of free-connections: "seen" | maria |'* ]]
	[[ $output == *'| RUN-B | free-connections | root | maria | failed | verify\_failed | - |'* ]]
	[[ $output == *'recomputed over 9 rows without a finding'* ]]
	[[ $output != *orders-api\ to\ 1.42* ]] # not of this incident
}

@test "report: JSON holds the same, and the last revision as it was logged" {
	log_incident
	aiops-audit report --incident INC-A --format json > page.json
	[ "$(jq -r '.report, .incident, .hypothesis, .confidence, .verification.verified, (.timeline | length)' page.json | paste -sd '|')" = \
		'incident|INC-A|the connection slots of orders-db are used up|0.42|true|9' ]
	[ "$(jq -c .record page.json)" = "$(sed -n 3p in)" ]
}

@test "report --since: incidents, hypotheses, runbooks and alerts of a span of time" {
	log_incident
	printf '%s\n' '{"kind":"run","id":"RUN-C#1","run":"RUN-C","timestamp":"2026-11-21T12:20:00Z","runbook":"free-connections","mode":"apply","state":"running"}' \
		'{"kind":"run","id":"RUN-C#2","run":"RUN-C","timestamp":"2026-11-21T12:20:04Z","runbook":"free-connections","mode":"apply","state":"succeeded","reason":"verified"}' \
		'{"kind":"run","id":"RUN-D#1","run":"RUN-D","timestamp":"2026-11-21T12:20:04Z","runbook":"x","mode":"plan","state":"blocked","reason":"breaker_open"}' \
		'{"kind":"note","id":"f","incident":"INC-A","feedback":{"cause":"x","agreed":false}}' |
		aiops-audit append --now 2026-11-21T13:00:00Z > /dev/null
	aiops-audit report --since 2026-11-21 --format json > page.json
	[ "$(jq -c '[.incidents_by_severity.critical, .alerts.OrdersApiErrors, .refused, .breaker_open]' page.json)" = '[1,1,1,1]' ]
	[ "$(jq -c '[.hypotheses | .answered, .judged, .agreed]' page.json)" = '[0,0,0]' ] # INC-A's triage has no decision
	[ "$(jq -c '.runbooks[0] | [.runbook, .runs, .succeeded, .failed, .by_hand, .by_machine, .timed, .total_ms]' page.json)" = \
		'["free-connections",1,1,0,0,1,1,4000]' ]
	run -0 aiops-audit report --since 2026-11-21
	[[ $output == *'| free-connections | 1 | 1 | 0 | 0 | 1 | 4.0 s |'* ]]
	run -0 aiops-audit report --since 2026-11-22T00:00:00Z --now 2026-11-23T00:00:00Z
	[[ $output == *'No incident is on record.'*'No runbook was run.'*'No alert is on record.'* ]]
	run -64 aiops-audit report --since 1d --until 3d
	[[ $output == *'--until is not after --since'* ]]
}

@test "report --since: feedback on an older incident makes no incident of this span" {
	log_incident
	echo '{"kind":"note","id":"f","incident":"INC-A","feedback":{"cause":"x","agreed":true}}' |
		aiops-audit append --now 2026-11-29T13:00:00Z > /dev/null
	run -0 aiops-audit report --since 7d --now 2026-11-30T00:00:00Z
	[[ $output == *'No incident is on record.'* ]]
	aiops-audit report --since 7d --now 2026-11-30T00:00:00Z --format json > page.json
	[ "$(jq -c '[.incidents_by_type, (.incidents_by_severity | add)]' page.json)" = '[{},0]' ]
}

@test "report: a log that does not verify says so, on the page and by 10" {
	log_incident
	sqlite3 "$AIOPS_DB" "PRAGMA writable_schema=ON; DELETE FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'aiops_audit_update%'"
	sqlite3 "$AIOPS_DB" "UPDATE aiops_audit SET body = replace(body, '\"seen\"', '\"done\"') WHERE seq = 5"
	local format
	for format in markdown html json; do
		run -10 aiops-audit report --incident INC-A --format "$format"
		[[ $output == *'does not verify'* || $output == *'"verified":false'* ]]
	done
}

@test "report: an incident that is not there, options that do not go together" {
	log_incident
	run -66 aiops-audit report --incident INC-B
	[[ $output == *"no record of incident 'INC-B'"* ]]
	run -64 aiops-audit report --incident INC-A --since 7d
	run -64 aiops-audit report --since fortnight
	AIOPS_DB=$BATS_TEST_TMPDIR/none.db run -66 aiops-audit report
}
