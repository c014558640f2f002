#include "aiops-ingest/maps/jqmap_prelude.h"

#include "aiops-ingest/maps/jqmap_text.h"

/* clang-format off: these are jq's lines */

/* A map sees its document and nothing else: no other input, no clock, no module; it cannot end the
 * child. */
#define CLOSED(name) "def " name ": error(\"a map has no '" name "'\"); "

#define MARK "\"" JQMAP_MARK "\""

/* Without newlines, see jqmap_child.c. aiops-maps(5) says what the definitions are for. */
const char jqmap_prelude[] = CLOSED("input") CLOSED("inputs") CLOSED("input_filename") CLOSED(
	"input_line_number") CLOSED("now") CLOSED("modulemeta") CLOSED("get_search_list") CLOSED("halt")
	CLOSED("halt_error") "def halt_error($status): halt_error; "

			     "def is_marked: type == \"string\" and startswith(" MARK ") "
			     "and (startswith(\"" JQMAP_MARK JQMAP_ESCAPE "\") | not); "
			     "def text: if . == null or (type == \"string\" and (is_marked | not)) then . "
			     "elif is_marked then .[1:] else tojson end; "
			     "def filled: if . == \"\" then null else . end; "
			     "def first_of(f): first((f | select(. != null and . != \"\")), null); "

			     "def number: if type == \"number\" or is_marked then . "
			     "elif type == \"string\" and test(\"^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$\") "
			     "then " MARK " + . else null end; "
			     "def quantity: if type == \"number\" then . else number "
			     "| if type == \"string\" then .[1:] | tonumber else . end end; "

			     "def epoch($unit): text | if . == null or . == \"\" or test(\"^0+([.]0*)?$\") then null "
			     "else {epoch: $unit, at: .} end; "
			     "def epoch_s: epoch(\"s\"); "
			     "def epoch_ms: epoch(\"ms\"); "
			     "def epoch_us: epoch(\"us\"); "
			     "def epoch_ns: epoch(\"ns\"); "

			     "def strings: if type != \"object\" then {} else with_entries(.value |= "
			     "(if type == \"array\" and all(.[]; type != \"array\" and type != \"object\") "
			     "then map(select(. != null) | text) | join(\",\") else text end) "
			     "| select(.value != null and .value != \"\")) end; "

			     "def put($key; $value): if $value == null or $value == \"\" then . "
			     "elif has($key) and .[$key] != $value then .[$key] += \",\" + $value "
			     "else .[$key] = $value end; "
			     "def pairs: reduce (if type == \"array\" then .[] else empty end) as $p ({}; "
			     "($p | if type == \"array\" then [.[0], .[1]] "
			     "elif type == \"object\" then [first_of(.key, .tag, .name, .Name), first_of(.value, .Value)] "
			     "else [null, null] end | map(text)) as $kv "
			     "| if ($kv[0] // \"\") == \"\" then . else put($kv[0]; $kv[1]) end); "
			     "def tags: reduce ((if type == \"string\" then split(\",\") elif type == \"array\" then . else [] end)[] "
			     "| text // \"\" | sub(\"^\\\\s+\"; \"\") | sub(\"\\\\s+$\"; \"\") | select(. != \"\")) as $t ({}; "
			     "($t | split(\":\")) as $p | if ($p | length) > 1 and $p[0] != \"\" "
			     "then put($p[0]; $p[1:] | join(\":\")) else put(\"tags\"; $t) end); "

			     "def meaning($table; $what): (text // \"\") as $key "
			     "| if $table | has($key) then $table[$key] "
			     "else error(\"\\($what): \\($key | tojson) is not known\") end; "
			     "def need($what): if . == null or . == \"\" then error(\"\\($what): missing\") else . end;";

const char jqmap_main[] =
	". as $q | (try ($q.d | aiops_map($q.p) | {e: .}) catch {x: .}), {n: $q.n}";
