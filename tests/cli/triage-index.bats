# aiops-triage index and similar on the index: it follows the files, says its age, and joins words with vectors.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
	mkdir past
	past 1 'the tape robot stopped' > past/1.md
	past 2 'the clock ran ahead' > past/2.md
	past 3 'the queue grew' > past/3.md
	server=
}

teardown() {
	[ -z "$server" ] || kill "$server" 2> /dev/null || true
}

# past N TITLE: one past incident, as Markdown.
past() {
	printf -- '---\nid: P-%s\ntitle: %s\ndate: 2026-11-2%s\nworked: step %s\n---\nText.\n' "$1" "$2" "$1" "$1"
}

# found WORDS...: ids of what is similar.
found() { aiops-triage similar "$@" | jq -r .id | tr '\n' ' '; }

# indexed: counts of the last report.
indexed() { aiops-triage index -f json "$@" 2> err | jq -c '[.past_incidents, .added, .changed, .removed, .skipped]'; }

@test "index: similar finds what is new, changed and gone at its next call" {
	[ "$(indexed past)" = '[3,3,0,0,0]' ]
	[ "$(stat -c %a "$HOME/.local/state/aiops/past-incidents.db")" = 600 ]
	[ "$(found robot)" = 'P-1 ' ]
	past 4 'a robot of glass broke' > past/4.md
	[ "$(found glass)" = 'P-4 ' ]
	past 4 'a robot of wood broke' > past/4.md
	[ "$(found wood)" = 'P-4 ' ]
	[ -z "$(found glass)" ]
	rm past/4.md past/1.md
	[ -z "$(found robot)" ]
	[ "$(indexed)" = '[2,0,0,0,0]' ]
	mv past/2.md past/two.md
	[ "$(indexed)" = '[2,1,0,1,0]' ]
	[ "$(found clock)" = 'P-2 ' ]
}

@test "index: its age is told, by what was last written" {
	aiops-triage index --now 2026-11-21T09:00:00Z past > out
	grep '^3 past incidents of 3 files: 3 added, 0 changed, 0 removed; 0 skipped$' out
	[ "$(aiops-triage similar --now 2026-11-21T09:01:40Z robot | jq .index_age_s)" = 100 ]
	aiops-triage similar --now 2026-11-21T09:01:40Z -f text robot | grep '(of 3 past incidents, read 100 s ago; embeddings off)'
	aiops-triage index --now 2026-11-21T10:00:00Z | grep 'last written 3600 s ago'
	past 5 'new' > past/5.md
	aiops-triage index --now 2026-11-21T10:00:00Z | grep 'last written 0 s ago'
	printf '{"v":1,"kind":"incident","id":"I#1","incident":"I","timestamp":"2026-11-21T11:00:00Z","source":"t","title":"robot"}\n' |
		aiops-triage explain --now 2026-11-21T11:00:00Z | jq -e '.triage.index_age_s == 3600'
}

@test "index: what is no past incident is named, skipped and counted, also later" {
	echo 'no head' > past/bad.md
	printf '{"id":"N-1","title":"a nickel coin"}\n{"title":"no id"}\nnot json\n' > past/list.ndjson
	[ "$(indexed past)" = '[4,5,0,0,3]' ]
	grep -q 'past/bad.md: no past incident, skipped' err
	grep -q 'past/list.ndjson:2: no past incident, skipped' err
	grep -q 'past/list.ndjson:3' err
	[ "$(indexed)" = '[4,0,0,0,3]' ]
	[ ! -s err ] # told when it was read
	[ "$(found nickel)" = 'N-1 ' ]
	past 6 'mended' > past/bad.md
	[ "$(indexed)" = '[5,0,1,0,2]' ]
}

@test "index: two files with one id: the first counts until it goes" {
	past 1 'a second robot' > past/9.md
	[ "$(indexed past)" = '[3,4,0,0,0]' ]
	grep -q "9.md: no past incident, skipped: a past incident of another file has its id" err
	rm past/1.md
	[ "$(found second 2> /dev/null)" = 'P-1 ' ]
}

@test "index: empty, missing, none at all" {
	mkdir empty
	[ "$(indexed empty)" = '[0,0,0,0,0]' ]
	[ -z "$(found robot)" ]
	run -66 --separate-stderr aiops-triage similar --index nowhere/x.db robot
	[[ $stderr == *"nowhere/x.db"*"no such file"* ]]
	run -64 --separate-stderr env XDG_STATE_HOME="$PWD/none" aiops-triage similar robot
	[[ $stderr == *"needs past incidents"* ]]
	[ ! -e none ]
	run -66 --separate-stderr env XDG_STATE_HOME="$PWD/none" aiops-triage index
	[[ $stderr == *"no such file"* ]]
	run -66 --separate-stderr aiops-triage index nowhere
	[[ $stderr == *"cannot read 'nowhere'"* ]]
}

@test "index: a folder that is gone keeps what was read of it, with a warning" {
	aiops-triage index past > /dev/null
	mv past away
	run --separate-stderr aiops-triage similar robot
	[ "$(jq -r .id <<< "$output")" = P-1 ]
	[[ $stderr == *"/past: "*"what was read of it stays"* ]] || fail "$stderr"
	mv away past
	[ "$(indexed)" = '[3,0,0,0,0]' ]
}

@test "index: a file that is no index is refused by similar and made anew by index" {
	aiops-triage index --index a.db past > /dev/null
	head -c 5000 /dev/urandom > junk.db
	echo x > tiny.db
	for db in junk.db tiny.db; do
		run -78 --separate-stderr aiops-triage similar --index $db robot
		[[ $stderr == *"$db"* ]] || fail "$stderr"
	done
	run -78 aiops-triage index --index junk.db
	[ "$(aiops-triage index --index junk.db -f json past | jq .past_incidents)" = 3 ]
	[ "$(found --index junk.db robot)" = 'P-1 ' ]
	# truncated
	head -c 20000 a.db > cut.db
	run aiops-triage similar --index cut.db robot
	[ "$status" -ge 66 ]
}

@test "index: several at once end with the same index" {
	mkdir many
	for i in $(seq 60); do past "$((i % 9))" "word$i" | sed "s/P-[0-9]*/Q-$i/" > many/$i.md; done
	aiops-triage index past > /dev/null
	for i in 1 2 3 4 5; do aiops-triage index many > out.$i 2> err.$i & done
	wait
	cat err.*
	[ "$(indexed)" = '[60,0,0,0,0]' ]
}

@test "index: one that cannot be written is used as it is, and that is said" {
	aiops-triage index --index dir/a.db past > /dev/null 2>&1 || true
	mkdir -p dir && aiops-triage index --index dir/a.db past > /dev/null
	[ "$(id -u)" != 0 ] || skip 'root writes everywhere'
	past 7 'a violin' > past/7.md
	chmod -R a-w dir
	run --separate-stderr aiops-triage similar --index dir/a.db robot
	chmod -R u+w dir
	[ "$(jq -r .id <<< "$output")" = P-1 ]
	[[ $stderr == *"not up to date"* ]]
}

@test "similar: the query is words, whatever it holds" {
	aiops-triage index past > /dev/null
	for q in 'robot"' 'robot AND NOT OR NEAR(' "x'; DROP TABLE docs; -- robot" 'title:robot*' '{robot} ^ -robot'; do
		[ "$(found "$q")" = 'P-1 ' ] || fail "$q"
	done
}

# ---- vectors ----

serve() {
	python3 "$ROOT/tests/tools/embed-server.py" requests > port &
	server=$!
	timeout 60 sh -c 'until [ -s port ]; do :; done'
	url=http://127.0.0.1:$(cat port)/v1
}

# with MODEL COMMAND...
with() {
	local model=$1 command=$2
	shift 2
	aiops-triage "$command" --embed-url "$url" --embed-model "$model" "$@"
}

@test "embeddings: what has none of the words is found by its vector" {
	serve
	with good index -f json past | jq -e '.embeddings == "used" and .embedded == 3'
	[ -z "$(found ribbon)" ]
	with good similar ribbon > out
	[ "$(jq -r .id out)" = P-1 ]
	[ "$(jq -r .embeddings out)" = used ]
	# what is new gets its vector at the next call, and no other one is asked for again
	past 4 'the disk is full' > past/4.md
	: > requests
	[ "$(with good similar space | jq -r .id)" = P-4 ]
	[ "$(cat requests)" = "good 1 None
good 1 None" ]
	with backwards index past > /dev/null
	[ "$(with backwards similar ribbon | jq -r .id)" = P-1 ]
}

@test "embeddings: vectors of another model or dimension are never compared" {
	serve
	with good index past > /dev/null
	# the same name, another dimension: as of another model, until they were got anew
	sed "s/model == \"wide\"/True/" "$ROOT/tests/tools/embed-server.py" > wide.py
	kill "$server"; wait "$server" || true
	rm port
	python3 wide.py requests > port &
	server=$!
	timeout 60 sh -c 'until [ -s port ]; do :; done'
	url=http://127.0.0.1:$(cat port)/v1
	with good similar ribbon > out
	[ ! -s out ]
	with good similar robot | jq -e '.id == "P-1" and .embeddings == "none"'
	with wide index -f json | jq -e '.embedded == 3'
	[ "$(with wide similar ribbon | jq -r .id)" = P-1 ]
}

@test "embeddings: an endpoint that is down or answers badly costs a warning, words decide" {
	serve
	aiops-triage index past > /dev/null
	for model in broken denied none short words; do
		run --separate-stderr with $model similar robot
		[ "$status" = 0 ]
		[ "$(jq -c '[.id, .embeddings]' <<< "$output")" = '["P-1","down"]' ] || fail "$model: $output"
		[[ $stderr == *"embeddings: "*"words alone decide"* ]] || fail "$model: $stderr"
	done
	[[ $stderr == *"no list of vectors"* ]]
	run --separate-stderr with slow similar --embed-deadline 100ms robot
	[ "$(jq -c '[.id, .embeddings]' <<< "$output")" = '["P-1","down"]' ]
	with broken index -f json 2> err | jq -e '.embeddings == "down" and .past_incidents == 3'
	url=http://127.0.0.1:1/v1
	run --separate-stderr with good similar robot
	[ "$(jq -c '[.id, .embeddings]' <<< "$output")" = '["P-1","down"]' ]
}

@test "embeddings: the key comes from a file and stays out of messages" {
	serve
	(umask 077 && echo sk-very-secret > key)
	with good index --embed-key-file key past > out 2> err
	grep -qx 'good 3 Bearer sk-very-secret' requests
	run ! grep -q very-secret out err
	chmod a+r key
	run -77 --separate-stderr with good similar --embed-key-file key robot
	run -64 --separate-stderr aiops-triage similar --embed-url "$url" robot
	[[ $stderr == *"needs --embed-model"* ]]
}
