# The pages of aiops-audit report in a real browser: no layout error at any width, light and dark, nothing hostile runs.

bats_require_minimum_version 1.5.0

setup() {
	load ../cli/common
	clean_environment
	export AIOPS_DB=$BATS_TEST_TMPDIR/state/audit.db
	command -v chromium > /dev/null || skip 'chromium is not installed: scripts/deps --live'
	export HOME=$BATS_TEST_TMPDIR/home
	mkdir -p "$HOME"
}

browser() {
	timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
		--user-data-dir="$BATS_TEST_TMPDIR/profile" "$@" 2> /dev/null
}

# An incident all of whose texts are hostile, and long.
log_incident() {
	python3 - > in << 'EOF'
import json
bad = ['<script>document.title="owned"</script>', '"><img src=x onerror="document.title=\'owned\'">', "</style></title></svg>",
       '\u202egnp.exe', '\x1b[31mred', '\u0000', '&lt;b&gt;', 'javascript:alert(1)', 'W' * 3000, '|`*_[x](y)', "' onload='x"]
members = [{"id": f"m{i}", "name": t, "component": bad[-1 - i % len(bad)], "severity": "critical",
            "onset": f"2026-11-21T11:{i % 60:02}:13Z"} for i, t in enumerate(bad * 12)]
def out(r): print(json.dumps(r))
out({"kind": "incident", "id": "INC-A#1", "incident": "INC-A", "change": "opened", "timestamp": "2026-11-21T12:05:44Z",
     "severity": "critical", "title": bad[0] + bad[1], "services": bad, "status": bad[1], "detected_by": bad[2], "members": members,
     "triage": {"confidence": 0.4, "decision": "answer", "type": {"class": bad[0]}, "hypotheses": [{"text": bad[1] + bad[2]}],
                "similar": [{"id": bad[0], "title": bad[1], "worked": bad[8]}]}})
for i, t in enumerate(bad):
    out({"kind": "run", "id": f"RUN-{i}#1", "run": f"RUN-{i}", "incident": "INC-A", "timestamp": "2026-11-21T12:06:00Z", "mode": "apply",
         "runbook": t, "state": "running", "reason": t, "actor": t})
    out({"kind": "run", "id": f"RUN-{i}#2", "run": f"RUN-{i}", "incident": "INC-A", "timestamp": "2026-11-21T12:06:40Z", "mode": "apply",
         "runbook": t, "state": "failed", "reason": t, "actor": t, "step": t})
out({"kind": "note", "id": "f", "incident": "INC-A", "feedback": {"cause": bad[0] + bad[8], "agreed": False}})
EOF
	aiops-audit append --actor tester < in > /dev/null
}

# What a browser makes of page.html in a frame of this width: "overflow elements title".
seen_at() {
	python3 - "$1" > wrapper.html << 'EOF'
import html, sys
page = html.escape(open('page.html').read(), quote=True)
print(f'''<!doctype html><meta charset=utf-8><iframe id=f style="width:{sys.argv[1]}px;height:900px;border:0" srcdoc="{page}"></iframe>
<p id=r>nothing</p><script>
f.onload = () => {{
  const d = f.contentDocument, e = d.documentElement;
  const active = d.querySelectorAll('script,img,iframe,object,embed,link,a,[onerror],[onload],[style]').length;
  r.textContent = 'SEEN ' + (e.scrollWidth - e.clientWidth) + ' ' + active + ' ' + d.querySelectorAll('svg circle,svg rect').length +
    ' ' + d.querySelectorAll('tr').length + ' ' + (document.title + d.title).includes('owned" ') + ' END';
}};</script>''')
EOF
	browser --virtual-time-budget=5000 --dump-dom "file://$PWD/wrapper.html" | grep -o 'SEEN .* END'
}

# The mean brightness of a screenshot, 0 to 255.
brightness() {
	browser "$1" --window-size=800,900 --screenshot="$PWD/shot.png" "file://$PWD/page.html" > /dev/null
	python3 - << 'EOF'
import struct, zlib
d = open('shot.png', 'rb').read()
assert d[:8] == b'\x89PNG\r\n\x1a\n'
at, data = 8, b''
while at < len(d):
    n, kind = struct.unpack('>I4s', d[at:at + 8])
    body = d[at + 8:at + 8 + n]
    if kind == b'IHDR':
        w, h, depth, colour = struct.unpack('>IIBB', body[:10])
    if kind == b'IDAT':
        data += body
    at += 12 + n
size = {2: 3, 6: 4}[colour]
raw, stride, last, total = zlib.decompress(data), w * size, bytearray(w * size), 0
for y in range(h):
    f, row = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
    for x in range(stride):
        a, b, c = (row[x - size] if x >= size else 0), last[x], (last[x - size] if x >= size else 0)
        p = a + b - c
        paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
        row[x] = (row[x] + (0, a, b, (a + b) // 2, paeth)[f]) & 255
    last, total = row, total + sum(row[0::size])
print(total // (w * h))
EOF
}

@test "an incident's page: fits a phone and a desk, and nothing in it runs" {
	log_incident
	aiops-audit report --incident INC-A --format html > page.html
	local width
	for width in 340 800 1600; do
		run seen_at "$width"
		# no overflow, no active element, the drawings and rows are there, the title is a text
		[[ $output =~ ^SEEN\ 0\ 0\ ([0-9]+)\ ([0-9]+)\ false\ END$ ]] || fail "$width: $output"
		[ "${BASH_REMATCH[1]}" -gt 100 ]
		[ "${BASH_REMATCH[2]}" -gt 150 ]
	done
	run ! grep -q '<script\|<img\|onerror=[^&]' page.html
	! LC_ALL=C grep -q $'\x1b' page.html
}

@test "a period's page: the same" {
	log_incident
	aiops-audit report --since 7d --format html > page.html
	local width
	for width in 340 1600; do
		run seen_at "$width"
		[[ $output =~ ^SEEN\ 0\ 0\ 0\ ([0-9]+)\ false\ END$ ]] || fail "$width: $output"
		[ "${BASH_REMATCH[1]}" -gt 15 ]
	done
}

@test "the page follows the reader's light or dark setting" {
	log_incident
	aiops-audit report --incident INC-A --format html > page.html
	local light dark
	light=$(brightness --blink-settings=preferredColorScheme=1)
	dark=$(brightness --blink-settings=preferredColorScheme=0)
	echo "brightness $light and $dark"
	[ "$light" -gt 200 ]
	[ "$dark" -lt 70 ]
}
