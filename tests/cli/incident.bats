# aiops-incident: the register, what records and people do to it, and that nothing is lost.

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
}

A=INC-AAAAAAAAAAAAAAAA
B=INC-BBBBBBBBBBBBBBBB

# incident ID REVISION [JQ]: a record of aiops-correlate, changed by JQ.
incident() {
	jq -cn --arg id "$1" --argjson n "$2" '{v:1,kind:"incident",id:($id+"#"+($n|tostring)),incident:$id,revision:$n,
		change:"updated",status:"detected",timestamp:"2026-11-21T09:0\($n):00Z",source:"aiops-correlate",
		starts_at:"2026-11-21T09:00:00Z",last_seen:"2026-11-21T09:0\($n):00Z",ends_at:null,severity:"high",
		title:"orders is slow",services:["orders"],alerts:$n,causes:[{component:"orders-1",score:1,share:1}],
		members:[{id:"a",fingerprint:"\($id[4:8])000000000001",name:"Slow",component:"orders-1",onset:"2026-11-21T09:00:00Z"}]}
		| '"${3:-.}"
}
# run_record N STATE [JQ]
run_record() {
	jq -cn --argjson n "$1" --arg s "$2" --arg i "$A" '{v:1,kind:"run",id:"RUN-0000000000000001#\($n)",timestamp:"2026-11-21T09:1\($n):00Z",
		source:"aiops-runbook",incident:$i,run:"RUN-0000000000000001",runbook:"restart-service",mode:"apply",state:$s,actor:"ana"}
		| '"${3:-.}"
}
apply() { aiops-incident apply -q "$@"; }
field() { aiops-incident show "$1" --format ndjson | jq -r ".$2"; }
changes() { aiops-incident timeline "$1" --format ndjson | jq -r .change | paste -sd ' '; }

@test "a record opens an incident, and passes byte for byte" {
	incident $A 1 > in.ndjson
	printf '{"kind":"summary","id":"s","timestamp":"2026-11-21T09:00:00Z","source":"x",  "n":1.50}\n' >> in.ndjson
	apply in.ndjson > out.ndjson
	cmp in.ndjson out.ndjson
	aiops-incident show $A --format ndjson | jq -e '.number == 1 and .status == "detected" and .sev == "SEV2"
		and .title == "orders is slow" and .services == ["orders"] and .component == "orders-1" and .alerts == 1
		and .detected_at == "2026-11-21T09:01:00Z" and .starts_at == "2026-11-21T09:00:00Z"
		and .affected_resources == ["orders-1"] and .metrics == ["Slow"]'
}

@test "revisions update, and only what a person cares about is a moment" {
	{
		incident $A 1
		incident $A 2
		incident $A 3 '.effective_severity={value:"critical",why:"7 others"}'
		incident $A 4 '.severity="critical"|.services=["orders","web"]'
	} | apply > /dev/null
	[ "$(field $A severity)" = critical ]
	[ "$(field $A revision)" = 4 ]
	[ "$(field $A alerts)" = 4 ]
	[ "$(changes $A)" = "opened updated updated" ]
	aiops-incident timeline $A --format ndjson | jq -se '(.[1].text == "severity high -> critical (7 others)") and (.[2].text == "also affects web")'
}

@test "what was applied, or is older, changes nothing" {
	{ incident $A 1; incident $A 3; } > in.ndjson
	apply in.ndjson > /dev/null
	{ incident $A 2; cat in.ndjson; } | aiops-incident apply --stats 2> stats > /dev/null
	jq -e '.known == 3 and .updated == 0' stats
	[ "$(field $A revision)" = 2 ]
	[ "$(field $A alerts)" = 3 ]
}

@test "what triage adds to a revision that is known is taken" {
	incident $A 1 | apply > /dev/null
	incident $A 1 '.triage={type:{class:"deploy",score:.9},confidence:.42,hypotheses:[{text:"the deploy broke it"}],
		first_action:{text:"look at the deploy"},runbook:{id:"deploy-rollback"}}' | apply > /dev/null
	aiops-incident show $A --format ndjson | jq -e '.type == "deploy" and .hypothesis == "the deploy broke it" and .confidence == .42
		and .first_action == "look at the deploy" and .runbook == "deploy-rollback"'
	# and a person's decision is not undone when it comes again
	aiops-incident resolve $A > /dev/null
	incident $A 1 '.triage={hypotheses:[{text:"the deploy broke it"}]}' | apply > /dev/null
	[ "$(field $A status)" = resolved ]
}

@test "it is over when correlate says so, but not when only the input ended" {
	incident $A 1 | apply > /dev/null
	incident $A 2 '.status="resolved"|.resolved_by="end_of_input"' | apply > /dev/null
	[ "$(field $A status)" = detected ]
	incident $A 3 '.status="resolved"|.resolved_by="alerts"' | apply > /dev/null
	[ "$(field $A status)" = resolved ]
	[ "$(field $A resolved_at)" = 2026-11-21T09:03:00Z ]
	[ "$(field $A auto_resolved)" = true ]
	incident $A 4 | apply > /dev/null
	[ "$(field $A status)" = detected ]
	[ "$(field $A reopened)" = 1 ]
	[ "$(field $A resolved_at)" = null ]
}

@test "older alerts do not undo what a person closed, newer ones do" {
	incident $A 1 | apply > /dev/null
	aiops-incident resolve --now 2026-11-21T09:05:30Z $A > /dev/null
	incident $A 4 | apply > /dev/null
	[ "$(field $A status)" = resolved ]
	incident $A 6 | apply > /dev/null
	[ "$(field $A status)" = detected ]
}

@test "merged incidents keep both ids, and the people go along" {
	{ incident $A 1; incident $B 1; } | apply > /dev/null
	aiops-incident ack $B > /dev/null
	{ incident $A 2 ".merged=[\"$B\"]"; incident $B 2 ".merged_into=\"$A\"|.status=\"resolved\"|.resolved_by=\"merge\""; } | apply > /dev/null
	[ "$(field $B merged_into)" = $A ]
	[ "$(field $A merged_into)" = null ]
	[ "$(field $A acked_by)" = "$(id -un)" ]
	[ "$(aiops-incident list --format ndjson | jq -r .incident)" = $A ]
	[ "$(aiops-incident list --all --format ndjson | jq -r .incident | sort | paste -sd ' ')" = "$A $B" ]
	# the time line of the one that stays tells of both
	[ "$(aiops-incident timeline $A --format ndjson | jq -r 'select(.change == "opened") | .change' | wc -l)" -eq 2 ]
	run aiops-incident ack $B
	[ "$status" -eq 11 ]
	[[ $output == *"was merged into $A"* ]]
}

@test "the same alert under another id is the same incident, within the window" {
	incident $A 1 | apply > /dev/null
	incident $A 2 '.status="resolved"|.resolved_by="alerts"' | apply > /dev/null
	same=".members[0].fingerprint=\"AAAA000000000001\""
	incident $B 5 "$same" | apply > /dev/null
	[ "$(field $B incident)" = $A ]
	[ "$(field $A status)" = detected ]
	[ "$(field $A reopened)" = 1 ]
	[ "$(aiops-incident list --format ndjson | wc -l)" -eq 1 ]
	incident $A 3 '.status="resolved"|.resolved_by="alerts"' | apply > /dev/null
	# outside of it: another one
	incident INC-CCCCCCCCCCCCCCCC 9 "$same" | apply --reopen-window 5m > /dev/null
	[ "$(aiops-incident list --format ndjson | wc -l)" -eq 2 ]
}

@test "runs make it mitigating, mitigated, or escalated" {
	{ incident $A 1; run_record 1 running; } | apply > /dev/null
	[ "$(field $A status)" = mitigating ]
	[ "$(field $A mitigated_at)" = null ]
	run_record 3 failed | apply > /dev/null
	[ "$(field $A status)" = escalated ]
	{ run_record 3 succeeded; run_record 2 running; } | aiops-incident apply --stats 2> stats > /dev/null
	jq -e '.known == 2 and .runs == 0' stats
	run_record 5 succeeded '.incident="INC-9999999999999999"|.run="RUN-2"' | aiops-incident apply --stats 2> stats > /dev/null
	jq -e '.unmatched == 1' stats
	# a rehearsal does nothing
	run_record 6 succeeded '.mode="check"|.run="RUN-3"' | aiops-incident apply --stats 2> stats > /dev/null
	jq -e '.runs == 0' stats
}

@test "only what was verified is the end of it; what runs did is a field" {
	{ incident $A 1; run_record 1 running; run_record 2 'done' '.step="restart"'; run_record 3 succeeded '.reason="done"'; } | apply > /dev/null
	[ "$(field $A status)" = mitigating ]
	[ "$(field $A mitigated_at)" = null ]
	aiops-incident timeline $A --format ndjson | jq -se '.[-1].text | startswith("runbook restart-service succeeded; nothing verified it after 2m")'
	run_record 4 succeeded '.reason="verified"|.run="RUN-0000000000000002"|.timestamp="2026-11-21T09:14:41Z"' > second
	{ run_record 4 running '.run="RUN-0000000000000002"|.id="RUN-0000000000000002#1"|.timestamp="2026-11-21T09:14:00Z"'; cat second; } | apply > /dev/null
	aiops-incident show $A --format ndjson | jq -e '.status == "resolved" and .mitigated_at == "2026-11-21T09:14:41Z" and .resolved_at == .mitigated_at
		and .auto_resolved and .automated and [.remediation_actions[] | [.run[-1:], .runbook, .state, .reason]] ==
		[["1", "restart-service", "succeeded", "done"], ["2", "restart-service", "succeeded", "verified"]]
		and .remediation_actions[1].started_at == "2026-11-21T09:14:00Z"'
	aiops-incident timeline $A --format ndjson | jq -se '.[-1].text == "runbook restart-service succeeded, and is verified after 41s (RUN-0000000000000002)" and .[-1].actor == "ana"'
	aiops-incident show $A --format table | grep -q 'action .* restart-service: succeeded, verified, by ana (RUN-0000000000000002)'
	# the same record again is known, and alerts that are older than the end do not undo it
	{ cat second; incident $A 2; } | apply > /dev/null
	[ "$(field $A status)" = resolved ]
}

@test "feedback says what the cause was" {
	incident $A 1 | apply > /dev/null
	printf '{"v":1,"kind":"notice","id":"f1","timestamp":"2026-11-21T10:00:00Z","source":"aiops-triage","incident":"%s","feedback":{"cause":"connection leak","agreed":false}}\n' $A |
		apply > /dev/null
	[ "$(field $A actual_cause)" = "connection leak" ]
}

@test "records that cannot be used are rejected, and the rest goes on" {
	{
		incident "INC-x" 1
		incident $A 1 'del(.revision)'
		incident $A 1 '.revision=1.5'
		incident $A 1
	} > in.ndjson
	run aiops-incident apply --dead-letter dead.ndjson in.ndjson
	[ "$status" -eq 3 ]
	[ "$(wc -l < dead.ndjson)" -eq 3 ]
	[ "$(aiops-incident list --format ndjson | wc -l)" -eq 1 ]
}

@test "people: declare, acknowledge, assign, note, set, resolve; and the audit log has each" {
	aiops-incident open --severity SEV2 --service checkout 'double' 'charges' > out.ndjson
	id=$(jq -r .incident out.ndjson)
	jq -e '.title == "double charges" and .severity == "high" and .services == ["checkout"] and .audit.seq == 1' out.ndjson
	aiops-incident ack "$id" > /dev/null
	aiops-incident assign 1 ana --role commander > /dev/null
	aiops-incident note "#1" 'tried' 'failover' > /dev/null
	aiops-incident set "${id:4:6}" severity=SEV1 'cause=leak' starts_at=2026-11-21T08:00:00Z > /dev/null
	aiops-incident escalate 1 --to dba --reason 'no idea' > /dev/null
	aiops-incident resolve "$id" --cause 'connection leak' --reason 'rolled back' > /dev/null
	aiops-incident show 1 --format ndjson | jq -e --arg me "$(id -un)" '.status == "resolved" and .severity == "critical" and .acked_by == $me
		and .assigned_to == "dba" and .commander == "ana" and .actual_cause == "connection leak" and .remedy == "rolled back"
		and .starts_at == "2026-11-21T08:00:00Z" and .auto_resolved == false and .revision == 7'
	[ "$(changes 1)" = "opened acknowledged assigned note set escalated resolved" ]
	[ "$(aiops-audit query --incident "$id" | jq -r .change | paste -sd ' ')" = "opened acknowledged assigned note set escalated resolved" ]
	aiops-audit verify -q > /dev/null
	# records do not change what a person set
	incident "$id" 1 '.severity="low"|.title="other"' | apply > /dev/null
	aiops-incident show 1 --format ndjson | jq -e '.severity == "critical" and .title == "double charges"'
}

@test "what is not allowed names what is, and changes nothing" {
	aiops-incident open x > /dev/null
	aiops-incident resolve 1 > /dev/null
	run aiops-incident set 1 status=mitigating
	[ "$status" -eq 11 ]
	[[ $output == *"is resolved and cannot become mitigating; it can become: investigating, false_positive, post_mortem"* ]]
	run aiops-incident ack 1
	[ "$status" -eq 11 ]
	run aiops-incident resolve 1
	[ "$status" -eq 11 ]
	aiops-incident set 1 status=post_mortem > /dev/null
	run aiops-incident set 1 nonsense=1
	[ "$status" -eq 64 ]
	[[ $output == *"these can: status, severity"* ]]
	run aiops-incident set 1 status=sleeping
	[ "$status" -eq 64 ]
	run aiops-incident set 1 starts_at=yesterday-ish
	[ "$status" -eq 64 ]
	[ "$(field 1 revision)" = 3 ]
	run aiops-incident show INC-0000
	[ "$status" -eq 66 ]
	[[ $output == *"no incident 'INC-0000' is on file"* ]]
}

@test "reopening has a window" {
	aiops-incident open --now 2026-11-21T09:00:00Z x > /dev/null
	aiops-incident resolve --now 2026-11-21T09:10:00Z 1 > /dev/null
	run aiops-incident reopen --now 2026-11-21T15:00:00Z 1
	[ "$status" -eq 11 ]
	aiops-incident reopen --now 2026-11-21T15:00:00Z --reopen-window 8h 1 > /dev/null
	[ "$(field 1 status)" = investigating ]
	[ "$(field 1 reopened)" = 1 ]
}

@test "a change that was decided on an older state is refused" {
	aiops-incident open x > /dev/null
	n=$(field 1 revision)
	aiops-incident ack --if-revision "$n" 1 > /dev/null
	run aiops-incident resolve --if-revision "$n" 1
	[ "$status" -eq 10 ]
	[[ $output == *"is at revision 2 now, not 1"* ]]
	[ "$(field 1 status)" = investigating ]
}

@test "ids by their beginning: an ambiguous one is refused" {
	{ incident INC-AAAA000000000001 1; incident INC-AAAA000000000002 1 '.members=[]'; } | apply > /dev/null
	run aiops-incident show aaaa
	[ "$status" -eq 64 ]
	[[ $output == *"fits several"* ]]
	[ "$(field inc-aaaa000000000002 incident)" = INC-AAAA000000000002 ]
}

@test "list: open ones, severities, services, since; and nothing before there is a register" {
	[ "$(aiops-incident list --open --format table | tail -n 1)" = "nothing is open" ]
	[ ! -e "$AIOPS_DB" ]
	{ incident $A 1 '.severity="low"'; incident $B 1 '.severity="critical"|.services=["web","orders"]'; } | apply > /dev/null
	[ "$(aiops-incident list --open --format ndjson | jq -r .incident | paste -sd ' ')" = "$B $A" ]
	[ "$(aiops-incident list --severity SEV2 --format ndjson | jq -r .incident)" = $B ]
	[ "$(aiops-incident list --service orders --format ndjson | wc -l)" -eq 2 ]
	[ "$(aiops-incident list --service web --format ndjson | jq -r .incident)" = $B ]
	[ "$(aiops-incident list --since 2026-11-21T10:00:00Z --format ndjson | wc -l)" -eq 0 ]
	aiops-incident resolve $B > /dev/null
	[ "$(aiops-incident list --open --format ndjson | jq -r .incident)" = $A ]
	[ "$(aiops-incident list --status resolved --format ndjson | jq -r .incident)" = $B ]
	[ "$(aiops-incident list --format table | awk 'NR == 2 { print $2, $3 }')" = "SEV4 detected" ]
}

@test "the table fits the terminal, and foreign text cannot reach it as controls" {
	incident $A 1 '.title="\u001b[31m\u202e" + ("long " * 100)' | apply > /dev/null
	COLUMNS=100 aiops-incident list --format table > out
	[ "$(awk '{ if (length($0) > 104) n++ } END { print n + 0 }' out)" -eq 0 ] # bytes: an ellipsis has three
	! grep -q $'\033' out || fail 'that must not be there'
	aiops-incident show $A --format table > out
	! grep -q $'\033' out || fail 'that must not be there'
	aiops-incident timeline $A --format table > out
	! grep -q $'\033' out || fail 'that must not be there'
}

@test "secrets are stored nowhere" {
	key=AKIA$(printf 'ABCDEFGHIJKLMNOP')
	incident $A 1 ".title=\"key $key leaked\"" | apply > /dev/null
	aiops-incident note $A "password=correct-horse-battery $key" > /dev/null
	aiops-incident resolve $A --cause "used $key" > /dev/null
	! grep -aq "$key" "$AIOPS_DB" "$AIOPS_DB"-wal 2> /dev/null || fail 'that must not be there'
	! grep -aq correct-horse "$AIOPS_DB" "$AIOPS_DB"-wal 2> /dev/null || fail 'that must not be there'
	aiops-incident show $A --format ndjson | grep -q redacted
}

@test "without an audit row nothing is changed" {
	aiops-incident open x > /dev/null
	sqlite3 "$AIOPS_DB" "CREATE TRIGGER no_audit BEFORE INSERT ON aiops_audit BEGIN SELECT RAISE(FAIL, 'the log is full'); END"
	run aiops-incident ack 1
	[ "$status" -ne 0 ]
	[ "$(field 1 status)" = detected ]
	[ "$(changes 1)" = opened ]
	incident $A 1 > in.ndjson
	run aiops-incident apply in.ndjson
	[ "$status" -ne 0 ]
	[ -z "$(aiops-incident list --format ndjson | grep $A)" ]
}

@test "eight writers at once: every change is there, once" {
	local i pids=()
	aiops-incident open x > /dev/null
	for i in 1 2 3 4; do
		(for n in $(seq 10); do aiops-incident note 1 "writer $i note $n" > /dev/null || exit 1; done) &
		pids+=($!)
	done
	for i in 1 2 3 4; do
		(for n in $(seq 5); do incident "INC-00000000000000$i$n" 1 ".members[0].fingerprint=\"$i$n\"" | apply > /dev/null || exit 1; done) &
		pids+=($!)
	done
	for i in "${pids[@]}"; do wait "$i"; done
	[ "$(changes 1 | tr ' ' '\n' | grep -c note)" -eq 40 ]
	[ "$(aiops-incident list --format ndjson | jq -r .number | sort -n | uniq | wc -l)" -eq 21 ]
	[ "$(field 1 revision)" = 41 ]
	[ "$(aiops-audit query | wc -l)" -eq 61 ]
}

@test "kill -9 while records are applied: what came out is in the register" {
	local round n
	for n in $(seq -w 2000); do
		printf '{"v":1,"kind":"incident","id":"INC-000000000000%s#1","incident":"INC-000000000000%s","revision":1,"change":"opened","status":"detected","timestamp":"2026-11-21T09:00:00Z","source":"t","severity":"low","title":"t"}\n' "$n" "$n"
	done > in.ndjson
	for round in 1 2 3; do
		rm -f "$AIOPS_DB"*
		aiops-incident apply -u in.ndjson > out.ndjson 2> /dev/null &
		pid=$!
		until [ "$(wc -l < out.ndjson)" -ge $((round * 20)) ]; do kill -0 $pid; done
		kill -9 $pid
		wait $pid || true
		jq -r .incident out.ndjson 2> /dev/null | sort > came || true
		[ "$(wc -l < came)" -lt 2000 ]
		aiops-incident list --format ndjson | jq -r .incident | sort > there
		[ -z "$(comm -23 came there)" ]
		aiops-audit verify -q > /dev/null
		# and again from the beginning: nothing twice
		aiops-incident apply -q in.ndjson > /dev/null
		[ "$(aiops-incident list --format ndjson | wc -l)" -eq 2000 ]
		[ "$(aiops-audit query | wc -l)" -eq 2000 ]
	done
}

@test "metrics: what is pending counts, in a table, a record and for Prometheus" {
	local i
	for i in 1 2 3 4; do
		aiops-incident open --now 2026-11-20T09:00:00Z --severity SEV2 --type disk x > /dev/null
		aiops-incident set --now 2026-11-20T09:00:00Z $i starts_at=2026-11-20T08:59:00Z > /dev/null
		aiops-incident ack --now 2026-11-20T09:0$i:00Z $i > /dev/null
	done
	for i in 1 2; do aiops-incident resolve --now 2026-11-20T09:${i}0:00Z $i > /dev/null; done
	aiops-incident false-positive 4 > /dev/null
	incident $A 1 | apply > /dev/null
	aiops-incident metrics --now 2026-11-21T10:00:00Z > record
	jq -e '.kind == "summary" and .all.n == 5 and .all.open == 2 and .all.resolved == 2 and .all.false_positive == 1
		and .by_type.disk.n == 4 and .by_type.unknown.n == 1 and .by_severity.high.n == 5
		and .all.times.resolve.n == 2 and .all.times.resolve.pending == 2 and .all.times.resolve.median == 1200
		and .all.times.resolve.p90 == null and .all.times.acknowledge.median == 120
		and .agreement.n == 0 and .agreement.rate == null' record
	aiops-incident metrics --window 12h --now 2026-11-21T10:00:00Z | jq -e '.all.n == 1'
	aiops-incident metrics --format table --now 2026-11-21T10:00:00Z > table
	grep -q '^5 incidents: 2 open, 2 resolved, 1 false positives' table
	grep -Eq '^resolve +2 +2 +20m ' table
	aiops-incident metrics --openmetrics m.prom --now 2026-11-21T10:00:00Z
	grep -qx 'aiops_incidents_detected_total{severity="high",type="disk"} 4' m.prom
	grep -qx 'aiops_resolution_time_seconds_bucket{severity="high",le="900"} 1' m.prom
	grep -qx 'aiops_resolution_time_seconds_count{severity="high"} 2' m.prom
	if command -v promtool > /dev/null; then promtool check metrics < m.prom; fi
	[ "$(aiops-incident metrics --db none.db | jq .all.n)" = 0 ]
}

@test "metrics: a hundred types stay thirty-one" {
	local i
	for i in $(seq 1 100); do
		incident "$(printf 'INC-%016d' "$i")" 1 ".triage={type:{class:\"t$i\"}}|.members=[]"
	done | apply > /dev/null
	aiops-incident metrics --now 2026-11-21T10:00:00Z | jq -e '(.by_type | length) == 31 and .by_type.other.n == 70'
}

@test "review: filled in, and a past incident that triage finds at once" {
	incident $A 1 '.triage={type:{class:"model_degradation"},confidence:.42,hypotheses:[{text:"the model is stale",
		evidence:[{record_id:"l-7",quote:"psi 0.9"}]}],similar:[{id:"PI-1",title:"stale model"}],runbook:{id:"model-rollback"}}' | apply > /dev/null
	aiops-incident ack $A > /dev/null
	aiops-incident resolve $A --cause 'upstream changed units' --reason 'rolled back the model' > /dev/null
	mkdir reviews
	aiops-incident review $A > reviews/a.md
	for want in '^cause:$' 'text: "upstream changed units"' 'worked: "rolled back the model"' 'evidence: "psi 0.9" (l-7)' 'similar before: PI-1' \
		'Had the distribution of the input data changed' 'Which step took longest' '| acknowledged: now investigating |' 'confidence 0.42'; do
		grep -q "$want" reviews/a.md || fail "the review lacks: $want"
	done
	aiops-triage similar --history reviews 'orders slow units' | jq -e --arg a $A '.id == $a and .cause.class == "model_degradation" and .worked == "rolled back the model"'
	run aiops-incident review INC-NONE
	[ "$status" -eq 66 ]
}

@test "review: what nobody confirmed is not taught, nor a false alarm's guess" {
	guess='.triage={type:{class:"deploy"},confidence:.42,hypotheses:[{text:"the deploy broke it"}]}'
	incident $A 1 "$guess" | apply > /dev/null
	cause() { sed -n '/^cause:/,/^first_action/p' <(aiops-incident review $A); }
	grep -qx '  text: ""' <(cause)
	printf '{"v":1,"kind":"notice","id":"f1","timestamp":"2026-11-21T10:00:00Z","source":"aiops-triage","incident":"%s","feedback":{"cause":"a leak","agreed":false,"component":"orders-db","class":"connection_exhaustion"}}\n' $A |
		apply > /dev/null
	cause | grep -qx '  text: "a leak"'
	cause | grep -qx '  component: "orders-db"'
	cause | grep -qx '  class: "connection_exhaustion"'
	incident $B 1 "$guess|del(.title)" | apply > /dev/null
	aiops-incident false-positive $B > /dev/null
	mkdir reviews
	aiops-incident review $B > reviews/b.md
	grep -qx '  text: "false alarm: nothing was wrong"' reviews/b.md
	grep -qx '  class: ""' reviews/b.md
	aiops-triage similar --history reviews 'false alarm' | jq -e --arg b $B '.id == $b'
}

@test "review: nothing in it is obeyed by a terminal, and it says the same" {
	incident $A 1 '.title="a\u009b2J\u202eb\u007f"|.services=["s\u009b"]|.triage={type:{class:"deploy"}}' | apply > /dev/null
	printf 'general:\n  questions: ["why\\u009b\\u202e?"]\n  prevention: [a]\n  detection: [b]\ntypes: {}\n' > q.yaml
	aiops-incident review $A --questions q.yaml > a.md
	[ -z "$(LC_ALL=C tr -d '\n -~' < a.md)" ] || fail "$(LC_ALL=C grep -n '[^ -~]' a.md)"
	grep -qF -- '- why\u009B\u202E?' a.md
	mkdir reviews && mv a.md reviews
	aiops-triage similar --history reviews 2J | jq -e '.title == "a\u009b2J\u202eb\u007f"'
}

@test "review: hostile text stays text" {
	incident $A 1 '.title="x\"\n---\nid: evil | <script>alert(1)</script> [a](http://b)"' | apply > /dev/null
	aiops-incident review $A > a.md
	[ "$(grep -c '^---$' a.md)" -eq 2 ]
	! grep -q '<script>' <(sed '1,/^---$/d' a.md | sed '1,/^---$/d') || fail 'HTML came through'
	mkdir reviews && mv a.md reviews
	aiops-triage similar --history reviews 'script evil' | jq -e --arg a $A '.id == $a'
}

@test "review: each of the eight types has questions of its own" {
	local type
	for type in model_degradation data_quality feature_pipeline serving_latency safety_violation drift_detected training_failure feedback_loop; do
		aiops-incident open --type $type x > /dev/null
		aiops-incident open --type other x > /dev/null
	done
	for n in $(seq 1 2 16); do
		[ "$(aiops-incident review "$n" | grep -c '?$')" -gt "$(aiops-incident review $((n + 1)) | grep -c '?$')" ] || fail "$n"
	done
	printf 'general:\n  questions: 7\n' > bad.yaml
	run aiops-incident review --questions bad.yaml 1
	[ "$status" -eq 78 ]
	[[ $output == *"bad.yaml"*"line 2"* || $output == *"line 2"*"bad.yaml"* ]]
}
