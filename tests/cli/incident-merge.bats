# aiops-incident: what is one incident and what is not; merged, joined, come again, read late.

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
}

A=INC-AAAAAAAAAAAAAAAA
B=INC-BBBBBBBBBBBBBBBB
C=INC-CCCCCCCCCCCCCCCC

# incident ID REVISION [JQ]: a record of aiops-correlate, changed by JQ.
incident() {
	jq -cn --arg id "$1" --argjson n "$2" '{v:1,kind:"incident",id:($id+"#"+($n|tostring)),incident:$id,revision:$n,
		change:"updated",status:"detected",timestamp:"2026-11-21T09:0\($n):00Z",source:"aiops-correlate",
		starts_at:"2026-11-21T09:00:00Z",last_seen:"2026-11-21T09:0\($n):00Z",severity:"high",
		title:"orders is slow",services:["orders"],alerts:$n,
		members:[{id:"a",fingerprint:"\($id[4:8])000000000001",name:"Slow",component:"orders-1",onset:"2026-11-21T09:00:00Z"}]}
		| '"${3:-.}"
}
apply() { aiops-incident apply -q "$@"; }
field() { aiops-incident show "$1" --format ndjson | jq -r ".$2"; }
open_ids() { aiops-incident list --open --format ndjson | jq -r .incident | sort | paste -sd ' '; }

@test "merged by a person one way and by correlate the other: one stays on the board" {
	{ incident $A 1; incident $B 1; } | apply > /dev/null
	aiops-incident merge $A $B > /dev/null
	[ "$(open_ids)" = $B ]
	{ incident $A 2 ".merged=[\"$B\"]"; incident $B 2 ".merged_into=\"$A\"|.status=\"resolved\"|.resolved_by=\"merge\""; } | apply > /dev/null
	[ "$(field $A merged_into)" = $B ]
	[ "$(field $B merged_into)" = null ]
}

@test "a chain of three: one stays, with the people and the time line of all" {
	{ incident $A 1 '.severity="critical"'; incident $B 1; incident $C 1; } | apply > /dev/null
	aiops-incident note $A 'the note of the first' > /dev/null
	{ incident $B 2 ".merged=[\"$A\"]"; incident $C 2 ".merged=[\"$B\"]"; } | apply > /dev/null
	[ "$(open_ids)" = $C ]
	[ "$(field $C severity)" = critical ]
	aiops-incident timeline $C --format ndjson | jq -se --arg a $A 'map(select(.text == "the note of the first"))[0].incident == $a'
	aiops-incident timeline $C --format table | grep -q "$A note by"
	# the first one named again goes to the one that stays, not to the one between
	incident INC-DDDDDDDDDDDDDDDD 1 '.title="d"' | apply > /dev/null
	incident INC-DDDDDDDDDDDDDDDD 2 ".merged_into=\"$A\"|.status=\"resolved\"|.resolved_by=\"merge\"" | apply > /dev/null
	[ "$(field INC-DDDDDDDDDDDDDDDD merged_into)" = $C ]
	# and what is done about a part is done about the whole
	jq -cn --arg i $A '{v:1,kind:"run",id:"RUN-0000000000000001#1",timestamp:"2026-11-21T09:10:00Z",source:"aiops-runbook",incident:$i,
		run:"RUN-0000000000000001",runbook:"restart",mode:"apply",state:"running",actor:"ana"}' | apply > /dev/null
	[ "$(field $C status)" = mitigating ]
}

@test "a history that is read late is no part of what is open now" {
	incident $A 1 | apply > /dev/null
	same='.members[0].fingerprint="AAAA000000000001"'
	{
		incident $B 1 "$same"' | .timestamp="2026-11-01T09:01:00Z" | .starts_at="2026-11-01T09:00:00Z" | .last_seen="2026-11-01T09:01:00Z"'
		incident $B 2 "$same"' | .timestamp="2026-11-01T09:02:00Z" | .starts_at="2026-11-01T09:00:00Z" | .last_seen="2026-11-01T09:02:00Z"
			| .status="resolved" | .resolved_by="alerts"'
	} | apply > /dev/null
	[ "$(open_ids)" = $A ]
	[ "$(field $B status)" = resolved ]
	[ "$(field $B incident)" = $B ]
}

@test "what comes again can be acknowledged again, and counts from then" {
	incident $A 1 | apply > /dev/null
	aiops-incident ack --now 2026-11-21T09:01:30Z $A > /dev/null
	incident $A 2 '.status="resolved"|.resolved_by="alerts"' | apply > /dev/null
	incident $A 5 | apply > /dev/null
	aiops-incident show $A --format ndjson | jq -e '.status == "detected" and .acked_by == null and .reopened == 1 and .reopened_at == "2026-11-21T09:05:00Z"'
	aiops-incident ack --now 2026-11-21T09:05:10Z $A > /dev/null
	aiops-incident metrics --now 2026-11-21T10:00:00Z | jq -e '.all.times.acknowledge.median == 10'
}

@test "counts for Prometheus never fall, whatever becomes of an incident" {
	totals() { aiops-incident metrics --openmetrics m.prom --now "$1" && grep -E '^aiops[a-z_]*_(total|bucket|count|sum)[{ ]' m.prom | sort > "$2"; }
	# rises BEFORE AFTER: no sample of the first is smaller in the second, or gone
	rises() {
		awk 'NR == FNR { n[$1] = $2; next } { seen[$1] = 1; if ($1 in n && $2 < n[$1]) bad = bad " " $1 }
			END { for (s in n) if (!(s in seen)) bad = bad " " s; if (bad) { print bad; exit 1 } }' "$1" "$2"
	}
	incident $A 1 '.severity="low"' | apply > /dev/null
	totals 2026-11-21T10:00:00Z one
	grep -qx 'aiops_incidents_detected_total{severity="low",type="unknown"} 1' one
	incident $A 2 '.severity="critical"|.triage={type:{class:"deploy"}}' | apply > /dev/null
	aiops-incident resolve --now 2026-11-21T09:03:00Z $A > /dev/null
	totals 2026-11-21T10:00:00Z two
	rises one two
	grep -qx 'aiops_resolution_time_seconds_bucket{severity="critical",le="300"} 1' two
	incident $A 5 | apply > /dev/null
	aiops-incident false-positive $A > /dev/null
	aiops-incident set $A status=investigating severity=low > /dev/null
	totals 2027-11-21T10:00:00Z three # a year later: out of every window
	rises two three
	if command -v promtool > /dev/null; then promtool check metrics < m.prom; fi
}

@test "a text as long as a book is cut, and the rest is not lost" {
	jq -cn --arg i $A '{v:1,kind:"incident",id:($i+"#1"),incident:$i,revision:1,change:"opened",status:"detected",timestamp:"2026-11-21T09:00:00Z",
		source:"t",severity:"low",title:("\u0001é" * 700000)}' > in.ndjson
	aiops-incident apply -q --max-record 16M in.ndjson | cmp - in.ndjson
	[ "$(field $A 'title | utf8bytelength')" -le 8192 ]
}

@test "what correlate joined is one resolution, not two" {
	{
		incident $A 1
		incident $B 1
		incident $A 2 ".merged=[\"$B\"]"
		incident $B 2 ".merged_into=\"$A\"|.status=\"resolved\"|.resolved_by=\"merge\""
		incident $A 3 '.status="resolved"|.resolved_by="alerts"'
	} | apply > /dev/null
	aiops-incident metrics --openmetrics m.prom
	grep -qx 'aiops_incidents_resolved_total{severity="high",auto_resolved="true"} 1' m.prom
	grep -qx 'aiops_resolution_time_seconds_count{severity="high"} 1' m.prom
}

@test "the table fits 80 columns" {
	aiops-incident open --service 'a-service-with-a-long-name' 'a title that is longer than what is left for it' > /dev/null
	aiops-incident ack 1 > /dev/null
	COLUMNS=80 aiops-incident list --format table > out
	[ "$(python3 -c 'print(max(len(l.rstrip("\n")) for l in open("out", encoding="utf-8")))')" -le 80 ]
	grep -q 'a title that' out
}

@test "TERM in the middle: what came out is in the register, and the exit says so" {
	local i
	mkfifo pipe
	aiops-incident apply pipe > out.ndjson 2> /dev/null 3>&- &
	pid=$!
	exec 7> pipe
	for i in $(seq 100 199); do incident "INC-0000000000000$i" 1 '.members=[]'; done >&7
	for i in {1..3000}; do [ "$(wc -l < out.ndjson)" -eq 100 ] && break; sleep 0.02; done
	kill -TERM $pid
	wait $pid && rc=0 || rc=$?
	exec 7>&-
	[ "$rc" -eq 143 ]
	[ "$(aiops-incident list --format ndjson | wc -l)" -eq 100 ]
}

@test "another has the store: 75, and nothing came out" {
	aiops-incident open x > /dev/null
	incident $A 1 > in.ndjson
	python3 - "$AIOPS_DB" > locked <<- 'EOF' &
		import fcntl, sqlite3, sys, time, os
		c = sqlite3.connect(sys.argv[1], isolation_level=None)
		c.execute('BEGIN IMMEDIATE')
		print('yes', flush=True)
		time.sleep(60)
	EOF
	holder=$!
	local i
	for i in {1..3000}; do [ -s locked ] && break; sleep 0.02; done
	aiops-incident apply -q in.ndjson > out.ndjson 2> err && rc=0 || rc=$?
	kill $holder && wait $holder || true
	[ "$rc" -eq 75 ] || fail "$rc: $(cat err)"
	[ ! -s out.ndjson ]
	apply in.ndjson | cmp - in.ndjson
}

@test "stopped by --strict in the middle of a group: what came out is in the register" {
	{ incident $A 1; incident $B 1; printf '{"kind":"incident","incident":"x"}\n'; incident $C 1; } > in.ndjson
	aiops-incident apply -q --strict in.ndjson > out.ndjson 2> err && fail 'it went on'
	[ "$(jq -r .incident out.ndjson | paste -sd ' ')" = "$A $B" ]
	[ "$(open_ids)" = "$A $B" ]
}
