# Name: datadog
# Summary: Datadog's webhook, with the variables of its documentation as keys
# Source: Datadog's documentation, "Webhooks" integration, and "Monitor notifications" (variables)
# Sniff: title:string alert_type:string last_updated
# Sniff: title:string alert_type:string event_type:string
# Sniff: title:string alert_transition:string
# Sniff: title:string monitor_id tags scopes
# Scale: priority P1=critical P2=high P3=medium P4=low P5=info 1=critical 2=high 3=medium 4=low 5=info
# Scale: alert_type error=high warning=medium info=info success=info
# Fields:
#   status          alert_transition: Triggered, Re-Triggered, Warn, No Data and their repetitions = firing,
#                   Recovered = resolved, Muted = suppressed; else alert_type success = resolved, else firing
#   severity        severity or priority P1 to P5 = critical to info, else alert_type error = high, warning = medium, info
#   timestamp       date, else last_updated, milliseconds
#   source_id       monitor_id (or alert_id, id) and scopes
#   labels          tags ("a:b,c:d", each split at the first colon), host, scopes
# Example:
#   {"id":"7301","title":"[Triggered] High CPU on db-1","body":"CPU is over 90%","alert_type":"error","alert_transition":
#    "Triggered","severity":"P2","tags":"env:prod,service:orders-db,monitor","scopes":"host:db-1","date":"1795252159095",
#    "last_updated":"1795252159095","monitor_id":"42","url":"https://app.datadoghq.com/event/7301"}

({"Triggered": "firing", "Re-Triggered": "firing", "Warn": "firing", "Re-Warn": "firing", "No Data": "firing",
  "Re-No Data": "firing", "Renotify": "firing", "Recovered": "resolved", "Muted": "suppressed"}) as $transitions
| first_of(.severity, .priority) as $priority
| (if (.scopes | type) == "array" then .scopes | join(",") else .scopes | text end) as $scopes
| first_of(.monitor_id, .alert_id, .id) as $monitor
| {
    kind: "alert",
    source_id: ([$monitor, $scopes] | map(filled | select(. != null) | text) | join(" ")),
    status: (if first_of(.alert_transition) then .alert_transition | meaning($transitions; "alert_transition")
             elif .alert_type == "success" then "resolved" else "firing" end),
    scale: (if $priority then "priority" else "alert_type" end),
    severity: (if $priority then $priority | text else .alert_type end),
    name: first_of(.alert_title, .title),
    title: (.title | need("title")),
    description: first_of(.body, .message, .description),
    timestamp: (first_of(.date, .last_updated) | if . then epoch_ms else . end),
    labels: ((.tags | tags) + ({scopes: $scopes, host: .hostname, monitor_id: .monitor_id} | strings)),
    links: ({event: first_of(.url, .link), snapshot: .snapshot} | strings)
  }
