# What aiops-ingest makes of an alert, by jq: the same fields, without id and fingerprint, which jq has no hash for.
def judge: {"critical": ["critical", 21], "page": ["critical", 21], "error": ["high", 17], "warning": ["medium", 13],
	"low": ["low", 11], "info": ["info", 9]}[ascii_downcase] // ["unknown", 0];
.labels as $l | .annotations as $a | (.status == "resolved") as $over | ($l.severity // "" | judge) as $s
| ($l.service // $l.service_name // $l.app // $l.job) as $service
| ($l.host // $l.hostname // $l.node // ($l.instance | if . then sub(":[0-9]+$"; "") else null end)) as $host
| ($l.env // $l.environment // $l.stage) as $env
| {v: 1, kind: "alert", timestamp: (if $over then .endsAt else .startsAt end), observed: $now, source: "alertmanager",
	source_id: .fingerprint, status, severity: $s[0], severity_number: $s[1], severity_text: $l.severity,
	name: $l.alertname, title: ($a.summary // $a.title), description: ($a.description // $a.message),
	component: ($l.component // $l.pod // $l.instance // $service // $host), service: $service, host: $host,
	starts_at: .startsAt, ends_at: (if $over then .endsAt else null end), labels: $l, annotations: $a,
	links: ({generator: .generatorURL} + (($a.runbook_url // $a.runbook) | if . then {runbook: .} else {} end)
		+ (($a.dashboard_url // $a.dashboard) | if . then {dashboard: .} else {} end))}
+ (if .generatorURL | contains("/graph?g0.expr=") then {signal: "metric"} else {} end)
+ (if $env then {env: $env} else {} end) + (if $l.layer then {layer: $l.layer} else {} end)
