#!/usr/bin/env bats
# Our fingerprints beside those of a running Alertmanager, on random label sets, and what --to
# writes posted to it. Needs what `scripts/deps --live` installs. About 15 s.

bats_require_minimum_version 1.5.0

SETS=12000
BATCH=3000

setup_file() {
	cd "$BATS_TEST_DIRNAME/../.." || return 1
	PATH=$PWD/${BUILD:-build}/bin:/usr/bin:/bin
	work=$(mktemp -d /tmp/aiops-fingerprints.XXXXXX)
	export PATH work
	printf 'route: {receiver: none}\nreceivers: [{name: none}]\n' > "$work/alertmanager.yml"
	# A port that was free a moment ago can be taken: another one is tried.
	local port
	for _ in 1 2 3; do
		port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
		prometheus-alertmanager --config.file="$work/alertmanager.yml" --storage.path="$work/data" \
			--web.listen-address="127.0.0.1:$port" --cluster.listen-address= > "$work/log" 2>&1 < /dev/null 3>&- &
		echo $! > "$work/pid"
		wait_ready "http://127.0.0.1:$port" && break
	done
	export AM=http://127.0.0.1:$port
	wait_ready "$AM" || {
		cat "$work/log"
		return 1
	}
}

teardown_file() {
	[ -s "$work/pid" ] && kill "$(cat "$work/pid")" 2> /dev/null
	case $work in /tmp/aiops-fingerprints.*) rm -rf -- "${work:?}" ;; esac
}

# wait_ready URL: until it answers, at most 10 s; 1 if the process has ended.
wait_ready() {
	local i
	for ((i = 0; i < 1500; i++)); do
		curl -fsS -o /dev/null "$1/-/ready" 2> /dev/null && return 0
		kill -0 "$(cat "$work/pid")" 2> /dev/null || return 1
		sleep 0.1
	done
	return 1
}

# post FILE: each line is the body of one request.
post() {
	local body
	while IFS= read -r body; do
		printf '%s' "$body" | curl -fsS -H 'Content-Type: application/json' --data-binary @- "$AM/api/v2/alerts" || return 1
	done < "$1"
}

@test "live: fingerprints of $SETS random label sets are Alertmanager's" {
	# Names as this Alertmanager takes them; values of any UTF-8, with escapes, empty, blank at the ends, long.
	python3 - "$SETS" "$BATCH" "$work" <<-'PY'
		import json, random, sys
		sets, batch, work = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
		r = random.Random(20261121)
		letters = "abcxyzABCXYZ_"
		pieces = ["a", "Z", "0", " ", "\"", "\\", "\n", "\t", "\x01", "\x7f", "/", "=", ",", "{", "}", "ü", "ß", "日", "本", "😀",
		          "\u0301", "\ufffd", "\u2028", "x" * 300]
		name = lambda: r.choice(letters) + "".join(r.choice(letters + "0123456789") for _ in range(r.randrange(12)))
		value = lambda: "".join(r.choice(pieces) for _ in range(r.randrange(9)))
		alerts = []
		for i in range(sets):
		    labels = {name(): value() for _ in range(r.randrange(14))}
		    labels["n"] = str(i)
		    alerts.append({"labels": labels, "annotations": {}, "startsAt": "2026-11-21T09:09:19Z", "endsAt": "2099-01-01T00:00:00Z",
		                   "status": "firing"})
		with open(work + "/bodies", "w") as out:
		    for i in range(0, sets, batch):
		        out.write(json.dumps(alerts[i:i + batch]) + "\n")
		with open(work + "/sent.ndjson", "w") as out:
		    for a in alerts:
		        out.write(json.dumps(a, ensure_ascii=a["labels"]["n"][-1] == "0") + "\n")
	PY
	post "$work/bodies"
	curl -fsS "$AM/api/v2/alerts" > "$work/answer.json"
	# What the server computed, by n; and what we compute of what was sent, and of what it answers.
	jq -r '.[] | [.labels.n, .fingerprint] | @tsv' "$work/answer.json" | sort > "$work/theirs"
	aiops-ingest -f alertmanager "$work/sent.ndjson" | jq -r '[.labels.n, .fingerprint] | @tsv' | sort > "$work/ours"
	[ "$(wc -l < "$work/theirs")" -eq "$SETS" ]
	cmp "$work/theirs" "$work/ours"
	aiops-ingest -f alertmanager "$work/answer.json" | jq -r '[.labels.n, .fingerprint] | @tsv' | sort | cmp - "$work/theirs"
}

@test "live: what --to alertmanager writes is taken and comes back as the same alerts" {
	aiops-ingest -f alertmanager "$work/sent.ndjson" | jq -c '.labels.n = "again-" + .labels.n' |
		aiops-ingest --to alertmanager --batch "$BATCH" > "$work/again"
	[ "$(wc -l < "$work/again")" -eq $((SETS / BATCH)) ]
	post "$work/again"
	curl -fsS -G "$AM/api/v2/alerts" --data-urlencode 'filter=n=~"again-.*"' > "$work/answer-again.json"
	[ "$(jq length "$work/answer-again.json")" -eq "$SETS" ]
	# Alertmanager drops labels whose values are empty.
	jq -cS '.labels | map_values(select(. != "")) | .n |= sub("again-"; "")' "$work/sent.ndjson" | sort > "$work/labels-sent"
	jq -cS '.[].labels | .n |= sub("again-"; "")' "$work/answer-again.json" | sort | cmp - "$work/labels-sent"
}
