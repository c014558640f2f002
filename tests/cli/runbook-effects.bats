# What commands do, against what runbooks say: lint, and the tables.

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
}

# findings RULE: their lines
findings() { aiops-runbook lint "${@:2}" demo.yaml --format ndjson | jq -r --arg r "$1" 'select(.rule == $r) | .message'; }

@test "the shipped tables and their schema say the same" {
	python3 - "$ROOT/share" <<- 'EOF'
		import glob, json, sys
		import jsonschema, yaml
		schema = json.load(open(sys.argv[1] + '/schema/effects.schema.json'))
		files = glob.glob(sys.argv[1] + '/effects/*.yaml')
		assert len(files) > 5
		for f in files:
		    jsonschema.validate(yaml.safe_load(open(f)), schema)
	EOF
}

@test "a step that does more than it says, and a probe that does more than look" {
	runbook_yaml steps="
  - {id: one, effect: write, idempotent: true, target: t, argv: [kubectl, delete, pod, web-1], timeout: 5s, rollback: {none: gone}}" \
		verify="
  - {id: good, argv: [systemctl, restart, web], timeout: 5s}"
	[[ $(findings RB202) == *"step 'one' says write, but it is destructive: kubectl delete"* ]]
	[[ $(findings RB403) == *"verification 'good' may only look, but it is write: systemctl restart"* ]]
	run aiops-runbook plan demo.yaml
	[ "$status" -eq 78 ]
	[[ $output == *"RB202"* ]]
	sed -i 's/effect: write, idempotent: true, target: t, argv: \[kubectl/effect: destructive, idempotent: true, target: t, argv: [kubectl/' demo.yaml
	[ -z "$(findings RB202)" ]
}

@test "what is called idempotent and is not" {
	runbook_yaml steps="
  - {id: one, effect: write, idempotent: true, target: t, argv: [systemctl, restart, web], timeout: 5s, rollback: {none: up}}"
	[[ $(findings RB305) == *"step 'one' says idempotent, but doing it twice is not as doing it once: systemctl restart"* ]]
}

@test "tools that no table has: from profile ai on, and a site's own tables" {
	runbook_yaml
	[ -z "$(findings RB202)" ]
	[[ $(findings RB202 --profile ai) == *"'act' is in no table"* ]]
	mkdir tables
	printf 'tools:\n  - {names: [act], kind: flags, effect: write, any_flag: true}\n  - {names: [holds], kind: flags, effect: read}\n' > tables/own.yaml
	[ -z "$(findings RB202 --profile ai --effects tables)" ]
	[ -z "$(findings RB403 --profile ai --effects tables)" ]
	printf 'tools:\n  - {names: [act], efect: write}\n' > tables/own.yaml
	run aiops-runbook lint --effects tables demo.yaml
	[ "$status" -eq 78 ]
	[[ $output == *"own.yaml"*"did you mean 'effect'"* ]]
}
