# share/schema/record.schema.json, lib/record/validate.c and man/aiops-record.5
# say the same about records.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	CHECK=$TOOLS/record-check
	PROBE=$ROOT/tests/tools/schema-probe.py
	SCHEMA=$ROOT/share/schema/record.schema.json
}

@test "the schema and event_validate judge alike: every field, every kind, every shape of value" {
	python3 "$PROBE" "$SCHEMA" records verdicts
	"$CHECK" --schema --lines records 2> words | awk '/^accept / || /^reject / { print $1 }' > judged
	[ "$(wc -l < judged)" -gt 40000 ]
	[ "$(grep -c accept judged)" -gt 10000 ]
	[ "$(grep -c reject judged)" -gt 10000 ]
	run bash -c "paste -d' ' verdicts judged records | awk '\$1 != \$2' | head -n 5"
	[ -z "$output" ] || fail "schema, event_validate, record: $output"
}

@test "the schema names the fields that event_validate looks at, no more and no less" {
	"$CHECK" --fields | sort -u > checked
	jq -r '[.properties, (.allOf[].then.properties // {})] | map(keys) | add | unique[]' "$SCHEMA" | sort -u > named
	diff -u checked named
}

@test "the manual explains every field, kind and closed set of the schema" {
	mandoc -Tascii "$ROOT/man/aiops-record.5" | col -b > manual
	{
		"$CHECK" --fields
		jq -r '.. | .enum? // empty | .[] | strings' "$SCHEMA"
	} | sort -u > words
	while read -r word; do
		grep -qE "(^|[^[:alnum:]_])${word//+/\\+}([^[:alnum:]_]|$)" manual || echo "$word"
	done < words > missing
	[ ! -s missing ] || fail "not in the manual: $(tr '\n' ' ' < missing)"
}

@test "every example record of the manual is valid by the schema" {
	sed -n '/^\.Bd -literal/,/^\.Ed/p' "$ROOT/man/aiops-record.5" | grep '^{"' | sed 's/\\&//g; s/\\e/\\/g' > examples
	[ "$(wc -l < examples)" -ge 6 ]
	"$CHECK" --schema --lines examples > judged 2>&1 || true
	run ! grep -v '^accept \|^peak_kib ' judged
	[ "$(python3 "$PROBE" --judge "$SCHEMA" < examples | sort -u)" = accept ]
}
