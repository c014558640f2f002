"""What must hold of a programme that was given something hostile; independent of the toolkit's own parser."""
import base64
import json
import re

import torture

LINE_MAX = 1 << 20
DEPTH_MAX = 64
FRAME_CODES = {"syntax", "utf8", "nul", "duplicate_key", "depth", "not_object", "too_long"}
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
# Moves a cursor, hides or reorders text: C0 but tab and newline, DEL, C1, the separators, the bidi controls.
UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Refused(Exception):
    pass


def strict(line):
    """The object in a line by RFC 8259 and the contract of a filter, numbers as their text; raises Refused."""
    if len(line) > LINE_MAX:
        raise Refused("too long")
    if b"\x00" in line:
        raise Refused("NUL")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as e:
        raise Refused(str(e)) from None
    depth_of(text)
    try:
        value = json.loads(text, parse_int=number, parse_float=number, parse_constant=refuse, object_pairs_hook=without_doubles)
    except (ValueError, RecursionError) as e:
        raise Refused(str(e)) from None
    if not isinstance(value, dict):
        raise Refused("not an object")
    if "\\u" in text and has_lone_surrogate(value):
        raise Refused("a lone surrogate")
    return value


def number(text):
    if not NUMBER.fullmatch(text):
        raise Refused(text)
    return ("number", text)


def refuse(word):
    raise Refused(word)


def without_doubles(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Refused("a key stands twice")
    return found


def depth_of(text):
    """Python's parser recurses: what is too deep does not reach it."""
    depth = 0
    for part in re.finditer(r'"(?:[^"\\]|\\.)*"|[][{}]', text, re.S):
        if part[0] in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise Refused("too deep")
        elif part[0] in "]}":
            depth -= 1


def has_lone_surrogate(value):
    todo = [value]
    while todo:
        v = todo.pop()
        if isinstance(v, dict):
            todo += [*v.keys(), *v.values()]
        elif isinstance(v, list):
            todo += v
        elif isinstance(v, str) and any(0xd800 <= ord(c) < 0xe000 for c in v):
            return True
    return False


class Stream:
    """A case's stream as the contract reads it: its lines, and which are records."""

    def __init__(self, stream):
        self.lines = stream.split(b"\n")
        if self.lines[-1] == b"":
            self.lines.pop()
        self.marked = stream.startswith(b"\xef\xbb\xbf")
        self.blank = self.control = self.refused = 0
        self.passed = []  # (line, value) of accepted records, in their order
        for line in self.lines:
            if not line.strip(b" \t\r"):
                self.blank += 1
            elif line.startswith(b'{"_'):
                self.control += 1
            else:
                try:
                    self.passed.append((line, strict(line)))
                except Refused:
                    self.refused += 1


def unsafe(text, what):
    """What of a programme's words a terminal would obey; "" if nothing."""
    try:
        found = UNSAFE.search(text.decode("utf-8"))
    except UnicodeDecodeError as e:
        return f"{what}: bad UTF-8: {text[max(e.start - 20, 0):e.end + 20]!r}"
    return f"{what}: raw U+{ord(found[0]):04X}: {found.string[max(found.start() - 30, 0):found.end() + 30]!r}" if found else ""


def obeyed(page):
    """What of a text became a part of an HTML page."""
    found = re.search(rb"<script|<img src=x|<svg onload|<b>|(?:href|src)=[\"']?(?:javascript|data):", page, re.I)
    return f"a text is a part of the page: {page[max(found.start() - 30, 0):found.end() + 40]!r}" if found else ""


def forged(err, tool):
    """A line of standard error that is not the programme's own, as one that a text brought in would be."""
    starts = (tool.encode() + b": ", tool.encode() + b" ", b"try '" + tool.encode(), b'{"kind":"stats"', b"usage: " + tool.encode())
    for line in err.splitlines():
        if not line.startswith(starts):
            return f"standard error: a line of its own: {line[:120]!r}"
    return ""


def bad_records(out):
    """Whether a line of an output is not a record."""
    for n, line in enumerate(out.split(b"\n")[:-1]):
        if line.startswith(b'{"_'):
            continue
        try:
            if len(line) <= LINE_MAX:
                strict(line.rstrip(b"\r"))
        except Refused as e:
            return f"output line {n + 1} is no record ({e}): {line[:120]!r}"
    if out and not out.endswith(b"\n"):
        return "the last output line is not ended"
    return ""


def stats_of(err):
    for line in reversed(err.splitlines()):
        if line.startswith(b'{"kind":"stats"'):
            return json.loads(line)
    return None


def accepted(stats):
    """aiops-ingest counts as records what it wrote; the filters what they read."""
    return stats["records"] - (stats["rejected"] if "blank" in stats else 0)


def miscounted(stream, stats, dead, exact):
    """Whether records, rejects, blank and control lines do not add up to what was fed."""
    if stats is None:
        return "no statistics"
    if sum(stats["rejects"].values()) != stats["rejected"]:
        return "the rejects by code are not all rejects"
    letters = dead.splitlines()
    if len(letters) != stats["rejected"]:
        return f"{stats['rejected']} rejected, {len(letters)} dead letters"
    return (uncounted(stream, stats) if exact else "") or undead(letters, stream, exact)


def uncounted(stream, stats):
    """Whether a line is neither counted as a record nor as anything else, or was judged otherwise than by the contract."""
    fed, told = len(stream.passed) + stream.refused, accepted(stats) + stats["rejected"]
    if "blank" not in stats:
        if stream.marked:
            return ""  # aiops-ingest takes a byte order mark away, which no other does
    elif told + stats["blank"] + stats["control"] != len(stream.lines):
        return f"{len(stream.lines)} lines are {told} records, {stats['blank']} blank, {stats['control']} control lines"
    # A line that begins as a control line and is none is refused as what it is.
    if not fed <= told <= fed + stream.control:
        return f"{told} records told of, {fed} fed"
    framed = sum(n for code, n in stats["rejects"].items() if code in FRAME_CODES)
    if not stream.refused <= framed <= stream.refused + told - fed:
        return f"{framed} lines refused as no records, {stream.refused} are none: {stats['rejects']}"
    return ""


def undead(letters, stream, exact):
    """Whether a dead letter is no record, or does not hold the line that it is about."""
    for letter in letters:
        try:
            record = strict(letter) if len(letter) <= LINE_MAX else json.loads(letter)
        except Refused as e:
            return f"a dead letter is no record ({e}): {letter[:120]!r}"
        if not exact:
            continue
        n = record["line"][1] if isinstance(record["line"], tuple) else record["line"]
        line = stream.lines[int(n) - 1]
        if len(line) > LINE_MAX // 2:
            continue
        raw = base64.b64decode(record["raw_b64"]) if "raw_b64" in record else record["raw"].encode("utf-8", "surrogatepass")
        if raw not in (line, line.rstrip(b"\r")):
            return f"the dead letter of line {n} holds something else: {raw[:80]!r}"
    return ""


def lost_lines(stream, out, own, rejected):
    """Whether an accepted line did not come out, in its order, as it was but for the programme's key."""
    lines = out.split(b"\n")
    at = 0
    missing = []
    for line, value in stream.passed:
        for k in range(at, len(lines)):
            if same(line, value, lines[k], own):
                at = k + 1
                break
        else:
            missing.append(line)
    if missing and len(missing) > rejected:
        return f"{len(missing)} records did not come out, {rejected} were rejected; the first: {missing[0][:120]!r}"
    return ""


def same(line, value, out, own):
    body = line.rstrip(b"\r")
    if out.rstrip(b"\r") == body or (out.startswith(body.rstrip()[:-1]) and b'"%s":' % own in out):
        return True
    if b'"%s":' % own not in line or not out.startswith(b"{"):
        return False
    try:
        other = strict(out)
    except Refused:
        return False
    key = own.decode()
    return {k: v for k, v in other.items() if k != key} == {k: v for k, v in value.items() if k != key}


def documented(programme, status):
    """Of a status as a shell would see it: 128 + n is a signal's."""
    if status >= 128:
        return f"ended by signal {status - 128}"
    return "" if status in torture.documented(programme) else f"exit {status} is not in the manual"
