# Name: thousandeyes
# Summary: ThousandEyes' alert webhooks
# Source: Cisco's ThousandEyes documentation, "Using webhooks" (alert notification fields)
# Sniff: eventType=ALERT_NOTIFICATION_* alert:object
# Fields:
#   status          eventType: ALERT_NOTIFICATION_TRIGGER = firing, ALERT_NOTIFICATION_CLEAR = resolved
#   severity        alert.severity by the word table (Critical, Major = high, Minor = low, Info)
#   starts_at       alert.dateStartZoned, else dateStart (UTC); ends_at: dateEndZoned, dateEnd
#   source_id       alert.alertId
#   labels          ruleName, testName, agent, type, testLabels
# Example:
#   {"eventId":"9437-5abd","eventType":"ALERT_NOTIFICATION_TRIGGER","alert":{"alertId":"5abda706","severity":"Major","type":
#    "HTTP Server","ruleName":"cart answers","ruleExpression":"Response Code is not OK (2xx)","testName":"cart","dateStart":
#    "2026-11-21 09:09:00","dateStartZoned":"2026-11-21 09:09:00 UTC","active":1,"agents":[{"agentName":"Hong Kong"}]}}

def moment($zoned; $plain): first_of($zoned, $plain) | text
  | if . == null then null else sub(" UTC$"; "") | sub(" "; "T") + "Z" end;
.alert as $a
| (.eventType | meaning({ALERT_NOTIFICATION_TRIGGER: "firing", ALERT_NOTIFICATION_CLEAR: "resolved"}; "eventType")) as $status
| {
    kind: "alert", source_id: ($a.alertId | text), status: $status, severity: $a.severity,
    name: $a.ruleName, title: ([$a.ruleName, $a.testName] | map(filled | select(. != null)) | join(": ")),
    description: $a.ruleExpression,
    starts_at: moment($a.dateStartZoned; $a.dateStart),
    ends_at: (if $status == "resolved" then moment($a.dateEndZoned; $a.dateEnd) else null end),
    labels: ({alertname: $a.ruleName, test: $a.testName, host: $a.hostname,
              agent: (first_of($a.agentName, ([$a.agents[]?.agentName] | join(",")))), test_type: $a.type,
              test_labels: ([$a.testLabels[]?.name] | join(","))} | strings),
    links: ({alert: $a.permalink} | strings)
  }
