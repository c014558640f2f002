"""Documents that are nearly right, for one map: its header's example with each member missing, null, of every
wrong type, or hostile. One document a line.

usage: maps-mutate.py MAP.jq
"""
import copy
import json
import sys

WRONG = (None, "", 0, 1.10, "x\u0000\ufdd0\u202e<>\\", True, [], {}, [1], {"a": {"b": [1]}}, 12345678901234567890)


def example(path):
    lines, on = [], False
    for line in open(path, encoding="utf-8"):
        if line.startswith("# Example:"):
            on = True
        elif on and line.startswith("#   "):
            lines.append(line[4:])
        elif on:
            break
    return json.loads("".join(lines))


def places(value, above=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield above + (key,)
        yield from places(inner, above + (key,))


def at(value, place):
    for key in place:
        value = value[key]
    return value


document = example(sys.argv[1])
if isinstance(document, list):
    document = document[0]
print(json.dumps({}))
print(json.dumps({"a": 1}))
for place in places(document):
    for wrong in ("missing",) + WRONG:
        made = copy.deepcopy(document)
        around = at(made, place[:-1])
        if wrong == "missing":
            del around[place[-1]]
        else:
            around[place[-1]] = wrong
        print(json.dumps(made))
