#include "aiops-ingest/jqmap_prelude.h"

#include "aiops-ingest/jqmap_text.h"

/* A map sees its document and nothing else: no other input, no clock, no module; it cannot end the
 * child. */
#define CLOSED(name) "def " name ": error(\"a map has no '" name "'\");\n"

const char jqmap_prelude[] = CLOSED("input") CLOSED("inputs") CLOSED("input_filename") CLOSED(
	"input_line_number") CLOSED("now") CLOSED("modulemeta") CLOSED("get_search_list") CLOSED("halt")
	CLOSED("halt_error") "def halt_error($status): halt_error;\n"
			     "def is_marked: type == \"string\" and startswith(\"" JQMAP_MARK
			     "\");\n"
			     /* a scalar as text, null as null, the rest as JSON */
			     "def text: if . == null or (type == \"string\" and (is_marked | not)) then .\n"
			     "  elif is_marked then .[1:] else tojson end;\n"
			     /* "" and null are nothing */
			     "def filled: if . == \"\" then null else . end;\n"
			     /* the first that is there */
			     "def first_of(f): first((f | select(. != null and . != \"\")), null);\n"
			     /* a number, or a text that is one, as the source wrote it; else null
			      */
			     "def number: if type == \"number\" or is_marked then .\n"
			     "  elif type == \"string\" and test(\"^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][-+]?[0-9]+)?$\")\n"
			     "  then \"" JQMAP_MARK "\" + . else null end;\n"
			     /* the same as a number to compare and reckon with: a double */
			     "def quantity: if type == \"number\" then . else number | if . then .[1:] | tonumber else . end end;\n"
			     /* epochs, as numbers or text; 0 and \"\" are no time */
			     "def epoch($unit): text | if . == null or . == \"\" or test(\"^0+([.]0*)?$\") then null\n"
			     "  else {epoch: $unit, at: .} end;\n"
			     "def epoch_s: epoch(\"s\");\n"
			     "def epoch_ms: epoch(\"ms\");\n"
			     "def epoch_us: epoch(\"us\");\n"
			     "def epoch_ns: epoch(\"ns\");\n"
			     /* an object's members as strings; what is nothing is left out; lists
				of scalars get commas */
			     "def strings: if type != \"object\" then {} else with_entries(.value |=\n"
			     "  (if type == \"array\" and all(.[]; type != \"array\" and type != \"object\")\n"
			     "   then map(select(. != null) | text) | join(\",\") else text end)\n"
			     "  | select(.value != null and .value != \"\")) end;\n"
			     /* adds a value to a member that may have one */
			     "def put($key; $value): if $value == null or $value == \"\" then .\n"
			     "  elif has($key) and .[$key] != $value then .[$key] += \",\" + $value\n"
			     "  else .[$key] = $value end;\n"
			     /* [[name, value]], [{key, value}], [{tag, value}], [{name, value}] as
				an object of strings */
			     "def pairs: reduce (if type == \"array\" then .[] else empty end) as $p ({};\n"
			     "  ($p | if type == \"array\" then [.[0], .[1]]\n"
			     "    elif type == \"object\" then [first_of(.key, .tag, .name, .Name), first_of(.value, .Value)]\n"
			     "    else [null, null] end | map(text)) as $kv\n"
			     "  | if ($kv[0] // \"\") == \"\" then . else put($kv[0]; $kv[1]) end);\n"
			     /* ["a:b", "c"] or "a:b,c" as {a: "b", tags: "c"} */
			     "def tags: reduce ((if type == \"string\" then split(\",\") elif type == \"array\" then . else [] end)[]\n"
			     "    | text // \"\" | sub(\"^\\\\s+\"; \"\") | sub(\"\\\\s+$\"; \"\") | select(. != \"\")) as $t ({};\n"
			     "  ($t | index(\":\")) as $i | if ($i // 0) > 0\n"
			     "  then put($t[:$i]; $t[$i + 1:]) else put(\"tags\"; $t) end);\n"
			     /* what a source's word means; a word that is not in the table is an
				error, not a guess */
			     "def meaning($table; $what): . as $word | (text // \"\") as $key\n"
			     "  | if $table | has($key) then $table[$key]\n"
			     "    else error(\"\\($what): \\($key | tojson) is not known\") end;\n"
			     "def need($what): if . == null or . == \"\" then error(\"\\($what): missing\") else . end;\n";

const char jqmap_main[] =
	". as $q | (try ($q.d | aiops_map($q.p) | {e: .}) catch {x: .}), {n: $q.n}";
