# Name: netdata
# Summary: Netdata Cloud's webhook
# Source: Netdata's documentation, "Add webhook notification configuration" (alert and reachability fields)
# Sniff: alarm:string severity=warning|critical|clear chart:string
# Sniff: url severity=warning|critical status.text=reachable|unreachable host
# Sniff: alert:string severity=warning|critical|clear chart:string
# Scale: severity critical=critical warning=medium clear=info
# Fields:
#   status          severity clear = resolved, else firing; reachability: status.reachable true = resolved
#   severity        warning = medium, critical, clear = info
#   timestamp       date
#   source_id       host (or node), chart and alarm
#   labels          chart, context, family, class, space, host
# Example:
#   {"message":"cpu is high","alarm":"10min_cpu_usage","info":"average cpu","chart":"system.cpu","context":"system.cpu",
#    "space":"acme","family":"cpu","class":"Utilization","severity":"warning","date":"2026-11-21T09:09:19Z",
#    "duration":"1 minute","critical_count":0,"warning_count":1,"alarm_url":"https://app.netdata.cloud/a"}

first_of(.alarm, .alert) as $alarm
| if $alarm or (.status.reachable? | type) == "boolean" then . else error("neither alarm nor status.reachable") end
| first_of(.host, .node, .hostname) as $host
| {
    kind: "alert", signal: (if $alarm then "metric" else null end),
    source_id: ([$host, .chart, ($alarm // "reachability")] | map(filled | select(. != null) | text) | join(" ")),
    status: (if $alarm then (if .severity == "clear" then "resolved" else "firing" end)
             elif .status.reachable == true then "resolved" else "firing" end),
    severity: .severity,
    name: ($alarm // "reachability"), title: .message, description: .info,
    timestamp: .date,
    labels: ({host: $host, chart: .chart, context: .context, family: .family, class: .class, space: .space} | strings),
    annotations: ({duration: .duration} | strings),
    links: ({alarm: first_of(.alarm_url, .url)} | strings)
  }
