#!/usr/bin/env bats
# The collectors of share/collectors against real servers: PostgreSQL on a socket,
# Redis on a socket, python's HTTP server on loopback, this machine. Needs what
# `scripts/deps --live` installs. About 15 seconds.

bats_require_minimum_version 1.5.0

# as_nobody COMMAND...: servers refuse to run as root, and should not.
as_nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid nobody --regid nogroup --clear-groups env HOME="$W" "$@"
	else
		env HOME="$W" "$@"
	fi
}

# keep NAME COMMAND...: runs it in the background; its own pid is kept.
keep() {
	local name=$1 as=(env HOME="$W")
	shift
	[ "$(id -u)" -ne 0 ] || as=(setpriv --reuid nobody --regid nogroup --clear-groups "${as[@]}")
	"${as[@]}" "$@" > "$W/log/$name" 2>&1 < /dev/null 3>&- &
	echo $! > "$W/pid/$name"
}

# until_true COMMAND...: asks ten times a second, at most 30 s.
until_true() {
	local tries
	for tries in $(seq 1500); do
		"$@" > /dev/null 2>&1 && return
		sleep 0.1
	done
	echo "never true after $tries tries: $*" >&2
	tail -n 5 "$W"/log/* >&2
	return 1
}

setup_file() {
	local init
	W=$(mktemp -d /tmp/aiops-coll.XXXXXX)
	export W
	mkdir "$W/pid" "$W/log" "$W/data" "$W/web"
	chmod 755 "$W"
	if [ "$(id -u)" -eq 0 ]; then chown nobody:nogroup "$W/data" "$W/log"; fi
	chmod 777 "$W/log"
	for init in /usr/lib/postgresql/*/bin/initdb; do PGBIN=${init%/initdb}; done
	command -v redis-server redis-cli psql curl > /dev/null && [ -x "$PGBIN/initdb" ] || {
		echo 'the servers are not installed: scripts/deps --live' >&2
		return 1
	}
	export PGBIN
	echo S3CRET > "$W/password" # readable by the user that initdb runs as
	as_nobody "$PGBIN/initdb" -D "$W/data/pg" -U postgres -A scram-sha-256 --pwfile "$W/password" -E UTF8 --locale C \
		--no-sync > "$W/log/initdb" 2>&1 < /dev/null 3>&- || return 1
	cat >> "$W/data/pg/postgresql.conf" <<- C
	listen_addresses = ''
	unix_socket_directories = '$W/data'
	max_connections = 12
	superuser_reserved_connections = 2
	shared_buffers = 16MB
	fsync = off
	shared_preload_libraries = 'pg_stat_statements'
	C
	keep postgres "$PGBIN/postgres" -D "$W/data/pg"
	echo 'hello' > "$W/web/index.html"
	keep redis redis-server --port 0 --unixsocket "$W/data/redis.sock" --unixsocketperm 777 --save '' --dir "$W/data" \
		--maxmemory 4mb --maxclients 100 --requirepass S3CRET
	keep replica redis-server --port 0 --unixsocket "$W/data/replica.sock" --unixsocketperm 777 --save '' --dir "$W/data" \
		--replicaof 127.0.0.1 1
	export PORT
	PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	keep web python3 -m http.server "$PORT" --bind 127.0.0.1 --directory "$W/web"
	(umask 077 && printf '*:*:*:*:S3CRET\n' > "$W/pgpass")
	export PGHOST=$W/data PGUSER=postgres PGDATABASE=postgres PGPASSFILE=$W/pgpass
	unset PGSERVICE PGOPTIONS PGPASSWORD PGPORT
	until_true psql -X -w -c 'SELECT 1' && until_true env REDISCLI_AUTH=S3CRET redis-cli -s "$W/data/redis.sock" PING &&
		until_true redis-cli -s "$W/data/replica.sock" PING && until_true curl -s "http://127.0.0.1:$PORT/"
	psql -X -w -q -c 'CREATE EXTENSION pg_stat_statements'
}

teardown_file() {
	local f pid
	for f in "$W"/pid/*; do
		[ -f "$f" ] || continue
		pid=$(cat "$f")
		# Not waiting for clients, for PostgreSQL.
		if [ "${f##*/}" = postgres ]; then kill -INT "$pid"; else kill "$pid"; fi 2>/dev/null || continue
	done
	for f in "$W"/pid/*; do
		[ -f "$f" ] || continue
		pid=$(cat "$f")
		for _ in $(seq 1500); do
			kill -0 "$pid" 2>/dev/null || break
			sleep 0.1
		done
		kill -KILL "$pid" 2>/dev/null || true
	done
	case $W in /tmp/aiops-coll.*) rm -rf -- "$W" ;; esac
}

setup() {
	ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	C=$ROOT/share/collectors
	PATH=$ROOT/${BUILD:-build}/bin:$PATH
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$BATS_TEST_TMPDIR
	unset XDG_CONFIG_HOME AIOPS_COLLECTORS_CONF
}

# events FILE: what aiops-ingest makes of a collector's output, which it must read without a reject.
events() {
	aiops-ingest -f health "$1" > events.ndjson && aiops-ingest --validate -q events.ndjson > /dev/null
}

# is NAME FILTER: the metric NAME is there once, and the filter holds.
is() {
	jq -e -s --arg name "$1" 'map(select(.name == $name)) | length == 1 and (.[0] | '"$2"')' events.ndjson > /dev/null || {
		jq -c --arg name "$1" 'select(.name == $name)' events.ndjson >&2
		echo "$1: $2" >&2
		return 1
	}
}

@test "collectors: postgresql: connections that the server counts too, all well" {
	"$C/postgresql" -n orders-db > out
	events out
	is database_up '.value == 1 and .healthy'
	is database_connection_usage '.value == 10 and .threshold == 80 and .condition == "above" and .healthy and .component == "orders-db"'
	is database_connections '.value == 1 and (has("healthy") | not)'
	is database_slow_queries '.value == 0 and .threshold == 10 and .healthy'
	is database_blocked_queries '.value == 0 and .healthy'
	is database_cache_hit_ratio '.value > 50 and .value <= 100 and .condition == "below"'
	is database_standbys '.value == 0'
}

# A lock that is held, one that waits for it, and connections up to the limit.
@test "collectors: postgresql: a blocked query and too many connections are unhealthy" {
	local pids=() i
	psql -X -w -q -c 'CREATE TABLE IF NOT EXISTS t (i int); INSERT INTO t VALUES (1)'
	(
		echo 'BEGIN; UPDATE t SET i = 2;'
		exec sleep 60 3>&-
	) 3>&- | psql -X -w -q > /dev/null 2>&1 3>&- &
	pids+=($!)
	until_true sh -c "psql -X -w -A -t -c \"SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in tr%'\" | grep -qx 1"
	for i in 1 2 3 4 5 6; do
		psql -X -w -q -c 'UPDATE t SET i = 3' > /dev/null 2>&1 3>&- &
		pids+=($!)
	done
	until_true sh -c "psql -X -w -A -t -c 'SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0' | grep -qx 6"
	"$C/postgresql" > out
	psql -X -w -q -c 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = '\''client backend'\' > /dev/null
	kill "${pids[@]}" 2>/dev/null || true
	events out
	is database_connection_usage '.value == 80 and .healthy == false'
	is database_blocked_queries '.value == 6 and .healthy == false'
	is database_idle_in_transaction '.value == 1'
}

@test "collectors: postgresql: limits come from a file, none takes one away" {
	printf '# ours\ndatabase_connection_usage = 5 # low\ndatabase_slow_queries=none\n' > limits
	"$C/postgresql" -c limits > out
	events out
	is database_connection_usage '.threshold == 5 and .healthy == false'
	is database_slow_queries '(has("threshold") or has("healthy")) | not'
	mkdir -p .config/aiops
	mv limits .config/aiops/collectors.conf
	"$C/postgresql" > out
	events out
	is database_connection_usage '.threshold == 5'
}

@test "collectors: postgresql: a server that is not there is a metric, words and 69; nothing shows the password" {
	run --separate-stderr env PGHOST=/nonexistent "$C/postgresql" -n gone
	[ "$status" -eq 69 ]
	[[ $stderr == *'gone: connections:'* ]]
	echo "$output" > out
	events out
	is database_up '.value == 0 and .healthy == false'
	printf '*:*:*:*:wrong-S3CRET\n' > pgpass
	chmod 600 pgpass
	run env PGPASSFILE="$PWD/pgpass" "$C/postgresql"
	[ "$status" -eq 69 ]
	[[ $output == *'password authentication failed'* ]]
	[[ $output != *S3CRET* ]]
	run "$C/postgresql" 'host=/tmp password=S3CRET'
	[ "$status" -eq 64 ]
	[[ $output != *S3CRET* ]]
	PGPASSWORD=S3CRET run "$C/postgresql"
	[ "$status" -eq 64 ]
}

@test "collectors: redis: what INFO says, memory beside its maximum" {
	export REDISCLI_AUTH=S3CRET
	"$C/redis" -s "$W/data/redis.sock" -n cache > out
	events out
	is redis_up '.value == 1 and .healthy and .component == "cache"'
	is redis_memory_usage '.value > 5 and .value < 100 and .threshold == 90'
	is redis_client_usage '.value == 1 and .healthy'
	is redis_ping_ms '.healthy'
	is redis_evicted_keys '.value == 0 and (has("threshold") | not)'
	is redis_replicas '.value == 0'
	# Full: unhealthy.
	python3 -c 'print("\n".join("SET k%d %s" % (i, "x" * 1000) for i in range(6000)))' |
		redis-cli -s "$W/data/redis.sock" > /dev/null
	"$C/redis" -s "$W/data/redis.sock" > out
	events out
	is redis_memory_usage '.value >= 90 and .healthy == false'
	redis-cli -s "$W/data/redis.sock" FLUSHALL > /dev/null
}

@test "collectors: redis: a replica without its master; no password; no server" {
	"$C/redis" -s "$W/data/replica.sock" > out
	events out
	is redis_replication_link '.value == 0 and .healthy == false'
	run "$C/redis" -s "$W/data/redis.sock"
	[ "$status" -eq 69 ]
	[[ $output == *NOAUTH* ]]
	run --separate-stderr env REDISCLI_AUTH=S3CRET "$C/redis" -s "$W/none.sock"
	[ "$status" -eq 69 ]
	[[ $output$stderr != *S3CRET* ]]
	echo "$output" > out
	events out
	is redis_up '.value == 0 and .healthy == false'
}

@test "collectors: http: times, status, one that does not answer" {
	run --separate-stderr "$C/http" -t 5 "http://127.0.0.1:$PORT/?token=S3CRET" "http://127.0.0.1:$PORT/none" http://127.0.0.1:1/
	[ "$status" -eq 0 ]
	[[ $output$stderr != *S3CRET* ]]
	echo "$output" > out
	events out
	jq -e -s 'map(select(.name == "http_status")) | map([.value, .healthy]) == [[200, true], [404, false]]' events.ndjson
	jq -e -s 'map(select(.name == "http_up")) | map(.healthy) == [true, true, false]' events.ndjson
	jq -e -s 'map(select(.name == "http_total_ms")) | length == 2 and all(.value > 0)' events.ndjson
	run "$C/http" http://127.0.0.1:1/
	[ "$status" -eq 69 ]
	run "$C/http" http://maria:S3CRET@127.0.0.1/
	[ "$status" -eq 64 ]
	[[ $output != *S3CRET* ]]
}

@test "collectors: http: days of a certificate" {
	local tls_port
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 10 -subj /CN=localhost \
		-addext subjectAltName=IP:127.0.0.1 2>/dev/null
	tls_port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
	openssl s_server -accept "127.0.0.1:$tls_port" -cert cert -key key -www -quiet > /dev/null 2>&1 3>&- &
	echo $! > "$W/pid/tls"
	echo "cacert = $PWD/cert" > curlrc
	until_true curl -s --cacert cert "https://127.0.0.1:$tls_port/"
	"$C/http" -K curlrc "https://127.0.0.1:$tls_port/" > out
	events out
	is http_certificate_days '(.value == 9 or .value == 10) and .threshold == 14 and .condition == "below" and .healthy == false'
	is http_tls_ms '.value > 0'
	# Not trusted: down.
	run --separate-stderr "$C/http" "https://127.0.0.1:$tls_port/"
	[ "$status" -eq 69 ]
	[[ $stderr == *certificate* ]]
}

@test "collectors: host: shares between 0 and 100, as df and /proc say" {
	"$C/host" -i 0.2 > out
	events out
	is cpu_usage '.value >= 0 and .value <= 100 and .threshold == 90'
	is memory_usage '.value > 0 and .value < 100'
	is load_per_cpu '.value >= 0 and .condition == "above"'
	jq -e -s 'map(select(.name == "disk_free")) | length > 0 and all(.value >= 0 and .value <= 100 and .condition == "below")' events.ndjson
	jq -e -s 'map(select(.name == "disk_free" and .component == "/")) | length == 1' events.ndjson
}

@test "collectors: usage, and limits that are none" {
	local c
	for c in host http redis postgresql; do
		run "$C/$c" -x
		[ "$status" -eq 64 ] || { echo "$c: $status $output"; return 1; }
		echo 'cpu_usage=many' > bad
		run "$C/$c" -c bad http://127.0.0.1:1/
		[ "$status" -eq 78 ] || [ "$c" != http ]
	done
	run "$C/host" -c bad
	[ "$status" -eq 78 ]
	[[ $output == *'bad:1: not NAME=NUMBER'* ]]
	run "$C/host" -c missing
	[ "$status" -eq 66 ]
}

@test "collectors: the shipped limits are those that hold without a file" {
	"$C/host" -i 0.1 | jq -r 'select(.threshold) | "\(.name)=\(.threshold)"' | sort -u > without
	"$C/host" -i 0.1 -c "$C/collectors.conf" | jq -r 'select(.threshold) | "\(.name)=\(.threshold)"' | sort -u > with
	cmp with without
	"$C/postgresql" | jq -r 'select(.threshold) | "\(.name)=\(.threshold)"' | sort -u > without
	"$C/postgresql" -c "$C/collectors.conf" | jq -r 'select(.threshold) | "\(.name)=\(.threshold)"' | sort -u > with
	cmp with without
}
