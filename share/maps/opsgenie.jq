# Name: opsgenie
# Summary: Opsgenie's outgoing webhook
# Source: Atlassian's documentation, "Integrate Opsgenie with webhook" (outgoing payloads)
# Sniff: action:string alert.alertId:string
# Scale: priority P1=critical P2=high P3=medium P4=low P5=info
# Fields:
#   status          action: Create, UnAcknowledge, Escalate = firing, Acknowledge = acknowledged, Close = resolved,
#                   Snooze = suppressed
#   kind            what says nothing about the alert's state (AddNote, AssignOwnership, Delete, ...) is a log
#   severity        alert.priority: P1 to P5 = critical to info
#   timestamp       alert.updatedAt, else createdAt (milliseconds; 16 digits and more: nanoseconds)
#   starts_at       alert.createdAt
#   source_id       alert.alias, else alertId
#   labels          alert.details, tags, entity, source, team
# Example:
#   {"source":{"name":"","type":"web"},"alert":{"tags":["env:prod","db"],"teams":[],"message":"orders-db: connections",
#    "username":"maria","alertId":"052652ac","source":"prometheus","alias":"orders-db/connections","tinyId":"23",
#    "createdAt":1795252159095,"entity":"orders-db","priority":"P1","details":{"service":"orders-db"}},
#    "action":"Create","integrationName":"aiops"}

def moment: if . == null then null elif (text | length) >= 16 then epoch_ns else epoch_ms end;
.alert as $a
| ({Create: "firing", UnAcknowledge: "firing", Escalate: "firing", Acknowledge: "acknowledged", Close: "resolved",
    Snooze: "suppressed"}[.action]) as $status
| first_of($a.alias, $a.alertId) as $id
| (($a.details | strings) + ($a.tags | tags)
   + ({entity: $a.entity, alert_source: $a.source, team: $a.team} | strings)) as $labels
| if $status then {
    kind: "alert", source_id: ($id | text), status: $status, severity: $a.priority,
    name: $a.message, title: $a.message, description: $a.description,
    timestamp: (first_of($a.updatedAt, $a.createdAt) | moment), starts_at: ($a.createdAt | moment),
    labels: $labels
  } else {
    kind: "log", source_id: ([$id, .action, ($a.updatedAt | text)] | map(select(. != null) | text) | join(" ")),
    name: .action, body: (first_of($a.note, $a.message) // .action),
    timestamp: (first_of($a.updatedAt, $a.createdAt) | moment), labels: $labels
  } end
