# Name: pagerduty-events
# Summary: PagerDuty Events API, version 2: what is sent to PagerDuty
# Source: PagerDuty's developer documentation, "Events API v2", and its Common Event Format
# Sniff: event_action=trigger|acknowledge|resolve payload.summary:string payload.source:string
# Sniff: event_action=acknowledge|resolve dedup_key:string
# Fields:
#   status          event_action: trigger = firing, acknowledge = acknowledged, resolve = resolved
#   severity        payload.severity by the word table (critical, error = high, warning = medium, info)
#   timestamp       payload.timestamp; missing: the time of reading
#   source_id       dedup_key
#   title           payload.summary
#   labels          payload.source, component, group, class, client; what custom_details has as scalars
#   links           client_url, links[0].href
#   never copied    routing_key and what else is a key by its name
# Example:
#   {"routing_key":"R0","event_action":"trigger","dedup_key":"orders-db/connections","payload":
#    {"summary":"orders-db: 99 of 100 connections","source":"db-1","severity":"critical",
#     "timestamp":"2026-11-21T09:09:19.095+01:00","component":"postgres","class":"connections"}}

({trigger: "firing", acknowledge: "acknowledged", resolve: "resolved"}) as $status
| .payload as $p
| {
    kind: "alert",
    source_id: (.dedup_key | text),
    status: (.event_action | meaning($status; "event_action")),
    severity: $p.severity,
    name: first_of($p.class, $p.summary),
    title: $p.summary,
    timestamp: $p.timestamp,
    labels: (($p.custom_details | strings)
      + ({source: $p.source, component: $p.component, group: $p.group, class: $p.class, client: .client} | strings)),
    links: ({client: .client_url, link: .links[0]?.href} | strings)
  }
