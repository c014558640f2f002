# Name: dash0
# Summary: Dash0's webhook
# Source: Dash0's documentation, "Notification channels: webhook"
# Sniff: type=alert.* data.issue:object
# Scale: status critical=critical failed=critical degraded=medium resolved=unknown ongoing=unknown
# Fields:
#   status          data.issue.status: resolved, else firing
#   severity        its status word: critical, failed = critical, degraded = medium; others unknown
#   starts_at       data.issue.start; ends_at: data.issue.end
#   source_id       data.issue.issueIdentifier, else id
#   labels          data.issue.labels (OpenTelemetry's key and value), the check rule's name, dataset
# Example:
#   {"type":"alert.ongoing","data":{"issue":{"id":"b9a9","issueIdentifier":"6820705469291328438","dataset":"default","start":
#    "2026-11-21T09:09:19.474101621Z","end":null,"status":"degraded","summary":"errors","description":"more than 1",
#    "labels":[{"key":"service.name","value":{"stringValue":"cart"}}],"checkrules":[{"name":"errors in cart"}],
#    "url":"https://app.dash0.com/i"}}}

def plain: if type == "object" then first_of(.stringValue, .intValue, .doubleValue, (.boolValue | text)) else . end;
.data.issue as $i
| ($i.status == "resolved" or .type == "alert.resolved") as $over
| {
    kind: "alert", source_id: (first_of($i.issueIdentifier, $i.id) | need("data.issue.id") | text),
    status: (if $over then "resolved" else "firing" end),
    severity: $i.status,
    name: first_of($i.checkrules[0]?.name, $i.summary), title: $i.summary, description: $i.description,
    starts_at: $i.start, ends_at: (if $over then $i.end else null end),
    labels: (([$i.labels[]? | {key, value: (.value | plain)}] | pairs)
      + ({check_rule: $i.checkrules[0]?.name, dataset: $i.dataset} | strings)),
    annotations: ([$i.annotations[]? | {key, value: (.value | plain)}] | pairs),
    links: ({issue: $i.url, rule: $i.checkrules[0]?.url} | strings)
  }
