# share/systemd: units that systemd takes, hardened, with timers that have a next time; share/pipeline: what they start.

bats_require_minimum_version 1.5.0

# What `systemd-analyze security` may give a unit at most: 10 is unconfined. Those that talk to others have 1.1.
MOST_EXPOSED=1.5

setup() {
	load common
	clean_environment
	UNITS=$ROOT/share/systemd
}

# Units as they would be installed, with the programmes of the build.
installed_units() {
	command -v systemd-analyze > /dev/null || skip "systemd-analyze is not installed"
	mkdir -p units
	cp -R "$UNITS"/aiops-* "$UNITS/aiops.target" units
	sed -i "s,/usr/local/share/aiops,$ROOT/share,; s,^ExecStart=aiops-,ExecStart=$BIN/aiops-," units/*.service
	cd units || return 1
}

commands() {
	sed -n 's/^ExecStart=//p' "$UNITS"/*.service
}

@test "systemd takes every unit without a word" {
	installed_units
	for unit in *.service *.timer *.target; do
		run systemd-analyze verify --man=no "./$unit"
		[ "$status" -eq 0 ] || fail "$unit: $output"
		# What it says of other units of this machine is not ours.
		! grep -F "aiops" <<< "$output" || fail "$unit: $output"
	done
}

@test "every service is confined" {
	installed_units
	for unit in *.service; do
		run systemd-analyze security --offline=yes --threshold="${MOST_EXPOSED/./}" --no-pager "./$unit"
		[ "$status" -eq 0 ] || fail "$unit: ${lines[-1]}"
		[[ ${lines[-1]} =~ Overall\ exposure\ level\ for\ $unit:\ ([0-9.]+) ]] || fail "$unit: ${lines[-1]}"
		awk -v n="${BASH_REMATCH[1]}" -v most="$MOST_EXPOSED" 'BEGIN { exit !(n <= most) }' || fail "$unit: ${lines[-1]}"
	done
}

@test "a service without its hardening is seen" {
	installed_units
	rm -r aiops-.service.d
	run ! systemd-analyze security --offline=yes --threshold="${MOST_EXPOSED/./}" --no-pager ./aiops-drift.service
}

@test "every timer has a next time, and a service of its name" {
	installed_units
	for timer in *.timer; do
		systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' "$timer")" > /dev/null || fail "$timer"
		[ -e "${timer%.timer}.service" ] || fail "$timer"
	done
}

@test "what services start exists, and no secret stands on a command line" {
	commands | while read -r command word _; do
		case $command in
		*/stage) grep -qE "^(. )?$word\)" "$ROOT/share/pipeline/stage" || fail "$word" ;;
		*/chore) grep -qE "^$word\(\)|^$word\)" "$ROOT/share/pipeline/chore" || fail "$word" ;;
		aiops-incident) ;;
		*) fail "$command" ;;
		esac
	done
	[ "$(commands | grep -ciE 'token|secret|password|key')" -eq 0 ]
	for name in ingest drift correlate triage runbook audit incident; do [ -e "$UNITS/aiops-$name.service" ]; done
	run -64 "$ROOT/share/pipeline/stage"
	run -64 "$ROOT/share/pipeline/chore"
}

@test "the configuration that is delivered is one" {
	for programme in ingest drift correlate triage runbook audit incident; do
		"aiops-$programme" --help --config "$UNITS/config.yaml" > help || fail "$programme"
	done
	run aiops-correlate --config "$UNITS/config.yaml" - < /dev/null
	[ "$status" -eq 0 ]
	run aiops-runbook approvals --config "$UNITS/config.yaml" --db x.db
	[[ $output != *config.yaml* ]]
	# shellcheck disable=SC1091 # only comments
	. "$UNITS/pipeline.env"
}

@test "a stage that is told to end goes on with exactly what is new" {
	touch drift.ndjson
	for ((i = 1; i <= 5; i++)); do
		"$ROOT/share/pipeline/stage" drift 2> err 3>&- &
		stage=$!
		printf '{"v":1,"kind":"metric","id":"m%d","timestamp":"2026-11-21T09:00:0%dZ","source":"t","name":"x","value":1}\n' "$i" "$i" >> events.ndjson
		for ((n = 0; n < 600; n++)); do
			! grep -q "\"m$i\"" drift.ndjson || break
			sleep 0.05
		done
		kill -TERM "$stage"
		wait "$stage"
	done
	[ "$(grep -v '^{"_' drift.ndjson | jq -r .id | tr '\n' ' ')" = 'm1 m2 m3 m4 m5 ' ]
}

@test "chores: the log is verified against its checkpoint, reported and pruned; files are renamed" {
	export AIOPS_DB=$PWD/aiops.db
	"$ROOT/share/pipeline/chore" verify # there is no log yet
	record='{"v":1,"kind":"change","id":"c1","timestamp":"2026-11-21T09:00:00Z","source":"t"}'
	aiops-audit append <<< "$record" > audit.ndjson
	"$ROOT/share/pipeline/chore" verify
	[ -s checkpoint ]
	"$ROOT/share/pipeline/chore" verify
	mkdir credentials
	aiops-audit keygen credentials/audit.key > audit.pub
	CREDENTIALS_DIRECTORY=$PWD/credentials "$ROOT/share/pipeline/chore" verify
	aiops-audit verify -q --checkpoint checkpoint --pubkey audit.pub
	"$ROOT/share/pipeline/chore" report
	grep -q '<html' report.html
	touch -d '9 days ago' triage.ndjson.20260101T000000Z
	"$ROOT/share/pipeline/chore" prune
	[ "$(find . -maxdepth 1 -name '*.ndjson*' | grep -c '^\./audit\.ndjson\.2')" -eq 1 ]
	[ "$(find . -maxdepth 1 -name '*.ndjson*' | wc -l)" -eq 1 ]
	# A log that was changed since is told, and not signed.
	rm aiops.db*
	aiops-audit append <<< "${record/c1/c2}" > other
	run "$ROOT/share/pipeline/chore" verify
	[ "$status" -eq 10 ]
	[ -n "$output" ]
}

@test "chores: collectors and comparisons enter the pipeline" {
	PIPELINE_COLLECT='host; host' "$ROOT/share/pipeline/chore" collect
	[ "$(jq -r 'select(.kind == "heartbeat") | .source' collected.ndjson | wc -l)" -eq 2 ]
	jq -e -s 'any(.[]; .kind == "metric" and .threshold)' collected.ndjson
	: > collected.ndjson
	"$ROOT/share/pipeline/chore" compare
	for ((i = 0; i < 200; i++)); do
		printf '{"v":1,"kind":"metric","id":"m%d","timestamp":"2026-11-%02dT%02d:00:00Z","source":"t","name":"x","value":%d}\n' \
			"$i" $((10 + i / 24)) $((i % 24)) $((i % 24 + (i >= 168) * 50))
	done > events.ndjson
	mv events.ndjson events.ndjson.20261118T000000Z
	"$ROOT/share/pipeline/chore" compare
	jq -e -s 'any(.[]; .kind == "drift" and .drift.drift_detected)' collected.ndjson
}

@test "chores: what fails is told, and keeps the others from nothing" {
	PIPELINE_COLLECT='http http://127.0.0.1:1/; host' run "$ROOT/share/pipeline/chore" collect
	[ "$status" -eq 69 ]
	jq -e -s 'any(.[]; .name == "http_up" and .healthy == false) and any(.[]; .name == "load_per_cpu")' collected.ndjson ||
		fail "$(jq -c '[.kind, .name, .healthy]' collected.ndjson | sort | uniq -c)"
	mkdir events.ndjson
	run "$ROOT/share/pipeline/chore" compare
	[ "$status" -eq 66 ]
}

@test "a stage whose name is none makes nothing and takes nothing away" {
	echo mine > other.lock
	run -64 "$ROOT/share/pipeline/stage" other
	[ "$(< other.lock)" = mine ]
}
