# shellcheck shell=bash
# live-stack.sh - real servers on loopback that can run out of database connections, and be mended
#
# For scripts/record-incident, scripts/demo --live and tests/live. Needs what scripts/deps --live installs. Source it,
# from the repository or any folder; it sets no traps and no shell options.
#
#   stack_start DIR   Starts everything below DIR (made if missing; keep its path within 60 characters): PostgreSQL with
#                     max_connections 20, the exporter, Prometheus, Alertmanager, the webhook receiver, and the
#                     services orders-api-1, orders-api-2 (pool of 4 each), checkout-1, reports-1. Returns when all
#                     answer and Prometheus has scraped each; about 5 s. 1 and a message on stderr when something
#                     does not come up; stack_stop is still to be called.
#   stack_exhaust     The cause: deploys orders-api 2.4.1 with pool_size 20 to both instances, one after the other.
#                     Appends the change to $STACK_CHANGES. Takes about 4 s; the alerts arrive in the 10 s after it.
#   stack_fix         The cure: pool_size back to 4, idle connections of orders-api ended by the superuser, a check.
#                     Appends each step, its argv, output and times to $STACK_STEPS. 1 when a step fails.
#   stack_stop [DIR]  Ends every process of the stack, by pid, and waits for them; may be called twice, from a trap, or
#                     from another process with DIR. Files stay; removing DIR is the caller's.
#
#   stack_fix_pools N, stack_fix_terminate, stack_fix_verify     the three steps of stack_fix, one by one
#   stack_psql ARG...                psql as superuser, on the connection that is reserved for it
#   stack_wait_alert NAME STATUS S   waits at most S seconds until a webhook held that alert firing or resolved; else 1
#   stack_wait_quiet S               waits at most S seconds until every alert that fired has resolved; else 1
#   stack_alerts                     the alerts of Alertmanager now: GET /api/v2/alerts
#   stack_query_range EXPR FROM TO STEP_S      Prometheus' whole answer
#
# stack_start also writes DIR/stack.env with everything that another process needs (source it, then call any function):
#   STACK_DIR STACK_PG_PORT STACK_PG_BIN STACK_PROM_URL STACK_AM_URL STACK_RECEIVER_URL
#   STACK_WEBHOOKS (one body a line, as received)  STACK_WEBHOOK_TIMES  STACK_CHANGES  STACK_STEPS  STACK_LOGS (a folder)
#   PGHOST PGPORT PGUSER PGPASSFILE PGDATABASE (the superuser; so psql and a runbook's steps just work)
#
# Before stack_start the caller may set
#   STACK_WEBHOOK_URL   a second receiver for Alertmanager to post to
#   STACK_CONN_LIMIT    max_connections (20; 3 of them are the superuser's)
#   STACK_OUTLIVE=1     the processes do not die with the shell that started them, only by stack_stop
#
# As root everything runs as `nobody`, since PostgreSQL refuses root; else as the user. The processes die with the shell
# that called stack_start or stack_exhaust (PR_SET_PDEATHSIG), even by SIGKILL, so call both in the shell that lives as
# long as they shall: not in a subshell or a pipe. Under bats, where each test is a process, set STACK_OUTLIVE=1 before
# stack_start in setup_file (stack.env carries it on), and call stack_stop DIR in teardown_file.
# All ports are free ones on 127.0.0.1; PostgreSQL asks for a password made for the run.

STACK_LIB=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
STACK_POOL_SMALL=4
STACK_POOL_LARGE=20

stack_say() {
	printf 'live-stack: %s\n' "$*" >&2
}

stack_now() {
	date -u +%Y-%m-%dT%H:%M:%S.%3NZ
}

# stack_json_string TEXT: it as a JSON string.
stack_json_string() {
	python3 -c 'import json,sys; print(json.dumps(sys.argv[1], ensure_ascii=False), end="")' "$1"
}

# --- processes ------------------------------------------------------------------------------------------------------

# stack_start_time PID: when the kernel started it, in ticks; empty when it is gone or a zombie.
stack_start_time() {
	local stat
	{ read -r stat </proc/"$1"/stat; } 2>/dev/null || return 0
	stat=${stat##*) }
	# shellcheck disable=SC2086 # fields
	set -- $stat
	[[ $1 == [ZX] ]] || printf '%s' "${20}"
}

# stack_run NAME COMMAND...: starts it in the background as the stack's user, its output to $STACK_LOGS/NAME.log.
stack_run() {
	local name=$1
	shift
	local as=(setpriv)
	((EUID)) || as+=(--reuid nobody --regid nogroup --clear-groups)
	[[ -n ${STACK_OUTLIVE-} ]] || as+=(--pdeathsig TERM)
	((${#as[@]} > 1)) || as=()
	# 3 is bats' own: a test ends when nothing holds it open.
	HOME=$STACK_DIR "${as[@]}" "$@" >>"$STACK_LOGS/$name.log" 2>&1 </dev/null 3>&- &
	printf '%s %s\n' "$!" "$(stack_start_time "$!")" >"$STACK_DIR/pids/$name"
}

# stack_alive NAME: its pid, if it is still the process that was started.
stack_alive() {
	local pid started
	read -r pid started 2>/dev/null <"$STACK_DIR/pids/$1" || return 1
	[[ -n $started && $(stack_start_time "$pid") == "$started" ]] && printf '%s' "$pid"
}

# stack_end SIGNAL NAME...: asks them to end, waits up to 6 s, then kills.
stack_end() {
	local signal=$1 name pid tries
	shift
	for name in "$@"; do
		if pid=$(stack_alive "$name"); then
			kill -s "$signal" "$pid" 2>/dev/null || : # gone by now
		fi
	done
	for name in "$@"; do
		for ((tries = 0; tries < 120; tries++)); do
			pid=$(stack_alive "$name") || break
			sleep 0.05
		done
		if pid=$(stack_alive "$name"); then
			stack_say "$name did not end, killing it"
			kill -s KILL "$pid" 2>/dev/null || :
		fi
		rm -f -- "$STACK_DIR/pids/$name"
	done
}

# stack_wait_for SECONDS COMMAND...: until it succeeds.
stack_wait_for() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || return 1
		sleep 0.1
	done
}

stack_get() {
	curl -fsS --max-time 10 "$@"
}

# --- files ----------------------------------------------------------------------------------------------------------

# stack_free_ports N: that many ports that nobody listens on now.
stack_free_ports() {
	python3 - "$1" <<'PY'
import socket, sys
held = [socket.socket() for _ in range(int(sys.argv[1]))]
for s in held:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in held))
PY
}

stack_write_rules() {
	cat >"$STACK_DIR/rules.yml" <<'YAML'
groups:
  - name: orders-db
    rules:
      - alert: PostgresConnectionsHigh
        expr: sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections > 0.7
        for: 2s
        labels: {severity: warning, service: orders-db, component: orders-db, host: db-1, layer: storage}
        annotations:
          summary: "PostgreSQL on {{ $labels.instance }} uses {{ $value | humanizePercentage }} of its connections"
          description: "More than 70 % of max_connections are taken. When they run out, services cannot connect."
          runbook_url: https://runbooks.example.org/postgres-connections-exhausted
      - alert: PostgresConnectionsExhausted
        expr: sum by (instance) (pg_stat_activity_count) / on (instance) pg_settings_max_connections > 0.8
        for: 3s
        labels: {severity: critical, service: orders-db, component: orders-db, host: db-1, layer: storage}
        annotations:
          summary: "PostgreSQL on {{ $labels.instance }} is out of connections ({{ $value | humanizePercentage }} taken)"
          description: "More than 80 % of max_connections are taken: what is left is reserved for the superuser, clients are refused."
          runbook_url: https://runbooks.example.org/postgres-connections-exhausted
  - name: orders-api
    rules:
      - alert: OrdersApiDbConnectErrors
        expr: rate(orders_api_db_connect_errors_total[5s]) > 0.5
        for: 2s
        labels: {severity: warning, service: orders-api, layer: application}
        annotations:
          summary: "{{ $labels.instance }} cannot open connections to orders-db"
          description: "{{ $value | humanize }} refused connections a second."
          runbook_url: https://runbooks.example.org/postgres-connections-exhausted
      - alert: OrdersApiErrors
        expr: sum without (code) (rate(orders_api_requests_total{code="503"}[5s])) / sum without (code) (rate(orders_api_requests_total[5s])) > 0.05
        for: 2s
        labels: {severity: critical, service: orders-api, layer: application}
        annotations:
          summary: "{{ $labels.instance }} fails {{ $value | humanizePercentage }} of its requests"
          description: "More than 5 % of the requests to orders-api are answered 503."
          runbook_url: https://runbooks.example.org/orders-api-errors
      - alert: OrdersApiLatencyHigh
        expr: rate(orders_api_request_seconds_sum[5s]) / rate(orders_api_request_seconds_count[5s]) > 0.25
        for: 2s
        labels: {severity: warning, service: orders-api, layer: application}
        annotations:
          summary: "{{ $labels.instance }} answers in {{ $value | humanizeDuration }} on average"
          description: "The mean time of a request is above 250 ms."
          runbook_url: https://runbooks.example.org/orders-api-latency
      - alert: OrdersApiNotReady
        expr: label_replace(min by (target, env) (checkout_probe_success), "component", "$1", "target", "(.*)") == 0
        for: 2s
        labels: {severity: critical, service: orders-api, layer: application}
        annotations:
          summary: "{{ $labels.target }} does not pass its health check"
          description: "The probe that checkout makes of /healthz fails."
          runbook_url: https://runbooks.example.org/orders-api-not-ready
  - name: clients
    rules:
      - alert: CheckoutOrdersFailing
        expr: sum without (target, result) (rate(checkout_orders_total{result="failed"}[5s])) / sum without (target, result) (rate(checkout_orders_total[5s])) > 0.1
        for: 2s
        labels: {severity: critical, service: checkout, layer: edge}
        annotations:
          summary: "{{ $value | humanizePercentage }} of the orders placed by checkout fail"
          description: "More than 10 % of the customers' orders are lost."
          runbook_url: https://runbooks.example.org/checkout-orders-failing
      - alert: ReportsFailing
        expr: sum without (result) (rate(reports_runs_total{result="failed"}[5s])) / sum without (result) (rate(reports_runs_total[5s])) > 0.5
        for: 2s
        labels: {severity: warning, service: reports, layer: application}
        annotations:
          summary: "{{ $labels.instance }} fails {{ $value | humanizePercentage }} of its reports"
          description: "Each report opens a connection of its own to orders-db."
          runbook_url: https://runbooks.example.org/reports-failing
YAML
}

# stack_write_prometheus: a service's `component` is the instance itself, as no rule knows it better.
stack_write_prometheus() {
	cat >"$STACK_DIR/prometheus.yml" <<YAML
global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels: {env: prod}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["127.0.0.1:$STACK_AM_PORT"]}]
scrape_configs:
  - job_name: postgres
    static_configs:
      - targets: ["127.0.0.1:$STACK_EXPORTER_PORT"]
        labels: {instance: "db-1:9187"}
  - job_name: orders-api
    static_configs:
      - targets: ["127.0.0.1:$STACK_API1_PORT"]
        labels: {instance: orders-api-1, component: orders-api-1}
      - targets: ["127.0.0.1:$STACK_API2_PORT"]
        labels: {instance: orders-api-2, component: orders-api-2}
  - job_name: checkout
    static_configs:
      - targets: ["127.0.0.1:$STACK_CHECKOUT_PORT"]
        labels: {instance: checkout-1, component: checkout-1}
  - job_name: reports
    static_configs:
      - targets: ["127.0.0.1:$STACK_REPORTS_PORT"]
        labels: {instance: reports-1, component: reports-1}
YAML
}

stack_write_alertmanager() {
	local second=
	[[ -z ${STACK_WEBHOOK_URL-} ]] || second="
      - url: $(stack_json_string "$STACK_WEBHOOK_URL")"
	cat >"$STACK_DIR/alertmanager.yml" <<YAML
route:
  receiver: aiops
  group_by: [alertname, service]
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 1h
receivers:
  - name: aiops
    webhook_configs:
      - url: $STACK_RECEIVER_URL/webhook$second
YAML
}

stack_write_api_config() {
	local name
	for name in orders-api-1 orders-api-2; do
		printf '{"version":"%s","pool_size":%d}\n' "$1" "$2" >"$STACK_DIR/$name.json"
	done
}

stack_write_env() {
	local name
	STACK_OUTLIVE=${STACK_OUTLIVE-}
	for name in STACK_DIR STACK_OUTLIVE STACK_LOGS STACK_PYTHON STACK_PG_BIN STACK_PG_PORT STACK_EXPORTER_PORT STACK_PROM_URL STACK_AM_URL \
		STACK_RECEIVER_URL STACK_API1_PORT STACK_API2_PORT STACK_CHECKOUT_PORT STACK_REPORTS_PORT STACK_WEBHOOKS \
		STACK_WEBHOOK_TIMES STACK_CHANGES STACK_STEPS PGHOST PGPORT PGUSER PGPASSFILE PGDATABASE; do
		printf 'export %s=%q\n' "$name" "${!name}"
	done >"$STACK_DIR/stack.env"
}

# --- starting -------------------------------------------------------------------------------------------------------

stack_prepare() {
	local ports path
	STACK_DIR=$1
	if ! [[ $STACK_DIR == /* ]] || ((${#STACK_DIR} > 60)); then
		stack_say "the folder must be given absolutely, in at most 60 characters: '$STACK_DIR'"
		return 1
	fi
	for path in /usr/lib/postgresql/*/bin; do
		[[ -x $path/initdb ]] && STACK_PG_BIN=$path
	done
	if [[ -z ${STACK_PG_BIN-} ]] || ! command -v prometheus prometheus-alertmanager prometheus-postgres-exporter curl \
		>/dev/null; then
		stack_say "the servers are not installed: scripts/deps --live"
		return 1
	fi
	# Debian's own, before one in a home folder that `nobody` cannot enter.
	STACK_PYTHON=/usr/bin/python3
	[[ -x $STACK_PYTHON ]] || STACK_PYTHON=$(command -v python3) || return 1
	STACK_LOGS=$STACK_DIR/logs
	mkdir -p "$STACK_DIR"/{pids,logs,data} || return 1
	cp -- "$STACK_LIB/live-apps.py" "$STACK_LIB/webhook-receiver.py" "$STACK_DIR/" || return 1
	ports=$(stack_free_ports 9) || return 1
	read -r STACK_PG_PORT STACK_EXPORTER_PORT STACK_PROM_PORT STACK_AM_PORT STACK_RECEIVER_PORT STACK_API1_PORT \
		STACK_API2_PORT STACK_CHECKOUT_PORT STACK_REPORTS_PORT <<<"$ports"
	STACK_PROM_URL=http://127.0.0.1:$STACK_PROM_PORT
	STACK_AM_URL=http://127.0.0.1:$STACK_AM_PORT
	STACK_RECEIVER_URL=http://127.0.0.1:$STACK_RECEIVER_PORT
	STACK_WEBHOOKS=$STACK_DIR/webhooks.ndjson
	STACK_WEBHOOK_TIMES=$STACK_DIR/webhook-times.ndjson
	STACK_CHANGES=$STACK_DIR/changes.ndjson
	STACK_STEPS=$STACK_DIR/steps.ndjson
	: >"$STACK_WEBHOOKS" && : >"$STACK_WEBHOOK_TIMES" && : >"$STACK_CHANGES" && : >"$STACK_STEPS"
	export PGHOST=127.0.0.1 PGPORT=$STACK_PG_PORT PGUSER=postgres PGDATABASE=orders PGPASSFILE=$STACK_DIR/pgpass
	unset PGSERVICE PGOPTIONS PGPASSWORD
	(umask 077 && python3 -c 'import secrets; print(secrets.token_hex(16))' >"$STACK_DIR/password" &&
		printf '*:*:*:*:%s\n' "$(<"$STACK_DIR/password")" >"$PGPASSFILE") || return 1
	stack_write_rules && stack_write_prometheus && stack_write_alertmanager && stack_write_env &&
		stack_write_api_config 2.4.0 "$STACK_POOL_SMALL" || return 1
	chmod 755 "$STACK_DIR"
	# What the servers write is theirs; the folder itself, and what root writes in it, is not.
	((EUID)) || chown nobody:nogroup "$STACK_DIR"/{data,password,pgpass} "$STACK_WEBHOOKS" "$STACK_WEBHOOK_TIMES"
}

stack_start_postgres() {
	local init=("$STACK_PG_BIN/initdb" -D "$STACK_DIR/data/pg" -U postgres -A scram-sha-256 --pwfile "$STACK_DIR/password"
		-E UTF8 --locale C --no-sync)
	((EUID)) || init=(setpriv --reuid nobody --regid nogroup --clear-groups "${init[@]}")
	HOME=$STACK_DIR "${init[@]}" >"$STACK_LOGS/initdb.log" 2>&1 </dev/null || return 1
	cat >>"$STACK_DIR/data/pg/postgresql.conf" <<CONF
listen_addresses = '127.0.0.1'
port = $STACK_PG_PORT
unix_socket_directories = ''
max_connections = ${STACK_CONN_LIMIT:-20}
superuser_reserved_connections = 3
shared_buffers = 16MB
fsync = off
autovacuum = off
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %q%u@%d %a '
CONF
	stack_run postgresql "$STACK_PG_BIN/postgres" -D "$STACK_DIR/data/pg"
	stack_wait_for 15 stack_psql -d postgres -c 'SELECT 1' || return 1
	stack_psql -d postgres -v "password=$(<"$STACK_DIR/password")" >/dev/null <<'SQL'
CREATE ROLE orders_app LOGIN PASSWORD :'password';
CREATE DATABASE orders OWNER orders_app;
\c orders
SET ROLE orders_app;
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, placed_by text NOT NULL,
	placed_at timestamptz NOT NULL DEFAULT now());
SQL
}

stack_run_api() {
	local port=STACK_API${1#orders-api-}_PORT
	PGUSER=orders_app stack_run "$1" "$STACK_PYTHON" "$STACK_DIR/live-apps.py" orders-api "$1" "${!port}" "$STACK_DIR/$1.json"
}

# stack_target_up N: Prometheus has that many targets up.
stack_targets_up() {
	[[ $(stack_get "$STACK_PROM_URL/api/v1/query" --data-urlencode 'query=sum(up)') == *"\"$1\"]"* ]]
}

stack_start() {
	stack_prepare "$1" || return 1
	stack_run receiver "$STACK_PYTHON" "$STACK_DIR/webhook-receiver.py" --port "$STACK_RECEIVER_PORT" --out "$STACK_WEBHOOKS" \
		--times "$STACK_WEBHOOK_TIMES"
	stack_run alertmanager prometheus-alertmanager --config.file="$STACK_DIR/alertmanager.yml" \
		--storage.path="$STACK_DIR/data/am" --web.listen-address="127.0.0.1:$STACK_AM_PORT" --cluster.listen-address= \
		--web.external-url=http://alertmanager.example.org:9093 --log.level=warn
	stack_run prometheus prometheus --config.file="$STACK_DIR/prometheus.yml" --storage.tsdb.path="$STACK_DIR/data/prom" \
		--web.listen-address="127.0.0.1:$STACK_PROM_PORT" --web.external-url=http://prometheus.example.org:9090 \
		--log.level=warn
	if ! stack_start_postgres; then
		stack_say "PostgreSQL did not start: $(tail -n 1 "$STACK_LOGS"/{initdb,postgresql}.log 2>/dev/null | tail -n 1)"
		return 1
	fi
	DATA_SOURCE_URI="127.0.0.1:$STACK_PG_PORT/postgres?sslmode=disable&application_name=exporter" DATA_SOURCE_USER=postgres \
		DATA_SOURCE_PASS_FILE=$STACK_DIR/password stack_run exporter prometheus-postgres-exporter \
		--web.listen-address="127.0.0.1:$STACK_EXPORTER_PORT" --log.level=warn
	stack_run_api orders-api-1
	stack_run_api orders-api-2
	PGUSER=orders_app stack_run reports-1 "$STACK_PYTHON" "$STACK_DIR/live-apps.py" reports reports-1 "$STACK_REPORTS_PORT"
	if ! { stack_wait_for 15 stack_get "http://127.0.0.1:$STACK_API1_PORT/healthz" &&
		stack_wait_for 15 stack_get "http://127.0.0.1:$STACK_API2_PORT/healthz"; }; then
		stack_say "orders-api did not start: $(tail -n 1 "$STACK_LOGS/orders-api-1.log")"
		return 1
	fi
	stack_run checkout-1 "$STACK_PYTHON" "$STACK_DIR/live-apps.py" checkout checkout-1 "$STACK_CHECKOUT_PORT" \
		"orders-api-1=http://127.0.0.1:$STACK_API1_PORT" "orders-api-2=http://127.0.0.1:$STACK_API2_PORT"
	if ! { stack_wait_for 15 stack_get "$STACK_RECEIVER_URL" && stack_wait_for 15 stack_get "$STACK_AM_URL/-/ready" &&
		stack_wait_for 20 stack_targets_up 5; }; then
		stack_say "Prometheus does not reach all targets, or Alertmanager does not answer; see the logs"
		return 1
	fi
}

stack_stop() {
	STACK_DIR=${1-${STACK_DIR-}}
	[[ -n $STACK_DIR && -d $STACK_DIR/pids ]] || return 0
	STACK_LOGS=$STACK_DIR/logs
	stack_end TERM checkout-1 reports-1 orders-api-1 orders-api-2 prometheus exporter
	stack_end TERM alertmanager receiver
	stack_end INT postgresql # INT: end the sessions, write a checkpoint
}

# --- the incident ---------------------------------------------------------------------------------------------------

stack_psql() {
	"$STACK_PG_BIN/psql" -X -q -A -t -w -v ON_ERROR_STOP=1 "$@"
}

# stack_change_record SOURCE_ID TYPE FROM TO: on stdout, in the form of aiops-record(5).
stack_change_record() {
	python3 - "$(stack_now)" "$@" <<'PY'
import hashlib, json, sys
when, source_id, kind_of, before, after = sys.argv[1:]
key = "".join(part + "\0" for part in ("change", "deploys", source_id, "", when))
print(json.dumps({"v": 1, "kind": "change", "id": hashlib.sha256(key.encode()).hexdigest()[:32], "timestamp": when,
                  "source": "deploys", "source_id": source_id, "name": "deploy orders-api", "service": "orders-api",
                  "env": "prod", "change": {"type": kind_of, "from": before, "to": after, "by": "record-incident",
                                            "url": "https://deploys.example.org/" + source_id}},
                 separators=(",", ":")))
PY
}

stack_exhaust() {
	local name
	stack_change_record orders-api-2.4.1 deploy "orders-api 2.4.0, pool_size $STACK_POOL_SMALL" \
		"orders-api 2.4.1, pool_size $STACK_POOL_LARGE" >>"$STACK_CHANGES"
	stack_write_api_config 2.4.1 "$STACK_POOL_LARGE"
	for name in orders-api-1 orders-api-2; do
		stack_end TERM "$name"
		sleep 1 # as a deploy takes: the other instance goes on
		stack_run_api "$name"
		sleep 1
	done
}

# stack_step NAME EFFECT COMMAND...: runs it and notes it; the command stands in the note as `as`, if that array is set.
stack_step() {
	local name=$1 effect=$2 began output status
	shift 2
	began=$(stack_now)
	output=$("$@" 2>&1)
	status=$?
	python3 - "$name" "$effect" "$began" "$(stack_now)" "$status" "$output" "${stack_step_text:-$*}" >>"$STACK_STEPS" <<'PY'
import json, sys
name, effect, began, ended, status, output, command = sys.argv[1:]
print(json.dumps({"step": name, "effect": effect, "command": command, "began": began, "ended": ended,
                  "exit": int(status), "output": output.splitlines()}, separators=(",", ":"), ensure_ascii=False))
PY
	return "$status"
}

stack_sql_count="SELECT application_name, state, count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
stack_sql_terminate="SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'orders-api%' AND state = 'idle'"
stack_sql_verify="SELECT count(*), current_setting('max_connections')::int, count(*) <= 0.7 * current_setting('max_connections')::int FROM pg_stat_activity WHERE backend_type = 'client backend'"

# stack_fix_pools N: the pools are told to hold N connections; they close none of what they have.
stack_fix_pools() {
	local version name pid
	version=$(sed -n 's/.*"version":"\([^"]*\)".*/\1/p' "$STACK_DIR/orders-api-1.json")
	stack_write_api_config "$version" "$1"
	for name in orders-api-1 orders-api-2; do
		if ! { pid=$(stack_alive "$name") && kill -s HUP "$pid"; }; then
			printf '%s does not run\n' "$name"
			return 1
		fi
		printf '%s: pool_size %s, told to read it again\n' "$name" "$1"
	done
}

# stack_fix_terminate: prints how many idle connections of orders-api it ended.
stack_fix_terminate() {
	stack_psql -c "$stack_sql_terminate"
}

# stack_fix_verify: prints taken|limit|t, and fails unless at most 70 % are taken, a second after it is called.
stack_fix_verify() {
	local answer
	sleep 1
	answer=$(stack_psql -c "$stack_sql_verify") && printf '%s\n' "$answer" && [[ $answer == *'|t' ]]
}

stack_fix() {
	local stack_step_text
	stack_step_text="psql -c \"$stack_sql_count\""
	stack_step look read stack_psql -c "$stack_sql_count" || return 1
	stack_step_text="set pool_size to $STACK_POOL_SMALL in the configuration of orders-api-1 and orders-api-2; kill -HUP"
	stack_step shrink-pools write stack_fix_pools "$STACK_POOL_SMALL" || return 1
	sleep 1 # the services read it within a quarter of a second
	stack_step_text="psql -c \"$stack_sql_terminate\""
	stack_step terminate-idle write stack_fix_terminate || return 1
	stack_step_text="psql -c \"$stack_sql_verify\""
	stack_step verify read stack_fix_verify || return 1
}

# --- watching -------------------------------------------------------------------------------------------------------

# stack_webhook_states: from what the receiver got: a line "NAME FINGERPRINT STATUS" for each alert, its last status.
stack_webhook_states() {
	python3 - "$STACK_WEBHOOKS" <<'PY'
import json, sys
last = {}
for line in open(sys.argv[1], encoding="utf-8"):
    for alert in json.loads(line)["alerts"]:
        last[alert["labels"]["alertname"], alert["fingerprint"]] = alert["status"]
for key, status in sorted(last.items()):
    print(*key, status)
PY
}

stack_saw_alert() {
	local name status
	while read -r name _ status; do
		[[ $name == "$1" && $status == "$2" ]] && return 0
	done < <(stack_webhook_states)
	return 1
}

stack_is_quiet() {
	! stack_webhook_states | grep -q ' firing$' && [[ $(stack_alerts) == '[]' ]]
}

stack_wait_alert() {
	stack_wait_for "$3" stack_saw_alert "$1" "$2"
}

stack_wait_quiet() {
	stack_wait_for "$1" stack_is_quiet
}

stack_alerts() {
	stack_get "$STACK_AM_URL/api/v2/alerts"
}

stack_query_range() {
	stack_get "$STACK_PROM_URL/api/v1/query_range" --data-urlencode "query=$1" --data-urlencode "start=$2" \
		--data-urlencode "end=$3" --data-urlencode "step=$4"
}
