# Hostile values through aiops-runbook: nothing becomes a second word, a command, another URL or a template.

setup() {
	load common
	load runbook
	clean_environment
	runbook_world
	cp "$TOOLS/argv-dump" bin/
	python3 "$ROOT/tests/tools/world-server.py" port asked 3>&- &
	SERVER=$!
	for ((i = 0; i < 1500; i++)); do
		[ ! -s port ] || break
		sleep 0.02
	done
}

teardown() {
	[ -z "${SERVER-}" ] || kill "$SERVER"
	wait "$SERVER" 2> /dev/null || true
}

@test "at least 500 hostile values arrive as they are, or are refused with nothing done" {
	python3 "$ROOT/tests/tools/injection.py" "$PWD" "http://127.0.0.1:$(cat port)" "$PWD/asked" | tee counts
	[ "$(sed -n 's/^injection: \([0-9]*\) values.*/\1/p' counts)" -ge 500 ]
	echo "# $(tail -n 1 counts)" >&3
}
