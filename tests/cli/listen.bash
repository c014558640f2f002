# Helpers of the tests of aiops-ingest --listen: real sockets on loopback, ports chosen by the system.

# listen [ARGUMENT...]: starts it; sets PID, PORT and URL. Records go to out, messages to err.
listen() {
	rm -f port
	aiops-ingest -v --listen "127.0.0.1:${WANTED_PORT:-0}" --port-file port "$@" >> out 2>> err 3>&- &
	PID=$!
	wait_port
}

wait_port() {
	local i
	for ((i = 0; i < 1500; i++)); do
		[ ! -s port ] || break
		sleep 0.02
	done
	[ -s port ] || fail "it does not listen: $(cat err)"
	PORT=$(cat port)
	URL=http://127.0.0.1:$PORT
}

# stop [SIGNAL]: ends it, and sets status.
stop() {
	kill "-${1-TERM}" "$PID"
	status=0
	wait "$PID" 2> /dev/null || status=$?
	PID=
}

# no_records: nothing but the watermarks of a quiet pipe has come out.
no_records() {
	! grep -v '^{"_watermark":' out
}

# post ARGUMENT...: sets code and the file answer.
post() {
	code=$(curl -sS -o answer -w '%{http_code}' --max-time 60 "$@")
}

# alert NAME [MORE]: one alert of Alertmanager's webhook.
alert() {
	printf '{"status":"firing","labels":{"alertname":"%s","severity":"page"},"annotations":{},' "$1"
	printf '"startsAt":"2026-11-21T09:09:19Z","endsAt":"0001-01-01T00:00:00Z"%s}' "${2-}"
}

# webhook NAME...: a document with these alerts.
webhook() {
	local comma='' n
	printf '{"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"receiver":"r","status":"firing","alerts":['
	for n; do
		printf '%s%s' "$comma" "$(alert "$n")"
		comma=,
	done
	printf ']}'
}

names() {
	grep -v '^{"_' out | jq -r .name
}

# hmac SECRET: of standard input, in hex.
hmac() {
	openssl dgst -sha256 -hmac "$1" -r | cut -d' ' -f1
}

# raw BYTES [SECONDS]: sends them (printf's escapes), prints what comes back until the other side closes.
raw() {
	python3 -c '
import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=float(sys.argv[3]))
s.sendall(sys.argv[2].encode().decode("unicode_escape").encode("latin-1"))
try:
    while data := s.recv(65536):
        sys.stdout.buffer.write(data)
except (TimeoutError, ConnectionResetError) as e:
    print("\n" + type(e).__name__)
' "$PORT" "$1" "${2:-2}"
}

# secret FILE TEXT
secret() {
	printf '%s\n' "$2" > "$1"
	chmod 600 "$1"
}
