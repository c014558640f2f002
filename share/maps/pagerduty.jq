# Name: pagerduty
# Summary: PagerDuty's webhooks, version 3
# Source: PagerDuty's developer documentation, "Webhooks overview" (v3 payloads), and its article on webhook event types
# Sniff: event.event_type=incident.* event.data:object
# Sniff: event.event_type=pagey.ping event.data:object
# Scale: priority P1=critical P2=high P3=medium P4=low P5=info
# Scale: urgency high=high low=low
# Fields:
#   status          data.status: triggered = firing, acknowledged, resolved; of events that carry an incident
#   severity        data.priority.summary (P1 to P5 = critical to info), else data.urgency (high, low)
#   timestamp       event.occurred_at
#   starts_at       data.created_at
#   source_id       data.incident_key, else data.id
#   service         data.service.summary
#   labels          service, teams, escalation_policy, number
#   kind            what says nothing about the incident's state (notes, responders) is a log; a ping is nothing
# Example:
#   {"event":{"id":"01D7","event_type":"incident.triggered","resource_type":"incident","occurred_at":"2026-11-21T09:09:19.095Z",
#    "data":{"id":"PGR0VU2","type":"incident","number":2,"status":"triggered","incident_key":"d3640fbd","created_at":
#    "2026-11-21T09:09:18Z","title":"orders-db: connections","service":{"summary":"orders-db"},"urgency":"high",
#    "priority":{"summary":"P1"},"html_url":"https://acme.pagerduty.com/incidents/PGR0VU2"}}}

.event as $event
| $event.data as $d
| ({triggered: "firing", acknowledged: "acknowledged", resolved: "resolved"}) as $states
| ({service: $d.service.summary?, teams: ([$d.teams[]?.summary] | join(",")),
    escalation_policy: $d.escalation_policy.summary?, number: $d.number} | strings) as $labels
| if ($event.event_type | need("event.event_type")) == "pagey.ping" then null
  elif $d.type == "incident" or ($d.status != null and $d.title != null) then
    (if first_of($d.priority.summary?) then ["priority", $d.priority.summary]
     else ["urgency", $d.urgency] end) as $severity
    | {
        kind: "alert",
        source_id: first_of($d.incident_key, $d.id),
        status: ($d.status | meaning($states; "data.status")),
        scale: $severity[0],
        severity: $severity[1],
        name: $d.title,
        title: $d.title,
        timestamp: $event.occurred_at,
        starts_at: $d.created_at,
        ends_at: (if $d.status == "resolved" then $event.occurred_at else null end),
        labels: $labels,
        links: ({incident: $d.html_url, service: $d.service.html_url?} | strings)
      }
  else {
    kind: "log",
    source_id: $event.id,
    name: $event.event_type,
    timestamp: $event.occurred_at,
    body: (first_of($d.content, $d.message, $d.summary) // $event.event_type),
    labels: ({incident: $d.incident.id?, agent: $event.agent.summary?} | strings)
  } end
