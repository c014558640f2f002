#!/usr/bin/env python3
"""Makes records that try every field of the record schema with every shape of value, in every kind of record,
and judges them by the schema.

usage: schema-probe.py SCHEMA RECORDS VERDICTS    writes one record, and "accept" or "reject", a line
       schema-probe.py --judge SCHEMA < RECORDS   prints "accept" or "reject" for each line

The judge knows the keywords that the schema uses and stops at any other, so none can be ignored silently.
"""
import json
import re
import sys

ANNOTATIONS = {"$schema", "title", "description", "$defs", "then", "else"}
TYPES = {
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
    "string": lambda v: isinstance(v, str),
    "boolean": lambda v: isinstance(v, bool),
    "null": lambda v: v is None,
    "number": lambda v: isinstance(v, (int, float)) and not isinstance(v, bool),
    "integer": lambda v: TYPES["number"](v) and v == v and abs(v) != float("inf") and v == int(v),
}
PROBES = [
    None, True, False, 0, 1, -1, 1.5, 1.0, 12, 13, 2, 9007199254740992, 10 ** 40, "", "x", "1", "NaN", "+Inf",
    "2026-11-21T09:09:19Z", "2026-11-21T10:09:19.095+01:00", "2026-11-21 10:09:19+0100", "2026-11-21", "now",
    "b909ed5f00df6962", "B909ED5F00DF6962", "b909ed5f00df696", [], ["a"], ["a", 1], [{}], {}, {"a": "b"},
    {"a": 1}, {"a": None}, {"": ""},
]


def same(a, b):
    """Equal as JSON: 1 is 1.0 but not true."""
    return a == b and isinstance(a, bool) == isinstance(b, bool)


def holds(key, arg, schema, value, root):
    """Whether one keyword of a schema holds for a value; keywords of other types hold."""
    number = TYPES["number"](value)
    if key == "$ref":
        return fits(root["$defs"][arg.removeprefix("#/$defs/")], value, root)
    if key == "type":
        return any(TYPES[t](value) for t in (arg if isinstance(arg, list) else [arg]))
    if key == "const":
        return same(arg, value)
    if key == "enum":
        return any(same(a, value) for a in arg)
    if key == "pattern":
        return not isinstance(value, str) or re.search(arg, value) is not None
    if key == "minLength":
        return not isinstance(value, str) or len(value) >= arg
    if key == "minimum":
        return not number or value >= arg
    if key == "maximum":
        return not number or value <= arg
    if key == "items":
        return not isinstance(value, list) or all(fits(arg, v, root) for v in value)
    if key == "required":
        return not isinstance(value, dict) or all(name in value for name in arg)
    if key == "properties":
        return not isinstance(value, dict) or all(fits(s, value[n], root) for n, s in arg.items() if n in value)
    if key == "additionalProperties":
        known = schema.get("properties", {})
        return not isinstance(value, dict) or all(fits(arg, v, root) for n, v in value.items() if n not in known)
    if key == "allOf":
        return all(fits(s, value, root) for s in arg)
    if key == "anyOf":
        return any(fits(s, value, root) for s in arg)
    if key == "if":
        return fits(schema.get("then" if fits(arg, value, root) else "else", {}), value, root)
    if key in ANNOTATIONS:
        return True
    sys.exit(f"schema-probe: keyword '{key}' is not known here")


def fits(schema, value, root):
    if isinstance(schema, bool):
        return schema
    return all(holds(key, arg, schema, value, root) for key, arg in schema.items())


def properties_of(schema):
    """Every property that the schema names at its top level, with its words if it is a closed set."""
    found = {}
    parts = [schema] + [branch["then"] for branch in schema["allOf"] if "then" in branch]
    for part in parts:
        for name, rule in part.get("properties", {}).items():
            found.setdefault(name, []).extend(rule.get("enum", []))
    return found


def records(schema):
    kinds = schema["properties"]["kind"]["enum"]
    for kind in kinds + ["none", "", None]:
        full = {
            "v": 1, "kind": kind, "id": "1", "timestamp": "2026-11-21T09:09:19Z", "source": "s", "drift": {},
            "incident": "INC-1", "revision": 1, "run": "RUN-1", "tool": "t", "line": 1, "code": "c", "message": "m",
        }
        if kind == "incident":
            full["status"] = "detected"
        yield full
        for name in full:
            yield {k: v for k, v in full.items() if k != name}
        for name, words in properties_of(schema).items():
            for probe in PROBES + words:
                yield {**full, name: probe}


def verdict(schema, record):
    return "accept" if fits(schema, record, schema) else "reject"


def main(args):
    if len(args) == 2 and args[0] == "--judge":
        with open(args[1], encoding="utf-8") as f:
            schema = json.load(f)
        for line in sys.stdin:
            print(verdict(schema, json.loads(line)))
        return
    if len(args) != 3:
        sys.exit(__doc__)
    with open(args[0], encoding="utf-8") as f:
        schema = json.load(f)
    with open(args[1], "w", encoding="utf-8") as out, open(args[2], "w", encoding="utf-8") as verdicts:
        for record in records(schema):
            out.write(json.dumps(record) + "\n")
            verdicts.write(verdict(schema, record) + "\n")


main(sys.argv[1:])
