# aiops-triage templates: lines of text and records, what waits, what is kept between runs.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

# A log of two messages behind a header; made up.
text_log() {
	for i in $(seq "${1:-40}"); do
		printf 'Nov 21 09:00:%02d web-%d app[%d]: served request %d in %d ms\n' $((i % 60)) $((i % 3)) $((i + 100)) "$i" $((i * 3))
		[ $((i % 4)) = 0 ] && printf 'Nov 21 09:00:%02d web-1 app[7]: cache is cold\n' $((i % 60))
	done
	return 0
}

log_record() {
	printf '{"v":1,"kind":"log","id":"l%s","timestamp":"2026-11-21T09:00:%02dZ","source":"t","n":1.10,"body":"%s"}\n' "$1" "$1" "$2"
}

@test "templates: lines of text get the template of the message behind their header" {
	text_log > app.log
	aiops-triage templates app.log > out
	[ "$(jq -r .body out)" = "$(cat app.log)" ]
	[ "$(jq -s 'map(.line) == [range(1; length + 1)]' out)" = true ]
	[ "$(jq -r .template.text out | sort | uniq -c | sed 's/^ *//')" = "10 cache is cold
40 served request <*> in <*> ms" ]
	[ "$(jq -r .template.id out | sort -u | wc -l)" = 2 ]
}

@test "templates: the table and the list say how often, when and an example" {
	text_log > app.log
	aiops-triage templates -f list app.log > list
	[ "$(jq -c '[.count, .first, .last]' list)" = '[40,"line 1","line 49"]
[10,"line 5","line 50"]' ]
	[ "$(jq -r .example list | tail -n 1)" = "$(sed -n 5p app.log)" ]
	aiops-triage templates -f table app.log > table
	grep -E '^ +40  [0-9a-f]{16}  served request <\*> in <\*> ms$' table
	grep 'first line 5, last line 50, e.g. Nov 21' table
	printf 'a \033[31mred\033[0m word\n' | aiops-triage templates -f table > table
	! grep -q "$(printf '\033')" table
}

@test "templates: log records are annotated, others pass byte for byte, in order" {
	{
		log_record 1 'took 5 ms'
		printf '{"v":1,"kind":"metric","id":"m","timestamp":"2026-11-21T09:00:02Z","source":"t","name":"n","value":1.50}\n'
		log_record 3 'took 70 ms'
		log_record 4 ''
	} > in
	aiops-triage templates in > out
	diff <(sed '1s/}$/,"template":{"id":"ID","text":"took <*> ms"}}/; 3s/}$/,"template":{"id":"ID","text":"took <*> ms"}}/' in) \
		<(sed 's/"id":"[0-9a-f]\{16\}"/"id":"ID"/' out)
	[ "$(aiops-triage templates -f list in | jq -c '[.count, .first, .last]')" = '[2,"2026-11-21T09:00:01Z","2026-11-21T09:00:03Z"]' ]
	# once more: the same templates, the line rewritten
	aiops-triage templates out | cmp - out
}

@test "templates: records only, lines only" {
	{ log_record 1 x; echo 'no record'; } > in
	run -3 --separate-stderr aiops-triage templates -i records in
	[ "$(jq -r .template.text <<< "$output")" = x ]
	[[ $stderr == *in:2* ]]
	aiops-triage templates -i lines in > out
	[ "$(wc -l < out)" = 2 ]
	[ "$(head -n 1 out | jq -r .body)" = "$(head -n 1 in)" ]
	# a broken record is no line of text
	echo '{"kind":' > broken
	run -3 --separate-stderr aiops-triage templates broken
	[ -z "$output" ]
}

@test "templates: with --state in parts as at once, ids and counts go on" {
	text_log 600 > app.log
	aiops-triage templates --state one app.log > whole
	split -l 500 app.log part-
	for part in part-*; do aiops-triage templates --state two "$part"; done | jq -c .template > parts
	jq -c .template whole | cmp - parts
	[ "$(aiops-triage templates --state one -f list /dev/null | jq -c '[.count, .template.id]' | sort)" = \
		"$(aiops-triage templates --state two -f list /dev/null | jq -c '[.count, .template.id]' | sort)" ]
	[ "$(aiops-triage templates --state one -f list /dev/null | jq -s 'map(.count) | add')" = 750 ]
}

@test "templates: a state that is none, damaged or newer is refused and kept" {
	text_log > app.log
	aiops-triage templates --state s app.log > /dev/null
	sed '1s/:1,/:9,/' s > newer
	sed '2s/"serial":"[0-9]*"/"serial":"x"/' s > damaged
	echo '{"kind":"alert"}' > none
	: > empty
	for state in newer damaged none empty; do
		cp $state before
		run -78 --separate-stderr aiops-triage templates --state $state app.log
		[[ $stderr == *"'$state'"* ]] || fail "$stderr"
		cmp $state before
	done
	[[ $(aiops-triage templates --state newer app.log 2>&1) == *"version 9, this programme knows version 1"* ]]
}

@test "templates: hostile lines: binary, one long word, nothing but brackets, no newline" {
	{
		head -c 3000 /dev/zero | tr '\0' '['
		printf '\n\377\376 \001 x\n'
		head -c 900000 /dev/zero | tr '\0' a
		printf '\n \t\n'
		printf 'last'
	} > in
	aiops-triage templates in > out
	[ "$(wc -l < out)" = 4 ] # a blank line is none
	jq -e -s 'all(.template.id | test("^[0-9a-f]{16}$"))' out
	run -3 --separate-stderr aiops-triage templates --max-record 64K in
	[ "$(wc -l <<< "$output")" = 3 ]
}

@test "templates: -u waits for no further line, a barrier lets the waiting ones go" {
	mkfifo pipe
	aiops-triage templates -u < pipe > out &
	exec {to}> pipe
	echo 'first words' >&"$to"
	timeout 60 sh -c 'until [ -s out ]; do :; done'
	exec {to}>&-
	wait $!
	printf 'one line\n{"_barrier":1}\ntwo lines\n' | aiops-triage templates > out
	[ "$(jq -c '._barrier // .body' out)" = '"one line"
1
"two lines"' ]
}

@test "templates: --max-templates bounds what is kept" {
	for a in alpha beta gamma delta epsilon; do echo "$a is the word"; done > in
	aiops-triage templates --max-templates 2 --stats -f list in > out 2> err
	[ "$(wc -l < out)" = 2 ]
	jq -e '.templates == 2 and .forgotten == 3 and .mined == 5' err
}
