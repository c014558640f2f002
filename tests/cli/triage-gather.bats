# aiops-triage gather: what is asked for an incident, what comes of the answers, and of servers that misbehave.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir -p "$BATS_TEST_TMPDIR/work/answers" "$BATS_TEST_TMPDIR/work/queries"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	python3 "$ROOT/tests/tools/poll-server.py" port requests answers &
	server=$!
	timeout 60 sh -c 'until [ -s port ]; do :; done'
	url=http://127.0.0.1:$(cat port)
}

teardown() {
	[ -z "$server" ] || kill "$server" 2> /dev/null || true
}

# incident [SERVICE [HOST]]: an alert and the incident that it makes.
incident() {
	local service=${1-orders} host=${2-db-1}
	printf '{"v":1,"kind":"alert","id":"a1","timestamp":"2026-11-21T09:00:00Z","source":"t","status":"firing","name":"Slow","service":"%s","component":"%s","host":"%s","labels":{"zone":"north","shard":"7"}}\n' "$service" "$service" "$host"
	printf '{"v":1,"kind":"incident","id":"INC-0000000000000001#%s","incident":"INC-0000000000000001","revision":1,"timestamp":"2026-11-21T09:01:00Z","source":"t","starts_at":"2026-11-21T09:00:00Z","last_seen":"2026-11-21T09:00:30Z","services":["%s"],"causes":[{"component":"%s","score":1,"share":1}],"members":[{"id":"a1","name":"Slow","component":"%s","service":"%s","onset":"2026-11-21T09:00:00Z"}]}\n' "${3-1}" "$service" "$service" "$service" "$service"
}

# query NAME FORMAT [LINE...]: a query file of a GET to the test's server.
query() {
	{
		printf 'version: 1\nid: %s\nendpoint: here\npath: /%s\nformat: %s\n' "$1" "$1" "$2"
		shift 2
		printf '%s\n' "$@"
	} > "queries/$1$N.yaml"
}

# command NAME FORMAT WORD...
command_query() {
	printf 'version: 1\nid: %s\nformat: %s\nargv: %s\n' "$1" "$2" "$3" > "queries/$1.yaml"
}

gather() {
	aiops-triage gather --context-dir queries --endpoint "here=$url" --now 2026-11-21T10:00:00Z "$@"
}

asked() { jq -r .path requests; }

series() {
	printf '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"__name__":"%s","service":"orders"},"values":[[1795251600,"1"],[1795251630,"%s"]]}]}}' "$1" "$2"
}

@test "gather: an answer stands in front of its incident, annotated, the rest byte for byte" {
	query load prometheus
	series load 7.5 > answers/load
	incident > in
	gather in > out
	[ "$(jq -r .kind out | tr '\n' ' ')" = 'alert metric metric incident ' ]
	diff in <(jq -c -r 'select(.kind != "metric")' out | cat > /dev/null; sed -n '1p;$p' out)
	[ "$(sed -n 3p out | jq -c '[.name, .value, .service, .triage.gathered]')" = \
		'["load",7.5,"orders",{"query":"load","incident":"INC-0000000000000001"}]' ]
	# what was gathered can be quoted
	jq -e -s '[.[] | select(.kind == "metric") | .id] | length == 2 and all(test("^[0-9a-f]{32}$"))' out
}

@test "gather: parameters are typed and encoded" {
	query load prometheus 'query:' '  query: rate(x{service="{{ service }}",zone="{{ zone }}"}[5m]) > {{ shard }}' '  start: "{{ start }}"' \
		'  end: "{{ end }}"' '  ns: "{{ ns }}"' '  when: "{{ when }}"' \
		'parameters:' '  service: {from: service}' '  zone: {from: labels.zone}' '  shard: {from: labels.shard, as: number}' \
		'  start: {from: onset, add: -15m}' '  end: {from: now, add: 1h}' '  ns: {from: last_seen, as: unix_ns}' \
		'  when: {from: onset, add: 90s, as: rfc3339}'
	incident | gather > out
	[ "$(asked)" = '/load?query=rate%28x%7Bservice%3D%22orders%22%2Czone%3D%22north%22%7D%5B5m%5D%29%20%3E%207&start=1795250700&end=1795255200&ns=1795251630000000000&when=2026-11-21T09%3A01%3A30Z' ]
}

@test "gather: a value that is no name is not asked, and that is said" {
	query load prometheus 'query: {q: "{{ service }}"}' 'parameters: {service: {from: service}}'
	query number prometheus 'query: {q: "{{ z }}"}' 'parameters: {z: {from: labels.zone, as: number}}'
	rm -f requests
	for bad in 'a b' 'x\"} or up{a=\"' '-rf' '../../etc' "\$(id)" 'a;b' 'é' '*' '{{ service }}'; do
		incident "$bad" > in
		gather --stats in > out 2> err
		[ ! -e requests ] || fail "asked for $bad: $(cat requests)"
		[ "$(jq -r 'select(.kind == "notice") | .notice | [.event, .query] | join(" ")' out | sort | tr '\n' ' ')" = \
			'query_refused load query_refused number ' ] || fail "$bad: $(cat out)"
		grep '"kind":"stats"' err | jq -e '.queries == 0 and .queries_refused == 2'
	done
	jq -e -s 'any(.kind == "notice" and .title == "service is no name: {{ service }}" and .source == "aiops-triage" and
		.incident == "INC-0000000000000001")' out
}

@test "gather: what is not known is not asked; what the site does not name is not asked" {
	query load prometheus 'query: {q: "{{ x }}"}' 'parameters: {x: {from: labels.nowhere}}'
	printf 'version: 1\nid: far\nendpoint: elsewhere\npath: /x\nformat: prometheus\n' > queries/far.yaml
	command_query none prometheus '[no-such-command]'
	printf '{"v":1,"kind":"incident","id":"I#1","incident":"I","timestamp":"2026-11-21T09:01:00Z","source":"t"}\n' > in
	query time prometheus 'query: {q: "{{ t }}"}' 'parameters: {t: {from: onset}}'
	gather --stats in > out 2> err
	cmp in out
	grep '"kind":"stats"' err | jq -e '.queries == 0 and .queries_unknown == 2 and .queries_absent == 2 and .queries_failed == 0'
}

@test "gather: commands run without a shell, with their words and a small environment" {
	command_query words ndjson '[printf, "{\"v\":1,\"kind\":\"log\",\"id\":\"w\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"source\":\"t\",\"body\":\"%s\"}\\n", "{{ c }}; $HOME `id` > x"]'
	echo 'parameters: {c: {from: component}}' >> queries/words.yaml
	incident | SECRET=hush gather > out
	[ "$(jq -r 'select(.kind == "log") | .body' out)" = 'orders; $HOME `id` > x' ]
	[ ! -e x ]
	command_query environment text '[env]'
	incident | SECRET=hush gather > out
	! grep -q hush out
}

@test "gather: servers that misbehave cost a notice each and no record" {
	for name in broken denied dropped moved; do query $name prometheus; done
	query slow prometheus 'deadline: 1s'
	query large prometheus 'max_bytes: 100'
	query html prometheus
	query good prometheus
	echo 500 > answers/broken.how
	echo 401 > answers/denied.how
	echo drop > answers/dropped.how
	echo 'redirect http://192.0.2.1/x' > answers/moved.how
	echo slow > answers/slow.how
	series large 1 > answers/large
	echo '<html>' > answers/html
	series good 1 > answers/good
	incident > in
	gather --stats in > out 2> err
	[ "$(jq -r 'select(.kind == "notice") | .notice.query' out | sort | tr '\n' ' ')" = \
		'broken denied dropped html large moved slow ' ]
	[ "$(jq -r 'select(.kind == "metric") | .name' out | sort -u)" = good ]
	jq -e -s 'any(.notice.query == "broken" and .title == "it answered 500")' out
	grep '"kind":"stats"' err | jq -e '.queries == 8 and .queries_failed == 7 and .gathered == 2'
	tail -n 1 out | cmp - <(tail -n 1 in)
}

@test "gather: commands that misbehave cost a notice each, and leave no process" {
	command_query fails text '[sh, -c, "echo it is so >&2; exit 7"]'
	command_query slow text '[sleep, "600.25"]'
	echo 'deadline: 200ms' >> queries/slow.yaml
	command_query flood text '[yes]'
	printf 'max_bytes: 1000\ndeadline: 300ms\n' >> queries/flood.yaml
	command_query dies text '[sh, -c, "kill -9 $$"]'
	incident | gather > out
	[ "$(jq -r 'select(.kind == "notice") | [.notice.query, .title] | join(": ")' out | sort)" = \
		'dies: it ended by signal 9
fails: it ended with 7: it is so
flood: it took longer than its deadline
slow: it took longer than its deadline' ]
	! pgrep -f '^sleep 600.25' > /dev/null
}

@test "gather: all queries of an incident share one deadline" {
	for i in 1 2 3; do
		command_query s$i text "[sleep, \"60$i\"]"
		echo 'deadline: 300ms' >> queries/s$i.yaml
	done
	incident | gather --query-deadline 500ms > out
	[ "$(jq -r 'select(.kind == "notice") | .title' out | sort -u)" = 'it took longer than its deadline
no time was left for it' ]
}

@test "gather: records are bounded, given once, and no request is made twice for an incident" {
	query load prometheus 'max_records: 1'
	N=2 query load prometheus
	sed -i 's/^id: load/id: again/' queries/load2.yaml
	series load 1 > answers/load
	{ incident; incident orders db-1 2 | tail -n 1; } > in
	gather --stats in > out 2> err
	[ "$(jq -r 'select(.kind == "metric") | .triage.gathered.query' out | tr '\n' ' ')" = 'load again ' ]
	grep '"kind":"stats"' err | jq -e '.queries == 2 and .gathered == 2 and .gathered_cut == 1 and .gathered_repeated == 1'
	[ "$(wc -l < requests)" = 2 ]
}

@test "gather: each of the likeliest places is asked about, or the incident once" {
	query place prometheus 'query: {c: "{{ c }}"}' 'parameters: {c: {from: component}}'
	query once prometheus 'query: {c: "{{ c }}"}' 'parameters: {c: {from: component}}' 'each: incident'
	printf '{"v":1,"kind":"incident","id":"I#1","incident":"I","timestamp":"2026-11-21T09:01:00Z","source":"t","causes":[{"component":"db"},{"component":"api"}],"members":[{"id":"1","component":"api"},{"id":"2","component":"web"},{"id":"3","component":"cache"}]}\n' > in
	gather in > out
	[ "$(asked | sort | tr '\n' ' ')" = '/once?c=db /place?c=api /place?c=db /place?c=web ' ]
	rm requests
	gather --places 1 in > out
	[ "$(asked | sort | tr '\n' ' ')" = '/once?c=db /place?c=db ' ]
}

@test "gather: a credential goes to its endpoint alone, and into no message" {
	query load prometheus
	series load 1 > answers/load
	(umask 077 && echo hush-hush > token && echo me:hush-hush > basic)
	incident | gather --endpoint-token-file here=token > out 2> err
	[ "$(jq -r .headers.Authorization requests)" = 'Bearer hush-hush' ]
	rm requests
	incident | gather --endpoint-basic-file here=basic > out
	[ "$(jq -r .headers.Authorization requests)" = "Basic $(printf me:hush-hush | base64)" ]
	rm requests
	incident | gather --endpoint-token-file other=token > out
	[ "$(jq -r .headers.Authorization requests)" = null ]
	chmod a+r token
	incident | gather -v --endpoint-token-file here=token > out 2> err
	jq -e -s 'any(.kind == "notice" and (.title | test("token")))' out
	! grep -q hush-hush out err
}

@test "gather: queries with mistakes end with 78 and their place" {
	while IFS='|' read -r text message; do
		printf 'version: 1\nid: x\nformat: text\n%b\n' "$text" > queries/x.yaml
		run -78 --separate-stderr gather < /dev/null
		[[ $stderr == *"queries/x.yaml'"*"$message"* ]] || fail "$text: $stderr"
	done <<-'END'
		title: none|either an endpoint or a command
		endpoint: a\nargv: [b]|either an endpoint or a command
		argv: [b]\npath: /x|no path
		argv: []|1 to 32 words
		argv: ["{{ x }}"]\nparameters: {x: {from: service}}|what is executed
		argv: [a, "{{ x }}"]|'{{ x }}' is no parameter
		argv: [a, "{{ x"]|'{{' without '}}'
		argv: [a]\nparameters: {x: {}}|'from' is missing
		argv: [a]\nparameters: {x: {from: moon}}|'from' is component
		argv: [a]\nparameters: {x: {from: onset, as: name}}|a time is given
		argv: [a]\nparameters: {x: {from: host, as: unix}}|name or number
		argv: [a]\nparameters: {x: {from: host, add: 5m}}|for times
		argv: [a]\nparameters: {x: {from: host, ad: 5m}}|unknown key 'ad'
		endpoint: a\npath: x|begins with '/'
		endpoint: a\npath: /x?y|no '?'
		argv: [a]\ndeadline: 2m|at most 60s
		argv: [a]\neach: week|not one of the words
		argv: [a]\nargs: [b]|unknown key 'args'
	END
	rm queries/x.yaml
	run -64 --separate-stderr aiops-triage gather --endpoint here < /dev/null
	[[ $stderr == *'NAME=VALUE'* ]]
	run -64 aiops-triage gather --endpoint here=ftp://x < /dev/null
	run -66 aiops-triage gather --context-dir nowhere < /dev/null
}

@test "gather: the queries that ship are read, keep to the schema, and are asked as they should" {
	series up 1 > answers/query_range
	echo '{"data":{"alerts":[]},"status":"success"}' > answers/alerts
	incident > in
	aiops-triage gather --endpoint "prometheus=$url" --path /nowhere in > out
	[ "$(asked | cut -d '?' -f 1 | sort | uniq -c | tr -s ' \n' ' ')" = ' 1 /api/v1/alerts 3 /api/v1/query_range ' ]
	[ "$(asked | grep 'query=up')" = '/api/v1/query_range?query=up%7Bservice%3D%22orders%22%7D&start=1795251000&end=1795251900&step=30s' ]
	python3 -c 'import jsonschema, yaml' 2> /dev/null || skip "python3-jsonschema or python3-yaml is missing"
	python3 - "$ROOT/share" <<-'PY'
		import glob, json, sys, jsonschema, yaml
		schema = json.load(open(sys.argv[1] + "/schema/context.schema.json"))
		files = glob.glob(sys.argv[1] + "/context/*.yaml")
		assert len(files) > 5
		for f in files:
		    jsonschema.validate(yaml.safe_load(open(f)), schema)
	PY
}

@test "gather: explain quotes what was gathered" {
	printf 'version: 1\nid: tail\nformat: ndjson\nargv: [cat, %s/log.ndjson]\n' "$PWD" > queries/tail.yaml
	printf '{"v":1,"kind":"log","id":"l1","timestamp":"2026-11-21T09:00:01Z","source":"t","component":"orders","severity":"high","body":"FATAL: sorry, too many clients already"}\n' > log.ndjson
	incident | gather | aiops-triage explain > out
	tail -n 1 out | jq -e '.triage.type.class == "connection_exhaustion" and
		([.triage.hypotheses[].evidence[]] | any(.record_id == "l1" and (.quote | test("too many clients"))))'
}
