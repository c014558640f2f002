# audit - the audit log: durable rows beside raw append and fdatasync, from a pipe, verified, found
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# audit_column NAME COLUMN: the median of a column of $work/audit.out over all rounds.
audit_column() {
	sed -n "s/^$1 //p" "$work/audit.out" | awk -v column="$2" '{ print $column }' | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# audit_rows FROM TO: records of 300 bytes with random ids, as hashes are, 20 of each incident.
audit_rows() {
	awk -v from="$1" -v to="$2" 'BEGIN { srand(9)
		for (i = from; i <= to; i++) {
			line = sprintf("{\"v\":1,\"kind\":\"run\",\"id\":\"%08x%08x%08x%08x\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"source\":\"bench\",\"incident\":\"INC-%012d\",\"note\":\"",
				int(rand() * 2 ^ 31), int(rand() * 2 ^ 31), int(rand() * 2 ^ 31), i, i / 20)
			while (length(line) < 298) line = line "xxxxxxxxxxxxxxxx"
			print substr(line, 1, 298) "\"}" } }'
}

# Rounds, and medians of them: a disk's speed changes from second to second.
audit_single() {
	audit_rounds=${quick:+3}
	audit_rounds=${audit_rounds:-7}
	printf '\nAudit rows on the disk of %s, one durable transaction each\n' "$build"
	audit_rows 1 3000 >"$work/rows.ndjson"
	i=0
	while [ $i -lt "$audit_rounds" ]; do
		i=$((i + 1))
		rm -f "$work/audit"/*
		"$tools/audit_append" "$work/audit" 1 >"$work/audit.round" || exit 70
		measured 1 "$work/rows.ndjson" "$bin/aiops-audit" append --unbuffered --db "$work/audit/some.db"
		awk -v wall="$wall" '
			$1 == "raw_fdatasync" { raw = $2; print }
			$1 == "append_batch_1" { print $1, $2, $2 / raw }
			END { print "programme", 3000 / wall, 3000 / wall / raw }' "$work/audit.round" >>"$work/audit.out"
	done
	printf '  %-34s %9s %9s\n' '' 'rows/s' 'ratio'
	printf '  %-34s %9.0f %9s\n' 'raw append and fdatasync' "$(audit_column raw_fdatasync 1)" 1
	for name in append_batch_1 programme; do
		words='the store, rows of 300 bytes'
		[ $name = append_batch_1 ] || words='aiops-audit append -u, the same'
		printf '  %-34s %9.0f %9.2f\n' "$words" "$(audit_column $name 1)" "$(audit_column $name 2)"
	done
	goal "$(is "$(audit_column append_batch_1 2) >= 0.7")" 'the store: at least 0.7 of raw append and fdatasync'
	goal "$(is "$(audit_column programme 2) >= 0.7")" 'aiops-audit, parsing and redacting included: at least 0.7'
}

# audit_rate NAME ROWS: the last measurement as rows a second, by the clock and by the processor.
audit_rate() {
	awk -v name="$1" -v rows="$2" -v wall="$wall" -v cpu="$cpu" -v kib="$kib" 'BEGIN {
		printf "  %-34s %9.0f %9.0f %9.1f\n", name, rows / wall, rows / cpu, kib / 1024 }'
}

audit_many() {
	many=${quick:+100000}
	many=${many:-1000000}
	printf '\nAudit log of %s rows\n' "$many"
	printf '  %-34s %9s %9s %9s\n' '' 'rows/s' 'rows/cpu-s' 'MiB'
	rm -f "$work/audit"/*
	audit_rows 1 "$many" >"$work/many.ndjson"
	head -n 100000 "$work/many.ndjson" >"$work/rows.ndjson"
	measured 1 /dev/null sh -c "cat '$work/rows.ndjson' | '$bin/aiops-audit' append --db '$work/audit/some.db' >/dev/null"
	audit_rate 'append from a pipe, the first 100000' 100000
	goal "$(is "100000 / $cpu >= 100000")" 'from a pipe: at least 100,000 rows a second of processor time, cat included'
	rm -f "$work/audit"/*
	measured 1 "$work/many.ndjson" "$bin/aiops-audit" append --db "$work/audit/many.db"
	audit_rate 'append from a file, all' "$many"
	rm -f "$work/many.ndjson"
	measured 1 /dev/null "$bin/aiops-audit" verify --db "$work/audit/many.db"
	audit_rate 'verify' "$many"
	goal "$(is "$many / $cpu >= 250000")" 'verify: at least 250,000 rows a second of processor time'
	measured 20 /dev/null "$bin/aiops-audit" query --incident INC-000000002500 --db "$work/audit/many.db"
	printf '  %-34s %9.1f ms, of the processor %.1f\n' 'query by incident, its 20 rows' \
		"$(awk "BEGIN { print $wall * 1000 }")" "$(awk "BEGIN { print $cpu * 1000 }")"
	goal "$(is "$wall <= 0.02")" 'query by incident: at most 20 ms'
}

audit() {
	mkdir -m 700 "$work/audit" || exit 73
	audit_single
	audit_many
}

audit
