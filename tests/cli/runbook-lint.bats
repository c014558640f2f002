# aiops-runbook lint: every rule by its own examples, reports, baselines, suppressions, and files that mean ill.

bats_require_minimum_version 1.5.0

NOW=2026-11-21T12:00:00Z

setup() {
	load common
	clean_environment
}

# lint STATUS ARG...: output in out, messages in err
lint() {
	local want=$1 status=0
	shift
	aiops-runbook lint --now "$NOW" "$@" > out 2> err || status=$?
	[ "$status" = "$want" ] || fail "exit $status, expected $want: $(head -n 5 out err)"
}

# part TEXT: runbook.yaml, the base of the examples with TEXT in the place of its key
part() {
	awk -v key="${1%%:*}" '/^[a-z_]+:/ { kept = index($0, key ":") != 1 } NR == 1 { kept = 1 } kept' "$ROOT/share/lint/base.yaml" > runbook.yaml
	printf '%s\n' "$1" >> runbook.yaml
}

# refused RULE WORDS: the file bad.yaml is refused by that rule at a line and column, in little time and memory
refused() {
	(ulimit -v 200000; lint 1 --profile min --format ndjson bad.yaml) || return 1
	jq -e --arg rule "$1" 'select(.rule == $rule) | .line >= 1 and .col >= 1' out > /dev/null || fail "no $1: $(cat out)"
	grep -q "$2" out || fail "not '$2': $(cat out)"
	[ ! -s err ]
}

@test "each rule: its bad example breaks it and nothing else, its good one nothing, a comment suppresses it" {
	mkdir work
	python3 "$ROOT/tests/tools/lint-examples.py" "$BIN/aiops-runbook" "$ROOT/share/lint" "$PWD/work" "$NOW" | tee said
	[ "$(aiops-runbook lint --list-rules | wc -l)" = 58 ]
	grep -q '^58 rules' said
}

@test "explain: why, bad, good; a rule that is not there: 64" {
	for rule in $(aiops-runbook lint --list-rules | cut -c1-5); do
		aiops-runbook lint --explain "$rule" > said
		grep -q "^$rule " said && grep -q '^Bad:' said && grep -q '^Good:' said || fail "$rule"
	done
	run -64 aiops-runbook lint --explain RB999
	[[ $output == *"no rule 'RB999'"* ]]
}

@test "profiles: each asks what the one before it asks; ai_executable is always asked the rules of ai" {
	part 'limits: {max_targets: 1}'
	lint 0 --profile min runbook.yaml
	lint 0 runbook.yaml
	lint 1 --profile ai --format ndjson runbook.yaml
	[ "$(jq -r .rule out | sort -u | tr '\n' ' ')" = 'RB208 RB209 ' ]
	lint 1 --profile prod --format ndjson runbook.yaml
	[ "$(jq -r .rule out | sort -u | tr '\n' ' ')" = 'RB208 RB209 RB504 ' ]
	sed -i 's/^ai_executable: false/ai_executable: true/' runbook.yaml
	lint 1 runbook.yaml
	grep -q RB208 out
}

@test "plan and run ask the site's profile, at least safe, and honour suppressions" {
	part 'approval: {required_for: [destructive], approvers: [site], expires_in: 7d}'
	run -78 aiops-runbook plan --no-store --param worker=a --profile min runbook.yaml
	[[ $output == *RB204* ]]
	sed -i 's/^approval:.*/& # lint: ignore RB204 until 2200-01-01 -- agreed/' runbook.yaml
	aiops-runbook plan --no-store --param worker=a runbook.yaml > /dev/null
	sed -i '/^limits:/s/.*/limits: {max_targets: 1}/' runbook.yaml
	aiops-runbook plan --no-store --param worker=a runbook.yaml > /dev/null
	echo 'runbook: {profile: ai}' > config.yaml
	AIOPS_CONFIG=config.yaml run -78 aiops-runbook plan --no-store --param worker=a runbook.yaml
	[[ $output == *RB208* ]]
}

@test "RB302 has defaults in lint, real values in a plan" {
	sed -e 's/max_duration: 10m/max_duration: 2m/' -e '/^parameters:/a\  pause: {type: duration, default: 1s, max: 10m}' \
		-e 's/^verify:/  - {id: pause, type: wait, duration: "{{pause}}"}\n&/' "$ROOT/share/lint/base.yaml" > runbook.yaml
	lint 0 runbook.yaml
	aiops-runbook plan --no-store --param worker=a runbook.yaml > /dev/null
	run -65 aiops-runbook plan --no-store --param worker=a --param pause=5m runbook.yaml
	[[ $output == *"RB302"*"max_duration"* ]]
}

@test "suppressions: by rule, reason and day; for the line, or the block below; expired or firm ones are findings" {
	part 'reviewed_at: 2020-01-01 # lint: ignore RB505 until 2026-11-21 -- it is being looked at'
	lint 0 --profile prod --format ndjson runbook.yaml
	run ! grep RB505 out
	NOW=2026-11-22T00:00:00Z
	lint 1 --profile prod --format ndjson runbook.yaml
	[ "$(jq -r .rule out | sort -u | tr '\n' ' ')" = 'RB503 RB504 RB505 ' ]
	for wrong in 'ignore RB505' 'ignore RB505 until 2027-02-30 -- x' 'ignore RB505 until 2027-03-01' 'ignore RB999 until 2027-03-01 -- x' \
		'ignore RB203 until 2027-03-01 -- x' 'ignore RB503 until 2027-03-01 -- x' 'disable' 'ignore RB505 until 2027-03-01 --'; do
		part "reviewed_at: 2026-11-01 # lint: $wrong"
		lint 1 --format ndjson runbook.yaml
		[ "$(jq -r .rule out)" = RB503 ] || fail "$wrong: $(cat out)"
	done
	# what only looks like a comment is text
	part 'description: "a text # lint: nonsense"'
	lint 0 runbook.yaml
}

@test "baseline: what is known does not count, what is new does, what is firm always does" {
	mkdir books
	part 'verify: [{id: answers, argv: [systemctl, is-active, "worker@{{worker}}"], timeout: 5s}]'
	mv runbook.yaml books/a.yaml
	lint 0 --write-baseline known books
	[ ! -s out ]
	lint 0 --warnings-as-errors --baseline known books
	[ ! -s out ]
	# lines may move
	sed -i '1i # moved' books/a.yaml
	lint 0 --warnings-as-errors --baseline known books
	sed -i 's/^risk: medium/risk: medium\nreviewed: x/' books/a.yaml
	lint 1 --baseline known books
	[ "$(wc -l < out)" = 1 ]
	lint 1 --write-baseline again books
	grep -q RB003 out
	run ! grep RB003 again
	echo '{"file": "a.yaml"}' > known
	lint 78 --baseline known books
	grep -q 'known:1' err
	lint 66 --baseline none books
}

@test "changed-since: only what git says has changed, input files and new files included" {
	git init -q repo && cd repo
	git config user.email t@t && git config user.name t
	mkdir books && cd books
	for name in a b c; do
		part 'verify: [{id: answers, argv: [systemctl, is-active, "worker@{{worker}}"], timeout: 5s, input: {file: in.txt}}]'
		sed "s/^id: .*/id: $name/; s/in.txt/$name.txt/" runbook.yaml > "$name.yaml"
		echo "$name" > "$name.txt"
	done
	rm runbook.yaml
	git add . && git commit -q -m one
	cd ..
	lint 0 --changed-since HEAD books
	[ ! -s out ]
	echo x >> books/b.txt
	echo '# x' >> books/c.yaml
	sed 's/^id: .*/id: d/' books/a.yaml > books/d.yaml
	lint 0 --changed-since HEAD --format ndjson books
	[ "$(jq -r .file out | sort -u | tr '\n' ' ')" = 'books/b.yaml books/c.yaml books/d.yaml ' ]
	lint 0 --changed-since HEAD books/a.yaml
	[ ! -s out ]
	lint 64 --changed-since nothing books
	grep -q git err
	lint 64 --changed-since=--output=x books
	[ ! -e x ]
}

@test "warnings: 0, or with --warnings-as-errors 1; a folder without a runbook: 66" {
	part 'verify: [{id: answers, argv: [systemctl, is-active, "worker@{{worker}}"], timeout: 5s}]'
	lint 0 runbook.yaml
	lint 1 --warnings-as-errors runbook.yaml
	mkdir empty
	lint 66 empty
	grep -q "no runbook in 'empty'" err
	lint 66 runbook.yaml missing.yaml
}

@test "github: a workflow command a finding, its text escaped" {
	mkdir 'a,b'
	part 'verify: [{id: answers, argv: [systemctl, is-active, "worker@{{worker}}"], timeout: 5s}]'
	mv runbook.yaml 'a,b/c:d.yaml'
	lint 0 --format github 'a,b/c:d.yaml'
	grep -qE '^::warning file=a%2Cb/c%3Ad\.yaml,line=[0-9]+,col=[0-9]+,title=RB402 weak-verify::verification' out
}

@test "sarif: valid by the schema, with suppressions and rules, also without a finding" {
	part 'verify: [{id: answers, argv: [systemctl, is-active, "worker@{{worker}}"], timeout: 5s}]'
	lint 0 --format sarif --write-baseline known runbook.yaml
	part 'reviewed_at: 2020-01-01 # lint: ignore RB505 until 2027-01-01 -- it is being looked at'
	sed -i -e '/^verify:/,/^    poll/d' -e '$a verify: []' runbook.yaml
	cp runbook.yaml 'a b.yaml'
	lint 1 --profile prod --format sarif --baseline known runbook.yaml 'a b.yaml'
	python3 - "$ROOT/tests/data/sarif-2.1.0.schema.json" out <<-'PY'
		import json, sys, jsonschema
		schema, log = (json.load(open(name)) for name in sys.argv[1:])
		jsonschema.Draft7Validator.check_schema(schema)
		jsonschema.Draft7Validator(schema).validate(log)
		run = log['runs'][0]
		rules = run['tool']['driver']['rules']
		assert all(rules[r['ruleIndex']]['id'] == r['ruleId'] for r in run['results'])
		assert any(r['suppressions'] and r['suppressions'][0] == {'kind': 'inSource', 'justification': 'it is being looked at'} for r in run['results'])
		assert any(r['ruleId'] == 'RB401' and not r['suppressions'] for r in run['results'])
		assert {r['locations'][0]['physicalLocation']['artifactLocation']['uri'] for r in run['results']} == {'runbook.yaml', 'a%20b.yaml'}
		# the schema can refuse
		for spoil in (lambda d: d.update(version='2.0'), lambda d: d['runs'][0]['results'][0].pop('message'),
		              lambda d: d['runs'][0]['results'][0].update(level='fatal'), lambda d: d['runs'][0]['tool'].pop('driver'),
		              lambda d: d['runs'][0]['results'][0]['locations'][0]['physicalLocation']['region'].update(startLine=0)):
		    bad = json.loads(json.dumps(log))
		    spoil(bad)
		    assert not jsonschema.Draft7Validator(schema).is_valid(bad)
	PY
	lint 0 --profile min --format sarif "$ROOT/share/lint/base.yaml"
	jq -e '.runs[0].results == []' out > /dev/null
}

@test "print-schema: the schema that editors use" {
	aiops-runbook lint --print-schema | cmp - "$ROOT/share/schema/runbook.schema.json"
}

@test "examples for CI: what they run is there" {
	for file in github-actions.yml gitlab-ci.yml pre-commit-hooks.yaml pre-commit; do
		[ -s "$ROOT/share/examples/ci/$file" ]
		[ "$file" = pre-commit ] || python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$ROOT/share/examples/ci/$file"
	done
	# each option that an example names is one of lint
	grep -ohE 'aiops-runbook lint.*' "$ROOT"/share/examples/ci/* | grep -oE -- '--[a-z-]+' | sort -u > named
	aiops-runbook lint --help > help
	while read -r option; do grep -q -- "$option" help || fail "$option"; done < named
	# the hook stops a commit with a bad runbook, and lets a good one pass
	git init -q repo && cd repo
	git config user.email t@t && git config user.name t
	cp "$ROOT/share/examples/ci/pre-commit" .git/hooks/pre-commit
	mkdir runbooks
	cp "$ROOT/share/lint/base.yaml" runbooks/base.yaml
	git add . && git commit -q -m good
	sed -i 's/^risk: .*/risk: none/' runbooks/base.yaml
	git add . && run -1 git commit -q -m bad
	[[ $output == *RB002* ]]
}

@test "ill: aliases, merge keys, tags and a second document are refused where they stand" {
	{
		echo 'a: &a [x, x, x, x, x, x, x, x, x]'
		for i in b c d e f g h i; do echo "$i: &$i [*a, *a, *a, *a, *a, *a, *a, *a, *a]"; done
	} > bad.yaml
	refused RB001 anchor
	printf 'x: {y: 1}\nz:\n  <<: {y: 2}\n' > bad.yaml
	refused RB001 merge
	printf 'x: !!binary aGk=\n' > bad.yaml
	refused RB001 tag
	printf 'x: 1\n---\ny: 2\n' > bad.yaml
	refused RB001 document
}

@test "ill: too deep, too large, and many keys end soon" {
	python3 -c 'print("x: " + "[" * 100 + "]" * 100)' > bad.yaml
	refused RB001 deep
	python3 -c 'print("x: " + "y" * 300000)' > bad.yaml
	refused RB001 larger
	python3 -c 'print("\n".join("k%d: 1" % (i % 15000) for i in range(20000)))' > bad.yaml
	refused RB004 duplicate
}

@test "ill: tabs, bytes that are no UTF-8, NUL, duplicate keys, an empty file, text that is no map" {
	printf 'version: 1\nsteps:\n\t- id: x\n' > bad.yaml
	refused RB001 .
	[ "$(jq -r 'select(.rule == "RB001") | .line' out)" = 3 ]
	printf 'version: 1\nname: \377\376\n' > bad.yaml
	refused RB001 UTF-8
	printf 'version: 1\nname: a\0b\n' > bad.yaml
	refused RB001 .
	printf 'version: 1\nrisk: low\nrisk: high\n' > bad.yaml
	refused RB004 "duplicate key"
	[ "$(jq -r .line out)" = 3 ]
	: > bad.yaml
	refused RB002 missing
	echo 'just text' > bad.yaml
	refused RB002 map
}

@test "ill: no, on, 0755 and 1:30 are never silently something else" {
	for value in no No on OFF yes 0755 0o17 1:30 12:30:45; do
		part "description: $value"
		lint 1 --format ndjson runbook.yaml
		[ "$(jq -r .rule out)" = RB005 ] || fail "$value: $(cat out)"
		part "description: '$value'"
		lint 0 runbook.yaml
	done
	for value in nothing 'no way' 755 0 10.0.0.1 a:30 1:2:x '1:300' true; do
		part "description: $value"
		lint 0 runbook.yaml
	done
	part 'ai_executable: yes'
	lint 1 --format ndjson runbook.yaml
	[ "$(jq -r .rule out | sort -u)" = RB005 ]
	part 'review_every: 90'
	lint 1 --format ndjson runbook.yaml
	[ "$(jq -r .rule out)" = RB005 ]
}
