# Name: coralogix
# Summary: Coralogix' generic webhook (default body)
# Source: Coralogix' documentation, "Generic webhooks (alert webhooks)"
# Sniff: alert_id:string alert_action:string fields:array
# Fields:
#   status          alert_action: trigger = firing, resolve = resolved
#   severity        the field severity by the word table, else priority (P1 to P5 by the word table)
#   timestamp       the field timestampISO, else timestampMs
#   source_id       the fields dedupKey or alertUniqueIdentifier, else alert_id
#   labels          application, subsystem, computer, team, and metaLabelsList; what was not filled in ($NAME) is left out
# Example:
#   {"uuid":"36fa","alert_id":"49a4","name":"errors in cart","description":"more than 10","threshold":"10","alert_action":
#    "trigger","alert_url":"https://app.coralogix.com/a","log_url":"https://app.coralogix.com/l","service":"$SERVICE","fields":
#    [{"key":"application","value":"shop"},{"key":"subsystem","value":"cart"},{"key":"severity","value":"ERROR"},
#    {"key":"timestampISO","value":"2026-11-21T09:09:19.254Z"},{"key":"metaLabelsList","value":["alert_type:security"]}]}

# A variable that Coralogix did not fill in, or the template's own hint.
def given: if type == "string" and (test("^[$][A-Z0-9_]+$") or test("^[*].*[*]$") or . == "null") then null else filled end;
(reduce .fields[] as $f ({}; if $f.key != null and ($f.value | given) != null then .[$f.key] = $f.value else . end)) as $f
| {
    kind: "alert",
    source_id: (first_of($f.dedupKey, $f.alertUniqueIdentifier, .alert_id) | text),
    status: (.alert_action | text | meaning({trigger: "firing", resolve: "resolved", resolved: "resolved"}; "alert_action")),
    severity: first_of($f.severity, $f.priority),
    name: .name, title: .name, description: (first_of(.description, $f.text)),
    timestamp: first_of($f.timestampISO, ($f.timestampMs | epoch_ms)),
    service: (.service | given),
    labels: (($f.metaLabelsList | tags)
      + ({application: $f.application, subsystem: $f.subsystem, computer: $f.computer, team: $f.team,
          category: $f.category} | strings)),
    annotations: ({threshold: (.threshold | given), duration: (.duration | given)} | strings),
    links: ({alert: (.alert_url | given), logs: (.log_url | given)} | strings)
  }
