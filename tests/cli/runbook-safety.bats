# aiops-runbook under faults, races and hostile values; and as a filter.

bats_require_minimum_version 1.5.0

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

# An incident with the choice that aiops-triage makes. Arguments: id, revision, parameters, further members of triage.
incident() {
	printf '{"v":1,"kind":"incident","id":"%s#%s","incident":"%s","revision":%s,"change":"updated","status":"detected",' "$1" "$2" "$1" "$2"
	printf '"timestamp":"2026-11-21T09:00:00Z","source":"aiops-correlate","labels":{"x":"y"},"n":1.10,'
	printf '"triage":{"decision":"answer","runbook":{"id":"demo","parameters":%s,"automation":"approval"}}}\n' "$3"
}

# is_gone PID: it has ended, whether or not somebody has collected it.
is_gone() {
	local state
	state=$(sed -n 's/^State:[[:space:]]*\(.\).*/\1/p' "/proc/$1/status" 2> /dev/null) || return 0
	[[ -z $state || $state == [ZX] ]]
}

@test "filter: plans once for an incident, asks, runs what is approved, once; incidents pass byte for byte" {
	runbook_yaml
	sed -i "s|^parameters:|parameters:\n  who: {type: enum, enum: [a, b], default: a}|; s|\[act, one\]|[act, one, '{{who}}']|" demo.yaml
	{ echo '{"kind":"log","id":"l","s":"\/"}'; incident INC-1 1 '{"who":"b"}'; incident INC-1 2 '{"who":"b"}'; } > in.ndjson
	aiops-runbook run --runbooks . in.ndjson > out.ndjson
	grep -vE '"source":"aiops-runbook"' out.ndjson | cmp - in.ndjson
	[ "$(jq -c 'select(.kind == "plan")' out.ndjson | wc -l)" = 1 ]
	[ "$(jq -r 'select(.kind == "plan") | "\(.state) \(.reason) \(.incident) \(.resolved.parameters.who)"' out.ndjson)" = \
		'awaiting_approval pending_approval INC-1 b' ]
	RUN=$(jq -r 'select(.kind == "plan") | .run' out.ndjson)
	# not approved yet: 77
	run -77 aiops-runbook run --runbooks . --apply in.ndjson
	world_is
	aiops-runbook approve "$RUN" --as maria --key maria.key > /dev/null
	aiops-runbook run --runbooks . --apply in.ndjson > run.json
	[ "$(tr '\n' , < world)" = "one b,two,three," ]
	jq -se 'any(.[]; .kind == "run" and .state == "succeeded" and .incident == "INC-1")' run.json > /dev/null
	# later revisions, and later runs of the filter, do not run it again
	incident INC-1 3 '{"who":"b"}' | aiops-runbook run --runbooks . --apply > run.json
	[ "$(wc -l < run.json)" = 1 ]
	[ "$(tr '\n' , < world)" = "one b,two,three," ]
	grep '"source":"aiops-runbook"' out.ndjson > own.json
	audit_holds own.json
}

@test "filter: the gravest result is the exit status, and one incident does not stop the next" {
	runbook_yaml
	sed 's/id: demo/id: other/; s/act, one/act, other/' demo.yaml > other.yaml
	touch fail-one
	{ incident INC-1 1 '{}'; incident INC-2 1 '{}' | sed 's/"demo"/"other"/'; incident INC-3 1 '{}' | sed 's/"demo"/"gone"/'; } > in.ndjson
	aiops-runbook run --runbooks . in.ndjson > out.ndjson || [ $? = 66 ]
	for r in $(jq -r 'select(.kind == "plan") | .run' out.ndjson); do
		aiops-runbook approve "$r" --as maria --key maria.key > /dev/null
	done
	run -66 --separate-stderr aiops-runbook run --runbooks . --apply in.ndjson
	world_is one undo-one other two three
	[[ $stderr == *"no runbook 'gone'"* ]]
}

@test "a parameter that triage proposes is checked like any other" {
	runbook_yaml
	incident INC-1 1 '{"world":"relative"}' > in.ndjson
	run -65 aiops-runbook run --runbooks . in.ndjson
	[[ $output == *"not an absolute path"* ]]
	incident INC-1 1 '{"path":"/x"}' > in.ndjson
	run -65 aiops-runbook run --runbooks . in.ndjson
	[[ $output == *"not declared"* ]]
}

@test "eight processes with one approval: exactly one runs" {
	runbook_yaml
	planned_and_approved
	local pids=() status ran=0 refused=0
	for i in 1 2 3 4 5 6 7 8; do
		aiops-runbook run demo.yaml --apply --plan "$DIGEST" > "run-$i.json" 2> "err-$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		status=0
		wait "$pid" || status=$?
		case $status in
		0) ran=$((ran + 1)) ;;
		75 | 77) refused=$((refused + 1)) ;;
		*) fail "exit $status" ;;
		esac
	done
	[ "$ran $refused" = '1 7' ]
	world_is one two three
	aiops-audit verify > /dev/null
}

@test "a run holds its key: another waits its turn, 75; another key does not" {
	runbook_yaml 'limits=max_targets: 1, max_actions_per_hour: 1000'
	sed -i "s|^parameters:|parameters:\n  shard: {type: integer, default: 1}|; s|max_actions|concurrency_key: 'demo/{{shard}}', max_actions|" demo.yaml
	sed -i 's/argv: \[act, two\], timeout: 5s/argv: [act, two], timeout: 20s/' demo.yaml
	touch slow-two
	planned_and_approved
	aiops-runbook run demo.yaml --apply --plan "$DIGEST" > first.json 2> first.err &
	local first=$!
	for _ in {1..1500}; do grep -q '"step":"two".*"started"' first.json && break; sleep 0.02; done
	planned_and_approved --incident INC-2
	apply 75 --incident INC-2
	ends awaiting_approval locked
	aiops-runbook status "$(jq -r .run first.json | head -n 1)" | grep -q '  running '
	kill -TERM "$first"
	wait "$first" || [ $? = 143 ]
	world_is one undo-two undo-one
	rm slow-two
	apply 0 --incident INC-2
}

@test "TERM: no further step, the running one ends, what acted is undone" {
	runbook_yaml
	touch slow-two
	planned_and_approved
	aiops-runbook run demo.yaml --apply --plan "$DIGEST" > run.json 2> err &
	local pid=$! status=0
	for _ in {1..1500}; do grep -q '"step":"two".*"started"' run.json && break; sleep 0.02; done
	kill -TERM "$pid"
	wait "$pid" || status=$?
	[ "$status" = 143 ]
	world_is one undo-two undo-one
	ends rolled_back interrupted
	audit_holds run.json
}

@test "a run goes on when nobody reads its records any more" {
	runbook_yaml
	touch slow-one
	sed -i 's/sleep 30/sleep 0.1/' bin/act
	planned_and_approved
	set +o pipefail
	aiops-runbook run demo.yaml --apply --plan "$DIGEST" 2> err | head -n 1 > first
	[ "${PIPESTATUS[0]}" = 141 ]
	world_is one two three
	aiops-runbook status | grep -q "$RUN  succeeded"
	# nor when it cannot be written
	planned_and_approved
	: > world
	run -74 --separate-stderr bash -c "aiops-runbook run demo.yaml --apply --plan $DIGEST > /dev/full"
	world_is one two three
	aiops-runbook status | grep -q "$RUN  succeeded"
}

@test "killed between intent and start: provably not executed" {
	runbook_yaml
	planned_and_approved
	apply 0
	# as a kill before STARTED leaves it
	sqlite3 run.db "UPDATE aiops_run SET state = 'running', ended_ns = NULL; DELETE FROM aiops_attempt WHERE n > 1;
		UPDATE aiops_attempt SET state = 'intent', pid = NULL, started_ns = NULL, ended_ns = NULL"
	aiops-runbook status | grep -q "'one' was intended but never executed"
}

@test "no audit row, no action: a full disk ends everything before it begins, 74" {
	runbook_yaml
	planned_and_approved
	# no file may grow
	(
		status=0
		ulimit -f 0
		aiops-runbook run demo.yaml --apply --plan "$DIGEST" 2>&1 || status=$?
		echo "status $status"
	) | cat > run.json
	grep -q 'status 74' run.json || fail "$(cat run.json)"
	run ! grep -q '"kind"' run.json
	world_is
	apply 0
	world_is one two three
}

@test "no audit row, no action: at every write, whatever was executed has its intent" {
	runbook_yaml
	command -v strace > /dev/null || skip "strace is not installed"
	planned_and_approved
	cp run.db clean.db
	local n failed=0
	for n in 1 2 3 5 8 13 21 34; do
		rm -f run.db-wal run.db-shm
		cp clean.db run.db
		: > world
		status=0
		ASAN_OPTIONS=detect_leaks=0 strace -f -o /dev/null -e trace=pwrite64 -e inject=pwrite64:error=EIO:when=$n+ \
			"$BIN/aiops-runbook" run demo.yaml --apply --plan "$DIGEST" > run.json 2> err || status=$?
		case $status in
		0 | 74) ;;
		*) fail "write $n: exit $status: $(cat err)" ;;
		esac
		[ "$status" = 0 ] || failed=$((failed + 1))
		# each side effect has a durable STARTED
		for step in $(grep -E '^(one|two|three)$' world); do
			[ "$(sqlite3 -readonly run.db "SELECT count(*) FROM aiops_attempt WHERE step = '$step' AND pid IS NOT NULL")" = 1 ] ||
				fail "write $n: $step was executed without a record"
		done
		aiops-audit verify > /dev/null
	done
	[ "$failed" -ge 4 ] || fail "only $failed faults were hit"
}

@test "rate and cooldown are kept over processes; a refusal uses nothing up" {
	runbook_yaml 'limits=max_targets: 1, max_actions_per_hour: 6, per_target_cooldown: 10m'
	aiops-runbook plan demo.yaml --now 2026-11-21T09:00:00Z --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key --now 2026-11-21T09:00:00Z > /dev/null
	apply 0 --now 2026-11-21T09:01:00Z
	aiops-runbook plan demo.yaml --now 2026-11-21T09:05:00Z --format ndjson > plan.json
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key --now 2026-11-21T09:05:00Z > /dev/null
	apply 75 --now 2026-11-21T09:10:00Z
	ends awaiting_approval cooldown
	apply 0 --now 2026-11-21T09:12:00Z
	world_is one two three one two three
	aiops-runbook plan demo.yaml --now 2026-11-21T09:50:00Z --format ndjson > plan.json
	aiops-runbook approve "$(jq -r .run plan.json)" --as maria --key maria.key --now 2026-11-21T09:50:00Z > /dev/null
	apply 75 --now 2026-11-21T09:55:00Z
	ends awaiting_approval rate_limited
	apply 0 --now 2026-11-21T10:02:00Z
}

@test "values reach a command byte for byte, one word each, or are refused" {
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: true, target: t, timeout: 5s, env: {WORLD: '{{world}}', VALUE: '{{value}}'},
     argv: [record, '{{value}}', 'x={{value}}=y', '--', '{{value}}{{value}}'], rollback: {none: test}}"
	sed -i "s|^parameters:|parameters:\n  value: {type: string, pattern: '[^\\\\x00]*', required: true}|" demo.yaml
	accepted RB104 'value: {type: string'
	python3 - "$BIN/aiops-runbook" <<-'PY'
		import os, subprocess, sys, json
		tool = sys.argv[1]
		pieces = [";", "&", "|", "`id`", "$(id)", "${IFS}", "$HOME", "'", '"', "\\", "*", "?", "[a]", "{a,b}", "~", "!", "#", "%n%s",
		    "<", ">", ">>x", "2>&1", "&&", "||", " ", "  a  b ", "a b", "=", "x=y", "{{world}}", "{{{{", "}}", "\u2010o", "\u2212rf", "\u202e",
		    "\u00e9", "\u65e5\u672c", "\U0001f4a5", ".", "..", "../..", "/etc/passwd", "a/b", "%00", "\\n", "\\x00", "null", "true", "0", "",
		    "'; drop table x; --", "\" or 1=1", "<!--", "${jndi:ldap://x}", "{{7*7}}", "a" * 256]
		refused = ["-o", "--kubeconfig=/tmp/x", "-", "--", "a\nb", "a\tb", "\x1b[31m", "\x7f", "\u0085", "\u2028", "a" * 257, b"\xff", b"\xc0\xaf"]
		env = dict(os.environ)
		def plan(value):
		    if isinstance(value, str): value = value.encode()
		    return subprocess.run([tool, "plan", "demo.yaml", "--format", "ndjson", b"-pvalue=" + value], capture_output=True, env=env)
		def run(value):
		    p = plan(value)
		    assert p.returncode == 0, (value, p.stderr)
		    doc = json.loads(p.stdout)
		    a = subprocess.run([tool, "approve", doc["run"], "--as", "maria", "--key", "maria.key"], capture_output=True, env=env)
		    assert a.returncode == 0, a.stderr
		    r = subprocess.run([tool, "run", "demo.yaml", "--apply", "--plan", doc["plan_digest"], b"-pvalue=" + value.encode()], capture_output=True, env=env)
		    assert r.returncode == 0, (value, r.stdout, r.stderr)
		    return doc
		n = 0
		for value in pieces:
		    if os.path.exists("argv"): os.unlink("argv")
		    doc = run(value)
		    v = value.encode()
		    got = open("argv", "rb").read()
		    want = b"".join(w + b"\0" for w in [v, b"x=" + v + b"=y", b"--", v + v])
		    assert got == want, (value, got, want)
		    # what a record shows has its secrets taken out: x=/etc/passwd=y looks like one
		    shown = doc["resolved"]["steps"][0]["command"]["argv"][1:]
		    assert "redacted:" in str(shown) or shown == [value, "x=" + value + "=y", "--", value + value], value
		    n += 1
		for value in refused:
		    p = plan(value)
		    assert p.returncode == 65, (value, p.returncode, p.stderr)
		    n += 1
		print(n, "values")
	PY
	# nothing else came to be
	[ "$(ls)" = "$(printf '%s\n' argv bin config.yaml demo.yaml home maria.key noor.key run.db run.db.lock run.db.locks world)" ]
}

@test "a step sees a clean environment, no descriptors, no terminal, its own session" {
	cat > bin/look <<-'SH'
		#!/bin/sh
		env | sort | grep -v '^PWD=\|^_=\|^SHLVL='
		for f in /proc/$$/fd/*; do [ ! -e "$f" ] || case $(readlink "$f") in */look | /proc/*) ;; *) echo "${f##*/}" ;; esac; done
		read -r line || echo no input
		read -r p c s pp g sid rest < /proc/self/stat
		[ "$sid" = $$ ] && echo own session
		umask
	SH
	chmod 755 bin/look
	runbook_yaml "steps=
  - {id: one, effect: read, argv: [look], timeout: 5s, env: {OWN: '{{world}}', LEFT_OUT: '{{absent}}'}}"
	sed -i "s|^parameters:|parameters:\n  absent: {type: path}|" demo.yaml
	export LD_LIBRARY_PATH=/tmp SECRET_TOKEN=x BASH_ENV=/tmp/x IFS=' '
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	exec 7< /dev/null
	apply 0
	exec 7<&-
	jq -rj 'select(.step == "one" and .state == "done") | .stdout.text' run.json > saw
	home=$(getent passwd "$(id -u)" | cut -d: -f6)
	printf '%s\n' "AIOPS_ATTEMPT=$(jq -r .run run.json | head -n 1)/1" "HOME=$home" LANG=C.UTF-8 "OWN=$PWD" "PATH=$PWD/bin:/usr/bin:/bin" 0 1 2 'no input' 'own session' 0077 > expected
	diff expected saw
}

@test "secrets that a command prints are not stored or shown" {
	cat > bin/leak <<-'SH'
		#!/bin/sh
		echo "key AKIAIOSFODNN7EXAMPLE password=hunter2hunter2"
		echo "Authorization: Bearer abcdefabcdefabcdefabcdef" >&2
		exit 4
	SH
	chmod 755 bin/leak
	runbook_yaml "steps=
  - {id: one, effect: read, argv: [leak], timeout: 5s}"
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	apply 1
	sqlite3 -readonly run.db .dump > dump
	for secret in AKIAIOSFODNN7EXAMPLE hunter2hunter2 abcdefabcdefabcdefabcdef; do
		! grep -q "$secret" run.json err dump || fail "$secret is there"
	done
	grep -q 'redacted:' run.json
	aiops-audit verify > /dev/null
}

@test "what is approved is what runs: input files and executables count" {
	mkdir sql
	echo 'select 1;' > sql/one.sql
	runbook_yaml "steps=
  - {id: one, effect: write, idempotent: true, target: t, argv: [act, one], timeout: 5s, env: {WORLD: '{{world}}'},
     input: {file: sql/one.sql}, rollback: {none: test}}"
	planned_and_approved
	echo 'drop table x;' > sql/one.sql
	apply 77
	ends blocked digest_mismatch
	planned_and_approved
	sed -i 's/exit 3/exit 4/' bin/act
	apply 77
	ends blocked digest_mismatch
	world_is
	# nothing outside the runbook's folder is read
	ln -s /etc/hostname sql/link.sql
	for name in ../x.sql /etc/hostname sql/link.sql sql/gone.sql; do
		sed -i "s|file: [^}]*|file: $name|" demo.yaml
		run -78 aiops-runbook plan demo.yaml --no-store
		[[ $output == *"below the runbook's directory"* ]]
	done
}

@test "tools that others can change are refused" {
	runbook_yaml
	chmod 777 bin
	run -77 aiops-runbook plan demo.yaml --no-store
	[[ $output == *"others may write"* ]]
	chmod 755 bin
	chmod o+w bin/act
	run -77 aiops-runbook plan demo.yaml --no-store
	chmod 755 bin/act
	aiops-runbook plan demo.yaml --no-store > /dev/null
}

@test "a run's output is capped and hashed, its tree is ended" {
	cat > bin/flood <<-'SH'
		#!/bin/sh
		head -c 3000000 /dev/zero | tr '\0' x
		setsid sleep 60 > /dev/null 2>&1 &
		echo $! >&2
	SH
	chmod 755 bin/flood
	runbook_yaml "steps=
  - {id: one, effect: read, argv: [flood], timeout: 5s, output_limit: 1K}"
	aiops-runbook plan demo.yaml --format ndjson > plan.json
	DIGEST=$(jq -r .plan_digest plan.json)
	apply 0
	shows '.step == "one" and .stdout.bytes == 3000000 and .stdout.truncated'
	[ "$(jq -r 'select(.step == "one" and .state == "done") | .stdout.sha256' run.json)" = "$(head -c 3000000 /dev/zero | tr '\0' x | sha256sum | cut -d' ' -f1)" ]
	is_gone "$(jq -r 'select(.step == "one" and .state == "done") | .stderr.text' run.json)"
}

@test "output_policy halt: who prints more than output_limit is ended with its tree, and that is a failure" {
	cat > bin/flood <<-'SH'
		#!/bin/sh
		trap 'exit '"$2" TERM
		sleep 77.3 &
		[ "$1" = some ] || head -c 5000 /dev/zero | tr '\0' x
		# not a second sleep: a child that the signal meets between fork and exec would outlive it
		[ "$1" = some ] || wait
	SH
	chmod 755 bin/flood
	runbook_yaml steps="
  - {id: one, effect: write, idempotent: true, target: t, argv: [flood, much, '4'], timeout: 60s, output_limit: 4096, output_policy: halt,
     retry: {max_attempts: 3, initial_interval: 1ms, on: ['exit:4']}, rollback: {argv: [act, undo-one], timeout: 60s, effect: write, env: {WORLD: '{{world}}'}}}"
	for code in 4 0; do # neither a cause to try again nor a good end
		sed -i "s/much, '[0-9]'/much, '$code'/" demo.yaml
		planned_and_approved
		[ "$(jq -r '.resolved.steps[0].command.output_policy' plan.json)" = halt ]
		apply 1
		ends rolled_back step_failed
		[ "$(jq -r 'select(.step == "one" and .role == null and .state == "failed") | "\(.reason) \(.exit) \(.stdout.bytes > 4096)"' run.json)" = "output_limit $code true" ]
		run -1 pgrep -f '^sleep 77\.3$'
	done
	sed -i 's/flood, much/flood, some/' demo.yaml
	planned_and_approved
	apply 0
}

@test "a store that belongs to others, or is newer, is refused" {
	runbook_yaml
	aiops-runbook plan demo.yaml > /dev/null
	chmod 666 run.db
	run -77 aiops-runbook plan demo.yaml
	chmod 600 run.db
	sqlite3 run.db 'PRAGMA user_version = 999'
	run -78 aiops-runbook plan demo.yaml
	run -78 aiops-runbook status
}

@test "no audit row, no action: a row of the log that is refused, at each kind of transition" {
	runbook_yaml
	planned_and_approved
	cp run.db clean.db
	local kind
	for kind in '"state":"running"' '"step":"one".*"state":"intent"' '"step":"one".*"state":"started"'; do
		rm -f run.db-wal run.db-shm
		cp clean.db run.db
		: > world
		sqlite3 run.db "CREATE TRIGGER refuse BEFORE INSERT ON aiops_audit WHEN new.body LIKE '%${kind//.\*/%}%'
			BEGIN SELECT RAISE(ABORT, 'refused'); END"
		status=0
		aiops-runbook run demo.yaml --apply --plan "$DIGEST" > run.json 2> err || status=$?
		[ "$status" -ge 70 ] || fail "$kind: exit $status"
		world_is
		! grep -q -- "$kind" run.json || fail "$kind: shown, though it is not in the log"
	done
	# what was intended by then is carried out once the log can be written again
	sqlite3 run.db 'DROP TRIGGER refuse'
	aiops-runbook resume > run.json
	world_is one two three
}
