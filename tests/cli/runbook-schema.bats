# share/schema/runbook.schema.json and aiops-runbook lint say the same about
# the shape of runbooks; manual and schema name the same keys.

setup() {
	load common
	clean_environment
	JUDGE=$ROOT/tests/tools/schema-probe.py
	SCHEMA=$ROOT/share/schema/runbook.schema.json
}

# Writes many variants of one runbook with every key in it: each key left out, misspelt, and given every shape
# of value. One a file, and one a line in the file docs.
variants() {
	mkdir -p books
	python3 - <<-'PY'
		import copy, json
		cmd = {"argv": ["true", "{{p}}"], "env": {"A": "{{p}}"}, "input": "x", "timeout": "5s", "kill_after": "1s", "output_limit": "1K", "output_policy": "halt"}
		auth = [{"bearer": "file:/x"}, {"basic": "env:X"}, {"header": "X-Key", "secret": "{{s}}"}]
		req = {"method": "POST", "url": "https://h/{{p}}", "headers": {"A": "{{p}}"}, "json": {"a": ["{{p}}", 1]}, "auth": auth[0], "allowed_hosts": ["h"],
		       "ca_file": "/x", "idempotency_key": True, "plain_secret": False}
		get = {"http": {"method": "GET", "url": "https://h/", "auth": auth[1], "allowed_hosts": "h"}, "timeout": "5s", "kill_after": "1s", "output_limit": "1K"}
		answer = {"status": ["2xx", 404], "stdout": "x", "json": {"path": "$.a", "op": "exists"}, "output": {"op": "!=", "value": "5"}}
		expect = {"exit_code": [0, 1], "stdout": "x", "stderr": "y", "output": {"op": "<", "value": "5"}, "json": {"path": "$.a", "op": "==", "value": "1"}}
		poll = {"every": "1s", "for": "5s", "consecutive": 2}
		base = {
		    "version": 1, "id": "demo", "name": "n", "description": "d", "owner": "o", "docs": "d", "reviewed_at": "2026-11-21",
		    "review_every": "90d", "risk": "high", "ai_executable": False, "triggers": [{"match": {"a": ["x", "y"], "b": "z"}}],
		    "parameters": {
		        "p": {"type": "string", "pattern": "[a-z]+", "default": "x", "from": "incident.labels.p", "max_length": 10, "deny": ["q"], "allow_dash": False, "description": "d"},
		        "e": {"type": "enum", "enum": ["a", "b"], "required": True},
		        "n": {"type": "integer", "min": 1, "max": 5, "default": 2},
		        "f": {"type": "path", "under": "/tmp"},
		        "s": {"type": "secret_ref", "default": "file:/x"},
		        "u": {"type": "url", "hosts": ["h"], "schemes": ["https"]}},
		    "limits": {"max_actions_per_hour": 4, "per_target_cooldown": "1m", "max_targets": 1, "max_target_percent": 10.5, "population": "40", "max_steps_per_incident": 9, "max_duration": "5m", "concurrency": 2, "max_destructive_per_incident": 3, "allow_all": True, "concurrency_key": "k"},
		    "approval": {"required_for": ["read", "destructive"], "min_approvals": 1, "approvers": ["site", "group:oncall"], "allow_self": False, "expires_in": "5m"},
		    "breaker": {"failure_threshold": 3, "window": "1h", "minimum_calls": 5, "failure_rate": 0.5, "slow_after": "1m", "slow_rate": 0.9,
		                "open_for": "5m", "max_open_for": "1h", "half_open_max": 1, "success_threshold": 2},
		    "preconditions": [{"id": "pre", "name": "n", "effect": "read", **cmd, "expect": expect, "poll": poll}],
		    "steps": [
		        {"id": "s1", "name": "n", "type": "command", "effect": "write", "idempotent": False, "target": "{{p}}",
		         "action_type": "restart", "target_type": "pod", "target_selector": {"namespace": "{{p}}"}, **cmd, "expect": expect,
		         "retry": {"max_attempts": 2, "initial_interval": "1s", "backoff": 2.0, "max_interval": "5s", "jitter": 0.1, "on": ["timeout", "exit:1"]},
		         "capture": {"c": {"type": "integer", "min": 0, "regex": "([0-9]+)"}, "j": {"type": "boolean", "json": "$.x"}},
		         "dry_run": {**cmd, "effect": "read"}, "check": {**cmd, "effect": "read", "done_if": {"exit_code": 0}},
		         "on_unknown": "escalate", "on_failure": "rollback", "rollback": {**cmd, "effect": "write", "idempotent": True, "expect": {"exit_code": 0}}},
		        {"id": "s2", "type": "wait", "duration": "5s"},
		        {"id": "s3", "type": "message", "text": "hi"},
		        {"id": "s4", "type": "verify", "effect": "read", **cmd, "expect": {"output": {"op": "in", "value": ["a", "b"]}}, "poll": poll, "capture": {"d": {"type": "ip", "json": "$.ip"}}, "on_failure": "abort"},
		        {"id": "s6", "type": "wait", "until": "2026-11-21T09:00:00Z", "when": {"of": "{{p}}", "op": "==", "value": "x"}},
		        {"id": "s7", "type": "http", "name": "n", "effect": "write", "idempotent": False, "target": "t", **req, "timeout": "5s", "kill_after": "1s", "output_limit": "1K",
		         "when": {"of": "{{p}}", "op": "in", "value": ["x"]}, "expect": answer, "action_type": "restart",
		         "retry": {"max_attempts": 2, "initial_interval": "1s", "on": ["timeout", "status:503", "no_connection", "no_answer"]},
		         "capture": {"h": {"type": "integer", "min": 0, "json": "$.n"}}, "dry_run": get, "check": {**get, "done_if": {"status": 200}},
		         "on_unknown": "escalate", "on_failure": "step:s8", "rollback": {"http": {"method": "DELETE", "url": "https://h/"}, "timeout": "1s", "effect": "write", "expect": answer}},
		        {"id": "s8", "type": "http", "method": "POST", "url": "https://h/", "form": {"a": "{{p}}"}, "auth": auth[2], "timeout": "1s", "target": "t", "idempotent": True, "rollback": {"none": "why"}},
		        {"id": "s9", "type": "http", "method": "PUT", "url": "https://h/", "body": "x", "timeout": "1s", "target": "t", "idempotent": True, "rollback": {"none": "why"}},
		        {"id": "s10", "type": "verify", **get, "expect": {"status": "2xx"}},
		        {"id": "s5", "effect": "write", "target": "t", "idempotent": True, "argv": ["true"], "timeout": "1s", "input": {"file": "x.sql"}, "rollback": {"none": "why"}}],
		    "always": [{"id": "a1", "effect": "read", "argv": ["true"], "timeout": "1s"}],
		    "verify": [{"id": "v2", **get, "expect": answer}, {"id": "v1", **cmd, "expect": {"json": {"path": "$.a", "op": "exists"}}}],
		    "verify_rollback": [{"id": "r1", "argv": ["true"], "timeout": "1s"}],
		    "escalation": {"on": ["rollback_failed", "step_unknown"], "notify": "n", "after_failures": 2}}
		shapes = [None, True, "", "zzz", 7.5, -3, [], {}, [[]], ["zzz"], {"zzz": "zzz"}]
		docs, n = [base], 0
		def paths(v, at=()):
		    if isinstance(v, dict):
		        for k in v:
		            yield at + (k,)
		            yield from paths(v[k], at + (k,))
		    elif isinstance(v, list):
		        for i in range(len(v)):
		            yield at + (i,)
		            yield from paths(v[i], at + (i,))
		def parent(doc, path):
		    for p in path[:-1]: doc = doc[p]
		    return doc
		for path in list(paths(base)):
		    for change in ["drop", "misspell"] + list(range(len(shapes))):
		        doc = copy.deepcopy(base)
		        holder, key = parent(doc, path), path[-1]
		        if change == "drop": del holder[key]
		        elif change == "misspell":
		            if not isinstance(key, str): continue
		            holder[key + "x"] = holder.pop(key)
		        elif isinstance(holder[key], str) and isinstance(shapes[change], (bool, float, int)):
		            continue # YAML's plain scalars keep their text: lint takes a number for a text
		        else: holder[key] = shapes[change]
		        docs.append(doc)
		with open("docs", "w") as out:
		    for n, doc in enumerate(docs):
		        line = json.dumps(doc)
		        out.write(line + "\n")
		        open(f"books/{n:05}.json", "w").write(line)
	PY
	echo 'select 1;' > books/x.sql
}

# What only lint can tell (references, combinations, what a pattern means) is left out of the comparison.
beyond='is not defined|is no pattern|not a pattern|does not match|not accepted by its own|a bound is for|is for the type|needs .hosts|needs .enum'
beyond+='|must be constant|is no name|is no id|argv is empty|accepts nothing|without steps|without labels|takes no value|stands alone|by .regex. or by'
beyond+='|may not be set|is no name of a variable|say the same|begins with|cannot open|input is constant|not a JSON path|a capture has no|expected a size'
beyond+='|is for max_target_percent|out of range|is not a duration|no approver|a required parameter has no default|overflow'
beyond+='|on a constant|names its secret|one of .bearer|one of .json|has no body|a url begins|in the host of|a credential is named|of a header|carries a credential|is not set by'
beyond+='|no step further down|may only look'

@test "the schema and lint judge the shape of a runbook alike" {
	variants
	"$JUDGE" --judge "$SCHEMA" < docs > by-schema
	head -n 1 by-schema | grep -qx accept
	aiops-runbook lint --format ndjson books > findings || [ $? = 1 ]
	python3 - "$beyond" <<-'PY'
		import json, re, sys
		beyond = re.compile(sys.argv[1])
		by_schema = open("by-schema").read().split()
		shape, other = {}, set()
		for line in open("findings"):
		    f = json.loads(line)
		    n = int(f["file"][6:11])
		    if f["rule"] in ("RB001", "RB002", "RB003", "RB005", "RB403"):
		        if beyond.search(f["message"]): other.add(n)
		        else: shape.setdefault(n, f["message"])
		    elif f["rule"] == "RB203": other.add(n) # {{...}} among the approvers
		docs = open("docs").read().splitlines()
		bad = compared = rejected = 0
		for n, verdict in enumerate(by_schema):
		    if n in other and n not in shape: continue
		    compared += 1
		    rejected += verdict == "reject"
		    if (verdict == "reject") != (n in shape):
		        bad += 1
		        if bad <= 8: print(n, verdict, "lint:", shape.get(n), docs[n])
		print(compared, "compared,", rejected, "rejected,", bad, "differ")
		sys.exit(bad > 0 or compared < 1500 or rejected < 1000)
	PY
}

@test "the manual explains every key and word of the schema" {
	mandoc -Tascii "$ROOT/man/aiops-runbook.5" | col -b > manual
	{
		jq -r '.. | .properties? // empty | keys[]' "$SCHEMA"
		jq -r '.. | .enum? // empty | arrays | .[] | strings' "$SCHEMA"
	} | sort -u | grep -E '^[a-z_0-9]+$' > words
	[ "$(wc -l < words)" -gt 90 ]
	while read -r word; do
		grep -qE "(^|[^[:alnum:]_])$word([^[:alnum:]_]|$)" manual || echo "$word"
	done < words > missing
	[ ! -s missing ] || fail "not in the manual: $(tr '\n' ' ' < missing)"
}

@test "the shipped runbooks and the manual's example are clean" {
	aiops-runbook lint "$ROOT"/share/runbooks
	aiops-runbook lint --effects "$ROOT/share/examples/postgres-connections-exhausted/demo/effects" "$ROOT"/share/examples/*/demo/runbook.yaml
	mandoc -Tascii "$ROOT/man/aiops-runbook.5" | col -bx | awk '/^EXAMPLES/ { on = 1 } /^SEE ALSO/ { on = 0 } on && /version: 1/ { p = 1 } p && on' |
		sed 's/^ \{11\}//' > scale.yaml
	aiops-runbook lint scale.yaml
}
