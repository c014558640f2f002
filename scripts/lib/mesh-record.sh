# shellcheck shell=bash disable=SC2154 # work, here and the rest are record-incident's
# mesh-record.sh - what scripts/record-incident does for shared-dependency-down; sourced by it

MESH_BEFORE_S=20
MESH_HEIGHT_S=45
MESH_STEP_S=5

mesh_metrics='
up                    up
calls-failed          sum by (service, dependency) (rate(mesh_calls_total{result="failed"}[5s]))
requests-failed       sum by (service) (rate(mesh_requests_total{result="failed"}[5s]))
latency-seconds       sum by (service) (rate(mesh_request_seconds_sum[5s])) / sum by (service) (rate(mesh_request_seconds_count[5s]))
ready                 min by (service) (mesh_ready)
store-writes          rate(mesh_writes_total[5s])
'

mesh_save_files() {
	local out=$work/out service
	mkdir -p "$out"/{logs,config,metrics}
	while read -r name expression; do
		[[ -n $name ]] || continue
		stack_query_range "$expression" "$began" "$ended" "$MESH_STEP_S" >"$out/metrics/$name.json"
		printf '\n' >>"$out/metrics/$name.json"
	done <<<"$mesh_metrics"
	mesh_stop "$work/mesh"
	cp "$STACK_WEBHOOKS" "$out/webhooks.ndjson"
	cp "$STACK_WEBHOOK_TIMES" "$out/webhook-times.ndjson"
	cp "$STACK_STEPS" "$out/steps.ndjson"
	cp "$STACK_DIR"/{prometheus,alertmanager,rules}.yml "$out/config/"
	while read -r service _; do
		[[ -z $service ]] || LC_ALL=C sort -s -k1,1 "$STACK_LOGS/$service"-[0-9].log >"$out/logs/$service.log"
	done <<<"$mesh_services"
	mesh_topology >"$out/topology.json"
}

mesh_save_readme() {
	local expressions
	# shellcheck disable=SC2016 # Markdown's backquotes
	expressions=$(sed -n 's/^\([^ ][^ ]*\)  *\(.*\)/- \1: `\2`/p' <<<"$mesh_metrics")
	cat >"$work/out/README.md" <<MD
# shared-dependency-down

Twelve services in $(mesh_each mesh_instances | wc -l) processes depend on one another, and in the end on one store, \`session-store\`. It was
stopped. What asks it directly (\`auth\`, \`cart\`, \`profile\`) failed at once, then what asks those, up to \`web\`, \`mobile\` and
\`partner-api\`; those that keep answers for a while failed later. Ended by starting the store again. Of all alerts only one
is about the cause: TargetDown of \`session-store-1\`.

Recorded by this project itself, with \`scripts/record-incident shared-dependency-down\`, on $(date -u +%Y-%m-%d), from real software
on loopback; under the project's own licence. Nothing was written by hand or edited afterwards; only the names that the servers
were configured with (\`web-1\`, ..., \`example.org\`) are not of a real site, and the scales are small (seconds for \`for:\`,
\`group_wait\` and \`repeat_interval\`) so that it takes minutes. Running the script again gives another recording of the same
incident.

| when (UTC) | what |
|---|---|
| $began | recording starts; all well |
| $broken | session-store-1 is stopped |
| $(first_seen TargetDown) | TargetDown reaches the webhook |
| $height | height of the incident: \`alertmanager-alerts.json\` |
| $mended_from to $mended_to | the step of \`steps.ndjson\`: session-store-1 is started again |
| $quiet | every alert has resolved |
| $ended | recording ends |

$(count_alerts) different alerts in $(wc -l <"$STACK_WEBHOOKS") deliveries, one alert each.

| file | what |
|---|---|
| webhooks.ndjson | what Alertmanager posted, one body a line, byte for byte, in order of arrival |
| webhook-times.ndjson | when each of them arrived |
| alertmanager-alerts.json | \`GET /api/v2/alerts\` at the height |
| metrics/*.json | Prometheus' answers to \`/api/v1/query_range\`, every $MESH_STEP_S s, from before to after (expressions below) |
| logs/SERVICE.log | of all instances of a service, merged by time |
| steps.ndjson | the step that ended it, with times, exit status and output |
| topology.json | what depends on what |
| config/*.yml | configuration and alert rules that it ran with |

Software: $(version_of prometheus); $(version_of prometheus-alertmanager); from Debian packages
(\`scripts/deps --live\`). The services are \`scripts/lib/mesh-app.py\`; \`scripts/lib/mesh-stack.sh\` starts everything. Scrape and
rule interval 1 s, \`for:\` 2 s or 3 s, \`group_wait\` 1 s, \`group_interval\` 3 s, \`repeat_interval\` 20 s, no grouping.

Expressions of the metrics:

$expressions
MD
}

record_mesh() {
	say "starting the servers"
	mesh_start "$work/mesh" || exit 71
	began=$(stack_now)
	say "all well for $MESH_BEFORE_S s"
	rest "$MESH_BEFORE_S"
	[[ ! -s $STACK_WEBHOOKS ]] || die 71 "an alert fired before the incident began"
	say "stopping session-store-1"
	broken=$(stack_now)
	mesh_break
	stack_wait_alert TargetDown firing 30 || die 71 "the alert TargetDown did not arrive"
	rest "$MESH_HEIGHT_S"
	height=$(stack_now)
	stack_alerts >"$work/out/alertmanager-alerts.json"
	say "mending it"
	mended_from=$(stack_now)
	mesh_mend || die 71 "the store did not start: $(tail -n 1 "$STACK_STEPS")"
	mended_to=$(stack_now)
	stack_wait_quiet 90 || die 71 "not every alert resolved"
	quiet=$(stack_now)
	say "every alert has resolved"
	rest 15
	ended=$(stack_now)
	mesh_save_files
	mesh_save_readme
}
