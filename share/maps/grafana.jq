# Name: grafana
# Summary: Grafana's webhook: unified alerting, and the legacy one
# Source: Grafana's documentation, "Configure the webhook notifier"; legacy: version 7, "Alert notifications"
# Cut: alerts[]
# Sniff: labels:object startsAt:string valueString
# Sniff: labels:object startsAt:string silenceURL
# Sniff: ruleId ruleName:string state:string evalMatches:array
# Sniff: alerts:array orgId state:string
# Scale: state alerting=unknown no_data=unknown ok=info pending=unknown paused=unknown
# Fields:
#   status          the alert's status; legacy: state alerting, no_data = firing, ok = resolved,
#                   paused = suppressed, pending
#   severity        labels.severity by the word table; legacy: tags.severity
#   timestamp       startsAt; when resolved endsAt. Legacy webhooks carry no time
#   source_id       fingerprint; legacy: ruleId
#   value           the value, when the rule has one only
#   title           annotations.summary, else labels.alertname
#   links           generatorURL, panelURL, else dashboardURL, annotations.runbook_url, silenceURL
# Example:
#   {"receiver":"aiops","status":"firing","orgId":1,"state":"alerting","title":"[FIRING:1]","alerts":[{"status":"firing",
#    "labels":{"alertname":"HighLatency","service":"cart","severity":"warning"},"annotations":{"summary":"cart is slow"},
#    "startsAt":"2026-11-21T10:09:19.095+01:00","endsAt":"0001-01-01T00:00:00Z","fingerprint":"c6eadffa33fcdf37",
#    "values":{"A":1.10},"valueString":"[ var='A' labels={} value=1.10 ]","silenceURL":"https://grafana.example.org/s"}]}

def unified:
  (.annotations | strings) as $a
  | (.status | meaning({firing: "firing", resolved: "resolved"}; "status")) as $status
  | {
      kind: "alert",
      source_id: (.fingerprint | text),
      status: $status,
      severity: .labels.severity,
      name: .labels.alertname,
      title: first_of($a.summary, $a.title),
      description: first_of($a.description, $a.message),
      starts_at: (.startsAt | need("startsAt")),
      ends_at: (if $status == "resolved" then .endsAt else null end),
      value: (if (.values | type) == "object" and (.values | length) == 1
              then first(.values[]) | number else null end),
      labels: (.labels | strings),
      annotations: $a,
      links: ({generator: .generatorURL, dashboard: first_of(.panelURL, .dashboardURL),
               runbook: $a.runbook_url, silence: .silenceURL} | strings)
    };
def legacy:
  ({alerting: "firing", no_data: "firing", ok: "resolved", paused: "suppressed", pending: "pending"}) as $states
  | {
      kind: "alert",
      source_id: (.ruleId | text),
      status: (.state | meaning($states; "state")),
      severity: .tags.severity?,
      name: .ruleName,
      title: .title,
      description: .message,
      value: (if (.evalMatches | length) == 1 then .evalMatches[0].value | number else null end),
      labels: ((if (.tags | type) == "object" then .tags | strings else {} end) + {alertname: .ruleName}),
      links: ({dashboard: .ruleUrl, image: .imageUrl} | strings)
    };
if has("ruleId") then legacy
elif has("alerts") then error("alerts: not an array")
else unified end
