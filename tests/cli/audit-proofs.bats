# aiops-audit: signed checkpoints, proofs, what is taken out, and how tampering with all of them shows.

bats_require_minimum_version 1.5.0

setup() {
	load common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/state/audit.db
	VERIFY_SH=$ROOT/scripts/audit-verify.sh
}

# records FROM TO [KIND]: records with ids KIND-FROM ... KIND-TO.
records() {
	awk -v from="$1" -v to="$2" -v kind="${3-run}" 'BEGIN { for (i = from; i <= to; i++)
		printf "{\"v\":1,\"kind\":\"%s\",\"id\":\"%s-%d\",\"timestamp\":\"2026-11-21T09:00:00Z\",\"source\":\"test\",\"incident\":\"INC-%d\",\"n\":%d}\n", kind, kind, i, i % 3, i }'
}

log_records() { records "$@" | aiops-audit append > /dev/null; }
sql() { sqlite3 -readonly "$AIOPS_DB" "$1"; }

# A log of 20 rows, a key, and a signed checkpoint of its size; 7 more rows.
signed_log() {
	log_records 1 20
	aiops-audit keygen audit.key > audit.pub
	aiops-audit checkpoint --sign audit.key > first.ckpt
	log_records 21 27
}

# ---- keys ----

@test "keygen: a key of mode 0600, its public half on standard output, an id as C2SP says" {
	log_records 1 1
	run -0 aiops-audit keygen audit.key
	[ "$(stat -c %a audit.key)" = 600 ]
	local name id public
	IFS=+ read -r name id public <<< "$output"
	[ "$name" = "aiops-audit/$(sql 'SELECT log FROM aiops_audit_head')" ]
	printf '%s' "$public" | openssl base64 -d -A > raw
	[ "$(head -c 1 raw | od -An -tx1 | tr -d ' ')" = 01 ]
	[ "$(stat -c %s raw)" -eq 33 ]
	[ "$({ printf '%s\n' "$name"; cat raw; } | openssl dgst -sha256 -r | cut -c 1-8)" = "$id" ]
	run -73 aiops-audit keygen audit.key # never over another
	ln -s nowhere link
	run -73 aiops-audit keygen link
	run -0 aiops-audit keygen --name ops.example/audit other.key
	[[ $output == ops.example/audit+* ]]
	run -64 aiops-audit keygen --name 'two words' third.key
	run -64 aiops-audit keygen
	[ ! -e third.key ]
	AIOPS_DB=none.db run -66 aiops-audit keygen third.key
}

# ---- signing ----

@test "checkpoint --sign: a note that openssl verifies, kept by the log, the same for the same head" {
	signed_log
	[ "$(sed -n 2p first.ckpt)" = 20 ]
	[ "$(sql 'SELECT size, root = lower(hex(root)) OR length(root) FROM aiops_audit_signed')" = '20|1' ]
	[ "$(sql 'SELECT note FROM aiops_audit_signed' | head -n 5)" = "$(cat first.ckpt)" ]
	aiops-audit checkpoint --sign audit.key > second.ckpt
	aiops-audit checkpoint --sign audit.key --out again.ckpt
	cmp second.ckpt again.ckpt
	[ "$(sql 'SELECT group_concat(size) FROM aiops_audit_signed')" = 20,27 ]
	# what is signed is the three lines; key and signature by hand
	head -n 3 first.ckpt > text
	sed -n 5p first.ckpt | cut -d ' ' -f 3 | openssl base64 -d -A | tail -c 64 > signature
	{
		printf '\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00'
		cut -d + -f 3- audit.pub | openssl base64 -d -A | tail -c 32
	} > key.der
	openssl pkeyutl -verify -rawin -pubin -inkey key.der -keyform DER -in text -sigfile signature
	sed -i 2s/20/21/ text
	run -1 openssl pkeyutl -verify -rawin -pubin -inkey key.der -keyform DER -in text -sigfile signature
}

@test "checkpoint --sign: refuses what is not the log that was signed before" {
	local log
	signed_log
	cp "$AIOPS_DB" good.db
	# another history under the same name, and the notes that the log keeps
	log=$(sql 'SELECT log FROM aiops_audit_head')
	sqlite3 "$AIOPS_DB" "SELECT quote(note), quote(root) FROM aiops_audit_signed" | head -c 100000 > /dev/null
	AIOPS_DB=$PWD/forged.db
	aiops-audit append < /dev/null
	tampered "$AIOPS_DB" "UPDATE aiops_audit_head SET log = '$log'"
	records 1 20 | sed 's/"n":7/"n":8/' | aiops-audit append > /dev/null
	run -0 aiops-audit verify # it is consistent in itself
	run -10 aiops-audit checkpoint --sign audit.key --out first.ckpt
	[[ $output == *'not signed: the log is not what was signed at size 20'* ]]
	[ "$(sql 'SELECT count(*) FROM aiops_audit_signed')" -eq 0 ]
	sqlite3 "$AIOPS_DB" "ATTACH '$PWD/good.db' AS good; INSERT INTO aiops_audit_signed SELECT * FROM good.aiops_audit_signed"
	run -10 aiops-audit checkpoint --sign audit.key
	run -10 aiops-audit verify
	[[ $output == *'checkpoint: expected'* ]]
	# cut off
	AIOPS_DB=$PWD/good.db
	tampered "$AIOPS_DB" "DELETE FROM aiops_audit WHERE seq > 10"
	run -10 aiops-audit checkpoint --sign audit.key
	# of another log
	AIOPS_DB=$PWD/other.db
	log_records 1 30
	run -10 aiops-audit checkpoint --sign audit.key --out first.ckpt
	[[ $output == *'of another log'* ]]
}

# tampered DATABASE SQL: with the guards out of the way and back again.
tampered() {
	{
		echo 'BEGIN;'
		sqlite3 "$1" "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'"
		echo "$2;"
		sqlite3 "$1" "SELECT sql || ';' FROM sqlite_schema WHERE type = 'trigger'"
		echo 'COMMIT;'
	} > tamper.sql
	sqlite3 -bail "$1" < tamper.sql
}

@test "checkpoint --sign: a key that others can read, no key, no database" {
	log_records 1 3
	aiops-audit keygen audit.key > audit.pub
	chmod 640 audit.key
	run -77 aiops-audit checkpoint --sign audit.key
	chmod 600 audit.key audit.pub
	run -65 aiops-audit checkpoint --sign audit.pub
	[[ $output == *'no private key'* ]]
	run -66 aiops-audit checkpoint --sign missing
	AIOPS_DB=none.db run -66 aiops-audit checkpoint --sign audit.key
	[ ! -e none.db ]
	run ! grep -rq PRIVATE "$(dirname "$AIOPS_DB")" # the key stands in no file of the store
}

# ---- verify ----

@test "verify: signatures, and what was promised and is missing" {
	signed_log
	aiops-audit keygen --name someone/else other.key > other.pub
	run -0 aiops-audit verify --checkpoint first.ckpt --pubkey audit.pub --require-signed
	[[ $output == *'2 checkpoints signed by a --pubkey'* ]]
	[[ $output != *'who made'* ]]
	[[ $output == *'not proved: that rows 21 to 27'* ]]
	run -0 aiops-audit verify --pubkey "$(cat audit.pub)" # the one that the log keeps
	[[ $output == *'1 checkpoint signed by a --pubkey'* ]]
	run -11 aiops-audit verify --checkpoint first.ckpt --pubkey other.pub
	[[ $output == *'no checkpoint is signed by a --pubkey'* ]]
	aiops-audit checkpoint > plain.ckpt
	run -0 aiops-audit verify --checkpoint plain.ckpt --pubkey audit.pub
	[[ $output == *'not proved: who made a checkpoint'* ]]
	run -11 aiops-audit verify --checkpoint plain.ckpt --pubkey audit.pub --require-signed
	run -64 aiops-audit verify --require-signed
	run -64 aiops-audit verify --pubkey nonsense
	run -64 aiops-audit verify --pubkey audit.key # a private key is none
	run -0 aiops-audit verify --origin "$(head -n 1 first.ckpt)"
	run -10 aiops-audit verify --origin aiops-audit/00000000000000000000000000000000
	run -0 aiops-audit verify --since 25
	[[ $output == *'not proved: what rows 1 to 24 say'* ]]
	run -10 aiops-audit verify --since 29
}

# note_case STATUS NAME: the checkpoint in the file `case` ends verify with this status.
note_case() {
	run aiops-audit verify --checkpoint case --pubkey audit.pub --require-signed
	[ "$status" -eq "$1" ] || fail "$2: $status, expected $1: $output"
	CASES=$((${CASES-0} + 1))
}

@test "verify: a changed note is found, an honest one of many keys passes" {
	signed_log
	aiops-audit keygen --name someone/else other.key > other.pub
	local log sig
	log=$(sed -n 1p first.ckpt) sig=$(sed -n 5p first.ckpt)
	sed 2s/20/19/ first.ckpt > case && note_case 10 'size - 1'
	sed 2s/20/21/ first.ckpt > case && note_case 10 'size + 1'
	sed 2s/20/2000/ first.ckpt > case && note_case 10 'a size behind the end'
	sed '3{s/^[^A]/A/;t;s/^A/B/}' first.ckpt > case && note_case 10 'a root of other bits'
	sed '3s/=$/A/' first.ckpt > case && note_case 11 'a root that is no hash'
	sed '1s/.$/0/;1s/0$/&/' first.ckpt | sed "1s/.*/aiops-audit\/$(printf '%032d' 7)/" > case && note_case 10 'another origin'
	awk 'NR == 5 { c = substr($0, length($0) - 40, 1); $0 = substr($0, 1, length($0) - 41) (c == "A" ? "B" : "A") substr($0, length($0) - 39) } { print }' \
		first.ckpt > case && note_case 10 'a signature of other bits'
	sed '5s/\(.\{90\}\)../\1AA/' first.ckpt > case && note_case 10 'a signature cut to pieces'
	head -n 3 first.ckpt > case && note_case 11 'the signature taken off'
	head -n 4 first.ckpt > case && note_case 11 'an empty line and no signature'
	sed 's/$/\r/' first.ckpt > case && note_case 11 'CRLF'
	{ cat first.ckpt; echo trailing; } > case && note_case 11 'trailing data'
	{ cat first.ckpt; echo; } > case && note_case 11 'a trailing empty line'
	tr -d '\n' < first.ckpt > case && note_case 11 'one line'
	{ cat first.ckpt; printf '\0'; } > case && note_case 11 'a NUL'
	sed '3a extension' first.ckpt > case && note_case 11 'an extension line'
	sed "5s/.*/— $log AAAA/" first.ckpt > case && note_case 11 'a signature of no bytes'
	sed '5s/—/-/' first.ckpt > case && note_case 11 'another dash'
	{ cat first.ckpt; echo "$sig"; } > case && note_case 0 'the same signature twice'
	aiops-audit checkpoint --sign other.key > both # the size is 27 now
	aiops-audit checkpoint --sign audit.key | sed -n 5p >> both
	cp both case && note_case 0 'two keys'
	{ cat first.ckpt; for i in {1..16}; do echo "— unknown/$i $(head -c 68 /dev/zero | openssl base64 -A)"; done; } > case && note_case 0 '17 signatures, 16 of them by keys that nobody knows'
	aiops-audit checkpoint --sign other.key > case && note_case 11 'signed by another key only'
	{ head -n 4 first.ckpt; sed -n 5p both; } > case && note_case 11 "another key's signature of another size"
	echo "# $CASES changed notes, each judged as it should be" >&3
}

@test "verify: the shell verifier agrees about signatures" {
	signed_log
	aiops-audit keygen --name someone/else other.key > other.pub
	aiops-audit checkpoint > plain.ckpt
	sed 2s/20/21/ first.ckpt > wrong.ckpt
	run -0 "$VERIFY_SH" -k audit.pub "$AIOPS_DB" first.ckpt
	run -10 "$VERIFY_SH" -k audit.pub "$AIOPS_DB" wrong.ckpt
	run -11 "$VERIFY_SH" -k audit.pub "$AIOPS_DB" plain.ckpt
	run -11 "$VERIFY_SH" -k other.pub "$AIOPS_DB" first.ckpt
	run -64 "$VERIFY_SH" -k audit.pub
}

# ---- proofs ----

@test "prove: a row, for people without the database; openssl alone agrees" {
	local n
	signed_log
	for n in 1 13 20; do
		aiops-audit prove $n > proof
		run -0 env AIOPS_DB=none.db aiops-audit verify --proof proof --checkpoint first.ckpt
		[[ $output == *"\"id\":\"run-$n\""* ]]
		[[ $output == *"verified: row $n is in the log"* ]]
		[[ $output != *'not proved'* ]]
		run -0 "$VERIFY_SH" -k audit.pub -p proof
		[[ $output == *"\"id\":\"run-$n\""* ]]
		run -0 "$VERIFY_SH" -p proof first.ckpt
	done
	aiops-audit prove inclusion 27 > proof # behind the last signed one: for the head
	run -0 aiops-audit verify --proof proof
	[[ $output == *'not proved: that the log has this root'* ]]
	run -11 aiops-audit verify --proof proof --pubkey audit.pub
	run -11 aiops-audit verify --proof proof --checkpoint first.ckpt
	[[ $output == *'ask for a proof of consistency'* ]]
	run -11 "$VERIFY_SH" -k audit.pub -p proof
	run -65 aiops-audit prove 28
	run -65 aiops-audit prove 21 --checkpoint first.ckpt
	run -64 aiops-audit prove 0
	run -64 aiops-audit prove
	run -64 aiops-audit prove something 3
}

@test "prove consistency: an old size is the beginning of the log" {
	signed_log
	aiops-audit prove consistency 20 > proof
	run -0 aiops-audit verify --proof proof --checkpoint first.ckpt
	[[ $output == *'begins with that of 20 rows'* ]]
	[ "$(tail -n +2 proof | sed -n '/^$/,$p' | sed -n 3p)" = 27 ]
	aiops-audit checkpoint > second.ckpt
	run -0 aiops-audit verify --proof proof --checkpoint first.ckpt --checkpoint second.ckpt
	local n
	for n in 0 1 16 19 26 27; do
		aiops-audit prove consistency $n --checkpoint second.ckpt > proof
		run -0 aiops-audit verify --proof proof --checkpoint second.ckpt
	done
	run -65 aiops-audit prove consistency 28
	sed '3{s/^[^A]/A/;t;s/^A/B/}' first.ckpt > wrong.ckpt
	aiops-audit prove consistency 20 > proof
	run -10 aiops-audit verify --proof proof --checkpoint wrong.ckpt
}

@test "prove: what was changed in a proof is found, by both verifiers" {
	signed_log
	aiops-audit prove 13 > good
	local count=0 mutation
	while IFS= read -r mutation; do
		count=$((count + 1))
		sed "$mutation" good > bad
		cmp -s good bad && fail "no change: $mutation"
		run aiops-audit verify --proof bad --checkpoint first.ckpt
		[ "$status" -eq 10 ] || [ "$status" -eq 11 ] || fail "verify: $status: $mutation"
		run "$VERIFY_SH" -p bad first.ckpt
		[ "$status" -eq 10 ] || [ "$status" -eq 11 ] || fail "audit-verify.sh: $status: $mutation"
	done <<- 'END'
		1s/v1/v2/
		2s/extra ../extra AB/
		2s/....$/AAAA/
		2d
		3s/12/11/
		3s/12/13/
		3s/12/14/
		3s/12/012/
		4{s/^[^A]/A/;t;s/^A/B/}
		4d
		4p
		5d
		8d
		4{h;d};5{p;x}
		11s/20/40/
		11s/20/10/
		12{s/^[^A]/A/;t;s/^A/B/}
		10s/.$/g/
	END
	[ "$count" -eq 18 ]
	head -c 200 good > bad
	run -11 aiops-audit verify --proof bad
	run -66 aiops-audit verify --proof missing
	echo "# $count changed proofs, none accepted" >&3
}

# ---- taking out ----

@test "redact: dry by default; the body is in no file any more, and all still verifies" {
	signed_log
	echo '{"v":1,"kind":"run","id":"x","timestamp":"2026-11-21T09:00:00Z","source":"t","who":"Ada Lovelace of Marylebone"}' | aiops-audit append > /dev/null
	run -0 aiops-audit redact 28 --reason 'a person'
	[[ $output == *'nothing was done'* ]]
	[ "$(sql 'SELECT count(*) FROM aiops_audit')" -eq 28 ]
	[ "$(aiops-audit query --search Marylebone | wc -l)" -eq 1 ]
	grep -aqi Marylebone "$AIOPS_DB"*
	run -0 aiops-audit redact 28 --reason 'a person' --actor maria --apply
	run ! grep -aqi Marylebone "$AIOPS_DB"* # nor in the index of words
	[ "$(aiops-audit query --search Marylebone | wc -l)" -eq 0 ]
	run -0 aiops-audit verify --checkpoint first.ckpt
	[[ $output == *'what 1 redacted record said'* ]]
	run -0 "$VERIFY_SH" "$AIOPS_DB" first.ckpt
	[ "$(aiops-audit query --kind audit | jq -r '"\(.action) \(.redacted.seq) \(.reason) \(.audit.actor)"')" = 'redacted 28 a person maria' ]
	aiops-audit redact 3 --reason 'also' --apply
	aiops-audit prove 3 > proof
	run -0 aiops-audit verify --proof proof --checkpoint first.ckpt
	[[ $output == *'(redacted)'* ]]
	run -0 "$VERIFY_SH" -p proof first.ckpt
	run -0 aiops-audit redact 28 --reason again --apply
	[[ $output == *'redacted before'* ]]
	[ "$(sql "SELECT count(*) FROM aiops_audit WHERE kind = 'audit'")" -eq 2 ]
	run -65 aiops-audit redact 29 --reason x --apply # what the log says of itself stays
	run -65 aiops-audit redact 99 --reason x --apply
	run -64 aiops-audit redact 1 --apply
	run -64 aiops-audit redact --reason x
	aiops-audit redact 2 --reason 'password=hunter2secret' --apply
	run ! grep -aq hunter2secret "$AIOPS_DB" "$AIOPS_DB"-*
}

@test "redact: what somebody reads meanwhile stays in the write-ahead log, and 75 says so" {
	log_records 1 3000
	mkfifo slow
	aiops-audit query > slow &
	local reader=$!
	exec 8< slow
	read -r -u 8 _
	run aiops-audit redact 5 --reason x --apply --lock-wait 50ms
	[ "$status" -eq 75 ]
	[[ $output == *'run this again'* ]]
	cat <&8 > /dev/null
	exec 8<&-
	wait "$reader"
	run -0 aiops-audit redact 5 --reason x --apply
	aiops-audit verify > /dev/null
}

@test "prune: by kind, dry by default, from the configuration, and all still verifies" {
	local kind
	for kind in metric log trace run; do
		records 1 5 $kind | aiops-audit append --now 2026-08-01T00:00:00Z > /dev/null
		records 6 9 $kind | aiops-audit append --now 2026-11-20T00:00:00Z > /dev/null
	done
	aiops-audit checkpoint > before.ckpt
	run -0 aiops-audit prune --now 2026-11-21T00:00:00Z
	[ "$output" = 'log                 5 before 2026-10-22T00:00:00.000Z
metric              5 before 2026-08-23T00:00:00.000Z
trace               5 before 2026-11-14T00:00:00.000Z
15 bodies would go; nothing was done: --apply removes them' ]
	[ "$(sql 'SELECT count(body) FROM aiops_audit')" -eq 36 ]
	run -0 aiops-audit prune --now 2026-11-21T00:00:00Z --apply
	[ "$(sql 'SELECT count(body), count(*) FROM aiops_audit')" = '22|37' ]
	[ "$(sql "SELECT group_concat(DISTINCT kind) FROM aiops_audit WHERE body IS NULL")" = metric,log,trace ]
	run -0 aiops-audit verify --checkpoint before.ckpt
	run -0 "$VERIFY_SH" "$AIOPS_DB" before.ckpt
	run -0 aiops-audit prune --now 2026-11-21T00:00:00Z --apply # nothing is left: nothing is logged
	[ "$(sql 'SELECT count(*) FROM aiops_audit')" -eq 37 ]
	run -0 aiops-audit prune --now 2026-11-21T00:00:00Z --older-than 30d
	[[ $output == run*5*'5 bodies would go'* ]]
	printf 'audit:\n  keep: [run=1h, log=0]\n' > config.yaml
	run -0 aiops-audit prune -c config.yaml --now 2026-11-21T00:00:00Z
	[[ $output == *'log                 4 before'*'run                 9 before'*'13 bodies'* ]]
	run -0 aiops-audit prune --keep run=1h --now 2026-11-21T00:00:00Z --apply
	run -0 aiops-audit verify --checkpoint before.ckpt
	run -64 aiops-audit prune --keep run
	run -64 aiops-audit prune --keep run=soon
	run -64 aiops-audit prune --keep audit=1d
	run -64 aiops-audit prune --older-than soon
}

@test "prune: a log of many kinds still verifies" {
	local i
	for i in {1..100}; do
		echo "{\"v\":1,\"kind\":\"kind-$i\",\"id\":\"x-$i\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"source\":\"t\"}"
	done | aiops-audit append --now 2026-01-01T00:00:00Z > /dev/null
	run -0 aiops-audit prune --now 2026-11-21T00:00:00Z --older-than 30d --apply
	[[ $output == *'100 bodies removed' ]]
	run -0 aiops-audit verify
}

@test "verify: a body of which no record says who took it is tampering" {
	signed_log
	aiops-audit redact 3 --reason x --apply
	sqlite3 "$AIOPS_DB" 'UPDATE aiops_audit SET body = NULL, salt = NULL WHERE seq = 4'
	run -10 aiops-audit verify --checkpoint first.ckpt
	[[ $output == *'seq 4: body: expected to be there, or a record of who took it out, found neither'* ]]
}

# ---- append ----

@test "append: another body under an id that is logged is refused, and that is logged once" {
	log_records 1 3
	records 1 3 > in
	sed 's/"n":2/"n":5/' in > changed
	run -3 --separate-stderr aiops-audit append --stats changed
	[[ $stderr == *"id 'run-2' is logged as seq 2 with another body"* ]]
	[[ $stderr == *'"refused":1'* ]]
	run -3 aiops-audit append changed
	[ "$(aiops-audit query --kind audit | jq -rc '[.action, .refused.seq, .refused.id]')" = '["refused",2,"run-2"]' ]
	aiops-audit verify --min-size 4 > /dev/null
}

@test "append: a clock that goes back, rows from the future, bodies of 1 MiB" {
	records 1 2 | aiops-audit append --now 2038-01-19T03:14:08Z > /dev/null
	records 3 4 | aiops-audit append --now 1969-12-31T23:59:59.999Z > /dev/null
	records 5 6 | aiops-audit append --now 2026-11-21T10:00:00Z > /dev/null
	run -0 aiops-audit verify --min-size 6
	[ "$(aiops-audit query --since 2030-01-01 | jq -r .id | paste -sd ' ')" = 'run-1 run-2' ]
	[ "$(aiops-audit query --until 1970-01-01 | jq -r .id | paste -sd ' ')" = 'run-3 run-4' ]
	[ "$(sql 'SELECT group_concat(record_id) FROM (SELECT * FROM aiops_audit ORDER BY seq)')" = run-1,run-2,run-3,run-4,run-5,run-6 ]
	local n
	for n in 1 2 3; do printf '{"kind":"run","id":"big-%d","x":"%s"}\n' $n "$(head -c 1048400 /dev/zero | tr '\0' x)"; done > big
	aiops-audit append big | cut -c 1-30 | wc -l | grep -qx 3
	[ "$(sql 'SELECT max(length(body)) FROM aiops_audit')" -gt 1048400 ]
	aiops-audit prove 8 > proof
	run -0 bash -c 'aiops-audit verify --proof proof | cut -c 1-60'
	aiops-audit verify --min-size 9 > /dev/null
}

@test "verify: a log of an older version is read as it is, and brought up to date by writing" {
	cp "$ROOT/tests/golden/aiops-audit/verify-first-day/log.db" old.db
	chmod 600 old.db
	export AIOPS_DB=$PWD/old.db
	[ "$(sql 'SELECT max(number) FROM aiops_migrations WHERE number < 10')" -eq 1 ]
	run -0 aiops-audit verify --min-size 4
	aiops-audit query | jq -e .id > /dev/null
	log_records 1 1
	[ "$(sql 'SELECT max(number) FROM aiops_migrations WHERE number < 10')" -eq 2 ]
	run -10 aiops-audit verify --min-size 5 # its first row was redacted by hand; now that wants a record
	[[ $output == *'seq 1: body: expected to be there'* && $output == *'1 finding '* ]]
}

@test "append: 20 kinds of secrets in 8 encodings are nowhere on disk" {
	python3 "$ROOT/tests/tools/secrets.py" wanted > in
	[ "$(wc -l < in)" -eq 160 ]
	[ "$(grep -cFf wanted in)" -eq 160 ] || fail 'a record does not hold what is looked for'
	mkfifo fifo
	aiops-audit append < fifo > out &
	local writer=$!
	exec 7> fifo
	cat in >&7
	while [ "$(wc -l < out)" -lt 160 ]; do kill -0 "$writer"; done
	[ -s "$AIOPS_DB-wal" ] # it writes still: the write-ahead log is looked into too
	cat "$AIOPS_DB"* > disk
	exec 7>&-
	wait "$writer"
	cat "$AIOPS_DB"* >> disk
	local found
	found=$(grep -aoFf wanted disk | wc -l)
	[ "$found" -eq 0 ] || fail "$found on disk: $(sql "SELECT record_id, body FROM aiops_audit" | grep -Ff wanted | cut -c 1-200 | head -n 10)"
	[ "$(sql "SELECT count(*) FROM aiops_audit WHERE body LIKE '%[redacted:%'")" -eq 160 ]
	aiops-audit verify > /dev/null
	echo '# 160 records with secrets, 0 secrets on disk' >&3
}
