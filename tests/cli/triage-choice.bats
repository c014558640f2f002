# Which runbook aiops-triage explain chooses, why, and what fills its parameters.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir -p "$BATS_TEST_TMPDIR/work/books"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	book free-disk 'Free the disk' 'Old files fill the file system of a host; removes rotated logs and caches'
	book renew-certificate 'Renew a certificate' 'The certificate of a gateway has expired or soon will'
}

# book ID NAME DESCRIPTION [LINE...]
book() {
	{
		printf 'version: 1\nid: %s\nname: %s\ndescription: %s\n' "$1" "$2" "$3"
		shift 3
		printf '%s\n' "$@"
	} > "books/$RANDOM$RANDOM.yaml"
}

# chosen NAME [MEMBERS]: the choice for an incident of one alert.
chosen() {
	{
		printf '{"v":1,"kind":"alert","id":"a1","timestamp":"2026-11-21T09:00:00Z","source":"t","status":"firing","name":"%s","service":"shop","component":"shop","labels":{"alertname":"%s","service":"shop"%s}%s}\n' "$1" "$1" "${2-}" "${3-}"
		printf '{"v":1,"kind":"incident","id":"I#1","incident":"I","timestamp":"2026-11-21T09:01:00Z","source":"t","starts_at":"2026-11-21T09:00:00Z","services":["shop"],"causes":[{"component":"shop","score":1,"share":1}],"members":[{"id":"a1","name":"%s","component":"shop","service":"shop","onset":"2026-11-21T09:00:00Z"}]}\n' "$1"
	} | aiops-triage explain --runbooks books ${SIGNATURES:+--signatures "$SIGNATURES"} | tail -n 1 > out
	jq -r '.triage.runbook | if . then [.id, .why] | join(": ") else "none" end' out
}

@test "choice: the exact name of an alert comes before all else" {
	book by-name 'Something else' 'Nothing' 'triggers: [{match: {alertname: DiskAlmostFull}}]'
	[ "$(chosen DiskAlmostFull ',"runbook":"renew-certificate"')" = 'by-name: trigger alertname=DiskAlmostFull matches alert a1' ]
}

@test "choice: an alert names it, by label or by URL" {
	[ "$(chosen Odd ',"runbook":"free-disk"')" = 'free-disk: alert a1 names it' ]
	[ "$(chosen Odd '' ',"annotations":{"runbook_url":"https://wiki.example/books/renew-certificate.html?x=1"}')" = 'renew-certificate: alert a1 names it' ]
	[ "$(chosen Odd '' ',"annotations":{"runbook_url":"https://wiki.example/books/nothing-of-ours"}')" = none ]
	[ "$(chosen Odd '' ',"annotations":{"note":"see free-disk"}')" = none ]
	[ "$(chosen Odd ',"runbook":"made-up"')" = none ]
}

@test "choice: the signature of the class names it, unless it is for other services" {
	mkdir s
	cp "$ROOT"/share/signatures/{queue_lag,memory}.yaml s/
	sed -i '/^runbook:/d' s/*.yaml
	echo 'runbook: more-consumers' >> s/queue_lag.yaml
	book more-consumers 'x' 'y'
	SIGNATURES=s
	[ "$(chosen KafkaLagHigh)" = 'more-consumers: the signature of queue_lag names it' ]
	rm books/*
	book more-consumers 'x' 'y' 'triggers: [{match: {alertname: Never, service: [billing]}}]'
	[ "$(chosen KafkaLagHigh)" = none ]
	rm books/*
	book more-consumers 'x' 'y' 'triggers: [{match: {alertname: Never, service: [billing, shop]}}]'
	[ "$(chosen KafkaLagHigh)" = 'more-consumers: the signature of queue_lag names it' ]
}

@test "choice: the words that are most alike, above a floor, and why is said" {
	[[ $(chosen GatewayCertificateExpired) == "renew-certificate: its words are most like the incident's (0."* ]]
	[ "$(chosen Zebra)" = none ]
	jq -e '.triage.unknown | index("a runbook: none of 2 fits")' out
}

@test "choice: parameters come from labels and must fit" {
	book fill 'x' 'y' 'triggers: [{match: {alertname: Fill}}]' 'parameters:' \
		'  shard: {type: integer, min: 1, max: 9, required: true, from: incident.labels.shard}' \
		"  role: {type: string, pattern: '[a-z_]+', max_length: 8, deny: [root], required: true, from: incident.labels.role}" \
		'  token: {type: string, secret: true, from: incident.labels.token}'
	chosen Fill ',"shard":"7","role":"app","token":"t"'
	[ "$(jq -c .triage.runbook.parameters out)" = '{"shard":"7","role":"app"}' ]
	for bad in '"shard":"12"' '"shard":"7x"' '"shard":"-1"'; do
		chosen Fill ",$bad,\"role\":\"app\""
		[ "$(jq -c .triage.runbook.parameters out)" = '{"role":"app"}' ] || fail "$bad"
		jq -e --arg p "the runbook's parameter 'shard': what the label says does not fit it" '.triage.unknown | index($p)' out
	done
	for bad in 'root' 'App' 'a b' 'too_long_a_name' "x';--" '$(id)'; do
		chosen Fill ",\"shard\":\"7\",\"role\":\"$bad\""
		[ "$(jq -c .triage.runbook.parameters out)" = '{"shard":"7"}' ] || fail "$bad"
	done
}
