# Name: axiom
# Summary: Axiom's monitors
# Source: Axiom's documentation, "Custom webhook notifier" (default body)
# Sniff: action=Open|Closed|Close event.monitorID:string
# Fields:
#   status          action: Open = firing, Closed = resolved
#   severity        none: unknown
#   timestamp       event.timestamp
#   source_id       event.monitorID
#   value           event.value
#   labels          monitor
# Example:
#   {"action":"Open","event":{"monitorID":"Rxg8","body":"Event Matched","description":"","queryStartTime":
#    "2026-11-21 09:08:19 +0000 UTC","queryEndTime":"2026-11-21 09:09:19 +0000 UTC","timestamp":
#    "2026-11-21 09:09:19 +0000 UTC","title":"Triggered: errors","value":3}}

# Go's default text of a time: 2026-11-21 09:09:19.5 +0000 UTC
def moment: text | if . == null then null else sub("^(?<d>[-0-9]+) (?<t>[:.0-9]+) (?<z>[-+][0-9]{4}) .*$"; "\(.d)T\(.t)\(.z)") end;
.event as $e
| {
    kind: "alert", source_id: ($e.monitorID | text),
    status: (.action | meaning({Open: "firing", Close: "resolved", Closed: "resolved"}; "action")),
    name: ($e.title | text | if . then sub("^(Triggered|Resolved): "; "") else . end),
    title: $e.title, description: first_of($e.description, $e.body),
    timestamp: ($e.timestamp | moment), value: ($e.value | number),
    labels: ({monitor: $e.monitorID} | strings),
    annotations: ({body: $e.body} | strings)
  }
