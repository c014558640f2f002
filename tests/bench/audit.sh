# audit - durable audit rows beside raw append and fdatasync
# shellcheck shell=sh disable=SC2154 # sourced by scripts/bench, which sets the variables

# column NAME COLUMN: the median of a column of $work/audit.out over all rounds.
column() {
	sed -n "s/^$1 //p" "$work/audit.out" | awk -v column="$2" '{ print $column }' | sort -n |
		awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}

# Rounds, and medians of them: a disk's speed changes from second to second.
audit() {
	audit_rounds=${quick:+3}
	audit_rounds=${audit_rounds:-7}
	printf '\nAudit rows on the disk of %s, one durable transaction each\n' "$build"
	mkdir -m 700 "$work/audit" || exit 73
	# As long as the raw rows and the store's: 300 bytes.
	awk 'BEGIN { for (i = 1; i <= 3000; i++) {
		line = sprintf("{\"v\":1,\"kind\":\"run\",\"id\":\"%032d\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"source\":\"bench\",\"note\":\"", i)
		while (length(line) < 298) line = line "x"
		print line "\"}" } }' >"$work/rows.ndjson"
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
	printf '  %-34s %9.0f %9s\n' 'raw append and fdatasync' "$(column raw_fdatasync 1)" 1
	for name in append_batch_1 programme; do
		words='the store, rows of 300 bytes'
		[ $name = append_batch_1 ] || words='aiops-audit append -u, the same'
		printf '  %-34s %9.0f %9.2f\n' "$words" "$(column $name 1)" "$(column $name 2)"
	done
	goal "$(is "$(column append_batch_1 2) >= 0.6")" 'the store: at least 0.6 of raw append and fdatasync'
	goal "$(is "$(column programme 2) >= 0.6")" 'aiops-audit, parsing and redacting included: the same'
}

audit
