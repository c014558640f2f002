# shellcheck shell=bash
# mesh-stack.sh - 23 small processes on loopback that share one store, Prometheus and Alertmanager around them
#
# For scripts/record-incident shared-dependency-down. Needs what scripts/deps --live installs. Source it; it builds on
# live-stack.sh (processes, waiting, asking) and sets no traps and no shell options.
#
#   mesh_start DIR    Starts everything below DIR and returns when Prometheus has scraped each; 1 when something does not
#                     come up; mesh_stop is still to be called.
#   mesh_break        The cause: session-store-1 is stopped.
#   mesh_mend         The cure: it is started again. Appended to $STACK_STEPS.
#   mesh_stop         Ends every process of the stack, by pid.
#   mesh_topology     Prints who depends on whom, as aiops-correlate --topology reads it.

# shellcheck source=scripts/lib/live-stack.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/live-stack.sh"

# service instances layer cache_s dependencies
mesh_services='
session-store  1  storage      0  -
auth           2  platform     0  session-store
cart           2  application  0  session-store
profile        2  application  2  session-store
checkout       2  application  0  cart auth
orders         2  application  0  auth
search         2  application  3  profile
recommend      2  application  1  profile
billing        2  application  0  orders
web            3  application  0  checkout search
mobile         2  application  0  orders recommend
partner-api    1  application  0  orders billing
'

# mesh_each COMMAND...: COMMAND SERVICE INSTANCES LAYER CACHE "DEPENDENCIES", for each.
mesh_each() {
	local service instances layer cache needs
	while read -r service instances layer cache needs; do
		[[ -z $service ]] || "$@" "$service" "$instances" "$layer" "$cache" "${needs#-}"
	done <<<"$mesh_services"
}

mesh_instances() {
	local service=$1 n
	for ((n = 1; n <= $2; n++)); do printf '%s-%d\n' "$service" "$n"; done
}

mesh_write_rules() {
	cat >"$STACK_DIR/rules.yml" <<'YAML'
groups:
  - name: mesh
    rules:
      - alert: TargetDown
        expr: up == 0
        for: 2s
        labels: {severity: critical}
        annotations:
          summary: "{{ $labels.instance }} does not answer its scrapes"
      - alert: CallsFailing
        expr: rate(mesh_calls_total{result="failed"}[5s]) > 0.2
        for: 2s
        labels: {severity: warning}
        annotations:
          summary: "{{ $labels.instance }}: {{ $value | humanize }} calls to {{ $labels.dependency }} fail each second"
      - alert: RequestsFailing
        expr: sum without (result) (rate(mesh_requests_total{result="failed"}[5s])) / sum without (result) (rate(mesh_requests_total[5s])) > 0.3
        for: 3s
        labels: {severity: error}
        annotations:
          summary: "{{ $labels.instance }} fails {{ $value | humanizePercentage }} of its requests"
      - alert: UsersAffected
        expr: sum by (service, env) (rate(mesh_requests_total{service=~"web|mobile|partner-api",result="failed"}[5s])) > 0.3
        for: 3s
        labels: {severity: critical}
        annotations:
          summary: "Users of {{ $labels.service }} see errors"
      - alert: LatencyHigh
        expr: rate(mesh_request_seconds_sum[5s]) / rate(mesh_request_seconds_count[5s]) > 0.1
        for: 3s
        labels: {severity: warning}
        annotations:
          summary: "{{ $labels.instance }} takes {{ $value | humanizeDuration }} for a request"
      - alert: NotReady
        expr: mesh_ready == 0
        for: 3s
        labels: {severity: error}
        annotations:
          summary: "{{ $labels.instance }} is not ready"
      - alert: WorkWaiting
        expr: mesh_waiting > 20
        labels: {severity: info}
        annotations:
          summary: "{{ $labels.instance }}: {{ $value }} requests have to be done again"
YAML
}

mesh_write_job() {
	local name
	printf '  - job_name: %s\n    static_configs:\n' "$1"
	for name in $(mesh_instances "$1" "$2"); do
		printf '      - targets: ["127.0.0.1:%s"]\n        labels: {instance: %s, component: %s, service: %s, layer: %s}\n' \
			"${mesh_port[$name]}" "$name" "$name" "$1" "$3"
	done
}

mesh_write_config() {
	{
		cat <<YAML
global:
  scrape_interval: 1s
  evaluation_interval: 1s
  external_labels: {env: prod}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - static_configs: [{targets: ["127.0.0.1:$STACK_AM_PORT"]}]
scrape_configs:
YAML
		mesh_each mesh_write_job
	} >"$STACK_DIR/prometheus.yml"
	cat >"$STACK_DIR/alertmanager.yml" <<YAML
route:
  receiver: aiops
  group_by: ['...']
  group_wait: 1s
  group_interval: 3s
  repeat_interval: 20s
receivers:
  - name: aiops
    webhook_configs:
      - url: $STACK_RECEIVER_URL/webhook
YAML
}

mesh_prepare() {
	local names ports n=0 name
	STACK_DIR=$1
	if ! command -v prometheus prometheus-alertmanager curl >/dev/null; then
		stack_say "the servers are not installed: scripts/deps --live"
		return 1
	fi
	STACK_PYTHON=/usr/bin/python3
	[[ -x $STACK_PYTHON ]] || STACK_PYTHON=$(command -v python3) || return 1
	STACK_LOGS=$STACK_DIR/logs
	mkdir -p "$STACK_DIR"/{pids,logs,data} || return 1
	cp -- "$STACK_LIB/mesh-app.py" "$STACK_LIB/webhook-receiver.py" "$STACK_DIR/" || return 1
	mapfile -t names < <(mesh_each mesh_instances)
	ports=$(stack_free_ports $((${#names[@]} + 3))) || return 1
	# shellcheck disable=SC2086 # numbers
	set -- $ports
	declare -gA mesh_port=()
	STACK_PROM_PORT=$1 STACK_AM_PORT=$2 STACK_RECEIVER_PORT=$3
	shift 3
	for name in "${names[@]}"; do
		n=$((n + 1))
		mesh_port[$name]=${!n}
	done
	STACK_PROM_URL=http://127.0.0.1:$STACK_PROM_PORT
	STACK_AM_URL=http://127.0.0.1:$STACK_AM_PORT
	STACK_RECEIVER_URL=http://127.0.0.1:$STACK_RECEIVER_PORT
	STACK_WEBHOOKS=$STACK_DIR/webhooks.ndjson
	STACK_WEBHOOK_TIMES=$STACK_DIR/webhook-times.ndjson
	STACK_STEPS=$STACK_DIR/steps.ndjson
	: >"$STACK_WEBHOOKS" && : >"$STACK_WEBHOOK_TIMES" && : >"$STACK_STEPS"
	mesh_write_rules && mesh_write_config || return 1
	chmod 755 "$STACK_DIR"
	((EUID)) || chown nobody:nogroup "$STACK_DIR/data" "$STACK_WEBHOOKS" "$STACK_WEBHOOK_TIMES"
}

mesh_run_service() {
	local service=$1 instances=$2 cache=$4 needs=$5 need name needed=() addresses
	for need in $needs; do
		addresses=
		for name in $(mesh_each mesh_instances | grep -x "$need-[0-9]*"); do
			addresses+=${addresses:+,}127.0.0.1:${mesh_port[$name]}
		done
		needed+=("$need=$addresses")
	done
	for name in $(mesh_instances "$service" "$instances"); do
		stack_run "$name" "$STACK_PYTHON" "$STACK_DIR/mesh-app.py" --cache "$cache" "$name" "${mesh_port[$name]}" "${needed[@]}"
	done
}

mesh_start() {
	mesh_prepare "$1" || return 1
	stack_run receiver "$STACK_PYTHON" "$STACK_DIR/webhook-receiver.py" --port "$STACK_RECEIVER_PORT" --out "$STACK_WEBHOOKS" \
		--times "$STACK_WEBHOOK_TIMES"
	mesh_each mesh_run_service
	stack_run alertmanager prometheus-alertmanager --config.file="$STACK_DIR/alertmanager.yml" \
		--storage.path="$STACK_DIR/data/am" --web.listen-address="127.0.0.1:$STACK_AM_PORT" --cluster.listen-address= \
		--web.external-url=http://alertmanager.example.org:9093 --log.level=warn
	# the services answer first: what they fail while they start is no incident
	sleep 6
	stack_run prometheus prometheus --config.file="$STACK_DIR/prometheus.yml" --storage.tsdb.path="$STACK_DIR/data/prom" \
		--web.listen-address="127.0.0.1:$STACK_PROM_PORT" --web.external-url=http://prometheus.example.org:9090 \
		--log.level=warn
	if ! { stack_wait_for 15 stack_get "$STACK_RECEIVER_URL" && stack_wait_for 15 stack_get "$STACK_AM_URL/-/ready" &&
		stack_wait_for 30 stack_targets_up "$(mesh_each mesh_instances | wc -l)"; }; then
		stack_say "Prometheus does not reach all targets, or Alertmanager does not answer; see the logs"
		return 1
	fi
}

mesh_break() {
	stack_end TERM session-store-1
}

mesh_run_store() {
	stack_run session-store-1 "$STACK_PYTHON" "$STACK_DIR/mesh-app.py" session-store-1 "${mesh_port[session-store-1]}"
	stack_wait_for 10 stack_get "http://127.0.0.1:${mesh_port[session-store-1]}/metrics" && echo 'session-store-1 answers'
}

mesh_mend() {
	local began output status
	began=$(stack_now)
	# not in a subshell: the process dies with the shell that started it
	mesh_run_store >"$STACK_DIR/mend.out" 2>&1
	status=$?
	output=$(<"$STACK_DIR/mend.out")
	python3 - "$began" "$(stack_now)" "$status" "$output" >>"$STACK_STEPS" <<'PY'
import json, sys
began, ended, status, output = sys.argv[1:]
print(json.dumps({"step": "start-store", "effect": "write", "command": "start session-store-1", "began": began,
                  "ended": ended, "exit": int(status), "output": output.splitlines()}, separators=(",", ":")))
PY
	return "$status"
}

mesh_stop() {
	local names
	STACK_DIR=${1-${STACK_DIR-}}
	[[ -n $STACK_DIR && -d $STACK_DIR/pids ]] || return 0
	STACK_LOGS=$STACK_DIR/logs
	mapfile -t names < <(mesh_each mesh_instances)
	stack_end TERM prometheus alertmanager receiver "${names[@]}"
}

mesh_topology() {
	python3 -c '
import json, sys
nodes, edges = [], []
for line in sys.argv[1].split("\n"):
    if not line.strip():
        continue
    service, instances, layer, _, *needs = line.split()
    nodes.append({"id": service, "type": "service", "layer": layer})
    for n in range(1, int(instances) + 1):
        name = "%s-%d" % (service, n)
        nodes.append({"id": name, "type": "instance", "layer": layer})
        edges.append({"from": name, "to": service, "type": "instance_of"})
    edges += [{"from": service, "to": need, "type": "depends_on"} for need in needs if need != "-"]
def lines(items):
    return ",\n".join("  " + json.dumps(item, separators=(",", ":")) for item in items)
print("{\"nodes\":[\n%s],\n \"edges\":[\n%s]}" % (lines(nodes), lines(edges)))' "$mesh_services"
}
