# The board of aiops-incident serve in headless Chromium: on a phone and on a desk.

setup() {
	load ../cli/common
	clean_environment
	command -v chromium > /dev/null || skip 'chromium is not installed: scripts/deps --live'
	export AIOPS_DB=$BATS_TEST_TMPDIR/store.db
}
teardown() {
	[ -z "${PID-}" ] || { kill "$PID" && wait "$PID"; } 2> /dev/null || true
}

@test "the board and a page fit a phone and a desk, and nothing in them runs" {
	local i width page
	for i in $(seq 12); do
		aiops-incident open --severity SEV$((i % 4 + 1)) --service "service-with-a-long-name-$i" \
			"<img src=x onerror=alert(1)> $(printf 'very-long-word-%.0s' {1..20}) $i" > /dev/null
	done
	for i in $(seq 30); do aiops-incident note 12 "note $i $(printf 'long%.0s' {1..60})" > /dev/null; done
	aiops-incident serve -q --listen 127.0.0.1:0 --port-file port 2> serve.err 3>&- &
	PID=$!
	for i in {1..3000}; do [ -s port ] && break; sleep 0.02; done
	curl -sS "http://127.0.0.1:$(cat port)/" > board.html
	curl -sS "http://127.0.0.1:$(cat port)/incidents/12" > one.html
	# The page is put in a frame of the width of the screen, since a window has a least width; what
	# is asked of it: does it overflow, how many active elements, how many rows.
	for page in board one; do
		for width in 340 1600; do
			python3 - "$page.html" "$width" > frame.html << 'EOF'
import html, sys
page = open(sys.argv[1]).read()
print('<!doctype html><body><iframe id=f width=%s height=900 srcdoc="%s"></iframe><pre id=o></pre><script>'
      'var f = document.getElementById("f"); f.onload = function () { var d = f.contentDocument;'
      'document.getElementById("o").textContent = "SEEN " + (d.documentElement.scrollWidth > d.documentElement.clientWidth ? 1 : 0)'
      '+ " " + d.querySelectorAll("script,img,iframe,object,[onerror]").length + " " + d.querySelectorAll("tr").length + " END"; }'
      '</script>' % (sys.argv[2], html.escape(page)))
EOF
			run timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" --virtual-time-budget=2000 \
				--dump-dom "file://$PWD/frame.html"
			[[ $output =~ SEEN\ 0\ 0\ ([0-9]+)\ END ]] || fail "$page at $width: $(grep -o 'SEEN.*END' <<< "$output")"
			[ "${BASH_REMATCH[1]}" -gt 12 ]
		done
	done
}
