#!/bin/sh
# Verifies an audit log without aiops-audit: with sh and its usual utilities, sqlite3
# and openssl alone. aiops-audit(1) says what the numbers mean.
#
#	scripts/audit-verify.sh [-k KEY] DATABASE [CHECKPOINT ...]
#	scripts/audit-verify.sh [-k KEY] -p PROOF [CHECKPOINT]
#
# Recomputes the hash of every body and row and the tree over them from one snapshot, and
# compares them with what is stored, with the head row, and with each checkpoint (as a
# prefix). Unlike `aiops-audit verify` it does not look at the schema, its triggers and
# indexes, nor for who took out the bodies that are missing.
# -p checks a proof of inclusion (`aiops-audit prove SEQ`), which needs no database.
# -k names a file with what `aiops-audit keygen` printed: then each CHECKPOINT, or with -p
# and none the checkpoint of the proof, must be signed by it.
# Exit status: 0 verified, 10 tampered or damaged, 11 could not be checked, 64 usage.
set -eu
LC_ALL=C
export LC_ALL
umask 077

usage() {
	echo "usage: audit-verify.sh [-k KEY] DATABASE [CHECKPOINT ...]" >&2
	echo "       audit-verify.sh [-k KEY] -p PROOF [CHECKPOINT]" >&2
	exit 64
}

cannot() {
	echo "audit-verify.sh: $*" >&2
	exit 11
}

bad=0
finding() {
	echo "audit-verify.sh: $*" >&2
	bad=1
}

absolute() {
	case $1 in
	/*) printf '%s\n' "$1" ;;
	*) printf '%s\n' "$(pwd)/$1" ;;
	esac
}

key='' proof=''
while getopts k:p: option; do
	case $option in
	k) key=$OPTARG ;;
	p) proof=$OPTARG ;;
	*) usage ;;
	esac
done
shift $((OPTIND - 1))
[ -n "$proof" ] || [ $# -ge 1 ] || usage
[ -z "$proof" ] || [ $# -le 1 ] || usage
for tool in sqlite3 openssl; do
	command -v $tool > /dev/null || cannot "$tool is missing"
done
for file in ${proof:+"$proof"} ${key:+"$key"} "$@"; do
	[ -r "$file" ] || cannot "cannot read '$file'"
done
if [ -z "$proof" ]; then
	db=$(absolute "$1")
	shift
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
n=0
for checkpoint in "$@"; do
	n=$((n + 1))
	cp "$checkpoint" "$work/checkpoint.$n"
done
checkpoints=$n
[ -z "$key" ] || cp "$key" "$work/key"
[ -z "$proof" ] || cp "$proof" "$work/proof"
cd "$work"
mkdir rows bodies nodes

# ---- hashes ----

# The digest of every file of a folder, in the order of their names.
digests_of() {
	find "$1" -type f | sort | xargs openssl dgst -sha256 -r
}

# Digests of lines of hexadecimal digits, as bytes, one a line. SQLite's x'...' makes the bytes.
digests() {
	rm -rf nodes
	mkdir nodes
	awk '/[^0-9a-f]/ { exit 1 } { printf "SELECT writefile(\047nodes/%012d\047, x\047%s\047);\n", NR, $0 }' > nodes.sql &&
		sqlite3 -batch -bail :memory: < nodes.sql > /dev/null && digests_of nodes | cut -c 1-64
}

# hex_of: the bytes of standard input.
hex_of() {
	od -An -v -tx1 | tr -d ' \n'
}

# ---- signatures (C2SP signed-note, Ed25519) ----

# is_signed NOTE: by the key. The signed text is all above the last empty line; a signature is 4 bytes
# of key id and 64 bytes; the key has one byte for its algorithm in front.
is_signed() {
	name=$(sed 's/+.*//' key)
	id=$(sed 's/^[^+]*+\([^+]*\)+.*/\1/' key)
	sed 's/^[^+]*+[^+]*+//' key | openssl base64 -d -A | tail -c 32 > key.raw
	{ printf '302a300506032b6570032100'; hex_of < key.raw; echo; } |
		awk '{ printf "SELECT writefile(\047key.der\047, x\047%s\047);\n", $0 }' | sqlite3 -batch -bail :memory: > /dev/null
	awk -v empty="$(grep -n '^$' "$1" | tail -n 1 | cut -d : -f 1)" 'NR < empty' "$1" > signed.text
	[ -s signed.text ] || return 1
	awk -v empty="$(grep -n '^$' "$1" | tail -n 1 | cut -d : -f 1)" -v name="$name" \
		'NR > empty && $2 == name { print $3 }' "$1" > signatures
	signed=1
	while read -r signature; do
		printf '%s' "$signature" | openssl base64 -d -A > signature
		[ "$(head -c 4 signature | hex_of)" = "$id" ] || continue # another key of that name
		tail -c 64 signature > signature.raw
		openssl pkeyutl -verify -rawin -pubin -inkey key.der -keyform DER -in signed.text \
			-sigfile signature.raw > /dev/null 2>&1 || {
			finding "a signature is not of the key that it names"
			exit 10
		}
		signed=0
	done < signatures
	return $signed
}

# ---- a proof (C2SP tlog-proof; RFC 9162, 2.1.3.2) ----

check_proof() {
	[ "$(head -n 1 proof)" = c2sp.org/tlog-proof@v1 ] || cannot "it is no proof of inclusion"
	index=$(sed -n 's/^index //p' proof | head -n 1)
	sed -n 's/^extra //p' proof | head -n 1 | openssl base64 -d -A > extra
	empty=$(grep -n '^$' proof | head -n 1 | cut -d : -f 1)
	first=$(grep -n '^index ' proof | head -n 1 | cut -d : -f 1)
	[ -n "$index" ] && [ -n "$empty" ] || cannot "the proof is malformed"
	tail -n +$((empty + 1)) proof > proof.note
	size=$(sed -n 2p proof.note)
	want=$(sed -n 3p proof.note | openssl base64 -d -A | hex_of)
	case $index$size in *[!0-9]*) cannot "the proof is malformed" ;; esac
	head -n 8 extra > preimage
	tail -n +9 extra > salted
	[ "$(sed -n 2p preimage)" = "$(sed -n '1s/^aiops-audit.//p' proof.note)" ] && [ "$(sed -n 3p preimage)" = $((index + 1)) ] ||
		finding "the row in the proof is not the one it is about"
	[ ! -s salted ] || [ "$(openssl dgst -sha256 -r salted | cut -c 1-64)" = "$(sed -n 8p preimage)" ] ||
		finding "the body in the proof is not that of its row"
	hash=$(printf '00%s\n' "$(openssl dgst -sha256 -r preimage | cut -c 1-64)" | digests)
	fn=$index sn=$((size - 1))
	[ "$fn" -le "$sn" ] || finding "the row is behind the end of the tree"
	sed -n "$((first + 1)),$((empty - 1))p" proof > path
	while read -r node; do
		node=$(printf '%s' "$node" | openssl base64 -d -A | hex_of)
		[ "$sn" -ne 0 ] || finding "the proof is too long"
		if [ $((fn % 2)) -eq 1 ] || [ "$fn" -eq "$sn" ]; then
			hash=$(printf '01%s%s\n' "$node" "$hash" | digests)
			while [ $((fn % 2)) -eq 0 ] && [ "$fn" -ne 0 ]; do fn=$((fn / 2)) sn=$((sn / 2)); done
		else
			hash=$(printf '01%s%s\n' "$hash" "$node" | digests)
		fi
		fn=$((fn / 2)) sn=$((sn / 2))
	done < path
	[ "$sn" -eq 0 ] && [ "$hash" = "$want" ] || finding "the proof does not lead from the row to the root"
	if [ "$checkpoints" -eq 1 ] && [ "$(head -n 3 checkpoint.1)" != "$(head -n 3 proof.note)" ]; then
		finding "the checkpoint of the proof is not the one that was given"
	fi
	[ "$bad" -eq 0 ] || exit 10
	[ "$checkpoints" -eq 1 ] || cp proof.note checkpoint.1
	[ -z "$key" ] || is_signed checkpoint.1 || cannot "the checkpoint is not signed by the key"
	echo "verified: row $((index + 1)) is in the log of $size rows with the root $want"
	[ ! -s salted ] || tail -n +2 salted
}

if [ -n "$proof" ]; then
	check_proof
	exit 0
fi

# One transaction, so that a writer does not come between. Files are named by seq, an integer
# by the table's definition; nothing else of the database becomes a name or a command.
cat > read.sql << 'SQL'
.timeout 10000
PRAGMA trusted_schema=OFF;
BEGIN;
.output /dev/null
SELECT writefile(printf('rows/%012d', a.seq), 'aiops-audit/v1' || char(10) || h.log || char(10) || a.seq || char(10) ||
    CASE a.seq WHEN 1 THEN printf('%064d', 0) ELSE coalesce(p.hash, 'missing') END || char(10) || a.ts || char(10) ||
    a.kind || char(10) || a.actor || char(10) || a.body_hash || char(10))
  FROM aiops_audit a LEFT JOIN aiops_audit p ON p.seq = a.seq - 1, aiops_audit_head h;
SELECT writefile(printf('bodies/%012d', seq), salt || char(10) || body)
  FROM aiops_audit WHERE body IS NOT NULL AND salt IS NOT NULL;
.output rows.stored
SELECT hash || ' *' || printf('rows/%012d', seq) FROM aiops_audit ORDER BY seq;
.output bodies.stored
SELECT body_hash || ' *' || printf('bodies/%012d', seq) FROM aiops_audit
  WHERE body IS NOT NULL AND salt IS NOT NULL ORDER BY seq;
.output hashes
SELECT hash FROM aiops_audit ORDER BY seq;
.output head
SELECT log, size, hash, peaks FROM aiops_audit_head;
.output gaps
SELECT seq FROM aiops_audit a
  WHERE seq <> 1 AND NOT EXISTS (SELECT 1 FROM aiops_audit p WHERE p.seq = a.seq - 1);
SELECT 1 WHERE (SELECT min(seq) FROM aiops_audit) <> 1;
.output columns
SELECT seq FROM aiops_audit WHERE body IS NOT NULL AND (
  record_id IS NOT NULL AND record_id IS NOT json_extract(body, '$.id')
  OR incident IS NOT CASE json_type(body, '$.incident') WHEN 'text' THEN json_extract(body, '$.incident')
    ELSE CASE json_type(body, '$.correlate.incident') WHEN 'text' THEN json_extract(body, '$.correlate.incident') END END
  OR run IS NOT CASE json_type(body, '$.run') WHEN 'text' THEN json_extract(body, '$.run') END);
COMMIT;
SQL
sqlite3 -readonly -batch -bail "$db" < read.sql > /dev/null 2> errors || {
	cat errors >&2
	case $(cat errors) in
	*'not a database'* | *malformed*)
		finding "the database is damaged"
		exit 10
		;;
	esac
	cannot "'$db' has no audit log that can be read"
}

# Compares computed digests with stored ones. $1 folder, $2 what it holds
compare() {
	: > "$1.computed"
	[ ! -s "$1.stored" ] || digests_of "$1" > "$1.computed"
	cmp -s "$1.stored" "$1.computed" && return 0
	diff "$1.stored" "$1.computed" | sed -n "s/^< \([^ ]*\) \*$1\/0*/$2 \1 is stored for seq /p" | head -n 20 >&2
	finding "the $2 of some rows are not what was stored"
}

# The root of RFC 6962's tree over the lines of file $1: pairs level by level, an odd one moves up as it is.
root() {
	if [ ! -s "$1" ]; then
		printf '' | openssl dgst -sha256 -r | cut -c 1-64
		return
	fi
	sed 's/^/00/' "$1" | digests > level
	while [ "$(wc -l < level)" -gt 1 ]; do
		awk 'NR % 2 { left = $0; next } { print "01" left $0 }' level | digests > next
		[ $(($(wc -l < level) % 2)) -eq 0 ] || tail -n 1 level >> next
		mv next level
	done
	cat level
}

[ ! -s gaps ] || finding "rows are missing before seq $(head -n 1 gaps)"
[ ! -s columns ] || finding "record_id, incident or run of seq $(head -n 1 columns) is not that of its body"
compare bodies "body hash"
compare rows hash
[ "$bad" -eq 0 ] || exit 10 # what follows is about the hashes, which are now known to be true

size=$(wc -l < hashes | tr -d ' ')
log=$(cut -d '|' -f 1 head)
last=$(tail -n 1 hashes)
[ -n "$last" ] || last=$(printf '%064d' 0)
[ -s head ] || finding "the head row is missing"
[ "$(cut -d '|' -f 2 head)" = "$size" ] || finding "the head row says $(cut -d '|' -f 2 head) rows, there are $size"
[ "$(cut -d '|' -f 3 head)" = "$last" ] || finding "the hash in the head row is not that of the last row"

# The head's peaks are the roots of the subtrees that the 1-bits of the size stand for, largest first;
# joined from the right they are the root.
: > peaks
start=1
power=1
while [ $((power * 2)) -le "$size" ]; do power=$((power * 2)); done
while [ "$power" -ge 1 ] && [ "$start" -le "$size" ]; do
	if [ $((size - start + 1)) -ge "$power" ]; then
		sed -n "${start},$((start + power - 1))p" hashes > part
		root part >> peaks
		start=$((start + power))
	fi
	power=$((power / 2))
done
[ "$(cut -d '|' -f 4 head)" = "$(tr -d '\n' < peaks)" ] || finding "the peaks in the head row are not those of the rows"
whole=
while read -r peak; do
	whole="$peak $whole"
done < peaks
# shellcheck disable=SC2086 # digits and blanks only
set -- $whole
whole=${1-$(root hashes)}
[ $# -eq 0 ] || shift
for peak; do
	whole=$(printf '01%s%s\n' "$peak" "$whole" | digests)
done

n=0
while [ "$n" -lt "$checkpoints" ]; do
	n=$((n + 1))
	origin=$(sed -n 1p "checkpoint.$n")
	at=$(sed -n 2p "checkpoint.$n")
	want=$(sed -n 3p "checkpoint.$n" | openssl base64 -d -A 2> /dev/null | hex_of)
	[ -z "$key" ] || is_signed "checkpoint.$n" || cannot "checkpoint $n is not signed by the key"
	case $origin in aiops-audit/*) ;; *) cannot "checkpoint $n is malformed" ;; esac
	case $at in '' | *[!0-9]*) cannot "checkpoint $n is malformed" ;; esac
	[ "${#want}" -eq 64 ] || cannot "checkpoint $n is malformed"
	if [ "$origin" != "aiops-audit/$log" ]; then
		finding "checkpoint $n is of another log: $origin"
	elif [ "$at" -gt "$size" ]; then
		finding "checkpoint $n was taken at $at rows, there are $size: rows were cut off"
	else
		head -n "$at" hashes > part
		found=$(root part)
		[ "$found" = "$want" ] || finding "checkpoint $n: the root over the first $at rows is $found, it was $want"
	fi
done
[ "$bad" -eq 0 ] || exit 10
printf 'log   %s\nsize  %s\nhead  %s\nroot  %s\nverified by sqlite3 and openssl\n' "$log" "$size" "$last" "$whole"
